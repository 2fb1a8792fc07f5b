//! Where a demo stands, for whoever follows it in another terminal: a small file in its folder,
//! written whole each time. It says so itself when the demo has ended; a demo that was killed is
//! known by its process.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::workspace::disk;
use crate::workspace::moment::unix_millis;

const FILE: &str = "stage.json";
const FORMAT: u32 = 1;
/// No cue is larger.
const LIMIT: u64 = 64 << 10;

/// One moment of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cue {
    format: u32,
    pid: u32,
    pub lesson: String,
    /// The steps that are played, from 0; the end is not one of them.
    pub first: usize,
    pub end: usize,
    /// The step at hand, from 0; `None` before the first.
    pub step: Option<usize>,
    elapsed_ms: u64,
    /// When that was so, in milliseconds since 1970.
    at_ms: u64,
    pub paused: bool,
    pub ended: bool,
    /// Seconds planned for each step that is played, 0 for one that is left out.
    #[serde(default)]
    pub plan: Vec<u32>,
    /// The keys that are offered, in the stage's words.
    #[serde(default)]
    pub prompt: Option<String>,
    /// How fast it plays: `2`.
    #[serde(default)]
    pub pace: String,
    /// What the room is not told on a clean screen, in the stage's words.
    #[serde(default)]
    pub aside: Option<String>,
    /// That the presenter's room is away, in the stage's words.
    #[serde(default)]
    pub room: Option<String>,
}

impl Cue {
    pub(crate) fn new(lesson: &str, first: usize, end: usize) -> Self {
        Self {
            format: FORMAT,
            pid: std::process::id(),
            lesson: lesson.to_owned(),
            first,
            end,
            step: None,
            elapsed_ms: 0,
            at_ms: unix_millis(SystemTime::now()),
            paused: true,
            ended: false,
            plan: Vec::new(),
            prompt: None,
            pace: String::new(),
            aside: None,
            room: None,
        }
    }

    pub(crate) fn path(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// Sets the time that has gone, as of now.
    pub(crate) fn set_elapsed(&mut self, elapsed: Duration) {
        self.elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        self.at_ms = unix_millis(SystemTime::now());
    }

    /// The time that has gone by `now`.
    pub(crate) fn elapsed(&self, now: SystemTime) -> Duration {
        let since = if self.paused { 0 } else { unix_millis(now).saturating_sub(self.at_ms) };
        Duration::from_millis(self.elapsed_ms.saturating_add(since))
    }

    /// Whether the demo that wrote it still plays.
    pub(crate) fn is_live(&self) -> bool {
        !self.ended && is_running(self.pid)
    }

    /// Replaces the file in `dir`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn save(&self, dir: &Path) -> io::Result<()> {
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        disk::write(&Self::path(dir), &json, Some(0o600), dir)
    }

    /// What is in `dir`; `None` where nothing is, or nothing that this program can read.
    pub(crate) fn load(dir: &Path) -> Option<Self> {
        let cue: Self = serde_json::from_slice(&disk::bytes(&Self::path(dir), LIMIT).ok()?).ok()?;
        Some(cue).filter(|cue| cue.format == FORMAT)
    }
}

fn is_running(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    // A process of somebody else's is one, too.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_cue_is_read_as_it_was_written_and_its_time_goes_on() {
        let temp = tempfile::tempdir().unwrap();
        assert_eq!(Cue::load(temp.path()), None);
        let mut cue = Cue::new("06", 0, 20);
        cue.step = Some(3);
        cue.paused = false;
        cue.set_elapsed(Duration::from_secs(65));
        cue.save(temp.path()).unwrap();
        let read = Cue::load(temp.path()).unwrap();
        assert_eq!(read, cue);
        assert!(read.is_live());
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(read.at_ms + 5000);
        assert_eq!(read.elapsed(at), Duration::from_secs(70));
        assert_eq!(Cue { paused: true, ..read.clone() }.elapsed(at), Duration::from_secs(65));
        assert!(!Cue { ended: true, ..read }.is_live());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "nothing is left of the writing");
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        let temp = tempfile::tempdir().unwrap();
        for text in ["", "{", "{}", "{\"format\": 2}"] {
            fs::write(Cue::path(temp.path()), text).unwrap();
            assert_eq!(Cue::load(temp.path()), None, "{text}");
        }
    }
}
