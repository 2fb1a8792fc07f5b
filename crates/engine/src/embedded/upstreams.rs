//! What the front holds of its upstreams, by its own word, and what the stack's names lead to now,
//! by the supervisor's.

use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

use workshop_front::{Held, HeldLookup, HeldPeer, HeldServer};

use super::client::{Client, Way};
use super::front::HELD;
use super::place::Place as Folder;
use super::wire::{ReplicaState, ReplicaView, Stack};
use crate::{EngineError, Lookup, Peer, Peers, Place, Upstream, UpstreamServer, Upstreams};

/// What a front has to say is far below.
const LARGEST: u64 = 1 << 20;

/// What the replica `id` holds; `None` where it is no front, or has not begun to serve.
///
/// # Errors
/// The supervisor does not answer.
pub(super) async fn of(folder: &Folder, id: &str) -> Result<Option<Upstreams>, EngineError> {
    let Way::Open(client) = Client::find(folder).await? else { return Ok(None) };
    let Ok(text) = workshop_disk::bytes(&folder.replica(id).join(HELD), LARGEST) else { return Ok(None) };
    let Ok(held) = serde_json::from_slice::<Held>(&text) else { return Ok(None) };
    let stack = client.stack().await?;
    // What one said that has ended is no longer so.
    if !stack.replicas.iter().any(|one| one.id == id && one.state == ReplicaState::Running) {
        return Ok(None);
    }
    let mut groups = Vec::new();
    for group in held.groups {
        let mut servers = Vec::new();
        for server in group.servers {
            let found = client.look_up(id, &server.host, server.port).await.ok();
            let found = found.map(|all| all.into_iter().map(|at| place(&stack, at)).collect());
            servers.push(line(server, found));
        }
        let peers = group.peers.into_iter().map(|one| peer(&stack, &one)).collect();
        groups.push(Upstream { name: group.name, servers, peers: Peers::Told(peers) });
    }
    let since = Some(UNIX_EPOCH + Duration::from_millis(held.since));
    Ok(Some(Upstreams { since, changed: false, logs_rests: true, groups }))
}

fn line(server: HeldServer, found: Option<Vec<Place>>) -> UpstreamServer {
    UpstreamServer {
        host: server.host,
        port: server.port,
        lookup: match server.lookup {
            HeldLookup::Once => Lookup::Once,
            HeldLookup::Again(every) => Lookup::Again(Some(Duration::from_millis(every))),
            HeldLookup::ForRequests => Lookup::ForRequests,
        },
        max_fails: server.max_fails,
        fail_timeout: Duration::from_secs(server.fail_timeout),
        found,
    }
}

fn peer(stack: &Stack, held: &HeldPeer) -> Peer {
    let rests_until = held.rests_until.map(|second| UNIX_EPOCH + Duration::from_secs(second));
    Peer { place: place(stack, held.address), server: held.server, rests_until }
}

/// Whose an address is, or whose it was last: on Linux each replica has one of its own, elsewhere its
/// ports tell.
fn place(stack: &Stack, address: SocketAddr) -> Place {
    let ip = address.ip().to_string();
    let is_there = |one: &&ReplicaView| {
        let own = || stack.replicas.iter().filter(|other| other.networks.values().any(|own| *own == ip));
        let by_port = one.ports.values().any(|real| *real == address);
        by_port || (own().count() == 1 && own().any(|other| other.id == one.id))
    };
    let found = stack.replicas.iter().filter(is_there);
    let is_over = |one: &&ReplicaView| one.state != ReplicaState::Running;
    Place { address, replica: found.min_by_key(is_over).map(|one| one.id.clone()) }
}
