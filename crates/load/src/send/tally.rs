//! [`Tally`]: what one thread counts, and hands over four times a second as a [`Slice`].

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::sync::mpsc::UnboundedSender;

use crate::report::ErrorKind;

/// Slices in a second.
pub(super) const SLICES: u32 = 4;
const SLICE: Duration = Duration::from_millis(1000 / SLICES as u64);
/// More different values of the share header are counted as one.
const MOST_SHARES: usize = 1000;

/// Latency in µs, from 1 to an hour, exact to a thousandth.
pub(super) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("these bounds are allowed")
}

/// What ended within a quarter of a second.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// Since the measured time began, in quarters of a second.
    pub index: u32,
    pub ended: u64,
    pub failed: u64,
    /// µs, and how often.
    pub latency: Vec<(u64, u64)>,
    /// As `Second::active`, of this thread, at the slice's end.
    pub active: u32,
}

/// What a thread counted from its beginning to its end.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub good: u64,
    /// Of them, those that came within the measured time.
    pub good_in_time: u64,
    pub errors: BTreeMap<ErrorKind, u64>,
    pub statuses: BTreeMap<u16, u64>,
    pub shares: BTreeMap<String, u64>,
    pub bytes: u64,
    pub connections: u64,
    pub resent: u64,
    pub redirects: u64,
    pub warm_up: u64,
    pub started: u64,
    pub not_sent: u64,
    pub unfinished: u64,
    /// CPU of this thread within the measured time.
    pub cpu: Option<Duration>,
}

pub(super) enum Message {
    /// What the thread of this number handed over.
    Slice(u32, Slice),
    Done(Box<Totals>),
    /// The thread could not start.
    Failed(std::io::Error),
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'a> {
    /// When it was to start.
    pub start: Instant,
    /// The status, or why there is no whole answer.
    pub outcome: Result<u16, ErrorKind>,
    pub bytes: u64,
    /// Value of the share header.
    pub share: &'a [u8],
}

pub(super) struct Tally {
    /// The thread's number.
    part: u32,
    begin: Instant,
    /// When the current slice is over.
    slice_end: Instant,
    slice: Slice,
    latency: Histogram<u64>,
    statuses: Vec<(u16, u64)>,
    shares: Vec<(Vec<u8>, u64)>,
    pub totals: Totals,
    /// Measured requests under way.
    pub under_way: u32,
    out: UnboundedSender<Message>,
}

impl Tally {
    /// For a measured time that begins at `begin`.
    pub(super) fn new(begin: Instant, part: u32, out: UnboundedSender<Message>) -> Self {
        Self {
            part,
            begin,
            slice_end: begin + SLICE,
            slice: Slice::default(),
            latency: histogram(),
            statuses: Vec::new(),
            shares: Vec::new(),
            totals: Totals::default(),
            under_way: 0,
            out,
        }
    }

    pub(super) fn started(&mut self, start: Instant) {
        if start >= self.begin {
            self.totals.started += 1;
            self.under_way += 1;
        }
    }

    /// A slice is over.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.slice_end
    }

    /// Counts a request that ended at `now`, in the current slice; `end` is when the measured time is
    /// over.
    pub(super) fn ended(&mut self, ended: Ended, now: Instant, end: Instant) {
        if ended.start < self.begin {
            self.totals.warm_up += 1;
            return;
        }
        self.under_way -= 1;
        self.slice.ended += 1;
        self.totals.bytes += ended.bytes;
        if matches!(ended.outcome, Ok(_) | Err(ErrorKind::TimedOut)) {
            let waited = now.saturating_duration_since(ended.start).as_nanos().div_ceil(1000);
            self.latency.saturating_record(u64::try_from(waited).unwrap_or(u64::MAX).max(1));
        }
        let failed = match ended.outcome {
            Ok(status) => {
                count(&mut self.statuses, &status, || status);
                if !ended.share.is_empty() {
                    self.share(ended.share);
                }
                match status {
                    200..=399 => None,
                    400..=499 => Some(ErrorKind::Status4xx),
                    _ => Some(ErrorKind::Status5xx),
                }
            }
            Err(kind) => Some(kind),
        };
        match failed {
            None => {
                self.totals.good += 1;
                self.totals.good_in_time += u64::from(now <= end);
            }
            Some(kind) => {
                self.slice.failed += 1;
                *self.totals.errors.entry(kind).or_default() += 1;
            }
        }
    }

    fn share(&mut self, value: &[u8]) {
        let known = self.shares.len() < MOST_SHARES || self.shares.iter().any(|(other, _)| other == value);
        let value = if known { value } else { b"(others)" };
        count(&mut self.shares, value, || value.to_vec());
    }

    /// Hands over the slices that are over at `now`; `active` is what they end with.
    pub(super) fn turn(&mut self, now: Instant, active: u32) {
        while now >= self.slice_end {
            self.slice.active = active;
            let next = Slice { index: self.slice.index + 1, ..Slice::default() };
            self.slice_end += SLICE;
            self.send(next);
        }
    }

    fn send(&mut self, next: Slice) {
        let mut slice = std::mem::replace(&mut self.slice, next);
        if !self.latency.is_empty() {
            let recorded = self.latency.iter_recorded();
            slice.latency =
                recorded.map(|one| (one.value_iterated_to(), one.count_since_last_iteration())).collect();
            self.latency.reset();
        }
        // Where nobody listens any more the run is over.
        let _ = self.out.send(Message::Slice(self.part, slice));
    }

    /// Hands over what is left, and the sums.
    pub(super) fn finish(&mut self) {
        self.send(Slice::default());
        let mut totals = std::mem::take(&mut self.totals);
        totals.unfinished = u64::from(self.under_way);
        totals.statuses = self.statuses.iter().copied().collect();
        let text = |(value, count): &(Vec<u8>, u64)| (String::from_utf8_lossy(value).into_owned(), *count);
        for (name, count) in self.shares.iter().map(text) {
            *totals.shares.entry(name).or_default() += count;
        }
        let _ = self.out.send(Message::Done(Box::new(totals)));
    }
}

/// One more of `key`; the few that there are stand in a list.
fn count<K, Q>(counts: &mut Vec<(K, u64)>, key: &Q, owned: impl FnOnce() -> K)
where
    K: std::borrow::Borrow<Q>,
    Q: PartialEq + ?Sized,
{
    match counts.iter_mut().find(|(other, _)| other.borrow() == key) {
        Some((_, count)) => *count += 1,
        None => counts.push((owned(), 1)),
    }
}
