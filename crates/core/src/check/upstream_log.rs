//! `upstream_log`: the proxy's own log says which servers the requests went to.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{OWN_REQUEST, Probe};
use super::seen::Seen;
use crate::verdict::{Share, Verdict};
use workshop_engine::{LogLine, Observed};
use workshop_text::Text;

/// By the proxy's own log, each of these services got its requests.
///
/// The log has so many lines with that part, and by the upstream address in them each member got at
/// least `each`. The address is looked for anywhere in the line: the format is the learner's.
///
/// ```toml
/// upstream_log = { service = "nginx", members = ["api-server-1", "api-server-2"], contains = "POST /api/v1/urls/shorten", lines = 10, each = 1 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpstreamLog {
    /// The proxy, whose log is read.
    service: String,
    /// The services behind it.
    members: Vec<String>,
    /// The part that a line must have to count.
    contains: String,
    /// How many such lines there must be.
    lines: usize,
    /// How many of them each member must have got.
    each: u32,
}

impl Check for UpstreamLog {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Logs { services: vec![self.service.clone()] })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Logs(logs))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if logs.is_empty() {
            return phrases::none_running(&self.service);
        }
        let lines: Vec<&str> =
            logs.values().flatten().filter(|line| self.wants(line)).map(|line| line.text.as_str()).collect();
        self.compare(stack, &lines)
    }
}

impl UpstreamLog {
    fn wants(&self, line: &LogLine) -> bool {
        line.text.contains(&self.contains) && !line.text.contains(OWN_REQUEST)
    }

    fn compare(&self, stack: &Observed, lines: &[&str]) -> Verdict {
        let latest = lines[lines.len().saturating_sub(4)..].iter().map(|line| (*line).to_owned()).collect();
        if lines.len() < self.lines {
            let text = Text::new("check-upstream-log-few")
                .with("count", lines.len())
                .with("part", self.contains.as_str());
            let wanted = Text::new("check-upstream-log-wanted").with("count", self.lines);
            return Verdict::not_yet(text).expected(wanted).lines(latest).settling();
        }
        let places = self.places(stack);
        let mut counts: BTreeMap<&str, u32> =
            self.members.iter().map(|member| (member.as_str(), 0)).collect();
        for member in lines.iter().filter_map(|line| answered_by(line, &places)) {
            *counts.entry(member).or_default() += 1;
        }
        let shares =
            counts.iter().map(|(label, count)| Share { label: (*label).to_owned(), count: *count }).collect();
        let without: Vec<String> = counts
            .iter()
            .filter(|(_, count)| **count < self.each)
            .map(|(member, _)| (*member).to_owned())
            .collect();
        let verdict = if counts.values().all(|count| *count == 0) {
            Verdict::not_yet(
                Text::new("check-upstream-log-no-address").with("service", self.service.as_str()),
            )
        } else if without.is_empty() {
            Verdict::pass(Text::new("check-upstream-log-pass").with("count", lines.len()))
        } else {
            Verdict::not_yet(Text::new("check-upstream-log-left-out").with("names", without)).settling()
        };
        verdict.shares(shares).lines(latest)
    }

    /// Every address of a member, and whose it is.
    fn places<'a>(&'a self, stack: &'a Observed) -> Vec<(&'a str, &'a str)> {
        let of = |member: &'a String| {
            let addresses = stack.of(member).flat_map(|replica| replica.networks.values());
            addresses.map(move |address| (address.as_str(), member.as_str()))
        };
        self.members.iter().flat_map(of).filter(|(address, _)| !address.is_empty()).collect()
    }
}

/// The member whose address stands last in the line: of several tries the last one answered.
fn answered_by<'a>(line: &str, places: &[(&str, &'a str)]) -> Option<&'a str> {
    let words = line.split(|c: char| !(c.is_ascii_hexdigit() || ".:[]".contains(c)));
    let addresses = words.filter_map(|word| {
        let bare = word.trim_matches(['[', ']']);
        word.parse().or_else(|_| bare.parse()).ok().map(|address: SocketAddr| address.ip().to_string())
    });
    addresses
        .filter_map(|ip| places.iter().find(|(address, _)| *address == ip).map(|(_, member)| *member))
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACES: [(&str, &str); 2] = [("172.18.0.4", "api-server-1"), ("172.18.0.5", "api-server-2")];

    #[test]
    fn the_address_is_found_in_any_format_and_the_last_try_counts() {
        for (line, wanted) in [
            (
                r#"172.18.0.1 "POST /x HTTP/1.1" 201 upstream=172.18.0.5:8080 time=0.004"#,
                Some("api-server-2"),
            ),
            (r#"172.18.0.1 -> 172.18.0.4:8080 "POST /x HTTP/1.1""#, Some("api-server-1")),
            ("[172.18.0.4:8080] POST", Some("api-server-1")),
            ("upstream=172.18.0.4:8080, 172.18.0.5:8080", Some("api-server-2")),
            // A client's own address has no port; a stranger's is nobody's.
            ("172.18.0.4 POST /x", None),
            ("upstream=172.18.0.9:8080", None),
            ("upstream=-", None),
        ] {
            assert_eq!(answered_by(line, &PLACES), wanted, "{line}");
        }
    }
}
