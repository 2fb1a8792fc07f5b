//! Arguments with variables in them, split once when the configuration is read: [`Value`] is text
//! and [`Var`]s in turn. What a variable comes to for a request is `serve/variables.rs`.

use std::collections::HashMap;

use hyper::header::HeaderName;

/// The nginx whose behaviour this is: `$nginx_version`.
pub(crate) const VERSION: &str = "1.30.0";

/// An argument's text with its variables.
#[derive(Clone, Debug, Default)]
pub struct Value {
    pub parts: Box<[Part]>,
}

#[derive(Clone, Debug)]
pub enum Part {
    Text(Box<[u8]>),
    Var(Var),
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Var {
    Args,
    Arg(Box<str>),
    BodyBytesSent,
    BytesSent,
    Capture(usize),
    Connection,
    ConnectionRequests,
    ContentLength,
    ContentType,
    Cookie(Box<str>),
    DocumentRoot,
    Host,
    Hostname,
    Http(HeaderName),
    IsArgs,
    /// One that the configuration defines itself (`set`, a named capture).
    Own(usize),
    Map(usize),
    Msec,
    Pid,
    ProxyAddXForwardedFor,
    ProxyHost,
    ProxyPort,
    RemoteAddr,
    RemotePort,
    ConnectionAddr,
    ConnectionPort,
    RemoteUser,
    Request,
    RequestCompletion,
    RequestFilename,
    RequestId,
    RequestLength,
    RequestMethod,
    RequestTime,
    RequestUri,
    SentHttp(HeaderName),
    ServerAddr,
    ServerName,
    ServerPort,
    ServerProtocol,
    Status,
    TimeIso8601,
    TimeLocal,
    /// Of each try at a peer (`$upstream_status`).
    Upstream(Tried),
    UpstreamHttp(HeaderName),
    Uri,
    /// The same for every request (`$scheme`).
    Fixed(&'static str),
    /// Always empty here (`$upstream_cache_status`).
    Nothing,
}

/// What is told of a try at a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    Addr,
    Bytes,
    Connect,
    Header,
    Response,
    Status,
}

/// The variables that a configuration defines itself.
#[derive(Debug, Default)]
pub struct Own {
    pub slots: HashMap<String, usize>,
    pub maps: HashMap<String, usize>,
}

impl Own {
    /// The place of a variable that is set, new or known.
    pub fn slot(&mut self, name: &str) -> usize {
        let next = self.slots.len();
        *self.slots.entry(name.to_ascii_lowercase()).or_insert(next)
    }
}

/// A name that no variable has.
#[derive(Debug, PartialEq, Eq)]
pub enum BadVariable {
    Unknown(String),
    /// A `$` without a name, or `${` without its brace.
    Malformed,
}

impl Value {
    pub fn text(text: &[u8]) -> Self {
        Self { parts: Box::new([Part::Text(text.into())]) }
    }

    /// The text, where there is no variable in it.
    pub fn constant(&self) -> Option<&[u8]> {
        match &*self.parts {
            [] => Some(b""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(crate) fn vars(&self) -> impl Iterator<Item = &Var> {
        self.parts.iter().filter_map(|part| match part {
            Part::Var(var) => Some(var),
            Part::Text(_) => None,
        })
    }

    /// Splits `text`.
    pub fn parse(text: &str, own: &Own) -> Result<Self, BadVariable> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            if at > 0 {
                parts.push(Part::Text(rest.as_bytes()[..at].into()));
            }
            let after = &rest[at + 1..];
            let (name, after) = if let Some(inner) = after.strip_prefix('{') {
                inner.split_once('}').ok_or(BadVariable::Malformed)?
            } else if after.starts_with(|c: char| c.is_ascii_digit()) {
                // `$1x` is the first capture and an x.
                after.split_at(1)
            } else {
                let end = after.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(after.len());
                after.split_at(end)
            };
            if name.is_empty() {
                return Err(BadVariable::Malformed);
            }
            parts.push(Part::Var(variable(name, own)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.as_bytes().into()));
        }
        Ok(Self { parts: parts.into() })
    }
}

/// The variable of that name, without its `$`; names know no upper and lower case.
pub(crate) fn variable(name: &str, own: &Own) -> Result<Var, BadVariable> {
    let name = name.to_ascii_lowercase();
    if let Ok(digit) = name.parse::<usize>()
        && digit < 10
    {
        return Ok(Var::Capture(digit));
    }
    if let Some(slot) = own.slots.get(&name) {
        return Ok(Var::Own(*slot));
    }
    if let Some(map) = own.maps.get(&name) {
        return Ok(Var::Map(*map));
    }
    if let Some(var) = builtin(&name) {
        return Ok(var);
    }
    let unknown = || BadVariable::Unknown(name.clone());
    let header =
        |rest: &str| HeaderName::from_bytes(rest.replace('_', "-").as_bytes()).map_err(|_| unknown());
    for (prefix, make) in [
        ("sent_http_", (|name| Var::SentHttp(name)) as fn(HeaderName) -> Var),
        ("upstream_http_", |name| Var::UpstreamHttp(name)),
        ("http_", |name| Var::Http(name)),
    ] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return header(rest).map(make);
        }
    }
    if let Some(rest) = name.strip_prefix("arg_") {
        return Ok(Var::Arg(rest.into()));
    }
    if let Some(rest) = name.strip_prefix("cookie_") {
        return Ok(Var::Cookie(rest.into()));
    }
    Err(unknown())
}

