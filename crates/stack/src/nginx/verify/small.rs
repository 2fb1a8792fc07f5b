//! Rules of small directives: caches, limits of files, cookies, browsers.

use super::args::{Checked, LEAST_ZONE, has_variable, msec, said, sec, sized_zone, too_small, variable_name};
use super::refusal::Refusal;
use crate::nginx::directive::{Arg, Directive};
use crate::nginx::location::regex;
use crate::nginx::quantity::{number, offset, size};
use workshop_text::Text;

/// Whether the arguments are what this directive takes; none where it is another's.
pub(super) fn check(directive: &Directive, first: &Arg) -> Option<Checked> {
    Some(match directive.name.as_str() {
        "open_file_cache" => file_cache(directive, &["inactive"], &[]),
        "disable_symlinks" => disable_symlinks(directive),
        "expires" => expires(directive),
        "proxy_cookie_flags" => cookie_flags(directive),
        "open_log_file_cache" => file_cache(directive, &["inactive", "valid"], &["min_uses"]),
        "thread_pool" => thread_pool(directive),
        "fastcgi_split_path_info" => two_captures(directive),
        "modern_browser" => modern_browser(directive),
        "valid_referers" => referers(directive),
        name if name.ends_with("ssl_certificate_cache") => certificate_cache(directive),
        "ssl_session_cache" => ssl_session_cache(directive),
        "ssl_ocsp_cache" => ssl_ocsp_cache(directive, first),
        "split_clients" => split_clients(directive),
        _ => return None,
    })
}

fn ssl_ocsp_cache(directive: &Directive, first: &Arg) -> Checked {
    match first.value.strip_prefix("shared:") {
        Some(zone) => sized_zone_ssl(directive, first, zone),
        None if first.value == "off" => Ok(()),
        None => said(directive, first, format!("invalid OCSP cache \"{}\"", first.value)),
    }
}

fn sized_zone_ssl(directive: &Directive, arg: &Arg, text: &str) -> Checked {
    let good = text.split_once(':').filter(|(name, _)| !name.is_empty());
    match good.and_then(|(_, length)| size(length)) {
        None => said(directive, arg, format!("invalid session cache \"{}\"", arg.value)),
        Some(least) if least < LEAST_ZONE => {
            too_small(directive, arg, text, format!("session cache \"{}\" is too small", arg.value))
        }
        Some(_) => Ok(()),
    }
}

fn ssl_session_cache(directive: &Directive) -> Checked {
    for arg in &directive.args {
        match arg.value.split_once(':') {
            None if matches!(arg.value.as_str(), "off" | "none" | "builtin") => {}
            Some(("builtin", count)) if number(count).is_some() => {}
            Some(("shared", zone)) => sized_zone_ssl(directive, arg, zone)?,
            _ => return said(directive, arg, format!("invalid session cache \"{}\"", arg.value)),
        }
    }
    Ok(())
}

fn disable_symlinks(directive: &Directive) -> Checked {
    for arg in &directive.args {
        let from = arg.value.strip_prefix("from=").is_some_and(|from| !from.is_empty());
        if !from && !matches!(arg.value.as_str(), "on" | "off" | "if_not_owner") {
            return Err(Refusal::parameter(directive, arg));
        }
    }
    Ok(())
}

/// The shares of `split_clients`, in hundredths of a percent.
fn split_clients(directive: &Directive) -> Checked {
    variable_name(directive, "split_clients")?;
    let mut total = 0u64;
    for entry in directive.inside() {
        let Some(share) = entry.name.strip_suffix('%') else {
            if entry.name == "*" {
                continue;
            }
            let message =
                Text::new("front-value").with("name", "split_clients").with("value", entry.name.as_str());
            return Err(Refusal::of(entry, message, format!("invalid percent value \"{}\"", entry.name)));
        };
        let (whole, part) = share.split_once('.').unwrap_or((share, "0"));
        let good = number(whole).zip(number(part)).filter(|_| part.len() <= 2);
        let hundredths = good.map(|(whole, part_value)| {
            whole * 100 + if part.len() == 1 { part_value * 10 } else { part_value }
        });
        let Some(hundredths) = hundredths.filter(|share| *share > 0) else {
            let message =
                Text::new("front-value").with("name", "split_clients").with("value", entry.name.as_str());
            return Err(Refusal::of(entry, message, format!("invalid percent value \"{}\"", entry.name)));
        };
        total += hundredths;
    }
    if total <= 10_000 {
        return Ok(());
    }
    let message = Text::new("front-value").with("name", "split_clients").with("value", "> 100%");
    Err(Refusal::of(directive, message, "percent total is greater than 100%"))
}

