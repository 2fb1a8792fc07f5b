//! What a swarm holds for a workspace, and how that is taken away. A cluster of the workspace's own is
//! one thing more, and goes last: all the rest would go with it.

use std::time::{Duration, Instant};

use bollard::query_parameters::{RemoveContainerOptionsBuilder, RemoveImageOptions, RemoveVolumeOptions};
use futures_util::future::join_all;
use serde::Deserialize;

use super::manager::{Manager, of_stack};
use super::model::Labels;
use super::whose::Swarm;
use super::{listing, owner, run};
use crate::docker::DockerEngine;
use crate::docker::client::Client;
use crate::docker::endpoint::{Endpoint, Rule};
use crate::{EngineError, Holdings, Project, Resource, ResourceKind};
use workshop_text::Text;

/// The longest that the removal of one thing may take, with what it waits for.
const REMOVAL: Duration = Duration::from_secs(40);
const AGAIN: Duration = Duration::from_millis(200);
/// Between a node's name and what it holds.
const AT: char = '/';

/// A network, a volume or a container, as an engine lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    names: Vec<String>,
    labels: Option<Labels>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Volumes {
    volumes: Option<Vec<Listed>>,
}

/// All that is the workspace's: of a stack that another deployed nothing, of a swarm that is not there
/// nothing.
///
/// # Errors
/// The swarm is there and does not answer, while it is not the workspace's own.
pub(super) async fn resources(swarm: &Swarm, project: &Project) -> Result<Vec<Resource>, EngineError> {
    let cluster = swarm.cluster()?.filter(|cluster| cluster.is_there());
    let held = match (&cluster, swarm) {
        (None, Swarm::Own { .. }) => return Ok(Vec::new()),
        _ => of_stack_and_nodes(swarm, project).await,
    };
    let Some(_) = cluster else { return held };
    // A cluster that is half-lost is taken away as a whole.
    let mut all = held.unwrap_or_default();
    if let Swarm::Own { name, .. } = swarm {
        all.push(Resource { kind: ResourceKind::Cluster, id: name.clone(), name: name.clone() });
    }
    Ok(all)
}

async fn of_stack_and_nodes(swarm: &Swarm, project: &Project) -> Result<Vec<Resource>, EngineError> {
    let manager = swarm.manager().await?;
    let services = manager.services(&project.name).await?;
    let is_foreign = owner::ensure(&services, project).is_err();
    let resource = |kind| move |(id, name)| Resource { kind, id, name };
    let mut all = Vec::new();
    // Of a name that is not this folder's alone, only what a service of its own proves is the workspace's.
    if !is_foreign && (project.unique || !services.is_empty()) {
        let named = services.iter().map(|one| (one.id.clone(), one.spec.name.clone()));
        all.extend(named.map(resource(ResourceKind::Service)));
        let networks: Vec<Listed> =
            manager.client.list(&["networks"], &[("filters", &of_stack(&project.name))]).await?;
        all.extend(networks.into_iter().map(|one| (one.id, one.name)).map(resource(ResourceKind::Network)));
        all.extend(on_nodes(swarm, project).await?);
    }
    for (kind, what) in [(ResourceKind::Config, "configs"), (ResourceKind::Secret, "secrets")] {
        let mut kept = manager.kept(what, &owner::label(project)).await?;
        if !is_foreign && (project.unique || !services.is_empty()) {
            kept.extend(manager.kept(what, &format!("{}={}", listing::NAMESPACE, project.name)).await?);
        }
        kept.sort_by(|a, b| (&a.spec.name, &a.id).cmp(&(&b.spec.name, &b.id)));
        kept.dedup_by(|a, b| a.id == b.id);
        all.extend(kept.into_iter().map(|one| (one.id, one.spec.name)).map(resource(kind)));
    }
    all.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    Ok(all)
}

/// Containers and volumes of the stack on every node that answers.
async fn on_nodes(swarm: &Swarm, project: &Project) -> Result<Vec<Resource>, EngineError> {
    let asked = swarm.reachable().await?.into_iter().map(|(node, address)| async move {
        let client = client_at(&address)?;
        let filters = of_stack(&project.name);
        let query = [("filters", filters.as_str())];
        let containers = [("all", "true"), query[0]];
        let (containers, volumes): (Vec<Listed>, Volumes) = tokio::try_join!(
            client.list(&["containers", "json"], &containers),
            client.list(&["volumes"], &query)
        )?;
        let is_own = |one: &Listed| {
            one.labels.as_ref().and_then(|labels| labels.get(listing::NAMESPACE)) == Some(&project.name)
        };
        let containers =
            containers.into_iter().filter(is_own).filter(|one| listing::is_id(&one.id)).map(|one| {
                let name = one.names.first().map_or("", |name| name.trim_start_matches('/'));
                (ResourceKind::Container, one.id.clone(), name.to_owned())
            });
        let volumes = volumes.volumes.unwrap_or_default().into_iter().filter(is_own);
        let volumes = volumes.map(|one| (ResourceKind::Volume, one.name.clone(), one.name));
        let found = containers.chain(volumes).map(|(kind, id, name)| Resource {
            kind,
            id: format!("{node}{AT}{id}"),
            name: format!("{node}: {name}"),
        });
        Ok::<_, EngineError>(found.collect::<Vec<_>>())
    });
    // A node that does not answer has lost what it held, or tells it when it is back.
    Ok(join_all(asked).await.into_iter().flatten().flatten().collect())
}

