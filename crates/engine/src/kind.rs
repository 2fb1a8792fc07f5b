//! What the program has to know of an engine without asking it: [`EngineFacts`], data that stands
//! beside each engine. Nothing else decides by which engine it is.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::Engine;
use super::embedded::own::StandIn;

/// An engine, by its facts. Two are the same that have one name.
#[derive(Clone, Copy)]
pub struct EngineKind(&'static EngineFacts);

impl EngineKind {
    /// The engine with these facts.
    pub const fn of(facts: &'static EngineFacts) -> Self {
        Self(facts)
    }

    /// As the command line and the files write it: `docker`, `embedded`.
    pub const fn name(self) -> &'static str {
        self.0.name
    }
}

impl Deref for EngineKind {
    type Target = EngineFacts;

    fn deref(&self) -> &EngineFacts {
        self.0
    }
}

impl PartialEq for EngineKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for EngineKind {}

impl fmt::Debug for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What is to be known of an engine.
pub struct EngineFacts {
    /// Its name, which no other has: `docker`.
    pub name: &'static str,
    /// Makes it for one workspace. Nothing is asked of it yet.
    pub open: fn(Setting) -> Box<dyn Engine>,
    /// Makes a copied private folder (`.workshop/`) forget what runs for the original.
    pub disown: fn(&Path) -> io::Result<()>,
    /// How a person types the commands of a lesson that runs on it.
    pub spelling: Spelling,
    /// The command that removes images of the workspace's builds, by their names.
    pub removes_images: fn(&[&str]) -> String,
    /// Where on this machine it opens the ports that a stack publishes.
    pub publishes_at: Ipv4Addr,
    /// It opens every port, with rights of its own; else those that this user may open.
    pub has_rights: bool,
    /// Programs of this machine stand for the services, as the lesson's `[embedded]` says: what it
    /// lacks is another thing for each lesson.
    pub runs_programs: bool,
    /// It knows a stack by its folder's path, so that a folder that is moved leaves its stack behind.
    pub knows_by_path: bool,
    /// Variables of the shell lead the command that a learner types himself to another place.
    pub heeds_shell: bool,
    /// What is said of it.
    pub texts: EngineTexts,
}

/// The keys of what is said of an engine.
pub struct EngineTexts {
    /// Its name with what it is.
    pub label: &'static str,
    /// How commands are shown from now on, where a lesson has come to run on it.
    pub words: Option<&'static str>,
    /// What a `reset` leaves there, since other projects use it too.
    pub shared: Option<&'static str>,
    /// That it stands in for an engine before it, where it can.
    pub fallback: Option<FallbackTexts>,
}

/// The keys of what is said where `auto` has passed over an engine that cannot be had.
pub struct FallbackTexts {
    /// When a lesson begins, with `why`.
    pub begun: &'static str,
    /// By `doctor` before a lesson begins, with `engine` and `why`.
    pub would: &'static str,
    /// By `doctor` in a lesson on an engine that has gone since, with `lesson`: how to go on.
    pub go_on: &'static str,
}

/// What an engine is opened with.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The workspace's private folder (`.workshop/`).
    pub private: PathBuf,
    /// Service → the program that stands for it, as `lesson.toml` declares.
    pub programs: BTreeMap<String, StandIn>,
    /// This program, where it is another one than the one that runs: a test's own cannot be it.
    pub binary: Option<PathBuf>,
    /// Which swarm it is, for an engine of several machines.
    pub swarm: SwarmPlace,
}

/// Which swarm a workspace's stack runs on.
#[derive(Clone, Debug, Default)]
pub struct SwarmPlace {
    /// The docker context that leads to a manager of it; none for the workspace's own cluster.
    pub context: Option<String>,
    /// The folder of all clusters.
    pub clusters: PathBuf,
    /// The name of the workspace's own, whether it is there or not.
    pub cluster: String,
    /// Base images that a build on a node needs: the workspace's own gets those that this machine's
    /// Docker has.
    pub images: Vec<String>,
}

/// How commands are typed where an engine runs the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As a lesson has them: `docker compose ps`, `docker kill NAME-backend-1`.
    AsWritten,
    /// Without Docker's program: `workshop compose ps`, `workshop compose kill --index 1 backend`.
    Workshop,
}
