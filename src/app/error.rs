//! Every way in which a command can end badly, and the one place that maps them to exit codes.

use std::path::PathBuf;

use crate::courses::CourseError;
use crate::demo::PlaceError;
use crate::demo::cast::CastError;
use crate::engine::swarm::cluster::ClusterError;
use crate::engine::{EngineError, EngineKind};
use crate::event::Failure;
use crate::lesson::LessonError;
use crate::load::LoadError;
use crate::report::Lost;
use crate::session::change::ChangeError;
use crate::text::Text;
use crate::workspace::files::ReadError;
use crate::workspace::identity::IdentityError;
use crate::workspace::journal::JournalError;
use crate::workspace::lock::LockError;
use crate::workspace::owed::OwedError;
use crate::workspace::progress::ProgressError;
use crate::workspace::trust::Unsafe;

/// Exit codes, as documented in `docs/check-report.md`.
pub(crate) mod exit {
    pub(crate) const PASS: u8 = 0;
    pub(crate) const NOT_YET: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const ENVIRONMENT: u8 = 3;
    pub(crate) const LESSON: u8 = 4;
    pub(crate) const INTERRUPTED: u8 = 130;
}

#[derive(Debug, thiserror::Error)]
#[error("{}", self.text().render(crate::text::Lang::En))]
pub(crate) enum AppError {
    Lesson(#[from] LessonError),
    Engine(#[from] EngineError),
    Cluster(ClusterError),
    Change(#[from] ChangeError),
    Journal(#[from] JournalError),
    Progress(#[from] ProgressError),
    Lock(#[from] LockError),
    Identity(#[from] IdentityError),
    /// Somebody else could have put there what lies there, or could put something there.
    Unsafe(Unsafe),
    /// `workshop/` is a link to `target`, outside of the workspace.
    LeadsOut {
        path: PathBuf,
        target: PathBuf,
    },
    Place(#[from] PlaceError),
    Cast(#[from] CastError),
    Load(#[from] LoadError),
    /// No lesson has been started here.
    NotStarted,
    /// Another lesson is under way in this folder.
    OtherLesson {
        id: String,
        course: Option<String>,
    },
    /// Another engine was asked for, and the stack still runs on this one.
    StackRuns {
        engine: EngineKind,
        count: usize,
    },
    /// The command needs a yes, and there is no terminal to ask at.
    NeedsYes,
    /// What was asked for makes no sense here.
    Usage(Text),
    /// The machine is in the way, in a way that has a text of its own.
    Environment {
        text: Text,
        next: Option<Text>,
    },
    /// A command of the lesson ended badly because of the learner's files.
    NotYet {
        text: Text,
        next: Option<Text>,
    },
    /// The terminal could not be asked.
    Terminal(String),
    Interrupted,
    /// The same, and something is half-done.
    Cut {
        text: Text,
        next: Option<Text>,
    },
    /// What was asked for is done, but could not be said.
    Output(#[from] Lost),
    Owed(#[from] OwedError),
    Course(CourseError),
}

impl From<CourseError> for AppError {
    fn from(error: CourseError) -> Self {
        match error {
            CourseError::Lesson(error) => Self::Lesson(error),
            error => Self::Course(error),
        }
    }
}

impl AppError {
    pub(crate) const fn exit(&self) -> u8 {
        match self {
            Self::Lesson(
                LessonError::Unknown { .. } | LessonError::Several { .. } | LessonError::UnknownStep { .. },
            ) => exit::USAGE,
            Self::Lesson(_) | Self::Change(ChangeError::Lesson(_)) => exit::LESSON,
            Self::Change(
                ChangeError::Conflict { .. } | ChangeError::WouldBreak { .. } | ChangeError::Broken { .. },
            ) => exit::NOT_YET,
            Self::Change(ChangeError::Unreadable { error, .. }) => match error {
                ReadError::NoPermission { .. } | ReadError::Io { .. } => exit::ENVIRONMENT,
                _ => exit::NOT_YET,
            },
            Self::Change(ChangeError::NotEmpty { .. })
            | Self::NotStarted
            | Self::OtherLesson { .. }
            | Self::StackRuns { .. }
            | Self::NeedsYes
            | Self::Engine(EngineError::OtherProject { .. })
            | Self::Usage(_) => exit::USAGE,
            Self::Course(error) => course_exit(error),
            Self::Cluster(error) if error.is_usage() => exit::USAGE,
            Self::Cast(error) if error.is_environment() => exit::ENVIRONMENT,
            Self::Cast(_) => exit::USAGE,
            Self::Load(error) if error.is_usage() => exit::USAGE,
            Self::NotYet { .. } => exit::NOT_YET,
            Self::Journal(error) | Self::Change(ChangeError::Journal(error)) => journal_exit(error),
            Self::Engine(_)
            | Self::Progress(_)
            | Self::Lock(_)
            | Self::Identity(_)
            | Self::Unsafe(_)
            | Self::LeadsOut { .. }
            | Self::Place(_)
            | Self::Load(_)
            | Self::Cluster(_)
            | Self::Terminal(_)
            | Self::Output(_)
            | Self::Owed(_)
            | Self::Environment { .. } => exit::ENVIRONMENT,
            Self::Interrupted | Self::Cut { .. } => exit::INTERRUPTED,
        }
    }

    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Lesson(error) => error.text(),
            Self::Engine(error) => error.text(),
            Self::Cluster(error) => error.text(),
            Self::Change(error) => error.text(),
            Self::Journal(error) => error.text(),
            Self::Progress(error) => error.text(),
            Self::Lock(error) => error.text(),
            Self::Identity(error) => error.text(),
            Self::Unsafe(found) => found.text(),
            Self::LeadsOut { path, target } => Text::new("workspace-leads-out")
                .with("path", path.display().to_string())
                .with("target", target.display().to_string()),
            Self::Place(error) => error.text(),
            Self::Cast(error) => error.text(),
            Self::Load(error) => error.text(),
            Self::NotStarted => Text::new("app-not-started"),
            Self::OtherLesson { id, course: Some(course) } => {
                Text::new("app-other-lesson-of").with("id", id.as_str()).with("course", course.as_str())
            }
            Self::OtherLesson { id, course: None } => Text::new("app-other-lesson").with("id", id.as_str()),
            Self::StackRuns { engine, count } => {
                Text::new("app-stack-runs").with("engine", engine.name()).with("count", *count)
            }
            Self::NeedsYes => Text::new("app-needs-yes"),
            Self::Terminal(reason) => Text::new("app-terminal").with("reason", reason.as_str()),
            Self::Interrupted => Text::new("app-interrupted"),
            Self::Output(lost) => lost.text(),
            Self::Owed(error) => error.text(),
            Self::Course(error) => error.text(),
            Self::Usage(text)
            | Self::Environment { text, .. }
            | Self::NotYet { text, .. }
            | Self::Cut { text, .. } => text.clone(),
        }
    }

    fn next(&self) -> Option<Text> {
        match self {
            Self::Engine(
                EngineError::OtherProject { .. }
                | EngineError::FileOutside { .. }
                | EngineError::Strange { .. }
                | EngineError::Remaining { .. },
            ) => None,
            Self::Engine(_) => Some(Text::new("next-doctor")),
            Self::Unsafe(found) => Some(found.next()),
            Self::Identity(_) => Some(Text::new("next-state-dir")),
            Self::LeadsOut { path, .. } => {
                Some(Text::new("next-leads-out").with("path", path.display().to_string()))
            }
            Self::Load(error) => error.next(),
            Self::Course(error) => error.next(),
            Self::Cluster(error) => error.next(),
            Self::Change(
                ChangeError::Conflict { .. } | ChangeError::WouldBreak { .. } | ChangeError::Broken { .. },
            ) => Some(Text::new("next-conflict")),
            Self::Change(ChangeError::NotEmpty { .. }) => Some(Text::new("next-not-empty")),
            Self::Change(ChangeError::Unreadable { .. } | ChangeError::Journal(JournalError::File(_))) => {
                Some(Text::new("next-reset"))
            }
            Self::Change(ChangeError::Journal(JournalError::UndoConflict { .. })) => {
                Some(Text::new("next-undo-conflict"))
            }
            Self::Change(ChangeError::Journal(
                JournalError::SavedMeanwhile { .. } | JournalError::Damaged { .. },
            )) => Some(Text::new("next-undo")),
            Self::NotStarted => Some(Text::new("next-start")),
            Self::OtherLesson { .. } => Some(Text::new("next-other-folder")),
            Self::StackRuns { .. } => Some(Text::new("next-take-down")),
            Self::Lesson(LessonError::Unknown { .. }) => Some(Text::new("next-list")),
            Self::Lesson(LessonError::UnknownStep { .. }) => Some(Text::new("next-status")),
            Self::Environment { next, .. } | Self::NotYet { next, .. } | Self::Cut { next, .. } => {
                next.clone()
            }
            _ => None,
        }
    }

    pub(crate) fn failure(&self) -> Failure {
        Failure { exit: self.exit(), text: self.text(), next: self.next(), place: None }
    }
}

/// What was typed, what came, or the machine.
const fn course_exit(error: &CourseError) -> u8 {
    match error {
        CourseError::Usage(_) | CourseError::Taken { .. } | CourseError::Unknown { .. } => exit::USAGE,
        CourseError::Refused(_) | CourseError::Lesson(_) => exit::LESSON,
        _ => exit::ENVIRONMENT,
    }
}

/// Of what the journal refuses, only a write that fails is the machine's doing.
const fn journal_exit(error: &JournalError) -> u8 {
    match error {
        JournalError::NothingToUndo => exit::USAGE,
        JournalError::ChangedMeanwhile { .. }
        | JournalError::SavedMeanwhile { .. }
        | JournalError::UndoConflict { .. } => exit::NOT_YET,
        JournalError::File(error) => match error {
            ReadError::NoPermission { .. } | ReadError::Io { .. } => exit::ENVIRONMENT,
            _ => exit::NOT_YET,
        },
        _ => exit::ENVIRONMENT,
    }
}
