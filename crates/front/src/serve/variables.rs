//! What each variable comes to for a request.

use std::io::Write as _;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use hyper::Version;
use hyper::header::{self, HeaderName};

use super::context::{Captures, Context, Try};
use super::uri;
use crate::compiled::{Escape, Format};
use crate::log;
use crate::value::{Part, Tried, Value, Var};
use crate::view::absolute;
use workshop_stack::nginx::Modifier;

/// Maps may look at maps; deeper than this it is a circle.
const MAX_MAPS: usize = 8;

/// A value for a request; a variable without value is nothing.
pub(super) fn eval(value: &Value, context: &Context) -> Vec<u8> {
    let mut out = Vec::new();
    Asked::of(context).push(value, &mut out);
    out
}

/// The same with captures escaped, where the client's own URI had something to escape.
pub(super) fn eval_quoted(value: &Value, context: &Context) -> Vec<u8> {
    let path = context.request_uri.split(|byte| *byte == b'?').next().unwrap_or_default();
    let quote = path.iter().any(|byte| matches!(byte, b'%' | b'+'));
    let mut out = Vec::new();
    Asked { quote, ..Asked::of(context) }.push(value, &mut out);
    out
}

/// One variable alone.
pub(super) fn eval_var(var: &Var, context: &Context) -> Vec<u8> {
    let mut out = Vec::new();
    Asked::of(context).variable(var, &mut out);
    out
}

/// A line of the access log, with its line feed. A variable without value is `-`.
pub(super) fn log_line(format: &Format, context: &Context) -> Vec<u8> {
    let mut line = Vec::with_capacity(256);
    let mut value = Vec::new();
    for part in &format.value.parts {
        match part {
            Part::Text(text) => line.extend_from_slice(text),
            Part::Var(var) => {
                value.clear();
                match (Asked::of(context).variable(var, &mut value), format.escape) {
                    (false, Escape::Json | Escape::None) => {}
                    (false, _) => line.push(b'-'),
                    (true, escape) => escaped(&value, escape, &mut line),
                }
            }
        }
    }
    line.push(b'\n');
    line
}

fn escaped(value: &[u8], escape: Escape, out: &mut Vec<u8>) {
    for byte in value {
        match (escape, byte) {
            (Escape::None, byte) => out.push(*byte),
            (Escape::Default, b'"' | b'\\' | 0..=31 | 127..) => {
                let _ = write!(out, "\\x{byte:02X}");
            }
            (Escape::Json, b'"' | b'\\') => out.extend_from_slice(&[b'\\', *byte]),
            (Escape::Json, b'\n') => out.extend_from_slice(b"\\n"),
            (Escape::Json, b'\r') => out.extend_from_slice(b"\\r"),
            (Escape::Json, b'\t') => out.extend_from_slice(b"\\t"),
            (Escape::Json, 8) => out.extend_from_slice(b"\\b"),
            (Escape::Json, 12) => out.extend_from_slice(b"\\f"),
            (Escape::Json, 0..=31) => {
                let _ = write!(out, "\\u{byte:04X}");
            }
            (_, byte) => out.push(*byte),
        }
    }
}

/// Who asks for a variable: a request, and the map it came through.
struct Asked<'a> {
    context: &'a Context,
    captures: &'a Captures,
    depth: usize,
    /// Captures are escaped.
    quote: bool,
}

impl<'a> Asked<'a> {
    const fn of(context: &'a Context) -> Self {
        Self { context, captures: &context.captures, depth: 0, quote: false }
    }

