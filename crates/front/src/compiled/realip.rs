//! `set_real_ip_from` and its kin: whose word on a client's address is taken, and what it says.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::HeaderName;

use super::scope::Scope;
use crate::conf::args;
use crate::conf::refusal::ConfError;
use workshop_stack::nginx::{Directive, Network};

/// What is in force in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealIp {
    trusted: Vec<Network>,
    source: Source,
    recursive: bool,
}

/// Where the address is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// `X-Forwarded-For`, all of them as one list.
    Forwarded,
    /// Another header, the first of its name.
    Header(HeaderName),
}

impl RealIp {
    /// None where nobody's word is taken. The three are inherited each by itself.
    pub fn read(scope: &Scope<'_>) -> Result<Option<Self>, ConfError> {
        let source = scope.last("real_ip_header").map(source).transpose()?;
        let recursive = scope.value("real_ip_recursive", false, args::switch)?;
        let trusted =
            scope.all("set_real_ip_from").into_iter().map(trusted).collect::<Result<Vec<_>, _>>()?;
        let usual = Source::Header(HeaderName::from_static("x-real-ip"));
        Ok((!trusted.is_empty()).then(|| Self { trusted, source: source.unwrap_or(usual), recursive }))
    }

    /// The address that the headers give a client that came from `peer`, where its word is taken.
    pub fn address(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<SocketAddr> {
        let (name, all) = match &self.source {
            Source::Forwarded => ("x-forwarded-for", true),
            Source::Header(name) => (name.as_str(), false),
        };
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(|value| value.as_bytes()).collect();
        let mut address = peer;
        if !all {
            self.follow(&mut address, values.first()?);
        } else {
            // The last header was written last. In nginx's words: one after the other, while each
            // leads on.
            for value in values.iter().rev() {
                if self.follow(&mut address, value) != Followed::Wholly || !self.recursive {
                    break;
                }
            }
        }
        (address != peer).then_some(address)
    }

    /// Follows a list of addresses from its end.
    fn follow(&self, address: &mut SocketAddr, list: &[u8]) -> Followed {
        let separates = |byte: &u8| matches!(byte, b' ' | b',');
        let mut list = list;
        loop {
            let trusts = self.trusted.iter().any(|net| net.holds(address.ip().to_canonical()));
            let end = list.iter().rposition(|byte| !separates(byte)).map_or(list.len().min(1), |at| at + 1);
            list = &list[..end];
            // A separator in front of everything is, to nginx, part of the first address.
            let within = list.get(1..).unwrap_or_default();
            let start = within.iter().rposition(separates).map_or(0, |at| at + 2);
            let found = str::from_utf8(&list[start..]).ok().and_then(parse).filter(|_| trusts);
            let Some(found) = found else { return Followed::Partly };
            *address = found;
            if !self.recursive || start == 0 {
                return Followed::Wholly;
            }
            list = &list[..start - 1];
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    Wholly,
    Partly,
}

fn source(directive: &Directive) -> Result<Source, ConfError> {
    let arg = args::arg(directive, 0)?;
    match arg.value.as_str() {
        "proxy_protocol" => Err(ConfError::docker(directive, "real_ip_header proxy_protocol")),
        "X-Forwarded-For" => Ok(Source::Forwarded),
        name => {
            let name = HeaderName::from_bytes(name.as_bytes());
            name.map(Source::Header)
                .map_err(|_| ConfError::docker(directive, &format!("real_ip_header {}", arg.value)))
        }
    }
}

fn trusted(directive: &Directive) -> Result<Network, ConfError> {
    let arg = args::arg(directive, 0)?;
    match Network::parse(&arg.value) {
        // `all` is a word of `allow` alone; as a name of a host it is looked up, as others are.
        Some(net) if arg.value != "all" => Ok(net),
        _ if arg.value.contains('/') => {
            Err(ConfError::said(directive, arg, format!("invalid network \"{}\"", arg.value)))
        }
        _ => Err(ConfError::docker(directive, &format!("set_real_ip_from {}", arg.value))),
    }
}

/// An address with or without a port, as nginx reads one; the port is 0 where there is none.
fn parse(text: &str) -> Option<SocketAddr> {
    if let Some(ip) = address(text) {
        return Some(SocketAddr::new(ip, 0));
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.strip_suffix(']') {
            Some(ip) => return address(ip).filter(IpAddr::is_ipv6).map(|ip| SocketAddr::new(ip, 0)),
            None => rest.split_once("]:")?,
        },
        None => text.split_once(':')?,
    };
    let port = port.bytes().all(|byte| byte.is_ascii_digit()).then(|| port.parse::<u16>().ok())?;
    Some(SocketAddr::new(address(host)?, port.filter(|port| *port > 0)?))
}

fn address(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse().ok().map(IpAddr::V6);
    }
    // Four numbers; a number may have zeros in front, or be left out.
    let parts: Vec<&str> = text.split('.').collect();
    let numbers = parts.iter().map(|part| match *part {
        "" => Some(0),
        part if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<u64>().ok(),
        _ => None,
    });
    let numbers = numbers.map(|number| u8::try_from(number?).ok()).collect::<Option<Vec<u8>>>()?;
    let ip = Ipv4Addr::from(<[u8; 4]>::try_from(numbers).ok()?);
    // To nginx this one is no address.
    (ip != Ipv4Addr::BROADCAST).then_some(ip.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_nginx_takes_for_one() {
        for (text, wanted) in [
            ("10.1.2.3", Some("10.1.2.3:0")),
            ("10.1.2.3:80", Some("10.1.2.3:80")),
            ("010.1..3", Some("10.1.0.3:0")),
            ("::1", Some("[::1]:0")),
            ("[::1]:8080", Some("[::1]:8080")),
            ("[::1]", Some("[::1]:0")),
            ("[10.1.2.3]", None),
            ("10.1.2", None),
            ("10.1.2.256", None),
            ("10.1.2.3:0", None),
            ("10.1.2.3:+8", None),
            ("255.255.255.255", None),
            ("unknown", None),
        ] {
            assert_eq!(parse(text), wanted.map(|text| text.parse().expect("an address")), "{text}");
        }
    }
}
