//! A [`Line`] as a merge sees it: what it does (its code), what somebody says about it (its
//! trailing comment), and how it ends. A comment starts with `#`, as in YAML, nginx, Dockerfiles
//! and `.env`; a whole line may also start with `//`.

/// One line of a text, split once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The whole line without its end.
    pub text: &'a str,
    /// `"\n"`, `"\r\n"`, or nothing on a last line without one.
    pub end: &'a str,
    /// The line without its trailing comment and white space; a comment line is its own code.
    pub code: &'a str,
    /// The trailing comment with the white space before it; empty where there is none.
    pub comment: &'a str,
}

impl<'a> Line<'a> {
    fn new(whole: &'a str) -> Self {
        let text = whole.strip_suffix('\n').unwrap_or(whole);
        let text = if text.len() < whole.len() { text.strip_suffix('\r').unwrap_or(text) } else { text };
        let trimmed = text.trim_end();
        let code = if is_comment(trimmed) { trimmed } else { trimmed[..code_end(trimmed)].trim_end() };
        Self { text, end: &whole[text.len()..], code, comment: &trimmed[code.len()..] }
    }

    /// A comment line or a blank one: it changes nothing of what the file means.
    pub(super) fn is_note(&self) -> bool {
        self.code.is_empty() || is_comment(self.code)
    }

    pub(super) fn is_comment(&self) -> bool {
        is_comment(self.code)
    }

    pub(super) fn indent(&self) -> &'a str {
        &self.text[..self.text.len() - self.text.trim_start().len()]
    }

    /// The first word behind the indentation, which in every format here names the line.
    pub(super) fn head(&self) -> &'a str {
        self.code.split_whitespace().find(|word| *word != "-").unwrap_or_default()
    }

    pub(super) fn is_list_item(&self) -> bool {
        let code = self.code.trim_start();
        code == "-" || code.starts_with("- ")
    }
}

/// The lines of a text; a text without any character has none.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    text.split_inclusive('\n').map(Line::new).collect()
}

fn is_comment(text: &str) -> bool {
    let text = text.trim();
    let attribute = text.ends_with(']')
        && text
            .strip_prefix("#[")
            .or(text.strip_prefix("#!["))
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    text.starts_with("//") || (text.starts_with('#') && !attribute && !text.starts_with("#!/"))
}

/// Where the trailing comment starts: a `#` outside quotes behind white space, or directly behind
/// what ends a statement in nginx. A quote counts only where a value can start, so `it's` is none.
fn code_end(text: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    let mut escaped = false;
    let start = text.len() - text.trim_start().len();
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if (c == '"' || c == '\'') && (before.is_whitespace() || "[{(,:=-".contains(before)) => {
                quote = Some(c);
            }
            None if c == '#' && at > start && (before.is_whitespace() || ";{}".contains(before)) => {
                return at;
            }
            None => {}
        }
        before = c;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (&str, &str) {
        let line = split(text)[0];
        (line.code, line.comment)
    }

    #[test]
    fn a_trailing_comment_is_told_from_code() {
        assert_eq!(parts("  foo: bar  # mine\n"), ("  foo: bar", "  # mine"));
        assert_eq!(parts("  foo: \"a # b\" # c"), ("  foo: \"a # b\"", " # c"));
        assert_eq!(parts("  listen 80;# 포트"), ("  listen 80;", "# 포트"));
        assert_eq!(parts("  say: it's # so"), ("  say: it's", " # so"));
        assert_eq!(parts("  color: a#b"), ("  color: a#b", ""));
        assert_eq!(parts("  # whole  "), ("  # whole", ""));
    }

    #[test]
    fn ends_are_kept_apart_and_a_lone_return_is_text() {
        let ends: Vec<_> = split("a\r\nb\nc\rd").iter().map(|line| (line.text, line.end)).collect();
        assert_eq!(ends, [("a", "\r\n"), ("b", "\n"), ("c\rd", "")]);
    }

    #[test]
    fn a_rust_attribute_is_code_and_a_note_in_brackets_is_not() {
        assert!(!split("#[derive(Debug)]")[0].is_note());
        assert!(split("#[중요] 여기")[0].is_note());
        assert!(!split("#!/bin/sh")[0].is_note());
        assert!(split("  // note")[0].is_note());
    }
}
