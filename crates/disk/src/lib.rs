//! Files written so that a crash at any moment leaves the old content or the new, never half.

// Here is the one way in which files are opened.
#![allow(clippy::disallowed_methods)]

pub mod files;
pub mod within;

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use tempfile::{Builder, NamedTempFile};

/// How the names of temporary files start, wherever they lie.
pub const TEMPORARY: &str = ".workshop-tmp-";

/// A file's content and its mode (Unix permission bits).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The whole of it.
    pub bytes: Vec<u8>,
    /// The lower twelve bits (`0o7777`); none where nothing says which.
    pub mode: Option<u32>,
}

/// The largest file that is taken whole where nothing smaller is asked for: 64 MiB.
pub const LARGEST: u64 = 64 << 20;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// A folder lies there.
    #[error("it is a folder")]
    Folder,
    /// A pipe, a socket, a device, or a link to one: reading it may never end.
    #[error("it is no regular file")]
    NotAFile,
    /// Its size and the limit, in bytes.
    #[error("it is too large: {size} bytes, where {limit} is the most")]
    TooLarge {
        /// As the system tells it, or what was read of a file that says less.
        size: u64,
        /// The most that was asked for.
        limit: u64,
    },
    /// The system refuses, or nothing lies there.
    #[error("{}", reason(.0))]
    Io(#[from] io::Error),
}

impl Unread {
    /// Nothing lies there.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if is_missing(error))
    }
}

impl From<Unread> for io::Error {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Io(error) => error,
            Unread::Folder => Self::new(ErrorKind::IsADirectory, unread),
            Unread::NotAFile => Self::new(ErrorKind::InvalidInput, unread),
            Unread::TooLarge { .. } => Self::new(ErrorKind::FileTooLarge, unread),
        }
    }
}

/// The bytes of the regular file at `path`, which may be `limit` of them at the most. The only way
/// in which this program reads a file whole: nothing that hangs or never ends is opened.
///
/// # Errors
/// [`Unread`]: it is not there, is something else than a file, is too large, or cannot be read.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    let size = open(path, limit)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    if size > limit { Err(Unread::TooLarge { size, limit }) } else { Ok(bytes) }
}

/// The regular file at `path`, opened to be read; it says that it is not larger than `limit`.
///
/// # Errors
/// As [`bytes`].
pub fn open(path: &Path, limit: u64) -> Result<File, Unread> {
    // Asked before it is opened, for opening a device may do something, and once it is open, for
    // something else may lie there by then.
    regular(&fs::metadata(path)?, limit)?;
    let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    regular(&file.metadata()?, limit)?;
    Ok(file)
}

fn regular(meta: &fs::Metadata, limit: u64) -> Result<(), Unread> {
    match meta.len() {
        _ if meta.is_dir() => Err(Unread::Folder),
        _ if !meta.is_file() => Err(Unread::NotAFile),
        size if size > limit => Err(Unread::TooLarge { size, limit }),
        _ => Ok(()),
    }
}

/// The same as text.
///
/// # Errors
/// As [`bytes`]; what is no UTF-8 is [`ErrorKind::InvalidData`].
pub fn text(path: &Path, limit: u64) -> Result<String, Unread> {
    String::from_utf8(bytes(path, limit)?)
        .map_err(|error| Unread::Io(io::Error::new(ErrorKind::InvalidData, error)))
}

/// What lies at `path`; `None` where nothing does.
///
/// # Errors
/// As [`bytes`], with [`LARGEST`].
pub fn read(path: &Path) -> io::Result<Option<Content>> {
    match bytes(path, LARGEST) {
        Ok(bytes) => Ok(Some(Content { bytes, mode: mode(path) })),
        Err(unread) if unread.is_missing() => Ok(None),
        Err(unread) => Err(unread.into()),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Why the system refused, in its own words, without its number and the name of a temporary file.
pub fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

/// Replaces or creates `path` in one step. The new content is written and synced in `tmp` first,
/// or beside `path` where `tmp` is on another file system. Without a `mode` a file that is there
/// keeps its own, and a new one gets what the user's mask leaves (a script may be executed).
pub fn write(path: &Path, bytes: &[u8], mode: Option<u32>, tmp: &Path) -> io::Result<()> {
    fault::point("write")?;
    let mode = mode.or_else(|| self::mode(path));
    let file = match filled(bytes, mode, tmp)?.persist(path) {
        Ok(_) => return sync_parent(path),
        Err(error) => error,
    };
    if file.error.kind() != ErrorKind::CrossesDevices {
        return Err(file.error);
    }
    let beside = path.parent().unwrap_or(Path::new("."));
    filled(bytes, mode, beside)?.persist(path).map_err(|error| error.error)?;
    sync_parent(path)
}

fn filled(bytes: &[u8], mode: Option<u32>, dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY).permissions(Permissions::from_mode(fresh_mode(bytes)));
    let mut file = builder.tempfile_in(dir)?;
    file.write_all(bytes)?;
    if let Some(mode) = mode {
        set_mode(file.as_file(), mode)?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes `path`; that it is gone already is no error.
pub fn remove(path: &Path) -> io::Result<()> {
    fault::point("remove")?;
    match fs::remove_file(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Creates a file for this user's eyes alone. What lies there already, be it a link that somebody
/// planted, is an error and not written through. Not synced: see [`sync`].
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fill(create_new(path, 0o600)?, bytes)
}

/// A file that such options make is for this user alone; a link or a pipe is not opened.
pub fn owner_only(options: &mut fs::OpenOptions) {
    options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
}

/// Makes a folder that is for this user alone, whatever the mask, with what lacks above it; one
/// that is there is closed to others, where it can be.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fault::point("folder")?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    if mode(path).is_some_and(|mode| mode & 0o077 != 0) {
        // One of root's is closed by root alone.
        let _ = fs::set_permissions(path, Permissions::from_mode(0o700));
    }
    Ok(())
}

/// Opens a file of the runner's own to write it, as it is, and makes it for this user alone where
/// there is none. A link is not followed.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    owner_only(&mut options);
    let file = options.open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(Unread::NotAFile.into());
    }
    if meta.permissions().mode() & 0o077 != 0 {
        let _ = file.set_permissions(Permissions::from_mode(0o600));
    }
    Ok(file)
}

