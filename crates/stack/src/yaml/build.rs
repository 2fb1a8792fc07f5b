//! From parser events to a tree, with an explicit stack: no recursion on hostile input.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span as Range, StrInput, StructureStyle};

use super::error::{self, Context, byte};
use super::node::{Entry, MAX_COPIED_NODES, MAX_DEPTH, Node, Scalar, Tag, Value};
use super::plain::Plain;
use crate::{Lines, Span, Spanned, SyntaxError};
use workshop_text::Text;

/// The parser's limits: ours for nesting, and as many comments as a file may hold.
pub(super) fn events(text: &str) -> Parser<'_, StrInput<'_>> {
    let options = granit_parser::options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        max_buffered_comment_events: 1_000_000,
    };
    Parser::new_from_str_with_options(text, options)
}

/// A node with what its parent needs to know once.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Nodes in it, itself included.
    size: usize,
    last_line: u32,
}

/// A collection that is still open.
struct Frame {
    anchor: usize,
    tag: Option<Tag>,
    span: Span,
    /// `Some` for a flow collection: the byte of its bracket.
    bracket: Option<usize>,
    size: usize,
    body: Body,
}

enum Body {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        seen: HashMap<String, u32>,
        key: Option<Spanned<String>>,
        merges: Vec<Built>,
    },
}

struct Builder<'t> {
    text: &'t str,
    lines: Lines<'t>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Built>,
    copied: usize,
    roots: Vec<Node>,
    /// The last node's start and end, and whether it was a key's value; for the errors.
    last: (usize, usize),
}

pub(super) fn trees(text: &str) -> Result<Vec<Node>, SyntaxError> {
    let mut builder = Builder {
        text,
        lines: Lines::new(text),
        stack: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        roots: Vec::new(),
        last: (0, 0),
    };
    let mut parser = events(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, range)) => builder.event(event, &range)?,
            Err(error) => return Err(error::explain(&error, &builder.context())),
        }
    }
    if builder.roots.iter().all(Node::is_null) {
        return Err(SyntaxError::new(Text::new("stack-yaml-empty"), Span::new(1, 1, 1)));
    }
    match builder.roots.iter().find(|root| !matches!(root.value, Value::Mapping(_))) {
        Some(other) => Err(SyntaxError::new(Text::new("stack-yaml-not-mapping"), other.span)),
        None => Ok(builder.roots),
    }
}

