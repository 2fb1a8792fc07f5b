//! What "do it for me" begins with: files that the step's change goes into, and the stack that the
//! step starts from. So it ends in a pass, whatever was done before.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, doing, environment};
use crate::engine::Detail;
use crate::event::Tone;
use crate::session::Session;
use crate::session::change::PlannedChange;
use crate::session::start::{self, state_commands};
use crate::text::Text;
use crate::workspace::files;

/// What the first thing that the step does changes in the learner's files, and whether that is the
/// lesson's own version in place of theirs: wanted with `over`, and asked for at a terminal where the
/// step's change does not go into what is there.
pub(crate) fn step_plan(
    ctx: &Ctx,
    session: &Session,
    index: usize,
    over: bool,
) -> Result<(PlannedChange, bool), AppError> {
    if over {
        return Ok((instead(ctx, session, index)?, true));
    }
    // One that does not go in is told before anything is done.
    let whole = session.plan_step(index);
    let actions = session.step(index).actions();
    let first = || {
        actions
            .first()
            .map_or_else(|| Ok(PlannedChange::default()), |first| session.plan_action(index, first))
    };
    match whole.and_then(|_| first()) {
        Ok(plan) => Ok((plan, false)),
        Err(error) => {
            let error = AppError::from(error);
            if error.exit() != exit::NOT_YET || !ctx.interactive || ctx.global.yes {
                return Err(error);
            }
            ctx.notice(Tone::Warning, error.text());
            Ok((instead(ctx, session, index)?, true))
        }
    }
}

fn instead(ctx: &Ctx, session: &Session, index: usize) -> Result<PlannedChange, AppError> {
    let plan = session.plan_reset_begun(index)?;
    doing::say_asides(ctx, &plan);
    Ok(plan)
}

/// The same error; where the learner's files are not the lesson's, with that as the way on, if
/// none is known that is nearer.
pub(crate) fn or_instead(session: &Session, index: usize, error: AppError) -> AppError {
    match (error, way_on(session, index)) {
        (AppError::Environment { text, next: None }, next) => AppError::Environment { text, next },
        (error, Some(next)) if error.exit() == exit::NOT_YET => {
            AppError::NotYet { text: error.text(), next: Some(next) }
        }
        (error, _) => error,
    }
}

/// How a step comes to pass with the lesson's files in place of the learner's, where they differ
/// or cannot be read.
pub(crate) fn way_on(session: &Session, index: usize) -> Option<Text> {
    let plan = session.plan_reset(index + 1).ok()?;
    // What one of the step's edits has made is the lesson's as well.
    let made = session.lesson.stages(index).ok()?.split_off(1);
    let is_made = |path: &String| {
        let own = files::read_bytes(&session.workspace.dir(), path).ok();
        own.is_some_and(|own| made.iter().any(|files| files.get(path) == Some(&own)))
    };
    let differing = plan.diff.files.iter().map(|file| file.path.clone());
    let mut files: Vec<String> = differing.filter(|path| !is_made(path)).collect();
    if environment::env_is_wrong(session) {
        files.push(".env".to_owned());
    }
    let step = session.lesson.file.steps[index].id.as_str();
    let here = if session.progress.step == step { "yes" } else { "no" };
    let text = Text::new("next-apply-over").with("step", step).with("here", here);
    (!files.is_empty()).then(|| text.with("files", files))
}

/// Brings the stack to where the step starts from, if its action is about that and it is not
/// there; a step that tells what changed then compares with it.
pub(crate) async fn to_start(ctx: &Ctx, session: &mut Session, index: usize) -> Result<(), AppError> {
    let step = &session.lesson.file.steps[index];
    let commands = state_commands(&session.lesson.file, index);
    if commands.is_empty() || !start::needs_stack(step) {
        return Ok(());
    }
    let compares = start::compares(step);
    let observed = session.engine.observe(&session.project(), Detail::Listing).await?;
    // Changed files would make the step's own command start anew what it is to leave alone.
    let changed = compares && session.plan_reset(index).is_ok_and(|plan| !plan.is_empty());
    let there = session.is_at_start(index, &observed) && !changed;
    if !there {
        ctx.notice(Tone::Info, Text::new("app-to-start"));
        environment::run_commands(ctx, session, &commands).await?;
    }
    if compares || !there {
        session.await_start(index).await?;
        ctx.save(&session.workspace, &session.progress)?;
    }
    Ok(())
}
