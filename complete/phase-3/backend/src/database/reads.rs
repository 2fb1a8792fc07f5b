//! Where a read goes: to the replica whose turn it is, and to the primary where none can serve it.

use sqlx::MySqlPool;

use super::server::Server;
use super::{Database, DatabaseError, Replica};
use crate::visit::Visit;

/// How long a read may take at a replica, its wait for the caller's own writes aside: the primary
/// still has to answer in time.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

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
        {
            match tokio::time::timeout(PATIENCE, work(replica.pool.clone())).await {
                Ok(Ok(found)) => {
                    visit.served_by(server.name);
                    return Ok(found);
                }
                Ok(Err(error)) => replica.failed(format!("a read failed: {}", self.reason(&error).known)),
                Err(_) => replica.failed("a read took too long".to_owned()),
            }
        }
        let found = self.work(work(self.pool.clone())).await?;
        visit.served_by(self.name());
        Ok(found)
    }

    /// Whether the caller's own writes have arrived there; it waits for them.
    async fn has_come_so_far(&self, visit: &Visit, replica: &Replica, server: &Server) -> bool {
        let Some((wait, position)) = self.config.own_writes.zip(visit.after.as_ref()) else { return true };
        let asked = position.reached(&replica.pool, server.flavour, wait);
        matches!(tokio::time::timeout(wait + PATIENCE, asked).await, Ok(Ok(true)))
    }
}
