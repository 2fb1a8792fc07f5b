//! A client's connection: accepted, handed to hyper, and watched while hyper reads and writes.
//!
//! hyper answers what it cannot parse by itself, with an empty body; [`Watched`] puts nginx's page
//! in its place. It also closes a connection that is idle, or whose head is not coming, in time.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use super::client::ClientConnection;
use super::live::{Counters, Live};
use super::{answer, unread};
use crate::wire::written::{self, Going};
use workshop_stack::nginx::Level;

/// hyper reads heads of at least and at most this size; which are too large is decided when they are
/// read.
const LEAST_HEAD: usize = 64 << 10;
const MOST_HEAD: usize = 1 << 20;

/// Accepts clients until the listener's time is over.
pub(crate) async fn accept(
    listener: TcpListener,
    port: u16,
    gateway: Option<IpAddr>,
    current: watch::Receiver<Arc<Live>>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, mut address)) => {
                let live = Arc::clone(&current.borrow());
                if let Some(gateway) = gateway.filter(|_| address.ip() == IpAddr::from([127, 0, 0, 1])) {
                    address.set_ip(gateway);
                }
                tokio::spawn(serve(stream, address, port, live));
            }
            Err(error) => {
                // Out of descriptors: others may become free.
                let live = Arc::clone(&current.borrow());
                live.log(Level::Crit, &format!("accept4() failed ({error})"));
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, address: SocketAddr, port: u16, live: Arc<Live>) {
    let counters = &live.shared.counters;
    let number = Counters::add(&counters.connections);
    let Some(client) = ClientConnection::new(number, address, port, Arc::clone(&live)).map(Arc::new) else {
        // A reload has just taken this port away.
        return;
    };
    Counters::add(&counters.accepted);
    Counters::add(&counters.active);
    let _ = stream.set_nodelay(true);
    let mut retired = live.retired.subscribe();
    let watched = Watched { stream, client: Arc::clone(&client), timer: None, sending: None, going: None };
    let asked = Arc::clone(&client);
    let service = service_fn(move |request| answer::answer(Arc::clone(&asked), request));
    let mut builder = http1::Builder::new();
    builder
        .title_case_headers(true)
        .auto_date_header(false)
        .max_buf_size(client.head.whole.saturating_mul(2).clamp(LEAST_HEAD, MOST_HEAD));
    let connection = builder.serve_connection(TokioIo::new(watched), service).with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = retired.wait_for(|retired| *retired) => {}
    }
    // hyper would close a connection that it has read nothing from: its client is answered once.
    while client.may_be_asking() {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = client.begun.notified() => {}
        }
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// A client's stream, watched.
struct Watched {
    stream: TcpStream,
    client: Arc<ClientConnection>,
    timer: Option<Pin<Box<Sleep>>>,
    /// Runs while the client takes nothing.
    sending: Option<Pin<Box<Sleep>>>,
    /// What is sent in place of hyper's own bytes: a head in nginx's writing, or a page.
    going: Option<Going>,
}

impl Watched {
    /// Whether the client has been silent for too long.
    fn is_over(&mut self, task: &mut TaskContext<'_>) -> bool {
        loop {
            let activity = self.client.activity();
            let deadline = match (activity.in_flight, activity.head_since) {
                // Bodies are watched where they are read.
                (1.., _) => Instant::now() + activity.header_timeout,
                (0, Some(since)) => since + activity.header_timeout,
                (0, None) => activity.idle_since + activity.keepalive,
            };
            drop(activity);
            if deadline <= Instant::now() {
                return true;
            }
            // A timer that rings too early is set again then: most never ring.
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            if timer.is_elapsed() || timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            if timer.as_mut().poll(task).is_pending() {
                return false;
            }
        }
    }

    /// nginx's page in place of an answer of hyper's own, which is known by having no `Server`.
    fn replacement(&self, head: &[u8]) -> Option<Vec<u8>> {
        let status = head.strip_prefix(b"HTTP/1.1 ").or_else(|| head.strip_prefix(b"HTTP/1.0 "))?.get(..3)?;
        let is_alone = head.ends_with(b"\r\n\r\n") && !contains(head, b"\r\nServer: ");
        let activity = self.client.activity();
        if !matches!(status, b"400" | b"414" | b"431") || !is_alone || activity.in_flight > 0 {
            return None;
        }
        let (line, ended) = activity.track.line();
        let status = match status {
            b"431" if !ended || line.len() > self.client.head.line => 414,
            b"431" => 494,
            b"414" => 414,
            _ if is_of_another_version(line) => 505,
            _ => 400,
        };
        let line = line.to_vec();
        drop(activity);
        unread::refused(&self.client, &line, status)
    }

    /// Ends a connection whose client takes nothing for `send_timeout`.
    fn in_time<T>(
        &mut self,
        task: &mut TaskContext<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.sending = None;
            return written;
        }
        let patience = self.client.activity().send_timeout;
        let timer = self.sending.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        timer.as_mut().poll(task).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// What stands in place of these bytes of hyper's, which begin an answer.
    fn instead(&self, bytes: &[u8]) -> Option<Going> {
        if let Some(page) = self.replacement(bytes) {
            return Some(Going::instead(page, bytes.len()));
        }
        let written = self.client.activity().written.take()?;
        written.head(bytes)
    }
}

/// HTTP/2 and above, in a first line.
fn is_of_another_version(line: &[u8]) -> bool {
    let version = line.rsplit(|byte| *byte == b' ').next().and_then(|word| word.strip_prefix(b"HTTP/"));
    version.and_then(<[u8]>::first).is_some_and(|digit| matches!(digit, b'2'..=b'9'))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

impl Drop for Watched {
    fn drop(&mut self) {
        let counters = &self.client.live.shared.counters;
        Counters::take(&counters.active);
        if self.client.activity().head_since.take().is_some() {
            Counters::take(&counters.reading);
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(task, buffer) {
            Poll::Ready(Ok(())) => {
                let mut activity = self.client.activity();
                let idle = activity.in_flight == 0;
                activity.track.read(&buffer.filled()[before..], idle);
                if idle && activity.head_since.is_none() && activity.track.has_begun() {
                    activity.head_since = Some(Instant::now());
                    Counters::add(&self.client.live.shared.counters.reading);
                }
                drop(activity);
                Poll::Ready(Ok(()))
            }
            Poll::Pending if self.is_over(task) => {
                let activity = self.client.activity();
                let line = activity.head_since.map(|_| activity.track.line().0.to_vec());
                drop(activity);
                if let Some(line) = line {
                    unread::timed_out(&self.client, &line);
                }
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            other => other,
        }
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, task: &mut TaskContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(task, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if self.going.is_none()
            && let Some(first) = first.filter(|first| first.starts_with(b"HTTP/1."))
        {
            self.going = self.instead(first);
        }
        let Self { stream, going, .. } = &mut *self;
        let written = written::poll(stream, going, task, slices);
        self.in_time(task, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}
