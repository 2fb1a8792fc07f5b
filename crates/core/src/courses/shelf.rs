//! Where this user's courses are kept: the [`Shelf`], `$XDG_DATA_HOME/workshop`, a folder that is
//! believed only where nobody else could have put something there. A copy lies in `copies/` under its
//! digest, and `courses.toml` says which of them are courses: so that one write makes a course appear,
//! change or go, and what a killed run has left is no course.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::{Builder, TempDir};

use super::error::CourseError;
use super::lockfile::{self, Entry};
use super::taken;
use crate::lesson::Catalog;
use crate::lesson::catalog::{Held, folder_names};
use crate::lesson::course::Course;
use crate::lesson::origin::Origin;
use crate::workspace::disk;
use crate::workspace::identity::home;
use crate::workspace::lock::Lock;
use crate::workspace::trust;

const COPIES: &str = "copies";
/// How long the courses may be in another command's hands.
const WAIT: Duration = Duration::from_secs(5);

/// This user's courses. Nothing is looked at before it is needed.
#[derive(Clone, Debug)]
pub struct Shelf {
    dir: Option<PathBuf>,
}

impl Shelf {
    /// That of this user: `$XDG_DATA_HOME/workshop`, else `~/.local/share/workshop`.
    pub fn of_user() -> Self {
        let from = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|dir| dir.is_absolute());
        let at_home = || from("HOME").or_else(home).map(|home| home.join(".local/share"));
        let data = from("XDG_DATA_HOME").or_else(at_home);
        Self { dir: data.map(|data| data.join("workshop")) }
    }

    /// One in `dir`, whatever the environment says.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: Some(dir.into()) }
    }

    fn dir(&self) -> Result<&Path, CourseError> {
        self.dir.as_deref().ok_or(CourseError::NoPlace)
    }

    /// The courses, in the order of their names.
    ///
    /// # Errors
    /// Their folder could be somebody else's, or their list cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>, CourseError> {
        let Some(dir) = self.dir.as_deref().filter(|dir| fs::symlink_metadata(dir).is_ok()) else {
            return Ok(Vec::new());
        };
        is_safe(dir)?;
        lockfile::read(dir)
    }

    /// The course called `name`.
    ///
    /// # Errors
    /// As [`Self::entries`]; there is none.
    pub fn entry(&self, name: &str) -> Result<Entry, CourseError> {
        let entries = self.entries()?;
        let known = entries.iter().map(|entry| entry.name.clone()).collect();
        let found = entries.into_iter().find(|entry| entry.name == name);
        found.ok_or_else(|| CourseError::Unknown { wanted: name.to_owned(), known })
    }

    /// The folders of a course's lessons, as they lie there: quick, and not held to its digest.
    pub(super) fn lesson_names(&self, entry: &Entry) -> Vec<String> {
        let copy = self.dir().map(|dir| copy(dir, &entry.digest));
        let mut names =
            copy.map(|copy| folder_names(&copy.join("lessons")).unwrap_or_default()).unwrap_or_default();
        names.sort();
        names
    }

    /// The course, read, if its copy is what was added.
    ///
    /// # Errors
    /// It is not.
    pub fn catalog(&self, entry: &Entry) -> Result<Catalog, CourseError> {
        let changed = || CourseError::Changed { name: entry.name.clone() };
        let course = taken::read_copy(&copy(self.dir()?, &entry.digest)).map_err(|_| changed())?;
        if course.digest() != entry.digest {
            return Err(changed());
        }
        let origin = Origin::Added { name: entry.name.clone(), source: entry.source.clone() };
        Ok(Catalog::Held(Arc::new(Held { origin, course })))
    }

    /// The courses, for this command alone, to change them.
    ///
    /// # Errors
    /// Their folder cannot be made or believed, or another command is at it.
    pub fn open(&self) -> Result<Open, CourseError> {
        let dir = self.dir()?;
        let about = |error: io::Error| CourseError::io(dir, &error);
        // Nothing is made in a folder of somebody else's.
        if let Some(there) = dir.ancestors().find(|path| path.is_dir()) {
            let real = fs::canonicalize(there).map_err(about)?;
            trust::above(&real).map_err(CourseError::Unsafe)?;
        }
        if fs::symlink_metadata(dir).is_ok() {
            is_safe(dir)?;
        }
        disk::private_folder(&dir.join(COPIES)).map_err(about)?;
        disk::private_folder(dir).map_err(about)?;
        is_safe(dir)?;
        let lock = Lock::acquire(dir, WAIT).map_err(CourseError::Lock)?;
        let open = Open { dir: dir.to_owned(), _lock: lock };
        open.sweep()?;
        Ok(open)
    }
}

