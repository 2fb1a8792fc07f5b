//! `demo`: a lesson played for somebody who watches, at a presenter's keys ([`show`]) or by itself;
//! then taken down again, also after a step that fails, after Ctrl-C and after SIGTERM. Its script
//! ([`script`]) and a recording of it ([`replay`]) need neither.

#[cfg(unix)]
mod beat;
#[cfg(unix)]
mod detour;
#[cfg(unix)]
mod rebuild;
mod replay;
mod script;
#[cfg(unix)]
mod show;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::error::{AppError, exit};
use super::learn::{commands, find_step};
use super::{App, Session, listen, worst};
use crate::check::Outcome;
use crate::cli;
use crate::demo::cast::{Recorded, Recorder, Recording};
use crate::demo::{Brief, Place, Tally};
use crate::emit::Emit;
use crate::engine::{EngineKind, generate_name};
use crate::event::{Event, Offers, ResetView, StepReport, StepView, Tone};
use crate::lesson::Lesson;
use crate::report::{Format, Reporter, Streams, screen_size};
use crate::session::removal::{self, What};
use crate::session::{Scope, project_of};
use crate::signals;
use crate::text::Text;
use crate::workspace::Workspace;
use crate::workspace::progress::Progress;

impl App {
    pub(super) async fn demo(&self, args: &cli::Demo) -> Result<u8, AppError> {
        if let Some(file) = &args.replay {
            return self.replay(file, args.speed.unwrap_or_default()).await;
        }
        let lesson = self.catalog.find(args.lesson.as_deref().unwrap_or_default())?;
        let steps = range(&lesson, args)?;
        if args.dry_run {
            return self.script(&lesson, steps);
        }
        if args.auto {
            let (app, recording) = self.recorded(&lesson, args)?;
            let played = app.play_by_itself(&lesson, steps).await;
            let Some(recording) = recording else { return played };
            let written = recording.lock().unwrap_or_else(PoisonError::into_inner).finish();
            // What went wrong in the demo is worse.
            return played.and_then(|code| Ok(written.map(|()| code)?));
        }
        self.play_for_presenter(&lesson, steps, args).await
    }

    async fn play_by_itself(&self, lesson: &Lesson, steps: Range<usize>) -> Result<u8, AppError> {
        let place = self.demo_place()?;
        let mut tally = None;
        let played = until_told(self.play(&place, lesson, steps, &mut tally)).await;
        let engine = tally.as_ref().map(Tally::engine);
        let left = self.leave_or_told(place, lesson, engine, played.is_ok()).await;
        let mut code = exit::PASS;
        if let Some(demo) = tally.map(Tally::finish).filter(|demo| !demo.run.steps.is_empty()) {
            code = worst(demo.run.outcome);
            self.emit(Event::Demo(demo));
        }
        let code = self.after(played, left, code)?;
        self.notice(Tone::Next, Text::new("next-demo").with("lesson", lesson.file.id.as_str()));
        Ok(code)
    }

    #[cfg(not(unix))]
    async fn play_for_presenter(
        &self,
        lesson: &Lesson,
        _steps: Range<usize>,
        _args: &cli::Demo,
    ) -> Result<u8, AppError> {
        Err(not_paced(lesson))
    }

