//! Which swarm it is: the one that a docker context leads to, or the workspace's own cluster; and which
//! of its engines are asked.

use std::path::PathBuf;
use std::time::Duration;

use super::cluster::{Cluster, NodeEngine};
use super::manager::Manager;
use crate::docker::ImageStore;
use crate::docker::client::Client;
use crate::docker::endpoint::{Endpoint, Rule};
use crate::{EngineError, SwarmPlace};
use workshop_text::Text;

/// How long one manager may take to list the nodes, where others can be asked.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// A swarm, whether it is there or not.
#[derive(Clone, Debug)]
pub(super) enum Swarm {
    /// The one that the context leads to.
    Named(String),
    /// The workspace's own cluster, by the folder of all clusters and its name; and the base images that
    /// it gets.
    Own { folder: PathBuf, name: String, images: Vec<String> },
}

/// Where a node's engine answers.
pub(super) enum Engine {
    At(String),
    /// It is another node than the only one that answers.
    Far {
        here: String,
    },
}

impl Swarm {
    pub(super) fn of(place: SwarmPlace) -> Self {
        match place.context {
            Some(context) => Self::Named(context),
            None => Self::Own { folder: place.clusters, name: place.cluster, images: place.images },
        }
    }

    /// The workspace's own cluster; none where another swarm was named.
    ///
    /// # Errors
    /// Somebody else could have put there what lies there.
    pub(super) fn cluster(&self) -> Result<Option<Cluster>, EngineError> {
        match self {
            Self::Named(_) => Ok(None),
            Self::Own { folder, name, .. } => {
                Cluster::named(folder, name).map(Some).map_err(super::run::told)
            }
        }
    }

    /// The base images of the workspace's own cluster that this machine's Docker has; it is asked.
    pub(super) fn base_images(&self) -> Vec<String> {
        let (Self::Own { images, .. }, Ok(store)) = (self, ImageStore::of_user()) else { return Vec::new() };
        images.iter().filter(|image| matches!(store.id(image), Ok(Some(_)))).cloned().collect()
    }

    /// Whether this machine and user could have the workspace's own cluster.
    ///
    /// # Errors
    /// They cannot, or the swarm is another one.
    pub(super) fn can_be_made(&self) -> Result<(), EngineError> {
        match self {
            Self::Named(_) => Err(EngineError::NoSwarm),
            Self::Own { .. } => Cluster::can_be_made().map_err(super::run::told),
        }
    }

    /// The own cluster, to lose a node of.
    ///
    /// # Errors
    /// The swarm is another one.
    pub(super) fn own_of(&self, node: &str) -> Result<Cluster, EngineError> {
        let reason = || Text::new("engine-swarm-context-node").with("node", node);
        self.cluster()?.ok_or_else(|| EngineError::Refused { reason: reason() })
    }

    /// The engines of its nodes that are known without asking any.
    ///
    /// # Errors
    /// There is no such cluster.
    pub(super) fn engines(&self) -> Result<Vec<NodeEngine>, EngineError> {
        match self.cluster()? {
            Some(cluster) if cluster.is_there() => cluster.engines().map_err(super::run::told),
            Some(_) => Err(EngineError::NoSwarm),
            None => Ok(Vec::new()),
        }
    }

    fn endpoint(&self) -> Result<Option<Endpoint>, EngineError> {
        match self {
            Self::Named(context) => Endpoint::of_context(context).map(Some),
            Self::Own { .. } => Ok(None),
        }
    }

    /// A manager that answers, with the nodes as it lists them. One that is cut off is asked last: what
    /// it says is old.
    ///
    /// # Errors
    /// There is no swarm, or no manager of it answers.
    pub(super) async fn manager(&self) -> Result<Manager, EngineError> {
        if let Some(endpoint) = self.endpoint()? {
            return Manager::at(&endpoint).await;
        }
        let mut engines = self.engines()?;
        engines.sort_by_key(|engine| engine.is_cut);
        let mut first = None;
        for engine in engines {
            let endpoint = Endpoint::at(&engine.docker, Rule::Given)?;
            match tokio::time::timeout(ANSWERS_WITHIN, Manager::at(&endpoint)).await {
                Ok(Ok(manager)) => return Ok(manager),
                Ok(Err(error)) => drop(first.get_or_insert(error.brief())),
                Err(_) => {}
            }
        }
        let reason = first.unwrap_or_else(|| Text::new("engine-swarm-silent"));
        let reason = Text::new("engine-swarm-no-manager").with("reason", reason);
        Err(EngineError::Refused { reason })
    }

    /// Where the engine of that node answers.
    ///
    /// # Errors
    /// There is no swarm, or it does not answer.
    pub(super) async fn engine_of(&self, node: &str) -> Result<Engine, EngineError> {
        let Some(endpoint) = self.endpoint()? else {
            let known = self.engines()?.into_iter().find(|engine| engine.node == node);
            return match known {
                Some(engine) => Ok(Engine::At(engine.docker)),
                None => Ok(Engine::Far { here: node.to_owned() }),
            };
        };
        let here = name_of(&endpoint).await?;
        Ok(if here == node { Engine::At(endpoint.address) } else { Engine::Far { here } })
    }

    /// Every engine that can be asked from here: the node's name, and where it answers.
    ///
    /// # Errors
    /// As [`Self::engine_of`].
    pub(super) async fn reachable(&self) -> Result<Vec<(String, String)>, EngineError> {
        match self.endpoint()? {
            Some(endpoint) => Ok(vec![(name_of(&endpoint).await?, endpoint.address)]),
            None => Ok(self.engines()?.into_iter().map(|one| (one.node, one.docker)).collect()),
        }
    }
}

/// The host name of the node that answers there.
async fn name_of(endpoint: &Endpoint) -> Result<String, EngineError> {
    let client = Client::new(endpoint)?;
    let info = client.call("engine-what-info", crate::docker::client::OBSERVE, client.docker.info()).await?;
    Ok(info.name.unwrap_or_default())
}
