//! What is asked of Redis. The keys:
//!
//! - `url:<code>`: where the code leads; empty for a code that leads nowhere.
//!   Both expire.
//! - `clicks:pending`: a hash, clicks by code that nobody has written back yet.
//! - `clicks:batch`: the batch that is being written to the database, `pending`
//!   as it was, with the batch's id in the field of no name. There is one at
//!   most, and whoever finds one left behind finishes it.
//! - `clicks:lock`: the server that is writing, for a few seconds.
//! - `clicks:taken`: how many batches were taken: it tells a reader that one
//!   was taken while they read.
//! - `clicks:sent:<id>`: clicks that waited in a server's memory and are here.

use std::collections::HashMap;
use std::sync::LazyLock;

use redis::{RedisResult, Script};

use super::{Cache, CacheError};
use crate::clicks::Batch;
use crate::codes::Code;

/// How long a code's target is kept, in seconds.
const KEPT: u64 = 3600;
/// How long it is kept that a code leads nowhere, in seconds.
const UNKNOWN_KEPT: u64 = 10;
/// How long a server may write a batch before another tries, in milliseconds.
const LOCK: u64 = 5000;
/// How long it is kept that a server's clicks have arrived, in seconds.
const SENT_KEPT: u64 = 86_400;

const PENDING: &str = "clicks:pending";
const BATCH: &str = "clicks:batch";
const LOCK_KEY: &str = "clicks:lock";
const TAKEN: &str = "clicks:taken";

/// What Redis knows of a code.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Where it leads; the click is counted.
    Leads(String),
    /// It is known that it leads nowhere.
    Nowhere,
    Unknown,
}

/// Clicks that are in Redis, of one code.
#[derive(Debug, PartialEq, Eq)]
pub struct Pending {
    /// How many batches had been taken.
    pub taken: u64,
    /// Clicks of no batch yet.
    pub clicks: u64,
    /// The batch that is being written, and its clicks.
    pub batch: Option<(String, u64)>,
}

static FIND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local url = redis.call('GET', KEYS[1])
        if url and url ~= '' and ARGV[2] == '1' then redis.call('HINCRBY', KEYS[2], ARGV[1], 1) end
        return url",
    )
});

// Whether a key is there is asked with a write that changes nothing: a read
// would count as a miss of the cache in Redis's own statistics, every second.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local pending, batch, lock, taken = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
        local function there(key) return type(redis.pcall('RENAMENX', key, key)) == 'number' end
        local begun = there(batch)
        if not begun and not there(pending) then return {} end
        if not redis.call('SET', lock, ARGV[1], 'NX', 'PX', ARGV[2]) then return {} end
        if not begun then
            redis.call('RENAME', pending, batch)
            redis.call('HSET', batch, '', ARGV[1])
            redis.call('INCR', taken)
        end
        return redis.call('HGETALL', batch)",
    )
});

static DONE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(r"if redis.call('HGET', KEYS[1], '') == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end")
});

static PENDING_OF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"return {redis.call('GET', KEYS[3]) or 0, redis.call('HGET', KEYS[1], ARGV[1]) or 0,
            redis.call('HGET', KEYS[2], '') or '', redis.call('HGET', KEYS[2], ARGV[1]) or 0}",
    )
});

static ARRIVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"if not redis.call('SET', KEYS[2], '', 'NX', 'EX', ARGV[1]) then return end
        for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end",
    )
});

impl Cache {
    /// Where the code leads; a click is counted with the same round trip, where
    /// it leads anywhere and `counts`.
    pub async fn find(&self, code: Code, counts: bool) -> Result<Answer, CacheError> {
        let mut question = FIND.key(key(code));
        question.key(PENDING).arg(code.as_str()).arg(u8::from(counts));
        let ask = async move |mut connection| -> RedisResult<Option<String>> {
            question.invoke_async(&mut connection).await
        };
        // Only where the code leads somewhere was the click counted.
        let answer = self.ask(ask, |answer| answer.is_some_and(|target| !target.is_empty())).await?;
        Ok(match answer {
            None => Answer::Unknown,
            Some(target) if target.is_empty() => Answer::Nowhere,
            Some(target) => Answer::Leads(target),
        })
    }

    /// Keeps where a code leads, and counts a click where `counts`.
    pub async fn keep(&self, code: Code, target: &str, counts: bool) -> Result<(), CacheError> {
        let mut question = redis::pipe();
        question.cmd("SET").arg(key(code)).arg(target).arg("EX").arg(KEPT).ignore();
        if counts {
            question.cmd("HINCRBY").arg(PENDING).arg(code.as_str()).arg(1).ignore();
        }
        self.ask(async move |mut connection| question.query_async(&mut connection).await, |()| true).await
    }

    /// Keeps for a short while that a code leads nowhere, unless somebody has
    /// meanwhile kept where it leads.
    pub async fn keep_nowhere(&self, code: Code) -> Result<(), CacheError> {
        let mut question = redis::cmd("SET");
        question.arg(key(code)).arg("").arg("NX").arg("EX").arg(UNKNOWN_KEPT);
        self.ask(async move |mut connection| question.query_async(&mut connection).await, |()| true).await
    }

    /// The clicks of a code that are here.
    pub async fn pending(&self, code: Code) -> Result<Pending, CacheError> {
        let mut question = PENDING_OF.key(PENDING);
        question.key(BATCH).key(TAKEN).arg(code.as_str());
        let ask = async move |mut connection| question.invoke_async(&mut connection).await;
        let (taken, clicks, id, in_batch): (u64, u64, String, u64) = self.ask(ask, |_| true).await?;
        Ok(Pending { taken, clicks, batch: (!id.is_empty()).then_some((id, in_batch)) })
    }

    /// Takes the clicks that are here as a batch, or the batch that a server
    /// left behind; `None` when there is nothing, or another server is at it.
    pub async fn take_batch(&self) -> Result<Option<Batch>, CacheError> {
        let mut question = TAKE.key(PENDING);
        question.key(BATCH).key(LOCK_KEY).key(TAKEN).arg(Batch::new_id()).arg(LOCK);
        let ask = async move |mut connection| question.invoke_async(&mut connection).await;
        let mut fields: HashMap<String, String> = self.ask(ask, |_| true).await?;
        let Some(id) = fields.remove("") else { return Ok(None) };
        let counts = fields
            .iter()
            .filter_map(|(code, clicks)| Some((Code::parse(code)?.number(), clicks.parse().ok()?)))
            .collect();
        Ok(Some(Batch { id, counts }))
    }

    /// Removes a batch that is in the database, and lets the next one be taken.
    pub async fn finish_batch(&self, batch: &Batch) -> Result<(), CacheError> {
        let mut question = DONE.key(BATCH);
        question.key(LOCK_KEY).arg(&batch.id);
        self.ask(async move |mut connection| question.invoke_async(&mut connection).await, |()| true).await
    }

    /// Adds clicks that waited in this server's memory, unless they have arrived
    /// before.
    pub async fn add_clicks(&self, batch: &Batch) -> Result<(), CacheError> {
        let mut question = ARRIVE.key(PENDING);
        question.key(format!("clicks:sent:{}", batch.id)).arg(SENT_KEPT);
        for (number, clicks) in &batch.counts {
            if let Some(code) = Code::of(*number) {
                question.arg(code.as_str()).arg(*clicks);
            }
        }
        self.ask(async move |mut connection| question.invoke_async(&mut connection).await, |()| true).await
    }
}

fn key(code: Code) -> String {
    format!("url:{code}")
}
