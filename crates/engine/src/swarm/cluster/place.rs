//! Where a cluster keeps what it has, and what its parts are called: [`Place`].

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::ClusterError;
use super::network::Net;

/// The largest of the small files here, in bytes.
const SMALL: u64 = 1 << 16;
/// The longest path of a socket that Linux takes, in bytes.
const LONGEST_SOCKET: usize = 107;
const RECORD: &str = "cluster.json";
const LOCK: &str = "lock";
/// The most letters of a cluster's name.
const LONGEST_NAME: usize = 16;

/// A cluster's folder, and names made from its path: two clusters never have the same.
#[derive(Clone, Debug)]
pub(super) struct Place {
    dir: PathBuf,
    name: String,
    tag: String,
}

#[derive(Serialize, Deserialize)]
struct Record {
    format: u32,
    nodes: u8,
    /// The third number of its addresses.
    net: u8,
}

/// A cable that is out: until when, and which of several cuts it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cut {
    /// Milliseconds since 1970; none where only `heal` ends it.
    until_ms: Option<u64>,
    pub id: u64,
}

impl Cut {
    pub(super) fn new(until: Option<SystemTime>) -> Result<Self, ClusterError> {
        let id = getrandom::u64()
            .map_err(|error| ClusterError::Folder { path: "random".into(), reason: error.to_string() })?;
        let ms = |time: SystemTime| {
            time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
        };
        Ok(Self { until_ms: until.map(ms), id })
    }

    pub(super) fn until(&self) -> Option<SystemTime> {
        self.until_ms.map(|ms| UNIX_EPOCH + Duration::from_millis(ms))
    }
}

pub(super) fn node_name(node: u8) -> String {
    format!("node{node}")
}

/// The names of the clusters of `folder`, in order.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let found = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = found.filter(|name| is_name(name) && is_own(&folder.join(name))).collect();
    names.sort();
    names
}

/// Small letters, digits and dashes, a letter or digit first.
fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= LONGEST_NAME && !name.starts_with('-') && !name.is_empty() && name.bytes().all(is_inner)
}

/// A folder of this user's that nobody else may write to.
fn is_own(dir: &Path) -> bool {
    let own = rustix::process::geteuid().as_raw();
    dir.symlink_metadata().is_ok_and(|meta| meta.is_dir() && meta.uid() == own && meta.mode() & 0o022 == 0)
}

impl Place {
    pub(super) fn named(folder: &Path, name: &str) -> Result<Self, ClusterError> {
        if !is_name(name) {
            return Err(ClusterError::Name { name: name.to_owned() });
        }
        Self::at(folder.join(name))
    }

    /// The place that is `dir`.
    pub(super) fn at(dir: PathBuf) -> Result<Self, ClusterError> {
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if dir.symlink_metadata().is_ok() && !is_own(&dir) {
            let error = io::Error::from(io::ErrorKind::PermissionDenied);
            return Err(unusable(&dir, &error));
        }
        let tag = format!("{:016x}", crate::project::fnv1a(dir.as_os_str().as_encoded_bytes()));
        Ok(Self { dir, name, tag })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn is_there(&self) -> bool {
        self.dir.symlink_metadata().is_ok()
    }

    /// What the names of all its network namespaces begin with.
    pub(super) fn prefix(&self) -> String {
        format!("workshop-{}-", self.tag)
    }

    pub(super) fn switch(&self) -> String {
        format!("{}switch", self.prefix())
    }

    /// The machine's own end of its cable to the switch; no longer than a link's name may be.
    pub(super) fn uplink(&self) -> String {
        format!("ws{}", &self.tag[..12])
    }

    /// Where to begin to look for addresses that nobody has.
    pub(super) fn first_net(&self) -> u8 {
        self.tag.bytes().fold(0, |sum: u8, byte| sum.wrapping_mul(31).wrapping_add(byte))
    }

    pub(super) fn namespace(&self, node: u8) -> String {
        format!("{}{}", self.prefix(), node_name(node))
    }

    /// The control group of a node's containers.
    pub(super) fn group(&self, node: u8) -> String {
        self.namespace(node)
    }

    pub(super) fn node_dir(&self, node: u8) -> PathBuf {
        self.dir.join(node_name(node))
    }

    pub(super) fn socket(&self, node: u8) -> PathBuf {
        self.node_dir(node).join("docker.sock")
    }

    /// Where a node's engine answers, as `docker -H` takes it.
    pub(super) fn host(&self, node: u8) -> String {
        format!("unix://{}", self.socket(node).display())
    }

    pub(super) fn log(&self, node: u8) -> PathBuf {
        self.node_dir(node).join("dockerd.log")
    }

    /// Whether the system takes the paths of its sockets.
    pub(super) fn fits(&self, nodes: u8) -> Result<(), ClusterError> {
        let socket = self.socket(nodes);
        match socket.as_os_str().len() <= LONGEST_SOCKET {
            true => Ok(()),
            false => Err(ClusterError::TooLong { path: socket.display().to_string() }),
        }
    }

    /// Keeps other commands out as long as it lives; makes the folder where there is none.
    pub(super) fn lock(&self) -> Result<File, ClusterError> {
        let about = |error: io::Error| unusable(&self.dir, &error);
        workshop_disk::private_folder(&self.dir).map_err(about)?;
        let mut options = fs::OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(self.dir.join(LOCK));
        let file = file.map_err(about)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(ClusterError::Busy { name: self.name.clone() }),
            Err(fs::TryLockError::Error(error)) => Err(about(error)),
        }
    }

