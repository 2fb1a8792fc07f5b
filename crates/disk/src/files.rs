//! Reads the learner's files, whatever lies there, and says which paths are safe to write.
//! Relative paths use `/` everywhere; nothing outside the workspace is ever written.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::Unread;
use workshop_text::Text;

/// The largest file that is read as text: 1 MiB. A compose file is a thousandth of that.
pub const LIMIT: u64 = 1 << 20;

/// Folders that hold no work of the learner's own.
const SKIPPED: [&str; 3] = [".git", "target", "node_modules"];

/// Why a file of the learner's cannot be read, or must not be written.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum ReadError {
    /// Nothing lies there.
    Missing {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
    },
    /// A folder lies there.
    IsFolder {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
    },
    /// A file where a folder on the way to `path` should be.
    NotAFolder {
        /// What was looked for.
        path: String,
        /// The file on the way, as the part of `path` that leads to it.
        file: String,
    },
    /// A link that leads to nothing.
    DeadLink {
        /// The link, or what was looked for through it.
        path: String,
    },
    /// It is not there, and `found` is, whose name differs in upper and lower case alone.
    OtherCase {
        /// What was looked for.
        path: String,
        /// The same path with the name that is there.
        found: String,
    },
    /// A pipe, a socket, a device.
    NotAFile {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
    },
    /// The first byte, from 0, that is NUL or no UTF-8.
    NotText {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
        /// In bytes, from 0.
        offset: usize,
    },
    /// The size and the limit, in bytes.
    TooLarge {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
        /// In bytes.
        size: u64,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// The system does not let this user read or write it.
    NoPermission {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
    },
    /// Absolute, with `..`, or through a link that leaves the workspace.
    Outside {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
    },
    /// The system refuses, for a reason that is none of these.
    Io {
        /// From the folder that was looked in; that folder itself in full.
        path: String,
        /// The system's own words.
        reason: String,
    },
}

impl ReadError {
    /// The kind of `error`, said about `path`.
    pub fn io(path: &str, error: &std::io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::Missing { path },
            ErrorKind::IsADirectory => Self::IsFolder { path },
            ErrorKind::PermissionDenied => Self::NoPermission { path },
            _ => Self::Io { path, reason: crate::reason(error) },
        }
    }

    /// Why the file at `path` is not read.
    pub fn unread(path: &str, unread: &Unread) -> Self {
        let path = path.to_owned();
        match unread {
            Unread::Folder => Self::IsFolder { path },
            Unread::NotAFile => Self::NotAFile { path },
            Unread::TooLarge { size, limit } => Self::TooLarge { path, size: *size, limit: *limit },
            Unread::Io(error) => Self::io(&path, error),
        }
    }

    /// Nothing lies there.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. } | Self::OtherCase { .. })
    }

    /// What is wrong, as a message with the path in it.
    pub fn text(&self) -> Text {
        let about = |key, path: &String| Text::new(key).with("path", path.as_str());
        match self {
            Self::Missing { path } => about("file-missing", path),
            Self::IsFolder { path } => about("file-is-folder", path),
            Self::NotAFolder { path, file } => about("file-not-a-folder", path).with("file", file.as_str()),
            Self::DeadLink { path } => about("file-dead-link", path),
            Self::OtherCase { path, found } => about("file-other-case", path).with("found", found.as_str()),
            Self::NotAFile { path } => about("file-not-a-file", path),
            Self::NotText { path, offset } => about("file-not-text", path).with("offset", *offset),
            Self::TooLarge { path, size, limit } => {
                about("file-too-large", path).with("size", mebibytes(*size)).with("limit", mebibytes(*limit))
            }
            Self::NoPermission { path } => about("file-no-permission", path),
            Self::Outside { path } => about("file-outside", path),
            Self::Io { path, reason } => about("file-io", path).with("reason", reason.as_str()),
        }
    }
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) >> 20;
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

/// A relative path that stays where it starts: `/` between names, no `..`, `.`, or empty name; and
/// nothing in it that a terminal would obey.
pub fn is_plain(rel: &str) -> bool {
    let strange = |c: char| c == '\\' || c.is_control();
    let names = rel.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.contains(strange));
    names && Path::new(rel).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The text of `rel` in `dir`, as it is: a byte order mark and any line ends stay.
pub fn read_text(dir: &Path, rel: &str) -> Result<String, ReadError> {
    let bytes = read_bytes(dir, rel)?;
    let not_text = |offset| ReadError::NotText { path: rel.to_owned(), offset };
    if let Some(offset) = bytes.iter().position(|byte| *byte == 0) {
        return Err(not_text(offset));
    }
    String::from_utf8(bytes).map_err(|error| not_text(error.utf8_error().valid_up_to()))
}

/// The bytes of `rel` in `dir`; no more than [`LIMIT`] are ever read.
pub fn read_bytes(dir: &Path, rel: &str) -> Result<Vec<u8>, ReadError> {
    if !is_plain(rel) {
        return Err(ReadError::Outside { path: rel.to_owned() });
    }
    crate::bytes(&dir.join(rel), LIMIT).map_err(|unread| match unread {
        unread if unread.is_missing() => why_missing(dir, rel),
        unread => ReadError::unread(rel, &unread),
    })
}

