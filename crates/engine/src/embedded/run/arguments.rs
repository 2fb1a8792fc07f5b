//! Compose's own words, as far as this engine knows them: [`Words`]. A word or an option that it
//! does not have is refused, never passed over.

use std::time::SystemTime;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::moment;
use crate::embedded::signals;

#[derive(Debug, Parser)]
#[command(name = "workshop compose", disable_help_subcommand = true, disable_version_flag = true)]
pub(super) struct Words {
    /// Turn a profile on, in place of those of COMPOSE_PROFILES
    #[arg(long = "profile", value_name = "NAME")]
    pub profiles: Vec<String>,
    #[command(subcommand)]
    pub word: Word,
}

#[derive(Debug, Subcommand)]
pub(super) enum Word {
    /// Create and start replicas
    Up(Up),
    /// Create replicas without starting them
    Create(Create),
    /// Take everything down, or the services that are named
    Down(Down),
    /// Make the images anew
    Build { services: Vec<String> },
    /// Set how many replicas a service has
    Scale {
        #[arg(value_name = "SERVICE=REPLICAS", required = true)]
        scales: Vec<String>,
        #[arg(long)]
        no_deps: bool,
    },
    /// List replicas
    Ps(Ps),
    /// Show what replicas wrote
    Logs(Logs),
    /// Start replicas that do not run
    Start(Chosen),
    /// Stop replicas
    Stop {
        #[command(flatten)]
        chosen: Chosen,
        #[arg(short, long, value_name = "SECONDS", value_parser = seconds())]
        timeout: Option<u64>,
    },
    /// Stop replicas and start them again
    Restart {
        #[command(flatten)]
        chosen: Chosen,
        #[arg(short, long, value_name = "SECONDS", value_parser = seconds())]
        timeout: Option<u64>,
        /// Leave services alone that depend on them with `restart: true`
        #[arg(long)]
        no_deps: bool,
    },
    /// End replicas at once, or send them a signal
    Kill {
        #[command(flatten)]
        chosen: Chosen,
        #[arg(short, long, value_name = "SIGNAL", default_value = "SIGKILL", value_parser = signal)]
        signal: String,
    },
    /// Remove stopped replicas
    Rm(Rm),
    /// Show the port that a service's port is published at
    Port {
        #[arg(long, default_value_t = 1)]
        index: u32,
        service: String,
        port: u16,
    },
    /// Check the compose file and show the names in it
    Config {
        #[arg(short, long, group = "shown")]
        quiet: bool,
        #[arg(long, group = "shown")]
        services: bool,
        #[arg(long, group = "shown")]
        volumes: bool,
    },
    /// List images
    Images { services: Vec<String> },
    /// Show the processes
    Top { services: Vec<String> },
    /// Run a command in a replica: its own program, a client of it, or a request to itself
    #[command(disable_help_flag = true)]
    Exec {
        #[arg(short = 'T', long = "no-tty")]
        no_tty: bool,
        #[arg(long, default_value_t = 1)]
        index: u32,
        service: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
    /// Show the version
    Version {
        #[arg(long)]
        short: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Up {
    #[command(flatten)]
    pub making: Making,
    #[arg(short, long)]
    pub detach: bool,
    #[arg(long)]
    pub no_deps: bool,
    #[arg(long, conflicts_with = "wait")]
    pub no_start: bool,
    #[arg(long)]
    pub wait: bool,
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds())]
    pub timeout: Option<u64>,
}

/// What `up` and `create` have in common.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Making {
    #[arg(long, conflicts_with = "no_build")]
    pub build: bool,
    #[arg(long)]
    pub no_build: bool,
    #[arg(long, value_name = "SERVICE=REPLICAS")]
    pub scale: Vec<String>,
    #[arg(long, conflicts_with = "no_recreate")]
    pub force_recreate: bool,
    #[arg(long)]
    pub no_recreate: bool,
    #[arg(long)]
    pub remove_orphans: bool,
    /// Said by scripts; nothing is pulled here, so nothing is told of it
    #[arg(long)]
    pub quiet_pull: bool,
    pub services: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    pub making: Making,
}

impl Up {
    /// `up -d` of `making`.
    pub(super) fn detached(making: Making) -> Self {
        Self { making, detach: true, no_deps: false, no_start: false, wait: false, timeout: None }
    }
}

