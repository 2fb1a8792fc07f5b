//! A replica's process until it ends: what it writes is kept, and where its service says so it is
//! started again.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;

use super::program::program;
use super::shared::{Supervisor, now};
use crate::embedded::log::{Cutter, Writer};
use crate::embedded::programs::{Program, ProgramKind};
use crate::embedded::signals;
use crate::embedded::wire::{ReplicaState, Restart};

/// How long output may still come after a process's end.
const AFTERWARDS: Duration = Duration::from_millis(500);
/// The wait before the first start again; each next one is twice as long, as Docker's.
const BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// A replica that ran so long starts again without a longer wait.
const SETTLED: Duration = Duration::from_secs(10);

/// Keeps the process's log and waits for its end; starts it again where that is asked for.
pub(super) async fn watch(supervisor: Arc<Supervisor>, id: String, mut child: Child, logs: Writer) {
    let logs = Arc::new(Mutex::new(logs));
    let (stdin, pid) = (child.stdin.take(), child.id());
    let asked = says_who_asked(&supervisor, &id).then(|| Arc::clone(&supervisor));
    let out = child.stdout.take().map(|pipe| tokio::spawn(keep(asked, pipe, false, Arc::clone(&logs))));
    let err = child.stderr.take().map(|pipe| tokio::spawn(keep(None, pipe, true, Arc::clone(&logs))));
    if let Some(pid) = pid.filter(|_| has_child(&supervisor, &id)) {
        ended(pid).await;
        // A keeper that was killed leaves its program in its group.
        signals::send_to_group(pid, "SIGKILL");
    }
    let status = child.wait().await;
    // Without a pause: until here the number was this replica's, and nobody signals it from now on.
    supervisor.reaped(&id);
    drop(stdin);
    for pump in [out, err].into_iter().flatten() {
        let abort = pump.abort_handle();
        if tokio::time::timeout(AFTERWARDS, pump).await.is_err() {
            abort.abort();
        }
    }
    let code = status.map_or(1, |status| signals::exit_code(&status));
    let ran = {
        let state = supervisor.state();
        let started = state.replicas.get(&id).and_then(|replica| replica.view.started).unwrap_or(0);
        Duration::from_nanos(now().saturating_sub(started))
    };
    supervisor.ended(&id, code);
    again(supervisor, id, code, ran).await;
}

/// Comes back when a child of this process has ended, and leaves it as it is: its number is not given
/// to another one before it is waited for.
async fn ended(pid: u32) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let (tell, told) = tokio::sync::oneshot::channel();
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    let waits = std::thread::Builder::new().stack_size(64 << 10).spawn(move || {
        let look = || waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        while look().is_err_and(|error| error == rustix::io::Errno::INTR) {}
        let _ = tell.send(());
    });
    if waits.is_ok() {
        let _ = told.await;
    }
}

/// Starts a replica again that ended by itself, where its service says so.
/// (A start leads to a watch that leads to a start: so its type has to be a named one.)
fn again(
    supervisor: Arc<Supervisor>,
    id: String,
    code: i32,
    ran: Duration,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let wait = {
            let mut state = supervisor.state();
            let Some(replica) = state.replicas.get_mut(&id) else { return };
            let wanted = match replica.spec.restart {
                Restart::No => false,
                Restart::OnFailure => code != 0,
                Restart::Always => true,
            };
            if !wanted || replica.told_to_end {
                return;
            }
            let doublings = if ran > SETTLED { 0 } else { replica.view.restarts.min(16) };
            replica.view.restarts += 1;
            replica.view.state = ReplicaState::Restarting;
            BACKOFF.saturating_mul(1 << doublings).min(LONGEST_BACKOFF)
        };
        supervisor.touch();
        tokio::time::sleep(wait).await;
        let still = supervisor.state().view(&id).is_some_and(|view| view.state == ReplicaState::Restarting);
        if still && supervisor.start(&id).await.is_err() {
            supervisor.ended(&id, code);
        }
    })
}

fn has_child(supervisor: &Supervisor, id: &str) -> bool {
    let state = supervisor.state();
    let program = state.replicas.get(id).map(|replica| program(&replica.spec));
    program.is_some_and(Program::is_kept)
}

/// Whether a line that the replica writes means that somebody asked it for something: the front's
/// do, unless it is asked by its own health check, too.
fn says_who_asked(supervisor: &Supervisor, id: &str) -> bool {
    let state = supervisor.state();
    state.replicas.get(id).is_some_and(|replica| {
        replica.spec.health.is_none() && matches!(program(&replica.spec).kind, ProgramKind::Front)
    })
}

/// Keeps what comes; with `asked`, that something came is noted there.
async fn keep(
    asked: Option<Arc<Supervisor>>,
    mut pipe: impl AsyncRead + Unpin,
    stderr: bool,
    logs: Arc<Mutex<Writer>>,
) {
    let mut cutter = Cutter::new(stderr);
    let mut chunk = Vec::with_capacity(16 << 10);
    let write = |lines: Vec<u8>| {
        if !lines.is_empty() {
            logs.lock().unwrap_or_else(PoisonError::into_inner).write(&lines);
        }
    };
    while matches!(pipe.read_buf(&mut chunk).await, Ok(1..)) {
        write(cutter.push(&chunk));
        chunk.clear();
        if let Some(supervisor) = &asked {
            supervisor.note_activity();
        }
    }
    write(cutter.finish());
}
