//! Which course a lesson is of: [`Origin`], as a workspace remembers it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What the course in the program is called; it can also be called by [`PROGRAM`].
pub const BUILT_IN: &str = "built-in";
/// The other name of the course in the program.
pub const PROGRAM: &str = "workshop";

/// Where a lesson's course is, so that it is found again, and never another one taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum Origin {
    /// In the program.
    BuiltIn,
    /// Among this user's courses.
    Added {
        /// What it is called there.
        name: String,
        /// Where it was taken from, as it was typed or, of a folder or file, its whole path.
        source: String,
    },
    /// In a folder, for as long as that is there (`--lessons`).
    Folder {
        /// The folder with `lessons/` in it, without links.
        path: String,
    },
}

impl Origin {
    /// That of the folder at `root`.
    pub fn folder(root: &Path) -> Self {
        let real = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        Self::Folder { path: real.to_string_lossy().into_owned() }
    }

    /// Whether `other` is the same course: a folder may have been moved.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Folder { .. }, Self::Folder { .. }) => true,
            // It was added under another name since.
            (Self::Added { source, .. }, Self::Added { source: other, .. }) => source == other,
            _ => self == other,
        }
    }

    /// What the course is called; of a folder its last part.
    pub fn name(&self) -> String {
        match self {
            Self::BuiltIn => BUILT_IN.to_owned(),
            Self::Added { name, .. } => name.clone(),
            Self::Folder { path } => {
                let last = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
                last.unwrap_or_else(|| path.clone())
            }
        }
    }

    /// Where it was taken from; nothing for the one in the program.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::BuiltIn => None,
            Self::Added { source, .. } => Some(source),
            Self::Folder { path } => Some(path),
        }
    }
}

/// The folder with `lessons/` in it, where `path` is that, `lessons/` itself or a lesson's folder.
pub fn course_root(path: &Path) -> PathBuf {
    let is_lessons = |dir: &Path| dir.file_name().is_some_and(|name| name == "lessons");
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let found = match (real.parent(), real.parent().and_then(Path::parent)) {
        _ if real.join("lessons").is_dir() => None,
        (Some(root), _) if is_lessons(&real) => Some(root),
        (Some(lessons), Some(root)) if is_lessons(lessons) && real.join("lesson.toml").is_file() => {
            Some(root)
        }
        _ => None,
    };
    found.map_or_else(|| path.to_owned(), Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_found_from_its_parts() {
        let dir = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(dir.path()).unwrap().join("강의");
        let lesson = root.join("lessons/10 캐시");
        std::fs::create_dir_all(&lesson).unwrap();
        std::fs::write(lesson.join("lesson.toml"), "").unwrap();
        for path in [&root, &root.join("lessons"), &lesson] {
            assert_eq!(course_root(path), root);
        }
        assert_eq!(course_root(dir.path()), dir.path());
        assert_eq!(course_root(Path::new("/none")), Path::new("/none"));
    }

    #[test]
    fn it_is_kept_as_one_object() {
        let added = Origin::Added { name: "a".into(), source: "b#c".into() };
        let json = serde_json::to_string(&added).unwrap();
        assert_eq!(json, r#"{"from":"added","name":"a","source":"b#c"}"#);
        assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), added);
    }
}
