//! `scaling`: twice the servers, twice the throughput? Measured, and judged only where the machine
//! that measures was not the limit itself.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::address::{Header, RequestPath};
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, Scale, ScalingSpec, Servers};
use super::seen::{Measured, Seen};
use crate::verdict::{Share, Table, Verdict};
use workshop_engine::StackCommand;
use workshop_text::Text;

/// A generator that was this busy was the limit.
const GENERATOR: f64 = 0.9;
/// The same of the machine: processes that wait for each other seldom fill the last of its cores.
const HOST: f64 = 0.8;
/// More failed requests than this share are no measurement.
const TOO_MANY_ERRORS: f64 = 0.01;
/// A server that answers less than this share of an even one is left out.
const LEFT_OUT: f64 = 0.05;
/// Servers that use less than this share of the CPU that one used alone wait for something.
const WAITING: f64 = 0.85;

/// What is wanted of a straight line where a lesson does not say.
const LEAST_SHARE: f64 = 0.8;

/// Throughput grows with the servers, or does not, as asked for.
///
/// The same load on the first member alone and on all of them, `rounds` times each and interleaved, so
/// that a machine that drifts does not decide. One of `members` and `scale`, and one of `least_share`
/// and `most_gain` stand there.
///
/// ```toml
/// scaling = { members = ["api-server-1", "api-server-2"], path = "/", connections = 32, seconds = 5, rounds = 2, least_share = 0.8 }
/// ```
///
/// ```toml
/// scaling = { scale = { service = "backend", replicas = 3 }, path = "/", connections = 32, seconds = 5, rounds = 2, most_gain = 1.3 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// The services that are compared: the first alone, and all of them.
    #[serde(default, deserialize_with = "super::services::names")]
    members: Vec<String>,
    /// In the place of `members`: one replica is compared with so many.
    scale: Option<Scale>,
    /// Requests before it, whose kept values may stand in `path`.
    #[serde(default)]
    prepare: Vec<RequestSpec>,
    /// What the load sends.
    #[serde(default = "super::probe::get", deserialize_with = "super::address::method")]
    #[cfg_attr(test, schemars(schema_with = "crate::reference::schema::methods"))]
    method: String,
    /// Where it goes.
    path: RequestPath,
    /// What each request is sent with.
    #[serde(default, deserialize_with = "super::address::own_headers")]
    headers: BTreeMap<Header, String>,
    /// The answer's header that names the service which gave it, where `X-Replica` names another one.
    answered_by: Option<Header>,
    /// The body of each request, in which `{counter}` is the request's number.
    json: Option<Value>,
    /// How many are open at a time.
    connections: u32,
    /// How long one round takes.
    seconds: u32,
    /// How often each is measured.
    rounds: u32,
    /// Commands once servers came (back).
    #[serde(default)]
    refresh: Vec<StackCommand>,
    /// The median throughput grew by at least that part of what it would have grown to in a straight
    /// line.
    least_share: Option<f64>,
    /// It grew to no more than so many times: all share what is the limit.
    most_gain: Option<f64>,
}

/// What is to come of it.
enum Goal {
    /// At least this share of a straight line.
    LeastShare(f64),
    /// At most so many times of what one does.
    MostGain(f64),
}

impl Check for Scaling {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Scaling(ScalingSpec {
            servers: self.servers(),
            prepare: self.prepare.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            answered_by: self.answered_by.clone(),
            json: self.json.clone(),
            connections: self.connections,
            profile: None,
            time: Duration::from_secs(self.seconds.into()),
            rounds: self.rounds,
            refresh: self.refresh.clone(),
            thresholds: Vec::new(),
        }))
    }

    fn commands(&self) -> Vec<StackCommand> {
        self.servers().commands().into_iter().chain(self.refresh.iter().cloned()).collect()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        match world.seen {
            Some(Seen::Scaling(runs)) => self.compare(runs),
            Some(Seen::ProbeFailed(failure)) => {
                Verdict::environment(failure.text.clone()).lines(failure.lines.clone())
            }
            other => phrases::not_asked(other),
        }
    }
}

impl Scaling {
    /// What is run once servers came (back).
    pub fn refresh(&self) -> &[StackCommand] {
        &self.refresh
    }

    fn servers(&self) -> Servers {
        match &self.scale {
            Some(scale) => Servers::Scaled(scale.clone()),
            None => Servers::Members(self.members.clone()),
        }
    }

