//! A replica's log, from its node, or from a manager where the node itself cannot be asked.

use std::time::SystemTime;

use tokio::sync::mpsc::Sender;

use super::listing;
use super::whose::{Engine, Swarm};
use crate::docker::client::Client;
use crate::docker::endpoint::{Endpoint, Rule};
use crate::docker::logs::{self, Source};
use crate::{EngineError, LogLine, Replica};
use workshop_text::Text;

/// The whole log as a manager gathers it.
///
/// # Errors
/// No manager answers, or it does not reach the node.
pub(super) async fn by_manager(
    swarm: &Swarm,
    replica: &Replica,
    since: Option<SystemTime>,
) -> Result<Vec<LogLine>, EngineError> {
    let Some(task) = listing::task_of(replica) else {
        return Err(EngineError::Refused { reason: Text::verbatim(replica.name.as_str()) });
    };
    logs::read(&swarm.manager().await?.client, Source::Task(task), since).await
}

/// The latest lines, then each as it is written, until the replica ends or nobody listens any more.
pub(super) async fn follow(swarm: Swarm, replica: Replica, heard: Sender<LogLine>) {
    let node = replica.node.as_deref().unwrap_or_default();
    let client = match swarm.engine_of(node).await {
        Ok(Engine::At(address)) => Endpoint::at(&address, Rule::Given).and_then(|at| Client::new(&at)),
        Ok(Engine::Far { .. }) => {
            let manager = swarm.manager().await;
            if let (Ok(manager), Some(task)) = (manager, listing::task_of(&replica)) {
                logs::follow(manager.client, Source::Task(task), heard).await;
            }
            return;
        }
        Err(_) => return,
    };
    if let Ok(client) = client {
        logs::follow(client, Source::Container(&replica.id), heard).await;
    }
}
