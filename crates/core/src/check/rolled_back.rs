//! `rolled_back`: a version that does not work is taken back by the engine itself.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::probe::{Probe, RequestSpec, Scale};
use super::under_load::UnderLoad;
use super::update::{End, UpdateSpec, WITHIN};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_engine::{StackCommand, UpdateState};

/// The step's commands bring a version that does not work, and the engine brings back the one before
/// by itself: with the image that it had, all replicas ready, and no failed request.
///
/// For an engine of several machines. It is run and watched as for `rolls`. How the commands end does
/// not matter, for one that waits may say that the change failed; the state of the service decides.
///
/// ```toml
/// rolled_back = { service = "backend", path = "/api/posts", rate = 40, within = "60s" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RolledBack {
    /// The service that the step's commands change.
    #[serde(deserialize_with = "super::services::name")]
    service: String,
    /// Commands that bring back the version before, where the commands alone would change nothing.
    #[serde(default)]
    back: Vec<StackCommand>,
    /// The state before; as it is where it does not say.
    from: Option<Scale>,
    /// Requests before it, whose kept values may stand in `path`.
    #[serde(default)]
    prepare: Vec<RequestSpec>,
    /// Where the requests go; where it does not say, none are sent.
    path: Option<RequestPath>,
    /// What each request is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    /// Requests a second.
    #[serde(default = "rate")]
    rate: u32,
    /// How long requests go on once the change is over; 2 seconds where it does not say.
    after: Option<Time>,
    /// How long the change may take once the commands have ended; 90 seconds where it does not say.
    within: Option<Time>,
}

const fn rate() -> u32 {
    20
}

/// How long requests go on, where the lesson does not say.
const AFTER: Time = Time(Duration::from_secs(2));

impl Check for RolledBack {
    fn needs(&self) -> Needs {
        let load = |path: &RequestPath| UnderLoad {
            prepare: self.prepare.clone(),
            path: path.clone(),
            headers: self.headers.clone(),
            rate: self.rate,
            after: self.after.unwrap_or(AFTER).0,
        };
        Needs::probe(Probe::Update(Box::new(UpdateSpec {
            service: self.service.clone(),
            back: self.back.clone(),
            from: self.from.clone(),
            load: self.path.as_ref().map(load),
            within: self.within.unwrap_or(WITHIN).0,
        })))
    }

    fn commands(&self) -> Vec<StackCommand> {
        self.back.clone()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let end = match End::of(&self.service, world.stack, world.seen) {
            Ok(end) => end,
            Err(verdict) => return *verdict,
        };
        end.not_in(UpdateState::RollbackCompleted)
            .or_else(|| end.not_whole(&end.before.image))
            .or_else(|| end.failed_requests())
            .unwrap_or_else(|| {
                let text = end.figures("check-rolled-back-pass").with("image", end.before.image.as_str());
                Verdict::pass(text.with("asked", if self.path.is_some() { "yes" } else { "no" }))
            })
    }
}
