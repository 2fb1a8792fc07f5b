//! What the registry keeps of a workspace: where it lies, and what tells its folder from a copy.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// What the registry keeps of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub format: u32,
    pub root: Folder,
    pub stamp: Stamp,
    /// Where it lay before it was moved, until what it left there is removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Folder>,
}

/// A path as text, where it is text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Folder {
    Text(String),
    Other(PathBytes),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PathBytes(std::ffi::OsString);

impl Folder {
    pub(super) fn of(path: &Path) -> Self {
        path.to_str().map_or_else(
            || Self::Other(PathBytes(path.as_os_str().to_owned())),
            |text| Self::Text(text.to_owned()),
        )
    }

    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Text(text) => PathBuf::from(text),
            Self::Other(PathBytes(bytes)) => PathBuf::from(bytes),
        }
    }
}

/// What tells a folder from a copy of it, and stays when it is moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Stamp {
    inode: Option<u64>,
    device: Option<u64>,
    /// Nanoseconds since 1970.
    born: Option<u64>,
}

impl Stamp {
    pub(super) fn of(folder: &Path) -> Self {
        let Ok(meta) = fs::symlink_metadata(folder) else { return Self::default() };
        let born = meta.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
        let born = born.and_then(|born| u64::try_from(born.as_nanos()).ok());
        Self { inode: Some(meta.ino()), device: Some(meta.dev()), born }
    }

    /// The same folder, for certain. A number of a device may be another one after a restart, so
    /// where there is a time of birth that counts in its place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let born = self.born.is_some() && self.born == other.born;
        let device = self.born.is_none() && self.device.is_some() && self.device == other.device;
        self.inode == other.inode && (born || device)
    }
}
