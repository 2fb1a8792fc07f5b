//! A long text a screen at a time: [`pages`] cuts it where it has an empty line, and a [`Pager`]
//! waits between two pages.

use super::line::Line;

/// Somebody who reads and turns the pages.
pub(crate) struct Pager {
    /// Rows of the screen, now.
    pub rows: Box<dyn Fn() -> usize + Send>,
    /// Waits until the next page is wanted; false when all of the rest is.
    pub more: Box<dyn FnMut() -> bool + Send>,
}

/// Rows that a step's menu takes, with the empty line above.
pub(super) const MENU: usize = 9;
/// Rows that a pause takes.
pub(super) const PAUSE: usize = 2;

/// `lines` in pages that each fit on a screen of `rows` rows and `columns`, the last one with
/// `below` rows to spare. What has no empty line inside stays together, however long it is.
pub(super) fn pages(lines: &[Line], columns: usize, rows: usize, below: usize) -> Vec<&[Line]> {
    let tall = |part: &[Line]| -> usize {
        part.iter().map(|line| line.width().div_ceil(columns.max(1)).max(1)).sum::<usize>()
    };
    let room = |below: usize| rows.saturating_sub(below + 1).max(1);
    let mut pages = Vec::new();
    let mut left = lines;
    while tall(left) > room(below) {
        let breaks = left.iter().enumerate().skip(1).filter(|(_, line)| line.is_blank()).map(|(at, _)| at);
        let fits = |at: &usize| tall(&left[..*at]) <= room(PAUSE);
        let breaks: Vec<usize> = breaks
            .filter(|at| !left[*at - 1].is_heading() && !left[*at..].iter().all(Line::is_blank))
            .collect();
        let Some(at) = breaks.iter().copied().rfind(fits).or_else(|| breaks.first().copied()) else {
            break;
        };
        pages.push(&left[..at]);
        left = &left[at..];
    }
    pages.push(left);
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, rows: usize, below: usize) -> Vec<String> {
        let lines: Vec<Line> = text.split('\n').map(Line::plain).collect();
        let words = |page: &[Line]| page.iter().map(|line| line.draw(false)).collect::<Vec<_>>().join(" ");
        pages(&lines, 10, rows, below).into_iter().map(words).collect()
    }

    #[test]
    fn what_fits_is_one_page() {
        assert_eq!(cut("a\n\nb\nc", 9, 4), ["a  b c"]);
    }

    #[test]
    fn a_page_ends_at_an_empty_line_and_the_last_has_room_below() {
        assert_eq!(cut("a\n\nb\n\nc\n\nd\n\ne", 8, 3), ["a  b  c", " d  e"]);
        assert_eq!(cut("a\n\nb\nc\nd", 8, 4), ["a", " b c d"]);
    }

    #[test]
    fn what_belongs_together_stays_together() {
        assert_eq!(cut("a\nb\nc\nd\ne\nf\n\ng", 4, 1), ["a b c d e f", " g"]);
        assert_eq!(cut("a\nb\nc\nd\ne", 4, 1), ["a b c d e"]);
    }

    #[test]
    fn a_line_that_the_screen_wraps_counts_twice() {
        assert_eq!(cut("0123456789abc\n\nb\n\nc", 7, 1), ["0123456789abc  b", " c"]);
    }
}
