//! `lag`: how far a replica of a database is behind.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::probe::Probe;
use super::replication::{self, follows_nobody};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::StackCommand;
use workshop_text::Text;

/// It is known how far a replica of a database is behind, and it is not too far.
///
/// One that does not know (NULL) is not near: that it says of itself while it is stopped or cannot
/// reach its source, and it is not 0.
///
/// ```toml
/// lag = { service = "mysql-replica-1", at_most = 1 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Lag {
    /// Whose databases are asked.
    #[serde(alias = "service")]
    services: Services,
    /// The most, in seconds.
    at_most: Option<u64>,
    /// The least, in seconds: a delayed replica.
    at_least: Option<u64>,
    /// It must not know it.
    #[serde(default)]
    unknown: bool,
}

impl Check for Lag {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Replication { services: self.services.iter().cloned().collect() })
    }

    fn commands(&self) -> Vec<StackCommand> {
        asked(self.services.iter().map(String::as_str))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        self.services.judge(|service| match replication::of(world, service) {
            Ok(server) => match &server.follows {
                Some(following) => self.one(service, following),
                None => follows_nobody(service, &server),
            },
            Err(verdict) => *verdict,
        })
    }
}

impl Lag {
    fn one(&self, service: &str, following: &replication::Following) -> Verdict {
        let text = |key| {
            Text::new(key)
                .with("service", service)
                .with("lag", following.lag_text())
                .with("io", following.io.as_str())
                .with("sql", following.sql.as_str())
        };
        let wrong = |key, limit: u64| Verdict::not_yet(text(key).with("limit", limit)).settling();
        match following.lag {
            None if self.unknown => Verdict::pass(text("check-lag-unknown-pass")),
            None => Verdict::not_yet(text("check-lag-null")).settling(),
            Some(_) if self.unknown => Verdict::not_yet(text("check-lag-known")).settling(),
            Some(lag) => match (self.at_most, self.at_least) {
                (Some(most), _) if lag > most => wrong("check-lag-over", most),
                (_, Some(least)) if lag < least => wrong("check-lag-under", least),
                _ => Verdict::pass(text("check-lag-pass").with("seconds", lag)),
            },
        }
    }
}

/// What is run in each of these services, as a learner would type it.
pub(super) fn asked<'s>(services: impl Iterator<Item = &'s str>) -> Vec<StackCommand> {
    let words = |service: &str| {
        let exec = ["exec", "-T", service].map(str::to_owned).into_iter();
        StackCommand::Compose(exec.chain(replication::question(&BTreeMap::new())).collect())
    };
    services.map(words).collect()
}
