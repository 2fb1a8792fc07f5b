//! What a step does, in order: the one list that doing it, showing it and telling of it go by. The
//! keys `edit`, `run` and `requests` are its beginning, in that order; `actions` goes on.

use serde::Deserialize;

use super::model::{StepSpec, course_path, id};
use crate::check::CheckSpec;
use crate::check::probe::RequestSpec;
use crate::check::refused::Because;
use workshop_engine::StackCommand;

/// One thing that a step does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The lesson's start is copied into the workspace.
    #[serde(skip)]
    Copy,
    /// Files change as this patch says, which is relative to the lesson's folder.
    Edit(#[serde(deserialize_with = "course_path")] String),
    /// A command is run on the stack.
    Run(StackCommand),
    /// A command is run on the stack, and has to fail for that reason.
    #[serde(skip)]
    Fail(StackCommand, Because),
    /// What a learner does in the browser.
    #[serde(rename = "requests")]
    Browse(Vec<RequestSpec>),
    /// A check of the step, by its id, must hold here.
    Check(#[serde(deserialize_with = "id")] String),
    /// A question gets its right answer.
    #[serde(skip)]
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
        matches!(self, Self::Run(_) | Self::Fail(..) | Self::Browse(_) | Self::Check(_))
    }

    /// It changes the learner's files.
    pub const fn is_of_files(&self) -> bool {
        matches!(self, Self::Copy | Self::Edit(_))
    }
}

impl StepSpec {
    /// What the step does, in the order in which it does it.
    pub fn actions(&self) -> Vec<Action> {
        let copy = self.create.then_some(Action::Copy);
        let edit = self.edit.clone().filter(|_| !self.create).map(Action::Edit);
        let runs = self.run.iter().cloned().map(Action::Run);
        let requests = (!self.requests.is_empty()).then(|| Action::Browse(self.requests.clone()));
        let answers = self.checks.iter().filter_map(|entry| match &entry.spec {
            CheckSpec::Question(question) => {
                Some(Action::Answer { id: entry.id.clone(), choice: question.answer })
            }
            _ => None,
        });
        let own = copy.into_iter().chain(edit).chain(runs).chain(requests);
        let mut all: Vec<Action> = own.chain(self.actions.iter().cloned()).collect();
        if let Some(because) = self.refusal()
            && let Some(last) = all.iter_mut().rfind(|action| matches!(action, Action::Run(_)))
            && let Action::Run(command) = last
        {
            *last = Action::Fail(command.clone(), because);
        }
        all.extend(answers);
        all
    }

    /// Its patches, relative to the lesson's folder, in order.
    pub fn edits(&self) -> impl Iterator<Item = &str> {
        let more = self.actions.iter().filter_map(|action| match action {
            Action::Edit(patch) => Some(patch),
            _ => None,
        });
        self.edit.iter().chain(more).map(String::as_str)
    }

    /// The commands that it runs, in order.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &StackCommand> {
        let more = self.actions.iter().filter_map(|action| match action {
            Action::Run(command) => Some(command),
            _ => None,
        });
        self.run.iter().chain(more)
    }

    /// The checks that must hold between what it does, by their ids.
    pub fn between(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().filter_map(|action| match action {
            Action::Check(id) => Some(id.as_str()),
            _ => None,
        })
    }

    /// Whether `apply` has something to do here, beside answering.
    pub fn has_action(&self) -> bool {
        self.actions().iter().any(|action| !matches!(action, Action::Answer { .. }))
    }
}
