//! GETs at a steady rate while something happens to the stack: [`UnderLoad`], and what is said of them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::{Header, RequestPath};
use super::phrases;
use super::probe::{RequestSpec, Scale};
use super::seen::Hit;
use crate::verdict::{Share, Verdict};
use workshop_engine::{CommandEnd, Observed};
use workshop_text::Text;

/// Requests while something happens: they begin before it, and go on for `after`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderLoad {
    /// Requests before them; what these keep may stand in `path`.
    pub prepare: Vec<RequestSpec>,
    /// What is asked for.
    pub path: RequestPath,
    /// What the requests are sent with.
    pub headers: BTreeMap<Header, String>,
    /// Requests a second.
    pub rate: u32,
    /// How long they go on once it is over.
    pub after: Duration,
}

/// What a `steady` check does: the step's own commands under load, from a state on.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadySpec {
    /// The requests.
    pub load: UnderLoad,
    /// What the stack is brought to first.
    pub from: Option<Scale>,
}

/// The longest answer, a failed one too.
pub(super) fn longest(hits: &[Hit]) -> Duration {
    hits.iter().map(|hit| hit.time).max().unwrap_or_default()
}

/// The requests that failed, where they are more than `most`.
pub(super) fn too_many_failed(hits: &[Hit], most: usize) -> Option<Verdict> {
    (failed(hits) > most).then(|| phrases::failed_requests(hits)).flatten()
}

/// How many failed.
pub(super) fn failed(hits: &[Hit]) -> usize {
    hits.iter().filter(|hit| !hit.is_good()).count()
}

/// Who answered how many, by the labels of the replicas in `stacks`, the first that knows a host.
pub(super) fn shares<'a>(hits: &[Hit], stacks: impl Iterator<Item = &'a Observed> + Clone) -> Vec<Share> {
    let mut counts = BTreeMap::<String, u32>::new();
    for host in hits.iter().filter(|hit| hit.is_good()).filter_map(|hit| hit.replica.as_ref()) {
        let mut replicas = stacks.clone().flat_map(|stack| &stack.replicas);
        let known = replicas.find(|replica| replica.hostname == *host);
        *counts.entry(known.map_or_else(|| host.clone(), |replica| replica.label())).or_default() += 1;
    }
    counts.into_iter().map(|(label, count)| Share { label, count }).collect()
}

/// The first command that failed, as a verdict.
pub(super) fn command_failed(commands: &[(String, CommandEnd)]) -> Option<Verdict> {
    let (command, end) = commands.iter().find(|(_, end)| !end.success())?;
    let text = Text::new("check-steady-command-failed").with("command", command.as_str());
    Some(Verdict::environment(text).lines(end.stderr_tail.clone()))
}

/// As figures are said: `812 ms`.
pub(super) fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// As figures are said, in seconds: `11.2`.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
