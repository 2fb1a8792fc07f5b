//! What a compose file means: [`ComposeFile`], with short and long syntax, lists and maps, and
//! variables all read the same.
//!
//! Only what the checks ask about is modelled; keys that are not are ignored. [`project`] puts together
//! the files that Compose would: overrides, `extends`, `include`.

mod duration;
mod env;
mod extends;
mod health;
mod hold;
mod interpolate;
mod merge;
mod port;
pub mod project;
mod read;
mod schema;
mod service;
#[cfg(test)]
mod tests;
mod volume;

use std::collections::BTreeMap;
use std::time::Duration;

use super::yaml::Node;
use super::{Span, Spanned, SyntaxError};
use read::Place;

pub use duration::parse as parse_duration;
pub use env::{Env, steers};
pub use health::{Healthcheck, Probe};
pub use hold::is_active;
pub use interpolate::{Interpolated, Variable};
pub use port::{Port, PortRange};
pub use volume::{Mount, MountKind, source_of};

/// The names that Compose looks for, in its order.
pub const COMPOSE_NAMES: [&str; 4] =
    ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of the files that Compose lays over those.
pub const OVERRIDE_NAMES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// A compose file.
#[derive(Clone, Debug, PartialEq)]
pub struct ComposeFile {
    /// The file, each service with what it extends, for questions about paths.
    pub root: Node,
    /// The project's name, if the file gives one.
    pub name: Option<Spanned<String>>,
    /// In the file's order.
    pub services: Vec<Service>,
    /// Those of the top-level `networks`, in the file's order.
    pub networks: Vec<Resource>,
    /// Those of the top-level `volumes`, in the file's order.
    pub volumes: Vec<Resource>,
}

/// A top-level network or volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What services call it.
    pub key: Spanned<String>,
    /// Its `name:` if it has one, else its key.
    pub name: String,
    /// Made outside of this project.
    pub external: bool,
}

/// One service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its key.
    pub name: Spanned<String>,
    /// `container_name`, as the file gives it.
    pub container_name: Option<Spanned<String>>,
    /// The name of the image, with its tag or digest as written.
    pub image: Option<Interpolated>,
    /// How its image is built, where the file says so.
    pub build: Option<Build>,
    /// Ports that the host gets, one for each entry of `ports`.
    pub ports: Vec<Port>,
    /// Ports for other containers only; as text, for they may be runs (`3000-3005`).
    pub expose: Vec<Spanned<String>>,
    /// In the file's order; of two with one name the last counts.
    pub environment: Vec<EnvVar>,
    /// In the file's order.
    pub env_file: Vec<EnvFile>,
    /// `default` where none is given; empty under a `network_mode`.
    pub networks: Vec<Attachment>,
    /// `depends_on`, in the file's order.
    pub depends_on: Vec<Dependency>,
    /// Services that it cannot do without by what else it says: `links`, `volumes_from`, and a network,
    /// processes or memory that it shares. They start before it.
    pub implied: Vec<Spanned<String>>,
    /// `volumes` and `tmpfs`.
    pub volumes: Vec<Mount>,
    /// As words; a string is split as a shell would.
    pub command: Option<Spanned<Vec<String>>>,
    /// How Docker learns whether it works.
    pub healthcheck: Healthcheck,
    /// `deploy.replicas`.
    pub replicas: Option<Spanned<u32>>,
    /// `deploy.resources.limits.cpus`, else `cpus`: how many cores it may use. Zero is no limit.
    pub cpus: Option<Spanned<f64>>,
    /// `scale`: how many replicas, the older way to say it.
    pub scale: Option<Spanned<u32>>,
    /// The policy as written: `always`, `on-failure:3`.
    pub restart: Option<Spanned<String>>,
    /// How long it may take to end by itself before it is killed.
    pub stop_grace_period: Option<Duration>,
    /// The service is left out unless `COMPOSE_PROFILES` names one of them; without any it always runs.
    pub profiles: Vec<Spanned<String>>,
    /// As written: `host`, `none`, `service:NAME` …
    pub network_mode: Option<Spanned<String>>,
}

