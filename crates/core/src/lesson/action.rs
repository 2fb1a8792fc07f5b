//! What a step does, in order: the one list that doing it, showing it and telling of it go by.

use super::model::StepSpec;
use crate::check::CheckSpec;
use crate::check::probe::RequestSpec;
use crate::check::refused::Because;
use workshop_engine::StackCommand;

/// One thing that a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The lesson's start is copied into the workspace.
    Copy,
    /// Files change as the step's patch says.
    Edit,
    /// A command is run on the stack.
    Run(StackCommand),
    /// A command is run on the stack, and has to fail for that reason.
    Fail(StackCommand, Because),
    /// A command is run on the stack, and a check of the step judges by what becomes of that.
    Try(StackCommand),
    /// What a learner does in the browser.
    Browse(Vec<RequestSpec>),
    /// A question gets its right answer.
    Answer {
        /// The check that asks it.
        id: String,
        /// The number of the choice, from 1.
        choice: usize,
    },
}

impl Action {
    /// It needs the stack, or changes it.
    pub const fn is_of_the_stack(&self) -> bool {
        matches!(self, Self::Run(_) | Self::Fail(..) | Self::Try(_) | Self::Browse(_))
    }
}

impl StepSpec {
    /// What the step does, in the order in which it does it.
    pub fn actions(&self) -> Vec<Action> {
        let files = [(self.create, Action::Copy), (!self.create && self.edit.is_some(), Action::Edit)];
        let requests = (!self.requests.is_empty()).then(|| Action::Browse(self.requests.clone()));
        let answers = self.checks.iter().filter_map(|entry| match &entry.spec {
            CheckSpec::Question(question) => {
                Some(Action::Answer { id: entry.id.clone(), choice: question.answer })
            }
            _ => None,
        });
        let files = files.into_iter().filter_map(|(is_there, action)| is_there.then_some(action));
        let mut runs: Vec<Action> = self.run.iter().cloned().map(Action::Run).collect();
        if let Some(last) = runs.last_mut()
            && let Action::Run(command) = last
        {
            let is_taken_back =
                self.checks.iter().any(|entry| matches!(entry.spec, CheckSpec::RolledBack(_)));
            *last = match self.refusal() {
                Some(because) => Action::Fail(command.clone(), because),
                None if is_taken_back => Action::Try(command.clone()),
                None => Action::Run(command.clone()),
            };
        }
        files.chain(runs).chain(requests).chain(answers).collect()
    }

    /// Whether `apply` has something to do here, beside answering.
    pub fn has_action(&self) -> bool {
        self.actions().iter().any(|action| !matches!(action, Action::Answer { .. }))
    }
}
