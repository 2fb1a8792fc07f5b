//! Read-only models of the learner's `docker-compose.yml`, `.env`, `nginx.conf` and `Dockerfile`,
//! with source positions.
//!
//! Pure: text in, model out. [`compose::ComposeFile`], [`nginx::NginxConf`] and
//! [`dockerfile::Stages`] say what a file *means*; [`yaml`] is the tree below the first. Every value carries the [`Span`] where the learner
//! wrote it, and every refusal is a [`SyntaxError`] that names its cause and its place.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod compose;
pub mod dockerfile;
pub mod dotenv;
pub mod env_file;
#[cfg(test)]
mod fuzz;
pub mod nginx;
pub mod yaml;

use workshop_text::Text;

/// A place in one line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Counted from 1; a line ends at `\n` (or `\r\n`).
    pub line: u32,
    /// Counted from 1, in characters (a tab or a Hangul syllable is one).
    pub column: u32,
    /// Characters to underline; at least 1, and never past the end of the line's text by more than 1.
    pub width: u32,
}

impl Span {
    /// A place with a width of at least 1.
    pub const fn new(line: u32, column: u32, width: u32) -> Self {
        Self { line, column, width: if width == 0 { 1 } else { width } }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written there.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    pub(crate) const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// A file that cannot be read: why, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}:{}: {}", span.line, span.column, message.key)]
pub struct SyntaxError {
    /// Why.
    pub message: Text,
    /// Where.
    pub span: Span,
}

impl SyntaxError {
    /// An error at a place.
    pub const fn new(message: Text, span: Span) -> Self {
        Self { message, span }
    }
}

/// The text of line `line` (from 1) without its line break; empty where there is none.
pub fn source_line(text: &str, line: u32) -> &str {
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let found = text.split('\n').nth(index).unwrap_or("");
    let found = found.strip_suffix('\r').unwrap_or(found);
    if line <= 1 { found.trim_start_matches(BOM) } else { found }
}

/// A byte-order mark, which some editors write at the start of a file; it is not part of the text.
pub const BOM: char = '\u{feff}';

/// Byte offsets of a text as lines and columns, in logarithmic time plus one line's length at most
/// every `STRIDE` bytes, so that a file of one enormous line stays linear.
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Byte offset of each line's start.
    starts: Vec<usize>,
    /// Characters before every `STRIDE`-th byte (rounded up to a character's start), as (byte, characters).
    marks: Vec<(usize, usize)>,
}

const STRIDE: usize = 256;

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut starts = vec![0];
        let mut marks = vec![(0, 0)];
        for (count, (byte, letter)) in text.char_indices().enumerate() {
            if byte >= marks.len() * STRIDE {
                marks.push((byte, count));
            }
            if letter == '\n' {
                starts.push(byte + 1);
            }
        }
        Self { text, starts, marks }
    }

    /// Characters before byte `offset`.
    fn characters(&self, offset: usize) -> usize {
        let at = self.marks.partition_point(|(byte, _)| *byte <= offset) - 1;
        let (byte, count) = self.marks[at];
        count + self.text.get(byte..offset).map_or(0, |part| part.chars().count())
    }

    fn index(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The line of byte `offset`, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        narrow(self.index(offset) + 1)
    }

    /// Byte range of the text of line `line` (from 1), without its line break.
    pub(crate) fn range(&self, line: u32) -> std::ops::Range<usize> {
        let index = (line as usize).saturating_sub(1).min(self.starts.len() - 1);
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }

    /// The span from byte `start` to byte `end`, cut at the end of the first line.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let index = self.index(self.floor(start));
        let line_end = self.range(narrow(index + 1)).end;
        // A line break is not part of its line.
        let start = self.floor(start).min(line_end);
        let before = self.characters(start);
        let column = before - self.characters(self.starts[index]) + 1;
        let width = self.characters(self.floor(end).clamp(start, line_end)).saturating_sub(before);
        Span::new(narrow(index + 1), narrow(column), narrow(width))
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// A count as the `u32` that positions are kept in; a file that large is refused long before.
pub fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_end_at_line_feeds() {
        let text = "한글: 값\r\n\tb: ②x\n";
        let lines = Lines::new(text);
        let at = |part: &str| text.find(part).expect("in the text");
        assert_eq!(lines.span(at("값"), at("값") + 3), Span::new(1, 5, 1));
        assert_eq!(lines.span(at("b"), at("x")), Span::new(2, 2, 4));
        assert_eq!(lines.span(at("글"), text.len()), Span::new(1, 2, 4));
        assert_eq!(lines.span(9999, 10_000), Span::new(3, 1, 1));
        assert_eq!(source_line(text, 1), "한글: 값");
        assert_eq!(source_line(text, 2), "\tb: ②x");
        assert_eq!(source_line(text, 9), "");
    }

    #[test]
    fn a_long_line_is_counted_right_past_every_mark() {
        let text = "가나다라".repeat(500);
        let lines = Lines::new(&text);
        for (count, (byte, letter)) in text.char_indices().enumerate() {
            assert_eq!(lines.span(byte, byte + letter.len_utf8()), Span::new(1, narrow(count + 1), 1));
        }
    }
}
