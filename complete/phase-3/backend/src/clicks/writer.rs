//! Sends clicks on: from this server's memory to Redis, and from Redis to the
//! database ([`Writer`]).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Memory;
use crate::cache::{Cache, CacheError};
use crate::database::{Database, DatabaseError};
use crate::log::Line;

/// How often clicks are sent on.
const BETWEEN: Duration = Duration::from_secs(1);
/// How long the last clicks may take when the server stops.
const LAST: Duration = Duration::from_secs(3);

/// What sends clicks on.
#[derive(Debug, Clone)]
pub struct Writer {
    pub memory: Arc<Memory>,
    pub cache: Cache,
    pub database: Database,
}

/// Why clicks stay where they are for now.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Writer {
    /// Sends clicks on until it is told to stop.
    pub async fn run(&self, mut stopped: watch::Receiver<bool>) {
        let mut ticks = tokio::time::interval(BETWEEN);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stopped.wait_for(|stop| *stop) => return,
            }
            self.say_dropped();
            match self.send_on().await {
                // It has been said that it is away.
                Ok(()) | Err(WriteError::Cache(CacheError::Away)) => {}
                Err(error) => say_waiting(&error),
            }
        }
    }

    /// When the server stops: what this server alone knows goes to Redis, or
    /// else straight to the database, or else is said to be lost.
    pub async fn finish(&self) {
        let sent = tokio::time::timeout(LAST, async {
            match self.send_on().await {
                Ok(()) | Err(WriteError::Cache(CacheError::Away)) => {}
                Err(error) => say_waiting(&error),
            }
            while let Some(batch) = self.memory.batch() {
                if let Err(error) = self.database.add_clicks(&batch).await {
                    Line::new("warn")
                        .field("msg", "the database took no clicks")
                        .field("error", error)
                        .print();
                    break;
                }
                self.memory.arrived(&batch);
            }
        });
        let _ = sent.await;
        self.say_dropped();
        let in_doubt = self.memory.in_doubt();
        if in_doubt > 0 {
            Line::new("warn")
                .field("msg", "clicks in doubt: redis was asked to count them and has not answered")
                .field("count", in_doubt)
                .print();
        }
        let lost = self.memory.clicks();
        if lost > 0 {
            Line::new("error").field("msg", "clicks lost").field("count", lost).print();
        }
    }

    async fn send_on(&self) -> Result<(), WriteError> {
        while let Some(batch) = self.memory.batch() {
            self.cache.add_clicks(&batch).await?;
            self.memory.arrived(&batch);
            Line::new("info").field("msg", "clicks sent to redis").field("count", batch.clicks()).print();
        }
        if let Some(batch) = self.cache.take_batch().await? {
            let new = self.database.add_clicks(&batch).await?;
            self.cache.finish_batch(&batch).await?;
            Line::new("info")
                .field("msg", if new { "clicks written back" } else { "a batch was already written" })
                .field("count", batch.clicks())
                .field("batch", &batch.id)
                .print();
        }
        Ok(())
    }

    fn say_dropped(&self) {
        let dropped = self.memory.take_dropped();
        if dropped > 0 {
            Line::new("error")
                .field("msg", "clicks dropped: too many codes wait for redis")
                .field("count", dropped)
                .print();
        }
    }
}

fn say_waiting(error: &WriteError) {
    Line::new("warn")
        .field("msg", "clicks wait: they could not be written back")
        .field("error", error)
        .print();
}
