//! `cache_hits`: how many of Redis's look-ups found what they looked for.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use workshop_engine::StackCommand;
use workshop_text::Text;

/// At least that share of all look-ups since Redis started were hits.
///
/// By `INFO stats`.
///
/// ```toml
/// cache_hits = { service = "redis", at_least = 0.5 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CacheHits {
    /// The service that runs Redis.
    #[serde(deserialize_with = "super::services::name")]
    service: String,
    /// The share, 0 to 1.
    at_least: f64,
}

const INFO: [&str; 3] = ["redis-cli", "INFO", "stats"];

impl Check for CacheHits {
    fn needs(&self) -> Needs {
        let command = INFO.map(str::to_owned).to_vec();
        Needs::probe(Probe::Exec { services: vec![self.service.clone()], command })
    }

    fn commands(&self) -> Vec<StackCommand> {
        let words = ["exec", "-T", &self.service].into_iter().chain(INFO).map(str::to_owned);
        vec![StackCommand::Compose(words.collect())]
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Exec(ends)) = world.seen else { return phrases::not_asked(world.seen) };
        let Some(end) = ends.values().next() else { return phrases::none_running(&self.service) };
        let (Some(hits), Some(misses)) =
            (figure(&end.stdout, "keyspace_hits"), figure(&end.stdout, "keyspace_misses"))
        else {
            let said = format!("{}{}", end.stderr, end.stdout);
            let key = if said.contains("NOAUTH") { "check-cache-locked" } else { "check-cache-silent" };
            let lines = said.lines().take(3).map(str::to_owned).collect();
            return Verdict::not_yet(Text::new(key).with("service", self.service.as_str())).lines(lines);
        };
        self.compare(hits, misses)
    }
}

impl CacheHits {
    fn compare(&self, hits: u64, misses: u64) -> Verdict {
        let all = hits + misses;
        if all == 0 {
            return Verdict::not_yet(Text::new("check-cache-unused").with("service", self.service.as_str()))
                .settling();
        }
        let share = hits as f64 / all as f64;
        let text = Text::new("check-cache-share")
            .with("percent", percent(share))
            .with("hits", hits)
            .with("all", all);
        if share >= self.at_least {
            return Verdict::pass(text);
        }
        Verdict::not_yet(Text::new("check-cache-few"))
            .expected(Text::verbatim(format!(">= {}", percent(self.at_least))))
            .observed(text)
    }
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// The number behind `name:` in what `INFO` writes.
fn figure(info: &str, name: &str) -> Option<u64> {
    info.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Outcome;

    const HALF: CacheHits = CacheHits { service: String::new(), at_least: 0.5 };

    #[test]
    fn the_share_is_of_hits_and_misses() {
        let info = "# Stats\r\nkeyspace_hits:30\r\nkeyspace_misses:10\r\n";
        assert_eq!((figure(info, "keyspace_hits"), figure(info, "keyspace_misses")), (Some(30), Some(10)));
        assert_eq!(figure(info, "keyspace"), None);
        assert_eq!(HALF.compare(30, 10).outcome, Outcome::Pass);
        assert_eq!(HALF.compare(10, 30).outcome, Outcome::NotYet);
    }

    #[test]
    fn a_cache_that_nobody_asked_proves_nothing() {
        let verdict = HALF.compare(0, 0);
        assert_eq!((verdict.outcome, verdict.settling), (Outcome::NotYet, true));
    }
}
