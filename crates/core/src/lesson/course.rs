//! A course on disk, read once and whole: what is agreed to is what is used afterwards, whatever
//! becomes of the folder meanwhile. Nothing outside of it is read, nothing that never ends, and no
//! more than a lesson can need.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::LessonError;
use crate::workspace::disk::{self, Unread};
use crate::workspace::hex::hex;
use crate::workspace::names::{self, FileTree};
use workshop_text::Text;
use workshop_text::visible::visible_line;

/// The largest file of a course, all of its files together, and how many there may be.
pub(crate) const FILE: u64 = 16 << 20;
const WHOLE: usize = 64 << 20;
pub(crate) const COUNT: usize = 5_000;
const DEPTH: usize = 32;
/// What builds and tools leave beside a lesson's files: never a part of it.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// Every file that a lesson may use, by its path from the course's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    pub(crate) files: FileTree,
}

impl Course {
    /// The one file at `path` in the course.
    ///
    /// # Errors
    /// It is not there, is no regular file, is too large, or lies elsewhere.
    pub fn file(root: &Path, path: &str) -> Result<Vec<u8>, LessonError> {
        let reader = Reader::new(root)?;
        reader.bytes(path)
    }

    /// All files in these folders of the course at `root`; a folder that is not there has none.
    ///
    /// # Errors
    /// One of them is no regular file, is too large, or lies elsewhere.
    pub fn read(root: &Path, folders: &[&str]) -> Result<Self, LessonError> {
        let mut reader = Reader::new(root)?;
        for folder in folders {
            if reader.root.join(folder).is_dir() {
                reader.folder(folder, 0)?;
            }
        }
        Ok(Self { files: reader.files })
    }

    /// All files in the folder at `root`, whatever they are for.
    ///
    /// # Errors
    /// As [`Self::read`]; the folder is not there.
    pub fn read_whole(root: &Path) -> Result<Self, LessonError> {
        let mut reader = Reader::new(root)?;
        let unreadable = |_| LessonError::FileMissing { file: root.display().to_string() };
        let entries = fs::read_dir(root).map_err(unreadable)?;
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(refused(&root.display().to_string(), "rule-course-name"));
            };
            if entry.file_type().map_err(unreadable)?.is_dir() {
                reader.folder(&name, 0)?;
            } else {
                let bytes = reader.bytes(&name)?;
                reader.files.insert(name, bytes);
            }
        }
        Ok(Self { files: reader.files })
    }

    /// The folders of its lessons, in order.
    pub fn lessons(&self) -> Vec<String> {
        let name =
            |path: &String| path.strip_prefix("lessons/")?.strip_suffix("/lesson.toml").map(str::to_owned);
        self.files
            .keys()
            .filter_map(name)
            .filter(|name| names::fault(name).is_none() && !name.contains('/'))
            .collect()
    }

    /// What of it lies in these folders.
    pub fn part(&self, folders: &[&str]) -> Self {
        let is_in = |path: &str| {
            folders.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        let files = self.files.iter().filter(|(path, _)| is_in(path));
        Self { files: files.map(|(path, bytes)| (path.clone(), bytes.clone())).collect() }
    }

    /// SHA-256 over every path and content, each with its length.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (path, bytes) in &self.files {
            for part in [path.as_bytes(), bytes] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hex(&hash.finalize())
    }
}

struct Reader {
    /// Without links.
    root: PathBuf,
    files: FileTree,
    size: usize,
}

impl Reader {
    fn new(root: &Path) -> Result<Self, LessonError> {
        let missing = |_| LessonError::FileMissing { file: root.display().to_string() };
        let root = fs::canonicalize(root).map_err(missing)?;
        Ok(Self { root, files: FileTree::new(), size: 0 })
    }