#[derive(Debug, Args)]
pub(super) struct Down {
    #[arg(short, long)]
    pub volumes: bool,
    #[arg(long)]
    pub remove_orphans: bool,
    #[arg(long)]
    pub rmi: Option<Rmi>,
    #[arg(short, long, value_name = "SECONDS", value_parser = seconds())]
    pub timeout: Option<u64>,
    pub services: Vec<String>,
}

/// Which images go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Rmi {
    /// Those that the file gives no name of their own
    Local,
    All,
}

#[derive(Debug, Args)]
pub(super) struct Ps {
    #[arg(short, long)]
    pub all: bool,
    #[arg(short, long)]
    pub quiet: bool,
    #[arg(long)]
    pub services: bool,
    #[arg(long, default_value = "table")]
    pub format: Format,
    #[arg(value_name = "SERVICE")]
    pub only: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Logs {
    #[arg(short, long)]
    pub follow: bool,
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all", value_parser = lines)]
    pub tail: String,
    #[arg(short, long)]
    pub timestamps: bool,
    /// A moment (2026-01-02T10:00:00Z), how long ago (10m), or seconds since 1970
    #[arg(long, value_parser = at)]
    pub since: Option<SystemTime>,
    /// The same; nothing that came later
    #[arg(long, value_parser = at)]
    pub until: Option<SystemTime>,
    #[arg(long)]
    pub no_log_prefix: bool,
    /// There is no colour here anyway
    #[arg(long)]
    pub no_color: bool,
    #[arg(long)]
    pub index: Option<u32>,
    pub services: Vec<String>,
}

/// The replicas that a word is about: all, those of some services, or one of a number.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// One replica of the service (not in Compose: there the container's name says it)
    #[arg(long)]
    pub index: Option<u32>,
    pub services: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Rm {
    /// Do not ask
    #[arg(short, long)]
    pub force: bool,
    /// Stop them first
    #[arg(short, long)]
    pub stop: bool,
    /// Also what a replica keeps for itself, which goes with it anyway
    #[arg(short = 'v', long)]
    pub volumes: bool,
    #[command(flatten)]
    pub chosen: Chosen,
}

/// A time that a replica is given; no day of it is a lesson.
fn seconds() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(0..=86_400)
}

/// A number of lines, or `all`.
fn lines(text: &str) -> Result<String, String> {
    let good = text == "all" || text.parse::<u32>().is_ok();
    good.then(|| text.to_owned()).ok_or_else(|| "a number of lines, or all".to_owned())
}

fn at(text: &str) -> Result<SystemTime, String> {
    moment::read(text).ok_or_else(|| "failed to parse value as time or duration".to_owned())
}

/// A signal's name as this engine sends it: `SIGHUP` of `hup`, `HUP` or `1`.
fn signal(text: &str) -> Result<String, String> {
    signals::named(text).map(str::to_owned).ok_or_else(|| {
        let known = signals::names().collect::<Vec<_>>().join(", ");
        format!("Invalid signal: {text}. Here there is: {known}")
    })
}

/// What is wrong with a `SERVICE=REPLICAS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoScale {
    /// Not a service, a `=` and something behind it.
    Shape,
    /// Nothing stands behind the `=`, or the `=` is missing.
    NoNumber,
    /// What stands there is no whole number from 0 on.
    Number,
}

/// `backend=3` as service and number.
///
/// # Errors
/// It is none.
pub(super) fn scale(text: &str) -> Result<(&str, u32), NoScale> {
    match text.split_once('=') {
        Some(("", _)) => Err(NoScale::Shape),
        Some((_, "")) => Err(NoScale::NoNumber),
        Some((_, rest)) if rest.contains('=') => Err(NoScale::Shape),
        Some((service, number)) => {
            number.parse().map(|number| (service, number)).map_err(|_| NoScale::Number)
        }
        None if text.is_empty() => Err(NoScale::Shape),
        None => Err(NoScale::NoNumber),
    }
}

/// Every word that there is.
pub fn compose_words() -> Vec<String> {
    Words::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

/// Reads the arguments behind `compose`; what clap has to say where they are none of these.
pub(super) fn parse(args: &[String]) -> Result<Words, clap::Error> {
    Words::try_parse_from(std::iter::once("workshop compose").chain(args.iter().map(String::as_str)))
}
