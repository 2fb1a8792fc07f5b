//! [`Report`]: what a load run measured, and [`Progress`] while it runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::figures::{classes, measured, ms, rounded, rounded_if};

/// What came of a load run. Everything but [`Report::warm_up_requests`] is of the measured time
/// only; a request belongs to it if it started (open loop: was due) in it, also when its answer
/// came later.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Requests that ended: [`Report::good`] and all of [`Report::errors`]. A request whose
    /// redirects were followed is one.
    pub requests: u64,
    /// Whole answers with a status from 200 to 399.
    pub good: u64,
    /// Requests that failed, by the reason; no kind with 0. They sum up to `requests - good`.
    pub errors: BTreeMap<ErrorKind, u64>,
    /// Answers by status, good ones or not.
    pub statuses: BTreeMap<u16, u64>,
    /// The measured time: what the plan says, or until the run was stopped. Answers that came
    /// after its end are waited for and counted, but lengthen nothing.
    #[serde(rename = "elapsed_ms", serialize_with = "ms")]
    pub elapsed: Duration,
    /// Good answers a second: those that came within `elapsed`, by `elapsed`.
    #[serde(serialize_with = "rounded")]
    pub throughput: f64,
    /// From the start of a request (open loop: from when it was due) to the last byte of its
    /// answer; the opening of a connection counts where one had to be opened. Of every answer,
    /// whatever its status, and of every request that timed out, with the time that it was waited
    /// for; requests without an answer for another reason are in `errors` only.
    #[serde(rename = "latency_ms")]
    pub latency: Percentiles,
    /// Latency's distribution: upper bound of a class and requests in it, ascending, no empty
    /// class; at most some hundred classes, each about 5 % wide.
    #[serde(serialize_with = "classes")]
    pub distribution: Vec<(Duration, u64)>,
    /// Answers by the value of [`Plan::share_header`](super::Plan::share_header); those without the
    /// header are in none.
    pub shares: BTreeMap<String, u64>,
    /// The run second by second, in order, none left out; the last may be a part of one.
    pub seconds: Vec<Second>,
    /// Bytes of all answers, heads included.
    pub bytes: u64,
    /// Connections that were opened, and connected.
    pub connections: u64,
    /// Requests sent again, on a new connection, since the server had closed the kept one before
    /// it answered a byte: as every client does with GET, HEAD, OPTIONS, PUT and DELETE.
    pub resent: u64,
    /// Redirects that were followed.
    pub redirects: u64,
    /// Requests of the warm-up: ended, whatever came of them.
    pub warm_up_requests: u64,
    /// Open loop: requests that were due and not started when the time was over, since all
    /// connections were waiting for answers, or this machine was too slow.
    pub not_sent: u64,
    /// Requests under way that were not waited for, since the run was stopped.
    pub unfinished: u64,
    /// Open loop: the rate asked for, requests a second.
    pub intended_rate: Option<f64>,
    /// Open loop: the rate at which requests were started, a second.
    #[serde(serialize_with = "rounded_if")]
    pub sent_rate: Option<f64>,
    /// CPU that the generator itself used; `None` where it cannot be measured.
    pub generator: Option<Usage>,
    /// Share of all cores' time that was not idle, 0 to 1, whoever used it; only on Linux.
    #[serde(serialize_with = "rounded_if")]
    pub host_busy: Option<f64>,
    /// The run was ended before its time.
    pub stopped: bool,
}

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Nobody listens there.
    Refused,
    /// No whole answer within [`Plan::timeout`](super::Plan::timeout).
    TimedOut,
    /// The connection was reset before the answer was whole.
    Reset,
    /// The connection was closed before the answer was whole.
    ClosedEarly,
    /// What came is not HTTP/1, or contradicts itself, or has a head of more than 64 KB.
    Garbage,
    /// A whole answer with a status from 400 to 499.
    #[serde(rename = "status_4xx")]
    Status4xx,
    /// A whole answer with a status from 500 on, or below 200.
    #[serde(rename = "status_5xx")]
    Status5xx,
    /// More redirects than [`Plan::follow`](super::Plan::follow), or one without a place to go.
    TooManyRedirects,
    /// A redirect to https, which is not spoken.
    Tls,
    /// A redirect to a name that is not found.
    NameNotFound,
    /// A redirect to an address that [`Plan::guard`](super::Plan::guard) forbids.
    NotOurs,
    /// The system let no connection be made: no free port, no free file descriptor, no route.
    NoConnection,
}

impl ErrorKind {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Reset => "reset",
            Self::ClosedEarly => "closed_early",
            Self::Garbage => "garbage",
            Self::Status4xx => "status_4xx",
            Self::Status5xx => "status_5xx",
            Self::TooManyRedirects => "too_many_redirects",
            Self::Tls => "tls",
            Self::NameNotFound => "name_not_found",
            Self::NotOurs => "not_ours",
            Self::NoConnection => "no_connection",
        }
    }
}

