//! `variable`: what a variable is in the environment of running replicas.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use super::wanted::Wanted;
use crate::verdict::Verdict;
use workshop_text::Text;

/// In every running replica of the services the variable has that value.
///
/// As the container was given it. Values of variables that sound like a secret are never shown.
///
/// ```toml
/// variable = { service = "backend", name = "LOG_LEVEL", is = "debug" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variable {
    #[serde(alias = "service")]
    services: Services,
    /// The variable.
    name: String,
    /// What its value has to be.
    is: Wanted,
}

impl Check for Variable {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Variables { services: self.services.to_vec() })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Variables(all))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        for (label, variables) in all {
            let Some(variables) = variables else {
                return Verdict::environment(
                    Text::new("check-variable-unseen").with("replica", label.as_str()),
                );
            };
            let value = variables.get(&self.name).map(String::as_str);
            if let Some(fault) = self.is.fault_in_text(value) {
                let text = Text::new("check-variable-wrong").with("replica", label.as_str());
                let verdict = Verdict::not_yet(text.with("name", self.name.as_str()));
                return match value {
                    None => verdict.expected(self.shown(fault)).observed(Text::new("check-none")),
                    Some(value) => {
                        verdict.expected(self.shown(fault)).observed(self.shown(Text::verbatim(value)))
                    }
                };
            }
        }
        let text = Text::new("check-variable-pass").with("name", self.name.as_str());
        Verdict::pass(text.with("count", all.len()))
    }
}

impl Variable {
    fn shown(&self, text: Text) -> Text {
        let name = self.name.to_ascii_uppercase();
        let secret = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY"];
        if secret.iter().any(|part| name.contains(part)) { Text::verbatim("********") } else { text }
    }
}
