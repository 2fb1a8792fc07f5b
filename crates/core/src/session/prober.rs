//! Asks the running stack what a check's [`Probe`] wants to know, and brings it back as [`Seen`].

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use reqwest::Url;

use super::Session;
use super::databases::own_writes;
use super::http::{Client, Sent};
use super::scaling::Stop;
use super::under_load::until_all_answer;
use crate::check::address::{Kept, RequestPath};
use crate::check::probe::{BurstSpec, Probe, RequestSpec};
use crate::check::seen::{Burst, Exchange, Failed, Hit, Seen, SharedData, own_ids};
use crate::check::sql::Query;
use crate::lesson::model::StepSpec;
use workshop_engine::{Detail, EngineError, ExecEnd, LogLine, Observed, Replica};
use workshop_text::Text;

/// How long a replica's log may take to show a request that it has answered.
const LOG_DELAY: Duration = Duration::from_secs(2);
/// Requests that look for one replica's answer before it is given up.
const TRIES_A_REPLICA: usize = 20;

pub(super) struct Prober<'a> {
    pub session: &'a Session,
    pub step: &'a StepSpec,
}

/// What was seen, and the stack as it was then (a probe may change it).
pub(super) type Found = Result<(Seen, Observed), (EngineError, Observed)>;

impl Prober<'_> {
    pub(super) async fn ask(&self, probe: &Probe, observed: Observed) -> Found {
        let seen = match probe {
            Probe::Steady(spec) => return self.steady(spec, observed).await,
            Probe::Update(spec) => return self.update(spec, observed).await,
            Probe::Survives(spec) => return self.survives(spec, observed).await,
            Probe::Scaling(spec) => return self.scaling(spec, observed).await,
            Probe::Refused => return self.refused(observed).await,
            Probe::Outage(spec) => return self.outage(spec, observed).await,
            Probe::NumberedWrites(spec) => return self.numbered_writes(spec, observed).await,
            Probe::Requests(specs) => match self.client(&observed) {
                Some(client) => Ok(Seen::Requests(requests(&client, specs).await.0)),
                None => Ok(Seen::NoEntry),
            },
            Probe::Burst(spec) => match self.client(&observed) {
                Some(client) => self.burst(&client, spec, &observed).await.map(Seen::Burst),
                None => Ok(Seen::NoEntry),
            },
            Probe::SharedData { create, item, service } => match self.client(&observed) {
                Some(client) => {
                    Ok(Seen::SharedData(shared_data(&client, create, item, service, &observed).await))
                }
                None => Ok(Seen::NoEntry),
            },
            Probe::Logs { services } => self.logs(services, &observed, None).await.map(Seen::Logs),
            Probe::Exec { services, command } => {
                if let Err(error) = self.session.agreed() {
                    return Err((error, observed));
                }
                let engine = self.session.engine.as_ref();
                each(services, &observed, |replica| engine.exec(replica, command)).await.map(Seen::Exec)
            }
            Probe::Images { services } => {
                let engine = self.session.engine.as_ref();
                each(services, &observed, |replica| engine.image(replica)).await.map(Seen::Images)
            }
            Probe::Variables { services } => {
                let engine = self.session.engine.as_ref();
                each(services, &observed, |replica| engine.variables(replica)).await.map(Seen::Variables)
            }
            Probe::Program { command } => match self.session.agreed() {
                Ok(_) => Ok(Seen::Program(self.session.program(command).await)),
                Err(error) => Err(error),
            },
            Probe::Replication { services } => {
                self.replication(services, &observed).await.map(Seen::Replication)
            }
            Probe::StaleRead(spec) => self.stale_read(spec, &observed).await,
            Probe::OwnWrites(spec) => match self.client(&observed) {
                Some(client) => Ok(Seen::OwnWrites(own_writes(&client, spec).await)),
                None => Ok(Seen::NoEntry),
            },
            Probe::Sql(queries) => self.sql_each(queries, &observed).await.map(Seen::Exec),
            Probe::Resources { images } => self.session.resources(*images).await.map(Seen::Resources),
            Probe::Ports => Ok(Seen::Ports(self.session.ports(Some(&observed)))),
        };
        match seen {
            Ok(seen) => Ok((seen, observed)),
            Err(error) => Err((error, observed)),
        }
    }

    /// Runs the step's last command once more, which is meant to fail.
    async fn refused(&self, observed: Observed) -> Found {
        let Some(command) = self.step.runs().next_back() else { return Ok((Seen::NoEntry, observed)) };
        match self.session.run(command).await {
            Ok(end) => {
                let command = self.session.shown(command, Some(&observed));
                Ok((Seen::Refused { command, end }, observed))
            }
            Err(error) => Err((error, observed)),
        }
    }

    /// What a probe brought that changes the stack, with the stack as it left it.
    pub(super) async fn found(&self, seen: Result<Seen, Stop>, before: Observed) -> Found {
        let seen = match seen {
            Ok(seen) => seen,
            Err(Stop::Failed(failed)) => Seen::ProbeFailed(failed),
            Err(Stop::NoEntry) => Seen::NoEntry,
            Err(Stop::Engine(error)) => return Err((error, before)),
        };
        match self.session.engine.observe(&self.session.project(), Detail::StartTimes).await {
            Ok(observed) => Ok((seen, observed)),
            Err(error) => Err((error, before)),
        }
    }

    pub(super) fn client(&self, observed: &Observed) -> Option<Client> {
        self.session.entry(observed).map(Client::probing)
    }

    /// Requests in a row of a few at a time, then the logs until every one of them is found in one
    /// or the logs have had their time.
    async fn burst(
        &self,
        client: &Client,
        spec: &BurstSpec,
        observed: &Observed,
    ) -> Result<Burst, EngineError> {
        // A little earlier: the clock of the engine's machine need not be ours to the millisecond.
        let since = SystemTime::now() - Duration::from_secs(2);
        // One value after the other, so that no client has its turn at a stretch.
        let values: Vec<Option<(&str, &str)>> = match &spec.clients {
            Some(clients) => {
                clients.values.iter().map(|value| Some((clients.header.as_str(), value.as_str()))).collect()
            }
            None => vec![None],
        };
        let turns = (0..spec.requests).flat_map(|_| values.iter().copied());
        let hits: Vec<Hit> = stream::iter(turns.zip(1..))
            .map(|(value, number)| client.hit_as(&spec.path, number, value))
            .buffer_unordered(spec.at_once)
            .collect()
            .await;
        if spec.services.is_empty() {
            return Ok(Burst { hits, logged: BTreeMap::new() });
        }
        let answered = hits.iter().filter(|hit| hit.reply.is_ok()).count();
        let deadline = Instant::now() + LOG_DELAY;
        loop {
            let logged = own_requests(self.logs(&spec.services, observed, Some(since)).await?, &client.run);
            let found: usize = logged.values().map(BTreeMap::len).sum();
            if found >= answered || Instant::now() >= deadline {
                return Ok(Burst { hits, logged });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks each of the databases.
    async fn sql_each(
        &self,
        queries: &[Query],
        observed: &Observed,
    ) -> Result<BTreeMap<String, ExecEnd>, EngineError> {
        let mut ends = BTreeMap::new();
        for query in queries {
            ends.extend(self.sql(query, observed).await?);
        }
        Ok(ends)
    }

    /// Asks the first running replica of the database's service.
    pub(super) async fn sql(
        &self,
        query: &Query,
        observed: &Observed,
    ) -> Result<BTreeMap<String, ExecEnd>, EngineError> {
        self.session.agreed()?;
        let engine = self.session.engine.as_ref();
        let Some(replica) = observed.of(&query.service).find(|one| one.is_running()) else {
            return Ok(BTreeMap::new());
        };
        let env = engine.variables(replica).await?.unwrap_or_default();
        let end = engine.exec(replica, &query.command(&env)).await?;
        Ok([(replica.label(), end)].into())
    }

    async fn logs(
        &self,
        services: &[String],
        observed: &Observed,
        since: Option<SystemTime>,
    ) -> Result<BTreeMap<String, Vec<LogLine>>, EngineError> {
        each(services, observed, |replica| self.session.engine.logs(replica, since)).await
    }
}

/// Sends the requests before a load; what they kept.
///
/// # Errors
/// One of them was not answered as it says.
pub(super) async fn prepared(client: &Client, specs: &[RequestSpec]) -> Result<Kept, Failed> {
    let (exchanges, kept) = requests(client, specs).await;
    kept.ok_or_else(|| {
        let last = exchanges.last().map(|one| format!("{} {}", one.method, one.path)).unwrap_or_default();
        Failed { text: Text::new("check-scaling-prepare").with("request", last), lines: Vec::new() }
    })
}

/// Asks the same of every running replica of these services, all at once; by replica label.
async fn each<'a, T, A>(
    services: &[String],
    observed: &'a Observed,
    ask: impl Fn(&'a Replica) -> A,
) -> Result<BTreeMap<String, T>, EngineError>
where
    A: Future<Output = Result<T, EngineError>>,
{
    let running: Vec<&Replica> =
        services.iter().flat_map(|service| observed.of(service)).filter(|one| one.is_running()).collect();
    let answers = join_all(running.iter().map(|replica| ask(replica))).await;
    let labels = running.iter().map(|replica| replica.label());
    labels.zip(answers).map(|(label, answer)| Ok((label, answer?))).collect()
}

/// Replica label → this run's request ids that its log holds, each with its line.
fn own_requests(
    logs: BTreeMap<String, Vec<LogLine>>,
    run: &str,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let marker = format!("{}{run}-", crate::check::probe::OWN_REQUEST);
    let own = |line: LogLine| -> Option<(String, String)> {
        let id = own_ids(&line.text).find(|id| id.starts_with(&marker))?.to_owned();
        Some((id, line.text))
    };
    logs.into_iter().map(|(label, lines)| (label, lines.into_iter().filter_map(own).collect())).collect()
}

/// Requests one after the other, and what they kept; nothing where one was not answered as it
/// should be, after which no other is sent.
pub(super) async fn requests(client: &Client, specs: &[RequestSpec]) -> (Vec<Exchange>, Option<Kept>) {
    requests_with(client, specs, BTreeMap::from([("run".to_owned(), client.run.clone())])).await
}

/// The same with what was kept before.
pub(super) async fn requests_with(
    client: &Client,
    specs: &[RequestSpec],
    mut kept: Kept,
) -> (Vec<Exchange>, Option<Kept>) {
    let mut exchanges = Vec::new();
    for spec in specs {
        for number in 1..=spec.times {
            kept.insert("number".to_owned(), number.to_string());
            let sent = Sent::of(spec, &kept);
            let exchange =
                client.exchange(&spec.method, (&spec.path, &kept), sent, exchanges.len() + 1).await;
            let good = exchange.reply.as_ref().is_ok_and(|reply| spec.status.accepts(reply.status));
            if let Ok(reply) = &exchange.reply {
                spec.keep(reply, &mut kept);
            }
            exchanges.push(exchange);
            if !good {
                return (exchanges, None);
            }
        }
    }
    (exchanges, Some(kept))
}

/// Writes one item, then reads it until every running replica of `service` has answered once; and
/// takes the item away again.
async fn shared_data(
    client: &Client,
    create: &RequestSpec,
    item: &RequestPath,
    service: &str,
    observed: &Observed,
) -> SharedData {
    let (mut written, _) = requests(client, std::slice::from_ref(create)).await;
    let written = written.remove(0);
    let mut kept = Kept::new();
    if let Ok(reply) = &written.reply {
        create.keep(reply, &mut kept);
    }
    let mut data = SharedData { written, read: BTreeMap::new(), lost: 0 };
    if kept.is_empty() {
        return data;
    }
    let wanted: Vec<&str> =
        observed.of(service).filter(|r| r.is_running()).map(|replica| replica.hostname.as_str()).collect();
    for number in 0..wanted.len() * TRIES_A_REPLICA {
        if wanted.iter().all(|hostname| data.read.contains_key(*hostname)) {
            break;
        }
        let exchange = client.exchange("GET", (item, &kept), Sent::default(), number + 2).await;
        match exchange.reply {
            Ok(reply) if reply.replica.is_some() => {
                data.read.entry(reply.replica.unwrap_or_default()).or_insert(reply.status);
            }
            _ => data.lost += 1,
        }
    }
    let _ = client.exchange("DELETE", (item, &kept), Sent::default(), 0).await;
    data
}

impl Session {
    /// Sends `specs` as a learner's browser would; how many were answered as they should be, and
    /// the first that was not: request and reason.
    pub async fn browse(
        &self,
        entry: Url,
        specs: &[RequestSpec],
        observed: &Observed,
    ) -> (usize, Option<(String, String)>) {
        let client = Client::browsing(entry);
        if let Some(first) = specs.first() {
            until_all_answer(&client, &first.path, observed).await;
        }
        let (exchanges, kept) = requests(&client, specs).await;
        let failed = exchanges.last().filter(|_| kept.is_none()).map(|exchange| {
            let reason = match &exchange.reply {
                Ok(reply) => format!("HTTP {}", reply.status),
                Err(failure) => failure.to_string(),
            };
            (format!("{} {}", exchange.method, exchange.path), reason)
        });
        (exchanges.len(), failed)
    }
}
