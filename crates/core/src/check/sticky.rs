//! `sticky`: each client stays with one server, and not all clients with the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{BurstSpec, Clients, Probe};
use super::seen::{Hit, Seen};
use super::services::Services;
use crate::verdict::{Share, Verdict};
use workshop_engine::Observed;
use workshop_text::Text;

/// All requests of one client are answered by the same replica, and at least two replicas answer
/// somebody.
///
/// ```toml
/// sticky = { path = "/", header = "X-Forwarded-For", clients = ["203.0.113.1", "203.0.113.2"], requests = 5, services = ["api-server-1", "api-server-2"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sticky {
    /// Where the requests go.
    path: RequestPath,
    /// The header in which a client's address stands.
    #[serde(deserialize_with = "super::address::header")]
    header: String,
    /// The clients' addresses.
    #[serde(deserialize_with = "super::address::header_values")]
    clients: Vec<String>,
    /// How many each client sends.
    requests: u32,
    #[serde(alias = "service")]
    services: Services,
}

impl Check for Sticky {
    fn needs(&self) -> Needs {
        let clients = Clients { header: self.header.clone(), values: self.clients.clone() };
        Needs::probe(Probe::Burst(BurstSpec {
            clients: Some(clients),
            ..BurstSpec::new(&self.path, self.requests)
        }))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Burst(burst))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.not_well(stack) {
            return verdict;
        }
        if let Some(verdict) = phrases::failed_requests(&burst.hits) {
            return verdict.settling();
        }
        self.compare(&self.homes(stack, &burst.hits))
    }
}

/// Client → the replicas that answered it.
type Homes = BTreeMap<String, BTreeSet<String>>;

impl Sticky {
    fn homes(&self, stack: &Observed, hits: &[Hit]) -> Homes {
        let label = |hit: &Hit| {
            let replica = self.services.iter().flat_map(|service| stack.of(service));
            let mut replica = replica.filter(|one| hit.replica.as_ref() == Some(&one.hostname));
            replica.next().map(|replica| replica.label())
        };
        let mut homes = Homes::new();
        for hit in hits {
            let home = homes.entry(hit.client.clone().unwrap_or_default()).or_default();
            home.extend(label(hit));
        }
        homes
    }

    fn compare(&self, homes: &Homes) -> Verdict {
        let lines = homes
            .iter()
            .map(|(client, replicas)| {
                format!("{client}  {}", replicas.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            })
            .collect();
        let mut counts = BTreeMap::<&String, u32>::new();
        for replica in homes.values().flatten() {
            *counts.entry(replica).or_default() += 1;
        }
        let verdict = match homes.iter().find(|(_, replicas)| replicas.len() > 1) {
            Some((client, replicas)) => Verdict::not_yet(
                Text::new("check-sticky-wanders")
                    .with("client", client.as_str())
                    .with("names", replicas.iter().cloned().collect::<Vec<String>>()),
            )
            // After a reload, a worker of before may still answer.
            .settling(),
            None if counts.len() == 1 => {
                let replica = counts.keys().next().map(|replica| (*replica).clone()).unwrap_or_default();
                Verdict::not_yet(
                    Text::new("check-sticky-one")
                        .with("replica", replica)
                        .with("count", homes.len())
                        .with("header", self.header.as_str()),
                )
                .settling()
            }
            None if counts.is_empty() => Verdict::not_yet(Text::new("check-sticky-unknown")).settling(),
            None => Verdict::pass(
                Text::new("check-sticky-pass").with("count", homes.len()).with("replicas", counts.len()),
            ),
        };
        let shares = counts.into_iter().map(|(label, count)| Share { label: label.clone(), count }).collect();
        verdict.shares(shares).lines(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staying_is_not_enough_where_all_stay_at_one() {
        let check = Sticky {
            path: "/".into(),
            header: "X-Forwarded-For".into(),
            clients: Vec::new(),
            requests: 3,
            services: Services::default(),
        };
        let homes = |seen: &[(&str, &[&str])]| {
            seen.iter()
                .map(|(client, homes)| {
                    ((*client).to_owned(), homes.iter().map(|home| (*home).to_owned()).collect())
                })
                .collect::<Homes>()
        };
        let key = |seen: &[(&str, &[&str])]| check.compare(&homes(seen)).message.key;
        assert_eq!(key(&[("a", &["one"]), ("b", &["two"]), ("c", &["one"])]), "check-sticky-pass");
        assert_eq!(key(&[("a", &["one", "two"]), ("b", &["two"])]), "check-sticky-wanders");
        assert_eq!(key(&[("a", &["one"]), ("b", &["one"])]), "check-sticky-one");
        assert_eq!(key(&[("a", &[])]), "check-sticky-unknown");
    }
}
