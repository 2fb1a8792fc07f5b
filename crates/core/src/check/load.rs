//! `load`: what the servers do under load as they stand, and whether they were the limit.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, ScalingSpec, Servers};
use super::scaling::{self, Group};
use super::seen::{Measured, Seen};
use super::values::Time;
use crate::verdict::{Table, Verdict};
use workshop_load::Stage;
use workshop_text::Text;

/// A server that used this share of its CPU limit was at it: the engine takes its looks a little
/// inside of the measured time.
const AT_ITS_LIMIT: f64 = 0.75;

/// `load = { services = ["api-server"], path = "/{code}", prepare = [ … ], connections = 128,
/// seconds = 4, at_limit = true }`: one load on the servers as they are. Passes where all but one in
/// a hundred requests were answered; with `at_limit` only where each of the services used up the CPU
/// that its file grants it; with `p99_at_most` only where 99 of 100 answers took no longer.
/// `shorten = 42` in the place of `connections` and `seconds` is the standard profile in that part of
/// its seven minutes. `headers` go with each request; `answered_by = "X-Database"` is the header of an
/// answer that names the service which gave it, where `X-Replica` names another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    services: Vec<String>,
    #[serde(default)]
    prepare: Vec<RequestSpec>,
    path: RequestPath,
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    answered_by: Option<Header>,
    #[serde(default = "one")]
    connections: u32,
    #[serde(default)]
    seconds: u32,
    shorten: Option<u32>,
    #[serde(default)]
    at_limit: bool,
    p99_at_most: Option<Time>,
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
        let verdict = scaling::failing(&group)
            .or_else(|| scaling::left_out(&group, count))
            .or_else(|| self.slow(&group))
            .or_else(|| self.idle(world, &group).map(|idle| scaling::saturated(&group).unwrap_or(idle)))
            .unwrap_or_else(|| Verdict::pass(figures("check-load-pass", &group)));
        verdict.shares(group.shares()).tables(vec![overview(run), scaling::by_part(&[(count, &group)])])
    }
}

impl Load {
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
