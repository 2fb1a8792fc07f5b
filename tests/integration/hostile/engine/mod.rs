//! Whose Docker, whose file: contexts, environments, an engine that delays, cuts, floods and lies,
//! and Docker's own program that hangs or never stops to write.

#![cfg(unix)]

mod fake;
mod program;
mod sick;
mod watched;
mod whose;
