//! The demo at a presenter's keys: a step is a row of [`Beat`]s, each waiting for the presenter.
//! Back and jump build the real state that the step there starts from.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::super::error::{AppError, exit};
use super::super::learn::step_prose;
use super::super::words::open_questions;
use super::super::{App, Desk, project};
use super::{not_paced, until_told, view};
use crate::check::{CheckSpec, Outcome};
use crate::cli;
use crate::demo::bottom::Bottom;
use crate::demo::cast::Recorder;
use crate::demo::cue::Cue;
use crate::demo::schedule::{Schedule, clock};
use crate::demo::screen::Screen;
use crate::demo::stage::{Halt, Order, Stage};
use crate::demo::timer::Timer;
use crate::demo::{Place, screen_size};
use crate::engine::{Detail, EngineKind, StackCommand};
use crate::event::{Event, Tone};
use crate::lesson::Lesson;
use crate::report::Streams;
use crate::session::Scope;
use crate::text::Text;

/// What is shown and done at one press of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Beat {
    Explain,
    /// The files, or the copy of them.
    Edit,
    /// The command at that place in the step.
    Command(usize),
    /// Requests as a browser sends them.
    Browse,
    Question(String),
    Answer(String),
    Checks,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    On,
    /// To a step whose state is there.
    At(usize),
    To(usize),
}

/// Why the show is over.
pub(super) enum Stop {
    Halt(Halt),
    Error(AppError),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl<E: Into<AppError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// A demo under way.
pub(super) struct Show<'a> {
    pub(super) app: App,
    pub(super) stage: Stage,
    pub(super) desk: Desk,
    pub(super) place: &'a Place,
    steps: Range<usize>,
    cue: Cue,
    /// How long the state at hand took to build, until that is said.
    built_in: Option<Duration>,
}

impl App {
    pub(super) async fn play_for_presenter(
        &self,
        lesson: &Lesson,
        steps: Range<usize>,
        args: &cli::Demo,
    ) -> Result<u8, AppError> {
        if !self.interactive {
            return Err(not_paced(lesson));
        }
        let place = Place::take(&self.workspace()?)?;
        let mut engine = None;
        let (planned, played) =
            (plan(lesson, &steps).whole(), self.present(&place, lesson, steps, args, &mut engine).await);
        let left = self.leave_or_told(place, lesson, engine, played.is_ok()).await;
        let elapsed = played.as_ref().ok().copied();
        let code = self.after(played.map(drop), left, exit::PASS)?;
        if let Some(elapsed) = elapsed {
            let text = Text::new("demo-ended").with("time", clock(elapsed)).with("planned", clock(planned));
            self.notice(Tone::Done, text);
        }
        Ok(code)
    }

    /// The time it took, where the presenter ended it.
    async fn present(
        &self,
        place: &Place,
        lesson: &Lesson,
        steps: Range<usize>,
        args: &cli::Demo,
        engine: &mut Option<EngineKind>,
    ) -> Result<Duration, AppError> {
        let mut desk = until_told(self.set_up(place, lesson)).await?;
        *engine = Some(desk.engine.kind());
        self.trust(&mut desk)?;
        let (sender, events) = mpsc::unbounded_channel();
        // Who no longer listens has ended the demo.
        let emit = Arc::new(move |event| drop(sender.send(event)));
        let screen = self.stage_screen(lesson, args)?;
        let bottom = Bottom { schedule: plan(lesson, &steps), steps: titles(&desk), ..Bottom::default() };
        let stage = Stage::new(screen, events, self.lang, args.pace.unwrap_or_default(), bottom)
            .map_err(|error| AppError::Terminal(error.to_string()))?;
        let cue = Cue::new(&lesson.file.id, steps.start, steps.end);
        let mut show = Show { app: self.answering_yes(emit), stage, desk, place, steps, cue, built_in: None };
        let stop = show.run().await;
        let elapsed = show.stage.timer.elapsed();
        show.cue.ended = true;
        show.save_cue();
        match stop {
            Stop::Halt(Halt::Quit) => Ok(elapsed),
            Stop::Halt(Halt::Interrupted) => Err(AppError::Interrupted),
            Stop::Error(error) => Err(error),
        }
    }

    fn stage_screen(&self, lesson: &Lesson, args: &cli::Demo) -> Result<Screen, AppError> {
        let Streams { out, style, .. } = Streams::standard(self.global.no_color);
        let (rows, columns) = screen_size();
        let screen = Screen::new(out, style, (rows, columns));
        if let Some(path) = &args.record {
            screen.record(Recorder::create(path, columns as u16, rows as u16, &self.title(lesson)?)?);
        }
        Ok(screen)
    }
}