    /// `least_share` where the lesson says neither.
    fn goal(&self) -> Goal {
        self.most_gain.map_or(Goal::LeastShare(self.least_share.unwrap_or(LEAST_SHARE)), Goal::MostGain)
    }

    fn compare(&self, runs: &[Measured]) -> Verdict {
        let all = self.servers().count();
        let (Some(alone), Some(together)) = (Group::of(runs, 1), Group::of(runs, all)) else {
            return phrases::not_observed();
        };
        let gain = together.throughput / alone.throughput.max(f64::MIN_POSITIVE);
        let unfit = failing(&alone).or_else(|| failing(&together)).or_else(|| left_out(&together, all));
        let (verdict, wanted) = match self.goal() {
            Goal::LeastShare(share) => (
                unfit
                    .or_else(|| enough(share, gain, all))
                    .or_else(|| saturated(&together))
                    .unwrap_or_else(|| short(&alone, &together, gain, all)),
                Text::new("check-scaling-expected")
                    .with("gain", times(share * all as f64))
                    .with("percent", percent(share)),
            ),
            Goal::MostGain(most) => (
                unfit.unwrap_or_else(|| held(most, gain, all)),
                Text::new("check-scaling-held-expected").with("gain", times(most)),
            ),
        };
        let observed = Text::new("check-scaling-observed").with("gain", times(gain)).with("count", all);
        verdict
            .expected(wanted)
            .observed(observed)
            .shares(together.shares())
            .tables(vec![overview(&alone, &together, gain, all), by_part(&[(1, &alone), (all, &together)])])
    }
}

fn enough(least: f64, gain: f64, all: usize) -> Option<Verdict> {
    let share = gain / all as f64;
    (share >= least).then(|| {
        let text = Text::new("check-scaling-pass").with("count", all).with("gain", times(gain));
        Verdict::pass(text.with("percent", percent(share)))
    })
}

/// Whether what all of them share held them up, as it was to.
fn held(most: f64, gain: f64, all: usize) -> Verdict {
    let text = |key| Text::new(key).with("count", all).with("gain", times(gain));
    match gain <= most {
        true => Verdict::pass(text("check-scaling-held")),
        false => Verdict::not_yet(text("check-scaling-not-held")).settling(),
    }
}

/// The runs with the same number of servers, taken together.
pub(super) struct Group {
    /// Good answers a second: the median of the runs.
    pub throughput: f64,
    /// The median of the runs.
    pub p50: Duration,
    /// The median of the runs.
    pub p99: Duration,
    pub requests: u64,
    pub errors: u64,
    /// Requests answered, by server.
    answered: BTreeMap<String, u64>,
    /// Cores used, by replica: the mean of the runs.
    pub cpu: BTreeMap<String, f64>,
    /// The median of the runs, 0 to 1; 0 where it is not known.
    generator: f64,
    host: f64,
}

impl Group {
    pub(super) fn of(runs: &[Measured], servers: usize) -> Option<Self> {
        let runs: Vec<&Measured> = runs.iter().filter(|run| run.servers == servers).collect();
        let count = runs.len() as f64;
        let (mut answered, mut cpu) = (BTreeMap::new(), BTreeMap::new());
        for run in &runs {
            for (label, requests) in &run.answered {
                *answered.entry(label.clone()).or_default() += requests;
            }
            for (label, cores) in &run.cpu {
                *cpu.entry(label.clone()).or_default() += cores / count;
            }
        }
        let busy = |of: fn(&Measured) -> Option<f64>| {
            median(runs.iter().filter_map(|run| of(run)).collect()).unwrap_or(0.0)
        };
        let time = |of: fn(&Measured) -> Duration| {
            Some(Duration::from_secs_f64(median(runs.iter().map(|run| of(run).as_secs_f64()).collect())?))
        };
        Some(Self {
            throughput: median(runs.iter().map(|run| run.throughput).collect())?,
            p50: time(|run| run.p50)?,
            p99: time(|run| run.p99)?,
            requests: runs.iter().map(|run| run.requests).sum(),
            errors: runs.iter().map(|run| run.errors).sum(),
            answered,
            cpu,
            generator: busy(|run| run.generator),
            host: busy(|run| run.host),
        })
    }

    pub(super) fn shares(&self) -> Vec<Share> {
        let share = |(label, count): (&String, &u64)| Share {
            label: label.clone(),
            count: u32::try_from(*count).unwrap_or(u32::MAX),
        };
        self.answered.iter().map(share).collect()
    }

