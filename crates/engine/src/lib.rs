//! What runs a stack. An [`Engine`] observes it as one [`Observed`] snapshot, runs the lesson's
//! [`StackCommand`]s, reads logs, and removes what belongs to a workspace and nothing else.
//!
//! Nothing here knows Docker: the types say what a learner would see, whichever engine runs it.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod command;
pub mod docker;
pub mod embedded;
pub mod ports;
pub mod project;
pub mod shell;
pub mod trouble;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

pub use command::StackCommand;
pub use project::{Project, generate_name, is_made_for_another};
pub use trouble::Trouble;

use workshop_text::Text;

/// The engines that there are. A new one is registered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// Docker Engine and Docker Compose.
    Docker,
    /// Processes of this machine; no Docker is needed.
    Embedded,
}

impl EngineKind {
    /// Every kind, Docker first.
    pub const ALL: [Self; 2] = [Self::Docker, Self::Embedded];

    /// As the command line and the files write it: `docker`, `embedded`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Embedded => "embedded",
        }
    }
}

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
    /// Times that the engine restarted it by itself; only with [`Detail::StartTimes`].
    pub restarts: Option<u32>,
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

impl Observed {
    /// A stack of which only the replicas matter.
    pub fn of_replicas(replicas: Vec<Replica>) -> Self {
        let (networks, volumes, others) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { at: SystemTime::UNIX_EPOCH, replicas, networks, volumes, others }
    }

    /// The replicas of one service, by index.
    pub fn of<'a, 's>(&'a self, service: &'s str) -> impl Iterator<Item = &'a Replica> + use<'a, 's> {
        self.replicas.iter().filter(move |replica| replica.service == service)
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

/// Something that the engine holds for a workspace and that `reset` would remove.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Resource {
    /// What sort of thing it is.
    pub kind: ResourceKind,
    /// What the engine knows it by; for volumes and images the same as `name`.
    #[serde(skip)]
    pub id: String,
    /// What a person calls it.
    pub name: String,
}

/// What an engine can hold for a workspace, in the order in which it can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// A replica, running or not; for the embedded engine a process and its files.
    Container,
    /// A network of the compose file.
    Network,
    /// A named volume, with the data in it.
    Volume,
    /// What a build of the workspace made; a `reset` keeps it.
    Image,
}

impl ResourceKind {
    /// In the order in which they can be removed.
    pub const ALL: [Self; 4] = [Self::Container, Self::Network, Self::Volume, Self::Image];
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

/// How a command inside a replica ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecEnd {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    /// The first 64 KiB of each.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// Where a command's own output goes, line by line, as it comes.
pub trait Output: Send {
    /// Takes one line, without its end; `stderr` says which of the two outputs it was written to.
    fn line(&mut self, stderr: bool, line: &str);
}

/// How a command that did run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandEnd {
    /// The program's exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// The last lines of its standard error, for a message.
    pub stderr_tail: Vec<String>,
    /// What went wrong, where it did: the learner's side or the machine's.
    pub trouble: Option<Trouble>,
}

impl CommandEnd {
    /// Whether the exit code is 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// One finding of `doctor`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Finding {
    /// A short name of what was looked at: `engine`, `compose`, `base image nginx:alpine` …
    pub subject: Text,
    /// How bad it is.
    pub state: FindingState,
    /// What was found there.
    pub seen: Text,
    /// The exact next command or action, where something is wrong.
    pub fix: Option<Text>,
}

/// How bad a finding of `doctor` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingState {
    /// All is well.
    Good,
    /// It deserves a look, and does not make `doctor` fail.
    Warning,
    /// A lesson cannot run like this: `doctor` fails.
    Bad,
}

