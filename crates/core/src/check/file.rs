//! `file`: one file of the workspace, there or not, and a text in it.

use serde::Deserialize;

use super::kind::{Check, World};
use crate::verdict::{Place, Verdict};
use workshop_text::Text;

/// `file = { path = "…", contains = "…" }` or `file = { path = "…", absent = true }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[serde(deserialize_with = "super::values::workspace_path")]
    path: String,
    #[serde(default)]
    absent: bool,
    contains: Option<String>,
}

impl Check for File {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let file = self.path.as_str();
        let text = match (world.app.files.text(file), self.absent) {
            (Err(error), true) if error.is_missing() => {
                return Verdict::pass(Text::new("check-file-absent-pass").with("file", file));
            }
            (Err(error), _) => return world.app.files.unreadable(&error),
            (Ok(_), true) => return Verdict::not_yet(Text::new("check-file-still-there").with("file", file)),
            (Ok(text), false) => text,
        };
        match &self.contains {
            Some(wanted) if !text.contains(wanted.as_str()) => {
                let first = text.lines().next().unwrap_or_default().to_owned();
                let top = Place { file: file.to_owned(), line: 1, column: 1, width: 1, source: first };
                Verdict::not_yet(Text::new("check-file-lacks").with("file", file))
                    .expected(Text::verbatim(wanted.clone()))
                    .at(Some(top))
            }
            _ => Verdict::pass(Text::new("check-file-pass").with("file", file)),
        }
    }
}
