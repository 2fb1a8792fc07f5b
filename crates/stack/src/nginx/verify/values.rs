//! Values by their kind: [`check`] reads each argument as nginx's own setters do.

use super::args::{has_variable, msec, sec};
use super::refusal::Refusal;
use super::{own, small};
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::directives::{Rule, Value};
use crate::nginx::quantity::{number, offset, size};

/// Whether the arguments are of the kind that the table says.
pub(super) fn check(directive: &Directive, rule: &Rule) -> Result<(), Refusal> {
    let Some(first) = directive.args.first() else { return own_if(directive, rule) };
    let text = first.value.as_str();
    let must = |good: bool, what: &str| match good {
        true => Ok(()),
        false => Err(Refusal::invalid(directive, first, what)),
    };
    match rule.value {
        Value::Text => Ok(()),
        Value::Flag => flag(directive, first),
        Value::Number => match number(text) {
            Some(number) => small::number_of(directive, first, number),
            None => must(false, "invalid number"),
        },
        Value::Within(least, most) => within(directive, first, u64::from(least), u64::from(most)),
        Value::Size => match size(text) {
            Some(size) => small::size_of(directive, first, size),
            None => must(false, "invalid value"),
        },
        Value::Offset => must(offset(text).is_some(), "invalid value"),
        Value::Msec => must(msec(text), "invalid value"),
        Value::Sec => must(sec(text), "invalid value"),
        Value::SizeOrVariable => must(has_variable(text) || size(text).is_some(), "invalid value"),
        Value::Bufs => {
            let large = directive.arg(1).and_then(size).is_some_and(|size| size > 0);
            must(number(text).is_some_and(|count| count > 0) && large, "invalid value")
        }
        Value::OneOf(words) => one_of(directive, first, words),
        Value::SomeOf(words) => directive.args.iter().try_for_each(|arg| one_of(directive, arg, words)),
        Value::Access => directive.args.iter().try_for_each(|arg| access(directive, arg)),
        Value::Folder => directive.args[1..].iter().try_for_each(|arg| {
            // How many letters of a name make a folder.
            let good = number(&arg.value).is_some_and(|level| (1..=3).contains(&level));
            if good {
                Ok(())
            } else {
                Err(Refusal::value(directive, arg, format!("invalid value \"{}\"", arg.value)))
            }
        }),
        Value::Bind => bind(directive, first),
        Value::Param => match directive.args.get(2) {
            Some(arg) if arg.value != "if_not_empty" => Err(Refusal::parameter(directive, arg)),
            _ => Ok(()),
        },
        Value::CachePath => small::cache_path(directive),
        Value::CacheValid => small::cache_valid(directive),
        Value::Own => own::check(directive, rule),
    }
}

fn own_if(directive: &Directive, rule: &Rule) -> Result<(), Refusal> {
    if rule.value == Value::Own { own::check(directive, rule) } else { Ok(()) }
}

fn flag(directive: &Directive, arg: &Arg) -> Result<(), Refusal> {
    if ["on", "off"].iter().any(|word| arg.value.eq_ignore_ascii_case(word)) {
        return Ok(());
    }
    let words = format!(
        "invalid value \"{}\" in \"{}\" directive, it must be \"on\" or \"off\"",
        arg.value, directive.name
    );
    Err(Refusal::value(directive, arg, words))
}

/// nginx knows no upper and lower case of such words.
fn one_of(directive: &Directive, arg: &Arg, words: &[&str]) -> Result<(), Refusal> {
    if words.iter().any(|word| word.eq_ignore_ascii_case(&arg.value)) {
        return Ok(());
    }
    Err(Refusal::value(directive, arg, format!("invalid value \"{}\"", arg.value)))
}

fn within(directive: &Directive, arg: &Arg, least: u64, most: u64) -> Result<(), Refusal> {
    let Some(number) = number(&arg.value) else {
        return Err(Refusal::invalid(directive, arg, "invalid number"));
    };
    match (least..=most).contains(&number) {
        true => Ok(()),
        false => Err(Refusal::value(directive, arg, format!("value must be between {least} and {most}"))),
    }
}

fn access(directive: &Directive, arg: &Arg) -> Result<(), Refusal> {
    let good = arg
        .value
        .split_once(':')
        .is_some_and(|(who, what)| matches!(who, "user" | "group" | "all") && matches!(what, "rw" | "r"));
    if good {
        return Ok(());
    }
    Err(Refusal::value(directive, arg, format!("invalid value \"{}\"", arg.value)))
}

fn bind(directive: &Directive, first: &Arg) -> Result<(), Refusal> {
    if let Some(arg) = directive.args.get(1).filter(|arg| arg.value != "transparent") {
        return Err(Refusal::parameter(directive, arg));
    }
    let text = first.value.as_str();
    let bare = text.rsplit_once(':').map_or(text, |(host, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.contains(':') { host } else { text }
    });
    let address = bare.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok();
    if text == "off" || has_variable(text) || address {
        return Ok(());
    }
    Err(Refusal::value(directive, first, format!("invalid address \"{text}\"")))
}
