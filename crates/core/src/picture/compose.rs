//! The picture, put together: [`compose`] is pure, and holds the rules by which something follows
//! from what was seen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::failures::Failures;
use super::requests::Requests;
use super::{Group, Held, Lookup, Name, Picture, Rest, Row, Source, seconds_up};
use workshop_engine::{self as engine, Observed, Peers, Place, Replica, Upstream, UpstreamServer, Upstreams};

/// Two moments that lie closer are not told apart: a start is seen by the engine's clock, and that of
/// a worker in hundredths of a second and by way of a question.
const BLUR: Duration = Duration::from_millis(400);
/// An engine may list when a replica was made in whole seconds.
const LISTED: Duration = Duration::from_secs(1);
/// A connection that was closed is to be seen for a minute: it may be of the configuration before.
const LINGERS: Duration = Duration::from_secs(61);

/// Everything that was seen.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'s> {
    /// With start times.
    pub stack: &'s Observed,
    /// The replica that proxies.
    pub proxy: &'s Replica,
    /// What it balances over.
    pub upstreams: &'s Upstreams,
    /// What its log tells of servers that failed.
    pub failures: &'s Failures,
    /// Requests that each replica wrote down, by its label.
    pub requests: &'s BTreeMap<String, Requests>,
    /// Over which time; `None` where nobody says.
    pub requests_of: Option<Duration>,
    /// Now.
    pub now: SystemTime,
}

/// What follows from what was seen.
pub fn compose(sight: &Sight<'_>) -> Picture {
    let Upstreams { since, changed, groups, .. } = sight.upstreams;
    let ago = |since: &SystemTime| sight.now.duration_since(*since).unwrap_or_default().as_secs();
    Picture {
        proxy: sight.proxy.label(),
        since: since.or(sight.proxy.started).as_ref().map(ago),
        changed: *changed,
        requests_of: sight.requests_of.map(|time| time.as_secs()),
        groups: groups.iter().map(|upstream| sight.group(upstream)).collect(),
    }
}

/// An address on its way into a row.
struct Found<'u> {
    place: &'u Place,
    server: Option<usize>,
    named: Option<bool>,
    held: Held,
    rests_until: Option<SystemTime>,
}

