//! The wires: a switch in a network namespace of its own, and a cable from there to each node.
//!
//! The switch has no way to the machine: what the addresses of its network are matters to nobody else,
//! so every cluster has the same.

use std::net::Ipv4Addr;

use super::ClusterError;
use super::place::{Place, node_name};
use super::tool::{Stop, ip};

const BRIDGE: &str = "switch0";
/// The node's end of its cable.
const PLUG: &str = "eth0";

/// A node's address, of the range that is for trying networks out (RFC 2544): none of Docker's own.
pub(super) const fn address(node: u8) -> Ipv4Addr {
    Ipv4Addr::new(198, 18, 0, node)
}

/// Makes the switch.
pub(super) fn lay_switch(place: &Place, stop: &Stop) -> Result<(), ClusterError> {
    stop.ask()?;
    let switch = place.switch();
    ip(["netns", "add", &switch])?;
    ip(["-n", &switch, "link", "add", BRIDGE, "type", "bridge"])?;
    ip(["-n", &switch, "link", "set", BRIDGE, "up"])?;
    Ok(())
}

/// Makes a node's namespace, and its cable to the switch.
pub(super) fn lay_cable(place: &Place, node: u8, stop: &Stop) -> Result<(), ClusterError> {
    stop.ask()?;
    let (switch, own, socket) = (place.switch(), place.namespace(node), node_name(node));
    ip(["netns", "add", &own])?;
    ip(["-n", &switch, "link", "add", &socket, "type", "veth", "peer", "name", PLUG, "netns", &own])?;
    ip(["-n", &switch, "link", "set", &socket, "master", BRIDGE, "up"])?;
    ip(["-n", &own, "link", "set", "lo", "up"])?;
    ip(["-n", &own, "addr", "add", &format!("{}/24", address(node)), "dev", PLUG])?;
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
