//! What runs a stack. An [`Engine`] observes it as one [`Observed`] snapshot, runs the lesson's
//! [`StackCommand`]s, reads logs, and removes what belongs to a workspace and nothing else.
//!
//! Nothing here knows Docker: the types say what a learner would see, whichever engine runs it.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod command;
pub mod docker;
pub mod embedded;
mod ended;
mod engine;
mod error;
mod finding;
mod image;
mod kind;
mod node;
mod observed;
pub mod ports;
pub mod project;
mod registry;
mod resource;
pub mod shell;
pub mod swarm;
pub mod trouble;
mod upstreams;

pub use command::StackCommand;
pub use ended::{CommandEnd, ExecEnd, Output};
pub use engine::{Engine, Examine, Holdings, Nodes, Observe};
pub use error::EngineError;
pub use finding::{Finding, FindingState};
pub use image::ImageFacts;
pub use kind::{EngineFacts, EngineKind, EngineTexts, FallbackTexts, Setting, Spelling, SwarmPlace};
pub use node::{Availability, Loss, Manager, Node, NodeState, Service, Update, UpdateState};
pub use observed::{CpuTime, Detail, Health, LogLine, Observed, Published, Replica, State};
pub use project::{Project, generate_name, is_made_for_another};
pub use resource::{Resource, ResourceKind};
pub use trouble::Trouble;
pub use upstreams::{Lookup, Peer, Peers, Place, Upstream, UpstreamServer, Upstreams};

use error::{for_a_swarm, no_such_replica};
