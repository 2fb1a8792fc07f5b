//! The replicas, a pool each: which of them may be read from ([`Replicas`]). Each is looked at once a
//! second; one that is lost, stopped or too far behind is left out until it is well again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::mysql::MySqlPool;

use super::server::{Following, Server};
use super::{Reason, pool};
use crate::config::DatabaseConfig;
use crate::log::Line;

/// Between two looks at a replica.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// How long a look may take. A busy machine is no reason to leave one out; a read that takes too
/// long is one at once.
const LOOK: Duration = Duration::from_secs(2);
/// How long a read may wait for a connection to a replica: the primary still has to answer in time.
const ACQUIRE: Duration = Duration::from_millis(500);

/// All replicas that the settings name.
#[derive(Debug)]
pub struct Replicas {
    all: Vec<Arc<Replica>>,
    turn: AtomicUsize,
}

/// One of them.
#[derive(Debug)]
pub struct Replica {
    pub pool: MySqlPool,
    config: DatabaseConfig,
    state: RwLock<State>,
}

/// What is known of a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Who it is, once it has answered.
    pub server: Option<Server>,
    /// How far behind it is, in seconds; none where nobody knows.
    pub lag: Option<u64>,
    /// Why it is not read from; none: it is.
    pub out: Option<String>,
    /// It answered, and has followed somebody: what it has is old at the worst.
    pub answers: bool,
}

impl Replicas {
    /// Connects to nothing yet: [`Replicas::watch`] does.
    pub fn new(config: &DatabaseConfig) -> Self {
        let one = |place: &crate::config::ReplicaAddress| {
            let config = DatabaseConfig { host: place.host.clone(), port: place.port, ..config.clone() };
            let out = Some("not looked at yet".to_owned());
            let state = RwLock::new(State { server: None, lag: None, out, answers: false });
            Arc::new(Replica { pool: pool(&config, ACQUIRE), config, state })
        };
        Self { all: config.replicas.iter().map(one).collect(), turn: AtomicUsize::new(0) }
    }

    /// The replica whose turn it is, among those that may be read from, and who it is.
    pub fn next(&self) -> Option<(&Replica, Server)> {
        self.in_turn(|state| state.out.is_none())
    }

    /// The same among all that answer, however far behind: where there is no primary, the choice is
    /// between what may be old and nothing.
    pub fn last_resort(&self) -> Option<(&Replica, Server)> {
        self.in_turn(|state| state.answers)
    }

    fn in_turn(&self, is_meant: impl Fn(&State) -> bool) -> Option<(&Replica, Server)> {
        let server = |one: &Replica| one.read_state(|state| state.server.clone().filter(|_| is_meant(state)));
        let usable: Vec<_> = self.all.iter().filter_map(|one| Some((&**one, server(one)?))).collect();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let at = turn.checked_rem(usable.len())?;
        usable.into_iter().nth(at)
    }

    /// Looks at each again and again, for as long as the server runs.
    pub async fn watch(&self) {
        let mut looks = tokio::task::JoinSet::new();
        for one in &self.all {
            let one = Arc::clone(one);
            looks.spawn(async move { one.watch().await });
        }
        while looks.join_next().await.is_some() {}
    }

    /// What is known of each, by the name that it goes by.
    pub fn known(&self) -> impl Iterator<Item = (Arc<str>, State)> {
        self.all.iter().map(|one| {
            let state = one.state();
            let host = || Arc::from(one.config.host.as_str());
            (state.server.as_ref().map_or_else(host, |server| Arc::clone(&server.name)), state)
        })
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Closes all connections.
    pub async fn close(&self) {
        for one in &self.all {
            one.pool.close().await;
        }
    }
}

impl Replica {
    fn state(&self) -> State {
        self.read_state(State::clone)
    }

    fn read_state<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A read failed here: nobody reads here until the next look.
    pub fn failed(&self, reason: String) {
        self.set(self.away(reason));
    }

    async fn watch(&self) {
        let mut looks = tokio::time::interval(BETWEEN_LOOKS);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            let state = match tokio::time::timeout(LOOK, self.look()).await {
                Ok(Ok(state)) => state,
                Ok(Err(error)) => self.away(refused(&error, &self.config)),
                Err(_) => self.away(Reason::slow(&self.config).known),
            };
            self.set(state);
        }
    }

    async fn look(&self) -> sqlx::Result<State> {
        let mut connection = self.pool.acquire().await?;
        let asked = async {
            let server = Server::ask(&mut connection, &self.config.host).await?;
            Ok((server, Following::ask(&mut connection).await?))
        };
        let (server, following) = match asked.await {
            Ok(answers) => answers,
            Err(error) => {
                // What an account may do is read when it logs in: one that is granted more needs another.
                let _ = connection.close().await;
                return Err(error);
            }
        };
        Ok(State {
            server: Some(server),
            lag: following.and_then(|following| following.lag),
            out: unusable(following, self.config.max_lag),
            answers: following.is_some(),
        })
    }

    fn away(&self, reason: String) -> State {
        State { server: self.state().server, lag: None, out: Some(reason), answers: false }
    }

    /// A change is said once.
    fn set(&self, state: State) {
        let mut known = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if known.out != state.out {
            let name = state.server.as_ref().map_or(self.config.host.as_str(), |server| &*server.name);
            let line = match &state.out {
                None => Line::new("info").field("msg", "a replica is read from").field("database", name),
                Some(reason) => Line::new("warn")
                    .field("msg", "a replica is left out: others are read from")
                    .field("database", name)
                    .field("reason", reason),
            };
            line.print();
        }
        *known = state;
    }
}

/// Why a replica that answers is not read from.
fn unusable(following: Option<Following>, max_lag: Duration) -> Option<String> {
    match following {
        None => Some("it follows nobody".to_owned()),
        Some(Following { running: false, .. }) => Some("its replication is stopped".to_owned()),
        Some(Following { lag: None, .. }) => Some("it does not know how far behind it is".to_owned()),
        Some(Following { lag: Some(lag), .. }) if lag > max_lag.as_secs() => {
            Some(format!("it is {lag} s behind, more than DB_REPLICA_MAX_LAG"))
        }
        Some(_) => None,
    }
}

/// Why a look failed: that the account may not look is a thing of its own.
fn refused(error: &sqlx::Error, config: &DatabaseConfig) -> String {
    let number = error.as_database_error().and_then(|error| {
        error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>().map(|error| error.number())
    });
    match number {
        Some(1227) => "DB_USER may not read the replica's status: grant it REPLICATION CLIENT, \
                       in MariaDB also REPLICA MONITOR"
            .to_owned(),
        _ => Reason::of(error, config).known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replica_that_does_not_know_its_lag_is_never_read_from() {
        let most = Duration::from_secs(5);
        let following = |running, lag| unusable(Some(Following { running, lag }), most);
        assert_eq!(following(true, Some(0)), None);
        assert_eq!(following(true, Some(5)), None);
        for out in
            [following(true, Some(6)), following(true, None), following(false, Some(0)), unusable(None, most)]
        {
            assert!(out.is_some());
        }
    }
}
