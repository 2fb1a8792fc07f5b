//! `healthcheck`: a service says by itself whether it is healthy.

use serde::Deserialize;

use super::built::built;
use super::kind::{Check, World};
use super::read::Read;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_stack::compose::{ComposeFile, Healthcheck as Written, Probe, Service};
use workshop_stack::dockerfile::HealthLine;
use workshop_text::Text;

/// Each of the services has a health check that is not disabled and asks something.
///
/// It stands in the compose file, or in the service's own Dockerfile (`HEALTHCHECK`).
///
/// ```toml
/// healthcheck = { services = ["mysql", "redis"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Healthcheck {
    #[serde(alias = "service")]
    services: Services,
}

/// Commands that are good whatever the service does.
const ALWAYS_GOOD: [&[&str]; 4] = [&["true"], &["/bin/true"], &[":"], &["exit", "0"]];

impl Check for Healthcheck {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let verdict = self.services.first(|name| one(world, name));
        verdict.unwrap_or_else(|| Verdict::pass(self.services.text("check-healthcheck-pass")))
    }
}

fn one(world: &World<'_>, name: &str) -> Option<Verdict> {
    let (file, service) = match world.app.service(name) {
        Ok(found) => found,
        Err(verdict) => return Some(*verdict),
    };
    let (key, span) = match &service.healthcheck {
        Written::Disabled(span) => ("check-healthcheck-disabled", *span),
        Written::Present(probe) if is_always_good(probe) => ("check-healthcheck-always", probe.span),
        Written::Present(probe) if !probe.test.iter().all(|word| word.trim().is_empty()) => return None,
        // Numbers alone belong to the image's own health check.
        _ if in_dockerfile(world, file, service) => return None,
        Written::Present(probe) => ("check-healthcheck-no-test", probe.span),
        Written::Absent => ("check-healthcheck-missing", service.name.span),
    };
    let verdict = Verdict::not_yet(Text::new(key).with("service", name));
    Some(verdict.expected(Text::verbatim("healthcheck: {test: [\"CMD\", \"...\"]}")).at(file.place(span)))
}

fn is_always_good(probe: &Probe) -> bool {
    let words: Vec<&str> = probe.test.iter().map(String::as_str).collect();
    ALWAYS_GOOD.contains(&words.as_slice())
}

fn in_dockerfile(world: &World<'_>, file: &Read<ComposeFile>, service: &Service) -> bool {
    let Ok(built) = built(&world.app.files, file, service) else { return false };
    let chain = built.file.model.chain(built.last);
    let said = chain.iter().find_map(|stage| stage.healthcheck.as_ref());
    matches!(said, Some(HealthLine::Command(_)))
}
