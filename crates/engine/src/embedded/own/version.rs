//! Versions of programs: what a lesson asks for ([`Requirement`]), and what a program says of itself.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer};

use workshop_text::{Text, refused};

/// The numbers of a version; those that are not written are zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version(Vec<u64>);

/// Which versions will do: `>=3.9`, `>=3.9,<4`, `3.11` (any 3.11), `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Requirement(#[cfg_attr(feature = "schema", schemars(with = "String"))] Vec<(Sign, Version)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    AtLeast,
    Above,
    AtMost,
    Below,
    /// These numbers, whatever follows.
    Within,
}

/// Longer ones first, for one begins with the other.
const SIGNS: [(&str, Sign); 6] = [
    (">=", Sign::AtLeast),
    ("<=", Sign::AtMost),
    ("==", Sign::Within),
    (">", Sign::Above),
    ("<", Sign::Below),
    ("=", Sign::Within),
];

/// Parts of a version that are looked at.
const PARTS: usize = 4;

impl Version {
    /// `3.11.2`; none for anything else.
    fn parse(text: &str) -> Option<Self> {
        let parts: Option<Vec<u64>> = text.split('.').map(number).collect();
        parts.filter(|parts| parts.len() <= PARTS).map(Self)
    }

    /// The first version in what a program says: `Python 3.11.2`, `v20.1.0`, `go version go1.22.1`.
    pub(super) fn said(output: &str) -> Option<Self> {
        output.split_whitespace().find_map(|word| {
            let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
            let end = digits.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(digits.len());
            let parts: Vec<u64> = digits[..end].split('.').map_while(number).take(PARTS).collect();
            (parts.len() > 1).then_some(Self(parts))
        })
    }

    fn part(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    fn compared(&self, other: &Self) -> Ordering {
        let mut parts = (0..PARTS).map(|at| self.part(at).cmp(&other.part(at)));
        parts.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl Requirement {
    /// Reads what a lesson writes; none for what is no requirement.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::default());
        }
        let one = |part: &str| {
            let part = part.trim();
            let signed = SIGNS.iter().find_map(|(sign, kind)| Some((*kind, part.strip_prefix(sign)?)));
            let (sign, version) = signed.unwrap_or((Sign::Within, part));
            Some((sign, Version::parse(version.trim())?))
        };
        text.split(',').map(one).collect::<Option<Vec<_>>>().map(Self)
    }

    /// Any version will do, so that none has to be asked for.
    pub(super) const fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn holds(&self, version: &Version) -> bool {
        self.0.iter().all(|(sign, wanted)| match sign {
            Sign::AtLeast => version.compared(wanted).is_ge(),
            Sign::Above => version.compared(wanted).is_gt(),
            Sign::AtMost => version.compared(wanted).is_le(),
            Sign::Below => version.compared(wanted).is_lt(),
            Sign::Within => (0..wanted.0.len()).all(|at| version.part(at) == wanted.part(at)),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_any() {
            return f.write_str("*");
        }
        for (at, (sign, version)) in self.0.iter().enumerate() {
            let sign = match sign {
                Sign::AtLeast => ">=",
                Sign::Above => ">",
                Sign::AtMost => "<=",
                Sign::Below => "<",
                Sign::Within => "",
            };
            write!(f, "{}{sign}{version}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Requirement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        refused::read(deserializer, |text| {
            Self::parse(text).ok_or_else(|| Text::new("rule-own-version").with("version", text))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_programs_say_of_themselves() {
        for (said, version) in [
            ("Python 3.11.2", "3.11.2"),
            ("v20.11.0\n", "20.11.0"),
            ("go version go1.22.1 linux/amd64", "1.22.1"),
            ("openjdk version \"17.0.9\" 2023-10-17", "17.0.9"),
            ("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a)", "3.1.2"),
            ("This is perl 5, version 36, subversion 0 (v5.36.0) built", "5.36.0"),
            ("PHP 8.2.7 (cli)", "8.2.7"),
        ] {
            assert_eq!(Version::said(said).expect(said).to_string(), version);
        }
        assert_eq!(Version::said("no such thing"), None);
    }

    #[test]
    fn a_requirement_holds_or_does_not() {
        for (wanted, good, bad) in [
            (">=3.9", &["3.9", "3.9.0", "3.10", "4"][..], &["3.8.99", "2.7"][..]),
            (">=3.9,<4", &["3.12"], &["4.0.0", "3.8"]),
            ("3.11", &["3.11", "3.11.2"], &["3.1", "3.12", "4.11"]),
            ("==20", &["20.1"], &["2.0", "21"]),
            (">1.2", &["1.2.1", "1.3"], &["1.2", "1.2.0"]),
            ("<=1.2", &["1.2", "1.1.9"], &["1.2.1"]),
            ("*", &["0.0.1"], &[]),
        ] {
            let requirement = Requirement::parse(wanted).expect(wanted);
            let holds = |version: &&str| requirement.holds(&Version::parse(version).expect("a version"));
            assert!(good.iter().all(holds) && !bad.iter().any(holds), "{wanted}");
        }
        for wrong in ["", ">=", "3.x", ">= 3 .9", "~3", "3.9;", "3..9", "3.9,", "1.2.3.4.5", "９"] {
            assert_eq!(Requirement::parse(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_to_be_read(text in "\\PC{0,20}", output in "\\PC{0,60}") {
            let _ = Version::said(&output);
            if let Some(read) = Requirement::parse(&text) {
                prop_assert_eq!(Requirement::parse(&read.to_string()), Some(read));
            }
        }

        #[test]
        fn of_two_versions_one_is_not_above_the_other(a in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}", b in "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}") {
            let version = Version::parse(&a).expect("a version");
            let holds = |sign: &str| Requirement::parse(&format!("{sign}{b}")).expect("one").holds(&version);
            prop_assert!(holds(">=") != holds("<") && holds("<=") != holds(">"));
        }
    }
}
