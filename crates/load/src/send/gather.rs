//! [`Gather`]: puts together what the threads hand over, while they run and at the end.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::tally::{SLICES, Slice, Totals, histogram};
use crate::machine::HostTimes;
use crate::plan::{Load, Plan};
use crate::report::{Percentiles, Progress, Report, Second, Usage};

/// When a run begins, is measured, and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    begin: Instant,
    measured: Instant,
    end: Instant,
}

impl Times {
    pub(super) fn new(plan: &Plan, begin: Instant) -> Self {
        let measured = begin + plan.warm_up;
        Self { begin, measured, end: measured + plan.measured() }
    }
}

pub(super) struct Gather {
    times: Times,
    planned_end: Instant,
    threads: usize,
    latency: Histogram<u64>,
    requests: u64,
    errors: u64,
    /// Seconds of which not every thread has handed everything over.
    open: BTreeMap<u32, OpenSecond>,
    /// The next slice that each thread hands over.
    next: Vec<u32>,
    seconds: Vec<Second>,
    totals: Vec<Totals>,
    host_before: Option<HostTimes>,
    host_busy: Option<f64>,
    looked: u8,
    /// What had ended, and when, over the last second.
    past: VecDeque<(Instant, u64)>,
}

#[derive(Default)]
struct OpenSecond {
    second: Second,
    latency: BTreeMap<u64, u64>,
    /// By thread.
    active: Vec<u32>,
}

impl Gather {
    pub(super) fn new(times: Times, threads: u32) -> Self {
        let threads = threads as usize;
        Self {
            times,
            planned_end: times.end,
            threads,
            latency: histogram(),
            requests: 0,
            errors: 0,
            open: BTreeMap::new(),
            next: vec![0; threads],
            seconds: Vec::new(),
            totals: Vec::new(),
            host_before: None,
            host_busy: None,
            looked: 0,
            past: VecDeque::new(),
        }
    }

    /// Takes what thread `part` handed over.
    pub(super) fn slice(&mut self, part: u32, slice: &Slice) {
        let part = part as usize;
        self.requests += slice.ended;
        self.errors += slice.failed;
        let at = slice.index / SLICES;
        let open = self.open.entry(at).or_default();
        open.second.at = at;
        open.second.requests += slice.ended;
        open.second.errors += slice.failed;
        open.active.resize(self.threads, 0);
        open.active[part] = slice.active;
        for (value, count) in &slice.latency {
            // Its own values fit.
            self.latency.saturating_record_n(*value, *count);
            *open.latency.entry(*value).or_default() += count;
        }
        self.next[part] = slice.index + 1;
        let complete = self.next.iter().min().map_or(0, |next| next / SLICES);
        self.close(complete);
    }

    /// Seconds before `until` will not change any more.
    fn close(&mut self, until: u32) {
        while let Some(entry) = self.open.first_entry().filter(|entry| *entry.key() < until) {
            let OpenSecond { mut second, latency, active } = entry.remove();
            let all = latency.values().sum();
            second.p50 = at_rank(&latency, all, 0.5);
            second.p99 = at_rank(&latency, all, 0.99);
            second.active = active.iter().sum();
            self.seconds.push(second);
        }
    }

    pub(super) fn done(&mut self, totals: Totals) {
        self.totals.push(totals);
    }

    /// The run is ended before its time.
    pub(super) fn stop(&mut self, now: Instant) {
        self.times.end = self.times.end.min(now);
    }

    /// When the host's times are to be looked at next.
    pub(super) fn next_look(&self) -> Instant {
        if self.looked == 0 { self.times.measured } else { self.times.end }
    }

    pub(super) const fn looks(&self) -> bool {
        self.looked < 2
    }

    pub(super) fn look(&mut self, times: Option<HostTimes>) {
        self.looked += 1;
        match self.host_before {
            None => self.host_before = times,
            Some(before) => self.host_busy = times.and_then(|now| now.busy_since(before)),
        }
    }

    pub(super) fn progress(&mut self, now: Instant) -> Progress {
        self.past.push_back((now, self.requests));
        if self.past.len() > SLICES as usize + 1 {
            self.past.pop_front();
        }
        let (since, before) = self.past.front().copied().unwrap_or((now, 0));
        let time = now.saturating_duration_since(since).as_secs_f64();
        let last = self.seconds.last().copied().unwrap_or_default();
        let active = self.open.last_key_value().map_or(last.active, |(_, open)| open.active.iter().sum());
        Progress {
            elapsed: now.saturating_duration_since(self.times.begin),
            total: self.planned_end - self.times.begin,
            warming_up: now < self.times.measured,
            draining: now >= self.times.end,
            requests: self.requests,
            errors: self.errors,
            rate: if time > 0.0 { (self.requests - before) as f64 / time } else { 0.0 },
            p99: last.p99,
            active,
        }
    }

