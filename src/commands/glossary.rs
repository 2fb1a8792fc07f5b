//! `glossary`: the course's words, or one of them explained.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::event::{Event, Tone};
use crate::lesson::markdown::Entry;
use crate::text::Text;

/// More than so many that a word may mean are only named.
const MOST_EXPLAINED: usize = 3;

/// Explains `word`; without one, or where it may mean many, names what there is.
pub(crate) fn run(ctx: &Ctx, word: Option<&str>) -> Result<u8, AppError> {
    let here = arrival::peek(ctx).and_then(|progress| ctx.library.at(&progress).ok());
    let glossary = here.unwrap_or_else(|| ctx.library.primary()).glossary(ctx.lang)?;
    let Some(glossary) = glossary.filter(|glossary| !glossary.entries.is_empty()) else {
        ctx.notice(Tone::Info, Text::new("glossary-none"));
        return Ok(exit::PASS);
    };
    let Some(word) = word else {
        ctx.emit(Event::Glossary { entries: glossary.entries, explained: false });
        ctx.notice(Tone::Next, Text::new("next-glossary"));
        return Ok(exit::PASS);
    };
    let entries: Vec<Entry> = glossary.find(word).into_iter().cloned().collect();
    if entries.is_empty() {
        let near = match glossary.near(word) {
            Some(near) => Text::new("text-did-you-mean").with("near", near),
            None => Text::verbatim(""),
        };
        return Err(AppError::Usage(Text::new("glossary-unknown").with("word", word).with("near", near)));
    }
    let explained = entries.len() <= MOST_EXPLAINED;
    ctx.emit(Event::Glossary { entries, explained });
    Ok(exit::PASS)
}
