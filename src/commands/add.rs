//! `add`: a course is taken from where it is and kept among this user's own. Nothing of it runs.

use std::sync::Arc;

use super::bundle::add as bundled;
use super::course::{self, Fresh};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::cli::Add;
use crate::courses::source::{Source, name_fault};
use crate::courses::{CourseError, Entry, bundle, fetch};
use crate::event::{CourseView, Event, Tone};
use crate::lesson::catalog::Held;
use crate::lesson::{Catalog, Origin};
use crate::text::Text;
use crate::workspace::moment::now_millis;

pub(crate) async fn run(ctx: &Ctx, add: &Add) -> Result<u8, AppError> {
    let source = Source::read(&add.source, add.rev.as_deref(), &course::here(ctx)?)?;
    if let Source::File(path) = &source
        && let Some(manifest) = bundle::manifest(path)?
    {
        return bundled::run(ctx, path, manifest, add.name.as_deref()).await;
    }
    let name = add.name.clone().unwrap_or_else(|| source.name());
    if let Some(fault) = name_fault(&name) {
        return Err(AppError::Usage(fault));
    }
    let open = ctx.library.shelf().open()?;
    if open.has(&name)? {
        return Err(CourseError::Taken { name }.into());
    }
    let fresh = taken(ctx, &source, &name, open.staging()?.path()).await?;
    let heading = Text::new("course-added").with("name", name.as_str());
    let view = course::view(ctx, heading, &fresh, None)?;
    open.put(fresh.entry.clone(), &fresh.held.course)?;
    say_added(ctx, view);
    Ok(exit::PASS)
}

/// The course that is there now, and how its first lesson is started.
pub(super) fn say_added(ctx: &Ctx, view: CourseView) {
    let first = view.lessons.first().map(|lesson| format!("{}/{}", lesson.course, lesson.id));
    ctx.emit(Event::Course(Box::new(view)));
    ctx.notice(Tone::Done, Text::new("course-nothing-ran"));
    if let Some(first) = first {
        ctx.notice(Tone::Next, Text::new("course-next-start").with("lesson", first));
    }
}

/// The course at `source`, fetched with `staging` to do it in, as it would be kept.
///
/// # Errors
/// It cannot be had, or is none.
pub(super) async fn taken(
    ctx: &Ctx,
    source: &Source,
    name: &str,
    staging: &std::path::Path,
) -> Result<Fresh, AppError> {
    ctx.emit(Event::Progress(Text::new("course-fetching").with("source", source.shown())));
    let fetched = fetch::fetch(source, staging).await?;
    let entry = Entry {
        name: name.to_owned(),
        source: source.shown(),
        kind: fetched.kind,
        rev: source.rev().map(str::to_owned),
        commit: fetched.commit,
        pinned: fetched.pinned,
        digest: fetched.course.digest(),
        added_at: now_millis(),
    };
    let origin = Origin::Added { name: entry.name.clone(), source: entry.source.clone() };
    let held = Arc::new(Held { origin, course: fetched.course });
    Ok(Fresh { entry, catalog: Catalog::Held(Arc::clone(&held)), held })
}
