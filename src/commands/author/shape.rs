//! `author insert`, `move`, `rename` and `remove`: a lesson's steps, in all of its files at once.

use super::course::{desk, open, told};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::change::Carried;
use crate::author::{Author, AuthorError};
use crate::event::Tone;
use crate::text::Text;

pub(super) fn run(
    ctx: &Ctx,
    lesson: Option<&str>,
    change: impl FnOnce(&Author) -> Result<Carried, AuthorError>,
    done: &'static str,
) -> Result<u8, AppError> {
    let desk = desk(ctx)?;
    if let Some(state) = desk.state()? {
        let text = Text::new("author-busy").with("step", state.step);
        return Err(AppError::NotYet { text, next: Some(Text::new("author-next-record")) });
    }
    let author = open(ctx, lesson)?;
    let carried = change(&author)?;
    desk.write(&carried.changes, false)?;
    told(ctx, &carried, Text::new(done));
    let next = Text::new("author-next-validate").with("lesson", author.lesson.file.id.as_str());
    ctx.notice(Tone::Next, next);
    Ok(exit::PASS)
}
