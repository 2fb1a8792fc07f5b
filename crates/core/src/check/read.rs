//! A file of the learner's that has been read, so that a verdict can point into it.

use crate::verdict::{Place, Verdict};
use workshop_stack::compose::ComposeFile;
use workshop_stack::{Span, SyntaxError, source_line};
use workshop_text::Text;

/// A file of the learner's and what it means.
#[derive(Debug)]
pub struct Read<M> {
    /// Relative to the workspace.
    pub path: String,
    /// The whole text as it is in the workspace.
    pub text: String,
    /// What the text means, parsed.
    pub model: M,
    /// The files that were put together with it, each at lines of its own behind those before.
    pub others: Vec<Part>,
}

/// A further file of a model.
#[derive(Debug)]
pub struct Part {
    /// Relative to the workspace.
    pub path: String,
    /// The whole text as it is in the workspace.
    pub text: String,
    /// How many lines lie before it.
    pub before: u32,
}

impl<M> Read<M> {
    /// A place in this file, with the learner's own line.
    pub fn place(&self, span: Span) -> Option<Place> {
        match self.others.iter().rev().find(|part| part.before < span.line) {
            Some(part) => {
                let own = Span { line: span.line - part.before, ..span };
                Some(place(&part.path, &part.text, own))
            }
            None => Some(place(&self.path, &self.text, span)),
        }
    }
}

impl Read<ComposeFile> {
    /// The path is not there: said at the deepest part of it that is.
    pub(super) fn missing(&self, path: &str) -> Verdict {
        let mut known = path;
        let mut entry = None;
        while entry.is_none() {
            let Some((parent, _)) = known.rsplit_once('.') else { break };
            known = parent;
            entry = self.model.root.entry(known);
        }
        let verdict = Verdict::not_yet(Text::new("check-compose-missing").with("path", path));
        verdict.at(entry.and_then(|entry| self.place(entry.key.span)))
    }
}

/// A place in a file with this text.
pub(super) fn place(path: &str, text: &str, span: Span) -> Place {
    Place {
        file: path.to_owned(),
        line: span.line,
        column: span.column,
        width: span.width,
        source: source_line(text, span.line).to_owned(),
    }
}

/// The file cannot be parsed.
pub(super) fn broken(path: &str, text: &str, error: SyntaxError) -> Verdict {
    let at = place(path, text, error.span);
    Verdict::not_yet(Text::new("check-file-broken").with("file", path).with("reason", error.message))
        .at(Some(at))
}
