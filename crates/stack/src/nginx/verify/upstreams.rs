//! Rules of upstreams, and of who passes requests to them.

use super::args::{Checked, LEAST_ZONE, has_variable, host, msec, must_in, said, sec, too_small, word};
use super::refusal::Refusal;
use crate::nginx::address::scheme;
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::directives::{Rule, place};
use crate::nginx::quantity::{number, size};
use workshop_text::Text;

/// Whether the arguments are what this directive takes; none where it is another's.
pub(super) fn check(directive: &Directive, first: &Arg, rule: &Rule) -> Option<Checked> {
    let text = first.value.as_str();
    Some(match directive.name.as_str() {
        "server" if rule.places == place::UPSTREAM => upstream_server(directive),
        "resolver" => resolver(directive),
        "zone" => zone(directive),
        "keepalive" => {
            must_in(directive, first, number(text).is_some()).and_then(|()| word(directive, 1, &["local"]))
        }
        "hash" => word(directive, 1, &["consistent"]),
        "random" => random(directive),
        "sticky" => sticky(directive),
        "proxy_pass" => pass(directive, first, &["http://", "https://"], true),
        "grpc_pass" => pass(directive, first, &["grpc://", "grpcs://"], false),
        "uwsgi_pass" => pass(directive, first, &["uwsgi://", "suwsgi://"], false),
        "fastcgi_pass" | "scgi_pass" | "memcached_pass" => pass(directive, first, &[], false),
        _ => return None,
    })
}

/// One `server` of an upstream.
fn upstream_server(directive: &Directive) -> Checked {
    let Some(first) = directive.args.first() else { return Ok(()) };
    host(directive, first, &first.value)?;
    if first.value.contains('/') && !first.value.starts_with("unix:") {
        return said(directive, first, format!("invalid host in upstream \"{}\"", first.value));
    }
    for arg in &directive.args[1..] {
        let good = match arg.value.split_once('=') {
            Some(("weight", text)) => number(text).is_some_and(|weight| weight > 0),
            Some(("max_fails" | "max_conns", text)) => number(text).is_some(),
            Some(("fail_timeout", text)) => sec(text),
            Some(("service" | "route", text)) => !text.is_empty(),
            Some(_) => false,
            None => matches!(arg.value.as_str(), "backup" | "down" | "resolve" | "drain"),
        };
        let is_word = matches!(first.value.as_str(), "resolve" | "down" | "backup");
        if !good && is_word {
            let message = Text::new("stack-nginx-address-first")
                .with("address", arg.value.as_str())
                .with("word", first.value.as_str());
            return Err(Refusal { message, span: first.span, ..Refusal::parameter(directive, arg) });
        }
        if !good {
            return Err(parameter_near(
                directive,
                arg,
                &["weight", "max_fails", "max_conns", "fail_timeout", "backup", "down", "resolve"],
            ));
        }
    }
    let names_service = directive.args.iter().find(|arg| arg.value.starts_with("service="));
    if let Some(arg) = names_service.filter(|_| !directive.flag("resolve")) {
        let words = format!("service upstream \"{}\" requires \"resolve\" parameter", first.value);
        return said(directive, arg, words);
    }
    Ok(())
}

