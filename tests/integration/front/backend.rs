//! [`Backend`]: a small HTTP server behind the proxy that notes every request as it received it,
//! names itself in `X-Replica`, and misbehaves when the request says so.
//!
//! The header `X-Do: a=503 b=hang *=echo` says what each backend does with that request, and
//! `X-Answer: Name: value|Name: value` which headers it adds. So a backend keeps no state that a
//! case would have to reset.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as a backend received it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub replica: String,
    /// `GET /path HTTP/1.1`.
    pub line: String,
    /// Names in lower case, sorted: their order is not part of the contract.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What the backends of a [`super::lab::Lab`] saw, in order of arrival.
#[derive(Default)]
pub(crate) struct Journal {
    received: Mutex<Vec<Received>>,
}

impl Journal {
    /// Everything since the last call.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().expect("no test thread panicked with it"))
    }

    pub(crate) fn len(&self) -> usize {
        self.received.lock().expect("no test thread panicked with it").len()
    }
}

pub(crate) struct Backend {
    pub name: &'static str,
    pub address: SocketAddr,
    /// Connections accepted so far.
    pub connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

/// How long a backend that hangs keeps its connection: longer than any time-out of a case.
const HANG: Duration = Duration::from_secs(8);

impl Backend {
    pub(crate) fn start(name: &'static str, journal: Arc<Journal>) -> Self {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port"), name, journal)
    }

    /// On a listener that is there already.
    pub(crate) fn on(listener: TcpListener, name: &'static str, journal: Arc<Journal>) -> Self {
        let address = listener.local_addr().expect("its address");
        let connections = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let (count, ended) = (Arc::clone(&connections), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                count.fetch_add(1, Ordering::SeqCst);
                let journal = Arc::clone(&journal);
                std::thread::spawn(move || drop(serve(name, stream, &journal)));
            }
        });
        Self { name, address, connections, stop }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address)); // wakes the listener, which then goes
    }
}

/// A request read from a connection; `None` at its end.
fn read(name: &str, reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim_end();
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    headers.sort();
    let mut received =
        Received { replica: name.to_owned(), line: line.trim_end().to_owned(), headers, body: Vec::new() };
    if received.header("transfer-encoding") == Some("chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk)?;
            if size == 0 {
                break;
            }
            received.body.extend_from_slice(&chunk[..size]);
        }
    } else if let Some(length) = received.header("content-length").and_then(|text| text.parse().ok()) {
        received.body = vec![0; length];
        reader.read_exact(&mut received.body)?;
    }
    Ok(Some(received))
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// What this request asks of the backend `name`.
    fn action(&self, name: &str) -> &str {
        let orders = self.header("x-do").unwrap_or("");
        orders
            .split_whitespace()
            .filter_map(|order| order.split_once('='))
            .find(|(who, _)| *who == name || *who == "*")
            .map_or("echo", |(_, what)| what)
    }
}

