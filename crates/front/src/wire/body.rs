//! Bodies of requests: how a client's is taken in before a peer is asked ([`take`]), and what a peer
//! is sent of it ([`Sent`]).

use std::fs::File;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use crate::view::View;

/// Larger things go in pieces of this size.
const PIECE: usize = 64 << 10;
/// A file up to this size is read at once: one read, one write.
const WHOLE: u64 = 256 << 10;
/// A client's body up to this size stays in memory, a larger one goes to a file.
const IN_MEMORY: usize = 1 << 20;

/// Why a body ended early; the connection is closed, so that nobody takes it for a whole one.
#[derive(Debug, thiserror::Error)]
#[error("the body ended early")]
pub struct Broken;

/// A part of a file.
pub(crate) struct Slice {
    pub file: Arc<File>,
    pub at: u64,
    pub left: u64,
}

impl Slice {
    pub(crate) fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        if self.left == 0 {
            return None;
        }
        let wanted = if self.left <= WHOLE { self.left } else { PIECE as u64 };
        // Into memory as it is: to make it zero first would cost as much as the read.
        let mut piece = Vec::with_capacity(usize::try_from(wanted).unwrap_or(PIECE));
        match rustix::io::pread(&*self.file, rustix::buffer::spare_capacity(&mut piece), self.at) {
            Ok(read) if read > 0 => {
                piece.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.at += piece.len() as u64;
                self.left -= piece.len() as u64;
                Some(Ok(piece.into()))
            }
            _ => Some(Err(Broken)),
        }
    }
}

/// A client's body, taken in whole: it can be sent more than once.
#[derive(Clone, Default)]
pub enum Taken {
    #[default]
    Nothing,
    Bytes(Bytes),
    File(Arc<File>, u64),
}

impl Taken {
    pub fn len(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, length) => *length,
        }
    }
}

/// A body for an upstream.
pub struct Sent {
    content: SentContent,
    /// hyper has taken all of it and let go of it.
    pub gone: Arc<AtomicBool>,
}

enum SentContent {
    Bytes(Bytes),
    File(Slice),
}

impl From<Taken> for Sent {
    fn from(taken: Taken) -> Self {
        let content = match taken {
            Taken::Nothing => SentContent::Bytes(Bytes::new()),
            Taken::Bytes(bytes) => SentContent::Bytes(bytes),
            Taken::File(file, left) => SentContent::File(Slice { file, at: 0, left }),
        };
        Self { content, gone: Arc::default() }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Relaxed);
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let piece = match &mut self.content {
            SentContent::Bytes(bytes) if bytes.is_empty() => None,
            SentContent::Bytes(bytes) => Some(Ok(bytes.split_to(bytes.len().min(PIECE)))),
            SentContent::File(slice) => slice.next(),
        };
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            SentContent::Bytes(bytes) => bytes.is_empty(),
            SentContent::File(slice) => slice.left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            SentContent::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            SentContent::File(slice) => SizeHint::with_exact(slice.left),
        }
    }
}

/// Why a client's body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// So many bytes had come, and so many more.
    TooLarge {
        before: u64,
        piece: u64,
    },
    TooSlow,
    /// No HTTP, or the connection is gone.
    Malformed,
    /// It would have to go to a file, and there is no place for one.
    NoPlace,
}

impl NotTaken {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::TooSlow => 408,
            Self::Malformed => 400,
            Self::NoPlace => 500,
        }
    }
}

/// Takes in a client's body: `limit` bytes at most (0 for any number), each piece within `patience`.
pub(crate) async fn take(
    body: &mut Incoming,
    limit: u64,
    patience: Duration,
    view: &View,
) -> Result<Taken, NotTaken> {
    let mut memory = Vec::new();
    let mut file = None::<File>;
    let mut length = 0u64;
    loop {
        let frame = match tokio::time::timeout(patience, body.frame()).await {
            Err(_) => return Err(NotTaken::TooSlow),
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(NotTaken::Malformed),
            Ok(Some(Ok(frame))) => frame,
        };
        let Ok(piece) = frame.into_data() else { continue };
        let before = length;
        length += piece.len() as u64;
        if limit > 0 && length > limit {
            return Err(NotTaken::TooLarge { before, piece: piece.len() as u64 });
        }
        if body.size_hint().exact() == Some(0) && memory.is_empty() && file.is_none() {
            // The usual case: one piece, and nothing to copy.
            return Ok(Taken::Bytes(piece));
        }
        memory.extend_from_slice(&piece);
        if memory.len() > IN_MEMORY {
            spill(&mut memory, &mut file, view)?;
        }
    }
    if file.is_some() {
        spill(&mut memory, &mut file, view)?;
    }
    Ok(match file {
        Some(file) => Taken::File(Arc::new(file), length),
        None if memory.is_empty() => Taken::Nothing,
        None => Taken::Bytes(memory.into()),
    })
}

/// Moves what is in memory to the file, which is made without a name that outlives it.
fn spill(memory: &mut Vec<u8>, file: &mut Option<File>, view: &View) -> Result<(), NotTaken> {
    use std::io::Write as _;
    if file.is_none() {
        let path = view.to_write("/var/cache/nginx/client_temp/body").map_err(|_| NotTaken::NoPlace)?;
        let folder = path.parent().ok_or(NotTaken::NoPlace)?;
        *file = Some(tempfile::tempfile_in(folder).map_err(|_| NotTaken::NoPlace)?);
    }
    if let Some(file) = file {
        file.write_all(memory).map_err(|_| NotTaken::NoPlace)?;
    }
    memory.clear();
    Ok(())
}
