//! What containers use of the machine: CPU time, and the images that builds made.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::ImageSummary;
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::client::{Client, OBSERVE};
use super::{AT_ONCE, listing};
use crate::{CpuTime, EngineError, Project, Replica, Resource, ResourceKind};

/// CPU time by container id. One that is gone, or does not run, is left out.
///
/// Our requests name no version of the API, and then the engine looks a second time, a second later;
/// so what it says is as of the time that it names.
pub(crate) async fn cpu_times(
    client: &Client,
    replicas: &[&Replica],
) -> Result<BTreeMap<String, CpuTime>, EngineError> {
    let asked: Vec<String> = replicas.iter().map(|replica| replica.id.clone()).collect();
    stream::iter(asked.into_iter().map(|id| async move {
        let once = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        let request = async { client.docker.stats(&id, Some(once)).boxed().try_next().await };
        let found = client.find("engine-what-usage", OBSERVE, request).await?.flatten();
        let sample = found.and_then(|stats| Some((stats.cpu_stats?.cpu_usage?.total_usage?, stats.read?)));
        let time = sample.filter(|(nanos, _)| *nanos > 0).and_then(|(nanos, read)| {
            Some(CpuTime { used: Duration::from_nanos(nanos), at: listing::parse_time(&read)? })
        });
        Ok::<_, EngineError>(time.map(|time| (id, time)))
    }))
    .buffered(AT_ONCE)
    .try_filter_map(|found| async { Ok(found) })
    .try_collect()
    .await
}

/// The images that builds of this project made: Compose marks them with the project's name, which
/// says whose they are only where it was made for this folder.
pub(crate) async fn images(client: &Client, project: &Project) -> Result<Vec<Resource>, EngineError> {
    if !project.unique {
        return Ok(Vec::new());
    }
    let filters = super::labelled(&format!("{}={}", listing::PROJECT, project.name));
    let images: Vec<ImageSummary> = client.list(&["images", "json"], &[("filters", &filters)]).await?;
    // One without a name is what a build before left behind; `down --rmi` does not know it.
    let named = images.into_iter().flat_map(|image| image.repo_tags).filter(|name| name != "<none>:<none>");
    let mut found: Vec<Resource> =
        named.map(|name| Resource { kind: ResourceKind::Image, id: name.clone(), name }).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup();
    Ok(found)
}
