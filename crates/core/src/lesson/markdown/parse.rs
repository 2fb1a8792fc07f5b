//! pulldown-cmark's events as [`Piece`]s: the top-level blocks in order, each with its line, and
//! what a lesson's conventions need beside them (heading ids, comments, code that names a file).

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use super::{AlertKind, Block, Inline};

/// Containers nested deeper than this are flattened into their parent: a reader cannot tell, and
/// neither drawing nor dropping the tree can run out of stack.
const DEEPEST: usize = 24;

/// One thing of a document, in reading order.
#[derive(Debug)]
pub(super) struct Piece {
    /// From 1.
    pub line: usize,
    pub kind: PieceKind,
}

#[derive(Debug)]
pub(super) enum PieceKind {
    /// A heading at top level; one inside a list or quote is a plain block.
    Heading {
        level: u8,
        id: Option<String>,
        marks: Marks,
        text: Vec<Inline>,
    },
    Block(Block),
    /// The inside of an HTML comment, wherever it stands.
    Comment(String),
    /// A comment that is never closed: it swallows the rest of the document.
    OpenComment,
    /// A code block that names a file, wherever it stands; it is also (part of) a block.
    Excerpt {
        language: String,
        file: String,
        text: String,
    },
}

/// What a heading says in its braces beside its id: `{#id .predict unit=ms}`.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// `.predict`: it asks what the learner expects.
    pub predict: bool,
    /// What a number in answer to it counts.
    pub unit: Option<String>,
}

/// Reads `text`; a byte order mark is skipped.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    let mut builder = Builder::new(text);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.event(event, &range);
    }
    builder.pieces
}

/// An element whose end has not come yet, and what it holds so far.
struct Frame<'a> {
    tag: Tag<'a>,
    start: usize,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
    head: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    text: String,
}

impl<'a> Frame<'a> {
    const fn new(tag: Tag<'a>, start: usize) -> Self {
        Self {
            tag,
            start,
            blocks: Vec::new(),
            inlines: Vec::new(),
            items: Vec::new(),
            head: Vec::new(),
            rows: Vec::new(),
            text: String::new(),
        }
    }

    /// Loose words (a tight list item's own) become a paragraph before the next block.
    fn settle(&mut self) {
        if !self.inlines.is_empty() {
            self.blocks.push(Block::Paragraph(std::mem::take(&mut self.inlines)));
        }
    }
}

struct Builder<'a> {
    newlines: Vec<usize>,
    open: Vec<Frame<'a>>,
    pieces: Vec<Piece>,
}

impl<'a> Builder<'a> {
    fn new(text: &str) -> Self {
        let newlines =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { newlines, open: Vec::new(), pieces: Vec::new() }
    }

    fn line(&self, offset: usize) -> usize {
        self.newlines.partition_point(|at| *at < offset) + 1
    }

    fn event(&mut self, event: Event<'a>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.open.push(Frame::new(tag, range.start)),
            Event::End(_) => {
                if let Some(frame) = self.open.pop() {
                    self.close(frame);
                }
            }
            Event::Text(words) => self.text(&words),
            Event::Code(words) => self.inline(Inline::Code(words.into_string())),
            Event::InlineMath(words) | Event::DisplayMath(words) | Event::FootnoteReference(words) => {
                self.text(&words);
            }
            Event::Html(html) => match self.open.last_mut() {
                Some(frame) => frame.text.push_str(&html),
                None => self.html(&html, range.start),
            },
            Event::InlineHtml(html) => self.inline_html(&html, range.start),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule, range.start),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn text(&mut self, words: &str) {
        let Some(frame) = self.open.last_mut() else { return };
        if matches!(frame.tag, Tag::CodeBlock(_) | Tag::HtmlBlock) {
            frame.text.push_str(words);
        } else if let Some(Inline::Text(before)) = frame.inlines.last_mut() {
            before.push_str(words);
        } else {
            frame.inlines.push(Inline::Text(words.to_owned()));
        }
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(frame) = self.open.last_mut() {
            frame.inlines.push(inline);
        }
    }

    fn inline_html(&mut self, html: &str, start: usize) {
        if html.starts_with("<!--") {
            self.html(html, start);
        } else if html.starts_with("<br") {
            self.inline(Inline::Break);
        }
    }

    /// Raw HTML: comments are kept as pieces, tags are dropped, the words between them stay.
    fn html(&mut self, html: &str, start: usize) {
        let mut words = String::new();
        let mut rest = html;
        while let Some(open) = rest.find("<!--") {
            words.push_str(&rest[..open]);
            let inside = &rest[open + 4..];
            let line = self.line(start + (html.len() - rest.len()) + open);
            let Some(end) = inside.find("-->") else {
                self.pieces.push(Piece { line, kind: PieceKind::OpenComment });
                rest = "";
                break;
            };
            self.pieces.push(Piece { line, kind: PieceKind::Comment(inside[..end].trim().to_owned()) });
            rest = &inside[end + 3..];
        }
        words.push_str(rest);
        let words = without_tags(&words);
        if !words.is_empty() {
            self.block(Block::Paragraph(vec![Inline::Text(words)]), start);
        }
    }

