//! Docker: observed through the Engine's API, changed by `docker compose`.
//!
//! [`DockerEngine`] knows a workspace's containers by one label that Compose writes, the folder
//! (`com.docker.compose.project.working_dir`), compared without symbolic links. A name alone says
//! nothing about whose a container is: two folders may have the same.

#![allow(clippy::disallowed_types)]

mod changes;
mod client;
mod compose;
mod examine;
mod inside;
mod listing;
mod logs;
mod ready;
mod run;
mod stderr;
mod usage;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bollard::models::{ContainerSummary, Network, Volume};
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
    RemoveContainerOptionsBuilder, RemoveImageOptions, RemoveVolumeOptions,
};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    CommandEnd, CpuTime, Detail, Engine, EngineError, EngineKind, ExecEnd, Finding, LogLine, Observed,
    Output, Project, Replica, Resource, ResourceKind, StackCommand,
};
use crate::text::Text;
use client::{Client, OBSERVE};
use compose::Compose;

/// Where an engine is when nobody says otherwise.
#[cfg(not(windows))]
const USUAL_ADDRESS: &str = "unix:///var/run/docker.sock";
#[cfg(windows)]
const USUAL_ADDRESS: &str = "npipe:////./pipe/docker_engine";

/// The longest that an action on one container, or its removal, may take.
const ACTION: Duration = Duration::from_secs(40);
/// Requests at a time, where there is one a container.
const AT_ONCE: usize = 16;
/// The engine at `DOCKER_HOST`, or at this system's usual address. Nothing is asked before the
/// first call, and every call connects anew, so an engine that comes later is found.
pub struct DockerEngine {
    address: String,
    /// The address for child processes, where it is not the environment's own.
    host: Option<String>,
    compose: tokio::sync::OnceCell<Compose>,
}

impl Default for DockerEngine {
    fn default() -> Self {
        let host = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
        let address = host.unwrap_or_else(|| USUAL_ADDRESS.to_owned());
        Self { address, host: None, compose: tokio::sync::OnceCell::new() }
    }
}

/// A workspace's containers, and what they say about networks and volumes.
struct Listing {
    /// Of this folder, one-off containers included.
    own: Vec<ContainerSummary>,
    /// Of every other folder, and of none.
    others: Vec<ContainerSummary>,
}

/// The networks and volumes that are the workspace's.
struct Owned {
    networks: Vec<Network>,
    volumes: Vec<Volume>,
}

impl DockerEngine {
    pub fn new() -> Self {
        Self::default()
    }

    /// The engine at `address` (`unix:///…`, `tcp://…`), whatever the environment says.
    pub fn at(address: impl Into<String>) -> Self {
        let address = address.into();
        Self { host: Some(address.clone()), address, compose: tokio::sync::OnceCell::new() }
    }

    /// Whether the engine answers, within two seconds: cheap, for the choice of an engine.
    ///
    /// # Errors
    /// Why it does not: unreachable, permission denied, timed out.
    pub async fn available(&self) -> Result<(), EngineError> {
        self.client()?.ping(Duration::from_secs(2)).await
    }

    fn client(&self) -> Result<Client, EngineError> {
        Client::connect(&self.address)
    }

    async fn compose(&self) -> Result<&Compose, EngineError> {
        self.compose.get_or_try_init(Compose::find).await
    }

    /// Containers of all states: those that Compose made, or with `all` really all.
    async fn containers(client: &Client, all: bool) -> Result<Vec<ContainerSummary>, EngineError> {
        let made_by_compose = HashMap::from([("label", vec![listing::WORKING_DIR])]);
        let options = ListContainersOptionsBuilder::default().all(true);
        let options = if all { options } else { options.filters(&made_by_compose) }.build();
        client.call("engine-what-listing", OBSERVE, client.docker.list_containers(Some(options))).await
    }

    async fn listing(client: &Client, dir: &Path, all: bool) -> Result<Listing, EngineError> {
        let containers = Self::containers(client, all).await?;
        let ours = tokio::time::timeout(OBSERVE, folders_equal_to(dir, &containers)).await;
        let ours = ours
            .map_err(|_| EngineError::TimedOut { what: Text::new("engine-what-folders"), after: OBSERVE })?;
        let (own, others) = containers.into_iter().partition(|container| {
            listing::label(container, listing::WORKING_DIR).is_some_and(|folder| ours.contains(folder))
        });
        Ok(Listing { own, others })
    }

