//! A run whose time and memory are looked at.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Run;

/// A run, how long it took, and the most memory that it had, in MiB.
pub(crate) struct Watched {
    pub run: Run,
    pub took: Duration,
    pub peak: u64,
}

impl Watched {
    /// Runs `command` to its end, which must come within `limit`.
    #[track_caller]
    pub(crate) fn of(command: &mut Command, limit: Duration) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let file = |name: &str| std::fs::File::create(dir.path().join(name)).expect("a file");
        command.stdin(Stdio::null()).stdout(file("out")).stderr(file("err"));
        let (begun, mut peak) = (Instant::now(), 0);
        let mut child = command.spawn().expect("the program starts");
        let status = loop {
            peak = peak.max(peak_of(child.id()));
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if begun.elapsed() > limit {
                let _ = child.kill();
                let _ = child.wait();
                panic!("it does not end within {limit:?}");
            }
            std::thread::park_timeout(Duration::from_millis(5));
        };
        let text = |name: &str| std::fs::read_to_string(dir.path().join(name)).expect("UTF-8");
        let run = Run { status: status.code(), stdout: text("out"), stderr: text("err") };
        Self { run, took: begun.elapsed(), peak: peak >> 10 }
    }

    /// Asserts that it had no more than so many MiB.
    #[track_caller]
    pub(crate) fn within(self, most: u64) -> Run {
        assert!(self.peak > 0, "the memory was seen");
        assert!(self.peak < most, "{} MiB in {:?}", self.peak, self.took);
        self.run
    }
}

/// The most memory that a process has had, in KiB; nothing where the system does not say.
fn peak_of(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
