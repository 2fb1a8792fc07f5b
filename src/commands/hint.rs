//! `hint`: one hint more.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, questions};

pub(crate) fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    questions::one_hint(ctx, &mut session)?;
    Ok(exit::PASS)
}
