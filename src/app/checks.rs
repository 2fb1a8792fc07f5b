//! The checks of steps, asked for a learner: with consent, the files that they need, and what came of it kept.

use crate::app::error::AppError;
use crate::app::steps::other_projects;
use crate::app::{Ctx, back, consent, environment};
use crate::check::{Needs, Outcome};
use crate::engine::Detail;
use crate::event::{CheckRun, Event, StepReport, Tone};
use crate::lesson::model::CheckEntry;
use crate::session::Scope;
use crate::session::Session;

pub(crate) async fn check_steps(
    ctx: &Ctx,
    session: &mut Session,
    steps: &[usize],
    scope: &dyn Fn(usize) -> Scope,
) -> Result<CheckRun, AppError> {
    // A check that runs something, and any that a lesson from elsewhere has asked of the stack.
    let acts = |entry: &CheckEntry| {
        let check = entry.spec.check();
        let asks = session.lesson.is_foreign() && matches!(check.needs(), Needs::Probe(_));
        asks || check.needs().is_disruptive() || !check.commands().is_empty()
    };
    let wanted = |index: &usize| {
        scope(*index) == Scope::All && session.lesson.file.steps[*index].checks.iter().any(acts)
    };
    if steps.iter().any(wanted) {
        consent::consent_to_checks(ctx, session)?;
    }
    let steps_live = steps.iter().any(|index| scope(*index) == Scope::All);
    match steps_live {
        true => environment::ensure_env(ctx, session)?,
        false => environment::early_env(ctx, session),
    }
    if steps_live {
        back::pay(ctx, session).await?;
    }
    let mut reports: Vec<StepReport> = Vec::new();
    let before = session.progress.clone();
    session.look_again();
    for index in steps {
        let report = session.check_step(*index, scope(*index)).await;
        session.record(&report).await;
        // A step of which nothing was asked has no verdict.
        if !report.checks.is_empty() {
            reports.push(report);
        }
    }
    // Where the engine was not in the way: asked again, it would only be waited for again.
    let answers = reports.iter().all(|report| report.outcome != Outcome::Environment);
    if steps_live
        && answers
        && let Ok(observed) = session.engine.observe(&session.project(), Detail::Listing).await
    {
        if let Some(others) = other_projects(&observed) {
            ctx.notice(Tone::Warning, others);
        }
        if reports.iter().all(|report| report.outcome == Outcome::Pass) {
            environment::keep_secrets(session, &observed);
        }
    }
    let optional = |report: &&StepReport| {
        let index = report.number - 1;
        steps.len() > 1 && session.lesson.file.steps[index].optional
    };
    let outcome = reports.iter().filter(|report| !optional(report)).map(|report| report.outcome).max();
    let run = CheckRun {
        lesson: session.lesson.file.id.clone(),
        engine: session.engine.kind(),
        outcome: outcome.unwrap_or(Outcome::Pass),
        steps: reports,
    };
    // A look at saved files that finds nothing new leaves what another terminal writes meanwhile.
    let is_new = steps_live || before != session.progress;
    // What was seen is said, also where it cannot be kept.
    if is_new && let Err(error) = ctx.save(&session.workspace, &session.progress) {
        ctx.emit(Event::CheckRun(run));
        return Err(error);
    }
    Ok(run)
}
