//! The `outage` probe: something of the stack goes away and comes back, and requests go on.

use std::time::{Duration, Instant};

use super::http::Client;
use super::prober::{Found, Prober, requests_with};
use super::scaling::Stop;
use crate::check::address::Kept;
use crate::check::http::wrong;
use crate::check::probe::{OutageSpec, RequestSpec};
use crate::check::seen::{Exchange, Outage, Seen};
use workshop_engine::{Detail, Observed, StackCommand};

/// How long what came back may take to be ready.
const READY: Duration = Duration::from_secs(90);
/// How long those who use it may take to find it again.
const FOUND_AGAIN: Duration = Duration::from_secs(20);

impl Prober<'_> {
    /// Takes it away, and brings it back whatever was answered meanwhile.
    pub(super) async fn outage(&self, spec: &OutageSpec, observed: Observed) -> Found {
        let seen = self.around(spec).await.map(Seen::Outage);
        self.found(seen, observed).await
    }

    async fn around(&self, spec: &OutageSpec) -> Result<Outage, Stop> {
        let mut seen = Outage::default();
        self.all(&spec.on).await?;
        let client = self.client(&self.ready().await?).ok_or(Stop::NoEntry)?;
        let kept = Kept::from([("run".to_owned(), client.run.clone())]);
        let (before, kept) = patiently(&client, &spec.before, &kept).await;
        seen.before = before;
        let Some(kept) = kept else { return Ok(seen) };
        let off = self.all(&spec.off).await;
        let mut then = None;
        if off.is_ok() {
            (seen.during, then) = requests_with(&client, &spec.during, kept).await;
        }
        self.all(&spec.on).await?;
        off?;
        // The entry itself may have gone and come back by another port.
        let client = self.client(&self.ready().await?).ok_or(Stop::NoEntry)?;
        if let Some(kept) = then {
            seen.after = patiently(&client, &spec.after, &kept).await.0;
        }
        Ok(seen)
    }

    async fn all(&self, commands: &[StackCommand]) -> Result<(), Stop> {
        for command in commands {
            self.command(command).await?;
        }
        Ok(())
    }

    /// The stack once everything that runs is ready, or its time is over.
    async fn ready(&self) -> Result<Observed, Stop> {
        let deadline = Instant::now() + READY;
        loop {
            let observed = self.session.engine.observe(&self.session.project(), Detail::StartTimes).await?;
            let ready = observed.replicas.iter().filter(|one| one.is_running()).all(|one| one.is_ready());
            if ready || Instant::now() >= deadline {
                return Ok(observed);
            }
            tokio::time::sleep(super::AGAIN).await;
        }
    }
}

/// The requests, all of them again until each is answered as it should be or [`FOUND_AGAIN`] is over.
async fn patiently(client: &Client, specs: &[RequestSpec], kept: &Kept) -> (Vec<Exchange>, Option<Kept>) {
    let deadline = Instant::now() + FOUND_AGAIN;
    loop {
        let (exchanges, then) = requests_with(client, specs, kept.clone()).await;
        let right = then.is_some() && wrong(specs, &exchanges, &mut kept.clone()).is_none();
        if right || Instant::now() >= deadline {
            return (exchanges, then);
        }
        tokio::time::sleep(super::AGAIN).await;
    }
}
