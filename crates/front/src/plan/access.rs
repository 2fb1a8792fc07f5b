//! `allow` and `deny`: who may ask; and the networks that they and others name.

use std::net::IpAddr;

/// One `allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub allow: bool,
    net: Net,
}

/// A set of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Net {
    All,
    Unix,
    Within(IpAddr, u32),
}

impl Rule {
    /// `all`, an address, or a network; none for anything else.
    pub fn parse(allow: bool, text: &str) -> Option<Self> {
        Net::parse(text).map(|net| Self { allow, net })
    }
}

impl Net {
    /// `all`, `unix:`, an address, or a network; none for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
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

    pub(crate) fn names(&self, client: IpAddr) -> bool {
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

/// Whether `client` may: the first rule that names it decides, and without one everybody may.
pub(crate) fn allowed(rules: &[Rule], client: IpAddr) -> bool {
    rules.iter().find(|rule| rule.net.names(client)).is_none_or(|rule| rule.allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_decides() {
        let rules = [
            Rule::parse(false, "10.1.2.3"),
            Rule::parse(true, "10.1.0.0/16"),
            Rule::parse(true, "::1"),
            Rule::parse(false, "all"),
        ]
        .map(|rule| rule.expect("a rule"));
        let may = |client: &str| allowed(&rules, client.parse().expect("an address"));
        assert!(!may("10.1.2.3") && may("10.1.9.9") && may("::1"));
        assert!(!may("10.2.0.1") && !may("::2"));
        assert!(allowed(&[], "::2".parse().expect("an address")));
        for bad in ["", "10.0.0.0/33", "nobody", "10.0.0.0/"] {
            assert!(Rule::parse(true, bad).is_none(), "{bad}");
        }
        assert!(
            Rule::parse(true, "0.0.0.0/0").is_some_and(|rule| rule.net.names("9.9.9.9".parse().expect("a")))
        );
    }
}
