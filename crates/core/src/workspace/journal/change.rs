//! What the journal is given and what it tells, as data, and the folders that it works in.

use std::path::PathBuf;

/// The kind of what the runner writes for itself (`.env`): recorded like all, and nothing of the
/// learner's to take back, so [`Journal::undo`](super::Journal::undo) passes over it.
pub const OWN: &str = "own";

/// One file's change; `None` is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the workspace folder, with `/`.
    pub path: String,
    /// The content that the file must have now; if it is different, nothing is written.
    pub before: Option<Vec<u8>>,
    /// The content that it gets.
    pub after: Option<Vec<u8>>,
    /// Unix permission bits that it gets; where none are given, a file that is there keeps its own.
    pub mode: Option<u32>,
}

/// Something that is no file makes room for one: it gets another name beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Relative to the workspace folder, with `/`.
    pub from: String,
    /// The new name: relative to the workspace folder too, and in the same folder as `from`.
    pub to: String,
}

/// What an undo took back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// The kind that the write was recorded with, such as `apply` or `create`.
    pub kind: String,
    /// The label that the write was recorded with, such as the step's id.
    pub label: String,
    /// The files that changed by it; empty where the learner had taken everything back already.
    pub files: Vec<String>,
    /// Those of them that had something else in them by then, which another undo brings back.
    pub replaced: Vec<String>,
    /// What made room.
    pub asides: Vec<Aside>,
}

/// Where the parts of a journal lie.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// The learner's folder.
    pub work: PathBuf,
    pub entries: PathBuf,
    pub tmp: PathBuf,
}