/// Why nothing is found at `rel`: the first name on the way that is not what it should be.
fn why_missing(dir: &Path, rel: &str) -> ReadError {
    let path = rel.to_owned();
    let ends = rel.match_indices('/').map(|(end, _)| end).chain([rel.len()]);
    for end in ends {
        let part = &rel[..end];
        let full = dir.join(part);
        match fs::symlink_metadata(&full) {
            Ok(meta) if meta.is_symlink() && !full.exists() => {
                return ReadError::DeadLink { path: part.to_owned() };
            }
            Ok(_) if end < rel.len() && !full.is_dir() => {
                return ReadError::NotAFolder { path, file: part.to_owned() };
            }
            Ok(_) => {}
            Err(_) => {
                return match other_case(dir, part) {
                    Some(found) => ReadError::OtherCase { path, found: format!("{found}{}", &rel[end..]) },
                    None => ReadError::Missing { path },
                };
            }
        }
    }
    ReadError::Missing { path }
}

fn other_case(dir: &Path, rel: &str) -> Option<String> {
    let (parent, name) = rel.rsplit_once('/').unwrap_or(("", rel));
    let found = fs::read_dir(dir.join(parent)).ok()?.flatten().find_map(|entry| {
        let found = entry.file_name().into_string().ok()?;
        (found.to_lowercase() == name.to_lowercase()).then_some(found)
    })?;
    Some(if parent.is_empty() { found } else { format!("{parent}/{found}") })
}

/// What stands where a file at `rel` should: the path of that thing (`rel` itself, or a folder on
/// the way to it), and what it is. None where nothing does, or a file that can be read whole.
pub fn obstacle(dir: &Path, rel: &str) -> Option<(String, ReadError)> {
    let real = fs::canonicalize(dir).ok()?;
    let ends = rel.match_indices('/').map(|(end, _)| end).chain([rel.len()]);
    for end in ends {
        let part = &rel[..end];
        let full = dir.join(part);
        let meta = fs::symlink_metadata(&full).ok()?;
        let thing = |error: ReadError| Some((part.to_owned(), error));
        let path = part.to_owned();
        if meta.is_symlink() {
            match fs::canonicalize(&full) {
                Err(_) => return thing(ReadError::DeadLink { path }),
                Ok(target) if !target.starts_with(&real) => return thing(ReadError::Outside { path }),
                Ok(_) => {}
            }
        }
        if end < rel.len() {
            if !full.is_dir() {
                return thing(ReadError::NotAFolder { path: rel.to_owned(), file: path });
            }
        } else if let Err(unread) = crate::bytes(&full, crate::LARGEST) {
            return thing(ReadError::unread(&path, &unread));
        }
    }
    None
}

/// A name beside `rel` that is free, for what has to make room there. `taken` says which are not.
pub fn aside(rel: &str, taken: impl Fn(&str) -> bool) -> String {
    let names = (1_u32..).map(|number| format!("{rel}.aside-{number}"));
    names.into_iter().find(|name| !taken(name)).expect("one of four thousand million names is free")
}

