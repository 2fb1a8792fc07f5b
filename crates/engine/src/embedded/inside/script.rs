//! A shell's script as far as this engine has it: simple commands with quotes and variables, `|`,
//! `&&`, one line after another, `set`, `echo`. Nothing of this machine is run by way of it: each
//! command is one that could be called by itself.

use std::collections::BTreeMap;

/// What a script does, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::embedded) struct Script {
    /// `set -e`: the first that fails is the last.
    pub ends_at_failure: bool,
    /// `set -o pipefail`: a pipeline fails with any of its commands.
    pub any_fails: bool,
    pub steps: Vec<Step>,
}

/// One pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::embedded) struct Step {
    /// Behind `&&`: only where the one before it went well.
    pub only_after_success: bool,
    /// The words of each of its commands.
    pub commands: Vec<Vec<String>>,
}

/// What of a script is not here, or what it says is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::embedded) struct Refused {
    /// From 1.
    pub line: usize,
    pub words: String,
}

/// How a shell is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::embedded) enum Called<'w> {
    /// `sh -c TEXT NAME ARGS`
    Text(&'w str, &'w [String]),
    /// `sh FILE ARGS`
    File(&'w str, &'w [String]),
}

/// How `words` call a shell, where they do.
pub(in crate::embedded) fn called(words: &[String]) -> Option<Called<'_>> {
    let (first, mut rest) = words.split_first()?;
    if !matches!(first.rsplit('/').next(), Some("sh" | "bash" | "dash")) {
        return None;
    }
    // Said for the whole of a script as well as in it.
    while let [option, others @ ..] = rest
        && matches!(option.as_str(), "-e" | "-u" | "-eu")
    {
        rest = others;
    }
    match rest {
        [option, text, others @ ..] if option == "-c" => {
            Some(Called::Text(text, others.get(1..).unwrap_or(&[])))
        }
        [file, others @ ..] if !file.starts_with('-') => Some(Called::File(file, others)),
        _ => None,
    }
}

impl Script {
    /// Reads a script with `args` as `$1` and so on, and the variables of `env`.
    ///
    /// # Errors
    /// The first thing that a shell would do and this engine does not, or an unset variable under
    /// `set -u`.
    pub(in crate::embedded) fn read(
        text: &str,
        args: &[String],
        env: &BTreeMap<String, String>,
    ) -> Result<Self, Refused> {
        let mut reader = Reader { rest: text, line: 1, args, env, unset_is_wrong: false };
        let mut script = Self::default();
        let mut commands: Vec<Vec<String>> = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut only_after_success = false;
        loop {
            let line = reader.line;
            let token = reader.token()?;
            if let Token::Word { text, quoted } = token {
                let is_first = words.is_empty();
                if is_first && !quoted && (KEYWORDS.contains(&text.as_str()) || is_assignment(&text)) {
                    return Err(Refused { line, words: text });
                }
                words.push(text);
                continue;
            }
            let ends = !matches!(token, Token::Pipe);
            if words.is_empty() {
                // An empty line is nothing; an empty command before a sign is a mistake.
                if matches!(token, Token::Pipe | Token::And) || !commands.is_empty() && token == Token::End {
                    return Err(Refused { line, words: "|".to_owned() });
                }
            } else {
                commands.push(std::mem::take(&mut words));
            }
            if ends && !commands.is_empty() {
                let commands = std::mem::take(&mut commands);
                match commands.as_slice() {
                    [set] if set[0] == "set" => script.set(&mut reader, line, &set[1..])?,
                    _ => script.steps.push(Step { only_after_success, commands }),
                }
                only_after_success = token == Token::And;
            }
            if token == Token::End {
                return match only_after_success {
                    true => Err(Refused { line, words: "&&".to_owned() }),
                    false => Ok(script),
                };
            }
        }
    }

    fn set(&mut self, reader: &mut Reader<'_>, line: usize, options: &[String]) -> Result<(), Refused> {
        let refused = || Refused { line, words: format!("set {}", options.join(" ")) };
        let mut options_left = options.iter();
        while let Some(option) = options_left.next() {
            let letters =
                option.strip_prefix('-').filter(|letters| !letters.is_empty()).ok_or_else(refused)?;
            for letter in letters.chars() {
                match letter {
                    'e' => self.ends_at_failure = true,
                    'u' => reader.unset_is_wrong = true,
                    'o' => match options_left.next().map(String::as_str) {
                        Some("pipefail") => self.any_fails = true,
                        Some("errexit") => self.ends_at_failure = true,
                        Some("nounset") => reader.unset_is_wrong = true,
                        _ => return Err(refused()),
                    },
                    _ => return Err(refused()),
                }
            }
        }
        Ok(())
    }
}

/// Words that make more of a line than a command.
const KEYWORDS: [&str; 26] = [
    "!", "[[", "alias", "break", "case", "cd", "continue", "do", "done", "elif", "else", "esac", "eval",
    "exec", "exit", "export", "fi", "for", "function", "if", "local", "return", "then", "until", "while",
    "{",
];

