//! `sql`: what a database answers to a query, asked with its own client in its own container.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use super::wanted::{Wanted, written};
use crate::verdict::Verdict;
use workshop_engine::{ExecEnd, StackCommand};
use workshop_text::Text;

/// The database answers the query so.
///
/// User, password and database are those of the container's own environment (`MYSQL_…`, `MARIADB_…`,
/// `POSTGRES_…`); for `sqlite3` `database` is the file.
///
/// ```toml
/// sql = { service = "db", client = "mysql", query = "SELECT COUNT(*) FROM posts", value = 3 }
/// ```
///
/// ```toml
/// sql = { services = ["db-1", "db-2"], client = "mysql", query = "SELECT @@server_id", differ = true }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sql {
    #[serde(alias = "service")]
    services: Services,
    /// The client.
    client: Client,
    /// The database; where it says none, the one that the container's environment names.
    database: Option<String>,
    /// The query.
    query: String,
    /// No two of the services answer the same.
    #[serde(default)]
    differ: bool,
    /// All rows, each with all of its columns.
    rows: Option<Vec<Vec<Value>>>,
    /// How many rows there are.
    count: Option<usize>,
    /// What the first column of the first row has to be.
    value: Option<Wanted>,
}

/// A client that comes with a database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Client {
    /// MySQL's own.
    #[default]
    Mysql,
    /// MariaDB's own.
    Mariadb,
    /// PostgreSQL's own.
    Psql,
    /// SQLite's own; the database is a file.
    Sqlite3,
}

/// A query for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The service whose first running replica is asked.
    pub service: String,
    /// The client that asks.
    pub client: Client,
    /// The database, where the lesson names one.
    pub database: Option<String>,
    /// The statement.
    pub statement: String,
}

impl Query {
    /// The program and its arguments, with what the container's environment says of user, password and
    /// database: columns by tabs, no heading.
    pub fn command(&self, env: &BTreeMap<String, String>) -> Vec<String> {
        let get =
            |names: &[&str]| names.iter().find_map(|name| env.get(*name)).filter(|value| !value.is_empty());
        let mut words: Vec<String> = Vec::new();
        match self.client {
            Client::Mysql | Client::Mariadb => {
                let own =
                    get(&["MARIADB_USER", "MYSQL_USER"]).zip(get(&["MARIADB_PASSWORD", "MYSQL_PASSWORD"]));
                let root = get(&["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"]);
                let user = own.map_or("root", |(user, _)| user);
                words.push(if self.client == Client::Mysql { "mysql" } else { "mariadb" }.to_owned());
                words.push(format!("--user={user}"));
                words.extend(
                    own.map(|(_, own)| own).or(root).map(|password| format!("--password={password}")),
                );
                words.extend(["--batch", "--skip-column-names"].map(str::to_owned));
                let database = self.database.as_ref().or(get(&["MARIADB_DATABASE", "MYSQL_DATABASE"]));
                words.extend(database.map(|name| format!("--database={name}")));
                words.extend(["-e".to_owned(), self.statement.clone()]);
            }
            Client::Psql => {
                let user = get(&["POSTGRES_USER"]).map_or("postgres", String::as_str);
                let database = self.database.as_ref().or(get(&["POSTGRES_DB"])).map_or(user, String::as_str);
                let fixed = [
                    "psql",
                    "-X",
                    "-A",
                    "-t",
                    "-F",
                    "\t",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-U",
                    user,
                    "-d",
                    database,
                ];
                words.extend(fixed.map(str::to_owned));
                words.extend(["-c".to_owned(), self.statement.clone()]);
            }
            Client::Sqlite3 => {
                let file = self.database.as_deref().unwrap_or(":memory:");
                let fixed = ["sqlite3", "-batch", "-separator", "\t", file, &self.statement];
                words.extend(fixed.map(str::to_owned));
            }
        }
        words
    }
}

impl Check for Sql {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Sql(self.services.iter().map(|service| self.asked(service)).collect()))
    }

    fn commands(&self) -> Vec<StackCommand> {
        let command = |service: &String| {
            let words = ["exec", "-T", service].map(str::to_owned).into_iter();
            StackCommand::Compose(words.chain(self.asked(service).command(&BTreeMap::new())).collect())
        };
        self.services.iter().map(command).collect()
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Exec(ends))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        let end = |service: &str| stack.of(service).find_map(|replica| ends.get(&replica.label()));
        let verdict = self.services.judge(|service| match end(service) {
            Some(end) => self.answered(service, end),
            None => phrases::not_observed(),
        });
        let same = self.differ && verdict.is_pass();
        same.then(|| self.same_answer(&end)).flatten().unwrap_or(verdict)
    }
}

