//! The [`Journal`]: every write that the runner makes to a workspace, recorded before it is made,
//! so that `undo` always works and a killed program leaves the workspace as it was before a write
//! or as it is after it, never between.
//!
//! An entry is a folder `.workshop/journal/NNNN/` with both contents of every file, each with its
//! checksum. It appears in one rename, in state `pending`; then each file changes places with the
//! learner's in one move, and what comes out, the learner's own file, stays in the entry; then its
//! state becomes `done` in one rename. [`Journal::open`] rolls back what is still pending. An entry
//! that holds something of the learner's that is nowhere else stays until an `undo` brought it back.
//! Whoever opens a journal holds the workspace's lock: another process's pending entry is not a
//! dead one.

mod change;
mod entry;
mod error;
mod exchange;
mod manifest;
mod take_back;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::files::{self, writable_path};
use super::{Workspace, disk};
use change::Folders;
pub use change::{Aside, Change, OWN, Undone};
use entry::{Contents, Entry};
pub use error::{JournalError, Recovery};
use exchange::Found;
use manifest::{Manifest, Move, Stage};

/// How many entries are kept; the oldest go first.
const KEPT: usize = 200;

/// Numbers of entries are smaller; whatever has a greater one is not ours.
const END: u64 = 1_000_000_000;

/// How many of the latest entries are asked, at each opening, whether an editor wrote to a file of
/// theirs that it had held open.
const WATCHED: usize = 8;

/// How long an entry that was taken back waits for such an editor.
const WAITS: Duration = Duration::from_secs(60);

/// The open journal of one workspace. Whoever opens it holds the workspace's lock.
#[derive(Debug)]
pub struct Journal {
    folders: Folders,
    recovery: Recovery,
}

impl Journal {
    /// Opens the journal in `private` (`.workshop/`) of the workspace beside it, and repairs what
    /// a killed program left. The caller holds the workspace's lock.
    ///
    /// # Errors
    /// [`JournalError::Newer`], or what the disk says.
    pub fn open(private: &Path) -> Result<Self, JournalError> {
        let work = private.with_file_name(Workspace::DIR);
        let folders = Folders { work, entries: private.join("journal"), tmp: private.join("tmp") };
        let mut recovery = Recovery::default();
        for folder in [&folders.entries, &folders.tmp] {
            // A link there would lead what is written elsewhere.
            if fs::symlink_metadata(folder).is_ok_and(|meta| !meta.is_dir()) {
                recovery.broken.push(entry::put_aside(folder)?.display().to_string());
            }
            disk::private_folder(folder).map_err(|error| JournalError::io(folder, &error))?;
        }
        // The progress is written in `private` itself.
        disk::remove_temporaries(private);
        disk::remove_temporaries(&folders.tmp);
        let mut journal = Self { folders, recovery };
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
        changes: Vec<Change>,
    ) -> Result<Vec<String>, JournalError> {
        self.make_room_and_write(kind, label, &[], changes)
    }

    /// The same, after `asides` made room for it.
    pub(crate) fn make_room_and_write(
        &mut self,
        kind: &str,
        label: String,
        asides: &[Aside],
        mut changes: Vec<Change>,
    ) -> Result<Vec<String>, JournalError> {
        changes.retain(|change| change.before != change.after);
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let mut manifest = Manifest::new(kind, label);
        manifest.asides = self.moves(asides);
        self.transact(manifest, &changes)
    }

    fn moves(&self, asides: &[Aside]) -> Vec<Move> {
        let inode = |path: &String| disk::inode(&self.folders.work.join(path));
        let one = |aside: &Aside| Move {
            from: aside.from.clone(),
            to: aside.to.clone(),
            inode: inode(&aside.from),
        };
        asides.iter().map(one).collect()
    }

    fn transact(&self, manifest: Manifest, changes: &[Change]) -> Result<Vec<String>, JournalError> {
        let work = &self.folders.work;
        if fs::symlink_metadata(work).is_ok() && !work.is_dir() {
            return Err(JournalError::NotAFolder { path: work.display().to_string() });
        }
        let mut modified = Vec::new();
        for change in changes {
            // The time before the words: a save in between is seen.
            let place = self.folders.work.join(&change.path);
            modified.push(fs::canonicalize(place).ok().and_then(|place| entry::settled_time(&place)));
            if !self.is_as_expected(change, &manifest.asides)? {
                return Err(JournalError::ChangedMeanwhile { path: change.path.clone() });
            }
        }
        let mut entry = Entry::record(&self.folders, self.next_number()?, manifest, changes, &modified)?;
        if let Err(error) = self.carry_out(&mut entry, changes) {
            return Err(match entry.roll_back(&self.folders, false) {
                Ok(needed) => match needed.into_iter().next() {
                    Some(path) => JournalError::SavedMeanwhile { path },
                    None => error,
                },
                Err(second) => JournalError::NotRolledBack {
                    path: entry.dir.display().to_string(),
                    reason: second.to_string(),
                },
            });
        }
        self.prune();
        Ok(changes.iter().map(|change| change.path.clone()).collect())
    }

