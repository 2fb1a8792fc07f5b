//! Which peer of an upstream answers next: [`Peers`], nginx's balancing as a pure state machine.
//! Time comes in with each call, in seconds, as nginx itself counts for failures.

use std::net::SocketAddr;
use std::sync::Arc;

use super::hash::{Hash, ip_hash};
use crate::held::HeldPeer;

/// How a peer is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    RoundRobin,
    LeastConn,
    /// By the client's address: the first three octets of IPv4, all of IPv6.
    IpHash,
    /// By a key, with or without consistent hashing (ketama).
    Hash {
        consistent: bool,
    },
    /// By chance; of two, the one with fewer connections.
    Random {
        two: bool,
    },
}

/// A place that answers, and how it has fared.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Its own for as long as it is in the list.
    pub id: u64,
    pub address: SocketAddr,
    /// `$upstream_addr`.
    pub name: Arc<str>,
    /// The `server` line that it comes from.
    pub server: usize,
    /// How that line writes the server, which consistent hashing goes by.
    pub written: Arc<str>,
    pub weight: i64,
    pub max_fails: u32,
    /// In seconds.
    pub fail_timeout: u64,
    pub max_conns: u32,
    pub down: bool,
    pub backup: bool,
    pub conns: u32,
    current_weight: i64,
    effective_weight: i64,
    fails: u32,
    accessed: u64,
    checked: u64,
}

/// What a `server` line says of its peers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The server as written, with its port where one is.
    pub written: Arc<str>,
    pub weight: u32,
    pub max_fails: u32,
    /// In seconds.
    pub fail_timeout: u64,
    /// 0 for as many as come.
    pub max_conns: u32,
    pub down: bool,
    pub backup: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            written: "".into(),
            weight: 1,
            max_fails: 1,
            fail_timeout: 10,
            max_conns: 0,
            down: false,
            backup: false,
        }
    }
}

impl Peer {
    fn rests(&self, now: u64) -> bool {
        self.max_fails > 0
            && self.fails >= self.max_fails
            && now.saturating_sub(self.checked) <= self.fail_timeout
    }

    fn free_for_more(&self) -> bool {
        self.max_conns == 0 || self.conns < self.max_conns
    }

    fn usable(&self, now: u64) -> bool {
        !self.down && !self.rests(now) && self.free_for_more()
    }
}

/// One request's way through the peers.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    tried: Vec<u64>,
    /// How many peers may still be asked.
    pub tries: u32,
    backup: bool,
    hash: Hash,
    hash_tries: u32,
    /// Where on the ring of consistent hashing it stands.
    point: Option<usize>,
}

/// A chosen peer, to be given back with [`Peers::free`].
#[derive(Clone, Debug)]
pub struct Pick {
    pub id: u64,
    pub address: SocketAddr,
    pub name: Arc<str>,
}

/// The peers of one upstream.
#[derive(Debug)]
pub(crate) struct Peers {
    list: Vec<Peer>,
    method: Method,
    next_id: u64,
    random: u64,
}

impl Peers {
    /// Without peers yet; `seed` is for the choices by chance.
    pub(crate) const fn new(method: Method, seed: u64) -> Self {
        Self { list: Vec::new(), method, next_id: 1, random: seed | 1 }
    }

    #[cfg(test)]
    pub(crate) fn list(&self) -> &[Peer] {
        &self.list
    }

    /// The peers of `server` from now on: one that stays keeps its turn and its failures.
    pub(crate) fn replace(&mut self, server: usize, addresses: &[SocketAddr], terms: &Terms) {
        let stays = |peer: &Peer| peer.server != server || addresses.contains(&peer.address);
        self.list.retain(stays);
        for address in addresses {
            if self.list.iter().any(|peer| peer.server == server && peer.address == *address) {
                continue;
            }
            let weight = i64::from(terms.weight);
            self.list.push(Peer {
                id: self.next_id,
                address: *address,
                name: address.to_string().into(),
                server,
                written: Arc::clone(&terms.written),
                weight,
                max_fails: terms.max_fails,
                fail_timeout: terms.fail_timeout,
                max_conns: terms.max_conns,
                down: terms.down,
                backup: terms.backup,
                conns: 0,
                current_weight: 0,
                effective_weight: weight,
                fails: 0,
                accessed: 0,
                checked: 0,
            });
            self.next_id += 1;
        }
        // In the order of the `server` lines, so that the first turn goes as nginx's does.
        self.list.sort_by_key(|peer| peer.server);
    }

