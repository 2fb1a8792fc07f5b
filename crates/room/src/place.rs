//! Where rooms lie: a folder of this user's with one folder a room, of which one is open at a time.

use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The name of the folder of a user's rooms, among their own state.
pub const FOLDER: &str = "rooms";
/// Held by the program that has a room open.
const LOCK: &str = "lock";
/// How other programs of this user find it.
const OPEN: &str = "open.json";

/// A room that is open, to this user's other programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The owner's key: for `Authorization: Bearer`.
    pub key: String,
}

impl Open {
    /// The address to ask at, from this machine: `http://127.0.0.1:8970`.
    pub fn address(&self) -> String {
        format!("http://{}", reachable(self.listen))
    }
}

/// An address that a client on this machine can ask, where it listens to all.
pub(crate) fn reachable(listen: SocketAddr) -> SocketAddr {
    let loopback = match listen {
        SocketAddr::V4(_) => std::net::IpAddr::from([127, 0, 0, 1]),
        SocketAddr::V6(_) => std::net::IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    };
    if listen.ip().is_unspecified() { SocketAddr::new(loopback, listen.port()) } else { listen }
}

/// The room that is open in `folder`, the folder of this user's rooms; `None` where none is.
pub fn open_room(folder: &Path) -> Option<Open> {
    let lock = workshop_disk::open(&folder.join(LOCK), 1 << 10).ok()?;
    // Whoever has it open holds this, however it may end.
    if lock.try_lock_shared().is_ok() {
        return None;
    }
    serde_json::from_slice(&workshop_disk::bytes(&folder.join(OPEN), 64 << 10).ok()?).ok()
}

/// The folder of this user's rooms, for one program alone until it is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    folder: PathBuf,
    _lock: File,
}

impl Held {
    /// `None` where another program has a room open.
    pub(crate) fn take(folder: &Path) -> io::Result<Option<Self>> {
        let lock = workshop_disk::private_file(&folder.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { folder: folder.to_owned(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Lets this user's programs find it.
    pub(crate) fn tell(&self, open: &Open) -> io::Result<()> {
        let bytes = serde_json::to_vec(open).expect("an address becomes JSON");
        workshop_disk::write(&self.folder.join(OPEN), &bytes, Some(0o600), &self.folder)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = workshop_disk::remove(&self.folder.join(OPEN));
    }
}

/// The folder of the newest room in `folder`, and when it was last written.
pub fn latest(folder: &Path) -> Option<(PathBuf, std::time::SystemTime)> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let rooms = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let written = rooms.filter_map(|entry| {
        let at =
            |name: &str| std::fs::metadata(entry.path().join(name)).and_then(|meta| meta.modified()).ok();
        Some((entry.path(), at("room.json")?.max(at("room.log").unwrap_or(std::time::UNIX_EPOCH))))
    });
    written.max_by_key(|(_, when)| *when)
}