/// Latency at percentiles; all zero where nothing was measured. Values are exact to 0.1 %, never
/// rounded down, and reach to an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// The median: half of what was measured took no longer.
    #[serde(serialize_with = "measured")]
    pub p50: Duration,
    /// 90 % of what was measured took no longer.
    #[serde(serialize_with = "measured")]
    pub p90: Duration,
    /// 95 % of what was measured took no longer.
    #[serde(serialize_with = "measured")]
    pub p95: Duration,
    /// 99 % of what was measured took no longer.
    #[serde(serialize_with = "measured")]
    pub p99: Duration,
    /// 99.9 % of what was measured took no longer.
    #[serde(rename = "p99.9", serialize_with = "measured")]
    pub p99_9: Duration,
    /// 99.99 % of what was measured took no longer.
    #[serde(rename = "p99.99", serialize_with = "measured")]
    pub p99_99: Duration,
    /// The longest.
    #[serde(serialize_with = "measured")]
    pub max: Duration,
    /// The arithmetic mean.
    #[serde(serialize_with = "measured")]
    pub mean: Duration,
}

/// What ended within one second of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Second {
    /// Since the measured time began; the second from `at` to `at + 1`.
    pub at: u32,
    /// Requests that ended in it, failed ones included.
    pub requests: u64,
    /// Those of `requests` that failed.
    pub errors: u64,
    /// Of what ended in it; zero where nothing was measured.
    #[serde(rename = "p50_ms", serialize_with = "measured")]
    pub p50: Duration,
    /// As `p50`.
    #[serde(rename = "p99_ms", serialize_with = "measured")]
    pub p99: Duration,
    /// At its end: virtual users (closed loop), or requests due and not ended (open loop).
    pub active: u32,
}

/// CPU time that the generator's threads used in the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Usage {
    /// The sum over all its threads.
    #[serde(rename = "cpu_ms", serialize_with = "ms")]
    pub cpu: Duration,
    /// Threads that sent requests.
    pub threads: usize,
    /// `cpu` by all that `threads` could have used, 0 to 1. Above 0.9 the generator held the load
    /// back, and the numbers are its own limit rather than the server's.
    #[serde(serialize_with = "rounded")]
    pub busy_share: f64,
}

/// Where a run is, about four times a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Progress {
    /// Since the first request, warm-up included.
    #[serde(rename = "elapsed_ms", serialize_with = "ms")]
    pub elapsed: Duration,
    /// Warm-up and measured time as planned.
    #[serde(rename = "total_ms", serialize_with = "ms")]
    pub total: Duration,
    /// The measured time has not begun.
    pub warming_up: bool,
    /// The measured time is over; answers are being waited for.
    pub draining: bool,
    /// Ended so far, warm-up not included.
    pub requests: u64,
    /// Those of `requests` that failed.
    pub errors: u64,
    /// Ended a second, over the last second.
    #[serde(serialize_with = "rounded")]
    pub rate: f64,
    /// Of the last second.
    #[serde(rename = "p99_ms", serialize_with = "measured")]
    pub p99: Duration,
    /// As [`Second::active`].
    pub active: u32,
}

impl Report {
    /// Of a run in which nothing happened.
    pub fn empty() -> Self {
        Self {
            requests: 0,
            good: 0,
            errors: BTreeMap::new(),
            statuses: BTreeMap::new(),
            elapsed: Duration::ZERO,
            throughput: 0.0,
            latency: Percentiles::default(),
            distribution: Vec::new(),
            shares: BTreeMap::new(),
            seconds: Vec::new(),
            bytes: 0,
            connections: 0,
            resent: 0,
            redirects: 0,
            warm_up_requests: 0,
            not_sent: 0,
            unfinished: 0,
            intended_rate: None,
            sent_rate: None,
            generator: None,
            host_busy: None,
            stopped: false,
        }
    }

    /// All failed requests.
    pub fn failed(&self) -> u64 {
        self.requests - self.good
    }

    /// Failed requests by all, 0 to 1; 0 where there was none.
    pub fn error_share(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.failed() as f64 / self.requests as f64 }
    }

    /// The generator's threads had hardly a moment to spare: it was the bottleneck.
    pub(crate) fn generator_saturated(&self) -> bool {
        self.generator.is_some_and(|usage| usage.busy_share > 0.9)
    }

    /// The rate that was sent is more than 1 % below the one asked for.
    pub(crate) fn fell_behind(&self) -> bool {
        match (self.intended_rate, self.sent_rate) {
            (Some(intended), Some(sent)) => sent < intended * 0.99,
            _ => false,
        }
    }
}
