//! The stage: events of the session shown at a human pace, while the presenter's keys say how fast,
//! and what comes next. [`Stage`] is the paced reporter ([`Stage::watch`]) and the prompter
//! ([`Stage::ask`]) in one; the text reporter draws, as everywhere else.

mod perform;
mod press;

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;
use workshop_room::protocol::Press;

use super::Brief;
use super::bottom::{Bottom, Modal};
use super::decoder::Key;
use super::pace::Pace;
use super::screen::Screen;
use super::timer::Timer;
use super::tty::Tty;
use super::typing;
use crate::event::{Event, Notice, Tone};
use crate::report::{Format, Reporter, Streams, reporter, screen_size};
use crate::room::Voted;
use crate::signals::{Signal, Signals};
use crate::text::{Lang, Text};

/// What the presenter wants next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Next,
    Back,
    /// To the step at that place, from 0.
    Jump(usize),
    Again,
    /// The step as the reference has it.
    Restore,
    Keep,
    Detour,
    Help,
    /// The clock stands still, or goes on again.
    Paused,
    /// What the room expects: empty where that is left to its votes, `None` where it is passed by.
    Said(Option<String>),
}

/// Why the demo ends before its last step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The presenter said so, and said yes.
    Quit,
    /// Ctrl-C twice, or a signal; or the terminal is gone.
    Interrupted,
}

/// The screen, the keyboard, and the events between them.
pub(crate) struct Stage {
    tty: Tty,
    pub screen: Screen,
    signals: Signals,
    events: mpsc::UnboundedReceiver<Event>,
    drawer: Box<dyn Reporter>,
    /// The id of the step at hand.
    step: String,
    lang: Lang,
    pub pace: Pace,
    pub timer: Timer,
    pub bottom: Bottom,
    /// Nothing more is waited for in what is being shown.
    hurry: bool,
    /// What the session does is not shown, only that it does.
    pub silent: bool,
    /// A command that was typed runs at the next key.
    pub holds: bool,
    /// The presenter's keys type the commands.
    pub by_hand: bool,
    /// A command that was typed already.
    typed: Option<String>,
    /// The last line says what is waited for, and goes when there is something to show.
    partial: bool,
    /// What the traffic looked like last.
    traffic: Option<String>,
    interrupted: Option<Instant>,
    /// Stopped by Ctrl-Z.
    stopped: bool,
    /// What the presenter's phone says.
    pub presses: Option<mpsc::UnboundedReceiver<Press>>,
    /// What the room votes, to the question of that id.
    votes: Option<(String, watch::Receiver<Voted>)>,
}

enum Happening {
    Key(Option<Key>),
    Event(Box<Event>),
    Signal(Signal),
    Due,
    Tick,
}

impl Stage {
    /// Takes the terminal. `events` is where the session's events come from.
    ///
    /// # Errors
    /// Standard input is no terminal.
    pub(crate) fn new(
        screen: Screen,
        events: mpsc::UnboundedReceiver<Event>,
        lang: Lang,
        pace: Pace,
        bottom: Bottom,
    ) -> std::io::Result<Self> {
        let (signals, tty) = (Signals::listen(&Signal::ALL)?, Tty::take()?);
        leave_when_panicking();
        let drawer = drawer(&screen, lang);
        let mut stage = Self {
            tty,
            screen,
            signals,
            events,
            drawer,
            step: String::new(),
            lang,
            pace,
            timer: Timer::start(),
            bottom,
            hurry: false,
            silent: false,
            holds: false,
            by_hand: false,
            typed: None,
            partial: false,
            traffic: None,
            interrupted: None,
            stopped: false,
            presses: None,
            votes: None,
        };
        stage.screen.enter();
        stage.refresh();
        Ok(stage)
    }

    /// Does `work` and shows what it says, as it comes or later, until all of it is shown.
    ///
    /// # Errors
    /// The presenter ends the demo; the work is dropped.
    pub(crate) async fn watch<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Halt> {
        self.hurry = false;
        self.bottom.prompt = None;
        self.refresh();
        let (done, mut is_done) = oneshot::channel();
        let work = async {
            let out = work.await;
            let _ = done.send(());
            Ok(out)
        };
        let show = async {
            loop {
                tokio::select! {
                    biased;
                    _ = &mut is_done => break,
                    happening = self.happening(None) => self.meet(happening).await?,
                }
            }
            while let Ok(event) = self.events.try_recv() {
                self.perform(event).await?;
            }
            Ok(())
        };
        let (out, ()) = tokio::try_join!(work, show)?;
        self.end_traffic();
        Ok(out)
    }

    /// Shows something of the demo's own.
    ///
    /// # Errors
    /// The presenter ends the demo.
    pub(crate) async fn tell(&mut self, event: Event) -> Result<(), Halt> {
        self.hurry = false;
        self.bottom.prompt = None;
        self.perform(event).await
    }

    pub(crate) async fn notice(&mut self, tone: Tone, text: Text) -> Result<(), Halt> {
        self.tell(Event::Notice(Notice::new(tone, text))).await
    }

    /// Types a command, or lets the presenter's keys do it; when it starts, it is not shown again.
    ///
    /// # Errors
    /// The presenter ends the demo.
    pub(crate) async fn type_command(&mut self, command: &str) -> Result<(), Halt> {
        self.hurry = false;
        self.bottom.prompt = None;
        self.refresh();
        let drawn = self.drawn(&Event::CommandStarted { command: command.to_owned() });
        match self.by_hand {
            true => self.type_by_hand(typing::letters(&drawn)).await?,
            false => self.play(typing::letters(&drawn)).await?,
        }
        self.typed = Some(command.to_owned());
        Ok(())
    }

