//! `demo`: a lesson played for somebody who watches, at a presenter's keys ([`show`]) or by itself;
//! then taken down again, also after a step that fails, after Ctrl-C and after SIGTERM. Its script
//! ([`script`]) and a recording of it ([`replay`]) need neither.

mod address;
mod beat;
mod detour;
mod link;
mod preflight;
mod rebuild;
mod replay;
mod room;
mod script;
mod show;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::app::error::{AppError, exit};
use crate::app::steps::{find_step, step_view};
use crate::app::{
    Ctx, arrival, building, checks, choice, consent, doing, listen, predictions, questions, worst,
};
use crate::check::Outcome;
use crate::cli;
use crate::demo::cast::{Recorded, Recorder, Recording};
use crate::demo::outline::Outline;
use crate::demo::plan::Plan;
use crate::demo::rehearsal::Rehearsed;
use crate::demo::{Brief, Place, Tally};
use crate::emit::Emit;
use crate::engine::{EngineKind, Spelling, generate_name};
use crate::event::{Event, Offers, ResetView, StepReport, StepView, Tone};
use crate::lesson::Lesson;
use crate::report::{Format, Reporter, Streams, screen_size};
use crate::session::Session;
use crate::session::removal::{self, What};
use crate::session::{Scope, project_of};
use crate::signals;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::followed::OfCourse;
use crate::workspace::progress::Progress;

pub(crate) async fn run(ctx: &Ctx, args: &cli::Demo) -> Result<u8, AppError> {
    if let Some(file) = &args.replay {
        return replay::replay(ctx, file, args.speed.unwrap_or_default()).await;
    }
    let lesson = ctx.library.find(args.lesson.as_deref().unwrap_or_default())?;
    let steps = range(ctx, &lesson, args)?;
    if args.dry_run {
        let rehearsed = Rehearsed::load(&ctx.registry, &lesson.file.id);
        let plan = plan(&lesson, &steps, &rehearsed, args);
        return script::script(ctx, &lesson, steps, &plan);
    }
    if args.preflight {
        return preflight::run(ctx, &lesson, steps).await;
    }
    if args.auto {
        let room = if args.room { room::wanted(ctx, args)? } else { None };
        let (app, recording) = recorded(ctx, &lesson, args)?;
        let played = room::telling(&app, room, async |app| play_by_itself(app, &lesson, steps).await).await;
        let Some(recording) = recording else { return played };
        let written = recording.lock().unwrap_or_else(PoisonError::into_inner).finish();
        // What went wrong in the demo is worse.
        return played.and_then(|code| Ok(written.map(|()| code)?));
    }
    show::play_for_presenter(ctx, &lesson, steps, args).await
}

/// Does `work` until it is done, or the program is told to end.
pub(crate) async fn until_told<T>(work: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    tokio::select! {
        // In this order: see `run`.
        biased;
        () = signals::ended() => Err(AppError::Interrupted),
        done = work => done,
    }
}

/// Nobody is there to press a key.
fn not_paced(lesson: &Lesson) -> AppError {
    AppError::Usage(Text::new("app-demo-not-paced").with("lesson", lesson.file.id.as_str()))
}

/// The steps to play.
fn range(ctx: &Ctx, lesson: &Lesson, args: &cli::Demo) -> Result<Range<usize>, AppError> {
    let outline = Outline::of(lesson, &lesson.prose(ctx.lang)?);
    let place =
        |words: &Option<String>| words.as_deref().map(|words| meant(lesson, &outline, words)).transpose();
    let first = place(&args.from)?.unwrap_or(0);
    let end = place(&args.to)?.map_or(lesson.file.steps.len(), |last| last + 1);
    if first >= end {
        return Err(AppError::Usage(Text::new("app-demo-backwards")));
    }
    Ok(first..end)
}

/// What of `steps` is shown, and how long each may take.
fn plan(lesson: &Lesson, steps: &Range<usize>, rehearsed: &Rehearsed, args: &cli::Demo) -> Plan {
    let plan = Plan::whole(lesson, steps, |step| rehearsed.seconds(step).filter(|_| args.minutes.is_some()));
    match args.minutes {
        Some(minutes) => plan.within(minutes),
        None => plan,
    }
}

/// The one step that `words` mean, as the list of the stage finds them.
fn meant(lesson: &Lesson, outline: &Outline, words: &str) -> Result<usize, AppError> {
    match outline.matching(words)[..] {
        [step] => Ok(step),
        [] => find_step(lesson, words),
        ref several => {
            let shown = |step: &usize| format!("{} {}", step + 1, outline.0[*step].id);
            let text = Text::new("app-demo-several").with("words", words);
            Err(AppError::Usage(text.with("steps", several.iter().map(shown).collect::<Vec<_>>())))
        }
    }
}

fn view(session: &Session, index: usize) -> StepView {
    StepView { edits: Vec::new(), offers: Offers::default(), ..step_view(session, index) }
}

