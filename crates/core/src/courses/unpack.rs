//! An archive of a course, unpacked into a folder of its own: ordinary files and folders, and links
//! that lead to a file of the archive, as that file. What leads out, or is anything else, is refused
//! before a byte of it is used.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use super::error::CourseError;
use crate::lesson::course::FILE;
use crate::workspace::disk;
use crate::workspace::files::is_plain;
use workshop_text::Text;
use workshop_text::visible::visible_line;

/// What all of an archive may come to, and how many things may be in it: more than a course, for there
/// is more in a repository.
const WHOLE: u64 = 512 << 20;
const COUNT: usize = 50_000;

/// The tar archive that `reader` is, as it is or compressed by gzip.
///
/// # Errors
/// It is neither.
pub(super) fn opened<'a>(reader: impl Read + 'a) -> Result<Box<dyn Read + 'a>, CourseError> {
    let mut reader = BufReader::new(reader);
    let mut head = Vec::new();
    let cannot = |_| CourseError::Refused(Text::new("archive-broken"));
    reader.by_ref().take(512).read_to_end(&mut head).map_err(cannot)?;
    let kind = match head.as_slice() {
        [0x1f, 0x8b, ..] => Packed::Gzip,
        head if head.get(257..262) == Some(b"ustar") => Packed::Plain,
        _ => Packed::Other,
    };
    let whole = io::Cursor::new(head).chain(reader);
    match kind {
        Packed::Gzip => Ok(Box::new(MultiGzDecoder::new(whole))),
        Packed::Plain => Ok(Box::new(whole)),
        Packed::Other => Err(CourseError::Refused(Text::new("archive-other"))),
    }
}

enum Packed {
    Gzip,
    Plain,
    Other,
}

/// Unpacks the tar archive that `reader` is into `folder`, which is there and empty.
///
/// # Errors
/// It is broken, too large, or brings what may not be.
pub(super) fn unpack(reader: impl Read, folder: &Path) -> Result<(), CourseError> {
    let mut archive = Archive::new(Bounded { inner: reader, left: WHOLE });
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    let entries = archive.entries().map_err(|error| broken(&error))?;
    for (number, entry) in entries.enumerate() {
        let mut entry = entry.map_err(|error| broken(&error))?;
        if number >= COUNT {
            return Err(CourseError::Refused(Text::new("archive-large")));
        }
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader) {
            continue;
        }
        let raw = entry.path_bytes().into_owned();
        let Some(path) = plain(&raw)? else { continue };
        match kind {
            EntryType::Directory => {
                disk::private_folder(&folder.join(&path)).map_err(|error| clash(&path, &error))?;
            }
            EntryType::Regular | EntryType::Continuous => file(&mut entry, folder, &path)?,
            EntryType::Symlink | EntryType::Link => {
                let target = entry.link_name_bytes().unwrap_or_default().into_owned();
                let from = if kind == EntryType::Symlink { parent(&path) } else { "" };
                let target = led(from, &target).ok_or_else(|| refused("archive-link", &path))?;
                links.insert(path, target);
            }
            _ => return Err(refused("archive-kind", &path)),
        }
    }
    links.keys().try_for_each(|path| follow(folder, &links, path))
}

