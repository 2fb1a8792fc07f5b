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
    /// A command is run on the stack, and a check of the step judges by what becomes of that.
    Try(StackCommand),
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
        matches!(self, Self::Run(_) | Self::Fail(..) | Self::Try(_) | Self::Browse(_) | Self::Check(_))
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
        if let Some(last) = all.iter_mut().rfind(|action| matches!(action, Action::Run(_)))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> StepSpec {
        let head = "id = \"s\"\nminutes = 1\n";
        let checks =
            "[[checks]]\nid = \"c\"\nconfirm = {}\n[[checks]]\nid = \"q\"\nquestion = { answer = 2 }\n";
        toml::from_str(&format!("{head}{text}{checks}")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn told(step: &StepSpec) -> Vec<String> {
        let one = |action: &Action| match action {
            Action::Copy => "copy".to_owned(),
            Action::Edit(patch) => format!("edit {patch}"),
            Action::Run(command) => command.to_string(),
            Action::Fail(command, _) => format!("{command} fails"),
            Action::Try(command) => format!("{command} or not"),
            Action::Browse(requests) => format!("{} requests", requests.len()),
            Action::Check(id) => format!("check {id}"),
            Action::Answer { id, choice } => format!("answer {id} {choice}"),
        };
        step.actions().iter().map(one).collect()
    }

    #[test]
    fn the_short_form_is_the_beginning_of_the_list() {
        let short = "requests = [{ path = \"/\" }]\nrun = [\"docker compose up -d\"]\nedit = \"a.patch\"\n";
        let begin = ["edit a.patch", "docker compose up -d", "1 requests"];
        assert_eq!(told(&step(short)), [&begin[..], &["answer q 2"]].concat());
        let more = "actions = [{ check = \"c\" }, { edit = \"b.patch\" }, { run = \"docker compose stop\" }, \
                    { requests = [{ path = \"/\" }, { path = \"/x\" }] }]\n";
        let rest = ["check c", "edit b.patch", "docker compose stop", "2 requests", "answer q 2"];
        let step = step(&format!("{short}{more}"));
        assert_eq!(told(&step), [&begin[..], &rest].concat());
        assert_eq!(step.edits().collect::<Vec<_>>(), ["a.patch", "b.patch"]);
        assert_eq!(step.runs().map(ToString::to_string).collect::<Vec<_>>(), [begin[1], rest[2]]);
        assert_eq!(step.between().collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn what_has_to_fail_is_the_last_command_of_all() {
        let text = "id = \"s\"\nminutes = 1\nrun = [\"docker compose up -d\"]\n\
                    actions = [{ run = \"docker compose up -d --scale a=3\" }, { check = \"c\" }]\n\
                    [[checks]]\nid = \"c\"\nrefused = { because = \"container_name\" }\n";
        let step: StepSpec = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            told(&step),
            ["docker compose up -d", "docker compose up -d --scale a=3 fails", "check c"]
        );
    }

    #[test]
    fn nothing_else_stands_in_the_list() {
        for (action, says) in [
            ("{ runn = \"docker compose stop\" }", "runn"),
            ("{ run = \"rm -rf /\" }", "rm -rf"),
            ("{ edit = \"../x.patch\" }", "../x.patch"),
            ("{ copy = true }", "copy"),
            ("{ fail = true }", "fail"),
            ("{ check = \"c\", run = \"docker compose stop\" }", ""),
            ("{}", ""),
        ] {
            let text = format!("id = \"s\"\nminutes = 1\nactions = [{action}]\nchecks = []\n");
            let error = toml::from_str::<StepSpec>(&text).unwrap_err().to_string();
            assert!(error.contains(says), "{action}: {error}");
        }
    }
}
