//! `proxy_pass`: a request handed on to a peer of an upstream, to another one if that fails, and the
//! answer handed back.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body as _, Bytes, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, Uri, Version};
use hyper_util::rt::TokioIo;
use tokio::time::Sleep;

use super::answer::{Logged, Reason, Reply};
use super::body::{self, Broken, Content, Sent, Taken};
use super::context::{Context, Try};
use super::phases::Next;
use super::upstream::{Answered, Failure, Kind, Patience, ask};
use super::uri;
use super::variables::eval;
use crate::engine::embedded::front::log::Level;
use crate::engine::embedded::front::plan::{Proxy, Redirect, Target};
use crate::engine::embedded::front::upstream::Group;
use crate::engine::embedded::front::upstream::peers::{Method as Balance, Pick, Terms, Turn};
use crate::engine::embedded::front::upstream::pool::Connection;
use crate::stack::nginx::{address, scheme, split_uri};

/// Hands the request on and brings the answer.
pub async fn pass(context: &mut Context, proxy: &Arc<Proxy>, body: &mut Option<Incoming>) -> Next {
    let taken = match take_body(context, proxy, body).await {
        Ok(taken) => taken,
        Err(status) => return Next::Status(status),
    };
    let (group, uri) = match target(context, proxy).await {
        Ok(found) => found,
        Err(status) => return Next::Status(status),
    };
    let Some(path) = path(context, proxy, uri.as_deref()) else { return Next::Status(500) };
    let key = group.key.as_ref().map(|key| eval(key, context));
    let mut turn = group.begin(context.peer().ip().to_canonical(), key.as_deref());
    if proxy.next.tries > 0 {
        turn.tries = turn.tries.min(proxy.next.tries);
    }
    let begun = Instant::now();
    loop {
        let Some(pick) = group.get(&mut turn) else {
            let shown = format!("http://{}{}", group.name, path.as_str());
            context.log(Level::Error, "no live upstreams while connecting to upstream", Some(&shown));
            context.tries.push(tried(group.name.as_str().into(), 502, None, None, Duration::ZERO));
            return Next::Status(502);
        };
        let this = Way { proxy, group: &group, path: &path, begun };
        let step = this.once(context, &pick, &mut turn, &taken).await;
        match step {
            Step::Done(next) => return next,
            Step::Again => {}
        }
    }
}

/// What stays the same over a request's tries.
struct Way<'a> {
    proxy: &'a Arc<Proxy>,
    group: &'a Arc<Group>,
    path: &'a PathAndQuery,
    begun: Instant,
}

enum Step {
    Done(Next),
    Again,
}

/// A peer that was picked and must be given back, whatever becomes of the request.
struct Lease {
    group: Arc<Group>,
    pick: Pick,
    turn: Turn,
    held: bool,
}

impl Lease {
    fn free(&mut self, failed: bool) -> bool {
        self.held = false;
        self.group.free(&self.pick, &mut self.turn, failed)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.held {
            self.free(false);
        }
    }
}