    /// Cores that the servers themselves used, each on average.
    fn each(&self) -> Option<f64> {
        let used: Vec<f64> = self.answered.keys().filter_map(|label| self.cpu.get(label).copied()).collect();
        (!used.is_empty()).then(|| used.iter().sum::<f64>() / used.len() as f64)
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[values.len() / 2 - 1], upper) })
}

/// Requests that fail quickly would count as throughput elsewhere: here they end it.
pub(super) fn failing(group: &Group) -> Option<Verdict> {
    let share = group.errors as f64 / group.requests.max(1) as f64;
    (group.requests == 0 || share > TOO_MANY_ERRORS).then(|| {
        let text = Text::new("check-requests-failed").with("count", group.errors).with("all", group.requests);
        Verdict::not_yet(text)
    })
}

/// A server that took no part: then it is not two that were measured.
pub(super) fn left_out(together: &Group, all: usize) -> Option<Verdict> {
    let even = together.answered.values().sum::<u64>() as f64 / all as f64;
    let idle = |count: &u64| (*count as f64) < even * LEFT_OUT;
    let mut names: Vec<String> =
        together.answered.iter().filter(|(_, count)| idle(count)).map(|(label, _)| label.clone()).collect();
    names.dedup();
    (!names.is_empty()).then(|| Verdict::not_yet(Text::new("check-scaling-left-out").with("names", names)))
}

/// The one who measures was at its end: nothing is known of the servers.
pub(super) fn saturated(together: &Group) -> Option<Verdict> {
    // The other program may be done by the next time.
    let verdict = |text: Text| Some(Verdict::environment(text).settling());
    if together.generator >= GENERATOR {
        return verdict(Text::new("check-scaling-generator").with("percent", percent(together.generator)));
    }
    if together.host >= HOST {
        let most = together.cpu.iter().max_by(|one, other| one.1.total_cmp(other.1));
        let part = most.map_or_else(|| "?".to_owned(), |(label, _)| label.clone());
        let text = Text::new("check-scaling-host").with("percent", percent(together.host));
        return verdict(text.with("part", part));
    }
    None
}

/// It did not scale, and there was CPU left to measure with.
fn short(alone: &Group, together: &Group, gain: f64, all: usize) -> Verdict {
    let text = |key| Text::new(key).with("gain", times(gain)).with("count", all);
    let waiting = match (alone.each(), together.each()) {
        (Some(alone), Some(together)) => together < alone * WAITING,
        _ => false,
    };
    // Before servers are blamed, a check that has the time measures once more.
    Verdict::not_yet(text(if waiting { "check-scaling-waiting" } else { "check-scaling-short" })).settling()
}

fn overview(alone: &Group, together: &Group, gain: f64, all: usize) -> Table {
    let row = |servers: usize, group: &Group, gain: f64| {
        vec![
            servers.to_string(),
            format!("{:.0}", group.throughput),
            times(gain),
            millis(group.p99),
            group.errors.to_string(),
        ]
    };
    let head = [
        "check-scaling-head-servers",
        "check-scaling-head-rate",
        "check-scaling-head-gain",
        "check-scaling-head-p99",
        "check-scaling-head-errors",
    ];
    Table { head: head.map(Text::new).to_vec(), rows: vec![row(1, alone, 1.0), row(all, together, gain)] }
}

/// What each part used, in cores, with each number of servers.
pub(super) fn by_part(groups: &[(usize, &Group)]) -> Table {
    let mut labels: Vec<&String> = groups.iter().flat_map(|(_, group)| group.cpu.keys()).collect();
    labels.sort();
    labels.dedup();
    let cores = |group: &Group, label: &String| {
        group.cpu.get(label).map_or_else(|| "-".to_owned(), |cores| format!("{cores:.2}"))
    };
    let row = |name: &str, cell: &dyn Fn(&Group) -> String| {
        let cells = groups.iter().map(|(_, group)| cell(group));
        std::iter::once(name.to_owned()).chain(cells).collect::<Vec<String>>()
    };
    let mut rows: Vec<Vec<String>> =
        labels.into_iter().map(|label| row(label, &|group| cores(group, label))).collect();
    rows.push(row("workshop", &|group| percent(group.generator)));
    rows.push(row("host", &|group| percent(group.host)));
    let with = groups.iter().map(|(count, _)| Text::new("check-scaling-head-with").with("count", *count));
    Table { head: std::iter::once(Text::new("check-scaling-head-part")).chain(with).collect(), rows }
}

