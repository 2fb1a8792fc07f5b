//! An answer's body on its way from a peer to the client ([`Answer`]); the peer is given back when the
//! body is over.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body as _, Bytes, Incoming, SizeHint};
use tokio::time::Sleep;

use super::context::Context;
use super::logged::Logged;
use crate::upstream::lease::Lease;
use crate::upstream::pool::Connection;
use crate::wire::body::Broken;
use crate::wire::gauge::Gauge;
use workshop_stack::nginx::Level;

/// An answer's body on its way from the peer to the client.
pub(crate) struct Answer {
    pub incoming: Incoming,
    /// To be kept when the answer is over; none where the peer closes it.
    pub connection: Option<Connection>,
    pub lease: Lease,
    pub patience: Duration,
    pub timer: Option<Pin<Box<Sleep>>>,
    pub started: Instant,
    pub gauge: Arc<Gauge>,
}

impl Answer {
    pub(crate) fn is_end(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }

    /// The answer is whole: its connection can be used again.
    pub(crate) fn done(mut self, context: &mut Context) {
        self.finish(context);
    }

    fn finish(&mut self, context: &mut Context) {
        if let Some(tried) = context.tries.last_mut() {
            tried.response = self.started.elapsed();
            tried.bytes = self.gauge.body();
        }
        if self.lease.held {
            self.lease.free(false);
        }
        if let Some(connection) = self.connection.take() {
            self.lease.group.keep(connection);
        }
    }

    /// The next piece for the client.
    pub(crate) fn poll_piece(
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
