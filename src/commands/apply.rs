//! `apply`: does a step for the learner, and checks it.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, begin, checks, doing, steps, worst};
use crate::event::{Event, Tone};
use crate::session::Scope;
use crate::text::Text;

/// With `over` also where the learner's files do not go with the lesson's.
pub(crate) async fn run(ctx: &Ctx, step: Option<&str>, over: bool) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    let index = steps::wanted_step(&session, step)?;
    let done = doing::do_step_with(ctx, &mut session, index, over).await;
    if !done.map_err(|error| if over { error } else { begin::or_instead(&session, index, error) })? {
        return Ok(exit::NOT_YET);
    }
    let run = checks::check_steps(ctx, &mut session, &[index], &|_| Scope::All).await?;
    let code = worst(run.outcome);
    ctx.emit(Event::CheckRun(run));
    if code == exit::PASS {
        ctx.notice(Tone::Next, Text::new("next-next"));
    } else if let Some(next) = begin::way_on(&session, index).filter(|_| code == exit::NOT_YET && !over) {
        ctx.notice(Tone::Next, next);
    }
    Ok(code)
}
