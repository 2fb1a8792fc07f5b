//! A request as it was read: its [`Context`], the server that it is for, and why nginx would refuse it
//! before any location is asked.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use hyper::header::{self, HeaderMap};
use hyper::{Method, Version};

use super::client::ClientConnection;
use super::context::{Captures, Context};
use super::live::Counters;
use super::uri;
use crate::wire::head::{Head, Length};
use crate::wire::written::Names;

/// Why a request goes no further, as nginx refuses it while it reads the head.
pub(super) fn refusal(context: &mut Context, head: Option<&Head>, length: Length) -> Option<u16> {
    // The log shows the path whatever is wrong with the rest.
    let merged = context.server().merge_slashes;
    let mut is_path = read_path(context);
    let limits = context.client.head;
    if context.request_line.len() > limits.line {
        context.request_line.truncate(limits.line);
        return Some(414);
    }
    if head.is_some_and(|head| head.longest > limits.line || head.bytes > limits.whole) {
        return Some(494);
    }
    // nginx knows methods in capitals only.
    if context.first_method.as_str().bytes().any(|byte| !matches!(byte, b'A'..=b'Z' | b'_' | b'-')) {
        return Some(400);
    }
    // A body's length said twice is how requests are smuggled; where the head itself cannot be
    // told, a chunked one is not trusted.
    let chunked = length == Length::Chunked;
    let twice = head.map_or(chunked, |head| head.lengths > 1);
    if twice || context.headers.get_all(header::HOST).iter().nth(1).is_some() {
        return Some(400);
    }
    let encoding = context.headers.get(header::TRANSFER_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Some(501);
    }
    if matches!(context.first_method, Method::CONNECT | Method::TRACE) {
        return Some(405);
    }
    let host = context.headers.get(header::HOST);
    if host.is_none() && context.version == Version::HTTP_11 {
        return Some(400);
    }
    if context.host.is_empty()
        && let Some(host) = host
    {
        let Some(host) = uri::host(host.as_bytes()) else { return Some(400) };
        context.host = host;
        choose_server(context);
    }
    if context.server().merge_slashes != merged {
        is_path = read_path(context);
    }
    (!is_path).then_some(400)
}

/// Makes the URI plain; whether it can be.
fn read_path(context: &mut Context) -> bool {
    let path = context.request_uri.split(|byte| *byte == b'?').next().unwrap_or_default();
    let plain = uri::plain(path, context.server().merge_slashes);
    let is_path = plain.is_some();
    context.uri = plain.unwrap_or_default();
    is_path
}

fn choose_server(context: &mut Context) {
    let compiled = &context.live.compiled;
    if let (Some(port), Ok(host)) =
        (compiled.ports.get(&context.client.port), std::str::from_utf8(&context.host))
    {
        let at = port.server(host);
        if at != context.server {
            context.server = at;
            context.conf = Arc::clone(&compiled.servers[at].conf);
        }
        let pattern = port.regex.iter().find(|(_, server)| *server == at).map(|(pattern, _)| pattern.clone());
        if let Some(pattern) = pattern {
            let host = context.host.clone();
            context.matches(&pattern, &host);
        }
    }
}

/// A context at the default server of its port.
pub(super) fn context(
    client: &Arc<ClientConnection>,
    parts: hyper::http::request::Parts,
    line: Option<&[u8]>,
) -> Context {
    let uri = &parts.uri;
    // As it came, where that is known: hyper has cut a fragment off.
    let raw =
        line.and_then(|line| line.split(|byte| *byte == b' ').nth(1)).filter(|raw| raw.starts_with(b"/"));
    let request_uri =
        raw.unwrap_or_else(|| uri.path_and_query().map_or("", |target| target.as_str()).as_bytes());
    let request_uri = request_uri.to_vec();
    let line = line
        .map_or_else(|| format!("{} {uri} {:?}", parts.method, parts.version).into_bytes(), <[u8]>::to_vec);
    let mut context = blank(client, line);
    // A proxy's form of a request names the host itself.
    context.host = uri.host().and_then(|host| uri::host(host.as_bytes())).unwrap_or_default();
    context.args = uri.query().unwrap_or_default().as_bytes().to_vec();
    context.request_uri = request_uri;
    context.target = uri.path_and_query().cloned();
    context.method = parts.method.clone();
    context.first_method = parts.method;
    context.version = parts.version;
    context.headers = parts.headers;
    context.requests = client.request_number();
    if !context.host.is_empty() {
        choose_server(&mut context);
    }
    if !context.server().underscores_in_headers {
        // nginx drops what could be taken for another header when it becomes a variable.
        let dropped: Vec<_> =
            context.headers.keys().filter(|name| name.as_str().contains('_')).cloned().collect();
        dropped.iter().for_each(|name| drop(context.headers.remove(name)));
    }
    context
}

pub(super) fn blank(client: &Arc<ClientConnection>, request_line: Vec<u8>) -> Context {
    let live = Arc::clone(&client.live);
    Counters::add(&live.shared.counters.requests);
    let server = live.compiled.ports.get(&client.port).map_or(0, |port| port.default);
    Context {
        server,
        conf: Arc::clone(&live.compiled.servers[server].conf),
        client: Arc::clone(client),
        real_ip: None,
        method: Method::GET,
        first_method: Method::GET,
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        names: Names::default(),
        answer_names: Names::default(),
        request_uri: Vec::new(),
        request_line,
        uri: Vec::new(),
        args: Vec::new(),
        host: Vec::new(),
        captures: Captures::default(),
        own: vec![None; live.compiled.own],
        started: Instant::now(),
        internal: false,
        unparsed: true,
        in_location: true,
        error_page: false,
        error_status: None,
        status: 0,
        sent_headers: HeaderMap::new(),
        head_bytes: 0,
        body_bytes: 0,
        complete: false,
        request_length: 0,
        requests: 0,
        tries: Vec::new(),
        upstream_headers: HeaderMap::new(),
        proxy_host: Vec::new(),
        proxy_port: Vec::new(),
        request_id: OnceLock::new(),
        closes: false,
        unread: false,
        chunked: false,
        stays: Arc::default(),
        target: None,
        taken: None,
        upgrade: None,
        passed: None,
        spoken_tls: false,
        live,
    }
}
