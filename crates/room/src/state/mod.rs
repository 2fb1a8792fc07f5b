//! What a [`Room`] knows, and how that changes: by an [`Entry`], which is data. The same entries one
//! after the other make the same room, so what was written down can be played again. Nothing here
//! asks for the time or writes anywhere.

mod learner;
mod names;
mod poll;
mod step;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub(crate) use self::learner::{At, Kind, Learner, Past};
use self::names::line;
pub(crate) use self::poll::{Asked, is_sound as is_sound_poll};
pub(crate) use self::step::{Known, is_sound as is_sound_report, is_sound_shown};
use crate::protocol::{Now, Poll, Report, Shown, Signal};

/// Learners that a room takes.
pub(crate) const MOST_LEARNERS: usize = 1000;
/// Different steps that the room tells apart for the table.
const MOST_STEPS: usize = 2000;

/// A change of the room. Times are seconds since 1970 by the room's clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// Somebody was let in: the number by which he is known, and the digest of his token.
    Joined { id: u64, name: String, token: String, at: u64 },
    /// What his program told, that was not told before.
    Reports { id: u64, at: u64, reports: Vec<Report> },
    /// A hand on the page.
    Signal { id: u64, at: u64, signal: Signal },
    /// He and all that he said are forgotten.
    Left { id: u64 },
    /// The presenter's step.
    Shown { shown: Option<Shown> },
    /// The question, or none any more.
    Poll { poll: Option<Poll> },
    /// What one says to it.
    Vote { id: u64, answer: String },
    /// A phone was let in, by the digest of its token; or none is any more.
    Phone { token: Option<String> },
}

/// All that a room knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Room {
    /// What the presenter called it.
    pub(crate) name: String,
    /// Tells this room's statements from another one's.
    pub(crate) id: String,
    /// The number of the last one who came.
    last: u64,
    learners: BTreeMap<u64, Learner>,
    steps: Vec<Known>,
    shown: Option<Shown>,
    asked: Option<Asked>,
    phone: Option<String>,
    /// Whose token it is, by its digest.
    #[serde(skip)]
    tokens: HashMap<String, u64>,
}

impl Room {
    pub(crate) fn new(name: &str, id: String) -> Self {
        Self { name: line(name, 80), id, ..Self::default() }
    }

    /// What follows from the rest, after it was read from a file.
    pub(crate) fn index(&mut self) {
        self.tokens = self.learners.iter().map(|(id, learner)| (learner.token.clone(), *id)).collect();
    }

    pub(crate) const fn learners(&self) -> &BTreeMap<u64, Learner> {
        &self.learners
    }

    pub(crate) fn steps(&self) -> &[Known] {
        &self.steps
    }

    pub(crate) const fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    pub(crate) const fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    pub(crate) fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// Whose token has this digest.
    pub(crate) fn holder(&self, token: &str) -> Option<u64> {
        self.tokens.get(token).copied()
    }

    /// A place for one more; `None` where the room is full.
    pub(crate) fn place(&self, name: Option<&str>, token: String, at: u64) -> Option<Entry> {
        let id = self.last + 1;
        let name = name.map(|name| line(name, names::LONGEST)).filter(|name| !name.is_empty());
        let taken = |name: &str| self.learners.values().any(|learner| learner.name == name);
        let name = names::free(&name.unwrap_or_else(|| id.to_string()), taken);
        (self.learners.len() < MOST_LEARNERS).then_some(Entry::Joined { id, name, token, at })
    }

    /// Those of `reports` that `id` has not told before, within their lengths; `None` where there is
    /// nothing new.
    pub(crate) fn news(&self, id: u64, mut reports: Vec<Report>, at: u64) -> Option<Entry> {
        let mut last = self.learners.get(&id)?.told;
        reports.retain(|report| {
            let fresh = report.number > last;
            last = last.max(report.number);
            fresh
        });
        reports.iter_mut().for_each(step::within);
        (!reports.is_empty()).then_some(Entry::Reports { id, at, reports })
    }

    pub(crate) fn apply(&mut self, entry: Entry) {
        match entry {
            Entry::Joined { id, name, token, at } => {
                self.last = self.last.max(id);
                self.tokens.insert(token.clone(), id);
                self.learners.insert(id, Learner::new(name, token, at));
            }
            Entry::Reports { id, at, reports } => self.told(id, at, &reports),
            Entry::Signal { id, at, signal } => {
                if let Some(learner) = self.learners.get_mut(&id) {
                    learner.raise(signal, at);
                }
            }
            Entry::Left { id } => self.forget(id),
            Entry::Shown { shown } => self.shown = shown,
            Entry::Poll { poll } => self.asked = poll.map(|poll| Asked::after(self.asked.take(), poll)),
            Entry::Vote { id, answer } => {
                if let Some(asked) = &mut self.asked {
                    asked.votes.insert(id, answer);
                }
            }
            Entry::Phone { token } => self.phone = token,
        }
    }

    fn told(&mut self, id: u64, at: u64, reports: &[Report]) {
        let Some(learner) = self.learners.get_mut(&id) else { return };
        // What was kept while the room was away happened before now, by that machine's clock.
        let newest = reports.iter().map(|report| report.at).max().unwrap_or_default();
        for report in reports {
            let when = at.saturating_sub(newest.saturating_sub(report.at));
            let step = step::known(&mut self.steps, report, MOST_STEPS);
            learner.tell(report, step, when);
        }
    }

    fn forget(&mut self, id: u64) {
        if let Some(learner) = self.learners.remove(&id) {
            self.tokens.remove(&learner.token);
        }
        if let Some(asked) = &mut self.asked {
            asked.votes.remove(&id);
        }
    }

    /// What `id` may know of the room.
    pub(crate) fn now(&self, id: Option<u64>) -> Now {
        let shown =
            self.shown.clone().map(|shown| Shown { notes: String::new(), clock: String::new(), ..shown });
        let may_see =
            |asked: &&Asked| asked.is_closed() || id.is_some_and(|id| asked.votes.contains_key(&id));
        let votes = self.asked.as_ref().filter(may_see).map(Asked::count).unwrap_or_default();
        let poll = self.asked.as_ref().map(|asked| asked.poll.clone());
        Now { room: self.name.clone(), shown, poll, votes }
    }
}

#[cfg(test)]
mod tests;
