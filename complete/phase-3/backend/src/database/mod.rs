//! The database, MySQL or MariaDB, shared by all servers ([`Database`]): the
//! counter that codes come from, the targets, and the clicks that were counted.

mod clicks;
mod lock;
mod open;
mod urls;

use std::future::Future;
use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlPool, MySqlPoolOptions, MySqlSslMode};
use tokio::sync::watch;

use crate::config::DatabaseConfig;
pub use open::Reason;
pub use urls::Entry;

const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(2);
/// How long a request's work may take, with the wait for a connection.
const PATIENCE: Duration = Duration::from_secs(4);
/// Shorter than a health check's own limit, so that the answer arrives.
const HEALTH_PATIENCE: Duration = Duration::from_secs(1);

/// Why the database did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("the database is not ready: {0}")]
    NotReady(String),
    #[error("the database did not answer within {0:?}")]
    Slow(Duration),
    #[error("every code is used up")]
    NoCodesLeft,
    #[error(transparent)]
    Failed(#[from] sqlx::Error),
}

/// Connections to the database; a clone shares them.
#[derive(Debug, Clone)]
pub struct Database {
    pool: MySqlPool,
    config: DatabaseConfig,
    /// `Err` with a reason until the schema is there.
    ready: watch::Sender<Result<(), String>>,
}

impl Database {
    /// Connects to nothing yet: [`Database::prepare`] does.
    pub fn new(config: &DatabaseConfig) -> Self {
        let pool = MySqlPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options(config));
        let (ready, _) = watch::channel(Err("not connected yet".to_owned()));
        Self { pool, config: config.clone(), ready }
    }

    /// Asks the database for nothing, to see whether it answers. The error is
    /// for a stranger and for the log.
    pub async fn ping(&self) -> Result<(), Reason> {
        self.ready.borrow().clone().map_err(|known| Reason { detail: known.clone(), known })?;
        let asked = sqlx::query("SELECT 1").execute(&self.pool);
        match tokio::time::timeout(HEALTH_PATIENCE, asked).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Reason::of(&error, &self.config)),
            Err(_) => Err(Reason::slow(&self.config)),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Does a request's work, for [`PATIENCE`] at most.
    async fn work<T>(&self, work: impl Future<Output = sqlx::Result<T>>) -> Result<T, DatabaseError> {
        self.work_within(PATIENCE, work).await
    }

    /// Does a piece of work, once the schema is there.
    async fn work_within<T>(
        &self,
        patience: Duration,
        work: impl Future<Output = sqlx::Result<T>>,
    ) -> Result<T, DatabaseError> {
        self.ready.borrow().clone().map_err(DatabaseError::NotReady)?;
        Ok(tokio::time::timeout(patience, work).await.map_err(|_| DatabaseError::Slow(patience))??)
    }
}

fn options(config: &DatabaseConfig) -> MySqlConnectOptions {
    MySqlConnectOptions::new()
        .host(&config.host)
        .port(config.port)
        .username(&config.user)
        .password(&config.password.0)
        .database(&config.name)
        // This program has no TLS: the database is on the stack's own network.
        .ssl_mode(MySqlSslMode::Disabled)
}
