//! `validate`: holds lessons to their rules.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, consent};
use crate::event::Tone;
use crate::text::Text;

/// Holds lessons to their rules.
pub(crate) fn run(ctx: &Ctx, lesson: Option<&str>) -> Result<u8, AppError> {
    let names = match lesson {
        Some(lesson) => vec![lesson.to_owned()],
        None => ctx.catalog.names()?,
    };
    let mut sound = true;
    for name in names {
        let lesson = ctx.catalog.find(&name)?;
        let faults = lesson.faults();
        sound &= faults.is_empty();
        for fault in &faults {
            ctx.notice(Tone::Warning, fault.text());
        }
        if faults.is_empty() {
            let text = Text::new("app-sound").with("lesson", lesson.dir.as_str());
            ctx.notice(Tone::Done, text.with("count", lesson.file.steps.len()));
            if lesson.is_foreign() {
                let digest = consent::digest_of(&lesson)?;
                ctx.notice(Tone::Info, Text::new("consent-digest").with("digest", digest));
            }
        }
    }
    if lesson.is_none() {
        let faults = ctx.catalog.glossary_faults();
        sound &= faults.is_empty();
        faults.iter().for_each(|fault| ctx.notice(Tone::Warning, fault.text()));
    }
    Ok(if sound { exit::PASS } else { exit::LESSON })
}
