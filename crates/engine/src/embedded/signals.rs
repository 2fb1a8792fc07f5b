//! Signals by their names: sent, heard, and what a process that one ended has for an exit code.

use std::io;
use std::process::ExitStatus;

use rustix::process::{Pid, Signal};
use tokio::signal::unix::{self, SignalKind};

/// Every signal that this engine sends: its name, the number that it has in a container, itself.
const SIGNALS: [(&str, u32, Signal); 9] = [
    ("SIGHUP", 1, Signal::HUP),
    ("SIGINT", 2, Signal::INT),
    ("SIGQUIT", 3, Signal::QUIT),
    ("SIGKILL", 9, Signal::KILL),
    ("SIGUSR1", 10, Signal::USR1),
    ("SIGUSR2", 12, Signal::USR2),
    ("SIGTERM", 15, Signal::TERM),
    ("SIGCONT", 18, Signal::CONT),
    ("SIGSTOP", 19, Signal::STOP),
];

/// The name of a signal that a person calls `hup`, `HUP`, `SIGHUP` or `1`.
pub(super) fn named(text: &str) -> Option<&'static str> {
    let upper = text.to_uppercase();
    let found = SIGNALS
        .iter()
        .find(|(name, number, _)| bare(name) == bare(&upper) || number.to_string() == bare(&upper));
    found.map(|(name, ..)| *name)
}

/// The names without `SIG`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SIGNALS.iter().map(|(name, ..)| bare(name))
}

fn bare(name: &str) -> &str {
    name.trim_start_matches("SIG")
}

fn by_name(name: &str) -> Option<Signal> {
    SIGNALS.iter().find(|(known, ..)| bare(known) == bare(name)).map(|(.., signal)| *signal)
}

/// Sends a signal by its name; one that is unknown, or a process that is gone, is no error.
pub(super) fn send(pid: u32, name: &str) {
    if let (Some(pid), Some(signal)) = (process_id(pid), by_name(name)) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// The same for every process of a group, which is a replica and what it has started.
pub(super) fn send_to_group(leader: u32, name: &str) {
    if let (Some(pid), Some(signal)) = (process_id(leader), by_name(name)) {
        let _ = rustix::process::kill_process_group(pid, signal);
    }
}

/// The system's number of a process.
pub(super) fn process_id(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().and_then(Pid::from_raw)
}

/// What this process is told from outside, instead of being ended by it.
pub(super) struct Told(Vec<(&'static str, unix::Signal)>);

impl Told {
    /// # Errors
    /// The system does not let one of them be heard.
    pub(super) fn of(names: &[&'static str]) -> io::Result<Self> {
        let known = names.iter().filter_map(|name| Some((*name, by_name(name)?)));
        let heard = known.map(|(name, kind)| Ok((name, unix::signal(SignalKind::from_raw(kind.as_raw()))?)));
        heard.collect::<io::Result<_>>().map(Self)
    }

    /// The name of the next one.
    pub(super) async fn next(&mut self) -> &'static str {
        let waits = self.0.iter_mut().map(|(name, signal)| {
            Box::pin(async move {
                signal.recv().await;
                *name
            })
        });
        futures_util::future::select_all(waits).await.0
    }
}

/// Comes back when this process is told one of these.
pub(super) async fn told(names: &[&'static str]) {
    match Told::of(names) {
        Ok(mut told) => drop(told.next().await),
        Err(_) => std::future::pending().await,
    }
}

/// 128 and the signal's number where one ended it, as a shell says.
pub(super) fn exit_code(status: &ExitStatus) -> i32 {
    let signal = std::os::unix::process::ExitStatusExt::signal(status);
    signal.map_or_else(|| status.code().unwrap_or(1), |signal| 128 + signal)
}
