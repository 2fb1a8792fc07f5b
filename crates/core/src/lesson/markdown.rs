//! Markdown as [`Block`]s: what a lesson's prose says, without any terminal in it. Reporters draw
//! blocks; nothing here knows a colour or a width. [`blocks`] reads any Markdown; [`Prose`] reads a
//! lesson's `LANG.md` by its conventions (steps, hints, prompt, speaker notes, questions).

mod commands;
mod parse;
mod prose;

pub use prose::{CheckProse, Excerpt, Prose, ProseError, QuestionProse, StepProse};

/// One block of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Heading {
        level: u8,
        text: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    /// A fenced or indented block. `language` is the first word of its info string
    /// (`yaml docker-compose.yml`), `file` the second; `text` ends with a line feed unless empty.
    Code {
        language: String,
        file: Option<String>,
        text: String,
    },
    /// Items, each of blocks; numbered from `start` where it is an ordered list.
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    /// `> [!NOTE]` and its like; plain quotes have `kind` `Quote`.
    Alert {
        kind: AlertKind,
        blocks: Vec<Block>,
    },
    Table {
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
    Quote,
}

/// A run of text within a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Code(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Link {
        text: Vec<Inline>,
        url: String,
    },
    /// A line break that the author asked for.
    Break,
}

/// The blocks of any Markdown, HTML comments left out. Every text is some Markdown: nothing fails.
pub fn blocks(text: &str) -> Vec<Block> {
    let pieces = parse::pieces(text).into_iter();
    pieces
        .filter_map(|piece| match piece.kind {
            parse::PieceKind::Heading { level, text, .. } => Some(Block::Heading { level, text }),
            parse::PieceKind::Block(block) => Some(block),
            _ => None,
        })
        .collect()
}

/// The words of `inlines` with no mark-up.
pub fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                plain(inner)
            }
            Inline::Break => " ".to_owned(),
        })
        .collect()
}
