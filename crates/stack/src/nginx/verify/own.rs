//! Rules that a directive has for itself: [`check`] by its name, those that the table calls
//! [`Own`](crate::nginx::directives::Value::Own).

use super::refusal::Refusal;
use super::small;
use super::values::{has_variable, number, offset, size};
use crate::nginx::directives::{Rule, place};
use crate::nginx::{Arg, Directive, Unit, scheme, time_in};
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

/// Whether the arguments are what this directive takes.
pub(super) fn check(directive: &Directive, rule: &Rule) -> Checked {
    let Some(first) = directive.args.first() else { return Ok(()) };
    let text = first.value.as_str();
    let must = |good: bool, what: &str| match good {
        true => Ok(()),
        false => Err(Refusal::invalid(directive, first, what)),
    };
    let name = directive.name.as_str();
    match name {
        "worker_processes" => must(text == "auto" || number(text).is_some(), "invalid value"),
        "worker_priority" => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            must(number(digits).is_some(), "invalid value")
        }
        "worker_connections" => must(number(text).is_some(), "invalid number"),
        "use" => {
            let known = matches!(text, "epoll" | "poll" | "select");
            if known { Ok(()) } else { said(directive, first, format!("invalid event type \"{text}\"")) }
        }
        "error_log" => error_log(directive),
        "server" if rule.places == place::UPSTREAM => upstream_server(directive),
        "resolver" => resolver(directive),
        "zone" => zone(directive),
        "keepalive" => {
            must_in(directive, first, number(text).is_some())?;
            word(directive, 1, &["local"])
        }
        "hash" => word(directive, 1, &["consistent"]),
        "random" => random(directive),
        "sticky" => small::sticky(directive),
        "keepalive_timeout" => {
            must(msec(text), "invalid value")?;
            must(directive.arg(1).is_none_or(sec), "invalid value")
        }
        "aio" => {
            let threads = text == "threads" || text.starts_with("threads=");
            must(threads || text == "off", "invalid value")
        }
        "directio" => must(text == "off" || offset(text).is_some(), "invalid value"),
        "open_file_cache" => small::open_file_cache(directive),
        "disable_symlinks" => small::disable_symlinks(directive),
        "location" => location(directive),
        "limit_req" => limit_req(directive),
        "limit_req_zone" => limit_req_zone(directive),
        "limit_conn" => {
            let most = directive.args.get(1).unwrap_or(first);
            match number(&most.value) {
                Some(1..=65535) => Ok(()),
                Some(0) | None => {
                    said(directive, most, format!("invalid number of connections \"{}\"", most.value))
                }
                Some(_) => said(directive, most, "connection limit must be less 65536"),
            }
        }
        "limit_conn_zone" => {
            let zone = directive.args.get(1).unwrap_or(first);
            let Some(zone_text) = zone.value.strip_prefix("zone=") else {
                return Err(Refusal::parameter(directive, zone));
            };
            sized_zone(directive, zone, zone_text, "zone")
        }
        "proxy_pass" => pass(directive, first, &["http://", "https://"], true),
        "grpc_pass" => pass(directive, first, &["grpc://", "grpcs://"], false),
        "uwsgi_pass" => pass(directive, first, &["uwsgi://", "suwsgi://"], false),
        "fastcgi_pass" | "scgi_pass" | "memcached_pass" => pass(directive, first, &[], false),
        "proxy_redirect" if directive.args.len() == 1 => {
            if matches!(text, "off" | "default" | "false") {
                Ok(())
            } else {
                Err(Refusal::parameter(directive, first))
            }
        }
        "proxy_cookie_domain" | "proxy_cookie_path" if directive.args.len() == 1 && text != "off" => {
            Err(Refusal::parameter(directive, first))
        }
        "add_header" | "add_trailer" => word(directive, 2, &["always"]),
        "expires" => small::expires(directive),
        "proxy_cookie_flags" => small::cookie_flags(directive),
        "proxy_store" | "fastcgi_store" | "uwsgi_store" | "scgi_store" if text.is_empty() => {
            said(directive, first, "empty path")
        }
        "index" => match directive.args.iter().find(|arg| arg.value.is_empty()) {
            Some(arg) => said(directive, arg, "index \"\" in \"index\" directive is invalid"),
            None => Ok(()),
        },
        "rewrite" if directive.arg(1) == Some("") => said(directive, first, "empty replacement"),
        "sub_filter" if text.is_empty() => said(directive, first, "empty search pattern"),
        "open_log_file_cache" => small::open_log_file_cache(directive),
        "thread_pool" => small::thread_pool(directive),
        "fastcgi_split_path_info" => small::two_captures(directive),
        "modern_browser" => small::modern_browser(directive),
        "valid_referers" => small::referers(directive),
        "worker_cpu_affinity" if text == "auto" && directive.args.len() > 2 => {
            let words = "invalid number of arguments in \"worker_cpu_affinity\" directive";
            said(directive, first, words)
        }
        name if name.ends_with("ssl_certificate_cache") => small::certificate_cache(directive),
        "userid_expires" => {
            let word = matches!(text, "max" | "off");
            must(word || sec(text), "invalid value")
        }
        "userid_mark" => {
            let letter =
                text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'=');
            must(text == "off" || letter, "value must be \"off\" or a single letter, digit or \"=\"")
        }
        "ssl_session_cache" => small::ssl_session_cache(directive),
        "ssl_ocsp_cache" => {
            let shared = text.strip_prefix("shared:");
            match shared {
                Some(zone) => small::sized_zone_ssl(directive, first, zone),
                None if text == "off" => Ok(()),
                None => said(directive, first, format!("invalid OCSP cache \"{text}\"")),
            }
        }
        "limit_except" => limit_except(directive),
        "split_clients" => small::split_clients(directive),
        "map" | "geo" | "set" | "auth_request_set" => variable_name(directive, name),
        _ => Ok(()),
    }
}