    fn block(&mut self, block: Block, start: usize) {
        if let Some(frame) = self.open.last_mut() {
            frame.settle();
            frame.blocks.push(block);
        } else {
            let line = self.line(start);
            self.pieces.push(Piece { line, kind: PieceKind::Block(block) });
        }
    }

    fn close(&mut self, mut frame: Frame<'a>) {
        if self.open.len() > DEEPEST {
            return self.flatten(frame);
        }
        let start = frame.start;
        match std::mem::replace(&mut frame.tag, Tag::Paragraph) {
            Tag::Paragraph if frame.inlines.is_empty() => {}
            Tag::Heading { level, id, classes, attrs } => {
                let unit = attrs.into_iter().find(|(name, _)| &**name == "unit").and_then(|(_, value)| value);
                let marks = Marks {
                    predict: classes.iter().any(|class| &**class == "predict"),
                    unit: unit.map(CowStr::into_string),
                };
                self.heading(level as u8, (id, marks), frame.inlines, start);
            }
            Tag::BlockQuote(kind) => {
                frame.settle();
                self.block(Block::Alert { kind: alert(kind), blocks: frame.blocks }, start);
            }
            Tag::CodeBlock(kind) => self.code(&kind, frame.text, start),
            Tag::HtmlBlock => self.html(&frame.text, start),
            Tag::List(first) => self.block(Block::List { start: first, items: frame.items }, start),
            Tag::Item => {
                frame.settle();
                self.parent(|list| list.items.push(frame.blocks));
            }
            Tag::Table(_) => self.block(Block::Table { head: frame.head, rows: frame.rows }, start),
            Tag::TableHead => self.parent(|table| table.head = frame.rows.pop().unwrap_or_default()),
            Tag::TableRow => self.parent(|table| table.rows.push(frame.rows.pop().unwrap_or_default())),
            Tag::TableCell => self.parent(|row| {
                if row.rows.is_empty() {
                    row.rows.push(Vec::new());
                }
                row.rows[0].push(frame.inlines);
            }),
            Tag::Emphasis => self.inline(Inline::Emphasis(frame.inlines)),
            Tag::Strong => self.inline(Inline::Strong(frame.inlines)),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.inline(Inline::Link { text: frame.inlines, url: dest_url.into_string() });
            }
            Tag::Strikethrough | Tag::Superscript | Tag::Subscript => self.flatten(frame),
            _ => {
                frame.settle();
                for block in frame.blocks {
                    self.block(block, start);
                }
            }
        }
    }

    fn parent(&mut self, change: impl FnOnce(&mut Frame<'a>)) {
        if let Some(frame) = self.open.last_mut() {
            change(frame);
        }
    }

    /// Hands what `frame` holds to its parent, without `frame` itself.
    fn flatten(&mut self, frame: Frame<'a>) {
        self.parent(|parent| {
            parent.text.push_str(&frame.text);
            if !frame.blocks.is_empty() {
                parent.settle();
                parent.blocks.extend(frame.blocks);
            }
            parent.blocks.extend(frame.items.into_iter().flatten());
            parent.inlines.extend(frame.inlines);
        });
    }

    fn heading(
        &mut self,
        level: u8,
        (id, marks): (Option<CowStr<'a>>, Marks),
        text: Vec<Inline>,
        start: usize,
    ) {
        if self.open.is_empty() {
            let line = self.line(start);
            let id = id.map(CowStr::into_string);
            self.pieces.push(Piece { line, kind: PieceKind::Heading { level, id, marks, text } });
        } else {
            self.block(Block::Heading { level, text }, start);
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'a>, text: String, start: usize) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let mut words = info.split_whitespace();
        let language = words.next().unwrap_or_default().to_owned();
        let file = words.next().filter(|word| !word.contains(['=', '{', '"'])).map(str::to_owned);
        if let Some(file) = file.clone() {
            let line = self.line(start);
            let kind = PieceKind::Excerpt { language: language.clone(), file, text: text.clone() };
            self.pieces.push(Piece { line, kind });
        }
        let alt = info.split_once("alt=\"").and_then(|(_, rest)| rest.split_once('"'));
        let alt = alt.map(|(alt, _)| alt.to_owned());
        self.block(Block::Code { language, file, alt, text }, start);
    }
}

const fn alert(kind: Option<BlockQuoteKind>) -> AlertKind {
    match kind {
        Some(BlockQuoteKind::Note) => AlertKind::Note,
        Some(BlockQuoteKind::Tip) => AlertKind::Tip,
        Some(BlockQuoteKind::Important) => AlertKind::Important,
        Some(BlockQuoteKind::Warning) => AlertKind::Warning,
        Some(BlockQuoteKind::Caution) => AlertKind::Caution,
        None => AlertKind::Quote,
    }
}

/// The words of raw HTML between its tags, white space joined.
fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                words.push(' ');
            }
            c if !inside => words.push(c),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
