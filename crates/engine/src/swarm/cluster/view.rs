//! How a cluster is: what this machine knows of its nodes, and what a manager that answers says.

use std::net::Ipv4Addr;
use std::time::SystemTime;

use serde::Serialize;

use super::network::{self, Net};
use super::place::{Place, node_name};
use super::{ClusterError, processes, swarm};

/// A cluster as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterView {
    /// Its name.
    pub name: String,
    /// The node whose word on the swarm this is; none where no manager answers.
    pub told_by: Option<String>,
    /// Its nodes, by number.
    pub nodes: Vec<NodeView>,
}

/// A node as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// `node1`
    pub name: String,
    /// Its address in the cluster's own network.
    pub address: Ipv4Addr,
    /// Where its engine answers, as `docker -H` takes it.
    pub docker: String,
    /// Its cable.
    pub link: Link,
    /// Its engine has not ended.
    pub runs: bool,
    /// What the manager says: `Ready`, `Down`, `Unknown`; none where none answers.
    pub status: Option<String>,
    /// `Active`, `Pause` or `Drain`, from the same.
    pub availability: Option<String>,
    /// `Leader`, `Reachable` or `Unreachable`, from the same; none for a worker.
    pub manager: Option<String>,
}

impl NodeView {
    /// The line with which a shell leads Docker's own client there.
    pub fn export(&self) -> String {
        let host = shlex::try_quote(&self.docker).unwrap_or_else(|_| self.docker.as_str().into());
        format!("export DOCKER_HOST={host}")
    }
}

/// A node's cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Link {
    /// It is in.
    Up,
    /// It is out.
    Cut {
        /// When it goes in again by itself, in milliseconds since 1970; none where only `heal` does it.
        until_ms: Option<u128>,
    },
}

/// Looks at a cluster of so many nodes.
pub(super) fn look(place: &Place, count: u8, net: Net) -> Result<ClusterView, ClusterError> {
    let mut nodes = Vec::new();
    for node in 1..=count {
        let until = place.cut(node).and_then(|cut| cut.until());
        let until_ms = until.and_then(|until| until.duration_since(SystemTime::UNIX_EPOCH).ok());
        let link = match network::is_in(place, node)? {
            true => Link::Up,
            false => Link::Cut { until_ms: until_ms.map(|since| since.as_millis()) },
        };
        nodes.push(NodeView {
            name: node_name(node),
            address: net.of(node),
            docker: place.host(node),
            link,
            runs: !processes::of_node(place, node).is_empty(),
            status: None,
            availability: None,
            manager: None,
        });
    }
    let told_by = tell(place, &mut nodes);
    Ok(ClusterView { name: place.name().to_owned(), told_by, nodes })
}

/// Puts in what a manager says; which one that was. Those that are cut off are asked last.
fn tell(place: &Place, nodes: &mut [NodeView]) -> Option<String> {
    let count = u8::try_from(nodes.len()).unwrap_or(u8::MAX);
    let mut asked: Vec<u8> = (1..=swarm::managers(count)).collect();
    let at = |node: u8| usize::from(node) - 1;
    asked.retain(|node| nodes[at(*node)].runs);
    asked.sort_by_key(|node| nodes[at(*node)].link != Link::Up);
    let (node, listed) = asked.into_iter().find_map(|node| Some((node, swarm::list(place, node).ok()?)))?;
    for one in listed {
        let Some(known) = nodes.iter_mut().find(|known| known.name == one.hostname) else { continue };
        known.status = Some(one.status);
        known.availability = Some(one.availability);
        known.manager = Some(one.manager_status).filter(|status| !status.is_empty());
    }
    Some(node_name(node))
}
