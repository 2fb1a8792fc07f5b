//! Docker Swarm: several machines as one, observed through a manager's API and changed by Docker's own
//! program. [`cluster`] makes such machines on this one.
//!
//! [`SwarmEngine`] takes the swarm that the user names by a docker context, else the workspace's own
//! cluster. A stack is the workspace's by its name, and by a label that says who deployed it.

#![allow(clippy::disallowed_types)]

mod changes;
pub mod cluster;
mod holdings;
mod listing;
mod logs;
mod manager;
mod model;
mod owner;
mod run;
mod whose;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::SystemTime;

use async_trait::async_trait;
use futures_util::future::join_all;
use futures_util::stream::BoxStream;
use workshop_text::Text;

use crate::docker::{DockerEngine, received};
use crate::{
    CommandEnd, CpuTime, Detail, Engine, EngineError, EngineFacts, EngineKind, EngineTexts, Examine, ExecEnd,
    Finding, FindingState, Holdings, ImageFacts, LogLine, Loss, Nodes, Observe, Observed, Output, Project,
    Replica, Resource, Setting, Spelling, StackCommand, Upstreams,
};
use whose::Swarm;

/// What is to be known of Swarm.
pub static FACTS: EngineFacts = EngineFacts {
    name: "swarm",
    open: |setting| Box::new(SwarmEngine::new(setting)),
    disown: |_| Ok(()),
    spelling: Spelling::AsWritten,
    removes_images: |names| format!("docker rmi {}", names.join(" ")),
    publishes_at: Ipv4Addr::UNSPECIFIED,
    has_rights: true,
    runs_programs: false,
    knows_by_path: true,
    heeds_shell: true,
    texts: EngineTexts { label: "report-engine-swarm", words: None, shared: None, fallback: None },
};

/// A stack on a swarm. Nothing is asked before the first call.
pub struct SwarmEngine {
    swarm: Swarm,
    /// The workspace's private folder.
    private: PathBuf,
}

impl SwarmEngine {
    /// The engine of one workspace.
    pub fn new(setting: Setting) -> Self {
        Self { swarm: Swarm::of(setting.swarm), private: setting.private }
    }

    /// The engine of the node that a replica runs on.
    ///
    /// # Errors
    /// It runs nowhere, or its node's engine cannot be asked from here.
    async fn of_replica(&self, replica: &Replica) -> Result<DockerEngine, EngineError> {
        let refused = |reason: Text| Err(EngineError::Refused { reason });
        let no_container = |reason: Text| {
            refused(
                Text::new("engine-swarm-no-container")
                    .with("replica", replica.label())
                    .with("reason", reason),
            )
        };
        let said = || match &replica.trouble {
            Some(trouble) => Text::verbatim(trouble.as_str()),
            None => Text::new("engine-swarm-not-yet"),
        };
        let Some(node) = replica.node.as_deref() else { return no_container(said()) };
        if listing::task_of(replica) == Some(replica.id.as_str()) {
            return no_container(said());
        }
        let away = |text: Text| text.with("replica", replica.label()).with("node", node);
        let engine = match self.swarm.engine_of(node).await? {
            whose::Engine::At(address) => DockerEngine::at(&address),
            whose::Engine::Far { here } => {
                return refused(away(Text::new("engine-swarm-node-far").with("here", here)));
            }
        };
        match engine.available().await {
            Ok(()) => Ok(engine),
            Err(error) => refused(away(Text::new("engine-swarm-node-away").with("reason", error.brief()))),
        }
    }
}

#[async_trait]
impl Engine for SwarmEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::of(&FACTS)
    }

    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        match command {
            StackCommand::Compose(args) => self.compose(project, args, output).await,
            StackCommand::Replica { action, .. } => {
                let seen = self.observe(project, Detail::Listing).await?;
                let replica = command.target(&seen).ok_or_else(|| crate::no_such_replica(command, &seen))?;
                self.of_replica(replica).await?.act_on(replica, *action, output).await
            }
            StackCommand::Swarm(words) => {
                let words = self.filled(project, command, words).await?;
                self.docker(project, &words, output).await
            }
            StackCommand::Cluster(words) => {
                let words = self.filled(project, command, words).await?;
                self.cluster(&words, output).await
            }
        }
    }

    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError> {
        self.of_replica(replica).await?.exec(replica, command).await
    }
}

#[async_trait]
impl Observe for SwarmEngine {
    async fn observe(&self, project: &Project, _: Detail) -> Result<Observed, EngineError> {
        let manager = self.swarm.manager().await?;
        Ok(manager.listing(project).await?.observed(&project.name))
    }

