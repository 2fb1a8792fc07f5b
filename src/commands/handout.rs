//! `handout`: a lesson on paper, as one page on standard output.

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::event::Event;
use crate::report::handout::Handout;

pub(crate) fn run(ctx: &Ctx, lesson: &str) -> Result<u8, AppError> {
    let (catalog, name) = ctx.library.resolve(lesson)?;
    let lesson = catalog.find(&name)?;
    let engine = ctx.global.engine.kind().unwrap_or_default();
    let prose = lesson.prose(ctx.lang)?.in_words_of(engine);
    let glossary = catalog.glossary(ctx.lang)?;
    let handout =
        Handout { lesson: &lesson, prose: &prose, glossary: glossary.as_ref(), engine, lang: ctx.lang };
    ctx.emit(Event::Prompt(handout.render()));
    Ok(exit::PASS)
}
