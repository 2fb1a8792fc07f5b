//! What the verbs of an author share: the course's folder, the lesson that is meant, and how a change
//! is told.

use std::path::PathBuf;

use crate::app::Ctx;
use crate::app::error::AppError;
use crate::author::change::Carried;
use crate::author::{Author, Desk};
use crate::event::Tone;
use crate::lesson::Catalog;
use crate::text::Text;

/// The course's folder: the one that `--lessons` names, else the nearest with `lessons/` in it, from
/// here upwards, else the one here.
pub(crate) fn root(ctx: &Ctx) -> Result<PathBuf, AppError> {
    if let Catalog::Folder(root) = ctx.library.primary() {
        return Ok(root);
    }
    let here = match &ctx.global.directory {
        Some(dir) => dir.clone(),
        None => std::env::current_dir().map_err(|_| AppError::Usage(Text::new("app-no-current-dir")))?,
    };
    let found = here.ancestors().find(|dir| dir.join("lessons").is_dir());
    Ok(found.unwrap_or(&here).to_owned())
}

/// The same program, whose lessons are those of the course.
pub(super) fn at_course(ctx: &Ctx) -> Result<Ctx, AppError> {
    let root = root(ctx)?;
    let there = ctx.with_emit(ctx.emit.clone());
    Ok(Ctx { library: there.library.of_one(Catalog::Folder(root)), ..there })
}

/// The lesson that is meant: the one that is named, else the only one there is.
pub(super) fn wanted(ctx: &Ctx, lesson: Option<&str>) -> Result<String, AppError> {
    if let Some(lesson) = lesson {
        return Ok(lesson.to_owned());
    }
    let root = root(ctx)?;
    let names = Catalog::Folder(root.clone()).names();
    match names.unwrap_or_default().as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let text = Text::new("author-no-lesson").with("dir", root.display().to_string());
            Err(AppError::NotYet { text, next: Some(Text::new("author-next-new")) })
        }
        several => Err(AppError::Usage(Text::new("author-which").with("names", several.to_vec()))),
    }
}

/// The desk of the course, and a word where it had something to end.
pub(super) fn desk(ctx: &Ctx) -> Result<Desk, AppError> {
    let root = root(ctx)?;
    let (desk, kept) = Desk::take(&root)?;
    if kept {
        ctx.notice(Tone::Warning, Text::new("author-kept"));
    }
    Ok(desk)
}

pub(super) fn open(ctx: &Ctx, lesson: Option<&str>) -> Result<Author, AppError> {
    Ok(Author::open(&root(ctx)?, &wanted(ctx, lesson)?)?)
}

/// Says what was written, and what could not come along.
pub(super) fn told(ctx: &Ctx, carried: &Carried, done: Text) {
    ctx.notice(Tone::Done, done.with("files", carried.changes.len()));
    for path in carried.changes.keys() {
        ctx.notice(Tone::Info, Text::verbatim(path.clone()));
    }
    if carried.steps > 0 {
        ctx.notice(Tone::Info, Text::new("author-carried").with("count", carried.steps));
    }
    if !carried.left.is_empty() {
        ctx.notice(Tone::Warning, Text::new("author-cases-left").with("names", carried.left.clone()));
    }
}