    async fn logs(&self, replica: &Replica, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        // A manager asks the task's node, which takes its time; the node itself is quicker.
        match self.of_replica(replica).await {
            Ok(engine) => engine.logs(replica, since).await,
            Err(away) => logs::by_manager(&self.swarm, replica, since).await.map_err(|_| away),
        }
    }

    fn follow(&self, replica: &Replica) -> BoxStream<'static, LogLine> {
        let (heard, lines) = tokio::sync::mpsc::channel(64);
        tokio::spawn(logs::follow(self.swarm.clone(), replica.clone(), heard));
        received(lines)
    }

    async fn changes(&self, project: &Project) -> Result<BoxStream<'static, ()>, EngineError> {
        let manager = self.swarm.manager().await?;
        let (heard, news) = tokio::sync::mpsc::channel(1);
        tokio::spawn(changes::listen(manager, project.name.clone(), heard));
        Ok(received(news))
    }

    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError> {
        let mut by_node = BTreeMap::<&str, Vec<&Replica>>::new();
        for replica in replicas.iter().filter(|replica| replica.is_running()) {
            by_node.entry(replica.node.as_deref().unwrap_or_default()).or_default().push(replica);
        }
        let asked = by_node.into_values().map(|replicas| async move {
            let Ok(engine) = self.of_replica(replicas[0]).await else { return Ok(BTreeMap::new()) };
            engine.cpu_times(&replicas).await
        });
        let mut all = BTreeMap::new();
        for times in join_all(asked).await {
            all.extend(times?);
        }
        Ok(all)
    }

    async fn upstreams(&self, proxy: &Replica, stack: &Observed) -> Result<Option<Upstreams>, EngineError> {
        self.of_replica(proxy).await?.upstreams(proxy, stack).await
    }

    async fn image(&self, replica: &Replica) -> Result<Option<ImageFacts>, EngineError> {
        self.of_replica(replica).await?.image(replica).await
    }

    async fn variables(&self, replica: &Replica) -> Result<Option<BTreeMap<String, String>>, EngineError> {
        self.of_replica(replica).await?.variables(replica).await
    }
}

#[async_trait]
impl Holdings for SwarmEngine {
    async fn resources(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        holdings::resources(&self.swarm, project).await
    }

    async fn images(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        holdings::images(&self.swarm, project).await
    }

    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        holdings::remove(&self.swarm, resources).await
    }
}

#[async_trait]
impl Examine for SwarmEngine {
    async fn ready(&self, _: &[String]) -> Result<(), EngineError> {
        match self.swarm.manager().await {
            // A lesson may make its own cluster; what matters is that this machine can have one.
            Err(EngineError::NoSwarm) => self.swarm.can_be_made(),
            manager => manager.map(drop),
        }
    }

    async fn examine(&self, _: &[String]) -> Vec<Finding> {
        let subject = Text::new("engine-doctor-swarm");
        let manager = match self.swarm.manager().await {
            Ok(manager) => manager,
            Err(error) => {
                return vec![Finding { subject, state: FindingState::Bad, seen: error.text(), fix: None }];
            }
        };
        let ready = manager.nodes.iter().filter(|node| listing::is_ready(node)).count();
        let total = manager.nodes.len();
        let seen = Text::new("engine-doctor-swarm-ready").with("ready", ready).with("total", total);
        let is_whole = ready == total;
        vec![Finding {
            subject,
            state: if is_whole { FindingState::Good } else { FindingState::Warning },
            seen: seen.with("address", manager.address.as_str()),
            fix: (!is_whole).then(|| Text::new("engine-doctor-swarm-fix-nodes")),
        }]
    }
}

#[async_trait]
impl Nodes for SwarmEngine {
    async fn lose(&self, _: &Project, node: &str, how: Loss) -> Result<(), EngineError> {
        let cluster = self.swarm.own_of(node)?;
        let (node, stop) = (node.to_owned(), cluster::Stop::default());
        run::on_thread(move || match how {
            Loss::Cut(time) => cluster.cut(&node, Some(SystemTime::now() + time), &stop),
            Loss::Kill => cluster.kill(&node),
        })
        .await
    }

    async fn bring_back(&self, _: &Project, node: &str) -> Result<(), EngineError> {
        let cluster = self.swarm.own_of(node)?;
        let node = node.to_owned();
        run::on_thread(move || cluster.heal(&node, &cluster::Stop::default()).map(drop)).await
    }
}
