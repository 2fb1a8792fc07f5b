//! `depends_on`: what a service waits for.

use serde::Deserialize;

use super::{Check, Needs, Verdict, World};
use crate::stack::compose::Condition;
use crate::text::Text;

/// `depends_on = { service = "frontend", only = ["backend"], condition = "service_started" }`: it
/// depends on these services and no other, each on that condition; the short syntax is
/// `service_started`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DependsOn {
    service: String,
    only: Vec<String>,
    condition: Wanted,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Wanted {
    #[serde(rename = "service_started")]
    Started,
    #[serde(rename = "service_healthy")]
    Healthy,
    #[serde(rename = "service_completed_successfully")]
    CompletedSuccessfully,
}

impl Wanted {
    const fn condition(self) -> Condition {
        match self {
            Self::Started => Condition::Started,
            Self::Healthy => Condition::Healthy,
            Self::CompletedSuccessfully => Condition::CompletedSuccessfully,
        }
    }
}

const fn word(condition: Condition) -> &'static str {
    match condition {
        Condition::Started => "service_started",
        Condition::Healthy => "service_healthy",
        Condition::CompletedSuccessfully => "service_completed_successfully",
    }
}

impl Check for DependsOn {
    fn needs(&self) -> Needs {
        Needs::Files
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let name = self.service.as_str();
        let (file, service) = match world.files.service(name) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        for wanted in &self.only {
            let Some(dependency) = file.model.dependency(name, wanted) else {
                return Verdict::not_yet(Text::new("check-depends-on-missing").with("service", name).with("on", wanted.as_str()))
                    .expected(Text::verbatim(format!("depends_on: - {wanted}")))
                    .at(file.place(service.name.span));
            };
            if dependency.condition != self.condition.condition() {
                return Verdict::not_yet(
                    Text::new("check-depends-on-condition")
                        .with("service", name)
                        .with("on", wanted.as_str())
                        .with("condition", word(dependency.condition)),
                )
                .expected(Text::verbatim(word(self.condition.condition())))
                .observed(Text::verbatim(word(dependency.condition)))
                .at(file.place(dependency.service.span));
            }
        }
        let extra = service.depends_on.iter().find(|dependency| !self.only.contains(&dependency.service.value));
        if let Some(extra) = extra {
            return Verdict::not_yet(
                Text::new("check-depends-on-extra").with("service", name).with("on", extra.service.value.as_str()),
            )
            .at(file.place(extra.service.span));
        }
        Verdict::pass(Text::new("check-depends-on-pass").with("service", name).with("on", self.only.clone()))
    }
}