impl Way<'_> {
    async fn once(&self, context: &mut Context, pick: &Pick, turn: &mut Turn, taken: &Taken) -> Step {
        let turn_now = std::mem::take(turn);
        let mut lease =
            Lease { group: Arc::clone(self.group), pick: pick.clone(), turn: turn_now, held: true };
        let Some(request) = request(context, self.proxy, self.path, taken) else {
            return Step::Done(Next::Status(500));
        };
        let patience = Patience { connect: self.proxy.connect_timeout, read: self.proxy.read_timeout };
        let started = Instant::now();
        let answered = ask(self.group, pick, self.proxy.tag, patience, request).await;
        match answered {
            Ok(answered) => self.answered(context, lease, turn, answered, started),
            Err(failure) => {
                let status = failure.status();
                context.tries.push(tried(
                    Arc::clone(&pick.name),
                    status,
                    failure.connect,
                    None,
                    started.elapsed(),
                ));
                context.log(Level::Error, &failure.message, Some(&self.shown(pick)));
                self.release(context, &mut lease, true);
                let tries = lease.turn.tries + u32::from(failure.cached && failure.kind == Kind::Error);
                lease.turn.tries = tries;
                let again = tries > 0 && self.may_try_again(context, &failure);
                *turn = std::mem::take(&mut lease.turn);
                if again { Step::Again } else { Step::Done(Next::Status(status)) }
            }
        }
    }

    /// `upstream:` of a line in the error log.
    fn shown(&self, pick: &Pick) -> String {
        format!("http://{}{}", pick.name, self.path.as_str())
    }

    fn release(&self, context: &Context, lease: &mut Lease, failed: bool) {
        if lease.free(failed) {
            let shown = self.shown(&lease.pick);
            context.log(
                Level::Warn,
                "upstream server temporarily disabled while connecting to upstream",
                Some(&shown),
            );
        }
    }

    fn may_try_again(&self, context: &Context, failure: &Failure) -> bool {
        let next = &self.proxy.next;
        let wanted = match failure.kind {
            Kind::Error => next.error,
            Kind::Timeout => next.timeout,
            Kind::InvalidHeader => next.invalid_header,
        };
        wanted && self.is_harmless(context, failure.sent) && self.in_time()
    }

    /// A request that was sent and may change something is not sent again.
    fn is_harmless(&self, context: &Context, sent: bool) -> bool {
        let changes = matches!(context.method.as_str(), "POST" | "LOCK" | "PATCH");
        !sent || !changes || self.proxy.next.non_idempotent
    }

    fn in_time(&self) -> bool {
        self.proxy.next.within.is_none_or(|within| self.begun.elapsed() < within)
    }

    fn answered(
        &self,
        context: &mut Context,
        mut lease: Lease,
        turn: &mut Turn,
        answered: Answered,
        started: Instant,
    ) -> Step {
        let Answered { response, connection, connect, header } = answered;
        let status = response.status().as_u16();
        let name = Arc::clone(&lease.pick.name);
        context.tries.push(tried(name, status, Some(connect), Some(header), started.elapsed()));
        let unwanted = self.proxy.next.statuses.contains(&status);
        if unwanted && lease.turn.tries > 1 && self.is_harmless(context, true) && self.in_time() {
            // 403 and 404 say nothing about the peer's health.
            self.release(context, &mut lease, !matches!(status, 403 | 404));
            *turn = std::mem::take(&mut lease.turn);
            return Step::Again;
        }
        if self.proxy.intercept_errors && status >= 300 && has_error_page(context, status) {
            return Step::Done(Next::Status(status));
        }
        if status == 101 {
            return Step::Done(tunnel(context, response, lease));
        }
        let stays = stays_open(&response, self.proxy.http_11);
        let (mut parts, incoming) = response.into_parts();
        if context.live.plan.keeps_headers {
            context.upstream_headers = parts.headers.clone();
        }
        let mut reply = Reply { reason: Reason::Upstream(parts.extensions.remove()), ..Reply::new(status) };
        reply.headers = self.passed_back(context, parts.headers);
        let answer = Answer {
            incoming,
            connection: Some(connection).filter(|_| stays),
            lease,
            patience: self.proxy.read_timeout,
            timer: None,
            started,
            bytes: 0,
        };
        if context.first_method == Method::HEAD || answer.is_end() {
            answer.done(context);
        } else {
            reply.content = Content::Upstream(Box::new(answer));
        }
        Step::Done(Next::Reply(reply))
    }

    /// An upstream's headers as the client gets them.
    fn passed_back(&self, context: &mut Context, mut headers: HeaderMap) -> HeaderMap {
        for name in &self.proxy.hidden {
            headers.remove(name);
        }
        headers.remove(header::CONNECTION);
        headers.remove(header::TRANSFER_ENCODING);
        headers.remove(header::UPGRADE);
        if let Some(location) = headers.get(header::LOCATION).map(|value| value.as_bytes().to_vec())
            && let Some(changed) = redirected(context, &self.proxy.redirects, &location)
            && let Ok(changed) = HeaderValue::from_bytes(&changed)
        {
            headers.insert(header::LOCATION, changed);
        }
        headers
    }
}

