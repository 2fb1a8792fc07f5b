//! A [`Target`]: a server on a port of its own, a thread for each connection, which does with every
//! request what the test says, and counts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub line: String,
    /// In lower case, name and value.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// From 0, over all connections.
    pub number: u64,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// What is done with the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Keep,
    Close,
}

type Answer = dyn Fn(&Request, &mut TcpStream) -> After + Send + Sync;

#[derive(Default)]
pub(crate) struct Counts {
    pub connections: AtomicU64,
    pub requests: AtomicU64,
    ended: AtomicBool,
}

pub(crate) struct Target {
    address: SocketAddr,
    pub counts: Arc<Counts>,
}

impl Target {
    /// Answers with what `answer` writes.
    pub(crate) fn start(answer: impl Fn(&Request, &mut TcpStream) -> After + Send + Sync + 'static) -> Self {
        Self::at(Ipv4Addr::LOCALHOST, answer)
    }

    pub(crate) fn at(
        ip: Ipv4Addr,
        answer: impl Fn(&Request, &mut TcpStream) -> After + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((ip, 0)).expect("a port");
        let address = listener.local_addr().expect("its address");
        let counts = Arc::new(Counts::default());
        let (counted, answer): (_, Arc<Answer>) = (Arc::clone(&counts), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if counted.ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                counted.connections.fetch_add(1, Ordering::SeqCst);
                let (counted, answer) = (Arc::clone(&counted), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &counted, answer.as_ref()));
            }
        });
        Self { address, counts }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port())
    }

    pub(crate) fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> u64 {
        self.counts.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.counts.ended.store(true, Ordering::SeqCst);
        // Its thread waits for one more connection.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port()));
    }
}

fn serve(mut stream: TcpStream, counts: &Counts, answer: &Answer) {
    let _ = stream.set_nodelay(true);
    // A test that has failed leaves no thread behind for long.
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    while let Some(mut request) = read(&mut reader) {
        request.number = counts.requests.fetch_add(1, Ordering::SeqCst);
        if answer(&request, &mut stream) == After::Close {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut request = Request { line: line(reader)?, ..Request::default() };
    loop {
        let header = line(reader)?;
        let Some((name, value)) = header.split_once(": ") else { break };
        request.headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).expect("the body is text");
    Some(request)
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

/// Writes an answer with a short body; the connection is kept.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str) -> After {
    let text = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 3\r\n\r\nok\n");
    if stream.write_all(text.as_bytes()).is_ok() { After::Keep } else { After::Close }
}

/// Always the same good answer.
pub(crate) fn good(_: &Request, stream: &mut TcpStream) -> After {
    answer(stream, "200 OK", "")
}

/// A gate that all of a server's threads wait at while it is shut.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn shut(&self, shut: bool) {
        *self.0.0.lock().expect("nobody panics here") = shut;
        self.0.1.notify_all();
    }

    pub(crate) fn pass(&self) {
        let shut = self.0.0.lock().expect("nobody panics here");
        drop(self.0.1.wait_while(shut, |shut| *shut).expect("nobody panics here"));
    }
}
