//! [`Threshold`]: a limit that a run must keep, as people write it: `p99<200ms`, `errors<1%`,
//! `rate>1000`.

use std::str::FromStr;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::figures::{ms, rounded};
use super::report::Report;
use super::units;
use workshop_text::Text;

/// A measure, a comparison, a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// As it was written.
    pub source: String,
    measure: Measure,
    comparison: Comparison,
    limit: Limit,
}

/// What can be held to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    P50,
    P90,
    P95,
    P99,
    P99_9,
    P99_99,
    Max,
    Mean,
    Errors,
    Rate,
}

/// By name; a name that begins like another one stands before it.
const MEASURES: [(&str, Measure); 10] = [
    ("p99.99", Measure::P99_99),
    ("p99.9", Measure::P99_9),
    ("p99", Measure::P99),
    ("p95", Measure::P95),
    ("p90", Measure::P90),
    ("p50", Measure::P50),
    ("max", Measure::Max),
    ("mean", Measure::Mean),
    ("errors", Measure::Errors),
    ("rate", Measure::Rate),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

const COMPARISONS: [(&str, Comparison); 4] = [
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::MoreOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::More),
];

impl Comparison {
    fn holds(self, seen: f64, limit: f64) -> bool {
        match self {
            Self::Less => seen < limit,
            Self::LessOrEqual => seen <= limit,
            Self::More => seen > limit,
            Self::MoreOrEqual => seen >= limit,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Time(Duration),
    /// 0 to 1.
    Share(f64),
    Number(f64),
}

/// What a run came to, by a threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The threshold as it was written.
    #[serde(rename = "threshold")]
    pub source: String,
    /// The run keeps the limit.
    pub met: bool,
    /// What the run measured.
    #[serde(flatten)]
    pub seen: Seen,
}

/// A measured value in the limit's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "unit", content = "seen", rename_all = "snake_case")]
pub enum Seen {
    /// A latency.
    #[serde(rename = "ms", serialize_with = "ms")]
    Time(Duration),
    /// 0 to 1.
    #[serde(serialize_with = "rounded")]
    Share(f64),
    /// A count, or a number a second.
    #[serde(serialize_with = "rounded")]
    Number(f64),
    /// Nothing was measured, so that no limit is kept.
    #[serde(rename = "none", serialize_with = "no_figure")]
    Nothing,
}

fn no_figure<S: Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_none()
}

/// A threshold that cannot be read: where, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().render(workshop_text::Lang::En))]
pub struct ThresholdError {
    /// The threshold as it was given.
    pub source_text: String,
    /// Character, from 1.
    pub at: usize,
    /// The message's key.
    pub key: &'static str,
}

impl ThresholdError {
    /// What is wrong and where, as a message.
    pub fn text(&self) -> Text {
        Text::new(self.key).with("threshold", self.source_text.as_str()).with("at", self.at)
    }
}

impl FromStr for Threshold {
    type Err = ThresholdError;

    /// `MEASURE COMPARISON LIMIT`, with or without spaces between them. A time needs its unit (`us`,
    /// `ms`, `s`, `m`), `errors` is a count or has `%`, `rate` is a number, with or without `/s`.
    fn from_str(source: &str) -> Result<Self, ThresholdError> {
        let wrong = |rest: &str, key| {
            let at = source[..source.len() - rest.len()].chars().count() + 1;
            Err(ThresholdError { source_text: source.to_owned(), at, key })
        };
        let rest = source.trim_start();
        let Some((measure, after)) = prefix(rest, &MEASURES) else {
            return wrong(rest, "load-threshold-measure");
        };
        let rest = after.trim_start();
        let Some((comparison, after)) = prefix(rest, &COMPARISONS) else {
            return wrong(rest, "load-threshold-comparison");
        };
        let rest = after.trim_start();
        let Some((number, after)) = units::number(rest) else { return wrong(rest, "load-threshold-number") };
        let unit = after.trim();
        let limit = match (measure, unit) {
            (Measure::Errors, "%") => Limit::Share(number / 100.0),
            (Measure::Errors, "") | (Measure::Rate, "" | "/s") => Limit::Number(number),
            (Measure::Errors, _) => return wrong(after.trim_start(), "load-threshold-errors-unit"),
            (Measure::Rate, _) => return wrong(after.trim_start(), "load-threshold-rate-unit"),
            (_, unit) => match units::time(number, unit) {
                Some(time) => Limit::Time(time),
                None => return wrong(after.trim_start(), "load-threshold-time-unit"),
            },
        };
        Ok(Self { source: source.trim().to_owned(), measure, comparison, limit })
    }
}

fn prefix<'a, T: Copy>(text: &'a str, all: &[(&str, T)]) -> Option<(T, &'a str)> {
    all.iter().find_map(|(name, value)| Some((*value, text.strip_prefix(name)?)))
}

