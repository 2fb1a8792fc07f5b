//! What a check owes the stack. A check that stops or adds servers first writes down what was
//! there ([`Owed`]), flushed, and strikes it out when it is so again. What a run that was killed
//! left in the [`Ledger`] the next command pays.
//!
//! The file says which replicas there were and nothing else: what is run to bring them back is made
//! from that here, and never read from the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::disk;
use super::lock::{Lock, LockError};
use workshop_text::Text;

const DIR: &str = "owed";
const NAME: &str = "owed.json";
const BROKEN: &str = "owed.json.broken";
const FORMAT: u32 = 1;
/// A larger file is none of ours.
const LARGEST: u64 = 256 * 1024;
const MOST_SERVICES: usize = 64;
const MOST_SEATS: usize = 100;

/// The replicas that a check found, and has to leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owed {
    /// The file's format, 1. A file of another format is not read.
    pub format: u32,
    /// The lesson, step and check that owe it, by id.
    pub lesson: String,
    /// The step's id.
    pub step: String,
    /// The check's id.
    pub check: String,
    /// Service name → the replicas that it had; none where it had none.
    pub services: BTreeMap<String, Vec<Seat>>,
    /// When a command was begun that is not known to have ended; Unix time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<u64>,
    /// Nodes that were lost, by name, and are to come back.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lost: BTreeSet<String>,
}

/// One replica of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Compose's number, from 1.
    pub index: u32,
    /// It ran, or was about to run again.
    pub running: bool,
}

/// Why nothing can be noted, or what is noted not be read.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum OwedError {
    /// A check of another command is at the stack; its process id, where it could be read.
    Held {
        /// The other command's process id.
        pid: Option<u32>,
    },
    /// The ledger's lock cannot be made or taken.
    Lock(LockError),
    /// Not what this program writes. It was put aside.
    Broken {
        /// Where the file is now, to be shown.
        kept: String,
    },
    /// The ledger's folder or file cannot be made, read or written.
    Io {
        /// Where the error was met, to be shown.
        path: String,
        /// The system's own words, without its error number.
        reason: String,
    },
}

impl OwedError {
    /// What to say about it.
    pub fn text(&self) -> Text {
        match self {
            Self::Held { pid: Some(pid) } => Text::new("owed-held").with("pid", pid.to_string()),
            Self::Held { pid: None } => Text::new("owed-held-by-unknown"),
            Self::Lock(error) => error.text(),
            Self::Broken { kept } => Text::new("owed-broken").with("kept", kept.as_str()),
            Self::Io { path, reason } => {
                Text::new("owed-io").with("path", path.as_str()).with("reason", reason.as_str())
            }
        }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.display().to_string(), reason: disk::reason(error) }
    }
}

impl Owed {
    pub(crate) fn new(lesson: &str, step: &str, check: &str, services: BTreeMap<String, Vec<Seat>>) -> Self {
        let [lesson, step, check] = [lesson, step, check].map(str::to_owned);
        Self { format: FORMAT, lesson, step, check, services, asked: None, lost: BTreeSet::new() }
    }

    /// Whether this is what the program writes: names as Compose has them, numbers of sane size.
    fn is_sane(&self) -> bool {
        let name = |name: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            name.len() <= 128
                && name.chars().all(plain)
                && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        };
        let seats = |seats: &Vec<Seat>| {
            let different: BTreeSet<u32> = seats.iter().map(|seat| seat.index).collect();
            seats.len() <= MOST_SEATS && different.len() == seats.len() && !different.contains(&0)
        };
        self.format == FORMAT
            && self.services.len() <= MOST_SERVICES
            && self.services.keys().all(name)
            && self.services.values().all(seats)
            && self.lost.len() <= MOST_SEATS
            && self.lost.iter().all(name)
    }
}

/// Where it is written down; held by one command at a time, and free again when that is gone.
#[derive(Debug)]
pub struct Ledger {
    dir: PathBuf,
    _lock: Lock,
}

impl Ledger {
    /// Something is written down in `private` (`.workshop/`), by whomever.
    pub fn is_open(private: &Path) -> bool {
        private.join(DIR).join(NAME).symlink_metadata().is_ok()
    }

