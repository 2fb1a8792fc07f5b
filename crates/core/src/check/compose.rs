//! `compose`: a path of the compose file is absent, present, equals or matches something.

use serde::Deserialize;

use super::kind::{Check, World};
use super::read::Read;
use crate::verdict::Verdict;
use workshop_stack::compose::ComposeFile;
use workshop_text::Text;

/// The compose file has the key or has it not, or its value is this one.
///
/// One of `absent`, `present` and `path` stands there. Values are compared as text, so `80` and `"80"`
/// are the same. What `absent` looks in must itself be there.
///
/// ```toml
/// compose = { absent = "services.backend.container_name" }
/// ```
///
/// ```toml
/// compose = { path = "services.backend.restart", equals = "always" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Compose {
    /// A key that must not be there.
    absent: Option<String>,
    /// A key that must be there.
    present: Option<String>,
    /// The key whose value is compared.
    path: Option<String>,
    /// What the value at `path` has to be.
    equals: Option<String>,
    /// A regular expression that the value at `path` has to match.
    #[serde(default, deserialize_with = "pattern")]
    #[cfg_attr(test, schemars(with = "Option<super::wanted::Pattern>"))]
    matches: Option<regex::Regex>,
}

fn pattern<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<regex::Regex>, D::Error> {
    let text = String::deserialize(deserializer)?;
    regex::Regex::new(&text).map(Some).map_err(serde::de::Error::custom)
}

impl Check for Compose {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let file = match world.app.files.compose() {
            Ok(file) => file,
            Err(verdict) => return *verdict,
        };
        if let Some(path) = &self.absent {
            return absent(file, path);
        }
        let Some(path) = self.present.as_ref().or(self.path.as_ref()) else {
            return Verdict::not_yet(Text::new("check-not-observed"));
        };
        self.value(file, path)
    }
}

fn absent(file: &Read<ComposeFile>, path: &str) -> Verdict {
    let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
    if file.model.root.get(parent).is_none() {
        return file.missing(parent);
    }
    match file.model.root.entry(path) {
        None => Verdict::pass(Text::new("check-compose-absent-pass").with("path", path)),
        Some(entry) => Verdict::not_yet(Text::new("check-compose-still-there").with("path", path))
            .expected(Text::new("check-compose-absent-expected").with("path", path))
            .observed(Text::verbatim(format!("{}: {}", entry.key.value, entry.value.text().unwrap_or("..."))))
            .at(file.place(entry.key.span)),
    }
}

impl Compose {
    fn value(&self, file: &Read<ComposeFile>, path: &str) -> Verdict {
        let Some(node) = file.model.root.get(path) else { return file.missing(path) };
        let value = node.text().unwrap_or_default();
        let right = self.equals.as_ref().is_none_or(|wanted| wanted == value)
            && self.matches.as_ref().is_none_or(|pattern| pattern.is_match(value));
        if right {
            return Verdict::pass(Text::new("check-compose-pass").with("path", path));
        }
        let wanted = self.equals.clone().or_else(|| self.matches.as_ref().map(ToString::to_string));
        Verdict::not_yet(Text::new("check-compose-value").with("path", path))
            .expected(Text::verbatim(wanted.unwrap_or_default()))
            .observed(Text::verbatim(value))
            .at(file.place(node.span))
    }
}
