//! Requests that a replica wrote down.

use std::time::{Duration, SystemTime};

use workshop_engine::LogLine;

/// How far back requests are counted where nobody has counted them from the beginning.
pub const MINUTE: Duration = Duration::from_secs(60);

/// The requests of one replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requests {
    /// How many it wrote down in the time that is looked at.
    pub count: u32,
    /// When it wrote down the last one.
    pub last: Option<SystemTime>,
}

impl Requests {
    /// Those among `lines`.
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l LogLine>) -> Self {
        let mut all = Self::default();
        for line in lines.into_iter().filter(|line| is_request(&line.text)) {
            all.count = all.count.saturating_add(1);
            all.last = all.last.max(line.at);
        }
        all
    }
}

/// Whether a line tells of a request that was answered: the words that nginx's access log and a
/// `key=value` log have for it. Health checks are not counted.
pub fn is_request(line: &str) -> bool {
    let nginx = line.contains(" HTTP/1.") && line.contains('"');
    let keyed = line.contains("method=") && line.contains("status=") && line.contains("path=");
    (nginx || keyed) && !line.contains("/health")
}
