//! The list of this user's courses, `courses.toml`: of each where it came from, which revision, and
//! the digest by which its copy is held to what was added.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::CourseError;
use crate::workspace::disk;

const FORMAT: u32 = 1;
const NAME: &str = "courses.toml";
/// No list is larger.
const LIMIT: u64 = 4 << 20;

/// What a course was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A folder of this machine.
    Folder,
    /// A git repository.
    Git,
    /// A tar archive.
    Archive,
    /// A bundle of `workshop bundle`.
    Bundle,
}

/// One course of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is called.
    pub name: String,
    /// Where it was taken from: an address, or the whole path of a folder or file.
    pub source: String,
    /// What that is.
    pub kind: Kind,
    /// The tag, branch or commit that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<String>,
    /// The commit that it came to, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// What was asked for is a tag or a commit, which stays.
    #[serde(default)]
    pub pinned: bool,
    /// [`Course::digest`](crate::lesson::course::Course::digest) of all of its files.
    pub digest: String,
    /// Unix time in milliseconds.
    pub added_at: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    format: u32,
    #[serde(default)]
    courses: Vec<Entry>,
}

/// The file in the folder of courses.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// The courses by name; none where there is no list.
pub(super) fn read(dir: &Path) -> Result<Vec<Entry>, CourseError> {
    let path = path(dir);
    let text = match disk::text(&path, LIMIT) {
        Ok(text) => text,
        Err(unread) if unread.is_missing() => return Ok(Vec::new()),
        Err(unread) => return Err(CourseError::io(&path, &unread.into())),
    };
    parse(&text).ok_or_else(|| CourseError::List { path: path.display().to_string() })
}

/// What the list says, where every name and digest in it can be one.
fn parse(text: &str) -> Option<Vec<Entry>> {
    let file: File = toml::from_str(text).ok()?;
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let good = |entry: &Entry| is_digest(&entry.digest) && super::source::name_fault(&entry.name).is_none();
    (file.format == FORMAT && file.courses.iter().all(good)).then_some(file.courses)
}

/// Replaces the list in one step.
pub(super) fn write(dir: &Path, courses: Vec<Entry>) -> Result<(), CourseError> {
    let path = path(dir);
    let text = toml::to_string_pretty(&File { format: FORMAT, courses }).expect("entries become TOML");
    disk::write(&path, text.as_bytes(), Some(0o600), dir).map_err(|error| CourseError::io(&path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(name: &str) -> Entry {
        Entry {
            name: name.into(),
            source: "https://example.org/강의.git".into(),
            kind: Kind::Git,
            rev: Some("v1".into()),
            commit: Some("c".repeat(40)),
            pinned: true,
            digest: "d".repeat(64),
            added_at: 7,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()), Ok(Vec::new()));
        let all = vec![entry("가"), Entry { rev: None, commit: None, ..entry("b") }];
        write(dir.path(), all.clone()).unwrap();
        assert_eq!(read(dir.path()), Ok(all));
    }

    #[test]
    fn what_leads_elsewhere_is_no_list() {
        let text = |name: &str, digest: &str| {
            let courses = vec![Entry { digest: digest.into(), ..entry(name) }];
            toml::to_string(&File { format: FORMAT, courses }).unwrap()
        };
        assert!(parse(&text("a", &"d".repeat(64))).is_some());
        assert!(parse(&text("a", "../../etc")).is_none());
        assert!(parse(&text("../a", &"d".repeat(64))).is_none());
        assert!(parse(&text("a", &"d".repeat(64)).replace("format = 1", "format = 2")).is_none());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*") {
            let _ = parse(&text);
        }
    }
}
