//! Where a location's `proxy_pass` goes.

use super::{Directive, Location, Upstream};
use crate::Span;

/// What a location proxies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyTarget {
    /// `http` or `https`.
    pub scheme: String,
    /// The host that it goes to.
    pub target: Target,
    /// The port as written. Behind an upstream's name nginx refuses one.
    pub written_port: Option<u16>,
    /// What follows the host: with it, nginx replaces the location's part of the path.
    pub uri: Option<String>,
    /// Of the address in `proxy_pass`.
    pub span: Span,
}

/// The host of a `proxy_pass`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A group of this file.
    Upstream(Box<Upstream>),
    /// A name that nginx resolves once, when it starts; or an address.
    Host {
        /// Without the port; an IPv6 address without its brackets.
        name: String,
        /// As written, else the scheme's own: 80 or 443.
        port: u16,
    },
    /// A socket's path.
    Unix(String),
    /// A name made from variables, which nginx resolves anew for requests (and needs a `resolver`
    /// for, unless it names an upstream).
    Variable {
        /// As written (`$backend:8080`).
        written: String,
        /// What it comes to with the file's own `set`s, where they say.
        value: Option<Box<Target>>,
    },
}

/// Who resolves names while nginx runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// As written, each with its port if it has one.
    pub addresses: Vec<String>,
    /// How long an answer counts (`1s`); what the DNS server says where it is not given.
    pub valid: Option<String>,
    /// Of the word `resolver`.
    pub span: Span,
}

impl Resolver {
    /// What a `resolver` directive says; none where it names no address.
    pub fn read(directive: &Directive) -> Option<Self> {
        let is_address = |value: &&str| !value.contains('=');
        let values = || directive.args.iter().map(|arg| arg.value.as_str());
        let valid = values().find_map(|value| value.strip_prefix("valid=")).map(str::to_owned);
        let addresses: Vec<_> = values().filter(is_address).map(str::to_owned).collect();
        (!addresses.is_empty()).then_some(Self { addresses, valid, span: directive.span })
    }
}

impl Location<'_> {
    /// Where this location's own `proxy_pass` goes (it is not inherited). None where it has none,
    /// or one that begins with no scheme.
    pub fn proxy_target(&self) -> Option<ProxyTarget> {
        let directive = *self.own("proxy_pass").last()?;
        let address = directive.args.first()?;
        self.target(&address.value, address.span)
    }

    /// The resolver in force here.
    pub fn resolver(&self) -> Option<Resolver> {
        Resolver::read(self.effective("resolver")?)
    }

    fn target(&self, address: &str, span: Span) -> Option<ProxyTarget> {
        let written = address;
        // `proxy_pass $backend;` may hold the scheme, too.
        let substituted = self.substituted(address);
        let source = if address.contains("://") { address } else { &substituted };
        let Some((scheme, rest)) = scheme(source) else {
            let target = Target::Variable { written: written.to_owned(), value: None };
            let is_variable = address.starts_with('$');
            return is_variable.then(|| ProxyTarget {
                scheme: "http".to_owned(),
                target,
                written_port: None,
                uri: None,
                span,
            });
        };
        let default_port = if scheme == "https" { 443 } else { 80 };
        let (host, uri) = split_uri(rest);
        let variable = written.split_once("://").map_or(written, |(_, rest)| split_uri(rest).0).contains('$');
        let (target, written_port) = if variable {
            let resolved = self.substituted(host);
            let (value, port) = self.host(&resolved, default_port);
            let written = if written.contains("://") { host } else { written };
            let value = (!resolved.contains('$')).then(|| Box::new(value));
            (Target::Variable { written: written.to_owned(), value }, port)
        } else {
            self.host(host, default_port)
        };
        let uri = uri.map(str::to_owned);
        Some(ProxyTarget { scheme: scheme.to_ascii_lowercase(), target, written_port, uri, span })
    }

    fn host(&self, host: &str, default_port: u16) -> (Target, Option<u16>) {
        if let Some(path) = host.strip_prefix("unix:") {
            return (Target::Unix(path.to_owned()), None);
        }
        let (name, port) = address(host);
        let target = match self.server.conf.upstream(&name) {
            Some(upstream) => Target::Upstream(Box::new(upstream)),
            None => Target::Host { name, port: port.unwrap_or(default_port) },
        };
        (target, port)
    }

    /// `text` with the variables that the file `set`s; others stay as they are. One value's own
    /// variables are replaced too, but not again within themselves.
    fn substituted(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..2 {
            text = self.substituted_once(&text);
            if text.len() > 4096 {
                break;
            }
        }
        text
    }

    fn substituted_once(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let after = &rest[at + 1..];
            let (name, length) = variable(after);
            match self.variable(name) {
                Some(value) => out.push_str(value),
                None => out.push_str(&rest[at..at + 1 + length]),
            }
            rest = &after[length..];
        }
        out.push_str(rest);
        out
    }
}

/// A variable's name behind its `$`, and how many bytes it takes there (`{name}` has two more).
fn variable(text: &str) -> (&str, usize) {
    if let Some((name, _)) = text.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        return (name, name.len() + 2);
    }
    let end = text.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    (&text[..end], end)
}

/// The scheme, as written, and what follows its `://`; none where it is neither `http` nor `https`.
pub fn scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https").then_some((scheme, rest))
}

/// Host and URI: the URI begins at the first `/` or `?`, or at a variable that holds a path; a
/// socket's path ends at a colon.
pub fn split_uri(rest: &str) -> (&str, Option<&str>) {
    if rest.starts_with("unix:") {
        let colon = rest.rfind(':').filter(|at| *at > "unix:".len());
        return colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    }
    let mut starts = rest.char_indices().filter(|(at, letter)| match letter {
        '/' | '?' => true,
        '$' => holds_path(variable(&rest[at + 1..]).0),
        _ => false,
    });
    let at = starts.next().map(|(at, _)| at);
    at.map_or((rest, None), |at| (&rest[..at], Some(&rest[at..])))
}

/// nginx's own variables for a request's path, and a pattern's captures.
fn holds_path(variable: &str) -> bool {
    let capture = variable.starts_with(|c: char| c.is_ascii_digit());
    capture
        || matches!(variable, "request_uri" | "uri" | "document_uri" | "is_args" | "args" | "query_string")
}

/// `name:port`, `[::1]:port`, or either without a port.
pub fn address(text: &str) -> (String, Option<u16>) {
    if let Some((inside, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inside.to_owned(), after.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
            (host.to_owned(), port.parse().ok())
        }
        _ => (text.to_owned(), None),
    }
}
