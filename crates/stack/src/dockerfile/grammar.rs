//! Which Dockerfiles Docker takes: one table of its instructions, their flags and arguments, and
//! the order in which they may stand. [`refusal`] says where Docker would end, and why.
//!
//! What learners write is kept in `fixtures/*/states.toml`, each decided by a real `docker build`.

use super::lines::{Instruction, directives, instructions};
use super::stages::{Base, Stage, Stages};
use crate::compose::parse_duration;
use crate::{Span, Spanned, SyntaxError};
use workshop_text::{Text, near};

/// What stands behind an instruction's flags.
#[derive(Clone, Copy)]
enum Takes {
    /// Anything, even nothing.
    Any,
    /// So many words, or strings of a JSON list.
    AtLeast(usize),
    /// All of the rest as one.
    One,
    /// `NAME=value …`, or `NAME value`.
    Pairs,
    /// `IMAGE` or `IMAGE AS NAME`.
    Base,
    /// `NONE` or `CMD …`.
    Health,
    /// A JSON list alone.
    List,
    Ports,
    Trigger,
}

struct Rule {
    word: &'static str,
    /// Those with `?` need no value.
    flags: &'static [&'static str],
    takes: Takes,
}

const fn rule(word: &'static str, flags: &'static [&'static str], takes: Takes) -> Rule {
    Rule { word, flags, takes }
}

#[rustfmt::skip]
const RULES: [Rule; 18] = [
    rule("ADD", &["checksum", "chmod", "chown", "exclude", "keep-git-dir?", "link?", "unpack?"], Takes::AtLeast(2)),
    rule("ARG", &[], Takes::AtLeast(1)),
    rule("CMD", &[], Takes::Any),
    rule("COPY", &["from", "chmod", "chown", "exclude", "link?", "parents?"], Takes::AtLeast(2)),
    rule("ENTRYPOINT", &[], Takes::Any),
    rule("ENV", &[], Takes::Pairs),
    rule("EXPOSE", &[], Takes::Ports),
    rule("FROM", &["platform"], Takes::Base),
    rule("HEALTHCHECK", &["interval", "timeout", "start-period", "start-interval", "retries"], Takes::Health),
    rule("LABEL", &[], Takes::Pairs),
    rule("MAINTAINER", &[], Takes::One),
    rule("ONBUILD", &[], Takes::Trigger),
    rule("RUN", &["mount", "network", "security", "device"], Takes::Any),
    rule("SHELL", &[], Takes::List),
    rule("STOPSIGNAL", &[], Takes::One),
    rule("USER", &[], Takes::One),
    rule("VOLUME", &[], Takes::AtLeast(1)),
    rule("WORKDIR", &[], Takes::One),
];

/// Instructions in whose words Docker looks for quotes and variables.
const EXPANDED: [&str; 10] =
    ["ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "ARG"];

const UNKNOWN: [&str; 2] = ["stack-docker-unknown", "stack-docker-unknown-near"];
const NO_STAGE: [&str; 2] = ["stack-docker-no-stage", "stack-docker-no-stage-near"];

/// What of Docker's own says that a Dockerfile is none, at its place; none where it is one.
/// `stages` are those of the same text.
pub fn refusal(text: &str, stages: &Stages) -> Option<SyntaxError> {
    let all = instructions(text);
    let wrong = directive(text).or_else(|| all.iter().find_map(|one| instruction(one).err()));
    let first = all.iter().find(|one| one.word != "ARG");
    wrong.or_else(|| match first {
        None => Some(error("stack-docker-empty", Span::new(1, 1, 1))),
        Some(first) if first.word != "FROM" => {
            Some(SyntaxError::new(about("stack-docker-before-from", &first.word), first.span))
        }
        Some(_) => names(stages),
    })
}

fn error(key: &'static str, span: Span) -> SyntaxError {
    SyntaxError::new(Text::new(key), span)
}

fn about(key: &'static str, word: &str) -> Text {
    Text::new(key).with("word", word)
}

/// With "did you mean" (the second key) where a known word is near.
fn unknown<'k>(keys: [&'static str; 2], word: &str, known: impl IntoIterator<Item = &'k str>) -> Text {
    match near::nearest(word, known) {
        Some(meant) => about(keys[1], word).with("near", meant),
        None => about(keys[0], word),
    }
}

