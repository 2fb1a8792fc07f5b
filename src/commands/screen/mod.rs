//! The full-screen view, wired: keys and news come in, jobs go to a worker, frames go out.
//!
//! The worker ([`work`]) runs the same functions as the commands do, on a thread of its own, so
//! that a key is answered while a check runs. What it says are [`Event`]s; what it asks comes
//! through a door. [`watch`] brings what happens by itself: the stack, logs, saved files.

mod addresses;
mod keys;
mod news;
mod watch;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender};
use std::time::{Duration, SystemTime};

use ratatui::crossterm::event::{self, Event as Input, KeyEventKind};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use self::addresses::Addresses;
use self::watch::Watching;
use self::work::{Job, Said, Work};
use crate::app::Ctx;
use crate::app::ask::Reply;
use crate::app::error::AppError;
use crate::event::{Event, Notice, Tone};
use crate::report::tui::{Canvas, Layer, Reach, SMALLEST, State};
use crate::report::{Reporter, Style, screen_size};
use crate::session::Session;
use crate::signals::{Signal, Signals};
use crate::text::Text;
use crate::workspace::progress::Progress;

/// The shortest time between two frames: what comes in a rush is drawn together.
const FRAME: Duration = Duration::from_millis(16);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// A second Ctrl-C within this quits.
const AGAIN: Duration = Duration::from_secs(2);

/// What the screen begins with.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    /// The lesson's own opening stands in front.
    pub intro: bool,
    /// The state of this step is built first.
    pub build: Option<String>,
    /// What was noticed before the screen was there.
    pub noticed: Vec<Notice>,
}

/// A person is at a terminal that can show the full-screen view, and did not ask for `--plain`.
pub(crate) fn is_wanted(ctx: &Ctx) -> bool {
    ctx.interactive && !ctx.global.plain && fits(ctx.asker.style())
}

/// Whether the terminal can show it.
fn fits(style: Style) -> bool {
    let (rows, columns) = screen_size();
    style.terminal && style.unicode && columns >= SMALLEST.0.into() && rows >= SMALLEST.1.into()
}

/// The screen under way.
struct Screen {
    state: State,
    canvas: Canvas,
    reach: Reach,
    jobs: Sender<Work>,
    /// Ends what the worker is at.
    stop: Option<Arc<Notify>>,
    doing: Option<Job>,
    /// What a key asked for meanwhile.
    next: Option<Job>,
    /// Where the answer to the question in front goes.
    reply: Option<SyncSender<Reply>>,
    /// What the yes in the last row is to.
    sure: Option<Sure>,
    /// When the last job ended that may have changed the stack: what it did may be seen later.
    settled: Option<Instant>,
    /// A file was saved while something else was done.
    saved: bool,
    /// How far the lesson is, as it was written down when a job last ended.
    written: Progress,
    /// What was written down of that while a job was at work.
    moved: Option<Progress>,
    interrupted: Option<Instant>,
    /// How the screen ends.
    over: Option<u8>,
    watching: Watching,
    /// What was heard of who knows which address.
    addresses: Addresses,
    opened: Instant,
    /// Requests are counted from then on.
    since: SystemTime,
    /// When each replica wrote the last line that was read.
    last: HashMap<String, Option<SystemTime>>,
}

/// What a yes in the last row is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sure {
    Quit,
    Skip,
    Undo,
}

