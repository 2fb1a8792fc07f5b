//! The engines that there are, in the order in which `auto` tries them. A new one is registered here.

use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

use super::{EngineKind, docker, embedded, swarm};

impl EngineKind {
    /// Docker Engine and Docker Compose.
    pub const DOCKER: Self = Self::of(&docker::FACTS);
    /// Processes of this machine; no Docker is needed.
    pub const EMBEDDED: Self = Self::of(&embedded::FACTS);

    /// Docker Swarm: several machines as one.
    pub const SWARM: Self = Self::of(&swarm::FACTS);

    /// Every one that may be asked for: `auto` takes the first that can be had.
    pub const ALL: [Self; 3] = [Self::DOCKER, Self::EMBEDDED, Self::SWARM];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name == name)
    }

    /// Those that `auto` tries where this one cannot be had.
    pub fn fallbacks(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().skip_while(move |kind| *kind != self).skip(1)
    }
}

/// The one that is meant where nothing says which.
impl Default for EngineKind {
    fn default() -> Self {
        Self::DOCKER
    }
}

impl Serialize for EngineKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for EngineKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Name)
    }
}

static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| EngineKind::ALL.map(EngineKind::name).to_vec());

/// Its visitor fails while the deserializer still knows where it is.
struct Name;

impl Visitor<'_> for Name {
    type Value = EngineKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an engine")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<EngineKind, E> {
        EngineKind::named(name).ok_or_else(|| E::unknown_variant(name, &NAMES))
    }
}
