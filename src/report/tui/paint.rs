//! From the [`Line`]s of the line mode to cells of a frame: the same roles, as the terminal's own
//! sixteen colours on its own background.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text as cells;

use super::state::State;
use crate::report::line::{Line, Role, Span, width};
use crate::report::text::pen::Pen;

/// A pen for `columns`. It draws no escape codes itself: the cells have the colours.
pub const fn pen(state: &State, columns: u16) -> Pen {
    let style = crate::report::Style { width: columns as usize, color: false, ..state.style };
    Pen::new(style, state.lang)
}

/// As [`pen`], for prose, where colour alone may tell code from words.
pub const fn prose_pen(state: &State, columns: u16) -> Pen {
    let style = crate::report::Style { width: columns as usize, ..state.style };
    Pen::new(style, state.lang)
}

/// How a role looks; without colour, weight alone.
pub const fn look(role: Role, color: bool) -> Style {
    let (paint, modifier) = match role {
        Role::Plain | Role::Drawn => (None, Modifier::empty()),
        Role::Strong => (None, Modifier::BOLD),
        Role::Emphasis => (None, Modifier::ITALIC),
        Role::Dim => (None, Modifier::DIM),
        Role::Heading => (Some(Color::Cyan), Modifier::BOLD),
        Role::Link => (None, Modifier::UNDERLINED),
        Role::Code | Role::Key | Role::Hunk => (Some(Color::Cyan), Modifier::empty()),
        Role::Pass | Role::Added => (Some(Color::Green), Modifier::empty()),
        Role::NotYet | Role::Removed => (Some(Color::Red), Modifier::empty()),
        Role::Environment => (Some(Color::Magenta), Modifier::empty()),
        Role::Quoted => (Some(Color::Yellow), Modifier::empty()),
    };
    let style = Style::new().add_modifier(modifier);
    match paint {
        Some(paint) if color => style.fg(paint),
        _ => style,
    }
}

fn painted(line: &Line, color: bool) -> cells::Line<'static> {
    let span = |span: &Span| {
        let text = span.text().replace(['\n', '\t'], " ");
        cells::Span::styled(text, look(span.role, color))
    };
    line.spans().iter().map(span).collect::<Vec<_>>().into()
}

/// `lines` with none wider than `columns`: a line of code or of a log goes on in the next row.
pub fn fitted(lines: Vec<Line>, columns: usize) -> Vec<Line> {
    if lines.iter().all(|line| line.width() <= columns) {
        return lines;
    }
    lines.into_iter().flat_map(|line| fit(line, columns.max(4))).collect()
}

fn fit(line: Line, columns: usize) -> Vec<Line> {
    if line.width() <= columns {
        return vec![line];
    }
    let mut rows = Vec::new();
    let mut row = Line::default();
    let mut taken = 0;
    for span in line.spans() {
        let mut part = String::new();
        for c in span.text().chars() {
            let wide = width(c.encode_utf8(&mut [0; 4]));
            if taken + wide > columns {
                rows.push(std::mem::take(&mut row).and(span.role, &part));
                part.clear();
                taken = 0;
            }
            part.push(c);
            taken += wide;
        }
        row = row.and(span.role, &part);
    }
    rows.push(row);
    rows
}

/// Puts `lines` from row `from` on into `area`; how far they can be scrolled.
pub fn put(frame: &mut Frame<'_>, area: Rect, lines: &[Line], from: usize, color: bool) -> usize {
    let most = lines.len().saturating_sub(usize::from(area.height));
    for (row, line) in (area.y..area.bottom()).zip(lines.iter().skip(from.min(most))) {
        frame.buffer_mut().set_line(area.x, row, &painted(line, color), area.width);
    }
    most
}

/// Puts one line.
pub fn put_line(frame: &mut Frame<'_>, area: Rect, row: u16, line: &Line, color: bool) {
    if row < area.height {
        put(frame, Rect { y: area.y + row, height: 1, ..area }, std::slice::from_ref(line), 0, color);
    }
}

/// Turns a row round: what is chosen.
pub fn mark(frame: &mut Frame<'_>, area: Rect) {
    frame.buffer_mut().set_style(area, Style::new().add_modifier(Modifier::REVERSED));
}

/// A rule across `columns`.
pub fn rule(columns: u16, unicode: bool) -> String {
    if unicode { "─" } else { "-" }.repeat(columns.into())
}
