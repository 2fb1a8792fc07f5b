//! Which server answers, and in whose words it is asked: [`Server`], [`Flavour`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::mysql::MySqlRow;
use sqlx::{AssertSqlSafe, Executor as _, MySqlConnection, MySqlPool, Row as _};

/// MySQL or MariaDB: they share a protocol and differ in what they say of replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    MySql,
    MariaDb,
}

/// A database server, as it calls itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its `report_host`, else the host that it was found by.
    pub name: Arc<str>,
    pub flavour: Flavour,
    /// `10.11.6-MariaDB`, `8.4.3`.
    pub version: String,
}

impl Server {
    /// Asks it.
    pub async fn ask(connection: &mut MySqlConnection, host: &str) -> sqlx::Result<Self> {
        let (version, name): (String, Option<String>) =
            sqlx::query_as("SELECT VERSION(), @@report_host").fetch_one(connection).await?;
        let name = name.filter(|name| is_header_text(name));
        let flavour = if version.contains("MariaDB") { Flavour::MariaDb } else { Flavour::MySql };
        Ok(Self { name: name.as_deref().unwrap_or(host).into(), flavour, version })
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.flavour {
            Flavour::MySql => "MySQL",
            Flavour::MariaDb => "MariaDB",
        };
        let number = self.version.split('-').next().unwrap_or_default();
        write!(f, "{kind} {number}")
    }
}

fn is_header_text(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What a replica says of its own replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Following {
    /// Both of its threads run.
    pub running: bool,
    /// Seconds behind; none where it cannot say: that is not 0.
    pub lag: Option<u64>,
}

impl Following {
    /// Asks a replica; none where it follows nobody.
    pub async fn ask(connection: &mut MySqlConnection) -> sqlx::Result<Option<Self>> {
        // Both know the word; what they call the columns differs.
        let row = connection.fetch_optional(sqlx::raw_sql("SHOW REPLICA STATUS")).await?;
        Ok(row.map(|row| Self {
            running: ["IO", "SQL"].iter().all(|thread| {
                let names = [format!("Replica_{thread}_Running"), format!("Slave_{thread}_Running")];
                text(&row, &names).as_deref() == Some("Yes")
            }),
            lag: text(&row, &["Seconds_Behind_Source".to_owned(), "Seconds_Behind_Master".to_owned()])
                .and_then(|lag| lag.parse().ok()),
        }))
    }
}

/// The first of these columns, as text.
fn text(row: &MySqlRow, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| row.try_get_unchecked::<Option<String>, _>(name.as_str()).ok()).flatten()
}

/// A place in the primary's history: a GTID of MariaDB's, a set of them of MySQL's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position(String);

impl Position {
    const LONGEST: usize = 4096;

    /// Reads one; none for what can be none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b',' | b'_');
        ((1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the connection's last write stands.
    pub async fn of_last_write(
        connection: &mut MySqlConnection,
        flavour: Flavour,
    ) -> sqlx::Result<Option<Self>> {
        let question = match flavour {
            Flavour::MariaDb => "SELECT @@last_gtid",
            // The session's own is told beside the answer alone; what the server has done holds it.
            Flavour::MySql => "SELECT @@GLOBAL.gtid_executed",
        };
        let said: Option<String> = sqlx::query_scalar(question).fetch_one(connection).await?;
        Ok(said.and_then(|said| Self::parse(&said.replace(['\n', ' '], ""))))
    }

    /// Waits at a replica until it has come so far; false where it has not within `wait`.
    pub async fn reached(&self, pool: &MySqlPool, flavour: Flavour, wait: Duration) -> sqlx::Result<bool> {
        let function = match flavour {
            Flavour::MariaDb => "MASTER_GTID_WAIT",
            Flavour::MySql => "WAIT_FOR_EXECUTED_GTID_SET",
        };
        let statement = AssertSqlSafe(format!("SELECT CAST({function}(?, ?) AS SIGNED)"));
        let query = sqlx::query_scalar(statement).bind(&self.0).bind(wait.as_secs_f64());
        let said: Option<i64> = query.fetch_one(pool).await?;
        Ok(said == Some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_one_of_either_servers_and_nothing_else() {
        for good in ["0-1-270", "0-1-2,1-2-3", "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5"] {
            assert_eq!(Position::parse(good).map(|position| position.0), Some(good.to_owned()));
        }
        for bad in ["", "0-1-2'", "0-1 2", "가", &"1".repeat(4097)] {
            assert_eq!(Position::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_server_is_named_with_its_number() {
        let server = |flavour, version: &str| {
            Server { name: "db".into(), flavour, version: version.to_owned() }.to_string()
        };
        assert_eq!(server(Flavour::MariaDb, "10.11.6-MariaDB-0+deb12u1"), "MariaDB 10.11.6");
        assert_eq!(server(Flavour::MySql, "8.4.3"), "MySQL 8.4.3");
    }
}
