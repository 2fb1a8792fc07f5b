//! A course as one file that needs no network: a tar archive, compressed by gzip, that begins with a
//! [`Manifest`] of its parts: the course, whole images, the program. Every part is held to its SHA-256
//! before any of it is used.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use super::error::CourseError;
use super::taken::course_at;
use super::unpack;
use crate::lesson::course::Course;
use crate::workspace::disk;
use crate::workspace::files::is_plain;
use crate::workspace::hex::hex;
use workshop_text::Text;
use workshop_text::visible::visible_line;

const FORMAT: u32 = 1;
/// What stands first in the archive.
const MANIFEST: &str = "workshop-bundle.json";
/// The manifest's size, the course's and all parts' together, at the most.
const SMALL: u64 = 1 << 20;
const COURSE: u64 = 512 << 20;
const WHOLE: u64 = 64 << 30;
const CHUNK: usize = 1 << 16;

/// What is in a bundle, in the order in which it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this file's form.
    pub format: u32,
    /// What the course is called.
    pub name: String,
    /// [`Course::digest`].
    pub digest: String,
    /// Where the course had been taken from.
    pub source: String,
    /// Programs that the machine has to have where there is no Docker.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Variables that named the images when they were packed.
    #[serde(default)]
    pub variables: Vec<(String, String)>,
    /// The parts.
    pub parts: Vec<Part>,
}

/// One part of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// Its name in the archive.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// In 64 hexadecimal digits.
    pub sha256: String,
}

/// What a part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum What {
    /// The course, as a tar archive.
    Course,
    /// An image, as `docker save` writes it.
    Image {
        /// Its name.
        name: String,
        /// Its id on the engine that it was saved from.
        id: String,
    },
    /// This program.
    Program {
        /// Its version.
        version: String,
        /// What it runs on: `linux-x86_64`.
        platform: String,
    },
}

/// Told how many bytes of how many are done; false ends it.
pub type GoOn<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

impl Manifest {
    /// What all parts come to.
    pub fn size(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// One of a bundle that this program writes.
    pub fn new(name: &str, source: &str, course: &Course) -> Self {
        Self {
            format: FORMAT,
            name: name.to_owned(),
            digest: course.digest(),
            source: source.to_owned(),
            programs: Vec::new(),
            variables: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// One that was read, where it can be what it says.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        let is_sum = |sum: &str| sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
        let good = |part: &Part| is_sum(&part.sha256) && is_plain(&part.path) && part.path != MANIFEST;
        let sizes = read.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.bytes));
        let courses = read.parts.iter().filter(|part| part.what == What::Course && part.bytes <= COURSE);
        let is_whole = read.format == FORMAT && courses.count() == 1 && read.parts.iter().all(good);
        let is_named = super::source::name_fault(&read.name).is_none();
        (is_whole && is_named && sizes.is_some_and(|size| size <= WHOLE)).then_some(read)
    }
}

/// A file in hand, and what it comes to.
///
/// # Errors
/// It cannot be read.
pub fn summed(path: &Path) -> Result<(u64, String), CourseError> {
    let about = |error: io::Error| CourseError::io(path, &error);
    let mut file = disk::open(path, WHOLE).map_err(|unread| CourseError::io(path, &unread.into()))?;
    let mut sum = Sum::default();
    io::copy(&mut file, &mut sum).map_err(about)?;
    Ok(sum.end())
}

/// The course as the part of a bundle, written to `path`.
///
/// # Errors
/// It cannot be written.
pub fn write_course(course: &Course, path: &Path) -> Result<(), CourseError> {
    let about = |error: io::Error| CourseError::io(path, &error);
    let mut builder = Builder::new(Vec::new());
    for (name, bytes) in &course.files {
        append(&mut builder, name, bytes.len() as u64, 0o644, bytes.as_slice()).map_err(about)?;
    }
    let bytes = builder.into_inner().map_err(about)?;
    disk::write(path, &bytes, Some(0o600), path.parent().unwrap_or(Path::new("."))).map_err(about)
}

fn append<W: Write>(
    to: &mut Builder<W>,
    name: &str,
    size: u64,
    mode: u32,
    from: impl Read,
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(mode);
    to.append_data(&mut header, name, from)
}

