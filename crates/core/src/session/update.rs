//! The probe of `rolls` and `rolled_back`: the step's commands change a service that the engine keeps,
//! and it is watched until that is over.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::prober::{Found, Prober};
use super::scaling::Stop;
use crate::check::seen::Seen;
use crate::check::update::{UpdateSpec, Updated};
use workshop_engine::{Detail, EngineError, Observed, Update, UpdateState};

/// An engine may take so long to begin with what it was told.
const BEGINS: Duration = Duration::from_secs(5);

impl Prober<'_> {
    pub(super) async fn update(&self, spec: &UpdateSpec, observed: Observed) -> Found {
        let seen = if observed.nodes.is_empty() { Err(Stop::NoEntry) } else { self.updated(spec).await };
        self.found(seen, observed).await
    }

    async fn updated(&self, spec: &UpdateSpec) -> Result<Seen, Stop> {
        let before = self.from(spec).await?;
        let sending = match &spec.load {
            Some(load) => Some(self.send(load, &before).await?),
            None => None,
        };
        let begun = Instant::now();
        let ended = Cell::new(None);
        let run = async {
            let commands = self.commands(&before).await;
            ended.set(Some(Instant::now()));
            commands
        };
        let (commands, watched) = futures_util::join!(run, self.watch(spec, &before, &ended));
        let time = begun.elapsed();
        let hits = match sending {
            Some(sending) => sending.end().await,
            None => Vec::new(),
        };
        let Watched { moved, fewest_ready, most_at_once, .. } = watched?;
        let commands = commands?;
        Ok(Seen::Updated(Updated { hits, commands, before, moved, fewest_ready, most_at_once, time }))
    }

    /// The stack with the version before, at its number of replicas, and nothing under way.
    async fn from(&self, spec: &UpdateSpec) -> Result<Observed, Stop> {
        if !spec.back.is_empty() {
            let before = self.look().await?;
            for command in &spec.back {
                self.command(command).await?;
            }
            self.watch(spec, &before, &Cell::new(Some(Instant::now()))).await?;
        }
        let observed = self.look().await?;
        match &spec.from {
            Some(scale) => Ok(self.session.bring_to(scale, observed).await.map_err(|(error, _)| error)?),
            None => Ok(observed),
        }
    }

    /// Looks at the service until its change is over, or its time is: the one that began before the
    /// commands has ended counts from their end.
    async fn watch(
        &self,
        spec: &UpdateSpec,
        before: &Observed,
        ended: &Cell<Option<Instant>>,
    ) -> Result<Watched, EngineError> {
        let mut watched = Watched::new(&spec.service, before);
        loop {
            let quiet = ended.get().map(|ended: Instant| ended.elapsed());
            watched.look(&spec.service, &self.look().await?);
            let is_over = quiet.is_some_and(|quiet| quiet >= spec.within || watched.is_over(quiet));
            if is_over {
                return Ok(watched);
            }
            tokio::time::sleep(super::AGAIN).await;
        }
    }

    pub(super) async fn look(&self) -> Result<Observed, EngineError> {
        self.session.engine.observe(&self.session.project(), Detail::Listing).await
    }
}

/// What was seen of a service while it was changed.
struct Watched {
    /// The running replicas before, by id.
    ids: BTreeSet<String>,
    /// The change before.
    update: Option<Update>,
    moved: bool,
    fewest_ready: usize,
    most_at_once: usize,
    /// At the last look it was where a change ends, with all replicas ready.
    is_at_rest: bool,
}

impl Watched {
    fn new(service: &str, before: &Observed) -> Self {
        Self {
            ids: before.of(service).map(|one| one.id.clone()).collect(),
            update: before.service(service).and_then(|one| one.update.clone()),
            moved: false,
            fewest_ready: before.of(service).filter(|one| one.is_ready()).count(),
            most_at_once: 0,
            is_at_rest: false,
        }
    }

    fn look(&mut self, service: &str, seen: &Observed) {
        let update = seen.service(service).and_then(|one| one.update.clone());
        let wanted = seen.service(service).and_then(|one| one.wanted);
        let ready = seen.of(service).filter(|one| one.is_ready()).count();
        let wanted = wanted.map_or(self.ids.len(), |wanted| wanted as usize);
        // One that is new and not ready yet is on its way in, with the old one still there or not.
        let coming = seen.of(service).filter(|one| !self.ids.contains(&one.id) && !one.is_ready()).count();
        let is_new = seen.of(service).any(|one| !self.ids.contains(&one.id));
        self.moved |= is_new || (update.is_some() && update != self.update);
        self.fewest_ready = self.fewest_ready.min(ready);
        self.most_at_once = self.most_at_once.max(coming).max(wanted.saturating_sub(ready));
        let state = update.map(|update| update.state);
        let under_way = matches!(state, Some(UpdateState::Updating | UpdateState::RollbackStarted));
        let is_stopped = matches!(state, Some(UpdateState::Paused | UpdateState::RollbackPaused));
        self.is_at_rest = !under_way && (is_stopped || (state.is_some() && ready >= wanted));
    }

    /// Nothing more will happen; `quiet` is the time since the commands have ended.
    fn is_over(&self, quiet: Duration) -> bool {
        if self.moved { self.is_at_rest } else { quiet >= BEGINS }
    }
}