    fn is_as_expected(&self, change: &Change, asides: &[Move]) -> Result<bool, JournalError> {
        if !files::is_plain(&change.path) {
            return Err(files::ReadError::Outside { path: change.path.clone() }.into());
        }
        let below = |folder: &str| change.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        if asides.iter().any(|one| one.from == change.path || below(&one.from)) {
            return Ok(change.before.is_none());
        }
        let place = writable_path(&self.folders.work, &change.path)?;
        let found = exchange::look(&place).map_err(|error| JournalError::io(&place, &error))?;
        if found == Found::Thing {
            let thing = files::obstacle(&self.folders.work, &change.path).map(|(_, error)| error);
            let path = change.path.clone();
            return Err(thing.map_or(JournalError::ChangedMeanwhile { path }, JournalError::File));
        }
        Ok(found.is(change.before.as_deref()))
    }

    fn carry_out(&self, entry: &mut Entry, changes: &[Change]) -> Result<(), JournalError> {
        let contents: Vec<Contents> = changes
            .iter()
            .map(|change| Contents { before: change.before.clone(), after: change.after.clone() })
            .collect();
        for one in &entry.manifest.asides {
            exchange::move_thing(&self.folders, one)?;
        }
        for (index, contents) in contents.iter().enumerate() {
            entry.write(&self.folders, index, contents)?;
        }
        self.finish(entry, &contents)
    }

    /// The entry is done: it stays, and can be undone.
    fn finish(&self, entry: &mut Entry, contents: &[Contents]) -> Result<(), JournalError> {
        exchange::remove_empty(&self.folders.work, &entry.manifest.removes_folders);
        for one in &entry.manifest.returns {
            // Where something else lies by now it stays beside that.
            match exchange::move_thing(&self.folders, one) {
                Err(JournalError::ChangedMeanwhile { .. }) => {}
                moved => moved?,
            }
        }
        entry.sync(&self.folders)?;
        for (index, contents) in contents.iter().enumerate() {
            let about = |error: io::Error| JournalError::io(&entry.dir, &error);
            if !entry.came_out_as_expected(index, contents).map_err(about)? {
                let path = entry.manifest.files[index].path.clone();
                return Err(JournalError::ChangedMeanwhile { path });
            }
        }
        entry.set_stage(&self.folders, Stage::Done)
    }

    fn recover(&mut self) -> Result<(), JournalError> {
        self.sweep()?;
        for number in self.numbers()?.into_iter().rev() {
            self.unless_damaged(number, |journal| journal.recover_entry(number))?;
        }
        for number in self.numbers()?.into_iter().rev().take(WATCHED) {
            self.unless_damaged(number, |journal| journal.watch_entry(number))?;
        }
        Ok(())
    }

    fn unless_damaged(
        &mut self,
        number: u64,
        work: impl FnOnce(&mut Self) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match work(self) {
            Err(JournalError::Damaged { .. }) => {
                let aside = entry::put_aside(&self.folders.entries.join(format!("{number:04}")))?;
                self.recovery.broken.push(aside.display().to_string());
                Ok(())
            }
            done => done,
        }
    }

    fn recover_entry(&mut self, number: u64) -> Result<(), JournalError> {
        let mut entry = Entry::load(&self.folders, number)?;
        if entry.stage == Stage::Pending {
            self.recovery.left_alone.extend(entry.roll_back(&self.folders, true)?);
            self.recovery.rolled_back.push(entry.manifest.label);
        }
        Ok(())
    }

    /// Whether an editor wrote to what this entry took out.
    fn watch_entry(&mut self, number: u64) -> Result<(), JournalError> {
        let mut entry = Entry::load(&self.folders, number)?;
        if entry.stage == Stage::Done {
            let late = late_files(&entry)?;
            if !late.is_empty() {
                entry.set_stage(&self.folders, Stage::Late)?;
                self.recovery.late.extend(late);
            }
        }
        Ok(())
    }

