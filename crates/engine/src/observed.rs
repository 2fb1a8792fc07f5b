//! What an engine has seen of a stack: [`Observed`], one snapshot of its replicas.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::{Node, Service};

/// How much an observation must hold: the cheap listing, or also what costs one request a replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// One listing: replicas, state, health, networks, ports, images.
    #[default]
    Listing,
    /// Also `started` and `restarts` of each replica.
    StartTimes,
}

/// What was seen of a workspace's stack at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// When the snapshot was taken, by this machine's clock.
    pub at: SystemTime,
    /// By service, then by index.
    pub replicas: Vec<Replica>,
    /// Networks and volumes that belong to this workspace, by their real names.
    pub networks: Vec<String>,
    /// Volumes, likewise.
    pub volumes: Vec<String>,
    /// Containers of this folder that another project's name has, by that name: one came up before
    /// the folder had a name of its own. They count for nothing.
    pub others: BTreeMap<String, Vec<String>>,
    /// The engine's machines, by name; none where it has one alone.
    pub nodes: Vec<Node>,
    /// What it is to keep of each service, by name; none where it keeps nothing by itself.
    pub services: Vec<Service>,
}

impl Observed {
    /// A stack of which only the replicas matter.
    pub fn of_replicas(replicas: Vec<Replica>) -> Self {
        Self {
            at: SystemTime::UNIX_EPOCH,
            replicas,
            networks: Vec::new(),
            volumes: Vec::new(),
            others: BTreeMap::new(),
            nodes: Vec::new(),
            services: Vec::new(),
        }
    }

    /// The replicas of one service, by index.
    pub fn of<'a, 's>(&'a self, service: &'s str) -> impl Iterator<Item = &'a Replica> + use<'a, 's> {
        self.replicas.iter().filter(move |replica| replica.service == service)
    }

    /// What the engine is to keep of the service of that name, where it keeps anything.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.name == name)
    }

    /// The base URL at which this machine reaches `target` of `service`, if it is published.
    pub fn url_of(&self, service: &str, target: u16) -> Option<String> {
        let running = self.of(service).filter(|replica| replica.is_running());
        let ports = running.flat_map(|replica| &replica.published).filter(|port| port.target == target);
        // A port that Docker chose may be another one for IPv6 than for IPv4.
        let port = ports.min_by_key(|port| port.host_ip.contains(':'))?;
        let host = match port.host_ip.as_str() {
            "" | "0.0.0.0" | "127.0.0.1" => "127.0.0.1".to_owned(),
            "::" => "[::1]".to_owned(),
            v6 if v6.contains(':') => format!("[{v6}]"),
            other => other.to_owned(),
        };
        Some(format!("http://{host}:{}", port.host))
    }
}

/// One container (or process) of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Replica {
    /// The engine's own id; for Docker the full container id.
    pub id: String,
    /// What a person calls it: `workshop-1a2b-backend-3`.
    pub name: String,
    /// The service's name in the compose file.
    pub service: String,
    /// Compose's container number, from 1.
    pub index: u32,
    /// The host name inside: what the replica itself says in `X-Replica`.
    pub hostname: String,
    /// What the engine says of its process.
    pub state: State,
    /// What its health check says.
    pub health: Health,
    /// Real network name → address in it (empty while not running).
    pub networks: BTreeMap<String, String>,
    /// Its ports that are open on this machine.
    pub published: Vec<Published>,
    /// The image's name as the engine lists it: `nginx:alpine`.
    pub image: String,
    /// When the engine made it. A restart does not change it.
    pub created: SystemTime,
    /// Only with [`Detail::StartTimes`].
    pub started: Option<SystemTime>,
    /// The node that it runs on, by name; none where the engine has one alone.
    pub node: Option<String>,
    /// Times that the engine restarted it by itself; only with [`Detail::StartTimes`].
    pub restarts: Option<u32>,
    /// Why it does not run, in the engine's own words, where it says so.
    pub trouble: Option<String>,
}

impl Replica {
    /// `backend-3`: service and index, short enough for a table.
    pub fn label(&self) -> String {
        format!("{}-{}", self.service, self.index)
    }

    /// Its process runs; nothing is said of its health.
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// Running, and healthy where it has a health check.
    pub fn is_ready(&self) -> bool {
        self.is_running() && matches!(self.health, Health::Healthy | Health::None)
    }
}

/// What a replica is doing, in Docker's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Made, and never started.
    Created,
    /// Its process runs, healthy or not.
    Running,
    /// It ended, and the engine starts it again by itself.
    Restarting,
    /// Its processes are frozen (`docker pause`).
    Paused,
    /// With the exit code, where the engine says it.
    Exited(Option<i32>),
    /// The engine is about to remove it.
    Removing,
    /// It ended, and the engine could not remove it as a whole.
    Dead,
}

impl State {
    /// It ended by itself, and not well: nobody stopped it (130, 137, 143).
    pub const fn has_failed(self) -> bool {
        matches!(self, Self::Dead)
            || matches!(self, Self::Exited(Some(code)) if !matches!(code, 0 | 130 | 137 | 143))
    }
}

/// What the health check of a replica has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// It has no health check.
    None,
    /// No result yet: the replica started a short while ago.
    Starting,
    /// The last check succeeded.
    Healthy,
    /// As many checks in a row failed as the file allows.
    Unhealthy,
}

/// A port of a replica that the host answers at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The address of this machine that it is bound to (IPv4 or IPv6); empty where the engine says none.
    pub host_ip: String,
    /// The port of this machine.
    pub host: u16,
    /// The port inside the replica.
    pub target: u16,
}

/// One line that a replica wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written; `None` where the engine does not say.
    pub at: Option<SystemTime>,
    /// It came from standard error, not from standard output.
    pub stderr: bool,
    /// The line without its end. Bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// CPU time of all of a replica's processes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CpuTime {
    /// CPU time since the replica's start.
    pub used: Duration,
    /// When it was that much, by the engine's clock.
    pub at: SystemTime,
}

impl CpuTime {
    /// Cores used on average since `before`; nothing where no time has passed.
    pub fn cores_since(&self, before: &Self) -> Option<f64> {
        let wall = self.at.duration_since(before.at).ok().filter(|wall| !wall.is_zero())?;
        Some(self.used.saturating_sub(before.used).as_secs_f64() / wall.as_secs_f64())
    }
}
