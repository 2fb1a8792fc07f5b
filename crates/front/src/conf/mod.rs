//! nginx's words, read: the files of a configuration as one, what the front makes of each directive,
//! how arguments are written, and why something is not taken ([`ConfError`]).

pub(crate) mod args;
mod builtin;
pub(crate) mod check;
pub(crate) mod read;
pub(crate) mod refusal;
mod uses;