    pub(super) fn record(&self, nodes: u8, net: Net) -> Result<(), ClusterError> {
        self.write(&self.dir.join(RECORD), &Record { format: 1, nodes, net: net.0 })
    }

    /// How many nodes it has, and its addresses; none where it was never begun or cannot be read.
    pub(super) fn recorded(&self) -> Option<(u8, Net)> {
        let record: Record = self.read(&self.dir.join(RECORD))?;
        let is_sound = record.format == 1 && (1..=super::MOST_NODES).contains(&record.nodes);
        is_sound.then_some((record.nodes, Net(record.net)))
    }

    pub(super) fn write_cut(&self, node: u8, cut: &Cut) -> Result<(), ClusterError> {
        self.write(&self.cut_file(node), cut)
    }

    /// The cut that is under way.
    pub(super) fn cut(&self, node: u8) -> Option<Cut> {
        self.read(&self.cut_file(node))
    }

    pub(super) fn forget_cut(&self, node: u8) -> Result<(), ClusterError> {
        self.forget(&self.cut_file(node))
    }

    pub(super) fn forget_socket(&self, node: u8) -> Result<(), ClusterError> {
        self.forget(&self.socket(node))
    }

    /// The last words of a node's engine.
    pub(super) fn last_words(&self, node: u8) -> String {
        let text = fs::File::options().read(true).open(self.log(node)).ok().and_then(|mut file| {
            use std::io::{Read, Seek, SeekFrom};
            let length = file.metadata().ok()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(SMALL))).ok()?;
            let mut bytes = Vec::new();
            file.take(SMALL).read_to_end(&mut bytes).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        });
        let text = text.unwrap_or_default();
        text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    }

    fn cut_file(&self, node: u8) -> PathBuf {
        self.node_dir(node).join("cut.json")
    }

    fn forget(&self, file: &Path) -> Result<(), ClusterError> {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(file, &error)),
            _ => Ok(()),
        }
    }

    fn write(&self, file: &Path, data: &impl Serialize) -> Result<(), ClusterError> {
        let json = serde_json::to_vec(data).unwrap_or_default();
        workshop_disk::write(file, &json, Some(0o600), &self.dir).map_err(|error| unusable(file, &error))
    }

    fn read<T: for<'d> Deserialize<'d>>(&self, file: &Path) -> Option<T> {
        if !is_own(&self.dir) {
            return None;
        }
        serde_json::from_slice(&workshop_disk::bytes(file, SMALL).ok()?).ok()
    }
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> ClusterError {
    ClusterError::Folder { path: path.display().to_string(), reason: workshop_disk::reason(error) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_name_is_one_folder_and_an_option_never(name in "\\PC*") {
            if let Ok(place) = Place::named(Path::new("/clusters"), &name) {
                prop_assert_eq!(place.dir().parent(), Some(Path::new("/clusters")));
                prop_assert_eq!(place.name(), name.as_str());
                prop_assert!(!name.starts_with('-') && !name.is_empty());
            }
        }

        #[test]
        fn names_differ_where_folders_do(one in "[a-z]{1,8}", other in "[a-z]{1,8}") {
            prop_assume!(one != other);
            let place = |name: &str| Place::named(Path::new("/clusters"), name).unwrap();
            prop_assert_ne!(place(&one).switch(), place(&other).switch());
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_not_believed() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("lab");
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(Place::named(temp.path(), "lab"), Err(ClusterError::Folder { .. })));
        assert_eq!(names(temp.path()), [""; 0]);
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(names(temp.path()), ["lab"]);
    }
}
