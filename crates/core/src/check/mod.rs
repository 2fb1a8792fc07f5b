//! One named, typed assertion about the workspace or about the running stack.
//!
//! A [`CheckSpec`] is what a lesson writes; it says what it [`Needs`] and judges a [`World`] into a
//! [`Verdict`]. Judging is a pure function: the session observes, the check decides. One file a kind.

pub mod address;
mod built;
mod container;
pub mod files;
pub mod probe;
mod reach;
pub mod secrets;
pub mod served;
pub mod services;
mod standing;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::MapAccess;

use self::files::Files;
use self::probe::{Hit, Probe, Seen};
use crate::workspace::progress::BaselineReplica;
use workshop_engine::{Detail, Health, Observed, Replica, StackCommand, State};
use workshop_text::Text;

/// What a check must see before it can judge.
#[derive(Clone, Debug, PartialEq)]
pub enum Needs {
    /// The workspace's files: a static check.
    Files,
    /// What the learner answered.
    Answer,
    /// One snapshot of the stack.
    Stack(Detail),
    /// A snapshot, and what this probe brings.
    Probe(Box<Probe>),
}

impl Needs {
    pub(crate) fn probe(probe: Probe) -> Self {
        Self::Probe(Box::new(probe))
    }

    /// A static check reads files and answers, and needs no engine.
    pub const fn is_static(&self) -> bool {
        matches!(self, Self::Files | Self::Answer)
    }

    /// It changes the stack while it looks, so it is asked last, and only when all before it passed.
    pub fn is_disruptive(&self) -> bool {
        matches!(self, Self::Probe(probe) if matches!(**probe, Probe::Steady { .. } | Probe::Scaling(_)))
    }
}

/// Everything that a check may look at.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The learner's files, read as far as checks have asked for them.
    pub files: &'a Files,
    /// There for checks that need the stack.
    pub stack: Option<&'a Observed>,
    /// There for checks that declared a probe.
    pub seen: Option<&'a Seen>,
    /// The replicas as they were when the step before was passed.
    pub baseline: &'a [BaselineReplica],
    /// The learner's answer to this check, where it asks for one.
    pub answer: Option<&'a str>,
}

/// One kind of check.
pub trait Check: fmt::Debug {
    /// What must be seen before [`judge`](Self::judge) can be called.
    fn needs(&self) -> Needs;
    /// Judges what was seen. Where a part that it needs is not there, the verdict says so.
    fn judge(&self, world: &World<'_>) -> Verdict;

    /// The commands that it runs by itself, as a learner would type them on Docker: shown and agreed
    /// to, like a step's own, where the lesson comes from elsewhere.
    fn commands(&self) -> Vec<StackCommand> {
        Vec::new()
    }
}

/// Registers the kinds: `name in lesson.toml: module::Type`.
macro_rules! kinds {
    ($($name:ident: $module:ident::$kind:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// A check as a lesson writes it.
        #[derive(Clone, Debug)]
        pub enum CheckSpec {
            $(
                /// The kind by this name, with what the lesson wrote for it.
                $kind($module::$kind),
            )*
        }

        impl CheckSpec {
            /// Every kind's name in `lesson.toml`.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The name of its kind in `lesson.toml`.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => stringify!($name),)*
                }
            }

            /// What all kinds have in common.
            pub fn check(&self) -> &dyn Check {
                match self {
                    $(Self::$kind(check) => check,)*
                }
            }

            /// Reads the value of the kind named `kind`, so that a typo in it is reported there.
            pub fn read<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Self, A::Error> {
                match kind {
                    $(stringify!($name) => map.next_value().map(Self::$kind),)*
                    other => Err(serde::de::Error::unknown_variant(other, Self::KINDS)),
                }
            }
        }
    };
}

