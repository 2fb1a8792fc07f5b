//! The stack's DNS: [`Names`] says where a name's replicas are.
//!
//! The front connects to nothing that it did not hear of here, literal addresses included: a
//! learner's file must not reach other things of this machine.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpStream;

use super::spec::{HttpNames, NamesSpec, TableNames};

/// How long a lookup may take; nginx's `resolver_timeout`.
const TIMEOUT: Duration = Duration::from_secs(30);
/// An answer larger than this is none.
const MAX_ANSWER: usize = 1 << 20;

/// Why a name has no addresses.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// nginx's own words for it.
    #[error("3: Host not found")]
    NotFound,
    #[error("110: Operation timed out")]
    Timeout,
    #[error("2: Server failure")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl LookupError {
    fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}

/// Who knows the names.
#[async_trait]
pub trait Names: Send + Sync {
    /// The addresses of `host` (a name, or a literal address) as they are now, in the DNS's order.
    /// At port 0 nothing listens.
    ///
    /// # Errors
    /// There is no such name, or nobody answered.
    async fn lookup(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, LookupError>;
}

/// The names that a spec speaks of.
pub(crate) fn names(spec: &NamesSpec) -> Box<dyn Names> {
    match spec {
        NamesSpec::Http(http) => Box::new(http.clone()),
        NamesSpec::Table(table) => Box::new(table.clone()),
    }
}

#[derive(Deserialize)]
struct Answer {
    addresses: Vec<SocketAddr>,
}

#[async_trait]
impl Names for HttpNames {
    async fn lookup(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, LookupError> {
        match tokio::time::timeout(TIMEOUT, self.ask(host, port)).await {
            Ok(answer) => answer,
            Err(_) => Err(LookupError::Timeout),
        }
    }
}

impl HttpNames {
    async fn ask(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, LookupError> {
        let uri: hyper::Uri = format!("{}&host={}&port={port}", self.url, escaped(host))
            .parse()
            .map_err(LookupError::failed)?;
        let authority = uri.authority().ok_or_else(|| LookupError::failed("a URL without a host"))?;
        let address = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
        let stream = TcpStream::connect(address).await.map_err(LookupError::failed)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(LookupError::failed)?;
        let connection = tokio::spawn(connection);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let request = hyper::Request::get(path)
            .header(hyper::header::HOST, authority.as_str())
            .header(hyper::header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Empty::<Bytes>::new())
            .map_err(LookupError::failed)?;
        let response = sender.send_request(request).await.map_err(LookupError::failed)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        connection.abort();
        if status == hyper::StatusCode::NOT_FOUND {
            return Err(LookupError::NotFound);
        }
        if !status.is_success() {
            return Err(LookupError::failed(format!("status {status}")));
        }
        let answer: Answer = serde_json::from_slice(&body.map_err(LookupError::failed)?.to_bytes())
            .map_err(LookupError::failed)?;
        found(answer.addresses)
    }
}

fn found(addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, LookupError> {
    if addresses.is_empty() { Err(LookupError::NotFound) } else { Ok(addresses) }
}

/// As a part of a query.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[async_trait]
impl Names for TableNames {
    async fn lookup(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, LookupError> {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, port)]);
        }
        let text = workshop_disk::bytes(&self.table, MAX_ANSWER as u64).map_err(LookupError::failed)?;
        let mut table: BTreeMap<String, Vec<String>> =
            serde_json::from_slice(&text).map_err(LookupError::failed)?;
        let entries = table.remove(host).ok_or(LookupError::NotFound)?;
        let addresses = entries.iter().map(|entry| match entry.parse::<IpAddr>() {
            Ok(ip) => Ok(SocketAddr::new(ip, port)),
            Err(_) => entry.parse().map_err(LookupError::failed),
        });
        found(addresses.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_table_is_read_anew_and_literals_stay() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), r#"{"backend": ["127.0.0.1:9001", "127.0.0.2"], "none": []}"#)
            .expect("w");
        let names = TableNames { table: file.path().to_owned() };
        let found = names.lookup("backend", 8080).await.expect("found");
        assert_eq!(found, ["127.0.0.1:9001", "127.0.0.2:8080"].map(|text| text.parse().expect("an address")));
        let literal = names.lookup("127.0.0.9", 80).await.expect("found");
        assert_eq!(literal, ["127.0.0.9:80".parse().expect("an address")]);
        assert!(matches!(names.lookup("none", 1).await, Err(LookupError::NotFound)));
        std::fs::write(file.path(), r#"{"backend": ["127.0.0.1:1"]}"#).expect("written");
        assert_eq!(names.lookup("backend", 8080).await.expect("found").len(), 1);
        assert!(matches!(names.lookup("other", 1).await, Err(LookupError::NotFound)));
    }

    #[test]
    fn a_name_is_escaped_in_a_query() {
        assert_eq!(escaped("a-b.c_1&x=ö"), "a-b.c_1%26x%3D%C3%B6");
    }
}
