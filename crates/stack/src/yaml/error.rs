//! What the scanner could not read, said at its cause: the scanner stops where it notices, which
//! for an unclosed quote or bracket is lines later.

use granit_parser::{ErrorKind, Marker, ScanError};

use super::node::MAX_DEPTH;
use crate::{Lines, Span, SyntaxError};
use workshop_text::Text;

pub(super) fn byte(marker: &Marker) -> usize {
    marker.byte_offset().unwrap_or_default()
}

/// What was being read when the scanner stopped.
pub(super) struct Context<'c> {
    pub text: &'c str,
    pub lines: &'c Lines<'c>,
    /// Byte of the innermost open `[` or `{`.
    pub bracket: Option<usize>,
    /// Bytes of the last scalar.
    pub last: (usize, usize),
}

pub(super) fn explain(error: &ScanError, context: &Context<'_>) -> SyntaxError {
    let at = byte(error.marker());
    tab(context, at).or_else(|| by_kind(error.kind(), context, at)).unwrap_or_else(|| {
        let message = Text::new("stack-yaml-other").with("detail", error.kind().to_string());
        SyntaxError::new(message, context.span(at, at + 1))
    })
}

/// A tab among the spaces that indent the line: the cause of nearly every complaint about it.
fn tab(context: &Context<'_>, at: usize) -> Option<SyntaxError> {
    let range = context.lines.range(context.lines.line(at));
    let line = context.text.get(range.clone())?;
    let indent = line.len() - line.trim_start().len();
    let tab = line[..indent].find('\t')?;
    let inside_flow = context.bracket.is_some();
    (!inside_flow && line.len() > indent)
        .then(|| context.error("stack-yaml-tab", range.start + tab, range.start + tab + 1))
}

fn by_kind(kind: &ErrorKind, context: &Context<'_>, at: usize) -> Option<SyntaxError> {
    use ErrorKind as K;
    Some(match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabAtBlockScalarStart
        | K::TabInPlainScalar => context.error("stack-yaml-tab", at, at + 1),
        K::UnclosedQuotedScalar | K::InvalidQuotedScalarIndent | K::DocumentIndicatorInQuotedScalar => {
            unclosed_quote(context, open_quote(context, at)?.0)
        }
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => trailing(context, at),
        K::UnknownQuotedScalarEscape
        | K::InvalidQuotedScalarHexEscape
        | K::InvalidUnicodeEscape
        | K::InvalidLowSurrogate
        | K::InvalidLowSurrogateHexEscape
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate => escape(context, at),
        K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::InvalidColonPlacement
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::BlockEntryInFlowCollection
        | K::InvalidFlowScalarIndent => flow(context, at, matches!(kind, K::UnclosedFlowCollection { .. })),
        K::MismatchedFlowCollectionEnd { open, close } => {
            let message = Text::new("stack-yaml-bracket-mismatch")
                .with("open", open.to_string())
                .with("close", close.to_string());
            SyntaxError::new(message, context.span(at, at + 1))
        }
        K::MisplacedFlowCollectionEnd => context.error("stack-yaml-bracket-extra", at, at + 1),
        K::UnknownAnchor => context.named("stack-yaml-anchor", at),
        K::UnexpectedCharacter { .. } => context.named("stack-yaml-character", at),
        K::RecursionLimitExceeded => {
            let message = Text::new("stack-yaml-depth").with("limit", MAX_DEPTH);
            SyntaxError::new(message, context.span(at, at + 1))
        }
        K::MappingValueNotAllowed => second_colon(context, at),
        K::ExpectedBlockMappingKey
        | K::ExpectedBlockSequenceEntry
        | K::BlockSequenceEntryNotAllowed
        | K::MappingKeyNotAllowed
        | K::InvalidIndentation
        | K::InvalidBlockScalarIndent
        | K::ExpectedDocumentStart => structure(context, at, matches!(kind, K::ExpectedBlockSequenceEntry)),
        K::SimpleKeyExpected | K::InvalidSimpleKey => context.line_error("stack-yaml-colon", at),
        _ => return None,
    })
}

