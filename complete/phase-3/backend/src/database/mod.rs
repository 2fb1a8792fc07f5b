//! The database, MySQL or MariaDB, shared by all servers ([`Database`]): the
//! counter that codes come from, the targets, and the clicks that were counted.
//!
//! What writes goes to the primary, whole transactions and locks with it; what
//! only reads goes to a replica where there are any ([`Replicas`]).

mod clicks;
mod lock;
mod open;
mod reads;
mod replicas;
mod server;
mod urls;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlPool, MySqlPoolOptions, MySqlSslMode};
use tokio::sync::watch;

use crate::config::DatabaseConfig;
pub use open::Reason;
pub use replicas::{Replica, Replicas};
pub use server::{Position, Server};
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

impl DatabaseError {
    /// It is not there, or does not answer; another might.
    fn is_no_answer(&self) -> bool {
        match self {
            Self::Slow(_) => true,
            Self::Failed(error) => error.as_database_error().is_none(),
            Self::NotReady(_) | Self::NoCodesLeft => false,
        }
    }
}

/// Connections to the database; a clone shares them.
#[derive(Debug, Clone)]
pub struct Database {
    /// The primary's.
    pool: MySqlPool,
    pub replicas: Arc<Replicas>,
    config: DatabaseConfig,
    /// Who the primary is, once it has answered.
    primary: Arc<RwLock<Option<Server>>>,
    /// When the primary last did not answer a read.
    away: Arc<Mutex<Option<Instant>>>,
    /// `Err` with a reason until the schema is there.
    ready: watch::Sender<Result<(), String>>,
}

impl Database {
    /// Connects to nothing yet: [`Database::prepare`] does.
    pub fn new(config: &DatabaseConfig) -> Self {
        let (ready, _) = watch::channel(Err("not connected yet".to_owned()));
        let replicas = Arc::new(Replicas::new(config));
        let primary = Arc::new(RwLock::new(None));
        Self {
            pool: pool(config, ACQUIRE),
            replicas,
            config: config.clone(),
            primary,
            away: Arc::default(),
            ready,
        }
    }

    /// Who the primary is, once it has answered.
    pub fn primary(&self) -> Option<Server> {
        self.primary.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the primary goes by.
    pub fn name(&self) -> Arc<str> {
        self.primary().map_or_else(|| self.config.host.as_str().into(), |server| server.name)
    }

    fn reason(&self, error: &sqlx::Error) -> Reason {
        Reason::of(error, &self.config)
    }

    /// Asks the primary who it is, to see whether it answers. The error is for
    /// a stranger and for the log.
    pub async fn ping(&self) -> Result<(), Reason> {
        self.ready.borrow().clone().map_err(|known| Reason { detail: known.clone(), known })?;
        match tokio::time::timeout(HEALTH_PATIENCE, self.meet()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.reason(&error)),
            Err(_) => Err(Reason::slow(&self.config)),
        }
    }

    async fn meet(&self) -> sqlx::Result<()> {
        let server = Server::ask(&mut *self.pool.acquire().await?, &self.config.host).await?;
        *self.primary.write().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
        self.replicas.close().await;
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

/// Connections that are made once they are needed.
fn pool(config: &DatabaseConfig, acquire: Duration) -> MySqlPool {
    MySqlPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(acquire)
        .connect_lazy_with(options(config))
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
