//! The workspace's [`Lock`]: one command at a time changes a workspace. It is the system's own
//! file lock, so it goes with its process, however that ends.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use workshop_text::Text;

use super::disk;
use super::journal::JournalError;

const POLL: Duration = Duration::from_millis(25);

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why the lock cannot be taken.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum LockError {
    /// Another command works here; its process id, where it could be read.
    Held {
        /// The other command's process id.
        pid: Option<u32>,
    },
    /// No permission to write there, or a read-only file system.
    NotWritable {
        /// The folder that cannot be written in, to be shown.
        folder: String,
    },
    /// The lock's file cannot be made, locked or written.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
}

impl LockError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Held { pid: Some(pid) } => Text::new("lock-held").with("pid", pid.to_string()),
            Self::Held { pid: None } => Text::new("lock-held-by-unknown"),
            Self::NotWritable { folder } => Text::new("workspace-not-writable").with("path", folder.as_str()),
            Self::Io { path, reason } => {
                Text::new("journal-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
        }
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        match JournalError::io(path, error) {
            JournalError::NotWritable { folder } => Self::NotWritable { folder },
            _ => Self::Io { path: path.display().to_string(), reason: disk::reason(error) },
        }
    }
}

impl Lock {
    /// Takes the lock in `private` (`.workshop/`, which must exist), waiting at most `wait`.
    pub fn acquire(private: &Path, wait: Duration) -> Result<Self, LockError> {
        let path = private.join("lock");
        let about = |error: std::io::Error| LockError::io(&path, &error);
        let mut file = disk::private_file(&path).map_err(about)?;
        let deadline = Instant::now() + wait;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(about(error)),
                Err(TryLockError::WouldBlock) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(LockError::Held { pid: holder(&mut file) });
                    }
                    sleep(POLL.min(left));
                }
            }
        }
        let mut lock = Self { file };
        lock.sign().map_err(about)?;
        Ok(lock)
    }

    fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The name goes before the lock does; where it cannot, closing the file unlocks anyway.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_command_is_told_who_works_here() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::acquire(dir.path(), Duration::ZERO).unwrap();
        let error = Lock::acquire(dir.path(), Duration::from_millis(30)).unwrap_err();
        assert_eq!(error, LockError::Held { pid: Some(std::process::id()) });
        drop(first);
        Lock::acquire(dir.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn it_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::acquire(dir.path(), Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Lock::acquire(dir.path(), Duration::from_secs(10)));
            drop(first);
            assert!(second.join().unwrap().is_ok());
        });
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let error = Lock::acquire(&dir.path().join("none"), Duration::ZERO).unwrap_err();
        assert!(matches!(error, LockError::Io { .. }));
    }
}
