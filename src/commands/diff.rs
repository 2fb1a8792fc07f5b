//! `diff`: what a step would change.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, steps};
use crate::event::Event;

pub(crate) fn run(ctx: &Ctx, step: Option<&str>) -> Result<u8, AppError> {
    let session = ctx.session()?;
    let index = steps::wanted_step(&session, step)?;
    let plan = session.plan_step(index)?;
    ctx.emit(Event::Diff(plan.diff));
    Ok(exit::PASS)
}
