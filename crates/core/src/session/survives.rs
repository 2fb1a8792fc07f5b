//! The `survives` probe: a node is lost under load, and brought back.

use std::time::{Duration, Instant};

use super::prober::{Found, Prober};
use super::scaling::{Stop, failed};
use crate::check::CheckSpec;
use crate::check::seen::Seen;
use crate::check::survives::{Survived, SurvivesSpec};
use workshop_engine::{EngineError, NodeState, Observed};
use workshop_text::Text;

impl Prober<'_> {
    pub(super) async fn survives(&self, spec: &SurvivesSpec, observed: Observed) -> Found {
        if observed.nodes.is_empty() {
            return self.found(Err(Stop::NoEntry), observed).await;
        }
        let before = match &spec.from {
            Some(scale) => self.session.bring_to(scale, observed).await?,
            None => observed,
        };
        let seen = self.without_a_node(spec, &before).await;
        self.found(seen, before).await
    }

    /// Loses the node and brings it back, whatever was seen meanwhile. It is written down before, so
    /// that a run that is cut off brings it back too, or the next one does.
    async fn without_a_node(&self, spec: &SurvivesSpec, before: &Observed) -> Result<Seen, Stop> {
        let node = spec.lose.name(before).filter(|name| before.node(name).is_some()).ok_or_else(|| {
            let names: Vec<String> = before.nodes.iter().map(|one| one.name.clone()).collect();
            let text = Text::new("check-unknown-node").with("node", spec.lose.to_string());
            failed(text.with("names", names), Vec::new())
        })?;
        let sending = self.send(&spec.load, before).await?;
        let session = self.session;
        session.owing.loses(&node).map_err(|error| failed(error.text(), Vec::new()))?;
        let begun = Instant::now();
        let lost = session.engine.lose(&session.project(), &node, spec.loss()).await;
        let watched = match lost {
            Ok(()) => self.watch_without(spec, before, &node, begun).await,
            Err(error) => Err(error),
        };
        // What still waits for an answer of the lost node waits for it while that is away.
        let hits = sending.end().await;
        let without = self.look().await;
        let back = session.bring_node_back(&node).await;
        let Without { noticed, replaced, ready, wanted, .. } = watched?;
        let (without, back) = (without?, back?);
        let before = before.clone();
        Ok(Seen::Survived(Survived { node, before, hits, noticed, replaced, ready, wanted, without, back }))
    }

    /// Looks until as many replicas as there shall be are ready on other nodes, or the time is over.
    async fn watch_without(
        &self,
        spec: &SurvivesSpec,
        before: &Observed,
        node: &str,
        begun: Instant,
    ) -> Result<Without, EngineError> {
        let waiting = self.waiting(spec.within.as_secs(), |check| matches!(check, CheckSpec::Survives(_)));
        let mut seen = Without::of(spec, before);
        let mut said = 0;
        loop {
            // While the managers choose a new leader, none of them may answer.
            let looked = self.look().await;
            let elapsed = begun.elapsed();
            let is_over = elapsed >= spec.within;
            match looked {
                Ok(observed) => seen.look(spec, node, &observed, elapsed),
                Err(error) if is_over => return Err(error),
                Err(_) => {}
            }
            if seen.replaced.is_some() || is_over {
                return Ok(seen);
            }
            if elapsed.as_secs() > said {
                said = elapsed.as_secs();
                let text = Text::new("check-survives-at").with("node", node);
                let text = text.with("ready", seen.ready).with("wanted", seen.wanted);
                let noticed = if seen.noticed.is_some() { "yes" } else { "no" };
                self.session.emit(waiting(said, text.with("noticed", noticed)));
            }
            tokio::time::sleep(super::AGAIN).await;
        }
    }
}

/// What was seen while the node was away.
struct Without {
    noticed: Option<Duration>,
    replaced: Option<Duration>,
    ready: usize,
    wanted: usize,
}

impl Without {
    fn of(spec: &SurvivesSpec, before: &Observed) -> Self {
        let wanted = before.service(&spec.service).and_then(|one| one.wanted);
        let running = before.of(&spec.service).filter(|one| one.is_ready()).count();
        Self { noticed: None, replaced: None, ready: 0, wanted: wanted.map_or(running, |all| all as usize) }
    }

    /// The replicas of the lost node count for nothing, whatever the engine still says of them.
    fn look(&mut self, spec: &SurvivesSpec, node: &str, seen: &Observed, elapsed: Duration) {
        let is_down = seen.node(node).is_some_and(|one| one.state == NodeState::Down);
        if is_down && self.noticed.is_none() {
            self.noticed = Some(elapsed);
        }
        let ready = seen.of(&spec.service).filter(|one| one.is_ready());
        self.ready = ready.filter(|one| one.node.as_deref().is_some_and(|on| on != node)).count();
        if self.ready >= self.wanted && self.replaced.is_none() {
            self.replaced = Some(elapsed);
        }
    }
}
