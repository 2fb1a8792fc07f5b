//! What a front at work holds of its upstreams, for whoever looks: [`Held`], written to the file that
//! its spec names, and written again whenever it is another. nginx tells nobody which addresses it
//! holds; the front, which stands for it, does.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::serve::live::Live;
use crate::upstream::now;

/// How often it is looked whether something is different.
const OFTEN: Duration = Duration::from_millis(200);

/// What one configuration at work holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Since when it serves, in milliseconds since 1970.
    pub since: u64,
    /// By name.
    pub groups: Vec<HeldGroup>,
}

/// The servers that one name in a `proxy_pass` stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldGroup {
    /// The upstream's name, or the host that a `proxy_pass` names.
    pub name: String,
    /// Its `server` lines.
    pub servers: Vec<HeldServer>,
    /// Where its requests may go now.
    pub peers: Vec<HeldPeer>,
}

/// A `server` line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldServer {
    /// A name, or an address.
    pub host: String,
    /// 80 where none is given.
    pub port: u16,
    /// When the host is looked up.
    pub lookup: HeldLookup,
    /// Failures within `fail_timeout` after which a peer rests.
    pub max_fails: u32,
    /// In seconds.
    pub fail_timeout: u64,
}

/// When a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldLookup {
    /// Once, when the configuration is read.
    Once,
    /// Again and again, whenever so many milliseconds are over.
    Again(u64),
    /// For a request, whose variables make the name.
    ForRequests,
}

/// One address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPeer {
    /// As the front connects to it; at port 0 nothing listens.
    pub address: SocketAddr,
    /// Which of the `server` lines it comes from.
    pub server: usize,
    /// It has failed, and is left out until this second since 1970.
    pub rests_until: Option<u64>,
}

impl Held {
    fn of(live: &Live) -> Self {
        let mut groups: Vec<HeldGroup> =
            live.compiled.groups.values().map(|group| group.held(now())).collect();
        let mut by_name: BTreeMap<(String, u16), Vec<SocketAddr>> = live.looked_up_names();
        // A name that is a group's already is told of there.
        by_name.retain(|(host, port), _| {
            let is_it = |server: &HeldServer| server.host == *host && server.port == *port;
            !groups.iter().any(|group| group.servers.iter().any(is_it))
        });
        groups.extend(by_name.into_iter().map(|((host, port), addresses)| {
            let peer = |address| HeldPeer { address, server: 0, rests_until: None };
            let lookup = HeldLookup::ForRequests;
            let server = HeldServer { host: host.clone(), port, lookup, max_fails: 1, fail_timeout: 10 };
            HeldGroup { name: host, servers: vec![server], peers: addresses.into_iter().map(peer).collect() }
        }));
        Self { since: live.since, groups }
    }
}

/// Keeps the file at `path` up to date with the configuration at work, for ever.
pub(crate) async fn keep(path: PathBuf, mut current: watch::Receiver<Arc<Live>>) {
    let mut before = None;
    loop {
        let held = Held::of(&current.borrow_and_update());
        if before.as_ref() != Some(&held) {
            // Where it cannot be written (the folder is gone) there is nobody who reads it.
            let _ = write(&path, &held);
            before = Some(held);
        }
        tokio::select! {
            changed = current.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(OFTEN) => {}
        }
    }
}

/// In one step, so that who reads it finds one or the other. It is never needed after a crash of the
/// machine, so nothing is flushed.
fn write(path: &Path, held: &Held) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    workshop_disk::owner_only(&mut options);
    options.open(&beside)?.write_all(&serde_json::to_vec(held)?)?;
    std::fs::rename(&beside, path)
}
