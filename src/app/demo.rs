//! `demo --auto`: a lesson played from its first step to its last, with nobody to ask; then taken
//! down again, also after a step that fails, after Ctrl-C and after SIGTERM.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::{AppError, exit};
use super::learn::{commands, find_step, step_prose};
use super::{App, Desk, terminal, worst};
use crate::check::{CheckSpec, Outcome};
use crate::cli;
use crate::demo::{Place, Tally};
use crate::engine::{EngineError, EngineKind, generate_name};
use crate::event::{Event, Offers, StepReport, StepView, Tone};
use crate::lesson::Lesson;
use crate::session::{Scope, project_of};
use crate::text::Text;
use crate::workspace::progress::Progress;

/// How long taking a stack down may take in all.
const TAKE_DOWN: Duration = Duration::from_secs(90);
/// After an interruption the engine may still be at work on what it was told last.
const LATE: Duration = Duration::from_millis(400);

impl App {
    pub(super) async fn demo(&self, args: &cli::Demo) -> Result<u8, AppError> {
        let lesson = self.catalog.find(&args.lesson)?;
        if !args.auto {
            let text = Text::new("app-demo-not-paced").with("lesson", lesson.file.id.as_str());
            return Err(AppError::Usage(text));
        }
        let steps = range(&lesson, args)?;
        let place = Place::take(&self.workspace()?)?;
        let mut tally = None;
        let played = tokio::select! {
            // In this order: see `run`.
            biased;
            _ = tokio::signal::ctrl_c() => Err(AppError::Interrupted),
            () = terminal::told_to_end() => Err(AppError::Interrupted),
            played = self.play(&place, &lesson, steps, &mut tally) => played,
        };
        let engine = tally.as_ref().map(Tally::engine);
        let left = tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err(AppError::Usage(Text::new("app-demo-left"))),
            left = self.leave_place(place, &lesson, engine, played.is_ok()) => left,
        };
        let mut code = exit::PASS;
        if let Some(demo) = tally.map(Tally::finish).filter(|demo| !demo.run.steps.is_empty()) {
            code = worst(demo.run.outcome);
            self.emit(Event::Demo(demo));
        }
        match (played, left) {
            (Ok(()), Ok(())) => {}
            (Err(error), Ok(())) => return Err(error),
            (played, Err(error)) => {
                self.notice(Tone::Warning, error.text());
                return played.map(|()| code.max(exit::ENVIRONMENT));
            }
        }
        self.notice(Tone::Next, Text::new("next-demo").with("lesson", lesson.file.id.as_str()));
        Ok(code)
    }

    async fn play(
        &self,
        place: &Place,
        lesson: &Lesson,
        steps: Range<usize>,
        tally: &mut Option<Tally>,
    ) -> Result<(), AppError> {
        let begun = Instant::now();
        if place.has_leftover() {
            self.sweep(place, lesson).await?;
        }
        let workspace = place.workspace();
        let engine = self.choose(lesson, &workspace).await?;
        let first = lesson.file.steps.first().map(|step| step.id.clone()).unwrap_or_default();
        let mut progress = Progress::new(&lesson.file.id, &first);
        progress.engine = Some(engine);
        let mut desk = self.desk_of(workspace, progress)?;
        self.save(&desk.workspace, &desk.progress)?;
        let tally = tally.insert(Tally::new(&lesson.file.id, engine, steps.len(), begun));
        self.trust(&mut desk)?;
        let stage = self.answering_yes();
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

    /// Shows a step, does it, and has it checked; false when the demo stops there.
    async fn play_step(&self, desk: &mut Desk, index: usize, tally: &mut Tally) -> Result<bool, AppError> {
        let begun = Instant::now();
        let step = desk.lesson.file.steps[index].clone();
        desk.progress.step.clone_from(&step.id);
        self.emit(Event::Step(view(desk, index)));
        let has_question = step.checks.iter().any(|entry| matches!(entry.spec, CheckSpec::Question(_)));
        if (step.has_action() || has_question)
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

    /// This program with a yes to everything, and nobody at the terminal.
    fn answering_yes(&self) -> Self {
        Self {
            global: cli::Global { yes: true, ..self.global.clone() },
            lang: self.lang,
            reporter: Arc::clone(&self.reporter),
            emit: Arc::clone(&self.emit),
            interactive: false,
            asker: self.asker.clone(),
            catalog: self.catalog.clone(),
        }
    }

    /// Takes down what an earlier demo left, on whichever engine it was.
    async fn sweep(&self, place: &Place, lesson: &Lesson) -> Result<(), AppError> {
        for kind in EngineKind::ALL {
            // An engine that does not answer runs nothing that could be in the way.
            let _ = self.take_down(place, lesson, kind, 1).await;
        }
        place.clear()?;
        self.notice(Tone::Info, Text::new("app-demo-swept"));
        Ok(())
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
            self.take_down(&place, lesson, kind, looks).await.map_err(|error| AppError::Environment {
                text: Text::new("app-demo-not-clean").with("why", error.brief()),
                next: None,
            })?;
        }
        Ok(place.leave()?)
    }

    /// Removes the demo's stack until the engine has nothing of it, at `looks` looks in a row.
    async fn take_down(
        &self,
        place: &Place,
        lesson: &Lesson,
        kind: EngineKind,
        looks: u32,
    ) -> Result<(), EngineError> {
        let workspace = place.workspace();
        let engine = self.engine(kind, Some(lesson), &workspace);
        let mut progress = Progress::new(&lesson.file.id, "");
        progress.project = Some(generate_name(&workspace.dir()));
        let project = project_of(lesson, &workspace, &progress);
        let deadline = Instant::now() + TAKE_DOWN;
        let mut clean = 0;
        while clean < looks {
            let left = engine.resources(&project).await?;
            clean = if left.is_empty() { clean + 1 } else { 0 };
            // A network may still have somebody in it who is just going.
            let removed = engine.remove(&left).await;
            if Instant::now() >= deadline {
                return removed.and(Err(EngineError::TimedOut {
                    what: Text::new("app-demo-removal"),
                    after: TAKE_DOWN,
                }));
            }
            if removed.is_err() || (clean > 0 && clean < looks) {
                tokio::time::sleep(LATE).await;
            }
        }
        Ok(())
    }
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

fn view(desk: &Desk, index: usize) -> StepView {
    let step = &desk.lesson.file.steps[index];
    let prose = step_prose(desk, &step.id);
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
fn not_done(desk: &Desk, index: usize, error: &AppError) -> StepReport {
    let step = &desk.lesson.file.steps[index];
    StepReport {
        id: step.id.clone(),
        number: index + 1,
        title: step_prose(desk, &step.id).map(|prose| prose.title.clone()).unwrap_or_default(),
        outcome: if error.exit() == exit::ENVIRONMENT { Outcome::Environment } else { Outcome::NotYet },
        checks: Vec::new(),
        left_out: 0,
    }
}
