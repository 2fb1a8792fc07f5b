//! The first start of a data folder. It counts as made once the server has answered: one that was
//! interrupted before is made again from nothing.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::flavour::Flavour;
use super::{MACHINE, sql};
use crate::embedded::machine::keeper::{After, Kept, Words};
use crate::embedded::machine::{KeeperSpec, ping};
use crate::embedded::{naming, place};

/// Stands in a data folder that is not complete yet.
const MARK: &str = ".workshop-first-start";
/// What a database takes before it holds anything, in bytes: its tables, its log, its room to work.
const ROOM: u64 = 64 << 20;
/// Between two looks whether the server answers.
const LOOK: Duration = Duration::from_millis(30);

/// A first start under way.
pub(super) struct First {
    /// The file with its SQL.
    pub statements: PathBuf,
    mark: PathBuf,
    address: SocketAddr,
}

/// Makes the data folder, where it is the first start.
pub(super) fn make(
    spec: &KeeperSpec,
    server: &Path,
    flavour: Flavour,
    kept: &Kept,
) -> Result<Option<First>, Words> {
    let data = &spec.data;
    let mark = data.join(MARK);
    if data.join("mysql").is_dir() && !mark.exists() {
        return Ok(None);
    }
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let password = naming::random(16).map_err(|error| Words::plain(workshop_disk::reason(&error)))?;
    let wanted = sql::wanted(&env, || password).map_err(Words::plain)?;
    let unwritable = |error: &std::io::Error| Words::file(data, error);
    empty(data, &mark).map_err(|error| unwritable(&error))?;
    std::fs::write(&mark, "").map_err(|error| unwritable(&error))?;
    // The server itself would name the number of an error.
    if let Ok(disk) = rustix::fs::statvfs(data)
        && let free = disk.f_bavail.saturating_mul(disk.f_frsize)
        && free < ROOM
    {
        let (free, room) = (free >> 20, ROOM >> 20);
        let words = format!("no space left: a new database takes {room} MiB, and {free} MiB are free");
        return Err(unwritable(&std::io::Error::other(words)));
    }
    let statements = spec.own.join("first.sql");
    place::private(&statements, wanted.statements.as_bytes())
        .map_err(|error| Words::file(&statements, &error))?;
    if let Some(password) = &wanted.made_up {
        kept.say(&format!("GENERATED ROOT PASSWORD: {password}"));
    }
    kept.say("Initializing database files");
    let code = kept.run(install(spec, server, flavour)?)?;
    if code != 0 {
        return Err(Words::plain(format!("the data folder could not be made (exit code {code})")));
    }
    kept.say("Database files initialized");
    Ok(Some(First { statements, mark, address: spec.address }))
}

/// What makes the system's tables. As root it is told nothing of a user: the script of MariaDB would
/// go and change owners of this machine's own files.
fn install(spec: &KeeperSpec, server: &Path, flavour: Flavour) -> Result<Command, Words> {
    let root = rustix::process::geteuid().is_root();
    let mut command = match flavour {
        Flavour::MariaDb => {
            let name = "mariadb-install-db";
            let missing = || Words::missing(name, &MACHINE);
            let mut command = Command::new(spec.tools.get(name).ok_or_else(missing)?);
            command.args(["--no-defaults", "--datadir=.", "--auth-root-authentication-method=normal"]);
            command.args(["--skip-test-db", "--cross-bootstrap", "--skip-name-resolve"]);
            // What is lost with the machine's power is made again: nothing waits for the disk.
            command.args(["--innodb-flush-method=nosync", "--debug-no-sync", "--innodb-fast-shutdown=2"]);
            command.args(["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M"]);
            command.args(root.then_some("-uroot"));
            command
        }
        Flavour::MySql => {
            let mut command = Command::new(server);
            command.args(["--no-defaults", "--initialize-insecure", "--datadir=."]);
            command.args(["--innodb-redo-log-capacity=16M", "--innodb-buffer-pool-size=16M"]);
            command.args(root.then_some("--user=root"));
            command
        }
    };
    // In the machine's own, another database that starts deletes its tables under it. By the variable:
    // the script of MariaDB is a shell's, and the path may hold anything.
    command.env("TMPDIR", super::start::temporary(spec));
    command.current_dir(&spec.data).stdin(Stdio::null());
    Ok(command)
}

/// Empties a folder that a first start before has left; any other that holds something is refused.
fn empty(data: &Path, mark: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(data)?;
    let again = mark.exists();
    for entry in std::fs::read_dir(data)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name == "lost+found" || name == ".DS_Store") || path == mark {
            continue;
        }
        if !again {
            let words = format!("it holds files and no database ({})", path.display());
            return Err(std::io::Error::other(words));
        }
        if path.is_dir() { std::fs::remove_dir_all(&path)? } else { std::fs::remove_file(&path)? }
    }
    Ok(())
}

impl First {
    /// Once the server answers, the SQL was run: then the file with the passwords goes, and the
    /// folder counts as made.
    pub(super) fn forget_when_ready(self) -> After {
        Box::pin(async move {
            while ping::mysql(self.address).await.is_err() {
                tokio::time::sleep(LOOK).await;
            }
            let _ = std::fs::remove_file(&self.statements);
            let _ = std::fs::remove_file(&self.mark);
        })
    }
}
