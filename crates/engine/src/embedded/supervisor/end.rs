//! A replica's process, ended or signalled, and what is kept of it then.

use std::net::SocketAddr;
use std::time::Duration;

use super::shared::Supervisor;
use super::state::StackState;
use crate::embedded::signals;
use crate::embedded::wire::{HealthState, ReplicaState};

impl Supervisor {
    /// Where a port of a replica really is.
    pub(crate) fn address_of(&self, id: &str, port: u16) -> Option<SocketAddr> {
        self.state().replicas.get(id)?.address.ports.get(&port).copied()
    }

    /// Ends a replica: with `signal` first, and by force when it has not ended within `grace`.
    pub(crate) async fn stop(&self, id: &str, signal: &str, grace: Duration) {
        let pid = {
            let mut state = self.state();
            let Some(replica) = state.replicas.get_mut(id) else { return };
            replica.told_to_end = true;
            if replica.view.state == ReplicaState::Restarting {
                replica.view.state = ReplicaState::Exited(0);
            }
            replica.view.pid.filter(|_| replica.view.state == ReplicaState::Running)
        };
        if pid.is_none() {
            return;
        }
        self.signal(id, signal);
        if !self.gone(id, grace).await {
            self.signal(id, "SIGKILL");
            self.gone(id, Duration::from_secs(10)).await;
        }
    }

    /// Sends a replica a signal, and notes whether it shall stand still.
    pub(crate) fn signal(&self, id: &str, name: &str) {
        let pid = {
            let mut state = self.state();
            let Some(replica) = state.replicas.get_mut(id) else { return };
            match name.trim_start_matches("SIG") {
                "STOP" => replica.held = true,
                "CONT" => replica.held = false,
                _ => {}
            }
            replica.view.pid
        };
        if let Some(pid) = pid {
            signals::send(pid, name);
        }
    }

    /// The replica's process is no more, and its number may be another's from now on.
    pub(crate) fn reaped(&self, id: &str) {
        if let Some(replica) = self.state().replicas.get_mut(id) {
            replica.view.pid = None;
        }
    }

    /// Whether the replica does not run any more, within `limit`.
    pub(crate) async fn gone(&self, id: &str, limit: Duration) -> bool {
        let ended = |state: &StackState| {
            state.replicas.get(id).is_none_or(|replica| replica.view.state != ReplicaState::Running)
        };
        self.until(limit, ended).await
    }

    pub(crate) fn ended(&self, id: &str, code: i32) {
        if let Some(replica) = self.state().replicas.get_mut(id) {
            replica.view.state = ReplicaState::Exited(code);
            replica.view.pid = None;
            replica.view.published.clear();
            replica.view.networks.clear();
            replica.forwards.clear();
            if replica.view.health != HealthState::None {
                replica.view.health = HealthState::Unhealthy;
            }
        }
        self.touch();
    }
}