impl Sql {
    /// The first two services that answer the same.
    fn same_answer<'e>(&self, end: &impl Fn(&str) -> Option<&'e ExecEnd>) -> Option<Verdict> {
        let answer = |service: &str| end(service).map(|end| end.stdout.trim());
        let (at, other) = self.services.iter().enumerate().find_map(|(at, service)| {
            let before = self.services[..at].iter();
            Some((at, before.into_iter().find(|before| answer(before) == answer(service))?))
        })?;
        let service = &self.services[at];
        let text = Text::new("check-sql-same").with("query", self.query.as_str());
        let text = text.with("service", service.as_str()).with("other", other.as_str());
        Some(
            Verdict::not_yet(text).lines(answer(service).map(str::to_owned).into_iter().collect()).settling(),
        )
    }

    fn asked(&self, service: &str) -> Query {
        Query {
            service: service.to_owned(),
            client: self.client,
            database: self.database.clone(),
            statement: self.query.clone(),
        }
    }

    fn answered(&self, service: &str, end: &ExecEnd) -> Verdict {
        let text = |key| Text::new(key).with("query", self.query.as_str()).with("service", service);
        if end.code != Some(0) {
            return Verdict::not_yet(text("check-sql-failed")).lines(complaint(&end.stderr)).settling();
        }
        let rows: Vec<Vec<&str>> = end.stdout.lines().map(|line| line.split('\t').collect()).collect();
        let shown = || end.stdout.lines().take(10).map(|line| line.replace('\t', "  ")).collect::<Vec<_>>();
        let wrong =
            |fault: Text| Verdict::not_yet(text("check-sql-wrong")).expected(fault).lines(shown()).settling();
        if let Some(count) = self.count.filter(|count| *count != rows.len()) {
            let rows = |count: usize| Text::new("check-sql-rows").with("count", count);
            let seen = end.stdout.lines().count();
            return wrong(rows(count)).observed(rows(seen));
        }
        let value = self.value.as_ref();
        let first = rows.first().and_then(|row| row.first()).copied();
        if let Some(fault) = value.and_then(|wanted| wanted.fault_in_text(first)) {
            return wrong(fault).observed(first.map_or_else(|| Text::new("check-none"), Text::verbatim));
        }
        let wanted = self.rows.iter().map(|rows| as_texts(rows)).find(|wanted| !same(wanted, &rows));
        if let Some(wanted) = wanted {
            let line = |row: &Vec<String>| row.join("  ");
            return wrong(Text::verbatim(wanted.iter().map(line).collect::<Vec<_>>().join("; ")));
        }
        Verdict::pass(text("check-sql-pass")).lines(shown())
    }
}

/// What a client complained of, without its warnings and without the statement, which MariaDB's
/// repeats between two lines of dashes.
pub(super) fn complaint(stderr: &str) -> Vec<String> {
    let mut repeats = false;
    let says = |line: &&str| {
        let is_rule = *line == "--------------";
        repeats ^= is_rule;
        !is_rule && !repeats && !line.trim().is_empty() && !line.contains("[Warning]")
    };
    stderr.lines().filter(says).take(4).map(str::to_owned).collect()
}

fn as_texts(rows: &[Vec<Value>]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(written).collect()).collect()
}

fn same(wanted: &[Vec<String>], seen: &[Vec<&str>]) -> bool {
    wanted.len() == seen.len() && wanted.iter().zip(seen).all(|(wanted, seen)| wanted == seen)
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn what_the_client_repeats_does_not_hide_what_it_says() {
        let said = "mysql: [Warning] Using a password on the command line can be insecure.\n\
                    --------------\nSELECT 1\nFROM urls\n--------------\n\n\
                    ERROR 1146 (42S02) at line 1: Table 'shortener.urls' doesn't exist\n";
        assert_eq!(complaint(said), ["ERROR 1146 (42S02) at line 1: Table 'shortener.urls' doesn't exist"]);
        assert_eq!(complaint("ERROR 1045\n"), ["ERROR 1045"]);
    }
}
