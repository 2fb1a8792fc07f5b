//! `upstream` blocks: a group of servers that nginx balances over.

use super::address::{Resolver, address};
use super::conf::NginxConf;
use super::directive::Directive;
use crate::{Span, Spanned};

/// A group of servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// What a `proxy_pass` calls it.
    pub name: Spanned<String>,
    /// In the file's order.
    pub servers: Vec<UpstreamServer>,
    /// The last one said counts; round robin where none is.
    pub method: Method,
    /// Of the directive that says the method.
    pub method_span: Option<Span>,
    /// Memory that the workers share; `resolve` needs it.
    pub zone: Option<Zone>,
    /// Idle connections that each worker keeps.
    pub keepalive: Option<Spanned<u32>>,
    /// The group's own, before the server's and `http`'s.
    pub resolver: Option<Resolver>,
    /// Of the word `upstream`.
    pub span: Span,
}

/// How a server is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// In turn, by weight: what nginx does unasked.
    RoundRobin,
    /// `least_conn`: the server with the fewest connections under way.
    LeastConn,
    /// `ip_hash`: by the client's address.
    IpHash,
    /// With its key, as written.
    Hash(String),
    /// `random`, whatever its arguments.
    Random,
    /// Another one, by its directive's name (`least_time`, `sticky` is none).
    Other(String),
}

/// `zone name [size]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// As written.
    pub name: String,
    /// As written: `64k`.
    pub size: Option<String>,
    /// Of the word `zone`.
    pub span: Span,
}

/// One `server` of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamServer {
    /// A name, an address, or `unix:/path`.
    pub host: String,
    /// 80 where none is given; none for a socket.
    pub port: Option<u16>,
    /// The name is looked up again and again, not only at the start.
    pub resolve: bool,
    /// 1 where none is given.
    pub max_fails: Option<u32>,
    /// As written (`1s`); 10 seconds where none is given.
    pub fail_timeout: Option<String>,
    /// 1 where none is given.
    pub weight: u32,
    /// It is asked only while the others fail.
    pub backup: bool,
    /// It is never asked.
    pub down: bool,
    /// Of the address.
    pub span: Span,
}

impl Upstream {
    pub(super) fn read(directive: &Directive) -> Option<Self> {
        let name = directive.args.first()?;
        let inside = directive.inside();
        // nginx warns of two and takes the last.
        let chosen = inside.iter().rev().find_map(|inner| Some((method(inner)?, inner.span)));
        let one = |name: &str| inside.iter().rev().find(|directive| directive.name == name);
        Some(Self {
            name: Spanned::new(name.value.clone(), name.span),
            servers: inside.iter().filter(|inner| inner.name == "server").filter_map(server).collect(),
            method: chosen.as_ref().map_or(Method::RoundRobin, |(method, _)| method.clone()),
            method_span: chosen.map(|(_, span)| span),
            zone: one("zone").and_then(|zone| {
                let size = zone.arg(1).map(str::to_owned);
                Some(Zone { name: zone.arg(0)?.to_owned(), size, span: zone.span })
            }),
            keepalive: one("keepalive")
                .and_then(|keepalive| Some(Spanned::new(keepalive.arg(0)?.parse().ok()?, keepalive.span))),
            resolver: one("resolver").and_then(Resolver::read),
            span: directive.span,
        })
    }
}

impl NginxConf {
    /// In the file's order.
    pub fn upstreams(&self) -> Vec<Upstream> {
        self.http().filter(|directive| directive.name == "upstream").filter_map(Upstream::read).collect()
    }

    /// The upstream of that name; nginx does not mind upper and lower case.
    pub fn upstream(&self, name: &str) -> Option<Upstream> {
        self.upstreams().into_iter().find(|upstream| upstream.name.value.eq_ignore_ascii_case(name))
    }
}

fn method(directive: &Directive) -> Option<Method> {
    Some(match directive.name.as_str() {
        "least_conn" => Method::LeastConn,
        "ip_hash" => Method::IpHash,
        "hash" => Method::Hash(directive.arg(0)?.to_owned()),
        "random" => Method::Random,
        "least_time" => Method::Other(directive.name.clone()),
        _ => return None,
    })
}

fn server(directive: &Directive) -> Option<UpstreamServer> {
    let written = directive.args.first()?;
    let (host, port) = if written.value.starts_with("unix:") {
        (written.value.clone(), None)
    } else {
        let (host, port) = address(&written.value);
        (host, Some(port.unwrap_or(80)))
    };
    let number = |name| directive.param(name).and_then(|value| value.parse().ok());
    Some(UpstreamServer {
        host,
        port,
        resolve: directive.flag("resolve"),
        max_fails: number("max_fails"),
        fail_timeout: directive.param("fail_timeout").map(str::to_owned),
        weight: number("weight").unwrap_or(1),
        backup: directive.flag("backup"),
        down: directive.flag("down"),
        span: written.span,
    })
}
