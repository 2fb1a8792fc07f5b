//! The supervisor: keeps a workspace's stack while no command runs, so that a check in another
//! terminal sees it.
//!
//! One a workspace, started by the first `up`, reachable on the loopback address with a token. It
//! ends when the stack is taken down, or when nobody asked for anything for two hours: no command,
//! and no request at a published port. Its replicas end with it: each reads from a pipe that it holds.

mod address;
mod change;
mod command;
mod control;
mod end;
mod environment;
mod exec;
mod fetch;
mod forward;
mod health;
mod life;
mod names;
mod program;
mod script;
mod serve;
mod share;
mod shared;
mod start;
mod state;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use self::address::Addresses;
use self::shared::Supervisor;
use self::state::StackState;
use super::binary::SUPERVISOR;
use super::naming::random;
use super::place::{Door, FORMAT, Place};
use super::{kin, signals};

/// Seconds without anybody until it ends; for tests of that.
const IDLE_VARIABLE: &str = "WORKSHOP_EMBEDDED_IDLE";
const IDLE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long commands that look for a supervisor may keep its lock from it.
const LOOKED_AT: Duration = Duration::from_millis(300);

/// The supervisor that `arguments` (without the binary's own name) ask for, run to its end.
pub(super) fn main(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, root] = arguments else { return None };
    if word != SUPERVISOR {
        return None;
    }
    let place = Place::at(PathBuf::from(root));
    // A session of its own: the terminal's signals and its end are not for it.
    let _ = rustix::process::setsid();
    // What it writes, and what its replicas write, is for nobody else's eyes.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    raise_descriptors();
    let Some(_lock) = lock(&place) else { return Some(ExitCode::SUCCESS) };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Some(ExitCode::FAILURE);
    };
    let ended = runtime.block_on(run(place));
    Some(if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every connection takes one.
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
        token: random(16)?,
        names_token: random(16)?,
        address,
        state: Mutex::new(StackState::new(Addresses::new(place.root()))),
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
            () = signals::told(&["SIGTERM", "SIGINT"]) => {}
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
