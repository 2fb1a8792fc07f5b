//! Where requests go: [`Target`], a URL taken apart and resolved once, and [`Guard`], which
//! addresses may be loaded.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use reqwest::Url;

use super::error::LoadError;

/// Which addresses may be loaded: a load run against somebody else's machine is an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Loopback addresses, and other addresses of this machine at these ports: those that the
    /// workspace's own stack publishes.
    Ours {
        /// Ports at which any address of this machine may be loaded.
        ports: BTreeSet<u16>,
    },
    /// Whatever the user says is theirs.
    Anything,
}

impl Default for Guard {
    fn default() -> Self {
        Self::Ours { ports: BTreeSet::new() }
    }
}

impl Guard {
    /// Whether a request may be sent to `address`.
    pub fn allows(&self, address: SocketAddr) -> bool {
        match self {
            Self::Anything => true,
            Self::Ours { ports } => {
                let ip = address.ip().to_canonical();
                ip.is_loopback() || (ports.contains(&address.port()) && is_of_this_machine(ip))
            }
        }
    }
}

/// Where one gets that goes to "every address of this machine", as `docker compose ps` shows a
/// published port: to this machine itself.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, address.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, address.port()).into(),
        _ => address,
    }
}

/// Only an own address can be bound to.
fn is_of_this_machine(ip: IpAddr) -> bool {
    !ip.is_unspecified() && !ip.is_multicast() && UdpSocket::bind((ip, 0)).is_ok()
}

/// One place that requests go to.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub address: SocketAddr,
    pub url: Url,
}

/// `text` as a URL that can be loaded.
///
/// # Errors
/// It cannot be read, or is not http.
pub(super) fn parse(text: &str) -> Result<Url, LoadError> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole)
        .map_err(|error| LoadError::Url { url: text.to_owned(), reason: error.to_string() })?;
    check_scheme(&url)?;
    Ok(url)
}

/// The port that requests to `text` go to.
pub fn port(text: &str) -> Option<u16> {
    parse(text).ok()?.port_or_known_default()
}

fn check_scheme(url: &Url) -> Result<(), LoadError> {
    match url.scheme() {
        "http" => Ok(()),
        "https" => Err(LoadError::Tls { url: url.to_string() }),
        other => Err(LoadError::Scheme { url: url.to_string(), scheme: other.to_owned() }),
    }
}

impl Target {
    /// Resolves `url`'s name, this once: requests go to the address that was looked at here.
    ///
    /// # Errors
    /// The name is not found, or one of its addresses is forbidden: it is not known which of them a
    /// later look-up would give.
    pub(crate) async fn resolve(url: Url, guard: &Guard) -> Result<Self, LoadError> {
        check_scheme(&url)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or(80);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let not_found = || LoadError::NameNotFound { host: host.clone() };
        let found: Vec<SocketAddr> =
            tokio::net::lookup_host((bare, port)).await.map_err(|_| not_found())?.map(reachable).collect();
        if let Some(foreign) = found.iter().find(|address| !guard.allows(**address)) {
            return Err(LoadError::NotOurs { host, address: foreign.ip().to_string() });
        }
        // What listens on one of localhost's two addresses listens most often on the older one.
        let first = found.iter().find(|address| address.is_ipv4()).or_else(|| found.first());
        let address = *first.ok_or_else(not_found)?;
        Ok(Self { address, url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(guard: &Guard, address: &str) -> bool {
        guard.allows(address.parse().expect("an address"))
    }

    #[test]
    fn loopback_is_ours_and_nothing_else_is() {
        let guard = Guard::default();
        for own in ["127.0.0.1:80", "127.9.9.9:1", "[::1]:3004", "[::ffff:127.0.0.1]:80"] {
            assert!(allows(&guard, own), "{own}");
        }
        for foreign in ["0.0.0.0:80", "192.0.2.1:80", "[2001:db8::1]:80", "[::ffff:192.0.2.1]:80", "[::]:80"]
        {
            assert!(!allows(&guard, foreign), "{foreign}");
            assert!(allows(&Guard::Anything, foreign), "{foreign}");
        }
    }

    #[test]
    fn a_published_port_is_ours_only_on_this_machine() {
        let guard = Guard::Ours { ports: BTreeSet::from([3004]) };
        assert!(!allows(&guard, "192.0.2.1:3004"));
    }

    #[test]
    fn a_url_may_leave_its_scheme_out_but_not_be_https() {
        assert_eq!(parse("localhost:3004/a b").unwrap().as_str(), "http://localhost:3004/a%20b");
        assert_eq!(parse("http://[::1]:80").unwrap().as_str(), "http://[::1]/");
        assert!(matches!(parse("https://localhost"), Err(LoadError::Tls { .. })));
        assert!(matches!(parse("ftp://localhost"), Err(LoadError::Scheme { .. })));
        for broken in ["", "http://", "localhost:99999", "http://a b/"] {
            assert!(matches!(parse(broken), Err(LoadError::Url { .. })), "{broken:?}");
        }
    }

    #[tokio::test]
    async fn every_address_of_this_machine_is_this_machine() {
        for (typed, reached) in
            [("http://0.0.0.0:8080/", "127.0.0.1:8080"), ("http://[::]:8080/", "[::1]:8080")]
        {
            let target = Target::resolve(parse(typed).unwrap(), &Guard::default()).await.expect(typed);
            assert_eq!(target.address.to_string(), reached);
        }
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_not_found() {
        let url = parse("http://no-such-host.invalid/").unwrap();
        let found = Target::resolve(url, &Guard::Anything).await;
        assert!(matches!(found, Err(LoadError::NameNotFound { .. })), "{found:?}");
    }
}