impl Build {
    /// The path of the Dockerfile from the folder of the compose file; none where the folder is
    /// elsewhere (a repository, an archive) or the file is inside the compose file.
    pub fn dockerfile_path(&self) -> Option<String> {
        let remote = self.context.contains("://") || self.context.starts_with("git@");
        let file = self.dockerfile.as_deref().unwrap_or("Dockerfile");
        (!remote && self.inline.is_none()).then(|| {
            if file.starts_with('/') {
                file.to_owned()
            } else {
                plain_path(&format!("{}/{file}", self.context))
            }
        })
    }

    /// Its folder, written one way: `./backend/` and `backend` are the same.
    pub fn folder(&self) -> String {
        plain_path(&self.context)
    }

    /// Its arguments by name, as the build gets them.
    pub fn arguments(&self) -> BTreeMap<String, String> {
        let with_value = |arg: &EnvVar| Some((arg.name.value.clone(), arg.value.clone()?));
        self.args.iter().filter_map(with_value).collect()
    }
}

/// A path without `.` and empty names, and with `..` taken where it can be.
fn plain_path(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
        match names.last() {
            Some(last) if name == ".." && *last != ".." => drop(names.pop()),
            _ => names.push(name),
        }
    }
    let top = if path.starts_with('/') { "/" } else { "" };
    format!("{top}{}", names.join("/"))
}

/// How a service's image is built.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// `.` where none is given.
    pub context: String,
    /// From `context`, as written; `Dockerfile` where none is given.
    pub dockerfile: Option<String>,
    /// The compose file holds the Dockerfile itself: `dockerfile_inline`.
    pub inline: Option<Span>,
    /// The stage to build, by name or number; the last where none is given.
    pub target: Option<String>,
    /// Values for the Dockerfile's `ARG`s.
    pub args: Vec<EnvVar>,
    /// Of the value of `build`.
    pub span: Span,
}

/// One environment variable of a service, or one argument of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// Without its value, and where it stands.
    pub name: Spanned<String>,
    /// After interpolation. None where it is passed through and the environment has none.
    pub value: Option<String>,
    /// As the file says it, before interpolation; empty where it is passed through.
    pub raw: String,
    /// The variables that the value was made from.
    pub variables: Vec<Variable>,
    /// `KEY` alone: taken from the environment that Compose runs in.
    pub passed_through: bool,
    /// Of the value, or of the name where it has none.
    pub span: Span,
}

/// A file of environment variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvFile {
    /// From the project's folder, or absolute.
    pub path: Spanned<String>,
    /// Compose refuses to start without it.
    pub required: bool,
}

/// A network that a service is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The network's key; at the service's own key where it is [`implicit`](Self::implicit).
    pub key: Spanned<String>,
    /// More names by which others on that network find the service.
    pub aliases: Vec<String>,
    /// The file names none, so Compose attaches it to `default`.
    pub implicit: bool,
}

/// A service that must start first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Its key.
    pub service: Spanned<String>,
    /// What is waited for; [`Condition::Started`] where none is given.
    pub condition: Condition,
}

/// What a dependency waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `service_started`: its container runs.
    Started,
    /// `service_healthy`: its health check has passed.
    Healthy,
    /// `service_completed_successfully`: its container has ended with exit code 0.
    CompletedSuccessfully,
}

impl Condition {
    /// The words for them, in their order.
    pub const WORDS: [&str; 3] = ["service_started", "service_healthy", "service_completed_successfully"];

