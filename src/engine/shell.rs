//! The user's shell: which of its variables say what Docker and Compose work on ([`steers`]), and what
//! a compose file sees of the rest ([`visible`]).
//!
//! `COMPOSE_FILE=../other/compose.yaml` in a shell is meant for another project. A lesson's stack is
//! the one of its own folder, whatever the shell says, so nothing of this kind gets to a child or into
//! a compose file from there. The workspace's own `.env` may say it.

use crate::stack::compose::Env;
use crate::text::Text;

/// Whether a variable chooses a project, its files, an engine or a builder.
pub fn steers(name: &str) -> bool {
    ["COMPOSE_", "DOCKER_", "BUILDX_", "BUILDKIT_"].iter().any(|prefix| name.starts_with(prefix))
}

/// The variables that a compose file is read with, under those of `.env`.
pub fn visible() -> Env {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !steers(name))
        .collect()
}

/// What is set in a shell that makes the user's own `docker compose` work on something else than this
/// program does.
pub struct Astray(Vec<String>);

impl Astray {
    /// `None` where nothing is.
    pub fn now() -> Option<Self> {
        const NAMES: [&str; 7] = [
            "BUILDKIT_HOST",
            "BUILDX_BUILDER",
            "COMPOSE_DISABLE_ENV_FILE",
            "COMPOSE_ENV_FILES",
            "COMPOSE_FILE",
            "COMPOSE_PROFILES",
            "COMPOSE_PROJECT_NAME",
        ];
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let set: Vec<String> = NAMES.into_iter().filter(is_set).map(str::to_owned).collect();
        (!set.is_empty()).then_some(Self(set))
    }

    pub fn seen(&self) -> Text {
        Text::new("engine-shell-seen").with("count", self.0.len()).with("names", self.0.clone())
    }

    pub fn fix(&self) -> Text {
        Text::new("engine-shell-fix").with("names", self.0.join(" "))
    }

    /// Both, to be said where a lesson begins.
    pub fn text(&self) -> Text {
        Text::new("engine-shell-note").with("seen", self.seen()).with("fix", self.fix())
    }
}
