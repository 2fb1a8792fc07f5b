//! `comment`: a comment near a part of the compose file says something.

use serde::Deserialize;

use super::kind::{Check, World};
use crate::verdict::Verdict;
use workshop_stack::yaml::{comments, comments_near};
use workshop_text::Text;

/// A comment above, beside or inside that entry of the compose file has one of these words.
///
/// Upper or lower case does not matter.
///
/// ```toml
/// comment = { near = "services.backend", mentions = ["--scale", "backend=3"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// The entry, as `services.backend`.
    near: String,
    /// Words, one of which is enough.
    mentions: Vec<String>,
    /// A comment that would do; it is shown where none is found.
    wanted: Option<String>,
}

impl Check for Comment {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let file = match world.app.files.compose() {
            Ok(file) => file,
            Err(verdict) => return *verdict,
        };
        let Some(entry) = file.model.root.entry(&self.near) else {
            return file.missing(&self.near);
        };
        let all = comments(&file.text);
        let near = comments_near(&all, entry);
        let says = |text: &str| {
            let text = text.to_lowercase();
            self.mentions.iter().any(|word| text.contains(&word.to_lowercase()))
        };
        if near.iter().any(|comment| says(&comment.text)) {
            return Verdict::pass(Text::new("check-comment-pass").with("path", self.near.as_str()));
        }
        Verdict::not_yet(Text::new("check-comment-missing").with("path", self.near.as_str()))
            .expected(Text::verbatim(
                self.wanted.clone().unwrap_or_else(|| format!("# {}", self.mentions.join(" "))),
            ))
            .observed(Text::new("check-comment-observed").with("count", near.len()))
            .at(file.place(entry.key.span))
    }
}
