//! `author translate`: which texts are older than their original, and that one is done.

use super::course::{desk, open};
use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::author::translate::Standing;
use crate::event::Tone;
use crate::text::{Lang, Text};

pub(super) fn run(
    ctx: &Ctx,
    lesson: Option<&str>,
    to: Option<Lang>,
    done: Option<&str>,
) -> Result<u8, AppError> {
    let author = open(ctx, lesson)?;
    if let Some(done) = done {
        let others = author.lesson.file.languages.iter().copied();
        let lang = to.or_else(|| others.into_iter().find(|lang| *lang != author.original()));
        let Some(lang) = lang else {
            return Err(AppError::Usage(Text::new("author-one-language")));
        };
        let changes = author.translated(lang, Some(done).filter(|part| *part != "all"))?;
        desk(ctx)?.write(&changes, false)?;
        ctx.notice(Tone::Done, Text::new("author-translated").with("part", done).with("lang", lang.code()));
        return Ok(exit::PASS);
    }
    let all = author.translations()?;
    let mut open = 0;
    for one in all.iter().filter(|one| to.is_none_or(|to| one.lang == to)) {
        let key = match one.standing {
            Standing::Current => continue,
            Standing::Older => "author-older",
            Standing::Unknown => "author-unknown",
        };
        open += 1;
        let text = Text::new(key).with("lang", one.lang.code()).with("part", one.part.as_str());
        ctx.notice(Tone::Warning, text.with("original", author.original().code()));
    }
    if open == 0 {
        ctx.notice(Tone::Done, Text::new("author-all-translated").with("original", author.original().code()));
        return Ok(exit::PASS);
    }
    ctx.notice(Tone::Next, Text::new("author-next-translate"));
    Ok(exit::NOT_YET)
}
