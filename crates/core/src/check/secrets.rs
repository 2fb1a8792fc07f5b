//! What a learner's `.env` keeps secret is shown nowhere: not in a verdict, not in a command's output.

use crate::verdict::{Table, Verdict};

/// Shorter values are words like any other: to hide `root` would hide it everywhere.
const SHORTEST: usize = 6;

/// Values that are not to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// The longest first, so that one inside another is hidden with it.
    values: Vec<String>,
}

impl<'a> FromIterator<&'a str> for Secrets {
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> Self {
        let long = values.into_iter().filter(|value| value.chars().count() >= SHORTEST);
        let mut values: Vec<String> = long.map(str::to_owned).collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { values }
    }
}

impl Secrets {
    /// `words` with a star for every character of a secret, so that a caret below still fits.
    pub fn hide(&self, words: &str) -> String {
        let hidden = |words: String, secret: &String| match words.contains(secret.as_str()) {
            true => words.replace(secret.as_str(), &"*".repeat(secret.chars().count())),
            false => words,
        };
        self.values.iter().fold(words.to_owned(), hidden)
    }

    /// The same verdict with no secret in its words.
    pub(crate) fn hide_in(&self, verdict: Verdict) -> Verdict {
        let hide = |words: &str| self.hide(words);
        Verdict {
            message: verdict.message.map_words(&hide),
            expected: verdict.expected.map(|text| text.map_words(&hide)),
            observed: verdict.observed.map(|text| text.map_words(&hide)),
            place: verdict.place.map(|place| crate::verdict::Place { source: hide(&place.source), ..place }),
            lines: verdict.lines.iter().map(|line| hide(line)).collect(),
            tables: verdict.tables.into_iter().map(|table| self.hide_in_table(table)).collect(),
            ..verdict
        }
    }
}

impl Secrets {
    fn hide_in_table(&self, table: Table) -> Table {
        let row = |row: Vec<String>| row.iter().map(|cell| self.hide(cell)).collect();
        Table { rows: table.rows.into_iter().map(row).collect(), ..table }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use workshop_text::{Lang, Text};

    #[test]
    fn no_part_of_a_verdict_shows_a_secret() {
        let secrets = Secrets::from_iter(["0123abcd", "0123abcd4567", "root"]);
        let text =
            || Text::new("check-list").with("items", vec![Text::verbatim("a=0123abcd4567 b=0123abcd")]);
        let place = crate::verdict::Place {
            file: "docker-compose.yml".to_owned(),
            line: 1,
            column: 4,
            width: 8,
            source: "  A: 0123abcd".to_owned(),
        };
        let verdict = Verdict::not_yet(text()).expected(text()).observed(text()).at(Some(place));
        let hidden = secrets.hide_in(verdict.lines(vec!["root 0123abcd".to_owned()]));
        let words = |text: &Option<Text>| text.as_ref().map(|text| text.render(Lang::En));
        let wanted = "a=************ b=********";
        assert_eq!(hidden.message.render(Lang::Ko), wanted);
        assert_eq!(
            (words(&hidden.expected).as_deref(), words(&hidden.observed).as_deref()),
            (Some(wanted), Some(wanted))
        );
        assert_eq!(hidden.place.expect("a place").source, "  A: ********");
        assert_eq!(hidden.lines, ["root ********"]);
    }
}