    /// What comes of a demo that was played and left; `code` where both went well.
    fn after(
        &self,
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
                self.notice(Tone::Warning, left.text());
                Err(error)
            }
        }
    }

    /// This program, with a recording that listens where that was asked for.
    fn recorded(&self, lesson: &Lesson, args: &cli::Demo) -> Result<(Self, Option<Recording>), AppError> {
        let Some(path) = &args.record else { return Ok((self.with_emit(self.emit.clone()), None)) };
        let Streams { style, err_style, .. } = Streams::standard(self.global.no_color);
        let rows = screen_size().0 as u16;
        let title = self.title(lesson)?;
        let recorder = Recorder::create(path, style.width as u16, rows, &title)?;
        let recorder = Arc::new(Mutex::new(recorder));
        let streams = Streams {
            out: Box::new(Recorded(Arc::clone(&recorder))),
            err: Box::new(Recorded(Arc::clone(&recorder))),
            style,
            err_style,
        };
        let reporter = crate::report::reporter(Format::Text, streams, self.lang);
        let reporter: Box<dyn Reporter> = Box::new(Brief::new(reporter, style));
        let emit = self.emit.clone().and(listen::reporter(&Arc::new(Mutex::new(reporter))));
        Ok((self.with_emit(emit), Some(recorder)))
    }

    /// What a recording of `lesson` is called.
    fn title(&self, lesson: &Lesson) -> Result<String, AppError> {
        Ok(format!("workshop demo {}: {}", lesson.file.id, lesson.prose(self.lang)?.title))
    }

    async fn play(
        &self,
        place: &Place,
        lesson: &Lesson,
        steps: Range<usize>,
        tally: &mut Option<Tally>,
    ) -> Result<(), AppError> {
        let begun = Instant::now();
        let mut desk = self.set_up(place, lesson).await?;
        let tally = tally.insert(Tally::new(&lesson.file.id, desk.engine.kind(), steps.len(), begun));
        self.consent(&mut desk)?;
        let stage = self.answering_yes(self.emit.clone());
        stage.notice(Tone::Info, Text::new("app-demo-place"));
        stage.emit(Event::Intro { title: desk.prose.title.clone(), blocks: desk.prose.intro.clone() });
        if steps.start > 0 {
            stage.build(&mut desk, &lesson.file.steps[steps.start].id).await?;
        }
        for index in steps {
            if !stage.play_step(&mut desk, index, tally).await? {
                break;
            }
        }
        Ok(())
    }

    /// A workspace in `place`, before the first step, and nothing of an earlier demo.
    async fn set_up(&self, place: &Place, lesson: &Lesson) -> Result<Session, AppError> {
        if place.has_leftover() {
            self.sweep(place, lesson).await?;
        }
        let workspace = place.workspace();
        let engine = self.choose(lesson, &workspace).await?;
        self.fresh_desk(workspace, lesson, engine)
    }

    /// The lesson before its first step.
    fn fresh_desk(
        &self,
        workspace: Workspace,
        lesson: &Lesson,
        engine: EngineKind,
    ) -> Result<Session, AppError> {
        let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        let mut progress = Progress::new(&lesson.file.id, &first);
        progress.engine = Some(engine);
        self.claim(&workspace)?;
        let desk = self.desk_of(workspace, progress)?;
        self.save(&desk.workspace, &desk.progress)?;
        Ok(desk)
    }

    /// Shows a step, does it, and has it checked; false when the demo stops there.
    async fn play_step(&self, desk: &mut Session, index: usize, tally: &mut Tally) -> Result<bool, AppError> {
        let begun = Instant::now();
        let step = desk.lesson.file.steps[index].clone();
        desk.progress.step.clone_from(&step.id);
        self.emit(Event::Step(view(desk, index)));
        if !step.actions().is_empty()
            && let Err(error) = self.do_step(desk, index).await
        {
            tally.add(not_done(desk, index, &error), false, begun);
            return Err(error);
        }
        self.confirm_all(desk, index);
        let mut run = self.check_steps(desk, &[index], &|_| Scope::All).await?;
        let report = run.steps.pop();
        Ok(report.is_none_or(|report| tally.add(report, step.optional, begun)))
    }

    /// This program with a yes to everything, nobody at the terminal, and its events to `emit`.
    fn answering_yes(&self, emit: Emit) -> Self {
        let global = cli::Global { yes: true, ..self.global.clone() };
        Self { global, interactive: false, ..self.with_emit(emit) }
    }

    /// Takes down what an earlier demo left, on whichever engine it was.
    async fn sweep(&self, place: &Place, lesson: &Lesson) -> Result<(), AppError> {
        // What was not said to run on an engine did not run.
        let engine = Progress::peek(&place.workspace().private()).and_then(|progress| progress.engine);
        let left = match engine {
            Some(kind) => {
                self.take_down(place, lesson, kind, What::Everything { looks: 1, images: true }).await.err()
            }
            None => None,
        };
        self.clear_place(place)?;
        let said = match left {
            None => (Tone::Info, Text::new("app-demo-swept")),
            // This demo may be played on another engine: it is said, and gone on.
            Some(error) => {
                let name = generate_name(&place.workspace().dir());
                let text = Text::new("app-demo-not-swept").with("why", error.text()).with("name", name);
                (Tone::Warning, text)
            }
        };
        self.notice(said.0, said.1);
        Ok(())
    }

    async fn leave_or_told(
        &self,
        place: Place,
        lesson: &Lesson,
        engine: Option<EngineKind>,
        ended: bool,
    ) -> Result<(), AppError> {
        tokio::select! {
            biased;
            () = signals::interrupted() => Err(AppError::Cut { text: Text::new("app-demo-left"), next: None }),
            left = self.leave_place(place, lesson, engine, ended) => left,
        }
    }

    async fn leave_place(
        &self,
        place: Place,
        lesson: &Lesson,
        engine: Option<EngineKind>,
        ended: bool,
    ) -> Result<(), AppError> {
        if let Some(kind) = engine {
            let looks = if ended { 1 } else { 3 };
            self.take_down(&place, lesson, kind, What::Everything { looks, images: true }).await?;
        }
        self.leave_demo(place)
    }

    /// Removes the demo's stack; what of it is left is an error.
    async fn take_down(
        &self,
        place: &Place,
        lesson: &Lesson,
        kind: EngineKind,
        what: What<'_>,
    ) -> Result<(), AppError> {
        let workspace = place.workspace();
        let engine = self.engine(kind, Some(lesson), &workspace);
        let mut progress = Progress::new(&lesson.file.id, "");
        progress.project = Some(generate_name(&workspace.dir()));
        let project = project_of(lesson, &workspace, &progress);
        let done = removal::remove(engine.as_ref(), &project, what).await;
        let not_clean = |why: Text| AppError::Environment {
            text: Text::new("app-demo-not-clean").with("why", why),
            next: None,
        };
        if let Some(error) = done.unseen {
            return Err(not_clean(error.brief()));
        }
        if done.left.is_empty() {
            return Ok(());
        }
        self.emit(Event::Reset(ResetView { left: done.left.clone(), ..ResetView::default() }));
        let names: Vec<String> = done.left.into_iter().map(|left| left.resource.name).collect();
        Err(not_clean(Text::new("app-demo-still-there").with("names", names)))
    }
}

