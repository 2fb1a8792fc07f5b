//! The front over real sockets, in this process: upstreams that misbehave, clients that do, names
//! that change.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::connection::accept;
use super::live::{Counters, Live, Shared};
use crate::examine;
use crate::log::Logs;
use crate::names::{LookupError, Names};
use crate::view::View;

type Table = Arc<Mutex<BTreeMap<String, Vec<SocketAddr>>>>;

struct TestNames(Table);

#[async_trait]
impl Names for TestNames {
    async fn lookup(&self, host: &str, _: u16) -> Result<Vec<SocketAddr>, LookupError> {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.get(host).filter(|found| !found.is_empty()).cloned().ok_or(LookupError::NotFound)
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A front at a port of its own, ended with the test's runtime.
struct Front {
    address: SocketAddr,
    live: Arc<Live>,
    names: Table,
    log: Log,
    _folder: tempfile::TempDir,
}

impl Front {
    async fn start(conf: &str, names: &[(&str, &[SocketAddr])]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let html = folder.path().join("usr/share/nginx/html/sub");
        std::fs::create_dir_all(&html).expect("made");
        std::fs::write(html.join("../index.html"), "home").expect("written");
        let view = View::new(folder.path(), &[]).with_text("/etc/nginx/conf.d/default.conf", conf);
        let (compiled, _) = examine::load(&view).unwrap_or_else(|error| panic!("{error}"));
        let entries = names.iter().map(|(name, found)| ((*name).to_owned(), found.to_vec()));
        let names: Table = Arc::new(Mutex::new(entries.collect()));
        let log = Log::default();
        let shared = Arc::new(Shared {
            names: Box::new(TestNames(Arc::clone(&names))),
            logs: Logs::to(log.clone()),
            counters: Counters::default(),
        });
        let host = "127.0.0.1".parse().expect("an address");
        let live = Live::start(compiled, view, host, "front".to_owned(), shared).await.expect("started");
        live.keep_up();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(accept(listener, 80, None, watch::Sender::new(Arc::clone(&live)).subscribe()));
        Self { address, live, names, log, _folder: folder }
    }

    /// All that comes back until the connection ends.
    async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("connected");
        stream.write_all(bytes).await.expect("written");
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "still open after {:?}", String::from_utf8_lossy(&answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn get(&self, path: &str) -> String {
        self.raw(format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).await
    }

    async fn post(&self, path: &str) -> String {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi");
        self.raw(head.as_bytes()).await
    }

    /// Waits until the log has `text`.
    async fn logged(&self, text: &str) -> String {
        let begun = Instant::now();
        loop {
            self.live.shared.logs.flush();
            let log = String::from_utf8_lossy(&self.log.0.lock().unwrap_or_else(PoisonError::into_inner))
                .into_owned();
            if log.contains(text) {
                return log;
            }
            assert!(begun.elapsed() < Duration::from_secs(5), "no {text:?} in {log}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}

/// What a misbehaving upstream does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Close,
    Hang,
    Reset,
}

/// An upstream that reads a head, says `text` and does what it does. How often it was asked.
async fn upstream(text: &'static str, then: Then) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("an address");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let for_task = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = Arc::clone(&for_task);
            tokio::spawn(async move {
                let mut bytes = vec![0; 64 << 10];
                let mut length = 0;
                while !bytes[..length].windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut bytes[length..]).await {
                        Ok(read) if read > 0 => length += read,
                        _ => return,
                    }
                }
                let head = String::from_utf8_lossy(&bytes[..length]).into_owned();
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(head);
                let _ = stream.write_all(text.as_bytes()).await;
                match then {
                    Then::Close => {}
                    Then::Hang => std::future::pending().await,
                    Then::Reset => {
                        let _ = stream.set_zero_linger();
                    }
                }
            });
        }
    });
    (address, seen)
}

/// A place where nothing listens.
async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    listener.local_addr().expect("an address")
}

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nServer: other\r\nX-A: b\r\n\r\ngood";
const PASS: &str = "server { listen 80; location / { proxy_pass http://b; proxy_read_timeout 300ms; } }";

