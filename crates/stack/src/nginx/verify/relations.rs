//! What directives ask of each other: zones that are used and missing, buffers that do not fit into
//! each other. [`check`] looks at a whole `http` block.

use std::collections::{HashMap, HashSet};

use super::args::Checked;
use super::refusal::Refusal;
use crate::nginx::directive::Directive;
use crate::nginx::quantity::size;
use workshop_text::Text;

/// The proxies that have buffers, with how large one is at first.
const BUFFERED: [&str; 4] = ["proxy", "fastcgi", "uwsgi", "scgi"];
/// A page.
const PAGE: u64 = 4096;

/// Holds the directives of an `http` block to each other.
pub(super) fn check(http: &[Directive]) -> Checked {
    upstream_zones(http)?;
    let mut around = vec![http];
    levels(&mut around)?;
    zones(http)?;
    ports(http)?;
    heads(http)?;
    certificates(http)
}

/// Directives of which the same may not be said twice, though there may be several.
pub(super) fn twice(block: &[Directive]) -> Checked {
    let mut seen = HashSet::new();
    for directive in block {
        let name = directive.name.as_str();
        let first = directive.arg(0).unwrap_or_default();
        let key = match name {
            "proxy_redirect" | "proxy_cookie_domain" | "proxy_cookie_path" | "proxy_cookie_flags"
                if first == "off" =>
            {
                "off"
            }
            "limit_conn" | "thread_pool" => first,
            "limit_req" => {
                directive.args.iter().find(|arg| arg.value.starts_with("zone=")).map_or("", |arg| &arg.value)
            }
            "limit_req_zone" | "limit_conn_zone" => directive.param("zone").unwrap_or_default(),
            "proxy_cache_path" | "fastcgi_cache_path" | "uwsgi_cache_path" | "scgi_cache_path" => first,
            "charset_map" => first,
            _ => "",
        };
        let key = if name == "charset_map" {
            format!("{key} {}", directive.arg(1).unwrap_or_default())
        } else {
            key.to_owned()
        };
        if !key.trim().is_empty() && !seen.insert((name, key)) {
            return Err(Refusal::duplicate(directive));
        }
        twice(directive.inside())?;
    }
    Ok(())
}

/// A gateway is named with its port, unless it is an upstream.
fn ports(http: &[Directive]) -> Checked {
    let upstreams: Vec<&str> = http
        .iter()
        .filter(|directive| directive.name == "upstream")
        .filter_map(|upstream| upstream.arg(0))
        .collect();
    for name in ["fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass", "grpc_pass"] {
        let mut users = Vec::new();
        everywhere(http, name, &mut users);
        for directive in users {
            let Some(arg) = directive.args.first() else { continue };
            let host = arg.value.split_once("://").map_or(arg.value.as_str(), |(_, host)| host);
            let is_group = upstreams.iter().any(|upstream| upstream.eq_ignore_ascii_case(host));
            if !is_group && !host.contains([':', '$']) {
                let words = format!("no port in upstream \"{host}\"");
                return Err(Refusal::value(directive, arg, words));
            }
        }
    }
    Ok(())
}

/// A large buffer for a head is no smaller than a connection's first memory.
fn heads(http: &[Directive]) -> Checked {
    let servers = http.iter().filter(|directive| directive.name == "server");
    for around in servers.map(|server| [http, server.inside()]) {
        let pool = last(&around, "connection_pool_size")
            .and_then(|directive| size(directive.arg(0)?))
            .unwrap_or(512);
        let given = last(&around, "large_client_header_buffers");
        let large = given.and_then(|directive| size(directive.arg(1)?)).unwrap_or(8 << 10);
        let Some(directive) =
            given.or_else(|| last(&around, "connection_pool_size")).filter(|_| large < pool)
        else {
            continue;
        };
        let message = Text::new("front-value")
            .with("name", directive.name.as_str())
            .with("value", directive.args.last().map_or("", |arg| arg.value.as_str()));
        let words = "the \"large_client_header_buffers\" size must be equal to or greater than \"connection_pool_size\"";
        return Err(Refusal::of(directive, message, words));
    }
    Ok(())
}

/// What is in force for a name: at the nearest level.
fn last<'c>(around: &[&'c [Directive]], name: &str) -> Option<&'c Directive> {
    around.iter().rev().find_map(|block| block.iter().rev().find(|directive| directive.name == name))
}

/// Every block that has settings of its own, with those around it.
fn levels(around: &mut Vec<&[Directive]>) -> Checked {
    let here = *around.last().unwrap_or(&&[][..]);
    for prefix in BUFFERED {
        buffers(prefix, around)?;
    }
    for directive in here {
        if matches!(directive.name.as_str(), "server" | "location" | "if" | "limit_except") {
            let Some(inside) = directive.block.as_deref() else { continue };
            around.push(inside);
            levels(around)?;
            around.pop();
        }
    }
    Ok(())
}

