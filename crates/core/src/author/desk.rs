//! The author's desk: `author/` in the course's folder. A step's files lie in `author/files/` while
//! they are edited; `author/state.json` says whose they are and what of later steps was decided.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::AuthorError;
use super::carry::{Overlay, marks};
use super::set::{self, Changes, remove_folder};
use crate::workspace::disk;
use crate::workspace::files::{read_bytes, walk};
use crate::workspace::lock::Lock;
use crate::workspace::names::{self, FileTree};
use workshop_text::Text;

/// The folder's name in the course.
pub const DESK: &str = "author";
/// What says that the folder is ours, and keeps it out of git.
const MARK: &str = "# workshop author: what is being edited, never a part of the course\n*\n";
const LARGEST: u64 = 64 << 20;

/// What is being edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The lesson's folder: `lessons/06-horizontal-scaling`.
    pub lesson: String,
    /// The step that is edited.
    pub step: String,
    /// What the files of the lesson were when that began, in hexadecimal digits.
    pub digest: String,
    /// The later step whose conflict lies on the desk now, where one does.
    pub conflict: Option<String>,
    /// By step: what its end is to be.
    pub ends: BTreeMap<String, Overlay>,
    /// What is recorded is to be an edit of its own, behind what the step does already.
    #[serde(default)]
    pub more: bool,
    /// How often files were laid on the desk: the folder that they were made in is named by it.
    pub laid: u32,
}

/// The desk of a course, held until it is dropped.
#[derive(Debug)]
pub struct Desk {
    root: PathBuf,
    dir: PathBuf,
    _lock: Lock,
}

impl Desk {
    /// The desk of the course at `root`; what a killed program had promised is written. Whether
    /// something was.
    ///
    /// # Errors
    /// Somebody else's folder has its name, another command is at it, or the disk.
    pub fn take(root: &Path) -> Result<(Self, bool), AuthorError> {
        let dir = root.join(DESK);
        let about = |error: io::Error| AuthorError::disk(&dir, &error);
        let mark = dir.join(".gitignore");
        let is_there = fs::symlink_metadata(&dir).is_ok();
        let is_empty = fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_none());
        if is_there && !is_empty && !disk::text(&mark, 1 << 10).is_ok_and(|text| text == MARK) {
            return Err(AuthorError::Refused(Text::new("author-desk-taken").with("dir", DESK)));
        }
        let lock = loop {
            disk::private_folder(&dir).map_err(about)?;
            let lock = Lock::acquire(&dir, Duration::from_secs(5)).map_err(AuthorError::Lock)?;
            // One that ended just now may have taken the folder away, and the lock with it.
            if dir.join("lock").exists() {
                break lock;
            }
        };
        if !mark.exists() {
            disk::write(&mark, MARK.as_bytes(), None, &dir).map_err(about)?;
        }
        disk::remove_temporaries(&dir);
        let desk = Self { root: root.to_owned(), dir, _lock: lock };
        let kept = desk.keep()?;
        desk.finish_laying()?;
        Ok((desk, kept))
    }

    /// Where the step's files lie.
    pub fn files_dir(&self) -> PathBuf {
        self.dir.join("files")
    }

    /// What is being edited, where something is.
    ///
    /// # Errors
    /// It is there and cannot be read.
    pub fn state(&self) -> Result<Option<State>, AuthorError> {
        let path = self.dir.join("state.json");
        if !path.exists() {
            return Ok(None);
        }
        let bytes = disk::bytes(&path, LARGEST).map_err(|unread| AuthorError::disk(&path, &unread.into()))?;
        serde_json::from_slice(&bytes).map(Some).map_err(|error| AuthorError::disk(&path, &error.into()))
    }

    /// Notes down what is edited, and lays these files on the desk, in place of those before.
    ///
    /// # Errors
    /// The disk: before the note is written, or so that the next command goes on.
    pub fn lay(&self, state: State, files: &FileTree) -> Result<(), AuthorError> {
        let state = State { laid: state.laid + 1, ..state };
        let fresh = self.dir.join(laying(state.laid));
        let about = |error: io::Error| AuthorError::disk(&fresh, &error);
        remove_folder(&fresh).map_err(about)?;
        fs::create_dir_all(&fresh).map_err(about)?;
        for (path, bytes) in files {
            let target = fresh.join(path);
            fs::create_dir_all(target.parent().unwrap_or(&fresh)).map_err(about)?;
            disk::create_prepared(&target, bytes, None).map_err(about)?;
        }
        let text = serde_json::to_vec(&state).unwrap_or_default();
        disk::write(&self.dir.join("state.json"), &text, None, &self.dir).map_err(about)?;
        self.finish_laying()
    }

    /// Puts what was laid last in its place. What lay there is in the note.
    fn finish_laying(&self) -> Result<(), AuthorError> {
        let Some(state) = self.state()? else { return Ok(()) };
        let fresh = self.dir.join(laying(state.laid));
        let about = |error: io::Error| AuthorError::disk(&fresh, &error);
        if fresh.exists() {
            remove_folder(&self.files_dir()).map_err(about)?;
            fs::rename(&fresh, self.files_dir()).map_err(about)?;
        }
        Ok(())
    }

    /// Writes these files of the course, all or none; with `clears` nothing is edited any more.
    ///
    /// # Errors
    /// The disk: before anything is changed, or so that the next command goes on.
    pub fn write(&self, changes: &Changes, clears: bool) -> Result<(), AuthorError> {
        if !changes.is_empty() || clears {
            set::promise(&self.dir, changes, clears)?;
            self.keep()?;
        }
        Ok(())
    }

    fn keep(&self) -> Result<bool, AuthorError> {
        let kept = set::keep(&self.dir, &self.root)?;
        if kept == Some(true) {
            self.clear()?;
        }
        Ok(kept.is_some())
    }

    /// Gives up what is edited.
    ///
    /// # Errors
    /// The disk.
    pub fn clear(&self) -> Result<(), AuthorError> {
        let about = |error: io::Error| AuthorError::disk(&self.dir, &error);
        disk::remove(&self.dir.join("state.json")).map_err(about)?;
        remove_folder(&self.files_dir()).map_err(about)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // Where nothing is edited, nothing stays.
        if !self.dir.join("state.json").exists() && !self.dir.join("promised").exists() {
            let _ = remove_folder(&self.dir);
        }
    }
}

/// Where files are made that are to lie on the desk.
fn laying(count: u32) -> String {
    format!("laying-{count}")
}

/// An author's files as they lie in `dir`, and the paths that a course cannot have.
///
/// # Errors
/// One of them cannot be read, or has marks of a conflict.
pub fn read_folder(dir: &Path) -> Result<(FileTree, Vec<String>), AuthorError> {
    let (mut files, mut left_out) = (FileTree::new(), Vec::new());
    for path in walk(dir).map_err(|error| AuthorError::Refused(error.text()))? {
        if names::fault(&path).is_some() {
            left_out.push(path);
            continue;
        }
        let bytes = read_bytes(dir, &path).map_err(|error| AuthorError::Refused(error.text()))?;
        files.insert(path, bytes);
    }
    Ok((files, left_out))
}

/// The first file that still has marks of a conflict, and the line.
pub fn unsolved(files: &FileTree) -> Option<(String, usize)> {
    files.iter().find_map(|(path, bytes)| {
        let line = marks(std::str::from_utf8(bytes).ok()?).first().copied()?;
        Some((path.clone(), line))
    })
}
