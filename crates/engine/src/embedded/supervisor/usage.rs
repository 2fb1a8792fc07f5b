//! CPU time that replicas use: [`Meter`] reads what came since the last look, [`of_group`] the whole
//! since the start. On Linux both read the clock that the system keeps for every process, which
//! counts its threads, those that have ended as well, to the nanosecond.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How often it is looked who is in a group.
const LOOK: Duration = Duration::from_millis(250);

/// What a replica uses from one look to the next.
pub(super) struct Meter {
    leader: u32,
    /// The replica starts processes of its own.
    whole_group: bool,
    members: BTreeMap<u32, Duration>,
    looked: Option<Instant>,
}

impl Meter {
    pub(super) const fn new(leader: u32, whole_group: bool) -> Self {
        Self { leader, whole_group, members: BTreeMap::new(), looked: None }
    }

    /// CPU time since the last call; none once the replica is gone.
    pub(super) fn used(&mut self) -> Option<Duration> {
        let new = self.looked.is_none();
        if self.looked.is_none_or(|at| self.whole_group && at.elapsed() >= LOOK) {
            self.looked = Some(Instant::now());
            let there = if self.whole_group { members(self.leader) } else { vec![self.leader] };
            self.members.retain(|pid, _| there.contains(pid));
            for pid in there {
                // What a new process has used before it was seen counts, but not before the start.
                let before = if new { of_process(pid).unwrap_or_default() } else { Duration::ZERO };
                self.members.entry(pid).or_insert(before);
            }
        }
        let mut used = Duration::ZERO;
        self.members.retain(|pid, before| {
            let Some(now) = of_process(*pid) else { return false };
            used += now.saturating_sub(*before);
            *before = now;
            true
        });
        self.members.contains_key(&self.leader).then_some(used)
    }
}

/// CPU time of a process and of those that it leads, since their start; with `whole_group` also that
/// of children that have ended. None where there is no such process, or the system does not say.
pub(super) fn of_group(leader: u32, whole_group: bool) -> Option<Duration> {
    let own = of_process(leader)?;
    if !whole_group {
        return Some(own);
    }
    let others = members(leader).into_iter().filter(|pid| *pid != leader).filter_map(of_process);
    Some(own + others.sum::<Duration>() + of_ended_children(leader))
}

#[cfg(target_os = "linux")]
fn of_process(pid: u32) -> Option<Duration> {
    let clock = nix::time::clock_getcpuclockid(nix::unistd::Pid::from_raw(i32::try_from(pid).ok()?)).ok()?;
    nix::time::clock_gettime(clock).ok().map(Duration::from)
}

/// The fields of `/proc/PID/stat` behind the name, which may hold anything: the first is the state.
#[cfg(target_os = "linux")]
fn stat(pid: &str) -> Option<Vec<u64>> {
    let text = workshop_disk::bytes(format!("/proc/{pid}/stat").as_ref(), 1 << 16).ok()?;
    let text = String::from_utf8_lossy(&text);
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_ascii_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}

#[cfg(target_os = "linux")]
fn members(leader: u32) -> Vec<u32> {
    const GROUP: usize = 2;
    let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let processes = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let numbered = processes.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    let ours =
        numbered.filter(|pid| stat(pid).is_some_and(|stat| stat.get(GROUP) == Some(&u64::from(leader))));
    ours.filter_map(|pid| pid.parse().ok()).collect()
}

#[cfg(target_os = "linux")]
fn of_ended_children(pid: u32) -> Duration {
    const USER: usize = 13;
    let ticks = stat(&pid.to_string()).map_or(0, |stat| stat.iter().skip(USER).take(2).sum::<u64>());
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second().max(1))
}

#[cfg(not(target_os = "linux"))]
fn members(leader: u32) -> Vec<u32> {
    listed(&["-g", &leader.to_string(), "-o", "pid="]).filter_map(|line| line.trim().parse().ok()).collect()
}

#[cfg(not(target_os = "linux"))]
fn of_process(pid: u32) -> Option<Duration> {
    listed(&["-p", &pid.to_string(), "-o", "time="]).next().and_then(|line| clock(line.trim()))
}

#[cfg(not(target_os = "linux"))]
const fn of_ended_children(_: u32) -> Duration {
    Duration::ZERO
}

#[cfg(not(target_os = "linux"))]
fn listed(args: &[&str]) -> std::vec::IntoIter<String> {
    let output = std::process::Command::new("ps").args(args).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// `1:02.03` or `1:02:03`, as `ps` writes CPU time.
#[cfg(any(test, not(target_os = "linux")))]
fn clock(text: &str) -> Option<Duration> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        seconds = seconds * 60.0 + part.parse::<f64>().ok()?;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_process_uses_is_seen() {
        let me = std::process::id();
        let mut meter = Meter::new(me, false);
        assert!(meter.used().is_some());
        let before = of_group(me, false).expect("a clock");
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(60) {
            std::hint::black_box(begun.elapsed());
        }
        assert!(meter.used().expect("a clock") > Duration::from_millis(10));
        assert!(of_group(me, true).expect("a clock") > before);
        assert_eq!(Meter::new(u32::MAX, false).used(), None);
    }

    #[test]
    fn a_listings_time_is_read() {
        assert_eq!(clock("1:02.50"), Some(Duration::from_millis(62_500)));
        assert_eq!(clock("1:00:01"), Some(Duration::from_secs(3601)));
        assert_eq!(clock("-"), None);
    }
}
