//! `nothing_left`: the engine holds nothing of the workspace any more.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use workshop_text::Text;

/// `nothing_left = {}`: no container, network or volume of the workspace; with `images = true` no
/// image that its builds made, either.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NothingLeft {
    #[serde(default)]
    images: bool,
}

impl Check for NothingLeft {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Resources { images: self.images })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Resources(left)) = world.seen else { return phrases::not_asked(world.seen) };
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
