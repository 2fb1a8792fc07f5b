//! What came of each step of a demo, and how long it took.

use std::time::Instant;

use crate::check::Outcome;
use crate::engine::EngineKind;
use crate::event::{CheckRun, DemoRun, StepReport};

/// Counts while the demo plays; [`Tally::finish`] is the table.
pub(crate) struct Tally {
    lesson: String,
    engine: EngineKind,
    /// Steps that are to be played.
    of: usize,
    begun: Instant,
    steps: Vec<(StepReport, u64)>,
    outcome: Outcome,
    stopped: bool,
}

impl Tally {
    pub(crate) fn new(lesson: &str, engine: EngineKind, of: usize, begun: Instant) -> Self {
        let steps = Vec::new();
        Self { lesson: lesson.to_owned(), engine, of, begun, steps, outcome: Outcome::Pass, stopped: false }
    }

    pub(crate) const fn engine(&self) -> EngineKind {
        self.engine
    }

    /// Takes a step that began at `begun`; false when the demo must stop there, for a later step
    /// builds on it. An optional step never stops it.
    pub(crate) fn add(&mut self, report: StepReport, optional: bool, begun: Instant) -> bool {
        if !optional {
            self.outcome = self.outcome.max(report.outcome);
            self.stopped = report.outcome != Outcome::Pass;
        }
        self.steps.push((report, millis(begun)));
        !self.stopped
    }

    pub(crate) fn finish(self) -> DemoRun {
        let (steps, ms) = self.steps.into_iter().unzip();
        let run = CheckRun { lesson: self.lesson, engine: self.engine, outcome: self.outcome, steps };
        DemoRun { run, ms, total_ms: millis(self.begun), of: self.of, stopped: self.stopped }
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(id: &str, outcome: Outcome) -> StepReport {
        let (id, title) = (id.to_owned(), id.to_owned());
        StepReport { id, number: 1, title, outcome, checks: Vec::new(), left_out: 0 }
    }

    #[test]
    fn it_stops_at_the_first_step_that_does_not_pass_unless_that_is_optional() {
        let now = Instant::now();
        let mut tally = Tally::new("06", EngineKind::DOCKER, 4, now);
        assert!(tally.add(report("a", Outcome::Pass), false, now));
        assert!(tally.add(report("b", Outcome::NotYet), true, now));
        assert!(!tally.add(report("c", Outcome::Environment), false, now));
        let demo = tally.finish();
        assert_eq!((demo.run.outcome, demo.run.steps.len(), demo.ms.len()), (Outcome::Environment, 3, 3));
        assert!(demo.stopped && demo.of == 4);
    }
}
