//! Where a demo plays: `.workshop/demo/` of the folder, a workspace of its own with a lock of its
//! own, so that the learner's files and progress stay as they are. What a killed demo left there is
//! found by the next one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cue::Cue;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::lock::{Lock, LockError};
use crate::workspace::{disk, identity};

const DIR: &str = "demo";
const LOCK: &str = "lock";
const IGNORE: &str = ".gitignore";

/// The demo's folder, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    root: PathBuf,
    /// The workspace around it, where the demo made its `.workshop/`.
    made: Option<Workspace>,
    _lock: Lock,
}

#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(crate::text::Lang::En))]
pub(crate) enum PlaceError {
    /// Another demo plays in this folder; its process id, where it could be read.
    Held {
        pid: Option<u32>,
    },
    Lock(LockError),
    Io {
        path: String,
        reason: String,
    },
}

impl PlaceError {
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Held { pid: Some(pid) } => Text::new("demo-held").with("pid", pid.to_string()),
            Self::Held { pid: None } => Text::new("demo-held-by-unknown"),
            Self::Lock(error) => error.text(),
            Self::Io { path, reason } => {
                Text::new("journal-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
        }
    }
}

impl Place {
    /// The demo's place in the folder of `outer`, whose `.workshop/` is this program's own;
    /// `is_new` where there was none before.
    ///
    /// # Errors
    /// Another demo plays there, or the folder cannot be written.
    pub(crate) fn take(outer: &Workspace, is_new: bool) -> Result<Self, PlaceError> {
        let root = Self::root_in(outer);
        let about = |error: io::Error| PlaceError::Io {
            path: root.display().to_string(),
            reason: disk::reason(&error),
        };
        let lock = loop {
            // One that ended just now may have taken the folder around it away, too.
            outer.make_private().map_err(about)?;
            disk::private_folder(&root).map_err(about)?;
            match Lock::acquire(&root, Duration::ZERO) {
                // One that ended just now took its folder away, and the lock with it.
                Ok(_) if !root.join(LOCK).exists() => {}
                Ok(lock) => break lock,
                Err(LockError::Held { pid }) => return Err(PlaceError::Held { pid }),
                Err(error) => return Err(PlaceError::Lock(error)),
            }
        };
        Ok(Self { made: is_new.then(|| outer.clone()), root, _lock: lock })
    }

    /// The workspace that the demo plays in.
    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::at(&self.root)
    }

    /// The demo's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The demo's folder in the folder of `outer`, whoever has it.
    pub(crate) fn root_in(outer: &Workspace) -> PathBuf {
        outer.private().join(DIR)
    }

    /// A demo that was killed left something.
    pub(crate) fn has_leftover(&self) -> bool {
        self.workspace().private().exists() || self.workspace().dir().exists()
    }

    /// Removes the demo's files. Its stack must be gone before: they are what it is known by.
    ///
    /// # Errors
    /// A file could not be removed.
    pub(crate) fn clear(&self) -> Result<(), PlaceError> {
        for folder in [self.workspace().dir(), self.workspace().private()] {
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    let path = folder.display().to_string();
                    return Err(PlaceError::Io { path, reason: disk::reason(&error) });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the place itself; and `.workshop/`, where the demo made it and nobody else used it:
    /// `forget` is told of that before.
    ///
    /// # Errors
    /// A file could not be removed.
    pub(crate) fn leave(self, forget: impl FnOnce(&Workspace)) -> Result<(), PlaceError> {
        self.clear()?;
        // Somebody may have put a file here: what is not empty stays.
        let _ = fs::remove_file(Cue::path(&self.root));
        let _ = fs::remove_file(self.root.join(LOCK));
        let _ = fs::remove_dir(&self.root);
        let is_unused = |dir: &Path| {
            let known = [IGNORE, identity::FILE];
            fs::read_dir(dir).is_ok_and(|all| {
                all.flatten().all(|entry| known.iter().any(|name| entry.file_name() == *name))
            })
        };
        if let Some(outer) = self.made.as_ref().filter(|outer| is_unused(&outer.private())) {
            forget(outer);
            let _ = fs::remove_file(outer.private().join(IGNORE));
            let _ = fs::remove_dir(outer.private());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_held_by_one_and_leaves_no_trace() {
        let temp = tempfile::tempdir().unwrap();
        let outer = Workspace::at(temp.path());
        let place = Place::take(&outer, true).unwrap();
        assert!(!place.has_leftover());
        let pid = Some(std::process::id());
        assert_eq!(Place::take(&outer, false).unwrap_err(), PlaceError::Held { pid });
        fs::create_dir_all(place.workspace().dir()).unwrap();
        drop(place);
        // Dropped is as good as killed: the files are there, the lock is not.
        let next = Place::take(&outer, false).unwrap();
        assert!(next.has_leftover());
        next.leave(|_| {}).unwrap();
        assert!(temp.path().join(".workshop").exists(), "the one that made it was another");
        fs::remove_dir_all(temp.path().join(".workshop")).unwrap();
        Place::take(&outer, true).unwrap().leave(|_| {}).unwrap();
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_a_learners_stays() {
        let temp = tempfile::tempdir().unwrap();
        let outer = Workspace::at(temp.path());
        drop(outer.lock(Duration::ZERO).unwrap());
        fs::write(outer.private().join("progress.json"), "{}").unwrap();
        Place::take(&outer, true).unwrap().leave(|_| {}).unwrap();
        assert!(outer.private().join("progress.json").exists() && !outer.private().join("demo").exists());
    }
}
