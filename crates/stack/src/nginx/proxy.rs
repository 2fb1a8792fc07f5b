//! Where a location's `proxy_pass` goes.

use super::address::{Resolver, address, scheme, split_uri, variable};
use super::location::Location;
use super::upstream::Upstream;
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
