//! What can be wrong with a course of this user's, or with where it is to come from.

use std::io;
use std::path::Path;

use crate::lesson::LessonError;
use crate::workspace::disk;
use crate::workspace::lock::LockError;
use crate::workspace::trust::Unsafe;
use workshop_text::Text;

/// Why a course cannot be added, found or used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum CourseError {
    /// What was typed as a source, a revision or a name cannot be one; in words.
    Usage(Text),
    /// The source cannot be had: in words, with what to do about it.
    Unreachable {
        /// What went wrong.
        text: Text,
        /// What to do about it.
        next: Option<Text>,
    },
    /// What came is no course, or brings what a course may not.
    Refused(Text),
    /// What came has a faulty lesson.
    Lesson(LessonError),
    /// Neither `XDG_DATA_HOME` nor a home folder is known.
    NoPlace,
    /// The folder of courses could be somebody else's.
    Unsafe(Unsafe),
    /// Another command is at the courses.
    Lock(LockError),
    /// A file of this user's courses cannot be read or written.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
    /// The list of courses is damaged, or of a newer program.
    List {
        /// The file, to be shown.
        path: String,
    },
    /// There is a course of that name.
    Taken {
        /// The name.
        name: String,
    },
    /// There is no course of that name.
    Unknown {
        /// As it was typed.
        wanted: String,
        /// The names of all courses.
        known: Vec<String>,
    },
    /// The lesson here is of a course that is not there any more.
    Gone {
        /// What the course was called.
        name: String,
        /// Where it was taken from.
        from: String,
        /// It was a folder (`--lessons`), and not added.
        is_folder: bool,
    },
    /// A copy is not what was added.
    Changed {
        /// The course.
        name: String,
    },
    /// The lesson here was begun before it was kept of which course it is.
    Unnamed {
        /// The lesson's id.
        lesson: String,
    },
}

impl CourseError {
    pub(crate) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.display().to_string(), reason: disk::reason(error) }
    }

    pub(crate) fn usage(text: Text) -> Self {
        Self::Usage(text)
    }

    pub(crate) fn unreachable(text: Text, next: &'static str) -> Self {
        Self::Unreachable { text, next: Some(Text::new(next)) }
    }

    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Usage(text) | Self::Unreachable { text, .. } | Self::Refused(text) => text.clone(),
            Self::Lesson(error) => error.text(),
            Self::NoPlace => Text::new("course-no-place"),
            Self::Unsafe(found) => Text::new("course-unsafe").with("why", found.text()),
            Self::Lock(error) => error.text(),
            Self::Io { path, reason } => {
                Text::new("course-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
            Self::List { path } => Text::new("course-list").with("path", path.as_str()),
            Self::Taken { name } => Text::new("course-taken").with("name", name.as_str()),
            Self::Unknown { wanted, known } if known.is_empty() => {
                Text::new("course-unknown-none").with("wanted", wanted.as_str())
            }
            Self::Unknown { wanted, known } => {
                Text::new("course-unknown").with("wanted", wanted.as_str()).with("known", known.clone())
            }
            Self::Gone { name, .. } => Text::new("course-gone").with("name", name.as_str()),
            Self::Changed { name } => Text::new("course-changed").with("name", name.as_str()),
            Self::Unnamed { lesson } => Text::new("course-unnamed").with("lesson", lesson.as_str()),
        }
    }

    /// What to do about it.
    pub fn next(&self) -> Option<Text> {
        match self {
            Self::Unreachable { next, .. } => next.clone(),
            Self::Unsafe(found) => Some(found.next()),
            Self::Taken { name } => Some(Text::new("course-next-taken").with("name", name.as_str())),
            Self::Unknown { .. } => Some(Text::new("next-list")),
            Self::Gone { from, is_folder: true, .. } => {
                Some(Text::new("course-next-folder").with("source", from.as_str()))
            }
            Self::Gone { name, from, .. } => {
                Some(Text::new("course-next-add").with("source", from.as_str()).with("name", name.as_str()))
            }
            Self::Changed { name } => Some(Text::new("course-next-changed").with("name", name.as_str())),
            Self::List { .. } => Some(Text::new("course-next-list")),
            Self::Unnamed { .. } => Some(Text::new("course-next-unnamed")),
            _ => None,
        }
    }
}

impl From<LessonError> for CourseError {
    fn from(error: LessonError) -> Self {
        Self::Lesson(error)
    }
}