    /// Entries that were taken back go after a while, unless an editor wrote to a file of theirs.
    fn sweep(&mut self) -> Result<(), JournalError> {
        let about = |error: io::Error| JournalError::io(&self.folders.entries, &error);
        let mut voids = Vec::new();
        for entry in fs::read_dir(&self.folders.entries).map_err(about)? {
            let entry = entry.map_err(about)?;
            if entry.file_name().to_string_lossy().contains(".void") {
                voids.push(entry.path());
            }
        }
        for dir in voids {
            let entry = Entry::load_from(dir.clone(), 0);
            let late = entry.as_ref().ok().map(late_files).transpose();
            match (entry, late) {
                (Ok(entry), Ok(Some(late))) if late.is_empty() => {
                    let age = fs::metadata(&dir).and_then(|meta| meta.modified()).ok();
                    let age = age.and_then(|time| SystemTime::now().duration_since(time).ok());
                    if age.is_none_or(|age| age > WAITS) {
                        entry::remove(&self.folders, &entry.dir)?;
                    }
                }
                (Ok(entry), Ok(Some(late))) => {
                    entry.revive(&self.folders, self.next_number()?)?;
                    self.recovery.late.extend(late);
                }
                (Err(JournalError::Damaged { .. }), _) | (_, Err(JournalError::Damaged { .. })) => {
                    self.recovery.broken.push(entry::put_aside(&dir)?.display().to_string());
                }
                (Err(error), _) | (_, Err(error)) => return Err(error),
                (Ok(_), Ok(None)) => {}
            }
        }
        Ok(())
    }

    /// The numbers of the entries, in order: of names exactly as they are written here. Whatever
    /// else lies there is not the journal's, and stays.
    fn numbers(&self) -> Result<Vec<u64>, JournalError> {
        let about = |error: io::Error| JournalError::io(&self.folders.entries, &error);
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.folders.entries).map_err(about)? {
            let name = entry.map_err(about)?.file_name();
            let Some(name) = name.to_str() else { continue };
            let number = name.parse::<u64>().ok();
            numbers
                .extend(number.filter(|number| (1..END).contains(number) && name == format!("{number:04}")));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn next_number(&self) -> Result<u64, JournalError> {
        Ok(self.numbers()?.last().map_or(1, |last| last + 1))
    }

    /// All that are not being made.
    fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        let numbers = self.numbers()?.into_iter();
        let mut entries: Vec<_> =
            numbers.map(|number| Entry::load(&self.folders, number)).collect::<Result<_, _>>()?;
        entries.retain(|entry| entry.stage != Stage::Pending);
        Ok(entries)
    }

    /// A journal that cannot be made smaller now is made smaller next time.
    fn prune(&self) {
        let Ok(numbers) = self.numbers() else { return };
        let Some(excess) = numbers.len().checked_sub(KEPT).filter(|excess| *excess > 0) else { return };
        let Ok(entries) = self.entries() else { return };
        let undone = undone(&entries);
        for mut entry in entries.into_iter().filter(|entry| numbers[..excess].contains(&entry.number)) {
            let is_late = entry.stage == Stage::Done && late_files(&entry).is_ok_and(|late| !late.is_empty());
            if is_late {
                let _ = entry.set_stage(&self.folders, Stage::Late);
            }
            // What holds something of the learner's stays until that was brought back.
            if !entry.stage.holds() || undone.contains(&entry.number) {
                let _ = entry::remove(&self.folders, &entry.dir);
            }
        }
    }
}

/// The numbers of the entries that were taken back.
fn undone(entries: &[Entry]) -> Vec<u64> {
    let done = entries.iter().filter(|entry| entry.stage.is_done());
    done.filter_map(|entry| entry.manifest.undoes).collect()
}

/// The files of an entry to which an editor wrote after they had been taken out.
fn late_files(entry: &Entry) -> Result<Vec<String>, JournalError> {
    if !entry.has_slots() {
        return Ok(Vec::new());
    }
    let mut late = Vec::new();
    for (index, contents) in entry.contents()?.iter().enumerate() {
        let found = entry.late(index, contents).map_err(|error| JournalError::io(&entry.dir, &error))?;
        if found.is_some() {
            late.push(entry.manifest.files[index].path.clone());
        }
    }
    Ok(late)
}