fn tried(
    name: Arc<str>,
    status: u16,
    connect: Option<Duration>,
    header: Option<Duration>,
    response: Duration,
) -> Try {
    Try { name, status, connect, header, response, bytes: 0 }
}

fn has_error_page(context: &Context, status: u16) -> bool {
    context.conf.error_pages.iter().any(|entry| entry.codes.contains(&status))
}

/// Whether the connection may serve another request.
fn stays_open(response: &Response<Incoming>, http_11: bool) -> bool {
    let value = response.headers().get(header::CONNECTION).map(HeaderValue::as_bytes).unwrap_or_default();
    let closes =
        value.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(b"close"));
    http_11 && response.version() == Version::HTTP_11 && !closes
}

/// Takes in the client's body, as nginx does before it asks anybody.
async fn take_body(context: &mut Context, proxy: &Proxy, body: &mut Option<Incoming>) -> Result<Taken, u16> {
    let Some(mut incoming) = body.take().filter(|body| !body.is_end_stream()) else {
        return Ok(Taken::Nothing);
    };
    let conf = Arc::clone(&context.conf);
    let taken =
        body::take(&mut incoming, conf.client_max_body_size, conf.client_body_timeout, &context.live.view)
            .await;
    match taken {
        Ok(_) if !proxy.pass_body => Ok(Taken::Nothing),
        Ok(taken) => {
            if incoming.size_hint().exact().is_none() {
                context.request_length += taken.len();
            }
            Ok(taken)
        }
        Err(not_taken) => {
            match not_taken {
                body::NotTaken::TooLarge { before, piece } => {
                    let message =
                        format!("client intended to send too large chunked body: {before}+{piece} bytes");
                    context.log(Level::Error, &message, None);
                }
                body::NotTaken::Malformed => {
                    context.log(Level::Error, "client sent invalid chunked body", None)
                }
                body::NotTaken::TooSlow | body::NotTaken::NoPlace => {}
            }
            context.closes = true;
            *body = Some(incoming);
            Err(not_taken.status())
        }
    }
}

/// The group to ask, and the URI where `proxy_pass` names one.
async fn target(context: &mut Context, proxy: &Proxy) -> Result<(Arc<Group>, Option<Vec<u8>>), u16> {
    let value = match &proxy.target {
        Target::Group(group) => {
            if context.proxy_host.is_empty() {
                context.proxy_host = proxy.host.as_bytes().to_vec();
                context.proxy_port = proxy.port.as_bytes().to_vec();
            }
            return Ok((Arc::clone(group), proxy.uri.as_ref().map(|uri| uri.as_bytes().to_vec())));
        }
        Target::Value(value) => value,
    };
    let text = String::from_utf8_lossy(&eval(value, context)).into_owned();
    let Some(("http", rest)) = scheme(&text) else {
        context.log(Level::Error, &format!("invalid URL prefix in \"{text}\""), None);
        return Err(500);
    };
    let (written, uri) = split_uri(rest);
    let (host, port) = address(written);
    if host.is_empty() {
        context.log(Level::Error, &format!("no host in upstream \"{rest}\""), None);
        return Err(500);
    }
    context.proxy_host = written.as_bytes().to_vec();
    context.proxy_port = port.unwrap_or(80).to_string().into_bytes();
    let uri =
        uri.map(|uri| if uri.starts_with('?') { format!("/{uri}") } else { uri.to_owned() }.into_bytes());
    if let Some(group) = context.live.plan.groups.get(&written.to_ascii_lowercase()) {
        return Ok((Arc::clone(group), uri));
    }
    let group = resolved(context, &host, port.unwrap_or(80)).await?;
    Ok((group, uri))
}

