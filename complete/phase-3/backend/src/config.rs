//! The settings, read from the environment once, at the start: [`Config`].

use std::env;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::time::Duration;

use url::Url;

const DEFAULT_HOST: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const DEFAULT_PORT: u16 = 8080;
const LONGEST_REPLICA_NAME: usize = 128;
const LONGEST_DELAY_MS: u64 = 60_000;
const LONGEST_LOCK_MS: u64 = 1000;
const DB_PORT: u16 = 3306;
const MOST_REPLICAS: usize = 16;
const DEFAULT_MAX_LAG: u64 = 10;
const LONGEST_LAG: u64 = 86_400;
const DEFAULT_WAIT_MS: u64 = 1000;
const LONGEST_WAIT_MS: u64 = 3000;

/// Everything that the environment decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    pub database: DatabaseConfig,
    pub redis: RedisConfig,
    /// What this process calls itself in `X-Replica` and in its log: 1 to 128
    /// visible ASCII characters.
    pub replica: String,
    /// What short links begin with; without one the request's `Host` decides.
    pub public_url: Option<Url>,
    /// Whether every request leaves a line in the log.
    pub access_log: bool,
    /// An artificial wait before every answer but the health's.
    pub delay: Duration,
    /// Before every redirect, all servers queue at one lock in the database and hold it for so
    /// long: what no further server makes faster.
    pub shared_lock: Duration,
}

/// Where MySQL is, and who to be there.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    pub host: String,
    pub port: u16,
    pub name: String,
    pub user: String,
    pub password: Secret,
    /// Where reads go; none: to the primary, like all else.
    pub replicas: Vec<ReplicaAddress>,
    /// A replica that is further behind is not read from, in whole seconds.
    pub max_lag: Duration,
    /// How long a read waits at a replica for what its caller wrote; none: it does not wait.
    pub own_writes: Option<Duration>,
}

/// Where a replica of the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaAddress {
    pub host: String,
    pub port: u16,
}

/// Where Redis is.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    pub host: String,
    pub port: u16,
    /// Empty: none is sent.
    pub password: Secret,
}

/// A text that no message, log or debug print shows.
#[derive(Clone)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// A setting that cannot be used. Each text is one line and names the variable.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0} is not valid UTF-8")]
    NotUnicode(&'static str),
    #[error("{0} is empty; give it a value, or unset it")]
    Empty(&'static str),
    #[error("{name}={value:?} is not {wanted}")]
    Wrong { name: &'static str, value: String, wanted: &'static str },
}

impl Config {
    /// Reads all variables.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            host: host()?,
            port: port()?,
            database: DatabaseConfig {
                host: text("DB_HOST", "mysql")?,
                port: port_of("DB_PORT", DB_PORT)?,
                name: text("DB_NAME", "shortener")?,
                user: text("DB_USER", "shortener")?,
                password: secret("DB_PASSWORD")?,
                replicas: replica_hosts()?,
                max_lag: Duration::from_secs(
                    number("DB_REPLICA_MAX_LAG", LONGEST_LAG, "a number of seconds from 0 to 86400")?
                        .unwrap_or(DEFAULT_MAX_LAG),
                ),
                own_writes: own_writes()?,
            },
            redis: RedisConfig {
                host: text("REDIS_HOST", "redis")?,
                port: port_of("REDIS_PORT", 6379)?,
                password: secret("REDIS_PASSWORD")?,
            },
            replica: replica()?,
            public_url: public_url()?,
            access_log: access_log()?,
            delay: milliseconds(
                "RESPONSE_DELAY_MS",
                LONGEST_DELAY_MS,
                "a number of milliseconds from 0 to 60000",
            )?,
            shared_lock: milliseconds(
                "SHARED_LOCK_MS",
                LONGEST_LOCK_MS,
                "a number of milliseconds from 0 to 1000",
            )?,
        })
    }
}

/// `LISTEN_ADDRESS`, or the default.
pub fn host() -> Result<IpAddr, ConfigError> {
    parsed("LISTEN_ADDRESS", "an IP address").map(|host| host.unwrap_or(DEFAULT_HOST))
}

/// `PORT`, or the default.
pub fn port() -> Result<u16, ConfigError> {
    port_of("PORT", DEFAULT_PORT)
}

fn port_of(name: &'static str, default: u16) -> Result<u16, ConfigError> {
    parsed(name, "a port number from 0 to 65535").map(|port| port.unwrap_or(default))
}

fn variable(name: &'static str) -> Result<Option<String>, ConfigError> {
    env::var_os(name).map(|value| value.into_string().map_err(|_| ConfigError::NotUnicode(name))).transpose()
}

fn parsed<T: FromStr>(name: &'static str, wanted: &'static str) -> Result<Option<T>, ConfigError> {
    variable(name)?
        .map(|value| value.parse().map_err(|_| ConfigError::Wrong { name, value, wanted }))
        .transpose()
}

