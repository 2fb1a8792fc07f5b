//! What the service does, whatever asks it: [`Shortener`].

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::cache::{Answer, Cache, CacheError};
use crate::clicks::Memory;
use crate::codes::Code;
use crate::database::{Database, DatabaseError, Entry};
use crate::target::{Target, location};
use crate::visit::Visit;

/// How many numbers a server takes at once. What is left of them when it stops
/// is never used: a gap, and no harm.
const BLOCK: u64 = 1000;
/// How often the clicks are read again when they moved while they were read.
const READINGS: usize = 5;

/// Short links in the database, with Redis before it; a clone is the same one.
#[derive(Debug, Clone)]
pub struct Shortener {
    pub database: Database,
    pub cache: Cache,
    memory: Arc<Memory>,
    /// How long every redirect holds the lock that all servers share; zero: there is none.
    shared_lock: Duration,
    /// Numbers that are this server's alone.
    numbers: Arc<Mutex<Range<u64>>>,
}

impl Shortener {
    pub fn new(database: Database, cache: Cache, memory: Arc<Memory>, shared_lock: Duration) -> Self {
        Self { database, cache, memory, shared_lock, numbers: Arc::new(Mutex::new(0..0)) }
    }

    /// Makes a short link.
    pub async fn shorten(&self, visit: &Visit, target: &Target) -> Result<Code, DatabaseError> {
        let code = self.new_code().await?;
        self.database.insert(visit, code, target.as_str()).await?;
        // Somebody may have asked for the code too early: that it leads nowhere
        // is then kept, and replaced here. Without Redis nothing is kept.
        let _ = self.cache.keep(code, &location(target.as_str()), false).await;
        Ok(code)
    }

    async fn new_code(&self) -> Result<Code, DatabaseError> {
        let mut numbers = self.numbers.lock().await;
        if numbers.is_empty() {
            *numbers = self.database.take_numbers(BLOCK).await?;
        }
        numbers.next().and_then(Code::of).ok_or(DatabaseError::NoCodesLeft)
    }

    /// Where a code leads, as a `Location` header says it. A click is counted
    /// where it leads anywhere and `counts`.
    pub async fn follow(
        &self,
        visit: &Visit,
        code: Code,
        counts: bool,
    ) -> Result<Option<String>, DatabaseError> {
        if !self.shared_lock.is_zero() {
            self.database.hold_shared_lock(self.shared_lock).await?;
        }
        let found = match visit.past_cache {
            true => Ok(Answer::Unknown),
            false => self.cache.find(code, counts).await,
        };
        match found {
            Ok(Answer::Leads(target)) => return Ok(Some(target)),
            Ok(Answer::Nowhere) => return Ok(None),
            Ok(Answer::Unknown) | Err(_) => {}
        }
        let target = self.database.target(visit, code).await?.map(|target| location(&target));
        let counted = match (found, &target) {
            (Err(error), _) => Err(error),
            (Ok(_), Some(target)) => self.cache.keep(code, target, counts).await,
            // A replica may only not know it yet.
            (Ok(_), None) if !self.database.replicas.is_empty() => Ok(()),
            (Ok(_), None) => self.cache.keep_nowhere(code).await,
        };
        if counts && target.is_some() {
            match counted {
                Ok(()) => {}
                Err(CacheError::Late(late)) => Memory::add_unless(&self.memory, code, late.done()),
                Err(CacheError::Away | CacheError::Failed(_)) => self.memory.add(code),
            }
        }
        Ok(target)
    }

    /// All about a code: the clicks in the database and those in Redis, each
    /// once. Clicks that wait in a server's memory while Redis is away are not
    /// among them yet.
    pub async fn look_up(&self, visit: &Visit, code: Code) -> Result<Option<Entry>, DatabaseError> {
        let mut reading = 0;
        loop {
            reading += 1;
            let before = self.cache.pending(code).await.ok();
            let batch = before.as_ref().and_then(|pending| pending.batch.clone());
            let id = batch.as_ref().map_or("", |(id, _)| id);
            let Some(mut entry) = self.database.entry(visit, code, id).await? else { return Ok(None) };
            let Some(before) = before else { return Ok(Some(entry)) };
            // A batch that was taken meanwhile would be in neither sum, or in both.
            let after = self.cache.pending(code).await.ok();
            let moved = after.is_some_and(|after| after.taken != before.taken);
            if moved && reading < READINGS {
                continue;
            }
            let in_batch = batch.filter(|_| !entry.has_batch).map_or(0, |(_, clicks)| clicks);
            entry.click_count += before.clicks + in_batch;
            return Ok(Some(entry));
        }
    }
}
