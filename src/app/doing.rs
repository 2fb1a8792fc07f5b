//! Doing a step for the learner: what it would change is shown and asked, then done.

use crate::app::back::Half;
use crate::app::error::AppError;
use crate::app::steps::commands;
use crate::app::{Ctx, back, begin, consent, environment, questions};
use crate::engine::{Detail, EngineError};
use crate::event::{About, Event, Notice, Tone};
use crate::lesson::action::Action;
use crate::session::Session;
use crate::session::change::PlannedChange;
use crate::text::Text;

/// Shows what the step would do, asks, and does it. False when the learner said no.
pub(crate) async fn do_step(ctx: &Ctx, session: &mut Session, index: usize) -> Result<bool, AppError> {
    do_step_with(ctx, session, index, false).await
}

pub(crate) async fn do_step_with(
    ctx: &Ctx,
    session: &mut Session,
    index: usize,
    over: bool,
) -> Result<bool, AppError> {
    let step = session.step(index).clone();
    if step.actions().is_empty() {
        return Err(AppError::Usage(Text::new("app-nothing-to-apply")));
    }
    // A file that is in the way is said first: it says more than that it cannot be read.
    let (plan, instead) = begin::step_plan(ctx, session, index, over)?;
    // What the learner's files would do is not asked where others take their place.
    if !instead || session.lesson.is_foreign() {
        consent::consent(ctx, session)?;
    }
    let acts = step.actions().iter().any(Action::is_of_the_stack);
    let question = offer(ctx, session, index, &plan, instead);
    if (acts || !plan.is_empty()) && !ctx.confirm(question)? {
        ctx.notice(Tone::Info, Text::new("app-left-as-it-was"));
        return Ok(false);
    }
    // A question gives the learner time.
    session.look_again();
    if acts {
        tell_lost(ctx, session).await;
        if !instead {
            back::pay(ctx, session).await?;
        }
    }
    let changes = !plan.is_empty();
    write(ctx, session, &step.id, plan)?;
    if instead {
        consent::consent(ctx, session)?;
        if acts {
            back::pay(ctx, session).await?;
        }
    }
    if over {
        environment::renew_env(ctx, session)?;
    }
    if session.workspace.is_created() {
        environment::ensure_env(ctx, session)?;
    }
    let half = Half {
        text: Text::new("half-apply").with("files", if changes { "yes" } else { "no" }),
        next: Text::new("next-half-apply").with("step", step.id.as_str()),
    };
    back::during(ctx, half, act(ctx, session, index)).await?;
    Ok(true)
}

/// Shows what would change and run; the question whether it may.
fn offer(ctx: &Ctx, session: &Session, index: usize, plan: &PlannedChange, instead: bool) -> Text {
    let step = session.step(index);
    let count = plan.diff.files.len();
    if step.create && !instead {
        let text = Text::new("app-will-copy")
            .with("start", session.lesson.file.start.to_string())
            .with("count", count);
        ctx.emit(Event::Notice(Notice { about: About::Copying, ..Notice::new(Tone::Info, text) }));
    } else if !plan.is_empty() {
        ctx.emit(Event::Diff(plan.diff.clone()));
    } else if step.edit.is_some() {
        ctx.notice(Tone::Info, Text::new("app-already-applied"));
    }
    // With a yes given, each says itself.
    for command in commands(session, index).into_iter().filter(|_| !ctx.global.yes) {
        ctx.notice(Tone::Info, Text::verbatim(format!("$ {command}")));
    }
    match () {
        () if instead => Text::new("ask-apply-over").with("count", count),
        () if step.create => Text::new("ask-copy"),
        () => Text::new("ask-apply").with("count", count),
    }
}

/// What the step does beside changing files, from where it starts.
async fn act(ctx: &Ctx, session: &mut Session, index: usize) -> Result<(), AppError> {
    begin::to_start(ctx, session, index).await?;
    let step = session.step(index).clone();
    for action in step.actions() {
        match action {
            // Made with the plan.
            Action::Copy | Action::Edit => {}
            Action::Run(command) => environment::run_commands(ctx, session, &[command]).await?,
            Action::Fail(command, because) => {
                environment::run_refused(ctx, session, &command, because).await?;
            }
            Action::Try(command) => environment::try_command(ctx, session, &command).await?,
            Action::Browse(requests) => environment::browse(ctx, session, &requests).await?,
            Action::Answer { id, choice } => questions::answer_for(ctx, session, &step.id, &id, choice)?,
        }
    }
    Ok(())
}

/// Says it where what kept the stack is gone: the step then starts from nothing.
async fn tell_lost(ctx: &Ctx, session: &Session) {
    if let Err(error @ EngineError::Lost) = session.engine.observe(&session.project(), Detail::Listing).await
    {
        ctx.notice(Tone::Warning, error.text());
    }
}

pub(crate) fn write(
    ctx: &Ctx,
    session: &mut Session,
    label: &str,
    plan: PlannedChange,
) -> Result<(), AppError> {
    if plan.is_empty() {
        return Ok(());
    }
    let lock = ctx.lock(&session.workspace)?;
    let files = session.make(&lock, "apply", label, plan)?;
    drop(lock);
    let creates = session.lesson.file.steps.iter().any(|step| step.create && step.id == label);
    let key = if creates { "app-copied" } else { "app-applied" };
    let text = Text::new(key).with("count", files.len()).with("file", files[0].as_str());
    ctx.emit(Event::Notice(Notice { about: About::Written, ..Notice::new(Tone::Done, text) }));
    Ok(())
}

/// What will make room for the lesson's files, before it is asked whether it may.
pub(crate) fn say_asides(ctx: &Ctx, plan: &PlannedChange) {
    for text in plan.asides() {
        ctx.notice(Tone::Warning, text);
    }
}
