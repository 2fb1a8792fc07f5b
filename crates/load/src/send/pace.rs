//! [`Pace`]: when a connection of one thread sends its next request. In a closed loop that is at
//! once, while its user is wanted; in an open loop when a request is due.

use std::cell::{Cell, RefCell};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::plan::{Load, Stage};

/// This thread's part of the whole: number `index` of `of`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub index: u32,
    pub of: u32,
}

impl Part {
    /// How many of `total`, dealt out in turns, come to this part.
    pub(super) const fn share(self, total: u32) -> u32 {
        (total + self.of - 1 - self.index) / self.of
    }
}

/// Decides for all connections of a thread, and wakes those that wait.
pub(super) struct Pace {
    kind: Kind,
    part: Part,
    begin: Instant,
    /// No request starts from here on.
    end: Cell<Instant>,
    /// Who waits, by connection.
    waiting: RefCell<Vec<Option<Waker>>>,
}

enum Kind {
    Users { load: Load, wanted: Cell<u32> },
    Schedule(Schedule),
}

/// Requests that are due at `begin + (number * of + index) / rate`.
struct Schedule {
    rate: f64,
    /// The number of the first one that nobody has taken.
    next: Cell<u64>,
    /// Connections that have nothing to do; the last to come is the first to go.
    idle: RefCell<Vec<u32>>,
    /// By connection.
    states: RefCell<Vec<State>>,
}

#[derive(Clone, Copy)]
enum State {
    Busy,
    Idle,
    /// It was idle, and is to send what was due then.
    Given(Instant),
}

impl Pace {
    /// For `connections` of this thread's own. A load that has a warm-up begins with it.
    pub(super) fn new(load: &Load, part: Part, connections: u32, begin: Instant, end: Instant) -> Self {
        let kind = match load {
            Load::Open { rate, .. } => Kind::Schedule(Schedule {
                rate: *rate,
                next: Cell::new(0),
                idle: RefCell::default(),
                states: RefCell::new(vec![State::Busy; connections as usize]),
            }),
            load => Kind::Users { load: load.clone(), wanted: Cell::new(0) },
        };
        let waiting = RefCell::new(vec![None; connections as usize]);
        let pace = Self { kind, part, begin, end: Cell::new(end), waiting };
        pace.turn(begin);
        pace
    }