fn file(entry: &mut tar::Entry<'_, impl Read>, folder: &Path, path: &str) -> Result<(), CourseError> {
    if entry.size() > FILE {
        return Err(refused("archive-file-large", path));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    put(folder, path, &bytes)
}

fn put(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), CourseError> {
    let place = folder.join(path);
    let made = disk::private_folder(place.parent().unwrap_or(folder));
    made.and_then(|()| disk::create_private(&place, bytes)).map_err(|error| clash(path, &error))
}

/// The file that a link leads to, in its place. One that leads to nothing, to a folder or in a circle
/// is no file: a lesson that needs it will say so.
fn follow(folder: &Path, links: &BTreeMap<String, String>, path: &str) -> Result<(), CourseError> {
    let mut at = path;
    for _ in 0..=links.len() {
        match links.get(at) {
            Some(next) => at = next,
            None => break,
        }
    }
    let place = folder.join(at);
    match links.contains_key(at) || !place.is_file() {
        true => Ok(()),
        false => {
            let bytes =
                disk::bytes(&place, FILE).map_err(|unread| CourseError::io(&place, &unread.into()))?;
            put(folder, path, &bytes)
        }
    }
}

/// A path of the archive, without `./` before it; nothing for the root itself.
fn plain(raw: &[u8]) -> Result<Option<String>, CourseError> {
    let shown = String::from_utf8_lossy(raw).into_owned();
    let out = || refused("archive-path", &shown);
    let text = std::str::from_utf8(raw).map_err(|_| out())?;
    let text = text.strip_suffix('/').unwrap_or(text);
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix("./") {
        rest = inner;
    }
    match rest {
        "" if text.is_empty() && raw.starts_with(b"/") => Err(out()),
        "" | "." => Ok(None),
        rest if is_plain(rest) => Ok(Some(rest.to_owned())),
        _ => Err(out()),
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Where a link leads from the folder `from`; nothing where that is outside of the archive.
fn led(from: &str, target: &[u8]) -> Option<String> {
    let target = Path::new(std::str::from_utf8(target).ok()?).to_owned();
    let mut at = PathBuf::from(from);
    for part in target.components() {
        match part {
            Component::Normal(name) => at.push(name),
            Component::CurDir => {}
            Component::ParentDir if at.pop() => {}
            _ => return None,
        }
    }
    at.to_str().filter(|path| is_plain(path)).map(str::to_owned)
}

fn refused(key: &'static str, path: &str) -> CourseError {
    CourseError::Refused(Text::new(key).with("path", visible_line(path, 200)))
}

fn broken(error: &io::Error) -> CourseError {
    let is_large = error.get_ref().is_some_and(|inner| inner.is::<TooLarge>());
    CourseError::Refused(Text::new(if is_large { "archive-large" } else { "archive-broken" }))
}

/// What lies there already, or the disk's own trouble.
fn clash(path: &str, error: &io::Error) -> CourseError {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => refused("archive-twice", path),
        _ => CourseError::io(Path::new(path), error),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("more than an archive may come to")]
struct TooLarge;

/// A reader that fails where it should have ended.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(TooLarge))?;
        Ok(read)
    }
}

/// The folder of what was unpacked that has `lessons/` in it: that one, or the only one in it.
pub(super) fn root_of(folder: &Path) -> PathBuf {
    if folder.join("lessons").is_dir() {
        return folder.to_owned();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    match folders.as_slice() {
        [only] => only.clone(),
        _ => folder.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_of_an_archive() {
        let read = |text: &str| plain(text.as_bytes());
        assert_eq!(read("./lessons/10 캐시/").unwrap().as_deref(), Some("lessons/10 캐시"));
        assert_eq!(read("./").unwrap(), None);
        for bad in ["../x", "/etc/passwd", "a/../../x", "a//b", "a\\b", "a\nb", "/", "a/./b"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(plain(b"a\xff").is_err());
    }

    #[test]
    fn links_lead_within() {
        assert_eq!(led("a/b", b"../c").as_deref(), Some("a/c"));
        assert_eq!(led("", b"a").as_deref(), Some("a"));
        for out in [&b"../../c"[..], b"/etc/passwd", b"../../../x", b"\xff"] {
            assert_eq!(led("a", out), None);
        }
    }

    proptest! {
        #[test]
        fn no_path_leaves(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(Some(path)) = plain(&raw) {
                prop_assert!(is_plain(&path));
            }
        }

        #[test]
        fn no_bytes_break_it(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let folder = tempfile::tempdir().unwrap();
            if let Ok(reader) = opened(raw.as_slice()) {
                let _ = unpack(reader, folder.path());
            }
        }
    }
}
