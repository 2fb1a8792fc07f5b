//! Lessons and what becomes of them: apply, observe, check, record.
//!
//! [`session::Session`] goes through a step: it asks the engine once for what runs, hands that with
//! the learner's files to each [`check`], and says what happens as [`event::Event`]s. A [`lesson`]
//! is read and held to its rules; a [`workspace`] is the learner's folder with its journal. This
//! crate knows no terminal, no arguments, and no engine but by its trait.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod author;
pub mod check;
pub mod courses;
pub mod emit;
pub mod event;
pub mod lesson;
pub mod picture;
pub mod reference;
pub mod session;
mod verdict;
pub mod workspace;
