//! Behaviour from outside, on real parts: the built program, real files, a real terminal, real
//! Docker. One binary, so that it is linked once.

mod harness;

mod cli;
mod docker;
mod engine_contract;
mod lessons;
mod mishaps;
mod page;
mod report;
mod terminal;