/// `NAME=value` in front of a command.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word {
        text: String,
        quoted: bool,
    },
    Pipe,
    And,
    /// `;` or a line's end.
    Next,
    End,
}

struct Reader<'s> {
    rest: &'s str,
    line: usize,
    args: &'s [String],
    env: &'s BTreeMap<String, String>,
    unset_is_wrong: bool,
}

impl Reader<'_> {
    fn refused<T>(&self, words: impl Into<String>) -> Result<T, Refused> {
        Err(Refused { line: self.line, words: words.into() })
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let there = self.rest.starts_with(text);
        if there {
            self.rest = &self.rest[text.len()..];
        }
        there
    }

    fn token(&mut self) -> Result<Token, Refused> {
        self.skip_blanks();
        let Some(c) = self.rest.chars().next() else { return Ok(Token::End) };
        match c {
            '\n' | ';' => {
                self.next();
                if c == ';' && self.rest.starts_with(';') {
                    return self.refused(";;");
                }
                Ok(Token::Next)
            }
            '&' if self.eat("&&") => {
                self.skip_lines();
                Ok(Token::And)
            }
            '|' if !self.rest.starts_with("||") && !self.rest.starts_with("|&") => {
                self.next();
                self.skip_lines();
                Ok(Token::Pipe)
            }
            _ => self.word(),
        }
    }

    fn skip_blanks(&mut self) {
        loop {
            if self.rest.starts_with([' ', '\t', '\r']) {
                self.next();
            } else if self.eat("\\\n") {
                self.line += 1;
            } else if self.rest.starts_with('#') {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            } else {
                return;
            }
        }
    }

    /// Behind `|` and `&&` a command may begin on a later line.
    fn skip_lines(&mut self) {
        self.skip_blanks();
        while self.rest.starts_with('\n') {
            self.next();
            self.skip_blanks();
        }
    }

    fn word(&mut self) -> Result<Token, Refused> {
        let (mut text, mut quoted) = (String::new(), false);
        while let Some(c) = self.rest.chars().next() {
            match c {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' => break,
                '&' if self.rest.starts_with("&&") => break,
                '\'' => {
                    quoted = true;
                    self.next();
                    let Some(end) = self.rest.find('\'') else { return self.refused("'") };
                    let inner = &self.rest[..end];
                    text.push_str(inner);
                    self.line += inner.matches('\n').count();
                    self.rest = &self.rest[end + 1..];
                }
                '"' => {
                    quoted = true;
                    self.next();
                    self.double(&mut text)?;
                }
                '\\' => {
                    self.next();
                    match self.next() {
                        Some('\n') | None => {}
                        Some(kept) => text.push(kept),
                    }
                }
                // More than one command, another's output, a file, or a pattern.
                '$' => self.variable(&mut text, true)?,
                '&' | '<' | '>' | '(' | ')' | '`' | '*' | '?' | '[' | ']' | '{' | '}' | '~' => {
                    return self.refused(c);
                }
                _ => {
                    text.push(c);
                    self.next();
                }
            }
        }
        if text.is_empty() && !quoted {
            let sign: String = self.rest.chars().take(2).collect();
            // A variable that is empty is no word at all.
            return if sign.starts_with(['|', '&']) { self.refused(sign) } else { self.token() };
        }
        Ok(Token::Word { text, quoted })
    }

    fn double(&mut self, text: &mut String) -> Result<(), Refused> {
        loop {
            match self.rest.chars().next() {
                None => return self.refused("\""),
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('\\') => {
                    self.next();
                    match self.next() {
                        Some('\n') => {}
                        Some(c @ ('"' | '\\' | '$' | '`')) => text.push(c),
                        Some(c) => text.extend(['\\', c]),
                        None => return self.refused("\""),
                    }
                }
                Some('`') => return self.refused('`'),
                Some('$') => self.variable(text, false)?,
                Some(c) => {
                    text.push(c);
                    self.next();
                }
            }
        }
    }

    /// `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?words}`; a `$` before anything else is itself.
    fn variable(&mut self, text: &mut String, splits: bool) -> Result<(), Refused> {
        self.next();
        let (name, rule) = if self.eat("{") {
            let Some(end) = self.rest.find('}') else { return self.refused("${") };
            let inner = &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            let at = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(inner.len());
            let (name, rule) = inner.split_at(at);
            let is_plain = !rule.contains(['$', '`', '"', '\'', '\\']);
            let is_known = ["", ":-", ":?"].into_iter().any(|known| match known {
                "" => rule.is_empty(),
                known => rule.starts_with(known),
            });
            if name.is_empty() || !is_plain || !is_known {
                return self.refused(format!("${{{inner}}}"));
            }
            (name, rule)
        } else {
            let is_digit = self.rest.starts_with(|c: char| c.is_ascii_digit());
            let more = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let end = if is_digit { 1 } else { self.rest.find(more).unwrap_or(self.rest.len()) };
            let (name, rest) = self.rest.split_at(end);
            if name.is_empty() {
                return match self.rest.chars().next() {
                    Some('(' | '@' | '*' | '#' | '?' | '$' | '!' | '-' | '\'' | '"') if splits => {
                        self.refused("$")
                    }
                    Some('(' | '@' | '*' | '#' | '?' | '$' | '!') => self.refused("$"),
                    _ => {
                        text.push('$');
                        Ok(())
                    }
                };
            }
            self.rest = rest;
            (name, "")
        };
        let value = match name.parse::<usize>() {
            Ok(0) | Err(_) => self.env.get(name),
            Ok(place) => self.args.get(place - 1),
        };
        let value = value.filter(|value| rule.is_empty() || !value.is_empty());
        let value = match (value, rule.split_at(rule.len().min(2))) {
            (Some(value), _) => value.as_str(),
            (None, (":-", default)) => default,
            (None, (":?", words)) => return self.refused(format!("{name}: {words}")),
            (None, _) if self.unset_is_wrong => return self.refused(format!("{name}: unbound variable")),
            (None, _) => "",
        };
        if splits && value.contains([' ', '\t', '\n', '*', '?', '[']) {
            // Without quotes a shell would make several words of it.
            return self.refused(format!("${name}"));
        }
        text.push_str(value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, args: &[&str]) -> Result<Vec<Vec<Vec<String>>>, String> {
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let env = BTreeMap::from([("PW".to_owned(), "a b'c".to_owned()), ("ONE".to_owned(), "1".to_owned())]);
        let script = Script::read(text, &args, &env)
            .map_err(|refused| format!("{}: {}", refused.line, refused.words))?;
        Ok(script.steps.into_iter().map(|step| step.commands).collect())
    }

    fn words(lines: &[&[&[&str]]]) -> Vec<Vec<Vec<String>>> {
        let command = |words: &&[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        lines.iter().map(|commands| commands.iter().map(command).collect()).collect()
    }

    #[test]
    fn commands_are_words_with_their_variables() {
        let text = "#!/bin/bash\n# what it does\nset -euo pipefail\n\nmysql -p\"$PW\" -e 'SELECT \"$x\"; SELECT 2'\n\
                    mysqldump \\\n  -h \"${1:-db}\" x | mysql -p\"${PW}\" && echo done $ONE; echo \"a\n$1\"\n";
        let wanted = words(&[
            &[&["mysql", "-pa b'c", "-e", "SELECT \"$x\"; SELECT 2"]],
            &[&["mysqldump", "-h", "two", "x"], &["mysql", "-pa b'c"]],
            &[&["echo", "done", "1"]],
            &[&["echo", "a\ntwo"]],
        ]);
        assert_eq!(read(text, &["two"]), Ok(wanted));
        assert_eq!(read("echo ${1:-db}", &[]), Ok(words(&[&[&["echo", "db"]]])));
        let script = Script::read("set -eo pipefail; a && b\nc", &[], &BTreeMap::new()).unwrap();
        assert!(script.ends_at_failure && script.any_fails);
        assert_eq!(
            script.steps.iter().map(|step| step.only_after_success).collect::<Vec<_>>(),
            [false, true, false]
        );
    }

    #[test]
    fn what_a_shell_would_do_more_is_named_with_its_line() {
        for (text, wanted) in [
            ("a\nb > /etc/passwd", "2: >"),
            ("a < x", "1: <"),
            ("a $(id)", "1: $"),
            ("a `id`", "1: `"),
            ("a \"$(id)\"", "1: $"),
            ("a &", "1: &"),
            ("a || b", "1: ||"),
            ("\n\nif true; then a; fi", "3: if"),
            ("X=1 a", "1: X=1"),
            ("a *", "1: *"),
            ("a $PW", "1: $PW"),
            ("set -x", "1: set -x"),
            ("set -u\na $NONE", "2: NONE: unbound variable"),
            ("a ${1:?whom}", "1: 1: whom"),
            ("a 'b", "1: '"),
            ("a |", "1: |"),
            ("a &&", "1: &&"),
            ("a ${PW#x}", "1: ${PW#x}"),
        ] {
            assert_eq!(read(text, &[]), Err(wanted.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_shell_is_called_with_a_text_or_a_file() {
        let of = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(called(&of("sh -c x y z")), Some(Called::Text("x", &of("z"))));
        assert_eq!(called(&of("/bin/bash -e /f a b")), Some(Called::File("/f", &of("a b"))));
        for other in ["sh", "sh -x f", "sh -c", "python3 -c x"] {
            assert_eq!(called(&of(other)), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z$&|;<>`(){}\"'\\\\#\n =:?-]{0,40}") {
            if let Ok(steps) = read(&text, &["x"]) {
                prop_assert!(steps.iter().flatten().all(|words| !words.is_empty()));
            }
        }
    }
}
