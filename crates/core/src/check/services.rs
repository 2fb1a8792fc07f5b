//! The services that a check is about: one or several, by one mechanism for every kind.

use std::fmt;
use std::ops::Deref;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::phrases;
use crate::verdict::Verdict;
use workshop_engine::command::is_service;
use workshop_engine::{Health, Observed, Replica};
use workshop_text::Text;
use workshop_text::refused;

/// `service = "x"` or `services = ["x", "y"]` of a check: exactly one of the two keys stands there.
/// Never empty, and no name twice.
// A kind takes it as a field `#[serde(alias = "service")] services: Services`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, derive(Default))]
pub struct Services(#[cfg_attr(test, schemars(with = "super::wanted::OneOrMore"))] Vec<String>);

impl Deref for Services {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl Services {
    /// The first verdict that is no pass, asking service by service.
    pub fn first(&self, judge: impl Fn(&str) -> Option<Verdict>) -> Option<Verdict> {
        self.iter().find_map(|service| judge(service))
    }

    /// What is judged of each: the first verdict that is no pass, else all passes in one.
    pub(crate) fn judge(&self, judge: impl Fn(&str) -> Verdict) -> Verdict {
        let mut passes = Vec::new();
        for service in self.iter() {
            let verdict = judge(service);
            if !verdict.is_pass() || self.len() == 1 {
                return verdict;
            }
            passes.push(verdict.message);
        }
        Verdict::pass(phrases::join(passes))
    }

    /// Every running replica of these services, in the order of the services.
    pub fn running<'a>(&self, stack: &'a Observed) -> Vec<&'a Replica> {
        self.iter().flat_map(|service| stack.of(service)).filter(|replica| replica.is_running()).collect()
    }

    /// The first service of which nothing runs, as a verdict.
    pub(crate) fn none_running(&self, stack: &Observed) -> Option<Verdict> {
        let runs = |service: &&String| stack.of(service).any(Replica::is_running);
        self.iter().find(|service| !runs(service)).map(|service| phrases::none_running(service))
    }

    /// The same, or the first replica that says of itself that it is not well.
    pub(crate) fn not_well(&self, stack: &Observed) -> Option<Verdict> {
        self.none_running(stack).or_else(|| self.iter().find_map(|service| sick(stack, service)))
    }

    /// A message about all of them: `$service` are their names, `$services` how many they are.
    pub fn text(&self, key: &'static str) -> Text {
        Text::new(key).with("service", self.0.clone()).with("services", self.len())
    }
}

/// A running replica of the service that says of itself that it is not well, as a verdict.
pub fn sick(stack: &Observed, service: &str) -> Option<Verdict> {
    let sick = |replica: &&Replica| replica.is_running() && replica.health == Health::Unhealthy;
    let replica = stack.of(service).find(sick)?;
    phrases::troubled(service, &[replica])
}

impl<'de> Deserialize<'de> for Services {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Names)
    }
}

/// A service's name by Compose's rules: nothing that a command would take for something else.
fn named(name: &str) -> Result<String, Text> {
    if is_service(name) {
        Ok(name.to_owned())
    } else {
        Err(Text::new("rule-service-name").with("name", name))
    }
}

/// For `deserialize_with`: the name of a service.
pub fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    refused::read(deserializer, named)
}

/// For `deserialize_with`: names of services.
pub fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    refused::read_all(deserializer, named)
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Services;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a service's name or a list of them")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Services, E> {
        Ok(Services(vec![named(name).map_err(refused::error)?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Services, A::Error> {
        let mut names: Vec<String> = Vec::new();
        while let Some(name) = items.next_element::<String>()? {
            let name = named(&name).map_err(refused::error)?;
            if names.contains(&name) {
                return Err(de::Error::custom(format!("the service {name:?} is named twice")));
            }
            names.push(name);
        }
        if names.is_empty() {
            return Err(de::Error::invalid_length(0, &"at least one service"));
        }
        Ok(Services(names))
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::model::CheckEntry;

    fn read(check: &str) -> Result<CheckEntry, toml::de::Error> {
        toml::from_str(&format!("id = \"x\"\n{check}\n"))
    }

    #[test]
    fn one_service_or_several() {
        for good in [
            "replicas = { service = \"a\", equals = 1 }",
            "replicas = { services = [\"a\"], equals = 1 }",
            "replicas = { services = [\"a\", \"b\"], equals = 1 }",
        ] {
            read(good).unwrap_or_else(|error| panic!("{good}: {error}"));
        }
    }

    #[test]
    fn a_mistake_is_reported_where_it_stands() {
        for (bad, at, says) in [
            ("replicas = { servcie = \"a\", equals = 1 }", "servcie", "unknown field `servcie`"),
            ("replicas = { servcies = [\"a\"], equals = 1 }", "servcies", "unknown field `servcies`"),
            (
                "replicas = { service = \"a\", services = [\"b\"], equals = 1 }",
                "{ service",
                "duplicate field",
            ),
            ("replicas = { equals = 1 }", "{ equals", "missing field `services`"),
            ("replicas = { services = [], equals = 1 }", "[]", "at least one service"),
            ("replicas = { services = [\"a\", \"a\"], equals = 1 }", "[\"a\", \"a\"]", "named twice"),
            ("replicas = { service = 3, equals = 1 }", "3", "a service's name or a list"),
        ] {
            let text = format!("id = \"x\"\n{bad}\n");
            let error = read(bad).unwrap_err();
            assert!(error.message().contains(says), "{bad}: {error}");
            let start = error.span().unwrap_or_else(|| panic!("{bad}: no place")).start;
            assert!(text[start..].starts_with(at), "{bad}: {:?}", &text[start..]);
        }
    }
}
