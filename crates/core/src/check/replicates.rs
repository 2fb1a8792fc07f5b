//! `replicates`: a database follows another, as it should.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::probe::Probe;
use super::replication::{self, Following, Server, follows_nobody};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::StackCommand;
use workshop_text::Text;

/// The service's database follows another one.
///
/// Both threads run, it is the right server that it has reached, and no two have the same server id.
///
/// ```toml
/// replicates = { service = "mysql-replica-1", from = "mysql" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Replicates {
    /// Whose databases follow.
    #[serde(alias = "service")]
    services: Services,
    /// The service that they follow.
    #[serde(deserialize_with = "super::services::name")]
    from: String,
    /// They must find their place by GTID.
    #[serde(default = "yes")]
    gtid: bool,
    /// They must take no writes.
    #[serde(default = "yes")]
    read_only: bool,
}

const fn yes() -> bool {
    true
}

impl Check for Replicates {
    fn needs(&self) -> Needs {
        let others = self.services.iter().cloned();
        Needs::probe(Probe::Replication {
            services: std::iter::once(self.from.clone()).chain(others).collect(),
        })
    }

    fn commands(&self) -> Vec<StackCommand> {
        super::lag::asked(self.services.iter().map(String::as_str).chain([self.from.as_str()]))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let source = match replication::of(world, &self.from) {
            Ok(source) => source,
            Err(verdict) => return *verdict,
        };
        self.services.judge(|service| match replication::of(world, service) {
            Ok(server) => match self.twin(world, service, &server) {
                Some(other) => self.twins(service, other, &server),
                None => self.one(service, &server, &source),
            },
            Err(verdict) => *verdict,
        })
    }
}

impl Replicates {
    /// Another of the replicas that has the same server id.
    fn twin(&self, world: &World<'_>, service: &str, server: &Server) -> Option<&str> {
        let mut others = self.services.iter().map(String::as_str).filter(|other| *other != service);
        others.find(|other| replication::of(world, other).is_ok_and(|other| other.id == server.id))
    }

    fn twins(&self, service: &str, other: &str, server: &Server) -> Verdict {
        let text = Text::new("check-replicates-twins").with("service", service).with("other", other);
        Verdict::not_yet(text.with("source", self.from.as_str()).with("id", server.id))
    }

    fn one(&self, service: &str, server: &Server, source: &Server) -> Verdict {
        let text = |key| Text::new(key).with("service", service).with("source", self.from.as_str());
        let wrong = |key| Verdict::not_yet(text(key)).settling();
        let Some(following) = &server.follows else { return follows_nobody(service, server) };
        if server.id == source.id {
            return Verdict::not_yet(text("check-replicates-same-id").with("id", server.id));
        }
        if !source.has_log {
            return Verdict::not_yet(text("check-replicates-no-log"));
        }
        if let Some(verdict) = stopped(following, &wrong) {
            return verdict;
        }
        if following.source != source.id {
            return wrong("check-replicates-other")
                .expected(Text::new("check-replicates-id").with("id", source.id))
                .observed(Text::new("check-replicates-id").with("id", following.source));
        }
        if self.gtid && !following.uses_gtid {
            return wrong("check-replicates-no-gtid");
        }
        if self.read_only && !server.is_read_only {
            return wrong("check-replicates-writable");
        }
        Verdict::pass(
            text("check-replicates-pass")
                .with("server", server.name.as_str())
                .with("lag", following.lag_text()),
        )
    }
}

/// One of the two threads does not run.
fn stopped(following: &Following, wrong: &dyn Fn(&'static str) -> Verdict) -> Option<Verdict> {
    if following.runs() {
        return None;
    }
    let (key, state) = match (following.io.as_str(), following.sql.as_str()) {
        // By hand, or never started: who hits an error stops one of them alone.
        ("No", "No") => ("check-replicates-stopped", "No"),
        (io, "Yes") => ("check-replicates-io", io),
        (_, sql) => ("check-replicates-sql", sql),
    };
    let lines = (!following.error.is_empty()).then(|| following.error.clone());
    Some(wrong(key).observed(Text::verbatim(state)).lines(lines.into_iter().collect()))
}
