//! Lessons: what a machine reads of them (`lesson.toml`) and what a person reads (`LANG.md`).

pub mod catalog;
pub mod course;
pub mod effects;
pub mod markdown;
pub mod model;
pub mod names;
pub mod validate;

pub use catalog::{Catalog, Lesson};
pub use model::LessonFile;

use workshop_text::Text;
use workshop_text::near::did_you_mean;
use workshop_text::refused;

/// What can be wrong with a lesson: never the learner's fault.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum LessonError {
    /// There is no lesson of that name; with the ids that there are.
    Unknown {
        wanted: String,
        known: Vec<String>,
    },
    /// There is no step of that id; with the ids that there are.
    UnknownStep {
        wanted: String,
        known: Vec<String>,
    },
    FileMissing {
        file: String,
    },
    NotText {
        file: String,
    },
    /// `lesson.toml` is not what it should be; line and column from 1, the column in characters.
    Faulty {
        file: String,
        line: usize,
        column: usize,
        reason: Text,
    },
    /// A format that this program does not read.
    Format {
        file: String,
        format: u32,
    },
    Prose {
        file: String,
        line: usize,
        reason: Text,
    },
    Patch {
        file: String,
        reason: Text,
    },
    /// A rule that lessons keep is broken.
    Rule {
        file: String,
        reason: Text,
    },
}

impl LessonError {
    fn faulty(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map_or(0, |span| span.start.min(text.len()));
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::Faulty {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            reason: refused::text_of(error.message()),
        }
    }

    pub fn text(&self) -> Text {
        match self {
            Self::Unknown { wanted, known } => {
                Text::new("lesson-unknown").with("wanted", wanted.as_str()).with("known", known.clone())
            }
            Self::UnknownStep { wanted, known } => Text::new("lesson-unknown-step")
                .with("wanted", wanted.as_str())
                .with("near", did_you_mean(wanted, known.iter().map(String::as_str))),
            Self::FileMissing { file } => Text::new("lesson-file-missing").with("file", file.as_str()),
            Self::NotText { file } => Text::new("lesson-not-text").with("file", file.as_str()),
            Self::Faulty { file, line, column, reason } => Text::new("lesson-faulty")
                .with("place", format!("{file}:{line}:{column}"))
                .with("reason", reason.clone()),
            Self::Format { file, format } => {
                Text::new("lesson-format").with("file", file.as_str()).with("format", *format)
            }
            Self::Prose { file, line, reason } => Text::new("lesson-faulty")
                .with("place", format!("{file}:{line}"))
                .with("reason", reason.clone()),
            Self::Patch { file, reason } | Self::Rule { file, reason } => {
                Text::new("lesson-faulty").with("place", file.as_str()).with("reason", reason.clone())
            }
        }
    }
}
