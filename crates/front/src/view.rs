//! The container's files as the front sees them: [`View`], an image's folder with mounts over it.
//!
//! A path of the container never leads outside of the image or of the mount that it lies in: `..`
//! is refused before the file system is asked, and a symbolic link that leads out is not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::spec::Mount;
use workshop_disk::within;

/// The largest file of a configuration, in bytes.
const LARGEST: u64 = 4 << 20;

/// What a relative path of a directive begins at.
const FOLDER: &str = "/etc/nginx";

/// A path of the container that a directive names, from nginx's own folder where it is relative.
pub(crate) fn absolute(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{FOLDER}/{path}") }
}

/// The files of one container.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// As in the spec, then without symbolic links where it exists.
    image: Option<PathBuf>,
    /// The longest target first; each with its real path.
    mounts: Vec<(String, PathBuf)>,
    /// Files that are on no disk yet: what a learner's file would say.
    texts: BTreeMap<String, String>,
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// `/a//b/./c` as `a`, `b`, `c`; none where a part is `..` or cannot be in a file's name.
fn parts(path: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.iter().all(|part| *part != ".." && !part.contains('\0')).then_some(parts)
}

fn normal(path: &str) -> Option<String> {
    Some(format!("/{}", parts(path)?.join("/")))
}

/// What of `path` lies below `folder`.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

impl View {
    /// The files of the folder `image`, with `mounts` over it. A mount whose target has a `..` is left out.
    pub fn new(image: &Path, mounts: &[Mount]) -> Self {
        // What a mount's source is, was seen through once; a link in its place is not followed now.
        let target = |mount: &Mount| Some((normal(&mount.target)?, mount.source.clone()));
        let mut mounts: Vec<_> = mounts.iter().filter_map(target).collect();
        mounts.sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
        Self { image: Some(real(image)), mounts, texts: BTreeMap::new() }
    }

    /// With a file at `path` that says `text`, whatever lies there.
    #[must_use]
    pub fn with_text(mut self, path: &str, text: impl Into<String>) -> Self {
        self.texts.insert(path.to_owned(), text.into());
        self
    }

    /// The place on this machine of a path of the container, if something is there.
    pub fn locate(&self, path: &str) -> Option<PathBuf> {
        self.find(path).map(|(_, found)| found)
    }

    /// The same behind the folder that holds it.
    fn find(&self, path: &str) -> Option<(&Path, PathBuf)> {
        let path = normal(path)?;
        let mounted = self.mounts.iter().find_map(|(target, source)| Some((source, below(&path, target)?)));
        let (root, rest) = match mounted {
            Some(found) => found,
            None => (self.image.as_ref()?, path.trim_start_matches('/')),
        };
        let wanted = if rest.is_empty() { root.clone() } else { root.join(rest) };
        let found = wanted.canonicalize().ok()?;
        found.starts_with(root).then_some((root.as_path(), found))
    }

    /// Opens a file to be sent.
    ///
    /// # Errors
    /// There is none, or it leads out of what holds it by now.
    pub fn open(&self, path: &str) -> io::Result<File> {
        let (root, place) = self.find(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(within::open(root, &place)?)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if let Some(text) = self.texts.get(path) {
            return Ok(text.clone().into_bytes());
        }
        let (root, place) = self.find(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(within::bytes(root, &place, LARGEST)?)
    }

    /// Where below the image a file of the container is written, its folder made.
    ///
    /// # Errors
    /// There is no image, the path leads out of it, or the folder cannot be made.
    pub(crate) fn to_write(&self, path: &str) -> io::Result<PathBuf> {
        let image = self.image.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let path = normal(path).ok_or(io::ErrorKind::PermissionDenied)?;
        let wanted = image.join(path.trim_start_matches('/'));
        let folder = wanted.parent().ok_or(io::ErrorKind::InvalidInput)?;
        std::fs::create_dir_all(folder)?;
        let is_link = wanted.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink());
        if is_link || !folder.canonicalize()?.starts_with(image) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(wanted)
    }

    /// The paths that a pattern of an `include` names, sorted; `*`, `?` and `[…]` as in a shell.
    pub fn glob(&self, pattern: &str) -> Vec<String> {
        let Some(parts) = parts(pattern) else { return Vec::new() };
        let mut found = vec![String::new()];
        for part in parts {
            let named = |folder: &String| -> Vec<String> {
                let names = self.names(folder).into_iter();
                let visible = |name: &String| !name.starts_with('.') || part.starts_with('.');
                let names = names.filter(|name| visible(name) && matches(part.as_bytes(), name.as_bytes()));
                names.map(|name| format!("{folder}/{name}")).collect()
            };
            found = match part.contains(['*', '?', '[']) {
                true => found.iter().flat_map(named).collect(),
                false => found.into_iter().map(|folder| format!("{folder}/{part}")).collect(),
            };
        }
        found.sort();
        found.dedup();
        found
    }

    /// What stands directly in a folder of the container.
    fn names(&self, folder: &str) -> BTreeSet<String> {
        let on_disk = self.locate(folder).and_then(|place| place.read_dir().ok()).into_iter().flatten();
        let mut names: BTreeSet<String> =
            on_disk.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        let over = self.mounts.iter().map(|(target, _)| target).chain(self.texts.keys());
        let first = |path: &String| Some(below(path, folder)?.split('/').next()?.to_owned());
        names.extend(over.filter_map(first).filter(|name| !name.is_empty()));
        names
    }
}

/// Whether a shell's pattern for one part of a path names `name`.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    // Where the last `*` was, and how much of the name it has taken: it may have to take more.
    let (mut rest, mut left, mut star) = (pattern, name, None);
    loop {
        if let [b'*', behind @ ..] = rest {
            star = Some((behind, left));
            rest = behind;
        } else if let Some((behind, after)) = one(rest, left) {
            (rest, left) = (behind, after);
        } else if rest.is_empty() && left.is_empty() {
            return true;
        } else {
            let Some((behind, [_, more @ ..])) = star else { return false };
            star = Some((behind, more));
            (rest, left) = (behind, more);
        }
    }
}

