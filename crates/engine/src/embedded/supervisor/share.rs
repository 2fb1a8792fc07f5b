//! A replica's share of the CPU, where its service has a limit: [`hold`] stops and continues its
//! processes so that they use no more in the long run. Docker's containers are held by the kernel in
//! periods of 100 ms; what is saved here is one such period's worth at most, and what was used too
//! much is owed.
//!
//! Nothing is left standing: when the supervisor dies, the system sends a stopped group that nobody
//! minds any more SIGHUP and SIGCONT.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::program::program;
use super::shared::Supervisor;
use super::state::Replica;
use super::usage::{self, Meter};

use crate::embedded::signals;
use crate::embedded::wire::{LIMITS_CPU, ReplicaState};

/// What may be saved up.
const PERIOD: Duration = Duration::from_millis(100);
/// What there has to be again before a replica goes on, so that it is not woken for nothing.
const AGAIN: Duration = Duration::from_millis(10);
const SHORTEST: Duration = Duration::from_millis(2);
const LONGEST: Duration = Duration::from_millis(10);

/// Nanoseconds of CPU time that a replica may still use.
struct Budget {
    /// Thousandths of a core.
    limit: u32,
    nanos: i128,
    /// The most that can be used in a nanosecond.
    cores: i128,
}

impl Budget {
    fn new(limit: u32) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let mut budget = Self { limit, nanos: 0, cores: cores as i128 };
        budget.nanos = budget.in_time(PERIOD);
        budget
    }

    /// What may be used in so much time.
    const fn in_time(&self, time: Duration) -> i128 {
        time.as_nanos() as i128 * self.limit as i128 / 1000
    }

    /// Time has gone by in which so much was used.
    fn pass(&mut self, elapsed: Duration, used: Duration) {
        let most = self.in_time(PERIOD);
        self.nanos = (self.nanos + self.in_time(elapsed)).min(most) - used.as_nanos() as i128;
    }

    const fn is_spent(&self) -> bool {
        self.nanos <= 0
    }

    fn may_go_on(&self) -> bool {
        self.nanos >= self.in_time(AGAIN)
    }

    /// When to look again: before it can be spent, or when there is enough again.
    fn wait(&self, stands: bool) -> Duration {
        let nanos = match stands {
            true => (self.in_time(AGAIN) - self.nanos) * 1000 / i128::from(self.limit.max(1)),
            false => self.nanos / self.cores,
        };
        let wait = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
        // A replica that stands may be told to end, or be gone.
        wait.clamp(SHORTEST, if stands { PERIOD } else { LONGEST })
    }
}

/// Holds the replica's process `pid` to `limit` thousandths of a core until it is gone.
pub(super) async fn hold(supervisor: Arc<Supervisor>, id: String, pid: u32, limit: u32) {
    if !LIMITS_CPU {
        return;
    }
    let Some(whole_group) = starts_others(&supervisor, &id) else { return };
    let mut meter = Meter::new(pid, whole_group);
    let (mut budget, mut before, mut stands) = (Budget::new(limit), Instant::now(), false);
    while let Some(used) = meter.used() {
        let now = Instant::now();
        budget.pass(now.duration_since(before), used);
        before = now;
        let Some(held) = is_still(&supervisor, &id, pid) else { return };
        if !stands && budget.is_spent() {
            signals::send_to_group(pid, "SIGSTOP");
            stands = true;
        } else if stands && budget.may_go_on() && !held {
            signals::send_to_group(pid, "SIGCONT");
            stands = false;
        }
        tokio::time::sleep(budget.wait(stands)).await;
    }
}

impl Supervisor {
    /// CPU time of every replica that runs, since its start, in nanoseconds; by id.
    pub(crate) fn cpu_times(&self) -> BTreeMap<String, u64> {
        let running: Vec<(String, u32, bool)> = {
            let state = self.state();
            let running =
                state.replicas.values().filter(|replica| replica.view.state == ReplicaState::Running);
            let found = running
                .filter_map(|replica| Some((replica.view.id.clone(), replica.view.pid?, is_keeper(replica))));
            found.collect()
        };
        let used = |pid, whole_group| usage::of_group(pid, whole_group).map(|used| used.as_nanos() as u64);
        running.into_iter().filter_map(|(id, pid, whole_group)| Some((id, used(pid, whole_group)?))).collect()
    }
}

fn is_keeper(replica: &Replica) -> bool {
    program(&replica.spec).is_kept()
}

/// Whether the replica's program starts processes of its own; none where the replica is gone.
fn starts_others(supervisor: &Supervisor, id: &str) -> Option<bool> {
    let state = supervisor.state();
    state.replicas.get(id).map(is_keeper)
}

/// Whether somebody told it to stand still; none where it is another process by now.
fn is_still(supervisor: &Supervisor, id: &str, pid: u32) -> Option<bool> {
    let state = supervisor.state();
    let replica = state.replicas.get(id)?;
    let same = replica.view.pid == Some(pid) && replica.view.state == ReplicaState::Running;
    same.then_some(replica.held)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a replica that wants `wants` cores gets of a second, looked at late by `late`.
    fn played(limit: u32, wants: f64, late: Duration) -> f64 {
        let mut budget = Budget { cores: 2, ..Budget::new(limit) };
        let (mut stands, mut time, mut used) = (false, Duration::ZERO, Duration::ZERO);
        while time < Duration::from_secs(60) {
            let wait = budget.wait(stands) + late;
            let ran = if stands { Duration::ZERO } else { wait.mul_f64(wants) };
            budget.pass(wait, ran);
            time += wait;
            used += ran;
            stands = if stands { !budget.may_go_on() } else { budget.is_spent() };
        }
        used.as_secs_f64() / time.as_secs_f64()
    }

    #[test]
    fn in_the_long_run_it_is_the_limit_however_late_it_is_looked() {
        for limit in [50, 200, 900, 1500] {
            for late in [0, 1, 7, 40].map(Duration::from_millis) {
                let share = played(limit, 2.0, late);
                let wanted = f64::from(limit) / 1000.0;
                assert!(
                    (share - wanted).abs() < 0.02 * wanted.max(0.5),
                    "{share} of {wanted}, late {late:?}"
                );
            }
        }
        assert!((played(500, 0.3, Duration::ZERO) - 0.3).abs() < 1e-6, "whoever wants less is let alone");
    }
}