fn directive(text: &str) -> Option<SyntaxError> {
    let mut escapes = directives(text).filter(|(key, _)| key.value.eq_ignore_ascii_case("escape"));
    let (key, value) = escapes.next()?;
    if !matches!(value, "\\" | "`") {
        return Some(SyntaxError::new(about("stack-docker-escape", value), key.span));
    }
    escapes.next().map(|(key, _)| error("stack-docker-escape-twice", key.span))
}

fn instruction(one: &Instruction) -> Result<(), SyntaxError> {
    let Some(rule) = RULES.iter().find(|rule| rule.word == one.word) else {
        let text = unknown(UNKNOWN, &one.word, RULES.iter().map(|rule| rule.word));
        return Err(SyntaxError::new(text, one.span));
    };
    let words = one.words();
    let count = words.iter().take_while(|word| word.value.starts_with("--")).count();
    // Elsewhere what begins so is an argument like any other.
    let (flags, args) = words.split_at(if rule.flags.is_empty() { 0 } else { count });
    flags.iter().try_for_each(|word| flag(rule, word))?;
    if EXPANDED.contains(&rule.word) {
        one.parts.iter().try_for_each(|part| match unclosed(&part.text) {
            // A quote may go on in the next line.
            Some(_) if one.parts.len() > 1 => Ok(()),
            Some(key) => Err(error(key, one.span)),
            None => Ok(()),
        })?;
    }
    arguments(rule, one, flags, args)
}

/// A quote or a `${` that nothing closes.
fn unclosed(text: &str) -> Option<&'static str> {
    let (mut quote, mut braces, mut letters) = (None, 0usize, text.chars().peekable());
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => drop(letters.next()),
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('$', None | Some('"')) if letters.peek() == Some(&'{') => braces += 1,
            ('}', _) => braces = braces.saturating_sub(1),
            _ => {}
        }
    }
    match (quote, braces) {
        (Some(_), _) => Some("stack-docker-quote"),
        (None, 1..) => Some("stack-docker-brace"),
        (None, 0) => None,
    }
}

