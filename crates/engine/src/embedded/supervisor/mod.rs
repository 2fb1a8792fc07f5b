//! The supervisor: keeps a workspace's stack while no command runs, so that a check in another
//! terminal sees it.
//!
//! One a workspace, started by the first `up`, reachable on the loopback address with a token. It
//! ends when the stack is taken down, or when nobody asked for anything for two hours: no command,
//! and no request at a published port. Its replicas end with it: each reads from a pipe that it holds.

mod address;
mod change;
mod control;
mod environment;
mod forward;
mod health;
mod inside;
mod life;
mod names;
mod process;
mod request;
mod serve;
mod share;
mod state;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use self::address::Addresses;
use self::state::State;
use super::kin;
use super::place::{FORMAT, Place};
use super::wire::Door;

pub(super) use inside::PATIENCE;
pub(super) use life::exit_code;
pub(super) use process::{signal, signal_group};

/// The first argument that makes this binary a supervisor, with its place behind it.
pub(super) const WORD: &str = "__supervisor";
/// Seconds without anybody until it ends; for tests of that.
pub(super) const IDLE_VARIABLE: &str = "WORKSHOP_EMBEDDED_IDLE";
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long commands that look for a supervisor may keep its lock from it.
const LOOKED_AT: Duration = Duration::from_millis(300);
/// The stack and everything that changes it.
pub(super) struct Supervisor {
    place: Place,
    token: String,
    names_token: String,
    /// Where it is asked for names.
    address: std::net::SocketAddr,
    state: Mutex<State>,
    /// One change of the stack at a time.
    changes: tokio::sync::Mutex<()>,
    /// Counts what changed, for those who wait for something.
    changed: watch::Sender<u64>,
    /// When somebody last asked for something.
    active: Mutex<Instant>,
    /// Told when it is over.
    over: watch::Sender<bool>,
    /// Replicas of before whose locks somebody unknown holds; told once.
    left_alone: Mutex<Vec<String>>,
}

impl Supervisor {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of the state is different now.
    fn touch(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    fn note_activity(&self) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn idle_for(&self) -> Duration {
        self.active.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Waits until `wanted` is so; false when it is not within `limit`.
    async fn until(&self, limit: Duration, mut wanted: impl FnMut(&State) -> bool) -> bool {
        let mut changed = self.changed.subscribe();
        let wait = async {
            loop {
                changed.borrow_and_update();
                if wanted(&self.state()) {
                    return;
                }
                if changed.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::time::timeout(limit, wait).await.is_ok()
    }
}

/// The supervisor that `arguments` (without the binary's own name) ask for, run to its end.
pub(super) fn main(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, root] = arguments else { return None };
    if word != WORD {
        return None;
    }
    let place = Place::at(PathBuf::from(root));
    #[cfg(unix)]
    {
        // A session of its own: the terminal's signals and its end are not for it.
        let _ = rustix::process::setsid();
        // What it writes, and what its replicas write, is for nobody else's eyes.
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        raise_descriptors();
    }
    let Some(_lock) = lock(&place) else { return Some(ExitCode::SUCCESS) };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Some(ExitCode::FAILURE);
    };
    let ended = runtime.block_on(run(place));
    Some(if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every connection takes one.
#[cfg(unix)]
fn raise_descriptors() {
    const WANTED: u64 = 16 << 10;
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current = Some(limit.maximum.map_or(WANTED, |maximum| maximum.min(WANTED)));
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, limit);
}

/// The lock for as long as this process lives; none where another supervisor has it. A command that
/// looks for one holds it for a moment, too.
fn lock(place: &Place) -> Option<std::fs::File> {
    let deadline = Instant::now() + LOOKED_AT;
    loop {
        match place.lock() {
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
            found => return found.ok().flatten(),
        }
    }
}

async fn run(place: Place) -> std::io::Result<()> {
    let left = kin::clear(&place).await;
    place.adopt_old_volumes();
    let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let supervisor = Arc::new(Supervisor {
        token: token()?,
        names_token: token()?,
        address,
        state: Mutex::new(State::new(Addresses::new(place.root()))),
        changes: tokio::sync::Mutex::new(()),
        changed: watch::channel(0).0,
        active: Mutex::new(Instant::now()),
        over: watch::channel(false).0,
        left_alone: Mutex::new(left),
        place: place.clone(),
    });
    place.announce(&Door {
        format: FORMAT,
        pid: std::process::id(),
        address,
        token: supervisor.token.clone(),
        names_token: supervisor.names_token.clone(),
    })?;
    let (watched, told) = (Arc::clone(&supervisor), place.clone());
    let end = async move {
        let mut over = watched.over.subscribe();
        tokio::select! {
            _ = over.wait_for(|over| *over) => {}
            () = idle(&watched) => {}
            () = told_to_end() => {}
        }
        // Nobody finds it any more; then what it runs ends in order.
        told.close();
        watched.end_all().await;
        watched.over.send_replace(true);
    };
    serve::serve(listener, control::router(Arc::clone(&supervisor)), end).await;
    Ok(())
}

/// How often it looks whether its folder is still there.
const LOOK: Duration = Duration::from_secs(2);

/// Comes back when nothing has happened for long enough, or when its folder was taken away: then
/// nobody could find it any more.
async fn idle(supervisor: &Supervisor) {
    let given = std::env::var(IDLE_VARIABLE).ok().and_then(|seconds| seconds.parse().ok());
    let limit = given.map_or(IDLE, Duration::from_secs);
    loop {
        let left = limit.saturating_sub(supervisor.idle_for());
        if left.is_zero() || !supervisor.place.is_open() {
            return;
        }
        tokio::time::sleep(left.clamp(Duration::from_millis(50), LOOK)).await;
    }
}

/// Comes back when this process is told to end.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
    }
    std::future::pending().await
}

/// 32 hexadecimal digits that nobody can guess.
fn token() -> std::io::Result<String> {
    random(16)
}

/// `bytes` random bytes in hexadecimal.
fn random(bytes: usize) -> std::io::Result<String> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Unix time in nanoseconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
