//! Events as an audience sees them: one after the other, each with the time that it needs.

use std::time::Duration;

use tokio::time::Instant;

use super::{Halt, Happening, Stage, drawer};
use crate::check::Share;
use crate::demo::decoder::Key;
use crate::demo::explain::Explained;
use crate::demo::typing::{self, Piece};
use crate::event::{CheckReport, Event, Failure, Notice, Tone, TrafficView};
use crate::report::traffic;
use crate::text::Text;

/// After a check has been answered.
const ANSWER: Duration = Duration::from_millis(260);
/// A bar takes this many steps to its length.
const GROWTH: u32 = 12;
const GROWS: Duration = Duration::from_millis(70);

impl Stage {
    /// Waits at the presenter's pace, or not at all where there is no time.
    pub(super) async fn wait(&mut self, time: Duration) -> Result<(), Halt> {
        let due = Instant::now() + self.pace.of(time);
        while self.timer.is_paused() || (!self.hurry && Instant::now() < due) {
            let until = if self.timer.is_paused() { Instant::now() + Duration::from_secs(1) } else { due };
            match self.happening(Some(until)).await {
                // Events keep their order: they come when this one is over.
                Happening::Event(_) => {}
                Happening::Key(key) => {
                    self.key(key.ok_or(Halt::Interrupted)?)?;
                }
                Happening::Signal(signal) if signal.is_end() => return Err(Halt::Interrupted),
                Happening::Signal(signal) => self.hear(signal),
                Happening::Tick | Happening::Due => self.tick(),
            }
        }
        Ok(())
    }

    pub(super) async fn play(&mut self, pieces: Vec<Piece>) -> Result<(), Halt> {
        let screen = self.screen.clone();
        typing::play(pieces, |text| screen.show(text), async |time| self.wait(time).await).await
    }

    /// One piece a key, whichever; Enter shows the rest and is the command's own Enter. Esc shows the
    /// rest and types the next commands by itself again.
    pub(super) async fn type_by_hand(&mut self, pieces: Vec<Piece>) -> Result<(), Halt> {
        self.bottom.prompt = Some(Text::new("demo-ask-type"));
        self.refresh();
        let mut pieces = pieces.into_iter().peekable();
        loop {
            // With a deadline no event is taken: they come when the command is typed.
            let key = match self.happening(Some(Instant::now() + Duration::from_secs(1))).await {
                Happening::Key(key) => key.ok_or(Halt::Interrupted)?,
                Happening::Signal(signal) if signal.is_end() => return Err(Halt::Interrupted),
                Happening::Signal(signal) => {
                    self.hear(signal);
                    continue;
                }
                _ => {
                    self.tick();
                    continue;
                }
            };
            match key {
                Key::Enter => break,
                Key::Escape => {
                    self.by_hand = false;
                    break;
                }
                key @ (Key::Ctrl(_) | Key::Up) => {
                    self.key(key)?;
                }
                // The last piece is the line's end: it waits for Enter.
                _ => {
                    if let Some(piece) = pieces.next_if(|piece| !piece.text.ends_with('\n')) {
                        self.screen.show(&piece.text);
                    }
                }
            }
        }
        pieces.for_each(|piece| self.screen.show(&piece.text));
        self.bottom.prompt = None;
        self.refresh();
        Ok(())
    }

    pub(super) async fn perform(&mut self, event: Event) -> Result<(), Halt> {
        if self.silent && !matches!(event, Event::Failure(_) | Event::Progress(_)) {
            if let Event::CommandStarted { command: line } | Event::CommandOutput { line, .. } = event {
                self.show(&Event::Progress(Text::verbatim(line.trim())));
            }
            return Ok(());
        }
        match &event {
            Event::Step(view) => {
                self.step.clone_from(&view.id);
                self.bottom.change = Explained::default();
                self.screen.clear();
                self.show(&event);
            }
            Event::CommandStarted { command } if self.typed.take().as_ref() == Some(command) => {}
            Event::Diff(_) => {
                // To the reporter a diff is for a pipe; here it is one thing among others.
                let drawn = self.drawn(&event) + "\n";
                self.fresh_drawer();
                self.bottom.change = Explained::of(&drawn);
                self.play(typing::lines(&drawn)).await?;
            }
            Event::Traffic(view) => self.live_traffic(view),
            Event::CheckFinished(report) => self.check_finished(&event, report).await?,
            Event::StepFinished(_) => {
                self.show(&event);
                self.fresh_drawer();
            }
            Event::Failure(failure) => {
                // What a learner would type next is not what the stage offers.
                self.show(&Event::Failure(Failure { next: None, ..failure.clone() }));
                self.lead_to_shell([&failure.text]);
            }
            Event::Notice(_)
            | Event::Lessons(_)
            | Event::Course(_)
            | Event::Intro { .. }
            | Event::CheckStarted { .. }
            | Event::CheckRun(_)
            | Event::CommandStarted { .. }
            | Event::CommandOutput { .. }
            | Event::Waiting { .. }
            | Event::Progress(_)
            | Event::CommandFinished { .. }
            | Event::Hint { .. }
            | Event::Prompt(_)
            | Event::Question(_)
            | Event::Answer { .. }
            | Event::Status(_)
            | Event::Removal { .. }
            | Event::Effects(_)
            | Event::Reset(_)
            | Event::Findings(_)
            | Event::Cluster(_)
            | Event::Change(_)
            | Event::Demo(_)
            | Event::Picture(_)
            | Event::LoadStarted(_)
            | Event::LoadProgress(_)
            | Event::Load(_)
            | Event::Script(_)
            | Event::Notes(_)
            | Event::Glossary { .. }
            | Event::Reference { .. }
            | Event::Keys(_) => self.show(&event),
        }
        Ok(())
    }

