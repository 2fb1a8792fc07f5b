//! `catch-up`: files and stack to the step that the presenter shows, as `start --at` brings them.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, building, in_room, steps};
use crate::commands::guide;
use crate::event::Tone;
use crate::text::Text;

pub(crate) async fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let (_, now) = in_room::now(ctx).await?;
    let Some(shown) = now.shown else {
        ctx.notice(Tone::Info, Text::new("in-room-nothing-shown"));
        return Ok(exit::NOT_YET);
    };
    in_room::say_shown(ctx, &shown);
    let start = |key: &'static str| {
        let text = Text::new(key).with("lesson", shown.lesson.as_str());
        text.with("step", shown.step.as_str())
    };
    let mut session = match ctx.session() {
        Err(AppError::NotStarted) => {
            let text = Text::new("in-room-no-lesson");
            return Err(AppError::NotYet { text, next: Some(start("next-room-start")) });
        }
        session => session?,
    };
    if session.lesson.file.id != shown.lesson {
        let text = start("in-room-other-lesson").with("here", session.lesson.file.id.as_str());
        return Err(AppError::NotYet { text, next: Some(start("next-room-start-elsewhere")) });
    }
    // A presenter's own version of the lesson may have steps that this one does not have.
    steps::find_step(&session.lesson, &shown.step)?;
    building::build(ctx, &mut session, &shown.step).await?;
    ctx.save(&session.workspace, &session.progress)?;
    guide::at_step(ctx, session).await
}
