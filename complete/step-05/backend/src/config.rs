//! The settings, read from the environment once, at the start: [`Config`].

use std::env;
use std::net::{IpAddr, Ipv4Addr};

use crate::db::Source;

/// The database when `DATABASE_URL` is unset: a file in the working directory.
pub const DEFAULT_DATABASE_URL: &str = "sqlite://contoso.db";
/// The address when `LISTEN_ADDRESS` is unset: every one that this machine has.
pub const DEFAULT_HOST: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
/// The port when `PORT` is unset.
pub const DEFAULT_PORT: u16 = 8080;
const LONGEST_REPLICA_NAME: usize = 128;

/// Everything that the environment decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Where the database is.
    pub database: Source,
    /// What this process calls itself in `X-Replica` and in its log: 1 to 128
    /// visible ASCII characters.
    pub replica: String,
}

/// A setting that cannot be used. Each text is one line and names the variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0} is not valid UTF-8")]
    NotUnicode(&'static str),
    #[error("LISTEN_ADDRESS={0:?} is not an IP address")]
    Host(String),
    #[error("PORT={0:?} is not a port number from 0 to 65535")]
    Port(String),
    #[error("REPLICA_NAME={0:?} must be 1 to 128 visible ASCII characters")]
    Replica(String),
    #[error("DATABASE_URL is empty; set it to sqlite://FILE or mysql://USER:PASSWORD@HOST/NAME, or unset it")]
    DatabaseEmpty,
    // A database's URL may hold a password: its scheme says enough.
    #[error(
        "DATABASE_URL starts with {0:?}; this program knows sqlite://FILE and mysql://USER:PASSWORD@HOST/NAME"
    )]
    DatabaseScheme(String),
    #[error("DATABASE_URL is not a usable mysql://USER:PASSWORD@HOST/NAME: {0}")]
    DatabaseServer(String),
    #[error("DATABASE_URL_FILE={file:?} cannot be read: {reason}")]
    DatabaseUrlFile { file: String, reason: String },
    #[error("DATABASE_URL={0:?} names no file; replicas share a file, as in sqlite://FILE")]
    DatabaseNoFile(String),
    #[error("DATABASE_URL={url:?} is not usable: {reason}")]
    Database { url: String, reason: String },
}

impl Config {
    /// Reads `LISTEN_ADDRESS`, `PORT`, `DATABASE_URL` (or the file that
    /// `DATABASE_URL_FILE` names, as a secret is mounted) and `REPLICA_NAME`.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        let url = database_url()?;
        Ok(Self {
            host: host()?,
            port: port()?,
            database: database(url.as_deref().unwrap_or(DEFAULT_DATABASE_URL))?,
            replica: replica()?,
        })
    }
}

fn database_url() -> Result<Option<String>, ConfigError> {
    let Some(file) = variable("DATABASE_URL_FILE")? else {
        return variable("DATABASE_URL");
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) => Err(ConfigError::DatabaseUrlFile { file, reason: error.to_string() }),
    }
}

/// `LISTEN_ADDRESS`, or the default.
pub fn host() -> Result<IpAddr, ConfigError> {
    match variable("LISTEN_ADDRESS")? {
        None => Ok(DEFAULT_HOST),
        Some(text) => text.parse().map_err(|_| ConfigError::Host(text)),
    }
}

/// `PORT`, or the default.
pub fn port() -> Result<u16, ConfigError> {
    match variable("PORT")? {
        None => Ok(DEFAULT_PORT),
        Some(text) => text.parse().map_err(|_| ConfigError::Port(text)),
    }
}

fn variable(name: &'static str) -> Result<Option<String>, ConfigError> {
    env::var_os(name).map(|value| value.into_string().map_err(|_| ConfigError::NotUnicode(name))).transpose()
}

fn database(url: &str) -> Result<Source, ConfigError> {
    if url.is_empty() {
        return Err(ConfigError::DatabaseEmpty);
    }
    if url.starts_with("mysql:") {
        return Source::server(url).map_err(|error| ConfigError::DatabaseServer(error.to_string()));
    }
    let Some(rest) = url.strip_prefix("sqlite:") else {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        return Err(ConfigError::DatabaseScheme(format!("{scheme}:")));
    };
    let (file, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let file = file.trim_start_matches("//");
    if file.is_empty() || file.ends_with('/') || file == ":memory:" {
        return Err(ConfigError::DatabaseNoFile(url.to_owned()));
    }
    if parameters.contains("mode=memory") {
        return Err(ConfigError::DatabaseNoFile(url.to_owned()));
    }
    Source::file(url)
        .map_err(|error| ConfigError::Database { url: url.to_owned(), reason: error.to_string() })
}

fn replica() -> Result<String, ConfigError> {
    if let Some(name) = variable("REPLICA_NAME")? {
        let sane = (1..=LONGEST_REPLICA_NAME).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_graphic());
        return if sane { Ok(name) } else { Err(ConfigError::Replica(name)) };
    }
    // In Docker the name of the host is the container's short id.
    let host: String = gethostname::gethostname()
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_ascii_graphic() { c } else { '?' })
        .take(LONGEST_REPLICA_NAME)
        .collect();
    Ok(if host.is_empty() { "unknown".to_owned() } else { host })
}