pub(super) fn said(directive: &Directive, arg: &Arg, words: impl Into<String>) -> Checked {
    Err(Refusal::value(directive, arg, words))
}

fn must_in(directive: &Directive, arg: &Arg, good: bool) -> Checked {
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

fn error_log(directive: &Directive) -> Checked {
    const LEVELS: [&str; 14] = [
        "emerg",
        "alert",
        "crit",
        "error",
        "warn",
        "notice",
        "info",
        "debug",
        "debug_core",
        "debug_alloc",
        "debug_mutex",
        "debug_event",
        "debug_http",
        "debug_mail",
    ];
    let mut seen = Vec::new();
    for arg in &directive.args[1..] {
        let level = arg.value.as_str();
        if !LEVELS.contains(&level) && level != "debug_stream" {
            return said(directive, arg, format!("invalid log level \"{level}\""));
        }
        if seen.contains(&level) || seen.iter().any(|seen: &&str| !seen.starts_with("debug_")) {
            return said(directive, arg, format!("duplicate log level \"{level}\""));
        }
        seen.push(level);
    }
    Ok(())
}

/// What follows `http://`: a port behind the last colon is a number, and nothing is empty.
fn host(directive: &Directive, arg: &Arg, written: &str) -> Checked {
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

pub(super) fn too_small(directive: &Directive, arg: &Arg, written: &str, words: String) -> Checked {
    let message = Text::new("front-zone-small").with("value", written);
    Err(Refusal::of_arg(directive, arg, message, words))
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

/// `name:size` behind `zone=` and its like.
fn sized_zone(directive: &Directive, arg: &Arg, text: &str, what: &str) -> Checked {
    let Some((name, length)) = text.split_once(':').filter(|(name, _)| !name.is_empty()) else {
        return said(directive, arg, format!("invalid {what} size \"{}\"", arg.value));
    };
    let _ = name;
    match size(length) {
        None => said(directive, arg, format!("invalid {what} size \"{}\"", arg.value)),
        Some(least) if least < LEAST_ZONE => {
            too_small(directive, arg, length, format!("zone \"{}\" is too small", arg.value))
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

fn location(directive: &Directive) -> Checked {
    match &directive.args[..] {
        [modifier, _] if !matches!(modifier.value.as_str(), "=" | "^~" | "~" | "~*") => {
            said(directive, modifier, format!("invalid location modifier \"{}\"", modifier.value))
        }
        _ => Ok(()),
    }
}

fn limit_req(directive: &Directive) -> Checked {
    let mut has_zone = false;
    for arg in &directive.args {
        match arg.value.split_once('=') {
            Some(("zone", _)) => has_zone = true,
            Some(("burst", text)) => {
                if number(text).is_none_or(|burst| burst == 0) {
                    return said(directive, arg, format!("invalid burst value \"{}\"", arg.value));
                }
            }
            Some(("delay", text)) => {
                if number(text).is_none_or(|delay| delay == 0) {
                    return said(directive, arg, format!("invalid delay value \"{}\"", arg.value));
                }
            }
            None if arg.value == "nodelay" => {}
            _ => return Err(Refusal::parameter(directive, arg)),
        }
    }
    if has_zone {
        return Ok(());
    }
    let message = Text::new("front-parameter").with("name", "limit_req").with("value", "");
    Err(Refusal::of(directive, message, "\"limit_req\" must have \"zone\" parameter"))
}

fn limit_req_zone(directive: &Directive) -> Checked {
    let (mut zones, mut rates) = (0, 0);
    for arg in &directive.args[1..] {
        match arg.value.split_once('=') {
            Some(("zone", text)) => {
                sized_zone(directive, arg, text, "zone")?;
                zones += 1;
            }
            Some(("rate", text)) => {
                let rate = text.strip_suffix("r/s").or_else(|| text.strip_suffix("r/m"));
                if rate.and_then(number).is_none_or(|rate| rate == 0) {
                    return said(directive, arg, format!("invalid rate \"{}\"", arg.value));
                }
                rates += 1;
            }
            _ => return Err(Refusal::parameter(directive, arg)),
        }
    }
    match directive.args.first().filter(|_| zones == 0 || rates > 1) {
        Some(arg) => said(directive, arg, "\"limit_req_zone\" must have \"zone\" parameter"),
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

fn limit_except(directive: &Directive) -> Checked {
    const METHODS: [&str; 14] = [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "MKCOL",
        "COPY",
        "MOVE",
        "OPTIONS",
        "PROPFIND",
        "PROPPATCH",
        "LOCK",
        "UNLOCK",
        "PATCH",
    ];
    let wrong = directive
        .args
        .iter()
        .find(|arg| !METHODS.iter().any(|method| method.eq_ignore_ascii_case(&arg.value)));
    match wrong {
        Some(arg) => said(directive, arg, format!("invalid method \"{}\"", arg.value)),
        None => Ok(()),
    }
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
