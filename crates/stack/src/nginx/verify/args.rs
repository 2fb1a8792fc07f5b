//! What the rules of single directives have in common: how a fault of an argument is said, and what
//! stands in several of them.

use super::refusal::Refusal;
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::quantity::{Unit, number, size, time_in};
use workshop_text::Text;

pub(super) type Checked = Result<(), Refusal>;

/// A zone of eight pages at least: nginx refuses less.
pub(super) const LEAST_ZONE: u64 = 8 * 4096;

pub(super) fn sec(text: &str) -> bool {
    time_in(text, Unit::Seconds).is_some()
}

pub(super) fn msec(text: &str) -> bool {
    time_in(text, Unit::Milliseconds).is_some()
}

pub(super) fn has_variable(text: &str) -> bool {
    text.contains('$')
}

pub(super) fn said(directive: &Directive, arg: &Arg, words: impl Into<String>) -> Checked {
    Err(Refusal::value(directive, arg, words))
}

pub(super) fn must_in(directive: &Directive, arg: &Arg, good: bool) -> Checked {
    if good {
        return Ok(());
    }
    said(directive, arg, format!("invalid value \"{}\" in \"{}\" directive", arg.value, directive.name))
}

/// The argument `at`, if it is there, is one of these words.
pub(super) fn word(directive: &Directive, at: usize, words: &[&str]) -> Checked {
    match directive.args.get(at) {
        Some(arg) if !words.contains(&arg.value.as_str()) => Err(Refusal::parameter(directive, arg)),
        _ => Ok(()),
    }
}

pub(super) fn too_small(directive: &Directive, arg: &Arg, written: &str, words: String) -> Checked {
    let message = Text::new("front-zone-small").with("value", written);
    Err(Refusal::of_arg(directive, arg, message, words))
}

/// `name:size` behind `zone=` and its like.
pub(super) fn sized_zone(directive: &Directive, arg: &Arg, text: &str, what: &str, least: u64) -> Checked {
    let named = text.split_once(':').filter(|(name, _)| !name.is_empty());
    let length = named.map_or("", |(_, length)| length);
    match size(length) {
        None => said(directive, arg, format!("invalid {what} size \"{}\"", arg.value)),
        Some(size) if size < least => {
            too_small(directive, arg, length, format!("zone \"{}\" is too small", arg.value))
        }
        Some(_) => Ok(()),
    }
}

/// What follows `http://`: a port behind the last colon is a number, and nothing is empty.
pub(super) fn host(directive: &Directive, arg: &Arg, written: &str) -> Checked {
    if written.starts_with("unix:") {
        return Ok(());
    }
    let bare = written.split(['/', '?']).next().unwrap_or_default();
    let (name, port) = match bare.strip_prefix('[') {
        Some(rest) => {
            rest.split_once(']').map_or((rest, None), |(name, port)| (name, port.strip_prefix(':')))
        }
        None => bare.split_once(':').map_or((bare, None), |(name, port)| (name, Some(port))),
    };
    let what = match port {
        _ if bare.is_empty() => "no host",
        Some(port) if !number(port).is_some_and(|port| (1..=65535).contains(&port)) => "invalid port",
        _ if name.is_empty() => "no host",
        _ => return Ok(()),
    };
    said(directive, arg, format!("{what} in upstream \"{written}\""))
}

/// The variable that a directive defines begins with `$`.
pub(super) fn variable_name(directive: &Directive, name: &str) -> Checked {
    let at = match name {
        "map" | "split_clients" => 1,
        "geo" => directive.args.len() - 1,
        _ => 0,
    };
    let Some(arg) = directive.args.get(at) else { return Ok(()) };
    if arg.value.starts_with('$') && arg.value.len() > 1 {
        return Ok(());
    }
    let message = Text::new("front-variable-name").with("name", arg.value.as_str());
    Err(Refusal::of_arg(directive, arg, message, format!("invalid variable name \"{}\"", arg.value)))
}
