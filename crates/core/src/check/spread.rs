//! `spread`: every replica of a service gets its share of the traffic, proven twice: by the answers
//! (`X-Replica`) and by each replica's own log.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{BurstSpec, Probe};
use super::seen::{Burst, Hit, Seen};
use super::services::Services;
use crate::verdict::{Share, Verdict};
use workshop_engine::{Observed, Replica};
use workshop_text::Text;

/// No request fails, and each running replica answers its share.
///
/// Each gets at least `least_share` of an even share. With `silent` exactly so many replicas get
/// nothing at all, and that is what is to be seen.
///
/// ```toml
/// spread = { path = "/api/posts", requests = 60, service = "backend", least_share = 0.5 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Where the requests go.
    path: RequestPath,
    /// How many are sent.
    requests: u32,
    #[serde(alias = "service")]
    services: Services,
    /// The part of an even share that each has to get, 0 to 1.
    #[serde(default)]
    least_share: f64,
    /// How many replicas get nothing.
    #[serde(default)]
    silent: usize,
}

impl Check for Spread {
    fn needs(&self) -> Needs {
        let burst = BurstSpec::new(&self.path, self.requests);
        Needs::probe(Probe::Burst(burst.logged_by(&self.services)))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Burst(burst))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.not_well(stack) {
            return verdict;
        }
        let running = self.services.running(stack);
        if let Some(verdict) = phrases::failed_requests(&burst.hits) {
            return verdict.settling();
        }
        let counts = counts(&running, burst);
        let shares = shares(&running, &counts);
        let verdict = contradicted(&running, burst).or_else(|| match self.wants_silent() {
            true => Some(self.silence(world, stack, &running, &counts)),
            false => {
                self.left_out(world, stack, &running, &counts).or_else(|| self.starved(&running, &counts))
            }
        });
        verdict
            .unwrap_or_else(|| {
                Verdict::pass(
                    Text::new("check-spread-pass")
                        .with("count", running.len())
                        .with("requests", burst.hits.len()),
                )
            })
            .observed(Text::verbatim(figures(&shares)))
            .shares(shares)
    }
}

impl Spread {
    /// It is to be seen that some replicas get nothing.
    pub const fn wants_silent(&self) -> bool {
        self.silent > 0
    }

    /// So many as the lesson says got nothing, and why.
    fn silence(
        &self,
        world: &World<'_>,
        stack: &Observed,
        running: &[&Replica],
        counts: &BTreeMap<String, u32>,
    ) -> Verdict {
        let empty: Vec<&Replica> =
            running.iter().copied().filter(|r| !counts.contains_key(&r.label())).collect();
        let text = |key| {
            self.services
                .text(key)
                .with("silent", empty.len())
                .with("wanted", self.silent)
                .with("all", running.len())
        };
        if empty.len() != self.silent {
            return Verdict::not_yet(text("check-spread-not-silent")).settling();
        }
        let names: Vec<String> = empty.iter().map(|replica| replica.label()).collect();
        let reason = self.reason(world, stack, &empty);
        Verdict::pass(text("check-spread-silent").with("names", names).with("reason", reason))
    }

    /// Replicas that got nothing, and why where that can be seen.
    fn left_out(
        &self,
        world: &World<'_>,
        stack: &Observed,
        running: &[&Replica],
        counts: &BTreeMap<String, u32>,
    ) -> Option<Verdict> {
        let empty: Vec<&Replica> =
            running.iter().copied().filter(|r| !counts.contains_key(&r.label())).collect();
        if empty.is_empty() {
            return None;
        }
        let names: Vec<String> = empty.iter().map(|replica| replica.label()).collect();
        // One name that is never looked up again does not come to have more addresses by waiting.
        let hopeless =
            self.services.len() == 1 && world.app.resolves_again(self.path.as_str()) == Some(false);
        let reason = self.reason(world, stack, &empty);
        let message = self
            .services
            .text("check-spread-left-out")
            .with("count", empty.len())
            .with("all", running.len())
            .with("names", names)
            .with("reason", reason);
        let verdict = Verdict::not_yet(message).expected(self.expected(running.len()));
        Some(if hopeless { verdict } else { verdict.settling() })
    }

