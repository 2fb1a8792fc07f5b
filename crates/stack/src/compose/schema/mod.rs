//! What Compose 2.40 takes: every key at every depth, and what stands behind it ([`hold`]).
//!
//! One table ([`table`]) says it; it is held to `docker compose config` by
//! `tests/integration/compose`.

mod kind;
mod table;

use super::duration;
use super::read::Place;
use crate::yaml::{Node, Plain, Value};
use crate::{Span, Spanned, SyntaxError};
use kind::{BOOL, FLOAT, Form, INT, Kind, Mapping, NULL, TEXT};
use workshop_text::Text;
use workshop_text::near::did_you_mean;

/// Holds a whole file to the table.
///
/// # Errors
/// The first key that Compose does not know, or value that it does not take there, with its place.
pub(super) fn hold(root: &Place<'_>) -> Result<(), SyntaxError> {
    check(root, &table::FILE)
}

fn check(place: &Place<'_>, kind: &Kind) -> Result<(), SyntaxError> {
    match &place.node.value {
        Value::Null if kind.scalars & NULL != 0 => Ok(()),
        Value::Scalar(scalar) if kind.scalars != 0 => match scalar.plain() {
            Plain::Text if kind.scalars & TEXT != 0 => text(place, kind),
            Plain::Integer(_) if kind.scalars & INT != 0 => Ok(()),
            Plain::Decimal(number) if kind.scalars & (FLOAT | INT) != 0 => {
                let fits = kind.scalars & FLOAT != 0
                    || number.parse::<f64>().is_ok_and(|number| number.fract() == 0.0);
                if fits { Ok(()) } else { Err(place.expected(wanted(kind))) }
            }
            Plain::Boolean(_) if kind.scalars & BOOL != 0 => Ok(()),
            Plain::Text => Err(place.expected(wanted(kind))),
            _ if kind.scalars & TEXT != 0 => Err(place.invalid("stack-compose-quotes")),
            _ => Err(place.expected(wanted(kind))),
        },
        Value::Sequence(items) => {
            let Some(item) = kind.list else { return Err(place.expected(wanted(kind))) };
            place.items()?.iter().try_for_each(|place| check(place, item))?;
            if kind.distinct { distinct(place, items) } else { Ok(()) }
        }
        Value::Mapping(_) => mapping(place, kind),
        _ => Err(place.expected(wanted(kind))),
    }
}

fn mapping(place: &Place<'_>, kind: &Kind) -> Result<(), SyntaxError> {
    match kind.mapping {
        Mapping::No => Err(place.expected(wanted(kind))),
        Mapping::Any => Ok(()),
        Mapping::Names(value) => place.entries()?.into_iter().try_for_each(|(_, place)| check(&place, value)),
        Mapping::Own(value) => place.entries()?.into_iter().try_for_each(|(key, place)| {
            if !is_key(&key.value) {
                let message = Text::new("stack-compose-key").with("key", key.value.as_str());
                return Err(SyntaxError::new(message, key.span));
            }
            check(&place, value)
        }),
        Mapping::Keys { keys, required, extensions, open } => {
            for (key, value) in place.entries()? {
                let name = key.value.as_str();
                match keys.iter().find(|(known, _)| *known == name) {
                    Some((_, kind)) => check(&value, kind)?,
                    None if open || (extensions && name.starts_with("x-")) => {}
                    None => return Err(unknown(place, key, keys.iter().map(|(known, _)| *known))),
                }
            }
            let missing = required.iter().find(|key| place.key(key).is_none());
            missing.map_or(Ok(()), |key| {
                let message = Text::new("stack-compose-missing-key")
                    .with("path", place.path.as_str())
                    .with("key", *key);
                Err(SyntaxError::new(message, place.node.span))
            })
        }
    }
}

fn unknown<'a>(
    place: &Place<'_>,
    key: &Spanned<String>,
    known: impl Iterator<Item = &'a str>,
) -> SyntaxError {
    let name = key.value.as_str();
    let message = if place.path.is_empty() {
        Text::new("stack-compose-unknown-top-key")
    } else {
        Text::new("stack-compose-unknown-key").with("path", place.path.as_str())
    };
    SyntaxError::new(message.with("key", name).with("near", did_you_mean(name, known)), key.span)
}

