//! `update`: courses are fetched again from where they came from; what is different is shown, and what
//! it means for the lesson under way here, before anything takes the place of what is kept.

use super::add::taken;
use super::course::{self, Before, Fresh};
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::cli::Update;
use crate::courses::source::Source;
use crate::courses::{CourseError, Entry, Open, changes};
use crate::event::{Event, Tone};
use crate::lesson::Catalog;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx, update: &Update) -> Result<u8, AppError> {
    let shelf = ctx.library.shelf();
    if let Some(name) = &update.name {
        let entry = shelf.entry(name)?;
        return one(ctx, &shelf.open()?, entry, update.rev.as_deref()).await.map(|()| exit::PASS);
    }
    let entries = shelf.entries()?;
    if entries.is_empty() {
        ctx.notice(Tone::Info, Text::new("course-no-added"));
        return Ok(exit::PASS);
    }
    let open = shelf.open()?;
    let mut worst = exit::PASS;
    for entry in entries {
        match one(ctx, &open, entry, None).await {
            Ok(()) => {}
            Err(error @ (AppError::Interrupted | AppError::NeedsYes)) => return Err(error),
            // What is wrong with one holds up no other.
            Err(error) => {
                worst = worst.max(error.exit());
                ctx.emit(Event::Failure(error.failure()));
            }
        }
    }
    Ok(worst)
}

async fn one(ctx: &Ctx, open: &Open, entry: Entry, rev: Option<&str>) -> Result<(), AppError> {
    let about = |key| Text::new(key).with("name", entry.name.as_str());
    let kept = ctx.library.shelf().catalog(&entry);
    if entry.pinned && rev.is_none() && kept.is_ok() {
        let rev = entry.rev.as_deref().unwrap_or_default();
        ctx.notice(Tone::Info, about("course-pinned").with("rev", rev));
        return Ok(());
    }
    let source = Source::again(&entry, rev)?;
    let staging = open.staging()?;
    let mut fresh = taken(ctx, &source, &entry.name, staging.path()).await?;
    if entry.pinned && rev.is_none() && fresh.entry.digest != entry.digest {
        let text = about("course-pin-moved").with("rev", entry.rev.as_deref().unwrap_or_default());
        return Err(CourseError::Refused(text).into());
    }
    fresh.entry.added_at = entry.added_at;
    if fresh.entry.digest == entry.digest {
        let key = if kept.is_ok() { "course-same" } else { "course-restored" };
        open.put(fresh.entry.clone(), &fresh.held.course)?;
        ctx.notice(Tone::Done, about(key));
        return Ok(());
    }
    show(ctx, &fresh, kept.as_ref().ok())?;
    if !ctx.confirm_or_no(about("ask-course-update"))? {
        ctx.notice(Tone::Info, about("course-left"));
        return Ok(());
    }
    open.put(fresh.entry.clone(), &fresh.held.course)?;
    ctx.notice(Tone::Done, about("course-updated"));
    Ok(())
}

/// What is different, and what that means here.
fn show(ctx: &Ctx, fresh: &Fresh, kept: Option<&Catalog>) -> Result<(), AppError> {
    let heading = Text::new("course-would-change").with("name", fresh.entry.name.as_str());
    let before = match kept {
        Some(catalog) => Some(Before { catalog, changes: changes::between(catalog, &fresh.catalog)? }),
        None => None,
    };
    let view = course::view(ctx, heading, fresh, before)?;
    ctx.emit(Event::Course(Box::new(view)));
    let Some(mut progress) = arrival::peek(ctx) else { return Ok(()) };
    let is_here =
        progress.course.as_ref().is_some_and(|course| course.origin.may_be(&fresh.catalog.origin()));
    if !is_here {
        return Ok(());
    }
    match fresh.catalog.find(&progress.lesson) {
        Ok(lesson) => {
            let told = progress.follow(&lesson);
            if told.is_empty() {
                ctx.notice(Tone::Info, Text::new("course-here-same").with("step", progress.step.as_str()));
            }
            told.into_iter().for_each(|told| ctx.notice(Tone::Warning, told));
        }
        Err(_) => {
            let text = Text::new("course-here-gone").with("lesson", progress.lesson.as_str());
            ctx.notice(Tone::Warning, text);
        }
    }
    Ok(())
}
