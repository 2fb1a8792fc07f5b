//! One request from hyper to its answer: [`answer`], and [`Logged`], which writes the request to the
//! access log when its answer is sent or its client is gone.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};

use super::body::{ClientBody, Content};
use super::connection::{Client, request_number};
use super::context::{Captures, Context};
use super::head::Length;
use super::live::Counters;
use super::{headers, pages, phases, uri, variables};
use crate::engine::embedded::front::log;

/// nginx's limit of a line of a head.
pub const MAX_LINE: usize = 8 << 10;
/// Its limit of a whole head: one small buffer and four large ones.
const MAX_HEAD: usize = 33 << 10;

/// An answer before it is dressed with the headers that the configuration adds.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub content: Content,
    /// When the file behind it was changed, in seconds since 1970.
    pub modified: Option<u64>,
    pub reason: Reason,
    /// It gets the headers of an answer that went well, whatever its status.
    pub fine: bool,
}

/// The words behind the status.
pub enum Reason {
    /// nginx's own.
    Own,
    /// The upstream's, where they are not the usual ones.
    Upstream(Option<ReasonPhrase>),
}

impl Reply {
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: HeaderMap::with_capacity(12),
            content: Content::Empty,
            modified: None,
            reason: Reason::Own,
            fine: false,
        }
    }

    pub fn bytes(mut self, kind: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        self.headers.insert(header::CONTENT_TYPE, kind);
        self.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        self.content = Content::Bytes(bytes);
        self
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// The connection is to end without an answer (`return 444`).
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer")]
pub struct Closed;

impl From<Infallible> for Closed {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a request came to.
pub enum Outcome {
    Reply(Reply),
    Close,
}

/// A request's context, written to the access log when it is let go.
pub struct Logged {
    context: Option<Box<Context>>,
}

impl Logged {
    pub fn context(&mut self) -> Option<&mut Context> {
        self.context.as_deref_mut()
    }

    /// Bytes of the body that were handed on.
    pub fn sent(&mut self, bytes: usize) {
        if let Some(context) = &mut self.context {
            context.body_bytes += bytes as u64;
        }
    }

    pub fn complete(&mut self) {
        if let Some(context) = &mut self.context {
            context.complete = true;
        }
    }
}

impl Drop for Logged {
    fn drop(&mut self) {
        let Some(mut context) = self.context.take() else { return };
        if context.status == 0 {
            // The client went away before there was an answer.
            context.status = 499;
        }
        write_log(&context);
        context.client.ends(context.conf.keepalive_timeout);
    }
}

fn write_log(context: &Context) {
    for log in context.conf.access_logs.iter() {
        let wanted = log.condition.as_ref().is_none_or(|condition| {
            let value = variables::eval(condition, context);
            !value.is_empty() && value != b"0"
        });
        if let Some(sink) = context.live.sink(&log.path).filter(|_| wanted) {
            sink.line(&variables::log_line(&log.format, context));
        }
    }
}

/// Answers one request.
pub async fn answer(
    client: Arc<Client>,
    mut request: Request<Incoming>,
) -> Result<Response<ClientBody>, Closed> {
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let (parts, incoming) = request.into_parts();
    let length = match incoming.size_hint().exact() {
        Some(length) => Length::Known(length),
        None => Length::Chunked,
    };
    client.begins();
    let head = {
        let mut state = client.state();
        let head = state.track.take(parts.method.as_str().as_bytes());
        state.track.body(length);
        head
    };
    let mut logged =
        Logged { context: Some(Box::new(context(&client, parts, head.as_ref().map(|head| &head.line[..])))) };
    let Some(context) = logged.context() else { return Err(Closed) };
    context.upgrade = upgrade;
    context.request_length = head.as_ref().map_or(0, |head| head.bytes as u64);
    let mut body = Some(incoming);
    let outcome = match refusal(context, head.as_ref(), length) {
        Some(status) => {
            context.closes = true;
            Outcome::Reply(phases::page(context, status))
        }
        None => phases::run(context, &mut body).await,
    };
    drain(context, body);
    match outcome {
        Outcome::Reply(reply) => Ok(dress(logged, reply)),
        Outcome::Close => {
            context.status = 444;
            Err(Closed)
        }
    }
}

/// What of a body nobody took is read and thrown away, so that the client can read the answer.
fn drain(context: &mut Context, body: Option<Incoming>) {
    let Some(mut body) = body.filter(|body| !body.is_end_stream()) else { return };
    let small = body.size_hint().exact().is_some_and(|length| length <= 64 << 10);
    if !small {
        context.closes = true;
    }
    tokio::spawn(async move {
        use http_body_util::BodyExt as _;
        let read = async { while let Some(Ok(_)) = body.frame().await {} };
        let _ = tokio::time::timeout(std::time::Duration::from_secs(5), read).await;
    });
}

/// Why a request goes no further, as nginx refuses it while it reads the head.
fn refusal(context: &mut Context, head: Option<&super::head::Head>, length: Length) -> Option<u16> {
    if context.request_line.len() > MAX_LINE {
        return Some(414);
    }
    if head.is_some_and(|head| head.longest > MAX_LINE || head.bytes > MAX_HEAD) {
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
    let path = context.request_uri.split(|byte| *byte == b'?').next().unwrap_or_default();
    let Some(plain) = uri::plain(path, context.server().merge_slashes) else { return Some(400) };
    context.uri = plain;
    None
}

fn choose_server(context: &mut Context) {
    let plan = &context.live.plan;
    if let (Some(port), Ok(host)) = (plan.ports.get(&context.client.port), std::str::from_utf8(&context.host))
    {
        let at = port.server(host);
        if at != context.server {
            context.server = at;
            context.conf = Arc::clone(&plan.servers[at].conf);
        }
        let pattern = port.regex.iter().find(|(_, server)| *server == at).map(|(pattern, _)| pattern.clone());
        if let Some(pattern) = pattern {
            let host = context.host.clone();
            context.matches(&pattern, &host);
        }
    }
}

/// A context at the default server of its port.
fn context(client: &Arc<Client>, parts: hyper::http::request::Parts, line: Option<&[u8]>) -> Context {
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
    context.requests = request_number(client);
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

fn blank(client: &Arc<Client>, request_line: Vec<u8>) -> Context {
    let live = Arc::clone(&client.live);
    Counters::add(&live.shared.counters.requests);
    let server = live.plan.ports.get(&client.port).map_or(0, |port| port.default);
    Context {
        server,
        conf: Arc::clone(&live.plan.servers[server].conf),
        client: Arc::clone(client),
        method: Method::GET,
        first_method: Method::GET,
        version: Version::HTTP_11,
        headers: HeaderMap::new(),
        request_uri: Vec::new(),
        request_line,
        uri: Vec::new(),
        args: Vec::new(),
        host: Vec::new(),
        captures: Captures::default(),
        own: vec![None; live.plan.own],
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
        target: None,
        taken: None,
        upgrade: None,
        live,
    }
}

/// Writes a request to the log that hyper could not read.
pub fn refused(client: &Arc<Client>, line: Vec<u8>, status: u16) {
    let mut context = blank(client, line);
    context.status = if status == 494 { 400 } else { status };
    let page = pages::page(status, context.conf.server_tokens);
    context.body_bytes = page.map_or(0, |page| page.len() as u64);
    write_log(&context);
}

/// `Date`, made once a second.
pub fn date() -> String {
    thread_local! {
        static LAST: std::cell::RefCell<(u64, String)> = const { std::cell::RefCell::new((u64::MAX, String::new())) };
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    LAST.with_borrow_mut(|last| {
        if last.0 != now {
            *last = (now, log::http_time(now));
        }
        last.1.clone()
    })
}

/// Gives an answer its last headers, and hyper a body that logs.
fn dress(mut logged: Logged, mut reply: Reply) -> Response<ClientBody> {
    let Some(context) = logged.context() else {
        return Response::new(ClientBody { content: Content::Empty, logged });
    };
    if let Some(status) = context.error_status {
        reply.status = status;
        reply.reason = Reason::Own;
    }
    headers::dress(context, &mut reply);
    context.client.state().send_timeout = context.conf.send_timeout;
    let Reply { status, headers, mut content, reason, .. } = reply;
    let bare = context.first_method == Method::HEAD || matches!(status, 204 | 304) || status < 200;
    if bare {
        content = Content::Empty;
    }
    context.status = status;
    context.head_bytes = head_bytes(&headers);
    if context.live.plan.keeps_headers {
        context.sent_headers = headers.clone();
    }
    let mut response = Response::new(ClientBody { content, logged });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    let words = match reason {
        Reason::Upstream(words) => words,
        Reason::Own => pages::unusual(status).map(ReasonPhrase::from_static),
    };
    if let Some(words) = words {
        response.extensions_mut().insert(words);
    }
    response
}

fn head_bytes(headers: &HeaderMap) -> u64 {
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    // The status line and the empty one.
    (lines.sum::<usize>() + 17 + 2) as u64
}