impl Context<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        self.lines.span(start, end)
    }

    fn error(&self, key: &'static str, start: usize, end: usize) -> SyntaxError {
        SyntaxError::new(Text::new(key), self.span(start, end))
    }

    /// The whole text of the line on which `at` stands.
    fn line_error(&self, key: &'static str, at: usize) -> SyntaxError {
        let (start, end) = self.trimmed(at);
        self.error(key, start, end)
    }

    /// The word that stands at `at`, which the message names.
    fn named(&self, key: &'static str, at: usize) -> SyntaxError {
        let end = self.lines.range(self.lines.line(at)).end;
        let rest = self.text.get(at..end).unwrap_or_default();
        let stop = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}');
        let word = rest.split(stop).next().unwrap_or_default();
        SyntaxError::new(Text::new(key).with("word", word), self.span(at, at + word.len().max(1)))
    }

    /// Start and end, in bytes, of the line's text around `at` without its indentation.
    fn trimmed(&self, at: usize) -> (usize, usize) {
        let range = self.lines.range(self.lines.line(at));
        let line = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + line.len() - line.trim_start().len();
        (start.min(range.end), range.start + line.trim_end().len())
    }
}

fn unclosed_quote(context: &Context<'_>, open: usize) -> SyntaxError {
    let quote = context.text.get(open..=open).unwrap_or("\"");
    let message = Text::new("stack-yaml-quote").with("quote", quote);
    let end = context.lines.range(context.lines.line(open)).end;
    let width = context.text.get(open..end).map_or(1, |rest| rest.trim_end().len());
    SyntaxError::new(message, context.span(open, open + width))
}

/// Text after a closing quote. If the quotes stand on different lines, the first was never closed.
fn trailing(context: &Context<'_>, at: usize) -> SyntaxError {
    match open_quote(context, at) {
        Some((open, Some(close))) if context.lines.line(open) < context.lines.line(close) => {
            unclosed_quote(context, open)
        }
        _ => context.error("stack-yaml-after-quote", at, at + 1),
    }
}

/// The last quoted text that begins before `at`, after the last scalar that was read: its first
/// quote, and its last if there is one before `at`.
fn open_quote(context: &Context<'_>, at: usize) -> Option<(usize, Option<usize>)> {
    let bytes = context.text.as_bytes();
    let mut found = None;
    let mut here = context.last.1;
    while here < at.min(bytes.len()) {
        let starts = here == 0 || bytes[here - 1].is_ascii_whitespace() || b"[{,:".contains(&bytes[here - 1]);
        match bytes[here] {
            b'#' if starts => here = context.lines.range(context.lines.line(here)).end,
            quote @ (b'"' | b'\'') if starts => {
                let close = closing(bytes, here, quote).filter(|close| *close < at);
                found = Some((here, close));
                match close {
                    Some(close) => here = close,
                    None => return found,
                }
            }
            _ => {}
        }
        here += 1;
    }
    found
}

fn closing(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut here = open + 1;
    while let Some(byte) = bytes.get(here) {
        match byte {
            b'\\' if quote == b'"' => here += 1,
            byte if *byte == quote && quote == b'\'' && bytes.get(here + 1) == Some(&quote) => here += 1,
            byte if *byte == quote => return Some(here),
            _ => {}
        }
        here += 1;
    }
    None
}

/// The backslash of the escape that YAML does not know (the scanner names the text's first quote).
fn escape(context: &Context<'_>, at: usize) -> SyntaxError {
    let rest = context.text.get(at..).unwrap_or_default();
    let mut letters = rest.char_indices();
    while let Some((here, letter)) = letters.next() {
        if letter == '\\' {
            let next = letters.next().map_or(' ', |(_, next)| next);
            if !"0abt\tnvfre \"/\\N_LPxuU\r\n".contains(next) {
                let start = at + here;
                let message = Text::new("stack-yaml-escape").with("word", format!("\\{next}"));
                return SyntaxError::new(message, context.span(start, start + 1 + next.len_utf8()));
            }
        }
    }
    context.named("stack-yaml-escape", at)
}

