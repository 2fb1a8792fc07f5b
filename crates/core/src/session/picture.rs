//! The picture of who knows which address, read from the running stack.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::Session;
use crate::picture::{Failures, MINUTE, Picture, Requests, Sight, compose};
use workshop_engine::{Detail, EngineError, Observe, Observed, Project, Replica, Upstreams};

/// How far back the proxy's log is read for servers that failed.
const FAILED: Duration = Duration::from_secs(600);

/// What came of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pictured {
    /// Here it is.
    Picture(Picture),
    /// What lets requests in does not run.
    NotRunning,
    /// It runs, and this engine cannot read what it holds.
    Untold,
}

impl Session {
    /// Who knows which address behind the lesson's entry, as it is now; requests of the last minute.
    ///
    /// # Errors
    /// The engine cannot be asked.
    pub async fn picture(&self) -> Result<Pictured, EngineError> {
        look(self.engine.as_ref(), &self.project(), &self.lesson.file.entry.service).await
    }
}

/// The same behind the first replica of `service` that runs.
///
/// # Errors
/// The engine cannot be asked.
pub async fn look(engine: &dyn Observe, project: &Project, service: &str) -> Result<Pictured, EngineError> {
    let observed = engine.observe(project, Detail::StartTimes).await?;
    let Some(proxy) = observed.of(service).find(|one| one.is_running()) else {
        return Ok(Pictured::NotRunning);
    };
    let Some(upstreams) = engine.upstreams(proxy, &observed).await? else { return Ok(Pictured::Untold) };
    let now = SystemTime::now();
    let failures = failures(engine, proxy, &upstreams, now).await;
    let requests = requests(engine, &observed, proxy, now).await;
    Ok(Pictured::Picture(compose(&Sight {
        stack: &observed,
        proxy,
        upstreams: &upstreams,
        failures: &failures,
        requests: &requests,
        requests_of: Some(MINUTE),
        now,
    })))
}

/// What the proxy's log tells of servers that failed since it serves as it does.
async fn failures(engine: &dyn Observe, proxy: &Replica, upstreams: &Upstreams, now: SystemTime) -> Failures {
    let recent = now.checked_sub(FAILED);
    let since = upstreams.since.max(recent);
    Failures::of(&engine.logs(proxy, since).await.unwrap_or_default())
}

/// The requests that every other replica wrote down in the last minute.
async fn requests(
    engine: &dyn Observe,
    observed: &Observed,
    proxy: &Replica,
    now: SystemTime,
) -> BTreeMap<String, Requests> {
    let mut counts = BTreeMap::new();
    for replica in observed.replicas.iter().filter(|one| one.is_running() && one.id != proxy.id) {
        let lines = engine.logs(replica, now.checked_sub(MINUTE)).await.unwrap_or_default();
        counts.insert(replica.label(), Requests::of(&lines));
    }
    counts
}
