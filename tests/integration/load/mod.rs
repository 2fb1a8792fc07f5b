//! `workshop load` from outside, on servers of the tests' own that count for themselves.

#![cfg(unix)]

mod command;
mod counts;
mod errors;
mod page;
mod redirects;
mod target;
mod users;

use serde_json::Value;

use crate::harness::{Run, Sandbox};

/// `workshop load URL --json ARGS`; what it came to.
#[track_caller]
fn load(url: &str, args: &[&str], code: i32) -> Value {
    let run = Run::of(Sandbox::new().command().args(["load", "--json", url]).args(args));
    run.code(code).json()["load"].take()
}

/// The count at `key`.
#[track_caller]
fn count(load: &Value, key: &str) -> u64 {
    load[key].as_u64().unwrap_or_else(|| panic!("{key}: {load:#}"))
}