/// Why an engine could not do what was asked: always the machine's side, never the learner's.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub enum EngineError {
    /// Nothing answers at the engine's socket; with its address and the reason.
    Unreachable {
        /// The engine's socket or URL.
        address: String,
        /// Why there is no answer.
        reason: Text,
    },
    /// The socket is there and this user may not open it.
    PermissionDenied {
        /// The engine's socket.
        address: String,
    },
    /// Neither `docker compose` nor `docker-compose` is installed.
    ComposeMissing,
    /// The engine answered with an error, or there is nothing that the command could be about.
    Refused {
        /// The engine's own words, or ours.
        reason: Text,
    },
    /// Another folder on this machine runs a project of this name.
    NameTaken {
        /// The project's name.
        name: String,
        /// The other folder's path.
        other_dir: String,
    },
    /// Base images that are neither on this machine nor to be had from their registry.
    ImagesMissing {
        /// The images' names as the files write them.
        images: Vec<String>,
        /// Why one of them cannot be pulled.
        reason: Text,
    },
    /// It did not answer within the time given.
    TimedOut {
        /// What was asked, in a person's words.
        what: Text,
        /// The time that was given.
        after: Duration,
    },
    /// Which engine to use cannot be said, or it is one that cannot be used from here.
    Endpoint {
        /// Why it cannot be said, or not be used.
        reason: Text,
    },
    /// The workspace's `.env` names a compose file that is not in the workspace.
    FileOutside {
        /// The file as `.env` names it.
        file: String,
    },
    /// A command would change another project than the workspace's.
    OtherProject {
        /// The option that leads to it, as typed.
        option: String,
    },
    /// Networks and volumes of this project's name that are not known to be this folder's.
    Strange {
        /// The project's name.
        name: String,
        /// The names of the networks and volumes.
        things: Vec<String>,
    },
    /// A program of the engine's said nothing for so long, or did not end.
    ProgramHangs {
        /// The program's name: `docker`.
        program: String,
        /// The limit that it passed: of silence, or of the whole run.
        after: Duration,
    },
    /// A program of the engine's never stopped to write.
    ProgramFloods {
        /// The program's name: `docker`.
        program: String,
    },
    /// What kept the stack has ended without warning, and all that it ran. It is said once; then
    /// nothing runs.
    Lost,
    /// What a removal has left, and the first reason.
    Remaining {
        /// All that is still there, by kind and name.
        left: Vec<Resource>,
        /// Why the first of it was not removed.
        reason: Text,
    },
}

impl EngineError {
    /// The whole message, with what to do next.
    pub fn text(&self) -> Text {
        match self {
            Self::Unreachable { address, reason } => Text::new("engine-unreachable")
                .with("address", address.as_str())
                .with("reason", reason.clone()),
            Self::PermissionDenied { address } => {
                Text::new("engine-permission").with("address", address.as_str())
            }
            Self::ComposeMissing => Text::new("engine-compose-missing"),
            Self::Lost => Text::new("embedded-lost"),
            Self::Refused { reason } => Text::new("engine-refused").with("reason", reason.clone()),
            Self::NameTaken { name, other_dir } => {
                Text::new("engine-name-taken").with("name", name.as_str()).with("dir", other_dir.as_str())
            }
            Self::ImagesMissing { images, reason } => Text::new("engine-images-missing")
                .with("count", images.len())
                .with("images", images.clone())
                .with("reason", reason.clone()),
            Self::TimedOut { what, after } => {
                Text::new("engine-timed-out").with("what", what.clone()).with("seconds", after.as_secs())
            }
            Self::Endpoint { reason } => Text::new("engine-endpoint").with("reason", reason.clone()),
            Self::FileOutside { file } => Text::new("engine-file-outside").with("file", file.as_str()),
            Self::OtherProject { option } => {
                Text::new("engine-other-project").with("option", option.as_str())
            }
            Self::Strange { name, things } => Text::new("engine-strange")
                .with("name", name.as_str())
                .with("count", things.len())
                .with("things", things.clone()),
            Self::ProgramHangs { program, after } => Text::new("engine-program-hangs")
                .with("program", program.as_str())
                .with("seconds", after.as_secs()),
            Self::ProgramFloods { program } => {
                Text::new("engine-program-floods").with("program", program.as_str())
            }
            Self::Remaining { left, reason } => {
                let names: Vec<String> = left.iter().map(|one| one.name.clone()).collect();
                Text::new("engine-remaining")
                    .with("count", names.len())
                    .with("left", names)
                    .with("reason", reason.clone())
            }
        }
    }

