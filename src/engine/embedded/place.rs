//! Where the embedded engine keeps what it has: [`Place`], a folder of the workspace's `.workshop/`.
//!
//! The supervisor holds a file lock as long as it lives, and so does every replica: whether one
//! lives is asked of the system, not of a number in a file that may be stale.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::wire::Door;
use crate::workspace::disk;

/// The format of the state file, and of what is spoken behind its door.
pub const FORMAT: u32 = 1;

/// `.workshop/engine/`.
#[derive(Clone, Debug)]
pub struct Place {
    root: PathBuf,
}

/// What the state file and its lock say.
#[derive(Debug)]
pub enum Found {
    /// There is no supervisor.
    Nobody,
    Alive(Door),
    /// One lives and its state file cannot be read (it is just starting, or the file is spoiled).
    Unreadable,
    /// One died without a word.
    Dead,
    /// One of another version lives.
    Foreign(u32),
}

impl Place {
    /// The place in `private`, the runner's own folder.
    pub fn within(private: &Path) -> Self {
        Self { root: private.join("engine") }
    }

    pub const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn door(&self) -> PathBuf {
        self.root.join("supervisor.json")
    }

    /// What the supervisor itself says, should it fail.
    pub fn own_log(&self) -> PathBuf {
        self.root.join("supervisor.log")
    }

    pub fn images(&self) -> PathBuf {
        self.root.join("images")
    }

    pub fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }

    pub fn replicas(&self) -> PathBuf {
        self.root.join("replicas")
    }

    /// A replica's own folder: its files, its log, its lock.
    pub fn replica(&self, id: &str) -> PathBuf {
        self.replicas().join(id.get(..12).unwrap_or(id))
    }

    /// Takes the supervisor's lock; none where another one has it.
    pub fn lock(&self) -> io::Result<Option<File>> {
        disk::private_folder(&self.root)?;
        try_lock(&self.root.join("supervisor.lock"))
    }

    /// Makes the way in known, readable for this user alone.
    pub fn announce(&self, door: &Door) -> io::Result<()> {
        let json = serde_json::to_vec(door).unwrap_or_default();
        disk::write(&self.door(), &json, Some(0o600), &self.root)
    }

    /// Whether the way in is still known.
    pub fn is_open(&self) -> bool {
        self.door().exists()
    }

    /// Takes the way in back: the supervisor ends in order.
    pub fn close(&self) {
        let _ = fs::remove_file(self.door());
    }

    /// Removes all that speaks of processes.
    pub fn disown(&self) -> io::Result<()> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path == self.volumes() || path == self.images() {
                continue;
            }
            if path.is_symlink() || !path.is_dir() {
                fs::remove_file(path)?
            } else {
                fs::remove_dir_all(path)?
            }
        }
        Ok(())
    }

    /// Who is there.
    pub fn look(&self) -> Found {
        let text = fs::read(self.door());
        if !self.root.is_dir() {
            return Found::Nobody;
        }
        let alive = !matches!(self.lock(), Ok(Some(_)));
        match (text, alive) {
            (Err(_), false) => Found::Nobody,
            (Ok(_), false) => Found::Dead,
            (Err(_), true) => Found::Unreadable,
            (Ok(text), true) => match serde_json::from_slice::<Door>(&text) {
                Ok(door) if door.format == FORMAT => Found::Alive(door),
                Ok(door) => Found::Foreign(door.pid),
                Err(_) => Found::Unreadable,
            },
        }
    }
}

/// Opens (or makes) a file and takes its lock; none where somebody has it.
pub fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_there_is_asked_of_the_lock() {
        let temp = tempfile::tempdir().unwrap();
        let place = Place::within(temp.path());
        assert!(matches!(place.look(), Found::Nobody));
        let door = |format| Door {
            format,
            pid: 1,
            address: "127.0.0.1:1".parse().unwrap(),
            token: "t".into(),
            names_token: "n".into(),
        };
        let lock = place.lock().unwrap().unwrap();
        assert!(matches!(place.look(), Found::Unreadable));
        place.announce(&door(FORMAT)).unwrap();
        assert!(matches!(place.look(), Found::Alive(found) if found == door(FORMAT)));
        place.announce(&door(FORMAT + 1)).unwrap();
        assert!(matches!(place.look(), Found::Foreign(1)));
        std::fs::write(temp.path().join("engine/supervisor.json"), "{\"form").unwrap();
        assert!(matches!(place.look(), Found::Unreadable));
        drop(lock);
        assert!(matches!(place.look(), Found::Dead));
        place.close();
        assert!(matches!(place.look(), Found::Nobody));
    }
}
