//! A [`Lab`]: what a case runs against: three backends, an address that refuses, one that lets
//! connections wait, and a tree of files whose times are fixed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::backend::{Backend, Journal};
use super::server::HTML;

pub(crate) struct Lab {
    pub journal: Arc<Journal>,
    pub backends: [Backend; 3],
    /// Bound and not listening: a connection is refused, and nobody else gets the port.
    closed: TcpSocket,
    full: Full,
    image: TempDir,
}

/// An address whose queue is full: a connection is neither accepted nor refused.
struct Full {
    address: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
    _runtime: tokio::runtime::Runtime,
}

impl Full {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (listener, waiting) = runtime.block_on(async {
            let socket = TcpSocket::new_v4().expect("a socket");
            socket.bind(local(0)).expect("a free port");
            let listener = socket.listen(1).expect("it listens");
            let address = listener.local_addr().expect("its address");
            let mut waiting = Vec::new();
            // Linux lets one more in than the queue's length, other systems may let in more.
            for _ in 0..64 {
                let attempt = TcpStream::connect(address);
                match tokio::time::timeout(Duration::from_millis(150), attempt).await {
                    Ok(stream) => waiting.push(stream.expect("it connects")),
                    Err(_) => break,
                }
            }
            (listener, waiting)
        });
        let address = listener.local_addr().expect("its address");
        Self { address, _listener: listener, _waiting: waiting, _runtime: runtime }
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)
}

/// The files below [`HTML`]: path and content.
const FILES: &[(&str, &str)] = &[
    ("index.html", "<!doctype html><title>home</title>\n"),
    ("style.css", "body { color: black }\n"),
    ("app.js", "console.log('app');\n"),
    ("data.json", "{\"a\": 1}\n"),
    ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
    ("notes.txt", "0123456789abcdefghijklmnopqrstuvwxyz\n"),
    ("empty.txt", ""),
    ("noextension", "what am I?\n"),
    ("UPPER.TXT", "LOUD\n"),
    ("with space.txt", "a space\n"),
    ("한글.txt", "한글\n"),
    ("50%.txt", "half\n"),
    ("docs/index.html", "docs home\n"),
    ("docs/guide.html", "guide\n"),
    ("docs/deep/page.html", "deep page\n"),
    ("bare/file.txt", "no index here\n"),
    ("other/index.htm", "htm index\n"),
    ("other/start.html", "start\n"),
    ("errors/404.html", "our own 404\n"),
    ("errors/50x.html", "our own 50x\n"),
    ("api/static.txt", "static below /api\n"),
    (".hidden", "hidden\n"),
];

impl Lab {
    pub(crate) fn new() -> Self {
        let journal = Arc::new(Journal::default());
        let backends = ["a", "b", "c"].map(|name| Backend::start(name, Arc::clone(&journal)));
        let closed = TcpSocket::new_v4().expect("a socket");
        closed.bind(local(0)).expect("a free port");
        let image = tempfile::Builder::new().prefix("workshop-test-image-").tempdir().expect("a folder");
        let html = image.path().join(HTML.trim_start_matches('/'));
        for (path, content) in FILES {
            write(&html.join(path), content.as_bytes());
        }
        write(&html.join("big.bin"), &b"0123456789abcdef".repeat(20_000));
        fs::create_dir_all(image.path().join("etc/nginx/conf.d")).expect("its folder");
        Self { journal, backends, closed, full: Full::new(), image }
    }

    pub(crate) fn image(&self) -> &Path {
        self.image.path()
    }

    /// Placeholder → address.
    fn addresses(&self) -> Vec<(String, String)> {
        let mut known: Vec<_> =
            self.backends.iter().map(|it| (format!("{{{}}}", it.name), it.address.to_string())).collect();
        let closed = self.closed.local_addr().expect("its address");
        known.push(("{closed}".to_owned(), closed.to_string()));
        known.push(("{full}".to_owned(), self.full.address.to_string()));
        known
    }

    /// `text` with the addresses of this lab.
    pub(crate) fn fill(&self, text: &str) -> String {
        self.addresses().iter().fold(text.to_owned(), |text, (name, address)| text.replace(name, address))
    }

    /// The reverse: `text` without the addresses of this lab.
    pub(crate) fn plain(&self, text: &str) -> String {
        self.addresses().iter().fold(text.to_owned(), |text, (name, address)| text.replace(address, name))
    }

    /// The names that the front can look up, as its table: `backend` is all three.
    pub(crate) fn names(&self) -> String {
        let all: Vec<_> = self.backends.iter().map(|it| it.address.to_string()).collect();
        serde_json::json!({
            "backend": all, "api-server-1": [all[0]], "api-server-2": [all[1]], "nobody": [],
        })
        .to_string()
    }

    /// Connections that each backend has accepted so far.
    pub(crate) fn connections(&self) -> [usize; 3] {
        self.backends.each_ref().map(|it| it.connections.load(Ordering::SeqCst))
    }
}

fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
    fs::write(path, content).expect("a file");
    // ETag and Last-Modified are made of it.
    let fixed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    File::options().write(true).open(path).and_then(|file| file.set_modified(fixed)).expect("its time");
}
