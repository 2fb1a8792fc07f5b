//! `ports`: the lesson's published ports are free on this machine, or the workspace's own already.

use serde::Deserialize;

use super::probe::{PortState, Probe, Seen};
use super::{Check, Needs, Verdict, World};
use crate::text::Text;

/// `ports = {}`: each of the lesson's `ports`. One that is not is the machine's fault: what `.env`
/// should say instead, `workshop doctor` tells.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ports {}

impl Check for Ports {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Ports)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Ports(ports)) = world.seen else { return super::not_asked(world.seen) };
        let listed: Vec<String> = ports.iter().map(|one| format!("{}={}", one.variable, one.port)).collect();
        let bad = ports.iter().find_map(|one| match one.state {
            PortState::Free | PortState::Ours => None,
            PortState::Taken => Some((one, "check-ports-taken")),
            PortState::NotAllowed => Some((one, "check-ports-not-allowed")),
        });
        match bad {
            Some((one, key)) => {
                let text = Text::new(key).with("port", one.port).with("variable", one.variable.as_str());
                Verdict::environment(text).observed(Text::verbatim(format!("{}={}", one.variable, one.port)))
            }
            None => {
                let text = Text::new("check-ports-pass").with("count", listed.len());
                Verdict::pass(text).observed(Text::verbatim(listed.join(", ")))
            }
        }
    }
}
