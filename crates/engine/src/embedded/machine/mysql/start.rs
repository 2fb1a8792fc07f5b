//! How the server is started; the first time with a data folder made new, and with the database, the
//! users and the passwords of the environment.

use std::path::PathBuf;
use std::process::Command;

use super::MACHINE;
use super::first::{self, First};
use super::flavour::{Flavour, SMALL};
use crate::embedded::machine::KeeperSpec;
use crate::embedded::machine::keeper::{Kept, Prepared, Words};

/// What every start of the server is told: small, on its replica's address alone, with nothing of
/// this machine's configuration and no file outside of its folders.
fn options(spec: &KeeperSpec) -> Vec<String> {
    let temporary = temporary(spec);
    let mut options = vec![
        // The folder is named by where it is: the socket's path has to be short, and the data
        // folder's may hold anything.
        "--datadir=.".to_owned(),
        "--socket=mysqld.sock".to_owned(),
        "--pid-file=mysqld.pid".to_owned(),
        format!("--tmpdir={}", temporary.display()),
        format!("--secure-file-priv={}", temporary.display()),
        format!("--bind-address={}", spec.address.ip()),
        format!("--port={}", spec.address.port()),
        "--skip-name-resolve".to_owned(),
    ];
    if rustix::process::geteuid().is_root() {
        options.push("--user=root".to_owned());
    }
    options
}

/// Where it puts what it needs for a moment: a server that starts deletes what others have there.
pub(super) fn temporary(spec: &KeeperSpec) -> PathBuf {
    spec.own.join("tmp")
}

/// The server, ready to start; at the first start its data folder is made before.
pub(crate) fn prepare(spec: &KeeperSpec, kept: &Kept) -> Result<Prepared, Words> {
    let name = MACHINE.server_name();
    let server = spec.tools.get(name).ok_or_else(|| Words::missing(name, &MACHINE))?;
    let flavour = Flavour::of(server);
    std::fs::create_dir_all(temporary(spec)).map_err(|error| Words::file(&spec.own, &error))?;
    let first = first::make(spec, server, flavour, kept)?;
    let mut command = Command::new(server);
    command.current_dir(&spec.data).arg("--no-defaults").args(SMALL).args(flavour.small());
    command.args(&spec.args).args(options(spec));
    if flavour == Flavour::MariaDb {
        command.arg("--skip-log-error");
    }
    if let Some(first) = &first {
        command.arg(format!("--init-file={}", first.statements.display()));
    }
    Ok(Prepared { command, after: first.map(First::forget_when_ready) })
}
