//! What the journal is given and what it tells, as data, and the folders that it works in.

use std::path::PathBuf;

/// The kind of what the runner writes for itself (`.env`): recorded like all, and nothing of the
/// learner's to take back, so [`Journal::undo`] passes over it.
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

/// One write of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The number of its entry in the journal, from 1.
    pub number: u64,
    /// What made the write, such as `apply` or `create`.
    pub kind: String,
    /// What it was about, such as the step's id.
    pub label: String,
    /// Unix time in milliseconds.
    pub time: u64,
    /// The files that it changed, relative to the workspace folder, with `/`.
    pub files: Vec<String>,
    /// A later undo has taken it back.
    pub undone: bool,
}

/// Where the parts of a journal lie.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// The learner's folder.
    pub work: PathBuf,
    pub entries: PathBuf,
    pub tmp: PathBuf,
}
