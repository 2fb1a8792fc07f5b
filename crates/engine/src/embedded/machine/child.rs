//! A program of this machine that does not outlive the process of ours that starts it.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::embedded::binary::{self, BECOME};

/// The command that becomes `program`. The thread that starts it has to be the process's first.
pub(crate) fn command(
    program: impl AsRef<OsStr>,
    args: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Command {
    let mut own = Command::new(binary::own());
    own.arg(BECOME).arg(std::process::id().to_string()).arg(program).args(args);
    own
}

/// `__become PARENT PROGRAM ARGS…`: this process becomes the program. Where the system can do it
/// (Linux), it dies with its parent, however that ends.
pub(crate) fn main(arguments: &[OsString]) -> Option<ExitCode> {
    use std::os::unix::process::CommandExt;

    let [parent, program, rest @ ..] = arguments else { return None };
    let parent: u32 = parent.to_str()?.parse().ok()?;
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    // It may have gone before that was said.
    if std::os::unix::process::parent_id() != parent {
        return Some(ExitCode::FAILURE);
    }
    let error = Command::new(program).args(rest).exec();
    write(&format!("{}: {}", Path::new(program).display(), workshop_disk::reason(&error)));
    Some(ExitCode::FAILURE)
}

/// A line in the log of the replica that this process is.
#[allow(clippy::disallowed_methods)] // A replica's log is its standard error.
pub(crate) fn write(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
