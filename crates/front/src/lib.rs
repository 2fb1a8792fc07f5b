//! The front: what stands for nginx where there is no Docker. It reads the learner's own nginx.conf
//! and behaves, where the lessons look, as nginx does.
//!
//! [`conf`] reads the files and refuses what nginx (or the front) does not take; `plan` is what
//! they come to, decided once; `serve` answers requests by it over hyper; `upstream` balances
//! over the peers that `names` knows; `log` and `out` write what nginx would write. [`main`]
//! is the process around them: [`Spec`] in, signals, and the exit code.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod conf;
mod log;
mod names;
mod out;
mod plan;
mod run;
mod serve;
pub mod spec;
mod upstream;
pub mod view;

use std::ffi::OsString;
use std::process::ExitCode;

pub use conf::{ConfError, NoEffect, Report, Started, examine, would_start};
pub use plan::Mark;
pub use serve::asking::{Answered, Asked, Fate, Passed, Question};
pub use spec::{HttpNames, Listen, Mount, NamesSpec, Spec, TableNames};
pub use view::View;

/// The nginx whose behaviour this is.
pub const VERSION: &str = "1.30.0";

/// Serves what the file named by the only argument says, until a signal says stop.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run::main(&arguments)
}
