//! The demo at a presenter's keys: the steps' beats, each waiting for the presenter.
//! Back and jump build the real state that the step there starts from.

use std::ops::Range;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::app::error::{AppError, exit};
use crate::app::{Ctx, arrival, consent, listen};
use crate::cli;
use crate::commands::demo;
use crate::commands::demo::beat::beats;
use crate::commands::demo::rebuild;
use crate::commands::demo::room;
use crate::commands::demo::{not_paced, until_told};
use crate::demo::Place;
use crate::demo::bottom::Bottom;
use crate::demo::cast::Recorder;
use crate::demo::cue::Cue;
use crate::demo::outline::Outline;
use crate::demo::plan::Plan;
use crate::demo::rehearsal::Rehearsed;
use crate::demo::schedule::clock;
use crate::demo::screen::Screen;
use crate::demo::stage::{Halt, Order, Stage};
use crate::demo::timer::Timer;
use crate::engine::EngineKind;
use crate::event::{Event, Tone};
use crate::lesson::Lesson;
use crate::report::{Streams, screen_size};
use crate::room::{Client, Presenter};
use crate::session::Session;
use crate::text::Text;

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    On,
    /// To a step whose state is there.
    At(usize),
    To(usize),
}

/// Why the show is over.
pub(crate) enum Stop {
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
pub(crate) struct Show<'a> {
    pub(crate) app: Ctx,
    pub(crate) stage: Stage,
    pub(crate) session: Session,
    pub(crate) place: &'a Place,
    steps: Range<usize>,
    plan: Plan,
    rehearsed: Rehearsed,
    cue: Cue,
    /// How long the state at hand took to build, until that is said.
    pub(crate) built_in: Option<Duration>,
    /// The presenter changed something by hand and kept it.
    pub(crate) kept: bool,
    /// Where the room's browser comes in, as it was said last.
    pub(crate) address: Option<String>,
    /// That address is to be one that others reach.
    pub(crate) share: bool,
    /// The room that is told.
    pub(crate) room: Option<Presenter>,
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
                Turn::On => match self.plan.next(at + 1) {
                    Some(next) if next == at + 1 => next,
                    // What lies between is made and not shown.
                    Some(later) if self.gives_up().await? => {
                        turn = Turn::To(later);
                        continue;
                    }
                    Some(_) => at + 1,
                    None => {
                        turn = self.closing(at).await?;
                        continue;
                    }
                },
            };
            self.remember(Some(at));
            let begun = self.stage.timer.elapsed();
            turn = self.step(at).await?;
            if turn == Turn::On {
                let took = self.stage.timer.elapsed().saturating_sub(begun).as_secs();
                let id = self.session.lesson.file.steps[at].id.clone();
                self.rehearsed.took(&id, u32::try_from(took).unwrap_or(u32::MAX));
            }
        }
    }

    /// The lesson's first words; the clock begins when the presenter does.
    async fn opening(&mut self, first: usize) -> Result<Turn, Stop> {
        self.stage.bottom.step = first;
        self.cue.save(self.place.root()).unwrap_or_default();
        let prose = &self.session.prose;
        let intro = Event::Intro { title: prose.title.clone(), blocks: prose.intro.clone() };
        self.stage.tell(intro).await?;
        self.aside(Tone::Info, Text::new("app-demo-place")).await?;
        let engine = Text::new(self.session.engine.kind().texts.label);
        self.stage.notice(Tone::Info, Text::new("demo-runs-on").with("engine", engine)).await?;
        let left = self.rehearsed.left(&self.folder());
        let left = left.and_then(|id| self.session.lesson.step_index(id)).filter(|step| *step > first);
        let prompt = match left {
            Some(step) => Text::new("demo-ask-go-on").with("number", step + 1),
            None => Text::new("demo-ask-begin"),
        };
        loop {
            match self.ask(prompt.clone()).await? {
                Order::Again => {
                    self.stage.timer = Timer::start();
                    return Ok(Turn::To(left.unwrap_or(first)));
                }
                Order::Next => break,
                Order::Jump(step) => {
                    self.stage.timer = Timer::start();
                    return Ok(Turn::To(step));
                }
                Order::Help => self.help().await?,
                // Whatever happens there, the first step is built afterwards.
                Order::Detour => {
                    self.detour().await?;
                }
                Order::Back | Order::Restore | Order::Keep | Order::Paused | Order::Said(_) => {
                    self.save_cue()
                }
            }
        }
        self.stage.timer = Timer::start();
        Ok(if first == 0 { Turn::At(first) } else { Turn::To(first) })
    }

    /// After the last step: nothing ends by itself.
    async fn closing(&mut self, last: usize) -> Result<Turn, Stop> {
        self.remember(None);
        self.stage.notice(Tone::Done, Text::new("demo-last")).await?;
        loop {
            match self.ask(Text::new("demo-ask-end")).await? {
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
        self.enter(at);
        let beats = beats(&self.session, at);
        let mut now = 0;
        let mut good = self.play(at, &beats[0]).await?;
        loop {
            let is_last = now + 1 == beats.len();
            let prompt = match (good, is_last) {
                (false, _) => "demo-ask-failed",
                (true, true) => "demo-ask-step",
                (true, false) => "demo-ask",
            };
            let order = self.ask(Text::new(prompt)).await?;
            let is_elsewhere = matches!(order, Order::Back | Order::Jump(_));
            if is_elsewhere && !self.gives_up().await? {
                continue;
            }
            match order {
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
                Order::Keep | Order::Paused | Order::Said(_) => {}
            }
        }
    }

    /// Says what is the presenter's alone: in the notes, where the room has a clean screen.
    pub(crate) async fn aside(&mut self, tone: Tone, text: Text) -> Result<(), Stop> {
        self.cue.aside = self.stage.bottom.clean.then(|| text.render(self.app.lang));
        if self.cue.aside.is_none() {
            self.stage.notice(tone, text).await?;
        }
        Ok(())
    }

    /// Whether what the presenter changed and kept may go, where there is anything: a state that is
    /// built anew has none of it.
    async fn gives_up(&mut self) -> Result<bool, Stop> {
        while self.kept {
            match self.ask(Text::new("demo-ask-kept")).await? {
                Order::Keep => return Ok(false),
                Order::Next | Order::Restore => self.kept = false,
                Order::Help => self.help().await?,
                _ => {}
            }
        }
        Ok(true)
    }

    /// The line at the bottom and the notes are about `step` now.
    fn enter(&mut self, step: usize) {
        self.stage.bottom.step = step;
        self.cue.step = Some(step);
        self.tell_room(step);
    }

    /// Builds what `step` starts from. Where that fails the presenter chooses.
    pub(crate) async fn go_to(&mut self, step: usize) -> Result<(), Stop> {
        self.enter(step);
        loop {
            match self.rebuild(step).await? {
                None => {
                    self.kept = false;
                    return Ok(());
                }
                Some(error) => self.stage.tell(Event::Failure(error.failure())).await?,
            }
            loop {
                match self.ask(Text::new("demo-ask-rebuild")).await? {
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
        let Self { app, stage, session, place, .. } = self;
        let built = stage.watch(rebuild::rebuild(app, place, session, step)).await;
        self.stage.silent = false;
        match built? {
            Err(error) => Ok(Some(error)),
            Ok(()) => {
                self.built_in = Some(begun.elapsed());
                Ok(None)
            }
        }
    }

    pub(crate) async fn help(&mut self) -> Result<(), Stop> {
        const KEYS: [&str; 17] = [
            "next", "back", "jump", "up", "explain", "again", "restore", "skip", "hold", "hand", "pace",
            "pause", "blank", "clean", "detour", "notes", "quit",
        ];
        let key =
            |name: &str, part: &str| Text::new(Box::leak(format!("demo-{part}-{name}").into_boxed_str()));
        let keys = KEYS.map(|name| (key(name, "key"), key(name, "does")));
        Ok(self.stage.tell(Event::Keys(keys.into())).await?)
    }

    /// Waits for what the presenter wants; the notes say, too, what there is to choose from.
    pub(crate) async fn ask(&mut self, prompt: Text) -> Result<Order, Stop> {
        self.cue.prompt = Some(prompt.render(self.app.lang));
        self.save_cue();
        Ok(self.stage.ask(prompt).await?)
    }

    /// For the next demo: where this one is. A talk does not stop for it.
    fn remember(&mut self, at: Option<usize>) {
        let folder = self.folder();
        let id = at.map(|at| self.session.lesson.file.steps[at].id.as_str());
        self.rehearsed.is_at(&folder, id);
        let _ = self.rehearsed.save(&self.app.registry, &self.session.lesson.file.id);
    }

    fn folder(&self) -> String {
        self.place.root().display().to_string()
    }

    pub(crate) fn save_cue(&mut self) {
        self.cue.paused = self.stage.timer.is_paused();
        self.cue.pace = self.stage.pace.shown();
        self.cue.set_elapsed(self.stage.timer.elapsed());
        self.cue.room = self.room_is_away();
        self.set_phone_clock();
        // The notes are a help; a talk does not stop for them.
        let _ = self.cue.save(self.place.root());
    }
}

pub(crate) async fn play_for_presenter(
    ctx: &Ctx,
    lesson: &Lesson,
    steps: Range<usize>,
    args: &cli::Demo,
) -> Result<u8, AppError> {
    if !ctx.interactive {
        return Err(not_paced(lesson));
    }
    let room = room::wanted(ctx, args)?;
    let screen = stage_screen(ctx, lesson, args)?;
    let place = arrival::demo_place(ctx)?;
    let rehearsed = Rehearsed::load(&ctx.registry, &lesson.file.id);
    let plan = demo::plan(lesson, &steps, &rehearsed, args);
    let planned = plan.schedule().whole();
    let mut engine = None;
    let played =
        present(ctx, &place, lesson, (steps, plan, rehearsed), screen.clone(), (args, room), &mut engine)
            .await;
    let recorded = screen.recorded();
    if engine.is_some() {
        ctx.notice(Tone::Info, Text::new("demo-leaving"));
    }
    // It may have been ended in the middle of something.
    let left = super::leave_or_told(ctx, place, lesson, engine, false).await;
    let elapsed = played.as_ref().ok().copied();
    let code = super::after(ctx, played.map(drop), left, exit::PASS)?;
    recorded?;
    if let Some(elapsed) = elapsed {
        let text = Text::new("demo-ended").with("time", clock(elapsed)).with("planned", clock(planned));
        ctx.notice(Tone::Done, text);
    }
    Ok(code)
}

/// The time it took, where the presenter ended it.
async fn present(
    ctx: &Ctx,
    place: &Place,
    lesson: &Lesson,
    (steps, plan, rehearsed): (Range<usize>, Plan, Rehearsed),
    screen: Screen,
    (args, room): (&cli::Demo, Option<Client>),
    engine: &mut Option<EngineKind>,
) -> Result<Duration, AppError> {
    let mut session = until_told(demo::set_up(ctx, place, lesson)).await?;
    *engine = Some(session.engine.kind());
    consent::consent(ctx, &mut session)?;
    let (sender, events) = mpsc::unbounded_channel();
    let emit = ctx.emit.through(listen::channel(sender, |event| event));
    session.emit = emit.clone();
    let bottom = Bottom {
        schedule: plan.schedule(),
        steps: Outline::of(lesson, &session.prose),
        clean: args.clean,
        ..Bottom::default()
    };
    let (room, presses) = room.map(Presenter::begin).unzip();
    let mut stage = Stage::new(screen, events, ctx.lang, args.pace.unwrap_or_default(), bottom)
        .map_err(|error| AppError::Terminal(error.to_string()))?;
    stage.presses = presses;
    let mut cue = Cue::new(&lesson.file.id, steps.start, steps.end);
    cue.plan = plan.seconds();
    let mut show = Show {
        app: ctx.answering_yes(emit),
        stage,
        session,
        place,
        steps,
        plan,
        rehearsed,
        cue,
        built_in: None,
        kept: false,
        address: None,
        share: args.share,
        room,
    };
    let stop = show.run().await;
    let elapsed = show.stage.timer.elapsed();
    show.cue.ended = true;
    show.save_cue();
    if let Some(room) = show.room.take() {
        room.end().await;
    }
    match stop {
        Stop::Halt(Halt::Quit) => Ok(elapsed),
        Stop::Halt(Halt::Interrupted) => Err(AppError::Interrupted),
        Stop::Error(error) => Err(error),
    }
}

fn stage_screen(ctx: &Ctx, lesson: &Lesson, args: &cli::Demo) -> Result<Screen, AppError> {
    let Streams { out, style, .. } = Streams::standard(ctx.global.no_color);
    let (rows, columns) = screen_size();
    let screen = Screen::new(out, style, (rows, columns));
    if let Some(path) = &args.record {
        screen.record(Recorder::create(path, columns as u16, rows as u16, &demo::title(ctx, lesson)?)?);
    }
    Ok(screen)
}
