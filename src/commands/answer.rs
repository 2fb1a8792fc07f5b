//! `answer`: takes an answer, or lists what is asked.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, predictions, questions};
use crate::event::{Event, Tone};
use crate::session::Session;
use crate::text::Text;

/// Takes an answer; without one, lists the questions that are open in this step.
pub(crate) fn run(ctx: &Ctx, given: Option<(String, String)>) -> Result<u8, AppError> {
    let mut session = ctx.session()?;
    let Some((question, choice)) = given else { return Ok(list_questions(ctx, &session)) };
    let right = questions::take_answer(ctx, &mut session, &question, &choice)?;
    Ok(if right { exit::PASS } else { exit::NOT_YET })
}

fn list_questions(ctx: &Ctx, session: &Session) -> u8 {
    let questions = questions::open_questions(session, &session.progress.step);
    let confirms = questions::open_confirms(session);
    let expected = predictions::open(session, &session.progress.step);
    if questions.is_empty() && confirms.is_empty() && expected.is_empty() {
        ctx.notice(Tone::Info, Text::new("app-no-question"));
    }
    for question in expected {
        let next = predictions::how(&question);
        ctx.emit(Event::Question(question));
        ctx.notice(Tone::Info, next);
    }
    for question in confirms {
        let next = Text::new("app-confirm-with").with("id", question.id.as_str());
        ctx.emit(Event::Question(question));
        ctx.notice(Tone::Info, next);
    }
    for question in questions {
        let next = Text::new("app-answer-with").with("id", question.id.as_str());
        ctx.emit(Event::Question(question));
        ctx.notice(Tone::Info, next);
    }
    exit::PASS
}
