//! `reachable`: from where the running replicas of a service can be reached.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_engine::{Detail, Published};
use workshop_text::Text;

/// Each replica of the services is published, or is on that network, as the engine really did it.
///
/// What the file says is another check's: `published`, `networks`.
///
/// ```toml
/// reachable = { service = "backend", published = false, network = "appnet" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reachable {
    #[serde(alias = "service")]
    services: Services,
    /// Whether it has a port on this machine; not asked where it does not say.
    published: Option<bool>,
    /// The network's name, with or without the project's name before it.
    network: Option<String>,
}

impl Check for Reachable {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::Listing)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return phrases::not_observed() };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        for replica in self.services.running(stack) {
            let port = replica.published.first();
            if let (Some(false), Some(port)) = (self.published, port) {
                return Verdict::not_yet(
                    Text::new("check-reachable-published")
                        .with("replica", replica.label())
                        .with("port", port.host),
                )
                .expected(Text::new("check-published-none-expected"))
                .observed(Text::verbatim(binding(port)));
            }
            if self.published == Some(true) && port.is_none() {
                return Verdict::not_yet(
                    Text::new("check-reachable-not-published").with("replica", replica.label()),
                );
            }
            if let Some(network) = &self.network
                && !replica.networks.keys().any(|name| is_named(name, network))
            {
                return Verdict::not_yet(
                    Text::new("check-reachable-network")
                        .with("replica", replica.label())
                        .with("network", network.as_str()),
                )
                .expected(Text::verbatim(network.clone()))
                .observed(Text::verbatim(replica.networks.keys().cloned().collect::<Vec<_>>().join(", ")));
            }
        }
        Verdict::pass(self.services.text("check-reachable-pass"))
    }
}

/// `0.0.0.0:8080 -> 8080`, as `docker ps` writes it.
fn binding(port: &Published) -> String {
    let host = if port.host_ip.contains(':') { format!("[{}]", port.host_ip) } else { port.host_ip.clone() };
    format!("{host}:{} -> {}", port.host, port.target)
}

/// Compose puts the project's name before a network's: `workshop-1a2b_appnet`.
pub fn is_named(real: &str, wanted: &str) -> bool {
    real == wanted || real.strip_suffix(wanted).is_some_and(|before| before.ends_with('_'))
}
