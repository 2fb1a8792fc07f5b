//! How the files of an entry change places with the learner's, and back. Nothing is looked at first
//! and written then: what was there comes out in the same move, is looked at, and goes back where it
//! is not what was expected.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::super::disk;
use super::super::files::writable_path;
use super::super::swap;
use super::change::Folders;
use super::entry::{Contents, Entry, modified};
use super::error::JournalError;
use super::manifest::{Move, Stage, name};

/// How often a file is given back to an editor that saves it again and again.
const TRIES: usize = 1000;

/// What lies somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    File(Vec<u8>),
    /// A folder, a link, a pipe; or a file that is too large or may not be read.
    Thing,
}

impl Found {
    pub(super) fn is(&self, wanted: Option<&[u8]>) -> bool {
        match self {
            Self::Nothing => wanted.is_none(),
            Self::File(bytes) => wanted == Some(bytes.as_slice()),
            Self::Thing => false,
        }
    }
}

pub(super) fn look(path: &Path) -> io::Result<Found> {
    match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Found::Nothing);
        }
        Err(error) => return Err(error),
        Ok(meta) if !meta.is_file() => return Ok(Found::Thing),
        Ok(_) => {}
    }
    match disk::bytes(path, disk::LARGEST) {
        Ok(bytes) => Ok(Found::File(bytes)),
        Err(unread) if unread.is_missing() => Ok(Found::Nothing),
        Err(disk::Unread::Io(error)) if error.kind() != ErrorKind::PermissionDenied => Err(error),
        Err(_) => Ok(Found::Thing),
    }
}

/// What lies at a path of the workspace.
pub(super) fn look_at(folders: &Folders, rel: &str) -> Result<Found, JournalError> {
    let Ok(place) = writable_path(&folders.work, rel) else { return Ok(Found::Thing) };
    look(&place).map_err(|error| JournalError::io(&place, &error))
}

impl Entry {
    /// The file that changes places with the learner's.
    fn slot(&self, index: usize) -> PathBuf {
        self.dir.join(name(index, "file"))
    }

    /// What recovery gives back where the slot is not what it was.
    fn back(&self, index: usize) -> PathBuf {
        self.dir.join(name(index, "back"))
    }

    /// The slot's place where the learner's file is on another file system.
    fn beside(&self, index: usize, place: &Path) -> PathBuf {
        place.with_file_name(format!("{}{}-{index}", disk::TEMPORARY, self.manifest.token))
    }