/// A step whose action failed: none of its checks was asked.
fn not_done(session: &Session, index: usize, error: &AppError) -> StepReport {
    let step = &session.lesson.file.steps[index];
    StepReport {
        id: step.id.clone(),
        number: index + 1,
        title: session.step_prose(&step.id).map(|prose| prose.title.clone()).unwrap_or_default(),
        outcome: if error.exit() == exit::ENVIRONMENT { Outcome::Environment } else { Outcome::NotYet },
        checks: Vec::new(),
        left_out: 0,
    }
}

async fn play_by_itself(ctx: &Ctx, lesson: &Lesson, steps: Range<usize>) -> Result<u8, AppError> {
    let place = arrival::demo_place(ctx)?;
    let mut tally = None;
    let played = until_told(play(ctx, &place, lesson, steps, &mut tally)).await;
    let engine = tally.as_ref().map(Tally::engine);
    let left = leave_or_told(ctx, place, lesson, engine, played.is_ok()).await;
    let mut code = exit::PASS;
    if let Some(demo) = tally.map(Tally::finish).filter(|demo| !demo.run.steps.is_empty()) {
        code = worst(demo.run.outcome);
        ctx.emit(Event::Demo(demo));
    }
    let code = after(ctx, played, left, code)?;
    ctx.notice(Tone::Next, Text::new("next-demo").with("lesson", lesson.file.id.as_str()));
    Ok(code)
}

/// What comes of a demo that was played and left; `code` where both went well.
pub(crate) fn after(
    ctx: &Ctx,
    played: Result<(), AppError>,
    left: Result<(), AppError>,
    code: u8,
) -> Result<u8, AppError> {
    match (played, left) {
        (Ok(()), Ok(())) => Ok(code),
        (Err(error), Ok(())) => Err(error),
        // Both are said, and what is left of the demo is the worse.
        (Ok(()), Err(error)) => Err(error),
        (Err(AppError::Interrupted), Err(left)) => Err(AppError::Cut { text: left.text(), next: None }),
        (Err(error), Err(left)) => {
            ctx.notice(Tone::Warning, left.text());
            Err(error)
        }
    }
}

/// This program, with a recording that listens where that was asked for.
fn recorded(ctx: &Ctx, lesson: &Lesson, args: &cli::Demo) -> Result<(Ctx, Option<Recording>), AppError> {
    let Some(path) = &args.record else { return Ok((ctx.with_emit(ctx.emit.clone()), None)) };
    let Streams { style, err_style, .. } = Streams::standard(ctx.global.no_color);
    let rows = screen_size().0 as u16;
    let title = title(ctx, lesson)?;
    let recorder = Recorder::create(path, style.width as u16, rows, &title)?;
    let recorder = Arc::new(Mutex::new(recorder));
    let streams = Streams {
        out: Box::new(Recorded(Arc::clone(&recorder))),
        err: Box::new(Recorded(Arc::clone(&recorder))),
        style,
        err_style,
        summary: None,
    };
    let reporter = crate::report::reporter(Format::Text, streams, ctx.lang);
    let reporter: Box<dyn Reporter> = Box::new(Brief::new(reporter, style));
    let emit = ctx.emit.clone().and(listen::reporter(&Arc::new(Mutex::new(reporter))));
    Ok((ctx.with_emit(emit), Some(recorder)))
}

/// What a recording of `lesson` is called.
pub(crate) fn title(ctx: &Ctx, lesson: &Lesson) -> Result<String, AppError> {
    Ok(format!("workshop demo {}: {}", lesson.file.id, lesson.prose(ctx.lang)?.title))
}

async fn play(
    ctx: &Ctx,
    place: &Place,
    lesson: &Lesson,
    steps: Range<usize>,
    tally: &mut Option<Tally>,
) -> Result<(), AppError> {
    let begun = Instant::now();
    let mut session = set_up(ctx, place, lesson).await?;
    let tally = tally.insert(Tally::new(&lesson.file.id, session.engine.kind(), steps.len(), begun));
    consent::consent(ctx, &mut session)?;
    let stage = ctx.answering_yes(ctx.emit.clone());
    stage.notice(Tone::Info, Text::new("app-demo-place"));
    stage.emit(Event::Intro { title: session.prose.title.clone(), blocks: session.prose.intro.clone() });
    if steps.start > 0 {
        building::build(&stage, &mut session, &lesson.file.steps[steps.start].id).await?;
    }
    for index in steps {
        if !play_step(&stage, &mut session, index, tally).await? {
            break;
        }
    }
    Ok(())
}

/// A workspace in `place`, before the first step, and nothing of an earlier demo.
pub(crate) async fn set_up(ctx: &Ctx, place: &Place, lesson: &Lesson) -> Result<Session, AppError> {
    if place.has_leftover() {
        sweep(ctx, place, lesson).await?;
    }
    let workspace = place.workspace();
    let engine = choice::choose(ctx, lesson, &workspace).await?;
    fresh_session(ctx, workspace, lesson, engine)
}

