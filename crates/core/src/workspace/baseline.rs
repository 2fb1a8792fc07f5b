//! The replicas as they were at a moment, to tell later which of them are others.

use serde::{Deserialize, Serialize};

use super::moment::{now_millis, unix_millis};
use workshop_engine::{Observed, Replica};

/// One replica as it was when the baseline was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineReplica {
    /// Its name at the engine, such as `workshop-1a2b-backend-3`.
    pub name: String,
    /// The Compose service that it belongs to.
    pub service: String,
    /// The engine's id of it. One that was made anew has another.
    pub id: String,
    /// Unix time in milliseconds.
    pub started: u64,
    /// When it was seen so, as Unix time in milliseconds; 0 where an older program wrote it.
    #[serde(default)]
    pub seen: u64,
}

impl BaselineReplica {
    /// Whether it is this one, and has not been started again.
    pub fn is_same(&self, now: &Replica) -> bool {
        self.id == now.id && now.started.map(unix_millis) == Some(self.started)
    }
}

/// The running replicas and their start times.
pub fn baseline(observed: &Observed) -> Vec<BaselineReplica> {
    let seen = now_millis();
    observed
        .replicas
        .iter()
        .filter(|replica| replica.is_running())
        .filter_map(|replica| {
            Some(BaselineReplica {
                name: replica.name.clone(),
                service: replica.service.clone(),
                id: replica.id.clone(),
                started: unix_millis(replica.started?),
                seen,
            })
        })
        .collect()
}
