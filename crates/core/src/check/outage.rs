//! `outage`: what users get while something of the stack is away, and once it is back.

use serde::Deserialize;

use super::address::Kept;
use super::http;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{OutageSpec, Probe, RequestSpec};
use super::seen::{Exchange, Seen};
use crate::verdict::Verdict;
use workshop_engine::StackCommand;
use workshop_text::Text;

/// Requests are answered as asked for before, during and after something is taken away.
///
/// The runner brings all up with `on`, sends the requests `before`, takes something away with `off`,
/// sends those `during`, brings it back with `on`, and sends those `after`. What `before` kept may
/// stand in the later ones. What happened in an outage cannot be seen afterwards, so this check makes
/// one itself.
///
/// ```toml
/// outage = { off = ["docker compose stop redis"], on = ["docker compose start redis"], during = [{ path = "/", status = 200 }] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Commands that take something away.
    off: Vec<StackCommand>,
    /// Commands that bring it back.
    on: Vec<StackCommand>,
    /// Requests while all is there.
    #[serde(default)]
    before: Vec<RequestSpec>,
    /// Requests while it is away.
    #[serde(default)]
    during: Vec<RequestSpec>,
    /// Requests once it is back.
    #[serde(default)]
    after: Vec<RequestSpec>,
}

impl Check for Outage {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Outage(OutageSpec {
            off: self.off.clone(),
            on: self.on.clone(),
            before: self.before.clone(),
            during: self.during.clone(),
            after: self.after.clone(),
        }))
    }

    fn commands(&self) -> Vec<StackCommand> {
        self.off.iter().chain(&self.on).cloned().collect()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let seen = match world.seen {
            Some(Seen::Outage(seen)) => seen,
            Some(Seen::ProbeFailed(failure)) => {
                return Verdict::environment(failure.text.clone()).lines(failure.lines.clone());
            }
            other => return phrases::not_asked(other),
        };
        let parts = [
            ("before", &self.before, &seen.before),
            ("during", &self.during, &seen.during),
            ("after", &self.after, &seen.after),
        ];
        let mut kept = Kept::new();
        let wrong = parts.into_iter().find_map(|(part, specs, exchanges)| {
            let verdict = http::wrong(specs, exchanges, &mut kept)?;
            let text =
                Text::new("check-outage-wrong").with("part", part).with("what", verdict.message.clone());
            Some(Verdict { message: text, ..verdict })
        });
        wrong.unwrap_or_else(|| {
            Verdict::pass(
                Text::new("check-outage-pass")
                    .with("during", answers(&seen.during))
                    .with("after", answers(&seen.after)),
            )
        })
    }
}

/// `503, 302`: the statuses in their order, each of a row of the same ones once.
fn answers(exchanges: &[Exchange]) -> String {
    let status = |exchange: &Exchange| exchange.reply.as_ref().ok().map(|reply| reply.status.to_string());
    let mut all: Vec<String> = exchanges.iter().filter_map(status).collect();
    all.dedup();
    all.join(", ")
}