    fn live_traffic(&mut self, view: &TrafficView) {
        self.wipe();
        let drawn = self.bars(view);
        self.screen.show_live(&drawn);
        self.traffic = Some(drawn);
    }

    async fn check_finished(&mut self, event: &Event, report: &CheckReport) -> Result<(), Halt> {
        if self.traffic.take().is_none() {
            self.grow(report).await?;
            self.screen.end_live();
        } else {
            // What was live stays.
            self.screen.show("\n");
        }
        self.show(event);
        let verdict = &report.verdict;
        if !verdict.is_pass() {
            self.lead_to_shell(
                [&verdict.message].into_iter().chain(&verdict.expected).chain(&verdict.observed),
            );
        }
        self.wait(ANSWER).await
    }

    /// Where the presenter types a command of ours that was named: in the room's own folder it would
    /// mean another stack.
    fn lead_to_shell<'t>(&mut self, said: impl IntoIterator<Item = &'t Text>) {
        let names_ours = said.into_iter().any(|text| text.render(self.lang).contains("workshop "));
        if names_ours && !self.bottom.clean {
            self.show(&Event::Notice(Notice::new(Tone::Next, Text::new("demo-in-your-shell"))));
        }
    }

    /// A reporter that knows which step's text stands above, and that an empty line does.
    pub(super) fn fresh_drawer(&mut self) {
        self.drawer = drawer(&self.screen, self.lang);
        self.drawer.event(&Event::CheckStarted {
            step: self.step.clone(),
            check: String::new(),
            title: String::new(),
        });
        self.drawer.event(&Event::Keys(Vec::new()));
        self.screen.take();
    }

    /// The shares of a check that has been answered, growing to what they are.
    async fn grow(&mut self, report: &CheckReport) -> Result<(), Halt> {
        let shares = &report.verdict.shares;
        let whole = shares.iter().map(|share| share.count).max().unwrap_or(0);
        if whole == 0 || !self.screen.is_framed() {
            return Ok(());
        }
        self.wipe();
        for step in 1..=GROWTH {
            let part = |share: &Share| Share { count: share.count * step / GROWTH, ..share.clone() };
            let view = TrafficView { shares: shares.iter().map(part).collect(), whole, failed: 0 };
            let drawn = self.bars(&view);
            self.screen.show_live(&drawn);
            self.wait(GROWS).await?;
        }
        Ok(())
    }

    fn bars(&self, view: &TrafficView) -> String {
        let style = self.screen.style();
        let lines = traffic(style, self.lang, view);
        lines.iter().map(|line| line.draw(style.color) + "\n").collect()
    }

    /// What the reporter says that it waits for goes, for something better is shown.
    fn wipe(&mut self) {
        if std::mem::take(&mut self.partial) {
            self.screen.show("\r\u{1b}[K");
        }
    }

    pub(super) fn end_traffic(&mut self) {
        self.traffic = None;
        self.screen.end_live();
    }

    /// Above the traffic, where there is any.
    fn show(&mut self, event: &Event) {
        let drawn = self.drawn(event);
        if drawn.is_empty() {
            return;
        }
        if self.traffic.is_some() {
            self.screen.end_live();
        }
        self.screen.show(&drawn);
        self.partial = !drawn.ends_with('\n');
        if let Some(traffic) = self.traffic.as_ref().filter(|_| drawn.ends_with('\n')) {
            self.screen.show_live(traffic);
        }
    }

    pub(super) fn drawn(&mut self, event: &Event) -> String {
        self.drawer.event(event);
        self.screen.take()
    }
}
