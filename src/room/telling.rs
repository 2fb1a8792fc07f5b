//! What a room is told of what a learner's program says: [`Telling`] hears the stream of events and
//! makes [`Report`]s of a few of them. Never a file, never a command; of a check its title and its
//! verdict's message, in which the lesson's secrets were hidden before.

use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use workshop_room::protocol::{Failing, Outcome, Report, Signal, What};

use super::seat::Seat;
use super::sender;
use crate::check;
use crate::event::{Event, StepReport};
use crate::text::Lang;
use crate::workspace::identity::Registry;
use crate::workspace::moment::unix_millis;

/// The most characters of an id, of a title, of a verdict's words.
const ID: usize = 100;
const TITLE: usize = 200;
const WORDS: usize = 400;
/// What is known between two commands.
const NOTE: &str = "here.json";

/// The step that a learner is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Here {
    pub(crate) lesson: String,
    pub(crate) step: String,
    pub(crate) title: String,
    /// From 1.
    pub(crate) position: usize,
    pub(crate) of: usize,
}

/// What was told last, as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Note {
    /// The highest number so far.
    last: u64,
    lesson: String,
    step: String,
    /// When the learner came to the step, in seconds since 1970.
    since: u64,
}

#[derive(Debug)]
struct State {
    here: Option<Here>,
    note: Note,
    lang: Lang,
    /// The check that was told last by this run of the program: a watch says the same again and again.
    said: Option<(String, What)>,
    /// Those who bring it there, as long as they are at it.
    senders: Vec<Child>,
}

/// A learner's program that tells a room what happens.
#[derive(Debug)]
pub(crate) struct Telling {
    seat: Seat,
    state: Mutex<State>,
}

impl Telling {
    /// Where this user is in a room.
    pub(crate) fn of_user(registry: &Registry, lang: Lang) -> Option<Self> {
        Seat::of(registry).map(|seat| Self::of(seat, lang))
    }

    pub(crate) fn of(seat: Seat, lang: Lang) -> Self {
        let note = seat.note(NOTE).unwrap_or_default();
        Self { state: Mutex::new(State { here: None, note, lang, said: None, senders: Vec::new() }), seat }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The learner is at that step, which the room is told where it is another one than before.
    pub(crate) fn is_at(&self, here: Here, lang: Lang) {
        let mut state = self.state();
        state.lang = lang;
        let is_new = (&state.note.lesson, &state.note.step) != (&here.lesson, &here.step);
        if is_new {
            let Here { lesson, step, .. } = &here;
            state.note = Note { lesson: lesson.clone(), step: step.clone(), since: now(), ..state.note };
            state.said = None;
        }
        state.here = Some(here);
        if is_new {
            self.add(&mut state, What::Arrived);
        }
    }

    /// What happens, of which the room is told a part.
    pub(crate) fn hear(&self, event: &Event) {
        match event {
            Event::Step(view) => {
                let lang = self.state().lang;
                let here = Here {
                    lesson: view.lesson.clone(),
                    step: view.id.clone(),
                    title: view.title.clone(),
                    position: view.number,
                    of: view.of,
                };
                self.is_at(here, lang);
            }
            Event::StepFinished(report) => {
                let mut state = self.state();
                let is_here = state.here.as_ref().is_some_and(|here| here.step == report.id);
                let Some(what) = checked(report, state.lang).filter(|_| is_here) else { return };
                let said = Some((report.id.clone(), what.clone()));
                if state.said == said {
                    return;
                }
                state.said = said;
                self.add(&mut state, what);
            }
            Event::Hint { number, .. } => {
                let which = u32::try_from(*number).unwrap_or(u32::MAX);
                self.add(&mut self.state(), What::Hint(which));
            }
            _ => return,
        }
        sender::start(&self.seat, &mut self.state().senders);
    }

    /// A hand, at the step at hand; its number, or nothing where no step is.
    pub(crate) fn raise(&self, signal: Signal) -> Option<u64> {
        let number = self.add(&mut self.state(), What::Signal(signal));
        sender::start(&self.seat, &mut self.state().senders);
        number
    }

    /// A command is over: what still waits is tried again.
    pub(crate) fn finish(&self) {
        sender::start(&self.seat, &mut self.state().senders);
    }

    fn add(&self, state: &mut State, what: What) -> Option<u64> {
        let here = state.here.as_ref()?;
        let at = now();
        let minutes = at.saturating_sub(state.note.since) / 60;
        let report = |number| Report {
            number,
            at,
            lesson: cut(&here.lesson, ID),
            step: cut(&here.step, ID),
            title: cut(&here.title, TITLE),
            position: count(here.position),
            of: count(here.of),
            minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
            what,
        };
        // A disk that takes nothing is said where the learner's own work is written.
        let number = self.seat.outbox().add(state.note.last, report).ok()?;
        state.note.last = number;
        let _ = self.seat.put_note(NOTE, &state.note);
        Some(number)
    }
}

/// What came of a step's checks; nothing where only some were asked and none of them fails.
fn checked(report: &StepReport, lang: Lang) -> Option<What> {
    let outcome = match report.outcome {
        check::Outcome::Pass if report.left_out > 0 || report.checks.is_empty() => return None,
        check::Outcome::Pass => Outcome::Pass,
        check::Outcome::NotYet => Outcome::NotYet,
        check::Outcome::Environment => Outcome::Environment,
    };
    let failing = report.checks.iter().find(|check| check.verdict.outcome == report.outcome);
    let failing = failing.filter(|_| outcome != Outcome::Pass).map(|check| Failing {
        check: cut(&check.id, ID),
        title: cut(&check.title, TITLE),
        words: cut(&at_home(&check.verdict.message.render(lang)), WORDS),
    });
    Some(What::Checked { outcome, failing })
}

/// The words without the name of the user's own folder, which is often the user's name.
fn at_home(words: &str) -> String {
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 1);
    home.map_or_else(|| words.to_owned(), |home| words.replace(&home, "~"))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn now() -> u64 {
    unix_millis(SystemTime::now()) / 1000
}
