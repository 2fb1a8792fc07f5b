//! A service's `ports`, short and long.

use super::read::Place;
use crate::yaml::Value;
use crate::{Span, SyntaxError};

/// One port, or a run of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    /// The lowest port.
    pub first: u16,
    /// The highest port, which belongs to the run; `first` where it is one port.
    pub last: u16,
}

impl PortRange {
    /// A run of one port.
    #[cfg(test)]
    pub(crate) const fn single(port: u16) -> Self {
        Self { first: port, last: port }
    }

    /// Whether `port` is one of the run.
    pub const fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }

    const fn is_single(self) -> bool {
        self.first == self.last
    }

    const fn count(self) -> u32 {
        self.last as u32 - self.first as u32 + 1
    }

    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let range = Self { first: number(first)?, last: number(last)? };
        (range.first <= range.last).then_some(range)
    }
}

impl std::fmt::Display for PortRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_single() { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// One entry of `ports`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The host's address that it is bound to; every address where none is given.
    pub host_ip: Option<String>,
    /// The host's port; where none is given, Docker picks a free one. A run with a single target
    /// gives each replica one of them.
    pub published: Option<PortRange>,
    /// The container's port.
    pub target: PortRange,
    /// `tcp` where none is given.
    pub protocol: String,
    /// Of the whole entry.
    pub span: Span,
}

impl std::fmt::Display for Port {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(ip) = &self.host_ip {
            write!(f, "{ip}:")?;
        }
        if let Some(published) = &self.published {
            write!(f, "{published}:")?;
        }
        write!(f, "{}", self.target)
    }
}

pub(super) fn ports(place: &Place<'_>) -> Result<Vec<Port>, SyntaxError> {
    place.items()?.iter().map(port).collect()
}

fn port(place: &Place<'_>) -> Result<Port, SyntaxError> {
    match &place.node.value {
        Value::Scalar(_) => short(place),
        Value::Mapping(_) => long(place),
        _ => Err(place.expected("stack-kind-port")),
    }
}

/// `[[IP:]PUBLISHED:]TARGET[/PROTOCOL]`.
fn short(place: &Place<'_>) -> Result<Port, SyntaxError> {
    let text = place.string()?;
    let wrong = || place.invalid("stack-compose-port");
    let (numbers, protocol) = text.value.split_once('/').unwrap_or((&text.value, "tcp"));
    let mut parts = numbers.rsplitn(3, ':');
    let target = PortRange::parse(parts.next().unwrap_or_default()).ok_or_else(wrong)?;
    let published = match parts.next() {
        None | Some("") => None,
        Some(published) => Some(PortRange::parse(published).ok_or_else(wrong)?),
    };
    let host_ip = match parts.next() {
        None | Some("") => None,
        Some(ip) => {
            let bare = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip);
            bare.parse::<std::net::IpAddr>().map_err(|_| wrong())?;
            Some(bare.to_owned())
        }
    };
    let port = Port { host_ip, published, target, protocol: protocol.to_ascii_lowercase(), span: text.span };
    checked(place, port)
}

fn long(place: &Place<'_>) -> Result<Port, SyntaxError> {
    let Some(target) = place.key("target") else { return Err(place.invalid("stack-compose-port-target")) };
    let range = |place: &Place<'_>| match &place.node.value {
        Value::Scalar(_) => {
            PortRange::parse(place.string()?.value.trim()).ok_or_else(|| place.invalid("stack-compose-port"))
        }
        _ => Err(place.expected("stack-kind-port")),
    };
    let text = |key| place.key(key).map(|place| place.string()).transpose();
    let port = Port {
        host_ip: text("host_ip")?.map(|ip| ip.value).filter(|ip| !ip.is_empty()),
        published: match place.key("published") {
            // Nothing said in quotes: any free one.
            Some(place) if place.node.text() == Some("") => None,
            place => place.map(|place| range(&place)).transpose()?,
        },
        target: range(&target)?,
        protocol: text("protocol")?.map_or_else(|| "tcp".to_owned(), |text| text.value),
        span: place.node.span,
    };
    checked(place, port)
}

/// Runs must be of one length, unless the target is a single port.
fn checked(place: &Place<'_>, port: Port) -> Result<Port, SyntaxError> {
    let fits = port.published.is_none_or(|run| port.target.is_single() || run.count() == port.target.count());
    let known = matches!(port.protocol.as_str(), "tcp" | "udp" | "sctp");
    if fits && known { Ok(port) } else { Err(place.invalid("stack-compose-port")) }
}
