//! `networks`: services are on a network of that name.

use serde::Deserialize;

use super::kind::{Check, World};
use super::reachable::is_named;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_text::Text;

/// Each of the services is on that network, and the compose file declares it.
///
/// ```toml
/// networks = { services = ["backend", "frontend"], network = "appnet" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Networks {
    #[serde(alias = "service")]
    services: Services,
    /// Its `name:`, or else its key.
    network: String,
}

impl Check for Networks {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let file = match world.app.files.compose() {
            Ok(file) => file,
            Err(verdict) => return *verdict,
        };
        let network = self.network.as_str();
        for name in self.services.iter() {
            let Some(service) = file.model.service(name) else {
                return file.missing(&format!("services.{name}"));
            };
            let on = file.model.networks_of(name);
            if on.iter().any(|name| is_named(name, network)) {
                continue;
            }
            let by_key =
                |name: &str| name == network && service.networks.iter().any(|on| on.key.value == name);
            if let Some(renamed) = file.model.networks.iter().find(|resource| by_key(&resource.key.value)) {
                let text = Text::new("check-networks-renamed").with("network", network);
                return Verdict::not_yet(text.with("name", renamed.name.as_str()))
                    .at(file.place(renamed.key.span));
            }
            let span = service.networks.first().map_or(service.name.span, |network| network.key.span);
            return Verdict::not_yet(
                Text::new("check-networks-not-on").with("service", name.as_str()).with("network", network),
            )
            .expected(Text::verbatim(network))
            .observed(Text::verbatim(on.join(", ")))
            .at(file.place(span));
        }
        Verdict::pass(
            Text::new("check-networks-pass")
                .with("services", self.services.to_vec())
                .with("network", network),
        )
    }
}