/// The lesson before its first step.
pub(crate) fn fresh_session(
    ctx: &Ctx,
    workspace: Workspace,
    lesson: &Lesson,
    engine: EngineKind,
) -> Result<Session, AppError> {
    let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
    let mut progress = Progress::new(&lesson.file.id, &first);
    progress.engine = Some(engine);
    progress.context = ctx.global.context.clone();
    progress.course = Some(OfCourse::of(lesson));
    arrival::claim(ctx, &workspace)?;
    let session = ctx.session_of(workspace, progress)?;
    ctx.save(&session.workspace, &session.progress)?;
    Ok(session)
}

/// Shows a step, does it, and has it checked; false when the demo stops there.
async fn play_step(
    ctx: &Ctx,
    session: &mut Session,
    index: usize,
    tally: &mut Tally,
) -> Result<bool, AppError> {
    let begun = Instant::now();
    let step = session.lesson.file.steps[index].clone();
    session.progress.step.clone_from(&step.id);
    ctx.emit(Event::Step(view(session, index)));
    // Nobody is there to answer; whoever watches may.
    predictions::open(session, &step.id).into_iter().for_each(|question| ctx.emit(Event::Question(question)));
    if !step.actions().is_empty()
        && let Err(error) = doing::do_step(ctx, session, index).await
    {
        tally.add(not_done(session, index, &error), false, begun);
        return Err(error);
    }
    questions::confirm_all(session, index);
    let mut run = checks::check_steps(ctx, session, &[index], &|_| Scope::All).await?;
    let report = run.steps.pop();
    Ok(report.is_none_or(|report| tally.add(report, step.optional, begun)))
}

/// Takes down what an earlier demo left, on whichever engine it was.
async fn sweep(ctx: &Ctx, place: &Place, lesson: &Lesson) -> Result<(), AppError> {
    // What was not said to run on an engine did not run.
    let engine = Progress::peek(&place.workspace().private()).and_then(|progress| progress.engine);
    let left = match engine {
        Some(kind) => {
            take_down(ctx, place, lesson, kind, What::Everything { looks: 1, images: true }).await.err()
        }
        None => None,
    };
    arrival::clear_place(ctx, place)?;
    let said = match left {
        None => (Tone::Info, Text::new("app-demo-swept")),
        // This demo may be played on another engine: it is said, and gone on.
        Some(error) => {
            let name = generate_name(&place.workspace().dir());
            let text = Text::new("app-demo-not-swept").with("why", error.text()).with("name", name);
            (Tone::Warning, text)
        }
    };
    ctx.notice(said.0, said.1);
    Ok(())
}

pub(crate) async fn leave_or_told(
    ctx: &Ctx,
    place: Place,
    lesson: &Lesson,
    engine: Option<EngineKind>,
    ended: bool,
) -> Result<(), AppError> {
    tokio::select! {
        biased;
        () = signals::interrupted() => Err(AppError::Cut { text: Text::new("app-demo-left"), next: None }),
        left = leave_place(ctx, place, lesson, engine, ended) => left,
    }
}

async fn leave_place(
    ctx: &Ctx,
    place: Place,
    lesson: &Lesson,
    engine: Option<EngineKind>,
    ended: bool,
) -> Result<(), AppError> {
    if let Some(kind) = engine {
        let looks = if ended { 1 } else { 3 };
        take_down(ctx, &place, lesson, kind, What::Everything { looks, images: true }).await?;
    }
    arrival::leave_demo(ctx, place)
}

/// Removes the demo's stack; what of it is left is an error.
pub(crate) async fn take_down(
    ctx: &Ctx,
    place: &Place,
    lesson: &Lesson,
    kind: EngineKind,
    what: What<'_>,
) -> Result<(), AppError> {
    let workspace = place.workspace();
    let engine = ctx.engine(kind, Some(lesson), &workspace);
    let mut progress = Progress::new(&lesson.file.id, "");
    progress.project = Some(generate_name(&workspace.dir()));
    let project = project_of(lesson, &workspace, &progress);
    let done = removal::remove(engine.as_ref(), &project, what).await;
    let by_hand = || Text::new("next-demo-left").with("name", project.name.as_str());
    let not_clean = |why: Text| AppError::Environment {
        text: Text::new("app-demo-not-clean").with("why", why),
        // What Docker keeps, Docker's own words take down; the other engine's is the next demo's alone.
        next: (kind.spelling == Spelling::AsWritten).then(by_hand),
    };
    if let Some(error) = done.unseen {
        return Err(not_clean(error.brief()));
    }
    if done.left.is_empty() {
        return Ok(());
    }
    ctx.emit(Event::Reset(ResetView { left: done.left.clone(), ..ResetView::default() }));
    let names: Vec<String> = done.left.into_iter().map(|left| left.resource.name).collect();
    Err(not_clean(Text::new("app-demo-still-there").with("names", names)))
}

impl Ctx {
    /// This program with a yes to everything, nobody at the terminal, and its events to `emit`.
    pub(crate) fn answering_yes(&self, emit: Emit) -> Self {
        let global = cli::Global { yes: true, ..self.global.clone() };
        Self { global, interactive: false, ..self.with_emit(emit) }
    }
}
