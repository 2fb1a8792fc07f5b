//! An upgraded connection (WebSocket and whatever else was agreed on): the client's and the peer's
//! connections joined, until one ends or neither says anything for `proxy_read_timeout`.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use hyper::Response;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::body::Content;
use super::context::Context;
use super::reply::{Next, Reply};
use crate::upstream::lease::Lease;
use crate::wire::written::Names;
use workshop_stack::nginx::Level;

/// What went through a tunnel: when bytes last came from either side, and how many from the peer.
struct Flow {
    moved: Instant,
    sent: u64,
}

/// One end of a tunnel.
struct End<S> {
    stream: S,
    flow: Arc<Mutex<Flow>>,
    is_peer: bool,
}

impl<S: AsyncRead + Unpin> AsyncRead for End<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(task, buffer);
        let came = buffer.filled().len() - before;
        if came > 0 {
            let mut flow = self.flow.lock().unwrap_or_else(PoisonError::into_inner);
            flow.moved = Instant::now();
            flow.sent += if self.is_peer { came as u64 } else { 0 };
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for End<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

/// Answers the client that its connection is a tunnel now, and joins the two sides.
pub(super) fn open(
    context: &mut Context,
    mut response: Response<Incoming>,
    names: Names,
    lease: Lease,
    patience: Duration,
) -> Next {
    let Some(client) = context.upgrade.take() else { return Next::Status(502) };
    let peer = hyper::upgrade::on(&mut response);
    let mut reply = Reply::new(101);
    reply.headers = std::mem::take(response.headers_mut());
    context.answer_names = names.handed_on(&[]);
    let (tunnel, request) = tokio::sync::oneshot::channel();
    reply.content = Content::Tunnel(tunnel);
    tokio::spawn(async move {
        let Ok(mut logged) = request.await else { return };
        let (Ok(client), Ok(peer)) = (client.await, peer.await) else { return };
        let flow = Arc::new(Mutex::new(Flow { moved: Instant::now(), sent: 0 }));
        let end = |stream, is_peer| End { stream: TokioIo::new(stream), flow: Arc::clone(&flow), is_peer };
        let (mut client, mut peer) = (end(client, false), end(peer, true));
        tokio::select! {
            _ = tokio::io::copy_bidirectional(&mut client, &mut peer) => {}
            () = silence(&flow, patience) => {
                if let Some(context) = logged.context() {
                    let path = context.target.as_ref().map_or("/", |target| target.as_str()).to_owned();
                    let shown = format!("http://{}{path}", lease.pick.name);
                    let message =
                        "upstream timed out (110: Connection timed out) while proxying upgraded connection";
                    // What ends is the client's connection, whose errors are no more than that to nginx.
                    context.log(Level::Info, message, Some(&shown));
                }
            }
        }
        let sent = flow.lock().unwrap_or_else(PoisonError::into_inner).sent;
        logged.sent(usize::try_from(sent).unwrap_or(usize::MAX));
    });
    Next::Reply(reply)
}

/// Resolves when nothing has come from either side for `patience`.
async fn silence(flow: &Mutex<Flow>, patience: Duration) {
    loop {
        let until = flow.lock().unwrap_or_else(PoisonError::into_inner).moved + patience;
        if until <= Instant::now() {
            return;
        }
        tokio::time::sleep_until(until).await;
    }
}