/// What builds of this workspace made, on every node that answers.
pub(super) async fn images(swarm: &Swarm, project: &Project) -> Result<Vec<Resource>, EngineError> {
    let reachable = match swarm.reachable().await {
        Err(EngineError::NoSwarm) => return Ok(Vec::new()),
        reachable => reachable?,
    };
    let asked = reachable.into_iter().map(|(node, address)| async move {
        let images = DockerEngine::at(&address).images(project).await.unwrap_or_default();
        let named = images.into_iter().map(move |image| Resource {
            kind: ResourceKind::Image,
            id: format!("{node}{AT}{}", image.id),
            name: format!("{node}: {}", image.name),
        });
        named.collect::<Vec<_>>()
    });
    Ok(join_all(asked).await.concat())
}

/// Removes `resources`, services first and a cluster last.
///
/// # Errors
/// [`EngineError::Remaining`], with all that is still there.
pub(super) async fn remove(swarm: &Swarm, resources: &[Resource]) -> Result<(), EngineError> {
    if let Some(one) = resources.iter().find(|one| one.kind == ResourceKind::Cluster) {
        // All the rest goes with it.
        return match swarm.cluster()? {
            Some(cluster) => run::on_thread(move || cluster.down().map(drop)).await,
            None => Err(EngineError::Remaining {
                left: vec![one.clone()],
                reason: Text::new("engine-swarm-remains"),
            }),
        };
    }
    let mut left: Vec<(Resource, EngineError)> = Vec::new();
    for kind in ResourceKind::ALL {
        let of_kind = resources.iter().filter(|one| one.kind == kind);
        let removals =
            of_kind.map(|one| async move { Some((one.clone(), remove_one(swarm, one).await.err()?)) });
        left.extend(join_all(removals).await.into_iter().flatten());
    }
    let Some((_, first)) = left.first() else { return Ok(()) };
    let reason = first.brief();
    Err(EngineError::Remaining { left: left.into_iter().map(|(one, _)| one).collect(), reason })
}

/// Removes one thing, and waits for what has to go before it: a network for its tasks, a volume for its
/// container.
async fn remove_one(swarm: &Swarm, resource: &Resource) -> Result<(), EngineError> {
    let deadline = Instant::now() + REMOVAL;
    loop {
        match tried(swarm, resource).await {
            Err(EngineError::Refused { .. }) if Instant::now() < deadline => {
                tokio::time::sleep(AGAIN).await;
            }
            other => return other,
        }
    }
}

async fn tried(swarm: &Swarm, resource: &Resource) -> Result<(), EngineError> {
    let at_node = |id: &str| id.split_once(AT).map(|(node, id)| (node.to_owned(), id.to_owned()));
    let (client, id) = match at_node(&resource.id) {
        Some((node, id)) => {
            let reachable = swarm.reachable().await?;
            let Some((_, address)) = reachable.into_iter().find(|(name, _)| *name == node) else {
                return Ok(());
            };
            (client_at(&address)?, id)
        }
        None => {
            let Manager { client, .. } = swarm.manager().await?;
            (client, resource.id.clone())
        }
    };
    let docker = &client.docker;
    let forced = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    let request = async {
        match resource.kind {
            ResourceKind::Service => docker.delete_service(&id).await,
            ResourceKind::Network => docker.remove_network(&id).await,
            ResourceKind::Config => docker.delete_config(&id).await,
            ResourceKind::Secret => docker.delete_secret(&id).await,
            ResourceKind::Container => docker.remove_container(&id, Some(forced)).await,
            ResourceKind::Volume => docker.remove_volume(&id, None::<RemoveVolumeOptions>).await,
            ResourceKind::Image => docker.remove_image(&id, None::<RemoveImageOptions>, None).await.map(drop),
            ResourceKind::Cluster => Ok(()),
        }
    };
    client.find("engine-what-remove", REMOVAL, request).await.map(drop)
}

fn client_at(address: &str) -> Result<Client, EngineError> {
    Client::new(&Endpoint::at(address, Rule::Given)?)
}

/// Adds the label by which a config or a secret that a lesson makes is known to be the workspace's.
pub(super) fn labelled_for(project: &Project, words: &[String]) -> Vec<String> {
    let is_made = matches!(words, [what, verb, ..] if ["config", "secret"].contains(&what.as_str()) && verb == "create");
    let mut words = words.to_vec();
    if is_made {
        words.splice(2..2, ["--label".to_owned(), owner::label(project)]);
    }
    words
}
