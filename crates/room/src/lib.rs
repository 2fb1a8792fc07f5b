//! The room of a class: the presenter's laptop serves one page, and the learners' programs say what
//! came of their checks. Its main type is the [`Server`], which answers what [`protocol`] says. It
//! knows no lesson, no engine and no workspace: what it shows is what it was told.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod board;
pub mod protocol;

mod attempts;
mod export;
mod hall;
mod http;
mod keys;
mod place;
mod refusal;
mod server;
mod state;
mod store;
mod words;

pub use keys::NoRandom;
pub use place::{FOLDER, Open, latest, open_room};
pub use server::{Invitation, RoomError, Server, Serving, Wanted};
