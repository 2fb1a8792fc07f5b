//! Light colours for code: comments, keys and quoted strings, line by line and by eye. It knows
//! no grammar on purpose: a wrong guess costs a colour, never a character.

use crate::report::line::{Line, Role, Span};

/// One line of code in `language` as spans; together they are the line.
pub(super) fn highlight(language: &str, line: &str) -> Line {
    match language {
        "diff" | "patch" => Line::new(diff_role(line), line),
        "yaml" | "yml" => keyed(line, yaml_key(line), '#'),
        "toml" | "ini" | "env" | "dotenv" => keyed(line, line.find('=').unwrap_or(0), '#'),
        "nginx" | "dockerfile" | "Dockerfile" => keyed(line, first_word(line), '#'),
        "sh" | "bash" | "shell" | "console" | "zsh" => shell(line),
        "json" | "js" | "ts" | "rust" | "java" | "python" | "py" => Line::default().with(quotes(line, '\0')),
        _ => Line::plain(line),
    }
}

/// What a line of a unified diff is. `---` and `+++` are headers only before the first hunk, which
/// the caller knows better than this line does.
pub(super) fn diff_role(line: &str) -> Role {
    match line.as_bytes() {
        [b'+', ..] => Role::Added,
        [b'-', ..] => Role::Removed,
        [b'@', b'@', ..] => Role::Hunk,
        _ => Role::Plain,
    }
}

/// The first `key` bytes as a key (with the white space around it), the rest with quotes and
/// comments.
fn keyed(line: &str, key: usize, comment: char) -> Line {
    let start = line.len() - line.trim_start().len();
    if line[start..].starts_with(comment) {
        return Line::new(Role::Dim, line);
    }
    let key = key.max(start);
    Line::plain(&line[..start]).and(Role::Key, &line[start..key]).with(quotes(&line[key..], comment))
}

/// Where the key of `  - key: value` ends, or 0.
fn yaml_key(line: &str) -> usize {
    let colon = line.find(": ").or_else(|| line.trim_end().strip_suffix(':').map(str::len));
    let key = |end: &usize| !line[..*end].contains(['"', '\'', '#', '{', '[']);
    colon.filter(key).unwrap_or(0)
}

fn first_word(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let word = line[start..].find([' ', ';', '{', '}']).unwrap_or(line.len() - start);
    start + word
}

fn shell(line: &str) -> Line {
    match line.strip_prefix("$ ") {
        Some(command) => Line::new(Role::Dim, "$ ").with(quotes(command, '#')),
        None => keyed(line, 0, '#'),
    }
}

/// Quoted strings and a comment at the end. A quote that is not closed on the line is no quote.
fn quotes(line: &str, comment: char) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(c) = line[at..].chars().next() {
        let next = at + c.len_utf8();
        if c == comment && (at == 0 || line[..at].ends_with([' ', '\t'])) {
            spans.push(Span::plain(&line[from..at]));
            spans.push(Span::new(Role::Dim, &line[at..]));
            return spans;
        }
        let close = matches!(c, '"' | '\'').then(|| line[next..].find(c)).flatten();
        at = match close {
            Some(length) => {
                let end = next + length + 1;
                spans.push(Span::plain(&line[from..at]));
                spans.push(Span::new(Role::Quoted, &line[at..end]));
                from = end;
                end
            }
            None => next,
        };
    }
    spans.push(Span::plain(&line[from..]));
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colored(language: &str, line: &str) -> String {
        highlight(language, line).draw(true).replace("\u{1b}[0m", "}").replace("\u{1b}[", "{")
    }

    #[test]
    fn keys_strings_and_comments_stand_out() {
        assert_eq!(colored("yaml", "  - image: \"a:1\" # 주석"), "  {36m- image}: {33m\"a:1\"} {2m# 주석}");
        assert_eq!(colored("yaml", "# 이름: 주석"), "{2m# 이름: 주석}");
        assert_eq!(colored("nginx", "    server backend:8080; # x"), "    {36mserver} backend:8080; {2m# x}");
        assert_eq!(colored("sh", "$ curl 'x'"), "{2m$ }curl {33m'x'}");
        assert_eq!(colored("diff", "-a"), "{31m-a}");
        assert_eq!(colored("", "it's \"#\""), "it's \"#\"");
    }

    proptest! {
        #[test]
        fn colours_change_no_character(line in "[ a-z#\"'=:{};$가-힣-]{0,40}", language in "yaml|nginx|sh|toml|json|diff") {
            prop_assert_eq!(highlight(&language, &line).draw(false), line);
        }
    }
}