fn text(name: &'static str, default: &str) -> Result<String, ConfigError> {
    match variable(name)? {
        None => Ok(default.to_owned()),
        Some(value) if value.is_empty() => Err(ConfigError::Empty(name)),
        Some(value) => Ok(value),
    }
}

fn secret(name: &'static str) -> Result<Secret, ConfigError> {
    Ok(Secret(variable(name)?.unwrap_or_default()))
}

fn replica() -> Result<String, ConfigError> {
    if let Some(value) = variable("REPLICA_NAME")? {
        let sane = (1..=LONGEST_REPLICA_NAME).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_graphic());
        let wanted = "1 to 128 visible ASCII characters";
        return if sane {
            Ok(value)
        } else {
            Err(ConfigError::Wrong { name: "REPLICA_NAME", value, wanted })
        };
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

fn public_url() -> Result<Option<Url>, ConfigError> {
    let Some(value) = variable("PUBLIC_URL")? else { return Ok(None) };
    let usable = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    };
    let wanted = "a base like https://sho.rt (no user, no query)";
    match Url::parse(&value) {
        Ok(url) if usable(&url) => Ok(Some(url)),
        _ => Err(ConfigError::Wrong { name: "PUBLIC_URL", value, wanted }),
    }
}

fn access_log() -> Result<bool, ConfigError> {
    match variable("ACCESS_LOG")?.as_deref() {
        None | Some("on") => Ok(true),
        Some("off") => Ok(false),
        Some(value) => {
            Err(ConfigError::Wrong { name: "ACCESS_LOG", value: value.to_owned(), wanted: "on or off" })
        }
    }
}

fn milliseconds(name: &'static str, longest: u64, wanted: &'static str) -> Result<Duration, ConfigError> {
    Ok(Duration::from_millis(number(name, longest, wanted)?.unwrap_or_default()))
}

fn number(name: &'static str, largest: u64, wanted: &'static str) -> Result<Option<u64>, ConfigError> {
    match parsed(name, wanted)? {
        Some(number) if number > largest => {
            Err(ConfigError::Wrong { name, value: u64::to_string(&number), wanted })
        }
        number => Ok(number),
    }
}

/// `DB_REPLICA_HOSTS`: `host` or `host:port`, with commas between; empty is none.
fn replica_hosts() -> Result<Vec<ReplicaAddress>, ConfigError> {
    let name = "DB_REPLICA_HOSTS";
    let Some(value) = variable(name)? else { return Ok(Vec::new()) };
    match hosts_of(&value) {
        Some(hosts) => Ok(hosts),
        None => Err(ConfigError::Wrong {
            name,
            value,
            wanted: "a list like replica-1,replica-2:3307 (16 at most)",
        }),
    }
}

fn hosts_of(list: &str) -> Option<Vec<ReplicaAddress>> {
    if list.trim().is_empty() {
        return Some(Vec::new());
    }
    let one = |place: &str| {
        let (host, port) = match place.trim().rsplit_once(':') {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (place.trim(), DB_PORT),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let usable = !host.is_empty() && host.chars().all(is_name);
        usable.then(|| ReplicaAddress { host: host.to_owned(), port })
    };
    let hosts: Vec<ReplicaAddress> = list.split(',').map(one).collect::<Option<_>>()?;
    (hosts.len() <= MOST_REPLICAS).then_some(hosts)
}

/// `DB_READ_YOUR_WRITES` and how long that may take.
fn own_writes() -> Result<Option<Duration>, ConfigError> {
    let wanted = "a number of milliseconds from 0 to 3000";
    let wait = number("DB_READ_YOUR_WRITES_TIMEOUT_MS", LONGEST_WAIT_MS, wanted)?.unwrap_or(DEFAULT_WAIT_MS);
    match variable("DB_READ_YOUR_WRITES")?.as_deref() {
        None | Some("off") => Ok(None),
        Some("gtid") => Ok(Some(Duration::from_millis(wait))),
        Some(value) => Err(ConfigError::Wrong {
            name: "DB_READ_YOUR_WRITES",
            value: value.to_owned(),
            wanted: "off or gtid",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_replicas_is_read_or_refused_whole() {
        let at = |host: &str, port| ReplicaAddress { host: host.to_owned(), port };
        assert_eq!(hosts_of(" "), Some(Vec::new()));
        assert_eq!(hosts_of("a, b-2:3307"), Some(vec![at("a", 3306), at("b-2", 3307)]));
        for wrong in [",", "a,", "a:b", ":1", "a:70000", "a b", "me@a", "::1", &vec!["a"; 17].join(",")] {
            assert_eq!(hosts_of(wrong), None, "{wrong}");
        }
    }
}
