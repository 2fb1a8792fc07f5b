//! The probes of a database and its replicas: what each says of itself, and writes with the reads that
//! follow them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::http::Client;
use super::prober::{Found, Prober, requests, requests_with};
use super::scaling::Stop;
use crate::check::address::Kept;
use crate::check::no_write_lost::NumberedSpec;
use crate::check::probe::RequestSpec;
use crate::check::read_your_writes::OwnWritesSpec;
use crate::check::replication;
use crate::check::seen::{NumberedWrites, OwnWrite, Seen, StaleRead};
use crate::check::stale_read::StaleSpec;
use workshop_engine::{Detail, EngineError, ExecEnd, Observed, StackCommand};

/// How long a replica is asked again for what it does not have yet.
const ARRIVES: Duration = Duration::from_secs(30);
/// How long writes go on before something happens, and after it.
const AROUND: Duration = Duration::from_millis(1500);
/// Writers at the same time: each sends its next write once the last is answered.
const WRITERS: usize = 2;
/// Between two writes of a writer.
const BETWEEN: Duration = Duration::from_millis(20);
/// How long what was written may take to be there once all runs again.
const SETTLES: Duration = Duration::from_secs(20);

impl Prober<'_> {
    /// Asks the database of each service, where one runs.
    pub(super) async fn replication(
        &self,
        services: &[String],
        observed: &Observed,
    ) -> Result<BTreeMap<String, ExecEnd>, EngineError> {
        self.session.agreed()?;
        let engine = self.session.engine.as_ref();
        let mut ends = BTreeMap::new();
        for service in services {
            let Some(replica) = observed.of(service).find(|one| one.is_running()) else { continue };
            let env = engine.variables(replica).await?.unwrap_or_default();
            ends.insert(service.clone(), engine.exec(replica, &replication::question(&env)).await?);
        }
        Ok(ends)
    }

    /// Writes, asks at once, and asks again until it is there.
    pub(super) async fn stale_read(
        &self,
        spec: &StaleSpec,
        observed: &Observed,
    ) -> Result<Seen, EngineError> {
        let Some(client) = self.client(observed) else { return Ok(Seen::NoEntry) };
        // What a query needs is looked up before: only the query itself comes between.
        self.sql(&spec.query, observed).await?;
        let (mut exchanges, _) = requests(&client, std::slice::from_ref(&spec.write)).await;
        let begun = Instant::now();
        let written = exchanges.remove(0);
        let mut kept = Kept::new();
        if let Ok(reply) = &written.reply {
            spec.write.keep(reply, &mut kept);
        }
        let is_written = written.reply.as_ref().is_ok_and(|reply| spec.write.status.accepts(reply.status));
        let mut seen = StaleRead {
            written,
            statement: spec.query.statement.clone(),
            first: None,
            asked: Duration::ZERO,
            arrived: None,
        };
        // What was refused never comes: nobody waits for it.
        let Some(query) = spec.filled(&kept).filter(|_| is_written) else {
            return Ok(Seen::StaleRead(seen));
        };
        seen.statement.clone_from(&query.statement);
        while seen.arrived.is_none() && begun.elapsed() < ARRIVES {
            let Some(end) = self.sql(&query, observed).await?.into_values().next() else { break };
            let is_there = end.code == Some(0) && !end.stdout.trim().is_empty();
            seen.arrived = is_there.then(|| begun.elapsed());
            let failed = end.code != Some(0);
            if seen.first.is_none() {
                seen.asked = begun.elapsed();
                seen.first = Some(end);
            }
            if failed {
                break;
            }
        }
        Ok(Seen::StaleRead(seen))
    }

    /// Writes on while the commands run, and then looks which of what was acknowledged is there.
    pub(super) async fn numbered_writes(&self, spec: &NumberedSpec, observed: Observed) -> Found {
        let seen = match self.written_through(spec, &observed).await {
            Ok(seen) => Seen::NumberedWrites(seen),
            Err(Stop::Failed(failed)) => Seen::ProbeFailed(failed),
            Err(Stop::NoEntry) => Seen::NoEntry,
            Err(Stop::Engine(error)) => return Err((error, observed)),
        };
        match self.session.engine.observe(&self.session.project(), Detail::StartTimes).await {
            Ok(observed) => Ok((seen, observed)),
            Err(error) => Err((error, observed)),
        }
    }

    async fn written_through(
        &self,
        spec: &NumberedSpec,
        observed: &Observed,
    ) -> Result<NumberedWrites, Stop> {
        let client = self.client(observed).ok_or(Stop::NoEntry)?;
        self.each(&spec.before).await?;
        let writers = Writers::start(&client, &spec.write, &spec.key);
        writers.until_one_is_acknowledged().await;
        tokio::time::sleep(AROUND).await;
        let event = writers.begun.elapsed();
        let mut done = Ok(());
        for command in &spec.during {
            done = self.command(command).await.map(drop);
            if done.is_err() {
                break;
            }
        }
        tokio::time::sleep(AROUND).await;
        let mut seen = writers.finish().await;
        seen.event = event;
        // Whatever failed, what brings all back is run.
        let after = self.each(&spec.after).await;
        done.and(after)?;
        // What is to be missing is not waited for.
        let deadline = Instant::now() + if spec.lost { AROUND } else { SETTLES };
        let query = spec.filled(&client.run);
        loop {
            let observed = self.session.engine.observe(&self.session.project(), Detail::StartTimes).await?;
            seen.found = self.sql(&query, &observed).await?.into_values().next();
            if seen.missing().is_some_and(|missing| missing.is_empty()) || Instant::now() >= deadline {
                return Ok(seen);
            }
            tokio::time::sleep(super::AGAIN).await;
        }
    }

    async fn each(&self, commands: &[StackCommand]) -> Result<(), Stop> {
        for command in commands {
            self.command(command).await?;
        }
        Ok(())
    }
}

