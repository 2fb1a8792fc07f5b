//! The [`Journal`]: every write that the runner makes to a workspace, recorded before it is made,
//! so that `undo` always works and a killed program leaves the workspace as it was before a write
//! or as it is after it, never between.
//!
//! An entry is a folder `.workshop/journal/NNNN/` with both contents of every file. It appears in
//! one rename, in state `pending`; then the files are replaced one by one; then its state becomes
//! `done` in one rename. [`Journal::open`] rolls back what is still pending. Whoever opens a
//! journal holds the workspace's lock: another process's pending entry is not a dead one.

mod entry;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::text::Text;

use super::files::{ReadError, writable_path};
use super::merge::merge;
use super::{Workspace, disk, now_millis};
use entry::{Entry, Manifest};

/// How many entries are kept; the oldest go first.
const KEPT: usize = 200;

/// The kind of what the runner writes for itself (`.env`): recorded like all, and nothing of the
/// learner's to take back, so [`Journal::undo`] passes over it.
pub const OWN: &str = "own";

/// One file's change; `None` is no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Relative to the workspace folder, with `/`.
    pub path: String,
    pub before: Option<Vec<u8>>,
    pub after: Option<Vec<u8>>,
    /// Unix permission bits that it gets; where none are given, a file that is there keeps its own.
    pub mode: Option<u32>,
}

/// What an undo took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    pub kind: String,
    pub label: String,
    /// The files that changed by it; empty where the learner had taken everything back already.
    pub files: Vec<String>,
}

/// What had to be repaired when the journal was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// The labels of the interrupted writes that were taken back.
    pub rolled_back: Vec<String>,
    /// Files that were changed by someone else since, and were not touched.
    pub left_alone: Vec<String>,
    /// Entries that could not be read and were put aside as `NNNN.broken`; they cannot be undone.
    pub broken: Vec<String>,
}

impl Recovery {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What to say about it, a line each.
    pub fn texts(&self) -> Vec<Text> {
        let rolled_back = self
            .rolled_back
            .iter()
            .map(|label| Text::new("journal-rolled-back").with("label", label.as_str()));
        let left_alone =
            self.left_alone.iter().map(|path| Text::new("journal-left-alone").with("path", path.as_str()));
        let broken = self.broken.iter().map(|path| Text::new("journal-broken").with("path", path.as_str()));
        rolled_back.chain(left_alone).chain(broken).collect()
    }
}

/// One write of the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    pub number: u64,
    pub kind: String,
    pub label: String,
    /// Unix time in milliseconds.
    pub time: u64,
    pub files: Vec<String>,
    pub undone: bool,
}

/// Why a write or an undo could not be done. Nothing was changed then, but for
/// [`JournalError::NotRolledBack`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(crate::text::Lang::En))]
pub enum JournalError {
    /// The file is not as it was when the change was made up.
    ChangedMeanwhile {
        path: String,
    },
    NothingToUndo,
    /// The learner changed what an undo would take back.
    UndoConflict {
        path: String,
    },
    File(ReadError),
    /// No permission to write there, or a read-only file system.
    NotWritable {
        folder: String,
    },
    /// The disk is full, or the like.
    Io {
        path: String,
        reason: String,
    },
    /// As `Io`, and what was written could not be taken back at once; the next command does it.
    NotRolledBack {
        path: String,
        reason: String,
    },
    /// An entry that cannot be read.
    Damaged {
        path: String,
    },
    /// An entry of a newer version of this program.
    Newer {
        path: String,
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

    pub fn text(&self) -> Text {
        let about = |key, path: &String| Text::new(key).with("path", path.as_str());
        match self {
            Self::ChangedMeanwhile { path } => about("journal-changed-meanwhile", path),
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
        }
    }
}

impl From<ReadError> for JournalError {
    fn from(error: ReadError) -> Self {
        Self::File(error)
    }
}

/// Where the parts of a journal lie.
#[derive(Clone, Debug)]
struct Folders {
    /// The learner's folder.
    work: PathBuf,
    entries: PathBuf,
    tmp: PathBuf,
}

#[derive(Debug)]
pub struct Journal {
    folders: Folders,
    recovery: Recovery,
}

impl Journal {
    /// Opens the journal in `private` (`.workshop/`) of the workspace beside it, and repairs what
    /// a killed program left. The caller holds the workspace's lock.
    pub fn open(private: &Path) -> Result<Self, JournalError> {
        let work = private.with_file_name(Workspace::DIR);
        let folders = Folders { work, entries: private.join("journal"), tmp: private.join("tmp") };
        for folder in [&folders.entries, &folders.tmp] {
            disk::private_folder(folder).map_err(|error| JournalError::io(folder, &error))?;
        }
        // The progress is written in `private` itself.
        disk::remove_temporaries(private);
        disk::remove_temporaries(&folders.tmp);
        let mut journal = Self { folders, recovery: Recovery::default() };
        journal.recover()?;
        Ok(journal)
    }

    /// What opening it had to repair.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// Makes `changes` as one: all of them, or none. Returns the paths of the files that changed;
    /// where that is none, nothing is recorded.
    pub fn record_and_write(
        &mut self,
        kind: &str,
        label: String,
        mut changes: Vec<Change>,
    ) -> Result<Vec<String>, JournalError> {
        changes.retain(|change| change.before != change.after);
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        self.transact(Manifest::new(kind, label), &changes)
    }

