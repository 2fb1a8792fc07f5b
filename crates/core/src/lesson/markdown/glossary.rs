//! A course's words, each explained: a [`Glossary`] is one file `lessons/glossary.LANG.md`, with a
//! heading an entry: `## replica, instance {#replica}`.

use super::parse::{Piece, PieceKind, pieces};
use super::prose::ProseError;
use super::{Block, plain};
use workshop_text::Text;
use workshop_text::near::nearest;

/// The words of a course in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary {
    /// In the file's order.
    pub entries: Vec<Entry>,
}

/// One word of a course, explained.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// The same in every language.
    pub id: String,
    /// What it is called, the usual name first.
    pub names: Vec<String>,
    /// What it is.
    #[serde(rename = "text")]
    pub blocks: Vec<Block>,
}

impl Glossary {
    /// Reads a glossary.
    ///
    /// # Errors
    /// An entry has no id, no name or no words; an id or a name is there twice.
    pub fn parse(text: &str) -> Result<Self, ProseError> {
        let mut entries: Vec<Entry> = Vec::new();
        for Piece { line, kind } in pieces(text) {
            match kind {
                PieceKind::Heading { level: 2, id, text, .. } => {
                    let names = names(&plain(&text));
                    let wrong = |key| ProseError { line, message: Text::new(key) };
                    let id = id.filter(|_| !names.is_empty()).ok_or_else(|| wrong("glossary-heading"))?;
                    let is_known = |entry: &Entry| {
                        entry.id == id || names.iter().any(|name| entry.is_called(&folded(name)))
                    };
                    if entries.iter().any(is_known) {
                        return Err(ProseError { line, message: Text::new("glossary-twice").with("id", id) });
                    }
                    entries.push(Entry { id, names, blocks: Vec::new() });
                }
                PieceKind::Block(block) => {
                    if let Some(entry) = entries.last_mut() {
                        entry.blocks.push(block);
                    }
                }
                _ => {}
            }
        }
        match entries.iter().find(|entry| entry.blocks.is_empty()) {
            None => Ok(Self { entries }),
            Some(entry) => {
                let message = Text::new("glossary-empty").with("id", entry.id.as_str());
                Err(ProseError { line: 1, message })
            }
        }
    }

    /// The entries that `word` means: the one that is called so, else those whose names have it.
    pub fn find(&self, word: &str) -> Vec<&Entry> {
        let word = folded(word);
        if word.is_empty() {
            return Vec::new();
        }
        let exact: Vec<&Entry> = self.entries.iter().filter(|entry| entry.is_called(&word)).collect();
        if !exact.is_empty() {
            return exact;
        }
        let has = |entry: &&Entry| entry.names.iter().any(|name| folded(name).contains(&word));
        self.entries.iter().filter(has).collect()
    }

    /// The name nearest to a `word` that is none.
    pub fn near(&self, word: &str) -> Option<&str> {
        let names: Vec<(String, &String)> =
            self.entries.iter().flat_map(|entry| &entry.names).map(|name| (folded(name), name)).collect();
        let found = nearest(&folded(word), names.iter().map(|(folded, _)| folded.as_str()))?.to_owned();
        names.into_iter().find(|(folded, _)| *folded == found).map(|(_, name)| name.as_str())
    }
}

impl Entry {
    fn is_called(&self, folded_word: &str) -> bool {
        folded(&self.id) == folded_word || self.names.iter().any(|name| folded(name) == folded_word)
    }
}

/// The names in a heading: `레플리카, 인스턴스 (replica, instance)`.
fn names(heading: &str) -> Vec<String> {
    let names = heading.split([',', '(', ')']).map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// A word without what people write one way or the other.
fn folded(word: &str) -> String {
    let kept = word.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "# Words\n\nHow to read.\n\n## 레플리카 (replica, instance) {#replica}\n\nOne of several.\n\nMore.\n\n## least_conn {#least-conn}\n\nThe fewest.\n\n## ip_hash, hash by address {#ip-hash}\n\nBy address.\n";

    #[test]
    fn a_word_is_found_by_each_of_its_names() {
        let glossary = Glossary::parse(WORDS).unwrap();
        let ids = |word: &str| -> Vec<String> {
            glossary.find(word).into_iter().map(|entry| entry.id.clone()).collect()
        };
        assert_eq!(glossary.entries.len(), 3);
        assert_eq!(glossary.entries[0].blocks.len(), 2);
        for word in ["레플리카", "Replica", "instance", " replica "] {
            assert_eq!(ids(word), ["replica"], "{word}");
        }
        assert_eq!(ids("least conn"), ["least-conn"]);
        assert_eq!(ids("hash"), ["ip-hash"]);
        assert_eq!((ids(""), ids("quorum")), (Vec::<String>::new(), Vec::new()));
        assert_eq!((glossary.near("instanse"), glossary.near("quorum")), (Some("instance"), None));
    }

    #[test]
    fn an_entry_has_an_id_a_name_and_words_once() {
        for (text, key) in [
            ("## a\n\nx\n", "glossary-heading"),
            ("## a {#a}\n\nx\n\n## b {#a}\n\ny\n", "glossary-twice"),
            ("## a {#a}\n\nx\n\n## A {#b}\n\ny\n", "glossary-twice"),
            ("## a {#a}\n", "glossary-empty"),
        ] {
            assert_eq!(Glossary::parse(text).unwrap_err().message.key, key, "{text}");
        }
    }
}
