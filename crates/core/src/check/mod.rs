//! One named, typed assertion about the workspace or about the running stack.
//!
//! A [`CheckSpec`] is what a lesson writes; it says what it [`Needs`] and judges a [`World`] into a
//! [`Verdict`]. Judging is a pure function: the session observes, the check decides. One file a kind.

pub mod address;
pub mod application;
mod built;
mod container;
mod document;
pub mod files;
mod kind;
mod phrases;
pub mod probe;
mod reach;
mod read;
pub mod replication;
pub mod secrets;
pub mod seen;
pub mod served;
pub mod services;
mod standing;
#[cfg(test)]
mod tests;
pub mod under_load;
pub mod update;
pub(crate) mod values;
pub mod wanted;

pub use self::kind::{Check, Needs, World};
pub use self::phrases::{node_state, state};
pub use crate::verdict::{Outcome, Place, Share, Table, Verdict};

use serde::de::MapAccess;

/// Registers the kinds: `name in lesson.toml: module::Type`.
macro_rules! kinds {
    ($($name:ident: $module:ident::$kind:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// A check as a lesson writes it.
        #[derive(Clone, Debug)]
        pub enum CheckSpec {
            $(
                /// The kind by this name, with what the lesson wrote for it.
                $kind($module::$kind),
            )*
        }

        impl CheckSpec {
            /// Every kind's name in `lesson.toml`.
            pub const KINDS: &'static [&'static str] = &[$(stringify!($name)),*];

            /// The name of its kind in `lesson.toml`.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => stringify!($name),)*
                }
            }

            /// What all kinds have in common.
            pub fn check(&self) -> &dyn Check {
                match self {
                    $(Self::$kind(check) => check,)*
                }
            }

            /// Every kind with the schema of what a lesson may write for it.
            #[cfg(test)]
            pub(crate) fn schemas(
                generator: &mut schemars::SchemaGenerator,
            ) -> Vec<(&'static str, schemars::Schema)> {
                use schemars::JsonSchema;
                vec![$((stringify!($name), $module::$kind::json_schema(generator))),*]
            }

            /// Reads the value of the kind named `kind`, so that a typo in it is reported there.
            pub fn read<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Self, A::Error> {
                match kind {
                    $(stringify!($name) => map.next_value().map(Self::$kind),)*
                    other => Err(serde::de::Error::unknown_variant(other, Self::KINDS)),
                }
            }
        }
    };
}

kinds! {
    tree: tree::Tree,
    file: file::File,
    compose: compose::Compose,
    dockerfile: dockerfile::Dockerfile,
    healthcheck: healthcheck::Healthcheck,
    same_build: same_build::SameBuild,
    cpu_limit: cpu_limit::CpuLimit,
    comment: comment::Comment,
    environment: environment::Environment,
    volume: volume::Volume,
    networks: networks::Networks,
    published: published::Published,
    instances: instances::Instances,
    depends_on: depends_on::DependsOn,
    nginx: nginx::Nginx,
    proxy: proxy::Proxy,
    proxy_header: proxy_header::ProxyHeader,
    upstream: upstream::Upstream,
    upstream_servers: upstream_servers::UpstreamServers,
    location: location::Location,
    access_log: access_log::AccessLog,
    ports: ports::Ports,
    replicas: replicas::Replicas,
    refused: refused::Refused,
    reachable: reachable::Reachable,
    unchanged: unchanged::Unchanged,
    http: http::Http,
    spread: spread::Spread,
    logs: logs::Logs,
    responsive: responsive::Responsive,
    steady: steady::Steady,
    placement: placement::Placement,
    survives: survives::Survives,
    rolls: rolls::Rolls,
    rolled_back: rolled_back::RolledBack,
    shared_data: shared_data::SharedData,
    exec: exec::Exec,
    command: command::Command,
    sql: sql::Sql,
    replicates: replicates::Replicates,
    lag: lag::Lag,
    stale_read: stale_read::StaleRead,
    read_your_writes: read_your_writes::ReadYourWrites,
    no_write_lost: no_write_lost::NoWriteLost,
    variable: variable::Variable,
    image: image::Image,
    image_size: image_size::ImageSize,
    upstream_log: upstream_log::UpstreamLog,
    favours: favours::Favours,
    sticky: sticky::Sticky,
    cache_hits: cache_hits::CacheHits,
    scaling: scaling::Scaling,
    load: load::Load,
    outage: outage::Outage,
    nothing_left: nothing_left::NothingLeft,
    question: question::Question,
    confirm: confirm::Confirm,
}
