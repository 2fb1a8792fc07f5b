//! The step that the learner is at, as it is shown, and what comes after it.

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::app::predictions;
use crate::app::questions::open_questions;
use crate::check::CheckSpec;
use crate::engine::StackCommand;
use crate::event::{Event, Offers, ReplicaLine, StatusView, StepLine, StepState, StepView, Tone};
use crate::lesson::model::StepSpec;
use crate::lesson::{Lesson, LessonError};
use crate::room::Here;
use crate::session::Session;
use crate::text::Text;
use crate::workspace::patch::Patch;

pub(crate) fn find_step(lesson: &Lesson, wanted: &str) -> Result<usize, AppError> {
    let by_number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let by_number = by_number.filter(|index| *index < lesson.file.steps.len());
    lesson.step_index(wanted).or(by_number).ok_or_else(|| {
        AppError::Lesson(LessonError::UnknownStep {
            wanted: wanted.to_owned(),
            known: lesson.file.steps.iter().map(|step| step.id.clone()).collect(),
        })
    })
}

/// That containers of this folder run as another project, and how they are taken down.
pub(crate) fn other_projects(observed: &crate::engine::Observed) -> Option<Text> {
    let (name, containers) = observed.others.iter().next()?;
    let text = Text::new("app-other-project").with("name", name.as_str());
    Some(
        text.with("containers", containers.clone()).with("command", format!("docker compose -p {name} down")),
    )
}

/// The step's commands in the words of the engine.
pub(crate) fn commands(session: &Session, index: usize) -> Vec<String> {
    let name = session.project().name;
    let shown = |command: &StackCommand| command.display_in(session.engine.kind(), &name, None);
    session.lesson.file.steps[index].runs().map(shown).collect()
}

pub(crate) fn offers(session: &Session, index: usize) -> Offers {
    let step = &session.lesson.file.steps[index];
    let prose = session.step_prose(&step.id);
    let has = |wanted: fn(&CheckSpec) -> bool| step.checks.iter().any(|entry| wanted(&entry.spec));
    Offers {
        apply: step.has_action(),
        diff: step.edits().next().is_some(),
        prompt: prose.is_some_and(|prose| prose.prompt.is_some()),
        hints: prose.map_or(0, |prose| prose.hints.len()),
        question: has(|spec| matches!(spec, CheckSpec::Question(_))),
        confirm: has(|spec| matches!(spec, CheckSpec::Confirm(_))),
        prediction: !session.open_predictions(&step.id).is_empty(),
    }
}

/// The lesson after this one, once this one is finished.
pub(crate) fn next_lesson(ctx: &Ctx, session: &Session) -> Option<String> {
    if !session.is_finished() {
        return None;
    }
    let catalog = ctx.library.of(&session.lesson.origin).ok()?;
    let names = catalog.names().ok()?;
    let ids = names.iter().filter_map(|name| Some(catalog.find(name).ok()?.file.id.clone()));
    ids.skip_while(|id| *id != session.lesson.file.id).nth(1)
}

/// That the lesson is finished, and which one comes next.
pub(crate) fn say_finished(ctx: &Ctx, session: &Session) {
    ctx.notice(Tone::Done, Text::new("app-finished").with("title", session.prose.title.as_str()));
    for one in session.predictions() {
        if let Some(measured) = one.measured {
            let text = Text::new("app-finished-measured").with("question", one.question);
            ctx.notice(Tone::Info, text.with("guess", one.guess).with("measured", measured));
        }
    }
    if let Some(next) = next_lesson(ctx, session) {
        ctx.notice(Tone::Next, Text::new("next-lesson").with("lesson", next));
    }
}

pub(crate) fn show_step(ctx: &Ctx, session: &Session) {
    let view = step_view(session, session.current());
    // At a terminal the menu below says what the step offers, and asks.
    let offers = if ctx.interactive { Offers::default() } else { view.offers };
    let id = view.id.clone();
    ctx.emit(Event::Step(StepView { offers, ..view }));
    if ctx.interactive {
        return;
    }
    for question in predictions::open(session, &id) {
        let how = predictions::how(&question);
        ctx.emit(Event::Question(question));
        ctx.notice(Tone::Info, how);
    }
    for question in open_questions(session, &id) {
        ctx.emit(Event::Question(question));
    }
}

/// The step as a reader meets it.
pub(crate) fn step_view(session: &Session, index: usize) -> StepView {
    let step = session.step(index);
    let prose = session.step_prose(&step.id);
    StepView {
        lesson: session.lesson.file.id.clone(),
        id: step.id.clone(),
        number: index + 1,
        of: session.lesson.file.steps.len(),
        title: prose.map(|prose| prose.title.clone()).unwrap_or_default(),
        minutes: step.minutes,
        optional: step.optional,
        blocks: prose.map(|prose| prose.body.clone()).unwrap_or_default(),
        edits: edited(session, step),
        commands: commands(session, index),
        offers: offers(session, index),
        read_on: prose.and_then(|prose| prose.read_on.clone()),
    }
}

/// The files that its edits are about, each once.
fn edited(session: &Session, step: &StepSpec) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for file in session.lesson.patches(step).unwrap_or_default().iter().flat_map(Patch::files) {
        if !paths.contains(&file.path) {
            paths.push(file.path.clone());
        }
    }
    paths
}

/// The step at hand, as a room is told of it.
pub(crate) fn here(session: &Session) -> Here {
    let step = session.progress.step.as_str();
    Here {
        lesson: session.lesson.file.id.clone(),
        step: step.to_owned(),
        title: session.title(step),
        position: session.lesson.step_index(step).map_or(0, |index| index + 1),
        of: session.lesson.file.steps.len(),
    }
}

/// To a step, files and stack left as they are.
pub(crate) async fn move_to(ctx: &Ctx, session: &mut Session, step: &str) -> Result<(), AppError> {
    let index = find_step(&session.lesson, step)?;
    let moved = index != session.current();
    session.move_to(index);
    if moved || session.progress.baseline.is_empty() {
        session.take_baseline().await;
    }
    ctx.save(&session.workspace, &session.progress)
}

/// Where the learner is, and what was seen of the stack.
pub(crate) fn status_view(session: &Session, stack: Result<Vec<ReplicaLine>, Text>) -> StatusView {
    let steps = &session.lesson.file.steps;
    let open = steps.iter().filter(|step| session.state(&step.id) == StepState::Open);
    StatusView {
        lesson: session.lesson.file.id.clone(),
        title: session.prose.title.clone(),
        root: session.workspace.dir(),
        engine: session.engine.kind(),
        minutes_left: open.map(|step| step.minutes).sum(),
        predictions: session.predictions(),
        steps: (1..)
            .zip(steps)
            .map(|(number, step)| StepLine {
                number,
                id: step.id.clone(),
                title: session.title(&step.id),
                state: session.state(&step.id),
                current: step.id == session.progress.step,
            })
            .collect(),
        stack,
        nodes: Vec::new(),
    }
}

pub(crate) fn wanted_step(session: &Session, step: Option<&str>) -> Result<usize, AppError> {
    match step {
        Some(step) => find_step(&session.lesson, step),
        None => Ok(session.current()),
    }
}
