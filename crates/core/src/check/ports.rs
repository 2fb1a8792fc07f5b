//! `ports`: the lesson's published ports are free on this machine, or the workspace's own already.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::{PortSeen, PortState, Seen};
use crate::verdict::Verdict;
use workshop_text::Text;

/// Each of the lesson's `ports` is free, or this stack's own.
///
/// One that is not is the machine's fault: what `.env` should say instead, `workshop doctor` tells.
/// Where nobody has said yet which port it shall be, a taken one holds nobody up: the copy of the
/// application gets a free one.
///
/// ```toml
/// ports = {}
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ports {}

impl Check for Ports {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Ports)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Ports(ports)) = world.seen else { return phrases::not_asked(world.seen) };
        let listed: Vec<String> = ports.iter().map(|one| format!("{}={}", one.variable, one.port)).collect();
        let key = |one: &PortSeen| match one.state {
            PortState::Free | PortState::Ours => None,
            PortState::Taken => Some("check-ports-taken"),
            PortState::NotAllowed => Some("check-ports-not-allowed"),
        };
        let (set, open): (Vec<&PortSeen>, Vec<&PortSeen>) =
            ports.iter().filter(|one| key(one).is_some()).partition(|one| one.set);
        match set.first().and_then(|one| Some((one, key(one)?))) {
            None if !open.is_empty() => {
                let named = open.iter().map(|one| format!("{} ({})", one.port, one.variable));
                let text = Text::new("check-ports-replaced").with("count", open.len());
                Verdict::pass(text.with("ports", named.collect::<Vec<_>>()))
            }
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
