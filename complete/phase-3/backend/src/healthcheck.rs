//! `url-shortener healthcheck`: asks the server on this machine for
//! `/actuator/health`. Plain sockets, so that it costs a container a millisecond.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::{self, ConfigError};

const CONNECT: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_millis(1500);
const LONGEST_ANSWER: u64 = 4096;
/// How the answer begins when everything works.
const UP: &str = r#"{"status":"UP""#;

/// Prints the answer, which `docker inspect` shows; exits 0 when the server is
/// UP, else 1.
pub fn main() -> ExitCode {
    match address().map_err(|error| error.to_string()).and_then(ask) {
        Ok(answer) => {
            println!("{answer}");
            if answer.starts_with(UP) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(reason) => {
            eprintln!("url-shortener: not healthy: {reason}");
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

/// The body of the answer, whatever its status: it says what is wrong.
fn ask(address: SocketAddr) -> Result<String, String> {
    let answer = exchange(address).map_err(|error| format!("http://{address}/actuator/health: {error}"))?;
    match answer.split_once("\r\n\r\n") {
        Some((_, body)) if body.starts_with('{') => Ok(body.to_owned()),
        _ => Err(format!("http://{address}/actuator/health: no health in the answer")),
    }
}

fn exchange(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECT)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    write!(stream, "GET /actuator/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
