//! The comments of a YAML file, as the scanner sees them: a `#` in a string is none.

use granit_parser::Event;

use super::build::events;
use super::error::byte;
use super::node::Entry;
use crate::{BOM, Lines};

/// A real comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Counted from 1.
    pub line: u32,
    /// Of the `#`, in characters from 1.
    pub column: u32,
    /// After the `#`, trimmed.
    pub text: String,
    /// Nothing but the comment is on its line.
    pub own_line: bool,
    /// The last line before it on which content stands; 0 where there is none.
    pub after: u32,
}

/// Every comment of `text` in order. Broken YAML yields those before the break.
pub fn comments(text: &str) -> Vec<Comment> {
    let text = text.trim_start_matches(BOM);
    let lines = Lines::new(text);
    let mut found = Vec::new();
    let mut after = Vec::new();
    let mut parser = events(text);
    while let Some(Ok((event, range))) = parser.next_event() {
        let (start, end) = (byte(&range.start), byte(&range.end));
        match event {
            Event::Comment(words, _) => {
                let span = lines.span(start, end);
                let before = text.get(lines.range(span.line).start..start).unwrap_or_default();
                found.push(Comment {
                    line: span.line,
                    column: span.column,
                    text: words.trim().to_owned(),
                    own_line: before.trim().is_empty(),
                    after: 0,
                });
            }
            Event::Scalar(..) | Event::Alias(_) => after.push(lines.line(end.saturating_sub(1).max(start))),
            Event::SequenceEnd | Event::MappingEnd if end > start => after.push(lines.line(start)),
            _ => {}
        }
    }
    found.sort_by_key(|comment| (comment.line, comment.column));
    after.sort_unstable();
    for comment in &mut found {
        let count = after.partition_point(|line| *line < comment.line);
        comment.after = count.checked_sub(1).map_or(0, |at| after[at]);
    }
    found
}

/// The comments that belong to a mapping's entry: the block of comment lines directly above its
/// key, those on its lines, and those inside its block, also at its end while indented deeper than
/// the key.
pub fn comments_near<'c>(comments: &'c [Comment], entry: &Entry) -> Vec<&'c Comment> {
    let key = entry.key.span;
    let mut top = key.line;
    for comment in comments.iter().rev().filter(|comment| comment.own_line) {
        if comment.line + 1 == top {
            top = comment.line;
        }
    }
    let inside = |comment: &Comment| {
        comment.line <= entry.last_line
            || (comment.own_line && comment.column > key.column && comment.after <= entry.last_line)
    };
    comments.iter().filter(|comment| comment.line >= top && inside(comment)).collect()
}
