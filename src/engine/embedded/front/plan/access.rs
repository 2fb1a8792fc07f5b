//! `allow` and `deny`: who may ask.

use std::net::IpAddr;

/// One `allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub allow: bool,
    net: Net,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Net {
    All,
    Unix,
    Within(IpAddr, u32),
}

impl Rule {
    /// `all`, an address, or a network; none for anything else.
    pub fn parse(allow: bool, text: &str) -> Option<Self> {
        let net = match text {
            "all" => Net::All,
            "unix:" => Net::Unix,
            _ => {
                let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
                let address: IpAddr = address.parse().ok()?;
                let most = if address.is_ipv4() { 32 } else { 128 };
                let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
                (bits <= most).then_some(Net::Within(address, bits))?
            }
        };
        Some(Self { allow, net })
    }

    fn names(&self, client: IpAddr) -> bool {
        match (&self.net, client) {
            (Net::All, _) => true,
            (Net::Within(IpAddr::V4(net), bits), IpAddr::V4(client)) => {
                let differ = u32::from(*net) ^ u32::from(client);
                differ.checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (Net::Within(IpAddr::V6(net), bits), IpAddr::V6(client)) => {
                let differ = u128::from(*net) ^ u128::from(client);
                differ.checked_shr(128 - bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// Whether `client` may: the first rule that names it decides, and without one everybody may.
pub fn allowed(rules: &[Rule], client: IpAddr) -> bool {
    rules.iter().find(|rule| rule.names(client)).is_none_or(|rule| rule.allow)
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
        assert!(Rule::parse(true, "0.0.0.0/0").is_some_and(|rule| rule.names("9.9.9.9".parse().expect("a"))));
    }
}
