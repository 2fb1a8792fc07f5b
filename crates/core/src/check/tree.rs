//! `tree`: the workspace holds the lesson's files, where they belong.

use std::path::Path;

use serde::Deserialize;

use super::kind::{Check, World};
use crate::verdict::Verdict;
use workshop_stack::compose::COMPOSE_NAMES;
use workshop_text::Text;

/// Each of these files is in the workspace.
///
/// The nested folder that `cp -r` makes when the workspace exists is recognised.
///
/// ```toml
/// tree = { has = ["docker-compose.yml", "nginx/default.conf", "settings.ini"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// The files, each relative to the workspace.
    #[serde(deserialize_with = "super::values::workspace_paths")]
    has: Vec<String>,
}

/// A compose file is there under any of the names that Compose looks for.
fn is_there(dir: &Path, path: &str) -> bool {
    let names = if COMPOSE_NAMES.contains(&path) { &COMPOSE_NAMES[..] } else { &[path] };
    names.iter().any(|name| dir.join(name).is_file())
}

impl Check for Tree {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let dir = &world.app.files.dir;
        let missing: Vec<String> = self.has.iter().filter(|path| !is_there(dir, path)).cloned().collect();
        let Some(first) = missing.first() else {
            return Verdict::pass(Text::new("check-tree-pass").with("count", self.has.len()));
        };
        let start = world.app.files.demands.start_name.as_str();
        let nested = dir.join(start);
        let text = if self.has.iter().all(|path| is_there(&nested, path)) {
            Text::new("check-tree-nested").with("start", start)
        } else if missing.len() == self.has.len() {
            Text::new("check-tree-empty").with("start", start)
        } else {
            Text::new("check-tree-missing").with("file", first.as_str())
        };
        let seen = Text::new("check-tree-observed").with("count", missing.len()).with("names", missing);
        Verdict::not_yet(text).expected(Text::verbatim(self.has.join(", "))).observed(seen)
    }
}
