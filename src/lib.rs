//! `workshop`: a guided runner for hands-on workshops about running real stacks.
//!
//! The pipeline: the program parses nothing and calls [`main`]; `cli` turns arguments into a command;
//! `app` wires a lesson, the learner's workspace, an engine and a reporter; `session` goes through
//! apply → observe → check → record and says what happens as `event`s; a `report` prints them.

// A test reads what it has written itself.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod app;
mod cli;
mod commands;
mod demo;
mod hangul;
mod report;
mod room;
mod signals;

pub use workshop_core::{
    author, check, courses, emit, event, lesson, picture, reference, session, workspace,
};
pub use {
    workshop_engine as engine, workshop_front as front, workshop_load as load, workshop_stack as stack,
    workshop_text as text,
};

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

/// Parses `args`, starts the runtime, does what was asked for; the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(code) = engine::embedded::process(args.get(1..).unwrap_or_default()) {
        return code;
    }
    if let Some(code) = engine::swarm::cluster::process(args.get(1..).unwrap_or_default()) {
        return code;
    }
    if let Some(code) = room::sender::process(args.get(1..).unwrap_or_default()) {
        return code;
    }
    if app::complete::answer(&args) {
        return ExitCode::SUCCESS;
    }
    let lang = cli::lang_of(&args);
    let parsed = cli::localised(lang).try_get_matches_from(&args);
    let cli = match parsed.and_then(|matches| cli::Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return report::usage::tell(&error, lang, &args).into(),
    };
    let mut streams = report::Streams::standard(cli.global.no_color);
    streams.style.in_words = cli.global.plain;
    let io = app::Io { streams, interactive: report::at_a_terminal() };
    let code = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(cli, io)),
        Err(_) => app::error::exit::ENVIRONMENT,
    };
    code.into()
}
