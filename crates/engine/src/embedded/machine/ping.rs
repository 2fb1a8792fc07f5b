//! Whether a server answers, asked in its own protocol: where this machine has the server and not
//! its client, and at a first start.

use std::io;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    Mysql,
    Redis,
}

/// The answer as the server's client would print it.
///
/// # Errors
/// Nobody answers, or not as such a server.
pub(crate) async fn ping(protocol: Protocol, at: SocketAddr, password: Option<&str>) -> io::Result<String> {
    match protocol {
        Protocol::Mysql => mysql(at).await.map(|()| "mysqld is alive\n".to_owned()),
        Protocol::Redis => redis(at, password).await,
    }
}

/// The server greets first: four bytes of length and number, then its protocol's version, 10; or an
/// error, 255, which is an answer as well.
pub(crate) async fn mysql(at: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    match head[4] {
        10 | 255 => Ok(()),
        other => Err(io::Error::other(format!("a greeting of protocol {other}"))),
    }
}

async fn redis(at: SocketAddr, password: Option<&str>) -> io::Result<String> {
    let mut stream = BufReader::new(TcpStream::connect(at).await?);
    if let Some(password) = password {
        let line = format!("*2\r\n$4\r\nAUTH\r\n${}\r\n{password}\r\n", password.len());
        let answer = ask(&mut stream, &line).await?;
        if answer != "+OK" {
            return Ok(format!("AUTH failed: {}\n", answer.trim_start_matches('-')));
        }
    }
    let answer = ask(&mut stream, "*1\r\n$4\r\nPING\r\n").await?;
    match answer.split_at_checked(1) {
        Some(("+" | "-", words)) => Ok(format!("{words}\n")),
        _ => Err(io::Error::other("no answer of Redis")),
    }
}

async fn ask(stream: &mut BufReader<TcpStream>, request: &str) -> io::Result<String> {
    /// Longer than any answer to the two.
    const LINE: u64 = 1024;
    stream.write_all(request.as_bytes()).await?;
    let mut line = String::new();
    stream.take(LINE).read_line(&mut line).await?;
    if line.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line.trim_end().to_owned()) }
}
