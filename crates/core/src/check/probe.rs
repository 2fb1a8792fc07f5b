//! What a check asks of the running stack: a [`Probe`]. What comes back is a `Seen`: both are data,
//! so that a check is judged without a stack.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::address::{Header, Kept, RequestPath};
use super::no_write_lost::NumberedSpec;
use super::read_your_writes::OwnWritesSpec;
use super::seen::Reply;
use super::sql::Query;
use super::stale_read::StaleSpec;
use super::survives::SurvivesSpec;
use super::under_load::SteadySpec;
use super::update::UpdateSpec;
use super::wanted::{Pointer, Wanted, written};
use workshop_engine::{Observed, StackCommand};
use workshop_load::Threshold;

/// The prefix of the ids that the runner gives its own requests; a learner's never have it.
pub(crate) const OWN_REQUEST: &str = "workshop-check-";
/// The same of those that stand for a learner's browser.
pub(crate) const BROWSED_REQUEST: &str = "workshop-apply-";

/// One request of a lesson. `{name}` in path, headers and body stands for something kept earlier, for
/// `{run}` (this run's own id) or `{number}` (the count from 1).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Request"))]
#[serde(deny_unknown_fields)]
pub struct RequestSpec {
    /// One of the methods that a lesson may use; `GET` where it says none.
    #[serde(default = "get", deserialize_with = "super::address::method")]
    #[cfg_attr(test, schemars(schema_with = "crate::reference::schema::methods"))]
    pub method: String,
    /// Where it goes, from the stack's entry.
    pub path: RequestPath,
    /// Headers that it is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    pub headers: BTreeMap<Header, String>,
    /// The body, sent as JSON.
    pub json: Option<Value>,
    /// The body as it is; in the place of `json`.
    pub body: Option<String>,
    /// The statuses that are right; 200 where it says none.
    #[serde(default)]
    pub status: Statuses,
    /// Name → where in the answer's JSON the value stands that later requests use.
    #[serde(default)]
    pub keep: BTreeMap<String, Pointer>,
    /// Name → the header of the answer whose value later requests use.
    #[serde(default)]
    pub keep_headers: BTreeMap<String, Header>,
    /// Place in the answer's JSON → what its value has to be.
    #[serde(default)]
    pub has: BTreeMap<Pointer, Wanted>,
    /// Header of the answer → what its value has to be.
    #[serde(default)]
    pub has_headers: BTreeMap<Header, Wanted>,
    /// What the answer's body has to be, as text.
    pub text: Option<Wanted>,
    /// What the answer's content type must start with.
    pub content_type: Option<String>,
    /// How often it is sent; `{number}` counts from 1. Once where it says nothing.
    #[serde(default = "once")]
    pub times: u32,
}

impl RequestSpec {
    /// One that is sent once, with nothing wanted of its answer beside a status of 200.
    pub fn new(method: &str, path: &RequestPath) -> Self {
        Self {
            method: method.to_owned(),
            path: path.clone(),
            headers: BTreeMap::new(),
            json: None,
            body: None,
            status: Statuses::default(),
            keep: BTreeMap::new(),
            keep_headers: BTreeMap::new(),
            has: BTreeMap::new(),
            has_headers: BTreeMap::new(),
            text: None,
            content_type: None,
            times: 1,
        }
    }

    /// Keeps of an answer what later requests use.
    pub(crate) fn keep(&self, reply: &Reply, kept: &mut Kept) {
        if !self.keep.is_empty()
            && let Some(json) = reply.json()
        {
            let value = |pointer: &Pointer| json.pointer(pointer.as_str()).map(written);
            kept.extend(self.keep.iter().filter_map(|(name, at)| Some((name.clone(), value(at)?))));
        }
        let header = |name: &Header| reply.headers.get(name.as_str()).cloned();
        kept.extend(self.keep_headers.iter().filter_map(|(name, of)| Some((name.clone(), header(of)?))));
    }
}

pub(super) fn get() -> String {
    "GET".to_owned()
}

const fn once() -> u32 {
    1
}

/// The statuses that are right: one, several, or (none given) 200.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Statuses {
    /// This one alone.
    One(u16),
    /// Any of these.
    Any(Vec<u16>),
}

impl Default for Statuses {
    fn default() -> Self {
        Self::One(200)
    }
}

