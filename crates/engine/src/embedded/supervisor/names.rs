//! Names within the stack, as a container's DNS knows them: a replica finds the running replicas
//! of those services that are on one of its own networks, and nothing else of this machine.

use std::net::{IpAddr, SocketAddr};

use super::state::{Replica, StackState};
use crate::embedded::wire::{Addresses, ReplicaState};

/// Where `host`'s `port` is for the replica `asking`. A port where nothing listens is 0. An
/// address is a name too: only the stack's own lead anywhere.
pub(super) fn lookup(state: &StackState, asking: &str, host: &str, port: u16) -> Addresses {
    let Some(asking) = state.replicas.values().find(|replica| replica.view.id.starts_with(asking)) else {
        return Addresses::default();
    };
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let itself = host.eq_ignore_ascii_case("localhost")
        || literal
            .is_some_and(|ip| ip == IpAddr::V4(asking.address.ip) || ip == IpAddr::from([127, 0, 0, 1]));
    if itself {
        return Addresses { addresses: vec![real(asking, port)] };
    }
    let running = |other: &&Replica| other.view.state == ReplicaState::Running;
    let found = called(state, asking, host, literal).into_iter().filter(running);
    Addresses { addresses: found.map(|replica| real(replica, port)).collect() }
}

/// Where `host`'s `port` is or will be for the replica `asking`, which looks it up once and for all:
/// one that runs before one that does not. None for a name that nobody in its networks has.
pub(super) fn once_and_for_all(
    state: &StackState,
    asking: &Replica,
    host: &str,
    port: u16,
) -> Option<SocketAddr> {
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    if host.eq_ignore_ascii_case("localhost") || literal.is_some_and(|ip| ip.is_loopback()) {
        // What a container calls so is itself, and nothing else of this machine.
        let itself = literal.is_none_or(|ip| ip == IpAddr::from([127, 0, 0, 1]) || ip.is_ipv6());
        if itself {
            return Some(real(asking, port));
        }
    }
    let found = called(state, asking, host, literal);
    let running = found.iter().find(|other| other.view.state == ReplicaState::Running);
    let nobody = literal.filter(IpAddr::is_loopback).map(|ip| SocketAddr::from((ip, 0)));
    running.or(found.first()).map(|other| real(other, port)).or(nobody)
}

/// The replicas in its networks that `asking` calls `host`, by service and number.
fn called<'s>(
    state: &'s StackState,
    asking: &Replica,
    host: &str,
    literal: Option<IpAddr>,
) -> Vec<&'s Replica> {
    let is_meant = |other: &&Replica| match literal {
        Some(ip) => ip == IpAddr::V4(other.address.ip),
        None => is_called(asking, other, host),
    };
    let others = state.replicas.values().filter(|other| share_network(asking, other));
    let mut found: Vec<&Replica> = others.filter(is_meant).collect();
    found.sort_by_key(|replica| (&replica.view.service, replica.view.index));
    found
}

fn real(replica: &Replica, port: u16) -> SocketAddr {
    let nowhere = SocketAddr::from((replica.address.ip, 0));
    replica.address.ports.get(&port).copied().unwrap_or(nowhere)
}

fn share_network(one: &Replica, other: &Replica) -> bool {
    one.spec.networks.keys().any(|network| other.spec.networks.contains_key(network))
}

/// A service's name, a container's, its short id, or an alias in a network that both are on.
fn is_called(asking: &Replica, other: &Replica, host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let names = [other.view.service.as_str(), other.view.name.as_str(), &other.view.id[..12]];
    names.iter().any(|name| name.eq_ignore_ascii_case(host))
        || other.spec.networks.iter().any(|(network, aliases)| {
            asking.spec.networks.contains_key(network)
                && aliases.iter().any(|alias| alias.eq_ignore_ascii_case(host))
        })
}
