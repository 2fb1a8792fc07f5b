//! Who may come in: `allow` and `deny` by effect.

use std::net::IpAddr;

use super::{Directive, Location};

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
        rules.into_iter().find(|rule| rule.arg(0).is_some_and(|who| is_in(address, who)))
    }

    /// Whether a client from `address` is refused.
    pub fn refuses(&self, address: IpAddr) -> bool {
        self.access(address).is_some_and(|rule| rule.name == "deny")
    }
}

/// Whether `who` (`all`, an address, or a network as `10.0.0.0/8`) means `address`.
fn is_in(address: IpAddr, who: &str) -> bool {
    if who == "all" {
        return true;
    }
    let (network, length) =
        who.split_once('/').map_or((who, None), |(network, length)| (network, Some(length)));
    let Ok(network) = network.parse::<IpAddr>() else { return false };
    let (bits, whole) = match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(u32::from(one) ^ u32::from(other)), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (u128::from(one) ^ u128::from(other), 128),
        _ => return false,
    };
    let length = length.map_or(Ok(whole), str::parse::<u32>);
    // All bits in front are equal: nothing of the difference is left behind the host's own.
    length.is_ok_and(|length| length <= whole && bits.checked_shr(whole - length).unwrap_or(0) == 0)
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
            assert_eq!(is_in(address.parse().unwrap(), who), wanted, "{address} {who}");
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