    /// The one that a file calls so.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Started, Self::Healthy, Self::CompletedSuccessfully].into_iter().find(|one| one.word() == word)
    }

    /// As a file says it.
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl ComposeFile {
    /// Reads a compose file that stands alone.
    ///
    /// # Errors
    /// As [`project::load`].
    #[cfg(test)]
    pub fn parse(text: &str, env: &Env) -> Result<Self, SyntaxError> {
        let open = |path: &str| if path == COMPOSE_NAMES[0] { Ok(text.to_owned()) } else { Err(()) };
        match project::load(&[COMPOSE_NAMES[0].to_owned()], env, open) {
            Ok(project) => Ok(project.model),
            Err(project::Unread::Broken { error, .. }) => Err(error),
            Err(project::Unread::File { path, .. }) => panic!("{path} is another file"),
        }
    }

    /// What a whole project says, with `env` for its variables.
    ///
    /// # Errors
    /// A value of another type than Compose takes, or variables that cannot be read or are required
    /// and not set.
    fn of_root(root: Node, env: &Env) -> Result<Self, SyntaxError> {
        schema::hold(&Place { node: &root, path: String::new(), env })?;
        let (name, services, networks, volumes) = {
            let top = |key: &str| {
                let entry = root.entries().iter().find(|entry| entry.key.value == key)?;
                Some(Place { node: &entry.value, path: key.to_owned(), env })
            };
            let resources = |key| top(key).map_or_else(|| Ok(Vec::new()), |place| resources(&place));
            (
                top("name").map(|place| place.string()).transpose()?,
                top("services").map_or_else(|| Ok(Vec::new()), |place| service::services(&place))?,
                resources("networks")?,
                resources("volumes")?,
            )
        };
        let file = Self { root, name, services, networks, volumes };
        hold::hold(&file, env)?;
        Ok(file)
    }

    /// The service with that key.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name.value == name)
    }

    /// The ports of a service that the host can reach. An entry without a host port counts: Docker
    /// picks a free one. Under `network_mode: host` the host reaches every port, listed or not
    /// ([`Service::shares_host_network`]).
    pub fn published(&self, service: &str) -> Vec<&Port> {
        let Some(service) = self.service(service) else { return Vec::new() };
        let unreachable = service.network_mode.as_ref().is_some_and(|mode| mode.value == "none");
        if unreachable { Vec::new() } else { service.ports.iter().collect() }
    }

    /// The top-level network with that key.
    pub fn network(&self, key: &str) -> Option<&Resource> {
        self.networks.iter().find(|network| network.key.value == key)
    }

    /// The names of the networks that a service is on: each one's `name:`, else its key.
    pub fn networks_of(&self, service: &str) -> Vec<String> {
        let attachments = self.service(service).map_or(&[][..], |service| &service.networks);
        let name =
            |key: &String| self.network(key).map_or_else(|| key.clone(), |network| network.name.clone());
        attachments.iter().map(|attachment| name(&attachment.key.value)).collect()
    }

    /// The names of the networks that both services are on: without one they cannot talk.
    pub fn shared_networks(&self, one: &str, other: &str) -> Vec<String> {
        let others = self.networks_of(other);
        self.networks_of(one).into_iter().filter(|name| others.contains(name)).collect()
    }

    /// A service's environment variable.
    pub fn environment(&self, service: &str, key: &str) -> Option<&EnvVar> {
        self.service(service)?.environment.iter().rev().find(|variable| variable.name.value == key)
    }

    /// How `service` depends on `other`.
    pub fn dependency(&self, service: &str, other: &str) -> Option<&Dependency> {
        self.service(service)?.depends_on.iter().find(|dependency| dependency.service.value == other)
    }
}

impl Service {
    /// How many replicas the file asks for: `scale`, else `deploy.replicas`, else one.
    pub fn wanted_replicas(&self) -> u32 {
        self.scale.as_ref().or(self.replicas.as_ref()).map_or(1, |count| count.value)
    }

    /// The services that start before it, by `depends_on` and by what else it says.
    pub fn follows(&self) -> impl Iterator<Item = &str> {
        let said = self.depends_on.iter().map(|dependency| dependency.service.value.as_str());
        said.chain(self.implied.iter().map(|other| other.value.as_str()))
    }

    /// It has the host's own network: `network_mode: host`.
    pub fn shares_host_network(&self) -> bool {
        self.network_mode.as_ref().is_some_and(|mode| mode.value == "host")
    }
}

fn resources(place: &Place<'_>) -> Result<Vec<Resource>, SyntaxError> {
    place.entries()?.into_iter().map(|(key, place)| resource(key, &place)).collect()
}

fn resource(key: &Spanned<String>, place: &Place<'_>) -> Result<Resource, SyntaxError> {
    if !place.node.is_null() {
        place.entries()?;
    }
    let mut name = place.key("name").map(|place| place.string()).transpose()?;
    let external = match place.key("external") {
        // The old form, `external: {name: …}`.
        Some(external) if !external.node.entries().is_empty() => {
            name = name.or(external.key("name").map(|place| place.string()).transpose()?);
            true
        }
        Some(external) => external.boolean()?,
        None => false,
    };
    Ok(Resource {
        key: key.clone(),
        name: name.map_or_else(|| key.value.clone(), |name| name.value),
        external,
    })
}
