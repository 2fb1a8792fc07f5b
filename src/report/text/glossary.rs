//! Draws a course's words: one explained, or all of them in a list.

use super::pen::Pen;
use super::prose;
use crate::lesson::markdown::Entry;
use crate::report::line::{Line, Role};

/// Each entry with what it is; or its names alone.
pub(super) fn glossary(pen: Pen, entries: &[Entry], explained: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in entries {
        let (first, others) = match entry.names.split_first() {
            Some((first, others)) => (first.as_str(), others.join(", ")),
            None => (entry.id.as_str(), String::new()),
        };
        let mut head = Line::new(Role::Heading, first);
        if !others.is_empty() {
            head = head.and(Role::Plain, "  ");
        }
        lines.extend(pen.hanging(head, Role::Dim, &others));
        if explained {
            lines.extend(prose::draw(pen, &entry.blocks, pen.style.measure()));
            lines.push(Line::default());
        }
    }
    lines
}
