//! Files of the learner's and of a stranger's course, read within a folder and nowhere else: a link that
//! leads out is seen through when the file is used, not when it was looked for.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::{Unread, owner_only};

/// Opens the regular file at `path`, if what was opened lies in `root`.
///
/// # Errors
/// It is not there, is something else than a file, or lies elsewhere.
pub fn open(root: &Path, path: &Path) -> Result<File, Unread> {
    let outside = || Unread::Io(io::Error::new(ErrorKind::PermissionDenied, "it leads out of its folder"));
    let (root, real) = (root.canonicalize()?, path.canonicalize()?);
    if !real.starts_with(&root) {
        return Err(outside());
    }
    // No part of the real path is a link now. Whether one has taken its place by the time that it is
    // open, shows where it leads then.
    let mut options = File::options();
    options.read(true);
    owner_only(&mut options);
    let file = options.open(&real)?;
    let meta = file.metadata()?;
    if meta.is_dir() {
        return Err(Unread::Folder);
    }
    if !meta.is_file() {
        return Err(Unread::NotAFile);
    }
    if real.canonicalize()? == real && is_same(&meta, &real.symlink_metadata()?) {
        Ok(file)
    } else {
        Err(outside())
    }
}

fn is_same(open: &std::fs::Metadata, there: &std::fs::Metadata) -> bool {
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

/// The bytes of such a file, `limit` of them at the most.
///
/// # Errors
/// As [`open`]; it is larger.
pub fn bytes(root: &Path, path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = open(root, path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Err(Unread::TooLarge { size, limit });
    }
    let mut bytes = Vec::new();
    let size = file.take(limit.saturating_add(1)).read_to_end(&mut bytes)? as u64;
    if size > limit { Err(Unread::TooLarge { size, limit }) } else { Ok(bytes) }
}

/// Makes the folder at `path`, if it lies in `root`; its real path.
///
/// # Errors
/// A link leads out, or it cannot be made.
pub fn folder(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let outside = || io::Error::new(ErrorKind::PermissionDenied, "it leads out of its folder");
    let root = root.canonicalize()?;
    let there = path.ancestors().find(|one| one.symlink_metadata().is_ok()).ok_or_else(outside)?;
    if !there.canonicalize()?.starts_with(&root) {
        return Err(outside());
    }
    std::fs::create_dir_all(path)?;
    let real = path.canonicalize()?;
    if real.starts_with(&root) { Ok(real) } else { Err(outside()) }
}

/// Whether `path`, of which the last part need not be there, lies in `root` now.
pub fn holds(root: &Path, path: &Path) -> bool {
    let Ok(root) = root.canonicalize() else { return false };
    let there = match path.symlink_metadata() {
        Ok(_) => path.canonicalize(),
        Err(_) => path.parent().unwrap_or(path).canonicalize(),
    };
    there.is_ok_and(|there| there.starts_with(root))
}

/// A container's path without `.`, `..` and needless slashes: as the system reads it there, where
/// nothing is above the root.
pub fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The same for a path of this machine, which need not be there.
pub fn cleaned(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(clean.pop()),
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn nothing_is_read_or_made_outside() {
        let (temp, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = temp.path();
        std::fs::write(outside.path().join("secret"), "s").unwrap();
        std::fs::write(root.join("own"), "own").unwrap();
        symlink("own", root.join("link")).unwrap();
        symlink(outside.path().join("secret"), root.join("out")).unwrap();
        symlink(outside.path(), root.join("dir")).unwrap();
        symlink("/dev/zero", root.join("zero")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, root.join("pipe"), rustix::fs::Mode::RUSR).unwrap();
        std::fs::File::create(root.join("sparse")).unwrap().set_len(1 << 40).unwrap();
        let read = |name: &str| bytes(root, &root.join(name), 1 << 20);
        assert_eq!((read("own").unwrap(), read("link").unwrap()), (b"own".to_vec(), b"own".to_vec()));
        for name in ["out", "dir/secret", "../secret", "zero", "pipe", "sparse", "none", "."] {
            assert!(read(name).is_err(), "{name}");
        }
        assert!(folder(root, &root.join("a/b")).is_ok());
        assert!(folder(root, &root.join("dir/x")).is_err() && !outside.path().join("x").exists());
        assert!(holds(root, &root.join("new")) && holds(root, &root.join("own")));
        assert!(!holds(root, &root.join("dir/new")) && !holds(root, &root.join("out")));
    }

    #[test]
    fn a_containers_path_has_nothing_above_its_root() {
        for (path, wanted) in [("/data/../../etc/x", "/etc/x"), ("a//./b/", "/a/b"), ("/..", "/"), ("", "/")]
        {
            assert_eq!(normal(path), wanted);
        }
        assert_eq!(cleaned(Path::new("/a/./b/../c")), Path::new("/a/c"));
    }
}