/// Writes the bundle of these parts, each with the file that it is, to `out`, in one step; `tmp` is a
/// folder on the same file system, to do it in.
///
/// # Errors
/// It cannot be written, or was ended; then there is no file.
pub fn write(
    out: &Path,
    manifest: &Manifest,
    files: &[PathBuf],
    tmp: &Path,
    go_on: GoOn<'_>,
) -> Result<(), CourseError> {
    let about = |error: io::Error| CourseError::io(out, &error);
    let made = tempfile::Builder::new().prefix(disk::TEMPORARY).tempfile_in(tmp).map_err(about)?;
    let mut builder = Builder::new(GzEncoder::new(made, Compression::fast()));
    let json = serde_json::to_vec_pretty(manifest).expect("a manifest becomes JSON");
    append(&mut builder, MANIFEST, json.len() as u64, 0o644, json.as_slice()).map_err(about)?;
    let (mut done, of) = (0, manifest.size());
    for (part, path) in manifest.parts.iter().zip(files) {
        let file = disk::open(path, WHOLE).map_err(|unread| CourseError::io(path, &unread.into()))?;
        let mode = if matches!(part.what, What::Program { .. }) { 0o755 } else { 0o644 };
        let told = Told { inner: file, done: &mut done, of, go_on: &mut *go_on };
        append(&mut builder, &part.path, part.bytes, mode, told).map_err(about)?;
    }
    let made = builder.into_inner().and_then(GzEncoder::finish).map_err(about)?;
    made.as_file().sync_all().map_err(about)?;
    let shared = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    made.as_file().set_permissions(shared).map_err(about)?;
    made.persist(out).map_err(|error| about(error.error))?;
    Ok(())
}

/// The manifest of the bundle at `path`; nothing where that is no bundle.
///
/// # Errors
/// It cannot be read, or its manifest is not one.
pub fn manifest(path: &Path) -> Result<Option<Manifest>, CourseError> {
    let mut archive = Archive::new(unpack::opened(open(path)?)?);
    let mut entries = archive.entries().map_err(|_| broken())?;
    let Some(Ok(first)) = entries.next() else { return Ok(None) };
    if first.path_bytes().as_ref() != MANIFEST.as_bytes() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    first.take(SMALL).read_to_end(&mut bytes).map_err(|_| broken())?;
    Manifest::parse(&bytes).map(Some).ok_or_else(broken)
}

/// Holds every part of the bundle at `path` to its sum; the course, unpacked in `staging`.
///
/// # Errors
/// A part is not what the manifest says, with its name; or it was ended.
pub fn verified(
    path: &Path,
    manifest: &Manifest,
    staging: &Path,
    go_on: GoOn<'_>,
) -> Result<Course, CourseError> {
    let tar = staging.join("course.tar");
    let (mut done, of) = (0, manifest.size());
    each(path, manifest, |part, entry| {
        let to = (part.what == What::Course).then_some(tar.as_path());
        let told = Told { inner: entry, done: &mut done, of, go_on: &mut *go_on };
        Ok(copied(told, to)? == (part.bytes, part.sha256.clone()))
    })?;
    let files = staging.join("course");
    disk::private_folder(&files).map_err(|error| CourseError::io(&files, &error))?;
    let file = disk::open(&tar, COURSE).map_err(|unread| CourseError::io(&tar, &unread.into()))?;
    unpack::unpack(file, &files)?;
    let course = course_at(&files)?;
    match course.digest() == manifest.digest {
        true => Ok(course),
        false => Err(wrong("course.tar")),
    }
}

/// Writes the part at `wanted` to `to`, a new file, and holds it to its sum.
///
/// # Errors
/// There is none, it is not what the manifest says, it cannot be written, or it was ended.
pub fn extract(
    path: &Path,
    manifest: &Manifest,
    wanted: &str,
    to: &Path,
    go_on: GoOn<'_>,
) -> Result<(), CourseError> {
    let mut done = 0;
    each(path, manifest, |part, entry| {
        if part.path != wanted {
            return Ok(true);
        }
        let told = Told { inner: entry, done: &mut done, of: part.bytes, go_on: &mut *go_on };
        Ok(copied(told, Some(to))? == (part.bytes, part.sha256.clone()))
    })
}

