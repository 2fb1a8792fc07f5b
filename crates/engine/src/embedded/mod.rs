//! The embedded engine: a stack as processes of this machine, where there is no Docker.
//!
//! [`EmbeddedEngine`] asks a small `supervisor` that outlives the command which started it. Every
//! replica is a process of its own with an address of its own; [`programs`] says which programs
//! this binary can be in a replica's place, and [`workshop_front`] is the one that stands for nginx. It is a
//! teaching engine, not a container runtime: where a lesson looks it behaves as Docker and nginx
//! do, and what it does not have it names.

mod binary;
mod client;
mod desired;
mod front;
mod image;
mod inside;
mod kin;
mod log;
mod machine;
mod naming;
pub mod own;
mod place;
pub mod programs;
mod refusal;
mod run;
mod signals;
mod supervisor;
mod told;
mod upstreams;
mod wire;

pub use run::compose_words;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

use self::client::{Client, Unasked, Way};
use self::machine::Machine;
use self::own::{OwnProgram, Runtime, StandIn};
use self::place::Place;
use self::programs::{Program, ProgramKind};
use self::refusal::{lacking, missing};
use self::run::UnderWay;
use self::wire::{ActRequest, Action, ExecAnswer, HealthState, ReplicaState, ReplicaView};
use super::command::ReplicaAction;
use super::{
    CommandEnd, CpuTime, Detail, Engine, EngineError, EngineFacts, EngineKind, EngineTexts, Examine, ExecEnd,
    FallbackTexts, Finding, FindingState, Health, Holdings, LogLine, Nodes, Observe, Observed, Output,
    Project, Published, Replica, Resource, ResourceKind, Setting, Spelling, StackCommand, State, Upstreams,
};
use workshop_text::Text;

/// What this binary is, when it is not a command: a supervisor or one of its programs.
pub fn process(arguments: &[OsString]) -> Option<ExitCode> {
    supervisor::main(arguments).or_else(|| programs::main(arguments))
}

/// The workspace whose stack a process of this user's is of, if it is one's.
pub(crate) fn workspace_of(pid: u32) -> Option<PathBuf> {
    kin::workspace_of(pid)
}

/// A workspace's stack without Docker.
pub struct EmbeddedEngine {
    place: Place,
    /// Service → the program that stands for it, as `lesson.toml` declares.
    programs: BTreeMap<String, StandIn>,
    /// The program that a supervisor is, where that is not this one.
    binary: Option<PathBuf>,
}

impl EmbeddedEngine {
    /// The engine of one workspace.
    pub fn new(setting: Setting) -> Self {
        let Setting { private, programs, binary, .. } = setting;
        Self { place: Place::within(&private), programs, binary }
    }
}

/// What is to be known of it.
pub static FACTS: EngineFacts = EngineFacts {
    name: "embedded",
    open: |setting| Box::new(EmbeddedEngine::new(setting)),
    disown: |private| Place::within(private).disown(),
    spelling: Spelling::Workshop,
    removes_images: |_| "workshop compose down --rmi all".to_owned(),
    publishes_at: Ipv4Addr::LOCALHOST,
    has_rights: false,
    runs_programs: true,
    knows_by_path: false,
    heeds_shell: false,
    texts: EngineTexts {
        label: "report-engine-embedded",
        words: Some("app-engine-words"),
        shared: None,
        fallback: Some(FallbackTexts {
            begun: "app-engine-embedded",
            would: "doctor-choice-embedded",
            go_on: "doctor-choice-fix",
        }),
    },
};

#[async_trait]
impl Engine for EmbeddedEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::of(&FACTS)
    }

    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let Self { place, programs, binary } = self;
        let under_way =
            UnderWay { project, place, programs, binary: binary.as_deref(), profiles: Vec::new(), output };
        match command {
            StackCommand::Compose(args) => under_way.run(args).await,
            StackCommand::Replica { action, .. } => {
                self.run_on_replica(project, command, *action, under_way).await
            }
            StackCommand::Swarm(_) | StackCommand::Cluster(_) => Err(crate::for_a_swarm(&FACTS)),
        }
    }

    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError> {
        let refused = |reason| Err(EngineError::Refused { reason });
        let not_running = || Text::new("embedded-not-running").with("name", replica.name.as_str());
        let Way::Open(client) = Client::find(&self.place).await? else { return refused(not_running()) };
        let request = wire::ExecRequest { id: replica.id.clone(), command: command.to_vec() };
        let line = command.join(" ");
        match client.exec(&request).await? {
            ExecAnswer::Ended(wire::Ended { code, stdout, stderr }) => Ok(ExecEnd { code, stdout, stderr }),
            ExecAnswer::NotRunning => refused(not_running()),
            ExecAnswer::NotHere { known } => {
                refused(Text::new("embedded-exec-not-here").with("command", line).with("known", known))
            }
            ExecAnswer::Missing { program, install } => refused(missing(&program, &install)),
            ExecAnswer::TookTooLong { seconds } => {
                refused(Text::new("embedded-exec-too-long").with("command", line).with("seconds", seconds))
            }
        }
    }
}

