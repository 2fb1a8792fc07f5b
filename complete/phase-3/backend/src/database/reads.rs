//! Where a read goes: to the replica whose turn it is, to the primary where none can serve it, and
//! where there is no primary either to a replica that may be behind.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use sqlx::MySqlPool;

use super::server::Server;
use super::{Database, DatabaseError, Replica};
use crate::visit::Visit;

/// How long a read may take at a replica, its wait for the caller's own writes aside: the primary
/// still has to answer in time.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a primary that did not answer is not asked for a read that a replica can serve.
const AWAY: Duration = Duration::from_secs(2);

impl Database {
    /// Reads once, from a replica or from the primary; a read that fails at a replica is done once
    /// more, at the primary.
    pub(super) async fn read<T, F>(
        &self,
        visit: &Visit,
        work: impl Fn(MySqlPool) -> F,
    ) -> Result<T, DatabaseError>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        self.ready.borrow().clone().map_err(DatabaseError::NotReady)?;
        if let Some((replica, server)) = self.replicas.next()
            && self.has_come_so_far(visit, replica, &server).await
            && let Some(found) = self.read_at(visit, replica, server, &work).await
        {
            return Ok(found);
        }
        if self.is_away()
            && let Some(found) = self.read_old(visit, &work).await
        {
            return Ok(found);
        }
        match self.work(work(self.pool.clone())).await {
            Ok(found) => {
                visit.served_by(self.name());
                Ok(found)
            }
            Err(error) if error.is_no_answer() => {
                *self.away.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
                self.read_old(visit, &work).await.ok_or(error)
            }
            Err(error) => Err(error),
        }
    }

    /// A replica's answer; none where it has none.
    async fn read_at<T, F>(
        &self,
        visit: &Visit,
        replica: &Replica,
        server: Server,
        work: &impl Fn(MySqlPool) -> F,
    ) -> Option<T>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        match tokio::time::timeout(PATIENCE, work(replica.pool.clone())).await {
            Ok(Ok(found)) => {
                visit.served_by(server.name);
                return Some(found);
            }
            Ok(Err(error)) => replica.failed(format!("a read failed: {}", self.reason(&error).known)),
            Err(_) => replica.failed("a read took too long".to_owned()),
        }
        None
    }

    /// The same of a replica that may be behind; never to a caller who waits for what it wrote.
    async fn read_old<T, F>(&self, visit: &Visit, work: &impl Fn(MySqlPool) -> F) -> Option<T>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        if self.config.own_writes.is_some() && visit.after.is_some() {
            return None;
        }
        let (replica, server) = self.replicas.last_resort()?;
        self.read_at(visit, replica, server, work).await
    }

    /// The primary did not answer a moment ago.
    fn is_away(&self) -> bool {
        let away = *self.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.is_some_and(|since| since.elapsed() < AWAY)
    }

    /// Whether the caller's own writes have arrived there; it waits for them.
    async fn has_come_so_far(&self, visit: &Visit, replica: &Replica, server: &Server) -> bool {
        let Some((wait, position)) = self.config.own_writes.zip(visit.after.as_ref()) else { return true };
        let asked = position.reached(&replica.pool, server.flavour, wait);
        matches!(tokio::time::timeout(wait + PATIENCE, asked).await, Ok(Ok(true)))
    }
}
