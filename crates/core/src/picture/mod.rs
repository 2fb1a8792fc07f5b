//! Who knows which address: [`Picture`], the stack's name service and the proxy side by side, address
//! by address, with the requests that each replica got and which one rests after a failure.
//!
//! It is put together from what an engine has read of the running proxy
//! ([`Upstreams`](workshop_engine::Upstreams)) and from what was written to the logs. What nobody
//! says is [`Held::Unknown`] here, and never guessed.

mod compose;
mod failures;
mod requests;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::Serialize;

pub use compose::{Sight, compose};
pub use failures::{Failure, Failures, failure};
pub use requests::{MINUTE, Requests, is_request};

/// What is known of the addresses behind a proxy at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// What a person calls the replica that proxies: `frontend-1`.
    pub proxy: String,
    /// How many seconds ago it began to serve by its configuration: its start, or its last reload.
    pub since: Option<u64>,
    /// Its files have changed since; they count from the next reload or start on.
    pub changed: bool,
    /// Requests are those of so many seconds; `None` where they were counted from when it was first
    /// looked at.
    pub requests_of: Option<u64>,
    /// The names that its requests go to.
    pub groups: Vec<Group>,
}

/// The servers that one name in a `proxy_pass` stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The upstream's name, or the host that a `proxy_pass` names.
    pub name: String,
    /// Its `server` lines.
    pub names: Vec<Name>,
    /// How it is known what the proxy holds.
    pub source: Source,
    /// It is known which servers rest.
    pub rests_known: bool,
    /// Every address that one of the two knows, by service and number.
    pub rows: Vec<Row>,
}

/// A name that requests go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Name {
    /// A name, or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// When the proxy looks it up.
    #[serde(flatten)]
    pub lookup: Lookup,
    /// How many addresses the name service has for it now; `None` where it could not be asked.
    pub addresses: Option<usize>,
}

/// When a proxy looks a name up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "lookup", rename_all = "snake_case")]
pub enum Lookup {
    /// Once, when it reads its configuration.
    Once,
    /// Again and again.
    Again {
        /// How long an answer counts, in milliseconds; `None` for as long as the name service says.
        every_ms: Option<u64>,
    },
    /// For a request, whose variables make the name.
    ForRequests,
}

/// How it is known what a proxy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// It says so itself.
    Told,
    /// It does not, but asks the name service again and again, whose answers are known.
    Follows,
    /// It does not: worked out from when it and the replicas started, and from what it connects to.
    WorkedOut,
}

/// An address, and who knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The replica that has it, or had it last (`backend-3`); `None` where that is not known.
    pub replica: Option<String>,
    /// Somebody runs there.
    pub runs: bool,
    /// The name that it belongs to, where one is known.
    pub host: Option<String>,
    /// Without its port, unless two differ in nothing else.
    pub address: String,
    /// The name service gives it; `None` where it could not be asked.
    pub named: Option<bool>,
    /// The proxy has it in its list.
    pub held: Held,
    /// It is left out after a failure.
    pub rests: Option<Rest>,
    /// Requests that the replica wrote down in the time that is looked at; `None` where no replica is.
    pub requests: Option<u32>,
}

/// Whether a proxy has an address in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// It has.
    Yes,
    /// It has not.
    No,
    /// Nothing says so, neither one nor the other.
    Unknown,
}

/// A server that is left out for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rest {
    /// Seconds until it is asked again, at most `of`.
    pub left: u64,
    /// Its `fail_timeout`, in seconds.
    pub of: u64,
}

impl Picture {
    /// Whether there is anything to draw.
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|group| group.rows.is_empty())
    }
}

impl Group {
    /// Addresses that the name service gives and the proxy does not have.
    pub fn unheard_of(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.named == Some(true) && row.held == Held::No)
    }

    /// Addresses that the proxy has and the name service no longer gives.
    pub fn outlived(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.named == Some(false) && row.held == Held::Yes)
    }

    /// It looks up every name once and no more.
    pub fn looks_up_once(&self) -> bool {
        self.names.iter().all(|name| name.lookup == Lookup::Once)
    }
}

impl Row {
    /// What a person calls it: the replica, else the name that led there, else the address.
    pub fn label(&self) -> &str {
        self.replica.as_deref().or(self.host.as_deref()).unwrap_or(&self.address)
    }

    /// What tells it from all others: the replica, or the address with the name that led there,
    /// `172.18.0.9 (backend)`.
    pub fn place(&self) -> String {
        if let Some(replica) = &self.replica {
            return replica.clone();
        }
        let host = self.host.as_ref().filter(|host| **host != self.address);
        host.map_or_else(|| self.address.clone(), |host| format!("{} ({host})", self.address))
    }
}

/// A time in whole seconds, what has begun counted as one.
fn seconds_up(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
