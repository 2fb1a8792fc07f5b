//! Redis, shared by all servers: where a code leads, and the clicks that are
//! not yet in the database. What is asked of it is in [`questions`]; this file
//! keeps the connection.
//!
//! The connection is the circuit breaker: once it is found broken, whoever asks
//! is told so at once ([`CacheError::Away`]), until a task in the background
//! has a new one that answers. What was asked over the old one may still be
//! answered, should Redis only have been slow ([`Late`]).

mod questions;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ErrorKind, IntoConnectionInfo as _};
use redis::{RedisConnectionInfo, RedisError, RedisResult};
use tokio::sync::Notify;

use crate::config::RedisConfig;
use crate::log::Line;
pub use questions::Answer;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(200);
const CONNECT: Duration = Duration::from_secs(1);
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
/// How often an unused connection is tried, and an absence said again.
const BETWEEN_PINGS: Duration = Duration::from_secs(1);
const BETWEEN_LINES: Duration = Duration::from_secs(3);

const NO_ANSWER: &str = "no answer at REDIS_HOST and REDIS_PORT";
const TOO_SLOW: &str = "redis does not answer in time";

/// Why Redis gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Nothing was sent.
    #[error("Redis is away")]
    Away,
    /// The connection broke, or Redis refused.
    #[error("Redis: {0}")]
    Failed(#[from] RedisError),
    /// Redis may do it yet.
    #[error("Redis did not answer within {PATIENCE:?}")]
    Late(Late),
}

/// A question that nobody waits for any longer: comes to whether it was done.
pub struct Late(Pin<Box<dyn Future<Output = bool> + Send>>);

impl Late {
    /// Waits until Redis answers after all, or the connection is known to be dead.
    pub async fn done(self) -> bool {
        self.0.await
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Late")
    }
}

/// The connection to Redis; a clone shares it.
#[derive(Debug, Clone)]
pub struct Cache(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: Client,
    config: RedisConfig,
    link: RwLock<Link>,
    broken: Notify,
    /// When the last answer came, in milliseconds since `begun`.
    last_answer: AtomicU64,
    begun: Instant,
}

#[derive(Debug)]
enum Link {
    Up {
        number: u64,
        connection: MultiplexedConnection,
    },
    /// With a reason for everyone: no password in it.
    Away(&'static str),
}

impl Cache {
    /// Connects to nothing yet: [`Cache::keep_connected`] does.
    ///
    /// # Errors
    /// The address cannot be one of a Redis.
    pub fn new(config: &RedisConfig) -> RedisResult<Self> {
        let mut settings = RedisConnectionInfo::default().set_skip_set_lib_name();
        if !config.password.0.is_empty() {
            settings = settings.set_password(&config.password.0);
        }
        let address = ConnectionAddr::Tcp(config.host.clone(), config.port);
        let client = Client::open(address.into_connection_info()?.set_redis_settings(settings))?;
        Ok(Self(Arc::new(Shared {
            client,
            config: config.clone(),
            link: RwLock::new(Link::Away("not connected yet")),
            broken: Notify::new(),
            last_answer: AtomicU64::new(0),
            begun: Instant::now(),
        })))
    }

    /// Whether Redis answers; else a reason for everyone.
    pub async fn health(&self) -> Result<(), &'static str> {
        if let Link::Away(reason) = &*self.link() {
            return Err(reason);
        }
        let asked = self.ask(
            async |mut connection| redis::cmd("PING").query_async::<()>(&mut connection).await,
            |()| true,
        );
        asked.await.map_err(|error| match error {
            CacheError::Away => NO_ANSWER,
            CacheError::Failed(error) => known(&error),
            CacheError::Late(_) => TOO_SLOW,
        })
    }

