//! What a database says of itself and of whom it follows: `Server`, in MySQL's words and in
//! MariaDB's.

use std::collections::BTreeMap;

use super::kind::World;
use super::phrases;
use super::seen::Seen;
use super::sql::complaint;
use crate::verdict::Verdict;
use workshop_engine::{ExecEnd, Replica};
use workshop_text::Text;

/// The columns that both have, and then the status: a server that follows nobody prints none.
const QUESTION: &str = "SELECT VERSION() AS version, @@server_id AS server_id, @@log_bin AS log_bin, \
                        @@read_only AS read_only; SHOW REPLICA STATUS";

/// The client's command that asks a database, as root: its password is in the container's own
/// environment.
pub fn question(env: &BTreeMap<String, String>) -> Vec<String> {
    let password = ["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"].iter().find_map(|name| env.get(*name));
    let mut words = vec!["mysql".to_owned(), "--user=root".to_owned()];
    words.extend(password.map(|password| format!("--password={password}")));
    words.extend(["--batch", "--vertical", "-e", QUESTION].map(str::to_owned));
    words
}

/// A database server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// `MySQL 8.4.3`, `MariaDB 10.11.6`.
    pub name: String,
    /// Its server id: unique among those that replicate.
    pub id: u64,
    pub has_log: bool,
    pub is_read_only: bool,
    pub follows: Option<Following>,
}

/// Whom a server follows, and how well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Following {
    /// As it was told.
    pub host: String,
    /// The server id of whom it has reached; 0 before it has.
    pub source: u64,
    /// The receiving thread: `Yes`, `No`, `Connecting`.
    pub io: String,
    /// The applying thread.
    pub sql: String,
    pub uses_gtid: bool,
    /// Seconds behind; none where the server says NULL, which is not 0.
    pub lag: Option<u64>,
    /// How many seconds late it applies on purpose.
    pub delay: u64,
    /// What it last complained of.
    pub error: String,
}

impl Following {
    /// Both threads run.
    pub(super) fn runs(&self) -> bool {
        self.io == "Yes" && self.sql == "Yes"
    }

    /// The lag as it is shown.
    pub(super) fn lag_text(&self) -> Text {
        match self.lag {
            Some(seconds) => Text::new("check-lag-seconds").with("seconds", seconds),
            None => Text::new("check-lag-unknown"),
        }
    }
}

impl Server {
    /// Reads what the client printed; none for what is no answer to [`question`].
    pub(super) fn read(output: &str) -> Option<Self> {
        let pairs = output.lines().filter(|line| !line.starts_with('*'));
        let pairs = pairs.filter_map(|line| {
            let (name, value) = line.trim_start().split_once(':')?;
            Some((name, value.trim()))
        });
        // The first of two that are called alike: a value of many lines may look like a pair.
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            values.entry(name).or_insert(value);
        }
        let is_on = |name: &str| values.get(name).is_some_and(|value| matches!(*value, "1" | "ON"));
        let version = values.get("version")?;
        let kind = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
        Some(Self {
            name: format!("{kind} {}", version.split('-').next().unwrap_or_default()),
            id: values.get("server_id")?.parse().ok()?,
            has_log: is_on("log_bin"),
            is_read_only: is_on("read_only"),
            follows: Following::read(&values),
        })
    }
}

impl Following {
    fn read(values: &BTreeMap<&str, &str>) -> Option<Self> {
        // MySQL 8.4 says Source and Replica, MariaDB Master and Slave.
        let either = |new: &str, old: &str| values.get(new).or(values.get(old)).copied();
        let errors =
            ["Last_IO_Error", "Last_SQL_Error"].map(|name| values.get(name).copied().unwrap_or_default());
        let by_name =
            values.get("Using_Gtid").is_some_and(|gtid| matches!(*gtid, "Slave_Pos" | "Current_Pos"));
        Some(Self {
            host: either("Source_Host", "Master_Host")?.to_owned(),
            source: either("Source_Server_Id", "Master_Server_Id")?.parse().ok()?,
            io: either("Replica_IO_Running", "Slave_IO_Running")?.to_owned(),
            sql: either("Replica_SQL_Running", "Slave_SQL_Running")?.to_owned(),
            uses_gtid: by_name || values.get("Auto_Position") == Some(&"1"),
            lag: either("Seconds_Behind_Source", "Seconds_Behind_Master").and_then(|lag| lag.parse().ok()),
            delay: values.get("SQL_Delay").and_then(|delay| delay.parse().ok()).unwrap_or_default(),
            error: errors.into_iter().find(|error| !error.is_empty()).unwrap_or_default().to_owned(),
        })
    }
}

