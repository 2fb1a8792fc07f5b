//! `picture`: who knows which address.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, environment};
use crate::event::{Event, Tone};
use crate::session::picture::Pictured;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    environment::early_env(ctx, &mut session);
    let service = session.lesson.file.entry.service.as_str();
    match session.picture().await? {
        Pictured::Picture(picture) => {
            ctx.emit(Event::Picture(Box::new(picture)));
            Ok(exit::PASS)
        }
        Pictured::NotRunning => {
            ctx.notice(Tone::Warning, Text::new("picture-not-running").with("service", service));
            Ok(exit::NOT_YET)
        }
        Pictured::Untold => {
            ctx.notice(Tone::Warning, Text::new("picture-untold").with("service", service));
            Ok(exit::NOT_YET)
        }
    }
}
