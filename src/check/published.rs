//! `published`: which of a service's ports the host can reach, by what the compose file means.

use serde::Deserialize;

use super::{Check, Needs, Verdict, World};
use crate::text::Text;

/// `published = { service = "backend", none = true }`: no port at all;
/// `published = { service = "frontend", target = 80 }`: that container port is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    service: String,
    #[serde(default)]
    none: bool,
    target: Option<u16>,
}

impl Check for Published {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let name = self.service.as_str();
        let (file, service) = match world.files.service(name) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let ports = file.model.published(name);
        let written = || {
            let one = |port: &&crate::stack::compose::Port| port.to_string();
            let all = ports.iter().map(one).collect::<Vec<_>>().join(", ");
            if all.is_empty() { Text::new("check-none") } else { Text::verbatim(all) }
        };
        if self.none && service.shares_host_network() {
            let span = service.network_mode.as_ref().map_or(service.name.span, |mode| mode.span);
            return Verdict::not_yet(Text::new("check-published-host-network").with("service", name)).at(file.place(span));
        }
        if let (true, Some(port)) = (self.none, ports.first()) {
            return Verdict::not_yet(Text::new("check-published-still").with("service", name))
                .expected(Text::new("check-published-none-expected"))
                .observed(written())
                .at(file.place(port.span));
        }
        if let Some(target) = self.target
            && !ports.iter().any(|port| port.target.contains(target))
        {
            return Verdict::not_yet(Text::new("check-published-missing").with("service", name).with("target", target))
                .observed(written())
                .at(file.place(service.name.span));
        }
        let key = if self.none { "check-published-none-pass" } else { "check-published-pass" };
        Verdict::pass(Text::new(key).with("service", name).with("target", self.target.unwrap_or(0)))
    }
}
