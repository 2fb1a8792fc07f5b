//! Bad input and bad luck: each gets a message that names the thing and the next step, the right
//! exit code, and nothing of the learner's is lost.

mod docker;
mod files;
mod kill;
mod machine;
mod state;
mod watch;
