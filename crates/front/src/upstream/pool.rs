//! Connections to peers: [`Pool`] keeps those that wait for the next request, as `keepalive` does.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::client::conn::http1::SendRequest;

use crate::wire::body::Sent;
use crate::wire::gauge::Gauge;

/// What `keepalive` and its companions say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Idle connections at most.
    pub idle: usize,
    /// They are not shared between locations.
    pub local: bool,
    /// Requests over one connection at most.
    pub requests: u32,
    /// How long a connection lives at most.
    pub time: Duration,
    /// How long it waits at most.
    pub timeout: Duration,
}

impl Default for Keepalive {
    /// What nginx does since 1.29.7 where nothing is said.
    fn default() -> Self {
        Self {
            idle: 32,
            local: true,
            requests: 1000,
            time: Duration::from_secs(3600),
            timeout: Duration::from_secs(60),
        }
    }
}

/// An open connection to a peer.
pub struct Connection {
    pub sender: SendRequest<Sent>,
    pub address: SocketAddr,
    /// The location that opened it.
    pub tag: usize,
    pub requests: u32,
    pub opened: Instant,
    pub gauge: Arc<Gauge>,
}

struct Idle {
    connection: Connection,
    since: Instant,
}

/// Idle connections, the one used last first.
pub(crate) struct Pool {
    keepalive: Keepalive,
    idle: VecDeque<Idle>,
}

impl Pool {
    pub(crate) const fn new(keepalive: Keepalive) -> Self {
        Self { keepalive, idle: VecDeque::new() }
    }

    /// A connection to that address on which nobody waits.
    pub(crate) fn take(&mut self, address: SocketAddr, tag: usize) -> Option<Connection> {
        let local = self.keepalive.local;
        loop {
            let fits =
                |idle: &Idle| idle.connection.address == address && (!local || idle.connection.tag == tag);
            let at = self.idle.iter().position(fits)?;
            let found = self.idle.remove(at)?;
            if !found.connection.sender.is_closed() && found.since.elapsed() < self.keepalive.timeout {
                return Some(found.connection);
            }
        }
    }

    /// Keeps a connection whose answer was read to its end.
    pub(crate) fn give(&mut self, connection: Connection) {
        let worn = connection.requests >= self.keepalive.requests
            || connection.opened.elapsed() > self.keepalive.time
            || connection.sender.is_closed();
        if worn || self.keepalive.idle == 0 {
            return;
        }
        if self.idle.len() >= self.keepalive.idle {
            self.idle.pop_back();
        }
        self.idle.push_front(Idle { connection, since: Instant::now() });
    }

    /// Lets go of those that are closed or have waited too long.
    pub(crate) fn sweep(&mut self) {
        let timeout = self.keepalive.timeout;
        self.idle.retain(|idle| !idle.connection.sender.is_closed() && idle.since.elapsed() < timeout);
    }

    pub(crate) fn clear(&mut self) {
        self.idle.clear();
    }
}
