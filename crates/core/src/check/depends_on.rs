//! `depends_on`: what a service waits for.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::kind::{Check, World};
use super::services::Services;
use crate::verdict::Verdict;
use workshop_stack::compose::Condition;
use workshop_text::Text;

/// Each of the services depends on these services and on no other, each on that condition.
///
/// The short syntax is `service_started`.
///
/// ```toml
/// depends_on = { service = "frontend", only = ["backend"], condition = "service_started" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DependsOn {
    #[serde(alias = "service")]
    services: Services,
    /// All that it depends on.
    only: Vec<String>,
    /// The condition of each.
    #[serde(deserialize_with = "condition")]
    #[cfg_attr(test, schemars(schema_with = "crate::reference::schema::conditions"))]
    condition: Condition,
}

fn condition<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Condition, D::Error> {
    let word = String::deserialize(deserializer)?;
    Condition::of(&word).ok_or_else(|| D::Error::unknown_variant(&word, &Condition::WORDS))
}

impl Check for DependsOn {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let verdict = self.services.first(|name| self.one(world, name));
        verdict.unwrap_or_else(|| {
            let text = self.services.text("check-depends-on-pass").with("on", self.only.clone());
            Verdict::pass(text.with("condition", self.condition.word()))
        })
    }
}

impl DependsOn {
    /// Why what the service `name` waits for is not right, if it is not.
    fn one(&self, world: &World<'_>, name: &str) -> Option<Verdict> {
        let (file, service) = match world.app.service(name) {
            Ok(found) => found,
            Err(verdict) => return Some(*verdict),
        };
        let about = |key, on: &str| Text::new(key).with("service", name).with("on", on);
        for wanted in &self.only {
            let Some(dependency) = file.model.dependency(name, wanted) else {
                let verdict = Verdict::not_yet(about("check-depends-on-missing", wanted))
                    .expected(self.expected(wanted));
                return Some(verdict.at(file.place(service.name.span)));
            };
            if dependency.condition != self.condition {
                let text = about("check-depends-on-condition", wanted)
                    .with("condition", dependency.condition.word());
                let verdict = Verdict::not_yet(text.with("wanted", self.condition.word()))
                    .expected(Text::verbatim(self.condition.word()))
                    .observed(Text::verbatim(dependency.condition.word()));
                return Some(verdict.at(file.place(dependency.service.span)));
            }
        }
        let extra =
            service.depends_on.iter().find(|dependency| !self.only.contains(&dependency.service.value))?;
        let text = about("check-depends-on-extra", extra.service.value.as_str());
        Some(Verdict::not_yet(text).at(file.place(extra.service.span)))
    }

    /// The short syntax waits for the start alone.
    fn expected(&self, wanted: &str) -> Text {
        Text::verbatim(match self.condition {
            Condition::Started => format!("depends_on: [{wanted}]"),
            _ => format!("depends_on: {{{wanted}: {{condition: {}}}}}", self.condition.word()),
        })
    }
}