    /// The networks and volumes of the project, of which `containers` are all that there are.
    /// Those of a name that was made for this folder are its own; else only those that its
    /// containers use. What a container of another folder uses is never the workspace's.
    async fn owned(client: &Client, project: &Project, seen: &Listing) -> Result<Owned, EngineError> {
        let own: Vec<_> = seen.own.iter().collect();
        let mut projects = listing::distinct(&own, listing::PROJECT);
        if project.unique {
            projects.insert(&project.name);
        }
        if projects.is_empty() {
            return Ok(Owned { networks: Vec::new(), volumes: Vec::new() });
        }
        let label = HashMap::from([("label", vec![listing::PROJECT])]);
        let networks = ListNetworksOptionsBuilder::default().filters(&label).build();
        let volumes = ListVolumesOptionsBuilder::default().filters(&label).build();
        let (networks, volumes) = tokio::try_join!(
            client.call("engine-what-listing", OBSERVE, client.docker.list_networks(Some(networks))),
            client.call("engine-what-listing", OBSERVE, client.docker.list_volumes(Some(volumes))),
        )?;
        let used = |containers: &[ContainerSummary]| -> (BTreeSet<String>, BTreeSet<String>) {
            let networks = containers.iter().flat_map(|one| listing::networks(one).into_keys()).collect();
            (networks, containers.iter().flat_map(listing::volumes).collect())
        };
        let (ours, theirs) = (used(&seen.own), used(&seen.others));
        let is_own = |labels: Option<&HashMap<String, String>>, name: &String, kind: fn(&Used) -> &Names| {
            let certain = project.unique && listing::is_of(labels, &BTreeSet::from([project.name.as_str()]));
            let used = listing::is_of(labels, &projects) && kind(&ours).contains(name);
            (certain || used) && !kind(&theirs).contains(name)
        };
        let mut networks = networks;
        networks.retain(|one| {
            one.name.as_ref().is_some_and(|name| is_own(one.labels.as_ref(), name, |used| &used.0))
        });
        let mut volumes = volumes.volumes.unwrap_or_default();
        volumes.retain(|one| is_own(Some(&one.labels), &one.name, |used| &used.1));
        networks.sort_by(|a, b| a.name.cmp(&b.name));
        volumes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Owned { networks, volumes })
    }

    /// Adds start times, restarts and host names: one inspection a replica, several at a time. A
    /// replica that is gone by then is left out.
    async fn inspected(client: &Client, replicas: Vec<Replica>) -> Result<Vec<Replica>, EngineError> {
        let inspections = stream::iter(replicas).map(|mut replica| async move {
            let request = client.docker.inspect_container(&replica.id, None);
            let found = client.find("engine-what-inspect", OBSERVE, request).await?;
            Ok::<_, EngineError>(found.map(|found| {
                listing::add_details(&mut replica, &found);
                replica
            }))
        });
        inspections.buffered(AT_ONCE).try_filter_map(|found| async { Ok(found) }).try_collect().await
    }

    /// Makes sure that no other folder has containers of this project's name: Compose would take
    /// them for this one's and change or remove them.
    async fn ensure_name_is_ours(client: &Client, project: &Project) -> Result<(), EngineError> {
        let seen = Self::listing(client, &project.dir, false).await?;
        let other = seen.others.iter().find_map(|one| {
            let same = listing::label(one, listing::PROJECT) == Some(project.name.as_str());
            listing::label(one, listing::WORKING_DIR).filter(|_| same)
        });
        match other {
            Some(dir) => {
                Err(EngineError::NameTaken { name: project.name.clone(), other_dir: dir.to_owned() })
            }
            None => Ok(()),
        }
    }

    async fn remove_one(client: &Client, resource: &Resource) -> Result<(), EngineError> {
        let docker = &client.docker;
        let forced = RemoveContainerOptionsBuilder::default().force(true).build();
        let request = async {
            match resource.kind {
                ResourceKind::Container => docker.remove_container(&resource.id, Some(forced)).await,
                ResourceKind::Network => docker.remove_network(&resource.id).await,
                ResourceKind::Volume => docker.remove_volume(&resource.id, None::<RemoveVolumeOptions>).await,
                ResourceKind::Image => {
                    docker.remove_image(&resource.id, None::<RemoveImageOptions>, None).await.map(|_| ())
                }
            }
        };
        let request = async {
            match request.await {
                Err(bollard::errors::Error::DockerResponseServerError { status_code: 409, message })
                    if message.contains("already in progress") =>
                {
                    Ok(())
                }
                other => other,
            }
        };
        client.find("engine-what-remove", ACTION, request).await.map(|_| ())
    }
}

type Names = BTreeSet<String>;
type Used = (Names, Names);

