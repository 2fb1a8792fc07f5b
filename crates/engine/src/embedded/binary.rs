//! What this binary is when it is not a command, by its first argument; and its own file, to be
//! started as that.

use std::path::{Path, PathBuf};

/// The supervisor, with its place behind it.
pub(super) const SUPERVISOR: &str = "__supervisor";
/// A program, as a health check runs it.
pub(super) const PROGRAM: &str = "__program";
/// A program as a replica, with the path of the replica's lock behind it.
pub(super) const REPLICA: &str = "__replica";
/// Another program, with its parent's id behind it.
pub(super) const BECOME: &str = "__become";

/// What every process of a replica has in its environment: the replica's id.
pub(super) const REPLICA_VARIABLE: &str = "WORKSHOP_REPLICA";

/// Does something when this replica's supervisor has ended, however that was.
pub(super) fn after_supervisor(act: impl FnOnce() + Send + 'static) {
    std::thread::spawn(|| {
        // Nothing is ever written there: a read ends when the supervisor's end is closed.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        act();
    });
}

/// This program's own file: by its name, so that a listing of processes shows it; where a newer
/// build has taken the name, by what the system still has of the old one.
pub(super) fn own() -> PathBuf {
    let own = Path::new("/proc/self/exe");
    match std::fs::read_link(own) {
        Ok(named) if named.exists() => named,
        Ok(_) => own.to_owned(),
        Err(_) => std::env::current_exe().unwrap_or_default(),
    }
}
