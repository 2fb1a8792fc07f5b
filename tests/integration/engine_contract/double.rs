//! A third engine, which does nothing but answer: its replicas are written down, and no process
//! stands behind one. It has all that an engine has, in this one file. It is registered with these
//! tests alone, so no option and no file can name it, and the program does not hold it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use async_trait::async_trait;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use workshop::engine::command::ReplicaAction;
use workshop::engine::embedded::own::StandIn;
use workshop::engine::{
    CommandEnd, CpuTime, Detail, Engine, EngineError, EngineFacts, EngineKind, EngineTexts, Examine, ExecEnd,
    Finding, Health, Holdings, LogLine, Nodes, Observe, Observed, Output, Project, Published, Replica,
    Resource, ResourceKind, Spelling, StackCommand, State, Trouble,
};

pub(crate) const PAPER: EngineKind = EngineKind::of(&FACTS);

static FACTS: EngineFacts = EngineFacts {
    name: "paper",
    open: |setting| Box::new(Paper { services: setting.programs, written: Mutex::default() }),
    disown: |_| Ok(()),
    spelling: Spelling::Workshop,
    removes_images: |names| format!("rubber {}", names.join(" ")),
    publishes_at: Ipv4Addr::LOCALHOST,
    has_rights: false,
    runs_programs: false,
    knows_by_path: false,
    heeds_shell: false,
    texts: EngineTexts { label: "report-engine-embedded", words: None, shared: None, fallback: None },
};

struct Paper {
    services: BTreeMap<String, StandIn>,
    written: Mutex<Written>,
}

/// What there would be.
#[derive(Default)]
struct Written {
    replicas: Vec<Replica>,
    networks: Vec<String>,
    volumes: Vec<String>,
    /// Replicas made so far.
    made: u32,
}

impl Written {
    /// As many replicas of `service` as wanted, those that are there already left as they are.
    fn scale(&mut self, project: &Project, service: &str, wanted: u32, output: &mut dyn Output) {
        self.replicas.retain(|one| one.service != service || one.index <= wanted);
        for index in 1..=wanted {
            let name = format!("{}-{service}-{index}", project.name);
            let known = self.replicas.iter().position(|one| one.name == name);
            let at = known.unwrap_or_else(|| {
                self.made += 1;
                let made = replica(project, service, index, self.made);
                self.replicas.push(made);
                self.replicas.len() - 1
            });
            if !self.replicas[at].is_running() {
                start(&mut self.replicas[at]);
                output.line(true, &format!("Container {name}  Started"));
            }
        }
        self.replicas.sort_by(|a, b| (&a.service, a.index).cmp(&(&b.service, b.index)));
    }
}

fn replica(project: &Project, service: &str, index: u32, number: u32) -> Replica {
    let hostname = format!("{number:012x}");
    let is_front = service == "frontend";
    let port = std::fs::read_to_string(project.dir.join(".env")).unwrap();
    let port = port.lines().find_map(|line| line.strip_prefix("FRONTEND_PORT=")?.parse().ok()).unwrap();
    let published = Published { host_ip: Ipv4Addr::LOCALHOST.to_string(), host: port, target: 80 };
    Replica {
        id: format!("{hostname}{number:052x}"),
        name: format!("{}-{service}-{index}", project.name),
        service: service.to_owned(),
        index,
        hostname,
        state: State::Created,
        health: if is_front { Health::None } else { Health::Healthy },
        networks: BTreeMap::from([(format!("{}_appnet", project.name), format!("172.20.0.{number}"))]),
        published: if is_front { vec![published] } else { Vec::new() },
        image: String::new(),
        created: SystemTime::now(),
        started: None,
        node: None,
        restarts: Some(0),
        trouble: None,
    }
}

fn start(replica: &mut Replica) {
    (replica.state, replica.started) = (State::Running, Some(SystemTime::now()));
}

fn ended(failure: Option<String>) -> CommandEnd {
    let trouble = failure.clone().map(|line| Trouble::Other { line });
    CommandEnd { code: Some(failure.is_some().into()), stderr_tail: failure.into_iter().collect(), trouble }
}

impl Paper {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap()
    }

    /// `up` alone, with every service.
    fn compose(&self, project: &Project, args: &[String], output: &mut dyn Output) -> CommandEnd {
        assert_eq!(args[0], "up", "{args:?}");
        let scaled = |service: &str| {
            args.iter().find_map(|arg| arg.strip_prefix(service)?.strip_prefix('=')?.parse().ok())
        };
        let mut written = self.written();
        written.networks = vec![format!("{}_appnet", project.name)];
        written.volumes = vec![format!("{}_data", project.name)];
        for service in self.services.keys() {
            written.scale(project, service, scaled(service).unwrap_or(1), output);
        }
        ended(None)
    }

    fn one(&self, command: &StackCommand, action: ReplicaAction) -> CommandEnd {
        let mut written = self.written();
        let id = command.target(&Observed::of_replicas(written.replicas.clone())).unwrap().id.clone();
        let replica = written.replicas.iter_mut().find(|one| one.id == id).unwrap();
        match action {
            ReplicaAction::Kill if !replica.is_running() => {
                return ended(Some(format!("{} is not running", replica.name)));
            }
            ReplicaAction::Kill => replica.state = State::Exited(Some(137)),
            ReplicaAction::Stop => replica.state = State::Exited(Some(0)),
            ReplicaAction::Restart | ReplicaAction::Start => start(replica),
        }
        ended(None)
    }
}

#[async_trait]
impl Engine for Paper {
    fn kind(&self) -> EngineKind {
        PAPER
    }

    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        Ok(match command {
            StackCommand::Compose(args) => self.compose(project, args, output),
            StackCommand::Replica { action, .. } => self.one(command, *action),
            StackCommand::Swarm(_) | StackCommand::Cluster(_) => unreachable!("it is no swarm"),
        })
    }

    async fn exec(&self, _: &Replica, _: &[String]) -> Result<ExecEnd, EngineError> {
        Ok(ExecEnd::default())
    }
}

#[async_trait]
impl Observe for Paper {
    async fn observe(&self, _: &Project, _: Detail) -> Result<Observed, EngineError> {
        let written = self.written();
        let (networks, volumes) = (written.networks.clone(), written.volumes.clone());
        Ok(Observed { networks, volumes, ..Observed::of_replicas(written.replicas.clone()) })
    }

    async fn logs(&self, _: &Replica, _: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        Ok(Vec::new())
    }

    fn follow(&self, _: &Replica) -> BoxStream<'static, LogLine> {
        stream::pending().boxed()
    }

    async fn changes(&self, _: &Project) -> Result<BoxStream<'static, ()>, EngineError> {
        Ok(stream::pending().boxed())
    }

    async fn cpu_times(&self, _: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError> {
        Ok(BTreeMap::new())
    }
}

#[async_trait]
impl Holdings for Paper {
    async fn resources(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        let of = |replica: &Replica| Resource {
            kind: ResourceKind::Container,
            id: replica.id.clone(),
            name: replica.name.clone(),
        };
        Ok(self.written().replicas.iter().map(of).collect())
    }

    async fn images(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        Ok(Vec::new())
    }

    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        self.written().replicas.retain(|one| resources.iter().all(|gone| gone.id != one.id));
        Ok(())
    }
}

impl Nodes for Paper {}

#[async_trait]
impl Examine for Paper {
    async fn ready(&self, _: &[String]) -> Result<(), EngineError> {
        Ok(())
    }

    async fn examine(&self, _: &[String]) -> Vec<Finding> {
        Vec::new()
    }
}
