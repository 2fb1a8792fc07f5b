//! One entry of the journal, on disk: `manifest.json`, `state`, and `N.before` and `N.after` for
//! the N-th file.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::disk::{self, Content};
use super::super::files::{is_plain, writable_path};
use super::{Change, Folders, JournalError, Past, now_millis};

const FORMAT: u32 = 1;
const DONE: &[u8] = b"done\n";
const PENDING: &[u8] = b"pending\n";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Unix time in milliseconds.
    pub time: u64,
    pub kind: String,
    pub label: String,
    /// The number of the entry that this one took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    pub files: Vec<FileRecord>,
    /// Folders that were not there before, outermost first, relative to the workspace folder,
    /// which itself is the empty path.
    #[serde(default)]
    pub made_folders: Vec<String>,
    /// Folders that go with their last file.
    #[serde(default)]
    pub removes_folders: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRecord {
    pub path: String,
    before: Option<Side>,
    after: Option<Side>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Side {
    /// The name of the file with the content, in the entry's folder.
    file: String,
    #[serde(default)]
    mode: Option<u32>,
}

impl Manifest {
    pub fn new(kind: &str, label: String) -> Self {
        Self {
            format: FORMAT,
            time: now_millis(),
            kind: kind.to_owned(),
            label,
            undoes: None,
            files: Vec::new(),
            made_folders: Vec::new(),
            removes_folders: Vec::new(),
        }
    }
}

#[derive(Debug)]
pub struct Entry {
    pub number: u64,
    pub dir: PathBuf,
    pub manifest: Manifest,
    done: bool,
}

fn dir_of(folders: &Folders, number: u64) -> PathBuf {
    folders.entries.join(format!("{number:04}"))
}

/// Removes an entry; it is gone in one step.
pub fn remove(folders: &Folders, number: u64) -> Result<(), JournalError> {
    let (from, to) =
        (dir_of(folders, number), folders.tmp.join(format!("{}gone-{number:04}", disk::TEMPORARY)));
    let about = |error| JournalError::io(&from, &error);
    if to.exists() {
        fs::remove_dir_all(&to).map_err(about)?;
    }
    fs::rename(&from, &to).map_err(about)?;
    disk::sync_folder(&folders.entries).map_err(about)?;
    // The rest is litter that the next opening removes too.
    let _ = fs::remove_dir_all(&to);
    Ok(())
}

/// Takes an entry that cannot be read out of the numbers; a person may still look at it.
pub fn put_aside(folders: &Folders, number: u64) -> Result<PathBuf, JournalError> {
    let from = dir_of(folders, number);
    let to = from.with_extension("broken");
    let _ = fs::remove_dir_all(&to);
    fs::rename(&from, &to).map_err(|error| JournalError::io(&from, &error))?;
    Ok(to)
}

impl Entry {
    /// Writes a new entry under a temporary name and moves it into place, pending.
    pub fn record(
        folders: &Folders,
        number: u64,
        mut manifest: Manifest,
        changes: &[Change],
    ) -> Result<Self, JournalError> {
        let draft = folders.tmp.join(format!("{}entry-{number:04}", disk::TEMPORARY));
        let about = |error| JournalError::io(&draft, &error);
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(about)?;
        }
        disk::private_folder(&draft).map_err(about)?;
        for (index, change) in changes.iter().enumerate() {
            let side = |name: &str, bytes: &Option<Vec<u8>>, mode| -> Result<Option<Side>, JournalError> {
                let Some(bytes) = bytes else { return Ok(None) };
                let file = format!("{index}.{name}");
                disk::write_new(&draft.join(&file), bytes).map_err(about)?;
                Ok(Some(Side { file, mode }))
            };
            let place = writable_path(&folders.work, &change.path)?;
            let mode = disk::read(&place).map_err(about)?.and_then(|content| content.mode);
            manifest.files.push(FileRecord {
                path: change.path.clone(),
                before: side("before", &change.before, mode)?,
                after: side("after", &change.after, change.mode)?,
            });
            if change.after.is_some() {
                add_missing_folders(&folders.work, &change.path, &mut manifest.made_folders);
            }
        }
        let json = serde_json::to_vec_pretty(&manifest).expect("a manifest of ours becomes JSON");
        disk::write_new(&draft.join("manifest.json"), &json).map_err(about)?;
        disk::write_new(&draft.join("state"), PENDING).map_err(about)?;
        disk::sync_folder(&draft).map_err(about)?;
        let dir = dir_of(folders, number);
        fs::rename(&draft, &dir).and_then(|()| disk::sync_folder(&folders.entries)).map_err(about)?;
        Ok(Self { number, dir, manifest, done: false })
    }

    pub fn load(folders: &Folders, number: u64) -> Result<Self, JournalError> {
        let dir = dir_of(folders, number);
        let path = dir.join("manifest.json");
        let damaged = || JournalError::Damaged { path: path.display().to_string() };
        let bytes = fs::read(&path).map_err(|_| damaged())?;
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        if value["format"].as_u64().is_some_and(|format| format > u64::from(FORMAT)) {
            return Err(JournalError::Newer { path: path.display().to_string() });
        }
        let manifest = serde_json::from_value(value).map_err(|_| damaged())?;
        let done = fs::read(dir.join("state")).map_err(|_| damaged())? == DONE;
        Ok(Self { number, dir, manifest, done })
    }

    pub fn is_pending(&self) -> bool {
        !self.done
    }

    pub fn past(&self, undone: bool) -> Past {
        Past {
            number: self.number,
            kind: self.manifest.kind.clone(),
            label: self.manifest.label.clone(),
            time: self.manifest.time,
            files: self.manifest.files.iter().map(|file| file.path.clone()).collect(),
            undone,
        }
    }

    pub fn changes(&self) -> Result<Vec<Change>, JournalError> {
        let files = self.manifest.files.iter();
        let bytes =
            |side: &Option<Side>| Ok::<_, JournalError>(self.content(side)?.map(|content| content.bytes));
        files
            .map(|file| {
                let (before, after) = (bytes(&file.before)?, bytes(&file.after)?);
                let mode = file.after.as_ref().and_then(|side| side.mode);
                Ok(Change { path: file.path.clone(), before, after, mode })
            })
            .collect()
    }

    fn content(&self, side: &Option<Side>) -> Result<Option<Content>, JournalError> {
        let Some(side) = side else { return Ok(None) };
        let path = self.dir.join(&side.file);
        let damaged = |_| JournalError::Damaged { path: path.display().to_string() };
        Ok(Some(Content { bytes: fs::read(&path).map_err(damaged)?, mode: side.mode }))
    }

    /// Replaces the `index`-th file, if it is still as it was.
    pub fn write(&self, folders: &Folders, index: usize) -> Result<(), JournalError> {
        let file = &self.manifest.files[index];
        let (before, after) = (self.content(&file.before)?, self.content(&file.after)?);
        let place = writable_path(&folders.work, &file.path)?;
        let now = disk::read(&place).map_err(|error| JournalError::io(&place, &error))?;
        if now.map(|content| content.bytes) != before.map(|content| content.bytes) {
            return Err(JournalError::ChangedMeanwhile { path: file.path.clone() });
        }
        put(&place, after, folders)
    }

    /// The entry is done: it stays, and can be undone.
    pub fn finish(&self, folders: &Folders) -> Result<(), JournalError> {
        remove_empty(&folders.work, &self.manifest.removes_folders);
        let path = self.dir.join("state");
        disk::write(&path, DONE, None, &folders.tmp).map_err(|error| JournalError::io(&path, &error))
    }

    /// Puts everything back that is as this entry left it, and removes the entry. Returns the
    /// files that someone else changed in between.
    pub fn roll_back(&self, folders: &Folders) -> Result<Vec<String>, JournalError> {
        let mut left_alone = Vec::new();
        for file in self.manifest.files.iter().rev() {
            let (before, after) = (self.content(&file.before)?, self.content(&file.after)?);
            let bytes = |content: &Option<Content>| content.as_ref().map(|content| content.bytes.clone());
            let now =
                writable_path(&folders.work, &file.path).map_err(JournalError::from).and_then(|place| {
                    Ok((disk::read(&place).map_err(|error| JournalError::io(&place, &error))?, place))
                });
            match now {
                Ok((now, _)) if bytes(&now) == bytes(&before) => {}
                Ok((now, place)) if bytes(&now) == bytes(&after) => put(&place, before, folders)?,
                // Something else lies there now: a folder, a link, other words.
                Ok(_) | Err(JournalError::File(_)) => left_alone.push(file.path.clone()),
                Err(error) => return Err(error),
            }
            if let Some(parent) = folders.work.join(&file.path).parent() {
                disk::remove_temporaries(parent);
            }
        }
        remove_empty(&folders.work, &self.manifest.made_folders);
        remove(folders, self.number)?;
        Ok(left_alone)
    }
}

fn put(place: &Path, content: Option<Content>, folders: &Folders) -> Result<(), JournalError> {
    let about = |error| JournalError::io(place, &error);
    let Some(content) = content else { return disk::remove(place).map_err(about) };
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent).map_err(about)?;
    }
    disk::write(place, &content.bytes, content.mode, &folders.tmp).map_err(about)
}

fn add_missing_folders(work: &Path, rel: &str, made: &mut Vec<String>) {
    let depth = rel.split('/').count() - 1;
    let names: Vec<&str> = rel.split('/').collect();
    for length in 0..=depth {
        let folder = names[..length].join("/");
        if !made.contains(&folder) && !work.join(&folder).exists() {
            made.push(folder);
        }
    }
}

/// Innermost first; a folder with something in it stays.
fn remove_empty(work: &Path, folders: &[String]) {
    for folder in folders.iter().rev().filter(|folder| folder.is_empty() || is_plain(folder)) {
        let path = if folder.is_empty() { work.to_owned() } else { work.join(folder) };
        let _ = fs::remove_dir(path);
    }
}
