//! The engines that there are.

/// The engines that there are. A new one is registered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    /// Docker Engine and Docker Compose.
    Docker,
    /// Processes of this machine; no Docker is needed.
    Embedded,
}

impl EngineKind {
    /// Every kind, Docker first.
    pub const ALL: [Self; 2] = [Self::Docker, Self::Embedded];

    /// As the command line and the files write it: `docker`, `embedded`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Embedded => "embedded",
        }
    }
}
