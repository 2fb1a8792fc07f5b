//! What a lesson's stack runs on: Docker where it could run it here, else processes of this
//! machine, and never another engine than the one that was asked for.

use super::error::AppError;
use super::{App, Session};
use crate::engine::docker::DockerEngine;
use crate::engine::{EngineError, EngineKind, FindingState};
use crate::event::Tone;
use crate::lesson::Lesson;
use crate::lesson::model::Image;
use crate::session::project_of;
use crate::text::Text;
use crate::workspace::files::read_bytes;
use crate::workspace::progress::Progress;
use crate::workspace::{Workspace, env_file};

/// The engine that `auto` takes.
pub(super) enum Choice {
    Docker,
    /// With the reason why not Docker, where the lesson would run on it.
    Embedded(Option<EngineError>),
    Neither(Lacks),
}

/// Why each of the two cannot be had; `None` where the lesson does not run on it at all.
pub(super) struct Lacks {
    docker: Option<EngineError>,
    embedded: Option<Text>,
}

impl App {
    /// The engine for a lesson that begins; why it is not Docker is said.
    ///
    /// # Errors
    /// The engine that was asked for, or every one that the lesson runs on, is not to be had.
    pub(super) async fn choose(
        &self,
        lesson: &Lesson,
        workspace: &Workspace,
    ) -> Result<EngineKind, AppError> {
        let kind = match self.global.engine.kind() {
            Some(kind) => {
                self.insist(kind, lesson, workspace).await?;
                kind
            }
            None => match self.would_take(lesson, workspace).await {
                Choice::Docker => EngineKind::Docker,
                Choice::Embedded(why) => {
                    if let Some(why) = why {
                        self.notice(Tone::Info, Text::new("app-engine-embedded").with("why", why.brief()));
                    }
                    EngineKind::Embedded
                }
                Choice::Neither(lacks) => return Err(lacks.error()),
            },
        };
        if kind == EngineKind::Embedded {
            self.notice(Tone::Info, Text::new("app-engine-words"));
        }
        Ok(kind)
    }

    /// What `auto` would take for `lesson` in this folder.
    pub(super) async fn would_take(&self, lesson: &Lesson, workspace: &Workspace) -> Choice {
        let runs_on = |kind| lesson.file.engines.contains(&kind);
        let docker = if runs_on(EngineKind::Docker) {
            match DockerEngine::new().ready(&images(lesson, Some(workspace))).await {
                Ok(()) => return Choice::Docker,
                Err(lack) => Some(lack),
            }
        } else {
            None
        };
        if !runs_on(EngineKind::Embedded) {
            return Choice::Neither(Lacks { docker, embedded: None });
        }
        match self.embedded_lacks(lesson, workspace).await {
            None => Choice::Embedded(docker),
            embedded => Choice::Neither(Lacks { docker, embedded }),
        }
    }

    /// Why this machine's processes cannot stand for the stack, if they cannot.
    async fn embedded_lacks(&self, lesson: &Lesson, workspace: &Workspace) -> Option<Text> {
        let engine = self.engine(EngineKind::Embedded, Some(lesson), workspace);
        let findings = engine.examine(&[]).await;
        findings.into_iter().find(|one| one.state == FindingState::Bad).map(|one| one.seen)
    }

    pub(super) async fn insist(
        &self,
        kind: EngineKind,
        lesson: &Lesson,
        workspace: &Workspace,
    ) -> Result<(), AppError> {
        listed(kind, lesson)?;
        match kind {
            EngineKind::Docker => Ok(DockerEngine::new().ready(&images(lesson, Some(workspace))).await?),
            EngineKind::Embedded => match self.embedded_lacks(lesson, workspace).await {
                None => Ok(()),
                lack => Err(Lacks { docker: None, embedded: lack }.error()),
            },
        }
    }

