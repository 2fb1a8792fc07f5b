//! [`Pen`]: what every view of the text reporter needs to draw: language, style, and the small
//! shapes that recur (a wrapped paragraph, a sign with its word, a labelled row).

use crate::check::Outcome;
use crate::report::Style;
use crate::report::line::{Line, Role, Span, width, wrap};
use crate::text::{Lang, Text};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen {
    pub style: Style,
    pub lang: Lang,
}

impl Pen {
    pub(crate) const fn new(style: Style, lang: Lang) -> Self {
        Self { style, lang }
    }

    /// Words of the program's own.
    pub(crate) fn say(self, text: &Text) -> String {
        text.render(self.lang)
    }

    pub(crate) fn word(self, key: &'static str) -> String {
        self.say(&Text::new(key))
    }

    /// `text` wrapped, `indent` columns from the left.
    pub(crate) fn paragraph(self, role: Role, text: &str, indent: usize) -> Vec<Line> {
        let margin = Line::plain(&" ".repeat(indent));
        wrap(&[Span::new(role, text)], &margin, &margin, self.style.measure())
    }

    /// `text` wrapped after `first`, the following lines under its beginning; all of it below `first`
    /// where a word of it would be broken beside it.
    pub(crate) fn hanging(self, first: Line, role: Role, text: &str) -> Vec<Line> {
        let limit = self.style.measure();
        let span = [Span::new(role, text)];
        let column = first.width();
        let longest = span[0].text().split_whitespace().map(width).max().unwrap_or(0);
        if column > 4 && column + longest > limit {
            let margin = Line::default().to(4);
            return std::iter::once(first.trimmed()).chain(wrap(&span, &margin, &margin, limit)).collect();
        }
        let column = if column > limit / 2 { 4 } else { column };
        wrap(&span, &first, &Line::default().to(column), limit)
    }

    /// A sign and a word, the word padded so that the words of all outcomes align.
    pub(crate) fn verdict(self, outcome: Outcome) -> Line {
        let (role, sign, key) = shape(outcome, self.style.unicode);
        let all = [Outcome::Pass, Outcome::NotYet, Outcome::Environment];
        let widest = all.map(|one| width(&self.word(shape(one, true).2))).into_iter().max().unwrap_or(0);
        let line = Line::new(role, sign).and(Role::Plain, " ").and(role, &self.word(key));
        let column = width(sign) + 1 + widest;
        line.to(column)
    }

    /// `label  text`, rows of one block aligned to the widest of `labels`.
    pub(crate) fn rows(self, rows: &[(String, Role, String)], indent: usize) -> Vec<Line> {
        let widest = rows.iter().map(|(label, ..)| width(label)).max().unwrap_or(0);
        let row = |(label, role, text): &(String, Role, String)| {
            let first = Line::plain(&" ".repeat(indent)).and(Role::Dim, label).to(indent + widest + 2);
            self.hanging(first, *role, text)
        };
        rows.iter().flat_map(row).collect()
    }

    /// A rule of `columns`.
    pub(crate) fn rule(columns: usize) -> Line {
        Line::new(Role::Dim, &"-".repeat(columns))
    }
}

/// Colour, sign and the word's key of an outcome. The signs are one column wide in every locale.
const fn shape(outcome: Outcome, unicode: bool) -> (Role, &'static str, &'static str) {
    match (outcome, unicode) {
        (Outcome::Pass, true) => (Role::Pass, "✓", "report-pass"),
        (Outcome::Pass, false) => (Role::Pass, "+", "report-pass"),
        (Outcome::NotYet, true) => (Role::NotYet, "✗", "report-not-yet"),
        (Outcome::NotYet, false) => (Role::NotYet, "x", "report-not-yet"),
        (Outcome::Environment, _) => (Role::Environment, "!", "report-environment"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn signs_in_aligned_places_are_one_column_in_every_locale() {
        for outcome in [Outcome::Pass, Outcome::NotYet, Outcome::Environment] {
            for unicode in [true, false] {
                let sign = shape(outcome, unicode).1;
                assert_eq!((sign.width(), sign.width_cjk()), (1, 1), "{sign}");
            }
        }
    }
}
