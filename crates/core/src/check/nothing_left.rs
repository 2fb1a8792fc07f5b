//! `nothing_left`: the engine holds nothing of the workspace any more.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use workshop_engine::{Resource, ResourceKind};
use workshop_text::Text;

/// `nothing_left = {}`: no container, network or volume of the workspace; with `images = true` no
/// image that its builds made, either. With `volumes = "kept"` its volumes, and the data in them,
/// have to be there still.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NothingLeft {
    #[serde(default)]
    images: bool,
    #[serde(default)]
    volumes: Volumes,
}

/// What is to become of the volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Volumes {
    #[default]
    Gone,
    Kept,
}

impl NothingLeft {
    /// The volumes have to be there still.
    pub fn keeps_volumes(&self) -> bool {
        self.volumes == Volumes::Kept
    }
}

impl Check for NothingLeft {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Resources { images: self.images })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Resources(left)) = world.seen else { return phrases::not_asked(world.seen) };
        let (volumes, left): (Vec<&Resource>, Vec<&Resource>) =
            left.iter().partition(|one| self.keeps_volumes() && one.kind == ResourceKind::Volume);
        if left.is_empty() && self.keeps_volumes() {
            let names: Vec<String> = volumes.iter().map(|volume| volume.name.clone()).collect();
            return match names.as_slice() {
                [] => Verdict::not_yet(Text::new("check-nothing-left-no-volume")),
                _ => Verdict::pass(Text::new("check-nothing-left-volume").with("names", names)),
            };
        }
        if left.is_empty() {
            return Verdict::pass(
                Text::new("check-nothing-left-pass").with("images", if self.images { "yes" } else { "no" }),
            );
        }
        let names: Vec<String> = left.iter().map(|resource| resource.name.clone()).collect();
        Verdict::not_yet(Text::new("check-nothing-left-some").with("count", names.len()))
            .expected(Text::new("check-none"))
            .observed(Text::verbatim(names.join(", ")))
    }
}
