//! What clients are sent: [`ClientBody`].

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::oneshot;

use super::logged::Logged;
use super::passing::Answer;
use crate::wire::body::{Broken, Slice};

/// What an answer's body is made of.
pub(crate) enum Content {
    Empty,
    Bytes(Bytes),
    File(Slice),
    Upstream(Box<Answer>),
    /// No body: the connection is a tunnel from now on, and whoever keeps it writes the request to the
    /// log when it ends.
    Tunnel(oneshot::Sender<Logged>),
}

/// A body for a client. When it has been sent, or nobody waits for it any more, the request is
/// written to the access log.
pub(crate) struct ClientBody {
    pub content: Content,
    pub logged: Logged,
}

impl Body for ClientBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = &mut *self;
        let piece = match &mut this.content {
            Content::Empty | Content::Tunnel(_) => None,
            Content::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                (!bytes.is_empty()).then_some(Ok(bytes))
            }
            Content::File(slice) => slice.next(),
            Content::Upstream(answer) => match answer.poll_piece(task, &mut this.logged) {
                Poll::Ready(piece) => piece,
                Poll::Pending => return Poll::Pending,
            },
        };
        match &piece {
            Some(Ok(piece)) => this.logged.sent(piece.len()),
            Some(Err(_)) => {}
            None => this.logged.complete(),
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Empty | Content::Tunnel(_) => true,
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::File(slice) => slice.left == 0,
            Content::Upstream(answer) => answer.is_end(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Empty | Content::Tunnel(_) => SizeHint::with_exact(0),
            Content::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::File(slice) => SizeHint::with_exact(slice.left),
            Content::Upstream(answer) => answer.size_hint(),
        }
    }
}
