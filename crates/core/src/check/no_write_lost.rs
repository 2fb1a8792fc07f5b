//! `no_write_lost`: whether what was acknowledged is still there after something has happened.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec};
use super::seen::{NumberedWrites, Seen};
use super::sql::{Client, Query, complaint};
use crate::verdict::Verdict;
use workshop_engine::StackCommand;
use workshop_text::Text;

/// What was acknowledged is still there after something has happened.
///
/// `before` brings the stack to where writes are answered; they go on, numbered by `{count}`, while
/// `during` runs; then `after` runs, and `query` lists what is there.
///
/// ```toml
/// no_write_lost = { write = { method = "POST", path = "/api/posts", json = { title = "{run}/{count}" }, status = 201, keep = { id = "/id" } }, key = "id", during = ["docker compose kill mysql"], service = "mysql-replica-1", query = "SELECT id FROM posts WHERE title LIKE '{run}/%'" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoWriteLost {
    /// Each write.
    write: Box<RequestSpec>,
    /// By what, of what the write kept, it is known in the first column of the query's rows.
    key: String,
    /// Commands before there are any.
    #[serde(default)]
    before: Vec<StackCommand>,
    /// Commands while writes go on.
    during: Vec<StackCommand>,
    /// Commands once they have ended.
    #[serde(default)]
    after: Vec<StackCommand>,
    /// Whose database is asked.
    #[serde(deserialize_with = "super::services::name")]
    service: String,
    /// The client.
    #[serde(default)]
    client: Client,
    /// The database; where it says none, the one that the container's environment names.
    database: Option<String>,
    /// What lists those that are there; `{run}` is this run's name.
    query: String,
    /// One of them must be missing.
    #[serde(default)]
    lost: bool,
}

/// What the probe does.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedSpec {
    /// The write; `{run}` and `{count}` stand in it.
    pub write: RequestSpec,
    /// By what it is known.
    pub key: String,
    /// Before there are any.
    pub before: Vec<StackCommand>,
    /// While writes go on.
    pub during: Vec<StackCommand>,
    /// Once they have ended.
    pub after: Vec<StackCommand>,
    /// What lists those that are there.
    pub query: Query,
    /// One of them is to be missing.
    pub lost: bool,
}

impl NumberedSpec {
    /// The query for this run's writes.
    pub(crate) fn filled(&self, run: &str) -> Query {
        Query { statement: self.query.statement.replace("{run}", run), ..self.query.clone() }
    }
}

impl NumberedWrites {
    /// The rows' first column; none where the query failed.
    fn there(&self) -> Option<BTreeSet<&str>> {
        let end = self.found.as_ref().filter(|end| end.code == Some(0))?;
        Some(end.stdout.lines().filter_map(|line| line.split('\t').next()).collect())
    }

    /// Those that were acknowledged and are not there, as positions in `acknowledged`.
    pub(crate) fn missing(&self) -> Option<Vec<usize>> {
        let there = self.there()?;
        let is_missing = |at: &usize| !there.contains(self.acknowledged[*at].0.as_str());
        Some((0..self.acknowledged.len()).filter(is_missing).collect())
    }
}

impl Check for NoWriteLost {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::NumberedWrites(Box::new(self.asked())))
    }

    fn commands(&self) -> Vec<StackCommand> {
        let words = ["exec", "-T", &self.service].map(str::to_owned).into_iter();
        let query = words.chain(self.asked().query.command(&BTreeMap::new())).collect();
        self.before
            .iter()
            .chain(&self.during)
            .chain(&self.after)
            .cloned()
            .chain([StackCommand::Compose(query)])
            .collect()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let seen = match world.seen {
            Some(Seen::NumberedWrites(seen)) => seen,
            Some(Seen::ProbeFailed(failure)) => {
                return Verdict::environment(failure.text.clone()).lines(failure.lines.clone());
            }
            other => return phrases::not_asked(other),
        };
        let text = |key| {
            Text::new(key)
                .with("service", self.service.as_str())
                .with("sent", seen.sent)
                .with("acknowledged", seen.acknowledged.len())
        };
        let before = seen.acknowledged.iter().filter(|(_, when)| *when < seen.event).count();
        if before == 0 {
            return Verdict::not_yet(text("check-writes-none")).settling();
        }
        let Some(missing) = seen.missing() else {
            let lines = seen.found.as_ref().map(|end| complaint(&end.stderr)).unwrap_or_default();
            let failed = Text::new("check-sql-failed").with("query", self.query.as_str());
            return Verdict::not_yet(failed.with("service", self.service.as_str())).lines(lines);
        };
        let text = |key| text(key).with("missing", missing.len());
        let lines = missing.iter().take(5).map(|at| {
            let (key, when) = &seen.acknowledged[*at];
            let after = when.as_secs_f64() - seen.event.as_secs_f64();
            format!("{key}  {after:+.2} s")
        });
        match (self.lost, missing.is_empty()) {
            (false, true) => Verdict::pass(text("check-writes-pass")),
            (false, false) => Verdict::not_yet(text("check-writes-lost")).lines(lines.collect()),
            (true, false) => Verdict::pass(text("check-writes-lost-pass")).lines(lines.collect()),
            (true, true) => Verdict::not_yet(text("check-writes-none-lost")),
        }
    }
}

impl NoWriteLost {
    fn asked(&self) -> NumberedSpec {
        NumberedSpec {
            write: RequestSpec { times: 1, ..(*self.write).clone() },
            key: self.key.clone(),
            before: self.before.clone(),
            during: self.during.clone(),
            after: self.after.clone(),
            query: Query {
                service: self.service.clone(),
                client: self.client,
                database: self.database.clone(),
                statement: self.query.clone(),
            },
            lost: self.lost,
        }
    }
}
