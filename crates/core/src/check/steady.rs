//! `steady`: not one request fails while the step's own commands change the stack.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, Scale};
use super::seen::Seen;
use super::under_load::{SteadySpec, UnderLoad, command_failed, longest, millis};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_text::Text;

/// No request fails while the step's commands run.
///
/// The runner brings the stack to `from`, sends requests, runs the step's commands meanwhile and goes
/// on for `after`. A failure that nobody watched cannot be seen afterwards, so this check repeats the
/// action itself.
///
/// ```toml
/// steady = { path = "/api/posts", rate = 100, from = { service = "backend", replicas = 5 }, after = "2s" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Steady {
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
    /// The state before; as it is where it does not say.
    from: Option<Scale>,
    /// How long requests go on once the commands have ended.
    after: Time,
}

impl Check for Steady {
    fn needs(&self) -> Needs {
        let load = UnderLoad {
            prepare: self.prepare.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            rate: self.rate,
            after: self.after.0,
        };
        Needs::probe(Probe::Steady(SteadySpec { load, from: self.from.clone() }))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let watched = match world.seen {
            Some(Seen::Steady(watched)) => watched,
            Some(Seen::ProbeFailed(failure)) => {
                return Verdict::environment(failure.text.clone()).lines(failure.lines.clone());
            }
            other => return phrases::not_asked(other),
        };
        if let Some(verdict) = command_failed(&watched.commands) {
            return verdict;
        }
        let commands = watched.commands.iter().map(|(command, _)| command.clone()).collect::<Vec<_>>();
        match phrases::failed_requests(&watched.hits) {
            Some(verdict) => verdict.expected(Text::new("check-steady-expected").with("commands", commands)),
            None => Verdict::pass(
                Text::new("check-steady-pass")
                    .with("count", watched.hits.len())
                    // None of them: what a learner may have predicted.
                    .with("failed", 0)
                    .with("longest", millis(longest(&watched.hits))),
            ),
        }
    }
}
