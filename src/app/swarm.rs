//! Which swarm a workspace's stack runs on: the one of the docker context that the user names, else the
//! workspace's own cluster, which is called after its folder.

use crate::app::error::AppError;
use crate::app::{Ctx, choice, locate};
use crate::engine::docker::ImageStore;
use crate::engine::{EngineKind, SwarmPlace, generate_name};
use crate::event::Tone;
use crate::lesson::Lesson;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::progress::Progress;

/// The folder of all clusters, beside the registry.
pub(crate) const CLUSTERS: &str = "clusters";

/// The name of the workspace's own cluster.
pub(crate) fn cluster_name(workspace: &Workspace) -> String {
    generate_name(&workspace.dir())
}

/// Where the stack of this workspace runs if it runs on a swarm, and what a build of the lesson's needs
/// there.
pub(crate) fn place(ctx: &Ctx, lesson: Option<&Lesson>, workspace: &Workspace) -> SwarmPlace {
    let kept = || progress(ctx, workspace)?.context;
    SwarmPlace {
        context: ctx.global.context.clone().or_else(kept),
        clusters: ctx.registry.folder(CLUSTERS).unwrap_or_default(),
        cluster: cluster_name(workspace),
        images: lesson.map(|lesson| choice::images(lesson, Some(workspace))).unwrap_or_default(),
    }
}

/// The workspace's progress, where it may be believed.
fn progress(ctx: &Ctx, workspace: &Workspace) -> Option<Progress> {
    let is_believed = ctx.registry.standing(workspace).is_ok_and(|standing| standing.is_believed());
    if is_believed { Progress::peek(&workspace.private()) } else { None }
}

/// Here, or above, where a lesson is under way that runs on a swarm.
pub(crate) fn lesson_here(ctx: &Ctx) -> Option<(Workspace, Lesson)> {
    let workspace = locate(&ctx.global, &ctx.registry).ok()?.workspace;
    let progress = progress(ctx, &workspace)?;
    let lesson = ctx.library.at(&progress).ok()?.find(&progress.lesson).ok()?;
    let is_on_swarm = progress.engine == Some(EngineKind::SWARM);
    is_on_swarm.then_some((workspace, lesson))
}

/// A swarm is named for a stack that runs on one.
///
/// # Errors
/// It runs on another engine.
pub(crate) fn ensure_meant(ctx: &Ctx, kind: EngineKind) -> Result<(), AppError> {
    match &ctx.global.context {
        Some(context) if kind != EngineKind::SWARM => {
            let text = Text::new("app-context-without-swarm").with("context", context.as_str());
            Err(AppError::Usage(text.with("engine", kind.name())))
        }
        _ => Ok(()),
    }
}

/// The lesson's base images that this machine's Docker has; those that it lacks are named.
pub(crate) async fn base_images(ctx: &Ctx, lesson: &Lesson, workspace: &Workspace) -> Vec<String> {
    let wanted = choice::images(lesson, Some(workspace));
    let seen = tokio::task::spawn_blocking(move || {
        let store = ImageStore::of_user().ok();
        let has = |image: &String| store.as_ref().is_some_and(|store| matches!(store.id(image), Ok(Some(_))));
        wanted.into_iter().partition::<Vec<_>, _>(has)
    });
    let (here, lacking) = seen.await.unwrap_or_default();
    if !lacking.is_empty() {
        let text = Text::new("app-cluster-lacks-images").with("count", lacking.len());
        ctx.notice(Tone::Warning, text.with("images", lacking));
    }
    here
}