/// `proxy_cache_path` and its siblings.
pub(super) fn cache_path(directive: &Directive) -> Checked {
    let mut has_zone = false;
    for arg in &directive.args[1..] {
        let good = match arg.value.split_once('=') {
            Some(("levels", text)) => {
                let levels: Vec<&str> = text.split(':').collect();
                levels.len() <= 3 && levels.iter().all(|level| matches!(*level, "1" | "2"))
            }
            Some(("use_temp_path", text)) => matches!(text, "on" | "off"),
            Some(("keys_zone", text)) => {
                has_zone = true;
                sized_zone(directive, arg, text, "keys zone", 2 * 4096)?;
                true
            }
            Some(("inactive", text)) => sec(text),
            Some(("max_size" | "min_free", text)) => offset(text).is_some(),
            Some(("manager_files" | "loader_files" | "purger_files", text)) => number(text).is_some(),
            Some(("manager_sleep" | "manager_threshold" | "loader_sleep" | "loader_threshold", text)) => {
                msec(text)
            }
            _ => false,
        };
        if !good {
            return Err(Refusal::parameter(directive, arg));
        }
    }
    if has_zone {
        return Ok(());
    }
    let message = Text::new("front-parameter").with("name", directive.name.as_str()).with("value", "");
    Err(Refusal::of(directive, message, format!("\"{}\" must have \"keys_zone\" parameter", directive.name)))
}

/// `proxy_cache_valid 200 302 10m`.
pub(super) fn cache_valid(directive: &Directive) -> Checked {
    let Some((last, codes)) = directive.args.split_last() else { return Ok(()) };
    if !sec(&last.value) {
        return said(directive, last, format!("invalid time value \"{}\"", last.value));
    }
    let wrong = codes.iter().find(|arg| {
        arg.value != "any" && !number(&arg.value).is_some_and(|code| (100..=599).contains(&code))
    });
    match wrong {
        Some(arg) => said(directive, arg, format!("invalid status \"{}\"", arg.value)),
        None => Ok(()),
    }
}

fn expires(directive: &Directive) -> Checked {
    let Some(arg) = directive.args.last() else { return Ok(()) };
    if let [first, _] = &directive.args[..]
        && first.value != "modified"
    {
        return Err(Refusal::invalid(directive, first, "invalid value"));
    }
    let text = arg.value.as_str();
    let daily = text.strip_prefix('@');
    let time = daily.unwrap_or_else(|| text.strip_prefix(['-', '+']).unwrap_or(text));
    if has_variable(text) || matches!(text, "off" | "epoch" | "max") || sec(time) {
        return Ok(());
    }
    Err(Refusal::invalid(directive, arg, "invalid value"))
}

fn cookie_flags(directive: &Directive) -> Checked {
    const FLAGS: [&str; 8] = [
        "secure",
        "nosecure",
        "httponly",
        "nohttponly",
        "samesite=strict",
        "samesite=lax",
        "samesite=none",
        "nosamesite",
    ];
    if directive.arg(0) == Some("off") {
        return Ok(());
    }
    if let [first] = &directive.args[..] {
        return Err(Refusal::parameter(directive, first));
    }
    let wrong = directive.args[1..].iter().find(|arg| {
        !has_variable(&arg.value) && !FLAGS.iter().any(|flag| flag.eq_ignore_ascii_case(&arg.value))
    });
    wrong.map_or(Ok(()), |arg| Err(Refusal::parameter(directive, arg)))
}

/// `open_file_cache`, `open_log_file_cache` and `ssl_certificate_cache` are `off`, or have a `max`.
fn cache(directive: &Directive, times: &[&str], uses: &[&str], refused: impl Fn(&Arg) -> Refusal) -> Checked {
    let mut has_most = false;
    for arg in &directive.args {
        let good = match arg.value.split_once('=') {
            Some(("max", text)) => number(text).is_some_and(|most| most > 0),
            Some((name, text)) if times.contains(&name) => sec(text),
            Some((name, text)) => uses.contains(&name) && number(text).is_some_and(|least| least > 0),
            None => arg.value == "off",
        };
        if !good {
            return Err(refused(arg));
        }
        has_most |= arg.value == "off" || arg.value.starts_with("max=");
    }
    match directive.args.first().filter(|_| !has_most) {
        Some(arg) => said(directive, arg, format!("\"{}\" must have the \"max\" parameter", directive.name)),
        None => Ok(()),
    }
}

fn file_cache(directive: &Directive, times: &[&str], uses: &[&str]) -> Checked {
    cache(directive, times, uses, |arg| {
        let words = format!("invalid \"{}\" parameter \"{}\"", directive.name, arg.value);
        Refusal::value(directive, arg, words)
    })
}

fn certificate_cache(directive: &Directive) -> Checked {
    cache(directive, &["inactive", "valid"], &[], |arg| Refusal::parameter(directive, arg))
}