    /// Connects again and again, for as long as the server runs.
    pub async fn keep_connected(&self) {
        let mut said: Option<(Instant, &str)> = None;
        let mut number = 0;
        loop {
            match self.connect().await {
                Ok(connection) => {
                    number += 1;
                    self.set(Link::Up { number, connection });
                    Line::new("info").field("msg", "redis is connected").print();
                    said = None;
                    self.wait_until_broken().await;
                }
                Err(error) => {
                    let reason = known(&error);
                    self.set(Link::Away(reason));
                    if !said.is_some_and(|(when, known)| known == reason && when.elapsed() < BETWEEN_LINES) {
                        self.say_away(reason, &error);
                        said = Some((Instant::now(), reason));
                    }
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
            }
        }
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            // `ask` has a patience of its own, and waits on in the background.
            .set_response_timeout(None);
        let connecting = async {
            let mut connection = self.0.client.get_multiplexed_async_connection_with_config(&config).await?;
            // One that loads its data accepts connections and answers nothing yet.
            redis::cmd("PING").query_async::<()>(&mut connection).await?;
            Ok(connection)
        };
        let too_slow = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        tokio::time::timeout(CONNECT, connecting).await.map_err(too_slow)?
    }

    async fn wait_until_broken(&self) {
        while matches!(*self.link(), Link::Up { .. }) {
            tokio::select! {
                () = self.0.broken.notified() => {}
                () = tokio::time::sleep(BETWEEN_PINGS) => drop(self.health().await),
            }
        }
    }

    fn say_away(&self, reason: &str, error: impl fmt::Display) {
        let RedisConfig { host, port, .. } = &self.0.config;
        Line::new("warn")
            .field("msg", "redis is away: redirects come from the database, clicks wait here")
            .field("reason", reason)
            .field("error", format_args!("REDIS_HOST={host} REDIS_PORT={port} user=default: {error}"))
            .print();
    }

    /// Sends a question over the connection. One that breaks is given up for
    /// all. `is_done` reads an answer that comes too late: whether it matters.
    async fn ask<T: Send + 'static, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
        is_done: fn(T) -> bool,
    ) -> Result<T, CacheError>
    where
        F: Future<Output = RedisResult<T>> + Send + 'static,
    {
        let (number, connection) = match &*self.link() {
            Link::Up { number, connection } => (*number, connection.clone()),
            Link::Away(_) => return Err(CacheError::Away),
        };
        let asked = self.now();
        let mut answer = Box::pin(question(connection));
        match tokio::time::timeout(PATIENCE, &mut answer).await {
            Ok(Err(error)) if error.is_unrecoverable_error() || error.is_io_error() => {
                self.break_up(number, known(&error), &error);
                Err(CacheError::Failed(error))
            }
            Ok(answer) => {
                self.0.last_answer.store(self.now(), Ordering::Relaxed);
                Ok(answer?)
            }
            Err(late) => {
                // A busy server of its own may be late to see an answer: where others
                // were answered meanwhile, it is this question alone that failed.
                if self.0.last_answer.load(Ordering::Relaxed) <= asked {
                    self.break_up(number, TOO_SLOW, late);
                }
                Err(CacheError::Late(Late(Box::pin(async move { answer.await.is_ok_and(is_done) }))))
            }
        }
    }

    /// Gives up a connection, once.
    fn break_up(&self, broken: u64, reason: &'static str, error: impl fmt::Display) {
        {
            let mut link = self.0.link.write().unwrap_or_else(PoisonError::into_inner);
            if !matches!(*link, Link::Up { number, .. } if number == broken) {
                return;
            }
            *link = Link::Away(reason);
        }
        self.say_away(reason, error);
        self.0.broken.notify_one();
    }

    fn link(&self) -> std::sync::RwLockReadGuard<'_, Link> {
        self.0.link.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, link: Link) {
        *self.0.link.write().unwrap_or_else(PoisonError::into_inner) = link;
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A reason for everyone: which settings to look at, and nothing of what they are.
fn known(error: &RedisError) -> &'static str {
    let refused = error.kind() == ErrorKind::AuthenticationFailed
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM"));
    if refused {
        "redis refused REDIS_PASSWORD"
    } else if error.is_timeout() {
        TOO_SLOW
    } else if error.code() == Some("LOADING") {
        "redis loads its data"
    } else {
        NO_ANSWER
    }
}
