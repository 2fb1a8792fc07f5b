//! Behaviour from outside, on real parts: the built program, real files, a real terminal, real
//! Docker. One binary, so that it is linked once.

#![allow(clippy::print_stderr, clippy::disallowed_methods)]

mod harness;

mod author;
mod cli;
mod cluster;
mod compose;
mod courses;
mod demo;
mod docker;
mod docker_engine;
mod docs;
mod embedded;
mod engine_contract;
mod felt;
mod front;
mod hostile;
mod house;
mod lessons;
mod load;
mod mishaps;
mod own_programs;
mod page;
mod report;
mod room;
mod room_learner;
mod scaling;
mod screen;
mod terminal;
mod terms;
mod walk;
