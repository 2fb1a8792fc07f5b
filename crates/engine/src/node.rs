//! What an engine of several machines says beside its replicas: its [`Node`]s, and what it is to keep
//! of each [`Service`]. An engine of one machine says neither.

use std::time::Duration;

/// One machine of an engine that has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its host name, which [`Replica::node`](crate::Replica::node) repeats.
    pub name: String,
    /// Where the others reach it, and what it publishes; empty where the engine does not say.
    pub address: String,
    /// Whether the managers hear from it.
    pub state: NodeState,
    /// Whether it is given replicas.
    pub availability: Availability,
    /// What it is among the managers; none for a worker.
    pub manager: Option<Manager>,
}

/// Whether a node is heard from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// It answers.
    Ready,
    /// It has been silent for so long that its replicas are made elsewhere.
    Down,
    /// A new manager has not heard from it yet.
    Unknown,
}

/// Whether a node is given replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It is.
    Active,
    /// It keeps those that it has.
    Pause,
    /// It has none, and gets none.
    Drain,
}

/// What a node is among the managers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// It decides.
    Leader,
    /// It would, if it were chosen.
    Reachable,
    /// The others do not hear from it.
    Unreachable,
}

/// What an engine is to keep of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name in the compose file.
    pub name: String,
    /// How many replicas there shall be; none where that is one on every node.
    pub wanted: Option<u32>,
    /// The image that new replicas get.
    pub image: String,
    /// The last change of it; none where it was never changed.
    pub update: Option<Update>,
}

/// What has become of the last change of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// How far it is.
    pub state: UpdateState,
    /// The engine's own words; empty where it has none.
    pub message: String,
}

/// How far a change of a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateState {
    /// Replicas are being replaced.
    Updating,
    /// A new replica failed, and nothing more is replaced.
    Paused,
    /// All are replaced.
    Completed,
    /// A new replica failed, and the old ones are being brought back.
    RollbackStarted,
    /// One that was brought back failed too.
    RollbackPaused,
    /// All are as they were.
    RollbackCompleted,
}

/// How a node is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Its network cable is out, for so long at most: it is in again then whatever becomes of this
    /// program.
    Cut(Duration),
    /// Its engine and all that it runs end at once, as without power.
    Kill,
}
