//! The client: sends bytes as they are, and reads [`Reply`]s with the framing that they declare.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A reply as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub status: String,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// Decoded where it came in chunks.
    pub body: Vec<u8>,
    /// The body came as it was declared, or the connection ended where its end is the body's end.
    pub whole: bool,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn code(&self) -> &str {
        self.status.split(' ').nth(1).unwrap_or("")
    }
}

/// A connection with what was read and not yet used.
pub(crate) struct Wire {
    pub stream: TcpStream,
    buffer: Vec<u8>,
    ended: bool,
    limit: Duration,
    /// The last request was HTTP/1.0.
    old: bool,
}

impl Wire {
    pub(crate) fn connect(to: SocketAddr) -> std::io::Result<Self> {
        Ok(Self::over(TcpStream::connect(to)?))
    }

    /// From an address of this machine, as clients of different addresses come.
    pub(crate) fn connect_from(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind(SocketAddr::new(from.into(), 0))?;
            socket.connect(to).await?.into_std()
        })?;
        stream.set_nonblocking(false)?;
        Ok(Self::over(stream))
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a socket option");
        Self { stream, buffer: Vec::new(), ended: false, limit: Duration::from_secs(10), old: false }
    }

    /// How long a read may take before the connection counts as still open.
    #[must_use]
    pub(crate) const fn patient(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sends; a server that has closed already is seen when reading.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.old = bytes.split(|byte| *byte == b'\r').next().is_some_and(|line| line.ends_with(b"HTTP/1.0"));
        drop(self.stream.write_all(bytes));
    }

    /// Reads more; false at the end of the connection or of the patience.
    fn fill(&mut self, until: Instant) -> bool {
        if self.ended {
            return false;
        }
        let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) else {
            return false;
        };
        self.stream.set_read_timeout(Some(left)).expect("a socket option");
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) => self.ended = true,
            Ok(count) => {
                self.buffer.extend_from_slice(&chunk[..count]);
                return true;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(_) => self.ended = true,
        }
        false
    }

    /// The next reply to a request of `method`; `None` when none comes.
    pub(crate) fn reply(&mut self, method: &str) -> Option<Reply> {
        let until = Instant::now() + self.limit;
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            if !self.fill(until) {
                if self.buffer.is_empty() {
                    return None;
                }
                // HTTP/0.9 and worse: what came, as it came.
                let body = std::mem::take(&mut self.buffer);
                return Some(Reply {
                    status: "(no head)".to_owned(),
                    body,
                    whole: self.ended,
                    ..Reply::default()
                });
            }
        };
        let head: Vec<u8> = self.buffer.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.split("\r\n");
        let mut reply = Reply { status: lines.next().unwrap_or("").to_owned(), ..Reply::default() };
        // KNOWN: hyper answers an HTTP/1.0 client in its version, nginx in 1.1 (as RFC 9110 2.5 wants
        // it); no such client minds.
        if let Some(rest) = reply.status.strip_prefix("HTTP/1.0 ").filter(|_| self.old) {
            reply.status = format!("HTTP/1.1 {rest}");
        }
        for line in lines.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').unwrap_or((line, "(no colon)"));
            reply.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        reply.whole = self.body(method, &mut reply, until);
        Some(reply)
    }

    /// Whether anything comes at all.
    pub(crate) fn reply_begins(&mut self) -> bool {
        !self.buffer.is_empty() || self.fill(Instant::now() + self.limit)
    }

    fn body(&mut self, method: &str, reply: &mut Reply, until: Instant) -> bool {
        let code = reply.code();
        if method == "HEAD" || code.starts_with('1') || code == "204" || code == "304" {
            return true;
        }
        if reply.header("transfer-encoding") == Some("chunked") {
            return self.chunks(reply, until);
        }
        let length = reply.header("content-length").and_then(|text| text.parse::<usize>().ok());
        while length.is_none_or(|length| self.buffer.len() < length) {
            if !self.fill(until) {
                reply.body = std::mem::take(&mut self.buffer);
                return length.is_none() && self.ended;
            }
        }
        reply.body = self.buffer.drain(..length.unwrap_or(0)).collect();
        true
    }

    fn chunks(&mut self, reply: &mut Reply, until: Instant) -> bool {
        loop {
            let Some(size) = self.line(until) else { return false };
            let digits = size.split(';').next().unwrap_or("").trim();
            let Ok(size) = usize::from_str_radix(digits, 16) else { return false };
            if size == 0 {
                while self.line(until).is_some_and(|line| !line.is_empty()) {}
                return true;
            }
            while self.buffer.len() < size + 2 {
                if !self.fill(until) {
                    let all = self.buffer.len();
                    reply.body.extend(self.buffer.drain(..all));
                    return false;
                }
            }
            reply.body.extend(self.buffer.drain(..size));
            self.buffer.drain(..2);
        }
    }

    fn line(&mut self, until: Instant) -> Option<String> {
        loop {
            if let Some(at) = find(&self.buffer, b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..at + 2).collect();
                return Some(String::from_utf8_lossy(&line[..at]).into_owned());
            }
            if !self.fill(until) {
                return None;
            }
        }
    }

    /// Whether the server has ended the connection, as far as it was read.
    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }

    /// Whether the server ends the connection within `limit`; what comes until then is dropped.
    pub(crate) fn ends_within(&mut self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        while self.fill(until) {}
        self.ended
    }
}

pub(crate) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The bytes of a request that a case gives as lines: `METHOD TARGET [HTTP/1.0]`, headers, an empty
/// line, the body. What it leaves out is added: Host, `Connection: close` where `last`, the body's
/// length. A header `!Name` keeps Name from being added.
pub(crate) fn request(text: &str, last: bool) -> Vec<u8> {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap_or("");
    let versioned = line.rsplit(' ').next().is_some_and(|word| word.starts_with("HTTP/"));
    let line = if versioned { line.to_owned() } else { format!("{line} HTTP/1.1") };
    let old = line.ends_with("HTTP/1.0");
    let headers: Vec<&str> = lines.collect();
    let has = |name: &str| {
        headers.iter().any(|header| {
            let known = header.split(':').next().unwrap_or("").trim_start_matches('!');
            known.eq_ignore_ascii_case(name)
        })
    };
    let mut bytes = format!("{line}\r\n");
    if !has("Host") && !old {
        bytes.push_str("Host: localhost\r\n");
    }
    for header in headers.iter().filter(|header| !header.starts_with('!')) {
        bytes.push_str(header);
        bytes.push_str("\r\n");
    }
    if last && !old && !has("Connection") {
        bytes.push_str("Connection: close\r\n");
    }
    if !body.is_empty() && !has("Content-Length") && !has("Transfer-Encoding") {
        bytes.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    bytes.push_str("\r\n");
    bytes.push_str(body);
    bytes.into_bytes()
}
