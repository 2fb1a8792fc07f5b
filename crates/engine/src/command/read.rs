//! Reads the words behind `docker compose` as Compose itself does (pflag): clusters of short
//! options, `--option=value` and `--option value`, `--` before what is no option; and refuses what
//! is not in the table.

use super::error::CommandError;
use super::places::{STACK, is_image, is_node, is_own, is_path, own_scale};
use super::words::{Beside, Opt, Program, Takes, Verb};

/// More replicas than this are no lesson.
const MOST_REPLICAS: u32 = 100;

/// Whether `words` are a verb of Compose with what a lesson may say to it.
///
/// # Errors
/// What is refused, with what there is in its place.
pub(super) fn compose(words: &[&str]) -> Result<(), CommandError> {
    let (profiles, words) = profiles(words);
    if let Some(value) = profiles.into_iter().find(|name| !is_profile(name)) {
        return Err(CommandError::Profile { value: value.to_owned() });
    }
    if words.first() == Some(&"watch") {
        return Err(CommandError::Watch);
    }
    said(Program::Compose, words, 1)
}

/// Whether `words`, of which the first `count` are the verb, are what a lesson may say to `program`.
///
/// # Errors
/// What is refused, with what there is in its place.
pub(super) fn said(program: Program, words: &[&str], count: usize) -> Result<(), CommandError> {
    let (name, rest) = words.split_at(words.len().min(count));
    let name = name.join(" ");
    let Some(verb) = Verb::of(program, &name) else { return Err(CommandError::Verb { program, verb: name }) };
    let mut reader = Reader { verb, rest, said: Vec::new(), beside: Vec::new() };
    reader.read()?;
    reader.judge()
}

/// The profiles that stand before Compose's verb, where alone it takes them, and the verb with what
/// follows it.
pub fn profiles<W: AsRef<str>>(words: &[W]) -> (Vec<&str>, &[W]) {
    let (mut names, mut rest) = (Vec::new(), words);
    loop {
        match rest {
            [option, name, behind @ ..] if option.as_ref() == "--profile" => {
                names.push(name.as_ref());
                rest = behind;
            }
            [option, behind @ ..] if option.as_ref().starts_with("--profile=") => {
                names.push(&option.as_ref()["--profile=".len()..]);
                rest = behind;
            }
            _ => return (names, rest),
        }
    }
}

/// A profile's name by Compose's rules, or all of them.
fn is_profile(name: &str) -> bool {
    name == "*" || (is_service(name) && !name.starts_with('_'))
}

/// The services that a command names; none where it is about all of them, or about none.
pub(super) fn services(words: &[&str]) -> Vec<String> {
    let (_, words) = profiles(words);
    let found = words.split_first().and_then(|(name, rest)| Some((Verb::find(name)?, rest)));
    let Some((verb, rest)) = found.filter(|(verb, _)| verb.beside == Beside::Services) else {
        return Vec::new();
    };
    let mut reader = Reader { verb, rest, said: Vec::new(), beside: Vec::new() };
    let named = reader.read().map(|()| reader.beside).unwrap_or_default();
    named.into_iter().map(str::to_owned).collect()
}

/// A service's name by Compose's rules. It begins with no dash, so it is never taken for an option.
pub fn is_service(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 128
        && name.chars().all(inner)
}

struct Reader<'w> {
    verb: &'static Verb,
    rest: &'w [&'w str],
    said: Vec<&'static str>,
    beside: Vec<&'w str>,
}

impl<'w> Reader<'w> {
    fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn read(&mut self) -> Result<(), CommandError> {
        while let Some(word) = self.next() {
            match word.strip_prefix("--") {
                Some("") => {
                    self.beside.extend(std::mem::take(&mut self.rest));
                }
                Some(long) => self.long(word, long)?,
                // A dash alone is no option.
                None if word.starts_with('-') && word.len() > 1 => self.cluster(word)?,
                None => {
                    self.beside.push(word);
                    // What follows the service belongs to the command inside.
                    if self.verb.beside == Beside::Command {
                        self.beside.extend(std::mem::take(&mut self.rest));
                    }
                }
            }
        }
        Ok(())
    }

    fn long(&mut self, word: &str, long: &'w str) -> Result<(), CommandError> {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let option = self.verb.long(name).ok_or_else(|| self.unknown(word))?;
        self.take(option, &format!("--{name}"), value)
    }

    /// `-dV`, `-t10`, `-t 10`, `-t=10`.
    fn cluster(&mut self, word: &'w str) -> Result<(), CommandError> {
        for (at, letter) in word[1..].char_indices() {
            let option = self.verb.short(letter).ok_or_else(|| self.unknown(word))?;
            let rest = &word[1 + at + letter.len_utf8()..];
            let value = (!rest.is_empty()).then(|| rest.strip_prefix('=').unwrap_or(rest));
            if option.takes != Takes::Nothing {
                return self.take(option, &format!("-{letter}"), value);
            }
            if rest.starts_with('=') {
                return self.take(option, &format!("-{letter}"), value);
            }
            self.said.push(option.long);
        }
        Ok(())
    }