fn serve(name: &str, mut stream: TcpStream, journal: &Journal) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read(name, &mut reader)? {
        let action = request.action(name).to_owned();
        let (action, number) = action.split_once(':').unwrap_or((&action, "0"));
        let number: usize = number.parse().unwrap_or(0);
        let close = request.line.ends_with("HTTP/1.0") || request.header("connection") == Some("close");
        let head = request.line.starts_with("HEAD ");
        let mut extra = format!("X-Replica: {name}\r\n");
        for header in request.header("x-answer").unwrap_or("").split('|').filter(|text| !text.is_empty()) {
            extra.push_str(header);
            extra.push_str("\r\n");
        }
        if close {
            extra.push_str("Connection: close\r\n");
        }
        let mut words = request.line.split(' ');
        let echo = format!(
            "{{\"replica\":\"{name}\",\"method\":\"{}\",\"uri\":\"{}\",\"body\":{}}}\n",
            words.next().unwrap_or(""),
            words.next().unwrap_or(""),
            request.body.len()
        );
        journal.received.lock().expect("no test thread panicked with it").push(request);

        let sized = |status: &str, kind: &str, body: &str| {
            format!(
                "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{extra}\r\n{}",
                body.len(),
                if head { "" } else { body }
            )
        };
        let plain = |status: &str, body: &str| sized(status, "text/plain", body);
        let answer = match action {
            "echo" => sized("200 OK", "application/json", &echo),
            "slow" => {
                std::thread::park_timeout(Duration::from_millis(number as u64));
                sized("200 OK", "application/json", &echo)
            }
            "bytes" => plain("200 OK", &"0123456789abcdef".repeat(number / 16 + 1)[..number]),
            "hang" => {
                // Until the proxy gives up, and no longer than HANG.
                stream.set_read_timeout(Some(HANG))?;
                drop(reader.read(&mut [0; 1]));
                return Ok(());
            }
            "close" => return Ok(()),
            "garbage" => {
                stream.write_all(b"\x00\xff this is not HTTP at all\r\n\r\nnor is this\r\n")?;
                return Ok(());
            }
            "nostatus" => {
                stream.write_all(b"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n")?;
                return Ok(());
            }
            "badheader" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nBad\x00Header: x\r\n\r\nok")?;
                return Ok(());
            }
            "halfhead" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le")?;
                return Ok(());
            }
            "halfbody" => {
                stream.write_all(plain("200 OK", &"x".repeat(1000)).split_at(200).0.as_bytes())?;
                return Ok(());
            }
            "stall" => {
                stream.write_all(plain("200 OK", &"x".repeat(1000)).split_at(200).0.as_bytes())?;
                stream.set_read_timeout(Some(HANG))?;
                drop(reader.read(&mut [0; 1]));
                return Ok(());
            }
            "halfchunk" => {
                let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
                stream.write_all(format!("{start}{extra}\r\n5\r\nhello\r\n64\r\nworld").as_bytes())?;
                return Ok(());
            }
            "badchunk" => {
                let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
                stream.write_all(format!("{start}{extra}\r\n5\r\nhello\r\nzz\r\nworld").as_bytes())?;
                return Ok(());
            }
            // Until the proxy has had enough, and no more than the limit of any test.
            "endless" | "endlesshead" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nX-More: ")?;
                if action == "endless" {
                    stream.write_all(b"no\r\nContent-Length: 99999999999\r\n\r\n")?;
                }
                let block = [b'x'; 1 << 16];
                for _ in 0..1 << 14 {
                    stream.write_all(&block)?;
                }
                return Ok(());
            }
            "bighead" => format!(
                "HTTP/1.1 200 OK\r\nX-Big: {}\r\nContent-Length: 0\r\n{extra}\r\n",
                "x".repeat(number)
            ),
            "chunked" => format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n{extra}\r\n{}",
                if head { "" } else { "5\r\nhello\r\n7; a=b\r\n, world\r\n0\r\n\r\n" }
            ),
            "eof" => {
                let start = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
                stream.write_all(format!("{start}{extra}\r\nuntil the end").as_bytes())?;
                return Ok(());
            }
            "http10" => {
                let start = "HTTP/1.0 200 Fine\r\nContent-Type: text/plain\r\n";
                stream.write_all(format!("{start}{extra}\r\nfrom HTTP/1.0").as_bytes())?;
                return Ok(());
            }
            "204" => format!("HTTP/1.1 204 No Content\r\n{extra}\r\n"),
            "304" => format!("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n{extra}\r\n"),
            "upgrade" => {
                stream.write_all(
                    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n",
                )?;
                let mut bytes = [0; 64];
                while let Ok(count @ 1..) = reader.read(&mut bytes) {
                    stream.write_all(&bytes[..count])?;
                }
                return Ok(());
            }
            "redirect" => format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{extra}\r\n"),
            status => plain(&format!("{status} Said So"), &format!("{status} from {name}\n")),
        };
        stream.write_all(answer.as_bytes())?;
        if close {
            return Ok(());
        }
    }
    Ok(())
}
