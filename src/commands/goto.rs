//! `goto`: to a step, files and stack left as they are.

use crate::app::error::AppError;
use crate::app::{Ctx, steps};
use crate::commands::guide;

pub(crate) async fn run(ctx: &Ctx, step: &str) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    steps::move_to(ctx, &mut session, step).await?;
    guide::at_step(ctx, session).await
}
