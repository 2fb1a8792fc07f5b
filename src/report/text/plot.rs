//! A line over time, drawn with characters that are one column wide in every terminal: Braille
//! dots, which no locale counts as wide, or stars where there is no Unicode.

use super::pen::Pen;
use crate::report::line::{Line, Role, width};

/// Rows of a plot.
const ROWS: usize = 6;
const WIDEST: usize = 64;

/// What is drawn: a value for each step, the axis's end, and how a value of it is written.
pub(super) struct Plot<'a> {
    pub values: &'a [f64],
    /// Where the axis ends; it begins at 0.
    pub top: f64,
    pub label: &'a dyn Fn(f64) -> String,
    /// What stands below the first and the last step.
    pub ends: (String, String),
}

/// The plot, `indent` columns from the left.
pub(super) fn draw(pen: Pen, plot: &Plot, indent: usize) -> Vec<Line> {
    let labels = [(plot.label)(plot.top), (plot.label)(0.0)];
    let margin = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let columns = pen.style.measure().saturating_sub(indent + margin + 4).clamp(8, WIDEST);
    let rows = if pen.style.unicode { braille(plot, columns) } else { stars(plot, columns) };
    let last = rows.len() - 1;
    let mut lines: Vec<Line> = rows
        .iter()
        .enumerate()
        .map(|(row, text)| {
            let label = match row {
                0 => labels[0].as_str(),
                row if row == last => labels[1].as_str(),
                _ => "",
            };
            let start = indent + margin - width(label);
            Line::plain(&" ".repeat(start))
                .and(Role::Dim, label)
                .and(Role::Dim, " |")
                .and(Role::Code, text.trim_end())
        })
        .collect();
    let (first, end) = &plot.ends;
    let left = indent + margin + 2;
    let line = Line::plain(&" ".repeat(left)).and(Role::Dim, first);
    lines.push(line.to((left + columns).saturating_sub(width(end))).and(Role::Dim, end));
    lines
}

/// The values as `columns` ones, each the greatest of those that it stands for, from 0 to 1.
fn heights(plot: &Plot, columns: usize) -> Vec<Option<f64>> {
    let count = plot.values.len();
    let one = |column: usize| {
        let from = column * count / columns;
        let to = ((column + 1) * count).div_ceil(columns).clamp(from + 1, count.max(from + 1));
        let greatest = plot.values.get(from..to.min(count))?.iter().copied().reduce(f64::max)?;
        Some((greatest / plot.top).clamp(0.0, 1.0))
    };
    (0..columns).map(one).collect()
}

/// Two by four dots a character: bits in the order of U+2800, column by column from the top.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

fn braille(plot: &Plot, columns: usize) -> Vec<String> {
    let dots = ROWS * 4;
    let mut cells = vec![vec![0u32; columns]; ROWS];
    let mut before: Option<usize> = None;
    for (x, height) in heights(plot, columns * 2).into_iter().enumerate() {
        let Some(height) = height else { continue };
        let y = ((1.0 - height) * (dots - 1) as f64).round() as usize;
        // From the dot before to this one, so that the line has no gaps.
        let from =
            before.map_or(
                y,
                |before| if before < y { (before + 1).min(y) } else { before.saturating_sub(1).max(y) },
            );
        for y in from.min(y)..=from.max(y) {
            cells[y / 4][x / 2] |= DOTS[x % 2][y % 4];
        }
        before = Some(y);
    }
    let text =
        |row: Vec<u32>| row.into_iter().map(|bits| if bits == 0 { ' ' } else { braille_of(bits) }).collect();
    cells.into_iter().map(text).collect()
}

fn braille_of(bits: u32) -> char {
    char::from_u32(0x2800 + bits).unwrap_or(' ')
}

fn stars(plot: &Plot, columns: usize) -> Vec<String> {
    let mut rows = vec![vec![' '; columns]; ROWS];
    for (x, height) in heights(plot, columns).into_iter().enumerate() {
        let Some(height) = height else { continue };
        rows[((1.0 - height) * (ROWS - 1) as f64).round() as usize][x] = '*';
    }
    rows.into_iter().map(|row| row.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::report::Style;
    use crate::text::Lang;

    fn drawn(values: &[f64], unicode: bool) -> Vec<String> {
        let pen = Pen::new(Style { width: 40, unicode, ..Style::PLAIN }, Lang::En);
        let label = |value: f64| format!("{value:.0}");
        let plot = Plot { values, top: 10.0, label: &label, ends: ("0 s".into(), "9 s".into()) };
        draw(pen, &plot, 2).iter().map(|line| line.draw(false)).collect()
    }

    #[test]
    fn a_ramp_goes_from_the_bottom_left_to_the_top_right() {
        let values: Vec<f64> = (0..=10).map(f64::from).collect();
        for unicode in [true, false] {
            let lines = drawn(&values, unicode);
            assert_eq!(lines.len(), ROWS + 1);
            assert!(
                lines[0].starts_with("  10 |      ") && lines[ROWS - 1].starts_with("   0 |"),
                "{lines:#?}"
            );
            let ends: Vec<usize> = lines[..ROWS].iter().map(|line| line.width()).collect();
            assert!(ends.windows(2).all(|pair| pair[0] > pair[1]), "{lines:#?}");
            assert!(lines[ROWS].trim_start().starts_with("0 s") && lines[ROWS].ends_with("9 s"));
        }
    }

    #[test]
    fn every_character_is_one_column_wide_in_every_locale() {
        for line in drawn(&[0.0, 10.0, 3.0, 7.0, 1.0], true) {
            assert_eq!(line.width(), line.width_cjk(), "{line}");
            assert_eq!(line.width(), line.chars().count(), "{line}");
        }
    }

    #[test]
    fn one_value_or_none_is_no_harm() {
        assert_eq!(drawn(&[], true).len(), ROWS + 1);
        assert!(drawn(&[5.0], true)[..ROWS].iter().any(|line| line.trim_end().len() > 8));
        assert_eq!(drawn(&vec![2.0; 10_000], false).len(), ROWS + 1);
    }
}
