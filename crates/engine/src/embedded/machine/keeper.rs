//! The process of ours around a program of the machine: [`main`]. It holds its replica's lock and
//! reads its supervisor's pipe as every replica does, starts the real program as its child, passes
//! signals on and ends with its exit code.
//!
//! The child does not outlive it. It is in the keeper's process group, which the supervisor kills
//! when the keeper is gone; on Linux the system kills it with the keeper ([`child`]). It
//! inherits the lock: whoever is still there is seen by that.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::Path;
use std::pin::Pin;
use std::process::{Command, ExitCode};
use std::time::Duration;

use super::{KeeperSpec, Machine, child, find};
use crate::embedded::binary::{self, REPLICA_VARIABLE};
use crate::embedded::signals::{self, Told};

/// How long the program may take to end after the supervisor's death.
const ORPHAN: Duration = Duration::from_millis(800);

/// What is done beside the program once it runs.
pub(crate) type After = Pin<Box<dyn Future<Output = ()>>>;

/// A server that is ready to start.
pub(crate) struct Prepared {
    pub command: Command,
    pub after: Option<After>,
}

/// Why a server cannot be started, for its replica's log.
pub(crate) struct Words(String);

impl Words {
    pub(crate) const fn plain(words: String) -> Self {
        Self(words)
    }

    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("{}: {}", path.display(), workshop_disk::reason(error)))
    }

    pub(crate) fn missing(program: &str, machine: &Machine) -> Self {
        Self(find::missing(program, &machine.packages.command()))
    }
}

/// A keeper at work: what its preparations may do.
pub(crate) struct Kept {
    runtime: tokio::runtime::Runtime,
    signals: RefCell<Signals>,
    name: &'static str,
}

/// Keeps the program that `prepare` makes ready, by the spec that the only argument names.
pub(crate) fn main(
    name: &'static str,
    arguments: &[OsString],
    prepare: fn(&KeeperSpec, &Kept) -> Result<Prepared, Words>,
) -> ExitCode {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let signals = {
        let _context = runtime.enter();
        Signals::new()
    };
    let Ok(signals) = signals else { return ExitCode::FAILURE };
    let kept = Kept { runtime, signals: RefCell::new(signals), name };
    let done = read(arguments).and_then(|spec| {
        let prepared = prepare(&spec, &kept)?;
        kept.keep(prepared.command, prepared.after)
    });
    match done {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(words) => {
            kept.say(&words.0);
            ExitCode::FAILURE
        }
    }
}

fn read(arguments: &[OsString]) -> Result<KeeperSpec, Words> {
    let [path] = arguments else { return Err(Words::plain("one argument is expected".to_owned())) };
    let path = Path::new(path);
    let text = workshop_disk::bytes(path, workshop_disk::LARGEST)
        .map_err(|error| Words::file(path, &error.into()))?;
    serde_json::from_slice(&text).map_err(|error| Words::plain(error.to_string()))
}

impl Kept {
    /// A line of its own in the replica's log.
    pub(crate) fn say(&self, words: &str) {
        child::write(&format!("{}: {words}", self.name));
    }

    /// Runs a program that goes before, to its end.
    pub(crate) fn run(&self, command: Command) -> Result<i32, Words> {
        self.keep(command, None)
    }

    fn keep(&self, command: Command, after: Option<After>) -> Result<i32, Words> {
        let program = command.get_program().to_owned();
        let mut signals = self.signals.borrow_mut();
        let code = self.runtime.block_on(keep(command, after, &mut signals));
        code.map_err(|error| Words::file(Path::new(&program), &error))
    }
}

/// Starts the program and waits for its end; what is signalled is passed on, and when the
/// supervisor is gone the program ends.
async fn keep(command: Command, after: Option<After>, signals: &mut Signals) -> std::io::Result<i32> {
    let mut child = tokio::process::Command::from(behind_us(&command)).spawn()?;
    let pid = child.id();
    let mut orphaned = signals.orphaned.clone();
    let mut after = after.unwrap_or_else(|| Box::pin(std::future::pending()));
    loop {
        tokio::select! {
            status = child.wait() => return Ok(signals::exit_code(&status?)),
            name = signals.told.next() => pid.into_iter().for_each(|pid| signals::send(pid, name)),
            () = &mut after => after = Box::pin(std::future::pending()),
            _ = orphaned.wait_for(|orphaned| *orphaned) => {
                pid.into_iter().for_each(|pid| signals::send(pid, "SIGTERM"));
                let _ = tokio::time::timeout(ORPHAN, child.wait()).await;
                signals::send_to_group(std::process::id(), "SIGKILL");
            }
        }
    }
}

/// The same command as a [`child`], with an environment of which it needs no more, and what the
/// command itself gives it.
fn behind_us(command: &Command) -> Command {
    let mut own = child::command(command.get_program(), command.get_args());
    if let Some(dir) = command.get_current_dir() {
        own.current_dir(dir);
    }
    own.stdin(std::process::Stdio::null());
    let passed = ["HOME", "TZ", "HOSTNAME", REPLICA_VARIABLE].map(|name| (name, std::env::var_os(name)));
    own.env_clear().env("PATH", find::search_path());
    own.envs(passed.into_iter().filter_map(|(name, value)| Some((name, value?))));
    own.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    own
}

/// What a replica is told from outside.
struct Signals {
    told: Told,
    orphaned: tokio::sync::watch::Receiver<bool>,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        let told = Told::of(&["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"])?;
        let (end, orphaned) = tokio::sync::watch::channel(false);
        binary::after_supervisor(move || {
            end.send_replace(true);
        });
        Ok(Self { told, orphaned })
    }
}
