//! `explain`: a kind of check or a key of `lesson.toml`, or a list of the kinds.

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::event::{Event, Tone};
use crate::reference::Reference;
use crate::text::Text;

/// Explains what is called `name`; without one, says what a pass of each kind proves.
pub(crate) fn run(ctx: &Ctx, name: Option<&str>) -> Result<u8, AppError> {
    let all = Reference::of_this_program();
    let Some(name) = name else {
        ctx.emit(Event::Reference { topics: all.kinds.clone(), explained: false });
        ctx.notice(Tone::Next, Text::new("next-explain"));
        return Ok(exit::PASS);
    };
    let topics = all.find(name);
    if topics.is_empty() {
        let near = match all.near(name) {
            Some(near) => Text::new("text-did-you-mean").with("near", near),
            None => Text::verbatim(""),
        };
        return Err(AppError::Usage(Text::new("explain-unknown").with("name", name).with("near", near)));
    }
    ctx.emit(Event::Reference { topics, explained: true });
    Ok(exit::PASS)
}
