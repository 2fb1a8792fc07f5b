//! `unchanged`: what ran before runs on, with the start time it had.

use serde::Deserialize;

use super::services::Services;
use super::{Check, Needs, Verdict, World};
use crate::engine::{Detail, Replica};
use crate::text::Text;
use crate::workspace::progress::BaselineReplica;

/// `unchanged = { services = ["backend"], restarted = 1 }`: compared with the replicas as they
/// were when the step before was passed, exactly `restarted` (none, if not given) of the services'
/// replicas have another start time or another container; all others kept theirs. Replicas that
/// are gone because the service was scaled down are not counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unchanged {
    #[serde(alias = "service")]
    services: Services,
    #[serde(default)]
    restarted: usize,
}

impl Check for Unchanged {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::StartTimes)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return super::not_observed() };
        let before: Vec<&BaselineReplica> =
            world.baseline.iter().filter(|replica| self.services.contains(&replica.service)).collect();
        if before.is_empty() {
            return Verdict::not_yet(Text::new("check-unchanged-no-baseline"));
        }
        let now = |was: &BaselineReplica| stack.replicas.iter().find(|replica| replica.name == was.name);
        let changed: Vec<String> = before
            .iter()
            .filter_map(|was| now(was).filter(|replica| !is_same(was, replica)))
            .map(Replica::label)
            .collect();
        if let Some(down) = before.iter().filter_map(|was| now(was)).find(|replica| !replica.is_running()) {
            return Verdict::not_yet(
                Text::new("check-unchanged-down")
                    .with("replica", down.label())
                    .with("state", super::state(down)),
            )
            .settling();
        }
        self.compare(changed)
    }
}

impl Unchanged {
    fn compare(&self, changed: Vec<String>) -> Verdict {
        if changed.len() == self.restarted {
            return Verdict::pass(match changed.as_slice() {
                [] => Text::new("check-unchanged-pass"),
                _ => {
                    Text::new("check-unchanged-restarted").with("count", changed.len()).with("names", changed)
                }
            });
        }
        let message = match changed.as_slice() {
            [] => Text::new("check-unchanged-none-restarted").with("wanted", self.restarted),
            _ => Text::new("check-unchanged-too-many")
                .with("count", changed.len())
                .with("names", changed.clone()),
        };
        let verdict = Verdict::not_yet(message)
            .expected(Text::new("check-unchanged-expected").with("count", self.restarted))
            .observed(if changed.is_empty() {
                Text::new("check-none")
            } else {
                Text::verbatim(changed.join(", "))
            });
        verdict
    }
}

fn is_same(was: &BaselineReplica, now: &Replica) -> bool {
    was.id == now.id && now.started.map(crate::workspace::progress::unix_millis) == Some(was.started)
}
