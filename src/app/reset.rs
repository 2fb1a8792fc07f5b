//! `reset`: the files of a step's start, and the stack taken down. What could not be seen or removed
//! is named, and is no success.

use super::back::Half;
use super::error::{AppError, exit};
use super::{App, Session};
use crate::engine::Resource;
use crate::event::{Event, ResetView, Tone};
use crate::session::change::PlannedChange;
use crate::session::removal::{self, What};
use crate::text::Text;

impl App {
    pub(super) async fn reset(&self, all: bool) -> Result<u8, AppError> {
        let mut desk = self.desk()?;
        // The files that it puts back are the course's.
        if desk.lesson.is_foreign() {
            self.consent(&mut desk)?;
        }
        let index = if all { 0 } else { desk.current() };
        let plan = desk.plan_reset(index)?;
        let (mut resources, unseen) = match desk.engine.resources(&desk.project()).await {
            Ok(resources) => (resources, None),
            // Files can be reset without an engine; its part is said and left.
            Err(error) => {
                self.notice(Tone::Warning, error.text());
                (Vec::new(), Some(error.brief()))
            }
        };
        // What a moved workspace left where it was is named with the rest.
        let left = if all { self.left_behind(&desk).await.unwrap_or_default() } else { Vec::new() };
        resources.extend(left.iter().cloned());
        let files = plan.diff.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        let held = match unseen {
            None => desk.engine.held(&desk.project()).await?,
            Some(_) => Vec::new(),
        };
        if resources.is_empty() && held.is_empty() && files.is_empty() && !all {
            return match unseen {
                Some(why) => Err(not_whole(&ResetView { unseen: Some(why), ..ResetView::default() }, all)),
                None => {
                    self.notice(Tone::Info, Text::new("app-nothing-to-reset"));
                    Ok(exit::PASS)
                }
            };
        }
        self.say_asides(&plan);
        self.emit(Event::Removal { resources: resources.clone(), files });
        // Everything is much to lose by a key too many.
        let sure = if all { Self::confirm_or_no } else { Self::confirm };
        if !sure(self, Text::new("ask-reset"))? {
            self.notice(Tone::Info, Text::new("app-left-as-it-was"));
            return Ok(exit::NOT_YET);
        }
        let half =
            Half { text: Text::new("half-reset"), next: Text::new("next-half-reset").with("all", yes(all)) };
        let mut view = ResetView { unseen, ..ResetView::default() };
        let reset =
            self.during(half, self.reset_now(&mut desk, index, plan, &resources, &left, &mut view)).await;
        if all && view.unseen.is_none() {
            view.kept = desk.engine.images(&desk.project()).await.unwrap_or_default();
        }
        self.emit(Event::Reset(view.clone()));
        reset?;
        if view.unseen.is_some() || !view.left.is_empty() {
            return Err(not_whole(&view, all));
        }
        if all {
            self.forget_what_is_gone(&desk, &left).await?;
        }
        self.strike(&desk)?;
        let title = desk.title(&desk.progress.step);
        self.notice(Tone::Done, Text::new("app-reset").with("title", title));
        if all {
            self.say_kept(&desk, &view.kept);
        }
        Ok(exit::PASS)
    }

    /// The stack first: its names are those that the files have now. What is `left` of those resources
    /// lies at the old place of a moved workspace.
    async fn reset_now(
        &self,
        desk: &mut Session,
        index: usize,
        plan: PlannedChange,
        resources: &[Resource],
        left: &[Resource],
        view: &mut ResetView,
    ) -> Result<(), AppError> {
        if view.unseen.is_none() {
            let project = desk.project();
            let (own, moved): (Vec<_>, Vec<_>) =
                resources.iter().cloned().partition(|one| !left.contains(one));
            let done = removal::remove(desk.engine.as_ref(), &project, What::These(&own)).await;
            (view.removed, view.left) = (done.removed, done.left);
            if !moved.is_empty() {
                for old in self.old_projects(desk) {
                    let done = removal::remove(desk.engine.as_ref(), &old, What::These(&moved)).await;
                    view.removed.extend(done.removed);
                    view.left.extend(done.left);
                }
            }
            view.unseen = done.unseen.map(|error| error.brief());
        }
        let lock = self.lock(&desk.workspace)?;
        let step = desk.step(index).id.clone();
        view.files = desk.make(&lock, "reset", &step, plan)?;
        drop(lock);
        desk.forget_from(index);
        self.save(&desk.workspace, &desk.progress)
    }

    /// What a moved workspace left at its old place is removed by name, and forgotten once it is gone.
    async fn forget_what_is_gone(&self, desk: &Session, left: &[Resource]) -> Result<(), AppError> {
        if left.is_empty() || self.left_behind(desk).await.is_ok_and(|left| left.is_empty()) {
            self.registry.forget_left(&desk.workspace)?;
        }
        Ok(())
    }

    /// What stays on purpose, and what removes it.
    fn say_kept(&self, desk: &Session, images: &[Resource]) {
        let kind = desk.engine.kind();
        if !images.is_empty() {
            let names: Vec<&str> = images.iter().map(|image| image.name.as_str()).collect();
            let command = (kind.removes_images)(&names);
            let text = Text::new("app-reset-images").with("count", names.len());
            self.notice(Tone::Info, text.with("images", names.join(", ")).with("command", command));
        }
        if let Some(shared) = kind.texts.shared {
            self.notice(Tone::Info, Text::new(shared));
        }
        let root = desk.workspace.root().display().to_string();
        self.notice(Tone::Info, Text::new("app-reset-folders").with("root", root));
    }
}

/// The files are as they should be, and the rest is not.
fn not_whole(view: &ResetView, all: bool) -> AppError {
    let text = match &view.unseen {
        Some(why) => Text::new("app-reset-unseen").with("why", why.clone()),
        None => {
            let names: Vec<String> = view.left.iter().map(|left| left.resource.name.clone()).collect();
            Text::new("app-reset-left").with("count", names.len()).with("names", names)
        }
    };
    let key = if view.unseen.is_some() { "next-reset-unseen" } else { "next-reset-left" };
    AppError::Environment { text, next: Some(Text::new(key).with("all", yes(all))) }
}

const fn yes(all: bool) -> &'static str {
    if all { "yes" } else { "no" }
}
