//! News of Docker's containers by its events API: what may change the picture of a stack, and not
//! what happens all the time (a health check that is run).

use std::collections::HashMap;

use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;

use super::client::Client;
use super::listing;

/// What a container goes through that a learner would see.
const SEEN: [&str; 10] =
    ["create", "start", "die", "stop", "destroy", "health_status", "pause", "unpause", "restart", "rename"];

/// Says `()` for every such event of any Compose project, until the engine goes away or nobody
/// listens any more. Whose container it is, the listing that follows knows better.
pub(crate) async fn listen(client: Client, heard: Sender<()>) {
    let filters = HashMap::from([
        ("type", vec!["container"]),
        ("label", vec![listing::WORKING_DIR]),
        ("event", SEEN.to_vec()),
    ]);
    let options = EventsOptionsBuilder::default().filters(&filters).build();
    let mut events = client.docker.events(Some(options)).boxed();
    loop {
        tokio::select! {
            () = heard.closed() => return,
            event = events.next() => match event {
                // News that is not taken yet stands for this, too.
                Some(Ok(_)) => drop(heard.try_send(())),
                _ => return,
            },
        }
    }
}