    /// `start --engine X` in the middle of a lesson: X from now on, unless the stack still runs on
    /// the engine before.
    pub(super) async fn change_engine(
        &self,
        lesson: &Lesson,
        workspace: &Workspace,
        progress: &mut Progress,
    ) -> Result<bool, AppError> {
        let Some(wanted) = self.global.engine.kind() else { return Ok(false) };
        self.insist(wanted, lesson, workspace).await?;
        let kept = progress.engine.unwrap_or(EngineKind::Docker);
        if wanted == kept {
            return Ok(false);
        }
        let old = self.engine(kept, Some(lesson), workspace);
        match old.resources(&project_of(lesson, workspace, progress)).await {
            Ok(running) if running.is_empty() => {}
            Ok(running) => return Err(AppError::StackRuns { engine: kept, count: running.len() }),
            Err(error) => {
                let text = Text::new("app-engine-unseen").with("engine", kept.name());
                self.notice(Tone::Warning, text.with("why", error.brief()));
            }
        }
        progress.engine = Some(wanted);
        progress.baseline.clear();
        let text = Text::new("app-engine-changed").with("before", kept.name()).with("engine", wanted.name());
        self.notice(Tone::Info, text);
        if wanted == EngineKind::Embedded {
            self.notice(Tone::Info, Text::new("app-engine-words"));
        }
        Ok(true)
    }

    /// The engine of this command: the one asked for, else the lesson's.
    pub(super) fn engine_for(&self, lesson: &Lesson, progress: &Progress) -> Result<EngineKind, AppError> {
        match self.global.engine.kind() {
            Some(kind) => listed(kind, lesson).map(|()| kind),
            None => Ok(progress.engine.unwrap_or(EngineKind::Docker)),
        }
    }

    /// The base images of the lesson under way, else of every lesson.
    pub(super) fn all_images(&self, desk: Option<&Session>) -> Result<Vec<String>, AppError> {
        let mut all = Vec::new();
        match desk {
            Some(desk) => all = images(&desk.lesson, Some(&desk.workspace)),
            None => {
                for name in self.catalog.names()? {
                    all.extend(images(&self.catalog.find(&name)?, None));
                }
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }
}

impl Lacks {
    pub(super) fn error(self) -> AppError {
        let docker = self.docker.as_ref().map(EngineError::brief);
        let next = Some(Text::new("next-doctor"));
        let text = match (self.docker, docker, self.embedded) {
            (Some(error), _, None) => return AppError::Engine(error),
            (_, Some(docker), Some(embedded)) => {
                Text::new("app-engine-none").with("docker", docker).with("embedded", embedded)
            }
            (.., embedded) => {
                let why = embedded.unwrap_or_else(|| Text::verbatim(""));
                Text::new("app-engine-no-embedded").with("why", why)
            }
        };
        AppError::Environment { text, next }
    }
}

fn listed(kind: EngineKind, lesson: &Lesson) -> Result<(), AppError> {
    if lesson.file.engines.contains(&kind) {
        return Ok(());
    }
    let names: Vec<String> = lesson.file.engines.iter().map(|kind| kind.name().to_owned()).collect();
    let text = Text::new("app-engine-not-listed").with("lesson", lesson.file.id.as_str());
    Err(AppError::Usage(text.with("engine", kind.name()).with("engines", names)))
}

/// The base images that a first build of `lesson` needs: what the environment or the workspace's
/// `.env` names, else the lesson's own.
fn images(lesson: &Lesson, workspace: Option<&Workspace>) -> Vec<String> {
    let env = workspace.and_then(|workspace| read_bytes(&workspace.dir(), ".env").ok());
    let set = |name: &str| {
        let from_file = || env.as_ref().and_then(|env| env_file::get(env, name));
        std::env::var(name).ok().or_else(from_file).filter(|value| !value.is_empty())
    };
    let wanted = |image: &Image| match &image.unless {
        Some(other) if set(other).is_some() => None,
        _ => set(&image.variable).or_else(|| image.default.clone()),
    };
    let mut images: Vec<String> = lesson.file.images.iter().filter_map(wanted).collect();
    images.sort();
    images.dedup();
    images
}
