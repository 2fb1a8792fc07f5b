//! What `rolls` and `rolled_back` share: the step's commands change a service, an engine of several
//! machines replaces its replicas one after the other, and what is seen meanwhile is an [`Updated`].

use std::time::Duration;

use super::phrases;
use super::probe::Scale;
use super::seen::{Hit, Seen};
use super::under_load::{self, UnderLoad, command_failed};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_engine::{CommandEnd, Observed, Replica, Service, StackCommand, Update, UpdateState};
use workshop_text::Text;

/// How long a service may take to be changed, where the lesson does not say.
pub(super) const WITHIN: Time = Time(Duration::from_secs(90));

/// What changes a service, and what is sent meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateSpec {
    /// The service that is changed, by its name in the compose file.
    pub service: String,
    /// Commands that bring the version before back.
    pub back: Vec<StackCommand>,
    /// What the stack is brought to first.
    pub from: Option<Scale>,
    /// Requests meanwhile.
    pub load: Option<UnderLoad>,
    /// How long it may take once the commands have ended.
    pub within: Duration,
}

/// What came of a [`Probe::Update`](super::probe::Probe::Update).
#[derive(Clone, Debug, PartialEq)]
pub struct Updated {
    /// Every request, whether it was answered or not.
    pub hits: Vec<Hit>,
    /// Each command that ran, as typed, and how it ended.
    pub commands: Vec<(String, CommandEnd)>,
    /// The stack before the commands.
    pub before: Observed,
    /// Something of the service was seen to change.
    pub moved: bool,
    /// The fewest replicas that were seen ready at one time.
    pub fewest_ready: usize,
    /// The most replicas that were seen on their way out or in at one time.
    pub most_at_once: usize,
    /// From the first command until the change was over.
    pub time: Duration,
}

/// Where a change has ended.
pub(super) struct End<'w> {
    /// What was seen meanwhile.
    pub updated: &'w Updated,
    /// The service as it was.
    pub before: &'w Service,
    /// The service as it is.
    pub now: &'w Service,
    /// Its replicas as they are.
    pub replicas: Vec<&'w Replica>,
}

impl<'w> End<'w> {
    /// The change of `service`, or why there is nothing to judge.
    pub(super) fn of(
        service: &str,
        stack: Option<&'w Observed>,
        seen: Option<&'w Seen>,
    ) -> Result<Self, Box<Verdict>> {
        let stack = stack.ok_or_else(phrases::not_observed)?;
        if let Some(verdict) = phrases::one_machine(stack) {
            return Err(verdict.into());
        }
        let updated = match seen {
            Some(Seen::Updated(updated)) => updated,
            Some(Seen::ProbeFailed(failure)) => {
                let verdict = Verdict::environment(failure.text.clone()).lines(failure.lines.clone());
                return Err(verdict.into());
            }
            other => return Err(phrases::not_asked(other).into()),
        };
        let (Some(before), Some(now)) = (updated.before.service(service), stack.service(service)) else {
            return Err(phrases::none_running(service).into());
        };
        Ok(Self {
            updated,
            before,
            now,
            replicas: stack.of(service).filter(|one| one.is_running()).collect(),
        })
    }

    /// That it did not end in `wanted`, in the engine's words; a command that failed is to blame only
    /// where nothing came of it.
    pub(super) fn not_in(&self, wanted: UpdateState) -> Option<Verdict> {
        let state = self.now.update.as_ref().map(|update| update.state);
        if self.updated.moved && state == Some(wanted) {
            return None;
        }
        if !self.updated.moved {
            let unmoved =
                || Verdict::not_yet(Text::new("check-update-none").with("service", self.now.name.as_str()));
            return Some(command_failed(&self.updated.commands).unwrap_or_else(unmoved));
        }
        let said = self.said();
        let text = Text::new("check-update-ended").with("service", self.now.name.as_str());
        let verdict = Verdict::not_yet(text.with("state", word(state)))
            .expected(Text::new("check-update-state").with("state", word(Some(wanted))));
        Some(if said.is_empty() { verdict } else { verdict.lines(vec![said.to_owned()]) })
    }

    /// What the engine says of it.
    fn said(&self) -> &str {
        self.now.update.as_ref().map_or("", |Update { message, .. }| message.as_str())
    }

    /// A replica with another image than `image`, or fewer that are ready than there shall be.
    pub(super) fn not_whole(&self, image: &str) -> Option<Verdict> {
        let service = self.now.name.as_str();
        let other = self.replicas.iter().find(|one| !is_image(&one.image, image));
        if let Some(other) = other {
            let text = Text::new("check-update-image").with("replica", other.label());
            return Some(Verdict::not_yet(text.with("image", other.image.as_str()).with("wanted", image)));
        }
        let ready = self.replicas.iter().filter(|one| one.is_ready()).count();
        let wanted = self.now.wanted.map_or(self.replicas.len(), |wanted| wanted as usize);
        (ready < wanted).then(|| {
            let text = Text::new("check-update-not-ready").with("service", service);
            Verdict::not_yet(text.with("count", ready).with("wanted", wanted))
        })
    }

    /// The requests that failed, and during what.
    pub(super) fn failed_requests(&self) -> Option<Verdict> {
        let commands: Vec<String> =
            self.updated.commands.iter().map(|(command, _)| command.clone()).collect();
        let expected = Text::new("check-steady-expected").with("commands", commands);
        under_load::too_many_failed(&self.updated.hits, 0).map(|verdict| verdict.expected(expected))
    }

    /// `key` with the figures: what a learner may have predicted.
    pub(super) fn figures(&self, key: &'static str) -> Text {
        let Updated { hits, time, fewest_ready, most_at_once, .. } = self.updated;
        Text::new(key)
            .with("service", self.now.name.as_str())
            .with("replicas", self.replicas.len())
            .with("seconds", under_load::seconds(*time))
            .with("count", hits.len())
            .with("failed", under_load::failed(hits))
            .with("longest", under_load::millis(under_load::longest(hits)))
            .with("fewest", *fewest_ready)
            .with("at_once", *most_at_once)
    }
}

/// Whether an image is the wanted one. An engine may name it by tag and digest, or by tag alone.
pub(super) fn is_image(image: &str, wanted: &str) -> bool {
    let tag = |name: &str| name.split_once('@').map_or_else(|| name.to_owned(), |(tag, _)| tag.to_owned());
    image == wanted || (image.contains('@') != wanted.contains('@') && tag(image) == tag(wanted))
}

/// As `locales/` chooses by it.
const fn word(state: Option<UpdateState>) -> &'static str {
    match state {
        None => "none",
        Some(UpdateState::Updating) => "updating",
        Some(UpdateState::Paused) => "paused",
        Some(UpdateState::Completed) => "completed",
        Some(UpdateState::RollbackStarted) => "rollback-started",
        Some(UpdateState::RollbackPaused) => "rollback-paused",
        Some(UpdateState::RollbackCompleted) => "rollback-completed",
    }
}
