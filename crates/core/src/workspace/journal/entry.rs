//! One entry of the journal, on disk: `manifest.json` and `state`, sealed by checksums; and for the
//! N-th file `N.before` and `N.after`, copies that never change, and `N.file`, which changes places
//! with the learner's: the new file before, the learner's own after.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::disk;
use super::super::files::writable_path;
use super::super::hex::{checksum, random_hex};
use super::super::swap;
use super::change::{Change, Folders};
use super::error::JournalError;
use super::manifest::{self, FORMAT, FileRecord, MOST_FILES, Manifest, Side, Stage, name};

/// How old a file's time must be, so that a later write is sure to have another.
const SURELY_OLDER: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Entry {
    pub number: u64,
    pub dir: PathBuf,
    pub manifest: Manifest,
    pub stage: Stage,
    /// The checksum of the manifest as it is written.
    seal: String,
}

/// Both contents of a file, as they were recorded.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub before: Option<Vec<u8>>,
    pub after: Option<Vec<u8>>,
}

fn dir_of(folders: &Folders, number: u64) -> PathBuf {
    folders.entries.join(format!("{number:04}"))
}

/// `path` with `.WHAT` after its name, and a number where that is taken: nothing is written over.
fn free_name(path: &Path, what: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let names = std::iter::once(format!("{stem}.{what}"))
        .chain((2_u32..).map(|number| format!("{stem}.{what}-{number}")));
    let mut paths = names.map(|name| path.with_file_name(name));
    paths
        .find(|path| fs::symlink_metadata(path).is_err())
        .expect("one of four thousand million names is free")
}

/// Takes what cannot be believed out of the way; a person may still look at it.
pub(super) fn put_aside(from: &Path) -> Result<PathBuf, JournalError> {
    let to = free_name(from, "broken");
    swap::place(from, &to).map_err(|error| JournalError::io(from, &error))?;
    Ok(to)
}

/// Removes an entry; it is gone in one step.
pub(super) fn remove(folders: &Folders, dir: &Path) -> Result<(), JournalError> {
    let about = |error| JournalError::io(dir, &error);
    let to = temporary(folders).map_err(about)?;
    swap::take(dir, &to.path().join("gone")).map_err(about)?;
    disk::sync(&folders.entries).map_err(about)
    // What is left of it goes with the temporary folder, or at the next opening.
}

fn temporary(folders: &Folders) -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix(disk::TEMPORARY).tempdir_in(&folders.tmp)
}

/// Moves a draft and its `fresh` files into place, once they are on the disk.
fn publish(folders: &Folders, draft: &Path, fresh: &[PathBuf], dir: &Path) -> io::Result<()> {
    // Together at the end: the disk's own journal takes them as one then.
    for path in fresh.iter().map(PathBuf::as_path).chain([draft]) {
        disk::sync(path)?;
    }
    swap::place(draft, dir)?;
    disk::sync(&folders.entries)
}