    /// Makes the change of one file, if what was there is what was expected.
    pub(super) fn write(
        &self,
        folders: &Folders,
        index: usize,
        contents: &Contents,
    ) -> Result<(), JournalError> {
        let path = &self.manifest.files[index].path;
        let place = writable_path(&folders.work, path)?;
        let about = |error: io::Error| JournalError::io(&place, &error);
        if contents.after.is_some() {
            make_parents(&place).map_err(about)?;
        }
        let slot = self.slot(index);
        let written = match swap_in(&slot, &place, contents) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let beside = self.beside(index, &place);
                self.prepare(&beside, index, contents.after.as_deref()).map_err(about)?;
                let written = swap_in(&beside, &place, contents);
                self.fetch(index, &place, contents).map_err(about)?;
                written
            }
            written => written,
        };
        match written.map_err(about)? {
            true => Ok(()),
            false => Err(JournalError::ChangedMeanwhile { path: path.clone() }),
        }
    }

    fn prepare(&self, path: &Path, index: usize, bytes: Option<&[u8]>) -> io::Result<()> {
        let Some(bytes) = bytes else { return Ok(()) };
        let file = &self.manifest.files[index];
        let mode = file.after.as_ref().and_then(|side| side.mode);
        let mode = mode.or_else(|| file.before.as_ref().and_then(|side| side.mode));
        disk::create_prepared(path, bytes, mode)?;
        disk::sync(path)
    }

    /// Brings what came out beside the learner's file into the entry.
    fn fetch(&self, index: usize, place: &Path, contents: &Contents) -> io::Result<()> {
        let (beside, slot) = (self.beside(index, place), self.slot(index));
        gather(&beside, place, contents)?;
        let Found::File(bytes) = look(&beside)? else { return Ok(()) };
        if contents.after.as_deref() != Some(&bytes) && look(&slot)? != Found::File(bytes.clone()) {
            let replaceable = |found: &Found| *found == Found::Nothing || found.is(contents.after.as_deref());
            let to = if replaceable(&look(&slot)?) { slot } else { self.back(index) };
            let (draft, modified) = (self.dir.join(name(index, "draft")), fs::metadata(&beside)?.modified());
            let _ = fs::remove_file(&draft);
            disk::create_private(&draft, &bytes)?;
            if let Ok(time) = modified {
                fs::File::options().write(true).open(&draft)?.set_modified(time)?;
            }
            disk::sync(&draft)?;
            swap::take(&draft, &to)?;
        }
        disk::remove(&beside)
    }

    /// Nothing was written to what came out while the rest was being done.
    pub(super) fn came_out_as_expected(&self, index: usize, contents: &Contents) -> io::Result<bool> {
        Ok(contents.before.is_none() || look(&self.slot(index))?.is(contents.before.as_deref()))
    }

    /// What a learner's editor wrote that lies in the entry and nowhere else.
    pub(super) fn late(&self, index: usize, contents: &Contents) -> io::Result<Option<Found>> {
        let file = &self.manifest.files[index];
        let recorded = [&file.before, &file.after].map(|side| side.as_ref().and_then(|side| side.modified));
        let (slot, back) = (self.slot(index), self.back(index));
        for path in [swap::waiting(&slot), swap::waiting(&back), back, slot] {
            let found = look(&path)?;
            let ours = found == Found::Nothing
                || (contents.before.is_some() && found.is(contents.before.as_deref()))
                || (contents.after.is_some() && found.is(contents.after.as_deref()));
            // Its words changed and its time did not: that was no write, but a flipped bit, and the
            // copy beside it is whole.
            let rotten = modified(&path).is_some_and(|time| recorded.contains(&Some(time)));
            if !ours && !rotten {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Takes back the change of one file, where it is still as this entry left it. Whether
    /// something of it is still needed: somebody else changed it in between.
    fn take_back(
        &self,
        folders: &Folders,
        index: usize,
        contents: &Contents,
        killed: bool,
    ) -> Result<bool, JournalError> {
        let Ok(place) = writable_path(&folders.work, &self.manifest.files[index].path) else {
            return Ok(true);
        };
        let about = |error: io::Error| JournalError::io(&place, &error);
        let (before, after) = (contents.before.as_deref(), contents.after.as_deref());
        gather(&self.slot(index), &place, contents).map_err(about)?;
        self.fetch(index, &place, contents).map_err(about)?;
        let untouched = self.is_untouched(index, &place, contents).map_err(about)?;
        if !untouched && look(&place).map_err(about)?.is(after) {
            self.give_back(index, &place, contents, killed).map_err(about)?;
        }
        if self.late(index, contents).map_err(about)?.is_some() {
            return Ok(true);
        }
        // Of a file that this entry never touched nothing is needed: it is the learner's own save
        // that came before. After a kill nobody has seen that, and it is kept to be sure.
        let now = look(&place).map_err(about)?;
        Ok(!now.is(before) && (killed || !untouched))
    }

    /// The slot is as it was recorded: whatever lies in the learner's place is the learner's.
    fn is_untouched(&self, index: usize, place: &Path, contents: &Contents) -> io::Result<bool> {
        // An entry of the first format has no slots.
        if self.manifest.format < 2 {
            return Ok(false);
        }
        let slot = self.slot(index);
        let is_same = disk::inode(&slot).is_some_and(|inode| disk::inode(place) == Some(inode));
        Ok(look(&slot)?.is(contents.after.as_deref()) && !is_same)
    }

    fn give_back(&self, index: usize, place: &Path, contents: &Contents, killed: bool) -> io::Result<()> {
        let slot = self.slot(index);
        let Some(before) = &contents.before else {
            // A file that was made goes where it came from.
            if look(&slot)?.is(contents.after.as_deref()) {
                disk::remove(&slot)?;
            }
            let taken = self.on_its_device(index, place, &slot, None, |hand| take_out(place, hand, contents));
            return taken.and_then(|()| self.fetch(index, place, contents));
        };
        let hand = match look(&slot)? {
            found if found.is(Some(before)) => slot,
            // Saved a moment ago, by an editor that should find its words where it saved them.
            Found::File(_) if !killed => slot,
            _ => {
                let back = self.back(index);
                match look(&back)? {
                    found if found.is(Some(before)) => {}
                    // Somebody's words, caught in a recovery that was killed too.
                    found if found != Found::Nothing && !found.is(contents.after.as_deref()) => return Ok(()),
                    _ => {
                        disk::remove(&back)?;
                        let mode = self.manifest.files[index].before.as_ref().and_then(|side| side.mode);
                        disk::create_prepared(&back, before, mode)?;
                        disk::sync(&back)?;
                    }
                }
                back
            }
        };
        make_parents(place)?;
        let given = self.on_its_device(index, place, &hand, Some(before), |hand| match &contents.after {
            Some(after) => return_to(place, hand, after),
            None => match swap::place(hand, place) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                placed => placed,
            },
        });
        given.and_then(|()| self.fetch(index, place, contents))
    }

    /// Does `work` with `hand`, or beside `place` where that is on another file system.
    fn on_its_device(
        &self,
        index: usize,
        place: &Path,
        hand: &Path,
        bytes: Option<&[u8]>,
        work: impl Fn(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        match work(hand) {
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let beside = self.beside(index, place);
                if let Some(bytes) = bytes {
                    let mode = self.manifest.files[index].before.as_ref().and_then(|side| side.mode);
                    disk::create_prepared(&beside, bytes, mode)?;
                    disk::sync(&beside)?;
                }
                work(&beside)
            }
            done => done,
        }
    }

    /// Takes everything back that is as this entry left it. The files that somebody else changed in
    /// between stay as they are, and then the entry stays too, with what was there before; their
    /// paths. `killed` says that nobody saw how far it came.
    pub(super) fn roll_back(&mut self, folders: &Folders, killed: bool) -> Result<Vec<String>, JournalError> {
        let contents = self.contents()?;
        let mut needed = Vec::new();
        for one in self.manifest.returns.iter().rev() {
            needed.extend(move_back(folders, one)?);
        }
        for (index, contents) in contents.iter().enumerate().rev() {
            if self.take_back(folders, index, contents, killed)? {
                needed.push(self.manifest.files[index].path.clone());
            }
        }
        remove_empty(&folders.work, &self.manifest.made_folders);
        for one in self.manifest.asides.iter().rev() {
            needed.extend(move_back(folders, one)?);
        }
        self.sync(folders)?;
        if needed.is_empty() {
            self.retire(folders)?;
        } else {
            self.set_stage(folders, Stage::Kept)?;
        }
        needed.dedup();
        Ok(needed)
    }

    /// Makes the new places of all its files last.
    pub(super) fn sync(&self, folders: &Folders) -> Result<(), JournalError> {
        let places = self.manifest.files.iter().map(|file| folders.work.join(&file.path));
        let parents = places.filter_map(|place| place.parent().map(Path::to_owned));
        let made = self.manifest.made_folders.iter().map(|folder| folders.work.join(folder));
        let parents: BTreeSet<PathBuf> =
            parents.chain(made).chain([folders.work.clone(), self.dir.clone()]).collect();
        for parent in parents.iter().filter(|parent| parent.is_dir()) {
            disk::sync(parent).map_err(|error| JournalError::io(parent, &error))?;
        }
        Ok(())
    }
}

/// Whether the change was made; if not, what was there is there again.
fn swap_in(hand: &Path, place: &Path, contents: &Contents) -> io::Result<bool> {
    let changed = |error: &io::Error| {
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists | ErrorKind::NotADirectory)
    };
    let moved = match (&contents.before, &contents.after) {
        (Some(_), Some(_)) => swap::exchange(hand, place),
        (None, _) => swap::place(hand, place),
        (Some(_), None) => swap::take(place, hand),
    };
    match (moved, &contents.before, &contents.after) {
        (Err(error), ..) if changed(&error) => {
            gather(hand, place, contents)?;
            Ok(false)
        }
        (Err(error), ..) => Err(error),
        (Ok(()), None, _) => Ok(true),
        (Ok(()), Some(before), _) if look(hand)?.is(Some(before)) => Ok(true),
        (Ok(()), Some(_), Some(after)) => return_to(place, hand, after).map(|()| false),
        (Ok(()), Some(_), None) => match swap::place(hand, place) {
            // Saved anew already; what was there before that stays in the entry.
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(false),
        },
    }
}

