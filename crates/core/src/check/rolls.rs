//! `rolls`: the step's commands replace every replica of a service, and nobody who asks notices.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::probe::{Probe, RequestSpec, Scale};
use super::under_load::UnderLoad;
use super::update::{End, UpdateSpec, WITHIN};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_engine::{StackCommand, UpdateState};
use workshop_text::Text;

/// The step's commands replace every replica of the service by one with the image that is wanted, and
/// no request fails meanwhile.
///
/// For an engine of several machines, which replaces replicas by itself. The runner brings back the
/// version before with `back` and the stack to `from`, sends requests, runs the step's commands, waits
/// until the engine says that the change is complete, and goes on for `after`. A change that stops or
/// is rolled back is a verdict with the engine's own words.
///
/// ```toml
/// rolls = { service = "backend", path = "/api/posts", rate = 40, after = "2s", at_once = 1, never_below = 3 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rolls {
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
    /// Where the requests go.
    path: RequestPath,
    /// What each request is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    /// Requests a second.
    rate: u32,
    /// How long requests go on once the change is over.
    after: Time,
    /// How long the change may take once the commands have ended; 90 seconds where it does not say.
    within: Option<Time>,
    /// So many replicas at most are on their way out or in at one time.
    at_once: Option<usize>,
    /// So many replicas at least are ready at every time.
    never_below: Option<usize>,
}

impl Check for Rolls {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Update(Box::new(UpdateSpec {
            service: self.service.clone(),
            back: self.back.clone(),
            from: self.from.clone(),
            load: Some(UnderLoad {
                prepare: self.prepare.clone(),
                path: self.path.clone(),
                headers: self.headers.clone(),
                rate: self.rate,
                after: self.after.0,
            }),
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
        end.not_in(UpdateState::Completed)
            .or_else(|| not_replaced(&end))
            .or_else(|| end.not_whole(&end.now.image))
            .or_else(|| self.too_few(&end))
            .or_else(|| end.failed_requests())
            .unwrap_or_else(|| Verdict::pass(end.figures("check-rolls-pass")))
    }
}

impl Rolls {
    fn too_few(&self, end: &End<'_>) -> Option<Verdict> {
        let (fewest, most) = (end.updated.fewest_ready, end.updated.most_at_once);
        let text = |key, seen: usize, wanted: usize| {
            let text = Text::new(key).with("service", self.service.as_str());
            Verdict::not_yet(text.with("count", seen).with("wanted", wanted))
        };
        let below = self.never_below.filter(|least| fewest < *least);
        let at_once = self.at_once.filter(|limit| most > *limit);
        below
            .map(|least| text("check-rolls-below", fewest, least))
            .or_else(|| at_once.map(|limit| text("check-rolls-at-once", most, limit)))
    }
}

/// Replicas that were there before and still are.
fn not_replaced(end: &End<'_>) -> Option<Verdict> {
    let was = |id: &String| end.updated.before.replicas.iter().any(|before| before.id == *id);
    let kept: Vec<String> = end.replicas.iter().filter(|one| was(&one.id)).map(|one| one.label()).collect();
    (!kept.is_empty()).then(|| {
        Verdict::not_yet(Text::new("check-rolls-kept").with("count", kept.len()).with("names", kept))
    })
}
