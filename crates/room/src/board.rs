//! The room as it is shown: all of it to the presenter, and without names to everybody who can see
//! the projector. Times are seconds that have passed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::protocol::{Failing, Outcome, Poll, Shown, Signal, Votes};
use crate::state::{Asked, At, Learner, Room};

/// Failing checks that are named.
const MOST_FAILING: usize = 5;

/// What the board shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Board {
    /// What the presenter called the room.
    pub room: String,
    /// How many have joined.
    pub count: usize,
    /// How many hands say "done".
    pub done: usize,
    /// How many hands say "help".
    pub help: usize,
    /// How many are at a step that does not pass.
    pub stuck: usize,
    /// Where they are, in the order of the steps.
    pub steps: Vec<StepCount>,
    /// What fails most, the most frequent first.
    pub failing: Vec<FailingCount>,
    /// The presenter's step.
    pub shown: Option<ShownStep>,
    /// The question.
    pub poll: Option<Poll>,
    /// What was said to it.
    pub votes: Vec<Votes>,
    /// A phone is in.
    pub phone: bool,
    /// Everybody; on the projector nobody.
    pub learners: Vec<Row>,
}

/// How many are at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepCount {
    /// The lesson's id.
    pub lesson: String,
    /// The step's title.
    pub title: String,
    /// Which step it is, from 1.
    pub position: u32,
    /// Of how many.
    pub of: u32,
    /// How many are at it.
    pub count: usize,
    /// How many of them pass.
    pub passed: usize,
    /// How many of them do not.
    pub stuck: usize,
}

/// How many fail at a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailingCount {
    /// What a person calls it.
    pub title: String,
    /// What most of them are told; on the projector only what is told to more than one.
    pub words: String,
    /// How many.
    pub count: usize,
}

/// The presenter's step without what is for the presenter alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownStep {
    /// Its title.
    pub title: String,
    /// Which step it is, from 1.
    pub position: u32,
    /// Of how many.
    pub of: u32,
}

/// One learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The number by which the room knows him.
    pub id: u64,
    /// What the room calls him.
    pub name: String,
    /// Where he is; nothing where his program has told nothing.
    pub at: Option<Place>,
    /// His hand.
    pub signal: Signal,
    /// Since when.
    pub signal_for: u64,
    /// Since when he has said nothing.
    pub silent_for: u64,
}

/// Where one is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The step's title in his language.
    pub title: String,
    /// Which step it is, from 1.
    pub position: u32,
    /// Of how many.
    pub of: u32,
    /// How long he has been there.
    pub here_for: u64,
    /// What came of his last check.
    pub outcome: Option<Outcome>,
    /// How long it has not passed.
    pub stuck_for: Option<u64>,
    /// What does not pass.
    pub failing: Option<Failing>,
    /// Hints that he has read.
    pub hints: u32,
}

impl Board {
    /// The room at `now`, seconds since 1970; with names where `named`.
    pub(crate) fn of(room: &Room, now: u64, named: bool) -> Self {
        let all = || room.learners().values();
        let raised = |signal: Signal| all().filter(|learner| learner.signal == signal).count();
        let rows = room.learners().iter().map(|(id, learner)| Row::of(*id, learner, now));
        let mut learners: Vec<Row> = rows.filter(|_| named).collect();
        learners.sort_by_key(Row::urgency);
        Self {
            room: room.name.clone(),
            count: room.learners().len(),
            done: raised(Signal::Done),
            help: raised(Signal::Help),
            stuck: all()
                .filter_map(|learner| learner.at.as_ref())
                .filter(|at| at.stuck_since.is_some())
                .count(),
            steps: steps(room),
            failing: failing(room, named),
            shown: room.shown().map(ShownStep::of),
            poll: room.asked().map(|asked| asked.poll.clone()),
            votes: room.asked().map(Asked::count).unwrap_or_default(),
            phone: room.phone().is_some(),
            learners,
        }
    }
}

impl Row {
    fn of(id: u64, learner: &Learner, now: u64) -> Self {
        Self {
            id,
            name: learner.name.clone(),
            at: learner.at.as_ref().map(|at| Place::of(at, now)),
            signal: learner.signal,
            signal_for: now.saturating_sub(learner.signal_since),
            silent_for: now.saturating_sub(learner.heard),
        }
    }

    /// Who wants help first, the longest first; then who is stuck, the longest first; then the
    /// others, from the first step on.
    fn urgency(&self) -> (u8, std::cmp::Reverse<u64>, u32, u64) {
        let stuck = self.at.as_ref().and_then(|at| at.stuck_for);
        let position = self.at.as_ref().map_or(u32::MAX, |at| at.position);
        let (rank, long) = match (self.signal, stuck) {
            (Signal::Help, _) => (0, self.signal_for),
            (_, Some(long)) => (1, long),
            _ => (2, 0),
        };
        (rank, std::cmp::Reverse(long), position, self.id)
    }
}

impl Place {
    fn of(at: &At, now: u64) -> Self {
        Self {
            title: at.title.clone(),
            position: at.position,
            of: at.of,
            here_for: now.saturating_sub(at.since),
            outcome: at.outcome,
            stuck_for: at.stuck_since.map(|since| now.saturating_sub(since)),
            failing: at.failing.clone(),
            hints: at.hints,
        }
    }
}

impl ShownStep {
    fn of(shown: &Shown) -> Self {
        Self { title: shown.title.clone(), position: shown.position, of: shown.of }
    }
}

fn steps(room: &Room) -> Vec<StepCount> {
    let mut steps = BTreeMap::<(&str, u32, &str), StepCount>::new();
    for at in room.learners().values().filter_map(|learner| learner.at.as_ref()) {
        let count = steps.entry((&at.lesson, at.position, &at.step)).or_insert_with(|| StepCount {
            lesson: at.lesson.clone(),
            title: at.title.clone(),
            position: at.position,
            of: at.of,
            count: 0,
            passed: 0,
            stuck: 0,
        });
        count.count += 1;
        count.passed += usize::from(at.outcome == Some(Outcome::Pass));
        count.stuck += usize::from(at.stuck_since.is_some());
    }
    steps.into_values().collect()
}

fn failing(room: &Room, named: bool) -> Vec<FailingCount> {
    let mut checks = BTreeMap::<(&str, &str, &str), BTreeMap<&str, (usize, &str)>>::new();
    for at in room.learners().values().filter_map(|learner| learner.at.as_ref()) {
        if let Some(failing) = &at.failing {
            let words = checks.entry((&at.lesson, &at.step, &failing.check)).or_default();
            words.entry(&failing.words).or_insert((0, &failing.title)).0 += 1;
        }
    }
    let mut all: Vec<FailingCount> = checks.values().filter_map(|words| most(words, named)).collect();
    all.sort_by_key(|failing| std::cmp::Reverse(failing.count));
    all.truncate(MOST_FAILING);
    all
}

fn most(words: &BTreeMap<&str, (usize, &str)>, named: bool) -> Option<FailingCount> {
    let (said, (times, title)) = words.iter().max_by_key(|(_, (times, _))| *times)?;
    // What only one is told could say who it is.
    let words_of_many = if named || *times > 1 { *said } else { "" };
    let count = words.values().map(|(times, _)| times).sum();
    Some(FailingCount { title: (*title).to_owned(), words: words_of_many.to_owned(), count })
}
