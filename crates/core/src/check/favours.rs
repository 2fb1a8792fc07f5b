//! `favours`: requests at once go to the quicker server more often than to the slower one.

use std::time::Duration;

use serde::Deserialize;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{BurstSpec, Probe};
use super::seen::{Hit, Seen};
use super::services::sick;
use crate::verdict::{Share, Verdict};
use workshop_engine::Observed;
use workshop_text::Text;

/// One service answers so many times as many requests as the other, and the other is not left out
/// altogether.
///
/// ```toml
/// favours = { path = "/", requests = 120, at_once = 16, service = "api-server-1", over = "api-server-2", times = 2.0 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Favours {
    /// Where the requests go.
    path: RequestPath,
    /// How many are sent.
    requests: u32,
    /// How many are under way at a time.
    at_once: usize,
    /// The one that answers more.
    service: String,
    /// The one that answers less.
    over: String,
    /// How many times as many.
    times: f64,
}

impl Check for Favours {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Burst(BurstSpec {
            at_once: self.at_once,
            ..BurstSpec::new(&self.path, self.requests)
        }))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Burst(burst))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        for service in [&self.service, &self.over] {
            if !stack.of(service).any(|replica| replica.is_running()) {
                return phrases::none_running(service);
            }
            if let Some(verdict) = sick(stack, service) {
                return verdict;
            }
        }
        if let Some(verdict) = phrases::failed_requests(&burst.hits) {
            return verdict.settling();
        }
        let quick = Answers::of(stack, &self.service, &burst.hits);
        let slow = Answers::of(stack, &self.over, &burst.hits);
        self.compare(&quick, &slow)
    }
}

impl Favours {
    fn compare(&self, quick: &Answers, slow: &Answers) -> Verdict {
        let named = |text: Text| {
            text.with("service", self.service.as_str())
                .with("over", self.over.as_str())
                .with("count", quick.count)
                .with("other", slow.count)
        };
        let verdict = if slow.count == 0 || quick.count == 0 {
            let silent = if slow.count == 0 { &self.over } else { &self.service };
            Verdict::not_yet(Text::new("check-favours-silent").with("service", silent.as_str())).settling()
        } else if f64::from(quick.count) >= f64::from(slow.count) * self.times {
            Verdict::pass(named(Text::new("check-favours-pass")))
        } else {
            Verdict::not_yet(named(Text::new("check-favours-even")))
                .expected(
                    Text::new("check-favours-expected")
                        .with("service", self.service.as_str())
                        .with("times", self.times.to_string()),
                )
                // After a reload, a worker of before may still answer.
                .settling()
        };
        let shares = [(&self.service, quick), (&self.over, slow)];
        verdict
            .shares(
                shares
                    .iter()
                    .map(|(label, one)| Share { label: (*label).clone(), count: one.count })
                    .collect(),
            )
            .lines(
                shares
                    .iter()
                    .map(|(label, one)| format!("{label}  {:.0} ms", one.mean().as_secs_f64() * 1e3))
                    .collect(),
            )
    }
}

/// What one service answered.
#[derive(Default)]
struct Answers {
    count: u32,
    time: Duration,
}

impl Answers {
    fn of(stack: &Observed, service: &str, hits: &[Hit]) -> Self {
        let own =
            |hit: &&Hit| stack.of(service).any(|replica| hit.replica.as_ref() == Some(&replica.hostname));
        hits.iter()
            .filter(own)
            .fold(Self::default(), |sum, hit| Self { count: sum.count + 1, time: sum.time + hit.time })
    }

    fn mean(&self) -> Duration {
        self.time / self.count.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Outcome;

    #[test]
    fn twice_as_many_is_favoured_and_none_at_all_is_not() {
        let check = Favours {
            path: "/".into(),
            requests: 90,
            at_once: 9,
            service: "quick".into(),
            over: "slow".into(),
            times: 2.0,
        };
        let answers = |count| Answers { count, time: Duration::from_millis(5) * count };
        let judged = |quick, slow| check.compare(&answers(quick), &answers(slow));
        assert_eq!(judged(60, 30).outcome, Outcome::Pass);
        assert_eq!(judged(46, 44).message.key, "check-favours-even");
        assert_eq!(judged(90, 0).message.key, "check-favours-silent");
    }
}
