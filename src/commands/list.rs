//! `list`: the lessons, and how far the one in this folder is.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::event::{Event, LessonLine, StepState};
use crate::workspace::progress::Progress;

pub(crate) fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let here = arrival::peek(ctx);
    let mut lines = Vec::new();
    for name in ctx.catalog.names()? {
        let lesson = ctx.catalog.find(&name)?;
        let done = here.as_ref().filter(|progress| progress.lesson == lesson.file.id).map(done);
        lines.push(LessonLine {
            id: lesson.file.id.clone(),
            title: lesson.prose(ctx.lang)?.title,
            minutes: lesson.file.minutes(),
            steps: lesson.file.steps.len(),
            done,
        });
    }
    ctx.emit(Event::Lessons(lines));
    Ok(exit::PASS)
}

/// Steps passed, and steps skipped.
fn done(progress: &Progress) -> (usize, usize) {
    let count = |state| progress.steps.values().filter(|step| step.state == state).count();
    (count(StepState::Passed), count(StepState::Skipped))
}
