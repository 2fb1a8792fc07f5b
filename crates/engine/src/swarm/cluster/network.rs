//! The wires: a switch in a network namespace of its own, a cable from there to each node, and one to
//! this machine, so that what a node publishes is reached at the node's address and from here alone.

use std::net::Ipv4Addr;

use serde::Deserialize;

use super::ClusterError;
use super::place::{Place, node_name};
use super::tool::{Stop, ip};

const BRIDGE: &str = "switch0";
/// The node's end of its cable.
const PLUG: &str = "eth0";
/// The switch's end of the cable to this machine.
const UPLINK: &str = "uplink";
/// This machine, among the addresses of a cluster.
const MACHINE: u8 = 254;
/// Routes that are wider than this are for the rest of the world, and leave room for a narrower one.
const WIDE: u8 = 16;

/// The addresses of one cluster, by their third number: of the second half of the range that is for
/// trying networks out (RFC 2544), none of Docker's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Net(pub u8);

impl Net {
    /// A node's address.
    pub(super) const fn of(self, node: u8) -> Ipv4Addr {
        Ipv4Addr::new(198, 19, self.0, node)
    }

    /// Addresses that this machine has no way to yet.
    pub(super) fn choose(place: &Place) -> Result<Self, ClusterError> {
        let routes = ip(["-json", "-4", "route", "show"])?;
        let routes: Vec<Route> = serde_json::from_str(&routes).unwrap_or_default();
        let taken: Vec<_> = routes.iter().filter_map(Route::prefix).collect();
        let first = place.first_net();
        let mut all = (0..=u8::MAX).map(|step| Self(first.wrapping_add(step)));
        all.find(|net| !taken.iter().any(|prefix| net.meets(*prefix))).ok_or(ClusterError::NoAddresses)
    }

    fn meets(self, (address, length): (Ipv4Addr, u8)) -> bool {
        let shift = 32 - u32::from(length.min(24));
        length >= WIDE && u32::from(self.of(0)) >> shift == u32::from(address) >> shift
    }
}

#[derive(Deserialize)]
struct Route {
    dst: String,
}

impl Route {
    /// What it leads to, and how many bits of that count; none for the way to everywhere.
    fn prefix(&self) -> Option<(Ipv4Addr, u8)> {
        let (address, length) = self.dst.split_once('/').unwrap_or((&self.dst, "32"));
        Some((address.parse().ok()?, length.parse().ok()?))
    }
}

/// Makes the switch, and this machine's cable to it.
pub(super) fn lay_switch(place: &Place, net: Net, stop: &Stop) -> Result<(), ClusterError> {
    stop.ask()?;
    let (switch, own) = (place.switch(), place.uplink());
    ip(["netns", "add", &switch])?;
    ip(["-n", &switch, "link", "add", BRIDGE, "type", "bridge"])?;
    ip(["-n", &switch, "link", "set", BRIDGE, "up"])?;
    ip(["link", "add", &own, "type", "veth", "peer", "name", UPLINK, "netns", &switch])?;
    ip(["-n", &switch, "link", "set", UPLINK, "master", BRIDGE, "up"])?;
    ip(["addr", "add", &format!("{}/24", net.of(MACHINE)), "dev", &own])?;
    ip(["link", "set", &own, "up"])?;
    Ok(())
}

/// Takes this machine's cable to the switch away, where there is one.
pub(super) fn remove_uplink(place: &Place) -> Result<(), ClusterError> {
    let own = place.uplink();
    match std::path::Path::new("/sys/class/net").join(&own).exists() {
        true => ip(["link", "del", &own]).map(drop),
        false => Ok(()),
    }
}

/// Makes a node's namespace, and its cable to the switch.
pub(super) fn lay_cable(place: &Place, net: Net, node: u8, stop: &Stop) -> Result<(), ClusterError> {
    stop.ask()?;
    let (switch, own, socket) = (place.switch(), place.namespace(node), node_name(node));
    ip(["netns", "add", &own])?;
    ip(["-n", &switch, "link", "add", &socket, "type", "veth", "peer", "name", PLUG, "netns", &own])?;
    ip(["-n", &switch, "link", "set", &socket, "master", BRIDGE, "up"])?;
    ip(["-n", &own, "link", "set", "lo", "up"])?;
    ip(["-n", &own, "addr", "add", &format!("{}/24", net.of(node)), "dev", PLUG])?;
    ip(["-n", &own, "link", "set", PLUG, "up"])?;
    Ok(())
}

/// Puts a node's cable in, or pulls it out.
pub(super) fn set_cable(place: &Place, node: u8, is_in: bool) -> Result<(), ClusterError> {
    let to = if is_in { "up" } else { "down" };
    ip(["-n", &place.switch(), "link", "set", &node_name(node), to]).map(drop)
}

/// Whether a node's cable is in.
pub(super) fn is_in(place: &Place, node: u8) -> Result<bool, ClusterError> {
    let seen = ip(["-n", &place.switch(), "-json", "link", "show", "dev", &node_name(node)])?;
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap_or_default();
    let flags = seen.pointer("/0/flags").and_then(serde_json::Value::as_array);
    Ok(flags.is_some_and(|flags| flags.iter().any(|flag| flag == "UP")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_a_route_leads_to_are_not_taken() {
        let prefix = |dst: &str| Route { dst: dst.to_owned() }.prefix();
        for (dst, meets) in [
            ("198.19.7.0/24", true),
            ("198.19.7.9", true),
            ("198.19.0.0/16", true),
            ("198.19.6.0/23", true),
            ("198.19.8.0/24", false),
            ("198.18.0.0/16", false),
            ("198.18.0.0/15", false),
            ("128.0.0.0/1", false),
        ] {
            assert_eq!(Net(7).meets(prefix(dst).unwrap()), meets, "{dst}");
        }
        assert_eq!(prefix("default"), None);
    }
}
