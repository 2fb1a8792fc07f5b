//! The process that tells a room what waits in the outbox: started by a command that added to it,
//! without a terminal, one at a time. It ends by itself when nothing waits any more, or when nobody
//! has answered for a while; a later command starts another one.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use super::client::Trouble;
use super::seat::Seat;
use crate::workspace::lock::Lock;

/// The word by which the program is told to be this process.
const WORD: &str = "__room-sender";
/// How long a room may be away until it is given up on; the reports stay.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// The first and the longest time between two attempts.
const SOON: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(15);
/// How often it is looked whether there is something new.
const LOOK: Duration = Duration::from_millis(500);
const ALL: usize = usize::MAX;

/// The process, where `arguments` say so.
pub(crate) fn process(arguments: &[OsString]) -> Option<ExitCode> {
    let [word, folder] = arguments else { return None };
    (word == WORD).then(|| {
        run(Path::new(folder));
        ExitCode::SUCCESS
    })
}

/// Starts one where something waits and none is at it. `children` are those that this program
/// started; the ended ones among them go.
pub(crate) fn start(seat: &Seat, children: &mut Vec<Child>) {
    children.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
    if seat.outbox().numbers().is_empty() || Lock::acquire(seat.folder(), Duration::ZERO).is_err() {
        return;
    }
    let Ok(own) = std::env::current_exe() else { return };
    let mut command = Command::new(own);
    command.arg(WORD).arg(seat.folder()).current_dir(seat.folder()).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Of no group that a terminal tells of Ctrl-C or of its end, from its first moment on.
    command.process_group(0);
    // Where it cannot be started, a later command tries again.
    children.extend(command.spawn());
}

fn run(folder: &Path) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        loop {
            let Ok(lock) = Lock::acquire(folder, Duration::ZERO) else { return };
            let sent = send_all(folder).await;
            drop(lock);
            // What was added meanwhile found the lock taken.
            if !sent || Seat::within(folder).is_none_or(|seat| seat.outbox().numbers().is_empty()) {
                return;
            }
        }
    });
}

/// True once nothing waits; false where it is given up on.
async fn send_all(folder: &Path) -> bool {
    let (mut pause, mut most, mut heard) = (SOON, ALL, Instant::now());
    // Left in the meantime: nobody is told anything any more.
    while let Some(seat) = Seat::within(folder) {
        let outbox = seat.outbox();
        let batch = outbox.batch(most);
        let Some(last) = batch.reports.last().map(|report| report.number) else {
            if !batch.more {
                return true;
            }
            tokio::time::sleep(LOOK).await;
            continue;
        };
        let alone = batch.reports.len() == 1;
        match seat.member.client().reports(batch.reports).await {
            Ok(taken) if taken.number >= last => {
                outbox.taken(last);
                (pause, most, heard) = (SOON, ALL, Instant::now());
                continue;
            }
            Err(trouble) if trouble.is_unknown() => {
                seat.end();
                return false;
            }
            // One of them is in the way of the others.
            Err(trouble) if trouble.is_final() => {
                if alone {
                    outbox.taken(last);
                }
                most = 1;
                continue;
            }
            Ok(_) | Err(Trouble::Away | Trouble::Silent | Trouble::Other | Trouble::Refused(_)) => {}
        }
        if heard.elapsed() > PATIENCE {
            return false;
        }
        wait(&seat, pause).await;
        pause = (pause * 2).min(LATE);
    }
    false
}

/// Waits for so long, or until something new is to be told.
async fn wait(seat: &Seat, pause: Duration) {
    let newest = || seat.outbox().numbers().last().copied();
    let (before, until) = (newest(), Instant::now() + pause);
    tokio::time::sleep(SOON.min(pause)).await;
    while Instant::now() < until && newest() == before && seat.folder().exists() {
        tokio::time::sleep(LOOK).await;
    }
}
