//! `file`: one file of the workspace, there or not, the text in it, and values in it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::Kept;
use super::document::{self, Format};
use super::kind::{Check, World};
use super::read::{broken, place};
use super::wanted::{Pattern, Texts, Wanted};
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_text::Text;

/// The file has the text and the values that are asked for, or is not there at all.
///
/// Values stand in JSON, YAML, TOML or INI, by the file's ending or by `format`.
///
/// ```toml
/// file = { path = "app.json", values = { "log.level" = "info" } }
/// ```
///
/// ```toml
/// file = { path = "settings.ini", contains = "debug", regex = '(?m)^debug=' }
/// ```
///
/// ```toml
/// file = { path = "gone", absent = true }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The file, relative to the workspace.
    #[serde(deserialize_with = "super::values::workspace_path")]
    path: String,
    /// It must not be there.
    #[serde(default)]
    absent: bool,
    /// One text or several, each of which has to be there.
    #[serde(default)]
    contains: Texts,
    /// One text or several, none of which may be there.
    #[serde(default)]
    lacks: Texts,
    /// A regular expression that has to be found in the text; `(?m)` lets `^` and `$` be a line's.
    regex: Option<Pattern>,
    /// Place in the file (`services.web.ports.0`) → what its value has to be.
    #[serde(default)]
    values: BTreeMap<String, Wanted>,
    /// How the file is written, where its name does not say.
    format: Option<Format>,
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
        self.wrong_text(&text)
            .or_else(|| self.wrong_value(&text))
            .unwrap_or_else(|| Verdict::pass(Text::new("check-file-pass").with("file", file)))
    }
}

impl File {
    fn not_yet(&self, key: &'static str, text: &str, span: Option<Span>) -> Verdict {
        let top = Span::new(1, 1, 1);
        let at = place(&self.path, text, span.unwrap_or(top));
        Verdict::not_yet(Text::new(key).with("file", self.path.as_str())).at(Some(at))
    }

    fn wrong_text(&self, text: &str) -> Option<Verdict> {
        if let Some(wanted) = self.contains.0.iter().find(|wanted| !text.contains(wanted.as_str())) {
            return Some(
                self.not_yet("check-file-lacks", text, None).expected(Text::verbatim(wanted.as_str())),
            );
        }
        let found = |part: &String| Some((text.find(part.as_str())?, part.len()));
        if let Some((start, length)) = self.lacks.0.iter().find_map(found) {
            let span = document::span(text, start, start + length);
            return Some(self.not_yet("check-file-says", text, Some(span)));
        }
        let pattern = self.regex.as_ref().filter(|pattern| !pattern.0.is_match(text))?;
        let wanted = Text::new("wanted-regex").with("pattern", pattern.0.as_str());
        Some(self.not_yet("check-file-lacks", text, None).expected(wanted))
    }

    fn wrong_value(&self, text: &str) -> Option<Verdict> {
        if self.values.is_empty() {
            return None;
        }
        let Some(format) = self.format.or_else(|| Format::of(&self.path)) else {
            return Some(Verdict::environment(
                Text::new("check-file-format").with("file", self.path.as_str()),
            ));
        };
        self.values.iter().find_map(|(path, wanted)| {
            let found = match document::find(format, text, path) {
                Ok(found) => found,
                Err(error) => return Some(broken(&self.path, text, error)),
            };
            let seen = found.as_ref().map(|(value, _)| value);
            let fault = match (format.is_text(), seen) {
                (true, seen) => wanted.fault_in_text(seen.and_then(|value| value.as_str())),
                (false, seen) => wanted.fault(seen, &Kept::new()),
            }?;
            let shown =
                seen.map_or_else(|| Text::new("check-none"), |value| Text::verbatim(value.to_string()));
            let span = found.as_ref().and_then(|(_, span)| *span);
            let verdict = self.not_yet("check-file-value", text, span);
            let message = verdict.message.clone().with("path", path.as_str());
            Some(Verdict { message, ..verdict }.expected(fault).observed(shown))
        })
    }
}
