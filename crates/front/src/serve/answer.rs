//! One request from hyper to its answer: [`answer`].

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hyper::body::{Body as _, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::HeaderMap;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Version};

use super::body::{ClientBody, Content};
use super::client::ClientConnection;
use super::context::Context;
use super::logged::Logged;
use super::reply::{Outcome, Reason, Reply};
use super::{headers, pages, phases, reading};
use crate::wire::head::Length;
use crate::wire::written::Written;

/// The connection is to end without an answer (`return 444`).
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer")]
pub(crate) struct Closed;

impl From<Infallible> for Closed {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Answers one request.
pub(crate) async fn answer(
    client: Arc<ClientConnection>,
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
        let mut activity = client.activity();
        let head = activity.track.take(parts.method.as_str().as_bytes());
        activity.track.body(length);
        head
    };
    let mut context = reading::context(&client, parts, head.as_ref().map(|head| &head.line[..]));
    context.upgrade = upgrade;
    context.request_length = head.as_ref().map_or(0, |head| head.bytes as u64);
    let refused = reading::refusal(&mut context, head.as_ref(), length);
    context.names = head.map(|head| head.names).unwrap_or_default();
    let stays = Arc::clone(&context.stays);
    let ignores_abort = context.live.compiled.ignores_abort;
    let work = finish(Logged::new(context), refused, incoming);
    if !ignores_abort {
        return work.await;
    }
    // `proxy_ignore_client_abort`: the answer is a task of its own, which outlives its client.
    let mut going = Going { task: tokio::spawn(work), stays };
    (&mut going.task).await.unwrap_or(Err(Closed))
}

/// An answer in the making, ended with its client unless it is to stay.
struct Going {
    task: tokio::task::JoinHandle<Result<Response<ClientBody>, Closed>>,
    stays: Arc<AtomicBool>,
}

impl Drop for Going {
    fn drop(&mut self) {
        if !self.stays.load(Ordering::Relaxed) {
            self.task.abort();
        }
    }
}

async fn finish(
    mut logged: Logged,
    refused: Option<u16>,
    incoming: Incoming,
) -> Result<Response<ClientBody>, Closed> {
    let Some(context) = logged.context() else { return Err(Closed) };
    let mut body = Some(incoming);
    let outcome = match refused {
        Some(status) => {
            context.closes = true;
            Outcome::Reply(pages::page(context, status))
        }
        None => phases::run(context, &mut body).await,
    };
    drain(context, body);
    match outcome {
        Outcome::Reply(reply) => Ok(dress(logged, reply)),
        Outcome::Close(status) => {
            context.status = status;
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

/// Gives an answer its last headers, and hyper a body that logs.
fn dress(mut logged: Logged, mut reply: Reply) -> Response<ClientBody> {
    let Some(context) = logged.context() else {
        return Response::new(ClientBody { content: Content::Empty, logged });
    };
    let endless = matches!(&reply.content, Content::Upstream(answer) if answer.size_hint().exact().is_none());
    context.chunked = endless && context.version == Version::HTTP_11;
    // Before HTTP/1.1 only the connection's end says where such a body ends.
    context.closes |= endless && !context.chunked;
    if let Some(status) = context.error_status {
        reply.status = status;
        reply.reason = Reason::Own;
    }
    headers::dress(context, &mut reply);
    let Reply { status, headers, content, reason, .. } = reply;
    let names = std::mem::take(&mut context.answer_names);
    context.client.sends(Written::of(names), context.conf.send_timeout);
    let old = context.version == Version::HTTP_10 && context.closes;
    let bare = context.first_method == Method::HEAD || matches!(status, 204 | 304) || status < 200;
    context.status = status;
    let words = words(reason, status);
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let shown =
        words.as_ref().map_or(code.canonical_reason().unwrap_or_default().as_bytes(), ReasonPhrase::as_bytes);
    context.head_bytes = head_bytes(shown.len(), &headers);
    if context.live.compiled.keeps_headers {
        context.sent_headers = headers.clone();
    }
    let (content, logged) = match content {
        // Its request is over when the tunnel is.
        Content::Tunnel(tunnel) if status == 101 => {
            let _ = tunnel.send(logged);
            (Content::Empty, Logged::nothing())
        }
        Content::Tunnel(_) => (Content::Empty, logged),
        _ if bare => (Content::Empty, logged),
        content => (content, logged),
    };
    let mut response = Response::new(ClientBody { content, logged });
    *response.status_mut() = code;
    if old {
        // Else hyper would add a `keep-alive` to `close`.
        *response.version_mut() = Version::HTTP_10;
    }
    *response.headers_mut() = headers;
    if let Some(words) = words {
        response.extensions_mut().insert(words);
    }
    response
}

/// The words behind `status`, where they are not the usual ones.
fn words(reason: Reason, status: u16) -> Option<ReasonPhrase> {
    match reason {
        Reason::Upstream(words) => words,
        Reason::Own => pages::unusual(status).map(ReasonPhrase::from_static),
    }
}

fn head_bytes(reason: usize, headers: &HeaderMap) -> u64 {
    let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    // The status line and the empty one.
    (lines.sum::<usize>() + "HTTP/1.1 200 \r\n".len() + reason + 2) as u64
}
