//! What a lesson's stack runs on: the first engine that could run it here, and never another than
//! the one that was asked for.

use super::error::AppError;
use super::{App, Session};
use crate::engine::{EngineError, EngineKind};
use crate::event::Tone;
use crate::lesson::Lesson;
use crate::lesson::model::Image;
use crate::session::project_of;
use crate::text::Text;
use crate::workspace::files::read_bytes;
use crate::workspace::progress::Progress;
use crate::workspace::{Workspace, env_file};

/// What `auto` comes to.
pub(super) enum Choice {
    /// The first that can be had, and why the first before it cannot, where the lesson runs on one.
    Takes(EngineKind, Option<EngineError>),
    Neither(Lacks),
}

/// Why each engine that the lesson runs on cannot be had.
pub(super) struct Lacks(Vec<(EngineKind, EngineError)>);

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
                Choice::Takes(kind, why) => {
                    if let Some((texts, why)) = kind.texts.fallback.as_ref().zip(why) {
                        self.notice(Tone::Info, Text::new(texts.begun).with("why", why.brief()));
                    }
                    kind
                }
                Choice::Neither(lacks) => return Err(lacks.error()),
            },
        };
        self.say_words(kind);
        Ok(kind)
    }

    fn say_words(&self, kind: EngineKind) {
        if let Some(words) = kind.texts.words {
            self.notice(Tone::Info, Text::new(words));
        }
    }

    /// What `auto` would take for `lesson` in this folder.
    pub(super) async fn would_take(&self, lesson: &Lesson, workspace: &Workspace) -> Choice {
        let mut lacks = Vec::new();
        for kind in EngineKind::ALL.into_iter().filter(|kind| lesson.file.engines.contains(kind)) {
            match self.ready(kind, lesson, workspace).await {
                Ok(()) => return Choice::Takes(kind, lacks.into_iter().next().map(|(_, why)| why)),
                Err(lack) => lacks.push((kind, lack)),
            }
        }
        Choice::Neither(Lacks(lacks))
    }

    /// Whether the lesson could be run on this engine, here and now.
    async fn ready(
        &self,
        kind: EngineKind,
        lesson: &Lesson,
        workspace: &Workspace,
    ) -> Result<(), EngineError> {
        let engine = self.engine(kind, Some(lesson), workspace);
        engine.ready(&images(lesson, Some(workspace))).await
    }

    pub(super) async fn insist(
        &self,
        kind: EngineKind,
        lesson: &Lesson,
        workspace: &Workspace,
    ) -> Result<(), AppError> {
        listed(kind, lesson)?;
        Ok(self.ready(kind, lesson, workspace).await?)
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
        let kept = progress.engine.unwrap_or_default();
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
        self.say_words(wanted);
        Ok(true)
    }

    /// The engine of this command: the one asked for, else the lesson's.
    pub(super) fn engine_for(&self, lesson: &Lesson, progress: &Progress) -> Result<EngineKind, AppError> {
        match self.global.engine.kind() {
            Some(kind) => listed(kind, lesson).map(|()| kind),
            None => Ok(progress.engine.unwrap_or_default()),
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
    /// One reason as it is; of several, each in brief.
    pub(super) fn error(mut self) -> AppError {
        if self.0.len() < 2 {
            let none = || EngineError::Unfit { reason: Text::verbatim("") };
            return AppError::Engine(self.0.pop().map_or_else(none, |(_, lack)| lack));
        }
        let none = Text::new("app-engine-none");
        let text = self.0.iter().fold(none, |text, (kind, lack)| text.with(kind.name(), lack.brief()));
        AppError::Environment { text, next: Some(Text::new("next-doctor")) }
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
