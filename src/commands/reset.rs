//! `reset`: the files of a step's start, and the stack taken down. What could not be seen or removed
//! is named, and is no success.

use crate::app::back::Half;
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival, back, consent, doing};
use crate::engine::Resource;
use crate::event::{Event, ResetView, Tone};
use crate::session::Session;
use crate::session::change::PlannedChange;
use crate::session::removal::{self, What};
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx, all: bool) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    // The files that it puts back are the course's.
    if session.lesson.is_foreign() {
        consent::consent(ctx, &mut session)?;
    }
    let index = if all { 0 } else { session.current() };
    let plan = session.plan_reset(index)?;
    let stack = Stack::seen(ctx, &session, all).await?;
    let files = plan.diff.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    if stack.is_nothing && files.is_empty() && !all {
        whole(&ResetView { unseen: stack.unseen, ..ResetView::default() }, all)?;
        ctx.notice(Tone::Info, Text::new("app-nothing-to-reset"));
        return Ok(exit::PASS);
    }
    doing::say_asides(ctx, &plan);
    ctx.emit(Event::Removal { resources: stack.resources.clone(), files });
    // Everything is much to lose by a key too many.
    let sure = if all { Ctx::confirm_or_no } else { Ctx::confirm };
    if !sure(ctx, Text::new("ask-reset"))? {
        ctx.notice(Tone::Info, Text::new("app-left-as-it-was"));
        return Ok(exit::NOT_YET);
    }
    let half =
        Half { text: Text::new("half-reset"), next: Text::new("next-half-reset").with("all", yes(all)) };
    let reset = async {
        // The stack first: its names are those that the files have now.
        let mut view = stack.removed(ctx, &session).await;
        let reset = put_back(ctx, &mut session, index, plan, &mut view);
        (view, reset)
    };
    let (mut view, reset) = back::during(ctx, half, reset).await;
    if all && view.unseen.is_none() {
        view.kept = session.engine.images(&session.project()).await.unwrap_or_default();
    }
    ctx.emit(Event::Reset(view.clone()));
    reset?;
    whole(&view, all)?;
    if all {
        forget_what_is_gone(ctx, &session, &stack.left).await?;
    }
    back::strike(&session)?;
    let title = session.title(&session.progress.step);
    ctx.notice(Tone::Done, Text::new("app-reset").with("title", title));
    if all {
        say_kept(ctx, &session, &view.kept);
    }
    Ok(exit::PASS)
}

/// # Errors
/// The files are as they should be, and the rest is not.
fn whole(view: &ResetView, all: bool) -> Result<(), AppError> {
    let (text, next) = match &view.unseen {
        Some(why) => (Text::new("app-reset-unseen").with("why", why.clone()), "next-reset-unseen"),
        None if view.left.is_empty() => return Ok(()),
        None => {
            let names: Vec<String> = view.left.iter().map(|left| left.resource.name.clone()).collect();
            let text = Text::new("app-reset-left").with("count", names.len()).with("names", names);
            (text, "next-reset-left")
        }
    };
    Err(AppError::Environment { text, next: Some(Text::new(next).with("all", yes(all))) })
}

const fn yes(all: bool) -> &'static str {
    if all { "yes" } else { "no" }
}

/// What there is of the stack.
struct Stack {
    resources: Vec<Resource>,
    /// Those of them that a moved workspace left where it was.
    left: Vec<Resource>,
    /// There are none, and nothing is held either.
    is_nothing: bool,
    /// Why the engine does not say.
    unseen: Option<Text>,
}

impl Stack {
    async fn seen(ctx: &Ctx, session: &Session, all: bool) -> Result<Self, AppError> {
        let (mut resources, unseen) = match session.engine.resources(&session.project()).await {
            Ok(resources) => (resources, None),
            // Files can be reset without an engine; its part is said and left.
            Err(error) => {
                ctx.notice(Tone::Warning, error.text());
                (Vec::new(), Some(error.brief()))
            }
        };
        // What a moved workspace left where it was is named with the rest.
        let left =
            if all { arrival::left_behind(ctx, session).await.unwrap_or_default() } else { Vec::new() };
        resources.extend(left.iter().cloned());
        let held = unseen.is_none() && !session.engine.held(&session.project()).await?.is_empty();
        Ok(Self { is_nothing: resources.is_empty() && !held, resources, left, unseen })
    }

    /// Removes it, if it could be seen; what came of that.
    async fn removed(&self, ctx: &Ctx, session: &Session) -> ResetView {
        if self.unseen.is_some() {
            return ResetView { unseen: self.unseen.clone(), ..ResetView::default() };
        }
        let engine = session.engine.as_ref();
        let is_moved = |one: &Resource| self.left.contains(one);
        let (moved, own): (Vec<_>, Vec<_>) = self.resources.iter().cloned().partition(is_moved);
        let mut all = removal::remove(engine, &session.project(), What::These(&own)).await;
        if !moved.is_empty() {
            for old in arrival::old_projects(ctx, session) {
                let done = removal::remove(engine, &old, What::These(&moved)).await;
                all.removed.extend(done.removed);
                all.left.extend(done.left);
            }
        }
        let unseen = all.unseen.map(|error| error.brief());
        ResetView { removed: all.removed, left: all.left, unseen, ..ResetView::default() }
    }
}

/// The files as they were before the step.
fn put_back(
    ctx: &Ctx,
    session: &mut Session,
    index: usize,
    plan: PlannedChange,
    view: &mut ResetView,
) -> Result<(), AppError> {
    let lock = ctx.lock(&session.workspace)?;
    let step = session.step(index).id.clone();
    view.files = session.make(&lock, "reset", &step, plan)?;
    drop(lock);
    session.forget_from(index);
    ctx.save(&session.workspace, &session.progress)
}

/// What a moved workspace left at its old place is removed by name, and forgotten once it is gone.
async fn forget_what_is_gone(ctx: &Ctx, session: &Session, left: &[Resource]) -> Result<(), AppError> {
    if left.is_empty() || arrival::left_behind(ctx, session).await.is_ok_and(|left| left.is_empty()) {
        ctx.registry.forget_left(&session.workspace)?;
    }
    Ok(())
}

/// What stays on purpose, and what removes it.
fn say_kept(ctx: &Ctx, session: &Session, images: &[Resource]) {
    let kind = session.engine.kind();
    if !images.is_empty() {
        let names: Vec<&str> = images.iter().map(|image| image.name.as_str()).collect();
        let command = (kind.removes_images)(&names);
        let text = Text::new("app-reset-images").with("count", names.len());
        ctx.notice(Tone::Info, text.with("images", names.join(", ")).with("command", command));
    }
    if let Some(shared) = kind.texts.shared {
        ctx.notice(Tone::Info, Text::new(shared));
    }
    let root = session.workspace.root().display().to_string();
    ctx.notice(Tone::Info, Text::new("app-reset-folders").with("root", root));
}
