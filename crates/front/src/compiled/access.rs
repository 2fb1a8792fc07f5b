//! `allow` and `deny`: who may ask.

use std::net::IpAddr;

use workshop_stack::nginx::Network;

/// One `allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub allow: bool,
    who: Network,
}

impl Rule {
    /// `all`, an address, or a network; none for anything else.
    pub fn parse(allow: bool, text: &str) -> Option<Self> {
        Network::parse(text).map(|who| Self { allow, who })
    }
}

/// Whether `client` may: the first rule that names it decides, and without one everybody may.
pub(crate) fn allowed(rules: &[Rule], client: IpAddr) -> bool {
    rules.iter().find(|rule| rule.who.holds(client)).is_none_or(|rule| rule.allow)
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
            Rule::parse(true, "0.0.0.0/0").is_some_and(|rule| rule.who.holds("9.9.9.9".parse().expect("a")))
        );
    }
}
