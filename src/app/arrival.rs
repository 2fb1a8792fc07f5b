//! Which workspace a command is about, and whether what lies there may be believed: asked before
//! anything private is read. A copy gets a name of its own here, a moved one is followed.

use std::sync::PoisonError;

use crate::app::error::AppError;
use crate::app::{Ctx, environment};
use crate::demo::Place;
use crate::engine::{EngineError, EngineKind, Project, Resource, generate_name};
use crate::event::Tone;
use crate::session::Session;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::identity::Standing;
use crate::workspace::progress::Progress;

/// How a command comes to what a workspace has in private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// There is nothing, or nothing that may be believed.
    None,
    Usual,
    /// It has just become a workspace of its own.
    Copy,
    /// It was followed to where it is now.
    Moved,
}

/// # Errors
/// `workshop/` is a link that leaves the workspace.
fn stays_inside(workspace: &Workspace) -> Result<(), AppError> {
    workspace.leads_out().map_or(Ok(()), |target| Err(AppError::LeadsOut { path: workspace.dir(), target }))
}

/// What the engine still has of the folder that `old` was.
async fn resources_of(session: &Session, old: &Workspace) -> Result<Vec<Resource>, EngineError> {
    session.engine.resources(&project_at(old)).await
}

fn project_at(old: &Workspace) -> Project {
    Project { name: generate_name(&old.dir()), dir: old.dir(), unique: true }
}

/// Says where the command has come to; what is left where a moved workspace was, too.
///
/// # Errors
/// A copy cannot be made a workspace of its own.
pub(crate) async fn arrive(ctx: &Ctx) -> Result<(), AppError> {
    // Where there is no folder, the command itself says so.
    let Ok(located) = crate::app::locate(&ctx.global, &ctx.registry) else { return Ok(()) };
    for (workspace, found) in &located.passed_over {
        let path = workspace.private().display().to_string();
        let text = Text::new("workspace-passed-over").with("path", path).with("why", found.text());
        ctx.notice(Tone::Warning, text.with("next", found.next()));
    }
    let workspace = located.workspace;
    if located.is_above {
        let text = Text::new("workspace-above").with("root", workspace.root().display().to_string());
        ctx.notice(Tone::Info, text);
    }
    let standing = ctx.registry.standing(&workspace);
    let (Ok(Standing::Copied { of: old }) | Ok(Standing::Moved { from: old })) = &standing else {
        return Ok(());
    };
    let session = match ctx.session() {
        Err(AppError::NotStarted) => return Ok(()),
        session => session?,
    };
    let old = Workspace::at(old);
    if old.dir().exists() || !session.engine.kind().knows_by_path {
        return Ok(());
    }
    let (tone, key) = match standing {
        Ok(Standing::Moved { .. }) => (Tone::Next, "workspace-left-reset"),
        _ => (Tone::Info, "workspace-left-command"),
    };
    // An engine that does not answer says so when it is needed.
    let left = resources_of(&session, &old).await.unwrap_or_default();
    if !left.is_empty() {
        let names: Vec<String> = left.into_iter().map(|one| one.name).collect();
        let text = Text::new(key).with("names", names).with("from", old.root().display().to_string());
        ctx.notice(tone, text.with("name", generate_name(&old.dir())));
    }
    Ok(())
}

/// Comes to what the runner keeps in `workspace`, where it is the runner's own.
///
/// # Errors
/// Somebody else could have put it there, or `workshop/` leads out of the workspace.
pub(crate) fn enter(ctx: &Ctx, workspace: &Workspace) -> Result<Entry, AppError> {
    let entry = match ctx.registry.standing(workspace)? {
        Standing::Fresh => return Ok(Entry::None),
        Standing::Unsafe(found) if workspace.private().symlink_metadata().is_ok() => {
            return Err(AppError::Unsafe(found));
        }
        Standing::Unsafe(_) => return Ok(Entry::None),
        Standing::Foreign => {
            let path = workspace.private().display().to_string();
            notice_once(ctx, Tone::Warning, Text::new("workspace-foreign").with("path", path));
            return Ok(Entry::None);
        }
        Standing::Ours => Entry::Usual,
        Standing::Copied { of } => {
            claim(ctx, workspace)?;
            let of = of.display().to_string();
            ctx.notice(Tone::Info, Text::new("workspace-copied").with("of", of));
            Entry::Copy
        }
        Standing::Moved { from } => {
            claim(ctx, workspace)?;
            forget_stack(ctx, workspace)?;
            let from = from.display().to_string();
            ctx.notice(Tone::Info, Text::new("workspace-moved").with("from", from));
            Entry::Moved
        }
    };
    stays_inside(workspace)?;
    Ok(entry)
}

