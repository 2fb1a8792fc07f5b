//! Where the embedded engine keeps what it has: [`Place`], a folder of the workspace's `.workshop/`
//! that is for this user alone.
//!
//! The supervisor holds a file lock as long as it lives, and so does every replica: whether one
//! lives is asked of the system, not of a number in a file that may be stale. No name of the
//! learner's is a part of a path here: what has a name lies in a folder of the name's digest, with
//! the name beside it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::naming;
use workshop_disk::owner_only;

/// The format of the state file, and of what is spoken behind its door.
pub(super) const FORMAT: u32 = 2;

/// The largest of the small files here, in bytes.
pub(super) const SMALL: u64 = 1 << 20;
/// Stands beside what has a name.
pub(super) const NAME: &str = "name";
/// A volume's files.
const DATA: &str = "data";

/// `.workshop/engine/`.
#[derive(Clone, Debug)]
pub(super) struct Place {
    root: PathBuf,
}

/// How to reach the supervisor, in its state file (mode 0600).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Door {
    pub format: u32,
    pub pid: u32,
    pub address: SocketAddr,
    /// For commands.
    pub token: String,
    /// For replicas that ask for a name, and for nothing else.
    pub names_token: String,
}

/// What the state file and its lock say.
#[derive(Debug)]
pub(super) enum Found {
    /// There is no supervisor.
    Nobody,
    Alive(Door),
    /// One lives and its state file cannot be read (it is just starting, or the file is spoiled).
    Unreadable,
    /// One died without a word.
    Dead,
    /// One of another version lives.
    Foreign(u32),
    /// The folder is not to be worked in, and why.
    Barred(String),
}

impl Place {
    /// The place in `private`, the runner's own folder.
    pub(super) fn within(private: &Path) -> Self {
        Self { root: private.join("engine") }
    }

    pub(super) const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    fn door(&self) -> PathBuf {
        self.root.join("supervisor.json")
    }

    /// What the supervisor itself says, should it fail.
    pub(super) fn own_log(&self) -> PathBuf {
        self.root.join("supervisor.log")
    }

    pub(super) fn images(&self) -> PathBuf {
        self.root.join("images")
    }

    /// What says which image a name is.
    pub(super) fn tags(&self) -> PathBuf {
        self.root.join("tags")
    }

    fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }

    /// The folder with a volume's files.
    pub(super) fn volume(&self, name: &str) -> PathBuf {
        self.volumes().join(naming::digest(name.as_bytes())).join(DATA)
    }

    /// Makes a volume; whether it is new.
    pub(super) fn make_volume(&self, name: &str) -> io::Result<bool> {
        let data = self.volume(name);
        if data.is_dir() {
            return Ok(false);
        }
        self.prepare()?;
        let own = data.parent().unwrap_or(&data);
        folder(own)?;
        private(&own.join(NAME), name.as_bytes())?;
        folder(&data).map(|()| true)
    }

    /// A folder in which nothing lies.
    pub(super) fn nothing(&self) -> io::Result<PathBuf> {
        let path = self.root.join("nothing");
        workshop_disk::private_folder(&path)?;
        Ok(path)
    }

    /// Every volume there is, by name.
    pub(super) fn volume_names(&self) -> Vec<String> {
        let mut names: Vec<String> = entries(&self.volumes()).filter_map(|dir| name_of(&dir)).collect();
        names.sort();
        names.dedup();
        names
    }

    pub(super) fn remove_volume(&self, name: &str) {
        for dir in entries(&self.volumes()).filter(|dir| name_of(dir).as_deref() == Some(name)) {
            let _ = fs::remove_dir_all(dir);
        }
    }

    /// Gives the volumes that an earlier version named by their names the folders of this one. Only
    /// for the one who holds the lock: nobody is at work in them then.
    pub(super) fn adopt_old_volumes(&self) {
        for old in entries(&self.volumes()).filter(|dir| !is_new(dir)) {
            let Some(name) = name_of(&old).filter(|name| !self.volume(name).exists()) else { continue };
            let data = self.volume(&name);
            let own = data.parent().unwrap_or(&data);
            let made = folder(own).and_then(|()| private(&own.join(NAME), name.as_bytes()));
            let _ = made.and_then(|()| fs::rename(&old, &data));
        }
    }

    pub(super) fn replicas(&self) -> PathBuf {
        self.root.join("replicas")
    }

    /// The ids of replicas whose folders are there, each cut as the folder's name is.
    pub(super) fn replica_ids(&self) -> Vec<String> {
        let is_id = |name: &String| name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        entries(&self.replicas())
            .filter_map(|dir| dir.file_name()?.to_str().map(str::to_owned))
            .filter(is_id)
            .collect()
    }

    /// Makes the folder and keeps others out of it.
    ///
    /// # Errors
    /// It cannot be made, or something else lies there than a folder of this user's.
    pub(super) fn prepare(&self) -> io::Result<()> {
        folder(&self.root)?;
        for dir in [self.root.clone(), self.images(), self.tags(), self.volumes(), self.replicas()] {
            match dir.symlink_metadata() {
                Ok(meta) if own_folder(&meta) => shut(&dir, &meta)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Ok(_) => {
                    let words = format!("{}: it is no folder of this user's own", dir.display());
                    return Err(io::Error::new(io::ErrorKind::PermissionDenied, words));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A replica's own folder: its files, its log, its lock.
    pub(super) fn replica(&self, id: &str) -> PathBuf {
        self.replicas().join(id.get(..12).unwrap_or(id))
    }

    /// Takes the supervisor's lock; none where another one has it.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        self.prepare()?;
        try_lock(&self.root.join("supervisor.lock"))
    }

    /// Makes the way in known, readable for this user alone.
    pub(super) fn announce(&self, door: &Door) -> io::Result<()> {
        let json = serde_json::to_vec(door).unwrap_or_default();
        workshop_disk::write(&self.door(), &json, Some(0o600), &self.root)
    }

    /// Whether the way in is still known.
    pub(super) fn is_open(&self) -> bool {
        self.door().exists()
    }

    /// Takes the way in back: the supervisor ends in order.
    pub(super) fn close(&self) {
        let _ = fs::remove_file(self.door());
    }

    /// Removes all that speaks of processes.
    pub(super) fn disown(&self) -> io::Result<()> {
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
    pub(super) fn look(&self) -> Found {
        if self.root.symlink_metadata().is_err() {
            return Found::Nobody;
        }
        let text = match self.prepare() {
            Ok(()) => self.own_text(&self.door()),
            Err(error) => return Found::Barred(workshop_disk::reason(&error)),
        };
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

    /// What this user wrote into a file and nobody else can have; nothing else is believed.
    fn own_text(&self, path: &Path) -> io::Result<Vec<u8>> {
        let meta = path.symlink_metadata()?;
        // Some file systems keep no modes; then the folder could not be shut, either.
        let keeps_modes = !others_may(&self.root.symlink_metadata()?, 0o077);
        if !meta.is_file() || !owned(&meta) || (keeps_modes && others_may(&meta, 0o077)) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(workshop_disk::bytes(path, SMALL)?)
    }
}

/// Opens (or makes) a file and takes its lock; none where somebody has it.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    owner_only(&mut options);
    let file = options.open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Makes a folder, and those above it, for this user alone.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file for this user alone, where nobody reads it yet.
pub(super) fn private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    private_file(path).and_then(|mut file| io::Write::write_all(&mut file, bytes))
}

/// A new, empty file for this user alone, in the place of what lies there.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    owner_only(&mut options);
    options.open(path)
}

/// The folders directly in a folder; no links.
fn entries(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let real = dir.symlink_metadata().is_ok_and(|meta| own_folder(&meta));
    let found = real.then(|| fs::read_dir(dir).ok()).flatten().into_iter().flatten().filter_map(Result::ok);
    found.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path())
}

/// Whether a volume's folder is of this layout: it is named by the digest of the name in it.
fn is_new(dir: &Path) -> bool {
    let name = workshop_disk::text(&dir.join(NAME), SMALL).unwrap_or_default();
    dir.file_name().is_some_and(|own| own == naming::digest(name.as_bytes()).as_str())
}

/// The name of a volume by its folder; none where it is no volume's.
fn name_of(dir: &Path) -> Option<String> {
    let own = dir.file_name()?.to_str()?;
    let name = if is_new(dir) { workshop_disk::text(&dir.join(NAME), SMALL).ok()? } else { own.to_owned() };
    (naming::volume(&name).is_ok() && (is_new(dir) || !naming::is_digest(own))).then_some(name)
}

fn own_folder(meta: &fs::Metadata) -> bool {
    meta.is_dir() && owned(meta)
}

fn owned(meta: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(meta) == rustix::process::geteuid().as_raw()
}

fn others_may(meta: &fs::Metadata, what: u32) -> bool {
    std::os::unix::fs::MetadataExt::mode(meta) & what != 0
}

/// Takes away what others may do in a folder that an earlier version made.
fn shut(dir: &Path, meta: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if !others_may(meta, 0o077) {
        return Ok(());
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
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
        private(&temp.path().join("engine/supervisor.json"), b"{\"form").unwrap();
        assert!(matches!(place.look(), Found::Unreadable));
        drop(lock);
        assert!(matches!(place.look(), Found::Dead));
        place.close();
        assert!(matches!(place.look(), Found::Nobody));
    }

    #[test]
    fn a_state_file_that_another_could_have_written_is_not_believed() {
        use std::os::unix::fs::PermissionsExt;
        let temp = tempfile::tempdir().unwrap();
        let place = Place::within(temp.path());
        let _lock = place.lock().unwrap().unwrap();
        let door = temp.path().join("engine/supervisor.json");
        let address = "127.0.0.1:1".parse().unwrap();
        let known = Door { format: FORMAT, pid: 1, address, token: "t".into(), names_token: "n".into() };
        place.announce(&known).unwrap();
        assert!(matches!(place.look(), Found::Alive(_)));
        fs::set_permissions(&door, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(place.look(), Found::Unreadable));
        fs::rename(&door, temp.path().join("real")).unwrap();
        std::os::unix::fs::symlink(temp.path().join("real"), &door).unwrap();
        assert!(matches!(place.look(), Found::Unreadable));
        assert_eq!(fs::metadata(place.root()).unwrap().permissions().mode() & 0o777, 0o700);
        // A folder that leads elsewhere is not worked in.
        std::os::unix::fs::symlink(temp.path(), place.replicas()).unwrap();
        assert!(place.prepare().is_err() && place.replica_ids().is_empty());
    }

    #[test]
    fn volumes_have_names_and_lie_where_no_name_leads() {
        let temp = tempfile::tempdir().unwrap();
        let place = Place::within(temp.path());
        for old in ["p_data", "with.dots"] {
            fs::create_dir_all(temp.path().join("engine/volumes").join(old)).unwrap();
            fs::write(temp.path().join("engine/volumes").join(old).join("file"), old).unwrap();
        }
        assert!(place.make_volume("P_DATA").unwrap() && !place.make_volume("P_DATA").unwrap());
        assert_eq!(place.volume_names(), ["P_DATA", "p_data", "with.dots"]);
        place.adopt_old_volumes();
        assert_eq!(place.volume_names(), ["P_DATA", "p_data", "with.dots"]);
        assert_eq!(fs::read_to_string(place.volume("p_data").join("file")).unwrap(), "p_data");
        for name in ["../victim", "a/b", "/etc", ""] {
            assert_eq!(place.volume(name).ancestors().nth(2), Some(place.volumes().as_path()), "{name}");
        }
        place.remove_volume("p_data");
        place.remove_volume("../..");
        assert_eq!(place.volume_names(), ["P_DATA", "with.dots"]);
    }
}
