//! `check`: what the checks of a step say.

use crate::app::error::{AppError, exit};
use crate::app::steps::find_step;
use crate::app::{Ctx, checks, worst};
use crate::check::Outcome;
use crate::cli;
use crate::commands::watch;
use crate::event::{Event, Tone};
use crate::session::Scope;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx, args: &cli::Check) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    if args.watch {
        return watch::run(ctx, &mut session).await;
    }
    let current = session.current();
    let steps: Vec<usize> = match &args.step {
        Some(step) => vec![find_step(&session.lesson, step)?],
        None if args.all => (0..session.lesson.file.steps.len()).collect(),
        None => vec![current],
    };
    // Earlier and later steps had another stack: of those only the files are looked at.
    let scope = |index: usize| match () {
        () if args.only_static || (args.all && index != current) => Scope::Static,
        () => Scope::All,
    };
    let run = checks::check_steps(ctx, &mut session, &steps, &scope).await?;
    let code = worst(run.outcome);
    let judged: Vec<usize> = run.steps.iter().map(|report| report.number - 1).collect();
    let left_out = steps.iter().filter(|index| !judged.contains(index));
    let left_out: usize = left_out.map(|index| session.lesson.file.steps[*index].checks.len()).sum();
    let passed_here = run.outcome == Outcome::Pass && steps == [current] && !args.only_static;
    if left_out > 0 {
        ctx.notice(Tone::Info, Text::new("report-left-out").with("count", left_out));
    }
    ctx.emit(Event::CheckRun(run));
    if passed_here {
        ctx.notice(Tone::Next, Text::new("next-next"));
    } else if code == exit::NOT_YET && steps == [current] {
        ctx.notice(Tone::Next, Text::new("next-hint"));
    }
    Ok(code)
}
