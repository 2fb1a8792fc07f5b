//! A lesson that changes under a learner: [`Progress::follow`] takes what was done along under a step's
//! new name, and says where somebody stands whose step is gone.

use serde::{Deserialize, Serialize};

use super::progress::{Progress, StepProgress};
use crate::event::StepState;
use crate::lesson::{Lesson, Origin};
use workshop_text::Text;

/// The course that a workspace is at, as it was when that was last looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCourse {
    /// Which course.
    #[serde(flatten)]
    pub origin: Origin,
    /// [`Lesson::digest`] of the lesson.
    pub digest: String,
    /// The ids of the lesson's steps, in order.
    pub steps: Vec<String>,
}

impl OfCourse {
    /// That of `lesson` as it is now.
    pub fn of(lesson: &Lesson) -> Self {
        Self {
            origin: lesson.origin.clone(),
            digest: lesson.digest(),
            steps: lesson.ids().map(str::to_owned).collect(),
        }
    }
}

impl Progress {
    /// Takes the progress along to `lesson` as it is now; what a learner has to be told of it.
    pub fn follow(&mut self, lesson: &Lesson) -> Vec<Text> {
        if self.course.as_ref().is_some_and(|course| !course.origin.may_be(&lesson.origin)) {
            // Another course was asked for, for this one command.
            return Vec::new();
        }
        let known = self.course.as_ref().map(|course| course.steps.clone()).unwrap_or_default();
        let told = self.steps_followed(lesson, &known);
        self.course = Some(OfCourse::of(lesson));
        told
    }

    fn steps_followed(&mut self, lesson: &Lesson, known: &[String]) -> Vec<Text> {
        let mut told = Vec::new();
        let is_there = |id: &str| lesson.ids().any(|there| there == id);
        let mut asked: Vec<String> = known.to_vec();
        asked.extend(self.steps.keys().filter(|id| !known.contains(id)).cloned());
        asked.extend((!asked.contains(&self.step)).then(|| self.step.clone()));
        for old in asked.iter().filter(|id| !is_there(id)) {
            let was_at = self.step == *old;
            if let Some(index) = lesson.step_index(old) {
                let new = lesson.file.steps[index].id.clone();
                if let Some(record) = self.steps.remove(old) {
                    self.steps.entry(new.clone()).or_insert(record);
                }
                if was_at {
                    self.step.clone_from(&new);
                }
                // What nobody has come to is no news.
                if was_at || self.steps.contains_key(&new) {
                    told.push(Text::new("step-renamed").with("was", old.as_str()).with("step", new));
                }
            } else if was_at {
                let (step, why) = self.place_after(old, lesson, known);
                let text =
                    Text::new("step-removed-here").with("step", old.as_str()).with("now", step.as_str());
                told.push(text.with("why", why));
                self.step = step;
            } else if known.contains(old) && self.steps.get(old).is_some_and(StepProgress::is_done) {
                told.push(Text::new("step-removed").with("step", old.as_str()));
            }
        }
        told
    }

    /// Where somebody stands whose step `old` is gone, and why there.
    fn place_after(&self, old: &str, lesson: &Lesson, known: &[String]) -> (String, Text) {
        let is_open = |id: &str| self.steps.get(id).is_none_or(|record| !record.is_done());
        let at = known.iter().position(|id| id == old);
        let now = |id: &String| lesson.step_index(id).map(|index| lesson.file.steps[index].id.clone());
        let after = at.and_then(|at| {
            let mut later = known[at + 1..].iter().filter_map(now);
            later.find(|id| is_open(id))
        });
        if let Some(step) = after {
            return (step, Text::new("step-place-after"));
        }
        let open = lesson.ids().find(|id| is_open(id));
        if let Some(step) = open {
            return (step.to_owned(), Text::new("step-place-open"));
        }
        let last = lesson.ids().last().unwrap_or_default().to_owned();
        (last, Text::new("step-place-last"))
    }
}

impl StepProgress {
    /// Passed or skipped.
    pub fn is_done(&self) -> bool {
        self.state != StepState::Open
    }
}