/// Those who write.
struct Writers {
    begun: Instant,
    over: Arc<AtomicBool>,
    sent: Arc<AtomicU32>,
    answered: Arc<AtomicBool>,
    all: JoinSet<Vec<(String, Duration)>>,
}

impl Writers {
    fn start(client: &Client, write: &RequestSpec, key: &str) -> Self {
        let (begun, sent) = (Instant::now(), Arc::new(AtomicU32::new(0)));
        let [over, answered] = std::array::from_fn(|_| Arc::new(AtomicBool::new(false)));
        let mut all = JoinSet::new();
        for _ in 0..WRITERS {
            let (client, write, key) = (client.clone(), write.clone(), key.to_owned());
            let (over, sent, answered) = (Arc::clone(&over), Arc::clone(&sent), Arc::clone(&answered));
            all.spawn(async move {
                let mut acknowledged = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let number = sent.fetch_add(1, Ordering::Relaxed) + 1;
                    let kept = Kept::from([
                        ("run".to_owned(), client.run.clone()),
                        ("count".to_owned(), number.to_string()),
                    ]);
                    let (_, then) = requests_with(&client, std::slice::from_ref(&write), kept).await;
                    answered.fetch_or(then.is_some(), Ordering::Relaxed);
                    acknowledged
                        .extend(then.and_then(|kept| Some((kept.get(&key)?.clone(), begun.elapsed()))));
                    tokio::time::sleep(BETWEEN).await;
                }
                acknowledged
            });
        }
        Self { begun, over, sent, answered, all }
    }

    /// A database that has just come back is known to its clients a little later.
    async fn until_one_is_acknowledged(&self) {
        let deadline = Instant::now() + SETTLES;
        while !self.answered.load(Ordering::Relaxed) && Instant::now() < deadline {
            tokio::time::sleep(BETWEEN).await;
        }
    }

    async fn finish(self) -> NumberedWrites {
        self.over.store(true, Ordering::Relaxed);
        let mut acknowledged: Vec<(String, Duration)> =
            self.all.join_all().await.into_iter().flatten().collect();
        acknowledged.sort_by_key(|(_, when)| *when);
        NumberedWrites { sent: self.sent.load(Ordering::Relaxed), acknowledged, ..NumberedWrites::default() }
    }
}

/// Each write with a read behind it; stops at a write that fails.
pub(super) async fn own_writes(client: &Client, spec: &OwnWritesSpec) -> Vec<OwnWrite> {
    let mut seen = Vec::new();
    for number in 1..=spec.times {
        let kept =
            Kept::from([("run".to_owned(), client.run.clone()), ("count".to_owned(), number.to_string())]);
        let (mut written, then) = requests_with(client, std::slice::from_ref(&spec.write), kept).await;
        let written = written.remove(0);
        let Some(kept) = then else {
            seen.push(OwnWrite { written, read: None, time: Duration::ZERO });
            break;
        };
        let begun = Instant::now();
        let (mut read, _) = requests_with(client, std::slice::from_ref(&spec.read), kept).await;
        let time = begun.elapsed();
        seen.push(OwnWrite { written, read: Some(read.remove(0)), time });
    }
    seen
}