impl Threshold {
    /// Whether `report` keeps the limit, and what it measured. Where there is no latency to
    /// compare, or no request at all, no limit is kept.
    pub fn judge(&self, report: &Report) -> Outcome {
        let seen = self.seen(report);
        let met = match (seen, self.limit) {
            (Seen::Time(seen), Limit::Time(limit)) => {
                self.comparison.holds(seen.as_secs_f64(), limit.as_secs_f64())
            }
            (Seen::Share(seen), Limit::Share(limit)) | (Seen::Number(seen), Limit::Number(limit)) => {
                self.comparison.holds(seen, limit)
            }
            _ => false,
        };
        Outcome { source: self.source.clone(), met, seen }
    }

    fn seen(&self, report: &Report) -> Seen {
        if report.requests == 0 {
            return Seen::Nothing;
        }
        let latency = &report.latency;
        let time = match self.measure {
            Measure::Errors if matches!(self.limit, Limit::Share(_)) => {
                return Seen::Share(report.error_share());
            }
            Measure::Errors => return Seen::Number(report.failed() as f64),
            Measure::Rate => return Seen::Number(report.throughput),
            Measure::P50 => latency.p50,
            Measure::P90 => latency.p90,
            Measure::P95 => latency.p95,
            Measure::P99 => latency.p99,
            Measure::P99_9 => latency.p99_9,
            Measure::P99_99 => latency.p99_99,
            Measure::Max => latency.max,
            Measure::Mean => latency.mean,
        };
        if latency.max.is_zero() { Seen::Nothing } else { Seen::Time(time) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrong(text: &str) -> (usize, &'static str) {
        let error = text.parse::<Threshold>().expect_err(text);
        (error.at, error.key)
    }

    fn report(p99: Duration, requests: u64, good: u64, throughput: f64) -> Report {
        let mut report = Report::empty();
        report.latency.p99 = p99;
        report.latency.max = p99;
        (report.requests, report.good, report.throughput) = (requests, good, throughput);
        report
    }

    #[test]
    fn what_people_write_is_read() {
        let report = report(Duration::from_millis(150), 1000, 995, 1500.0);
        let judged = |text: &str| text.parse::<Threshold>().expect(text).judge(&report).met;
        for met in [
            "p99<200ms",
            " p99 <= 150ms ",
            "p99<0.2s",
            "p99>149999us",
            "errors<1%",
            "errors<=5",
            "rate>1000",
            "rate>=1500/s",
            "max<1m",
        ] {
            assert!(judged(met), "{met}");
        }
        for broken in ["p99<150ms", "p99>0.2s", "errors<0.5%", "errors<5", "rate<1500"] {
            assert!(!judged(broken), "{broken}");
        }
    }

    #[test]
    fn where_nothing_was_measured_no_limit_is_kept() {
        let nothing = Report::empty();
        for text in ["p99<1s", "errors<1%", "errors<1", "rate<1"] {
            let outcome = text.parse::<Threshold>().unwrap().judge(&nothing);
            assert_eq!((outcome.met, outcome.seen), (false, Seen::Nothing), "{text}");
        }
        // Requests that were all refused have no latency.
        let refused = report(Duration::ZERO, 10, 0, 0.0);
        assert!(!"p99<1s".parse::<Threshold>().unwrap().judge(&refused).met);
    }

    #[test]
    fn a_mistake_is_named_where_it_stands() {
        assert_eq!(wrong(""), (1, "load-threshold-measure"));
        assert_eq!(wrong("p98<1s"), (1, "load-threshold-measure"));
        assert_eq!(wrong("p99.999<1s"), (7, "load-threshold-comparison"));
        assert_eq!(wrong("p99=1s"), (4, "load-threshold-comparison"));
        assert_eq!(wrong("  p99 < ms"), (9, "load-threshold-number"));
        assert_eq!(wrong("p99<-1s"), (5, "load-threshold-number"));
        assert_eq!(wrong("p99<200"), (8, "load-threshold-time-unit"));
        assert_eq!(wrong("p99<200 sec"), (9, "load-threshold-time-unit"));
        assert_eq!(wrong("errors<1s"), (9, "load-threshold-errors-unit"));
        assert_eq!(wrong("rate>5%"), (7, "load-threshold-rate-unit"));
        assert_eq!(wrong("p99<1e400s"), (6, "load-threshold-time-unit"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_a_position_is_in_it(text in "(p99|errors|rate|p|가)?[ <>=%.0-9a-z가/-]{0,12}") {
            if let Err(error) = text.parse::<Threshold>() {
                prop_assert!(error.at >= 1 && error.at <= text.chars().count() + 1);
            }
        }

        #[test]
        fn what_is_read_is_judged_by_its_number(limit in 0u32..100_000, seen in 0u32..100_000) {
            let threshold: Threshold = format!("p99<{limit}us").parse().expect("it is one");
            let report = report(Duration::from_micros(u64::from(seen)), 1, 1, 1.0);
            prop_assert_eq!(threshold.judge(&report).met, seen < limit && seen > 0);
        }
    }
}