kinds! {
    tree: tree::Tree,
    file: file::File,
    compose: compose::Compose,
    dockerfile: dockerfile::Dockerfile,
    healthcheck: healthcheck::Healthcheck,
    same_build: same_build::SameBuild,
    cpu_limit: cpu_limit::CpuLimit,
    comment: comment::Comment,
    environment: environment::Environment,
    volume: volume::Volume,
    networks: networks::Networks,
    published: published::Published,
    instances: instances::Instances,
    depends_on: depends_on::DependsOn,
    nginx: nginx::Nginx,
    proxy: proxy::Proxy,
    proxy_header: proxy_header::ProxyHeader,
    upstream: upstream::Upstream,
    upstream_servers: upstream_servers::UpstreamServers,
    location: location::Location,
    ports: ports::Ports,
    replicas: replicas::Replicas,
    reachable: reachable::Reachable,
    unchanged: unchanged::Unchanged,
    http: http::Http,
    spread: spread::Spread,
    logs: logs::Logs,
    responsive: responsive::Responsive,
    steady: steady::Steady,
    shared_data: shared_data::SharedData,
    exec: exec::Exec,
    image_size: image_size::ImageSize,
    upstream_log: upstream_log::UpstreamLog,
    favours: favours::Favours,
    sticky: sticky::Sticky,
    cache_hits: cache_hits::CacheHits,
    scaling: scaling::Scaling,
    nothing_left: nothing_left::NothingLeft,
    question: question::Question,
    confirm: confirm::Confirm,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was asked for is there.
    Pass,
    /// The learner's change is not there yet.
    NotYet,
    /// The machine is in the way: Docker is down, a port is taken, an image is missing.
    Environment,
}

/// Where in a file of the learner's, both counted from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Relative to the workspace, with `/`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Characters to underline; at least 1.
    pub width: u32,
    /// The learner's own line, for the caret.
    pub source: String,
}

/// A place whose keys are there where it is not, too.
pub(crate) fn place_or_nulls<S: serde::Serializer>(
    place: &Option<Place>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap;

    let place = place.as_ref();
    let mut map = serializer.serialize_map(Some(5))?;
    map.serialize_entry("file", &place.map(|place| &place.file))?;
    map.serialize_entry("line", &place.map(|place| place.line))?;
    map.serialize_entry("column", &place.map(|place| place.column))?;
    map.serialize_entry("width", &place.map(|place| place.width))?;
    map.serialize_entry("source", &place.map(|place| &place.source))?;
    map.end()
}

/// What a check says, with its evidence.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// What came of it.
    #[serde(rename = "verdict")]
    pub outcome: Outcome,
    /// One sentence: what is so, and why it matters.
    pub message: Text,
    /// What should be there, where that can be shown.
    pub expected: Option<Text>,
    /// What is there instead.
    pub observed: Option<Text>,
    /// Where in the learner's files, with the line itself.
    #[serde(flatten, serialize_with = "place_or_nulls")]
    pub place: Option<Place>,
    /// It may become a pass by itself (a replica still starting): worth asking again until the
    /// check's deadline.
    #[serde(skip)]
    pub settling: bool,
    /// The replica that has ended, whose own last words belong to it; the step's other live checks
    /// would only say the same.
    #[serde(skip)]
    pub ended: Option<String>,
    /// A picture of numbers that belongs to it: each replica's share of the traffic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
    /// Lines worth showing as they are: a line of each replica's log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// Figures that were measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Table>,
}

/// Figures under their headings; every row is as long as the head.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Table {
    /// One heading a column.
    pub head: Vec<Text>,
    /// One cell a column, already formatted.
    pub rows: Vec<Vec<String>>,
}

/// How much of something one replica got.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Share {
    /// Service and index: `backend-3`.
    pub label: String,
    /// How many answers, requests or the like.
    pub count: u32,
}

impl Verdict {
    fn new(outcome: Outcome, message: Text) -> Self {
        Self {
            outcome,
            message,
            expected: None,
            observed: None,
            place: None,
            settling: false,
            ended: None,
            shares: Vec::new(),
            lines: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// A pass, with nothing beside its message.
    pub fn pass(message: Text) -> Self {
        Self::new(Outcome::Pass, message)
    }

    /// The learner's change is not there yet.
    pub fn not_yet(message: Text) -> Self {
        Self::new(Outcome::NotYet, message)
    }

    /// The machine is in the way.
    pub fn environment(message: Text) -> Self {
        Self::new(Outcome::Environment, message)
    }

    /// Whether the check has passed.
    pub fn is_pass(&self) -> bool {
        self.outcome == Outcome::Pass
    }

    /// Whether one of `before` has said all of it, and it is too long to be said again; whatever
    /// else each has measured.
    pub fn is_said_by<'v>(&self, mut before: impl Iterator<Item = &'v Self>) -> bool {
        let more = self.place.is_some() || self.expected.is_some() || !self.lines.is_empty();
        let is_long = more || self.outcome == Outcome::Environment;
        let essence = |v: &'_ Self| {
            (
                v.outcome,
                v.message.clone(),
                v.expected.clone(),
                v.observed.clone(),
                v.place.clone(),
                v.lines.clone(),
            )
        };
        !self.is_pass() && is_long && before.any(|one| essence(one) == essence(self))
    }

