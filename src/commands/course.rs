//! What the verbs about courses share: the folder that paths are relative to, and how a course is
//! shown.

use std::path::PathBuf;
use std::sync::Arc;

use super::list;
use crate::app::Ctx;
use crate::app::consent::environment;
use crate::app::error::AppError;
use crate::courses::Entry;
use crate::courses::changes::Change;
use crate::event::CourseView;
use crate::lesson::catalog::Held;
use crate::lesson::effects::{self, Effects};
use crate::lesson::{Catalog, LessonError};
use crate::text::Text;

/// A course as it was fetched, and as it would be kept.
pub(super) struct Fresh {
    pub entry: Entry,
    pub catalog: Catalog,
    pub held: Arc<Held>,
}

/// A version of a course that another one takes the place of.
pub(super) struct Before<'a> {
    pub catalog: &'a Catalog,
    pub changes: Vec<Change>,
}

/// The folder that the command is about: paths are relative to it.
pub(super) fn here(ctx: &Ctx) -> Result<PathBuf, AppError> {
    let current = || std::env::current_dir().map_err(|_| AppError::Usage(Text::new("app-no-current-dir")));
    ctx.global.directory.clone().map_or_else(current, Ok)
}

/// All that the lessons of a course would do.
fn effects_of(catalog: &Catalog) -> Result<Effects, LessonError> {
    let (env, mut all) = (environment(), Effects::new());
    for name in catalog.names()? {
        all.extend(effects::of_lesson(&catalog.find(&name)?, &env)?);
    }
    Ok(all)
}

/// The course as it is shown: where there is one before it, with what is different.
///
/// # Errors
/// A lesson of it is faulty.
pub(super) fn view(
    ctx: &Ctx,
    heading: Text,
    fresh: &Fresh,
    before: Option<Before<'_>>,
) -> Result<CourseView, AppError> {
    let all = effects_of(&fresh.catalog)?;
    let known = before.as_ref().map(|before| effects_of(before.catalog).unwrap_or_default());
    let known = known.unwrap_or_default();
    Ok(CourseView {
        heading,
        entry: fresh.entry.clone(),
        lessons: if before.is_some() { Vec::new() } else { list::lines(ctx, &fresh.catalog)? },
        effects: all.difference(&known).cloned().collect(),
        changes: before.map(|before| before.changes).unwrap_or_default(),
    })
}
