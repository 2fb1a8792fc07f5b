//! One request on its way: [`Context`], everything that a variable can ask for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use hyper::header::{HeaderMap, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Version};
use regex::bytes::Regex;

use super::client::ClientConnection;
use super::fate::Passed;
use super::live::Live;
use crate::compiled::{LocationConf, Pattern, Server};
use crate::wire::body::Taken;
use crate::wire::written::Names;
use workshop_stack::nginx::Level;

/// What one try at a peer came to.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    /// The peer's address, or the group's name where no peer was live.
    pub name: Arc<str>,
    pub status: u16,
    pub connect: Option<Duration>,
    pub header: Option<Duration>,
    pub response: Duration,
    pub bytes: u64,
}

/// The captures of the last regular expression that matched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Captures {
    subject: Vec<u8>,
    ranges: Vec<Option<(usize, usize)>>,
}

impl Captures {
    /// What a regular expression captures of `subject`, if it matches.
    pub(crate) fn find(regex: &Regex, subject: &[u8]) -> Option<Self> {
        let found = regex.captures(subject)?;
        let ranges = found.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect();
        Some(Self { subject: subject.to_vec(), ranges })
    }

    pub(crate) fn get(&self, group: usize) -> Option<&[u8]> {
        let (start, end) = (*self.ranges.get(group)?)?;
        self.subject.get(start..end)
    }
}

/// A request and what has become of it so far.
pub(crate) struct Context {
    pub live: Arc<Live>,
    pub client: Arc<ClientConnection>,
    /// Whom a trusted client speaks for.
    pub real_ip: Option<SocketAddr>,
    pub server: usize,
    pub conf: Arc<LocationConf>,
    pub method: Method,
    /// The method as it came: an error page is always asked for with GET.
    pub first_method: Method,
    pub version: Version,
    pub headers: HeaderMap,
    /// Their names as they are spelled.
    pub names: Names,
    /// Names of the answer's headers that are handed on or set, as they are spelled.
    pub answer_names: Names,
    /// As it came, with its arguments.
    pub request_uri: Vec<u8>,
    /// `GET / HTTP/1.1`.
    pub request_line: Vec<u8>,
    /// Decoded, without `..` and without arguments.
    pub uri: Vec<u8>,
    pub args: Vec<u8>,
    /// In lower case, without its port.
    pub host: Vec<u8>,
    pub captures: Captures,
    pub own: Vec<Option<Vec<u8>>>,
    pub started: Instant,
    /// The request is one of the front's own: `internal` locations are open to it.
    pub internal: bool,
    /// The URI is still the client's, letter for letter.
    pub unparsed: bool,
    /// The URI still begins with its location's path.
    pub in_location: bool,
    /// An error page was already asked for.
    pub error_page: bool,
    /// The status that an error page is sent with.
    pub error_status: Option<u16>,
    pub status: u16,
    pub sent_headers: HeaderMap,
    pub head_bytes: u64,
    pub body_bytes: u64,
    pub complete: bool,
    pub request_length: u64,
    pub requests: u32,
    pub tries: Vec<Try>,
    pub upstream_headers: HeaderMap,
    /// `$proxy_host` and `$proxy_port`.
    pub proxy_host: Vec<u8>,
    pub proxy_port: Vec<u8>,
    pub request_id: std::sync::OnceLock<String>,
    /// The client's connection ends with this answer.
    pub closes: bool,
    /// The URI in a form that can be sent on as it came.
    pub target: Option<PathAndQuery>,
    /// Its first line was no request's.
    pub unread: bool,
    /// The answer's body goes in chunks.
    pub chunked: bool,
    /// It goes on although its client has left.
    pub stays: Arc<AtomicBool>,
    /// The client's body once it was taken in: a named location may ask for it again.
    pub taken: Option<Taken>,
    /// The client's connection, should it become a tunnel.
    pub upgrade: Option<OnUpgrade>,
    /// What would be asked of whom, where only a question is answered.
    pub passed: Option<Passed>,
    /// The address of a `proxy_pass` with variables came to `https`.
    pub spoken_tls: bool,
}

impl Context {
    pub(crate) fn server(&self) -> &Server {
        &self.live.compiled.servers[self.server]
    }

    /// Who asks: the client, or whom a trusted one speaks for.
    pub(crate) fn peer(&self) -> SocketAddr {
        self.real_ip.unwrap_or(self.client.address)
    }

    /// Takes a trusted client's word on whom it speaks for, once: nginx looks before everything
    /// else, by what holds in the server, and where nothing came of that again in the location.
    pub(crate) fn find_real_ip(&mut self) {
        if self.real_ip.is_none()
            && let Some(found) = &self.conf.real_ip
        {
            self.real_ip = found.address(self.client.address, &self.headers);
        }
    }

    /// Writes to the error log with what nginx adds about the request.
    pub(crate) fn log(&self, level: Level, message: &str, upstream: Option<&str>) {
        use std::fmt::Write as _;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut line = format!(
            "{message}, client: {}, server: {}, request: \"{}\"",
            self.peer().ip().to_canonical(),
            self.server().name,
            text(&self.request_line)
        );
        if let Some(upstream) = upstream {
            let _ = write!(line, ", upstream: \"{upstream}\"");
        }
        for (what, name) in [("host", hyper::header::HOST), ("referrer", hyper::header::REFERER)] {
            if let Some(value) = self.headers.get(name) {
                let _ = write!(line, ", {what}: \"{}\"", text(value.as_bytes()));
            }
        }
        self.live.error_log(&self.conf.error_log).line(level, Some(self.client.number), &line);
    }

    /// Whether a pattern matches; if it does, its captures are the request's from now on.
    pub(crate) fn matches(&mut self, pattern: &Pattern, subject: &[u8]) -> bool {
        let Some(found) = Captures::find(&pattern.regex, subject) else { return false };
        for (group, slot) in &pattern.named {
            if let (Some(value), Some(place)) = (found.get(*group), self.own.get_mut(*slot)) {
                *place = Some(value.to_vec());
            }
        }
        self.captures = found;
        true
    }

    /// The whole of a header that may stand several times.
    pub(crate) fn joined<'h>(
        headers: &'h HeaderMap,
        name: &hyper::header::HeaderName,
    ) -> Option<std::borrow::Cow<'h, [u8]>> {
        let mut values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
        let first = values.next()?;
        let Some(second) = values.next() else { return Some(first.into()) };
        let between: &[u8] = if name == hyper::header::COOKIE { b"; " } else { b", " };
        let mut all = [first, between, second].concat();
        for value in values {
            all.extend_from_slice(between);
            all.extend_from_slice(value);
        }
        Some(all.into())
    }
}