/// What is left of both, where the pattern's next sign is the name's next byte.
fn one<'p, 'n>(pattern: &'p [u8], name: &'n [u8]) -> Option<(&'p [u8], &'n [u8])> {
    let (first, after) = name.split_first()?;
    match pattern {
        [b'?', rest @ ..] => Some((rest, after)),
        [b'[', rest @ ..] => {
            let end = rest.iter().position(|byte| *byte == b']')?;
            in_set(&rest[..end], *first).then_some((&rest[end + 1..], after))
        }
        [byte, rest @ ..] => (byte == first).then_some((rest, after)),
        [] => None,
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let (negated, mut set) = match set {
        [b'!' | b'^', rest @ ..] => (true, rest),
        _ => (false, set),
    };
    let mut found = false;
    while let [first, rest @ ..] = set {
        if let [b'-', last, after @ ..] = rest {
            found |= (*first..=*last).contains(&byte);
            set = after;
        } else {
            found |= *first == byte;
            set = rest;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_outside() {
        let folder = tempfile::tempdir().expect("a folder");
        let (image, outside) = (folder.path().join("image"), folder.path().join("outside"));
        std::fs::create_dir_all(image.join("etc")).expect("made");
        std::fs::create_dir_all(&outside).expect("made");
        std::fs::write(outside.join("secret"), "s").expect("written");
        std::fs::write(image.join("etc/good"), "g").expect("written");
        std::os::unix::fs::symlink(outside.join("secret"), image.join("etc/link")).expect("linked");
        std::os::unix::fs::symlink(&outside, image.join("out")).expect("linked");
        let mount = Mount { target: "/srv/m".to_owned(), source: outside.canonicalize().expect("there") };
        // A folder that was mounted, with a link in its place by now.
        let swapped =
            Mount { target: "/swapped".to_owned(), source: image.canonicalize().expect("there").join("out") };
        let view = View::new(&image, &[mount, swapped]);
        assert_eq!(view.read("/etc/good").expect("read"), b"g");
        assert_eq!(view.read("/srv/m/secret").expect("read"), b"s");
        for path in [
            "/etc/link",
            "/etc/../../outside/secret",
            "/srv/m/../secret",
            "/out/secret",
            "/srv/mm",
            "/swapped/secret",
        ] {
            assert!(view.read(path).is_err(), "{path}");
        }
        assert!(view.to_write("/out/x").is_err() && view.to_write("/../x").is_err());
        assert!(view.to_write("/etc/link").is_err());
        assert!(view.to_write("/var/log/x/y.log").is_ok());
    }

    #[test]
    fn globs_are_sorted_and_see_mounts_and_texts() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("etc/nginx/conf.d")).expect("made");
        for name in ["b.conf", "c.txt", ".hidden.conf"] {
            std::fs::write(folder.path().join("etc/nginx/conf.d").join(name), "").expect("written");
        }
        let mount = Mount { target: "/etc/nginx/conf.d/a.conf".to_owned(), source: folder.path().to_owned() };
        let view = View::new(folder.path(), &[mount]).with_text("/etc/nginx/conf.d/z.conf", "");
        let names = |pattern: &str| view.glob(pattern).join(" ").replace("/etc/nginx/conf.d/", "");
        assert_eq!(names("/etc/nginx/conf.d/*.conf"), "a.conf b.conf z.conf");
        assert_eq!(names("/etc/nginx/conf.d/[ab].con?"), "a.conf b.conf");
        assert_eq!(names("/etc/*/conf.d/[!a-y]*"), "z.conf");
        assert_eq!(names("/etc/nginx/mime.types"), "/etc/nginx/mime.types");
        // However many stars there are, it comes to an end.
        let stars = format!("/etc/nginx/conf.d/{}y", "*a".repeat(40));
        std::fs::write(folder.path().join("etc/nginx/conf.d").join("a".repeat(200)), "").expect("written");
        assert_eq!(names(&stars), "");
    }
}
