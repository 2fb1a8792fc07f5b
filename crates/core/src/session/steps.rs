//! Where the learner is in the lesson, and how he moves on.

use super::Session;
use crate::event::StepState;
use crate::lesson::markdown::StepProse;
use crate::lesson::model::StepSpec;

impl Session {
    /// The step with that place in the lesson; places come from the lesson itself.
    pub fn step(&self, index: usize) -> &StepSpec {
        &self.lesson.file.steps[index]
    }

    /// The place of the step that the learner is at.
    pub fn current(&self) -> usize {
        self.lesson.step_index(&self.progress.step).unwrap_or(0)
    }

    /// What is said of a step in the learner's language.
    pub fn step_prose(&self, step: &str) -> Option<&StepProse> {
        self.prose.steps.iter().find(|prose| prose.id == step)
    }

    /// The step's title in the learner's language; its id where the lesson has no words for it.
    pub fn title(&self, step: &str) -> String {
        self.step_prose(step).map_or_else(|| step.to_owned(), |prose| prose.title.clone())
    }

    /// What the check `id` is called; its id where the lesson has no name for it.
    pub fn check_title(&self, step: &str, id: &str) -> String {
        self.step_prose(step).and_then(|prose| prose.title_of(id)).unwrap_or(id).to_owned()
    }

    /// What a pass of the check `id` proves, in the lesson's words; empty where it does not say.
    pub fn proves(&self, step: &str, id: &str) -> String {
        let checks = self.step_prose(step).map(|prose| prose.checks.as_slice()).unwrap_or_default();
        checks.iter().find(|check| check.id == id).map(|check| check.proves.clone()).unwrap_or_default()
    }

    /// How far a step has come.
    pub fn state(&self, step: &str) -> StepState {
        self.progress.steps.get(step).map(|record| record.state).unwrap_or_default()
    }

    /// Every step is passed or skipped.
    pub fn is_finished(&self) -> bool {
        self.lesson.file.steps.iter().all(|step| self.state(&step.id) != StepState::Open)
    }

    pub(super) fn mark(&mut self, step: &str, state: StepState) {
        self.progress.steps.entry(step.to_owned()).or_default().state = state;
    }

    /// What is open is skipped; what is passed stays passed.
    pub fn skip(&mut self, step: &str) {
        if self.state(step) == StepState::Open {
            self.mark(step, StepState::Skipped);
        }
    }

    /// To the step with that place.
    pub fn move_to(&mut self, index: usize) {
        self.progress.step = self.step(index).id.clone();
    }

    /// To the step after this one, if this one is passed, optional or to be skipped; whether it was.
    pub fn leave(&mut self, skip: bool) -> bool {
        let index = self.current();
        let StepSpec { id, optional, .. } = self.step(index).clone();
        if self.state(&id) == StepState::Open && !skip && !optional {
            return false;
        }
        self.skip(&id);
        if index + 1 < self.lesson.file.steps.len() {
            self.move_to(index + 1);
        }
        true
    }

    /// Past the steps that are done already.
    pub fn pass_by(&mut self) {
        while !self.is_finished() && self.state(&self.progress.step) != StepState::Open {
            let before = self.current();
            self.leave(false);
            if self.current() == before {
                break;
            }
        }
    }

    /// On from this step: to the next one, or from the last to the first that is open; false where
    /// there is none.
    pub fn advance(&mut self) -> bool {
        let before = self.current();
        self.leave(true);
        if self.current() != before {
            return true;
        }
        let open = self.lesson.file.steps.iter().position(|step| self.state(&step.id) == StepState::Open);
        open.map(|index| self.move_to(index)).is_some()
    }

    /// At the step with that place, whatever was done before: the earlier ones that are open are
    /// skipped.
    pub fn begin_at(&mut self, index: usize) {
        let earlier: Vec<String> =
            self.lesson.file.steps[..index].iter().map(|step| step.id.clone()).collect();
        earlier.iter().for_each(|step| self.skip(step));
        self.move_to(index);
    }

    /// Back at the step with that place, which is open again.
    pub fn reopen(&mut self, index: usize) {
        self.move_to(index);
        self.mark(&self.step(index).id.clone(), StepState::Open);
    }

    /// Nothing of the steps from `index` on has happened.
    pub fn forget_from(&mut self, index: usize) {
        let later = &self.lesson.file.steps[index..];
        self.progress.steps.retain(|id, _| later.iter().all(|step| step.id != *id));
        self.progress.baseline.clear();
        self.move_to(index);
    }
}
