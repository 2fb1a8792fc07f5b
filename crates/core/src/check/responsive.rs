//! `responsive`: the application answers quickly enough for a person.

use std::time::Duration;

use serde::Deserialize;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{BurstSpec, Probe};
use super::seen::Seen;
use super::values::Time;
use crate::verdict::Verdict;
use workshop_text::Text;

/// No request fails, and 95 of 100 are answered within that time.
///
/// ```toml
/// responsive = { path = "/api/posts", requests = 40, p95 = "500ms" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Responsive {
    /// Where the requests go.
    path: RequestPath,
    /// How many are sent, one after another.
    requests: u32,
    /// The time.
    p95: Time,
}

impl Check for Responsive {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Burst(BurstSpec::new(&self.path, self.requests)))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Burst(burst)) = world.seen else { return phrases::not_asked(world.seen) };
        if let Some(verdict) = phrases::failed_requests(&burst.hits) {
            return verdict.settling();
        }
        let mut times: Vec<Duration> = burst.hits.iter().map(|hit| hit.time).collect();
        times.sort_unstable();
        let p95 = percentile(&times, 0.95);
        let message = Text::new("check-responsive").with("p95", millis(p95)).with("count", times.len());
        if p95 <= self.p95.0 {
            Verdict::pass(message)
        } else {
            Verdict::not_yet(Text::new("check-responsive-slow").with("p95", millis(p95)))
                .expected(Text::verbatim(format!("<= {}", millis(self.p95.0))))
                .observed(message)
                .settling()
        }
    }
}

/// The nearest-rank percentile of sorted times; zero of none.
fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank() {
        let times: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 0.95), Duration::from_millis(95));
        assert_eq!(percentile(&times[..1], 0.95), Duration::from_millis(1));
        assert_eq!(percentile(&[], 0.95), Duration::ZERO);
    }
}