impl Statuses {
    pub(crate) fn accepts(&self, status: u16) -> bool {
        match self {
            Self::One(one) => *one == status,
            Self::Any(all) => all.contains(&status),
        }
    }
}

impl std::fmt::Display for Statuses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::One(one) => write!(f, "{one}"),
            Self::Any(all) => f.write_str(&all.iter().map(u16::to_string).collect::<Vec<_>>().join(" | ")),
        }
    }
}

/// What a check asks of the running stack.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// Requests one after the other, each of which may use what an earlier one kept; stops at the
    /// first that fails.
    Requests(Vec<RequestSpec>),
    /// GETs, each with an id of its own, and what the replicas log of them.
    Burst(BurstSpec),
    /// All log lines of every replica of these services.
    Logs {
        /// The services, by their names in the compose file.
        services: Vec<String>,
    },
    /// One POST, then GETs of what it made until every replica of `service` has answered one.
    SharedData {
        /// The POST that makes the item.
        create: Box<RequestSpec>,
        /// The item's path, with what `create` kept.
        item: RequestPath,
        /// The service whose replicas must all answer.
        service: String,
    },
    /// GETs while the step's own commands run. First the stack is brought to a state where it is not
    /// there.
    Steady(SteadySpec),
    /// The step's commands change a service, under load where it has one, until that is over.
    Update(Box<UpdateSpec>),
    /// A node is lost under load, and brought back.
    Survives(Box<SurvivesSpec>),
    /// A command in every running replica of these services.
    Exec {
        /// The services, by their names in the compose file.
        services: Vec<String>,
        /// The program and its arguments.
        command: Vec<String>,
    },
    /// What the images of these services' running replicas say of themselves.
    Images {
        /// The services, by their names in the compose file.
        services: Vec<String>,
    },
    /// The variables that the running replicas of these services were given.
    Variables {
        /// The services, by their names in the compose file.
        services: Vec<String>,
    },
    /// A program of this machine, run in the workspace.
    Program {
        /// The program and its arguments.
        command: Vec<String>,
    },
    /// Queries, each by the database's own client in its own container.
    Sql(Vec<Query>),
    /// What the databases of these services say of themselves and of whom they follow.
    Replication {
        /// The services, by their names in the compose file.
        services: Vec<String>,
    },
    /// A write, and at once a query for it.
    StaleRead(Box<StaleSpec>),
    /// Writes, each with a read behind it that may use what the write kept.
    OwnWrites(Box<OwnWritesSpec>),
    /// Numbered writes while commands run, and which of them are there afterwards.
    NumberedWrites(Box<NumberedSpec>),
    /// The same load on one server and on all, several times.
    Scaling(ScalingSpec),
    /// The step's last command, once more, and how it ends.
    Refused,
    /// Requests before, while and after something of the stack is away.
    Outage(OutageSpec),
    /// What the engine still holds of the workspace; with `images`, also those that its builds made.
    Resources {
        /// Whether images that builds made count too.
        images: bool,
    },
    /// The lesson's ports on this machine.
    Ports,
}

/// `requests` GETs of `path`, `at_once` of them under way at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurstSpec {
    /// What is asked for.
    pub path: RequestPath,
    /// How many; with `clients`, how many for each of them.
    pub requests: u32,
    /// How many are under way at a time.
    pub at_once: usize,
    /// Services whose replicas' log lines since the first request are read as well.
    pub services: Vec<String>,
    /// A header and its values: each stands for a client, which sends `requests` of its own.
    pub clients: Option<Clients>,
}

/// What tells one client from another: a header with a value for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clients {
    /// The header's name.
    pub header: String,
    /// One value for each client; they take turns.
    pub values: Vec<String>,
}

impl BurstSpec {
    /// A few requests at a time, from one client, and no log is read.
    pub fn new(path: &RequestPath, requests: u32) -> Self {
        Self { path: path.clone(), requests, at_once: 4, services: Vec::new(), clients: None }
    }

    #[must_use]
    pub(crate) fn logged_by(mut self, services: &[String]) -> Self {
        self.services = services.to_vec();
        self
    }
}

/// A service at a number of replicas.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Its name in the compose file.
    #[serde(deserialize_with = "super::services::name")]
    pub service: String,
    /// How many replicas there are to be.
    pub replicas: u32,
}

