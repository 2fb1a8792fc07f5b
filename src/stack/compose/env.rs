//! The variables that a compose file is interpolated with: an environment over a `.env` file.

use std::collections::BTreeMap;

use super::interpolate::{Variable, expand};

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    values: BTreeMap<String, String>,
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { values: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

impl Env {
    /// Reads a `.env` file as Compose does: comments, `export`, single quotes (as they are), double
    /// quotes (with escapes), both over several lines, and variables of lines above. A line that
    /// says nothing is skipped.
    pub fn parse_dotenv(text: &str) -> Self {
        let mut env = Self::default();
        let mut rest = text.trim_start_matches(crate::stack::BOM);
        while !rest.is_empty() {
            let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
            let Some((name, value)) = assignment(line) else {
                rest = below;
                continue;
            };
            // The value's quotes may close on a later line, so it is read from the whole rest.
            let start = value.as_ptr() as usize - rest.as_ptr() as usize;
            let (value, after) = env.value(&rest[start..]);
            env.values.insert(name.to_owned(), value);
            rest = after;
        }
        env
    }

    /// This environment where it has a variable, `below` where it has not.
    #[must_use]
    pub fn over(mut self, below: Self) -> Self {
        for (name, value) in below.values {
            self.values.entry(name).or_insert(value);
        }
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A value at the start of `text`, and what follows its line.
    fn value<'t>(&self, text: &'t str) -> (String, &'t str) {
        let (line, below) = text.split_once('\n').unwrap_or((text, ""));
        let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let Some((quote, close)) = quote.and_then(|quote| Some((quote, closing(text, quote)?))) else {
            return (self.expand(uncommented(line).trim()), below);
        };
        let inner = &text[1..close];
        let below = text[close..].split_once('\n').map_or("", |(_, below)| below);
        match quote {
            '\'' => (inner.to_owned(), below),
            _ => (self.expand(&unescaped(inner)), below),
        }
    }

    /// `text` with its variables; as it is where they cannot be read.
    pub fn expand(&self, text: &str) -> String {
        expand(text, self, &mut Vec::new()).unwrap_or_else(|_| text.to_owned())
    }

    /// `text` with its variables, and which they are; none where they cannot be read.
    pub fn expanded(&self, text: &str) -> Option<(String, Vec<Variable>)> {
        let mut variables = Vec::new();
        let expanded = expand(text, self, &mut variables).ok()?;
        Some((expanded, variables))
    }

    /// Every variable, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// `export NAME = value` as (name, value); none for a comment, a blank line or no name.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let bare = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t'])).unwrap_or(line);
    let (name, value) = bare.split_once(['=', ':'])?;
    let name = name.trim();
    let valid = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.-[]".contains(c));
    valid.then(|| (name, value.trim_start_matches([' ', '\t'])))
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            return Some(at);
        }
        if letter == '\\' && quote == '"' {
            letters.next();
        }
    }
    None
}

fn uncommented(line: &str) -> &str {
    let comment = line.char_indices().find(|(at, letter)| {
        *letter == '#' && line[..*at].chars().next_back().is_none_or(char::is_whitespace)
    });
    comment.map_or(line, |(at, _)| &line[..at])
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, if letter == '\\' { letters.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('$')) => out.push_str("$$"),
            ('\\', Some(other @ ('"' | '\\' | '\''))) => out.push(other),
            ('\\', Some(other)) => out.extend(['\\', other]),
            (letter, _) => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotenv_file_reads_as_compose_reads_it() {
        let env = Env::parse_dotenv(concat!(
            "\u{feff}# 주석\r\n",
            "PLAIN=a b # 설명\r\n",
            "export EXPORTED = x\n",
            "HASH=a#b\n",
            "SINGLE='$PLAIN # no'\n",
            "DOUBLE=\"한글 ${EXPORTED}\\n\\$X\" # c\n",
            "EMPTY=\n",
            "MULTI=\"one\ntwo\"\n",
            "DEFAULT=${NOPE:-d}\n",
            "not an assignment\n",
            "=nameless\n",
            "OPEN=\"never closed\n",
            "LAST=z",
        ));
        for (name, value) in [
            ("PLAIN", "a b"),
            ("EXPORTED", "x"),
            ("HASH", "a#b"),
            ("SINGLE", "$PLAIN # no"),
            ("DOUBLE", "한글 x\n$X"),
            ("EMPTY", ""),
            ("MULTI", "one\ntwo"),
            ("DEFAULT", "d"),
            ("OPEN", "\"never closed"),
            ("LAST", "z"),
        ] {
            assert_eq!(env.get(name), Some(value), "{name}");
        }
        assert_eq!(env.get("not an assignment"), None);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let env = Env::from_iter([("A", "1")]).over(Env::parse_dotenv("A=2\nB=3\n"));
        assert_eq!((env.get("A"), env.get("B"), env.get("C")), (Some("1"), Some("3"), None));
    }
}