    /// Waits for what the presenter wants; `prompt` says what there is to choose from.
    ///
    /// # Errors
    /// The presenter ends the demo.
    pub(crate) async fn ask(&mut self, prompt: Text) -> Result<Order, Halt> {
        self.bottom.prompt = Some(prompt);
        self.say_prompt();
        loop {
            match self.happening(None).await {
                Happening::Key(key) => {
                    if let Some(order) = self.key(key.ok_or(Halt::Interrupted)?)? {
                        self.bottom.prompt = None;
                        self.refresh();
                        return Ok(order);
                    }
                }
                other => self.meet(other).await?,
            }
        }
    }

    /// Waits for what the room expects, typed by the presenter: empty where the presenter goes on
    /// without, `None` where it is passed by.
    ///
    /// # Errors
    /// The presenter ends the demo.
    pub(crate) async fn guess(&mut self) -> Result<Option<String>, Halt> {
        loop {
            // Ctrl-C takes the line's place; whoever goes on is asked again.
            self.bottom.modal = Modal::Guess(String::new());
            if let Order::Said(words) = self.ask(Text::new("demo-ask")).await? {
                return Ok(words);
            }
        }
    }

    /// From now on the votes to the question `id` are shown where a guess is typed.
    pub(crate) fn listen_for(&mut self, id: String, votes: watch::Receiver<Voted>) {
        self.votes = Some((id, votes));
    }

    /// Lends the terminal for as long as `work` takes.
    pub(crate) async fn lend<T>(&mut self, work: impl Future<Output = T>) -> T {
        self.screen.leave();
        self.tty.lend();
        let out = work.await;
        // What was meant for the other program is not for us.
        self.signals.forget(Signal::Interrupt);
        self.come_back();
        out
    }

    async fn happening(&mut self, due: Option<Instant>) -> Happening {
        // Without a deadline the clock at the bottom goes on.
        let tick = Instant::now() + Duration::from_millis(500);
        tokio::select! {
            biased;
            signal = self.signals.next() => Happening::Signal(signal),
            key = self.tty.key() => Happening::Key(key),
            () = tokio::time::sleep_until(due.unwrap_or(tick).min(tick)) => {
                if due.is_some_and(|due| due <= tick) { Happening::Due } else { Happening::Tick }
            }
            Some(press) = pressed(&mut self.presses) => self.meant(press).map_or(Happening::Tick, |key| Happening::Key(Some(key))),
            Some(event) = self.events.recv(), if due.is_none() => Happening::Event(Box::new(event)),
        }
    }

    async fn meet(&mut self, happening: Happening) -> Result<(), Halt> {
        match happening {
            Happening::Key(key) => {
                self.key(key.ok_or(Halt::Interrupted)?)?;
            }
            Happening::Event(event) => self.perform(*event).await?,
            Happening::Signal(signal) if signal.is_end() => return Err(Halt::Interrupted),
            Happening::Signal(signal) => self.hear(signal),
            Happening::Tick => {
                self.tick();
                if let Some(slept) = self.timer.slept() {
                    let minutes = slept.as_secs().div_ceil(60);
                    let text = Text::new("demo-slept").with("minutes", minutes);
                    let drawn = self.drawn(&Event::Notice(Notice::new(Tone::Info, text)));
                    self.screen.show(&drawn);
                }
            }
            Happening::Due => {}
        }
        Ok(())
    }

    fn hear(&mut self, signal: Signal) {
        match signal {
            Signal::Resized => {
                self.screen.resize(screen_size());
                self.lay();
                self.fresh_drawer();
                self.refresh();
            }
            Signal::Continued => self.come_back(),
            Signal::Interrupt | Signal::Terminate | Signal::HangUp => {}
        }
    }

    fn tick(&mut self) {
        // Where no shell could stop it, nobody says that it goes on.
        if self.stopped {
            self.come_back();
        }
        self.refresh();
    }

    /// The terminal has been somebody else's.
    fn come_back(&mut self) {
        self.stopped = false;
        self.tty.take_back();
        self.screen.resize(screen_size());
        self.fresh_drawer();
        self.screen.enter();
        self.refresh();
    }

    pub(crate) fn refresh(&mut self) {
        let style = self.screen.style();
        self.bottom.above = self.screen.above();
        let votes = self.votes.as_ref().map(|(id, votes)| (id, votes.borrow()));
        self.bottom.votes = votes
            .filter(|(id, voted)| voted.poll == **id)
            .map(|(_, voted)| voted.votes.clone())
            .unwrap_or_default();
        self.screen.set_status(self.bottom.line(style, self.lang, &self.timer, self.pace));
    }

    /// Where there is no line at the bottom, what can be chosen is a line like any other.
    fn say_prompt(&mut self) {
        self.refresh();
        if !self.screen.is_framed() {
            let style = self.screen.style();
            let line = self.bottom.line(style, self.lang, &self.timer, self.pace);
            self.screen.show(&format!("\n{}\n", line.draw(style.color)));
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.screen.leave();
    }
}

/// The next press of a phone; without a phone there is none.
async fn pressed(presses: &mut Option<mpsc::UnboundedReceiver<Press>>) -> Option<Press> {
    presses.as_mut()?.recv().await
}

fn drawer(screen: &Screen, lang: Lang) -> Box<dyn Reporter> {
    let style = screen.style();
    let streams = Streams::new(Box::new(screen.clone()), Box::new(screen.clone()), style);
    Box::new(Brief::new(reporter(Format::Text, streams, lang), style).explained())
}

/// A panic's own words must find the terminal as it was.
fn leave_when_panicking() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if crate::demo::tty::restore() {
                crate::demo::screen::restore(&mut Streams::standard(true).out);
            }
            before(panic);
        }));
    });
}
