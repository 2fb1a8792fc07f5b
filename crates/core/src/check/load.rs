//! `load`: what the servers do under load as they stand, and whether they were the limit.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, ScalingSpec, Servers};
use super::scaling::{self, Group};
use super::seen::{Measured, Seen};
use super::values::Time;
use crate::verdict::{Table, Verdict};
use workshop_load::threshold::{self, ThresholdError};
use workshop_load::{Stage, Threshold};
use workshop_text::{Text, refused};

/// A server that used this share of its CPU limit was at it: the engine takes its looks a little
/// inside of the measured time.
const AT_ITS_LIMIT: f64 = 0.75;

/// Of one load on the servers as they are, all but one in a hundred requests are answered, or the
/// thresholds that are given are kept.
///
/// `shorten` in the place of `connections` and `seconds` is the standard profile in that part of its
/// seven minutes.
///
/// ```toml
/// load = { services = ["api-server"], path = "/", connections = 128, seconds = 4, at_limit = true }
/// ```
///
/// ```toml
/// load = { services = ["api-server"], path = "/", connections = 32, seconds = 4, thresholds = ["p95<200ms", "errors<1%"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The services that bear it.
    services: Vec<String>,
    /// Requests before it, whose kept values may stand in `path`.
    #[serde(default)]
    prepare: Vec<RequestSpec>,
    /// Where the load goes.
    path: RequestPath,
    /// What each request is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    /// The answer's header that names the service which gave it, where `X-Replica` names another one.
    answered_by: Option<Header>,
    /// How many are open at a time.
    #[serde(default = "one")]
    connections: u32,
    /// How long it takes.
    #[serde(default)]
    seconds: u32,
    /// The standard profile, so many times shorter.
    shorten: Option<u32>,
    /// Each of the services must have used up the CPU that its file grants it.
    #[serde(default)]
    at_limit: bool,
    /// 99 of 100 answers took no longer.
    p99_at_most: Option<Time>,
    /// What the run must keep, as `workshop load --threshold` has it: a measure (`p50`, `p90`, `p95`,
    /// `p99`, `p99.9`, `max`, `mean`, `errors`, `rate`), a comparison, a limit. In the place of the
    /// one request in a hundred that may fail.
    #[serde(default, deserialize_with = "thresholds")]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    thresholds: Vec<Threshold>,
}

fn thresholds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Threshold>, D::Error> {
    refused::read_all(deserializer, |text| text.parse().map_err(|error: ThresholdError| error.text()))
}

const fn one() -> u32 {
    1
}

impl Check for Load {
    fn needs(&self) -> Needs {
        let stages = self.shorten.map(|by| Stage::shortened(Stage::standard(), by));
        let time = stages.map(|stages| stages.iter().map(|stage| stage.takes).sum());
        Needs::probe(Probe::Scaling(ScalingSpec {
            servers: Servers::AsTheyAre(self.services.clone()),
            prepare: self.prepare.clone(),
            method: "GET".to_owned(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            answered_by: self.answered_by.clone(),
            json: None,
            connections: self.connections,
            profile: self.shorten,
            time: time.unwrap_or(Duration::from_secs(self.seconds.into())),
            rounds: 1,
            refresh: Vec::new(),
            thresholds: self.thresholds.clone(),
        }))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let runs = match world.seen {
            Some(Seen::Scaling(runs)) => runs,
            Some(Seen::ProbeFailed(failure)) => {
                return Verdict::environment(failure.text.clone()).lines(failure.lines.clone());
            }
            other => return phrases::not_asked(other),
        };
        let count = self.services.len();
        let (Some(group), Some(run)) = (Group::of(runs, count), runs.first()) else {
            return phrases::not_observed();
        };
        let verdict = self
            .broken(run)
            .or_else(|| scaling::failing(&group).filter(|_| self.thresholds.is_empty()))
            .or_else(|| scaling::left_out(&group, count))
            .or_else(|| self.slow(&group))
            .or_else(|| self.idle(world, &group).map(|idle| scaling::saturated(&group).unwrap_or(idle)))
            .unwrap_or_else(|| Verdict::pass(figures("check-load-pass", &group)));
        verdict.shares(group.shares()).tables(vec![overview(run), scaling::by_part(&[(count, &group)])])
    }
}

impl Load {
    /// The first threshold that the run did not keep.
    fn broken(&self, run: &Measured) -> Option<Verdict> {
        let broken = run.kept.iter().find(|outcome| !outcome.met)?;
        let seen = match broken.seen {
            threshold::Seen::Time(time) => scaling::millis(time),
            threshold::Seen::Share(share) => format!("{:.1}%", share * 100.0),
            threshold::Seen::Number(number) => format!("{number:.1}"),
            threshold::Seen::Nothing => "-".to_owned(),
        };
        let text = Text::new("check-load-threshold").with("threshold", broken.source.as_str());
        let verdict = Verdict::not_yet(text.with("seen", seen.as_str()));
        Some(
            verdict.expected(Text::verbatim(broken.source.clone())).observed(Text::verbatim(seen)).settling(),
        )
    }

    fn slow(&self, group: &Group) -> Option<Verdict> {
        let most = self.p99_at_most?.0;
        (group.p99 > most).then(|| {
            Verdict::not_yet(figures("check-load-slow", group))
                .expected(Text::verbatim(format!("p99 <= {}", scaling::millis(most))))
                .settling()
        })
    }

    /// One of the services that had CPU left, where none was to have any.
    fn idle(&self, world: &World<'_>, group: &Group) -> Option<Verdict> {
        let wanted = |name: &str| Some(world.app.service(name).ok()?.1.cpus.as_ref()?.value);
        let used = |name: &str| {
            let of_it = |label: &&String| label.rsplit_once('-').is_some_and(|(service, _)| service == name);
            group.cpu.iter().filter(|(label, _)| of_it(label)).map(|(_, cores)| cores).sum::<f64>()
        };
        self.services.iter().filter(|_| self.at_limit).find_map(|name| {
            let (Some(limit), used) = (wanted(name), used(name)) else {
                return Some(Verdict::not_yet(
                    Text::new("check-cpu-limit-missing").with("service", name.as_str()),
                ));
            };
            (used < limit * AT_ITS_LIMIT).then(|| {
                let text = Text::new("check-load-idle").with("service", name.as_str());
                Verdict::not_yet(text.with("cores", format!("{used:.2}")))
                    .expected(Text::verbatim(format!("{limit:.2}")))
                    .observed(Text::verbatim(format!("{used:.2}")))
                    .settling()
            })
        })
    }
}

/// A message with what was measured.
fn figures(key: &'static str, group: &Group) -> Text {
    Text::new(key)
        .with("rate", format!("{:.0}", group.throughput))
        .with("p50", scaling::millis(group.p50))
        .with("p99", scaling::millis(group.p99))
        .with("failed", group.errors)
        .with("count", group.requests)
}

fn overview(run: &Measured) -> Table {
    let head = [
        "check-scaling-head-servers",
        "check-scaling-head-rate",
        "check-load-head-p50",
        "check-scaling-head-p99",
        "check-scaling-head-errors",
    ];
    let row = vec![
        run.servers.to_string(),
        format!("{:.0}", run.throughput),
        scaling::millis(run.p50),
        scaling::millis(run.p99),
        run.errors.to_string(),
    ];
    Table { head: head.map(Text::new).to_vec(), rows: vec![row] }
}