#[tokio::test]
async fn files_and_the_log() {
    let front =
        Front::start("server { root /usr/share/nginx/html; location /sub { add_header X-Y z; } }", &[]).await;
    let answer = front.get("/").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhome"), "{answer}");
    assert!(front.get("/sub").await.contains("Location: http://a/sub/\r\n"));
    assert_eq!(status(&front.get("/sub/").await), "403");
    assert_eq!(status(&front.get("/%2e%2e/%2e%2e/%2e%2e/etc/passwd").await), "400");
    let log = front.logged("GET /sub/").await;
    assert!(log.contains("\"GET / HTTP/1.1\" 200 4 \"-\" \"-\""), "{log}");
    assert!(
        log.contains("directory index of \"/usr/share/nginx/html/sub/\" is forbidden, client: 127.0.0.1")
    );
}

#[tokio::test]
async fn upstreams_that_misbehave() {
    for (text, then, wanted, words) in [
        ("", Then::Close, "502", "upstream prematurely closed connection while reading response header"),
        ("", Then::Reset, "502", "recv() failed (104: Connection reset by peer)"),
        (
            "",
            Then::Hang,
            "504",
            "upstream timed out (110: Connection timed out) while reading response header",
        ),
        ("nonsense\r\n\r\n", Then::Hang, "502", "upstream sent no valid HTTP/1.0 header"),
        ("HTTP/1.1 200 OK\r\nContent-Le", Then::Close, "502", "upstream prematurely closed connection"),
        // The first piece is already broken: nothing of the answer goes out.
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Then::Close,
            "",
            "prematurely closed",
        ),
    ] {
        let (address, _) = upstream(text, then).await;
        let front = Front::start(PASS, &[("b", &[address])]).await;
        let answer = front.get("/x?y").await;
        assert_eq!(status(&answer), wanted, "{text:?} {then:?}: {answer}");
        let log = front.logged(words).await;
        assert!(log.contains(&format!("upstream: \"http://{address}/x?y\", host: \"a\"")), "{log}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_never_taken_for_a_whole_one() {
    let (address, _) = upstream("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Then::Close).await;
    let front = Front::start(PASS, &[("b", &[address])]).await;
    let answer = front.get("/").await;
    assert!(answer.ends_with("\r\n\r\nhalf") && answer.contains("Content-Length: 10"), "{answer}");
    front.logged("upstream prematurely closed connection while reading upstream").await;
}

#[tokio::test]
async fn another_peer_is_asked_when_it_may_be() {
    let (good, seen_by_good) = upstream(GOOD, Then::Close).await;
    let (bad, seen_by_bad) = upstream("", Then::Close).await;
    let dead = nobody().await;
    let asked = |seen: &Arc<Mutex<Vec<String>>>| seen.lock().unwrap_or_else(PoisonError::into_inner).len();
    let conf = "upstream u { server bad max_fails=0; server good max_fails=0; }
        server { listen 80; location / { proxy_pass http://u; } }";
    let front = Front::start(conf, &[("bad", &[bad]), ("good", &[good])]).await;
    assert_eq!(status(&front.get("/").await), "200");
    assert_eq!((asked(&seen_by_bad), asked(&seen_by_good)), (1, 1));
    let answers = [front.post("/").await, front.post("/").await];
    let mut statuses = answers.each_ref().map(|answer| status(answer));
    statuses.sort_unstable();
    assert_eq!(statuses, ["200", "502"], "a POST that was sent is not sent again");
    // A connection that was never made has sent nothing.
    let front = Front::start(conf, &[("bad", &[dead]), ("good", &[good])]).await;
    assert_eq!((status(&front.post("/").await), status(&front.post("/").await)), ("200", "200"));
    let nobody_left = Front::start(conf, &[("bad", &[dead]), ("good", &[dead])]).await;
    assert_eq!(status(&nobody_left.get("/").await), "502");
}

#[tokio::test]
async fn a_port_of_zero_is_a_refused_connection() {
    let front = Front::start(PASS, &[("b", &["127.0.0.1:0".parse().expect("an address")])]).await;
    assert_eq!(status(&front.get("/").await), "502");
    front.logged("connect() failed (111: Connection refused) while connecting to upstream").await;
}

#[tokio::test]
async fn a_plain_name_is_looked_up_once_and_resolve_follows_it() {
    let (first, _) = upstream("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none", Then::Close).await;
    let (second, _) = upstream("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo", Then::Close).await;
    let conf = "resolver 127.0.0.11 valid=1s;
        upstream u { zone u 64k; server b resolve; }
        server { listen 80;
            location /once { proxy_pass http://b; }
            location /follows { proxy_pass http://u; }
            location /each { set $b b; proxy_pass http://$b; } }";
    let front = Front::start(conf, &[("b", &[first])]).await;
    for path in ["/once", "/follows", "/each"] {
        assert!(front.get(path).await.ends_with("one"), "{path}");
    }
    front.names.lock().unwrap_or_else(PoisonError::into_inner).insert("b".to_owned(), vec![second]);
    let begun = Instant::now();
    while !front.get("/follows").await.ends_with("two") {
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    while !front.get("/each").await.ends_with("two") {
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    assert!(front.get("/once").await.ends_with("one"));
    front.names.lock().unwrap_or_else(PoisonError::into_inner).remove("b");
    front.logged("b could not be resolved (3: Host not found)").await;
    let begun = Instant::now();
    while status(&front.get("/follows").await) != "502" {
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    front.logged("no live upstreams while connecting to upstream").await;
}

#[tokio::test]
async fn headers_on_both_ways() {
    let (address, seen) = upstream(GOOD, Then::Hang).await;
    let conf = "server { listen 80; add_header X-Extra yes; location / { proxy_pass http://b;
        proxy_set_header X-Real-IP $remote_addr; proxy_set_header Accept \"\"; proxy_hide_header X-A; } }";
    let front = Front::start(conf, &[("b", &[address])]).await;
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nAccept: */*\r\nX_under: 1\r\nTE: trailers\r\nX-B: \xff\r\n\r\n";
    let answer = front.raw(request).await;
    assert!(answer.contains("Server: nginx/1.30.0\r\n") && answer.contains("X-Extra: yes\r\n"), "{answer}");
    assert!(!answer.contains("X-A") && answer.ends_with("good"), "{answer}");
    let head = seen.lock().unwrap_or_else(PoisonError::into_inner)[0].to_ascii_lowercase();
    assert!(head.contains("\r\nhost: b\r\n") && head.contains("\r\nx-real-ip: 127.0.0.1\r\n"), "{head}");
    assert!(head.contains("\r\nx-b: \u{fffd}\r\n"), "{head}");
    for gone in ["accept", "x_under", "te:", "connection"] {
        assert!(!head.contains(&format!("\r\n{gone}")), "{gone} in {head}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_never_passed_on() {
    let (address, seen) = upstream(GOOD, Then::Close).await;
    let front = Front::start(PASS, &[("b", &[address])]).await;
    let long = "a".repeat(9000);
    for (text, wanted) in [
        ("GARBAGE\r\n\r\n".to_owned(), "400"),
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(), "505"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n".to_owned(), "400"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                .to_owned(),
            "400",
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
                .to_owned(),
            "400",
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc".to_owned(), "400"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc".to_owned(), "400"),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n".to_owned(), "501"),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n".to_owned(),
            "400",
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n".to_owned(), "413"),
        (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), "414"),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"), "400"),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", long.repeat(10)), "400"),
        (format!("GET /{} HTTP/1.1\r\n", long.repeat(10)), "414"),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned(), "405"),
    ] {
        let answer = front.raw(text.as_bytes()).await;
        assert_eq!(status(&answer), wanted, "{:?}: {answer}", text.get(..80).unwrap_or(&text));
        assert!(answer.contains("<center>nginx/1.30.0</center>"), "{answer}");
    }
    assert_eq!(seen.lock().unwrap_or_else(PoisonError::into_inner).len(), 0);
    let log = front.logged("GARBAGE").await;
    assert!(log.contains("\"GARBAGE\" 400 157 "), "{log}");
}

#[tokio::test]
async fn a_client_that_is_too_slow_is_let_go() {
    let conf =
        "server { listen 80; client_header_timeout 200ms; keepalive_timeout 300ms; client_body_timeout 200ms;
        location / { return 200 ok; } location /p { proxy_pass http://b; } }";
    let front = Front::start(conf, &[("b", &[nobody().await])]).await;
    let begun = Instant::now();
    assert_eq!(front.raw(b"GET / HTT").await, "");
    assert_eq!(front.raw(b"").await, "");
    assert!(front.raw(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.ends_with("ok"));
    let slow = front.raw(b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").await;
    assert_eq!(slow, "");
    assert!(front.logged("POST /p").await.contains(" 408 0 "));
    assert!(front.logged("GET / HTT").await.contains("\"GET / HTT\" 408 0 "));
    assert!(begun.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn requests_in_a_row_and_the_counters() {
    let front = Front::start(
        "server { listen 80; location / { return 200 $uri; } location /s { stub_status; } }",
        &[],
    )
    .await;
    let row = b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answers = front.raw(row).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3, "{answers}");
    let page = front.get("/s").await;
    assert!(
        page.contains("Active connections: ") && page.contains(" 2 2 4 \nReading: 0 Writing: 1 Waiting: "),
        "{page}"
    );
}

#[tokio::test]
async fn a_tunnel_is_joined_on_both_sides() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut bytes = [0; 4096];
        let _ = stream.read(&mut bytes).await;
        let hello = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
        stream.write_all(hello).await.expect("written");
        while let Ok(read) = stream.read(&mut bytes).await {
            if read == 0 || stream.write_all(&bytes[..read]).await.is_err() {
                break;
            }
        }
    });
    let conf = "server { listen 80; location / { proxy_pass http://b;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; } }";
    let front = Front::start(conf, &[("b", &[address])]).await;
    let mut stream = TcpStream::connect(front.address).await.expect("connected");
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        .await
        .expect("written");
    let mut bytes = vec![0; 4096];
    let read = stream.read(&mut bytes).await.expect("an answer");
    assert!(String::from_utf8_lossy(&bytes[..read]).starts_with("HTTP/1.1 101 "));
    stream.write_all(b"ping").await.expect("written");
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut bytes)).await.expect("in time");
    assert_eq!(&bytes[..read.expect("read")], b"ping");
}

mod anything {
    use proptest::prelude::*;

    use super::*;

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let marks: Vec<&'static [u8]> = vec![
            b"GET ",
            b"POST ",
            b"/",
            b"/x",
            b" HTTP/1.1",
            b" HTTP/1.0",
            b"\r\n",
            b"\n",
            b"\r\n\r\n",
            b"Host: a",
            b"Host:",
            b"Content-Length: ",
            b"5",
            b"0",
            b"-1",
            b"99999999999999999999",
            b"Transfer-Encoding: chunked",
            b"5\r\nhello\r\n",
            b"0\r\n\r\n",
            b"zz\r\n",
            b"Connection: close",
            b"Connection: keep-alive",
            b"Expect: 100-continue",
            b"%",
            b"%2e%2e/",
            b"?a=b",
            b"Range: bytes=0-",
            b"Upgrade: x",
            b"http://b/",
            b"*",
            b" ",
            b"\x00",
            b"\xff",
        ];
        prop_oneof![
            5 => prop::sample::select(marks).prop_map(<[u8]>::to_vec),
            1 => prop::collection::vec(any::<u8>(), 0..20),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_stop_the_front(inputs in prop::collection::vec(prop::collection::vec(piece(), 0..30), 8)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let (address, _) = upstream(GOOD, Then::Close).await;
                let conf = "server { listen 80; root /usr/share/nginx/html; location /x { proxy_pass http://b; } }";
                let front = Front::start(conf, &[("b", &[address])]).await;
                for input in inputs {
                    let mut stream = TcpStream::connect(front.address).await.expect("connected");
                    let _ = stream.write_all(&input.concat()).await;
                    let _ = stream.shutdown().await;
                    let mut answer = Vec::new();
                    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
                    assert!(read.is_ok(), "{:?}", String::from_utf8_lossy(&input.concat()));
                }
                assert!(front.get("/").await.ends_with("home"));
                assert!(front.get("/x").await.ends_with("good"));
            });
        }
    }
}
