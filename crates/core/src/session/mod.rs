//! One learner at one lesson: apply → observe → check → record. A [`Session`] knows the lesson, the
//! workspace and an engine, and says what happens as [`Event`]s; it knows no terminal.

pub mod back;
pub mod change;
mod checks;
pub mod consent;
mod databases;
mod http;
mod old_image;
mod outage;
pub mod picture;
pub mod ports;
pub mod predictions;
mod prober;
mod program;
pub mod removal;
mod scaling;
pub mod stack;
pub mod start;
mod steps;
mod survives;
mod under_load;
mod under_way;
mod update;
mod waits;

use std::cell::OnceCell;
use std::time::Duration;

use crate::check::Outcome;
use crate::check::application::Application;
use crate::check::files::Files;
use crate::emit::Emit;
use crate::event::{Event, StepReport, StepState};
use crate::lesson::Lesson;
use crate::lesson::markdown::Prose;
use crate::lesson::model::CheckEntry;
use crate::workspace::Workspace;
use crate::workspace::baseline::baseline;
use crate::workspace::progress::Progress;
use workshop_engine::{Detail, Engine, Project};

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

/// One learner at one lesson, in one run of the program: what a command finds out about it is found
/// out once.
pub struct Session {
    /// The lesson that the learner is at.
    pub lesson: Lesson,
    /// Its words, in the learner's language and for the engine in use.
    pub prose: Prose,
    /// The learner's folder, and the runner's beside it.
    pub workspace: Workspace,
    /// What the lesson's stack runs on.
    pub engine: Box<dyn Engine>,
    /// Where the learner is; the caller saves it.
    pub progress: Progress,
    /// Without it no command of the lesson is run.
    pub consent: Option<consent::Consent>,
    /// Where events go.
    pub emit: Emit,
    /// What a check owes the stack while it is asked.
    owing: back::Owing,
    /// The learner's application as it was at the last look.
    app: OnceCell<Application>,
}

impl Session {
    /// The lesson where `progress` says; nobody has agreed to anything yet.
    pub fn new(
        lesson: Lesson,
        prose: Prose,
        workspace: Workspace,
        engine: Box<dyn Engine>,
        progress: Progress,
        emit: Emit,
    ) -> Self {
        let (owing, app) = (back::Owing::default(), OnceCell::new());
        Self { lesson, prose, workspace, engine, progress, consent: None, emit, owing, app }
    }

    /// The learner's application: each of its files is read when it is first asked for, and then no
    /// more until [`Self::look_again`].
    pub fn application(&self) -> &Application {
        self.app.get_or_init(|| Application::load(&self.workspace.dir(), self.lesson.demands()))
    }

    /// The files that it is made of.
    pub fn files(&self) -> &Files {
        &self.application().files
    }

    /// The learner's files may have changed: the runner wrote one, or somebody had the time to.
    pub fn look_again(&mut self) {
        self.app.take();
    }

    /// What the engine calls this workspace's stack.
    pub fn project(&self) -> Project {
        project_in(self.files(), &self.workspace, &self.progress)
    }

    pub(crate) fn emit(&self, event: Event) {
        self.emit.say(&event);
    }

    /// Records what came of a step: its state, and the replicas as they are now, to compare with.
    /// A check of change that failed gets something to compare with that can be mended.
    pub async fn record(&mut self, report: &StepReport) {
        self.keep_measured(report);
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

    /// Remembers the running replicas and their start times.
    pub async fn take_baseline(&mut self) {
        if let Ok(observed) = self.engine.observe(&self.project(), Detail::StartTimes).await {
            self.progress.baseline = baseline(&observed);
        }
    }
}

/// What the engine calls a workspace.
pub fn project_of(lesson: &Lesson, workspace: &Workspace, progress: &Progress) -> Project {
    project_in(&Files::load(&workspace.dir(), lesson.demands()), workspace, progress)
}

fn project_in(files: &Files, workspace: &Workspace, progress: &Progress) -> Project {
    let dotenv = files.dotenv().unwrap_or_default();
    Project::resolve(&workspace.dir(), progress.project.as_deref(), dotenv, files.compose_name())
}

/// The check reads only files and answers, and needs no running stack.
pub fn is_static(entry: &CheckEntry) -> bool {
    entry.spec.check().needs().is_static()
}
