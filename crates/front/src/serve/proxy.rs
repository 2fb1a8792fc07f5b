//! `proxy_pass`: a request handed on to a peer of an upstream, to another one if that fails, and the
//! answer handed back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Response, Version};

use super::body::Content;
use super::context::{Context, Try};
use super::fate::{Passed, Server};
use super::outgoing;
use super::pages::location_of;
use super::passing::Answer;
use super::reply::{Next, Reason, Reply};
use super::tunnel;
use super::variables::eval;
use crate::compiled::{Proxy, Redirect};
use crate::upstream::Group;
use crate::upstream::ask::{Answered, Failure, Kind, Patience, ask};
use crate::upstream::lease::Lease;
use crate::upstream::peers::{Pick, Turn};
use crate::upstream::pool::Connection;
use crate::wire::body::Taken;
use workshop_stack::nginx::Level;

/// Hands the request on and brings the answer.
pub(crate) async fn pass(context: &mut Context, proxy: &Arc<Proxy>, body: &mut Option<Incoming>) -> Next {
    let taken = match outgoing::take_body(context, proxy, body).await {
        Ok(taken) => taken,
        // nginx says nothing to a client that stopped in the middle.
        Err(408) => return Next::Close(408),
        Err(status) => return Next::Status(status),
    };
    context.stays.store(proxy.ignore_client_abort, Ordering::Relaxed);
    let (group, uri) = match outgoing::target(context, proxy).await {
        Ok(found) => found,
        Err(status) => return Next::Status(status),
    };
    let Some(path) = outgoing::path(context, proxy, uri.as_deref()) else { return Next::Status(500) };
    let key = group.key.as_ref().map(|key| eval(key, context));
    let mut turn = group.begin(context.peer().ip().to_canonical(), key.as_deref());
    if proxy.next.tries > 0 {
        turn.tries = turn.tries.min(proxy.next.tries);
    }
    let begun = Instant::now();
    loop {
        let Some(pick) = group.get(&mut turn) else {
            let shown = format!("http://{}{}", group.name, String::from_utf8_lossy(&path));
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

/// Remembers what would be asked of whom, in place of asking.
pub(crate) async fn remember(context: &mut Context, proxy: &Proxy) -> Next {
    let (group, uri) = match outgoing::target(context, proxy).await {
        Ok(found) => found,
        Err(status) => return Next::Status(status),
    };
    let Some(path) = outgoing::path(context, proxy, uri.as_deref()) else { return Next::Status(500) };
    let Some((request, _)) = outgoing::request(context, proxy, &path, &Taken::Nothing) else {
        return Next::Status(500);
    };
    let headers = request.headers().iter();
    context.passed = Some(Passed {
        tls: proxy.tls || context.spoken_tls,
        servers: group.servers.iter().map(Server::of).collect(),
        target: String::from_utf8_lossy(&path).into_owned(),
        headers: headers
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
    });
    Next::Reply(Reply::new(200))
}

/// What stays the same over a request's tries.
struct Way<'a> {
    proxy: &'a Arc<Proxy>,
    group: &'a Arc<Group>,
    path: &'a [u8],
    begun: Instant,
}

enum Step {
    Done(Next),
    Again,
}

impl Way<'_> {
    async fn once(&self, context: &mut Context, pick: &Pick, turn: &mut Turn, taken: &Taken) -> Step {
        let turn_now = std::mem::take(turn);
        let mut lease =
            Lease { group: Arc::clone(self.group), pick: pick.clone(), turn: turn_now, held: true };
        let Some((request, written)) = outgoing::request(context, self.proxy, self.path, taken) else {
            return Step::Done(Next::Status(500));
        };
        let patience = Patience {
            connect: self.proxy.connect_timeout,
            send: self.proxy.send_timeout,
            read: self.proxy.read_timeout,
        };
        let started = Instant::now();
        // Should the client go away now, the log still says who was asked.
        context.tries.push(tried(Arc::clone(&pick.name), 0, None, None, Duration::ZERO));
        let largest = self.proxy.buffer_size;
        let answered = ask(self.group, pick, self.proxy.tag, patience, largest, request, &written).await;
        match answered {
            Ok(answered) => self.answered(context, lease, turn, answered, started),
            Err(failure) => {
                let status = failure.status();
                if let Some(tried) = context.tries.last_mut() {
                    (tried.status, tried.connect, tried.response) =
                        (status, failure.connect, started.elapsed());
                }
                context.log(Level::Error, &failure.message, Some(&self.shown(pick)));
                self.release(context, &mut lease, true, failure.sent);
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
        format!("http://{}{}", pick.name, String::from_utf8_lossy(self.path))
    }

    fn release(&self, context: &Context, lease: &mut Lease, failed: bool, sent: bool) {
        if lease.free(failed) {
            let shown = self.shown(&lease.pick);
            let doing = if sent { "reading response header from" } else { "connecting to" };
            let message = format!("upstream server temporarily disabled while {doing} upstream");
            context.log(Level::Warn, &message, Some(&shown));
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
        if let Some(tried) = context.tries.last_mut() {
            (tried.status, tried.connect, tried.header) = (status, Some(connect), Some(header));
            tried.response = started.elapsed();
        }
        let unwanted = self.proxy.next.statuses.contains(&status);
        if unwanted && lease.turn.tries > 1 && self.is_harmless(context, true) && self.in_time() {
            // 403 and 404 say nothing about the peer's health.
            self.release(context, &mut lease, !matches!(status, 403 | 404), true);
            *turn = std::mem::take(&mut lease.turn);
            return Step::Again;
        }
        if self.proxy.intercept_errors && status >= 300 && has_error_page(context, status) {
            return Step::Done(Next::Status(status));
        }
        if status == 101 {
            return Step::Done(tunnel::open(
                context,
                response,
                connection.gauge.names(),
                lease,
                self.proxy.read_timeout,
            ));
        }
        Step::Done(Next::Reply(self.reply(context, lease, response, connection, started)))
    }

    /// A peer's answer as the client gets it.
    fn reply(
        &self,
        context: &mut Context,
        lease: Lease,
        response: Response<Incoming>,
        connection: Connection,
        started: Instant,
    ) -> Reply {
        let stays = stays_open(&response, self.proxy.http_11);
        let (mut parts, incoming) = response.into_parts();
        if context.live.compiled.keeps_headers {
            context.upstream_headers = parts.headers.clone();
        }
        let status = parts.status.as_u16();
        let mut reply = Reply { reason: Reason::Upstream(parts.extensions.remove()), ..Reply::new(status) };
        // What is passed on is the upstream's, and be it nothing.
        reply.without_server = !self.proxy.hidden.contains(&header::SERVER);
        reply.without_date = !self.proxy.hidden.contains(&header::DATE);
        reply.headers = self.passed_back(context, parts.headers);
        context.answer_names = connection.gauge.names().handed_on(&self.proxy.hidden);
        let gauge = Arc::clone(&connection.gauge);
        let answer = Answer {
            incoming,
            connection: Some(connection).filter(|_| stays),
            lease,
            patience: self.proxy.read_timeout,
            timer: None,
            started,
            gauge,
        };
        if context.first_method == Method::HEAD || answer.is_end() {
            answer.done(context);
        } else {
            reply.content = Content::Upstream(Box::new(answer));
        }
        reply
    }

    /// An upstream's headers as the client gets them.
    fn passed_back(&self, context: &mut Context, mut headers: HeaderMap) -> HeaderMap {
        for name in &self.proxy.hidden {
            headers.remove(name);
        }
        headers.remove(header::CONNECTION);
        headers.remove(header::TRANSFER_ENCODING);
        if let Some(location) = headers.get(header::LOCATION).map(|value| value.as_bytes().to_vec())
            && let Some(changed) = redirected(context, &self.proxy.redirects, &location, true)
            && let Ok(changed) = HeaderValue::from_bytes(&changed)
        {
            headers.insert(header::LOCATION, changed);
        }
        if let Some(refresh) = headers.get(header::REFRESH).map(|value| value.as_bytes().to_vec())
            && let Some(at) = refresh.windows(4).position(|word| word.eq_ignore_ascii_case(b"url="))
            && let (before, target) = refresh.split_at(at + 4)
            && let Some(changed) = redirected(context, &self.proxy.redirects, target, false)
            && let Ok(changed) = HeaderValue::from_bytes(&[before, &changed].concat())
        {
            headers.insert(header::REFRESH, changed);
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

/// A `Location` or `Refresh` of the upstream as `proxy_redirect` changes it; the first is made
/// `whole` with the client's own way to this server where it is a path.
fn redirected(
    context: &mut Context,
    redirects: &[Redirect],
    location: &[u8],
    whole: bool,
) -> Option<Vec<u8>> {
    let finish = |context: &mut Context, target| if whole { absolute(context, target) } else { target };
    for redirect in redirects {
        match redirect {
            Redirect::Prefix { from, to } => {
                let from = eval(from, context);
                if let Some(rest) = location.strip_prefix(&from[..]) {
                    let to = eval(to, context);
                    return Some(finish(context, [&to[..], rest].concat()));
                }
            }
            Redirect::Regex { pattern, to } => {
                if context.matches(pattern, location) {
                    let to = eval(to, context);
                    return Some(finish(context, to));
                }
            }
        }
    }
    None
}

fn absolute(context: &Context, target: Vec<u8>) -> Vec<u8> {
    if target.starts_with(b"/") { location_of(context, &target) } else { target }
}