fn flow(context: &Context<'_>, at: usize, at_bracket: bool) -> SyntaxError {
    let open = context.bracket.or_else(|| at_bracket.then_some(at));
    match open {
        Some(open) if at_bracket || context.lines.line(open) < context.lines.line(at) => {
            let bracket = context.text.get(open..=open).unwrap_or("[");
            let message = Text::new("stack-yaml-bracket").with("bracket", bracket);
            SyntaxError::new(message, context.span(open, open + 1))
        }
        _ => context.error("stack-yaml-comma", at, at + 1),
    }
}

/// A `: ` where a value is already there.
fn second_colon(context: &Context<'_>, at: usize) -> SyntaxError {
    let (start, _) = context.last;
    if context.lines.line(start) == context.lines.line(at) {
        return context.error("stack-yaml-second-colon", at, at + 1);
    }
    // The value went on over the line break: either this line is too deep, or the one above has no colon.
    if context.trimmed(start).0 == start {
        context.line_error("stack-yaml-colon", start)
    } else {
        context.line_error("stack-yaml-too-deep", at)
    }
}

/// A line whose indentation fits nothing above it, or an item among keys, or a key among items.
fn structure(context: &Context<'_>, at: usize, in_sequence: bool) -> SyntaxError {
    let (start, end) = context.trimmed(at);
    let line = context.text.get(start..end).unwrap_or_default();
    let indent = start - context.lines.range(context.lines.line(at)).start;
    let item = line == "-" || line.starts_with("- ");
    if fits(context, indent, start) {
        let key = match (item, in_sequence) {
            (true, false) => "stack-yaml-item-among-keys",
            (false, true) => "stack-yaml-key-among-items",
            _ => "stack-yaml-structure",
        };
        return context.error(key, start, end);
    }
    if let Some((first, its)) = odd_one(context, start, indent) {
        let (start, end) = context.trimmed(first);
        let message = Text::new("stack-yaml-indent-first")
            .with("spaces", its)
            .with("line", context.lines.line(at) + 1)
            .with("other", indent);
        return SyntaxError::new(message, context.span(start, end));
    }
    let message = Text::new("stack-yaml-indent").with("spaces", indent);
    SyntaxError::new(message, context.span(start, end))
}

/// The scanner stops at the first line that does not fit, which is one too late where it is the line
/// before that is off: of a block the first line, whose indentation is the block's. Its byte and its
/// indentation, where that is none that this file has, and `indent`, at `before`, is one.
fn odd_one(context: &Context<'_>, before: usize, indent: usize) -> Option<(usize, usize)> {
    let mut rows = Vec::new();
    let mut start = 0;
    for line in context.text.get(..before)?.split_inclusive('\n') {
        let text = line.trim();
        if !text.is_empty() && !text.starts_with(['#', '%']) && text != "---" {
            rows.push((start, line.len() - line.trim_start().len()));
        }
        start += line.len();
    }
    let usual = usual_step(&rows)?;
    let outer = |at: usize| rows[..at].iter().rposition(|(_, its)| *its < rows[at].1);
    let above = rows.iter().rposition(|(_, its)| *its < indent);
    let first = above.map_or(0, |above| above + 1);
    let off = |at: &usize| {
        let (within, step) = outer(*at).map_or((0, 0), |outer| (rows[outer].1, usual));
        rows[*at].1 != within + step && indent == within + step
    };
    let found = [Some(first), above].into_iter().flatten().filter(|at| *at < rows.len()).find(off)?;
    Some(rows[found])
}

/// By how much this file's lines are mostly deeper than the one above them.
fn usual_step(rows: &[(usize, usize)]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for pair in rows.windows(2).filter(|pair| pair[1].1 > pair[0].1) {
        *counts.entry(pair[1].1 - pair[0].1).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(step, count)| (*count, std::cmp::Reverse(*step))).map(|(step, _)| step)
}

/// Whether a line above, up to the first that is not indented, begins at this indentation.
fn fits(context: &Context<'_>, indent: usize, start: usize) -> bool {
    let above = context.text.get(..start).unwrap_or_default();
    for line in above.rsplit('\n').skip(1) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let its = line.len() - line.trim_start().len();
        if its <= indent {
            return its == indent;
        }
    }
    false
}
