//! `contoso-backend healthcheck`: asks the server on this machine for
//! `/api/health`. Plain sockets, so that it costs a container a millisecond.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::{self, ConfigError};

const CONNECT: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_millis(1500);
const LONGEST_ANSWER: u64 = 4096;

/// Prints one line, which `docker inspect` shows; exits 0 when healthy, else 1.
pub fn main() -> ExitCode {
    match address().map_err(|error| error.to_string()).and_then(ask) {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("contoso-backend: not healthy: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Where the server listens; at every address means also at the loopback one.
fn address() -> Result<SocketAddr, ConfigError> {
    let host = config::host()?;
    let host = if host.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { host };
    Ok(SocketAddr::from((host, config::port()?)))
}

fn ask(address: SocketAddr) -> Result<String, String> {
    let answer = exchange(address).map_err(|error| format!("http://{address}/api/health: {error}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split_whitespace().nth(1) == Some("200") {
        Ok(body.to_owned())
    } else {
        let status = head.lines().next().unwrap_or("no answer");
        Err(format!("http://{address}/api/health: {status} {body}"))
    }
}

fn exchange(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECT)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    write!(stream, "GET /api/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