fn text(place: &Place<'_>, kind: &Kind) -> Result<(), SyntaxError> {
    let text = place.string()?.value;
    if !kind.words.is_empty() && !kind.words.contains(&text.as_str()) {
        let message = Text::new("stack-compose-word")
            .with("path", place.path.as_str())
            .with("text", text.as_str())
            .with("words", kind.words.join(", "))
            .with("near", did_you_mean(&text, kind.words.iter().copied()));
        return Err(SyntaxError::new(message, place.node.span));
    }
    let number = |text: &str| text.parse::<f64>().is_ok();
    let fits = match kind.form {
        Form::Free => true,
        Form::Whole => text.parse::<i64>().is_ok(),
        Form::Fraction => number(&text),
        Form::Flag => matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
        ),
        Form::Length => {
            text.is_empty() || text == "0" || duration::parse(text.trim_start_matches(['-', '+'])).is_some()
        }
        Form::Size => size(&text).is_some(),
        Form::Name => is_name(&text),
        Form::Host => text.contains(['=', ':']),
        Form::Pull => is_pull(&text),
    };
    match kind.form {
        _ if fits => Ok(()),
        Form::Length => Err(place.invalid("stack-compose-duration")),
        Form::Size => Err(place.invalid("stack-compose-size")),
        Form::Name => Err(place.invalid("stack-compose-name")),
        Form::Host => Err(place.invalid("stack-compose-host")),
        Form::Pull => Err(place.invalid("stack-compose-pull")),
        _ => Err(place.expected(wanted(kind))),
    }
}

/// `512m`, `1.5 GiB`, `1024`: a number, and a unit of bytes or none; in bytes.
pub(super) fn size(text: &str) -> Option<f64> {
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |at| at + 1);
    let unit = text[end..].trim_start_matches(' ').to_ascii_lowercase();
    let power = match unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(&unit) {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    text[..end].parse::<f64>().ok().map(|number| number * 1024f64.powi(power))
}

/// The name of a container, in two letters at least.
fn is_name(text: &str) -> bool {
    let known = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    // Compose looks for such a name anywhere in the text.
    text.as_bytes().windows(2).any(|two| two[0].is_ascii_alphanumeric() && known(&two[1]))
}

fn is_pull(text: &str) -> bool {
    let known = ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
    let every = text.split_once("every_").is_some_and(|(_, every)| {
        let end = every.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        end > 0 && every[end..].starts_with(['w', 'd', 'h', 'm', 's'])
    });
    every || known.iter().any(|word| text.contains(word))
}

/// Whether it may be the key of a service, a network, a volume ...
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// What a kind takes, in a few words.
const fn wanted(kind: &Kind) -> &'static str {
    let map = !matches!(kind.mapping, Mapping::No);
    let scalar = kind.scalars & !NULL != 0;
    match (scalar, kind.list.is_some(), map) {
        (true, true, true) => "stack-kind-value",
        (true, true, false) => "stack-kind-string-or-list",
        (true, false, true) => "stack-kind-string-or-mapping",
        (_, true, true) => "stack-kind-list-or-mapping",
        (_, true, false) => "stack-kind-list",
        (false, false, _) => "stack-kind-mapping",
        (true, false, false) => match (kind.form, kind.scalars & !NULL) {
            (Form::Flag, _) => "stack-kind-boolean",
            (Form::Whole, _) => "stack-kind-number",
            (Form::Fraction, _) => "stack-kind-decimal",
            (_, scalars) if scalars & (BOOL | INT) == BOOL => "stack-kind-boolean",
            (_, scalars) if scalars & FLOAT != 0 && scalars & BOOL == 0 => "stack-kind-decimal",
            (_, scalars) if scalars & INT != 0 && scalars & BOOL == 0 => "stack-kind-number",
            _ => "stack-kind-string",
        },
    }
}

/// Whether no item is there twice.
fn distinct(place: &Place<'_>, items: &[Node]) -> Result<(), SyntaxError> {
    let mut seen = std::collections::HashMap::new();
    for item in items {
        let Value::Scalar(scalar) = &item.value else { continue };
        let kind = std::mem::discriminant(&scalar.plain());
        if let Some(first) = seen.insert((kind, scalar.text.as_str()), item.span) {
            return Err(twice(place, item.span, first, &scalar.text));
        }
    }
    Ok(())
}

fn twice(place: &Place<'_>, span: Span, first: Span, text: &str) -> SyntaxError {
    let message = Text::new("stack-compose-twice")
        .with("path", place.path.as_str())
        .with("text", text)
        .with("first", first.line);
    SyntaxError::new(message, span)
}
