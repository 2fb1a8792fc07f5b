//! `replicas`: a service runs exactly so many replicas, each ready.

use serde::Deserialize;

use super::{Check, Needs, Verdict, World};
use crate::engine::{Detail, Health, Observed, Replica, State};
use crate::text::Text;

/// `replicas = { service = "backend", equals = 3 }`. Ready means running, and healthy where the
/// service has a health check. `hold` of the check says how long it must stay so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicas {
    service: String,
    equals: usize,
}

impl Check for Replicas {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::Listing)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return super::not_observed() };
        let all: Vec<&Replica> = stack.of(&self.service).collect();
        let verdict = self.count(stack, &all).or_else(|| self.troubled(&all)).or_else(|| self.starting(&all));
        verdict.unwrap_or_else(|| {
            Verdict::pass(
                Text::new("check-replicas-pass").with("service", self.service.as_str()).with("count", self.equals),
            )
        })
    }
}

impl Replicas {
    fn count(&self, stack: &Observed, all: &[&Replica]) -> Option<Verdict> {
        let present = all.iter().filter(|replica| !matches!(replica.state, State::Removing)).count();
        if present == self.equals {
            return None;
        }
        let message = match present {
            0 if stack.replicas.is_empty() => Text::new("check-stack-not-running"),
            0 => Text::new("check-replicas-none").with("service", self.service.as_str()),
            _ => Text::new("check-replicas-count")
                .with("service", self.service.as_str())
                .with("count", present)
                .with("wanted", self.equals),
        };
        let verdict = Verdict::not_yet(message)
            .expected(self.expected())
            .observed(Text::new("check-replicas-observed").with("replicas", listing(all)));
        let moving = all.iter().any(|replica| matches!(replica.state, State::Removing | State::Created));
        Some(if moving { verdict.settling() } else { verdict })
    }

    /// A replica that will not get ready by waiting.
    fn troubled(&self, all: &[&Replica]) -> Option<Verdict> {
        let replica = all.iter().find(|replica| {
            matches!(
                replica.state,
                State::Exited(_) | State::Dead | State::Paused | State::Restarting
            ) || replica.health == Health::Unhealthy
        })?;
        let verdict = Verdict::not_yet(
            Text::new("check-replicas-troubled")
                .with("replica", replica.label())
                .with("state", super::state(replica))
                .with("service", self.service.as_str()),
        )
        .expected(self.expected())
        .observed(Text::new("check-replicas-observed").with("replicas", listing(all)));
        // It may be on its way: restarting once, or unhealthy until the next health check.
        let hopeful = matches!(replica.state, State::Restarting | State::Running);
        Some(if hopeful { verdict.settling() } else { verdict })
    }

    fn starting(&self, all: &[&Replica]) -> Option<Verdict> {
        let waiting: Vec<String> =
            all.iter().filter(|replica| !replica.is_ready()).map(|replica| replica.label()).collect();
        (!waiting.is_empty()).then(|| {
            Verdict::not_yet(Text::new("check-replicas-starting").with("count", waiting.len()).with("names", waiting))
                .expected(self.expected())
                .observed(Text::new("check-replicas-observed").with("replicas", listing(all)))
                .settling()
        })
    }

    fn expected(&self) -> Text {
        Text::new("check-replicas-expected").with("service", self.service.as_str()).with("count", self.equals)
    }
}

/// `backend-1 running, backend-2 exited (1)`, as data for a text.
fn listing(all: &[&Replica]) -> Text {
    match all {
        [] => Text::new("check-none"),
        _ => super::join(
            all.iter()
                .map(|replica| {
                    Text::new("check-replica-state").with("name", replica.label()).with("state", super::state(replica))
                })
                .collect(),
        ),
    }
}
