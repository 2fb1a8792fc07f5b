//! What a command and the supervisor say to each other: JSON over HTTP on the loopback address,
//! every request with the token of the supervisor's state file.
//!
//! A command reads the learner's files and sends what they mean ([`UpRequest`], a list of
//! [`ServiceSpec`]s); the supervisor makes it so and says what it does line by line ([`Said`]).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::inside::Inside;
use super::own::OwnSpec;

/// A supervisor that is at work on an answer says at least so much (an empty line) this often.
pub(super) const BEAT: Duration = Duration::from_secs(1);

/// How long a command inside a replica may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Whether this system lets a replica be held to its share of the CPU.
pub(super) const LIMITS_CPU: bool = cfg!(target_os = "linux");

/// One service, with everything that its replicas need: no file of the learner's is read later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ServiceSpec {
    pub service: String,
    /// The program that stands for it.
    pub program: String,
    /// Its arguments, without its name.
    pub args: Vec<String>,
    /// The programs of this machine that it needs, by name.
    #[serde(default)]
    pub tools: BTreeMap<String, PathBuf>,
    /// The lesson's own program, where it is one.
    #[serde(default)]
    pub own: Option<OwnSpec>,
    /// The most CPU time that a replica gets, in thousandths of one core's.
    #[serde(default)]
    pub cpu: Option<u32>,
    pub image: Image,
    /// What the container would have in its environment.
    pub env: BTreeMap<String, String>,
    pub mounts: Vec<Mount>,
    /// Real network name → the names by which its replicas are found there, besides their own.
    pub networks: BTreeMap<String, Vec<String>>,
    pub published: Vec<Publish>,
    pub health: Option<HealthCheck>,
    pub container_name: Option<String>,
    pub restart: Restart,
    pub stop_grace: Duration,
    /// What else of the file makes a container another one and changes nothing here: labels, the
    /// host name, memory … by key.
    #[serde(default)]
    pub beside: BTreeMap<String, String>,
}

/// What a build made: a folder with the files at their places in the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Image {
    /// As a person calls it: `workshop-1a2b-backend`.
    pub name: String,
    /// Differs when the content differs.
    pub id: String,
    pub root: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mount {
    /// The path in the container.
    pub target: String,
    /// The path on this machine.
    pub source: PathBuf,
    pub read_only: bool,
    /// The volume's real name, where it is one.
    pub volume: Option<String>,
}

/// A port that this machine answers at, always on a loopback address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Publish {
    /// The address as the file gives it, for a listing.
    pub host_ip: String,
    /// The ports of this machine that it may be, first and last; any free one where none is given.
    pub host: Option<(u16, u16)>,
    pub target: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HealthCheck {
    pub test: HealthTest,
    pub interval: Duration,
    pub timeout: Duration,
    pub retries: u32,
    pub start_period: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum HealthTest {
    /// Exit code 0 is healthy; where something has to be in its output, that as well.
    Command { command: Inside, says: Option<String> },
    /// The image has nothing that could ask.
    Never,
}

/// When a replica that ended is started again (Compose's `restart`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Restart {
    #[default]
    No,
    OnFailure,
    Always,
}

/// Makes the stack what `services` say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct UpRequest {
    pub project: String,
    /// In the order in which they start.
    pub services: Vec<Wanted>,
    /// Every service of the file, to tell an orphan from.
    pub known: Vec<String>,
    pub remove_orphans: bool,
    pub force_recreate: bool,
    pub no_recreate: bool,
    /// They are made and not started.
    pub only_create: bool,
    /// Volumes by real name, to be there before anything starts.
    pub volumes: Vec<String>,
    /// Wait until every one is running or healthy.
    pub wait: bool,
    /// The replicas' grace to end by themselves, where the command gives one.
    pub grace: Option<Duration>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Wanted {
    pub spec: ServiceSpec,
    pub replicas: u32,
    /// Services and whether each must be healthy (else started) before this one starts.
    pub after: Vec<(String, bool)>,
}

/// Something done to replicas that are there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ActRequest {
    pub action: Action,
    /// Replica ids.
    pub ids: Vec<String>,
    pub grace: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Action {
    Start,
    Stop,
    Restart,
    /// With a signal's name (`SIGKILL`).
    Kill(String),
    Remove,
}

/// Runs a command inside a replica.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ExecRequest {
    pub id: String,
    pub command: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExecAnswer {
    Ended(Ended),
    NotRunning,
    /// This engine has no such command there; what it has.
    NotHere {
        known: Vec<String>,
    },
    /// The client is not on this machine; what brings it.
    Missing {
        program: String,
        install: String,
    },
    TookTooLong {
        seconds: u64,
    },
}

/// How a command ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ended {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Takes services down, and the networks and volumes that nothing uses any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DownRequest {
    /// The ids of the replicas that go.
    pub ids: Vec<String>,
    /// Volumes to remove as well, by real name.
    pub volumes: Vec<String>,
    pub grace: Option<Duration>,
}

/// One line of the supervisor's answer to a request that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    /// ` Container NAME  Started`
    Progress { kind: String, name: String, what: String },
    /// The last line: it could not be done.
    Failed(Failure),
    /// The last line: it is done.
    Done,
}

/// Why a change of the stack could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Failure {
    /// Something on this machine, or another replica (`own`: its service), has the port.
    PortTaken { name: String, port: u16, own: Option<String> },
    /// This user may not open the port.
    PortForbidden { name: String, port: u16 },
    /// A dependency ended or did not become healthy.
    NotHealthy { container: String },
    /// A replica that was asked to do something is not running.
    NotRunning { name: String },
    /// It would be more than this engine runs.
    TooMany { asked: u32, most: u32 },
    /// The system refused.
    System { what: String, reason: String },
}

/// The stack as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stack {
    pub project: String,
    pub replicas: Vec<ReplicaView>,
    pub networks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplicaView {
    /// 64 hexadecimal digits, as a container's.
    pub id: String,
    pub name: String,
    pub service: String,
    pub index: u32,
    pub state: ReplicaState,
    pub health: HealthState,
    pub pid: Option<u32>,
    /// Real network name → address.
    pub networks: BTreeMap<String, String>,
    pub published: Vec<Bound>,
    /// The container's port → where it really is.
    pub ports: BTreeMap<u16, SocketAddr>,
    pub image: String,
    /// The folder of its image.
    pub image_root: PathBuf,
    pub command: String,
    /// Unix nanoseconds.
    pub created: u64,
    pub started: Option<u64>,
    pub restarts: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bound {
    pub host_ip: String,
    pub host: u16,
    pub target: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplicaState {
    Created,
    Running,
    Restarting,
    /// With the exit code; a signal is 128 and its number.
    Exited(i32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum HealthState {
    None,
    Starting,
    Healthy,
    Unhealthy,
}

/// The answer to a question for a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Addresses {
    pub addresses: Vec<SocketAddr>,
}
