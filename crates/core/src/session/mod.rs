//! One learner at one lesson: apply → observe → check → record. A [`Session`] knows the lesson, the
//! workspace and an engine, and says what happens as [`Event`]s; it knows no terminal.

pub mod back;
pub mod change;
mod checks;
pub mod consent;
mod http;
mod old_image;
pub mod ports;
mod prober;
pub mod removal;
mod scaling;
pub mod stack;
pub mod start;
mod waits;

use std::sync::Arc;
use std::time::Duration;

use crate::check::Outcome;
use crate::check::files::Files;
use crate::event::{Event, StepReport, StepState};
use crate::lesson::Lesson;
use crate::lesson::markdown::Prose;
use crate::lesson::model::{CheckEntry, StepSpec};
use crate::workspace::Workspace;
use crate::workspace::baseline::baseline;
use crate::workspace::progress::Progress;
use workshop_engine::{Detail, Engine, Project};

/// Where events go. Cloned into tasks, so it is shared.
pub type Emit = Arc<dyn Fn(Event) + Send + Sync>;

/// How long a live check waits before it looks again.
const AGAIN: Duration = Duration::from_millis(150);

/// Which checks of a step are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every check of the step.
    All,
    /// Those that need no running stack.
    Static,
}

/// One learner at one lesson.
pub struct Session<'a> {
    /// The lesson that the learner is at.
    pub lesson: &'a Lesson,
    /// Its words, in the learner's language and for the engine in use.
    pub prose: &'a Prose,
    /// The learner's folder, and the runner's beside it.
    pub workspace: &'a Workspace,
    /// What the lesson's stack runs on.
    pub engine: &'a dyn Engine,
    /// What the engine calls this workspace's stack.
    pub project: Project,
    /// Where the learner is. A session changes this copy; the caller saves it.
    pub progress: Progress,
    /// Without it no command of the lesson is run.
    pub consent: Option<consent::Consent>,
    /// Called with each event as it happens.
    pub emit: Emit,
    /// What a check owes the stack while it is asked.
    pub owing: back::Owing,
}

impl Session<'_> {
    pub(crate) fn emit(&self, event: Event) {
        (self.emit)(event);
    }

    /// The step with that place in the lesson; places come from the lesson itself.
    pub fn step(&self, index: usize) -> &StepSpec {
        &self.lesson.file.steps[index]
    }

    /// The place of the step that the learner is at.
    pub fn current(&self) -> usize {
        self.lesson.step_index(&self.progress.step).unwrap_or(0)
    }

    /// The step's title in the learner's language; its id where the lesson has no words for it.
    pub fn title(&self, step: &str) -> String {
        let prose = self.prose.steps.iter().find(|prose| prose.id == step);
        prose.map_or_else(|| step.to_owned(), |prose| prose.title.clone())
    }

    /// What the check `id` is called; its id where the lesson has no name for it.
    pub fn check_title(&self, step: &str, id: &str) -> String {
        let prose = self.prose.steps.iter().find(|prose| prose.id == step);
        prose.and_then(|prose| prose.title_of(id)).unwrap_or(id).to_owned()
    }

    /// Records what came of a step: its state, and the replicas as they are now, to compare with.
    /// A check of change that failed gets something to compare with that can be mended.
    pub async fn record(&mut self, report: &StepReport) {
        if report.outcome != Outcome::Pass || report.left_out > 0 {
            return self.renew_baseline(report).await;
        }
        self.mark(&report.id, StepState::Passed);
        let is_live = self
            .lesson
            .step_index(&report.id)
            .is_some_and(|index| self.step(index).checks.iter().any(|entry| !is_static(entry)));
        if is_live {
            self.take_baseline().await;
        }
    }

    fn mark(&mut self, step: &str, state: StepState) {
        self.progress.steps.entry(step.to_owned()).or_default().state = state;
    }

    /// Remembers the running replicas and their start times.
    pub async fn take_baseline(&mut self) {
        if let Ok(observed) = self.engine.observe(&self.project, Detail::StartTimes).await {
            self.progress.baseline = baseline(&observed);
        }
    }
}

/// What the engine calls a workspace.
pub fn project_of(lesson: &Lesson, workspace: &Workspace, progress: &Progress) -> Project {
    let named = Files::load(&workspace.dir(), lesson.demands()).compose_name();
    Project::resolve(&workspace.dir(), progress.project.as_deref(), named)
}

/// The check reads only files and answers, and needs no running stack.
pub fn is_static(entry: &CheckEntry) -> bool {
    entry.spec.check().needs().is_static()
}
