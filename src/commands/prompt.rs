//! `prompt`: the step's words for an AI assistant.

use crate::app::Ctx;
use crate::app::error::{AppError, exit};
use crate::event::Event;
use crate::text::Text;

pub(crate) fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let session = ctx.session()?;
    match session.step_prose(&session.progress.step).and_then(|prose| prose.prompt.clone()) {
        Some(prompt) => ctx.emit(Event::Prompt(prompt)),
        None => return Err(AppError::Usage(Text::new("app-no-prompt"))),
    }
    Ok(exit::PASS)
}
