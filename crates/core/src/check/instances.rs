//! `instances`: how many replicas the compose file itself asks for.

use serde::Deserialize;

use super::kind::{Check, World};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_text::Text;

/// The compose file asks for so many replicas of each of the services.
///
/// By `scale` or `deploy.replicas`; one where neither is given.
///
/// ```toml
/// instances = { service = "frontend", equals = 1 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Instances {
    #[serde(alias = "service")]
    services: Services,
    /// How many.
    equals: u32,
}

impl Check for Instances {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let verdict = self.services.first(|name| self.one(world, name));
        verdict.unwrap_or_else(|| {
            Verdict::pass(self.services.text("check-instances-pass").with("count", self.equals))
        })
    }
}

impl Instances {
    pub(crate) fn is_about(&self, service: &str) -> bool {
        self.services.iter().any(|name| name == service)
    }

    fn one(&self, world: &World<'_>, name: &str) -> Option<Verdict> {
        let (file, service) = match world.app.service(name) {
            Ok(found) => found,
            Err(verdict) => return Some(*verdict),
        };
        let wanted = service.wanted_replicas();
        if wanted == self.equals {
            return None;
        }
        let span = service
            .scale
            .as_ref()
            .or(service.replicas.as_ref())
            .map_or(service.name.span, |count| count.span);
        let text = Text::new("check-instances-other").with("service", name).with("count", wanted);
        let verdict = Verdict::not_yet(text).expected(Text::verbatim(self.equals.to_string()));
        Some(verdict.observed(Text::verbatim(wanted.to_string())).at(file.place(span)))
    }
}