    /// A name that nginx resolved once, at its start, does not know replicas that came later.
    fn reason(&self, world: &World<'_>, stack: &Observed, empty: &[&Replica]) -> Text {
        let entry =
            world.app.files.entry().and_then(|name| stack.of(name).find(|replica| replica.is_running()));
        let came_later =
            entry.is_some_and(|entry| empty.iter().all(|replica| replica.created > entry.created));
        let about = |key| Text::new(key).with("service", empty[0].service.as_str());
        match (world.app.resolves_again(self.path.as_str()), came_later, self.services.len()) {
            (Some(false), true, 1) => about("check-spread-stale-name"),
            (Some(false), false, 1) => about("check-spread-resolved-once"),
            (Some(false), true, _) => about("check-spread-stale-server")
                .with("entry", entry.map_or("", |entry| entry.service.as_str())),
            _ => Text::new("check-spread-unknown-reason").with("file", world.app.files.nginx_path()),
        }
    }

    fn starved(&self, running: &[&Replica], counts: &BTreeMap<String, u32>) -> Option<Verdict> {
        let even = f64::from(self.requests) / running.len() as f64;
        let least = (even * self.least_share).floor();
        let (name, count) = counts.iter().find(|(_, count)| f64::from(**count) < least)?;
        let message = Text::new("check-spread-starved").with("replica", name.as_str()).with("count", *count);
        // One that rests after a failure and comes back in the middle has less than its share.
        Some(Verdict::not_yet(message).expected(self.expected(running.len())).settling())
    }

    fn expected(&self, replicas: usize) -> Text {
        let least = (f64::from(self.requests) / replicas as f64 * self.least_share).floor() as i64;
        Text::new("check-spread-expected").with("count", least)
    }
}

/// Replica label → requests that it answered, by the answers' own header, else by its log.
fn counts(running: &[&Replica], burst: &Burst) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for hit in &burst.hits {
        let by_header = running.iter().find(|replica| hit.replica.as_ref() == Some(&replica.hostname));
        let label = by_header.map(|replica| replica.label()).or_else(|| logged_by(burst, hit));
        if let Some(label) = label {
            *counts.entry(label).or_insert(0) += 1;
        }
    }
    counts
}

fn logged_by(burst: &Burst, hit: &Hit) -> Option<String> {
    burst.logged.iter().find(|(_, ids)| ids.contains_key(&hit.id)).map(|(label, _)| label.clone())
}

fn shares(running: &[&Replica], counts: &BTreeMap<String, u32>) -> Vec<Share> {
    running
        .iter()
        .map(|replica| Share {
            label: replica.label(),
            count: counts.get(&replica.label()).copied().unwrap_or(0),
        })
        .collect()
}

/// `20/20/20`
fn figures(shares: &[Share]) -> String {
    shares.iter().map(|share| share.count.to_string()).collect::<Vec<_>>().join("/")
}

/// An answer that names a replica whose log does not know the request.
fn contradicted(running: &[&Replica], burst: &Burst) -> Option<Verdict> {
    let missing: Vec<&Hit> = burst
        .hits
        .iter()
        .filter(|hit| {
            let named = running.iter().find(|replica| hit.replica.as_ref() == Some(&replica.hostname));
            let ids = named.and_then(|replica| burst.logged.get(&replica.label()));
            !ids.is_some_and(|ids| ids.contains_key(&hit.id))
        })
        .collect();
    let first = missing.first()?;
    if let Some((replica, line)) = missing.iter().find_map(|hit| burst.run_together(&hit.id)) {
        return Some(phrases::run_together(replica, line));
    }
    let message = Text::new("check-spread-not-logged")
        .with("count", missing.len())
        .with("replica", first.replica.clone().unwrap_or_else(|| "?".to_owned()))
        .with("id", first.id.as_str());
    Some(Verdict::not_yet(message).settling())
}
