//! Upstreams: [`Group`], the servers that one name in a `proxy_pass` stands for, their peers as
//! they are now, and the connections that are open to them.
//!
//! A name is looked up once, when the front starts, unless its `server` says `resolve`: then it is
//! looked up again and again, and the list of peers follows. This difference is what the lesson on
//! scaling is about.

pub(crate) mod ask;
mod hash;
pub(crate) mod lease;
pub(crate) mod peers;
pub(crate) mod pool;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use peers::{Method, Peers, Pick, Terms, Turn};
use pool::{Connection, Keepalive, Pool};

use crate::held::{HeldGroup, HeldLookup, HeldServer};
use crate::log::ErrorLog;
use crate::names::{LookupError, Names};
use crate::value::Value;
use workshop_stack::nginx::Level;

/// A `server` line.
#[derive(Clone, Debug)]
pub struct ServerLine {
    pub host: String,
    pub port: u16,
    pub resolve: bool,
    pub terms: Terms,
    /// `FILE:LINE`, for nginx's words where the name is not found.
    pub place: String,
}

impl ServerLine {
    /// As nginx names it where no address is found: a `server` as written, else the host alone.
    pub fn shown(&self) -> &str {
        if self.terms.written.is_empty() { &self.host } else { &self.terms.written }
    }
}

/// A group of peers.
pub struct Group {
    pub name: String,
    pub servers: Vec<ServerLine>,
    /// What `hash` hashes.
    pub key: Option<Value>,
    /// How long an answer of the DNS counts, for `resolve`.
    pub valid: Duration,
    keeps: bool,
    peers: Mutex<Peers>,
    pool: Mutex<Pool>,
}

/// A name that no address was found for at the start.
#[derive(Debug, thiserror::Error)]
#[error("host not found in upstream \"{host}\" in {place}")]
pub(crate) struct HostNotFound {
    pub host: String,
    pub place: String,
    #[source]
    pub cause: LookupError,
}

/// Seconds since 1970: the clock of failures.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Group {
    /// With no peers yet. Without `keepalive` every request opens its own connection.
    pub fn new(name: String, servers: Vec<ServerLine>, method: Method, keepalive: Option<Keepalive>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed =
            since.as_nanos() as u64 ^ u64::from(std::process::id()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self {
            name,
            servers,
            key: None,
            valid: Duration::from_secs(1),
            keeps: keepalive.is_some_and(|keepalive| keepalive.idle > 0),
            peers: Mutex::new(Peers::new(method, seed)),
            pool: Mutex::new(Pool::new(keepalive.unwrap_or_default())),
        }
    }

    /// Looks up every name, as nginx does when it reads its configuration. A name with `resolve`
    /// may have no address yet.
    ///
    /// # Errors
    /// A name without `resolve` that has no address.
    pub(crate) async fn resolve_all(&self, names: &dyn Names) -> Result<(), HostNotFound> {
        for (at, server) in self.servers.iter().enumerate() {
            match names.lookup(&server.host, server.port).await {
                Ok(addresses) => lock(&self.peers).replace(at, &addresses, &server.terms),
                Err(_) if server.resolve => {}
                Err(cause) => {
                    let (host, place) = (server.shown().to_owned(), server.place.clone());
                    return Err(HostNotFound { host, place, cause });
                }
            }
        }
        Ok(())
    }

    /// The peers of a group that is made for one request. They begin at a place by chance, as the
    /// answers of nginx's resolver do.
    pub fn set(&self, addresses: &[SocketAddr], terms: &Terms) {
        let mut peers = lock(&self.peers);
        let mut turned = addresses.to_vec();
        if !turned.is_empty() {
            let start = peers.chance() as usize % turned.len();
            turned.rotate_left(start);
        }
        peers.replace(0, &turned, terms);
    }

    /// Whether a name has to be looked up while the front runs.
    pub(crate) fn follows_names(&self) -> bool {
        self.servers.iter().any(|server| server.resolve)
    }

    /// Looks up the names with `resolve` whenever an answer is no longer valid, for ever.
    pub async fn follow(&self, names: &dyn Names, log: &ErrorLog) {
        loop {
            tokio::time::sleep(self.valid).await;
            for (at, server) in self.servers.iter().enumerate().filter(|(_, server)| server.resolve) {
                let found = names.lookup(&server.host, server.port).await;
                if let Err(error) = &found {
                    log.line(Level::Error, None, &format!("{} could not be resolved ({error})", server.host));
                }
                match found {
                    Ok(addresses) => lock(&self.peers).replace(at, &addresses, &server.terms),
                    // The name is gone. Any other failure says nothing about the peers.
                    Err(LookupError::NotFound) => lock(&self.peers).replace(at, &[], &server.terms),
                    Err(_) => {}
                }
            }
        }
    }

    /// What it holds now, for whoever looks.
    pub(crate) fn held(&self, now: u64) -> HeldGroup {
        let server = |line: &ServerLine| HeldServer {
            host: line.host.clone(),
            port: line.port,
            lookup: match line.resolve {
                true => HeldLookup::Again(u64::try_from(self.valid.as_millis()).unwrap_or(u64::MAX)),
                false => HeldLookup::Once,
            },
            max_fails: line.terms.max_fails,
            fail_timeout: line.terms.fail_timeout,
        };
        let servers = self.servers.iter().map(server).collect();
        HeldGroup { name: self.name.clone(), servers, peers: lock(&self.peers).held(now) }
    }

    pub fn begin(&self, client: IpAddr, key: Option<&[u8]>) -> Turn {
        lock(&self.peers).begin(client, key)
    }

    pub fn get(&self, turn: &mut Turn) -> Option<Pick> {
        lock(&self.peers).get(turn, now())
    }

    /// Gives a peer back; whether it is now out for a while.
    pub fn free(&self, pick: &Pick, turn: &mut Turn, failed: bool) -> bool {
        lock(&self.peers).free(pick, turn, failed, now())
    }

    pub(crate) fn idle_connection(&self, pick: &Pick, tag: usize) -> Option<Connection> {
        if self.keeps { lock(&self.pool).take(pick.address, tag) } else { None }
    }

    pub fn keep(&self, connection: Connection) {
        if self.keeps {
            lock(&self.pool).give(connection);
        }
    }

    pub fn sweep(&self) {
        lock(&self.pool).sweep();
    }

    /// Closes what waits: the front is ending, or another configuration has taken over.
    pub(crate) fn close_idle(&self) {
        lock(&self.pool).clear();
    }
}
