//! Which workspace a command is about, and whether what lies there may be believed: asked before
//! anything private is read. A copy gets a name of its own here, a moved one is followed.

use std::sync::PoisonError;

use super::error::AppError;
use super::{App, Session};
use crate::demo::Place;
use crate::engine::{EngineError, EngineKind, Project, Resource, generate_name};
use crate::event::Tone;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::identity::Standing;
use crate::workspace::progress::Progress;

/// How a command comes to what a workspace has in private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// There is nothing, or nothing that may be believed.
    None,
    Usual,
    /// It has just become a workspace of its own.
    Copy,
    /// It was followed to where it is now.
    Moved,
}

impl App {
    /// Says where the command has come to; what is left where a moved workspace was, too.
    ///
    /// # Errors
    /// A copy cannot be made a workspace of its own.
    pub(super) async fn arrive(&self) -> Result<(), AppError> {
        // Where there is no folder, the command itself says so.
        let Ok(located) = super::locate(&self.global, &self.registry) else { return Ok(()) };
        for (workspace, found) in &located.passed_over {
            let path = workspace.private().display().to_string();
            let text = Text::new("workspace-passed-over").with("path", path).with("why", found.text());
            self.notice(Tone::Warning, text.with("next", found.next()));
        }
        let workspace = located.workspace;
        if located.is_above {
            let text = Text::new("workspace-above").with("root", workspace.root().display().to_string());
            self.notice(Tone::Info, text);
        }
        let standing = self.registry.standing(&workspace);
        let (Ok(Standing::Copied { of: old }) | Ok(Standing::Moved { from: old })) = &standing else {
            return Ok(());
        };
        let desk = match self.desk() {
            Err(AppError::NotStarted) => return Ok(()),
            desk => desk?,
        };
        let old = Workspace::at(old);
        if old.dir().exists() || !desk.engine.kind().knows_by_path {
            return Ok(());
        }
        let (tone, key) = match standing {
            Ok(Standing::Moved { .. }) => (Tone::Next, "workspace-left-reset"),
            _ => (Tone::Info, "workspace-left-command"),
        };
        // An engine that does not answer says so when it is needed.
        let left = resources_of(&desk, &old).await.unwrap_or_default();
        if !left.is_empty() {
            let names: Vec<String> = left.into_iter().map(|one| one.name).collect();
            let text = Text::new(key).with("names", names).with("from", old.root().display().to_string());
            self.notice(tone, text.with("name", generate_name(&old.dir())));
        }
        Ok(())
    }