/// A group for one request, of the addresses that a name has now.
async fn resolved(context: &Context, host: &str, port: u16) -> Result<Arc<Group>, u16> {
    let literal = host.parse::<std::net::IpAddr>().is_ok();
    if context.conf.resolver.is_none() && !literal {
        context.log(Level::Error, &format!("no resolver defined to resolve {host}"), None);
        return Err(502);
    }
    let valid = context.conf.resolver.unwrap_or_default();
    match context.live.lookup(host, port, valid).await {
        Ok(addresses) => {
            let group = Group::new(host.to_owned(), Vec::new(), Balance::RoundRobin, None);
            group.set(&addresses, &Terms::default());
            Ok(Arc::new(group))
        }
        Err(error) => {
            context.log(Level::Error, &format!("{host} could not be resolved ({error})"), None);
            Err(502)
        }
    }
}

/// The path and arguments that the upstream is asked for, by nginx's rule of replacement.
fn path(context: &Context, proxy: &Proxy, uri: Option<&[u8]>) -> Option<PathAndQuery> {
    let has_variables = matches!(proxy.target, Target::Value(_));
    if uri.is_none() && context.unparsed {
        return context.target.clone();
    }
    let bytes = match uri {
        Some(uri) if has_variables => uri.to_vec(),
        _ => replaced(context, uri),
    };
    PathAndQuery::try_from(&bytes[..]).ok()
}

fn replaced(context: &Context, uri: Option<&[u8]>) -> Vec<u8> {
    let own = &context.uri;
    let mut path = Vec::new();
    match uri {
        Some(uri) if context.in_location => {
            path.extend_from_slice(uri);
            let cut = context.conf.prefix.len().min(own.len());
            path.extend_from_slice(&uri::escaped(&own[cut..]));
        }
        _ => path.extend_from_slice(&uri::escaped(own)),
    }
    if !context.args.is_empty() {
        path.push(b'?');
        path.extend_from_slice(&context.args);
    }
    path
}

