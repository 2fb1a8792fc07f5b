//! `list`: the lessons of every course, and how far the one in this folder is.

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival};
use crate::event::{Event, LessonLine, StepState, Tone};
use crate::lesson::{Catalog, Lesson, LessonError};
use crate::workspace::progress::Progress;

pub(crate) fn run(ctx: &Ctx) -> Result<u8, AppError> {
    let here = arrival::peek(ctx);
    let mut lines = lines(ctx, &ctx.library.primary())?;
    let added = match ctx.library.courses() {
        Ok(courses) => courses.into_iter().skip(1).map(|course| course.catalog).collect(),
        Err(error) => vec![Err(error)],
    };
    for course in added {
        match course {
            Ok(catalog) => lines.extend(self::lines(ctx, &catalog)?),
            // One that cannot be used keeps nobody from the others.
            Err(error) => {
                ctx.notice(Tone::Warning, error.text());
                error.next().into_iter().for_each(|next| ctx.notice(Tone::Next, next));
            }
        }
    }
    for line in &mut lines {
        line.done = here.as_ref().filter(|progress| is_at(progress, line)).map(done);
    }
    ctx.emit(Event::Lessons(lines));
    Ok(exit::PASS)
}

/// The lessons of a course, in order.
pub(crate) fn lines(ctx: &Ctx, catalog: &Catalog) -> Result<Vec<LessonLine>, LessonError> {
    let lessons = catalog.names()?.into_iter().map(|name| line(ctx, &catalog.find(&name)?, name));
    lessons.collect()
}

fn line(ctx: &Ctx, lesson: &Lesson, folder: String) -> Result<LessonLine, LessonError> {
    Ok(LessonLine {
        id: lesson.file.id.clone(),
        folder,
        course: lesson.origin.name(),
        source: lesson.origin.source().map(str::to_owned),
        title: lesson.prose(ctx.lang)?.title,
        minutes: lesson.file.minutes(),
        steps: lesson.file.steps.len(),
        done: None,
    })
}

/// Whether this is the lesson under way here; where it is not kept of which course that is, by its id.
fn is_at(progress: &Progress, line: &LessonLine) -> bool {
    let of = progress.course.as_ref().map(|course| course.origin.name());
    progress.lesson == line.id && of.is_none_or(|course| course == line.course)
}

/// Steps passed, and steps skipped.
fn done(progress: &Progress) -> (usize, usize) {
    let count = |state| progress.steps.values().filter(|step| step.state == state).count();
    (count(StepState::Passed), count(StepState::Skipped))
}