#[async_trait]
impl Engine for DockerEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::Docker
    }

    async fn observe(&self, project: &Project, detail: Detail) -> Result<Observed, EngineError> {
        let client = self.client()?;
        let mut seen = Self::listing(&client, &project.dir, false).await?;
        let owned = Self::owned(&client, project, &seen).await?;
        seen.own.retain(|container| !listing::is_one_off(container));
        let mut replicas: Vec<_> = seen.own.iter().filter_map(listing::replica).collect();
        replicas.sort_by(|a, b| (&a.service, a.index, &a.id).cmp(&(&b.service, b.index, &b.id)));
        if detail >= Detail::StartTimes {
            replicas = Self::inspected(&client, replicas).await?;
        }
        Ok(Observed {
            at: SystemTime::now(),
            replicas,
            networks: owned.networks.into_iter().filter_map(|network| network.name).collect(),
            volumes: owned.volumes.into_iter().map(|volume| volume.name).collect(),
        })
    }

    async fn logs(&self, replica: &Replica, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        logs::read(&self.client()?, &replica.id, since).await
    }

    fn follow(&self, replica: &Replica) -> BoxStream<'static, LogLine> {
        let (heard, lines) = tokio::sync::mpsc::channel(64);
        if let Ok(client) = self.client() {
            tokio::spawn(logs::follow(client, replica.id.clone(), heard));
        }
        received(lines)
    }

    async fn changes(&self, _: &Project) -> Result<BoxStream<'static, ()>, EngineError> {
        let client = self.client()?;
        client.ping(OBSERVE).await?;
        let (heard, news) = tokio::sync::mpsc::channel(1);
        tokio::spawn(changes::listen(client, heard));
        Ok(received(news))
    }

    async fn run(
        &self,
        project: &Project,
        command: &StackCommand,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        match command {
            StackCommand::Compose(args) => {
                self.run_compose(project, &StackCommand::without_terminal(args), output).await
            }
            StackCommand::Replica { action, .. } => {
                self.run_on_replica(project, command, *action, output).await
            }
        }
    }

    async fn resources(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        let client = self.client()?;
        let seen = Self::listing(&client, &project.dir, true).await?;
        let owned = Self::owned(&client, project, &seen).await?;
        let containers = seen.own.iter().map(|one| (one.id.clone().unwrap_or_default(), listing::name(one)));
        let networks =
            owned.networks.into_iter().map(|one| (one.id.unwrap_or_default(), one.name.unwrap_or_default()));
        let volumes = owned.volumes.into_iter().map(|one| (one.name.clone(), one.name));
        let resource = |kind| move |(id, name)| Resource { kind, id, name };
        let mut all: Vec<_> = containers.map(resource(ResourceKind::Container)).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all.extend(networks.map(resource(ResourceKind::Network)));
        all.extend(volumes.map(resource(ResourceKind::Volume)));
        Ok(all)
    }

    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        let client = &self.client()?;
        for kind in ResourceKind::ALL {
            let of_kind = resources.iter().filter(|resource| resource.kind == kind).cloned();
            stream::iter(of_kind.map(Ok::<_, EngineError>))
                .try_for_each_concurrent(AT_ONCE, |resource| async move {
                    Self::remove_one(client, &resource).await
                })
                .await?;
        }
        Ok(())
    }

    async fn held(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        let client = self.client()?;
        let mut seen = Self::listing(&client, &project.dir, true).await?;
        let known = Self::owned(&client, project, &seen).await?;
        // The same again, as if nobody else were there.
        seen.others.clear();
        let Owned { mut networks, mut volumes } = Self::owned(&client, project, &seen).await?;
        networks.retain(|one| known.networks.iter().all(|other| other.id != one.id));
        volumes.retain(|one| known.volumes.iter().all(|other| other.name != one.name));
        let resource = |kind| move |(id, name)| Resource { kind, id, name };
        let networks = networks.into_iter().filter_map(|one| one.id.zip(one.name));
        let mut held: Vec<_> = networks.map(resource(ResourceKind::Network)).collect();
        held.extend(
            volumes.into_iter().map(|one| (one.name.clone(), one.name)).map(resource(ResourceKind::Volume)),
        );
        Ok(held)
    }

    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError> {
        inside::exec(&self.client()?, &replica.id, command).await
    }

    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError> {
        usage::cpu_times(&self.client()?, replicas).await
    }

    async fn image_size(&self, replica: &Replica) -> Result<Option<u64>, EngineError> {
        usage::image_size(&self.client()?, replica).await
    }

    async fn images(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        usage::images(&self.client()?, project).await
    }

    async fn examine(&self, images: &[String]) -> Vec<Finding> {
        examine::findings(self.client(), self.compose().await, images).await
    }

    async fn compose_program(
        &self,
        project: &Project,
        args: &[String],
    ) -> Result<Option<Vec<String>>, EngineError> {
        let compose = self.compose().await?;
        if !run::is_harmless(args) {
            Self::ensure_name_is_ours(&self.client()?, project).await?;
        }
        Ok(Some(compose.line(args)))
    }
}

/// What comes through a channel, as a stream.
fn received<T: Send + 'static>(channel: tokio::sync::mpsc::Receiver<T>) -> BoxStream<'static, T> {
    stream::unfold(channel, |mut channel| async move { Some((channel.recv().await?, channel)) }).boxed()
}

/// Those folders among the containers' labels that are `dir`, each looked up once.
async fn folders_equal_to(dir: &Path, containers: &[ContainerSummary]) -> BTreeSet<String> {
    let all: Vec<_> = containers.iter().collect();
    let mut equal = BTreeSet::new();
    for folder in listing::distinct(&all, listing::WORKING_DIR) {
        let path = PathBuf::from(folder);
        if path == dir || tokio::fs::canonicalize(&path).await.is_ok_and(|real| real == dir) {
            equal.insert(folder.to_owned());
        }
    }
    equal
}
