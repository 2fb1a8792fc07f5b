//! What a lesson's stack runs on: the first engine that could run it here, and never another than
//! the one that was asked for.

use crate::app::error::AppError;
use crate::app::{Ctx, swarm};
use crate::engine::{EngineError, EngineKind};
use crate::event::Tone;
use crate::lesson::Lesson;
use crate::lesson::model::Image;
use crate::session::Session;
use crate::session::project_of;
use crate::text::Text;
use crate::workspace::files::read_bytes;
use crate::workspace::progress::Progress;
use crate::workspace::{Workspace, env_file};

/// What `auto` comes to.
pub(crate) enum Choice {
    /// The first that can be had, and why the first before it cannot, where the lesson runs on one.
    Takes(EngineKind, Option<EngineError>),
    Neither(Lacks),
}

/// Why each engine that the lesson runs on cannot be had.
pub(crate) struct Lacks(Vec<(EngineKind, EngineError)>);

impl Lacks {
    /// One reason as it is; of several, each in brief.
    pub(crate) fn error(mut self) -> AppError {
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
pub(crate) fn images(lesson: &Lesson, workspace: Option<&Workspace>) -> Vec<String> {
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

/// The engine for a lesson that begins; why it is not Docker is said.
///
/// # Errors
/// The engine that was asked for, or every one that the lesson runs on, is not to be had.
pub(crate) async fn choose(
    ctx: &Ctx,
    lesson: &Lesson,
    workspace: &Workspace,
) -> Result<EngineKind, AppError> {
    let kind = match ctx.global.engine.kind() {
        Some(kind) => {
            insist(ctx, kind, lesson, workspace).await?;
            kind
        }
        None => match would_take(ctx, lesson, workspace).await {
            Choice::Takes(kind, why) => {
                if let Some((texts, why)) = kind.texts.fallback.as_ref().zip(why) {
                    ctx.notice(Tone::Info, Text::new(texts.begun).with("why", why.brief()));
                }
                kind
            }
            Choice::Neither(lacks) => return Err(lacks.error()),
        },
    };
    swarm::ensure_meant(ctx, kind)?;
    say_words(ctx, kind);
    Ok(kind)
}

fn say_words(ctx: &Ctx, kind: EngineKind) {
    if let Some(words) = kind.texts.words {
        ctx.notice(Tone::Info, Text::new(words));
    }
}

/// What `auto` would take for `lesson` in this folder.
pub(crate) async fn would_take(ctx: &Ctx, lesson: &Lesson, workspace: &Workspace) -> Choice {
    let mut lacks = Vec::new();
    for kind in EngineKind::ALL.into_iter().filter(|kind| lesson.file.engines.contains(kind)) {
        match ready(ctx, kind, lesson, workspace).await {
            Ok(()) => return Choice::Takes(kind, lacks.into_iter().next().map(|(_, why)| why)),
            Err(lack) => lacks.push((kind, lack)),
        }
    }
    Choice::Neither(Lacks(lacks))
}

/// Whether the lesson could be run on this engine, here and now.
async fn ready(
    ctx: &Ctx,
    kind: EngineKind,
    lesson: &Lesson,
    workspace: &Workspace,
) -> Result<(), EngineError> {
    let engine = ctx.engine(kind, Some(lesson), workspace);
    engine.ready(&images(lesson, Some(workspace))).await
}

pub(crate) async fn insist(
    ctx: &Ctx,
    kind: EngineKind,
    lesson: &Lesson,
    workspace: &Workspace,
) -> Result<(), AppError> {
    listed(kind, lesson)?;
    Ok(ready(ctx, kind, lesson, workspace).await?)
}

/// `start --engine X` in the middle of a lesson: X from now on, unless the stack still runs on
/// the engine before.
pub(crate) async fn change_engine(
    ctx: &Ctx,
    lesson: &Lesson,
    workspace: &Workspace,
    progress: &mut Progress,
) -> Result<bool, AppError> {
    let Some(wanted) = ctx.global.engine.kind() else { return Ok(false) };
    insist(ctx, wanted, lesson, workspace).await?;
    let kept = progress.engine.unwrap_or_default();
    if wanted == kept {
        return Ok(false);
    }
    let old = ctx.engine(kept, Some(lesson), workspace);
    match old.resources(&project_of(lesson, workspace, progress)).await {
        Ok(running) if running.is_empty() => {}
        Ok(running) => return Err(AppError::StackRuns { engine: kept, count: running.len() }),
        Err(error) => {
            let text = Text::new("app-engine-unseen").with("engine", kept.name());
            ctx.notice(Tone::Warning, text.with("why", error.brief()));
        }
    }
    progress.engine = Some(wanted);
    progress.baseline.clear();
    let text = Text::new("app-engine-changed").with("before", kept.name()).with("engine", wanted.name());
    ctx.notice(Tone::Info, text);
    say_words(ctx, wanted);
    Ok(true)
}

/// The engine of this command: the one asked for, else the lesson's.
pub(crate) fn engine_for(ctx: &Ctx, lesson: &Lesson, progress: &Progress) -> Result<EngineKind, AppError> {
    let kind = match ctx.global.engine.kind() {
        Some(kind) => listed(kind, lesson).map(|()| kind)?,
        None => progress.engine.unwrap_or_default(),
    };
    swarm::ensure_meant(ctx, kind).map(|()| kind)
}

/// The base images of the lesson under way, else of every lesson.
pub(crate) fn all_images(ctx: &Ctx, session: Option<&Session>) -> Result<Vec<String>, AppError> {
    let mut all = Vec::new();
    match session {
        Some(session) => all = images(&session.lesson, Some(&session.workspace)),
        None => {
            for lesson in ctx.library.lessons()? {
                all.extend(images(&lesson, None));
            }
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}
