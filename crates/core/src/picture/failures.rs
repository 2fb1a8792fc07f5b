//! What nginx's error log says of the servers behind it: which one failed, and from when on it rests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::SystemTime;

use workshop_engine::LogLine;

/// nginx says this of a server that has failed as often as it may; it says it again of one that fails
/// while it rests, which begins anew by that.
const DISABLED: &str = "upstream server temporarily disabled";
/// The levels of a line that tells of a failure.
const LEVELS: [&str; 3] = ["[warn]", "[error]", "[crit]"];
/// Servers that are remembered.
const MOST: usize = 256;

/// A line of the error log that is about a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The server's address.
    pub address: SocketAddr,
    /// It is left out from now on.
    pub rests: bool,
}

/// The failure that a line of nginx's error log tells of, if it does.
pub fn failure(line: &str) -> Option<Failure> {
    if !LEVELS.iter().any(|level| line.contains(level)) {
        return None;
    }
    // A request's own words hold no blank, so nobody who asks can write this part.
    let (said, rest) = line.split_once(", upstream: \"")?;
    let (_, rest) = rest.split_once("://")?;
    let authority = rest.split(['/', '"', '?']).next()?;
    let address = authority.parse().ok()?;
    Some(Failure { address, rests: said.contains(DISABLED) })
}

/// The failures of one proxy, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// When it failed last.
    failed: BTreeMap<SocketAddr, SystemTime>,
    /// Since when it is left out.
    disabled: BTreeMap<SocketAddr, SystemTime>,
}

impl Failures {
    /// The failures among `lines`.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l LogLine>) -> Self {
        let mut all = Self::default();
        lines.into_iter().for_each(|line| all.hear(line));
        all
    }

    /// Takes one more line; one without a time says nothing.
    pub fn hear(&mut self, line: &LogLine) {
        let Some((failure, at)) = failure(&line.text).zip(line.at) else { return };
        if self.failed.len() >= MOST && !self.failed.contains_key(&failure.address) {
            return;
        }
        self.failed.insert(failure.address, at);
        if failure.rests {
            self.disabled.insert(failure.address, at);
        }
    }

    /// Every address that failed since then.
    pub(super) fn since(&self, since: Option<SystemTime>) -> impl Iterator<Item = SocketAddr> + '_ {
        let late = move |at: &SystemTime| since.is_none_or(|since| *at >= since);
        self.failed.iter().filter(move |(_, at)| late(at)).map(|(address, _)| *address)
    }

    /// When a server was last said to be left out.
    pub(super) fn disabled(&self, address: &SocketAddr) -> Option<SystemTime> {
        self.disabled.get(address).copied()
    }
}