impl Sight<'_> {
    /// Since when it serves by its configuration.
    fn since(&self) -> Option<SystemTime> {
        self.upstreams.since.or(self.proxy.started)
    }

    fn group(&self, upstream: &Upstream) -> Group {
        let (source, rests_known, rows) = match &upstream.peers {
            Peers::Told(peers) => (Source::Told, true, self.told(upstream, peers)),
            Peers::Untold(_) => {
                let follows =
                    |server: &UpstreamServer| matches!(server.lookup, engine::Lookup::Again(Some(_)));
                let all = upstream.servers.iter().all(follows);
                let source = if all { Source::Follows } else { Source::WorkedOut };
                (source, self.upstreams.logs_rests, self.untold(upstream))
            }
        };
        let names = upstream.servers.iter().map(name).collect();
        Group { name: upstream.name.clone(), names, source, rests_known, rows: self.sorted(rows) }
    }

    /// By the proxy's own word.
    fn told(&self, upstream: &Upstream, peers: &[engine::Peer]) -> Vec<Row> {
        let named = |at: usize, place: &Place| {
            let found = upstream.servers.get(at)?.found.as_ref()?;
            Some(found.iter().any(|one| same(one, place)))
        };
        let mut all: Vec<Found<'_>> = peers
            .iter()
            .map(|peer| Found {
                place: &peer.place,
                server: Some(peer.server),
                named: named(peer.server, &peer.place),
                held: Held::Yes,
                rests_until: peer.rests_until,
            })
            .collect();
        for (at, server) in upstream.servers.iter().enumerate() {
            for place in server.found.iter().flatten() {
                if !all.iter().any(|one| one.server == Some(at) && same(one.place, place)) {
                    let server = Some(at);
                    let held = Held::No;
                    all.push(Found { place, server, named: Some(true), held, rests_until: None });
                }
            }
        }
        all.iter().map(|one| self.row(upstream, one)).collect()
    }

    /// Where it does not say.
    fn untold(&self, upstream: &Upstream) -> Vec<Row> {
        let mut all = Vec::new();
        let gone = self.gone(upstream);
        for (at, server) in upstream.servers.iter().enumerate() {
            for place in server.found.iter().flatten() {
                let held = self.held(upstream, server, place);
                let rests_until = self.rests_until(upstream, &place.address, server.fail_timeout);
                all.push(Found { place, server: Some(at), named: Some(true), held, rests_until });
            }
        }
        for (place, server) in &gone {
            let timeout = server.and_then(|at| upstream.servers.get(at)).map(|one| one.fail_timeout);
            let timeout = timeout.or_else(|| upstream.servers.first().map(|one| one.fail_timeout));
            let rests_until = self.rests_until(upstream, &place.address, timeout.unwrap_or_default());
            all.push(Found { place, server: *server, named: Some(false), held: Held::Yes, rests_until });
        }
        all.iter().map(|one| self.row(upstream, one)).collect()
    }

    /// Whether it has an address that the name service gives now.
    fn held(&self, upstream: &Upstream, server: &UpstreamServer, place: &Place) -> Held {
        if self.reaches(upstream, server, place) {
            return Held::Yes;
        }
        let replica = self.replica(place);
        let since_start = replica.and_then(|one| one.started);
        match server.lookup {
            // An address that stands in the file is looked up by nobody.
            _ if server.host.parse::<std::net::IpAddr>().is_ok() => Held::Yes,
            engine::Lookup::Again(Some(valid)) => {
                let age = since_start.and_then(|at| self.now.duration_since(at).ok());
                if age.is_some_and(|age| age <= valid + BLUR) { Held::Unknown } else { Held::Yes }
            }
            engine::Lookup::Again(None) | engine::Lookup::ForRequests => Held::Unknown,
            engine::Lookup::Once => {
                let (Some(served), Some(replica), Some(started)) = (self.since(), replica, since_start)
                else {
                    return Held::Unknown;
                };
                if started + BLUR < served {
                    Held::Yes
                } else if replica.created + LISTED <= served {
                    // It was there before, and started again since: its address may be another.
                    Held::Unknown
                } else {
                    Held::No
                }
            }
        }
    }

    /// Whether it is seen that requests get there.
    fn reaches(&self, upstream: &Upstream, server: &UpstreamServer, place: &Place) -> bool {
        let Peers::Untold(leads) = &upstream.peers else { return false };
        if leads.contains(&place.address) && self.is_settled() {
            return true;
        }
        // Whoever answers, and cannot be asked but through the proxy, is known to it.
        let Some(replica) = self.replica(place) else { return false };
        let began = self.since().max(replica.started);
        let last = self.requests.get(&replica.label()).and_then(|requests| requests.last);
        let heard = last.zip(began).is_some_and(|(last, began)| last > began + BLUR);
        let closed = self.stack.of(&replica.service).all(|one| one.published.is_empty());
        heard && closed && server.lookup == engine::Lookup::Once
    }

    /// It serves for so long that what is seen of its connections is of now.
    fn is_settled(&self) -> bool {
        let reloaded = self
            .upstreams
            .since
            .zip(self.proxy.started)
            .is_none_or(|(since, started)| since > started + Duration::from_secs(2));
        let age = self.since().and_then(|since| self.now.duration_since(since).ok());
        !reloaded || age.is_some_and(|age| age > LINGERS)
    }

    /// Addresses that it holds and that lead nowhere any more, each with the `server` line it is of.
    fn gone(&self, upstream: &Upstream) -> Vec<(Place, Option<usize>)> {
        let once = |server: &UpstreamServer| server.lookup == engine::Lookup::Once;
        let Peers::Untold(leads) = &upstream.peers else { return Vec::new() };
        let is_here = |address: &SocketAddr| {
            let port = |one: &UpstreamServer| once(one) && one.port == address.port();
            upstream.servers.iter().any(port)
        };
        let known = |address: &SocketAddr| {
            let found = upstream.servers.iter().filter_map(|one| one.found.as_ref()).flatten();
            found.into_iter().any(|place| place.address == *address)
        };
        let lingering = leads.iter().filter(|_| self.is_settled()).copied();
        let failed = self.failures.since(self.since()).chain(lingering);
        let mut gone: Vec<SocketAddr> = failed.filter(|one| is_here(one) && !known(one)).collect();
        gone.sort_unstable();
        gone.dedup();
        // A name without an address now is whose it was, where there is one such name.
        let lost: Vec<usize> = (0..upstream.servers.len())
            .filter(|at| upstream.servers[*at].found.as_ref().is_some_and(Vec::is_empty))
            .collect();
        let server = match (lost.as_slice(), upstream.servers.len()) {
            ([one], _) => Some(*one),
            (_, 1) => Some(0),
            _ => None,
        };
        gone.into_iter().map(|address| (Place { address, replica: None }, server)).collect()
    }

    /// nginx counts in whole seconds, and leaves a server out until one more than its time is over.
    fn rests_until(
        &self,
        upstream: &Upstream,
        address: &SocketAddr,
        fail_timeout: Duration,
    ) -> Option<SystemTime> {
        if !self.upstreams.logs_rests {
            return None;
        }
        // One that is alone is asked whatever happened.
        let all = upstream.servers.iter().map(|one| one.found.as_ref().map_or(1, Vec::len)).sum::<usize>();
        let at = self.failures.disabled(address)?;
        if all + usize::from(!self.is_named(upstream, address)) < 2
            || self.since().is_some_and(|since| at < since)
        {
            return None;
        }
        let second = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
        Some(UNIX_EPOCH + Duration::from_secs(second + fail_timeout.as_secs() + 1))
    }

    fn is_named(&self, upstream: &Upstream, address: &SocketAddr) -> bool {
        let found = upstream.servers.iter().filter_map(|one| one.found.as_ref()).flatten();
        found.into_iter().any(|place| place.address == *address)
    }

    fn replica(&self, place: &Place) -> Option<&Replica> {
        let id = place.replica.as_ref()?;
        self.stack.replicas.iter().find(|one| one.id == *id)
    }

    fn row(&self, upstream: &Upstream, found: &Found<'_>) -> Row {
        let replica = self.replica(found.place);
        let server = found.server.and_then(|at| upstream.servers.get(at));
        let left = found.rests_until.and_then(|until| until.duration_since(self.now).ok());
        let of = server.or(upstream.servers.first()).map_or(0, |one| one.fail_timeout.as_secs());
        // It is a part of a second more than its time.
        let rest = |left: Duration| Rest { left: seconds_up(left).min(of.max(1)), of };
        let runs = replica.is_some_and(Replica::is_running);
        let label = replica.map(Replica::label);
        let count = |label: &String| self.requests.get(label).map_or(0, |requests| requests.count);
        Row {
            requests: label.as_ref().filter(|_| runs).map(count),
            replica: label,
            runs,
            host: server.map(|one| one.host.clone()),
            address: found.place.address.to_string(),
            named: found.named,
            held: found.held,
            rests: left.filter(|left| !left.is_zero()).map(rest),
        }
    }

    /// By service and number, what is gone last; ports go where addresses alone tell all apart.
    fn sorted(&self, mut rows: Vec<Row>) -> Vec<Row> {
        let place = |row: &Row| {
            let of = |label: &String| self.stack.replicas.iter().position(|one| one.label() == *label);
            row.replica.as_ref().and_then(of).unwrap_or(usize::MAX)
        };
        rows.sort_by(|a, b| (place(a), &a.address).cmp(&(place(b), &b.address)));
        let ip = |row: &Row| row.address.rsplit_once(':').map_or_else(String::new, |(ip, _)| ip.to_owned());
        let mut all: Vec<String> = rows.iter().map(ip).collect();
        all.sort();
        all.dedup();
        if all.len() == rows.len() {
            rows.iter_mut().for_each(|row| row.address = ip(row).trim_matches(['[', ']']).to_owned());
        }
        rows
    }
}

/// One address, or one replica that had no port open the first time.
fn same(one: &Place, other: &Place) -> bool {
    one.address == other.address || (one.replica.is_some() && one.replica == other.replica)
}

fn name(server: &UpstreamServer) -> Name {
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Name {
        host: server.host.clone(),
        port: server.port,
        lookup: match server.lookup {
            engine::Lookup::Once => Lookup::Once,
            engine::Lookup::Again(every) => Lookup::Again { every_ms: every.map(ms) },
            engine::Lookup::ForRequests => Lookup::ForRequests,
        },
        addresses: server.found.as_ref().map(Vec::len),
    }
}
