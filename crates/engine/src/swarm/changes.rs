//! News of a stack: what a manager tells of services and nodes, and, since it tells nothing of tasks,
//! a look at those every second.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;

use super::manager::Manager;

/// How often the tasks are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Says `()` for all that may change the picture of the stack, until the manager goes away or nobody
/// listens any more.
pub(super) async fn listen(manager: Manager, stack: String, heard: Sender<()>) {
    let filters = HashMap::from([("type", vec!["service", "node"]), ("scope", vec!["swarm"])]);
    let options = EventsOptionsBuilder::default().filters(&filters).build();
    let mut events = manager.client.docker.events(Some(options)).boxed();
    let mut tick = tokio::time::interval(EVERY);
    let mut before = None;
    loop {
        let is_news = tokio::select! {
            () = heard.closed() => return,
            event = events.next() => match event {
                Some(Ok(_)) => true,
                _ => return,
            },
            _ = tick.tick() => {
                let Ok(now) = states(&manager, &stack).await else { return };
                let is_news = before.as_ref().is_some_and(|before| *before != now);
                before = Some(now);
                is_news
            }
        };
        if is_news {
            // News that is not taken yet stands for this, too.
            let _ = heard.try_send(());
        }
    }
}

/// What each task does, and shall do.
async fn states(
    manager: &Manager,
    stack: &str,
) -> Result<BTreeMap<String, (String, String)>, crate::EngineError> {
    let tasks = manager.tasks(stack).await?;
    Ok(tasks.into_iter().map(|task| (task.id, (task.status.state, task.desired_state))).collect())
}
