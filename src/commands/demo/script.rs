//! `demo --dry-run`: what a demo would do, on paper. Nothing is run, copied or written.

use std::ops::Range;

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::demo::changes;
use crate::demo::plan::Plan;
use crate::engine::EngineKind;
use crate::event::{ChangeView, DiffView, Event, FileDiff, ScriptAction, ScriptStep, ScriptView};
use crate::lesson::Lesson;
use crate::lesson::action::Action;
use crate::lesson::markdown::Prose;
use crate::workspace::patch::unified;

fn script_step(
    lesson: &Lesson,
    prose: &Prose,
    engine: EngineKind,
    index: usize,
) -> Result<ScriptStep, AppError> {
    let step = &lesson.file.steps[index];
    let title = prose.steps.iter().find(|prose| prose.id == step.id).map(|prose| prose.title.clone());
    let mut script = ScriptStep {
        number: index + 1,
        id: step.id.clone(),
        title: title.unwrap_or_default(),
        minutes: step.minutes,
        optional: step.optional,
        left_out: false,
        edits: Vec::new(),
        copies: 0,
        commands: Vec::new(),
        requests: 0,
        predictions: step.predictions.iter().map(|one| one.id.clone()).collect(),
        questions: Vec::new(),
        checks: Vec::new(),
        order: Vec::new(),
    };
    for action in step.actions() {
        script.order.extend(match action {
            Action::Copy => {
                script.copies = lesson.start_files()?.len();
                Some(ScriptAction::Copies)
            }
            Action::Edit(patch) => {
                let edits = edits(lesson, index, &patch)?;
                let count = edits.len();
                script.edits.extend(edits);
                Some(ScriptAction::Edits(count))
            }
            Action::Run(command) | Action::Fail(command, _) | Action::Try(command) => {
                script.commands.push(command.display(engine, None));
                Some(ScriptAction::Command)
            }
            Action::Browse(requests) => {
                let count = requests.iter().map(|request| request.times as usize).sum();
                script.requests += count;
                Some(ScriptAction::Requests(count))
            }
            Action::Check(id) => Some(ScriptAction::Holds(id)),
            Action::Answer { id, .. } => {
                script.questions.push(id);
                None
            }
        });
    }
    let asked = step.checks.iter().map(|entry| entry.id.clone());
    script.checks = asked.filter(|id| !script.questions.contains(id)).collect();
    Ok(script)
}

/// What one of the step's edits changes, from the reference before it to the reference after it.
fn edits(lesson: &Lesson, index: usize, edit: &str) -> Result<Vec<ChangeView>, AppError> {
    let step = &lesson.file.steps[index];
    let stages = lesson.stages(index)?;
    let Some(at) = step.edits().position(|one| one == edit) else { return Ok(Vec::new()) };
    let (before, after, patch) = (&stages[at], &stages[at + 1], &lesson.patches(step)?[at]);
    let text = |files: &crate::lesson::catalog::FileTree, path: &str| {
        files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    };
    let diff = |path: &str| FileDiff {
        path: path.to_owned(),
        unified: unified(path, &text(before, path), &text(after, path)),
    };
    let files = patch.files().iter().map(|file| diff(&file.path)).collect();
    Ok(changes(&DiffView { files }).collect())
}

pub(crate) fn script(ctx: &Ctx, lesson: &Lesson, steps: Range<usize>, plan: &Plan) -> Result<u8, AppError> {
    let engine = ctx.global.engine.kind().unwrap_or_default();
    let prose = lesson.prose(ctx.lang)?.in_words_of(engine);
    let planned = plan.seconds();
    let steps: Result<Vec<ScriptStep>, AppError> = steps
        .zip(planned)
        .map(|(index, seconds)| {
            let step = script_step(lesson, &prose, engine, index)?;
            Ok(ScriptStep { minutes: seconds.div_ceil(60), left_out: !plan.shows(index), ..step })
        })
        .collect();
    ctx.emit(Event::Script(ScriptView { title: prose.title, steps: steps? }));
    Ok(exit::PASS)
}
