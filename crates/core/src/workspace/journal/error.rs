//! What can go wrong in the journal, and what had to be repaired, with what to say about it.

use std::io;
use std::path::Path;

use super::super::disk;
use super::super::files::ReadError;
use workshop_text::Text;

/// Why a write or an undo could not be done. Nothing was changed then, but for
/// [`JournalError::NotRolledBack`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum JournalError {
    /// The file is not as it was when the change was made up.
    ChangedMeanwhile {
        /// The learner's file, relative to the workspace folder.
        path: String,
    },
    /// As that, and what another program saved just then is kept, for an undo to bring back.
    SavedMeanwhile {
        /// The learner's file, relative to the workspace folder.
        path: String,
    },
    /// There is no write that is not undone already.
    NothingToUndo,
    /// The learner changed what an undo would take back, or put something else in its place.
    UndoConflict {
        /// The learner's file, relative to the workspace folder.
        path: String,
    },
    /// A path at which nothing can be read or written: no plain file stands there, or it leads out.
    File(ReadError),
    /// No permission to write there, or a read-only file system.
    NotWritable {
        /// The folder that cannot be written in, to be shown.
        folder: String,
    },
    /// The disk is full, or the like.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
    /// As `Io`, and what was written could not be taken back at once; the next command does it.
    NotRolledBack {
        /// The journal's entry, to be shown.
        path: String,
        /// The error that the taking back met, in English.
        reason: String,
    },
    /// An entry that cannot be believed; where it was put.
    Damaged {
        /// The entry's folder: under its new name, where it was put aside.
        path: String,
    },
    /// An entry of a newer version of this program.
    Newer {
        /// The entry's manifest, to be shown.
        path: String,
    },
    /// Something else lies where the learner's folder should be.
    NotAFolder {
        /// Where the learner's folder should be, to be shown.
        path: String,
    },
    /// More files than one write may have.
    TooMany {
        /// How many files were to be written.
        count: usize,
        /// How many one write may have.
        most: usize,
    },
}

impl JournalError {
    /// The kind of `error`, met at `path`.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let shown = |path: &Path| path.display().to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
                Self::NotWritable { folder: shown(folder) }
            }
            _ => Self::Io { path: shown(path), reason: disk::reason(error) },
        }
    }

    /// What to say about it.
    pub fn text(&self) -> Text {
        let about = |key, path: &String| Text::new(key).with("path", path.as_str());
        match self {
            Self::ChangedMeanwhile { path } => about("journal-changed-meanwhile", path),
            Self::SavedMeanwhile { path } => about("journal-saved-meanwhile", path),
            Self::NothingToUndo => Text::new("journal-nothing-to-undo"),
            Self::UndoConflict { path } => about("journal-undo-conflict", path),
            Self::File(error) => error.text(),
            Self::NotWritable { folder } => about("workspace-not-writable", folder),
            Self::Io { path, reason } => about("journal-io", path).with("reason", reason.as_str()),
            Self::NotRolledBack { path, reason } => {
                about("journal-not-rolled-back", path).with("reason", reason.as_str())
            }
            Self::Damaged { path } => about("journal-damaged", path),
            Self::Newer { path } => about("workspace-newer", path),
            Self::NotAFolder { path } => about("journal-not-a-folder", path),
            Self::TooMany { count, most } => {
                Text::new("journal-too-many").with("count", *count).with("most", *most)
            }
        }
    }
}

impl From<ReadError> for JournalError {
    fn from(error: ReadError) -> Self {
        Self::File(error)
    }
}

/// What had to be repaired when the journal was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The labels of the interrupted writes that were taken back.
    pub rolled_back: Vec<String>,
    /// Files that were changed by someone else since, and were not touched. What they were before
    /// is kept for `undo`.
    pub left_alone: Vec<String>,
    /// Files that an editor saved while they were being changed. What it saved is kept for `undo`.
    pub late: Vec<String>,
    /// What could not be believed and was put aside under these names.
    pub broken: Vec<String>,
}

impl Recovery {
    /// Nothing had to be repaired.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What to say about it, a line each.
    pub fn texts(&self) -> Vec<Text> {
        let said = |key: &'static str, name: &'static str, list: &[String]| -> Vec<Text> {
            list.iter().map(|value| Text::new(key).with(name, value.as_str())).collect()
        };
        [
            said("journal-rolled-back", "label", &self.rolled_back),
            said("journal-left-alone", "path", &self.left_alone),
            said("journal-late", "path", &self.late),
            said("journal-broken", "path", &self.broken),
        ]
        .concat()
    }
}
