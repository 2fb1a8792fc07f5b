//! A [`Fake`] engine at a socket of its own: it looks like Docker as far as it answers at all, and
//! does with every other request what its [`Answer`] says.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is sent in answer to a listing.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// An engine with nothing on it.
    Empty,
    /// Containers of another folder, so many.
    Containers(usize),
    /// Containers of the folder that is asked about, with ids that are paths.
    Lying,
    /// Nothing, and the connection stays open.
    Silence,
    /// The connection is closed.
    Close,
    /// These bytes, then it is closed.
    Bytes(&'static [u8]),
    /// These bytes again and again, after a head.
    Endless(&'static str, &'static [u8]),
    /// One byte of an answer each tenth of a second.
    Drip,
    /// An error with a message, as JSON has it.
    Error(u16, &'static str),
    /// An error with a message of this many bytes.
    LongError(usize),
}

/// Every way to be ill.
pub fn sick() -> Vec<(&'static str, Answer)> {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    vec![
        ("silent", Answer::Silence),
        ("closing", Answer::Close),
        ("cut in its head", Answer::Bytes(b"HTTP/1.1 200 O")),
        ("cut in its body", Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"Id\":")),
        ("no HTTP", Answer::Bytes(b"220 mail.example ESMTP\r\n")),
        ("no JSON", Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")),
        ("other types", Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n[{\"Id\":[1,-2,{}]}")),
        ("endless body", Answer::Endless(OK, b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")),
        ("endless strings", Answer::Endless(OK, b"\",\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
        ("endless chunks", Answer::Endless(CHUNKED, b"10\r\n[{\"Id\":\"aaaaaaa\r\n")),
        ("endless chunk extension", Answer::Endless(CHUNKED, b"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
        ("endless headers", Answer::Endless("HTTP/1.1 200 OK\r\n", b"X-A: aaaaaaaaaaaaaaaaaaaaaaaa\r\n")),
        ("endless header", Answer::Endless("HTTP/1.1 200 OK\r\nX-A: ", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
        ("dripping", Answer::Drip),
        ("refusing at length", Answer::LongError(64 << 20)),
        ("refusing", Answer::Error(500, "the daemon is not well")),
    ]
}

pub struct Fake {
    folder: tempfile::TempDir,
    requests: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
}

impl Fake {
    pub fn start(answer: Answer) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = UnixListener::bind(folder.path().join("docker.sock")).expect("a socket");
        let (requests, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (seen, over) = (Arc::clone(&requests), Arc::clone(&ended));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (seen, over) = (Arc::clone(&seen), Arc::clone(&over));
                std::thread::spawn(move || serve(stream, answer, &seen, &over));
            }
        });
        Self { folder, requests, ended }
    }

    pub fn address(&self) -> String {
        format!("unix://{}", self.folder.path().join("docker.sock").display())
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = UnixStream::connect(self.folder.path().join("docker.sock"));
    }
}

fn serve(mut stream: UnixStream, answer: Answer, seen: &Mutex<Vec<String>>, over: &AtomicBool) {
    let _ = stream.set_write_timeout(Some(Duration::from_secs(2)));
    let mut reader = BufReader::new(stream.try_clone().expect("the same"));
    loop {
        let mut request = String::new();
        let mut length = 0;
        loop {
            let mut line = String::new();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
            if let Some(bytes) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = bytes.trim().parse().unwrap_or(0);
            }
            if line == "\r\n" {
                break;
            }
            if request.is_empty() {
                request = line.trim().to_owned();
            }
        }
        if std::io::copy(&mut std::io::Read::take(&mut reader, length), &mut std::io::sink()).is_err() {
            return;
        }
        seen.lock().unwrap().push(request.clone());
        if reply(&mut stream, answer, &request, over).is_err() {
            return;
        }
    }
}

fn json(stream: &mut UnixStream, status: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nApi-Version: 1.41\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn reply(stream: &mut UnixStream, answer: Answer, request: &str, over: &AtomicBool) -> std::io::Result<()> {
    let end = || std::io::ErrorKind::ConnectionAborted.into();
    let waiting = || {
        while !over.load(Ordering::SeqCst) {
            std::thread::park_timeout(Duration::from_millis(100));
        }
    };
    match answer {
        Answer::Silence => {
            waiting();
            Err(end())
        }
        Answer::Close => Err(end()),
        Answer::Bytes(bytes) => stream.write_all(bytes).and(Err(end())),
        Answer::Endless(head, more) => {
            stream.write_all(head.as_bytes())?;
            if head.ends_with("json\r\n") {
                stream.write_all(b"\r\n")?;
            }
            let many = more.repeat(2000);
            while !over.load(Ordering::SeqCst) {
                stream.write_all(&many)?;
            }
            Err(end())
        }
        Answer::Drip => {
            for byte in
                b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".iter().chain(std::iter::repeat(&b' '))
            {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                stream.write_all(&[*byte])?;
                std::thread::park_timeout(Duration::from_millis(100));
            }
            Err(end())
        }
        Answer::Error(status, message) => {
            json(stream, &format!("{status} Broken"), &format!("{{\"message\":\"{message}\"}}"))
        }
        Answer::LongError(size) => {
            json(stream, "500 Broken", &format!("{{\"message\":\"{}\"}}", "x".repeat(size)))
        }
        Answer::Empty | Answer::Containers(_) | Answer::Lying => well(stream, answer, request),
    }
}

/// As an engine answers that is well.
fn well(stream: &mut UnixStream, answer: Answer, request: &str) -> std::io::Result<()> {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let bare = path.split('?').next().unwrap_or_default();
    let bare = bare.strip_prefix("/v1.41").unwrap_or(bare);
    match bare {
        "/_ping" => write!(stream, "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK"),
        "/version" => json(stream, "200 OK", r#"{"Version":"20.10.24","ApiVersion":"1.41"}"#),
        "/info" => json(
            stream,
            "200 OK",
            r#"{"ServerVersion":"20.10.24","NCPU":2,"MemTotal":8589934592,"Driver":"overlay2"}"#,
        ),
        "/containers/json" => json(stream, "200 OK", &containers(answer)),
        "/networks" => json(stream, "200 OK", "[]"),
        "/volumes" => json(stream, "200 OK", r#"{"Volumes":[],"Warnings":null}"#),
        "/images/json" => json(stream, "200 OK", "[]"),
        _ => json(stream, "404 Not Found", r#"{"message":"no such thing"}"#),
    }
}

fn containers(answer: Answer) -> String {
    let one = |id: &str, dir: &str, number: usize| {
        format!(
            r#"{{"Id":"{id}","Names":["/x-{number}"],"Image":"a","Created":1700000000,"Ports":[],"State":"running","Status":"Up","Labels":{{"com.docker.compose.project":"other","com.docker.compose.service":"web","com.docker.compose.container-number":"{number}","com.docker.compose.project.working_dir":"{dir}"}},"NetworkSettings":{{"Networks":{{}}}},"Mounts":[]}}"#
        )
    };
    let all: Vec<String> = match answer {
        Answer::Containers(count) => {
            (0..count).map(|at| one(&format!("{at:064x}"), "/elsewhere", at)).collect()
        }
        Answer::Lying => ["../../images/x", "..%2f..", "a/../../volumes/v", ""]
            .iter()
            .enumerate()
            .map(|(at, id)| one(id, "/", at))
            .collect(),
        _ => Vec::new(),
    };
    format!("[{}]", all.join(","))
}
