//! A [`Cluster`]: several Docker engines on this one machine, joined to a swarm, so that a node can be
//! cut off or lost without a second machine.
//!
//! Each node is a real `dockerd` with namespaces of its own (network, mounts, processes, name); one
//! more network namespace is the switch that their cables lead to. Nothing lies in the machine's own
//! namespaces but names in `/run/netns`, control groups and one folder, all of them named after that
//! folder: what was left by a killed command is found by those names and by what the kernel says of
//! processes, never by what a program is called.

mod error;
mod images;
mod leftovers;
mod network;
mod node;
mod place;
mod processes;
mod swarm;
mod tool;
mod view;
mod watchdog;

use std::path::Path;
use std::time::{Duration, SystemTime};

use workshop_text::Text;

pub use error::ClusterError;
pub use tool::Stop;
pub use view::{ClusterView, Link, NodeView};
pub use watchdog::process;

use network::Net;
use place::{Cut, Place};

/// The most nodes that a cluster may have.
pub const MOST_NODES: u8 = 9;

/// What a new cluster is to be.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many nodes, from 1 to [`MOST_NODES`].
    pub nodes: u8,
    /// Images of this machine's Docker that each node gets.
    pub images: Vec<String>,
}

/// A node's engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeEngine {
    /// `node1`
    pub node: String,
    /// Where it answers, as `docker -H` takes it.
    pub docker: String,
    /// Its cable is out, so that what it says of the others is old.
    pub is_cut: bool,
}

/// What has become of a node that was healed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Healed {
    /// Nothing was wrong with it.
    WasWhole,
    /// Its cable is in again.
    Joined,
    /// Its engine had ended, and runs again.
    Started,
}

/// A cluster by its name, whether it is there or not.
#[derive(Clone, Debug)]
pub struct Cluster {
    place: Place,
}

impl Cluster {
    /// The cluster `name` among those of `folder`, which is this user's alone.
    ///
    /// # Errors
    /// It is no name, or somebody else could have put there what lies there.
    pub fn named(folder: &Path, name: &str) -> Result<Self, ClusterError> {
        Ok(Self { place: Place::named(folder, name)? })
    }

    /// The names of the clusters of `folder`, in order.
    pub fn names(folder: &Path) -> Vec<String> {
        place::names(folder)
    }

    /// Whether this machine and user can have one.
    ///
    /// # Errors
    /// No Linux, no root, or a program is missing.
    pub fn can_be_made() -> Result<(), ClusterError> {
        tool::require()
    }

    /// Makes it, and takes it away again where that fails or is stopped. `say` is told what is done.
    ///
    /// # Errors
    /// This machine cannot; there is one of that name; an image is missing; it was stopped.
    pub fn up(&self, plan: &Plan, stop: &Stop, say: &dyn Fn(Text)) -> Result<(), ClusterError> {
        tool::require()?;
        self.place.fits(plan.nodes)?;
        images::require(&self.place, &plan.images, stop)?;
        if self.is_there() {
            return Err(ClusterError::Exists { name: self.place.name().to_owned() });
        }
        let _lock = self.place.lock()?;
        let mut made = Made { place: &self.place, is_whole: false };
        let net = Net::choose(&self.place)?;
        self.place.record(plan.nodes, net)?;
        say(Text::new("cluster-doing-nodes").with("count", u16::from(plan.nodes)));
        network::lay_switch(&self.place, net, stop)?;
        let driver = swarm::storage_driver(stop);
        let mut engines = Vec::new();
        for node in 1..=plan.nodes {
            network::lay_cable(&self.place, net, node, stop)?;
            node::prepare(&self.place, node, driver.as_deref())?;
            engines.push((node, node::start(&self.place, node)?));
        }
        for (node, engine) in &mut engines {
            node::wait(&self.place, *node, engine, stop)?;
        }
        say(Text::new("cluster-doing-swarm"));
        swarm::form(&self.place, net, plan.nodes, stop)?;
        if !plan.images.is_empty() {
            say(Text::new("cluster-doing-images").with("images", plan.images.clone()));
            images::bring(&self.place, plan.nodes, &plan.images, stop)?;
        }
        stop.ask()?;
        made.is_whole = true;
        Ok(())
    }

    /// Whether there is anything of it, a part of one that was killed in the making, too.
    pub fn is_there(&self) -> bool {
        self.place.is_there() || !leftovers::namespaces(&self.place).is_empty()
    }

