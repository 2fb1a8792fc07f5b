//! The learner's folder: created, changed by journalled edits, undone, reset. A [`Workspace`] is
//! two folders beside each other: `workshop/`, which is the learner's, and `.workshop/`, which is
//! the runner's own (progress, journal, lock), and read only where [`identity`] says that it is.

mod accounts;
pub mod baseline;
pub mod followed;
pub(crate) mod hex;
pub mod identity;
pub mod journal;
pub mod kept_secrets;
pub mod lock;
pub mod merge;
pub mod moment;
pub(crate) mod names;
pub mod owed;
pub mod patch;
pub mod progress;
mod swap;
#[cfg(test)]
mod tests;
pub mod trust;

pub use workshop_disk::{self as disk, files, within};
pub use workshop_stack::env_file;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use workshop_text::Text;

use files::{ReadError, walk};
use journal::{Change, Journal, JournalError};
use lock::{Lock, LockError};

/// Where a learner works. That it is named here does not mean that it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
}

/// Why a workspace cannot be created.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum CreateError {
    /// `workshop/` holds something already: the first few files.
    NotEmpty {
        /// The learner's folder, as a path to be shown.
        path: String,
        /// At most five paths, relative to that folder, with `/`.
        found: Vec<String>,
    },
    /// What lies in `workshop/` cannot be looked at.
    Read(ReadError),
    /// The journal could not write the files.
    Journal(JournalError),
}

impl CreateError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::NotEmpty { path, found } => {
                Text::new("workspace-not-empty").with("path", path.as_str()).with("found", found.clone())
            }
            Self::Read(error) => error.text(),
            Self::Journal(error) => error.text(),
        }
    }
}

impl From<ReadError> for CreateError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl From<JournalError> for CreateError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// What may lie in an unused `workshop/`: a repository's placeholders, and the runner's `.env`.
const PLACEHOLDERS: [&str; 3] = ["README.md", ".gitkeep", ".env"];

impl Workspace {
    /// The learner's folder.
    pub const DIR: &str = "workshop";
    /// The runner's folder.
    pub(crate) const PRIVATE: &str = ".workshop";

    /// The workspace of `root`, which holds (or will hold) both folders.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder that holds `workshop/` and `.workshop/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The learner's folder, `workshop/`.
    pub fn dir(&self) -> PathBuf {
        self.root.join(Self::DIR)
    }

    /// The runner's own folder, `.workshop/`.
    pub fn private(&self) -> PathBuf {
        self.root.join(Self::PRIVATE)
    }

    /// A file that may lie in `workshop/` before there is anything to work on.
    pub(crate) fn is_placeholder(path: &str) -> bool {
        PLACEHOLDERS.contains(&path)
    }

    /// There is something to work on in `workshop/`.
    pub fn is_created(&self) -> bool {
        self.occupants().is_ok_and(|found| !found.is_empty())
    }

    /// Where `workshop/` leads, if it is a link that leaves the workspace or goes nowhere: nothing
    /// is read or written through it then.
    pub fn leads_out(&self) -> Option<PathBuf> {
        let dir = self.dir();
        if !fs::symlink_metadata(&dir).is_ok_and(|meta| meta.is_symlink()) {
            return None;
        }
        let target = || fs::read_link(&dir).unwrap_or_else(|_| dir.clone());
        let Ok(real) = fs::canonicalize(&dir) else { return Some(target()) };
        let root = fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        let inside = real.starts_with(&root) && real != root && !real.starts_with(root.join(Self::PRIVATE));
        (!inside).then_some(real)
    }

    /// Makes `.workshop/`, for this user alone, which ignores itself in git.
    pub fn make_private(&self) -> std::io::Result<()> {
        let private = self.private();
        disk::private_folder(&private)?;
        let ignore = private.join(".gitignore");
        if ignore.exists() { Ok(()) } else { disk::write(&ignore, b"*\n", Some(0o600), &private) }
    }

    /// Makes `.workshop/` and takes its lock.
    pub fn lock(&self, wait: Duration) -> Result<Lock, LockError> {
        let private = self.private();
        match self.make_private().map_err(|error| (JournalError::io(&private, &error), error)) {
            Ok(()) => Lock::acquire(&private, wait),
            Err((JournalError::NotWritable { folder }, _)) => Err(LockError::NotWritable { folder }),
            Err((_, error)) => {
                Err(LockError::Io { path: private.display().to_string(), reason: disk::reason(&error) })
            }
        }
    }

    /// The journal, repaired where a command was killed. Holding the lock is what makes that safe.
    pub fn journal(&self, _held: &Lock) -> Result<Journal, JournalError> {
        Journal::open(&self.private())
    }

    /// Fills an empty or missing `workshop/` with `files` (relative path, content), as one write.
    /// Placeholders of a repository may lie there, and are replaced where `files` has them.
    pub fn create(
        &self,
        journal: &mut Journal,
        label: String,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Vec<String>, CreateError> {
        let found = self.occupants()?;
        if !found.is_empty() {
            let path = self.dir().display().to_string();
            return Err(CreateError::NotEmpty { path, found: found.into_iter().take(5).collect() });
        }
        let dir = self.dir();
        let mut changes = Vec::new();
        for (path, content) in files {
            let before = match files::read_bytes(&dir, &path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.is_missing() => None,
                Err(error) => return Err(error.into()),
            };
            changes.push(Change { path, before, after: Some(content), mode: None });
        }
        Ok(journal.record_and_write("create", label, changes)?)
    }

    /// The files in `workshop/`, without a repository's placeholders at its top.
    fn occupants(&self) -> Result<Vec<String>, ReadError> {
        let dir = self.dir();
        if fs::symlink_metadata(&dir).is_err() {
            return Ok(Vec::new());
        }
        let mut found = walk(&dir)?;
        found.retain(|path| !Self::is_placeholder(path));
        Ok(found)
    }
}