fn flag(rule: &Rule, word: &Spanned<&str>) -> Result<(), SyntaxError> {
    let (name, value) = match word.value[2..].split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (&word.value[2..], None),
    };
    let wrong = |text| Err(SyntaxError::new(text, word.span));
    let Some(known) = rule.flags.iter().find(|known| known.trim_end_matches('?') == name) else {
        let known = rule.flags.iter().map(|known| known.trim_end_matches('?'));
        return wrong(
            unknown(["stack-docker-flag", "stack-docker-flag-near"], name, known).with("of", rule.word),
        );
    };
    match value {
        None if !known.ends_with('?') => wrong(about("stack-docker-flag-value", name).with("of", rule.word)),
        Some(value) if rule.word == "HEALTHCHECK" => match health_value(name, value) {
            Some(key) => wrong(about(key, name).with("value", value)),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// What is wrong with the value of a flag of `HEALTHCHECK`.
fn health_value(name: &str, value: &str) -> Option<&'static str> {
    if name == "retries" {
        let count: Option<i64> = value.parse().ok();
        return count.is_none_or(|count| count < 1).then_some("stack-docker-retries");
    }
    let time = parse_duration(value);
    let short = time.is_some_and(|time| time.as_micros() < 1000);
    let may_be_zero = matches!(name, "start-period" | "start-interval");
    (time.is_none() || (short && !may_be_zero)).then_some("stack-docker-time")
}

fn arguments(
    rule: &Rule,
    one: &Instruction,
    flags: &[Spanned<&str>],
    args: &[Spanned<&str>],
) -> Result<(), SyntaxError> {
    let text = args.iter().map(|arg| arg.value).collect::<Vec<_>>().join(" ");
    let listed = json(&text);
    if listed == Some(Err(())) {
        return Err(SyntaxError::new(about("stack-docker-strings", rule.word), one.span));
    }
    let listed = listed.and_then(Result::ok);
    let count = listed.as_ref().map_or(args.len(), Vec::len);
    let few = |least: usize| {
        let text = about("stack-docker-few", rule.word).with("least", least).with("count", count);
        Err(SyntaxError::new(text, one.span))
    };
    match rule.takes {
        Takes::Any => Ok(()),
        Takes::One if args.is_empty() => few(1),
        Takes::One => Ok(()),
        Takes::AtLeast(least) if count < least => few(least),
        Takes::AtLeast(_) => Ok(()),
        Takes::List if args.is_empty() || listed.as_ref().is_some_and(Vec::is_empty) => few(1),
        Takes::List if listed.is_none() => {
            Err(SyntaxError::new(about("stack-docker-list", rule.word), one.span))
        }
        Takes::List => Ok(()),
        Takes::Pairs if args.is_empty() => few(1),
        Takes::Pairs => pairs(rule, one, args),
        Takes::Ports if args.is_empty() => few(1),
        Takes::Ports => args.iter().try_for_each(port),
        Takes::Base => base(one, args),
        Takes::Health => health(one, flags, args),
        Takes::Trigger => trigger(one, args),
    }
}

/// A list in JSON: its strings, or that not all of it are; none where it is no list.
fn json(text: &str) -> Option<Result<Vec<String>, ()>> {
    let list: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    let strings: Option<Vec<String>> = list.iter().map(|one| one.as_str().map(str::to_owned)).collect();
    Some(strings.ok_or(()))
}

fn pairs(rule: &Rule, one: &Instruction, args: &[Spanned<&str>]) -> Result<(), SyntaxError> {
    let wrong = |key, span| Err(SyntaxError::new(about(key, rule.word), span));
    let Some(first) = args.first() else { return Ok(()) };
    match first.value.split_once('=') {
        Some(("", _)) => wrong("stack-docker-no-name", first.span),
        None if args.len() < 2 => wrong("stack-docker-no-value", first.span),
        None => Ok(()),
        // A value in quotes may have blanks: its words are not looked at one by one.
        Some(_) if one.rest().contains(['"', '\'', '\\']) => Ok(()),
        Some(_) => match args.iter().find(|arg| !arg.value.contains('=')) {
            Some(arg) => wrong("stack-docker-no-value", arg.span),
            None => Ok(()),
        },
    }
}

fn port(word: &Spanned<&str>) -> Result<(), SyntaxError> {
    let (port, protocol) = word.value.split_once('/').unwrap_or((word.value, "tcp"));
    let number = |text: &str| text.parse::<u16>().is_ok();
    let own = port.rsplit(':').next().unwrap_or(port);
    let run = own.split_once('-').map_or_else(|| number(own), |(first, last)| number(first) && number(last));
    let known = ["tcp", "udp", "sctp"].iter().any(|known| protocol.eq_ignore_ascii_case(known));
    if word.value.contains('$') || (run && known) {
        return Ok(());
    }
    Err(SyntaxError::new(about("stack-docker-port", word.value), word.span))
}

fn base(one: &Instruction, args: &[Spanned<&str>]) -> Result<(), SyntaxError> {
    match args {
        [_] => Ok(()),
        [_, word, name] if word.value.eq_ignore_ascii_case("as") => {
            let mut letters = name.value.chars();
            let is_name = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
                && letters.all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
            match is_name {
                true => Ok(()),
                false => Err(SyntaxError::new(about("stack-docker-stage-name", name.value), name.span)),
            }
        }
        [] => Err(error("stack-docker-from", one.span)),
        [_, other, ..] => Err(error("stack-docker-from", other.span)),
    }
}

fn health(one: &Instruction, flags: &[Spanned<&str>], args: &[Spanned<&str>]) -> Result<(), SyntaxError> {
    let Some(word) = args.first() else { return Err(error("stack-docker-health", one.span)) };
    match word.value.to_ascii_uppercase().as_str() {
        "NONE" if args.len() == 1 && flags.is_empty() => Ok(()),
        "CMD" if args.len() > 1 => Ok(()),
        _ => Err(error("stack-docker-health", word.span)),
    }
}

/// `ONBUILD` alone looks at the name of what it keeps for later.
fn trigger(one: &Instruction, args: &[Spanned<&str>]) -> Result<(), SyntaxError> {
    let Some(word) = args.first() else {
        return Err(SyntaxError::new(
            about("stack-docker-few", "ONBUILD").with("least", 1).with("count", 0),
            one.span,
        ));
    };
    let upper = word.value.to_ascii_uppercase();
    match upper.as_str() {
        "FROM" | "MAINTAINER" | "ONBUILD" => {
            Err(SyntaxError::new(about("stack-docker-trigger", &upper), word.span))
        }
        _ => Ok(()),
    }
}

/// Stages that are meant and not there: `FROM progam`, `COPY --from=5`.
fn names(stages: &Stages) -> Option<SyntaxError> {
    let all = stages.stages.iter().enumerate();
    let wrong = |(here, stage): (usize, &Stage)| {
        base_name(stages, here, stage).or_else(|| copied(stages, here, stage))
    };
    all.into_iter().find_map(wrong)
}

/// The stages' names from one place on, or before it.
fn named(stages: &[Stage]) -> impl Iterator<Item = &str> {
    stages.iter().filter_map(|stage| stage.name.as_deref())
}

/// A name that a stage may have: an image's often has more than that.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', ':', '@', '$', '.'])
}

