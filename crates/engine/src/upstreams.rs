//! What a proxy balances over, as far as an engine can read it from what runs: [`Upstreams`].
//!
//! Two parties know addresses: the stack's name service, which answers anew each time, and the
//! proxy, which may have asked it once and for all. The first is asked as the proxy would ask it;
//! the second either tells what it holds ([`Peers::Told`]) or does not ([`Peers::Untold`]).

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

/// What a replica that proxies says, and what is to be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upstreams {
    /// Since when it serves by its configuration: its start, or its last reload; `None` where that
    /// cannot be read.
    pub since: Option<SystemTime>,
    /// Its files are younger than that: what they say now is not what it serves by.
    pub changed: bool,
    /// Its log says, on standard error, which servers it lets rest.
    pub logs_rests: bool,
    /// In the order of the configuration.
    pub groups: Vec<Upstream>,
}

/// The servers that one name in a `proxy_pass` stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The upstream's name, or the host that a `proxy_pass` names.
    pub name: String,
    /// Its `server` lines.
    pub servers: Vec<UpstreamServer>,
    /// The addresses that the proxy holds.
    pub peers: Peers,
}

/// One `server` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamServer {
    /// A name, or an address.
    pub host: String,
    /// The port that requests go to.
    pub port: u16,
    /// When the proxy looks the name up.
    pub lookup: Lookup,
    /// Failures within `fail_timeout` after which a peer rests; 0 for never.
    pub max_fails: u32,
    /// How long it rests.
    pub fail_timeout: Duration,
    /// What the name service answers now; empty where it knows no such name, `None` where it could
    /// not be asked.
    pub found: Option<Vec<Place>>,
}

/// When a proxy looks a name up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Once, when it reads its configuration.
    Once,
    /// Again and again: an answer counts so long; as long as the name service says where no time is.
    Again(Option<Duration>),
    /// For a request, whose variables make the name.
    ForRequests,
}

/// What a proxy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peers {
    /// It says so itself.
    Told(Vec<Peer>),
    /// It does not say; these are the addresses that its connections lead to, or led to a short
    /// while ago.
    Untold(BTreeSet<SocketAddr>),
}

/// An address that a proxy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Where it is.
    pub place: Place,
    /// Which of the `server` lines it comes from.
    pub server: usize,
    /// It has failed, and is left out until then.
    pub rests_until: Option<SystemTime>,
}

/// An address, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// At port 0 nothing listens.
    pub address: SocketAddr,
    /// The id of the replica that has it, or where the engine knows it the last one that had it;
    /// `None` where nobody of the stack does.
    pub replica: Option<String>,
}