impl Builder<'_> {
    fn context(&self) -> Context<'_> {
        Context {
            text: self.text,
            lines: &self.lines,
            bracket: self.stack.last().and_then(|frame| frame.bracket),
            last: self.last,
        }
    }

    fn event(&mut self, event: Event<'_>, range: &Range) -> Result<(), SyntaxError> {
        let (start, end) = (byte(&range.start), byte(&range.end));
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(value, style, anchor, tag) => {
                let node = self.scalar(&value, style, tag.as_deref(), start, end);
                let written = self.text.get(start..end).unwrap_or_default().trim_end();
                self.last = (start, start + written.len());
                let last_line = self.lines.line(self.last.1.saturating_sub(1).max(start));
                self.finish(Built { node, size: 1, last_line }, anchor)?;
            }
            Event::Alias(id) => {
                self.last = (start, end);
                let span = self.lines.span(start, end);
                let mut built = self
                    .anchors
                    .get(&id)
                    .cloned()
                    .ok_or_else(|| SyntaxError::new(Text::new("stack-yaml-alias-cycle"), span))?;
                self.copy(built.size, span)?;
                built.last_line = span.line;
                self.finish(built, 0)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(Body::Sequence(Vec::new()), style, anchor, start)?;
                self.tag(tag.as_deref());
            }
            Event::MappingStart(style, anchor, tag) => {
                let body = Body::Mapping {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    key: None,
                    merges: Vec::new(),
                };
                self.open(body, style, anchor, start)?;
                self.tag(tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end)?,
            _ => {}
        }
        Ok(())
    }

    fn copy(&mut self, nodes: usize, span: Span) -> Result<(), SyntaxError> {
        self.copied += nodes;
        if self.copied > MAX_COPIED_NODES {
            return Err(SyntaxError::new(
                Text::new("stack-yaml-aliases").with("limit", MAX_COPIED_NODES),
                span,
            ));
        }
        Ok(())
    }

    /// What was just opened has this tag.
    fn tag(&mut self, tag: Option<&granit_parser::Tag>) {
        if let Some(frame) = self.stack.last_mut() {
            frame.tag = tag.and_then(own_tag);
        }
    }

    fn scalar(
        &self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&granit_parser::Tag>,
        start: usize,
        end: usize,
    ) -> Node {
        let own = tag.and_then(own_tag);
        let is_string = tag.is_some_and(|tag| tag.core_suffix() == Some("str"));
        let quoted = style != ScalarStyle::Plain || is_string;
        let span = self.lines.span(start, end);
        if !quoted && (start == end || matches!(value, "" | "~" | "null" | "Null" | "NULL")) {
            return Node { value: Value::Null, tag: own, span };
        }
        let written = self.text.get(start..end).unwrap_or_default();
        let (lead, inner) = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                (1, written.get(1..written.len().saturating_sub(1)).unwrap_or_default())
            }
            _ => (0, written),
        };
        let verbatim = (inner == value).then(|| self.lines.span(start + lead, end - lead));
        Node { value: Value::Scalar(Scalar { text: value.to_owned(), quoted, verbatim }), tag: own, span }
    }

    fn open(
        &mut self,
        body: Body,
        style: StructureStyle,
        anchor: usize,
        start: usize,
    ) -> Result<(), SyntaxError> {
        let flow = style == StructureStyle::Flow;
        // A block sequence's event stands at its first item's value; its dash is before that.
        let start = match body {
            Body::Sequence(_) if !flow => self.dash(start),
            _ => start,
        };
        let span = self.lines.span(start, start + 1);
        if self.stack.len() >= MAX_DEPTH {
            return Err(SyntaxError::new(Text::new("stack-yaml-depth").with("limit", MAX_DEPTH), span));
        }
        self.stack.push(Frame { anchor, tag: None, span, bracket: flow.then_some(start), size: 1, body });
        Ok(())
    }

    fn dash(&self, start: usize) -> usize {
        let line = self.lines.range(self.lines.line(start)).start;
        let before = self.text.get(line..start).unwrap_or_default();
        before.rfind('-').map_or(start, |at| line + at)
    }

    fn close(&mut self, end: usize) -> Result<(), SyntaxError> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let mut last_line = frame.span.line;
        let mut span = frame.span;
        if let Some(bracket) = frame.bracket {
            span = self.lines.span(bracket, end);
            last_line = self.lines.line(end.saturating_sub(1));
            self.last = (bracket, end);
        } else if self.last.1 > 0 {
            last_line = last_line.max(self.lines.line(self.last.1 - 1));
        }
        let value = match frame.body {
            Body::Sequence(items) => Value::Sequence(items),
            Body::Mapping { mut entries, mut seen, merges, .. } => {
                for source in merges {
                    merge(&mut entries, &mut seen, source)?;
                }
                Value::Mapping(entries)
            }
        };
        self.finish(
            Built { node: Node { value, tag: frame.tag, span }, size: frame.size, last_line },
            frame.anchor,
        )
    }

    /// Hands a finished node to the collection around it, as its item, key or value.
    fn finish(&mut self, built: Built, anchor: usize) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.copy(built.size, built.node.span)?;
            self.anchors.insert(anchor, built.clone());
        }
        let Some(frame) = self.stack.last_mut() else {
            self.roots.push(built.node);
            return Ok(());
        };
        frame.size += built.size;
        match &mut frame.body {
            Body::Sequence(items) => items.push(built.node),
            Body::Mapping { entries, seen, key, merges } => match key.take() {
                None => {
                    let name = read_key(built, seen)?;
                    if frame.bracket.is_none() && entries.is_empty() && merges.is_empty() {
                        frame.span = name.span;
                    }
                    *key = Some(name);
                }
                Some(name) if name.value == "<<" => merges.push(Built { last_line: name.span.line, ..built }),
                Some(name) => {
                    entries.push(Entry { key: name, value: built.node, last_line: built.last_line })
                }
            },
        }
        Ok(())
    }
}

/// One of the two tags that are Compose's own.
fn own_tag(tag: &granit_parser::Tag) -> Option<Tag> {
    match (tag.handle(), tag.suffix()) {
        ("!", "reset") => Some(Tag::Reset),
        ("!", "override") => Some(Tag::Override),
        _ => None,
    }
}

/// `<<: *defaults` or `<<: [*a, *b]`: what the mapping does not say itself.
fn merge(entries: &mut Vec<Entry>, seen: &mut HashMap<String, u32>, merge: Built) -> Result<(), SyntaxError> {
    let wrong = |node: &Node| SyntaxError::new(Text::new("stack-yaml-merge"), node.span);
    let sources = match merge.node.value {
        Value::Sequence(items) => items,
        Value::Mapping(_) => vec![merge.node],
        _ => return Err(wrong(&merge.node)),
    };
    for source in sources {
        let Value::Mapping(inherited) = source.value else { return Err(wrong(&source)) };
        for entry in inherited {
            if !seen.contains_key(&entry.key.value) {
                seen.insert(entry.key.value.clone(), entry.key.span.line);
                entries.push(entry);
            }
        }
    }
    Ok(())
}

fn read_key(built: Built, seen: &mut HashMap<String, u32>) -> Result<Spanned<String>, SyntaxError> {
    let span = built.node.span;
    let name = match built.node.value {
        Value::Scalar(scalar) if scalar.plain() == Plain::Text => scalar.text,
        Value::Scalar(scalar) => {
            return Err(SyntaxError::new(Text::new("stack-yaml-key-quotes").with("key", scalar.text), span));
        }
        _ => return Err(SyntaxError::new(Text::new("stack-yaml-key"), span)),
    };
    if let Some(first) = seen.insert(name.clone(), span.line) {
        let message = Text::new("stack-yaml-duplicate-key").with("key", name).with("first", first);
        return Err(SyntaxError::new(message, span));
    }
    Ok(Spanned::new(name, span))
}