/// Makes `workspace` this program's own, before anything is written there; what somebody else
/// left there is put aside, and that is said.
///
/// # Errors
/// Somebody else could write there, or it cannot be written.
pub(crate) fn claim(ctx: &Ctx, workspace: &Workspace) -> Result<(), AppError> {
    let aside = ctx.registry.claim(workspace, || take_out_of_copy(ctx, workspace))?;
    if let Some(aside) = aside {
        let path = workspace.private().display().to_string();
        let text = Text::new("workspace-put-aside").with("path", path);
        ctx.notice(Tone::Warning, text.with("aside", aside.display().to_string()));
    }
    Ok(())
}

/// [`Ctx::enter`], for a lesson that may begin here: what is foreign is put aside then, and is
/// said to be.
///
/// # Errors
/// As [`Ctx::claim`], before anything is made.
pub(crate) fn enter_to_begin(ctx: &Ctx, workspace: &Workspace) -> Result<Entry, AppError> {
    stays_inside(workspace)?;
    match ctx.registry.standing(workspace)? {
        Standing::Unsafe(found) => Err(AppError::Unsafe(found)),
        Standing::Foreign => Ok(Entry::None),
        _ => enter(ctx, workspace),
    }
}

/// What in a copy speaks of the original: its demo, its processes, its replicas. Its data stays.
fn take_out_of_copy(ctx: &Ctx, workspace: &Workspace) -> Result<(), AppError> {
    let private = workspace.private();
    let about = |error: std::io::Error| {
        AppError::Journal(crate::workspace::journal::JournalError::io(&private, &error))
    };
    match std::fs::remove_dir_all(Place::root_in(workspace)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(about(error)),
        _ => {}
    }
    for kind in EngineKind::ALL {
        (kind.disown)(&private).map_err(about)?;
    }
    forget_stack(ctx, workspace)
}

/// Forgets what was known of a stack that is another folder's now.
fn forget_stack(ctx: &Ctx, workspace: &Workspace) -> Result<(), AppError> {
    let Some(mut progress) = ctx.progress(workspace)? else { return Ok(()) };
    progress.baseline.clear();
    progress.project = None;
    // Agreed to for the original; and whoever made the copy may have written here.
    progress.agreed = None;
    ctx.save(workspace, &progress)
}

/// After an [`Entry::Copy`] or [`Entry::Moved`]: the name of the old folder gives way, and in a
/// copy the ports that the original has.
pub(crate) fn settle(ctx: &Ctx, session: &mut Session, entry: Entry) -> Result<(), AppError> {
    if matches!(entry, Entry::Copy | Entry::Moved) && session.workspace.is_created() {
        environment::own_name(ctx, session)?;
        if entry == Entry::Copy {
            environment::move_ports(ctx, session)?;
        }
        ctx.save(&session.workspace, &session.progress)?;
    }
    Ok(())
}

/// What a moved workspace has left where it was, on an engine that knows a folder by its path.
///
/// # Errors
/// The engine does not say.
pub(crate) async fn left_behind(ctx: &Ctx, session: &Session) -> Result<Vec<Resource>, EngineError> {
    let mut all = Vec::new();
    if session.engine.kind().knows_by_path {
        for old in ctx.registry.left(&session.workspace) {
            all.extend(resources_of(session, &old).await?);
        }
    }
    Ok(all)
}

/// What the places are called where a moved workspace lay before.
pub(crate) fn old_projects(ctx: &Ctx, session: &Session) -> Vec<Project> {
    ctx.registry.left(&session.workspace).iter().map(project_at).collect()
}

/// The progress in this folder as far as it can be read at once, where it may be.
pub(crate) fn peek(ctx: &Ctx) -> Option<Progress> {
    crate::app::peek(&ctx.global, &ctx.registry)
}

/// The place of a demo in this folder.
pub(crate) fn demo_place(ctx: &Ctx) -> Result<Place, AppError> {
    let outer = ctx.workspace()?;
    if let Standing::Unsafe(found) = ctx.registry.standing(&outer)? {
        return Err(AppError::Unsafe(found));
    }
    let made = !outer.private().exists();
    claim(ctx, &outer)?;
    Ok(Place::take(&outer, made)?)
}

/// Removes the demo's files, and what the registry knows of them.
pub(crate) fn clear_place(ctx: &Ctx, place: &Place) -> Result<(), AppError> {
    ctx.registry.forget(&place.workspace());
    Ok(place.clear()?)
}

/// Ends the demo's place.
pub(crate) fn leave_demo(ctx: &Ctx, place: Place) -> Result<(), AppError> {
    ctx.registry.forget(&place.workspace());
    Ok(place.leave(|outer| ctx.registry.forget(outer))?)
}

/// A notice that one run says once, however often it looks.
fn notice_once(ctx: &Ctx, tone: Tone, text: Text) {
    if ctx.said.lock().unwrap_or_else(PoisonError::into_inner).insert(ctx.say(&text)) {
        ctx.notice(tone, text);
    }
}