/// Reads all of it, into `to` where that is wanted; its size and sum.
fn copied(mut from: impl Read, to: Option<&Path>) -> io::Result<(u64, String)> {
    let mut file = to.map(File::create_new).transpose()?;
    let (mut sum, mut chunk) = (Sum::default(), vec![0; CHUNK]);
    loop {
        let read = from.read(&mut chunk)?;
        if read == 0 {
            return Ok(sum.end());
        }
        sum.write_all(&chunk[..read])?;
        file.iter_mut().try_for_each(|file| file.write_all(&chunk[..read]))?;
    }
}

/// Goes through the parts, each of which must be where the manifest has it; `look` says whether it is
/// what the manifest says.
fn each(
    path: &Path,
    manifest: &Manifest,
    mut look: impl FnMut(&Part, &mut dyn Read) -> io::Result<bool>,
) -> Result<(), CourseError> {
    let mut archive = Archive::new(unpack::opened(open(path)?)?);
    let mut entries = archive.entries().map_err(|_| broken())?;
    let first = entries.next();
    if !matches!(first, Some(Ok(_))) {
        return Err(broken());
    }
    for part in &manifest.parts {
        let mut entry = entries.next().and_then(Result::ok).ok_or_else(|| wrong(&part.path))?;
        let is_there = entry.path_bytes().as_ref() == part.path.as_bytes()
            && entry.header().entry_type() == EntryType::Regular
            && entry.size() == part.bytes;
        let is_right = is_there && look(part, &mut entry).map_err(|error| spoiled(path, part, &error))?;
        if !is_right {
            return Err(wrong(&part.path));
        }
    }
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(broken()),
    }
}

fn open(path: &Path) -> Result<File, CourseError> {
    disk::open(path, WHOLE).map_err(|unread| CourseError::io(path, &unread.into()))
}

/// A part that cannot be read is not what the manifest says; but a full disk is a full disk.
fn spoiled(path: &Path, part: &Part, error: &io::Error) -> CourseError {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, StorageFull};
    match error.kind() {
        StorageFull | QuotaExceeded | PermissionDenied => CourseError::io(path, error),
        _ => wrong(&part.path),
    }
}

fn broken() -> CourseError {
    CourseError::Refused(Text::new("bundle-broken"))
}

fn wrong(part: &str) -> CourseError {
    CourseError::Refused(Text::new("bundle-part").with("part", visible_line(part, 200)))
}

/// The sum and the size of what is written to it.
#[derive(Default)]
struct Sum {
    hash: Sha256,
    bytes: u64,
}

impl Sum {
    fn end(self) -> (u64, String) {
        (self.bytes, hex(&self.hash.finalize()))
    }
}

impl Write for Sum {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A reader that says how far it is, and ends where it is told to.
struct Told<'a, R> {
    inner: R,
    done: &'a mut u64,
    of: u64,
    go_on: &'a mut dyn FnMut(u64, u64) -> bool,
}

impl<R: Read> Read for Told<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        *self.done += read as u64;
        if (self.go_on)(*self.done, self.of) { Ok(read) } else { Err(io::Error::other("it was ended")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::new("강의", "/tmp/강의", &Course::default());
        let (bytes, sha256) = (7, "a".repeat(64));
        manifest.parts = vec![Part { what: What::Course, path: "course.tar".into(), bytes, sha256 }];
        manifest
    }

    fn read(manifest: &Manifest) -> Option<Manifest> {
        Manifest::parse(&serde_json::to_vec(manifest).unwrap())
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_or_not_at_all() {
        let good = manifest();
        assert_eq!(read(&good), Some(good.clone()));
        let part = |change: fn(&mut Part)| {
            let mut bad = manifest();
            change(&mut bad.parts[0]);
            bad
        };
        let image = || What::Image { name: "a".into(), id: "b".into() };
        let mut twice = manifest();
        twice.parts.push(Part { bytes: WHOLE, what: image(), ..twice.parts[0].clone() });
        for bad in [
            Manifest { format: FORMAT + 1, ..manifest() },
            Manifest { name: "../x".into(), ..manifest() },
            Manifest { parts: Vec::new(), ..manifest() },
            part(|part| part.path = "../course.tar".into()),
            part(|part| part.path = MANIFEST.into()),
            part(|part| part.sha256 = "short".into()),
            part(|part| part.bytes = COURSE + 1),
            part(|part| part.bytes = u64::MAX),
            twice,
        ] {
            assert_eq!(read(&bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(Manifest::parse(&bytes).is_none());
        }
    }
}