fn times(gain: f64) -> String {
    format!("{gain:.2}")
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

pub(super) fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Outcome;

    fn check() -> Scaling {
        toml::from_str(
            "members = [\"a\", \"b\"]\npath = \"/\"\nconnections = 8\nseconds = 1\nrounds = 2\nleast_share = 0.8",
        )
        .expect("a check")
    }

    /// A run with so many answers a second and so much CPU for each server.
    fn run(servers: usize, rate: f64, each: f64) -> Measured {
        let names: Vec<String> = ["a-1", "b-1"].iter().take(servers).map(|name| (*name).to_owned()).collect();
        Measured {
            servers,
            throughput: rate,
            p50: Duration::from_millis(5),
            p99: Duration::from_millis(20),
            requests: rate as u64,
            errors: 0,
            answered: names.iter().map(|name| (name.clone(), rate as u64 / servers as u64)).collect(),
            cpu: names.iter().map(|name| (name.clone(), each)).collect(),
            generator: Some(0.3),
            host: Some(0.6),
            kept: Vec::new(),
        }
    }

    fn judged(runs: &[Measured]) -> (Outcome, &'static str) {
        let verdict = check().compare(runs);
        assert_eq!(verdict.tables.len(), 2);
        (verdict.outcome, verdict.message.key)
    }

    #[test]
    fn linear_is_a_pass_and_a_drift_that_hits_both_does_not_matter() {
        let even = [run(2, 1900.0, 0.2), run(1, 1000.0, 0.2), run(1, 1010.0, 0.2), run(2, 1880.0, 0.2)];
        assert_eq!(judged(&even).0, Outcome::Pass);
        let drifting = [run(2, 1900.0, 0.2), run(1, 900.0, 0.2), run(1, 800.0, 0.2), run(2, 1400.0, 0.2)];
        assert_eq!(judged(&drifting).0, Outcome::Pass);
    }

    #[test]
    fn servers_that_wait_for_one_lock_are_told_from_servers_that_work() {
        let waiting = [run(2, 1050.0, 0.1), run(1, 1000.0, 0.2), run(1, 1000.0, 0.2), run(2, 1050.0, 0.1)];
        assert_eq!(judged(&waiting), (Outcome::NotYet, "check-scaling-waiting"));
        let working = [run(2, 1200.0, 0.2), run(1, 1000.0, 0.2)];
        assert_eq!(judged(&working), (Outcome::NotYet, "check-scaling-short"));
    }

    #[test]
    fn what_is_to_be_held_up_must_be() {
        let held: Scaling = toml::from_str(
            "members = [\"a\", \"b\"]\npath = \"/\"\nconnections = 8\nseconds = 1\nrounds = 1\nmost_gain = 1.3",
        )
        .expect("a check");
        let judged = |rate| held.compare(&[run(2, rate, 0.1), run(1, 1000.0, 0.2)]).outcome;
        assert_eq!((judged(1020.0), judged(1900.0)), (Outcome::Pass, Outcome::NotYet));
    }

    #[test]
    fn a_generator_or_a_machine_at_its_end_proves_nothing() {
        let mut runs = [run(2, 1100.0, 0.2), run(1, 1000.0, 0.2)];
        runs[0].generator = Some(0.97);
        assert_eq!(judged(&runs), (Outcome::Environment, "check-scaling-generator"));
        runs[0].generator = None;
        runs[0].host = Some(0.99);
        assert_eq!(judged(&runs), (Outcome::Environment, "check-scaling-host"));
        // Where it was enough all the same, it was enough.
        runs[0].throughput = 1900.0;
        assert_eq!(judged(&runs).0, Outcome::Pass);
    }

    #[test]
    fn a_server_that_took_no_part_is_named() {
        let mut runs = [run(2, 1900.0, 0.2), run(1, 1000.0, 0.2)];
        runs[0].answered.insert("b-1".to_owned(), 0);
        assert_eq!(judged(&runs), (Outcome::NotYet, "check-scaling-left-out"));
    }

    #[test]
    fn failed_requests_are_no_throughput() {
        let mut runs = [run(2, 1900.0, 0.2), run(1, 1000.0, 0.2)];
        runs[0].errors = 100;
        assert_eq!(judged(&runs), (Outcome::NotYet, "check-requests-failed"));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(median(vec![3.0, 1.0]), Some(2.0));
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }
}