impl Entry {
    /// Writes a new entry under a temporary name and moves it into place, pending. All that its
    /// files need is on the disk then, so that what follows only changes names. `modified` says
    /// when each of the files was last written.
    pub(super) fn record(
        folders: &Folders,
        number: u64,
        mut manifest: Manifest,
        changes: &[Change],
        modified: &[Option<u64>],
    ) -> Result<Self, JournalError> {
        if changes.len() > MOST_FILES {
            return Err(JournalError::TooMany { count: changes.len(), most: MOST_FILES });
        }
        let about = |error| JournalError::io(&folders.tmp, &error);
        let draft = temporary(folders).map_err(about)?;
        disk::private_folder(draft.path()).map_err(about)?;
        let create = |file: &str, bytes: &[u8]| {
            disk::create_private(&draft.path().join(file), bytes).map_err(about)?;
            Ok::<_, JournalError>(draft.path().join(file))
        };
        manifest.token = token().map_err(about)?;
        let mut fresh = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            // Where something makes room for the file first, it has no mode yet.
            let place = change.before.as_ref().and(writable_path(&folders.work, &change.path).ok());
            let mode = place.and_then(|place| disk::mode(&place));
            let mut side = |what: &str, bytes: &Option<Vec<u8>>, mode, modified| {
                let Some(bytes) = bytes else { return Ok(None) };
                let file = name(index, what);
                fresh.push(create(&file, bytes)?);
                Ok::<_, JournalError>(Some(Side { file, mode, sha256: Some(checksum(bytes)), modified }))
            };
            let before = side("before", &change.before, mode, modified[index])?;
            let slot = draft.path().join(name(index, "file"));
            if let Some(bytes) = &change.after {
                disk::create_prepared(&slot, bytes, change.mode.or(mode)).map_err(about)?;
                add_missing_folders(folders, &change.path, &mut manifest);
            }
            let after = side("after", &change.after, change.mode, self::modified(&slot))?;
            fresh.extend(change.after.is_some().then_some(slot));
            manifest.files.push(FileRecord { path: change.path.clone(), before, after });
        }
        let json = serde_json::to_vec_pretty(&manifest).expect("a manifest of ours becomes JSON");
        let seal = checksum(&json);
        fresh.push(create("manifest.json", &json)?);
        fresh.push(create("state", Stage::Pending.line(FORMAT, &seal).as_bytes())?);
        let dir = dir_of(folders, number);
        publish(folders, draft.path(), &fresh, &dir).map_err(about)?;
        Ok(Self { number, dir, manifest, stage: Stage::Pending, seal })
    }

    pub(super) fn load(folders: &Folders, number: u64) -> Result<Self, JournalError> {
        Self::load_from(dir_of(folders, number), number)
    }

    pub(super) fn load_from(dir: PathBuf, number: u64) -> Result<Self, JournalError> {
        let path = dir.join("manifest.json");
        let damaged = || JournalError::Damaged { path: dir.display().to_string() };
        let is_folder = fs::symlink_metadata(&dir).is_ok_and(|meta| meta.is_dir());
        let own = |file: &str, limit| if is_folder { own_bytes(&dir.join(file), limit) } else { None };
        let bytes = own("manifest.json", manifest::LARGEST).ok_or_else(damaged)?;
        let line = own("state", 200).ok_or_else(damaged)?;
        let seal = checksum(&bytes);
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if value["format"].as_u64().is_some_and(|format| format > u64::from(FORMAT)) {
            // Sealed, it is newer; else it is one of ours in which a bit flipped.
            let sealed = line.strip_suffix(b"\n").is_some_and(|line| line.ends_with(seal.as_bytes()));
            return Err(if sealed {
                JournalError::Newer { path: path.display().to_string() }
            } else {
                damaged()
            });
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(|_| damaged())?;
        let stage = Stage::read(&line, manifest.format, &seal).ok_or_else(damaged)?;
        if !manifest.is_sound() {
            return Err(damaged());
        }
        Ok(Self { number, dir, manifest, stage, seal })
    }

    /// What is recorded of every file, each held against its checksum.
    ///
    /// # Errors
    /// [`JournalError::Damaged`]: one of them is not what was recorded.
    pub(super) fn contents(&self) -> Result<Vec<Contents>, JournalError> {
        let damaged = || JournalError::Damaged { path: self.dir.display().to_string() };
        let bytes = |side: &Option<Side>| {
            let Some(side) = side else { return Ok(None) };
            let bytes = own_bytes(&self.dir.join(&side.file), disk::LARGEST).ok_or_else(damaged)?;
            let is_right = side.sha256.as_ref().is_none_or(|sum| *sum == checksum(&bytes));
            if is_right { Ok(Some(bytes)) } else { Err(damaged()) }
        };
        let files = self.manifest.files.iter();
        files.map(|file| Ok(Contents { before: bytes(&file.before)?, after: bytes(&file.after)? })).collect()
    }

    pub(super) fn set_stage(&mut self, folders: &Folders, stage: Stage) -> Result<(), JournalError> {
        let path = self.dir.join("state");
        let line = stage.line(self.manifest.format, &self.seal);
        disk::write(&path, line.as_bytes(), Some(0o600), &folders.tmp)
            .map_err(|error| JournalError::io(&path, &error))?;
        self.stage = stage;
        Ok(())
    }

    /// The entry was taken back and holds nothing that is needed. It waits a while for editors that
    /// held one of its files open; see [`super::Journal::open`].
    pub(super) fn retire(&self, folders: &Folders) -> Result<(), JournalError> {
        let to = free_name(&self.dir, "void");
        let moved = swap::place(&self.dir, &to).and_then(|()| disk::sync(&folders.entries));
        moved.map_err(|error| JournalError::io(&self.dir, &error))
    }

    /// A retired entry that is needed after all gets a number again.
    pub(super) fn revive(mut self, folders: &Folders, number: u64) -> Result<(), JournalError> {
        self.set_stage(folders, Stage::Kept)?;
        let to = dir_of(folders, number);
        let moved = swap::place(&self.dir, &to).and_then(|()| disk::sync(&folders.entries));
        moved.map_err(|error| JournalError::io(&self.dir, &error))
    }

    /// Whether it has a file of the learner's own, to which an editor could write.
    pub(super) fn has_slots(&self) -> bool {
        let one = |index| ["file", "back"].iter().any(|what| self.dir.join(name(index, what)).exists());
        (0..self.manifest.files.len()).any(one)
    }
}

/// The bytes of a file that is the journal's own: no link, whoever put it there.
fn own_bytes(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let is_file = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    if is_file { disk::bytes(path, limit).ok() } else { None }
}

/// The time of the last write to `path`, in nanoseconds since 1970.
pub(super) fn modified(path: &Path) -> Option<u64> {
    let time = fs::symlink_metadata(path).ok()?.modified().ok()?;
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

/// The same, where it is old enough that a write from now on has another.
pub(super) fn settled_time(path: &Path) -> Option<u64> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let limit = u64::try_from(now.checked_sub(SURELY_OLDER)?.as_nanos()).ok()?;
    modified(path).filter(|time| *time < limit)
}

/// 16 hexadecimal digits that nobody can guess.
fn token() -> io::Result<String> {
    random_hex::<8>().map_err(|error| io::Error::other(error.to_string()))
}

fn add_missing_folders(folders: &Folders, rel: &str, manifest: &mut Manifest) {
    let moved = |folder: &str| manifest.asides.iter().any(|one| one.from == folder);
    let names: Vec<&str> = rel.split('/').collect();
    for length in 0..names.len() {
        let folder = names[..length].join("/");
        let missing = moved(&folder) || !folders.work.join(&folder).exists();
        if missing && !manifest.made_folders.contains(&folder) {
            manifest.made_folders.push(folder);
        }
    }
}
