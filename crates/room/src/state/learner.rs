//! One learner: where he is, what came of his checks, and what he said before.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::protocol::{Failing, Outcome, Report, Signal, What};

/// Reports that are kept of a learner; the oldest go first.
const MOST_PAST: usize = 300;
/// Steps of a learner that the table has.
const MOST_STEPS: usize = 300;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Learner {
    pub(crate) name: String,
    /// The digest of his token.
    pub(crate) token: String,
    pub(crate) joined: u64,
    /// When he last said something.
    pub(crate) heard: u64,
    /// The highest number of a report.
    pub(crate) told: u64,
    pub(crate) at: Option<At>,
    pub(crate) signal: Signal,
    pub(crate) signal_since: u64,
    pub(crate) past: VecDeque<Past>,
    /// What came of each step, by its place among the room's.
    pub(crate) steps: BTreeMap<u32, Sum>,
}

/// The step that a learner is at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct At {
    pub(crate) lesson: String,
    pub(crate) step: String,
    pub(crate) title: String,
    pub(crate) position: u32,
    pub(crate) of: u32,
    /// When he came to it.
    pub(crate) since: u64,
    pub(crate) outcome: Option<Outcome>,
    /// Since when it does not pass, without a pass between.
    pub(crate) stuck_since: Option<u64>,
    pub(crate) failing: Option<Failing>,
    pub(crate) hints: u32,
}

/// A report without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Past {
    pub(crate) number: u64,
    pub(crate) when: u64,
    pub(crate) step: u32,
    pub(crate) minutes: u32,
    pub(crate) what: Kind,
}

/// What a report was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Arrived,
    Checked(Outcome),
    Hint(u32),
    Signal(Signal),
}

/// What came of one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) first: u64,
    pub(crate) minutes: u32,
    pub(crate) checks: u32,
    pub(crate) not_yet: u32,
    pub(crate) environment: u32,
    pub(crate) passed: bool,
    pub(crate) hints: u32,
}

impl Learner {
    pub(super) fn new(name: String, token: String, at: u64) -> Self {
        Self {
            name,
            token,
            joined: at,
            heard: at,
            told: 0,
            at: None,
            signal: Signal::None,
            signal_since: at,
            past: VecDeque::new(),
            steps: BTreeMap::new(),
        }
    }

    pub(super) fn raise(&mut self, signal: Signal, at: u64) {
        if self.signal != signal {
            (self.signal, self.signal_since) = (signal, at);
        }
        self.heard = self.heard.max(at);
    }

    /// Takes a report of something that happened `when`, at the step that is the room's `step`th.
    pub(super) fn tell(&mut self, report: &Report, step: Option<u32>, when: u64) {
        self.told = self.told.max(report.number);
        self.heard = self.heard.max(when);
        let kind = kind(&report.what);
        if let Kind::Signal(signal) = kind {
            self.raise(signal, when);
        }
        self.come_to(report, when);
        if let Some(step) = step {
            let full = self.steps.len() >= MOST_STEPS && !self.steps.contains_key(&step);
            if !full {
                self.steps.entry(step).or_default().add(report, kind, when);
            }
            self.past.push_back(Past {
                number: report.number,
                when,
                step,
                minutes: report.minutes,
                what: kind,
            });
            let old = self.past.len().saturating_sub(MOST_PAST);
            self.past.drain(..old);
        }
    }

    fn come_to(&mut self, report: &Report, when: u64) {
        let same = |at: &&mut At| at.step == report.step && at.lesson == report.lesson;
        let since = when.saturating_sub(u64::from(report.minutes) * 60);
        if self.at.as_mut().filter(same).is_none() {
            self.at = Some(At::new(report, since));
            // A hand was about the step before.
            if !matches!(report.what, What::Signal(_)) {
                self.raise(Signal::None, when);
            }
        }
        let Some(at) = &mut self.at else { return };
        match &report.what {
            What::Checked { outcome, failing } => at.checked(*outcome, failing.as_ref(), when),
            What::Hint(which) => at.hints = at.hints.max(*which),
            What::Arrived | What::Signal(_) => {}
        }
    }
}

impl At {
    fn new(report: &Report, since: u64) -> Self {
        Self {
            lesson: report.lesson.clone(),
            step: report.step.clone(),
            title: report.title.clone(),
            position: report.position,
            of: report.of,
            since,
            outcome: None,
            stuck_since: None,
            failing: None,
            hints: 0,
        }
    }

    fn checked(&mut self, outcome: Outcome, failing: Option<&Failing>, when: u64) {
        self.outcome = Some(outcome);
        let fails = outcome != Outcome::Pass;
        self.stuck_since = fails.then(|| self.stuck_since.unwrap_or(when));
        self.failing = failing.filter(|_| fails).cloned();
    }
}

impl Sum {
    fn add(&mut self, report: &Report, kind: Kind, when: u64) {
        if self.first == 0 {
            self.first = when;
        }
        self.minutes = self.minutes.max(report.minutes);
        match kind {
            Kind::Checked(outcome) => {
                self.checks += 1;
                self.not_yet += u32::from(outcome == Outcome::NotYet);
                self.environment += u32::from(outcome == Outcome::Environment);
                self.passed |= outcome == Outcome::Pass;
            }
            Kind::Hint(which) => self.hints = self.hints.max(which),
            Kind::Arrived | Kind::Signal(_) => {}
        }
    }
}

const fn kind(what: &What) -> Kind {
    match what {
        What::Arrived => Kind::Arrived,
        What::Checked { outcome, .. } => Kind::Checked(*outcome),
        What::Hint(which) => Kind::Hint(*which),
        What::Signal(signal) => Kind::Signal(*signal),
    }
}
