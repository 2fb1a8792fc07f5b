//! `workshop` alone: on where the learner was.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, back};
use crate::commands::{guide, list};
use crate::event::Tone;
use crate::text::Text;

/// `workshop` alone: on where the learner was.
pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let mut session = match ctx.session() {
        Err(AppError::NotStarted) => {
            list::run(ctx)?;
            ctx.notice(Tone::Next, Text::new("next-start"));
            return Ok(exit::PASS);
        }
        session => session?,
    };
    back::pay(ctx, &mut session).await?;
    session.pass_by();
    ctx.save(&session.workspace, &session.progress)?;
    guide::at_step(ctx, session).await
}
