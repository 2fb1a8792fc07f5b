//! The embedded engine: a stack as processes of this machine, where there is no Docker.
//!
//! [`EmbeddedEngine`] asks a small supervisor that outlives the command which started it. Every
//! replica is a process of its own with an address of its own; [`programs`] says which programs
//! this binary can be in a replica's place, and [`front`] is the one that stands for nginx.

pub mod front;
mod log;
mod place;
pub mod programs;
mod supervisor;
mod wire;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use async_trait::async_trait;

use super::{
    CommandEnd, Detail, Engine, EngineError, EngineKind, Finding, LogLine, Observed, Output, Project,
    Replica, Resource, StackCommand,
};
use crate::text::Text;

/// A workspace's stack without Docker.
pub struct EmbeddedEngine {
    /// The runner's own folder, `.workshop/`: the supervisor's state, volumes and logs lie below it.
    private: PathBuf,
    /// Service → the program that stands for it, as `lesson.toml` declares.
    programs: BTreeMap<String, String>,
}

impl EmbeddedEngine {
    pub const fn new(private: PathBuf, programs: BTreeMap<String, String>) -> Self {
        Self { private, programs }
    }
}

#[async_trait]
impl Engine for EmbeddedEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::Embedded
    }

    async fn observe(&self, _project: &Project, _detail: Detail) -> Result<Observed, EngineError> {
        Err(self.refused())
    }

    async fn logs(&self, _: &Replica, _: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        Err(self.refused())
    }

    async fn run(
        &self,
        _project: &Project,
        _command: &StackCommand,
        _output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        Err(self.refused())
    }

    async fn resources(&self, _project: &Project) -> Result<Vec<Resource>, EngineError> {
        Err(self.refused())
    }

    async fn remove(&self, _resources: &[Resource]) -> Result<(), EngineError> {
        Err(self.refused())
    }

    async fn examine(&self, _images: &[String]) -> Vec<Finding> {
        Vec::new()
    }

    async fn compose_program(
        &self,
        _project: &Project,
        _args: &[String],
    ) -> Result<Option<Vec<String>>, EngineError> {
        Ok(None)
    }
}

impl EmbeddedEngine {
    fn refused(&self) -> EngineError {
        let reason = format!("{} {}", self.private.display(), self.programs.len());
        EngineError::Refused { reason: Text::verbatim(reason) }
    }
}
