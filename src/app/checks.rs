//! The checks of steps, asked for a learner: with consent, the files that they need, and what came of it kept.

use crate::app::error::AppError;
use crate::app::steps::other_projects;
use crate::app::{Ctx, back, consent, environment};
use crate::check::{Needs, Outcome};
use crate::engine::Detail;
use crate::event::{CheckRun, Event, StepReport, Tone};
use crate::session::Scope;
use crate::session::Session;
use crate::session::picture::Pictured;

pub(crate) async fn check_steps(
    ctx: &Ctx,
    session: &mut Session,
    steps: &[usize],
    scope: &dyn Fn(usize) -> Scope,
) -> Result<CheckRun, AppError> {
    let is_live = |index: &&usize| scope(**index) == Scope::All;
    let steps_live = steps.iter().any(|index| is_live(&index));
    if steps.iter().filter(is_live).any(|index| acts(session, *index)) {
        consent::consent_to_checks(ctx, session)?;
    }
    if steps_live {
        environment::ensure_env(ctx, session)?;
        back::pay(ctx, session).await?;
    } else {
        environment::early_env(ctx, session);
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
    let worst = reports.iter().map(|report| report.outcome).max().unwrap_or(Outcome::Pass);
    // Where the engine was not in the way: asked again, it would only be waited for again.
    if steps_live && worst != Outcome::Environment {
        look_at_the_stack(ctx, session, worst == Outcome::Pass).await;
        if steps.iter().filter(is_live).any(|index| session.step(*index).picture) {
            show_picture(ctx, session).await;
        }
    }
    let optional = |report: &&StepReport| steps.len() > 1 && session.step(report.number - 1).optional;
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

/// Who knows which address, where the step is about that. What cannot be seen is not missed here.
async fn show_picture(ctx: &Ctx, session: &Session) {
    if let Ok(Pictured::Picture(picture)) = session.picture().await {
        ctx.emit(Event::Picture(Box::new(picture)));
    }
}

/// Whether a check of the step runs something, or is one that a lesson from elsewhere has asked of the stack.
fn acts(session: &Session, step: usize) -> bool {
    session.step(step).checks.iter().any(|entry| {
        let check = entry.spec.check();
        let asks = session.lesson.is_foreign() && matches!(check.needs(), Needs::Probe(_));
        asks || check.needs().is_disruptive() || !check.commands().is_empty()
    })
}

/// Says who else is there, and keeps the secrets of a stack that passed.
async fn look_at_the_stack(ctx: &Ctx, session: &Session, passed: bool) {
    let Ok(observed) = session.engine.observe(&session.project(), Detail::Listing).await else { return };
    if let Some(others) = other_projects(&observed) {
        ctx.notice(Tone::Warning, others);
    }
    if passed {
        environment::keep_secrets(session, &observed);
    }
}