    /// Every peer, and until when it rests.
    pub(crate) fn held(&self, now: u64) -> Vec<HeldPeer> {
        let rests = |peer: &Peer| !self.alone() && peer.rests(now);
        // It is asked again in the first second that is later than the last of its rest.
        let until = |peer: &Peer| peer.checked.saturating_add(peer.fail_timeout).saturating_add(1);
        let held = |peer: &Peer| HeldPeer {
            address: peer.address,
            server: peer.server,
            rests_until: rests(peer).then(|| until(peer)),
        };
        self.list.iter().map(held).collect()
    }

    /// nginx never counts failures of a peer that is alone.
    fn alone(&self) -> bool {
        self.list.len() == 1
    }

    /// Begins a request's way. `key` is what a hash is made of.
    pub(crate) fn begin(&self, client: std::net::IpAddr, key: Option<&[u8]>) -> Turn {
        let tries = self.list.iter().filter(|peer| !peer.down).count();
        let hash = match &self.method {
            Method::IpHash => Hash::of_client(client),
            Method::Hash { .. } => Hash::of_key(key.unwrap_or_default()),
            _ => Hash::default(),
        };
        Turn { tries: u32::try_from(tries).unwrap_or(u32::MAX), hash, ..Turn::default() }
    }

    /// The next peer to ask; none when no peer is live.
    pub(crate) fn get(&mut self, turn: &mut Turn, now: u64) -> Option<Pick> {
        let found = match self.alone() {
            true => self.list.first().filter(|peer| !peer.down && peer.free_for_more()).map(|_| 0),
            false => self.choose(turn, now),
        };
        let Some(at) = found else {
            if turn.backup || !self.list.iter().any(|peer| peer.backup) {
                return None;
            }
            turn.backup = true;
            turn.tried.clear();
            return self.get(turn, now);
        };
        let peer = &mut self.list[at];
        peer.conns += 1;
        turn.tried.push(peer.id);
        if now.saturating_sub(peer.checked) > peer.fail_timeout {
            peer.checked = now;
        }
        Some(Pick { id: peer.id, address: peer.address, name: Arc::clone(&peer.name) })
    }

    fn choose(&mut self, turn: &mut Turn, now: u64) -> Option<usize> {
        if !turn.backup {
            let by_method = match self.method {
                Method::RoundRobin => None,
                Method::LeastConn => return self.least_conn(turn, now),
                Method::IpHash => self.hashed(turn, now, ip_hash),
                Method::Hash { consistent: false } => self.hashed(turn, now, super::hash::key_hash),
                Method::Hash { consistent: true } => self.consistent(turn, now),
                Method::Random { two } => self.random(turn, two, now),
            };
            if by_method.is_some() {
                return by_method;
            }
        } else if self.method == Method::LeastConn {
            return self.least_conn(turn, now);
        }
        self.round_robin(turn, now, |_| true)
    }

    fn candidate(&self, peer: &Peer, turn: &Turn, now: u64) -> bool {
        peer.backup == turn.backup && !turn.tried.contains(&peer.id) && peer.usable(now)
    }

    /// Smooth weighted round robin: each gains its weight, the richest pays them all.
    fn round_robin(&mut self, turn: &Turn, now: u64, among: impl Fn(&Peer) -> bool) -> Option<usize> {
        let (mut best, mut total) = (None::<usize>, 0);
        for at in 0..self.list.len() {
            if !self.candidate(&self.list[at], turn, now) || !among(&self.list[at]) {
                continue;
            }
            let peer = &mut self.list[at];
            peer.current_weight += peer.effective_weight;
            total += peer.effective_weight;
            if peer.effective_weight < peer.weight {
                peer.effective_weight += 1;
            }
            let weight = peer.current_weight;
            if best.is_none_or(|best| weight > self.list[best].current_weight) {
                best = Some(at);
            }
        }
        self.list[best?].current_weight -= total;
        best
    }

    /// The fewest connections for its weight; among equals, round robin.
    fn least_conn(&mut self, turn: &Turn, now: u64) -> Option<usize> {
        let candidates = self.list.iter().filter(|peer| self.candidate(peer, turn, now));
        // conns / weight, compared without division.
        let least = candidates
            .min_by(|a, b| (i64::from(a.conns) * b.weight).cmp(&(i64::from(b.conns) * a.weight)))?;
        let (conns, weight) = (i64::from(least.conns), least.weight);
        self.round_robin(turn, now, |peer| i64::from(peer.conns) * weight == conns * peer.weight)
    }