fn buffers(prefix: &str, around: &[&[Directive]]) -> Checked {
    let named = |what: &str| last(around, &format!("{prefix}_{what}"));
    let sized = |what: &str| named(what).and_then(|directive| size(directive.arg(0)?));
    let buffer = sized("buffer_size").unwrap_or(PAGE);
    let (count, one) = named("buffers")
        .and_then(|directive| Some((directive.arg(0)?.parse::<u64>().ok()?, size(directive.arg(1)?)?)))
        .unwrap_or((8, PAGE));
    let refused = |what: &str, key: &'static str, words: String| {
        let directive = named(what).or_else(|| named("buffer_size")).or_else(|| named("buffers"));
        let Some(directive) = directive else { return Ok(()) };
        let message = Text::new(key)
            .with("name", format!("{prefix}_{what}"))
            .with("least", buffer.max(one).to_string())
            .with("most", (count.saturating_sub(1) * one).to_string());
        Err(Refusal::of(directive, message, words))
    };
    if count < 2 {
        let words = format!("there must be at least 2 \"{prefix}_buffers\"");
        return refused("buffers", "stack-nginx-two-buffers", words);
    }
    let largest = buffer.max(one);
    let least = format!(
        "equal to or greater than the maximum of the value of \"{prefix}_buffer_size\" and one of the \
         \"{prefix}_buffers\""
    );
    let busy = sized("busy_buffers_size").unwrap_or(2 * largest);
    if busy < largest {
        let words = format!("\"{prefix}_busy_buffers_size\" must be {least}");
        return refused("busy_buffers_size", "stack-nginx-buffer-least", words);
    }
    if busy > (count - 1) * one {
        let words = format!(
            "\"{prefix}_busy_buffers_size\" must be less than the size of all \"{prefix}_buffers\" minus one \
             buffer"
        );
        return refused("busy_buffers_size", "stack-nginx-buffer-most", words);
    }
    if sized("temp_file_write_size").is_some_and(|size| size < largest) {
        let words = format!("\"{prefix}_temp_file_write_size\" must be {least}");
        return refused("temp_file_write_size", "stack-nginx-buffer-least", words);
    }
    if sized("max_temp_file_size").is_some_and(|size| size != 0 && size < largest) {
        let words = format!(
            "\"{prefix}_max_temp_file_size\" must be equal to zero to disable temporary files usage or must be \
             {least}"
        );
        return refused("max_temp_file_size", "stack-nginx-buffer-least", words);
    }
    Ok(())
}

/// A zone has one size, and somebody gives it.
fn upstream_zones(http: &[Directive]) -> Checked {
    let mut sizes: HashMap<&str, (Option<u64>, &Directive)> = HashMap::new();
    let upstreams = http.iter().filter(|directive| directive.name == "upstream");
    for zone in upstreams.flat_map(Directive::inside).filter(|directive| directive.name == "zone") {
        let Some(name) = zone.arg(0) else { continue };
        let given = zone.arg(1).and_then(size);
        match sizes.get_mut(name) {
            None => {
                sizes.insert(name, (given, zone));
            }
            Some((known @ None, _)) => *known = given,
            Some((Some(known), _)) => {
                if let Some(given) = given.filter(|given| given != known) {
                    let message = Text::new("front-duplicate").with("name", format!("zone {name}"));
                    let words = format!(
                        "the size {given} of shared memory zone \"{name}\" conflicts with already declared size {known}"
                    );
                    return Err(Refusal::of(zone, message, words));
                }
            }
        }
    }
    match sizes.iter().find(|(_, (size, _))| size.is_none()) {
        Some((name, (_, zone))) => Err(no_size(zone, name)),
        None => Ok(()),
    }
}

fn no_size(directive: &Directive, name: &str) -> Refusal {
    let message = Text::new("stack-nginx-zone-size").with("name", name);
    Refusal::of(directive, message, format!("zero size shared memory zone \"{name}\""))
}

/// All directives of that name, at any depth.
fn everywhere<'c>(block: &'c [Directive], name: &str, found: &mut Vec<&'c Directive>) {
    for directive in block {
        if directive.name == name {
            found.push(directive);
        }
        everywhere(directive.inside(), name, found);
    }
}

/// Zones of limits and caches, which are defined in `http` and used anywhere.
fn zones(http: &[Directive]) -> Checked {
    for (user, definer) in [("limit_req", "limit_req_zone"), ("limit_conn", "limit_conn_zone")] {
        let defined: Vec<&str> = http
            .iter()
            .filter(|directive| directive.name == definer)
            .filter_map(|directive| directive.param("zone")?.split(':').next())
            .collect();
        let mut users = Vec::new();
        everywhere(http, user, &mut users);
        for directive in users {
            let named = directive.args.iter().find_map(|arg| arg.value.strip_prefix("zone="));
            let name = if user == "limit_req" { named } else { directive.arg(0) };
            let Some(name) = name else { continue };
            if !defined.contains(&name) {
                return Err(no_size(directive, name));
            }
        }
    }
    for prefix in BUFFERED {
        let (path, user) = (format!("{prefix}_cache_path"), format!("{prefix}_cache"));
        let defined: Vec<&str> = http
            .iter()
            .filter(|directive| directive.name == path)
            .filter_map(|directive| directive.param("keys_zone")?.split(':').next())
            .collect();
        let mut users = Vec::new();
        everywhere(http, &user, &mut users);
        for directive in users {
            let Some(name) = directive.arg(0).filter(|name| *name != "off" && !name.contains('$')) else {
                continue;
            };
            if !defined.contains(&name) {
                let message =
                    Text::new("stack-nginx-cache-zone").with("name", name).with("path", path.as_str());
                let words = format!("\"{user}\" zone \"{name}\" is unknown");
                return Err(Refusal::of(directive, message, words));
            }
        }
    }
    Ok(())
}

/// A server that listens with TLS has a certificate.
fn certificates(http: &[Directive]) -> Checked {
    for server in http.iter().filter(|directive| directive.name == "server") {
        let around = [http, server.inside()];
        let tls = server.inside().iter().find(|directive| {
            directive.name == "listen" && (directive.flag("ssl") || directive.flag("quic"))
        });
        let Some(listen) = tls else { continue };
        let rejects =
            last(&around, "ssl_reject_handshake").is_some_and(|directive| directive.arg(0) == Some("on"));
        if !rejects && last(&around, "ssl_certificate").is_none() {
            let message = Text::new("stack-nginx-certificate");
            let words = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive";
            return Err(Refusal::of(listen, message, words));
        }
    }
    Ok(())
}
