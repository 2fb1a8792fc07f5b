//! Markdown as [`Block`]s: what a lesson's prose says, without any terminal in it. Reporters draw
//! blocks; nothing here knows a colour or a width. [`blocks`] reads any Markdown; [`Prose`] reads a
//! lesson's `LANG.md` by its conventions (steps, hints, prompt, speaker notes, questions).

mod commands;
mod glossary;
mod parse;
mod prose;

pub use glossary::{Entry, Glossary};
pub use prose::{CheckProse, Excerpt, PredictionProse, Prose, ProseError, QuestionProse, ReadOn, StepProse};

/// One block of prose.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading; in a lesson's prose, one that is no step's and no question's.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words.
        text: Vec<Inline>,
    },
    /// Words in a row.
    Paragraph(Vec<Inline>),
    /// A fenced or indented block. `language` is the first word of its info string
    /// (`yaml docker-compose.yml`), `file` the second; `text` ends with a line feed unless empty.
    Code {
        /// Empty where there is none.
        language: String,
        /// The file that it quotes, where it names one.
        file: Option<String>,
        /// What a drawing shows, in words, for whoever cannot see it: `text alt="…"`.
        alt: Option<String>,
        /// The code, line feeds and all.
        text: String,
    },
    /// Items, each of blocks; numbered from `start` where it is an ordered list.
    List {
        /// The first number; `None` for a list with bullets.
        start: Option<u64>,
        /// The blocks of each item.
        items: Vec<Vec<Block>>,
    },
    /// `> [!NOTE]` and its like; plain quotes have `kind` `Quote`.
    Alert {
        /// Which mark it has.
        kind: AlertKind,
        /// What stands in it.
        blocks: Vec<Block>,
    },
    /// A table with one line of headings.
    Table {
        /// The cells of the first line.
        head: Vec<Vec<Inline>>,
        /// The cells of every other line.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across: `---`.
    Rule,
}

/// The sort of an [`Alert`](Block::Alert), by its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// `> [!NOTE]`; in a question, its explanation.
    Note,
    /// `> [!TIP]`; in a step, a hint.
    Tip,
    /// `> [!IMPORTANT]`
    Important,
    /// `> [!WARNING]`
    Warning,
    /// `> [!CAUTION]`
    Caution,
    /// A quote without a mark.
    Quote,
}

/// A run of text within a block.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Plain words.
    Text(String),
    /// Code within a line, without its backticks.
    Code(String),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `*emphasis*`
    Emphasis(Vec<Inline>),
    /// Words that lead somewhere.
    Link {
        /// The words.
        text: Vec<Inline>,
        /// Where they lead, as it is written.
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
