//! The processes of a cluster, known by what the kernel says of them: the network namespace that they
//! are in, or (in the moment before they enter it) the node's folder among their arguments.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::place::Place;
use super::{ClusterError, ENDS_WITHIN, tool, watchdog};

/// The most of a process's arguments that is read, in bytes.
const LARGEST: u64 = 1 << 16;
/// What a node begins as.
const BOOTERS: [&str; 3] = ["nsenter", "unshare", "sh"];

/// Those of a node. Its containers are not all among them; they end with the first of these.
pub(super) fn of_node(place: &Place, node: u8) -> Vec<u32> {
    let namespace = Path::new("/run/netns").join(place.namespace(node));
    let dir = place.node_dir(node);
    among(|pid| is_in(pid, &namespace) || is_booting(pid, &dir))
}

/// Those that put a cable in again by themselves.
pub(super) fn watchdogs(place: &Place) -> Vec<u32> {
    among(|pid| {
        let arguments = arguments(pid);
        arguments.get(1).is_some_and(|word| word == watchdog::WORD)
            && arguments.get(2).is_some_and(|dir| Path::new(dir) == place.dir())
    })
}

/// Docker's clients at work for a command that was killed: on an engine or an archive of the cluster's.
pub(super) fn clients(place: &Place) -> Vec<u32> {
    let is_there = |argument: &String| {
        Path::new(argument.strip_prefix("unix://").unwrap_or(argument)).starts_with(place.dir())
    };
    among(|pid| {
        let arguments = arguments(pid);
        let program = arguments.first().and_then(|first| Path::new(first).file_name());
        program.is_some_and(|program| program == "docker") && arguments.iter().any(is_there)
    })
}

/// Those in the network namespace of that name.
pub(super) fn in_namespace(name: &str) -> Vec<u32> {
    let namespace = Path::new("/run/netns").join(name);
    among(|pid| is_in(pid, &namespace))
}

/// Ends what `living` names until it names none.
pub(super) fn end(living: impl Fn() -> Vec<u32>) -> Result<(), ClusterError> {
    let deadline = Instant::now() + ENDS_WITHIN;
    loop {
        let left = living();
        if left.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            let pids: Vec<String> = left.iter().map(u32::to_string).collect();
            return Err(ClusterError::Remains { what: pids.join(", ") });
        }
        left.into_iter().for_each(kill);
        std::thread::sleep(tool::PAUSE);
    }
}

fn among(wanted: impl Fn(u32) -> bool) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| *pid != std::process::id() && !is_ended(*pid) && wanted(*pid)).collect()
}

/// A process that has ended has no arguments; nor has one of the kernel's.
fn is_ended(pid: u32) -> bool {
    arguments(pid).is_empty()
}

fn is_in(pid: u32, namespace: &Path) -> bool {
    let key = |path: &Path| path.metadata().map(|meta| (meta.dev(), meta.ino())).ok();
    key(&PathBuf::from(format!("/proc/{pid}/ns/net"))).is_some_and(|own| key(namespace) == Some(own))
}

fn is_booting(pid: u32, dir: &Path) -> bool {
    let arguments = arguments(pid);
    let program = arguments.first().and_then(|first| Path::new(first).file_name());
    program.is_some_and(|program| BOOTERS.iter().any(|booter| program == *booter))
        && arguments.iter().any(|argument| Path::new(argument) == dir)
}

fn arguments(pid: u32) -> Vec<String> {
    let bytes = workshop_disk::bytes(&PathBuf::from(format!("/proc/{pid}/cmdline")), LARGEST);
    let bytes = bytes.unwrap_or_default();
    let parts = bytes.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

/// Ends a process at once, if it is still the one that was looked at: its number may be another's.
#[cfg(target_os = "linux")]
fn kill(pid: u32) {
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

    let before = arguments(pid);
    let number = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let Some(handle) = number.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else { return };
    if arguments(pid) == before {
        let _ = pidfd_send_signal(&handle, Signal::KILL);
    }
}

/// There are no nodes elsewhere.
#[cfg(not(target_os = "linux"))]
fn kill(_: u32) {}
