//! The lesson's published ports as they are on this machine now.

use super::Session;
use crate::check::seen::{PortSeen, PortState};
use crate::lesson::model::Port;
use crate::workspace::env_file;
use workshop_engine::Observed;
use workshop_engine::ports::{Opening, opening};

/// What that port is in a workspace with this `.env`: the environment's, else the file's, else the
/// one that the lesson wants.
pub fn port_now(port: &Port, env: &[u8]) -> u16 {
    port_set(port, env).unwrap_or(port.wanted)
}

/// What the environment, else the file, says that it shall be.
fn port_set(port: &Port, env: &[u8]) -> Option<u16> {
    let set = std::env::var(&port.variable).ok().or_else(|| env_file::get(env, &port.variable));
    set.and_then(|port| port.parse().ok())
}

impl Session {
    /// Each of the lesson's ports: free, this workspace's own, or in somebody else's hands.
    pub fn ports(&self, observed: Option<&Observed>) -> Vec<PortSeen> {
        let env = self.files().dotenv().unwrap_or_default();
        let published = observed.iter().flat_map(|seen| &seen.replicas).flat_map(|one| &one.published);
        let ours: Vec<u16> = published.map(|published| published.host).collect();
        let seen = |wanted: &Port| {
            let set = port_set(wanted, env);
            let port = set.unwrap_or(wanted.wanted);
            let state = match () {
                () if ours.contains(&port) => PortState::Ours,
                () => match opening(port, self.engine.kind()) {
                    Opening::Free => PortState::Free,
                    Opening::Taken => PortState::Taken,
                    Opening::NotAllowed => PortState::NotAllowed,
                },
            };
            PortSeen { variable: wanted.variable.clone(), port, state, set: set.is_some() }
        };
        self.lesson.file.ports.iter().map(seen).collect()
    }
}
