//! What a talk shows, and how long each step of it may take: all of the lesson in the lesson's own
//! minutes, or as much as fits into the minutes that there are.

use std::ops::Range;

use super::schedule::Schedule;
use crate::lesson::Lesson;
use crate::lesson::model::StepSpec;

/// The steps of a talk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    first: usize,
    items: Vec<Item>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    seconds: u32,
    shown: bool,
    can_go: bool,
}

/// A talk goes on without it: the lesson says so.
pub(crate) fn can_go(step: &StepSpec) -> bool {
    step.optional || step.leave_out
}

impl Plan {
    /// All of `steps`; `own` is what the presenter took for a step before, in seconds.
    pub(crate) fn whole(lesson: &Lesson, steps: &Range<usize>, own: impl Fn(&str) -> Option<u32>) -> Self {
        let item = |step: &StepSpec| Item {
            seconds: own(&step.id).unwrap_or(step.minutes * 60),
            shown: true,
            can_go: can_go(step),
        };
        Self { first: steps.start, items: lesson.file.steps[steps.clone()].iter().map(item).collect() }
    }

    /// The same in so many minutes: what the lesson can do without goes, the longest first, until the
    /// rest fits; where it does not, every step gets as much less.
    pub(crate) fn within(mut self, minutes: u32) -> Self {
        let room = minutes * 60;
        while self.sum() > room {
            let longest = self.items.iter_mut().rev().filter(|item| item.shown && item.can_go);
            let Some(item) = longest.max_by_key(|item| item.seconds) else { break };
            item.shown = false;
        }
        let sum = self.sum();
        if sum > room {
            for item in &mut self.items {
                let seconds = u64::from(item.seconds) * u64::from(room) / u64::from(sum);
                item.seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            }
        }
        self
    }

    fn sum(&self) -> u32 {
        self.items.iter().filter(|item| item.shown).map(|item| item.seconds).sum()
    }

    /// Seconds for each step, 0 for one that is left out.
    pub(crate) fn seconds(&self) -> Vec<u32> {
        self.items.iter().map(|item| if item.shown { item.seconds } else { 0 }).collect()
    }

    pub(crate) fn schedule(&self) -> Schedule {
        Schedule::new(self.seconds())
    }

    /// Whether the step at `at`, of the whole lesson, is shown.
    pub(crate) fn shows(&self, at: usize) -> bool {
        at.checked_sub(self.first).and_then(|at| self.items.get(at)).is_some_and(|item| item.shown)
    }

    /// The first step that is shown, from `at` on.
    pub(crate) fn next(&self, at: usize) -> Option<usize> {
        (at..self.first + self.items.len()).find(|step| self.shows(*step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(items: &[(u32, bool)]) -> Plan {
        let item =
            |(minutes, can_go): &(u32, bool)| Item { seconds: minutes * 60, shown: true, can_go: *can_go };
        Plan { first: 2, items: items.iter().map(item).collect() }
    }

    #[test]
    fn what_can_go_goes_first_and_only_as_much_as_is_needed() {
        let lesson = [(5, false), (2, true), (4, true), (9, false)];
        let shown = |minutes| plan(&lesson).within(minutes).seconds();
        assert_eq!(shown(20), [300, 120, 240, 540]);
        assert_eq!(shown(17), [300, 120, 0, 540]);
        assert_eq!(shown(15), [300, 0, 0, 540]);
        assert_eq!(shown(7), [150, 0, 0, 270], "every step gets half of its time");
        let short = plan(&lesson).within(16);
        assert_eq!((short.next(3), short.next(4), short.next(6)), (Some(3), Some(5), None));
        assert!(!short.shows(4) && !short.shows(0) && short.shows(2));
    }
}
