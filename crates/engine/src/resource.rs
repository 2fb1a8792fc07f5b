//! What an engine holds for a workspace, as far as it can be removed.

/// Something that the engine holds for a workspace and that `reset` would remove.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Resource {
    /// What sort of thing it is.
    pub kind: ResourceKind,
    /// What the engine knows it by; for volumes and images the same as `name`.
    #[serde(skip)]
    pub id: String,
    /// What a person calls it.
    pub name: String,
}

/// What an engine can hold for a workspace, in the order in which it can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// What keeps replicas on a swarm: while it is there, they are made anew.
    Service,
    /// A replica, running or not; for the embedded engine a process and its files.
    Container,
    /// A network of the compose file.
    Network,
    /// A file that a swarm hands to replicas.
    Config,
    /// The same, to be kept secret.
    Secret,
    /// A named volume, with the data in it.
    Volume,
    /// What a build of the workspace made; a `reset` keeps it.
    Image,
    /// A swarm that was made on this machine for the workspace, with all that it holds.
    Cluster,
}

impl ResourceKind {
    /// In the order in which they can be removed.
    pub const ALL: [Self; 8] = [
        Self::Service,
        Self::Container,
        Self::Network,
        Self::Config,
        Self::Secret,
        Self::Volume,
        Self::Image,
        Self::Cluster,
    ];
}
