//! A recording on a screen that is smaller than the one it was made on: its terminal is kept in
//! memory at its own size, and its rows are broken to fit, the last of them at the bottom.

use std::fmt::Write;

use vt100::{Cell, Color, Parser};

/// The recording's terminal, seen through a smaller one.
pub(super) struct Reflow {
    terminal: Parser,
    /// Rows and columns of the smaller one.
    room: (usize, usize),
    color: bool,
    drawn: Vec<String>,
}

/// How a cell is drawn; nothing that changes where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    color: Color,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    inverse: bool,
}

impl Reflow {
    /// A terminal of `height` rows and `width` columns, seen through `room` (rows, columns).
    pub(super) fn new(height: u16, width: u16, room: (usize, usize), color: bool) -> Self {
        Self { terminal: Parser::new(height, width, 0), room, color, drawn: Vec::new() }
    }

    /// What the smaller screen has to be sent for `text`; nothing where it looks as before.
    pub(super) fn feed(&mut self, text: &str) -> String {
        self.terminal.process(text.replace('\n', "\r\n").as_bytes());
        let lines = self.lines();
        if lines == self.drawn {
            return String::new();
        }
        let mut out = String::from("\u{1b}[H");
        for row in 0..self.room.0 {
            let line = lines.get(row).map_or("", String::as_str);
            let _ = write!(out, "\u{1b}[{};1H{line}\u{1b}[0m\u{1b}[K", row + 1);
        }
        self.drawn = lines;
        out
    }

    /// The rows down to the cursor or the last that has something, broken; the last of them that fit.
    fn lines(&self) -> Vec<String> {
        let screen = self.terminal.screen();
        let (height, width) = screen.size();
        let last = (0..height)
            .rev()
            .find(|row| (0..width).any(|column| screen.cell(*row, column).is_some_and(Cell::has_contents)));
        let end = last.map_or(0, |row| row + 1).max(screen.cursor_position().0 + 1).min(height);
        let mut lines = Vec::new();
        let mut cells: Vec<&Cell> = Vec::new();
        for row in 0..end {
            cells.extend((0..width).filter_map(|column| screen.cell(row, column)));
            if !screen.row_wrapped(row) {
                self.break_up(&cells, &mut lines);
                cells.clear();
            }
        }
        self.break_up(&cells, &mut lines);
        lines.split_off(lines.len().saturating_sub(self.room.0))
    }

    /// One line of the recording as rows of the smaller screen; its end of blanks goes.
    fn break_up(&self, cells: &[&Cell], lines: &mut Vec<String>) {
        let Some(end) = cells.iter().rposition(|cell| cell.has_contents() && cell.contents() != " ") else {
            lines.extend((!cells.is_empty()).then(String::new));
            return;
        };
        let (mut line, mut used, mut look) = (String::new(), 0, Look::default());
        for cell in cells[..=end].iter().filter(|cell| !cell.is_wide_continuation()) {
            let wide = if cell.is_wide() { 2 } else { 1 };
            if used + wide > self.room.1 {
                lines.push(std::mem::take(&mut line));
                (used, look) = (0, Look::default());
            }
            if self.color && Look::of(cell) != look {
                look = Look::of(cell);
                line.push_str(&look.sequence());
            }
            line.push_str(if cell.has_contents() { cell.contents() } else { " " });
            used += wide;
        }
        lines.push(line);
    }
}

impl Look {
    fn of(cell: &Cell) -> Self {
        Self {
            color: cell.fgcolor(),
            bold: cell.bold(),
            dim: cell.dim(),
            italic: cell.italic(),
            underline: cell.underline(),
            inverse: cell.inverse(),
        }
    }

    fn sequence(self) -> String {
        let flags = [(self.bold, 1), (self.dim, 2), (self.italic, 3), (self.underline, 4), (self.inverse, 7)];
        let mut codes = vec!["0".to_owned()];
        codes.extend(flags.iter().filter(|(on, _)| *on).map(|(_, code)| code.to_string()));
        match self.color {
            Color::Default => {}
            Color::Idx(index @ 0..8) => codes.push((30 + index).to_string()),
            Color::Idx(index) => codes.push(format!("38;5;{index}")),
            Color::Rgb(red, green, blue) => codes.push(format!("38;2;{red};{green};{blue}")),
        }
        format!("\u{1b}[{}m", codes.join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a small screen shows of a recording of 4 × 20.
    fn shown(texts: &[&str], room: (usize, usize)) -> Vec<String> {
        let mut reflow = Reflow::new(4, 20, room, true);
        let mut small = Parser::new(room.0 as u16, room.1 as u16, 0);
        for text in texts {
            small.process(reflow.feed(text).as_bytes());
        }
        small.screen().rows(0, room.1 as u16).map(|row| row.trim_end().to_owned()).collect()
    }

    #[test]
    fn long_lines_are_broken_and_the_last_ones_stay() {
        assert_eq!(shown(&["one two three four\nend"], (4, 10)), ["one two th", "ree four", "end", ""]);
        assert_eq!(shown(&["1\n2\n3\n4"], (2, 10)), ["3", "4"]);
        // A wide letter is never cut in two.
        assert_eq!(shown(&["가나다라마"], (3, 5)), ["가나", "다라", "마"]);
    }

    #[test]
    fn what_is_drawn_over_is_drawn_over() {
        assert_eq!(shown(&["loading", "\r\u{1b}[Kdone"], (2, 10)), ["done", ""]);
        let mut reflow = Reflow::new(4, 20, (3, 10), true);
        assert!(reflow.feed("\u{1b}[31mred\u{1b}[0m").contains("\u{1b}[0;31mred"));
        assert_eq!(reflow.feed("\u{1b}7\u{1b}8"), "", "nothing to see");
    }

    proptest! {
        #[test]
        fn it_never_leaves_its_room(text in "(\\PC|가|\n|\u{1b}\\[[0-9]{1,2}[ABCDHJKm]){0,80}", rows in 1_usize..6, columns in 2_usize..30) {
            let mut reflow = Reflow::new(4, 20, (rows, columns), false);
            reflow.feed(&text);
            prop_assert!(reflow.drawn.len() <= rows);
            for line in &reflow.drawn {
                prop_assert!(crate::report::line::width(line) <= columns, "{line:?}");
            }
        }
    }
}
