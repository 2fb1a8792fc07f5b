//! The front: what stands for nginx where there is no Docker. It reads the learner's own nginx.conf
//! and behaves, where the lessons look, as nginx does.
//!
//! From the lowest floor up, and nothing names what is above it: [`View`] has the container's files,
//! `names` the addresses of the stack, `log` and `out` write what nginx would write; `conf` reads
//! the files and refuses what nginx (or the front) does not take; `wire` is what goes over
//! connections, and `upstream` balances over the peers; `compiled` is what a configuration comes to,
//! decided once; `serve` answers requests by it over hyper; [`examine()`] is all that comes before
//! that, for questions. [`main`] is the process around them: [`Spec`] in, signals, and the exit code.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod compiled;
mod conf;
mod examine;
mod held;
mod log;
mod names;
mod out;
mod run;
mod serve;
mod spec;
mod upstream;
mod value;
mod view;
mod wire;

use std::ffi::OsString;
use std::process::ExitCode;

pub use compiled::Mark;
pub use conf::check::NoEffect;
pub use conf::refusal::ConfError;
pub use examine::{Report, Started, examine, would_start};
pub use held::{Held, HeldGroup, HeldLookup, HeldPeer, HeldServer};
pub use serve::asking::Asked;
pub use serve::fate::{Answered, Fate, Passed, Question};
pub use spec::{HttpNames, Listen, Mount, NamesSpec, Spec, TableNames};
pub use view::View;

/// Serves what the file named by the only argument says, until a signal says stop.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run::main(&arguments)
}
