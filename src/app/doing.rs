//! Doing a step for the learner: what it would change is shown and asked, then done.

use crate::app::back::Half;
use crate::app::error::AppError;
use crate::app::{Ctx, back, begin, consent, environment, questions};
use crate::check::Outcome;
use crate::engine::{Detail, EngineError, StackCommand};
use crate::event::{About, CheckReport, Event, Notice, Tone};
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
    } else if matches!(step.actions().first(), Some(Action::Edit(_))) {
        ctx.notice(Tone::Info, Text::new("app-already-applied"));
    }
    // With a yes given, each says itself.
    for line in in_order(session, index).into_iter().filter(|_| !ctx.global.yes) {
        ctx.notice(Tone::Info, line);
    }
    match () {
        () if instead => Text::new("ask-apply-over").with("count", count),
        () if step.create => Text::new("ask-copy"),
        () => Text::new("ask-apply").with("count", count),
    }
}

/// What the step does after its first change of files, each on a line of its own.
fn in_order(session: &Session, index: usize) -> Vec<Text> {
    let step = session.step(index);
    let command = |command: &StackCommand| {
        let shown = command.display_in(session.engine.kind(), &session.project().name, None);
        Text::verbatim(format!("$ {shown}"))
    };
    let line = |action: Action| match action {
        Action::Run(run) | Action::Fail(run, _) | Action::Try(run) => Some(command(&run)),
        Action::Edit(_) => {
            let plan = session.plan_action(index, &action).ok()?;
            let files: Vec<String> = plan.diff.files.into_iter().map(|file| file.path).collect();
            (!files.is_empty()).then(|| Text::new("app-then-edit").with("files", files))
        }
        Action::Check(id) => {
            Some(Text::new("app-then-check").with("check", session.check_title(&step.id, &id)))
        }
        Action::Copy | Action::Browse(_) | Action::Answer { .. } => None,
    };
    let is_first = |(at, action): &(usize, Action)| *at == 0 && action.is_of_files();
    let later = step.actions().into_iter().enumerate().filter(|one| !is_first(one));
    later.filter_map(|(_, action)| line(action)).collect()
}

/// What the step does after its first change of files, from where it starts.
async fn act(ctx: &Ctx, session: &mut Session, index: usize) -> Result<(), AppError> {
    begin::to_start(ctx, session, index).await?;
    let step = session.step(index).clone();
    for (at, action) in step.actions().into_iter().enumerate() {
        match action {
            // Made with the plan.
            Action::Copy | Action::Edit(_) if at == 0 => {}
            Action::Copy | Action::Edit(_) => edit(ctx, session, index, &action)?,
            Action::Check(id) => hold(session, index, &id).await?,
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

/// Makes an edit in its turn; what the changed files would do is agreed to as it was before.
fn edit(ctx: &Ctx, session: &mut Session, index: usize, action: &Action) -> Result<(), AppError> {
    session.look_again();
    let plan = session
        .plan_action(index, action)
        .map_err(|error| begin::or_instead(session, index, error.into()))?;
    if plan.is_empty() {
        return Ok(());
    }
    ctx.emit(Event::Diff(plan.diff.clone()));
    let id = session.step(index).id.clone();
    write(ctx, session, &id, plan)?;
    consent::consent(ctx, session)
}

/// Asks a check that must hold where the step has come to.
///
/// # Errors
/// It does not, and the rest of the step is left.
pub(crate) async fn hold(session: &mut Session, index: usize, id: &str) -> Result<(), AppError> {
    session.look_again();
    let Some(report) = session.check_between(index, id).await else { return Ok(()) };
    let CheckReport { title, verdict, .. } = report;
    let text = Text::new("app-between").with("check", title).with("says", verdict.message);
    let next = Text::new("next-between").with("step", session.step(index).id.as_str());
    match verdict.outcome {
        Outcome::Pass => Ok(()),
        Outcome::NotYet => Err(AppError::NotYet { text, next: Some(next) }),
        Outcome::Environment => Err(AppError::Environment { text, next: Some(next) }),
    }
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