    fn push(&self, value: &Value, out: &mut Vec<u8>) {
        for part in &value.parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Var(var) => {
                    self.variable(var, out);
                }
            }
        }
    }

    fn mapped(&self, map: usize, out: &mut Vec<u8>) -> bool {
        let map = self.context.live.compiled.maps.get(map).filter(|_| self.depth < MAX_MAPS);
        let Some(map) = map else { return false };
        let inner = Asked { depth: self.depth + 1, quote: false, ..*self };
        let mut source = Vec::new();
        inner.push(&map.source, &mut source);
        if let Some(value) = map.plain(&source.to_ascii_lowercase()) {
            inner.push(value, out);
            return true;
        }
        // An empty source meets no pattern.
        for (pattern, value) in map.regex.iter().filter(|_| !source.is_empty()) {
            if let Some(captures) = Captures::find(&pattern.regex, &source) {
                Asked { captures: &captures, ..inner }.push(value, out);
                return true;
            }
        }
        inner.push(&map.default, out);
        true
    }

    /// What a named group of a map's pattern captures, whether or not the map was asked before.
    fn map_capture(&self, slot: usize, out: &mut Vec<u8>) -> bool {
        let compiled = &self.context.live.compiled;
        let map = compiled.map_captures.get(&slot).and_then(|map| compiled.maps.get(*map));
        let Some(map) = map.filter(|_| self.depth < MAX_MAPS) else { return false };
        let mut source = Vec::new();
        Asked { depth: self.depth + 1, quote: false, ..*self }.push(&map.source, &mut source);
        if source.is_empty() || map.plain(&source.to_ascii_lowercase()).is_some() {
            return false;
        }
        let mut patterns = map.regex.iter().map(|(pattern, _)| pattern);
        let found = patterns.find_map(|pattern| Some((pattern, Captures::find(&pattern.regex, &source)?)));
        let Some((pattern, captures)) = found else { return false };
        let group = pattern.named.iter().find(|(_, named)| *named == slot).map(|(group, _)| *group);
        group.and_then(|group| captures.get(group)).is_some_and(|value| add_some(out, value))
    }

    /// Adds a variable's value; whether it has one.
    fn variable(&self, var: &Var, out: &mut Vec<u8>) -> bool {
        let context = self.context;
        let add = |out: &mut Vec<u8>, bytes: &[u8]| {
            out.extend_from_slice(bytes);
            true
        };
        let number = |out: &mut Vec<u8>, number: u64| write!(out, "{number}").is_ok();
        // An address that a header gave may have no port.
        let port = |out: &mut Vec<u8>, port: u16| port == 0 || number(out, port.into());
        match var {
            Var::Args => add_some(out, &context.args),
            Var::IsArgs => add(out, if context.args.is_empty() { b"" } else { b"?" }),
            Var::Arg(name) => argument(&context.args, name).is_some_and(|value| add(out, value)),
            Var::Uri => add_some(out, &context.uri),
            Var::RequestUri => add_some(out, &context.request_uri),
            Var::Request => add_some(out, &context.request_line),
            Var::RequestMethod | Var::ServerProtocol if context.unread => false,
            Var::RequestMethod => add(out, context.first_method.as_str().as_bytes()),
            Var::Host => {
                let host =
                    if context.host.is_empty() { context.server().name.as_bytes() } else { &context.host };
                add(out, host)
            }
            Var::Http(name) if context.server().underscores_in_headers => underscored(context, name, out),
            Var::Http(name) => header_of(&context.headers, name, out),
            Var::ContentType => header_of(&context.headers, &header::CONTENT_TYPE, out),
            Var::ContentLength => header_of(&context.headers, &header::CONTENT_LENGTH, out),
            Var::Cookie(name) => cookie(context, name).is_some_and(|value| add(out, &value)),
            Var::SentHttp(name) => header_of(&context.sent_headers, name, out),
            Var::UpstreamHttp(name) => header_of(&context.upstream_headers, name, out),
            Var::RemoteAddr => write!(out, "{}", context.peer().ip()).is_ok(),
            Var::RemotePort => port(out, context.peer().port()),
            Var::ConnectionAddr => write!(out, "{}", context.client.address.ip().to_canonical()).is_ok(),
            Var::ConnectionPort => port(out, context.client.address.port()),
            Var::RemoteUser => remote_user(context).is_some_and(|user| add(out, &user)),
            Var::ProxyAddXForwardedFor => {
                if header_of(&context.headers, &HeaderName::from_static("x-forwarded-for"), out) {
                    out.extend_from_slice(b", ");
                }
                write!(out, "{}", context.peer().ip()).is_ok()
            }
            Var::Fixed(text) => add(out, text.as_bytes()),
            Var::ServerAddr => write!(out, "{}", context.live.host).is_ok(),
            Var::ServerName => add(out, context.server().name.as_bytes()),
            Var::ServerPort => number(out, context.client.port.into()),
            Var::ServerProtocol => {
                add(out, if context.version == Version::HTTP_10 { b"HTTP/1.0" } else { b"HTTP/1.1" })
            }
            Var::Status => write!(out, "{:03}", context.error_status.unwrap_or(context.status)).is_ok(),
            Var::BodyBytesSent => number(out, context.body_bytes),
            Var::BytesSent => number(out, context.head_bytes + context.body_bytes),
            Var::RequestLength => number(out, context.request_length),
            Var::RequestTime => add(out, seconds(context.started.elapsed()).as_bytes()),
            Var::RequestCompletion => add(out, if context.complete { b"OK" } else { b"" }),
            Var::RequestId => add(out, request_id(context).as_bytes()),
            Var::Nothing => false,
            Var::TimeLocal => log::with_log_time(SystemTime::now(), |local, _| add(out, local.as_bytes())),
            Var::TimeIso8601 => log::with_log_time(SystemTime::now(), |_, iso| add(out, iso.as_bytes())),
            Var::Msec => add(out, log::msec(SystemTime::now()).as_bytes()),
            Var::Connection => number(out, context.client.number),
            Var::ConnectionRequests => number(out, context.requests.into()),
            Var::Pid => number(out, std::process::id().into()),
            Var::Hostname => add(out, context.live.hostname.as_bytes()),
            Var::DocumentRoot => add(out, &document_root(context)),
            Var::RequestFilename => add(out, &filename(context, &context.uri)),
            Var::ProxyHost => add_some(out, &context.proxy_host),
            Var::ProxyPort => add_some(out, &context.proxy_port),
            Var::Capture(group) => self.captures.get(*group).is_some_and(|value| match self.quote {
                true => add(out, &uri::escaped_argument(value)),
                false => add(out, value),
            }),
            Var::Own(slot) => match context.own.get(*slot).and_then(Option::as_ref) {
                Some(value) => add(out, value),
                None => self.map_capture(*slot, out),
            },
            Var::Map(map) => self.mapped(*map, out),
            Var::Upstream(what) => upstream(*what, &context.tries, out),
        }
    }
}

