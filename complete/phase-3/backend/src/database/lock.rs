//! One lock that all servers share, to be seen from outside: with it, more
//! servers are no faster.

use std::time::Duration;

use super::{Database, DatabaseError};

/// How long a redirect queues at most, in seconds.
const QUEUE: u32 = 10;

impl Database {
    /// Waits for the lock, holds it for `time`, and gives it back.
    pub async fn hold_shared_lock(&self, time: Duration) -> Result<(), DatabaseError> {
        // One statement: were it three, a request that is given up between them would keep the lock.
        let statement = "DO GET_LOCK('shortener.shared', ?) + SLEEP(?) + RELEASE_LOCK('shortener.shared')";
        let query = sqlx::query(statement).bind(QUEUE).bind(time.as_secs_f64());
        let patience = Duration::from_secs(u64::from(QUEUE)) + time;
        self.work_within(patience, query.execute(&self.pool)).await?;
        Ok(())
    }
}