    fn folder(&mut self, path: &str, depth: usize) -> Result<(), LessonError> {
        self.inside(path)?;
        let unreadable = |_| LessonError::FileMissing { file: path.to_owned() };
        let mut entries = fs::read_dir(self.root.join(path))
            .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
            .map_err(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let Ok(name) = entry.file_name().into_string() else {
                return Err(refused(path, "rule-course-name"));
            };
            let inner = format!("{path}/{name}");
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() && SKIPPED.contains(&name.as_str()) {
                continue;
            }
            if depth >= DEPTH || self.files.len() >= COUNT {
                return Err(refused(&inner, "rule-course-large"));
            }
            if kind.is_dir() {
                self.folder(&inner, depth + 1)?;
                continue;
            }
            let bytes = self.bytes(&inner)?;
            self.size += bytes.len();
            if self.size > WHOLE {
                return Err(refused(&inner, "rule-course-large"));
            }
            self.files.insert(inner, bytes);
        }
        Ok(())
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, LessonError> {
        let real = self.inside(path)?;
        disk::bytes(&real, FILE).map_err(|unread| match unread {
            Unread::TooLarge { .. } => refused(path, "rule-course-large"),
            Unread::NotAFile => refused(path, "rule-course-not-a-file"),
            // A folder behind a link is not walked: it could be any.
            Unread::Folder => refused(path, "rule-course-link"),
            Unread::Io(_) => LessonError::FileMissing { file: path.to_owned() },
        })
    }

    /// Where `path` really lies: in the course.
    fn inside(&self, path: &str) -> Result<PathBuf, LessonError> {
        let missing = |_| LessonError::FileMissing { file: path.to_owned() };
        let real = fs::canonicalize(self.root.join(path)).map_err(missing)?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(refused(path, "rule-course-outside")) }
    }
}

fn refused(path: &str, key: &'static str) -> LessonError {
    LessonError::Rule { file: visible_line(path, 200), reason: Text::new(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_every_name_and_byte() {
        let course = |files: &[(&str, &str)]| {
            let files =
                files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
            Course { files }.digest()
        };
        let all = [
            course(&[]),
            course(&[("a", "b")]),
            course(&[("a", "c")]),
            course(&[("ab", "")]),
            course(&[("", "ab")]),
            course(&[("a", "b"), ("c", "")]),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(all[0].len(), 64);
        assert_eq!(course(&[("a", "b")]), all[1]);
    }

    #[test]
    fn nothing_outside_is_read() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("course");
        fs::create_dir_all(root.join("start/inner")).unwrap();
        fs::write(dir.path().join("secret"), "key").unwrap();
        fs::write(root.join("start/inner/a"), "a").unwrap();
        symlink("inner/a", root.join("start/link")).unwrap();
        let course = Course::read(&root, &["start", "none"]).unwrap();
        assert_eq!(course.files.keys().collect::<Vec<_>>(), ["start/inner/a", "start/link"]);
        let key = |error: LessonError| match error {
            LessonError::Rule { reason, .. } => reason.key,
            other => panic!("{other:?}"),
        };
        let bad = root.join("start/bad");
        for (target, wanted) in [
            ("../../secret", "rule-course-outside"),
            ("/etc", "rule-course-outside"),
            ("inner", "rule-course-link"),
            ("/dev/zero", "rule-course-outside"),
        ] {
            symlink(target, &bad).unwrap();
            assert_eq!(key(Course::read(&root, &["start"]).unwrap_err()), wanted, "{target}");
            fs::remove_file(&bad).unwrap();
        }
        rustix::fs::mkfifoat(rustix::fs::CWD, &bad, rustix::fs::Mode::RUSR).unwrap();
        assert_eq!(key(Course::read(&root, &["start"]).unwrap_err()), "rule-course-not-a-file");
        fs::remove_file(&bad).unwrap();
        fs::File::create(&bad).unwrap().set_len(1 << 31).unwrap();
        assert_eq!(key(Course::read(&root, &["start"]).unwrap_err()), "rule-course-large");
        fs::remove_file(&bad).unwrap();
        symlink(dir.path(), root.join("elsewhere")).unwrap();
        assert_eq!(key(Course::read(&root, &["elsewhere"]).unwrap_err()), "rule-course-outside");
        assert_eq!(key(Course::file(&root, "../secret").unwrap_err()), "rule-course-outside");
    }
}
