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
pub(super) const fn pen(state: &State, columns: u16) -> Pen {
    let style = crate::report::Style { width: columns as usize, color: false, ..state.style };
    Pen::new(style, state.lang)
}

/// As [`pen`], for prose, where colour alone may tell code from words.
pub(super) const fn prose_pen(state: &State, columns: u16) -> Pen {
    let style = crate::report::Style { width: columns as usize, ..state.style };
    Pen::new(style, state.lang)
}

/// How a role looks; without colour, weight alone.
pub(super) const fn look(role: Role, color: bool) -> Style {
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
        Role::Found => (None, Modifier::REVERSED),
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

/// `lines` with none wider than `columns`: a line of code, of a diff or of a log goes on in the next
/// row, broken at a blank where there is one, under its own beginning and behind a sign.
pub(super) fn fitted(lines: Vec<Line>, columns: usize, unicode: bool) -> Vec<Line> {
    if lines.iter().all(|line| line.width() <= columns) {
        return lines;
    }
    lines.into_iter().flat_map(|line| fit(line, columns.max(12), unicode)).collect()
}

/// One line in as many rows as it takes.
pub(super) fn fit(line: Line, columns: usize, unicode: bool) -> Vec<Line> {
    if line.width() <= columns {
        return vec![line];
    }
    let letters: Vec<(Role, char)> =
        line.spans().iter().flat_map(|span| span.text().chars().map(|c| (span.role, c))).collect();
    let margin = Line::plain(&" ".repeat(indent(&letters).min(columns / 3)))
        .and(Role::Dim, if unicode { "↳ " } else { "> " });
    let mut rows = Vec::new();
    let mut rest = letters.as_slice();
    while !rest.is_empty() {
        let before = if rows.is_empty() { Line::default() } else { margin.clone() };
        let (row, after) = rest.split_at(row_of(rest, columns - before.width()));
        let runs = row.chunk_by(|one, next| one.0 == next.0);
        rows.push(
            runs.fold(before, |line, run| {
                line.and(run[0].0, &run.iter().map(|(_, c)| *c).collect::<String>())
            }),
        );
        let blanks = after.iter().take_while(|(_, c)| *c == ' ').count();
        rest = &after[blanks..];
    }
    rows
}

/// Columns before a line's own text: blanks, and the signs that code, diffs and quotes begin with.
fn indent(letters: &[(Role, char)]) -> usize {
    letters.iter().take_while(|(_, c)| matches!(c, ' ' | '+' | '-' | '|' | '$' | '│')).count()
}

/// How many of `letters` make a row: up to the last blank, if that leaves it a third full.
fn row_of(letters: &[(Role, char)], columns: usize) -> usize {
    let mut taken = 0;
    let mut blank = None;
    for (at, (_, c)) in letters.iter().enumerate() {
        taken += width(c.encode_utf8(&mut [0; 4]));
        if taken > columns && *c != ' ' {
            return blank.filter(|(_, taken)| *taken * 3 > columns).map_or(at.max(1), |(at, _)| at);
        }
        if *c == ' ' && taken <= columns + 1 {
            blank = Some((at, taken));
        }
    }
    letters.len()
}

/// Puts `lines` from row `from` on into `area`; how far they can be scrolled.
pub(super) fn put(frame: &mut Frame<'_>, area: Rect, lines: &[Line], from: usize, color: bool) -> usize {
    let most = lines.len().saturating_sub(usize::from(area.height));
    for (row, line) in (area.y..area.bottom()).zip(lines.iter().skip(from.min(most))) {
        frame.buffer_mut().set_line(area.x, row, &painted(line, color), area.width);
    }
    most
}

/// Puts one line.
pub(super) fn put_line(frame: &mut Frame<'_>, area: Rect, row: u16, line: &Line, color: bool) {
    if row < area.height {
        put(frame, Rect { y: area.y + row, height: 1, ..area }, std::slice::from_ref(line), 0, color);
    }
}

/// Turns a row round: what is chosen.
pub(super) fn mark(frame: &mut Frame<'_>, area: Rect) {
    frame.buffer_mut().set_style(area, Style::new().add_modifier(Modifier::REVERSED));
}

/// A rule across `columns`.
pub(super) fn rule(columns: u16, unicode: bool) -> String {
    if unicode { "─" } else { "-" }.repeat(columns.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, columns: usize) -> Vec<String> {
        fit(Line::plain(text), columns, true).iter().map(|line| line.draw(false)).collect()
    }

    #[test]
    fn a_long_line_goes_on_under_its_own_beginning() {
        assert_eq!(rows("    - image: nginx", 40), ["    - image: nginx"]);
        assert_eq!(
            rows("+   command: run --with many --words", 24),
            ["+   command: run --with", "    ↳ many --words"]
        );
        assert_eq!(rows("하나의 포트는 하나만 갖습니다", 16), ["하나의 포트는", "↳ 하나만", "↳ 갖습니다"]);
        // Without a blank it is broken where the row ends, and nothing is lost.
        assert_eq!(rows("abcdefghijklmnopqrstuvwxyz", 12), ["abcdefghijkl", "↳ mnopqrstuv", "↳ wxyz"]);
    }
}
