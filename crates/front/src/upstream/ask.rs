//! One try at one peer: a connection, the request, and the head of its answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Group;
use super::peers::Pick;
use super::pool::Connection;
use crate::log::reason;
use crate::wire::body::Sent;
use crate::wire::gauge::{Gauge, Wire};
use crate::wire::written::Written;

/// What went wrong, as `proxy_next_upstream` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Error,
    Timeout,
    InvalidHeader,
}

/// A try that brought no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub kind: Kind,
    /// nginx's words for the log.
    pub message: String,
    /// The peer may have seen the request.
    pub sent: bool,
    /// It was a connection that had been kept.
    pub cached: bool,
    pub connect: Option<Duration>,
}

impl Failure {
    pub(crate) const fn status(&self) -> u16 {
        match self.kind {
            Kind::Timeout => 504,
            Kind::Error | Kind::InvalidHeader => 502,
        }
    }
}

/// The times that a try may take: between two reads, and between two writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    pub connect: Duration,
    pub send: Duration,
    pub read: Duration,
}

/// An answer's head, on its connection.
pub(crate) struct Answered {
    pub response: Response<Incoming>,
    pub connection: Connection,
    pub connect: Duration,
    pub header: Duration,
}

const WAITING: &str = "while reading response header from upstream";

/// Asks a peer.
pub(crate) async fn ask(
    group: &Group,
    pick: &Pick,
    tag: usize,
    patience: Patience,
    largest_head: usize,
    mut request: Request<Sent>,
    written: &Written,
) -> Result<Answered, Failure> {
    let begun = Instant::now();
    let mut kept = group.idle_connection(pick, tag);
    loop {
        let (mut connection, cached) = match kept.take() {
            Some(connection) => (connection, true),
            None => (connect(pick, tag, patience.connect).await?, false),
        };
        let connect = if cached { Duration::ZERO } else { begun.elapsed() };
        connection.requests += 1;
        if connection.sender.ready().await.is_err() {
            if cached {
                // Closed while it waited: nginx would have heard of it already.
                kept = group.idle_connection(pick, tag);
                continue;
            }
            return Err(premature(connect));
        }
        let gauge = Arc::clone(&connection.gauge);
        gauge.begin(largest_head, written.clone());
        let gone = Arc::clone(&request.body().gone);
        let sent = in_time(&gauge, patience, &gone, connection.sender.try_send_request(request)).await;
        let failure = match sent {
            Ok(Ok(response)) => match gauge.wrong_length() {
                None => return Ok(Answered { response, connection, connect, header: begun.elapsed() }),
                Some(wrong) => invalid_header(&wrong, connect),
            },
            Ok(Err(mut error)) => match error.take_message() {
                Some(unsent) if cached => {
                    request = unsent;
                    kept = group.idle_connection(pick, tag);
                    continue;
                }
                _ => failure(error.error(), &gauge, connect),
            },
            Err(doing) => timed_out(doing, connect),
        };
        return Err(Failure { cached, ..failure });
    }
}

/// Waits for the head of an answer. While the request is being sent only `send` counts, as nginx
/// starts to wait for an answer with the last byte that it wrote. The error says what was waited for.
async fn in_time<T>(
    gauge: &Gauge,
    patience: Patience,
    gone: &AtomicBool,
    sent: impl Future<Output = T>,
) -> Result<T, &'static str> {
    tokio::pin!(sent);
    loop {
        let (moved, blocked) = gauge.moved();
        let sending = blocked || !gone.load(Ordering::Relaxed);
        let (wait, doing) = if sending {
            (patience.send, "while sending request to upstream")
        } else {
            (patience.read, WAITING)
        };
        let now = tokio::time::Instant::now();
        let deadline = moved + wait;
        if deadline <= now {
            return Err(doing);
        }
        // The last byte may go at any time, and `read` counts from then on.
        let look = if sending { deadline.min(now + patience.read) } else { deadline };
        if let Ok(sent) = tokio::time::timeout_at(look, sent.as_mut()).await {
            return Ok(sent);
        }
    }
}

fn premature(connect: Duration) -> Failure {
    Failure {
        kind: Kind::Error,
        message: format!("upstream prematurely closed connection {WAITING}"),
        sent: true,
        cached: false,
        connect: Some(connect),
    }
}

fn timed_out(doing: &str, connect: Duration) -> Failure {
    let message = format!("upstream timed out (110: Connection timed out) {doing}");
    Failure { kind: Kind::Timeout, message, ..premature(connect) }
}

fn invalid_header(wrong: &str, connect: Duration) -> Failure {
    Failure { kind: Kind::InvalidHeader, message: format!("{wrong} {WAITING}"), ..premature(connect) }
}

fn failure(error: &hyper::Error, gauge: &Gauge, connect: Duration) -> Failure {
    let base = premature(connect);
    if gauge.is_too_big() {
        let message = format!("upstream sent too big header {WAITING}");
        return Failure { kind: Kind::InvalidHeader, message, ..base };
    }
    if let Some(wrong) = gauge.wrong_length().filter(|_| error.is_parse()) {
        return invalid_header(&wrong, connect);
    }
    if error.is_parse() || error.is_parse_too_large() {
        let message = match gauge.invalid_header() {
            Some(line) => format!("upstream sent invalid header: \"{line}\" {WAITING}"),
            None => format!("upstream sent no valid HTTP/1.0 header {WAITING}"),
        };
        return Failure { kind: Kind::InvalidHeader, message, ..base };
    }
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Failure { message: format!("recv() failed ({}) {WAITING}", reason(error)), ..base };
        }
        source = error.source();
    }
    base
}

async fn connect(pick: &Pick, tag: usize, patience: Duration) -> Result<Connection, Failure> {
    let unsent = |kind, message: String| Failure { kind, message, sent: false, cached: false, connect: None };
    let refused = |error: &io::Error| {
        unsent(Kind::Error, format!("connect() failed ({}) while connecting to upstream", reason(error)))
    };
    if pick.address.port() == 0 {
        // The name is known, and nothing listens there.
        let error = io::Error::from_raw_os_error(111);
        return Err(refused(&error));
    }
    let stream = match tokio::time::timeout(patience, TcpStream::connect(pick.address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(refused(&error)),
        Err(_) => {
            let message = "upstream timed out (110: Connection timed out) while connecting to upstream";
            return Err(unsent(Kind::Timeout, message.to_owned()));
        }
    };
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.title_case_headers(true);
    let gauge = Gauge::new();
    let wire = Wire { stream, gauge: Arc::clone(&gauge), going: None };
    let (sender, connection) = builder.handshake(TokioIo::new(wire)).await.map_err(|error| {
        unsent(Kind::Error, format!("connect() failed ({error}) while connecting to upstream"))
    })?;
    tokio::spawn(async move {
        let _ = connection.with_upgrades().await;
    });
    Ok(Connection { sender, address: pick.address, tag, requests: 0, opened: Instant::now(), gauge })
}
