//! The user's shell: which of its variables lead the user's own `docker compose` to something else than
//! this program looks at ([`Astray`]). Nothing of this kind gets to a child or into a compose file from
//! there ([`Env::of_process`](workshop_stack::compose::Env::of_process)); the workspace's own `.env` may say it.

use workshop_text::Text;

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

    pub(crate) fn seen(&self) -> Text {
        Text::new("engine-shell-seen").with("count", self.0.len()).with("names", self.0.clone())
    }

    pub(crate) fn fix(&self) -> Text {
        Text::new("engine-shell-fix").with("names", self.0.join(" "))
    }

    /// Both, to be said where a lesson begins.
    pub fn text(&self) -> Text {
        Text::new("engine-shell-note").with("seen", self.seen()).with("fix", self.fix())
    }
}