    /// The reason alone, to stand in brackets within another sentence.
    pub fn brief(&self) -> Text {
        match self {
            Self::Unreachable { address, .. } => {
                Text::new("engine-brief-unreachable").with("address", address.as_str())
            }
            Self::PermissionDenied { address } => {
                Text::new("engine-brief-permission").with("address", address.as_str())
            }
            Self::ComposeMissing => Text::new("engine-brief-compose"),
            Self::ImagesMissing { images, .. } => {
                Text::new("engine-brief-images").with("count", images.len()).with("images", images.clone())
            }
            Self::TimedOut { after, .. } => {
                Text::new("engine-brief-timed-out").with("seconds", after.as_secs())
            }
            Self::Refused { reason } | Self::Endpoint { reason } => reason.clone(),
            Self::ProgramHangs { program, after } => Text::new("engine-brief-program-hangs")
                .with("program", program.as_str())
                .with("seconds", after.as_secs()),
            Self::NameTaken { .. }
            | Self::FileOutside { .. }
            | Self::OtherProject { .. }
            | Self::Strange { .. }
            | Self::ProgramFloods { .. }
            | Self::Lost
            | Self::Remaining { .. } => self.text(),
        }
    }
}

/// What runs a stack. Every method is about one [`Project`] and touches nothing of another.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Which engine this is.
    fn kind(&self) -> EngineKind;

    /// One snapshot of the workspace's stack.
    async fn observe(&self, project: &Project, detail: Detail) -> Result<Observed, EngineError>;

    /// The lines that `replica` wrote since `since` (all of them with `None`), oldest first.
    async fn logs(&self, replica: &Replica, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError>;

    /// The latest lines of `replica`, then every line as it is written. It ends when the replica
    /// does; a view that shows lines as they come reads it, a check reads [`logs`](Self::logs).
    fn follow(&self, replica: &Replica) -> BoxStream<'static, LogLine>;

    /// News: an item whenever the stack may be another than it was, and none where nothing
    /// happens. What it is now is then to be observed. It ends where the engine goes away; the
    /// one who listens opens it again.
    ///
    /// # Errors
    /// The engine cannot be listened to.
    async fn changes(&self, project: &Project) -> Result<BoxStream<'static, ()>, EngineError>;

    /// Runs one command of a lesson or of `workshop compose`, in the workspace. Its output is
    /// handed on line by line. Before a command that could change containers it makes sure that
    /// the project name is this workspace's own ([`EngineError::NameTaken`]).
    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError>;

    /// Everything that belongs to the workspace: its containers by working directory, and those
    /// networks and volumes that can be no other project's.
    async fn resources(&self, project: &Project) -> Result<Vec<Resource>, EngineError>;

    /// Networks and volumes that are the workspace's by their name, and that a container of
    /// somebody else uses: they cannot be removed, and are in no other list.
    async fn held(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        Ok(Vec::new())
    }

    /// Runs `command` inside a running replica, without a terminal and without input, and waits
    /// for its end.
    ///
    /// # Errors
    /// The replica does not run, the engine has no such program there, or it takes too long.
    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError>;

    /// CPU time that each of `replicas` has used since its start, by replica id. One that does not
    /// run is left out. It may take two seconds: an old Docker looks twice.
    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError>;

    /// The size of the replica's image in bytes; `None` where the engine has no images.
    async fn image_size(&self, replica: &Replica) -> Result<Option<u64>, EngineError>;

    /// The images that builds of this workspace made, which only `down --rmi` removes.
    async fn images(&self, project: &Project) -> Result<Vec<Resource>, EngineError>;

    /// Removes `resources`, containers first, each with the volumes of its own that have no name.
    /// What is gone already is no error, and one that stays keeps no other.
    ///
    /// # Errors
    /// [`EngineError::Remaining`], with all that is still there.
    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError>;

    /// What `doctor` can say: the engine, Compose, and the base images named in `images`.
    async fn examine(&self, images: &[String]) -> Vec<Finding>;

    /// The folder of the project whose stack publishes `port`; `None` where no stack of this engine
    /// does, or where that is seen without asking it.
    async fn publisher(&self, _port: u16) -> Option<std::path::PathBuf> {
        None
    }

    /// The program that `workshop compose ARGS` stands for, with its folder and environment, to be
    /// run with the terminal handed through; `None` where [`run`](Self::run) does it itself.
    async fn compose_program(
        &self,
        project: &Project,
        args: &[String],
    ) -> Result<Option<std::process::Command>, EngineError>;
}

/// A command is about a replica that is not there.
fn no_such_replica(command: &StackCommand, seen: &Observed) -> EngineError {
    let StackCommand::Replica { service, index, .. } = command else {
        return EngineError::Refused { reason: Text::verbatim(command.to_string()) };
    };
    let reason = Text::new("engine-no-such-replica")
        .with("service", service.as_str())
        .with("index", *index)
        .with("count", seen.of(service).count());
    EngineError::Refused { reason }
}
