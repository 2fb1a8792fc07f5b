//! Compose's own words, as far as this engine knows them: [`Words`]. A word or an option that it
//! does not have is refused, never passed over.

use clap::{Args, CommandFactory, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "workshop compose", disable_help_subcommand = true, disable_version_flag = true)]
pub struct Words {
    #[command(subcommand)]
    pub word: Word,
}

#[derive(Debug, Subcommand)]
pub enum Word {
    /// Create and start replicas
    Up(Up),
    /// Create replicas without starting them
    Create(Up),
    /// Take everything down
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
    Start(Act),
    /// Stop replicas
    Stop(Act),
    /// Stop replicas and start them again
    Restart(Act),
    /// End replicas at once
    Kill(Act),
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
        #[arg(short, long)]
        quiet: bool,
        #[arg(long)]
        services: bool,
        #[arg(long)]
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
pub struct Up {
    #[arg(short, long)]
    pub detach: bool,
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
    #[arg(long)]
    pub no_deps: bool,
    #[arg(long)]
    pub no_start: bool,
    #[arg(long)]
    pub wait: bool,
    /// Said by scripts; there is nothing to say here in any other way
    #[arg(long)]
    pub quiet_pull: bool,
    #[arg(short, long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    pub services: Vec<String>,
}

impl Up {
    /// `up` without any option.
    pub fn bare() -> Self {
        match parse(&["up".to_owned()]) {
            Ok(Words { word: Word::Up(up) }) => up,
            _ => unreachable!("`up` alone is a command"),
        }
    }
}

#[derive(Debug, Args)]
pub struct Down {
    #[arg(short, long)]
    pub volumes: bool,
    #[arg(long)]
    pub remove_orphans: bool,
    #[arg(long, value_name = "local|all")]
    pub rmi: Option<String>,
    #[arg(short, long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    pub services: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Ps {
    #[arg(short, long)]
    pub all: bool,
    #[arg(short, long)]
    pub quiet: bool,
    #[arg(long)]
    pub services: bool,
    #[arg(long, value_name = "table|json", default_value = "table")]
    pub format: String,
    #[arg(value_name = "SERVICE")]
    pub only: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Logs {
    #[arg(short, long)]
    pub follow: bool,
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all")]
    pub tail: String,
    #[arg(short, long)]
    pub timestamps: bool,
    /// Like `10m`, or a number of seconds since 1970
    #[arg(long)]
    pub since: Option<String>,
    #[arg(long)]
    pub no_log_prefix: bool,
    #[arg(long)]
    pub no_color: bool,
    #[arg(long)]
    pub index: Option<u32>,
    pub services: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Act {
    /// One replica of the service (not in Compose: there the container's name says it)
    #[arg(long)]
    pub index: Option<u32>,
    #[arg(short, long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    #[arg(short, long, value_name = "SIGNAL")]
    pub signal: Option<String>,
    #[arg(long)]
    pub no_deps: bool,
    pub services: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Rm {
    #[arg(short, long)]
    pub force: bool,
    /// Stop them first
    #[arg(short, long)]
    pub stop: bool,
    #[arg(short = 'v')]
    pub volumes: bool,
    #[arg(long)]
    pub index: Option<u32>,
    pub services: Vec<String>,
}

/// `backend=3` as service and number.
pub fn scale(text: &str) -> Option<(String, u32)> {
    let (service, number) = text.split_once('=')?;
    Some((service.to_owned(), number.parse().ok()?)).filter(|(service, _)| !service.is_empty())
}

/// Every word that there is.
pub fn names() -> Vec<String> {
    Words::command().get_subcommands().map(|word| word.get_name().to_owned()).collect()
}

/// Reads the arguments behind `compose`; what clap has to say where they are none of these.
pub fn parse(args: &[String]) -> Result<Words, clap::Error> {
    Words::try_parse_from(std::iter::once("workshop compose").chain(args.iter().map(String::as_str)))
}
