//! `logs`: what each replica of a service has written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{BurstSpec, OWN_REQUEST, Probe};
use super::seen::{Seen, has_two_requests};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::Replica;
use workshop_text::Text;

/// Every replica of the services has written such a line, and a line of each is shown.
///
/// ```toml
/// logs = { service = "backend", contains = ["GET /api/posts"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Logs {
    #[serde(alias = "service")]
    services: Services,
    /// The line must have all of these, and be no request of the runner's own.
    #[serde(default)]
    contains: Vec<String>,
    /// The line must have none of these.
    #[serde(default)]
    without: Vec<String>,
    /// So many replicas are enough; all where it does not say.
    replicas: Option<usize>,
    /// How many lines of each.
    #[serde(default = "one")]
    lines: usize,
    /// New lines, of requests that are sent to this path now.
    live: Option<RequestPath>,
}

const fn one() -> usize {
    1
}

/// Requests that a live check sends: enough for a few at each replica of a small service.
const LIVE_REQUESTS: u32 = 40;

impl Check for Logs {
    fn needs(&self) -> Needs {
        Needs::probe(match &self.live {
            Some(path) => Probe::Burst(BurstSpec::new(path, LIVE_REQUESTS).logged_by(&self.services)),
            None => Probe::Logs { services: self.services.to_vec() },
        })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return phrases::not_asked(world.seen) };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        let running = self.services.running(stack);
        let all: BTreeMap<&String, Vec<&String>> = match world.seen {
            Some(Seen::Logs(logs)) => logs
                .iter()
                .map(|(label, lines)| (label, lines.iter().map(|line| &line.text).collect()))
                .collect(),
            Some(Seen::Burst(burst)) => {
                burst.logged.iter().map(|(label, ids)| (label, ids.values().collect())).collect()
            }
            other => return phrases::not_asked(other),
        };
        let wanted = |lines: &[&String]| -> Vec<String> {
            lines.iter().filter(|line| self.wants(line)).map(|line| (*line).clone()).collect()
        };
        let found = all.iter().map(|(label, lines)| ((*label).clone(), wanted(lines))).collect();
        let verdict = self.compare(&running, &found);
        // The line that is missing may be the second half of another one.
        let mut lines = all.iter().flat_map(|(label, lines)| lines.iter().map(move |line| (*label, *line)));
        match lines.find(|(_, line)| has_two_requests(line)) {
            Some((label, line)) if !verdict.is_pass() => phrases::run_together(label, line),
            _ => verdict,
        }
    }
}

impl Logs {
    /// A check of lines that are there already passes over the runner's own.
    fn wants(&self, line: &str) -> bool {
        let own = self.live.is_none() && !self.contains.is_empty() && line.contains(OWN_REQUEST);
        !own && self.has(line)
    }

    fn has(&self, line: &str) -> bool {
        self.contains.iter().all(|part| line.contains(part.as_str()))
            && !self.without.iter().any(|part| line.contains(part.as_str()))
    }

    fn compare(&self, running: &[&Replica], found: &BTreeMap<String, Vec<String>>) -> Verdict {
        let has = |replica: &&Replica| found.get(&replica.label()).is_some_and(|lines| !lines.is_empty());
        let (with, without): (Vec<&Replica>, Vec<&Replica>) = running.iter().copied().partition(has);
        let wanted = self.replicas.unwrap_or(running.len());
        if with.len() >= wanted {
            if self.live.is_some() && !self.contains.is_empty() {
                let text = Text::new("check-logs-live-has").with("count", with.len());
                return Verdict::pass(text.with("seen", self.seen(found)));
            }
            let key = if self.live.is_some() { "check-logs-live-pass" } else { "check-logs-pass" };
            let message = Text::new(key).with("count", with.len());
            return Verdict::pass(message).lines(self.sample(found));
        }
        let names: Vec<String> = without.iter().map(|replica| replica.label()).collect();
        let message = match (&self.live, self.contains.as_slice()) {
            (Some(_), []) => Text::new("check-logs-live-silent").with("names", names),
            (Some(_), parts) => Text::new("check-logs-live-lacks")
                .with("names", names)
                .with("parts", parts.join(" ").trim().to_owned()),
            (None, []) => Text::new("check-logs-silent").with("names", names),
            (None, parts) => Text::new("check-logs-missing")
                .with("count", with.len())
                .with("wanted", wanted)
                .with("parts", parts.join(" ").trim().to_owned()),
        };
        Verdict::not_yet(message)
            .expected(Text::new("check-logs-expected").with("count", wanted))
            .observed(Text::new("check-logs-observed").with("count", with.len()))
            .lines(self.sample(found))
            .settling()
    }

    /// The words that were wanted, as the latest line of each replica has them: the line itself is long.
    fn seen(&self, found: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let wanted = |word: &&str| self.contains.iter().any(|part| word.contains(part.trim()));
        let said = |(label, lines): (&String, &Vec<String>)| {
            let words: Vec<&str> = lines.last()?.split(' ').filter(wanted).collect();
            Some(format!("{label} {}", words.join(" ")))
        };
        found.iter().filter_map(said).collect()
    }

    /// The latest lines of each replica, with its name before them.
    fn sample(&self, found: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let latest = |lines: &[String]| lines[lines.len().saturating_sub(self.lines)..].to_vec();
        found
            .iter()
            .flat_map(|(label, lines)| latest(lines).into_iter().map(move |line| format!("{label}  {line}")))
            .collect()
    }
}
