//! The tutorial's folder: every file that lies in it, and nothing that does not.

use std::path::{Path, PathBuf};

use super::Left;
use crate::author::AuthorError;
use crate::workspace::{disk, files};
use workshop_stack::yaml::{self, Node};
use workshop_text::Text;

/// The largest file that is read: what a lesson may have.
const LARGEST: u64 = 16 << 20;

pub(super) struct Source {
    dir: PathBuf,
    /// Every file in it, relative to it; links that lead out are not among them.
    pub paths: Vec<String>,
}

impl Source {
    pub(super) fn read(dir: &Path) -> Result<Self, AuthorError> {
        let missing =
            || AuthorError::Refused(Text::new("author-from-missing").with("path", dir.display().to_string()));
        let dir = std::fs::canonicalize(dir).map_err(|_| missing())?;
        let paths = files::walk(&dir).map_err(|error| AuthorError::Refused(error.text()))?;
        Ok(Self { dir, paths })
    }

    /// The path that `given` means, from the folder `base` of the tutorial, where there is such a file.
    pub(super) fn path(&self, base: &str, given: &str) -> Option<String> {
        let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        for part in given.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        self.paths.contains(&path).then_some(path)
    }

    pub(super) fn bytes(&self, path: &str) -> Result<Vec<u8>, AuthorError> {
        let path = self.dir.join(path);
        disk::bytes(&path, LARGEST).map_err(|unread| AuthorError::disk(&path, &unread.into()))
    }

    /// A file as text, or what is told in its place.
    pub(super) fn text(&self, path: &str) -> Result<String, Left> {
        let bytes =
            self.bytes(path).map_err(|error| Left { file: path.to_owned(), line: 0, what: error.text() })?;
        String::from_utf8(bytes).map_err(|_| Left {
            file: path.to_owned(),
            line: 0,
            what: Text::new("lesson-not-text").with("file", path),
        })
    }

    /// The text that a key of the tutorial's own file names.
    pub(super) fn named(&self, base: &str, file: &str, node: &Node) -> Result<(String, String), Left> {
        let line = node.span.line as usize;
        let given = node.text().unwrap_or_default();
        let missing = || Left {
            file: file.to_owned(),
            line,
            what: Text::new("import-file-missing").with("file", given),
        };
        let path = self.path(base, given).ok_or_else(missing)?;
        let text = self.text(&path)?;
        Ok((path, text))
    }

    /// The tutorial's own file, as its tree. YAML has JSON in it.
    pub(super) fn tree(&self, path: &str) -> Result<Node, AuthorError> {
        let broken = |line: usize, reason: Text| {
            let place = format!("{path}:{line}");
            AuthorError::Refused(Text::new("import-broken").with("place", place).with("reason", reason))
        };
        let mut text = self.text(path).map_err(|left| AuthorError::Refused(left.what))?;
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text)
                .map_err(|error| broken(error.line(), Text::verbatim(error.to_string())))?;
            // In JSON a tab stands between words alone, where YAML may not have one.
            text = text.replace('\t', " ");
        }
        yaml::parse(&text).map_err(|error| broken(error.span.line as usize, error.message))
    }
}

/// What stands at `key`, as text.
pub(super) fn said(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::text).unwrap_or_default().to_owned()
}

/// The keys of a mapping that nobody reads.
pub(super) fn unknown(node: &Node, known: &[&str], file: &str, left: &mut Vec<Left>) {
    for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.value.as_str())) {
        let what = Text::new("import-key").with("key", entry.key.value.as_str());
        left.push(Left { file: file.to_owned(), line: entry.key.span.line as usize, what });
    }
}