#[async_trait]
impl Observe for EmbeddedEngine {
    async fn observe(&self, _: &Project, _: Detail) -> Result<Observed, EngineError> {
        let stack = self.stack().await?.ok_or(EngineError::Lost)?;
        Ok(Observed {
            at: SystemTime::now(),
            networks: stack.networks,
            volumes: self.place.volume_names(),
            ..Observed::of_replicas(stack.replicas.iter().map(replica).collect())
        })
    }

    async fn logs(&self, replica: &Replica, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        log::read(&self.place.replica(&replica.id), since)
            .map_err(|error| EngineError::Refused { reason: Text::verbatim(workshop_disk::reason(&error)) })
    }

    fn follow(&self, replica: &Replica) -> BoxStream<'static, LogLine> {
        let follower = log::Follower::new(self.place.replica(&replica.id));
        stream::unfold(follower, |mut follower| async move { Some((follower.next().await?, follower)) })
            .boxed()
    }

    async fn changes(&self, _: &Project) -> Result<BoxStream<'static, ()>, EngineError> {
        let listener = client::Listener::new(self.place.clone());
        let heard = stream::unfold(listener, |mut listener| async move {
            listener.next().await;
            Some(((), listener))
        });
        Ok(heard.boxed())
    }

    async fn variables(&self, replica: &Replica) -> Result<Option<BTreeMap<String, String>>, EngineError> {
        let said = self.exec(replica, &["printenv".to_owned()]).await?;
        let lines: Vec<String> = said.stdout.lines().map(str::to_owned).collect();
        Ok(Some(crate::image::variables(&lines)))
    }

    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError> {
        let Way::Open(client) = Client::find(&self.place).await? else { return Ok(BTreeMap::new()) };
        let mut times = client.cpu().await?;
        times.retain(|id, _| replicas.iter().any(|replica| replica.id == *id));
        let at = SystemTime::now();
        let time = |nanos| CpuTime { used: Duration::from_nanos(nanos), at };
        Ok(times.into_iter().map(|(id, nanos)| (id, time(nanos))).collect())
    }

    async fn upstreams(&self, proxy: &Replica, _: &Observed) -> Result<Option<Upstreams>, EngineError> {
        upstreams::of(&self.place, &proxy.id).await
    }
}

#[async_trait]
impl Holdings for EmbeddedEngine {
    async fn resources(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        let resource = |kind, id: String, name: String| Resource { kind, id, name };
        let stack = match self.stack().await {
            Ok(Some(stack)) => stack,
            // It is gone, and so is what it ran.
            Ok(None) => wire::Stack::default(),
            // What it keeps can be seen without it, and ended.
            Err(Unasked::Deaf(_)) => return Ok(self.on_disk()),
            Err(error) => return Err(error.into()),
        };
        let mut all: Vec<Resource> = stack
            .replicas
            .into_iter()
            .map(|replica| resource(ResourceKind::Container, replica.id, replica.name))
            .collect();
        all.extend(
            stack.networks.into_iter().map(|name| resource(ResourceKind::Network, name.clone(), name)),
        );
        all.extend(
            self.place
                .volume_names()
                .into_iter()
                .map(|name| resource(ResourceKind::Volume, name.clone(), name)),
        );
        Ok(all)
    }

    async fn images(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        let image = |name: String| Resource { kind: ResourceKind::Image, id: name.clone(), name };
        Ok(image::names(&self.place).into_iter().map(image).collect())
    }

    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        match self.remove_replicas(resources).await {
            Err(Unasked::Deaf(reason)) => {
                let refused = |()| EngineError::Refused { reason };
                let left = kin::end(&self.place).await.map_err(refused)?;
                if !left.is_empty() {
                    let reason = Text::new("embedded-left-alone").with("replicas", left);
                    return Err(EngineError::Refused { reason });
                }
            }
            done => done?,
        }
        let of = |kind| resources.iter().filter(move |one| one.kind == kind);
        of(ResourceKind::Image).for_each(|one| image::untag(&self.place, &one.id));
        of(ResourceKind::Volume).for_each(|one| self.place.remove_volume(&one.id));
        if self.place.replica_ids().is_empty() {
            image::forget(&self.place, &image::in_use(&self.place, &[]));
        }
        Ok(())
    }
}

