//! Health checks: one task a running replica, by Docker's rules. Until the first success it asks
//! more often than the file says, so that a learner need not wait an interval for a ready replica.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::shared::Supervisor;
use crate::embedded::wire::{HealthCheck, HealthState, HealthTest, ReplicaState};

/// Between two checks of a replica that has not been healthy yet.
const EAGER: Duration = Duration::from_millis(100);
/// Not before a process has had the time to begin.
const FIRST: Duration = Duration::from_millis(30);

/// Asks until the process that started at `started` is gone.
pub(super) async fn watch(supervisor: Arc<Supervisor>, id: String, started: u64, check: HealthCheck) {
    let begun = Instant::now();
    let (mut failures, mut was_healthy) = (0, false);
    tokio::time::sleep(FIRST).await;
    loop {
        let good = tokio::time::timeout(check.timeout, probe(&supervisor, &id, &check.test)).await;
        let good = good.unwrap_or(false);
        failures = if good { 0 } else { failures + 1 };
        was_healthy |= good;
        let eager = !was_healthy && begun.elapsed() < check.start_period.max(check.interval);
        let health = match good {
            true => HealthState::Healthy,
            // A failure counts once it has been healthy, or its time to start is over.
            false if eager => HealthState::Starting,
            false if failures >= check.retries.max(1) => HealthState::Unhealthy,
            false if was_healthy => HealthState::Healthy,
            false => HealthState::Starting,
        };
        if eager {
            failures = 0;
        }
        if !set(&supervisor, &id, started, health) {
            return;
        }
        tokio::time::sleep(if eager { EAGER } else { check.interval }).await;
    }
}

/// False when it is another process by now, or none.
fn set(supervisor: &Supervisor, id: &str, started: u64, health: HealthState) -> bool {
    let differs = {
        let mut state = supervisor.state();
        let Some(view) = state.view(id) else { return false };
        if view.state != ReplicaState::Running || view.started != Some(started) {
            return false;
        }
        std::mem::replace(&mut view.health, health) != health
    };
    if differs {
        supervisor.touch();
    }
    true
}

async fn probe(supervisor: &Arc<Supervisor>, id: &str, test: &HealthTest) -> bool {
    let HealthTest::Command { command, says } = test else { return false };
    let spec = supervisor.state().replicas.get(id).map(|replica| Arc::clone(&replica.spec));
    let Some(spec) = spec else { return false };
    let ended = supervisor.run(id, &spec, command).await;
    ended.is_some_and(|ended| {
        let said = says.as_ref().is_none_or(|says| ended.stdout.contains(says.as_str()));
        // The last of a pipe decides, and that is whoever looks for words.
        said && (says.is_some() || ended.code == Some(0))
    })
}
