//! Waiting for the database and making its schema, safe when many servers do
//! it at once: [`Database::prepare`].

use std::time::{Duration, Instant};

use sqlx::{Connection as _, MySqlConnection};

use super::{Database, options};
use crate::config::DatabaseConfig;
use crate::log::Line;

const SCHEMA: &str = include_str!("schema.sql");
const ATTEMPT: Duration = Duration::from_secs(5);
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
/// How often a wait is said again.
const BETWEEN_LINES: Duration = Duration::from_secs(3);
/// How long a server waits for another that makes the schema, in seconds.
const LOCK: u32 = 4;

/// Why the database is not to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// For everyone: which settings to look at, and nothing of what they are.
    pub known: String,
    /// For the log: never a password.
    pub detail: String,
}

impl Reason {
    /// Puts an error into words: the numbers are MySQL's and MariaDB's.
    pub fn of(error: &sqlx::Error, config: &DatabaseConfig) -> Self {
        let number = error
            .as_database_error()
            .and_then(|error| error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>())
            .map(|error| error.number());
        let known = match number {
            Some(1045 | 1698 | 3118) => "the database refused DB_USER with DB_PASSWORD",
            Some(1044 | 1142) => "DB_USER may not use DB_NAME",
            Some(1049) => "there is no database DB_NAME",
            Some(_) => "the database refused",
            None => "no answer at DB_HOST and DB_PORT",
        };
        let DatabaseConfig { host, port, name, user, .. } = config;
        let detail = format!("DB_HOST={host} DB_PORT={port} DB_NAME={name} DB_USER={user}: {error}");
        Self { known: known.to_owned(), detail }
    }

    /// The database is there and does not answer in time.
    pub fn slow(config: &DatabaseConfig) -> Self {
        let detail = format!("DB_HOST={} DB_PORT={}: no answer in time", config.host, config.port);
        Self { known: "the database does not answer in time".to_owned(), detail }
    }
}

impl Database {
    /// Tries until the schema is there, and says in the log what it waits for.
    pub async fn prepare(&self) {
        let begun = Instant::now();
        let mut said: Option<(Instant, String)> = None;
        loop {
            let opened = async {
                self.make_schema().await?;
                self.meet().await
            };
            let reason = match tokio::time::timeout(ATTEMPT, opened).await {
                Ok(Ok(())) => break,
                Ok(Err(error)) => Reason::of(&error, &self.config),
                Err(_) => Reason::slow(&self.config),
            };
            let _ = self.ready.send_replace(Err(reason.known.clone()));
            let is_new = !said
                .as_ref()
                .is_some_and(|(when, known)| *known == reason.known && when.elapsed() < BETWEEN_LINES);
            if is_new {
                Line::new("warn")
                    .field("msg", "waiting for the database")
                    .field("seconds", begun.elapsed().as_secs())
                    .field("reason", &reason.known)
                    .field("error", &reason.detail)
                    .print();
                said = Some((Instant::now(), reason.known));
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        let _ = self.ready.send_replace(Ok(()));
        Line::new("info")
            .field("msg", "the database is ready")
            .field("milliseconds", begun.elapsed().as_millis())
            .print();
    }

    async fn make_schema(&self) -> sqlx::Result<()> {
        let mut connection = MySqlConnection::connect_with(&options(&self.config)).await?;
        // A lock by name: it ends with the connection, should this server die.
        let lock = format!("{} schema", self.config.name);
        sqlx::query("SELECT GET_LOCK(LEFT(?, 64), ?)")
            .bind(&lock)
            .bind(LOCK)
            .execute(&mut connection)
            .await?;
        sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
        connection.close().await
    }
}