fn builtin(name: &str) -> Option<Var> {
    Some(match name {
        "args" | "query_string" => Var::Args,
        "body_bytes_sent" => Var::BodyBytesSent,
        "bytes_sent" => Var::BytesSent,
        "connection" => Var::Connection,
        "connection_requests" => Var::ConnectionRequests,
        "content_length" => Var::ContentLength,
        "content_type" => Var::ContentType,
        "document_root" | "realpath_root" => Var::DocumentRoot,
        "host" => Var::Host,
        "hostname" => Var::Hostname,
        "https" => Var::Fixed(""),
        "is_args" => Var::IsArgs,
        "msec" => Var::Msec,
        "nginx_version" => Var::Fixed(VERSION),
        "pid" => Var::Pid,
        "pipe" => Var::Fixed("."),
        "proxy_add_x_forwarded_for" => Var::ProxyAddXForwardedFor,
        "proxy_host" => Var::ProxyHost,
        "proxy_port" => Var::ProxyPort,
        "remote_addr" => Var::RemoteAddr,
        "remote_port" => Var::RemotePort,
        "realip_remote_addr" => Var::ConnectionAddr,
        "realip_remote_port" => Var::ConnectionPort,
        "remote_user" => Var::RemoteUser,
        "request" => Var::Request,
        "request_completion" => Var::RequestCompletion,
        "request_filename" => Var::RequestFilename,
        "request_id" => Var::RequestId,
        "request_length" => Var::RequestLength,
        "request_method" => Var::RequestMethod,
        "request_time" => Var::RequestTime,
        "request_uri" => Var::RequestUri,
        "scheme" => Var::Fixed("http"),
        "server_addr" => Var::ServerAddr,
        "server_name" => Var::ServerName,
        "server_port" => Var::ServerPort,
        "server_protocol" => Var::ServerProtocol,
        "status" => Var::Status,
        "time_iso8601" => Var::TimeIso8601,
        "time_local" => Var::TimeLocal,
        "upstream_addr" => Var::Upstream(Tried::Addr),
        "upstream_connect_time" => Var::Upstream(Tried::Connect),
        "upstream_header_time" => Var::Upstream(Tried::Header),
        "upstream_bytes_received" | "upstream_response_length" => Var::Upstream(Tried::Bytes),
        "upstream_response_time" => Var::Upstream(Tried::Response),
        "upstream_status" => Var::Upstream(Tried::Status),
        "uri" | "document_uri" => Var::Uri,
        "limit_rate" => Var::Fixed("0"),
        "gzip_ratio" | "request_body" | "ssl_cipher" | "ssl_protocol" | "upstream_cache_status" => {
            Var::Nothing
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_variables_in_turn() {
        let mut own = Own::default();
        own.slot("target");
        let value = Value::parse("a$host:${arg_id}/$1x$target", &own).expect("read");
        let vars: Vec<_> = value.vars().cloned().collect();
        assert_eq!(vars, [Var::Host, Var::Arg("id".into()), Var::Capture(1), Var::Own(0)]);
        assert_eq!(value.parts.len(), 8);
        assert_eq!(Value::parse("plain", &own).expect("read").constant(), Some(&b"plain"[..]));
        let unknown = Value::parse("$nope", &own).expect_err("unknown");
        assert_eq!(unknown, BadVariable::Unknown("nope".to_owned()));
        for bad in ["$", "a$-", "${host", "${}"] {
            assert_eq!(Value::parse(bad, &own).expect_err("malformed"), BadVariable::Malformed, "{bad}");
        }
        let header = variable("http_x_real_ip", &own).expect("a header");
        assert_eq!(header, Var::Http(HeaderName::from_static("x-real-ip")));
    }
}