    /// Takes back the latest write that is not undone. What the learner changed since stays, where
    /// both can be had; where not, nothing is done.
    pub fn undo(&mut self) -> Result<Undone, JournalError> {
        let entries = self.entries()?;
        let undone: Vec<u64> = entries.iter().filter_map(|entry| entry.manifest.undoes).collect();
        let open = |entry: &&Entry| {
            let manifest = &entry.manifest;
            manifest.undoes.is_none() && manifest.kind != OWN && !undone.contains(&entry.number)
        };
        let entry = entries.iter().rev().find(open).ok_or(JournalError::NothingToUndo)?;
        let mut changes = Vec::new();
        for change in entry.changes()? {
            changes.extend(self.taking_back(change)?);
        }
        let (kind, label) = (entry.manifest.kind.clone(), entry.manifest.label.clone());
        let mut manifest = Manifest::new("undo", label.clone());
        manifest.undoes = Some(entry.number);
        manifest.removes_folders.clone_from(&entry.manifest.made_folders);
        let files = self.transact(manifest, &changes)?;
        Ok(Undone { kind, label, files })
    }

    /// The writes that are kept, oldest first; undoing is not listed as a write of its own.
    pub fn history(&self) -> Result<Vec<Past>, JournalError> {
        let entries = self.entries()?;
        let undone: Vec<u64> = entries.iter().filter_map(|entry| entry.manifest.undoes).collect();
        let writes = entries.iter().filter(|entry| entry.manifest.undoes.is_none());
        Ok(writes.map(|entry| entry.past(undone.contains(&entry.number))).collect())
    }

    /// The change that takes `change` back from what is on disk now.
    fn taking_back(&self, change: Change) -> Result<Option<Change>, JournalError> {
        let Change { path, before, after, .. } = change;
        let now = self.on_disk(&path)?;
        if now == before {
            return Ok(None);
        }
        if now == after {
            return Ok(Some(Change { path, before: now, after: before, mode: None }));
        }
        let text = |bytes: &Option<Vec<u8>>| bytes.clone().and_then(|bytes| String::from_utf8(bytes).ok());
        let merged = match (text(&after), text(&now), text(&before)) {
            (Some(after), Some(now), Some(before)) => merge(&after, &now, &before).ok(),
            _ => None,
        };
        match merged {
            Some(text) => Ok(Some(Change { path, before: now, after: Some(text.into_bytes()), mode: None })),
            None => Err(JournalError::UndoConflict { path }),
        }
    }

    fn transact(&self, manifest: Manifest, changes: &[Change]) -> Result<Vec<String>, JournalError> {
        for change in changes {
            if self.on_disk(&change.path)? != change.before {
                return Err(JournalError::ChangedMeanwhile { path: change.path.clone() });
            }
        }
        let entry = self.record(manifest, changes)?;
        if let Err(error) = self.carry_out(&entry) {
            return Err(match entry.roll_back(&self.folders) {
                Ok(_) => error,
                Err(second) => JournalError::NotRolledBack {
                    path: entry.dir.display().to_string(),
                    reason: second.to_string(),
                },
            });
        }
        self.prune();
        Ok(changes.iter().map(|change| change.path.clone()).collect())
    }

    fn on_disk(&self, path: &str) -> Result<Option<Vec<u8>>, JournalError> {
        let place = writable_path(&self.folders.work, path)?;
        let content = disk::read(&place).map_err(|error| ReadError::io(path, &error))?;
        Ok(content.map(|content| content.bytes))
    }

    /// Writes the entry, pending. From here on a killed program's work is taken back.
    fn record(&self, manifest: Manifest, changes: &[Change]) -> Result<Entry, JournalError> {
        let number = self.numbers()?.last().map_or(1, |last| last + 1);
        Entry::record(&self.folders, number, manifest, changes)
    }

    fn carry_out(&self, entry: &Entry) -> Result<(), JournalError> {
        for index in 0..entry.manifest.files.len() {
            entry.write(&self.folders, index)?;
        }
        entry.finish(&self.folders)
    }

    fn recover(&mut self) -> Result<(), JournalError> {
        for number in self.numbers()?.into_iter().rev() {
            match self.recover_entry(number) {
                Err(JournalError::Damaged { .. }) => {
                    let aside = entry::put_aside(&self.folders, number)?;
                    self.recovery.broken.push(aside.display().to_string());
                }
                other => other?,
            }
        }
        Ok(())
    }

    fn recover_entry(&mut self, number: u64) -> Result<(), JournalError> {
        let entry = Entry::load(&self.folders, number)?;
        if entry.is_pending() {
            self.recovery.left_alone.extend(entry.roll_back(&self.folders)?);
            self.recovery.rolled_back.push(entry.manifest.label);
        }
        Ok(())
    }

    /// The numbers of the entries, in order.
    fn numbers(&self) -> Result<Vec<u64>, JournalError> {
        let about = |error: io::Error| JournalError::io(&self.folders.entries, &error);
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folders.entries).map_err(about)? {
            let name = entry.map_err(about)?.file_name();
            numbers.extend(name.to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        let numbers = self.numbers()?.into_iter();
        let mut entries: Vec<_> =
            numbers.map(|number| Entry::load(&self.folders, number)).collect::<Result<_, _>>()?;
        entries.retain(|entry| !entry.is_pending());
        Ok(entries)
    }

    /// A journal that cannot be made smaller now is made smaller next time.
    fn prune(&self) {
        let Ok(numbers) = self.numbers() else { return };
        for number in numbers.iter().rev().skip(KEPT) {
            let _ = entry::remove(&self.folders, *number);
        }
    }
}