/// `$document_root`.
fn document_root(context: &Context) -> Vec<u8> {
    let value = context.conf.alias.as_ref().unwrap_or(&context.conf.root);
    let root = eval(value, context);
    if root.starts_with(b"/") { root } else { absolute(&String::from_utf8_lossy(&root)).into_bytes() }
}

/// The container's path of a URI; of the request's own it is `$request_filename`.
pub(super) fn filename(context: &Context, uri: &[u8]) -> Vec<u8> {
    let mut path = document_root(context);
    if context.conf.alias.is_none() {
        path.extend_from_slice(uri);
        return path;
    }
    // In a location of a pattern, an alias is the whole path.
    if !matches!(context.conf.modifier, Modifier::Regex | Modifier::RegexIgnoringCase) {
        path.extend_from_slice(uri.strip_prefix(context.conf.prefix.as_bytes()).unwrap_or(uri));
    }
    path
}

fn add_some(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    out.extend_from_slice(bytes);
    !bytes.is_empty()
}

fn header_of(headers: &hyper::HeaderMap, name: &HeaderName, out: &mut Vec<u8>) -> bool {
    let Some(value) = Context::joined(headers, name) else { return false };
    out.extend_from_slice(&value);
    true
}

/// A header whose name may have `_` for `-`: to a variable they are one.
fn underscored(context: &Context, name: &HeaderName, out: &mut Vec<u8>) -> bool {
    let is_it = |key: &&HeaderName| key.as_str().replace('_', "-") == name.as_str();
    let mut found = false;
    for key in context.headers.keys().filter(is_it) {
        if found {
            out.extend_from_slice(b", ");
        }
        found |= header_of(&context.headers, key, out);
    }
    found
}

/// `1.234`.
fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

/// One value for each try, as nginx lists them.
fn upstream(what: Tried, tries: &[Try], out: &mut Vec<u8>) -> bool {
    let time = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), seconds);
    for (at, tried) in tries.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b", ");
        }
        let text = match what {
            Tried::Addr => tried.name.to_string(),
            Tried::Status if tried.status == 0 => "-".to_owned(),
            Tried::Status => tried.status.to_string(),
            Tried::Connect => time(tried.connect),
            Tried::Header => time(tried.header),
            Tried::Response => seconds(tried.response),
            Tried::Bytes => tried.bytes.to_string(),
        };
        out.extend_from_slice(text.as_bytes());
    }
    !tries.is_empty()
}

/// The value of an argument; names know no upper and lower case.
fn argument<'a>(args: &'a [u8], name: &str) -> Option<&'a [u8]> {
    args.split(|byte| *byte == b'&').find_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        pair[..at].eq_ignore_ascii_case(name.as_bytes()).then(|| &pair[at + 1..])
    })
}

fn cookie(context: &Context, name: &str) -> Option<Vec<u8>> {
    let headers = context.headers.get_all(header::COOKIE).iter();
    let pairs = headers.flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    pairs.map(<[u8]>::trim_ascii).find_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        pair[..at].eq_ignore_ascii_case(name.as_bytes()).then(|| pair[at + 1..].to_vec())
    })
}

/// Base64 without its padding; what is left of a last letter's bits is nobody's.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));

/// The name of `Authorization: Basic`.
fn remote_user(context: &Context) -> Option<Vec<u8>> {
    let value = context.headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, rest) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return None;
    }
    let unpadded = rest.trim_ascii().split(|byte| *byte == b'=').next()?;
    let mut decoded = BASE64.decode(unpadded).ok()?;
    let end = decoded.iter().position(|byte| *byte == b':')?;
    decoded.truncate(end);
    (!decoded.is_empty()).then_some(decoded)
}

/// 16 bytes in hexadecimal, the same for the whole request.
fn request_id(context: &Context) -> &str {
    use std::hash::{BuildHasher as _, Hasher as _};
    context.request_id.get_or_init(|| {
        let half = || {
            let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
            hasher.write_u64(context.client.number);
            hasher.finish()
        };
        format!("{:016x}{:016x}", half(), half())
    })
}
