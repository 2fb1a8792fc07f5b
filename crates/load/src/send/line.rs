//! [`Line`]: one connection to the server, opened when it is needed: a request goes out, its answer
//! comes back.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::answer::{Answer, Asked, Fed};
use super::follow::{self, Hop};
use super::request::Request;
use super::worker::Shared;
use crate::report::ErrorKind;

pub(super) struct Line {
    shared: Rc<Shared>,
    stream: Option<TcpStream>,
    /// Whom `stream` is connected to.
    peer: SocketAddr,
    pub answer: Answer,
    /// The request, where each is another one.
    out: Vec<u8>,
    body: Vec<u8>,
}

impl Line {
    pub(super) fn new(shared: Rc<Shared>, stream: Option<TcpStream>) -> Self {
        let peer = shared.target.address;
        Self { shared, stream, peer, answer: Answer::new(), out: Vec::new(), body: Vec::new() }
    }

    pub(super) fn close(&mut self) {
        self.stream = None;
    }

    /// Looks whether the server has closed the connection while nothing was asked.
    pub(super) async fn look(&mut self) {
        if let Some(stream) = &mut self.stream {
            let mut byte = [0];
            let silent = poll_fn(|context| {
                let read = Pin::new(&mut *stream).poll_read(context, &mut ReadBuf::new(&mut byte));
                Poll::Ready(read.is_pending())
            });
            if !silent.await {
                self.close();
            }
        }
    }

    /// One request and its whole answer, redirects followed where the plan says so; its status.
    pub(super) async fn exchange(&mut self) -> Result<u16, ErrorKind> {
        let shared = Rc::clone(&self.shared);
        let constant = shared.request.constant().cloned();
        let number = shared.request.number();
        if constant.is_none() {
            shared.request.fill(&mut self.out, &mut self.body, number, &shared.random);
        }
        let out = std::mem::take(&mut self.out);
        let bytes = constant.as_deref().unwrap_or(&out);
        let sent = self.ask(bytes, shared.target.address, &shared.request).await;
        self.out = out;
        match sent {
            Ok(status) if shared.plan.follow > 0 && Hop::is_redirect(status) => {
                self.redirected(&shared, number).await
            }
            sent => sent,
        }
    }

    /// Goes where the answers say, as request `number` still.
    async fn redirected(&mut self, shared: &Shared, number: u64) -> Result<u16, ErrorKind> {
        let mut hop = Hop::first(&shared.target, &shared.plan);
        for _ in 0..shared.plan.follow {
            let location = self.answer.location.take().ok_or(ErrorKind::TooManyRedirects)?;
            hop = follow::next(shared, &hop, self.answer.status, &location).await?;
            let request = Request::new(&hop.plan, &hop.target.url).map_err(|_| ErrorKind::Garbage)?;
            let mut bytes = Vec::new();
            request.fill(&mut bytes, &mut Vec::new(), number, &shared.random);
            let status = self.ask(&bytes, hop.target.address, &request).await?;
            shared.tally.borrow_mut().totals.redirects += 1;
            if !Hop::is_redirect(status) {
                return Ok(status);
            }
        }
        Err(ErrorKind::TooManyRedirects)
    }

    /// Sends `bytes` and reads the answer. A kept connection that the server closed just then is
    /// opened once more.
    async fn ask(&mut self, bytes: &[u8], to: SocketAddr, request: &Request) -> Result<u16, ErrorKind> {
        let shared = Rc::clone(&self.shared);
        if self.peer != to {
            self.close();
        }
        let mut kept = self.stream.is_some();
        loop {
            self.answer.clear();
            let asked = self.once(bytes, to, request).await;
            if !(asked.is_ok() && self.answer.keep_alive && shared.keeps_connections) {
                self.close();
            }
            match asked {
                Err(ErrorKind::ClosedEarly | ErrorKind::Reset)
                    if kept && request.idempotent && self.answer.bytes == 0 =>
                {
                    kept = false;
                    shared.tally.borrow_mut().totals.resent += 1;
                }
                Err(kind) => return Err(kind),
                Ok(()) => return Ok(self.answer.status),
            }
        }
    }

    async fn once(&mut self, bytes: &[u8], to: SocketAddr, request: &Request) -> Result<(), ErrorKind> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(to).await.map_err(|error| unconnected(&error))?;
            // Without it the kernel may hold a small request back; where it cannot be set it may.
            let _ = stream.set_nodelay(true);
            self.stream = Some(stream);
            self.peer = to;
            self.shared.tally.borrow_mut().totals.connections += 1;
        }
        let Some(stream) = &mut self.stream else { return Err(ErrorKind::NoConnection) };
        // A server may answer and close before it has read a long body.
        let written = write(stream, bytes).await;
        let asked = Asked {
            head_only: request.head_only,
            share_header: self.shared.share_header(),
            follow: self.shared.plan.follow > 0,
        };
        match (read(stream, &mut self.answer, asked, &self.shared).await, written) {
            (Err(ErrorKind::ClosedEarly), Err(kind)) if self.answer.bytes == 0 => Err(kind),
            (read, _) => read,
        }
    }
}

async fn write(stream: &mut TcpStream, mut bytes: &[u8]) -> Result<(), ErrorKind> {
    while !bytes.is_empty() {
        let written = poll_fn(|context| Pin::new(&mut *stream).poll_write(context, bytes)).await;
        let written = written.map_err(|error| broken(&error))?;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Reads until the answer is whole, through the buffer that all connections of the thread use.
async fn read(
    stream: &mut TcpStream,
    answer: &mut Answer,
    asked: Asked<'_>,
    shared: &Shared,
) -> Result<(), ErrorKind> {
    poll_fn(|context| {
        let mut buffer = shared.buffer.borrow_mut();
        loop {
            let mut filled = ReadBuf::new(&mut buffer);
            let read = ready!(Pin::new(&mut *stream).poll_read(context, &mut filled));
            if let Err(error) = read {
                return Poll::Ready(Err(broken(&error)));
            }
            let bytes = filled.filled();
            if bytes.is_empty() {
                let whole = answer.whole_at_close();
                return Poll::Ready(if whole { Ok(()) } else { Err(ErrorKind::ClosedEarly) });
            }
            match answer.feed(bytes, asked) {
                Ok(Fed::Whole { .. }) => return Poll::Ready(Ok(())),
                Ok(Fed::More) => {}
                Err(_) => return Poll::Ready(Err(ErrorKind::Garbage)),
            }
        }
    })
    .await
}

/// What a connection that breaks is counted as.
fn broken(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::TimedOut => ErrorKind::TimedOut,
        io::ErrorKind::BrokenPipe => ErrorKind::ClosedEarly,
        _ => ErrorKind::Reset,
    }
}

fn unconnected(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => ErrorKind::Refused,
        io::ErrorKind::ConnectionReset => ErrorKind::Reset,
        io::ErrorKind::TimedOut => ErrorKind::TimedOut,
        _ => ErrorKind::NoConnection,
    }
}
