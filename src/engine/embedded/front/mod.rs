//! The front: what stands for nginx where there is no Docker.

use std::ffi::OsString;
use std::process::ExitCode;

/// Serves what the file named by the only argument says, until a signal says stop.
pub fn main(_arguments: Vec<OsString>) -> ExitCode {
    ExitCode::FAILURE
}
