//! `unchanged`: what ran at the start of the step runs on, with the start time it had.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::services::Services;
use crate::verdict::Verdict;
use crate::workspace::baseline::BaselineReplica;
use crate::workspace::moment::now_millis;
use workshop_engine::{Detail, Replica};
use workshop_text::Text;

/// Exactly `restarted` of the services' replicas were restarted or recreated since the step began, and all others
/// run on.
///
/// Compared with the replicas as they were at the start of the step (passed the step before, brought
/// there by `apply`, or seen there by a check that failed), those have another start time or another
/// container. Replicas that are gone because the service was scaled down are not counted.
///
/// ```toml
/// unchanged = { services = ["backend"], restarted = 1 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unchanged {
    #[serde(alias = "service")]
    services: Services,
    /// How many were restarted or recreated.
    #[serde(default)]
    restarted: usize,
}

impl Check for Unchanged {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::StartTimes)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return phrases::not_observed() };
        let before: Vec<&BaselineReplica> =
            world.baseline.iter().filter(|replica| self.services.contains(&replica.service)).collect();
        if before.is_empty() {
            return Verdict::not_yet(Text::new("check-unchanged-no-baseline"));
        }
        let now = |was: &BaselineReplica| stack.replicas.iter().find(|replica| replica.name == was.name);
        let changed: Vec<String> = before
            .iter()
            .filter_map(|was| now(was).filter(|replica| !was.is_same(replica)))
            .map(Replica::label)
            .collect();
        if let Some(down) = before.iter().filter_map(|was| now(was)).find(|replica| !replica.is_running()) {
            return Verdict::not_yet(
                Text::new("check-unchanged-down")
                    .with("replica", down.label())
                    .with("state", phrases::state(down)),
            )
            .settling();
        }
        let seen = before.iter().map(|was| was.seen).max().filter(|seen| *seen > 0);
        self.compare(changed, seen.map_or_else(|| Text::new("check-unchanged-earlier"), ago))
    }
}

impl Unchanged {
    fn compare(&self, changed: Vec<String>, since: Text) -> Verdict {
        if changed.len() == self.restarted {
            return Verdict::pass(match changed.as_slice() {
                [] => Text::new("check-unchanged-pass"),
                _ => {
                    Text::new("check-unchanged-restarted").with("count", changed.len()).with("names", changed)
                }
            });
        }
        let message = match changed.as_slice() {
            [] => Text::new("check-unchanged-none-restarted").with("since", since),
            _ => Text::new("check-unchanged-too-many")
                .with("count", changed.len())
                .with("names", changed.clone())
                .with("since", since),
        };
        Verdict::not_yet(message)
            .expected(Text::new("check-unchanged-expected").with("count", self.restarted))
            .observed(if changed.is_empty() {
                Text::new("check-none")
            } else {
                Text::verbatim(changed.join(", "))
            })
    }
}

/// How long that moment (Unix milliseconds) is past, in words.
fn ago(moment: u64) -> Text {
    let seconds = now_millis().saturating_sub(moment) / 1000;
    let (unit, count) = match seconds {
        0..120 => ("seconds", seconds),
        120..7200 => ("minutes", seconds / 60),
        7200..172_800 => ("hours", seconds / 3600),
        _ => ("days", seconds / 86400),
    };
    Text::new("check-unchanged-ago").with("unit", unit).with("count", count as usize)
}