    /// How it is now.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn status(&self) -> Result<ClusterView, ClusterError> {
        let (nodes, net) = self.recorded()?;
        view::look(&self.place, nodes, net)
    }

    /// Its nodes' engines, by number, without asking any of them.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn engines(&self) -> Result<Vec<NodeEngine>, ClusterError> {
        let (nodes, _) = self.recorded()?;
        let engine = |node| NodeEngine {
            node: place::node_name(node),
            docker: self.place.host(node),
            is_cut: self.place.cut(node).is_some(),
        };
        Ok((1..=nodes).map(engine).collect())
    }

    /// Brings images to every node that does not have them, from a node that does or from this
    /// machine's Docker.
    ///
    /// # Errors
    /// There is no cluster of that name; nobody has one of the images; it was stopped.
    pub fn load(&self, images: &[String], stop: &Stop) -> Result<(), ClusterError> {
        let (nodes, _) = self.recorded()?;
        tool::require_root()?;
        let _lock = self.place.lock()?;
        images::bring(&self.place, nodes, images, stop)
    }

    /// Pulls a node's cable out, until `until` or until it is healed. Stopped in the middle, the cable
    /// is in again.
    ///
    /// # Errors
    /// There is no such node, or the system refuses.
    pub fn cut(&self, node: &str, until: Option<SystemTime>, stop: &Stop) -> Result<(), ClusterError> {
        let node = self.node(node)?;
        let _lock = self.place.lock()?;
        let cut = Cut::new(until)?;
        self.place.write_cut(node, &cut)?;
        let done = watchdog::start(&self.place, node, &cut)
            .and_then(|()| network::set_cable(&self.place, node, false))
            .and_then(|()| stop.ask());
        if done.is_err() {
            network::set_cable(&self.place, node, true)?;
            self.place.forget_cut(node)?;
        }
        done
    }

    /// Comes back when the node is cut off no more, by whomever; it is healed where that is stopped.
    ///
    /// # Errors
    /// It was stopped, or there is no such node.
    pub fn wait_healed(&self, node: &str, stop: &Stop) -> Result<(), ClusterError> {
        let number = self.node(node)?;
        while self.place.cut(number).is_some() {
            if let Err(stopped) = stop.ask() {
                self.heal(node, &Stop::default())?;
                return Err(stopped);
            }
            std::thread::sleep(tool::PAUSE);
        }
        Ok(())
    }

    /// Puts a node's cable in again, and starts its engine where that has ended.
    ///
    /// # Errors
    /// There is no such node, or the system refuses.
    pub fn heal(&self, node: &str, stop: &Stop) -> Result<Healed, ClusterError> {
        let node = self.node(node)?;
        let _lock = self.place.lock()?;
        let was_in = network::is_in(&self.place, node)?;
        network::set_cable(&self.place, node, true)?;
        self.place.forget_cut(node)?;
        if !processes::of_node(&self.place, node).is_empty() {
            return Ok(if was_in { Healed::WasWhole } else { Healed::Joined });
        }
        leftovers::remove_groups(&self.place.group(node))?;
        self.place.forget_socket(node)?;
        let mut engine = node::start(&self.place, node)?;
        node::wait(&self.place, node, &mut engine, stop)?;
        Ok(Healed::Started)
    }

    /// Ends a node as a loss of power would: its engine and all containers at once.
    ///
    /// # Errors
    /// There is no such node, or what runs there does not end.
    pub fn kill(&self, node: &str) -> Result<(), ClusterError> {
        let node = self.node(node)?;
        let _lock = self.place.lock()?;
        processes::end(|| processes::of_node(&self.place, node))
    }

    /// Takes away all that there is of it. False where there was nothing.
    ///
    /// # Errors
    /// Another command is at work on it, or something does not go.
    pub fn down(&self) -> Result<bool, ClusterError> {
        if !self.is_there() {
            return Ok(false);
        }
        tool::require_root()?;
        let _lock = self.place.lock()?;
        leftovers::remove(&self.place)?;
        Ok(true)
    }

    fn recorded(&self) -> Result<(u8, Net), ClusterError> {
        self.place.recorded().ok_or_else(|| match self.is_there() {
            true => ClusterError::Broken { name: self.place.name().to_owned() },
            false => ClusterError::NoCluster { name: self.place.name().to_owned() },
        })
    }

    /// The number of a node that is called `node2` or `2`.
    fn node(&self, name: &str) -> Result<u8, ClusterError> {
        let (count, _) = self.recorded()?;
        tool::require_root()?;
        let number = name.strip_prefix("node").unwrap_or(name).parse().ok();
        number.filter(|number| (1..=count).contains(number)).ok_or_else(|| ClusterError::NoNode {
            node: name.to_owned(),
            nodes: (1..=count).map(place::node_name).collect(),
        })
    }
}

/// What is being made, and goes again unless it is whole in the end.
struct Made<'p> {
    place: &'p Place,
    is_whole: bool,
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        if !self.is_whole {
            // What does not go now is told by the next `down`.
            let _ = leftovers::remove(self.place);
        }
    }
}

/// The longest that something of a node's may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(30);
