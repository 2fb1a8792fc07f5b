//! What an engine can be asked and told: [`Engine`], in five parts, so that whoever only looks
//! ([`Observe`]), only takes away ([`Holdings`]), only asks after the machine ([`Examine`]) or only
//! takes nodes away and back ([`Nodes`]) asks for no more than that.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use workshop_text::Text;

use super::{
    CommandEnd, CpuTime, Detail, EngineError, EngineKind, ExecEnd, Finding, ImageFacts, LogLine, Loss,
    Observed, Output, Project, Replica, Resource, StackCommand, Upstreams,
};

/// What runs a stack. Every method is about one [`Project`] and touches nothing of another.
#[async_trait]
pub trait Engine: Observe + Holdings + Examine + Nodes {
    /// Which engine this is, and what is to be known of it.
    fn kind(&self) -> EngineKind;

    /// Runs one command of a lesson or of `workshop compose`, in the workspace. Its output is
    /// handed on line by line. Before a command that could change containers it makes sure that
    /// the project name is this workspace's own ([`EngineError::NameTaken`]).
    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError>;

    /// Runs `command` inside a running replica, without a terminal and without input, and waits
    /// for its end.
    ///
    /// # Errors
    /// The replica does not run, the engine has no such program there, or it takes too long.
    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError>;

    /// The program that `workshop compose ARGS` stands for, with its folder and environment, to be
    /// run with the terminal handed through; `None` where [`run`](Self::run) does it itself.
    async fn compose_program(
        &self,
        _: &Project,
        _args: &[String],
    ) -> Result<Option<std::process::Command>, EngineError> {
        Ok(None)
    }
}

/// How a stack is seen. Nothing changes by it.
#[async_trait]
pub trait Observe: Send + Sync {
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

    /// CPU time that each of `replicas` has used since its start, by replica id. One that does not
    /// run is left out. It may take two seconds: an old Docker looks twice.
    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError>;

    /// What `proxy`, a running replica of `stack`, balances over: the addresses that it holds, and
    /// those that the stack's name service would give it now. `None` where this engine cannot read
    /// that of such a replica.
    ///
    /// # Errors
    /// The engine cannot be asked.
    async fn upstreams(&self, _proxy: &Replica, _stack: &Observed) -> Result<Option<Upstreams>, EngineError> {
        Ok(None)
    }

    /// What the replica's image says of itself; `None` where the engine has no images.
    async fn image(&self, _: &Replica) -> Result<Option<ImageFacts>, EngineError> {
        Ok(None)
    }

    /// The variables that the running replica was given, by name; `None` where the engine cannot
    /// say.
    async fn variables(&self, _: &Replica) -> Result<Option<BTreeMap<String, String>>, EngineError> {
        Ok(None)
    }
}

/// What an engine holds for a workspace, and how that is taken away.
#[async_trait]
pub trait Holdings: Send + Sync {
    /// Everything that belongs to the workspace: its containers by working directory, and those
    /// networks and volumes that can be no other project's.
    async fn resources(&self, project: &Project) -> Result<Vec<Resource>, EngineError>;

    /// Networks and volumes that are the workspace's by their name, and that a container of
    /// somebody else uses: they cannot be removed, and are in no other list.
    async fn held(&self, _: &Project) -> Result<Vec<Resource>, EngineError> {
        Ok(Vec::new())
    }

    /// The images that builds of this workspace made, which only `down --rmi` removes.
    async fn images(&self, project: &Project) -> Result<Vec<Resource>, EngineError>;

    /// Removes `resources`, containers first, each with the volumes of its own that have no name.
    /// What is gone already is no error, and one that stays keeps no other.
    ///
    /// # Errors
    /// [`EngineError::Remaining`], with all that is still there.
    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError>;
}

/// How an engine and this machine get along, whatever the stack.
#[async_trait]
pub trait Examine: Send + Sync {
    /// Whether a stack that is built from the base images `images` could be run here and now.
    ///
    /// # Errors
    /// The first thing that is in the way.
    async fn ready(&self, images: &[String]) -> Result<(), EngineError>;

    /// What `doctor` can say: the engine, what it needs, and the base images named in `images`.
    async fn examine(&self, images: &[String]) -> Vec<Finding>;

    /// The folder of the project whose stack publishes `port`; `None` where no stack of this engine
    /// does, or where that is seen without asking it.
    async fn publisher(&self, _port: u16) -> Option<PathBuf> {
        None
    }
}

/// How the machines of an engine are lost and come back. One of a single machine has none to lose.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Loses the node of that name.
    ///
    /// # Errors
    /// There is none, or it cannot be lost from here: only a cluster on this machine can.
    async fn lose(&self, _: &Project, node: &str, _how: Loss) -> Result<(), EngineError> {
        Err(EngineError::Refused { reason: Text::new("engine-no-nodes").with("node", node) })
    }

    /// Brings a node back, however it was lost. One that was never lost is left as it is.
    ///
    /// # Errors
    /// As [`lose`](Self::lose).
    async fn bring_back(&self, _: &Project, node: &str) -> Result<(), EngineError> {
        Err(EngineError::Refused { reason: Text::new("engine-no-nodes").with("node", node) })
    }
}