fn base_name(stages: &Stages, here: usize, stage: &Stage) -> Option<SyntaxError> {
    let (from, span) = (stage.from.value.as_str(), stage.from.span);
    if from.is_empty() {
        return Some(error("stack-docker-no-image", span));
    }
    if stage.base != Base::Image {
        return None;
    }
    let repository = from.split('@').next().unwrap_or(from);
    let tagged = repository.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let repository = tagged.map_or(repository, |(own, _)| own);
    let path = repository.split_once('/').map_or(repository, |(_, path)| path);
    if path.contains(|letter: char| letter.is_ascii_uppercase()) {
        return Some(SyntaxError::new(about("stack-docker-upper", from), span));
    }
    // A misspelt stage; what is misspelt in an image's name nobody here knows.
    let meant = near::nearest(from, named(&stages.stages[..here]));
    meant.filter(|_| is_plain(from) && from.len() > 4)?;
    Some(SyntaxError::new(unknown(NO_STAGE, from, named(&stages.stages[..here])), span))
}

fn copied(stages: &Stages, here: usize, stage: &Stage) -> Option<SyntaxError> {
    stage.copies.iter().find_map(|copy| {
        let (name, span) = (copy.from.value.as_str(), copy.from.span);
        if copy.stage.is_some() || name.is_empty() || !is_plain(name) {
            return None;
        }
        if name.parse::<usize>().is_ok() {
            return Some(SyntaxError::new(about(NO_STAGE[0], name), span));
        }
        let is_later = named(&stages.stages[here..]).any(|later| later.eq_ignore_ascii_case(name));
        if is_later {
            return Some(SyntaxError::new(about("stack-docker-stage-later", name), span));
        }
        near::nearest(name, named(&stages.stages[..here]))?;
        Some(SyntaxError::new(unknown(NO_STAGE, name, named(&stages.stages[..here])), span))
    })
}
