//! Rules that a directive has for itself: [`check`] by its name, those that the table calls
//! [`Own`](crate::nginx::directives::Value::Own).

use super::args::{Checked, msec, said, sec, variable_name, word};
use super::refusal::Refusal;
use super::{limits, small, upstreams};
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::directives::Rule;
use crate::nginx::level::Level;
use crate::nginx::quantity::{number, offset};

/// Whether the arguments are what this directive takes.
pub(super) fn check(directive: &Directive, rule: &Rule) -> Checked {
    let Some(first) = directive.args.first() else { return Ok(()) };
    upstreams::check(directive, first, rule)
        .or_else(|| limits::check(directive, first))
        .or_else(|| small::check(directive, first))
        .or_else(|| of_the_process(directive, first))
        .unwrap_or_else(|| of_a_request(directive, first))
}

fn must(directive: &Directive, first: &Arg, good: bool, what: &str) -> Checked {
    if good { Ok(()) } else { Err(Refusal::invalid(directive, first, what)) }
}

/// What is of the whole process; none where it is another's.
fn of_the_process(directive: &Directive, first: &Arg) -> Option<Checked> {
    let text = first.value.as_str();
    let must = |good, what| must(directive, first, good, what);
    Some(match directive.name.as_str() {
        "worker_processes" => must(text == "auto" || number(text).is_some(), "invalid value"),
        "worker_priority" => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            must(number(digits).is_some(), "invalid value")
        }
        "worker_connections" => must(number(text).is_some(), "invalid number"),
        "worker_cpu_affinity" if text == "auto" && directive.args.len() > 2 => {
            let words = "invalid number of arguments in \"worker_cpu_affinity\" directive";
            said(directive, first, words)
        }
        "use" if !matches!(text, "epoll" | "poll" | "select") => {
            said(directive, first, format!("invalid event type \"{text}\""))
        }
        "error_log" => error_log(directive),
        "aio" => {
            let threads = text == "threads" || text.starts_with("threads=");
            must(threads || text == "off", "invalid value")
        }
        "directio" => must(text == "off" || offset(text).is_some(), "invalid value"),
        _ => return None,
    })
}

/// What becomes of a request.
fn of_a_request(directive: &Directive, first: &Arg) -> Checked {
    let text = first.value.as_str();
    let must = |good, what| must(directive, first, good, what);
    match directive.name.as_str() {
        "keepalive_timeout" => {
            must(msec(text), "invalid value")?;
            must(directive.arg(1).is_none_or(sec), "invalid value")
        }
        "location" => location(directive),
        "proxy_redirect" if directive.args.len() == 1 && !matches!(text, "off" | "default" | "false") => {
            Err(Refusal::parameter(directive, first))
        }
        "proxy_cookie_domain" | "proxy_cookie_path" if directive.args.len() == 1 && text != "off" => {
            Err(Refusal::parameter(directive, first))
        }
        "add_header" | "add_trailer" => word(directive, 2, &["always"]),
        "proxy_store" | "fastcgi_store" | "uwsgi_store" | "scgi_store" if text.is_empty() => {
            said(directive, first, "empty path")
        }
        "index" => match directive.args.iter().find(|arg| arg.value.is_empty()) {
            Some(arg) => said(directive, arg, "index \"\" in \"index\" directive is invalid"),
            None => Ok(()),
        },
        "rewrite" if directive.arg(1) == Some("") => said(directive, first, "empty replacement"),
        "sub_filter" if text.is_empty() => said(directive, first, "empty search pattern"),
        "userid_expires" => must(matches!(text, "max" | "off") || sec(text), "invalid value"),
        "userid_mark" => {
            let letter =
                text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'=');
            must(text == "off" || letter, "value must be \"off\" or a single letter, digit or \"=\"")
        }
        name @ ("map" | "geo" | "set" | "auth_request_set") => variable_name(directive, name),
        _ => Ok(()),
    }
}

fn error_log(directive: &Directive) -> Checked {
    let mut seen = Vec::new();
    for arg in &directive.args[1..] {
        let level = arg.value.as_str();
        if Level::parse(level).is_none() {
            return said(directive, arg, format!("invalid log level \"{level}\""));
        }
        if seen.contains(&level) || seen.iter().any(|seen: &&str| !seen.starts_with("debug_")) {
            return said(directive, arg, format!("duplicate log level \"{level}\""));
        }
        seen.push(level);
    }
    Ok(())
}

fn location(directive: &Directive) -> Checked {
    match &directive.args[..] {
        [modifier, _] if !matches!(modifier.value.as_str(), "=" | "^~" | "~" | "~*") => {
            said(directive, modifier, format!("invalid location modifier \"{}\"", modifier.value))
        }
        _ => Ok(()),
    }
}
