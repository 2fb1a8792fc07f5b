//! `instances`: how many replicas the compose file itself asks for.

use serde::Deserialize;

use super::{Check, Needs, Verdict, World};
use crate::text::Text;

/// `instances = { service = "frontend", equals = 1 }`: by `scale` or `deploy.replicas`; one where
/// neither is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instances {
    service: String,
    equals: u32,
}

impl Check for Instances {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, service) = match world.files.service(&self.service) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let wanted = service.wanted_replicas();
        let text = |key| Text::new(key).with("service", self.service.as_str()).with("count", wanted);
        if wanted == self.equals {
            return Verdict::pass(text("check-instances-pass"));
        }
        let span = service.scale.as_ref().or(service.replicas.as_ref()).map_or(service.name.span, |count| count.span);
        Verdict::not_yet(text("check-instances-other"))
            .expected(Text::verbatim(self.equals.to_string()))
            .observed(Text::verbatim(wanted.to_string()))
            .at(file.place(span))
    }
}
