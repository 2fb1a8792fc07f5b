//! The preview in a browser: one page on loopback, which asks to be told when there is a new one.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::app::error::AppError;
use crate::text::Text;

/// The longest request head that is read, in bytes.
const HEAD: usize = 8 << 10;
const CLOSED: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const OPEN: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:";
/// Reloads when told; the browser keeps the place on the page.
const SCRIPT: &str =
    "<script>new EventSource('/events').onmessage = () => location.reload();</script>\n</body>";

/// A page that is served as it is now.
pub(super) struct Page {
    /// The number of the page, and the page.
    now: watch::Sender<(u64, Arc<str>)>,
    /// Where it is served.
    pub(super) address: SocketAddr,
}

impl Page {
    /// Serves a page on loopback, at `port` where that is not 0.
    ///
    /// # Errors
    /// The port is taken.
    pub(super) async fn serve(port: u16) -> Result<Self, AppError> {
        let taken = |_| AppError::Environment {
            text: Text::new("author-port-taken").with("port", port.to_string()),
            next: Some(Text::new("author-next-port")),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let (now, page) = watch::channel((0, Arc::from("")));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, page.clone(), address.port()));
            }
        });
        Ok(Self { now, address })
    }

    /// Shows another page to everyone who has it open.
    pub(super) fn show(&self, html: &str) {
        let html = html.replacen(CLOSED, OPEN, 1).replacen("</body>", SCRIPT, 1);
        self.now.send_modify(|now| *now = (now.0 + 1, Arc::from(html)));
    }
}

async fn answer(mut stream: TcpStream, mut page: watch::Receiver<(u64, Arc<str>)>, port: u16) {
    let Some(head) = head(&mut stream).await else { return };
    let host =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host:").map(str::to_owned));
    // A page from elsewhere that has been given our address by a name of its own gets nothing.
    let known = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    let is_ours = host.is_some_and(|host| known.iter().any(|known| host.trim() == known));
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    // Whoever went away is gone.
    let _ = match path.as_str() {
        "/" if is_ours => {
            let html = page.borrow_and_update().1.clone();
            whole(&mut stream, "200 OK", &html).await
        }
        "/events" if is_ours => told(&mut stream, page).await,
        _ => whole(&mut stream, "404 Not Found", "").await,
    };
}

async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        head.extend_from_slice(&part[..read]);
        if head.len() > HEAD {
            return None;
        }
    }
    String::from_utf8(head).ok().filter(|head| head.starts_with("GET "))
}

async fn whole(stream: &mut TcpStream, status: &str, html: &str) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        html.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(html.as_bytes()).await
}

/// A line for each page after the one that is there now.
async fn told(stream: &mut TcpStream, mut page: watch::Receiver<(u64, Arc<str>)>) -> std::io::Result<()> {
    page.mark_unchanged();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    while page.changed().await.is_ok() {
        let number = page.borrow_and_update().0;
        stream.write_all(format!("data: {number}\n\n").as_bytes()).await?;
    }
    Ok(())
}
