//! `replicas`: a service runs exactly so many replicas, each ready.

use std::time::Duration;

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::{Detail, Observed, Replica, State};
use workshop_text::Text;

/// Exactly so many replicas of each of the services run and are ready.
///
/// Ready means running, and healthy where the service has a health check. `hold` of the check says how
/// long it must stay so.
///
/// ```toml
/// replicas = { service = "backend", equals = 3 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Replicas {
    #[serde(alias = "service")]
    services: Services,
    /// How many.
    equals: usize,
}

impl Check for Replicas {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::Listing)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return phrases::not_observed() };
        let open: Vec<Verdict> =
            self.services.iter().filter_map(|service| self.one(stack, service)).collect();
        // What will not get right by waiting is said before what will.
        let worst = open.iter().position(|verdict| !verdict.settling).unwrap_or(0);
        let verdict = open.into_iter().nth(worst);
        verdict.unwrap_or_else(|| {
            Verdict::pass(self.services.text("check-replicas-pass").with("count", self.equals))
        })
    }
}

impl Replicas {
    /// Each of its services with the number of replicas that it wants.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&String, usize)> {
        self.services.iter().map(|service| (service, self.equals))
    }

    fn one(&self, stack: &Observed, service: &str) -> Option<Verdict> {
        let all: Vec<&Replica> = stack.of(service).collect();
        let verdict = self
            .count(stack, service, &all)
            .or_else(|| phrases::troubled(service, &all))
            .or_else(|| starting(stack, &all));
        let expected =
            Text::new("check-replicas-expected").with("service", service).with("count", self.equals);
        let observed = Text::new("check-replicas-observed").with("replicas", listing(&all));
        let troubles = all.iter().filter(|one| !one.is_ready());
        let troubles = troubles.filter_map(|one| Some(format!("{}: {}", one.label(), one.trouble.as_ref()?)));
        verdict.map(|verdict| verdict.expected(expected).observed(observed).lines(troubles.collect()))
    }

    fn count(&self, stack: &Observed, service: &str, all: &[&Replica]) -> Option<Verdict> {
        let present = all.iter().filter(|replica| !matches!(replica.state, State::Removing)).count();
        if present == self.equals {
            return None;
        }
        let message = match present {
            0 if stack.replicas.is_empty() => Text::new("check-stack-not-running"),
            0 => Text::new("check-replicas-none").with("service", service),
            _ => Text::new("check-replicas-count")
                .with("service", service)
                .with("count", present)
                .with("wanted", self.equals),
        };
        let moving = all.iter().any(|replica| matches!(replica.state, State::Removing | State::Created));
        let verdict = Verdict::not_yet(message);
        Some(if moving { verdict.settling() } else { verdict })
    }
}

fn starting(stack: &Observed, all: &[&Replica]) -> Option<Verdict> {
    let stays = |replica: &&Replica| replica.state != State::Removing;
    let late: Vec<&Replica> =
        all.iter().copied().filter(stays).filter(|replica| !replica.is_ready()).collect();
    if late.is_empty() {
        return None;
    }
    let left = late.iter().all(|replica| was_left(stack, replica));
    let key = if left { "check-replicas-left" } else { "check-replicas-starting" };
    let names: Vec<String> = late.iter().map(|replica| replica.label()).collect();
    let verdict = Verdict::not_yet(Text::new(key).with("count", late.len()).with("names", names));
    Some(if left { verdict } else { verdict.settling() })
}

/// Made, and not started since: the command that made it has given up on it.
fn was_left(stack: &Observed, replica: &Replica) -> bool {
    /// As long as a command may wait for what a replica depends on.
    const PATIENCE: Duration = Duration::from_secs(60);
    replica.state == State::Created
        && stack.at.duration_since(replica.created).is_ok_and(|age| age > PATIENCE)
}

/// `backend-1 running, backend-2 exited (1)`, as data for a text.
fn listing(all: &[&Replica]) -> Text {
    match all {
        [] => Text::new("check-none"),
        _ => phrases::join(
            all.iter()
                .map(|replica| {
                    Text::new("check-replica-state")
                        .with("name", replica.label())
                        .with("state", phrases::state(replica))
                })
                .collect(),
        ),
    }
}
