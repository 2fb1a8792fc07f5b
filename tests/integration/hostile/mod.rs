//! Attacks and accidents, one module a kind: what others may plant, what a course may try, what a
//! sick engine does. `docs/security.md` says which promise each one holds.

pub(crate) mod course;
mod embedded;
mod engine;
mod files;
mod journal;
mod state;
mod truth;
