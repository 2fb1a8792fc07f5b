//! What this machine's CPU did: of a thread, and of all.

use std::path::Path;
use std::time::Duration;

/// CPU time that the calling thread has used; `None` where that is not told.
pub(crate) fn thread_cpu() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

/// Time of all cores since the machine started, in ticks: busy and all. Linux only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostTimes {
    busy: u64,
    all: u64,
}

impl HostTimes {
    pub(crate) fn now() -> Option<Self> {
        Self::parse(&workshop_disk::text(Path::new("/proc/stat"), 1 << 20).ok()?)
    }

    /// The first line of `/proc/stat`: user nice system idle iowait irq softirq steal (guest times
    /// are in user and nice already). See proc_stat(5).
    fn parse(text: &str) -> Option<Self> {
        let numbers = text.lines().next()?.strip_prefix("cpu ")?.split_ascii_whitespace();
        let ticks: Vec<u64> = numbers.take(8).map_while(|number| number.parse().ok()).collect();
        let idle = ticks.get(3)? + ticks.get(4)?;
        let all: u64 = ticks.iter().sum();
        Some(Self { busy: all - idle, all })
    }

    /// The share of all cores' time since `earlier` in which they were busy, 0 to 1.
    pub(crate) fn busy_since(self, earlier: Self) -> Option<f64> {
        let all = self.all.checked_sub(earlier.all).filter(|all| *all > 0)?;
        Some(self.busy.saturating_sub(earlier.busy) as f64 / all as f64)
    }
}

/// Lets this process have `wanted` files and connections open, as far as it may.
pub(crate) fn allow_open_files(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        let current = Some(limit.maximum.map_or(wanted, |maximum| maximum.min(wanted)));
        // Where it is not allowed, connections will fail, and that is counted.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum: limit.maximum });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busy_share_is_what_is_not_idle() {
        let earlier = HostTimes::parse("cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3 4").unwrap();
        let later = HostTimes::parse("cpu  200 0 100 950 150 0 0 0 90 0\n").unwrap();
        assert_eq!(later.busy_since(earlier), Some(0.25));
        assert_eq!(earlier.busy_since(earlier), None);
        assert_eq!(HostTimes::parse("intr 5"), None);
    }

    #[test]
    fn a_thread_that_works_uses_cpu() {
        let before = thread_cpu().expect("a clock");
        let mut sum = 0u64;
        while thread_cpu().expect("a clock") < before + Duration::from_millis(5) {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(sum > 0);
    }
}