impl Show<'_> {
    /// Plays until somebody ends it: the last step leads to a page that waits.
    async fn run(&mut self) -> Stop {
        match self.steps().await {
            Ok(never) => match never {},
            Err(stop) => stop,
        }
    }

    async fn steps(&mut self) -> Result<std::convert::Infallible, Stop> {
        let mut at = self.steps.start;
        let mut turn = self.opening(at).await?;
        loop {
            at = match turn {
                Turn::To(step) => {
                    self.go_to(step).await?;
                    step
                }
                Turn::At(step) => step,
                Turn::On if at + 1 >= self.steps.end => {
                    turn = self.closing(at).await?;
                    continue;
                }
                Turn::On => at + 1,
            };
            turn = self.step(at).await?;
        }
    }

    /// The lesson's first words; the clock begins when the presenter does.
    async fn opening(&mut self, first: usize) -> Result<Turn, Stop> {
        self.stage.bottom.step = first;
        self.cue.save(self.place.root()).unwrap_or_default();
        let prose = &self.desk.prose;
        let intro = Event::Intro { title: prose.title.clone(), blocks: prose.intro.clone() };
        self.stage.tell(intro).await?;
        self.stage.notice(Tone::Info, Text::new("app-demo-place")).await?;
        loop {
            match self.stage.ask(Text::new("demo-ask-begin")).await? {
                Order::Next | Order::Again => break,
                Order::Jump(step) => {
                    self.stage.timer = Timer::start();
                    return Ok(Turn::To(step));
                }
                Order::Help => self.help().await?,
                // Whatever happens there, the first step is built afterwards.
                Order::Detour => {
                    self.detour().await?;
                }
                Order::Back | Order::Restore | Order::Keep | Order::Paused => self.save_cue(),
            }
        }
        self.stage.timer = Timer::start();
        Ok(if first == 0 { Turn::At(first) } else { Turn::To(first) })
    }

    /// After the last step: nothing ends by itself.
    async fn closing(&mut self, last: usize) -> Result<Turn, Stop> {
        self.stage.notice(Tone::Done, Text::new("demo-last")).await?;
        loop {
            match self.stage.ask(Text::new("demo-ask-end")).await? {
                Order::Back => return Ok(Turn::To(last)),
                Order::Jump(step) => return Ok(Turn::To(step)),
                Order::Help => self.help().await?,
                Order::Detour => {
                    self.detour().await?;
                }
                _ => self.save_cue(),
            }
        }
    }

    async fn step(&mut self, at: usize) -> Result<Turn, Stop> {
        self.stage.bottom.step = at;
        let beats = beats(&self.desk, at);
        let mut now = 0;
        let mut good = self.play(at, &beats[0]).await?;
        loop {
            let is_last = now + 1 == beats.len();
            let prompt = match (good, is_last) {
                (false, _) => "demo-ask-failed",
                (true, true) => "demo-ask-step",
                (true, false) => "demo-ask",
            };
            self.save_cue();
            match self.stage.ask(Text::new(prompt)).await? {
                Order::Next if is_last => return Ok(Turn::On),
                Order::Next => {
                    now += 1;
                    good = self.play(at, &beats[now]).await?;
                }
                Order::Back if now > 0 => return Ok(Turn::To(at)),
                Order::Back => return Ok(Turn::To(at.saturating_sub(1))),
                Order::Jump(step) => return Ok(Turn::To(step)),
                Order::Again => good = self.again(at, &beats[now]).await?,
                Order::Restore => good = self.restore(at, &beats[..=now]).await?,
                Order::Detour => {
                    if self.detour().await? {
                        good = self.restore(at, &beats[..=now]).await?;
                    }
                }
                Order::Help => self.help().await?,
                Order::Keep | Order::Paused => {}
            }
        }
    }

    /// Builds what `step` starts from. Where that fails the presenter chooses.
    async fn go_to(&mut self, step: usize) -> Result<(), Stop> {
        self.stage.bottom.step = step;
        loop {
            match self.rebuild(step).await? {
                None => return Ok(()),
                Some(error) => self.stage.tell(Event::Failure(error.failure())).await?,
            }
            loop {
                match self.stage.ask(Text::new("demo-ask-rebuild")).await? {
                    Order::Next => return Ok(()),
                    Order::Again | Order::Restore => break,
                    Order::Help => self.help().await?,
                    _ => {}
                }
            }
        }
    }

    /// The state that `step` starts from, with a word of it on the screen; what went wrong, if
    /// anything did.
    async fn rebuild(&mut self, step: usize) -> Result<Option<AppError>, Stop> {
        let begun = std::time::Instant::now();
        self.stage.silent = true;
        let Self { app, stage, desk, place, .. } = self;
        let built = stage.watch(app.rebuild(place, desk, step)).await;
        self.stage.silent = false;
        match built? {
            Err(error) => Ok(Some(error)),
            Ok(()) => {
                self.built_in = Some(begun.elapsed());
                Ok(None)
            }
        }
    }

    /// Shows and does one beat; false where it did not go well, which the screen says.
    async fn play(&mut self, at: usize, beat: &Beat) -> Result<bool, Stop> {
        let done = match beat {
            Beat::Explain => {
                self.desk.progress.step.clone_from(&self.desk.lesson.file.steps[at].id);
                self.stage.tell(Event::Step(view(&self.desk, at))).await?;
                self.say_built(at, ["demo-built", "demo-built-idle"]).await
            }
            Beat::Edit => self.edit(at).await,
            Beat::Command(place) => self.command(at, *place).await,
            Beat::Browse => {
                let step = self.desk.lesson.file.steps[at].clone();
                Ok(self.stage.watch(self.app.browse(&self.desk, &step)).await??)
            }
            Beat::Question(id) => {
                let step = self.desk.lesson.file.steps[at].id.clone();
                let question = open_questions(&self.desk, &step).into_iter().find(|one| one.id == *id);
                match question {
                    Some(question) => Ok(self.stage.tell(Event::Question(question)).await?),
                    None => Ok(()),
                }
            }
            Beat::Answer(id) => self.answer(at, id).await,
            Beat::Checks => return self.checks(at).await,
        };
        self.or_said(done).await
    }

    /// What was built, and what runs now, as it was seen.
    async fn say_built(&mut self, at: usize, built: [&'static str; 2]) -> Result<(), Stop> {
        let Some(time) = self.built_in.take() else { return Ok(()) };
        let observed = self.desk.engine.observe(&project(&self.desk), Detail::Listing).await?;
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for replica in observed.replicas.iter().filter(|replica| replica.is_running()) {
            *counts.entry(&replica.service).or_default() += 1;
        }
        let runs: Vec<String> = counts.iter().map(|(service, count)| format!("{service} {count}")).collect();
        let seconds = format!("{:.1}", time.as_secs_f64());
        let text = Text::new(built[usize::from(runs.is_empty())]).with("number", at + 1);
        Ok(self.stage.notice(Tone::Info, text.with("runs", runs).with("seconds", seconds)).await?)
    }

    /// What went wrong is said, and is no reason to end.
    pub(super) async fn or_said(&mut self, done: Result<(), Stop>) -> Result<bool, Stop> {
        match done {
            Ok(()) => Ok(true),
            Err(Stop::Error(error)) => {
                self.stage.tell(Event::Failure(error.failure())).await?;
                Ok(false)
            }
            Err(stop) => Err(stop),
        }
    }

    async fn edit(&mut self, at: usize) -> Result<(), Stop> {
        let step = self.desk.lesson.file.steps[at].clone();
        let plan = self.app.session(&self.desk).plan_step(at)?;
        if step.create {
            let text = Text::new("app-will-copy")
                .with("start", self.desk.lesson.file.start.as_str())
                .with("count", plan.diff.files.len());
            self.stage.notice(Tone::Info, text).await?;
        } else if plan.is_empty() {
            self.stage.notice(Tone::Info, Text::new("app-already-applied")).await?;
        } else {
            self.stage.tell(Event::Diff(plan.diff.clone())).await?;
        }
        self.app.write(&self.desk, &step.id, plan)?;
        if step.create {
            self.app.ensure_env(&mut self.desk)?;
        }
        self.stage.watch(std::future::ready(())).await?;
        Ok(())
    }

    async fn command(&mut self, at: usize, place: usize) -> Result<(), Stop> {
        let line = self.desk.lesson.file.steps[at].run[place].clone();
        self.app.ensure_env(&mut self.desk)?;
        if let Ok(command) = StackCommand::parse(&line) {
            let observed = match &command {
                StackCommand::Replica { .. } => {
                    self.desk.engine.observe(&project(&self.desk), Detail::Listing).await.ok()
                }
                StackCommand::Compose(_) => None,
            };
            let shown = command.display(self.desk.engine.kind(), observed.as_ref());
            self.stage.type_command(&shown).await?;
        }
        self.stage.watch(self.app.run_commands(&self.desk, &[line])).await??;
        Ok(())
    }

    async fn answer(&mut self, at: usize, id: &str) -> Result<(), Stop> {
        let checks = &self.desk.lesson.file.steps[at].checks;
        let answer = checks.iter().find(|entry| entry.id == id).and_then(|entry| match &entry.spec {
            CheckSpec::Question(question) => Some(question.answer),
            _ => None,
        });
        if let Some(answer) = answer {
            self.app.take_answer(&mut self.desk, id, &answer.to_string())?;
        }
        self.stage.watch(std::future::ready(())).await?;
        Ok(())
    }

    async fn checks(&mut self, at: usize) -> Result<bool, Stop> {
        self.app.confirm_all(&mut self.desk, at);
        let Self { app, stage, desk, .. } = self;
        let run = stage.watch(app.check_steps(desk, &[at], &|_| Scope::All)).await?;
        let run = match run {
            Ok(run) => run,
            Err(error) => return self.or_said(Err(Stop::Error(error))).await,
        };
        let good = run.outcome == Outcome::Pass;
        if !good {
            self.stage.notice(Tone::Next, Text::new("demo-failed")).await?;
        }
        Ok(good)
    }

    /// The same once more. A change of files is made from the state before it.
    async fn again(&mut self, at: usize, beat: &Beat) -> Result<bool, Stop> {
        match beat {
            Beat::Explain | Beat::Edit => {
                self.go_to(at).await?;
                if *beat == Beat::Edit {
                    self.built_in = None;
                    self.stage.tell(Event::Step(view(&self.desk, at))).await?;
                }
            }
            Beat::Answer(id) | Beat::Question(id) => {
                let step = self.desk.lesson.file.steps[at].id.clone();
                if let Some(record) = self.desk.progress.steps.get_mut(&step) {
                    record.answers.remove(id);
                }
            }
            _ => {}
        }
        self.play(at, beat).await
    }

    /// The step as the reference has it: its start, then what it does, without a show; and its
    /// checks again, where they were being shown.
    async fn restore(&mut self, at: usize, beats: &[Beat]) -> Result<bool, Stop> {
        self.go_to(at).await?;
        let acts = |beat: &Beat| !matches!(beat, Beat::Explain | Beat::Checks);
        if beats.iter().any(acts) {
            self.stage.silent = true;
            let Self { app, stage, desk, .. } = self;
            let done = stage.watch(app.do_step(desk, at)).await;
            self.stage.silent = false;
            let done = done?.map(drop).map_err(Stop::Error);
            if !self.or_said(done).await? {
                return Ok(false);
            }
        }
        self.say_built(at, ["demo-restored", "demo-restored-idle"]).await?;
        match beats.last() {
            Some(Beat::Checks) => self.checks(at).await,
            _ => Ok(true),
        }
    }

    pub(super) async fn help(&mut self) -> Result<(), Stop> {
        const KEYS: [&str; 11] =
            ["next", "back", "jump", "again", "restore", "skip", "pace", "pause", "detour", "notes", "quit"];
        let key =
            |name: &str, part: &str| Text::new(Box::leak(format!("demo-{part}-{name}").into_boxed_str()));
        let keys = KEYS.map(|name| (key(name, "key"), key(name, "does")));
        Ok(self.stage.tell(Event::Keys(keys.into())).await?)
    }

    pub(super) fn save_cue(&mut self) {
        self.cue.step = Some(self.stage.bottom.step);
        self.cue.paused = self.stage.timer.is_paused();
        self.cue.set_elapsed(self.stage.timer.elapsed());
        // The notes are a help; a talk does not stop for them.
        let _ = self.cue.save(self.place.root());
    }
}

