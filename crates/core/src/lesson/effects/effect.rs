//! An [`Effect`]: one thing that would be done to a machine, of some [`Kind`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::workspace::hex::hex;
use workshop_text::Text;
use workshop_text::visible::visible_line;

/// Longer values are shown without their middle.
const SHOWN: usize = 160;

/// Declares [`Kind`]: each with its message, and whether it reaches out of the stack's containers.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $key:literal $reaches:literal),* $(,)?) => {
        /// The sorts of effects, the gravest first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $($(#[$doc])* $kind),* }

        impl Kind {
            const fn key(self) -> &'static str {
                match self { $(Self::$kind => $key),* }
            }

            /// It reaches what is not the stack's own: files, devices and programs of this machine,
            /// what belongs to other projects.
            pub const fn reaches(self) -> bool {
                match self { $(Self::$kind => $reaches),* }
            }
        }
    };
}

kinds! {
    /// Gets the socket of a container engine, and with it this machine.
    Socket "effect-socket" true,
    /// Runs with all privileges on this machine.
    Privileged "effect-privileged" true,
    /// Mounts a path outside of the workspace, or one inside that a tool of the learner's obeys.
    Mount "effect-mount" true,
    /// Runs a program of this machine.
    Program "effect-program" true,
    /// Gets a capability of the kernel: `cap_add`.
    Capability "effect-capability" true,
    /// Gets a device of this machine, a GPU among them.
    Device "effect-device" true,
    /// Changes what protects a container: `security_opt`.
    Security "effect-security" true,
    /// Shares a namespace with this machine or reaches it as `host-gateway`; or a network with a driver
    /// other than `bridge`.
    Namespace "effect-namespace" true,
    /// Uses a container, volume or network of another project.
    Foreign "effect-foreign" true,
    /// Deploys to a swarm that a docker context leads to.
    Swarm "effect-swarm" true,
    /// Reads a file or folder outside of the workspace.
    HostFile "effect-host-file" true,
    /// Fetches a file or build context from another place: a URL, a repository.
    Elsewhere "effect-elsewhere" true,
    /// Gives a build more than its context: secrets, SSH, caches, a network, privileges.
    BuildPower "effect-build-power" true,
    /// Takes a variable from the user's own environment.
    Variable "effect-variable" true,
    /// A key that is not known to be harmless.
    Unknown "effect-unknown" true,
    /// A key that is a harmless one but for a letter or two: Compose refuses it.
    Misspelt "effect-misspelt" false,
    /// Publishes a port for other machines, not only for this one.
    Publish "effect-publish" false,
    /// Runs a command of the lesson's own.
    Command "effect-command" false,
    /// Fetches an image.
    Image "effect-image" false,
    /// Builds a context, so that the commands of its Dockerfile run.
    Build "effect-build" false,
    /// Names an image that it builds, which may be the name of another.
    Tag "effect-tag" false,
    /// Mounts a path of the workspace.
    WorkspaceMount "effect-workspace-mount" false,
    /// Comes back by itself, also after a restart of the machine.
    Restart "effect-restart" false,
    /// Gives the project a name of its own.
    ProjectName "effect-project" false,
    /// Sends requests to the stack's entry.
    Requests "effect-requests" false,
    /// Writes files into the workspace; how many.
    Writes "effect-writes" false,
}

/// One thing that would be done, to what, and by whom (a service, a file).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Effect {
    /// The sort of effect.
    pub kind: Kind,
    /// The object, as it is written: a path, an image, a command …
    pub what: String,
    /// A service or a file; empty where it is the lesson itself.
    pub who: String,
}

/// Effects without repetition, the gravest sort first.
pub type Effects = BTreeSet<Effect>;

impl Effect {
    pub(crate) fn new(kind: Kind, what: impl Into<String>, who: impl Into<String>) -> Self {
        Self { kind, what: what.into(), who: who.into() }
    }

    /// In words; nothing in them is hidden.
    pub fn text(&self) -> Text {
        let alone = self.kind == Kind::Image && self.who.is_empty();
        Text::new(if alone { "effect-image-alone" } else { self.kind.key() })
            .with("what", visible_line(&self.what, SHOWN))
            .with("who", visible_line(&self.who, SHOWN))
    }

    /// How it is kept, to be known again.
    pub fn mark(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether the learner's own file is worth a question for it, where the lesson comes from
    /// elsewhere: the numbers of ports, mounts of the workspace and the like are not.
    pub const fn is_asked(&self) -> bool {
        self.kind.reaches() || matches!(self.kind, Kind::Publish | Kind::Image | Kind::Build | Kind::Tag)
    }
}

/// The same effects for a reader: one of several services is said once, and the gravest come last,
/// where a long list still shows them.
pub fn grouped(effects: &[Effect]) -> Vec<Effect> {
    let mut all: Vec<Effect> = Vec::new();
    for effect in effects {
        match all.iter_mut().find(|one| one.kind == effect.kind && one.what == effect.what) {
            Some(one) => one.who = format!("{}, {}", one.who, effect.who),
            None => all.push(effect.clone()),
        }
    }
    all.sort_by_key(|effect| std::cmp::Reverse(effect.kind));
    all
}

/// A file that Compose may understand and this program does not: what it does is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Unclear {
    /// Relative to the workspace, with `/`.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// What cannot be read or understood about it.
    pub reason: Text,
}

/// What somebody agrees to: a digest of the course and of each effect that was shown.
pub fn digest(course: &str, effects: &Effects) -> String {
    let mut hash = Sha256::new();
    for part in std::iter::once(course.to_owned()).chain(effects.iter().map(Effect::mark)) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}
