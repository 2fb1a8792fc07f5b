//! The lesson on the real engine, through the real program, seen from outside by the `docker`
//! program. Where no Docker answers these tests say that they were skipped; with `docker` in
//! `WORKSHOP_TEST_ENGINES` they fail instead.

#![cfg(unix)]

pub(crate) mod lab;
pub(crate) mod link;
pub(crate) mod outside;

mod by_hand;
mod checks;
mod engine;
mod interrupt;
mod machine;
mod midway;
mod safety;
mod whole;
