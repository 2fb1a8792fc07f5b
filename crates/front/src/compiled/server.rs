//! `server` blocks: where they listen and which one answers for a host.

use std::collections::{BTreeMap, HashMap};

use super::compiler::Compiler;
use super::scope::Scope;
use super::{HeadLimits, Mark, Port, Server};
use crate::conf::args;
use crate::conf::refusal::ConfError;
use workshop_stack::nginx::{Arg, Directive, Modifier};
use workshop_text::Text;

/// One `listen`.
struct Listen {
    port: u16,
    default: bool,
    only_here: bool,
    tls: bool,
}

/// All servers, and who answers at which port.
pub(super) fn servers(
    compiler: &mut Compiler,
    around: &Scope<'_>,
    http: &[Directive],
) -> Result<(Vec<Server>, BTreeMap<u16, Port>), ConfError> {
    let mut servers = Vec::new();
    let mut ports = BTreeMap::new();
    let mut defaults = HashMap::new();
    for directive in http.iter().filter(|directive| directive.name == "server") {
        let at = servers.len();
        let scope = around.inside(directive.inside());
        let server = server(compiler, &scope, directive)?;
        let listens = listens(&scope, compiler.only_asked)?;
        for (listen, from) in &listens {
            if listen.default && defaults.insert(listen.port, at).is_some_and(|other| other != at) {
                let message = Text::new("front-default-server").with("port", listen.port);
                let port = listen.port;
                let words = format!("a duplicate default server for 0.0.0.0:{port}");
                return Err(ConfError::of(from.unwrap_or(directive), message, words));
            }
            let port = ports.entry(listen.port).or_insert_with(|| Port {
                default: at,
                only_here: true,
                ..Port::default()
            });
            port.only_here &= listen.only_here;
            port.tls |= listen.tls;
            if listen.default {
                port.default = at;
            }
            names(compiler, &scope, (listen.port, port), at)?;
        }
        servers.push(server);
    }
    for port in ports.values_mut() {
        port.leading.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
        port.trailing.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    }
    Ok((servers, ports))
}

fn server(compiler: &mut Compiler, scope: &Scope<'_>, directive: &Directive) -> Result<Server, ConfError> {
    let first = scope.own("server_name").next().and_then(|names| names.arg(0)).unwrap_or_default();
    // `.example.org` is example.org first; a pattern is named with its tilde.
    let name = first.strip_prefix('.').unwrap_or(first).into();
    let mut conf = compiler.conf(scope, "", Modifier::Prefix, None)?;
    conf.mark = Mark::of(directive);
    let rewrite = compiler.rewrite(scope, directive.inside(), None)?;
    let (locations, named) = compiler.locations(scope, directive, None)?;
    Ok(Server {
        name,
        rewrite,
        locations,
        named,
        conf: conf.into(),
        client_header_timeout: scope.value(
            "client_header_timeout",
            std::time::Duration::from_secs(60),
            args::time,
        )?,
        head: head(scope)?,
        merge_slashes: scope.value("merge_slashes", true, args::switch)?,
        underscores_in_headers: scope.value("underscores_in_headers", false, args::switch)?,
    })
}

/// How large a head may be: as much as fits into the buffers that nginx has for one.
fn head(scope: &Scope<'_>) -> Result<HeadLimits, ConfError> {
    let first = scope.value("client_header_buffer_size", 1 << 10, args::bytes)?;
    let (mut number, mut line) = (4, 8 << 10);
    if let Some(directive) = scope.last("large_client_header_buffers") {
        number = args::read(directive, 0, args::number)? as usize;
        line = args::read(directive, 1, args::bytes)?;
    }
    Ok(HeadLimits { line: line.max(first), whole: first.saturating_add(number.saturating_mul(line)) })
}

fn listens<'c>(
    scope: &Scope<'c>,
    only_asked: bool,
) -> Result<Vec<(Listen, Option<&'c Directive>)>, ConfError> {
    let mut found: Vec<(Listen, Option<&Directive>)> = Vec::new();
    let mut written = Vec::new();
    for directive in scope.own("listen") {
        let address = args::arg(directive, 0)?;
        if written.contains(&address.value.as_str()) {
            let message = Text::new("front-duplicate").with("name", format!("listen {}", address.value));
            let words = format!("a duplicate listen {}", address.value);
            return Err(ConfError::of_arg(directive, address, message, words));
        }
        written.push(address.value.as_str());
        let listen = listen(directive, address, only_asked)?;
        // `listen 80` and `listen [::]:80` are one port here.
        match found.iter_mut().find(|(known, _)| known.port == listen.port) {
            Some((known, _)) => {
                known.default |= listen.default;
                known.only_here &= listen.only_here;
                known.tls |= listen.tls;
            }
            None => found.push((listen, Some(directive))),
        }
    }
    if found.is_empty() {
        found.push((Listen { port: 80, default: false, only_here: false, tls: false }, None));
    }
    Ok(found)
}

