//! The user's shell: which of its variables say what Docker and Compose work on ([`steers`]), and what
//! a compose file sees of the rest ([`visible`]).
//!
//! `COMPOSE_FILE=../other/compose.yaml` in a shell is meant for another project. A lesson's stack is
//! the one of its own folder, whatever the shell says, so nothing of this kind gets to a child or into
//! a compose file from there. The workspace's own `.env` may say it.

use crate::stack::compose::Env;

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

/// Variables that are set here and make the user's own `docker compose` work on something else than
/// this program does.
pub fn astray() -> Vec<String> {
    const ASTRAY: [&str; 7] = [
        "BUILDKIT_HOST",
        "BUILDX_BUILDER",
        "COMPOSE_DISABLE_ENV_FILE",
        "COMPOSE_ENV_FILES",
        "COMPOSE_FILE",
        "COMPOSE_PROFILES",
        "COMPOSE_PROJECT_NAME",
    ];
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    ASTRAY.into_iter().filter(is_set).map(str::to_owned).collect()
}
