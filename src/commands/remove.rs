//! `remove`: a course goes from this user's own. What learners did with it stays where they did it.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::event::Tone;
use crate::lesson::Origin;
use crate::text::Text;

pub(crate) fn run(ctx: &Ctx, name: &str) -> Result<u8, AppError> {
    let shelf = ctx.library.shelf();
    let entry = shelf.entry(name)?;
    let about = |key| Text::new(key).with("name", name);
    let here = arrival::peek(ctx).filter(|progress| {
        let origin = progress.course.as_ref().map(|course| &course.origin);
        matches!(origin, Some(Origin::Added { source, .. }) if *source == entry.source)
    });
    if let Some(progress) = here {
        ctx.notice(Tone::Warning, about("course-remove-here").with("lesson", progress.lesson));
    }
    ctx.notice(Tone::Info, about("course-remove-unseen"));
    if !ctx.confirm_or_no(about("ask-course-remove"))? {
        ctx.notice(Tone::Info, about("course-left"));
        return Ok(exit::PASS);
    }
    shelf.open()?.remove(name)?;
    ctx.notice(Tone::Done, about("course-removed"));
    ctx.notice(Tone::Next, Text::new("course-next-add").with("source", entry.source).with("name", name));
    Ok(exit::PASS)
}