fn listen(directive: &Directive, address: &Arg, only_asked: bool) -> Result<Listen, ConfError> {
    let text = address.value.as_str();
    if text.starts_with("unix:") {
        return Err(ConfError::docker(directive, "listen unix:"));
    }
    if text.is_empty() {
        let words = "no host in \"\" of the \"listen\" directive";
        return Err(ConfError::said(directive, address, words));
    }
    let port = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        let after =
            text.strip_prefix('[').map_or(text, |rest| rest.split_once(']').map_or("", |(_, rest)| rest));
        match after.rsplit_once(':') {
            Some((_, port)) => port.parse().ok(),
            None => Some(80),
        }
    };
    let Some(port) = port.filter(|port| *port > 0) else {
        let words = format!("invalid port in \"{text}\" of the \"listen\" directive");
        return Err(ConfError::said(directive, address, words));
    };
    let (mut default, mut tls) = (false, false);
    for arg in &directive.args[1..] {
        let word = arg.value.split('=').next().unwrap_or_default();
        match word {
            "default_server" | "default" => default = true,
            "ssl" | "quic" if only_asked => tls = true,
            "http2" | "proxy_protocol" if only_asked => {}
            "ssl" | "http2" | "quic" | "proxy_protocol" | "spdy" => {
                return Err(ConfError::docker(directive, &format!("listen … {word}")));
            }
            "backlog" | "rcvbuf" | "sndbuf" | "accept_filter" | "deferred" | "bind" | "ipv6only"
            | "reuseport" | "so_keepalive" | "setfib" | "fastopen" | "multipath" => {}
            _ => return Err(ConfError::parameter(directive, arg)),
        }
    }
    let host = text.rsplit_once(':').map_or(text, |(host, _)| host);
    let only_here = matches!(host, "localhost" | "[::1]") || host.starts_with("127.");
    Ok(Listen { port, default, only_here, tls })
}

/// The server's names at one port. A name that another server has stays that one's, as in nginx.
fn names(
    compiler: &mut Compiler,
    scope: &Scope<'_>,
    (number, port): (u16, &mut Port),
    at: usize,
) -> Result<(), ConfError> {
    let exact = |compiler: &mut Compiler, port: &mut Port, name: &str| {
        let other = *port.exact.entry(name.into()).or_insert(at);
        if other != at {
            let warning = format!("conflicting server name \"{name}\" on 0.0.0.0:{number}, ignored");
            compiler.warnings.push(warning);
        }
    };
    for directive in scope.own("server_name") {
        for arg in &directive.args {
            let name = arg.value.to_ascii_lowercase();
            if let Some(text) = arg.value.strip_prefix('~') {
                // Letters of a host are compared as they came in lower case.
                let pattern = compiler.pattern(directive, arg, text, true)?;
                port.regex.push((pattern, at));
            } else if let Some(suffix) = name.strip_prefix('*').filter(|rest| rest.starts_with('.')) {
                port.leading.push((suffix.into(), at));
            } else if let Some(bare) = name.strip_prefix('.') {
                exact(compiler, port, bare);
                port.leading.push((name.as_str().into(), at));
            } else if let Some(prefix) = name.strip_suffix('*').filter(|rest| rest.ends_with('.')) {
                port.trailing.push((prefix.into(), at));
            } else if name.starts_with('*')
                || name.ends_with('*')
                || name.contains("*.")
                || name.contains(".*")
            {
                let message =
                    Text::new("front-value").with("name", "server_name").with("value", name.as_str());
                let words = format!("invalid server name or wildcard \"{name}\"");
                return Err(ConfError::of_arg(directive, arg, message, words));
            } else {
                exact(compiler, port, &name);
            }
        }
    }
    Ok(())
}

impl Port {
    /// The server for a host in lower case, without its port: the exact name, the longest wildcard
    /// at the front, the longest at the end, the first pattern, else the default.
    pub fn server(&self, host: &str) -> usize {
        if let Some(at) = self.exact.get(host) {
            return *at;
        }
        let leading =
            self.leading.iter().find(|(suffix, _)| host.ends_with(&**suffix) && host.len() > suffix.len());
        let trailing = || {
            self.trailing.iter().find(|(prefix, _)| host.starts_with(&**prefix) && host.len() > prefix.len())
        };
        if let Some((_, at)) = leading.or_else(trailing) {
            return *at;
        }
        let matching = self.regex.iter().find(|(pattern, _)| pattern.regex.is_match(host.as_bytes()));
        matching.map_or(self.default, |(_, at)| *at)
    }
}