/// Whether what lies in `dir` could be nobody's but this user's.
fn is_safe(dir: &Path) -> Result<(), CourseError> {
    let real = fs::canonicalize(dir).map_err(|error| CourseError::io(dir, &error))?;
    trust::chain(&real).and_then(|()| trust::private(dir)).map_err(CourseError::Unsafe)?;
    let copies = dir.join(COPIES);
    match fs::symlink_metadata(&copies) {
        Ok(_) => trust::private(&copies).map_err(CourseError::Unsafe),
        Err(_) => Ok(()),
    }
}

fn copy(dir: &Path, digest: &str) -> PathBuf {
    dir.join(COPIES).join(digest)
}

/// The courses in this command's hands, until it is dropped.
#[derive(Debug)]
pub struct Open {
    dir: PathBuf,
    _lock: Lock,
}

impl Open {
    /// A folder to prepare something in, which goes with what is returned; if not, with the next
    /// command that changes the courses.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn staging(&self) -> Result<TempDir, CourseError> {
        let made = Builder::new().prefix(disk::TEMPORARY).tempdir_in(&self.dir);
        made.map_err(|error| CourseError::io(&self.dir, &error))
    }

    /// Whether there is a course of that name.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn has(&self, name: &str) -> Result<bool, CourseError> {
        Ok(lockfile::read(&self.dir)?.iter().any(|entry| entry.name == name))
    }

    /// Keeps `course` as `entry` says, in the place of the one of that name.
    ///
    /// # Errors
    /// It cannot be written; then all is as it was.
    pub fn put(&self, entry: Entry, course: &Course) -> Result<(), CourseError> {
        let place = copy(&self.dir, &entry.digest);
        // One that is there is used only if it is still what it was.
        let is_there = taken::read_copy(&place).is_ok_and(|there| there == *course);
        if !is_there {
            let staging = self.staging()?;
            let made = staging.path().join("copy");
            taken::write(course, &made)?;
            let about = |error: io::Error| CourseError::io(&place, &error);
            if fs::symlink_metadata(&place).is_ok() {
                fs::rename(&place, staging.path().join("old")).map_err(about)?;
            }
            fs::rename(&made, &place).map_err(about)?;
            disk::sync(&self.dir.join(COPIES)).map_err(about)?;
        }
        let mut all = lockfile::read(&self.dir)?;
        all.retain(|one| one.name != entry.name);
        all.push(entry);
        all.sort_by(|one, other| one.name.cmp(&other.name));
        lockfile::write(&self.dir, all)?;
        self.sweep()
    }

    /// Takes the course called `name` away, with its files.
    ///
    /// # Errors
    /// The list cannot be written; then all is as it was.
    pub fn remove(&self, name: &str) -> Result<(), CourseError> {
        let mut all = lockfile::read(&self.dir)?;
        all.retain(|one| one.name != name);
        lockfile::write(&self.dir, all)?;
        self.sweep()
    }

    /// Removes what a killed command left, and copies that no course has any more.
    fn sweep(&self) -> Result<(), CourseError> {
        disk::remove_temporaries(&self.dir);
        // A list that cannot be read says nothing of what may go.
        let Ok(all) = lockfile::read(&self.dir) else { return Ok(()) };
        let copies = self.dir.join(COPIES);
        let about = |error: io::Error| CourseError::io(&copies, &error);
        for copy in fs::read_dir(&copies).map_err(about)?.filter_map(Result::ok) {
            let is_used = all.iter().any(|entry| copy.file_name() == entry.digest.as_str());
            if !is_used {
                fs::remove_dir_all(copy.path()).map_err(about)?;
            }
        }
        Ok(())
    }
}
