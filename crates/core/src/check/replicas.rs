//! `replicas`: a service runs exactly so many replicas, each ready.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::CheckSpec;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::services::Services;
use crate::lesson::LessonFile;
use crate::verdict::Verdict;
use workshop_engine::{Detail, Health, Observed, Replica, State};
use workshop_text::Text;

/// `replicas = { service = "backend", equals = 3 }`: each of the services. Ready means running, and healthy where the
/// service has a health check. `hold` of the check says how long it must stay so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicas {
    #[serde(alias = "service")]
    services: Services,
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
    fn one(&self, stack: &Observed, service: &str) -> Option<Verdict> {
        let all: Vec<&Replica> = stack.of(service).collect();
        let verdict =
            self.count(stack, service, &all).or_else(|| troubled(service, &all)).or_else(|| starting(&all));
        let expected =
            Text::new("check-replicas-expected").with("service", service).with("count", self.equals);
        let observed = Text::new("check-replicas-observed").with("replicas", listing(&all));
        verdict.map(|verdict| verdict.expected(expected).observed(observed))
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

/// The services of which the lesson runs several replicas.
pub(super) fn scaled(lesson: &LessonFile) -> BTreeSet<String> {
    checks(lesson).filter(|check| check.equals > 1).flat_map(|check| check.services.to_vec()).collect()
}

/// How many replicas of each other service its file must start, where no check of its own says so.
pub(super) fn wanted(lesson: &LessonFile) -> BTreeMap<String, u32> {
    let scaled = scaled(lesson);
    let entries = || lesson.steps.iter().flat_map(|step| &step.checks);
    let told = |name: &str| {
        entries().any(|entry| matches!(&entry.spec, CheckSpec::Instances(check) if check.is_about(name)))
    };
    let all = checks(lesson).flat_map(|check| check.services.iter().map(|name| (name, check.equals)));
    all.filter(|(name, _)| !scaled.contains(*name) && !told(name))
        .filter_map(|(name, count)| Some((name.clone(), u32::try_from(count).ok()?)))
        .collect()
}

fn checks(lesson: &LessonFile) -> impl Iterator<Item = &Replicas> {
    lesson.steps.iter().flat_map(|step| &step.checks).filter_map(|entry| match &entry.spec {
        CheckSpec::Replicas(check) => Some(check),
        _ => None,
    })
}

/// A replica that will not get ready by waiting.
pub(super) fn troubled(service: &str, all: &[&Replica]) -> Option<Verdict> {
    let replica = all.iter().find(|replica| {
        matches!(replica.state, State::Exited(_) | State::Dead | State::Paused | State::Restarting)
            || replica.health == Health::Unhealthy
    })?;
    let verdict = Verdict::not_yet(
        Text::new("check-replicas-troubled")
            .with("replica", replica.label())
            .with("state", phrases::state(replica))
            .with("service", service),
    );
    // It may be on its way: restarting once, or unhealthy until the next health check.
    let hopeful = matches!(replica.state, State::Restarting | State::Running);
    Some(match replica.state {
        state if state.has_failed() => verdict.ended(replica),
        _ if hopeful => verdict.settling(),
        _ => verdict,
    })
}

fn starting(all: &[&Replica]) -> Option<Verdict> {
    let waiting: Vec<String> =
        all.iter().filter(|replica| !replica.is_ready()).map(|replica| replica.label()).collect();
    (!waiting.is_empty()).then(|| {
        let text = Text::new("check-replicas-starting").with("count", waiting.len());
        Verdict::not_yet(text.with("names", waiting)).settling()
    })
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
