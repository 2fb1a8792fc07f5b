//! What every part of the supervisor works on: [`Supervisor`], the stack with its lock, and those who
//! wait for a change of it.

use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use super::state::StackState;
use crate::embedded::place::Place;

/// The stack and everything that changes it.
pub(super) struct Supervisor {
    pub place: Place,
    pub token: String,
    pub names_token: String,
    /// Where it is asked for names.
    pub address: SocketAddr,
    pub state: Mutex<StackState>,
    /// One change of the stack at a time.
    pub changes: tokio::sync::Mutex<()>,
    /// Counts what changed, for those who wait for something.
    pub changed: watch::Sender<u64>,
    /// When somebody last asked for something.
    pub active: Mutex<Instant>,
    /// Told when it is over.
    pub over: watch::Sender<bool>,
    /// Replicas of before whose locks somebody unknown holds; told once.
    pub left_alone: Mutex<Vec<String>>,
}

impl Supervisor {
    pub(super) fn state(&self) -> MutexGuard<'_, StackState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of the state is different now.
    pub(super) fn touch(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn note_activity(&self) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(super) fn idle_for(&self) -> Duration {
        self.active.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Waits until `wanted` is so; false when it is not within `limit`.
    pub(super) async fn until(&self, limit: Duration, mut wanted: impl FnMut(&StackState) -> bool) -> bool {
        let mut changed = self.changed.subscribe();
        let wait = async {
            loop {
                changed.borrow_and_update();
                if wanted(&self.state()) {
                    return;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(limit, wait).await.is_ok()
    }
}

/// Unix time in nanoseconds.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
