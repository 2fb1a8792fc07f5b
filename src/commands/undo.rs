//! `undo`: takes back the latest change that the runner made.

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::event::Tone;
use crate::text::Text;

pub(crate) fn run(ctx: &Ctx, over: bool) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    let lock = ctx.lock(&session.workspace)?;
    let undone = session.undo(&lock, over)?;
    drop(lock);
    // The step that made the change is where the learner is again.
    let text = Text::new("app-undone").with("count", undone.files.len());
    ctx.notice(Tone::Done, text.with("label", undone.label.as_str()));
    if let Some(index) = session.lesson.step_index(&undone.label) {
        session.reopen(index);
        ctx.save(&session.workspace, &session.progress)?;
    }
    for path in undone.replaced {
        ctx.notice(Tone::Info, Text::new("app-undone-over").with("path", path));
    }
    for aside in undone.asides {
        ctx.notice(Tone::Info, Text::new("app-moved-aside").with("from", aside.from).with("to", aside.to));
    }
    Ok(exit::PASS)
}