/// The request for a peer; none where a header or the method cannot be sent.
fn request(context: &Context, proxy: &Proxy, path: &PathAndQuery, taken: &Taken) -> Option<Request<Sent>> {
    let mut request = Request::new(Sent::from(taken.clone()));
    *request.method_mut() = match &proxy.method {
        Some(value) => Method::from_bytes(&eval(value, context)).ok()?,
        None => context.method.clone(),
    };
    *request.uri_mut() = Uri::from(path.clone());
    *request.version_mut() = if proxy.http_11 { Version::HTTP_11 } else { Version::HTTP_10 };
    let headers = request.headers_mut();
    headers.reserve(context.headers.len() + proxy.set_headers.len());
    for (name, value) in &proxy.set_headers {
        let value = eval(value, context);
        if !value.is_empty() {
            headers.append(name.clone(), HeaderValue::from_maybe_shared(Bytes::from(value)).ok()?);
        }
    }
    let length = taken.len();
    if length > 0
        || matches!(context.method, Method::POST | Method::PUT)
            && context.headers.contains_key(header::CONTENT_LENGTH)
    {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if proxy.pass_headers {
        for (name, value) in &context.headers {
            if !proxy.replaced.contains(name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }
    Some(request)
}

/// A `Location` of the upstream as `proxy_redirect` changes it.
fn redirected(context: &mut Context, redirects: &[Redirect], location: &[u8]) -> Option<Vec<u8>> {
    for redirect in redirects {
        match redirect {
            Redirect::Prefix { from, to } => {
                let from = eval(from, context);
                if let Some(rest) = location.strip_prefix(&from[..]) {
                    let to = eval(to, context);
                    return Some(absolute(context, [&to[..], rest].concat()));
                }
            }
            Redirect::Regex { pattern, to } => {
                if context.matches(pattern, location) {
                    let to = eval(to, context);
                    return Some(absolute(context, to));
                }
            }
        }
    }
    None
}

/// With the client's own way to this server where it is a path.
fn absolute(context: &mut Context, target: Vec<u8>) -> Vec<u8> {
    if !target.starts_with(b"/") {
        return target;
    }
    match super::phases::redirect(context, 302, &target) {
        Next::Reply(reply) => {
            reply.headers.get(header::LOCATION).map_or(target, |value| value.as_bytes().to_vec())
        }
        _ => target,
    }
}

/// Joins the client's connection and the peer's: WebSocket and whatever else was agreed on.
fn tunnel(context: &mut Context, mut response: Response<Incoming>, lease: Lease) -> Next {
    let Some(client) = context.upgrade.take() else { return Next::Status(502) };
    let peer = hyper::upgrade::on(&mut response);
    let mut reply = Reply::new(101);
    reply.headers = std::mem::take(response.headers_mut());
    tokio::spawn(async move {
        let _lease = lease;
        let (Ok(client), Ok(peer)) = (client.await, peer.await) else { return };
        let (mut client, mut peer) = (TokioIo::new(client), TokioIo::new(peer));
        let _ = tokio::io::copy_bidirectional(&mut client, &mut peer).await;
    });
    Next::Reply(reply)
}

/// An answer's body on its way from the peer to the client.
pub struct Answer {
    incoming: Incoming,
    /// To be kept when the answer is over; none where the peer closes it.
    connection: Option<Connection>,
    lease: Lease,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    started: Instant,
    bytes: u64,
}

impl Answer {
    pub fn is_end(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }

    /// The answer is whole: its connection can be used again.
    fn done(mut self, context: &mut Context) {
        self.finish(context);
    }

    fn finish(&mut self, context: &mut Context) {
        if let Some(tried) = context.tries.last_mut() {
            tried.response = self.started.elapsed();
            tried.bytes = self.bytes;
        }
        if self.lease.held {
            self.lease.free(false);
        }
        if let Some(connection) = self.connection.take() {
            self.lease.group.keep(connection);
        }
    }

    /// The next piece for the client.
    pub fn poll_piece(
        &mut self,
        task: &mut TaskContext<'_>,
        logged: &mut Logged,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            match Pin::new(&mut self.incoming).poll_frame(task) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.timer = None;
                    // Trailers are not handed on.
                    let Ok(piece) = frame.into_data() else { continue };
                    self.bytes += piece.len() as u64;
                    if self.incoming.is_end_stream()
                        && let Some(context) = logged.context()
                    {
                        self.finish(context);
                    }
                    return Poll::Ready(Some(Ok(piece)));
                }
                Poll::Ready(None) => {
                    if let Some(context) = logged.context() {
                        self.finish(context);
                    }
                    return Poll::Ready(None);
                }
                Poll::Ready(Some(Err(_))) => {
                    let message = "upstream prematurely closed connection while reading upstream";
                    return Poll::Ready(Some(Err(self.broken(logged, message))));
                }
                Poll::Pending => {
                    let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.patience)));
                    if timer.as_mut().poll(task).is_pending() {
                        return Poll::Pending;
                    }
                    let message = "upstream timed out (110: Connection timed out) while reading upstream";
                    return Poll::Ready(Some(Err(self.broken(logged, message))));
                }
            }
        }
    }

    fn broken(&mut self, logged: &mut Logged, message: &str) -> Broken {
        self.connection = None;
        if let Some(context) = logged.context() {
            let path = context.target.as_ref().map_or("/", |target| target.as_str()).to_owned();
            let shown = format!("http://{}{path}", self.lease.pick.name);
            context.log(Level::Error, message, Some(&shown));
            self.finish(context);
        }
        Broken
    }
}
