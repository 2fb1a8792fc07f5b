//! A connection to a peer, watched: [`Gauge`] tells what hyper does not, when bytes last moved, and
//! how the head of an answer began. So `proxy_read_timeout` does not run while a body is being sent,
//! and a head is held to `proxy_buffer_size`.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::written::{self, Going, Names, Written};

/// What is known of one connection.
#[derive(Debug)]
pub struct Gauge {
    traffic: Mutex<Traffic>,
}

#[derive(Debug)]
struct Traffic {
    /// When bytes last went either way.
    moved: Instant,
    /// The peer takes nothing for the moment.
    blocked: bool,
    /// The answer's head so far, and at most.
    head: Vec<u8>,
    limit: usize,
    /// The head is whole.
    ended: bool,
    too_big: bool,
    /// Bytes of the answer behind its head, as they came.
    body: u64,
    /// How the head of the next request is written.
    written: Option<Written>,
}

impl Gauge {
    pub fn new() -> Arc<Self> {
        let traffic = Traffic {
            moved: Instant::now(),
            blocked: false,
            head: Vec::new(),
            limit: 0,
            ended: true,
            too_big: false,
            body: 0,
            written: None,
        };
        Arc::new(Self { traffic: Mutex::new(traffic) })
    }

    fn lock(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another request begins, written so, whose answer's head may have `limit` bytes.
    pub fn begin(&self, limit: usize, written: Written) {
        let mut traffic = self.lock();
        traffic.moved = Instant::now();
        traffic.head.clear();
        (traffic.limit, traffic.ended, traffic.too_big, traffic.body) = (limit, false, false, 0);
        traffic.written = Some(written);
    }

    /// When bytes last moved, and whether some wait to be taken.
    pub fn moved(&self) -> (Instant, bool) {
        let traffic = self.lock();
        (traffic.moved, traffic.blocked)
    }

    /// How much of the answer came behind its head, chunks' own lines among it.
    pub fn body(&self) -> u64 {
        self.lock().body
    }

    /// The names of the answer's headers, as they are spelled.
    pub fn names(&self) -> Names {
        Names::of_head(&self.lock().head)
    }

    pub(crate) fn is_too_big(&self) -> bool {
        self.lock().too_big
    }

    /// The header line that cannot be one, up to its first bad byte and with that byte, in nginx's
    /// words; none where the status line itself is bad.
    pub fn invalid_header(&self) -> Option<String> {
        let traffic = self.lock();
        let mut lines = traffic.head.split(|byte| *byte == b'\n');
        let status = lines.next()?;
        if !status.starts_with(b"HTTP/1.") {
            return None;
        }
        for line in lines {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let name = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let bad = |(at, byte): (usize, &u8)| *byte == 0 || at < name && matches!(byte, 0..=32 | 127);
            if let Some(at) = line.iter().enumerate().position(bad) {
                return Some(format!("{}\\x{:02x}...", String::from_utf8_lossy(&line[..at]), line[at]));
            }
        }
        None
    }
}

/// A header line as its name and value; none for what has no colon.
fn header(line: &[u8]) -> Option<(String, String)> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    Some((name.to_owned(), value.trim().to_owned()))
}

impl Gauge {
    /// Why the length of the answer's body cannot be told, in nginx's words: it is said twice, or in
    /// two ways.
    pub(crate) fn wrong_length(&self) -> Option<String> {
        let head = self.lock().head.clone();
        let end = head.windows(2).position(|two| two == b"\n\n" || two == b"\n\r").unwrap_or(head.len());
        let mut said: Vec<(String, String)> = Vec::new();
        let lines = head[..end].split(|byte| *byte == b'\n').skip(1);
        for (name, value) in lines.filter_map(header) {
            let known = ["content-length", "transfer-encoding"];
            if !known.contains(&name.to_ascii_lowercase().as_str()) {
                continue;
            }
            match said.first() {
                None => said.push((name, value)),
                Some((before, previous)) if before.eq_ignore_ascii_case(&name) => {
                    let line = format!("\"{name}: {value}\", previous value: \"{before}: {previous}\"");
                    return Some(format!("upstream sent duplicate header line: {line}"));
                }
                Some(_) => {
                    let both = "\"Content-Length\" and \"Transfer-Encoding\" headers at the same time";
                    return Some(format!("upstream sent {both}"));
                }
            }
        }
        None
    }
}

impl Traffic {
    /// Follows the head; whether it may go on.
    fn read(&mut self, new: &[u8]) -> bool {
        self.moved = Instant::now();
        if self.ended || new.is_empty() {
            self.body += new.len() as u64;
            return true;
        }
        let before = self.head.len();
        let room = self.limit.saturating_sub(before).min(new.len());
        self.head.extend_from_slice(&new[..room]);
        let from = before.saturating_sub(3);
        let blank = |at: &usize| {
            let rest = &self.head[*at..];
            rest.starts_with(b"\n\n") || rest.starts_with(b"\n\r\n")
        };
        match (from..self.head.len()).find(blank) {
            Some(at) => {
                let end = at + if self.head[at + 1] == b'\n' { 2 } else { 3 };
                self.ended = true;
                self.body = (new.len() - (end - before)) as u64;
            }
            None => self.too_big = self.head.len() >= self.limit,
        }
        !self.too_big
    }
}

/// A stream with its gauge.
pub(crate) struct Wire {
    pub stream: TcpStream,
    pub gauge: Arc<Gauge>,
    /// The head that is being sent.
    pub going: Option<Going>,
}

impl Wire {
    fn wrote<T>(&self, written: Poll<T>) -> Poll<T> {
        let mut traffic = self.gauge.lock();
        traffic.blocked = written.is_pending();
        if !traffic.blocked {
            traffic.moved = Instant::now();
        }
        drop(traffic);
        written
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(task, buffer) {
            Poll::Ready(Ok(())) if self.gauge.lock().read(&buffer.filled()[before..]) => Poll::Ready(Ok(())),
            Poll::Ready(Ok(())) => Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
            other => other,
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, task: &mut TaskContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(task, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut TaskContext<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.gauge.lock().written.take();
        if let Some(written) = written {
            let first = slices.iter().find(|slice| !slice.is_empty());
            self.going = first.and_then(|first| written.head(first));
        }
        let Self { stream, going, .. } = &mut *self;
        let sent = written::poll(stream, going, task, slices);
        self.wrote(sent)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_held_to_its_limit_however_it_comes() {
        let head = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        for cut in 0..head.len() {
            for (limit, fits) in [(head.len() - 1, false), (head.len(), true), (4096, true)] {
                let gauge = Gauge::new();
                gauge.begin(limit, Written::default());
                let mut traffic = gauge.lock();
                let all =
                    traffic.read(&head[..cut]) && traffic.read(&head[cut..]) && traffic.read(&[b'x'; 9000]);
                assert_eq!((all, traffic.too_big), (fits, !fits), "{cut} {limit}");
                assert_eq!(traffic.body, if fits { 9000 } else { 0 });
            }
        }
    }

    #[test]
    fn a_bad_header_is_named_as_nginx_does() {
        let gauge = Gauge::new();
        gauge.begin(4096, Written::default());
        gauge.lock().read(b"HTTP/1.1 200 OK\r\nFine: y\r\nBad\0Header: x\r\n\r\n");
        assert_eq!(gauge.invalid_header().as_deref(), Some("Bad\\x00..."));
        gauge.begin(4096, Written::default());
        gauge.lock().read(b"garbage\r\nBad Header: x\r\n\r\n");
        assert_eq!(gauge.invalid_header(), None);
    }
}
