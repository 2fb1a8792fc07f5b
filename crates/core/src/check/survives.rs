//! `survives`: a node is lost, and whoever asks goes on being answered.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, Scale};
use super::seen::{Hit, Seen};
use super::under_load::{self, UnderLoad};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_engine::command::is_service;
use workshop_engine::{Loss, Observed, StackCommand};
use workshop_text::{Text, refused};

/// How long the replicas may take to be back, where the lesson does not say.
const WITHIN: Time = Time(Duration::from_secs(60));
/// A cut cable is in again by itself so long after all that the check itself does.
const SPARE: Duration = Duration::from_secs(60);

/// A node is lost under load: all replicas of the service run on other nodes within `within`, and no
/// more than `failed` requests fail.
///
/// The runner brings the stack to `from`, sends requests, loses the node, waits until as many replicas
/// as there shall be are ready on other nodes, goes on for `after`, and brings the node back: on every
/// way out, also when it is interrupted. A learner may predict `noticed` (seconds until the managers
/// say that the node is down), `replaced` (seconds until all replicas are ready elsewhere) and `failed`.
///
/// ```toml
/// survives = { service = "backend", lose = "{node-of-backend-2}", how = "cut", path = "/api/posts", rate = 40, within = "60s", after = "5s", failed = 1 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Survives {
    /// The service that goes on.
    #[serde(deserialize_with = "super::services::name")]
    service: String,
    /// The node that is lost: its name, or `{node-of-backend-2}` for the one that this replica is on.
    lose: LostNode,
    /// Whether its network cable is cut or its power.
    #[serde(default)]
    how: How,
    /// The state before; as it is where it does not say.
    from: Option<Scale>,
    /// Requests before it, whose kept values may stand in `path`.
    #[serde(default)]
    prepare: Vec<RequestSpec>,
    /// Where the requests go.
    path: RequestPath,
    /// What each request is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    /// Requests a second.
    rate: u32,
    /// How long the replicas may take to be ready on other nodes; 60 seconds where it does not say.
    within: Option<Time>,
    /// How long requests go on once they are.
    after: Time,
    /// So many requests may fail.
    #[serde(default)]
    failed: usize,
}

/// A node, by its name or by a replica that is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "String"))]
pub enum LostNode {
    /// By its name.
    Named(String),
    /// By a replica's service and index.
    Of(String, u32),
}

impl LostNode {
    /// The node's name; `None` where no such replica runs on a node.
    pub(crate) fn name(&self, stack: &Observed) -> Option<String> {
        match self {
            Self::Named(name) => Some(name.clone()),
            Self::Of(service, index) => {
                let mut replicas = stack.of(service).filter(|one| one.is_running());
                replicas.find(|one| one.index == *index)?.node.clone()
            }
        }
    }

    fn read(text: &str) -> Result<Self, Text> {
        let wrong = || Text::new("rule-node-name").with("name", text);
        if let Some(label) = text.strip_prefix("{node-of-").and_then(|rest| rest.strip_suffix('}')) {
            let (service, index) = label.rsplit_once('-').ok_or_else(wrong)?;
            let index = index.parse().ok().filter(|index| *index > 0).ok_or_else(wrong)?;
            return if is_service(service) { Ok(Self::Of(service.to_owned(), index)) } else { Err(wrong()) };
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins && text.len() <= 253 && text.chars().all(plain) {
            Ok(Self::Named(text.to_owned()))
        } else {
            Err(wrong())
        }
    }
}

impl std::fmt::Display for LostNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Of(service, index) => write!(f, "{{node-of-{service}-{index}}}"),
        }
    }
}

impl<'de> Deserialize<'de> for LostNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, Self::read)
    }
}

/// How a node is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its network cable is out: it runs on, and nobody hears from it.
    #[default]
    Cut,
    /// It ends at once with all that it runs, as without power.
    Kill,
}

/// What a `survives` check does.
#[derive(Clone, Debug, PartialEq)]
pub struct SurvivesSpec {
    /// The service that goes on.
    pub service: String,
    /// The node that is lost.
    pub lose: LostNode,
    /// How it is lost.
    pub how: How,
    /// What the stack is brought to first.
    pub from: Option<Scale>,
    /// The requests.
    pub load: UnderLoad,
    /// How long the replicas may take to be ready on other nodes.
    pub within: Duration,
}

impl SurvivesSpec {
    /// How the node is lost; a cut ends by itself when all that the check does must be over.
    pub(crate) fn loss(&self) -> Loss {
        match self.how {
            How::Cut => Loss::Cut(self.within + self.load.after + SPARE),
            How::Kill => Loss::Kill,
        }
    }
}

