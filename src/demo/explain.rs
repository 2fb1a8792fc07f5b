//! One change, explained part by part: the lines that are spoken of as they are, all others dim.

use std::ops::Range;

use crate::report::Style;
use crate::report::line::{Line, Role, cut};

/// A change as it was drawn, and its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// Drawn, and the same without colour.
    lines: Vec<(String, String)>,
    parts: Vec<Range<usize>>,
}

impl Explained {
    /// Takes a drawn diff apart. A part is a run of lines that come or go; a comment or an empty
    /// line among those that come begins another one.
    pub(crate) fn of(drawn: &str) -> Self {
        let lines: Vec<(String, String)> = drawn
            .trim_matches('\n')
            .lines()
            .map(|line| (line.to_owned(), console::strip_ansi_codes(line).into_owned()))
            .collect();
        let mut parts: Vec<Range<usize>> = Vec::new();
        for (at, (_, plain)) in lines.iter().enumerate() {
            let Some(sign) = sign(plain) else { continue };
            let goes_on = at > 0
                && parts.last().is_some_and(|part| part.end == at)
                && !(sign == '+' && begins_anew(&lines[at - 1].1, plain));
            match parts.last_mut().filter(|_| goes_on) {
                Some(part) => part.end = at + 1,
                None => parts.push(at..at + 1),
            }
        }
        // An empty line alone is nothing to speak of.
        parts.retain(|part| lines[part.clone()].iter().any(|(_, plain)| !plain[1..].trim().is_empty()));
        Self { lines, parts }
    }

    /// How many parts there are.
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    /// The page with the part at that place bright, in `rows` rows.
    pub(crate) fn page(&self, at: usize, rows: usize, style: Style) -> Vec<String> {
        let Some(part) = self.parts.get(at) else { return Vec::new() };
        // As much before it as after it, and its begin in any case.
        let middle = (part.start + part.end - 1) / 2;
        let from = middle.saturating_sub(rows / 2).min(self.lines.len().saturating_sub(rows)).min(part.start);
        let draw = |(index, (drawn, plain)): (usize, &(String, String))| match part.contains(&index) {
            true if style.color => drawn.clone(),
            // Without colours the others step back.
            true => format!("> {plain}"),
            false if style.color => {
                let words = cut(plain, style.width.saturating_sub(1), style.unicode);
                Line::new(Role::Dim, &words).draw(true)
            }
            false => format!("  {plain}"),
        };
        self.lines.iter().enumerate().skip(from).take(rows).map(draw).collect()
    }
}

/// Whether a line that comes is about something else than the one before it, which comes, too.
fn begins_anew(before: &str, plain: &str) -> bool {
    let words = |line: &str| line.get(1..).unwrap_or_default().trim_start().to_owned();
    let (last, next) = (words(before), words(plain));
    before.starts_with('+') && (next.is_empty() || (next.starts_with('#') && !last.starts_with('#')))
}

/// Whether the line comes or goes; the two lines that name the file do neither.
fn sign(plain: &str) -> Option<char> {
    let names = plain.starts_with("+++ ") || plain.starts_with("--- ");
    plain.chars().next().filter(|sign| !names && matches!(sign, '+' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DIFF: &str = "--- a/x\n+++ b/x\n@@ -1,3 +1,8 @@\n kept\n-old\n+new\n+# why\n+because\n+\n+# and\n+this\n kept\n-gone\n";

    fn bright(explained: &Explained, at: usize) -> Vec<String> {
        let page = explained.page(at, 40, Style::PLAIN);
        page.iter().filter_map(|line| Some(line.strip_prefix("> ")?.to_owned())).collect()
    }

    #[test]
    fn each_part_is_shown_by_itself() {
        let explained = Explained::of(DIFF);
        let parts: Vec<_> = (0..explained.len()).map(|at| bright(&explained, at)).collect();
        assert_eq!(
            parts,
            [vec!["-old", "+new"], vec!["+# why", "+because"], vec!["+# and", "+this"], vec!["-gone"]]
        );
        assert!(explained.page(9, 40, Style::PLAIN).is_empty());
    }

    #[test]
    fn the_part_is_on_a_small_page() {
        let long = format!("--- a/x\n+++ b/x\n{}+here\n{}", " kept\n".repeat(50), " kept\n".repeat(50));
        let page = Explained::of(&long).page(0, 11, Style::PLAIN);
        assert_eq!(page.len(), 11);
        assert!(page.contains(&"> +here".to_owned()), "{page:?}");
    }

    proptest! {
        #[test]
        fn any_text_has_pages(text in "([+\\-# a]{0,4}\n){0,30}", rows in 1_usize..20) {
            let explained = Explained::of(&text);
            for at in 0..explained.len() {
                let page = explained.page(at, rows, Style::PLAIN);
                prop_assert!(page.len() <= rows);
                prop_assert!(page.iter().any(|line| line.starts_with("> ")), "{at} {text:?}");
            }
        }
    }
}
