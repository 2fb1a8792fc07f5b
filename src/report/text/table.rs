//! Draws tables: columns two apart, cells wrapped; a table too wide for its columns becomes a list
//! of `head: cell` lines.

use super::pen::Pen;
use super::prose::spans;
use crate::lesson::markdown::Inline;
use crate::report::line::{Line, Role, Span, width, wrap};

const GAP: usize = 2;
/// A column is not squeezed below this.
const NARROWEST: usize = 8;

/// `head` and `rows` in at most `columns`.
pub(super) fn draw(pen: Pen, head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], columns: usize) -> Vec<Line> {
    let head: Vec<_> = head.iter().map(|cell| spans(pen, cell, Role::Strong)).collect();
    let rows: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().map(|cell| spans(pen, cell, Role::Plain)).collect()).collect();
    let Some(widths) = widths(&head, &rows, columns) else {
        return listed(&head, &rows, columns);
    };
    let mut lines = row(&head, &widths);
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    lines.push(Line::new(Role::Dim, &rule));
    lines.extend(rows.iter().flat_map(|cells| row(cells, &widths)));
    lines
}

/// The columns' widths, the widest squeezed until they fit; `None` when they cannot.
fn widths(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], columns: usize) -> Option<Vec<usize>> {
    let count = rows.iter().map(Vec::len).chain([head.len()]).max()?;
    let natural = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).chain(head.get(at));
        cells.map(|cell| cell.iter().map(|span| width(span.text())).sum()).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..count).map(natural).collect();
    let room = columns.checked_sub(GAP * count.saturating_sub(1))?;
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max_by_key(|width| **width).filter(|width| **width > NARROWEST)?;
        *widest -= 1;
    }
    Some(widths)
}

fn row(cells: &[Vec<Span>], widths: &[usize]) -> Vec<Line> {
    let none = Line::default();
    let cells: Vec<Vec<Line>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, &none, &none, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let mut line = Line::default();
            let mut column = 0;
            for (cell, width) in cells.iter().zip(widths) {
                if let Some(part) = cell.get(at).filter(|part| !part.is_blank()) {
                    line = part.clone().after(&line.to(column));
                }
                column += width + GAP;
            }
            line
        })
        .collect()
}

fn listed(head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        for (at, cell) in row.iter().enumerate() {
            let mut all: Vec<Span> = head.get(at).cloned().unwrap_or_default();
            all.push(Span::plain(": "));
            all.extend(cell.iter().cloned());
            lines.extend(wrap(&all, &Line::default(), &Line::plain("  "), columns));
        }
    }
    lines
}
