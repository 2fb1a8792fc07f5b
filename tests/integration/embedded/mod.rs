//! The embedded engine from outside, through the program: what outlives a command, what happens
//! when something of it is killed, and what it refuses.

#![cfg(unix)]

pub(crate) mod desk;
mod general;
mod learners;
mod machine;
mod mishaps;
mod picture;
mod replication;
mod share;
mod supervisor;
mod table;
mod words;
