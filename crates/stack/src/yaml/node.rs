//! The tree itself: [`Node`].

use crate::{Span, Spanned};

/// Deeper nesting than this is refused; a real file has about ten levels.
pub const MAX_DEPTH: usize = 64;
/// How many nodes aliases and merge keys may copy, so that a "billion laughs" file stays small.
pub(crate) const MAX_COPIED_NODES: usize = 20_000;

/// One YAML value.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// `!reset` or `!override` before it.
    pub tag: Option<Tag>,
    /// A scalar's text (its first line), a flow collection from its bracket, a block mapping at its
    /// first key, a block sequence at its first item; an empty value at its key's colon.
    pub span: Span,
}

/// What Compose's own tags say of what the files before have at the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// It is taken away, and this with it.
    Reset,
    /// It is taken away, and this stands in its place.
    Override,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A single value, as text: a string, a number, a boolean.
    Scalar(Scalar),
    /// The items in the file's order.
    Sequence(Vec<Node>),
    /// In the file's order; entries that came by a merge key follow the mapping's own.
    Mapping(Vec<Entry>),
}

/// A scalar's text after YAML's own unescaping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Without quotes; variables stay as they are.
    pub text: String,
    /// Quoted, a block scalar or tagged `!!str`: always a string, whatever it looks like.
    pub quoted: bool,
    /// Where the text's first character stands, if every character stands in the file as it reads
    /// (one line, no escapes); positions inside the text are then exact.
    pub verbatim: Option<Span>,
}

/// A key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text, and where it stands.
    pub key: Spanned<String>,
    /// An empty one is [`Value::Null`].
    pub value: Node,
    /// The last line on which something of this entry is written (an alias ends on its own line).
    pub last_line: u32,
}

impl Node {
    /// The node at a dotted path: keys of mappings, indices of sequences (`services.web.ports.0`).
    /// A key may itself contain dots. The empty path is the node itself.
    pub fn get(&self, path: &str) -> Option<&Self> {
        if path.is_empty() {
            return Some(self);
        }
        match &self.value {
            Value::Sequence(items) => {
                let (index, rest) = path.split_once('.').unwrap_or((path, ""));
                items.get(index.parse::<usize>().ok()?)?.get(rest)
            }
            Value::Mapping(_) => self
                .entry(path)
                .map(|entry| &entry.value)
                .or_else(|| self.below(path).find_map(|(entry, rest)| entry.value.get(rest))),
            Value::Null | Value::Scalar(_) => None,
        }
    }

    /// The mapping entry at a dotted path, whose key's span says where it was written.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        match &self.value {
            Value::Mapping(entries) => entries
                .iter()
                .find(|entry| entry.key.value == path)
                .or_else(|| self.below(path).find_map(|(entry, rest)| entry.value.entry(rest))),
            Value::Sequence(items) => {
                let (index, rest) = path.split_once('.')?;
                items.get(index.parse::<usize>().ok()?)?.entry(rest)
            }
            Value::Null | Value::Scalar(_) => None,
        }
    }

    fn below<'n, 'p>(&'n self, path: &'p str) -> impl Iterator<Item = (&'n Entry, &'p str)> {
        self.entries().iter().filter_map(move |entry| {
            let rest = path.strip_prefix(entry.key.value.as_str())?.strip_prefix('.')?;
            (!rest.is_empty()).then_some((entry, rest))
        })
    }

    /// A mapping's entries; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// A sequence's items; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// A scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// The same as it stands `lines` further down.
    pub fn shift(&mut self, lines: u32) {
        self.span.line += lines;
        match &mut self.value {
            Value::Null => {}
            Value::Scalar(scalar) => {
                if let Some(from) = &mut scalar.verbatim {
                    from.line += lines;
                }
            }
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.shift(lines)),
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key.span.line += lines;
                    entry.last_line += lines;
                    entry.value.shift(lines);
                }
            }
        }
    }

    /// Whether it holds nothing: empty, `~` or `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }
}
