//! Files of a course that are written together or not at all: first all of them beside the course,
//! then, by one rename, as a promise; then each in its place. What a killed program has promised is
//! kept by the next.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::AuthorError;
use crate::workspace::disk;
use crate::workspace::files::writable_path;

/// What becomes of files of the course, by path from its root; `None` for one that goes.
pub type Changes = BTreeMap<String, Option<Vec<u8>>>;

/// What is promised: each file with the name of its new content, and whether the desk is cleared.
#[derive(Debug, Serialize, Deserialize)]
struct Promise {
    files: BTreeMap<String, Option<String>>,
    clears: bool,
}

const PROMISE: &str = "promise.json";
const LARGEST: u64 = 16 << 20;

/// Where a promise lies in the desk's folder.
fn place(desk: &Path) -> PathBuf {
    desk.join("promised")
}

/// Promises the changes; [`keep`] makes them. `clears` where the desk is cleared with them.
///
/// # Errors
/// The disk; then nothing is changed.
pub(super) fn promise(desk: &Path, changes: &Changes, clears: bool) -> Result<(), AuthorError> {
    let building = desk.join("promising");
    let about = |error: io::Error| AuthorError::disk(&building, &error);
    remove_folder(&building).map_err(about)?;
    fs::create_dir_all(&building).map_err(about)?;
    let mut files = BTreeMap::new();
    for (number, (path, bytes)) in changes.iter().enumerate() {
        let name = bytes.as_ref().map(|_| number.to_string());
        if let (Some(name), Some(bytes)) = (&name, bytes) {
            disk::create_private(&building.join(name), bytes).map_err(about)?;
            disk::sync(&building.join(name)).map_err(about)?;
        }
        files.insert(path.clone(), name);
    }
    let text = serde_json::to_vec(&Promise { files, clears }).unwrap_or_default();
    disk::create_private(&building.join(PROMISE), &text).map_err(about)?;
    disk::sync(&building.join(PROMISE)).map_err(about)?;
    disk::sync(&building).map_err(about)?;
    fs::rename(&building, place(desk)).map_err(about)?;
    disk::sync(desk).map_err(about)
}

/// Makes what is promised, where something is; whether the desk was to be cleared.
///
/// # Errors
/// The disk; the next call goes on.
pub(super) fn keep(desk: &Path, root: &Path) -> Result<Option<bool>, AuthorError> {
    let from = place(desk);
    let Ok(text) = disk::bytes(&from.join(PROMISE), LARGEST) else { return Ok(None) };
    let about = |error: io::Error| AuthorError::disk(&from, &error);
    let promise: Promise = serde_json::from_slice(&text).map_err(|error| about(error.into()))?;
    for (path, name) in &promise.files {
        let target = writable_path(root, path).map_err(|error| AuthorError::Refused(error.text()))?;
        let about = |error: io::Error| AuthorError::disk(&target, &error);
        match name {
            Some(name) => {
                let bytes = disk::bytes(&from.join(name), LARGEST).map_err(|unread| about(unread.into()))?;
                fs::create_dir_all(target.parent().unwrap_or(root)).map_err(about)?;
                disk::write(&target, &bytes, None, desk).map_err(about)?;
            }
            None => {
                disk::remove(&target).map_err(about)?;
                // Folders that are empty now say nothing any more.
                let folders = target.ancestors().skip(1).take_while(|folder| *folder != root);
                let _ = folders.take(4).try_for_each(fs::remove_dir);
            }
        }
    }
    // The name goes first: half of a promise is none.
    let done = desk.join("kept");
    remove_folder(&done).map_err(about)?;
    fs::rename(&from, &done).map_err(about)?;
    remove_folder(&done).map_err(about)?;
    Ok(Some(promise.clears))
}

pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Changes {
        Changes::from([
            ("lessons/a b/한.md".to_owned(), Some(b"new".to_vec())),
            ("patches/old.patch".to_owned(), None),
        ])
    }

    #[test]
    fn a_promise_is_kept_once_however_often_it_is_asked_for() {
        let root = tempfile::tempdir().unwrap();
        let desk = root.path().join("author");
        fs::create_dir_all(&desk).unwrap();
        fs::create_dir(root.path().join("patches")).unwrap();
        fs::write(root.path().join("patches/old.patch"), "x").unwrap();
        assert_eq!(keep(&desk, root.path()).unwrap(), None);
        promise(&desk, &changes(), true).unwrap();
        // Killed here, nothing has changed yet; killed in the middle, some has.
        fs::create_dir_all(root.path().join("lessons/a b")).unwrap();
        fs::write(root.path().join("lessons/a b/한.md"), "half").unwrap();
        assert_eq!(keep(&desk, root.path()).unwrap(), Some(true));
        assert_eq!(fs::read_to_string(root.path().join("lessons/a b/한.md")).unwrap(), "new");
        assert!(!root.path().join("patches").exists());
        assert_eq!(keep(&desk, root.path()).unwrap(), None);
    }

    #[test]
    fn what_was_not_promised_whole_is_not_made() {
        let root = tempfile::tempdir().unwrap();
        let desk = root.path().join("author");
        fs::create_dir_all(desk.join("promising")).unwrap();
        fs::write(desk.join("promising/0"), "new").unwrap();
        assert_eq!(keep(&desk, root.path()).unwrap(), None);
        promise(&desk, &changes(), false).unwrap();
        assert_eq!(keep(&desk, root.path()).unwrap(), Some(false));
    }

    #[test]
    fn nothing_is_written_outside_of_the_course() {
        let root = tempfile::tempdir().unwrap();
        let desk = root.path().join("author");
        fs::create_dir_all(&desk).unwrap();
        promise(&desk, &Changes::from([("../out".to_owned(), Some(Vec::new()))]), false).unwrap();
        assert!(keep(&desk, root.path()).is_err());
    }
}
