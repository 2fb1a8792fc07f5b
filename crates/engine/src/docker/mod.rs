//! Docker: observed through the Engine's API, changed by `docker compose`.
//!
//! [`DockerEngine`] knows a workspace's containers by one label that Compose writes, the folder
//! (`com.docker.compose.project.working_dir`), compared without symbolic links. A name alone says
//! nothing about whose a container is: two folders may have the same.

#![allow(clippy::disallowed_types)]

mod changes;
pub(crate) mod child;
pub(crate) mod client;
mod compose;
pub(crate) mod endpoint;
pub(crate) mod environment;
mod examine;
pub(crate) mod files;
mod images;
pub(crate) mod inside;
pub(crate) mod listing;
pub(crate) mod logs;
mod ready;
mod run;
pub(crate) mod stderr;
pub(crate) mod transport;
pub(crate) mod upstreams;
pub(crate) mod usage;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bollard::models::{ContainerSummary, Network, Volume, VolumeListResponse};
use bollard::query_parameters::{RemoveContainerOptionsBuilder, RemoveImageOptions, RemoveVolumeOptions};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    CommandEnd, CpuTime, Detail, Engine, EngineError, EngineFacts, EngineKind, EngineTexts, Examine, ExecEnd,
    Finding, Holdings, ImageFacts, LogLine, Nodes, Observe, Observed, Output, Project, Replica, Resource,
    ResourceKind, Spelling, StackCommand, Upstreams,
};
use client::{Client, OBSERVE};
use compose::Compose;
use endpoint::{Endpoint, Rule};
pub use images::ImageStore;
use workshop_text::Text;

/// The longest that an action on one container, or its removal, may take.
const ACTION: Duration = Duration::from_secs(40);
/// The engine's clock and a file system's, at their coarsest.
const ONE_SECOND: Duration = Duration::from_secs(1);
/// Requests at a time, where there is one a container.
const AT_ONCE: usize = 16;
/// The engine that Docker's own CLI would take (`Endpoint`), for what is observed and for Compose.
/// Nothing is asked before the first call, and every call connects anew, so an engine that comes
/// later is found.
pub struct DockerEngine {
    endpoint: Result<Endpoint, EngineError>,
    compose: tokio::sync::OnceCell<Compose>,
}

