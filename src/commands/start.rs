//! `start`: a lesson begins in this folder, or goes on.

use std::sync::{Arc, PoisonError};

use crate::app::arrival::Entry;
use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival, back, building, choice, consent, environment, steps};
use crate::commands::screen::Opening;
use crate::commands::{guide, screen};
use crate::event::{Event, Tone};
use crate::lesson::{Lesson, catalog};
use crate::session::Session;
use crate::session::start::state_commands;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::followed::OfCourse;
use crate::workspace::progress::Progress;

pub(crate) async fn run(ctx: &Ctx, wanted: &str, at: Option<&str>) -> Result<u8, AppError> {
    let lesson = meant(ctx, wanted)?;
    let workspace = ctx.workspace()?;
    let kept = Arc::default();
    let this = ctx.keeping(&kept);
    let entry = arrival::enter_to_begin(&this, &workspace)?;
    let before = match entry {
        Entry::None => None,
        _ => {
            ctx.recover(&workspace)?;
            this.progress(&workspace)?
        }
    };
    let fresh = before.is_none();
    let (progress, changed) = match before {
        Some(progress) => going_on(&this, &lesson, &workspace, progress).await?,
        None => (beginning(&this, &lesson, &workspace).await?, false),
    };
    let mut session = ctx.session_of(workspace, progress)?;
    arrival::settle(&this, &mut session, entry)?;
    environment::look_at_the_shell(&this, &session);
    if changed {
        environment::move_ports(&this, &mut session)?;
        missing_stack(&this, &session, at);
    }
    session.progress.lang = ctx.global.lang.or(session.progress.lang);
    if fresh && session.lesson.is_foreign() {
        consent::consent(ctx, &mut session)?;
    }
    if !fresh {
        back::pay(ctx, &mut session).await?;
    }
    if screen::is_wanted(ctx) {
        if let Some(step) = at {
            steps::find_step(&session.lesson, step)?;
        } else if !fresh {
            session.pass_by();
        }
        environment::early_env(ctx, &mut session);
        ctx.save(&session.workspace, &session.progress)?;
        let noticed = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
        let opening = Opening { intro: fresh, build: at.map(str::to_owned), noticed };
        return screen::screen(ctx, session, opening).await;
    }
    in_lines(ctx, session, fresh, at).await
}

/// The lesson that `wanted` means: the one under way here, where it is called that, else the one of the
/// library.
fn meant(ctx: &Ctx, wanted: &str) -> Result<Lesson, AppError> {
    let here = arrival::peek(ctx).filter(|_| ctx.global.lessons.is_none());
    let is_here =
        |progress: &Progress| catalog::meant(std::slice::from_ref(&progress.lesson), wanted).is_some();
    match here.filter(is_here) {
        Some(progress) => Ok(ctx.library.at(&progress)?.find(&progress.lesson)?),
        None => Ok(ctx.library.find(wanted)?),
    }
}

/// How far the lesson is that goes on here, and whether it has another engine from now on.
async fn going_on(
    ctx: &Ctx,
    lesson: &Lesson,
    workspace: &Workspace,
    mut progress: Progress,
) -> Result<(Progress, bool), AppError> {
    let is_same = progress.course.as_ref().is_none_or(|course| course.origin.may_be(&lesson.origin));
    if progress.lesson != lesson.file.id || !is_same {
        let course = progress.course.map(|course| course.origin.name());
        return Err(AppError::OtherLesson { id: progress.lesson, course });
    }
    let changed = choice::change_engine(ctx, lesson, workspace, &mut progress).await?;
    Ok((progress, changed))
}

/// The progress of a lesson that begins here.
async fn beginning(ctx: &Ctx, lesson: &Lesson, workspace: &Workspace) -> Result<Progress, AppError> {
    // What is not believed is put aside first, so that no engine is asked about it; else
    // nothing is begun before there is an engine.
    if workspace.private().exists() {
        arrival::claim(ctx, workspace)?;
    }
    let engine = choice::choose(ctx, lesson, workspace).await?;
    arrival::claim(ctx, workspace)?;
    let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
    let course = Some(OfCourse::of(lesson));
    Ok(Progress {
        course,
        engine: Some(engine),
        context: ctx.global.context.clone(),
        ..Progress::new(&lesson.file.id, &first)
    })
}

/// The lesson without the full screen, from its opening on.
async fn in_lines(ctx: &Ctx, mut session: Session, fresh: bool, at: Option<&str>) -> Result<u8, AppError> {
    if fresh {
        ctx.emit(Event::Intro { title: session.prose.title.clone(), blocks: session.prose.intro.clone() });
        if ctx.interactive && !ctx.asker.pause(&Text::new("ask-first-step"))? {
            ctx.save(&session.workspace, &session.progress)?;
            ctx.notice(Tone::Info, Text::new("app-quit"));
            return Ok(exit::PASS);
        }
    }
    if let Some(step) = at {
        building::build(ctx, &mut session, step).await?;
    } else if !fresh {
        session.pass_by();
    }
    ctx.save(&session.workspace, &session.progress)?;
    guide::at_step(ctx, session).await
}

/// After a change of the engine nothing runs there, whatever the step expects.
fn missing_stack(ctx: &Ctx, session: &Session, at: Option<&str>) {
    let index = session.current();
    if at.is_none() && !state_commands(&session.lesson.file, index).is_empty() {
        let text = Text::new("next-rebuild").with("lesson", session.lesson.file.id.as_str());
        ctx.notice(Tone::Next, text.with("step", session.progress.step.as_str()));
    }
}