impl Scale {
    /// The command that brings the service to so many on this stack: an engine that keeps the service
    /// by itself is told the number.
    pub fn command_on(&self, stack: &Observed) -> StackCommand {
        match stack.service(&self.service) {
            Some(_) => self.kept(),
            None => self.command(),
        }
    }

    /// The command for an engine that keeps the service by itself.
    pub(crate) fn kept(&self) -> StackCommand {
        let argument = format!("{{stack}}_{}={}", self.service, self.replicas);
        StackCommand::Swarm(["service", "scale", "--detach", &argument].map(str::to_owned).to_vec())
    }

    /// The command that brings the service to so many.
    pub fn command(&self) -> StackCommand {
        let argument = format!("{}={}", self.service, self.replicas);
        StackCommand::Compose(
            ["up", "-d", "--no-build", "--no-deps", "--scale", &argument, &self.service]
                .map(str::to_owned)
                .to_vec(),
        )
    }
}

/// What an `outage` check does: `off` and `on` are commands, and around them requests, each of which
/// may use what an earlier one kept.
#[derive(Clone, Debug, PartialEq)]
pub struct OutageSpec {
    /// What takes something away.
    pub off: Vec<StackCommand>,
    /// What brings it back, and does nothing where it is there.
    pub on: Vec<StackCommand>,
    /// With all there.
    pub before: Vec<RequestSpec>,
    /// While it is away.
    pub during: Vec<RequestSpec>,
    /// Once it is back.
    pub after: Vec<RequestSpec>,
}

/// What a `scaling` or `load` check measures.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingSpec {
    /// One server, and all of them.
    pub servers: Servers,
    /// Requests before the load; what they keep may stand in `path`.
    pub prepare: Vec<RequestSpec>,
    /// The method of the load's requests.
    pub method: String,
    /// Their path, from the stack's entry.
    pub path: RequestPath,
    /// What they are sent with.
    pub headers: BTreeMap<Header, String>,
    /// The answer's header that names the service which answered, where it is not `X-Replica`.
    pub answered_by: Option<Header>,
    /// Their body, in which `{counter}` is each request's number.
    pub json: Option<Value>,
    /// Connections that send at the same time, each its next request once it is answered.
    pub connections: u32,
    /// The standard profile, in so small a part of its time, in the place of `connections`.
    pub profile: Option<u32>,
    /// How long each run sends.
    pub time: Duration,
    /// Runs with one server, and as many with all.
    pub rounds: u32,
    /// Commands after each change of the servers.
    pub refresh: Vec<StackCommand>,
    /// What each run is held to.
    pub thresholds: Vec<Threshold>,
}

/// Which servers are one, and which are all.
#[derive(Clone, Debug, PartialEq)]
pub enum Servers {
    /// Services of one replica each: the first alone, or all of them.
    Members(Vec<String>),
    /// One replica of a service, or so many.
    Scaled(Scale),
    /// These, as they are: nobody is started or stopped.
    AsTheyAre(Vec<String>),
}

impl Servers {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Members(members) | Self::AsTheyAre(members) => members.len(),
            Self::Scaled(scale) => scale.replicas as usize,
        }
    }

    pub(crate) fn services(&self) -> &[String] {
        match self {
            Self::Members(members) | Self::AsTheyAre(members) => members,
            Self::Scaled(scale) => std::slice::from_ref(&scale.service),
        }
    }

    /// The commands that leave one of them, and that bring all of them back.
    pub fn commands(&self) -> Vec<StackCommand> {
        match self {
            Self::Members(members) => {
                let others = members.get(1..).unwrap_or_default();
                ["stop", "start"].map(|word| StackCommand::about(word, others)).to_vec()
            }
            Self::AsTheyAre(_) => Vec::new(),
            Self::Scaled(scale) => {
                [1, scale.replicas].map(|replicas| Scale { replicas, ..scale.clone() }.command()).to_vec()
            }
        }
    }
}

impl Probe {
    /// Whether it sends requests to the lesson's entry.
    pub(crate) const fn asks_entry(&self) -> bool {
        matches!(
            self,
            Self::Requests(_)
                | Self::Burst(_)
                | Self::SharedData { .. }
                | Self::Steady(_)
                | Self::Update(_)
                | Self::Survives(_)
                | Self::Scaling(_)
                | Self::Outage(_)
                | Self::StaleRead(_)
                | Self::OwnWrites(_)
                | Self::NumberedWrites(_)
        )
    }
}
