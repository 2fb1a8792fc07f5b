//! What an author does to a lesson: make one, record what changed, change a step and carry the rest
//! along, move, rename and take out steps. An [`Author`] is a course's folder with one of its lessons;
//! each of its changes is computed as a whole ([`Changes`]) and written by the [`Desk`], all or nothing.
//! Nothing here knows a terminal or an engine.

pub mod carry;
pub mod cases;
pub mod change;
pub mod desk;
pub mod import;
pub mod new;
pub mod prose;
mod set;
pub mod shape;
pub mod source;
pub mod translate;

pub use desk::Desk;
pub use set::Changes;

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::lesson::course::Course;
use crate::lesson::{Catalog, Lesson, LessonError};
use crate::workspace::disk;
use crate::workspace::hex::hex;
use crate::workspace::lock::LockError;
use crate::workspace::names::FileTree;
use workshop_text::Text;

/// What can keep an author from a change.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum AuthorError {
    /// The lesson as it is cannot be read.
    Lesson(#[from] LessonError),
    /// What was asked for cannot be done, and why.
    Refused(Text),
    /// Another command is at the course.
    Lock(LockError),
    /// A file cannot be read or written.
    Disk {
        /// The file or folder.
        path: String,
        /// The system's own words.
        reason: String,
    },
}

impl AuthorError {
    pub(crate) fn disk(path: &Path, error: &io::Error) -> Self {
        Self::Disk { path: path.display().to_string(), reason: disk::reason(error) }
    }

    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Lesson(error) => error.text(),
            Self::Refused(text) => text.clone(),
            Self::Lock(error) => error.text(),
            Self::Disk { path, reason } => {
                Text::new("author-disk").with("path", path.as_str()).with("reason", reason.as_str())
            }
        }
    }
}

/// A course's folder, and one of its lessons as it is there.
#[derive(Clone, Debug)]
pub struct Author {
    /// The folder that has `lessons/` in it.
    pub root: PathBuf,
    /// The lesson.
    pub lesson: Lesson,
    /// The files at its start and after each step; at least one.
    pub states: Vec<FileTree>,
}

impl Author {
    /// The lesson `wanted` of the course at `root`, by its number or folder.
    ///
    /// # Errors
    /// There is none, or its files do not fit together.
    pub fn open(root: &Path, wanted: &str) -> Result<Self, AuthorError> {
        let lesson = Catalog::Folder(root.to_owned()).find(wanted)?;
        let states = lesson.states()?;
        Ok(Self { root: root.to_owned(), lesson, states })
    }

    /// A text file of the lesson's folder.
    ///
    /// # Errors
    /// It is not there, or is no text.
    pub fn text(&self, name: &str) -> Result<String, AuthorError> {
        let file = format!("{}/{name}", self.lesson.dir);
        let files = self.lesson.own_files()?;
        let bytes = files.get(name).cloned().ok_or(LessonError::FileMissing { file: file.clone() })?;
        String::from_utf8(bytes).map_err(|_| LessonError::NotText { file }.into())
    }

    /// The name of the lesson's folder alone.
    pub fn folder(&self) -> &str {
        self.lesson.dir.rsplit('/').next().unwrap_or(&self.lesson.dir)
    }

    /// The lesson's learners' states: what lies below `fixtures/` under its name.
    ///
    /// # Errors
    /// They are there and cannot be read.
    pub fn fixtures(&self) -> Result<FileTree, AuthorError> {
        let folder = format!("fixtures/{}", self.folder());
        let course = Course::read(&self.root, &[&folder])?;
        let below = format!("{folder}/");
        let own = course.files.into_iter();
        Ok(own.filter_map(|(path, bytes)| Some((path.strip_prefix(&below)?.to_owned(), bytes))).collect())
    }

    /// What the files of all states are, in hexadecimal digits: another number after any change of them.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (id, state) in std::iter::once("").chain(self.lesson.ids()).zip(&self.states) {
            let names_and_bytes = state.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]);
            for part in std::iter::once(id.as_bytes()).chain(names_and_bytes) {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hex(&hash.finalize())
    }

    /// The step that `wanted` means, by its id or its number from 1; its place, from 0.
    ///
    /// # Errors
    /// There is none.
    pub fn step(&self, wanted: &str) -> Result<usize, AuthorError> {
        let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let number = number.filter(|index| *index < self.lesson.file.steps.len());
        let unknown = || LessonError::UnknownStep {
            wanted: wanted.to_owned(),
            known: self.lesson.ids().map(str::to_owned).collect(),
        };
        Ok(self.lesson.step_index(wanted).or(number).ok_or_else(unknown)?)
    }
}
