//! `published`: which of a service's ports the host can reach, by what the compose file means.

use serde::Deserialize;

use super::kind::{Check, World};
use super::reach::{Closed, from_host};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_text::Text;

/// The services publish that port, or none at all.
///
/// One of `none` and `target` stands there.
///
/// ```toml
/// published = { service = "backend", none = true }
/// ```
///
/// ```toml
/// published = { service = "frontend", target = 80 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Published {
    #[serde(alias = "service")]
    services: Services,
    /// None of the services publishes any port.
    #[serde(default)]
    none: bool,
    /// The port inside the container that is published.
    target: Option<u16>,
}

impl Check for Published {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let verdict = self.services.first(|name| self.one(world, name));
        verdict.unwrap_or_else(|| {
            let key = if self.none { "check-published-none-pass" } else { "check-published-pass" };
            Verdict::pass(self.services.text(key).with("target", self.target.unwrap_or(0)))
        })
    }
}

impl Published {
    /// Why the ports of the service `name` are not right, if they are not.
    fn one(&self, world: &World<'_>, name: &str) -> Option<Verdict> {
        let (file, service) = match world.app.service(name) {
            Ok(found) => found,
            Err(verdict) => return Some(*verdict),
        };
        let ports = file.model.published(name);
        let written = || {
            let one = |port: &&workshop_stack::compose::Port| port.to_string();
            let all = ports.iter().map(one).collect::<Vec<_>>().join(", ");
            if all.is_empty() { Text::new("check-none") } else { Text::verbatim(all) }
        };
        if self.none && service.shares_host_network() {
            let span = service.network_mode.as_ref().map_or(service.name.span, |mode| mode.span);
            let text = Text::new("check-published-host-network").with("service", name);
            return Some(Verdict::not_yet(text).at(file.place(span)));
        }
        if let (true, Some(port)) = (self.none, ports.first()) {
            let verdict = Verdict::not_yet(Text::new("check-published-still").with("service", name))
                .expected(Text::new("check-published-none-expected"))
                .observed(written());
            return Some(verdict.at(file.place(port.span)));
        }
        let target = self.target?;
        let closed = from_host(&file.model, service, target).err()?;
        let text = |key| Text::new(key).with("service", name).with("target", target);
        let (text, span) = match closed {
            Closed::Missing => (text("check-published-missing"), service.name.span),
            Closed::Protocol(port) => {
                (text("check-published-protocol").with("protocol", port.protocol.as_str()), port.span)
            }
            Closed::Address(port) => {
                let address = port.host_ip.clone().unwrap_or_default();
                (text("check-published-address").with("address", address), port.span)
            }
            Closed::Internal(network, span) => {
                (text("check-published-internal").with("network", network), span)
            }
            Closed::Mode(mode, span) => (text("check-published-mode").with("mode", mode), span),
        };
        Some(Verdict::not_yet(text).observed(written()).at(file.place(span)))
    }
}