impl Default for DockerEngine {
    fn default() -> Self {
        Self { endpoint: Endpoint::resolve(), compose: tokio::sync::OnceCell::new() }
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
    /// The engine that the environment and Docker's own settings lead to. Nothing is asked of it yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The engine at `address` (`unix:///…`, `tcp://…`), whatever the environment says.
    pub fn at(address: &str) -> Self {
        Self { endpoint: Endpoint::at(address, Rule::Given), compose: tokio::sync::OnceCell::new() }
    }

    /// Which engine it is.
    fn endpoint(&self) -> Result<&Endpoint, EngineError> {
        self.endpoint.as_ref().map_err(Clone::clone)
    }

    /// Whether the engine answers, within two seconds: cheap, for the choice of an engine.
    ///
    /// # Errors
    /// Why it does not: unreachable, permission denied, timed out.
    pub async fn available(&self) -> Result<(), EngineError> {
        self.client()?.ping(Duration::from_secs(2)).await
    }

    fn client(&self) -> Result<Client, EngineError> {
        Client::new(self.endpoint()?)
    }

    async fn compose(&self) -> Result<&Compose, EngineError> {
        let endpoint = self.endpoint()?;
        self.compose.get_or_try_init(|| Compose::find(endpoint)).await
    }

    /// Containers of all states: those that Compose made, or with `all` really all.
    async fn containers(client: &Client, all: bool) -> Result<Vec<ContainerSummary>, EngineError> {
        let made_by_compose = labelled(listing::WORKING_DIR);
        let filters = ("filters", made_by_compose.as_str());
        let query = [("all", "true"), filters];
        let query = if all { &query[..1] } else { &query[..] };
        let all: Vec<ContainerSummary> = client.list(&["containers", "json"], query).await?;
        if all.iter().all(listing::is_sound) { Ok(all) } else { Err(client.talks_nonsense()) }
    }

    /// The networks and volumes that Compose made, whosever they are.
    async fn made(client: &Client) -> Result<Owned, EngineError> {
        let label = labelled(listing::PROJECT);
        let query = [("filters", label.as_str())];
        let (networks, volumes): (Vec<Network>, VolumeListResponse) =
            tokio::try_join!(client.list(&["networks"], &query), client.list(&["volumes"], &query))?;
        Ok(Owned { networks, volumes: volumes.volumes.unwrap_or_default() })
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
        // A name alone is no proof: what another folder's name was made for is that one's.
        projects.retain(|name| !project.is_anothers(name));
        if project.unique {
            projects.insert(&project.name);
        }
        if projects.is_empty() {
            return Ok(Owned { networks: Vec::new(), volumes: Vec::new() });
        }
        let Owned { mut networks, mut volumes } = Self::made(client).await?;
        let (ours, theirs) = (used(&seen.own), used(&seen.others));
        let is_own = |labels: Option<&HashMap<String, String>>, name: &String, kind: fn(&Used) -> &Names| {
            let certain = project.unique && listing::is_of(labels, &BTreeSet::from([project.name.as_str()]));
            let used = listing::is_of(labels, &projects) && kind(&ours).contains(name);
            (certain || used) && !kind(&theirs).contains(name)
        };
        networks.retain(|one| {
            one.name.as_ref().is_some_and(|name| is_own(one.labels.as_ref(), name, |used| &used.0))
        });
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

    /// Makes sure that no other folder has containers, networks or volumes of this project's name:
    /// Compose would take them for this one's and change or remove them.
    async fn ensure_name_is_ours(
        client: &Client,
        project: &Project,
        args: &[String],
    ) -> Result<(), EngineError> {
        let seen = Self::listing(client, &project.dir, false).await?;
        let other = seen.others.iter().find_map(|one| {
            let same = listing::label(one, listing::PROJECT) == Some(project.name.as_str());
            listing::label(one, listing::WORKING_DIR).filter(|_| same)
        });
        if let Some(dir) = other {
            return Err(EngineError::NameTaken { name: project.name.clone(), other_dir: dir.to_owned() });
        }
        if project.unique {
            return Ok(());
        }
        // Nothing of it runs, and its networks and volumes may be there.
        if project.is_anothers(&project.name) {
            let reason = Text::new("engine-name-of-another").with("name", project.name.as_str());
            return Err(EngineError::Refused { reason });
        }
        let strange = Self::strange(client, project, &seen.own, run::removes_volumes(args)).await?;
        if strange.is_empty() {
            return Ok(());
        }
        Err(EngineError::Strange { name: project.name.clone(), things: strange })
    }

    /// Networks and volumes of a name that was not made for this folder, which none of its containers
    /// use. They carry no folder, so what is older than this one is taken for another's; with
    /// `volumes`, every such volume is.
    async fn strange(
        client: &Client,
        project: &Project,
        own: &[ContainerSummary],
        volumes: bool,
    ) -> Result<Vec<String>, EngineError> {
        let made = Self::made(client).await?;
        let ours = used(own);
        let name = BTreeSet::from([project.name.as_str()]);
        // Where the file system does not keep it, nothing can be said to be older.
        let begun = std::fs::metadata(&project.dir).and_then(|meta| meta.created()).ok();
        let is_older = |created: Option<&str>| {
            let created = created.and_then(listing::parse_time);
            begun.zip(created).is_some_and(|(begun, created)| created + ONE_SECOND < begun)
        };
        let networks = made.networks.into_iter().filter(|one| {
            listing::is_of(one.labels.as_ref(), &name)
                && is_older(one.created.as_deref())
                && one.name.as_ref().is_some_and(|name| !ours.0.contains(name))
        });
        let strange = made.volumes.into_iter().filter(|one| {
            listing::is_of(Some(&one.labels), &name)
                && (volumes || is_older(one.created_at.as_deref()))
                && !ours.1.contains(&one.name)
        });
        Ok(networks.filter_map(|one| one.name).chain(strange.map(|one| one.name)).collect())
    }

    async fn remove_one(client: &Client, resource: &Resource) -> Result<(), EngineError> {
        let docker = &client.docker;
        // With the volumes that have no name, which nobody would find again.
        let forced = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
        let request = async {
            match resource.kind {
                ResourceKind::Container => docker.remove_container(&resource.id, Some(forced)).await,
                ResourceKind::Network => docker.remove_network(&resource.id).await,
                ResourceKind::Volume => docker.remove_volume(&resource.id, None::<RemoveVolumeOptions>).await,
                ResourceKind::Image => {
                    docker.remove_image(&resource.id, None::<RemoveImageOptions>, None).await.map(|_| ())
                }
                // It has none of these.
                ResourceKind::Service
                | ResourceKind::Config
                | ResourceKind::Secret
                | ResourceKind::Cluster => Ok(()),
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

/// The networks and volumes that containers use.
fn used(containers: &[ContainerSummary]) -> Used {
    let networks = containers.iter().flat_map(|one| listing::networks(one).into_keys()).collect();
    (networks, containers.iter().flat_map(listing::volumes).collect())
}

/// A filter of the API: what has this label.
fn labelled(label: &str) -> String {
    serde_json::json!({ "label": [label] }).to_string()
}

/// What is to be known of Docker.
pub static FACTS: EngineFacts = EngineFacts {
    name: "docker",
    open: |_| Box::new(DockerEngine::new()),
    disown: |_| Ok(()),
    spelling: Spelling::AsWritten,
    removes_images: |names| format!("docker rmi {}", names.join(" ")),
    publishes_at: Ipv4Addr::UNSPECIFIED,
    has_rights: true,
    runs_programs: false,
    knows_by_path: true,
    heeds_shell: true,
    texts: EngineTexts {
        label: "report-engine-docker",
        words: None,
        shared: Some("app-reset-shared"),
        fallback: None,
    },
};

#[async_trait]
impl Engine for DockerEngine {
    fn kind(&self) -> EngineKind {
        EngineKind::of(&FACTS)
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
            StackCommand::Swarm(_) | StackCommand::Cluster(_) => Err(crate::for_a_swarm(&FACTS)),
        }
    }

    async fn exec(&self, replica: &Replica, command: &[String]) -> Result<ExecEnd, EngineError> {
        inside::exec(&self.client()?, &replica.id, command).await
    }

    async fn compose_program(
        &self,
        project: &Project,
        args: &[String],
    ) -> Result<Option<std::process::Command>, EngineError> {
        self.handed_through(project, args).await.map(Some)
    }
}

#[async_trait]
impl Observe for DockerEngine {
    async fn observe(&self, project: &Project, detail: Detail) -> Result<Observed, EngineError> {
        let client = self.client()?;
        let mut seen = Self::listing(&client, &project.dir, false).await?;
        let owned = Self::owned(&client, project, &seen).await?;
        seen.own.retain(|container| !listing::is_one_off(container));
        let mut others = BTreeMap::<String, Vec<String>>::new();
        seen.own.retain(|container| match listing::label(container, listing::PROJECT) {
            Some(other) if other != project.name => {
                others.entry(other.to_owned()).or_default().push(listing::name(container));
                false
            }
            _ => true,
        });
        let mut replicas: Vec<_> = seen.own.iter().filter_map(listing::replica).collect();
        replicas.sort_by(|a, b| (&a.service, a.index, &a.id).cmp(&(&b.service, b.index, &b.id)));
        if detail >= Detail::StartTimes {
            replicas = Self::inspected(&client, replicas).await?;
        }
        Ok(Observed {
            at: SystemTime::now(),
            networks: owned.networks.into_iter().filter_map(|network| network.name).collect(),
            volumes: owned.volumes.into_iter().map(|volume| volume.name).collect(),
            others,
            ..Observed::of_replicas(replicas)
        })
    }

    async fn logs(&self, replica: &Replica, since: Option<SystemTime>) -> Result<Vec<LogLine>, EngineError> {
        logs::read(&self.client()?, logs::Source::Container(&replica.id), since).await
    }

    fn follow(&self, replica: &Replica) -> BoxStream<'static, LogLine> {
        let (heard, lines) = tokio::sync::mpsc::channel(64);
        if let Ok(client) = self.client() {
            let id = replica.id.clone();
            tokio::spawn(async move { logs::follow(client, logs::Source::Container(&id), heard).await });
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

    async fn cpu_times(&self, replicas: &[&Replica]) -> Result<BTreeMap<String, CpuTime>, EngineError> {
        usage::cpu_times(&self.client()?, replicas).await
    }

    async fn upstreams(&self, proxy: &Replica, stack: &Observed) -> Result<Option<Upstreams>, EngineError> {
        upstreams::of(&self.client()?, proxy, stack).await
    }

    async fn image(&self, replica: &Replica) -> Result<Option<ImageFacts>, EngineError> {
        inside::image(&self.client()?, replica).await
    }

    async fn variables(&self, replica: &Replica) -> Result<Option<BTreeMap<String, String>>, EngineError> {
        inside::variables(&self.client()?, replica).await
    }
}

#[async_trait]
impl Holdings for DockerEngine {
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

    async fn images(&self, project: &Project) -> Result<Vec<Resource>, EngineError> {
        usage::images(&self.client()?, project).await
    }

    async fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        let client = &self.client()?;
        let mut left = Vec::new();
        for kind in ResourceKind::ALL {
            let of_kind: Vec<Resource> = resources.iter().filter(|one| one.kind == kind).cloned().collect();
            let removals = of_kind.into_iter().map(|resource| async move {
                let error = Self::remove_one(client, &resource).await.err()?;
                Some((resource, error))
            });
            // One that stays is no reason to leave the others.
            let kept: Vec<_> = stream::iter(removals).buffer_unordered(AT_ONCE).collect().await;
            left.extend(kept.into_iter().flatten());
        }
        let Some((_, first)) = left.first() else { return Ok(()) };
        let reason = first.brief();
        left.sort_by(|(a, _), (b, _)| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        Err(EngineError::Remaining { left: left.into_iter().map(|(one, _)| one).collect(), reason })
    }
}

impl Nodes for DockerEngine {}

#[async_trait]
impl Examine for DockerEngine {
    async fn ready(&self, images: &[String]) -> Result<(), EngineError> {
        let client = self.client()?;
        tokio::try_join!(self.available(), self.compose())?;
        ready::can_all_be_had(&client, images).await
    }

    async fn examine(&self, images: &[String]) -> Vec<Finding> {
        examine::findings(self.endpoint(), self.compose().await, images).await
    }

    async fn publisher(&self, port: u16) -> Option<PathBuf> {
        let client = self.client().ok()?;
        let all = Self::containers(&client, false).await.ok()?;
        let holds = |one: &&ContainerSummary| {
            one.ports.iter().flatten().any(|listed| listed.public_port == Some(port))
        };
        all.iter().find(holds).and_then(|one| listing::label(one, listing::WORKING_DIR)).map(PathBuf::from)
    }
}

/// What comes through a channel, as a stream.
pub(crate) fn received<T: Send + 'static>(channel: tokio::sync::mpsc::Receiver<T>) -> BoxStream<'static, T> {
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