impl Nodes for EmbeddedEngine {}

#[async_trait]
impl Examine for EmbeddedEngine {
    async fn ready(&self, _: &[String]) -> Result<(), EngineError> {
        let bad = self.examine(&[]).await.into_iter().find(|one| one.state == FindingState::Bad);
        bad.map_or(Ok(()), |bad| Err(EngineError::Unfit { reason: bad.seen }))
    }

    async fn examine(&self, _: &[String]) -> Vec<Finding> {
        let subject = Text::new("embedded-doctor");
        let can = |ip| std::net::TcpListener::bind((ip, 0)).is_ok();
        let (state, seen, fix) =
            match (can([127, 0, 0, 1].into()), can(std::net::Ipv4Addr::new(127, 64, 0, 2))) {
                (true, true) => (FindingState::Good, "embedded-doctor-ready", None),
                (true, false) => (FindingState::Good, "embedded-doctor-one-address", None),
                (false, _) => {
                    (FindingState::Bad, "embedded-doctor-no-loopback", Some(Text::new("embedded-doctor-fix")))
                }
            };
        let mut findings = vec![Finding { subject: subject.clone(), state, seen: Text::new(seen), fix }];
        if let Err(unasked) = self.asked().await {
            findings.push(Finding { subject, state: FindingState::Bad, seen: unasked.reason(), fix: None });
        }
        findings.extend(self.programs_of_the_machine());
        findings
    }
}

impl EmbeddedEngine {
    /// The stack as its supervisor knows it, empty where there is none; nothing where it died.
    async fn stack(&self) -> Result<Option<wire::Stack>, Unasked> {
        match Client::find(&self.place).await? {
            Way::Open(client) => client.stack().await.map(Some),
            Way::None => Ok(Some(wire::Stack::default())),
            Way::Lost => Ok(None),
        }
    }

    /// Whether the supervisor answers, if there is one. One that died is told of by what needs it.
    async fn asked(&self) -> Result<(), Unasked> {
        match self.place.look() {
            place::Found::Nobody | place::Found::Dead => Ok(()),
            _ => self.stack().await.map(drop),
        }
    }

    /// What a supervisor that does not answer keeps, by its folders.
    fn on_disk(&self) -> Vec<Resource> {
        let name = |id: &String| {
            let file = self.place.replica(id).join(place::NAME);
            workshop_disk::text(&file, place::SMALL).unwrap_or_else(|_| id.clone())
        };
        let replicas = self.place.replica_ids().into_iter();
        let mut all: Vec<Resource> =
            replicas.map(|id| Resource { kind: ResourceKind::Container, name: name(&id), id }).collect();
        // A supervisor without a replica is something to remove as well.
        if let Some(supervisor) = kin::supervisor(&self.place).filter(|_| all.is_empty()) {
            let name = format!("workshop-supervisor ({})", supervisor.pid);
            all.push(Resource { kind: ResourceKind::Container, id: String::new(), name });
        }
        let volumes = self.place.volume_names().into_iter();
        all.extend(volumes.map(|name| Resource { kind: ResourceKind::Volume, id: name.clone(), name }));
        all
    }

    async fn remove_replicas(&self, resources: &[Resource]) -> Result<(), Unasked> {
        let of = |kind| resources.iter().filter(move |one| one.kind == kind).map(|one| one.id.clone());
        let Way::Open(client) = Client::find(&self.place).await? else { return Ok(()) };
        // A listing by folders has ids that are cut.
        let there = client.stack().await?.replicas;
        let wanted: Vec<String> = of(ResourceKind::Container).filter(|id| !id.is_empty()).collect();
        let whole = there.into_iter().map(|one| one.id);
        let ids = whole.filter(|id| wanted.iter().any(|wanted| id.starts_with(wanted))).collect();
        let request = ActRequest { action: Action::Remove, ids, grace: None };
        // What is left is listed again.
        let _ = client.act(&request, &mut |_| {}).await?;
        let networks: Vec<String> = of(ResourceKind::Network).collect();
        client.remove_networks(&self.place, &networks).await
    }

