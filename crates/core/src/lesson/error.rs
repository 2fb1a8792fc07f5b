//! What can be wrong with a lesson.

use super::places::line_and_column;
use crate::verdict::Place;
use workshop_text::Text;
use workshop_text::near::did_you_mean;
use workshop_text::refused;

/// What can be wrong with a lesson: never the learner's fault.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum LessonError {
    /// There is no lesson of that name; with the ids that there are.
    Unknown {
        /// As it was typed.
        wanted: String,
        /// The ids of all lessons, in order.
        known: Vec<String>,
    },
    /// Several courses have such a lesson.
    Several {
        /// As it was typed.
        wanted: String,
        /// Each with its course: `nginx/10`.
        all: Vec<String>,
    },
    /// There is no step of that id; with the ids that there are.
    UnknownStep {
        /// As it was typed.
        wanted: String,
        /// The ids of the lesson's steps.
        known: Vec<String>,
    },
    /// A file or folder of the lesson is not there.
    FileMissing {
        /// Its path from the course's root, or the folder on disk.
        file: String,
    },
    /// A file that must be text is not UTF-8.
    NotText {
        /// Its path from the course's root.
        file: String,
    },
    /// `lesson.toml` is not what it should be; line and column from 1, the column in characters.
    Faulty {
        /// Its path from the course's root.
        file: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What the parser says.
        reason: Text,
    },
    /// A format that this program does not read.
    Format {
        /// Its path from the course's root.
        file: String,
        /// The number that it names.
        format: u32,
    },
    /// A `LANG.md` breaks the conventions of a lesson's prose.
    Prose {
        /// Its path from the course's root.
        file: String,
        /// From 1.
        line: usize,
        /// Which convention, and how.
        reason: Text,
    },
    /// A step's patch cannot be read, or does not apply.
    Patch {
        /// Its path from the course's root.
        file: String,
        /// What is wrong with it.
        reason: Text,
    },
    /// A rule that lessons keep is broken.
    Rule {
        /// The file or folder that breaks it.
        file: String,
        /// Which rule, and how.
        reason: Text,
    },
}

impl LessonError {
    pub(crate) fn faulty(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
        Self::Faulty { file: file.to_owned(), line, column, reason: refused::text_of(error.message()) }
    }

    /// The line that it is about, where that is known; `read` reads a file of the course.
    pub fn place(&self, read: impl Fn(&str) -> Option<String>) -> Option<Place> {
        let (file, line, column) = match self {
            Self::Faulty { file, line, column, .. } => (file.as_str(), *line, *column),
            Self::Prose { file, line, .. } => (file.as_str(), *line, 1),
            Self::Patch { file, .. } | Self::Rule { file, .. } => {
                let (file, last) = file.rsplit_once(':')?;
                let last = last.parse().ok()?;
                let whole = file.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
                whole.map_or((file, last, 1), |(file, line)| (file, line, last))
            }
            _ => return None,
        };
        let source = read(file)?.lines().nth(line.checked_sub(1)?)?.to_owned();
        let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Some(Place { file: file.to_owned(), line: number(line), column: number(column), width: 1, source })
    }

    /// What is wrong, where and why, as one message.
    pub fn text(&self) -> Text {
        match self {
            Self::Unknown { wanted, known } => {
                Text::new("lesson-unknown").with("wanted", wanted.as_str()).with("known", known.clone())
            }
            Self::Several { wanted, all } => {
                Text::new("lesson-several").with("wanted", wanted.as_str()).with("all", all.clone())
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
