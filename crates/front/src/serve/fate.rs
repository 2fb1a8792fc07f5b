//! A question about a configuration, and what becomes of the request that it speaks of.

use std::net::IpAddr;

use crate::compiled::Mark;
use crate::upstream::ServerLine;

/// A request that is asked about.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    /// As the request line has it: `GET`.
    pub method: &'q str,
    /// With its arguments.
    pub target: &'q str,
    /// As the `Host` header has it.
    pub host: &'q str,
    /// The container's port that it comes to.
    pub port: u16,
    /// The address that the connection comes from.
    pub client: IpAddr,
    /// Headers beside `Host`, each a name and a value; of two with one name the last counts.
    pub headers: &'q [(&'q str, &'q str)],
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nobody listens there, or the connection ends without an answer.
    Closed,
    /// nginx answers by itself.
    Status {
        /// The status code of the answer.
        status: u16,
        /// The `Location` header, where the answer has one.
        location: Option<String>,
    },
    /// It is passed on.
    Passed(Passed),
}

/// What is asked of an upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Spoken with TLS.
    pub tls: bool,
    /// Every server of the upstream, those that are `down` or `backup` too.
    pub servers: Vec<Server>,
    /// Path and arguments.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

/// A server of the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// A name or a literal address, as the file writes it.
    pub host: String,
    /// The port that it is asked at.
    pub port: u16,
    /// Marked `down`: it is never asked.
    pub down: bool,
    /// Marked `backup`: it is asked only where no other answers.
    pub backup: bool,
}

impl Server {
    pub(crate) fn of(line: &ServerLine) -> Self {
        Self { host: line.host.clone(), port: line.port, down: line.terms.down, backup: line.terms.backup }
    }
}

/// A fate, and the block that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What becomes of the request.
    pub fate: Fate,
    /// The location, or the server where it has none for the path.
    pub block: Option<Mark>,
}