    /// Adds what should be there.
    #[must_use]
    pub fn expected(mut self, text: impl Into<Text>) -> Self {
        self.expected = Some(text.into());
        self
    }

    /// Adds what is there instead.
    #[must_use]
    pub fn observed(mut self, text: impl Into<Text>) -> Self {
        self.observed = Some(text.into());
        self
    }

    /// Adds the place in the learner's files, where there is one.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    #[must_use]
    pub(crate) fn settling(mut self) -> Self {
        self.settling = true;
        self
    }

    /// It is about a replica that has ended, and does not come up by waiting.
    #[must_use]
    pub fn ended(mut self, replica: &Replica) -> Self {
        self.ended = Some(replica.label());
        self.settling = false;
        self
    }

    /// Adds each replica's share.
    #[must_use]
    pub fn shares(mut self, shares: Vec<Share>) -> Self {
        self.shares = shares;
        self
    }

    /// Adds lines to be shown as they are.
    #[must_use]
    pub fn lines(mut self, lines: Vec<String>) -> Self {
        self.lines = lines;
        self
    }

    #[must_use]
    pub(crate) fn tables(mut self, tables: Vec<Table>) -> Self {
        self.tables = tables;
        self
    }
}

/// A replica's state in words: `running, healthy`, `exited (1)` …
pub fn state(replica: &Replica) -> Text {
    match (replica.state, replica.health) {
        (State::Created, _) => Text::new("state-created"),
        (State::Running, Health::None) => Text::new("state-running"),
        (State::Running, Health::Starting) => Text::new("state-starting"),
        (State::Running, Health::Healthy) => Text::new("state-healthy"),
        (State::Running, Health::Unhealthy) => Text::new("state-unhealthy"),
        (State::Restarting, _) => Text::new("state-restarting").with("count", replica.restarts.unwrap_or(0)),
        (State::Paused, _) => Text::new("state-paused"),
        (State::Exited(Some(code)), _) => Text::new("state-exited").with("code", code),
        (State::Exited(None) | State::Dead, _) => Text::new("state-dead"),
        (State::Removing, _) => Text::new("state-removing"),
    }
}

/// A key of the compose file with a list of one, as it can be pasted.
fn listed(key: &str, item: &str) -> Text {
    Text::verbatim(format!("{key}: [\"{item}\"]"))
}

fn join(items: Vec<Text>) -> Text {
    Text::new("check-list").with("items", items)
}

/// The snapshot that the check asked for is not there.
fn not_observed() -> Verdict {
    Verdict::environment(Text::new("check-not-observed"))
}

/// What a probe brought instead of what the check asked for.
fn not_asked(seen: Option<&Seen>) -> Verdict {
    match seen {
        Some(Seen::NoEntry) => Verdict::not_yet(Text::new("check-no-entry")).settling(),
        Some(Seen::Engine(error)) => Verdict::environment(error.text()),
        _ => not_observed(),
    }
}

fn none_running(service: &str) -> Verdict {
    Verdict::not_yet(Text::new("check-replicas-none").with("service", service)).settling()
}

/// A verdict about requests that failed, where some did: how many, and in which ways.
fn failed_requests(hits: &[Hit]) -> Option<Verdict> {
    let failed: Vec<&Hit> = hits.iter().filter(|hit| !hit.is_good()).collect();
    if failed.is_empty() {
        return None;
    }
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for hit in &failed {
        *kinds.entry(hit.trouble()).or_default() += 1;
    }
    let ways: Vec<String> = kinds.iter().map(|(trouble, count)| format!("{count} x {trouble}")).collect();
    let text = Text::new("check-requests-failed").with("count", failed.len()).with("all", hits.len());
    Some(Verdict::not_yet(text).observed(Text::verbatim(ways.join(", "))))
}