fn thread_pool(directive: &Directive) -> Checked {
    let mut has_threads = false;
    for arg in &directive.args[1..] {
        match arg.value.split_once('=') {
            Some(("threads", text)) if number(text).is_some_and(|threads| threads > 0) => has_threads = true,
            Some(("threads", _)) => {
                return said(directive, arg, format!("invalid threads value \"{}\"", arg.value));
            }
            Some(("max_queue", text)) if number(text).is_some() => {}
            Some(("max_queue", _)) => {
                return said(directive, arg, format!("invalid max_queue value \"{}\"", arg.value));
            }
            _ => {}
        }
    }
    match directive.args.first().filter(|_| !has_threads) {
        Some(arg) => said(directive, arg, "\"thread_pool\" must have \"threads\" parameter"),
        None => Ok(()),
    }
}

/// A pattern that this program does not know is not counted.
fn two_captures(directive: &Directive) -> Checked {
    let Some(arg) = directive.args.first() else { return Ok(()) };
    match regex(&arg.value, false) {
        Some(pattern) if pattern.captures_len() != 3 => {
            said(directive, arg, format!("pattern \"{}\" must have 2 captures", arg.value))
        }
        _ => Ok(()),
    }
}

fn modern_browser(directive: &Directive) -> Checked {
    const BROWSERS: [&str; 5] = ["msie", "gecko", "opera", "safari", "konqueror"];
    let [name, version] = &directive.args[..] else {
        let unlisted = directive.args.first().filter(|arg| arg.value != "unlisted");
        return unlisted.map_or(Ok(()), |arg| said(directive, arg, "invalid browser version"));
    };
    if !BROWSERS.contains(&name.value.as_str()) {
        return said(directive, name, format!("unknown browser name \"{}\"", name.value));
    }
    let good = version.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match good {
        true => Ok(()),
        false => said(directive, version, format!("invalid browser version \"{}\"", version.value)),
    }
}

fn referers(directive: &Directive) -> Checked {
    let mut names = Vec::new();
    for arg in &directive.args {
        if arg.value.is_empty() {
            return said(directive, arg, "invalid referer \"\"");
        }
        let special = matches!(arg.value.as_str(), "none" | "blocked" | "server_names");
        if !special && names.contains(&arg.value.as_str()) {
            return said(directive, arg, format!("conflicting parameter \"{}\"", arg.value));
        }
        if !special {
            names.push(arg.value.as_str());
        }
    }
    let only = directive.args.iter().all(|arg| matches!(arg.value.as_str(), "none" | "blocked"));
    match directive.args.first().filter(|_| only) {
        Some(arg) => said(
            directive,
            arg,
            "the \"none\" or \"blocked\" referers are specified in the \"valid_referers\" directive without any \
             valid referer",
        ),
        None => Ok(()),
    }
}

/// Sizes that the modules look at when they read them.
pub(super) fn size_of(directive: &Directive, arg: &Arg, size: u64) -> Checked {
    let windows = |most: u64| size.is_power_of_two() && (512..=most).contains(&size);
    let words = match directive.name.as_str() {
        "connection_pool_size" | "request_pool_size" | "http2_pool_size" if size < 112 => {
            "the pool size must be no less than 112"
        }
        "connection_pool_size" | "request_pool_size" if !size.is_multiple_of(16) => {
            "the pool size must be a multiple of 16"
        }
        "gzip_window" if !windows(32 << 10) => {
            "\"gzip_window\" directive must be 512, 1k, 2k, 4k, 8k, 16k, or 32k"
        }
        "gzip_hash" if !windows(128 << 10) => {
            "\"gzip_hash\" directive must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k"
        }
        "http2_recv_buffer_size" if size < 32 => "\"http2_recv_buffer_size\" directive value is too small",
        "http2_chunk_size" if size == 0 => "the http2 chunk size cannot be zero",
        _ => return Ok(()),
    };
    said(directive, arg, words)
}

/// Numbers that the modules look at when they read them.
pub(super) fn number_of(directive: &Directive, arg: &Arg, number: u64) -> Checked {
    let name = directive.name.as_str();
    let words = match name {
        "http2_streams_index_size" if !number.is_power_of_two() => {
            "\"http2_streams_index_size\" directive must be a power of two".to_owned()
        }
        _ if number == 0 && (name.ends_with("_hash_max_size") || name.ends_with("_hash_bucket_size")) => {
            let built = ["variables", "types", "proxy_headers"];
            match built.iter().find(|hash| name.starts_with(*hash)) {
                Some(hash) => format!("could not build {hash}_hash, you should increase {name}: 0"),
                None => return Ok(()),
            }
        }
        _ => return Ok(()),
    };
    said(directive, arg, words)
}
