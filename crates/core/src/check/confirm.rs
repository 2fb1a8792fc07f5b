//! `confirm`: the learner says that something is so; nothing else can know it.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use crate::verdict::Verdict;
use workshop_text::Text;

/// The learner said that it is so.
///
/// Nothing is looked at.
///
/// ```toml
/// confirm = {}
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Confirm {}

impl Check for Confirm {
    fn needs(&self) -> Needs {
        Needs::Answer
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        match world.answer {
            Some("yes") => Verdict::pass(Text::new("check-confirm-pass")),
            _ => Verdict::not_yet(Text::new("check-confirm-open")),
        }
    }
}