/// What came of a [`Probe::Survives`]. Times are since the node was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Survived {
    /// The node that was lost.
    pub node: String,
    /// The stack before.
    pub before: Observed,
    /// Every request, whether it was answered or not.
    pub hits: Vec<Hit>,
    /// When the managers said that it is down; none where they did not.
    pub noticed: Option<Duration>,
    /// When as many replicas as there shall be were ready on other nodes; none where they were not.
    pub replaced: Option<Duration>,
    /// How many were ready there at the end.
    pub ready: usize,
    /// How many there shall be.
    pub wanted: usize,
    /// The stack at the end, with the node still away.
    pub without: Observed,
    /// It was heard from again.
    pub back: bool,
}

impl Check for Survives {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Survives(Box::new(SurvivesSpec {
            service: self.service.clone(),
            lose: self.lose.clone(),
            how: self.how,
            from: self.from.clone(),
            load: UnderLoad {
                prepare: self.prepare.clone(),
                path: self.path.clone(),
                headers: self.headers.clone(),
                rate: self.rate,
                after: self.after.0,
            },
            within: self.within.unwrap_or(WITHIN).0,
        })))
    }

    /// What is done to the node, as a learner would type it.
    fn commands(&self) -> Vec<StackCommand> {
        let loses = if self.how == How::Cut { "cut" } else { "kill" };
        let cluster = |verb: &str| StackCommand::Cluster(vec![verb.to_owned(), self.lose.to_string()]);
        vec![cluster(loses), cluster("heal")]
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        if let Some(verdict) = world.stack.and_then(phrases::one_machine) {
            return verdict;
        }
        match world.seen {
            Some(Seen::Survived(survived)) => self.survived(survived),
            Some(Seen::ProbeFailed(failure)) => {
                Verdict::environment(failure.text.clone()).lines(failure.lines.clone())
            }
            other => phrases::not_asked(other),
        }
    }
}

impl Survives {
    fn survived(&self, seen: &Survived) -> Verdict {
        let lost = seen.lost(&self.service);
        if !seen.back {
            return Verdict::environment(Text::new("check-survives-away").with("node", seen.node.as_str()));
        }
        if lost.is_empty() {
            let text = Text::new("check-survives-nothing-lost").with("node", seen.node.as_str());
            return Verdict::not_yet(text.with("service", self.service.as_str())).observed(phrases::by_node(
                &seen.before,
                &seen.before.of(&self.service).collect::<Vec<_>>(),
            ));
        }
        let figures = |key| self.figures(key, seen, &lost);
        let late = seen.replaced.is_none().then(|| {
            let text = figures("check-survives-late").with("ready", seen.ready).with("wanted", seen.wanted);
            Verdict::not_yet(text.with("within", self.within.unwrap_or(WITHIN).0.as_secs()))
        });
        let failed = || {
            let verdict = under_load::too_many_failed(&seen.hits, self.failed)?;
            let expected = Text::new("check-survives-expected").with("count", self.failed);
            Some(Verdict { message: figures("check-survives-failed"), ..verdict }.expected(expected))
        };
        let replicas: Vec<_> = seen.without.of(&self.service).filter(|one| one.is_running()).collect();
        let lies = phrases::by_node(&seen.without, &replicas);
        let verdict = late.or_else(failed).unwrap_or_else(|| Verdict::pass(figures("check-survives-pass")));
        let verdict = if verdict.observed.is_some() { verdict } else { verdict.observed(lies) };
        verdict.shares(under_load::shares(&seen.hits, [&seen.before, &seen.without].into_iter()))
    }

    fn figures(&self, key: &'static str, seen: &Survived, lost: &[String]) -> Text {
        let time = |time: Option<Duration>| time.map_or_else(|| "-".to_owned(), under_load::seconds);
        Text::new(key)
            .with("node", seen.node.as_str())
            .with("service", self.service.as_str())
            .with("how", if self.how == How::Cut { "cut" } else { "kill" })
            .with("noticed", time(seen.noticed))
            .with("known", if seen.noticed.is_some() { "yes" } else { "no" })
            .with("replaced", time(seen.replaced))
            .with("failed", under_load::failed(&seen.hits))
            .with("count", seen.hits.len())
            .with("longest", under_load::millis(under_load::longest(&seen.hits)))
            .with("lost", lost.to_vec())
            .with("losses", lost.len())
    }
}

impl Survived {
    /// The replicas of the service that were on the node, by label.
    fn lost(&self, service: &str) -> Vec<String> {
        let there = self.before.of(service).filter(|one| one.is_running());
        there.filter(|one| one.node.as_ref() == Some(&self.node)).map(|one| one.label()).collect()
    }
}