    fn take(
        &mut self,
        option: &'static Opt,
        shown: &str,
        value: Option<&'w str>,
    ) -> Result<(), CommandError> {
        self.said.push(option.long);
        let verb = self.verb;
        let refused = |value: &str| CommandError::Value {
            verb,
            option: shown.to_owned(),
            value: value.to_owned(),
            wanted: option.takes,
        };
        match (option.takes, value) {
            (Takes::Nothing, None) => Ok(()),
            (Takes::Nothing, Some(value)) => Err(refused(value)),
            (takes, value) => {
                let Some(value) = value.or_else(|| self.next()) else { return Err(refused("")) };
                if takes.accepts(value) { Ok(()) } else { Err(refused(value)) }
            }
        }
    }

    fn unknown(&self, word: &str) -> CommandError {
        CommandError::Option { verb: self.verb, option: word.to_owned() }
    }

    /// What stands beside the options, and whether the command ends by itself.
    fn judge(&self) -> Result<(), CommandError> {
        let ends = self.verb.ends_by;
        if !ends.is_empty() && !ends.iter().any(|option| self.said.contains(option)) {
            return Err(CommandError::Endless { verb: self.verb });
        }
        let wrong = |word: &str| CommandError::Beside { verb: self.verb, word: word.to_owned() };
        let all = |good: fn(&str) -> bool| match self.beside.iter().find(|word| !good(word)) {
            Some(word) => Err(wrong(word)),
            None => Ok(()),
        };
        match (self.verb.beside, self.beside.as_slice()) {
            (Beside::Nothing, []) => Ok(()),
            (Beside::Nothing, [word, ..]) => Err(wrong(word)),
            (Beside::Services, _) => all(is_service),
            (Beside::Scales | Beside::Command, []) => Err(wrong("")),
            (Beside::Scales, _) => all(|word| Takes::Scale.accepts(word)),
            (Beside::AnyNodes, _) => all(is_node),
            (_, []) => Err(wrong("")),
            (Beside::Stack, [word]) if *word == STACK => Ok(()),
            (Beside::Own, [word]) if is_own(word) => Ok(()),
            (Beside::OwnFile, [name, file]) if is_own(name) && is_path(file) => Ok(()),
            (Beside::OwnFile, [name, ..]) if !is_own(name) => Err(wrong(name)),
            (Beside::Node, [word]) if is_node(word) => Ok(()),
            (Beside::Stack | Beside::Own | Beside::OwnFile | Beside::Node, [.., word]) => Err(wrong(word)),
            (Beside::Owns, _) => all(is_own),
            (Beside::OwnScales, _) => {
                all(|word| own_scale(word).is_some_and(|scale| Takes::Scale.accepts(scale)))
            }
            (Beside::Nodes, _) => all(is_node),
            (Beside::Images, _) => all(is_image),
            (Beside::Command, [service, inside @ ..]) => match inside {
                _ if !is_service(service) => Err(wrong(service)),
                [] => Err(wrong("")),
                _ => Ok(()),
            },
        }
    }
}

impl Takes {
    fn accepts(self, value: &str) -> bool {
        let digits =
            |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Nothing => false,
            Self::Number => digits(value),
            Self::Scale => value.split_once('=').is_some_and(|(service, count)| {
                is_service(service)
                    && digits(count)
                    && count.parse::<u32>().is_ok_and(|count| count <= MOST_REPLICAS)
            }),
            Self::OneOf(all) => all.contains(&value),
            Self::Lines => value == "all" || digits(value),
            Self::Time => {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '+');
                value.starts_with(|c: char| c.is_ascii_digit())
                    && value.len() <= 40
                    && value.chars().all(plain)
            }
            Self::Signal => {
                !value.is_empty() && value.len() <= 12 && value.chars().all(|c| c.is_ascii_alphanumeric())
            }
            Self::Span => {
                value.starts_with(|c: char| c.is_ascii_digit())
                    && value.ends_with(['s', 'm', 'h'])
                    && value.len() <= 12
                    && value.chars().all(|c| c.is_ascii_digit() || "hms.".contains(c))
            }
            Self::Fraction => {
                value.len() <= 6
                    && value.starts_with(|c: char| c.is_ascii_digit())
                    && value.parse::<f64>().is_ok_and(|number| number.is_finite())
            }
            Self::File => is_path(value),
            Self::Image => is_image(value),
            Self::Pair => value.split_once('=').is_some_and(|(name, _)| is_key(name)),
            Self::Key => is_key(value),
            Self::Constraint => {
                let plain = |c: char| c.is_ascii_alphanumeric() || "._-=! /".contains(c);
                (value.contains("==") || value.contains("!="))
                    && (value.starts_with("node.") || value.starts_with("engine."))
                    && value.chars().all(plain)
            }
            Self::Source => {
                let source = value.strip_prefix("source=").unwrap_or(value);
                let (name, more) = source.split_once(',').unwrap_or((source, ""));
                let plain = |c: char| c.is_ascii_alphanumeric() || "._-=/,".contains(c);
                is_own(name) && more.chars().all(plain)
            }
            Self::Template => value.len() <= 200 && !value.starts_with('-'),
        }
    }
}

/// The name of a variable or of a label.
fn is_key(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= 128
        && name.chars().all(inner)
}