/// The refusal of a parameter, with the one that was meant.
fn parameter_near(directive: &Directive, arg: &Arg, known: &[&'static str]) -> Refusal {
    let refusal = Refusal::parameter(directive, arg);
    let name = arg.value.split('=').next().unwrap_or_default();
    // The time of a known parameter may be what is wrong.
    if name == "fail_timeout" && msec(arg.value.split_once('=').map_or("", |(_, time)| time)) {
        return whole_seconds(refusal, arg);
    }
    match workshop_text::near::nearest(name, known.iter().copied()) {
        Some(near) => Refusal {
            message: Text::new("stack-nginx-parameter-near")
                .with("name", directive.name.as_str())
                .with("value", arg.value.as_str())
                .with("near", near),
            ..refusal
        },
        None => refusal,
    }
}

fn whole_seconds(refusal: Refusal, arg: &Arg) -> Refusal {
    Refusal { message: Text::new("stack-nginx-whole-seconds").with("value", arg.value.as_str()), ..refusal }
}

fn resolver(directive: &Directive) -> Checked {
    let mut addresses = 0;
    let colon = |arg: &Arg| Refusal {
        words: format!("invalid parameter: {}", arg.value),
        ..Refusal::parameter(directive, arg)
    };
    for arg in &directive.args {
        match arg.value.split_once('=') {
            Some(("valid", text)) if sec(text) => {}
            Some(("valid", text)) if msec(text) => return Err(whole_seconds(colon(arg), arg)),
            Some(("ipv4" | "ipv6", "on" | "off")) => {}
            Some(("valid" | "ipv4" | "ipv6" | "status_zone", _)) => return Err(colon(arg)),
            _ => {
                host(directive, arg, &arg.value).map_err(|refusal| Refusal {
                    words: refusal.words.replace("in upstream", "in resolver"),
                    ..refusal
                })?;
                addresses += 1;
            }
        }
    }
    let off = |name: &str| directive.args.iter().any(|arg| arg.value == format!("{name}=off"));
    if let Some(arg) = directive.args.last().filter(|_| off("ipv4") && off("ipv6")) {
        return said(directive, arg, "\"ipv4\" and \"ipv6\" cannot both be \"off\"");
    }
    if addresses == 0 {
        let message = Text::new("front-resolver-address");
        return Err(Refusal::of(directive, message, "no name servers defined"));
    }
    Ok(())
}

/// `zone name [size]` of an upstream.
fn zone(directive: &Directive) -> Checked {
    if let Some(name) = directive.args.first().filter(|name| name.value.is_empty()) {
        return said(directive, name, "invalid zone name \"\"");
    }
    let (Some(name), Some(arg)) = (directive.args.first(), directive.args.get(1)) else { return Ok(()) };
    match size(&arg.value) {
        None => said(directive, arg, format!("invalid zone size \"{}\"", arg.value)),
        Some(least) if least < LEAST_ZONE => {
            let words = format!("zone \"{}\" is too small", name.value);
            too_small(directive, arg, &arg.value, words)
        }
        Some(_) => Ok(()),
    }
}

fn random(directive: &Directive) -> Checked {
    word(directive, 0, &["two"])?;
    match directive.args.get(1) {
        Some(arg) if arg.value != "least_conn" => Err(Refusal::parameter(directive, arg)),
        _ => Ok(()),
    }
}

fn sticky(directive: &Directive) -> Checked {
    let Some(first) = directive.args.first() else { return Ok(()) };
    if !matches!(first.value.as_str(), "cookie" | "route" | "learn") {
        return Err(Refusal::parameter(directive, first));
    }
    if let Some(name) = directive.args.get(1).filter(|name| first.value == "cookie" && name.value.is_empty())
    {
        return said(directive, name, "\"sticky\" directive empty cookie name");
    }
    const KNOWN: [&str; 15] = [
        "domain",
        "expires",
        "path",
        "samesite",
        "create",
        "lookup",
        "zone",
        "timeout",
        "header",
        "sync",
        "name",
        "secure",
        "httponly",
        "norefresh",
        "max",
    ];
    let named = |arg: &&Arg| !KNOWN.contains(&arg.value.split('=').next().unwrap_or_default());
    let rest = directive.args.iter().skip(2).filter(|_| first.value == "cookie");
    match rest.filter(|arg| !arg.value.starts_with('$')).find(named) {
        Some(arg) => said(directive, arg, format!("unknown parameter \"{}\"", arg.value)),
        None => Ok(()),
    }
}

/// Where a location passes its requests to.
fn pass(directive: &Directive, arg: &Arg, schemes: &[&str], needed: bool) -> Checked {
    let text = arg.value.as_str();
    if has_variable(text) {
        return Ok(());
    }
    let lower = text.to_ascii_lowercase();
    let known = schemes.iter().find(|scheme| lower.starts_with(*scheme));
    match known {
        Some(scheme) => host(directive, arg, &text[scheme.len()..]),
        None if needed => {
            let message = Text::new("front-proxy-scheme");
            Err(Refusal::of_arg(directive, arg, message, "invalid URL prefix"))
        }
        None if scheme(text).is_some() => {
            said(directive, arg, format!("invalid host in upstream \"{text}\""))
        }
        None => host(directive, arg, text),
    }
}
