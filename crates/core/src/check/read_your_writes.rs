//! `read_your_writes`: whether whoever writes sees it in the next read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::address::Kept;
use super::kind::{Check, Needs, World};
use super::probe::{Probe, RequestSpec};
use super::seen::{OwnWrite, Seen};
use super::stale_read::Expect;
use super::{http, phrases};
use crate::verdict::{Share, Verdict};
use workshop_text::Text;

/// Whoever writes sees it in the next read, or does not, as asked for.
///
/// So many writes, each read at once; `{run}` and `{count}` tell them apart. What the reads took is
/// told.
///
/// ```toml
/// read_your_writes = { times = 20, write = { method = "POST", path = "/api/posts", json = { title = "{run} {count}" }, status = 201, keep = { id = "/id" } }, read = { path = "/api/posts/{id}" } }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadYourWrites {
    /// How many.
    #[serde(default = "ten")]
    times: u32,
    /// Each write, sent once.
    write: Box<RequestSpec>,
    /// The read behind it.
    read: Box<RequestSpec>,
    /// `fresh`: none is missing; `stale`: one is, at least.
    #[serde(default)]
    expect: Expect,
    /// The header of an answer that says which database served it.
    #[serde(default = "database")]
    served_by: String,
}

const fn ten() -> u32 {
    10
}

fn database() -> String {
    "x-database".to_owned()
}

/// What the probe does.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnWritesSpec {
    /// How many.
    pub times: u32,
    /// Each write, sent once.
    pub write: RequestSpec,
    /// The read behind it.
    pub read: RequestSpec,
}

impl Check for ReadYourWrites {
    fn needs(&self) -> Needs {
        let once = |spec: &RequestSpec| RequestSpec { times: 1, ..spec.clone() };
        let (write, read) = (once(&self.write), once(&self.read));
        Needs::probe(Probe::OwnWrites(Box::new(OwnWritesSpec { times: self.times, write, read })))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::OwnWrites(all)) = world.seen else { return phrases::not_asked(world.seen) };
        for one in all {
            let written = std::slice::from_ref(&one.written);
            if let Some(verdict) = http::wrong(std::slice::from_ref(&*self.write), written, &mut Kept::new())
            {
                return verdict;
            }
        }
        let missing: Vec<&OwnWrite> = all.iter().filter(|one| !self.is_there(one)).collect();
        let mut times: Vec<u64> =
            all.iter().map(|one| u64::try_from(one.time.as_millis()).unwrap_or(u64::MAX)).collect();
        times.sort_unstable();
        let text = |key| {
            Text::new(key)
                .with("all", all.len())
                .with("missing", missing.len())
                .with("p50", times.get(times.len() / 2).copied().unwrap_or_default())
                .with("most", times.last().copied().unwrap_or_default())
        };
        let verdict = match (self.expect, missing.is_empty()) {
            (Expect::Fresh, true) => Verdict::pass(text("check-own-writes-pass")),
            (Expect::Fresh, false) => Verdict::not_yet(text("check-own-writes-missing")),
            (Expect::Stale, false) => Verdict::pass(text("check-own-writes-stale-pass")),
            (Expect::Stale, true) => Verdict::not_yet(text("check-own-writes-all-there")),
        };
        let lines = missing.iter().take(3).filter_map(|one| self.line(one)).collect();
        verdict.lines(lines).shares(self.shares(all))
    }
}

impl ReadYourWrites {
    fn is_there(&self, one: &OwnWrite) -> bool {
        let reply = one.read.as_ref().and_then(|read| read.reply.as_ref().ok());
        reply.is_some_and(|reply| self.read.status.accepts(reply.status))
    }

    /// `GET /abc: 404 (mysql-replica-1)`
    fn line(&self, one: &OwnWrite) -> Option<String> {
        let read = one.read.as_ref()?;
        let said = match &read.reply {
            Ok(reply) => {
                let by = reply.headers.get(&self.served_by.to_ascii_lowercase());
                by.map_or_else(|| reply.status.to_string(), |by| format!("{} ({by})", reply.status))
            }
            Err(failure) => failure.to_string(),
        };
        Some(format!("{} {}: {said}", read.method, read.path))
    }

    /// How many reads each database served.
    fn shares(&self, all: &[OwnWrite]) -> Vec<Share> {
        let mut counts = BTreeMap::<String, u32>::new();
        for read in all.iter().filter_map(|one| one.read.as_ref()?.reply.as_ref().ok()) {
            if let Some(by) = read.headers.get(&self.served_by.to_ascii_lowercase()) {
                *counts.entry(by.clone()).or_default() += 1;
            }
        }
        counts.into_iter().map(|(label, count)| Share { label, count }).collect()
    }
}
