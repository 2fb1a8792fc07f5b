//! The load generator: sends the requests of a [`Plan`] and measures what comes back, as a
//! [`Report`]. It knows no terminal, no lesson and no engine: [`run`] takes a plan and gives
//! numbers, `app` and checks decide what they mean.
//!
//! Closed loop: each connection sends its next request when the answer to the last one is there.
//! Open loop: requests are due at fixed times, and latency counts from the time that a request was
//! due, so that a server that stalls is not hidden by a generator that waits for it.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod error;
mod figures;
mod machine;
mod plan;
mod remarks;
mod report;
mod send;
mod target;
mod template;
pub mod threshold;
pub mod units;

pub use error::LoadError;
pub use plan::{Load, Plan, Stage};
pub use remarks::remarks;
pub use report::{ErrorKind, Percentiles, Progress, Report, Second, Usage};
pub use target::{Guard, port};
pub use template::Template;
pub use threshold::Threshold;

use tokio::sync::watch;

/// Runs `plan` to its end, or until `stop` turns true; what was measured until then.
///
/// The requests are sent by threads of their own ([`Plan::threads`]); this future only gathers, and
/// calls `progress` about four times a second. Dropping it stops the threads.
///
/// # Errors
/// Only what keeps the run from starting: a URL that cannot be loaded, a name that is not found, an
/// address that [`Plan::guard`] forbids, a port where nobody listens. What goes wrong afterwards is
/// counted in [`Report::errors`].
pub async fn run(
    plan: &Plan,
    progress: impl FnMut(&Progress) + Send,
    stop: watch::Receiver<bool>,
) -> Result<Report, LoadError> {
    send::run(plan, progress, stop).await
}