    /// Where a hash leads; after 20 tries, or with nobody there, round robin takes over.
    fn hashed(&self, turn: &mut Turn, now: u64, next: fn(&mut Hash)) -> Option<usize> {
        let primary: Vec<usize> = (0..self.list.len()).filter(|at| !self.list[*at].backup).collect();
        let total: i64 = primary.iter().map(|at| self.list[*at].weight).sum();
        let total = u64::try_from(total).ok().filter(|total| *total > 0 && primary.len() > 1)?;
        while turn.hash_tries <= 20 {
            next(&mut turn.hash);
            let mut rest = i64::try_from(turn.hash.value % total).ok()?;
            let at = primary.iter().find(|at| {
                rest -= self.list[**at].weight;
                rest < 0
            })?;
            if self.candidate(&self.list[*at], turn, now) {
                return Some(*at);
            }
            turn.hash_tries += 1;
        }
        None
    }

    /// Where a key lies on the ring of points that every server has 160 of for its weight. A point is
    /// a `server` line's; of its addresses round robin chooses.
    fn consistent(&mut self, turn: &mut Turn, now: u64) -> Option<usize> {
        let mut points: Vec<(u32, &Arc<str>)> = Vec::new();
        let primary = self.list.iter().filter(|peer| !peer.backup);
        // One alone is round robin's.
        primary.clone().nth(1)?;
        for peer in primary {
            super::hash::points(&peer.written, peer.weight, |point| points.push((point, &peer.written)));
        }
        points.sort_unstable();
        points.dedup_by_key(|(point, _)| *point);
        let mut at =
            turn.point.unwrap_or_else(|| points.partition_point(|(point, _)| *point < turn.hash.crc()));
        let ring: Vec<Arc<str>> = points.into_iter().map(|(_, written)| Arc::clone(written)).collect();
        while turn.hash_tries <= 20 {
            turn.point = Some(at);
            let written = &ring[at % ring.len()];
            let found = self.round_robin(turn, now, |peer| peer.written == *written);
            if found.is_some() {
                return found;
            }
            at += 1;
            turn.hash_tries += 1;
        }
        None
    }

    pub(crate) fn chance(&mut self) -> u64 {
        // xorshift: chance enough for balancing, and repeatable in a test.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }

    fn random(&mut self, turn: &Turn, two: bool, now: u64) -> Option<usize> {
        let mut first = None::<usize>;
        for _ in 0..20 {
            let candidates: Vec<usize> = (0..self.list.len()).filter(|at| !self.list[*at].backup).collect();
            let total: i64 = candidates.iter().map(|at| self.list[*at].weight).sum();
            let total = u64::try_from(total).ok().filter(|total| *total > 0)?;
            let mut rest = i64::try_from(self.chance() % total).ok()?;
            let at = *candidates.iter().find(|at| {
                rest -= self.list[**at].weight;
                rest < 0
            })?;
            if !self.candidate(&self.list[at], turn, now) || first == Some(at) {
                continue;
            }
            let Some(other) = first.filter(|_| two) else {
                if two {
                    first = Some(at);
                    continue;
                }
                return Some(at);
            };
            let load = |at: usize| i64::from(self.list[at].conns);
            let fewer = load(other) * self.list[at].weight < load(at) * self.list[other].weight;
            return Some(if fewer { other } else { at });
        }
        first
    }

    /// Gives a peer back. Whether it is now taken out for a while (the log says so).
    pub(crate) fn free(&mut self, pick: &Pick, turn: &mut Turn, failed: bool, now: u64) -> bool {
        let alone = self.alone();
        turn.tries = turn.tries.saturating_sub(1);
        let Some(peer) = self.list.iter_mut().find(|peer| peer.id == pick.id) else { return false };
        peer.conns = peer.conns.saturating_sub(1);
        if alone {
            peer.fails = 0;
            turn.tries = 0;
            return false;
        }
        if !failed {
            if peer.accessed < peer.checked {
                peer.fails = 0;
            }
            return false;
        }
        peer.fails = peer.fails.saturating_add(1);
        peer.accessed = now;
        peer.checked = now;
        if peer.max_fails == 0 {
            return false;
        }
        peer.effective_weight = (peer.effective_weight - peer.weight / i64::from(peer.max_fails)).max(0);
        peer.fails >= peer.max_fails
    }
}
