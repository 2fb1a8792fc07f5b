//! `cpu_limit`: services may use no more than so much of the CPU, and all the same.

use serde::Deserialize;

use super::kind::{Check, World};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_text::Text;

/// Each of the services may use at most so many cores, and all of them the same.
///
/// The limit is `deploy.resources.limits.cpus` or `cpus`, and is more than zero.
///
/// ```toml
/// cpu_limit = { services = ["api-server-1", "api-server-2"], at_most = 0.5 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CpuLimit {
    #[serde(alias = "service")]
    services: Services,
    /// Cores.
    at_most: f64,
}

impl Check for CpuLimit {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let mut first: Option<(&str, f64)> = None;
        for name in self.services.iter().map(String::as_str) {
            let (file, service) = match world.app.service(name) {
                Ok(found) => found,
                Err(verdict) => return *verdict,
            };
            // Zero is Compose's word for no limit.
            let Some(cpus) = service.cpus.as_ref().filter(|cpus| cpus.value > 0.0) else {
                let span = service.cpus.as_ref().map_or(service.name.span, |cpus| cpus.span);
                return Verdict::not_yet(Text::new("check-cpu-limit-missing").with("service", name))
                    .expected(Text::verbatim("deploy: {resources: {limits: {cpus: \"0.20\"}}}"))
                    .observed(Text::new("check-none"))
                    .at(file.place(span));
            };
            let (key, wanted) = match first {
                _ if cpus.value > self.at_most => ("check-cpu-limit-high", format!("<= {}", self.at_most)),
                Some((_, wanted)) if (wanted - cpus.value).abs() > 1e-9 => {
                    ("check-cpu-limit-uneven", wanted.to_string())
                }
                _ => {
                    first = first.or(Some((name, cpus.value)));
                    continue;
                }
            };
            let text = Text::new(key).with("service", name).with("other", first.map_or("", |(name, _)| name));
            return Verdict::not_yet(text)
                .expected(Text::verbatim(wanted))
                .observed(Text::verbatim(cpus.value.to_string()))
                .at(file.place(cpus.span));
        }
        let cpus = first.map_or(0.0, |(_, cpus)| cpus);
        Verdict::pass(self.services.text("check-cpu-limit-pass").with("cpus", cpus.to_string()))
    }
}
