//! `stale_read`: whether a database's replica has what was just written.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::address::Kept;
use super::kind::{Check, Needs, World};
use super::probe::{Probe, RequestSpec};
use super::seen::{Seen, StaleRead as SeenRead};
use super::sql::{Client, Query, complaint};
use super::{http, phrases};
use crate::verdict::Verdict;
use workshop_engine::{Replica, StackCommand};
use workshop_text::Text;

/// A database's replica has what was just written, or does not have it yet, as asked for.
///
/// The application writes, and at once the replica is asked for it, again and again until it is there.
///
/// ```toml
/// stale_read = { write = { method = "POST", path = "/api/posts", json = { title = "x" }, status = 201, keep = { id = "/id" } }, service = "mysql-replica-1", query = "SELECT 1 FROM posts WHERE id = '{id}'", expect = "stale" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StaleRead {
    /// The write, through the entry.
    write: Box<RequestSpec>,
    /// The replica that is asked.
    #[serde(deserialize_with = "super::services::name")]
    service: String,
    /// The client.
    #[serde(default)]
    client: Client,
    /// The database; where it says none, the one that the container's environment names.
    database: Option<String>,
    /// What has a row where it is there; what the write kept may stand in it.
    query: String,
    /// `stale`: it is not there, and comes later; `fresh`: it is there.
    expect: Expect,
}

/// What a read shows of a write before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// It is there.
    #[default]
    Fresh,
    /// It is not there yet.
    Stale,
}

/// What the probe does.
#[derive(Clone, Debug, PartialEq)]
pub struct StaleSpec {
    /// The write, through the entry.
    pub write: RequestSpec,
    /// The read; `{name}` stands for what the write kept.
    pub query: Query,
}

impl StaleSpec {
    /// The query with what was kept; none for a value that could change more than its place.
    pub(crate) fn filled(&self, kept: &Kept) -> Option<Query> {
        let mut statement = self.query.statement.clone();
        for (name, value) in kept {
            let place = format!("{{{name}}}");
            if !statement.contains(&place) {
                continue;
            }
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if !value.chars().all(plain) {
                return None;
            }
            statement = statement.replace(&place, value);
        }
        Some(Query { statement, ..self.query.clone() })
    }
}

impl Check for StaleRead {
    fn needs(&self) -> Needs {
        let query = Query {
            service: self.service.clone(),
            client: self.client,
            database: self.database.clone(),
            statement: self.query.clone(),
        };
        Needs::probe(Probe::StaleRead(Box::new(StaleSpec { write: (*self.write).clone(), query })))
    }

    fn commands(&self) -> Vec<StackCommand> {
        let Needs::Probe(probe) = self.needs() else { return Vec::new() };
        let Probe::StaleRead(spec) = *probe else { return Vec::new() };
        let words = ["exec", "-T", &self.service].map(str::to_owned).into_iter();
        vec![StackCommand::Compose(words.chain(spec.query.command(&BTreeMap::new())).collect())]
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::StaleRead(seen))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        let written = std::slice::from_ref(&seen.written);
        if let Some(verdict) = http::wrong(std::slice::from_ref(&*self.write), written, &mut Kept::new()) {
            return verdict;
        }
        if !stack.of(&self.service).any(Replica::is_running) {
            return phrases::none_running(&self.service);
        }
        self.read(seen)
    }
}

impl StaleRead {
    fn read(&self, seen: &SeenRead) -> Verdict {
        let Some(first) = seen.first.as_ref() else { return phrases::not_observed() };
        let text = |key| {
            Text::new(key)
                .with("service", self.service.as_str())
                .with("path", seen.written.path.as_str())
                .with("after", milliseconds(seen.asked))
        };
        if first.code != Some(0) {
            let text = Text::new("check-sql-failed").with("query", seen.statement.as_str());
            return Verdict::not_yet(text.with("service", self.service.as_str()))
                .lines(complaint(&first.stderr))
                .settling();
        }
        let is_there = !first.stdout.trim().is_empty();
        let lines = vec![seen.statement.clone()];
        match (self.expect, is_there, seen.arrived) {
            (Expect::Fresh, true, _) => Verdict::pass(text("check-stale-fresh-pass")).lines(lines),
            (Expect::Fresh, false, arrived) => {
                Verdict::not_yet(text("check-stale-lies").with("arrived", arrival(arrived)))
                    .lines(lines)
                    .settling()
            }
            (Expect::Stale, false, Some(arrived)) => {
                Verdict::pass(text("check-stale-pass").with("behind", milliseconds(arrived))).lines(lines)
            }
            (Expect::Stale, false, None) => Verdict::not_yet(text("check-stale-never")).lines(lines),
            (Expect::Stale, true, _) => Verdict::not_yet(text("check-stale-true")).lines(lines).settling(),
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn arrival(arrived: Option<Duration>) -> Text {
    match arrived {
        Some(time) => Text::new("check-stale-arrived").with("behind", milliseconds(time)),
        None => Text::new("check-stale-not-arrived"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_value_stays_in_its_place() {
        let query = Query {
            service: "db".to_owned(),
            client: Client::Mysql,
            database: None,
            statement: "SELECT 1 FROM urls WHERE code = '{code}'".to_owned(),
        };
        let spec =
            StaleSpec { write: RequestSpec::new("POST", &super::super::address::RequestPath::root()), query };
        let filled = |value: &str| spec.filled(&Kept::from([("code".to_owned(), value.to_owned())]));
        assert_eq!(filled("aB_1-").unwrap().statement, "SELECT 1 FROM urls WHERE code = 'aB_1-'");
        assert_eq!(filled("' OR '1"), None);
    }
}
