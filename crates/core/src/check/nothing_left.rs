//! `nothing_left`: the engine holds nothing of the workspace any more, or its volumes alone.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use workshop_engine::{Resource, ResourceKind};
use workshop_text::Text;

/// No container, network or volume of the workspace is left.
///
/// ```toml
/// nothing_left = {}
/// ```
///
/// ```toml
/// nothing_left = { volumes = "kept" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NothingLeft {
    /// No image that its builds made is left, either.
    #[serde(default)]
    images: bool,
    /// What is to have become of the volumes.
    #[serde(default)]
    volumes: Volumes,
}

/// What is to have become of the volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Volumes {
    /// They are gone with the rest.
    #[default]
    Gone,
    /// They outlive the containers, and are still there.
    Kept,
}

impl Check for NothingLeft {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Resources { images: self.images })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Resources(left)) = world.seen else { return phrases::not_asked(world.seen) };
        let (kept, left): (Vec<&Resource>, Vec<&Resource>) = left.iter().partition(|one| self.may_stay(one));
        if !left.is_empty() {
            return Verdict::not_yet(Text::new("check-nothing-left-some").with("count", left.len()))
                .expected(self.expected())
                .observed(Text::verbatim(names(&left)));
        }
        match self.volumes {
            Volumes::Gone => Verdict::pass(
                Text::new("check-nothing-left-pass").with("images", if self.images { "yes" } else { "no" }),
            ),
            Volumes::Kept if kept.is_empty() => {
                Verdict::not_yet(Text::new("check-nothing-left-volumes-gone")).expected(self.expected())
            }
            Volumes::Kept => Verdict::pass(
                Text::new("check-nothing-left-volumes-kept")
                    .with("count", kept.len())
                    .with("names", names(&kept)),
            ),
        }
    }
}

impl NothingLeft {
    /// The volumes have to be there still.
    pub fn keeps_volumes(&self) -> bool {
        self.volumes == Volumes::Kept
    }

    fn may_stay(&self, resource: &Resource) -> bool {
        self.keeps_volumes() && resource.kind == ResourceKind::Volume
    }

    fn expected(&self) -> Text {
        match self.volumes {
            Volumes::Gone => Text::new("check-none"),
            Volumes::Kept => Text::new("check-nothing-left-volumes-expected"),
        }
    }
}

fn names(resources: &[&Resource]) -> String {
    resources.iter().map(|resource| resource.name.as_str()).collect::<Vec<_>>().join(", ")
}