impl Drop for Screen {
    /// However the screen ends, what the worker is at ends with it. (After two Ctrl-C it was told
    /// twice already: it brings nothing back any more.)
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Screen {
    async fn live(
        &mut self,
        keys: &mut mpsc::UnboundedReceiver<Input>,
        hear: &mut mpsc::UnboundedReceiver<Said>,
        seen: &mut mpsc::Receiver<watch::Seen>,
    ) -> Result<u8, AppError> {
        let mut signals = Signals::listen(&[Signal::HangUp, Signal::Continued]).unwrap_or_default();
        let mut second = tokio::time::interval(SECOND);
        let mut minute = tokio::time::interval_at(Instant::now() + MINUTE, MINUTE);
        let mut drawn = Instant::now();
        let mut dirty = true;
        loop {
            if let Some(code) = self.over {
                return Ok(code);
            }
            self.watching.closely(self.is_moving());
            dirty = tokio::select! {
                // Keys first: nothing that comes in a rush holds them up.
                biased;
                input = keys.recv() => {
                    self.input(input.ok_or(AppError::Interrupted)?)?;
                    // What was typed meanwhile, or a window that is being pulled: one frame for all.
                    while let Ok(more) = keys.try_recv() {
                        self.input(more)?;
                    }
                    // An answer to a key is not put off.
                    drawn = self.draw()?;
                    false
                }
                // Ctrl-C is a key here, and being told to end is heard in `run`.
                signal = signals.next() => match signal {
                    Signal::Continued => self.canvas.resume().map(|()| true).map_err(lost)?,
                    Signal::HangUp | Signal::Interrupt | Signal::Terminate | Signal::Resized => {
                        return Err(AppError::Interrupted);
                    }
                },
                () = tokio::time::sleep_until(drawn + FRAME), if dirty => {
                    drawn = self.draw()?;
                    false
                }
                said = hear.recv() => {
                    let gone = || AppError::Environment { text: Text::new("screen-lost"), next: None };
                    self.hear(said.ok_or_else(gone)?);
                    true
                }
                news = seen.recv() => self.see(news.ok_or(AppError::Interrupted)?) || dirty,
                _ = second.tick(), if self.somebody_rests() => self.picture_at(SystemTime::now()) || dirty,
                _ = minute.tick() => {
                    self.state.minutes = self.opened.elapsed().as_secs() / 60;
                    true
                }
            };
        }
    }

    /// Shows the state; when.
    fn draw(&mut self) -> Result<Instant, AppError> {
        self.reach = self.canvas.show(&self.state).map_err(lost)?;
        Ok(Instant::now())
    }

    fn input(&mut self, input: Input) -> Result<(), AppError> {
        match input {
            Input::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Input::Resize(..) => self.canvas.forget().map_err(lost),
            _ => Ok(()),
        }
    }

    /// Gives the worker something to do; what it is at comes first.
    fn run(&mut self, job: Job) {
        if self.stop.is_some() {
            self.next = Some(job);
            return self.note(Tone::Info, Text::new("screen-busy"));
        }
        if job.is_action() {
            self.state.begin(job.doing());
        } else if !matches!(job, Job::Look) {
            self.state.note = None;
        }
        if matches!(job, Job::Scale { .. }) {
            self.state.outdate(&news::clock(), false);
        }
        if matches!(job, Job::Check | Job::Apply | Job::Answer) {
            self.state.forget_checks();
        }
        let stop = Arc::new(Notify::new());
        self.stop = Some(Arc::clone(&stop));
        self.doing = Some(job.clone());
        let _ = self.jobs.send(Work { job, stop });
    }

    /// Ends what the worker is at.
    fn cancel(&mut self) {
        (self.reply, self.next) = (None, None);
        if let Some(stop) = &self.stop {
            stop.notify_one();
        }
    }

    fn note(&mut self, tone: Tone, text: Text) {
        self.state.note = Some(Notice::new(tone, text));
    }
}

fn lost(error: std::io::Error) -> AppError {
    AppError::Terminal(error.to_string())
}

/// Keys and changes of the size, read by a thread of its own: reading waits.
fn listen() -> mpsc::UnboundedReceiver<Input> {
    let (pressed, keys) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        while let Ok(input) = event::read() {
            if pressed.send(input).is_err() {
                return;
            }
        }
    });
    keys
}

/// What stands on the screen first.
fn opened(ctx: &Ctx, session: &Session, opening: &Opening) -> Result<State, AppError> {
    let mut state = State::new(ctx.lang, ctx.asker.style());
    state.enter(work::here(ctx, session));
    for notice in &opening.noticed {
        state.event(&Event::Notice(notice.clone()));
    }
    if opening.intro {
        let (title, blocks) = (session.prose.title.clone(), session.prose.intro.clone());
        state.layer = Some(Layer::Intro { title, blocks });
    }
    Ok(state)
}

/// The screen until it is quit; the exit code.
pub(crate) async fn screen(ctx: &Ctx, session: Session, opening: Opening) -> Result<u8, AppError> {
    let state = opened(ctx, &session, &opening)?;
    let written = session.progress.clone();
    let service = session.lesson.file.entry.service.clone();
    let mut canvas = Canvas::open().map_err(lost)?;
    let reach = canvas.show(&state).map_err(lost)?;
    let (said, mut hear) = mpsc::unbounded_channel();
    let jobs = work::start(work::for_worker(ctx, said));
    let (watching, mut seen) = Watching::start(ctx, &session);
    let mut keys = listen();
    let mut screen = Screen {
        state,
        canvas,
        reach,
        jobs,
        stop: None,
        doing: None,
        next: None,
        reply: None,
        sure: None,
        settled: None,
        saved: false,
        written,
        moved: None,
        interrupted: None,
        over: None,
        watching,
        addresses: Addresses::of(&service),
        opened: Instant::now(),
        since: SystemTime::now(),
        last: HashMap::new(),
    };
    if let Some(step) = opening.build {
        screen.run(Job::Build(step));
    }
    let code = screen.live(&mut keys, &mut hear, &mut seen).await;
    let busy = screen.stop.is_some();
    drop(screen);
    if busy {
        let_end(ctx, &mut hear).await;
    }
    if code.is_ok() {
        ctx.notice(Tone::Info, Text::new("app-quit"));
    }
    code
}

/// The worker was told to stop, and brings back what it changed. What it says is shown.
async fn let_end(ctx: &Ctx, hear: &mut mpsc::UnboundedReceiver<Said>) {
    while let Some(said) = hear.recv().await {
        match said {
            Said::Event(event) if matches!(*event, Event::Notice(_)) => ctx.emit(*event),
            // That it was stopped is no news.
            Said::Ended(_, Err(error)) if !matches!(error, AppError::Interrupted) => {
                ctx.emit(Event::Failure(error.failure()));
            }
            _ => {}
        }
    }
}
