//! Who may come in: `allow` and `deny` by effect, the networks that they name, and what
//! `limit_except` leaves out.

use std::net::IpAddr;

use super::directive::Directive;
use super::location::Location;

impl<'c> Location<'c> {
    /// The `allow` or `deny` that decides about a client from `address`; none where everybody may
    /// come in. Both are one list, in the file's order: that of the nearest level which has any, and
    /// its first rule that fits decides.
    pub fn access(&self, address: IpAddr) -> Option<&'c Directive> {
        let is_rule = |directive: &&Directive| matches!(directive.name.as_str(), "allow" | "deny");
        let level = self.blocks().find(|block| block.inside().iter().any(|inner| is_rule(&inner)));
        let rules: Vec<&Directive> = match level {
            Some(block) => block.inside().iter().filter(is_rule).collect(),
            None => self.server.conf.http().filter(is_rule).collect(),
        };
        rules
            .into_iter()
            .find(|rule| rule.arg(0).and_then(Network::parse).is_some_and(|who| who.holds(address)))
    }

    /// Whether a client from `address` is refused.
    pub fn refuses(&self, address: IpAddr) -> bool {
        self.access(address).is_some_and(|rule| rule.name == "deny")
    }
}

/// Whom an `allow`, a `deny`, and others name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// `all`.
    All,
    /// `unix:`, which is nobody with an address.
    Unix,
    /// An address and how many of its bits count.
    Within(IpAddr, u32),
}

impl Network {
    /// `all`, `unix:`, an address, or a network as `10.0.0.0/8`; none for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::All),
            "unix:" => Some(Self::Unix),
            _ => {
                let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
                let address: IpAddr = address.parse().ok()?;
                let most = if address.is_ipv4() { 32 } else { 128 };
                let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
                (bits <= most).then_some(Self::Within(address, bits))
            }
        }
    }

    /// Whether `client` is meant.
    pub fn holds(&self, client: IpAddr) -> bool {
        match (self, client) {
            (Self::All, _) => true,
            (Self::Within(IpAddr::V4(net), bits), IpAddr::V4(client)) => {
                let differ = u32::from(*net) ^ u32::from(client);
                differ.checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (Self::Within(IpAddr::V6(net), bits), IpAddr::V6(client)) => {
                let differ = u128::from(*net) ^ u128::from(client);
                differ.checked_shr(128 - bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// The methods that `limit_except` knows.
const METHODS: [&str; 14] = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "MKCOL",
    "COPY",
    "MOVE",
    "OPTIONS",
    "PROPFIND",
    "PROPPATCH",
    "LOCK",
    "UNLOCK",
    "PATCH",
];

/// The method that a `limit_except` names, in upper or lower case; none where it knows no such one.
pub fn limited_method(text: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| method.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        for (address, who, wanted) in [
            ("127.0.0.1", "all", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.0/8", true),
            ("128.0.0.1", "127.0.0.0/8", false),
            ("172.31.0.1", "172.16.0.0/12", true),
            ("172.32.0.1", "172.16.0.0/12", false),
            ("10.1.2.3", "0.0.0.0/0", true),
            ("::1", "::/0", true),
            ("::1", "::1", true),
            ("::1", "0.0.0.0/0", false),
            ("127.0.0.1", "unix:", false),
            ("127.0.0.1", "127.0.0.1/33", false),
            ("127.0.0.1", "127.0.0.1/x", false),
        ] {
            let holds = Network::parse(who).is_some_and(|who| who.holds(address.parse().unwrap()));
            assert_eq!(holds, wanted, "{address} {who}");
        }
    }

    #[test]
    fn the_nearest_level_with_a_rule_decides_and_there_the_first_that_fits() {
        let conf = super::super::NginxConf::parse(
            "deny all;\nserver {\n  location /a { allow 127.0.0.1; deny all; }\n  location /b { deny all; allow 127.0.0.1; }\n\
             location /c { }\n  location /d { allow 10.0.0.0/8; }\n}\n",
        )
        .unwrap();
        let refused = |path: &str, address: &str| {
            conf.location_for(path).expect("a location").refuses(address.parse().unwrap())
        };
        let seen =
            ["/a", "/b", "/c", "/d"].map(|path| (refused(path, "127.0.0.1"), refused(path, "203.0.113.7")));
        assert_eq!(seen, [(false, true), (true, true), (true, true), (false, false)]);
    }
}