/// Creates a file that is to become one of the learner's: with `mode`, or with what the user's
/// mask leaves. Not synced: see [`sync`].
pub fn create_prepared(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let file = create_new(path, fresh_mode(bytes))?;
    if let Some(mode) = mode {
        set_mode(&file, mode)?;
    }
    fill(file, bytes)
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<()> {
    // Half of it first, in tests that stop here.
    let (first, second) = bytes.split_at(if cfg!(test) { bytes.len() / 2 } else { 0 });
    fault::point("create")?;
    file.write_all(first)?;
    fault::point("fill")?;
    file.write_all(second)
}

/// Makes the content of a file, or the names in a folder, last.
pub fn sync(path: &Path) -> io::Result<()> {
    fault::point("sync")?;
    File::open(path)?.sync_all()
}

/// Makes the name of `path` last.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync)
}

/// Removes what a killed program left of its writes in `dir`; nothing below it.
pub fn remove_temporaries(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
            let path = entry.path();
            // Of a link only the link goes.
            let _ = if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
        }
    }
}

/// The permission bits (`0o7777`) of what lies at `path`, links followed; none where nothing does.
pub fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|meta| meta.permissions().mode() & 0o7777)
}

/// What a file keeps when its name changes; none where nothing lies at `path`.
pub fn inode(path: &Path) -> Option<u64> {
    fs::symlink_metadata(path).ok().map(|meta| meta.ino())
}

fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(mode).open(path)
}

/// The mode of a new file, before the user's mask is taken off.
fn fresh_mode(bytes: &[u8]) -> u32 {
    if bytes.starts_with(b"#!") { 0o777 } else { 0o666 }
}

/// Where a test may stop what is being done, let it fail, or do something in between.
pub mod fault {
    /// Does nothing: only a test puts something in its place.
    #[cfg(not(any(test, feature = "fault")))]
    pub const fn point(_: &'static str) -> std::io::Result<()> {
        Ok(())
    }

    #[cfg(any(test, feature = "fault"))]
    pub use for_tests::{point, with};

    #[cfg(any(test, feature = "fault"))]
    mod for_tests {
        use std::cell::RefCell;
        use std::io;

        type Hook = Box<dyn FnMut(&'static str) -> io::Result<()>>;

        thread_local! {
            static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
        }

        /// Called before every change of the disk, with its name.
        pub fn point(name: &'static str) -> io::Result<()> {
            // Taken out while it runs, so that what it does itself is not asked about.
            let Some(mut hook) = HOOK.take() else { return Ok(()) };
            let said = hook(name);
            HOOK.set(Some(hook));
            said
        }

        /// Runs `work` on this thread with `hook` at every point.
        pub fn with<T>(
            hook: impl FnMut(&'static str) -> io::Result<()> + 'static,
            work: impl FnOnce() -> T,
        ) -> T {
            HOOK.set(Some(Box::new(hook)));
            let done = work();
            HOOK.set(None);
            done
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_and_leaves_no_temporary() {
        let dir = tempfile::tempdir().unwrap();
        let tmp = dir.path().join("tmp");
        fs::create_dir(&tmp).unwrap();
        let path = dir.path().join("한 글.txt");
        write(&path, b"one", None, &tmp).unwrap();
        write(&path, b"two", None, &tmp).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().bytes, b"two");
        assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }

    #[test]
    fn what_never_ends_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RUSR).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("endless")).unwrap();
        File::create(at("sparse")).unwrap().set_len(2 << 30).unwrap();
        let unread = |name: &str| bytes(&at(name), 1 << 20).unwrap_err();
        assert!(matches!(unread("pipe"), Unread::NotAFile));
        assert!(matches!(unread("endless"), Unread::NotAFile));
        assert!(matches!(unread("sparse"), Unread::TooLarge { .. }));
        assert!(matches!(bytes(dir.path(), 1), Err(Unread::Folder)));
        assert!(unread("none").is_missing());
        // Says that it is empty, and is not: nothing is believed but what was read.
        assert!(!bytes(Path::new("/proc/self/maps"), 1 << 20).unwrap().is_empty());
        assert!(matches!(bytes(Path::new("/proc/self/maps"), 8), Err(Unread::TooLarge { .. })));
    }

    #[test]
    fn modes_are_kept_and_scripts_can_be_run() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("run.sh");
        write(&path, b"#!/bin/sh\n", None, dir.path()).unwrap();
        assert_ne!(mode(&path).unwrap() & 0o100, 0);
        set_mode(&File::open(&path).unwrap(), 0o640).unwrap();
        write(&path, b"#!/bin/sh\ntrue\n", None, dir.path()).unwrap();
        assert_eq!(mode(&path), Some(0o640));
        let plain = dir.path().join("plain");
        write(&plain, b"x", None, dir.path()).unwrap();
        assert_eq!(mode(&plain).unwrap() & 0o111, 0);
        assert_ne!(mode(&plain).unwrap() & 0o400, 0);
    }
}