    /// The programs of this machine that the lesson's services need, and what brings those that it
    /// lacks.
    fn programs_of_the_machine(&self) -> Vec<Finding> {
        let mut names: Vec<&'static str> =
            self.programs.values().filter_map(Program::of).map(|program| program.name).collect();
        names.sort_unstable();
        names.dedup();
        let machines = names.into_iter().filter_map(|name| match &Program::find(name)?.kind {
            ProgramKind::Machine(machine) => Some(*machine),
            _ => None,
        });
        let finding = |machine: &Machine| {
            let (name, install) = (machine.server_name(), machine.packages.command());
            let subject = Text::new("embedded-doctor-program").with("program", name);
            match machine.found().get(name) {
                Some(path) => {
                    let seen = Text::verbatim(path.display().to_string());
                    Finding { subject, state: FindingState::Good, seen, fix: None }
                }
                None => {
                    let fix = Some(Text::new("embedded-doctor-install").with("install", install.as_str()));
                    Finding { subject, state: FindingState::Bad, seen: missing(name, &install), fix }
                }
            }
        };
        let mut findings: Vec<Finding> = machines.map(finding).collect();
        for found in self.programs.values().filter_map(StandIn::own).flat_map(looked_for) {
            if !findings.contains(&found) {
                findings.push(found);
            }
        }
        findings
    }

    async fn run_on_replica(
        &self,
        project: &Project,
        command: &StackCommand,
        action: ReplicaAction,
        mut under_way: UnderWay<'_>,
    ) -> Result<CommandEnd, EngineError> {
        let seen = self.observe(project, Detail::Listing).await?;
        let replica = command.target(&seen).ok_or_else(|| super::no_such_replica(command, &seen))?;
        let action = match action {
            ReplicaAction::Restart => Action::Restart,
            ReplicaAction::Stop => Action::Stop,
            ReplicaAction::Start => Action::Start,
            ReplicaAction::Kill => Action::Kill("SIGKILL".to_owned()),
        };
        let request = ActRequest { action, ids: vec![replica.id.clone()], grace: Some(GRACE) };
        match under_way.act_on(request).await {
            Ok(()) => Ok(CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None }),
            Err(stopped) => stopped.end(under_way.output),
        }
    }
}

/// Each program that a lesson's own needs: where it is and its version, or what brings it.
fn looked_for(own: &OwnProgram) -> Vec<Finding> {
    let look = |(name, wanted): (String, own::Requirement)| {
        let subject = Text::new("embedded-doctor-program").with("program", name.as_str());
        match Runtime::found(&name, &wanted) {
            Ok((path, version)) => {
                let version = version.map(|version| format!(" ({version})")).unwrap_or_default();
                let seen = Text::verbatim(format!("{}{version}", path.display()));
                Finding { subject, state: FindingState::Good, seen, fix: None }
            }
            Err(lack) => {
                let fix = lack.install.as_ref();
                let fix =
                    fix.map(|install| Text::new("embedded-doctor-install").with("install", install.as_str()));
                Finding { subject, state: FindingState::Bad, seen: lacking(&lack), fix }
            }
        }
    };
    own.needed().into_iter().map(look).collect()
}

/// What a replica has to end by itself, as with `docker stop`.
const GRACE: Duration = Duration::from_secs(10);

fn replica(view: &ReplicaView) -> Replica {
    let at = |nanos: u64| UNIX_EPOCH + Duration::from_nanos(nanos);
    Replica {
        id: view.id.clone(),
        name: view.name.clone(),
        service: view.service.clone(),
        index: view.index,
        hostname: view.id[..12].to_owned(),
        state: match view.state {
            ReplicaState::Created => State::Created,
            ReplicaState::Running => State::Running,
            ReplicaState::Restarting => State::Restarting,
            ReplicaState::Exited(code) => State::Exited(Some(code)),
        },
        health: match view.health {
            HealthState::None => Health::None,
            HealthState::Starting => Health::Starting,
            HealthState::Healthy => Health::Healthy,
            HealthState::Unhealthy => Health::Unhealthy,
        },
        networks: view.networks.clone(),
        published: view
            .published
            .iter()
            .map(|bound| Published {
                host_ip: "127.0.0.1".to_owned(),
                host: bound.host,
                target: bound.target,
            })
            .collect(),
        image: view.image.clone(),
        created: at(view.created),
        started: view.started.map(at),
        node: None,
        restarts: Some(view.restarts),
        trouble: None,
    }
}