/// Every file in `dir`, by path, in order. Links to folders are not followed; a link to a file
/// counts where the file lies in the workspace. A name that is no UTF-8 is left out.
pub fn walk(dir: &Path) -> Result<Vec<String>, ReadError> {
    let real = fs::canonicalize(dir).map_err(|error| ReadError::io(&dir.to_string_lossy(), &error))?;
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let about = |error: std::io::Error| ReadError::io(&folder, &error);
        for entry in fs::read_dir(real.join(&folder)).map_err(about)? {
            let entry = entry.map_err(about)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().map_err(about)?;
            let rel = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                folders.push(rel);
            } else if kind.is_file() || (kind.is_symlink() && leads_to_file_in(&real, &entry.path())) {
                found.push(rel);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn leads_to_file_in(dir: &Path, link: &Path) -> bool {
    fs::canonicalize(link).is_ok_and(|path| path.starts_with(dir) && path.is_file())
}

/// Where a write to `rel` in `dir` goes: links are followed as long as they stay in `dir`, which
/// need not exist yet.
pub fn writable_path(dir: &Path, rel: &str) -> Result<PathBuf, ReadError> {
    let outside = || ReadError::Outside { path: rel.to_owned() };
    if !is_plain(rel) {
        return Err(outside());
    }
    let real = match fs::canonicalize(dir) {
        Ok(real) => real,
        Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(dir).is_err() => {
            return Ok(dir.join(rel));
        }
        Err(error) => return Err(ReadError::io(&dir.to_string_lossy(), &error)),
    };
    let mut path = real.clone();
    for name in rel.split('/') {
        path.push(name);
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        if meta.is_symlink() {
            // It leads nowhere that could be judged.
            path = fs::canonicalize(&path).map_err(|_| ReadError::DeadLink { path: rel.to_owned() })?;
            if !path.starts_with(&real) {
                return Err(outside());
            }
        }
    }
    if path.is_dir() { Err(ReadError::IsFolder { path: rel.to_owned() }) } else { Ok(path) }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn texts_are_read_as_they_are() {
        let dir = folder();
        fs::create_dir(dir.path().join("내 폴더")).unwrap();
        fs::write(dir.path().join("내 폴더/설정 파일.yml"), "\u{feff}a\r\n").unwrap();
        assert_eq!(read_text(dir.path(), "내 폴더/설정 파일.yml").unwrap(), "\u{feff}a\r\n");
        fs::write(dir.path().join("empty"), "").unwrap();
        assert_eq!(read_text(dir.path(), "empty").unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_said_with_its_kind() {
        let dir = folder();
        let at = dir.path();
        fs::write(at.join("nul"), b"ab\0c").unwrap();
        fs::write(at.join("cp949"), b"abc\xb0\xa1").unwrap();
        fs::create_dir(at.join("sub")).unwrap();
        let large = File::create(at.join("large")).unwrap();
        large.set_len(50 << 20).unwrap();
        File::create(at.join("full")).unwrap().set_len(LIMIT).unwrap();
        let kind = |rel: &str| read_text(at, rel).unwrap_err();
        let path = str::to_owned;
        assert_eq!(kind("nul"), ReadError::NotText { path: path("nul"), offset: 2 });
        assert_eq!(kind("cp949"), ReadError::NotText { path: path("cp949"), offset: 3 });
        assert_eq!(kind("sub"), ReadError::IsFolder { path: path("sub") });
        assert_eq!(kind("none"), ReadError::Missing { path: path("none") });
        assert_eq!(kind("nul/below"), ReadError::NotAFolder { path: path("nul/below"), file: path("nul") });
        assert_eq!(kind("NUL"), ReadError::OtherCase { path: path("NUL"), found: path("nul") });
        assert_eq!(kind("large"), ReadError::TooLarge { path: path("large"), size: 50 << 20, limit: LIMIT });
        assert_eq!(kind("full"), ReadError::NotText { path: path("full"), offset: 0 });
        assert!(kind("large").to_string().contains("50.0 MiB"), "{}", kind("large"));
    }

    #[test]
    fn a_file_without_permission_is_said() {
        use std::os::unix::fs::PermissionsExt;
        let dir = folder();
        let path = dir.path().join("secret");
        fs::write(&path, "x").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // root may read everything, so there is nothing to see then.
        if File::open(&path).is_err() {
            let found = read_text(dir.path(), "secret").unwrap_err();
            assert_eq!(found, ReadError::NoPermission { path: "secret".into() });
        }
    }

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        let dir = folder();
        for rel in ["../x", "a/../../x", "/etc/passwd", "", "a//b", "./a", "a\\..\\b", "a\u{1b}[2J"] {
            let outside = ReadError::Outside { path: rel.to_owned() };
            assert_eq!(writable_path(dir.path(), rel), Err(outside.clone()));
            assert_eq!(read_text(dir.path(), rel), Err(outside));
        }
        let real = fs::canonicalize(dir.path()).unwrap();
        assert_eq!(writable_path(dir.path(), "새 폴더/a b").unwrap(), real.join("새 폴더/a b"));
    }

    #[test]
    fn links_are_followed_only_within_the_folder() {
        use std::os::unix::fs::symlink;
        let (dir, other) = (folder(), folder());
        let at = dir.path();
        fs::write(at.join("real.yml"), "x").unwrap();
        fs::write(other.path().join("out.yml"), "x").unwrap();
        symlink("real.yml", at.join("in.yml")).unwrap();
        symlink(other.path().join("out.yml"), at.join("out.yml")).unwrap();
        symlink(other.path(), at.join("out")).unwrap();
        symlink(other.path().join("none"), at.join("dangling")).unwrap();
        symlink(".", at.join("loop")).unwrap();
        let real = fs::canonicalize(at).unwrap();
        assert_eq!(writable_path(at, "in.yml").unwrap(), real.join("real.yml"));
        for rel in ["out.yml", "out/new.yml"] {
            assert_eq!(writable_path(at, rel), Err(ReadError::Outside { path: rel.to_owned() }));
        }
        let dead = ReadError::DeadLink { path: "dangling".to_owned() };
        assert_eq!(writable_path(at, "dangling"), Err(dead.clone()));
        assert_eq!(read_text(at, "dangling"), Err(dead));
        assert_eq!(walk(at).unwrap(), ["in.yml", "real.yml"]);
    }

    #[test]
    fn a_walk_leaves_out_what_is_not_the_learners() {
        let dir = folder();
        for rel in ["b/c.txt", "a.txt", ".git/x", "backend/target/x", "web/node_modules/x", ".env"] {
            let path = dir.path().join(rel);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        assert_eq!(walk(dir.path()).unwrap(), [".env", "a.txt", "b/c.txt"]);
    }
}