/// What is shown and done in a step, in order.
fn beats(desk: &Desk, at: usize) -> Vec<Beat> {
    let step = &desk.lesson.file.steps[at];
    let mut beats = vec![Beat::Explain];
    if step.create || step.edit.is_some() {
        beats.push(Beat::Edit);
    }
    beats.extend((0..step.run.len()).map(Beat::Command));
    if !step.requests.is_empty() {
        beats.push(Beat::Browse);
    }
    let known = |id: &String| {
        step_prose(desk, &step.id).is_some_and(|prose| prose.questions.iter().any(|one| one.id == *id))
    };
    let questions = step.checks.iter().filter(|entry| matches!(entry.spec, CheckSpec::Question(_)));
    for id in questions.map(|entry| entry.id.clone()).filter(known) {
        beats.extend([Beat::Question(id.clone()), Beat::Answer(id)]);
    }
    beats.push(Beat::Checks);
    beats
}

fn plan(lesson: &Lesson, steps: &Range<usize>) -> Schedule {
    Schedule::new(lesson.file.steps[steps.clone()].iter().map(|step| step.minutes))
}

fn titles(desk: &Desk) -> Vec<(String, String)> {
    let title = |id: &String| step_prose(desk, id).map(|prose| prose.title.clone()).unwrap_or_default();
    desk.lesson.file.steps.iter().map(|step| (step.id.clone(), title(&step.id))).collect()
}