    /// Takes the ledger, waiting at most `wait`.
    ///
    /// # Errors
    /// Another command has it, or it cannot be written.
    pub fn take(private: &Path, wait: Duration) -> Result<Self, OwedError> {
        let dir = private.join(DIR);
        disk::private_folder(&dir).map_err(|error| OwedError::io(&dir, &error))?;
        match Lock::acquire(&dir, wait) {
            Ok(lock) => Ok(Self { dir, _lock: lock }),
            Err(LockError::Held { pid }) => Err(OwedError::Held { pid }),
            Err(error) => Err(OwedError::Lock(error)),
        }
    }

    /// What is owed, if anything is.
    ///
    /// # Errors
    /// The file is none of ours, and was put aside; or it cannot be read.
    pub fn read(&self) -> Result<Option<Owed>, OwedError> {
        let path = self.dir.join(NAME);
        let bytes = match disk::bytes(&path, LARGEST) {
            Ok(bytes) => bytes,
            Err(unread) if unread.is_missing() => return Ok(None),
            Err(disk::Unread::Io(error)) => return Err(OwedError::io(&path, &error)),
            Err(_) => Vec::new(),
        };
        match serde_json::from_slice::<Owed>(&bytes) {
            Ok(owed) if owed.is_sane() => Ok(Some(owed)),
            _ => {
                let kept = self.dir.join(BROKEN);
                fs::rename(&path, &kept).map_err(|error| OwedError::io(&path, &error))?;
                Err(OwedError::Broken { kept: kept.display().to_string() })
            }
        }
    }

    /// Writes it down, so that it is there whatever happens next.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, owed: &Owed) -> Result<(), OwedError> {
        let path = self.dir.join(NAME);
        let json = serde_json::to_vec(owed).expect("what is owed becomes JSON");
        disk::write(&path, &json, Some(0o600), &self.dir).map_err(|error| OwedError::io(&path, &error))
    }

    /// Nothing is owed any more.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn strike(&self) -> Result<(), OwedError> {
        let path = self.dir.join(NAME);
        disk::remove(&path).map_err(|error| OwedError::io(&path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owed() -> Owed {
        let seats = vec![Seat { index: 1, running: true }, Seat { index: 2, running: false }];
        Owed::new("06", "scale", "steady", BTreeMap::from([("backend".to_owned(), seats)]))
    }

    #[test]
    fn what_is_written_is_read_until_it_is_struck_out() {
        let temp = tempfile::tempdir().unwrap();
        assert!(!Ledger::is_open(temp.path()));
        let ledger = Ledger::take(temp.path(), Duration::ZERO).unwrap();
        let held = Ledger::take(temp.path(), Duration::ZERO).unwrap_err();
        assert_eq!(held, OwedError::Held { pid: Some(std::process::id()) });
        ledger.write(&owed()).unwrap();
        drop(ledger);
        assert!(Ledger::is_open(temp.path()));
        let ledger = Ledger::take(temp.path(), Duration::ZERO).unwrap();
        assert_eq!(ledger.read().unwrap(), Some(owed()));
        ledger.strike().unwrap();
        ledger.strike().unwrap();
        assert_eq!(ledger.read().unwrap(), None);
    }

    #[test]
    fn what_is_none_of_ours_is_put_aside() {
        let good = serde_json::to_value(owed()).unwrap();
        let with = |key: &str, value: serde_json::Value| {
            let mut other = good.clone();
            other[key] = value;
            other.to_string()
        };
        let services = |name: &str, index: u32| {
            with("services", serde_json::json!({ name: [{ "index": index, "running": true }] }))
        };
        for text in [
            String::new(),
            "[]".to_owned(),
            with("format", 2.into()),
            with("run", "docker compose down -v".into()),
            services("--volumes", 1),
            services("a b", 1),
            services("", 1),
            services("backend", 0),
            with("services", serde_json::json!({ "a": [{ "index": 1, "running": true, "run": "x" }] })),
        ] {
            let temp = tempfile::tempdir().unwrap();
            let ledger = Ledger::take(temp.path(), Duration::ZERO).unwrap();
            fs::write(temp.path().join("owed/owed.json"), &text).unwrap();
            assert!(matches!(ledger.read(), Err(OwedError::Broken { .. })), "{text}");
            assert_eq!(ledger.read(), Ok(None), "{text}");
        }
    }
}
