//! The embedded engine from outside, through the program: what outlives a command, what happens
//! when something of it is killed, and what it refuses.

#![cfg(unix)]

pub mod desk;
mod mishaps;
mod supervisor;
mod words;