    /// Comes to what the runner keeps in `workspace`, where it is the runner's own.
    ///
    /// # Errors
    /// Somebody else could have put it there, or `workshop/` leads out of the workspace.
    pub(super) fn enter(&self, workspace: &Workspace) -> Result<Entry, AppError> {
        let entry = match self.registry.standing(workspace)? {
            Standing::Fresh => return Ok(Entry::None),
            Standing::Unsafe(found) if workspace.private().symlink_metadata().is_ok() => {
                return Err(AppError::Unsafe(found));
            }
            Standing::Unsafe(_) => return Ok(Entry::None),
            Standing::Foreign => {
                let path = workspace.private().display().to_string();
                self.notice_once(Tone::Warning, Text::new("workspace-foreign").with("path", path));
                return Ok(Entry::None);
            }
            Standing::Ours => Entry::Usual,
            Standing::Copied { of } => {
                self.claim(workspace)?;
                let of = of.display().to_string();
                self.notice(Tone::Info, Text::new("workspace-copied").with("of", of));
                Entry::Copy
            }
            Standing::Moved { from } => {
                self.claim(workspace)?;
                self.forget_stack(workspace)?;
                let from = from.display().to_string();
                self.notice(Tone::Info, Text::new("workspace-moved").with("from", from));
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
    pub(super) fn claim(&self, workspace: &Workspace) -> Result<(), AppError> {
        let aside = self.registry.claim(workspace, || self.take_out_of_copy(workspace))?;
        if let Some(aside) = aside {
            let path = workspace.private().display().to_string();
            let text = Text::new("workspace-put-aside").with("path", path);
            self.notice(Tone::Warning, text.with("aside", aside.display().to_string()));
        }
        Ok(())
    }

    /// [`Self::enter`], for a lesson that may begin here: what is foreign is put aside then, and is
    /// said to be.
    ///
    /// # Errors
    /// As [`Self::claim`], before anything is made.
    pub(super) fn enter_to_begin(&self, workspace: &Workspace) -> Result<Entry, AppError> {
        stays_inside(workspace)?;
        match self.registry.standing(workspace)? {
            Standing::Unsafe(found) => Err(AppError::Unsafe(found)),
            Standing::Foreign => Ok(Entry::None),
            _ => self.enter(workspace),
        }
    }

    /// What in a copy speaks of the original: its demo, its processes, its replicas. Its data stays.
    fn take_out_of_copy(&self, workspace: &Workspace) -> Result<(), AppError> {
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
        self.forget_stack(workspace)
    }

    /// Forgets what was known of a stack that is another folder's now.
    fn forget_stack(&self, workspace: &Workspace) -> Result<(), AppError> {
        let Some(mut progress) = self.progress(workspace)? else { return Ok(()) };
        progress.baseline.clear();
        progress.project = None;
        // Agreed to for the original; and whoever made the copy may have written here.
        progress.agreed = None;
        self.save(workspace, &progress)
    }

    /// After an [`Entry::Copy`] or [`Entry::Moved`]: the name of the old folder gives way, and in a
    /// copy the ports that the original has.
    pub(super) fn settle(&self, desk: &mut Session, entry: Entry) -> Result<(), AppError> {
        if matches!(entry, Entry::Copy | Entry::Moved) && desk.workspace.is_created() {
            self.own_name(desk)?;
            if entry == Entry::Copy {
                self.move_ports(desk)?;
            }
            self.save(&desk.workspace, &desk.progress)?;
        }
        Ok(())
    }

    /// What a moved workspace has left where it was, on an engine that knows a folder by its path.
    ///
    /// # Errors
    /// The engine does not say.
    pub(super) async fn left_behind(&self, desk: &Session) -> Result<Vec<Resource>, EngineError> {
        let mut all = Vec::new();
        if desk.engine.kind().knows_by_path {
            for old in self.registry.left(&desk.workspace) {
                all.extend(resources_of(desk, &old).await?);
            }
        }
        Ok(all)
    }

    /// What the places are called where a moved workspace lay before.
    pub(super) fn old_projects(&self, desk: &Session) -> Vec<Project> {
        self.registry.left(&desk.workspace).iter().map(project_at).collect()
    }

    /// The progress in this folder as far as it can be read at once, where it may be.
    pub(super) fn peek(&self) -> Option<Progress> {
        super::peek(&self.global, &self.registry)
    }

    /// The place of a demo in this folder.
    pub(super) fn demo_place(&self) -> Result<Place, AppError> {
        let outer = self.workspace()?;
        if let Standing::Unsafe(found) = self.registry.standing(&outer)? {
            return Err(AppError::Unsafe(found));
        }
        let made = !outer.private().exists();
        self.claim(&outer)?;
        Ok(Place::take(&outer, made)?)
    }

    /// Removes the demo's files, and what the registry knows of them.
    pub(super) fn clear_place(&self, place: &Place) -> Result<(), AppError> {
        self.registry.forget(&place.workspace());
        Ok(place.clear()?)
    }

    /// Ends the demo's place.
    pub(super) fn leave_demo(&self, place: Place) -> Result<(), AppError> {
        self.registry.forget(&place.workspace());
        Ok(place.leave(|outer| self.registry.forget(outer))?)
    }

    /// A notice that one run says once, however often it looks.
    fn notice_once(&self, tone: Tone, text: Text) {
        if self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(self.say(&text)) {
            self.notice(tone, text);
        }
    }
}

/// # Errors
/// `workshop/` is a link that leaves the workspace.
fn stays_inside(workspace: &Workspace) -> Result<(), AppError> {
    workspace.leads_out().map_or(Ok(()), |target| Err(AppError::LeadsOut { path: workspace.dir(), target }))
}

/// What the engine still has of the folder that `old` was.
async fn resources_of(desk: &Session, old: &Workspace) -> Result<Vec<Resource>, EngineError> {
    desk.engine.resources(&project_at(old)).await
}

fn project_at(old: &Workspace) -> Project {
    Project { name: generate_name(&old.dir()), dir: old.dir(), unique: true }
}