/// Exchanges until what comes out is what was put in: `ours` at first, then what an editor saved in
/// the meantime, whose next save goes back to where it saved it.
fn return_to(place: &Path, hand: &Path, ours: &[u8]) -> io::Result<()> {
    let mut put = Found::File(ours.to_vec());
    for _ in 0..TRIES {
        let next = look(hand)?;
        match swap::exchange(hand, place) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => match swap::place(hand, place) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                placed => return placed,
            },
            // An editor was faster than a file system without an exchange: its save is there, and
            // what it replaced lies in the entry.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error),
        }
        if look(hand)? == put {
            return Ok(());
        }
        put = next;
    }
    Err(ErrorKind::ResourceBusy.into())
}

/// Takes a file that was made out again, unless it is another by then.
fn take_out(place: &Path, hand: &Path, contents: &Contents) -> io::Result<()> {
    swap::take(place, hand)?;
    // Two names of one file, after a kill between them: a rename does nothing then.
    if disk::inode(place).is_some_and(|inode| disk::inode(hand) == Some(inode)) {
        disk::remove(place)?;
    }
    if look(hand)?.is(contents.after.as_deref()) {
        return Ok(());
    }
    match swap::place(hand, place) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Finishes what a kill left of an exchange in three moves.
fn gather(hand: &Path, place: &Path, contents: &Contents) -> io::Result<()> {
    let out = swap::waiting(hand);
    let (after, found) = (contents.after.as_deref(), look(&out)?);
    if found == Found::Nothing {
        return Ok(());
    }
    if after.is_some() && found.is(after) {
        return disk::remove(&out);
    }
    if look(place)? == Found::Nothing {
        match swap::place(&out, place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            placed => return placed,
        }
    }
    let there = look(hand)?;
    if there == Found::Nothing || (after.is_some() && there.is(after)) {
        swap::take(&out, hand)?;
    }
    Ok(())
}

fn make_parents(place: &Path) -> io::Result<()> {
    disk::fault::point("folders")?;
    place.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Moves a thing of the learner's to another name, where nothing lies.
pub(super) fn move_thing(folders: &Folders, one: &Move) -> Result<(), JournalError> {
    let (from, to) = (folders.work.join(&one.from), folders.work.join(&one.to));
    let is_it = one.inode.is_none() || disk::inode(&from) == one.inode;
    if !is_it {
        return Err(JournalError::ChangedMeanwhile { path: one.from.clone() });
    }
    swap::place(&from, &to).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotFound => {
            JournalError::ChangedMeanwhile { path: one.from.clone() }
        }
        _ => JournalError::io(&from, &error),
    })
}

/// The same back, if it was done; the path where something else lies now.
fn move_back(folders: &Folders, one: &Move) -> Result<Option<String>, JournalError> {
    let (from, to) = (folders.work.join(&one.from), folders.work.join(&one.to));
    let lies = |path: &Path| fs::symlink_metadata(path).is_ok();
    if !lies(&to) || (one.inode.is_some() && disk::inode(&to) != one.inode) {
        return Ok(None);
    }
    let moved = make_parents(&from).and_then(|()| swap::place(&to, &from));
    match moved {
        Ok(()) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotADirectory) => {
            Ok(Some(one.from.clone()))
        }
        Err(error) => Err(JournalError::io(&from, &error)),
    }
}

/// Innermost first; a folder with something in it stays.
pub(super) fn remove_empty(work: &Path, folders: &[String]) {
    for folder in folders.iter().rev() {
        let path = if folder.is_empty() { work.to_owned() } else { work.join(folder) };
        if disk::fault::point("remove-folder").is_ok() {
            let _ = fs::remove_dir(path);
        }
    }
}
