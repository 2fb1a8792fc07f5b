//! `next`: to the step after this one.

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::commands::guide;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx, skip: bool) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    if !session.leave(skip) {
        return Err(AppError::NotYet {
            text: Text::new("app-not-passed").with("title", session.title(&session.progress.step)),
            next: Some(Text::new("next-skip")),
        });
    }
    ctx.save(&session.workspace, &session.progress)?;
    guide::at_step(ctx, session).await
}