    /// The whole; `None` where a thread has not said how it ended.
    pub(super) fn report(mut self, plan: &Plan) -> Option<Report> {
        if self.totals.len() < self.threads {
            return None;
        }
        self.close(u32::MAX);
        let elapsed = self.times.end.saturating_duration_since(self.times.measured);
        let seconds = elapsed.as_secs_f64();
        let a_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        let mut report = Report {
            requests: self.requests,
            elapsed,
            latency: percentiles(&self.latency),
            distribution: distribution(&self.latency),
            seconds: without_gaps(&self.seconds, elapsed),
            generator: usage(&self.totals, elapsed),
            host_busy: self.host_busy,
            stopped: self.times.end < self.planned_end,
            ..Report::empty()
        };
        let (mut in_time, mut started) = (0, 0);
        for totals in &self.totals {
            in_time += totals.good_in_time;
            started += totals.started;
            add(&mut report, totals);
        }
        report.throughput = a_second(in_time);
        if let Load::Open { rate, .. } = plan.load {
            report.intended_rate = Some(rate);
            report.sent_rate = Some(a_second(started));
        }
        Some(report)
    }
}

fn add(report: &mut Report, totals: &Totals) {
    fn sum<K: Ord + Clone>(into: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
        for (key, count) in from {
            *into.entry(key.clone()).or_default() += count;
        }
    }
    sum(&mut report.errors, &totals.errors);
    sum(&mut report.statuses, &totals.statuses);
    sum(&mut report.shares, &totals.shares);
    report.good += totals.good;
    report.bytes += totals.bytes;
    report.connections += totals.connections;
    report.resent += totals.resent;
    report.redirects += totals.redirects;
    report.warm_up_requests += totals.warm_up;
    report.not_sent += totals.not_sent;
    report.unfinished += totals.unfinished;
}

fn usage(totals: &[Totals], elapsed: Duration) -> Option<Usage> {
    let cpu = totals.iter().map(|totals| totals.cpu).sum::<Option<Duration>>()?;
    let threads = totals.len();
    let most = elapsed.as_secs_f64() * threads as f64;
    let busy_share = if most > 0.0 { (cpu.as_secs_f64() / most).min(1.0) } else { 0.0 };
    Some(Usage { cpu, threads, busy_share })
}

/// The smallest value that at least `share` of `all` are not above.
fn at_rank(counts: &BTreeMap<u64, u64>, all: u64, share: f64) -> Duration {
    let rank = ((all as f64 * share).ceil() as u64).max(1);
    let mut seen = 0;
    let found = counts.iter().find(|(_, count)| {
        seen += **count;
        seen >= rank
    });
    found.map_or(Duration::ZERO, |(value, _)| Duration::from_micros(*value))
}

fn percentiles(latency: &Histogram<u64>) -> Percentiles {
    if latency.is_empty() {
        return Percentiles::default();
    }
    let at = |share| Duration::from_micros(latency.value_at_quantile(share));
    Percentiles {
        p50: at(0.5),
        p90: at(0.9),
        p95: at(0.95),
        p99: at(0.99),
        p99_9: at(0.999),
        p99_99: at(0.9999),
        max: Duration::from_micros(latency.max()),
        mean: Duration::from_secs_f64(latency.mean() / 1e6),
    }
}

/// Classes whose bounds grow by this factor.
const CLASS: f64 = 1.02;

fn distribution(latency: &Histogram<u64>) -> Vec<(Duration, u64)> {
    let mut classes = BTreeMap::<u64, u64>::new();
    for one in latency.iter_recorded() {
        let value = one.value_iterated_to();
        let class = (value as f64).log(CLASS).ceil();
        let bound = (CLASS.powf(class).ceil() as u64).max(value);
        *classes.entry(bound).or_default() += one.count_since_last_iteration();
    }
    classes.into_iter().map(|(bound, count)| (Duration::from_micros(bound), count)).collect()
}

/// The seconds in order, those in which nothing ended too, up to the end of the measured time.
fn without_gaps(seconds: &[Second], elapsed: Duration) -> Vec<Second> {
    let planned = elapsed.as_secs_f64().ceil() as u32;
    let busy = |second: &&Second| second.requests > 0;
    let last = seconds.iter().rfind(busy).map_or(0, |second| second.at + 1);
    let by_time: BTreeMap<u32, Second> = seconds.iter().map(|second| (second.at, *second)).collect();
    let one = |at| by_time.get(&at).copied().unwrap_or(Second { at, ..Second::default() });
    (0..planned.max(last)).map(one).collect()
}

#[cfg(test)]
#[path = "gather_tests.rs"]
mod tests;
