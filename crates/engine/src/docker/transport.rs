//! One request to the engine on a connection of its own, with a bound on how many bytes may come back.
//!
//! bollard reads a JSON answer whole before it looks at it, so a sick engine could fill the memory
//! within the time limit of a request. [`send`] is in front of it, and of what this program reads
//! itself: it counts what comes in and breaks off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bollard::errors::Error;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::endpoint::Target;

/// An answer about one thing, the largest of which is the inspection of an image: tens of KiB.
pub(crate) const SMALL: u64 = 1 << 20;
/// A listing. Ten thousand containers of Compose are 20 MiB.
pub(crate) const LISTING: u64 = 40 << 20;
/// What a command inside a container may write.
const OUTPUT: u64 = 4 << 20;

/// The most that bollard may be given for a request to `path`.
pub(crate) fn most(path: &str) -> u64 {
    if path.starts_with("/exec/") && path.ends_with("/start") { OUTPUT } else { SMALL }
}

/// Raised once an engine has answered with more than it may.
pub(crate) type Overflow = Arc<AtomicBool>;

/// Connects, sends `request`, and waits for the answer's head. The connection lasts as long as the
/// answer's body is read.
///
/// # Errors
/// It cannot be connected to, hangs up, does not speak HTTP, or sends more than `most` bytes.
pub(crate) async fn send<B>(
    target: &Target,
    mut request: Request<B>,
    most: u64,
    overflow: Overflow,
) -> Result<Response<Incoming>, Error>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    *request.uri_mut() = path.parse::<Uri>()?;
    let host = HeaderValue::from_str(&target.host()).unwrap_or(HeaderValue::from_static("docker"));
    request.headers_mut().insert(HOST, host);
    let stream = Bounded { inner: connect(target).await?, left: most, overflow };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the last of its two ends: the sender, and the answer's body.
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?)
}

/// At most `most` bytes of a body, and whether that was all.
pub(crate) async fn collected(mut body: Incoming, most: usize) -> Result<(Vec<u8>, bool), Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let data: Bytes = frame?.into_data().unwrap_or_default();
        let room = most - bytes.len();
        bytes.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Ok((bytes, false));
        }
    }
    Ok((bytes, true))
}

impl Target {
    /// What a `Host` header says.
    fn host(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Socket(_) => "docker".to_owned(),
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn connect(target: &Target) -> io::Result<Box<dyn Stream>> {
    match target {
        Target::Socket(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        Target::Tcp { host, port } => {
            Ok(Box::new(tokio::net::TcpStream::connect((host.as_str(), *port)).await?))
        }
    }
}

/// A connection that fails once more has been read from it than it may bring.
struct Bounded {
    inner: Box<dyn Stream>,
    left: u64,
    overflow: Overflow,
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        let more = (buf.filled().len() - before) as u64;
        match self.left.checked_sub(more) {
            Some(left) => {
                self.left = left;
                read
            }
            None => {
                self.overflow.store(true, Ordering::Relaxed);
                Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()))
            }
        }
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