/// Does `work` until it is done, or the program is told to end.
async fn until_told<T>(work: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
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
fn range(lesson: &Lesson, args: &cli::Demo) -> Result<Range<usize>, AppError> {
    let place = |step: &Option<String>| step.as_deref().map(|step| find_step(lesson, step)).transpose();
    let first = place(&args.from)?.unwrap_or(0);
    let end = place(&args.to)?.map_or(lesson.file.steps.len(), |last| last + 1);
    if first >= end {
        return Err(AppError::Usage(Text::new("app-demo-backwards")));
    }
    Ok(first..end)
}

fn view(desk: &Session, index: usize) -> StepView {
    let step = &desk.lesson.file.steps[index];
    let prose = desk.step_prose(&step.id);
    StepView {
        lesson: desk.lesson.file.id.clone(),
        id: step.id.clone(),
        number: index + 1,
        of: desk.lesson.file.steps.len(),
        title: prose.map(|prose| prose.title.clone()).unwrap_or_default(),
        minutes: step.minutes,
        optional: step.optional,
        blocks: prose.map(|prose| prose.body.clone()).unwrap_or_default(),
        edits: Vec::new(),
        commands: commands(desk, index),
        offers: Offers::default(),
    }
}

/// A step whose action failed: none of its checks was asked.
fn not_done(desk: &Session, index: usize, error: &AppError) -> StepReport {
    let step = &desk.lesson.file.steps[index];
    StepReport {
        id: step.id.clone(),
        number: index + 1,
        title: desk.step_prose(&step.id).map(|prose| prose.title.clone()).unwrap_or_default(),
        outcome: if error.exit() == exit::ENVIRONMENT { Outcome::Environment } else { Outcome::NotYet },
        checks: Vec::new(),
        left_out: 0,
    }
}