/// What a service's database said.
///
/// # Errors
/// The verdict where it does not run, or did not answer.
pub(super) fn of(world: &World<'_>, service: &str) -> Result<Server, Box<Verdict>> {
    let (Some(stack), Some(Seen::Replication(ends))) = (world.stack, world.seen) else {
        return Err(Box::new(phrases::not_asked(world.seen)));
    };
    if !stack.of(service).any(Replica::is_running) {
        return Err(Box::new(phrases::none_running(service)));
    }
    let end: &ExecEnd = ends.get(service).ok_or_else(|| Box::new(phrases::not_observed()))?;
    Server::read(&end.stdout).filter(|_| end.code == Some(0)).ok_or_else(|| {
        let text = Text::new("check-replication-silent").with("service", service);
        Box::new(Verdict::not_yet(text).lines(complaint(&end.stderr)).settling())
    })
}

/// A replica follows nobody.
pub(super) fn follows_nobody(service: &str, server: &Server) -> Verdict {
    let text = Text::new("check-replicates-nobody");
    Verdict::not_yet(text.with("service", service).with("server", server.name.as_str())).settling()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_servers_words_are_understood() {
        let maria = "*************************** 1. row ***************************\n  version: 10.11.19-MariaDB-0+deb12u1\nserver_id: 2\n  log_bin: 1\nread_only: 1\n\
            *************************** 1. row ***************************\n Slave_IO_State: Waiting for master to send event\n Master_Host: 127.64.0.2\n Slave_IO_Running: Connecting\n\
            Slave_SQL_Running: Yes\n Seconds_Behind_Master: NULL\n Last_IO_Error: error connecting: timeout\n Last_SQL_Error: \n Master_Server_Id: 1\n Using_Gtid: Slave_Pos\n SQL_Delay: 3\n";
        let server = Server::read(maria).unwrap();
        assert_eq!((server.name.as_str(), server.id, server.is_read_only), ("MariaDB 10.11.19", 2, true));
        let following = server.follows.unwrap();
        assert_eq!((following.lag, following.delay, following.runs()), (None, 3, false));
        assert_eq!((following.source, following.uses_gtid), (1, true));
        assert_eq!(following.error, "error connecting: timeout");
        let mysql = "version: 8.4.3\nserver_id: 3\nlog_bin: 1\nread_only: 0\n Source_Host: mysql\n Replica_IO_Running: Yes\n\
            Replica_SQL_Running: Yes\n Seconds_Behind_Source: 0\n Source_Server_Id: 1\n Auto_Position: 1\n\
            Executed_Gtid_Set: 3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5,\n3E11FA47-71CA-11E1-9E33-C80AA9429563:1\n SQL_Delay: 0\n";
        let server = Server::read(mysql).unwrap();
        assert_eq!((server.name.as_str(), server.is_read_only), ("MySQL 8.4.3", false));
        let following = server.follows.unwrap();
        assert_eq!((following.lag, following.runs(), following.uses_gtid), (Some(0), true, true));
        let alone = Server::read("version: 8.4.3\nserver_id: 1\nlog_bin: 1\nread_only: 0\n").unwrap();
        assert_eq!((alone.follows, alone.has_log), (None, true));
        assert_eq!(Server::read("ERROR 1045"), None);
    }

    proptest! {
        #[test]
        fn any_output_is_read_or_refused(text in "(version|server_id|Master_Host|Slave_IO_Running|[a-zA-Z_:* \n0-9]){0,12}") {
            let _ = Server::read(&text);
        }
    }
}
