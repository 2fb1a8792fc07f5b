//! Requests at a steady rate while something happens to the stack, and the `steady` probe: what
//! happens is the step's own commands.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::http::Client;
use super::prober::{Found, Prober, prepared};
use super::scaling::Stop;
use crate::check::Share;
use crate::check::address::RequestPath;
use crate::check::seen::{Hit, Seen, Steady};
use crate::check::under_load::{SteadySpec, UnderLoad};
use crate::emit::Emit;
use crate::event::{Event, TrafficView};
use workshop_engine::{CommandEnd, EngineError, Observed, Replica};

/// How often it is said where requests go while they go.
const SAID_AGAIN: Duration = Duration::from_millis(100);
/// How long a change of the servers may take to be known to what is in front of them.
const SETTLES: Duration = Duration::from_secs(3);

/// Requests that are being sent.
pub(super) struct Sending {
    stop: tokio::sync::watch::Sender<bool>,
    hits: tokio::task::JoinHandle<Vec<Hit>>,
    after: Duration,
}

impl Sending {
    /// Lets them go on as long as they shall; every one of them, once each has ended.
    pub(super) async fn end(self) -> Vec<Hit> {
        tokio::time::sleep(self.after).await;
        let _ = self.stop.send(true);
        self.hits.await.unwrap_or_default()
    }
}

impl Prober<'_> {
    /// Brings the stack to its state, and runs the step's commands under load.
    pub(super) async fn steady(&self, spec: &SteadySpec, observed: Observed) -> Found {
        let observed = match &spec.from {
            Some(scale) => self.session.bring_to(scale, observed).await?,
            None => observed,
        };
        let seen = self.under_load(&spec.load, &observed).await;
        self.found(seen, observed).await
    }

    async fn under_load(&self, load: &UnderLoad, observed: &Observed) -> Result<Seen, Stop> {
        let sending = self.send(load, observed).await?;
        let commands = self.commands(observed).await;
        let hits = sending.end().await;
        Ok(Seen::Steady(Steady { hits, commands: commands? }))
    }

    /// The step's commands one after the other: each as typed, and how it ended.
    pub(super) async fn commands(
        &self,
        observed: &Observed,
    ) -> Result<Vec<(String, CommandEnd)>, EngineError> {
        let mut commands = Vec::new();
        for command in self.step.runs() {
            let end = self.session.run(command).await?;
            commands.push((self.session.shown(command, Some(observed)), end));
        }
        Ok(commands)
    }

    /// Begins to send, once everybody who is there has answered.
    pub(super) async fn send(&self, load: &UnderLoad, observed: &Observed) -> Result<Sending, Stop> {
        let client = self.client(observed).ok_or(Stop::NoEntry)?;
        let kept = prepared(&client, &load.prepare).await.map_err(Stop::Failed)?;
        let client = client.hitting(&load.headers, &kept, None);
        until_all_answer(&client, &load.path, observed).await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let told = Told::new(self.session.emit.clone(), observed);
        let hits = tokio::spawn(at_a_rate(client, load.path.clone(), load.rate, stopped, told));
        Ok(Sending { stop, hits, after: load.after })
    }
}

/// What a proxy knows of servers that have just come or gone may be a second old: requests are sent
/// until the last ones were all answered, by everybody who is there, or [`SETTLES`] is over.
pub(super) async fn until_all_answer(client: &Client, path: &RequestPath, observed: &Observed) {
    let running: Vec<&Replica> = observed.replicas.iter().filter(|one| one.is_running()).collect();
    let by_name = |name: &String| running.iter().find(|one| one.hostname == *name);
    let deadline = Instant::now() + SETTLES;
    let mut last: Vec<Option<String>> = Vec::new();
    for number in 1.. {
        let hit = client.hit(path, number).await;
        match hit.reply {
            Ok(..500) => last.push(hit.replica),
            _ => last.clear(),
        }
        let services: BTreeSet<&str> =
            last.iter().flatten().filter_map(by_name).map(|one| one.service.as_str()).collect();
        let awaited = running.iter().filter(|one| services.contains(one.service.as_str()));
        let awaited: BTreeSet<&str> = awaited.map(|one| one.hostname.as_str()).collect();
        let round = &last[last.len().saturating_sub(2 * awaited.len().max(1))..];
        let answered: BTreeSet<&str> = round.iter().flatten().map(String::as_str).collect();
        let whole = round.len() >= 2 * awaited.len().max(1);
        if whole && answered == awaited || Instant::now() >= deadline {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// One GET every 1/`rate` seconds, whether or not the ones before are answered, until told to stop.
async fn at_a_rate(
    client: Client,
    path: RequestPath,
    rate: u32,
    mut stopped: tokio::sync::watch::Receiver<bool>,
    mut told: Told,
) -> Vec<Hit> {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    let mut under_way = tokio::task::JoinSet::new();
    let mut number = 0;
    let mut hits = Vec::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            _ = ticks.tick() => {
                number += 1;
                let (client, path) = (client.clone(), path.clone());
                under_way.spawn(async move { client.hit(&path, number).await });
            }
            Some(Ok(hit)) = under_way.join_next() => {
                told.hit(&hit);
                hits.push(hit);
            }
        }
    }
    for hit in under_way.join_all().await {
        told.hit(&hit);
        hits.push(hit);
    }
    told.say();
    hits
}

/// Says where requests go while they are sent.
struct Told {
    emit: Emit,
    /// Host name of a replica → its label.
    labels: BTreeMap<String, String>,
    counts: BTreeMap<String, u32>,
    failed: u32,
    said: Instant,
}

impl Told {
    fn new(emit: Emit, observed: &Observed) -> Self {
        let named = |replica: &Replica| (replica.hostname.clone(), replica.label());
        let labels = observed.replicas.iter().map(named).collect();
        Self { emit, labels, counts: BTreeMap::new(), failed: 0, said: Instant::now() }
    }

    fn hit(&mut self, hit: &Hit) {
        match (&hit.reply, &hit.replica) {
            (Ok(200..=299), Some(replica)) => {
                let label = self.labels.get(replica).unwrap_or(replica);
                *self.counts.entry(label.clone()).or_default() += 1;
            }
            (Ok(200..=299), None) => {}
            _ => self.failed += 1,
        }
        if self.said.elapsed() >= SAID_AGAIN {
            self.say();
        }
    }

    fn say(&mut self) {
        self.said = Instant::now();
        let share = |(label, count): (&String, &u32)| Share { label: label.clone(), count: *count };
        let shares: Vec<Share> = self.counts.iter().map(share).collect();
        let most = shares.iter().map(|share| share.count).max().unwrap_or(0);
        // A bar grows until it is whole, and then begins again at half.
        let whole =
            std::iter::successors(Some(25u32), |whole| whole.checked_mul(2)).find(|whole| *whole >= most);
        let whole = whole.unwrap_or(most);
        self.emit.say(&Event::Traffic(TrafficView { shares, whole, failed: self.failed }));
    }
}