    /// When connection `index` is to have started its next request: now, or in an open loop when
    /// that request was due. `None` when the time is over.
    pub(super) fn poll_next(&self, index: u32, context: &mut Context) -> Poll<Option<Instant>> {
        let now = Instant::now();
        let over = now >= self.end.get();
        let start = match &self.kind {
            Kind::Schedule(schedule) => schedule.take(index, self.part, self.begin, now, over),
            Kind::Users { wanted, .. } => (!over && index < wanted.get()).then_some(now),
        };
        if start.is_none() && over {
            return Poll::Ready(None);
        }
        match start {
            Some(start) => Poll::Ready(Some(start)),
            None => {
                self.waiting.borrow_mut()[index as usize] = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Its user is not wanted now, so that its connection is to be closed.
    pub(super) fn rests(&self, index: u32) -> bool {
        matches!(&self.kind, Kind::Users { wanted, .. } if index >= wanted.get())
    }

    /// A connection that could not be made is tried again after a while, where nothing else keeps
    /// the tries apart.
    pub(super) const fn is_closed_loop(&self) -> bool {
        matches!(self.kind, Kind::Users { .. })
    }

    /// To be called often: wakes those for whom there is something to do at `now`.
    pub(super) fn turn(&self, now: Instant) {
        match &self.kind {
            Kind::Users { load, wanted } => {
                let users = users_at(load, now.saturating_duration_since(self.begin));
                wanted.set(self.part.share(users));
                let mut waiting = self.waiting.borrow_mut();
                waiting.iter_mut().take(wanted.get() as usize).filter_map(Option::take).for_each(Waker::wake);
            }
            Kind::Schedule(schedule) => {
                let latest = now.min(self.end.get());
                while let Some(index) = schedule.give(self.part, self.begin, latest) {
                    if let Some(waker) = self.waiting.borrow_mut()[index as usize].take() {
                        waker.wake();
                    }
                }
            }
        }
    }

    /// How often [`Pace::turn`] is to be called.
    pub(super) fn turns_every(&self) -> Duration {
        match &self.kind {
            Kind::Users { .. } => Duration::from_millis(50),
            Kind::Schedule(schedule) => {
                let between = Duration::from_secs_f64(f64::from(self.part.of) / schedule.rate);
                between.clamp(Duration::from_micros(200), Duration::from_millis(50))
            }
        }
    }

    /// Nothing starts from now on; everybody who waits is told.
    pub(super) fn finish(&self, now: Instant) {
        self.end.set(self.end.get().min(now));
        self.waiting.borrow_mut().iter_mut().filter_map(Option::take).for_each(Waker::wake);
    }

    pub(super) fn end(&self) -> Instant {
        self.end.get()
    }

    /// Users wanted; `None` in an open loop.
    pub(super) fn users(&self) -> Option<u32> {
        match &self.kind {
            Kind::Users { wanted, .. } => Some(wanted.get()),
            Kind::Schedule(_) => None,
        }
    }

    /// Requests due from `from` on that nobody had taken at `now`; 0 in a closed loop.
    pub(super) fn behind(&self, from: Instant, now: Instant) -> u64 {
        let Kind::Schedule(schedule) = &self.kind else { return 0 };
        let until = |time: Instant| schedule.due_before(self.part, self.begin, time);
        until(now.min(self.end.get())).saturating_sub(schedule.next.get().max(until(from)))
    }
}

impl Schedule {
    fn due(&self, part: Part, begin: Instant, number: u64) -> Instant {
        let place = number * u64::from(part.of) + u64::from(part.index);
        begin + Duration::from_secs_f64(place as f64 / self.rate)
    }

    /// How many are due before `time`.
    fn due_before(&self, part: Part, begin: Instant, time: Instant) -> u64 {
        let places = time.saturating_duration_since(begin).as_secs_f64() * self.rate;
        let guess = ((places - f64::from(part.index)) / f64::from(part.of)).ceil().max(0.0) as u64;
        // Rounding may have it off by one.
        let below = |number: &u64| *number == 0 || self.due(part, begin, number - 1) < time;
        [guess + 1, guess].into_iter().find(below).unwrap_or(guess.saturating_sub(1))
    }

    /// The next one that is due by `now`, for connection `index`; else the connection is idle. When
    /// the time is `over` only what was given already is still sent.
    fn take(&self, index: u32, part: Part, begin: Instant, now: Instant, over: bool) -> Option<Instant> {
        let state = &mut self.states.borrow_mut()[index as usize];
        match *state {
            State::Given(due) => {
                *state = State::Busy;
                Some(due)
            }
            State::Idle => None,
            State::Busy => {
                let due = self.due(part, begin, self.next.get());
                if due < now && !over {
                    self.next.set(self.next.get() + 1);
                    return Some(due);
                }
                *state = State::Idle;
                self.idle.borrow_mut().push(index);
                None
            }
        }
    }

    /// Gives the next one that is due by `now` to an idle connection; which.
    fn give(&self, part: Part, begin: Instant, now: Instant) -> Option<u32> {
        let due = self.due(part, begin, self.next.get());
        if due >= now {
            return None;
        }
        let index = self.idle.borrow_mut().pop()?;
        self.next.set(self.next.get() + 1);
        self.states.borrow_mut()[index as usize] = State::Given(due);
        Some(index)
    }
}

/// Virtual users wanted `after` the beginning.
fn users_at(load: &Load, after: Duration) -> u32 {
    let stages = match load {
        Load::Closed { connections } | Load::Open { connections, .. } => return *connections,
        Load::Stages(stages) => stages,
    };
    let (mut begun, mut from) = (Duration::ZERO, 0);
    for Stage { takes, users } in stages {
        if after < begun + *takes {
            let share = (after - begun).as_secs_f64() / takes.as_secs_f64();
            let users = f64::from(from) + (f64::from(*users) - f64::from(from)) * share;
            return users.round() as u32;
        }
        (begun, from) = (begun + *takes, *users);
    }
    from
}

#[cfg(test)]
#[path = "pace_tests.rs"]
mod tests;
