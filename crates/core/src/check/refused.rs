//! `refused`: the step's last command does not do what it says, and for which reason.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use crate::verdict::Verdict;
use workshop_engine::{CommandEnd, Trouble};
use workshop_text::Text;

/// The last command of the step's `run` fails, and for that reason.
///
/// It is run once more. Whatever does the step counts with the failure.
///
/// ```toml
/// refused = { because = "container_name" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The reason.
    because: Because,
}

/// Why a stack cannot be scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The service has a `container_name`, and a name is one container's.
    ContainerName,
    /// The service publishes a port of this machine, and a port is one container's.
    Port,
}

impl Because {
    /// Whether a command that failed did so for this reason.
    pub fn is_met_by(self, end: &CommandEnd) -> bool {
        matches!(
            (self, &end.trouble),
            (Self::ContainerName, Some(Trouble::ContainerNameWithReplicas { .. }))
                | (Self::Port, Some(Trouble::PortWithReplicas { .. }))
        )
    }

    const fn key(self) -> &'static str {
        match self {
            Self::ContainerName => "check-refused-name",
            Self::Port => "check-refused-port",
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::ContainerName => "check-refused-expected-name",
            Self::Port => "check-refused-expected-port",
        }
    }
}

impl Check for Refused {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Refused)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(Seen::Refused { command, end }) = world.seen else { return phrases::not_asked(world.seen) };
        if self.because.is_met_by(end) {
            return Verdict::pass(Text::new(self.because.key()).with("said", last_word(end)));
        }
        let expected = Text::new(self.because.expected());
        match &end.trouble {
            None if end.success() => {
                let text = Text::new("check-refused-not").with("command", command.as_str());
                Verdict::not_yet(text).expected(expected)
            }
            Some(trouble) if trouble.is_environment() => {
                Verdict::environment(trouble.text()).observed(Text::verbatim(last_word(end)))
            }
            _ => {
                let text = Text::new("check-refused-otherwise").with("command", command.as_str());
                Verdict::not_yet(text).expected(expected).observed(Text::verbatim(last_word(end)))
            }
        }
    }
}

impl Refused {
    /// Why the step's command has to fail.
    pub const fn because(&self) -> Because {
        self.because
    }
}

/// What the engine said last.
fn last_word(end: &CommandEnd) -> String {
    let said = end.stderr_tail.iter().rev().find(|line| !line.trim().is_empty());
    said.map(|line| line.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::application::Application;
    use crate::verdict::Outcome;

    fn judged(because: Because, end: CommandEnd) -> Verdict {
        let app = Application::bare(std::path::Path::new("."), "nginx.conf");
        let seen = Seen::Refused { command: "docker compose up -d --scale a=3".to_owned(), end };
        let world = World { app: &app, stack: None, seen: Some(&seen), baseline: &[], answer: None };
        Refused { because }.judge(&world)
    }

    fn failed(trouble: Trouble) -> CommandEnd {
        CommandEnd { code: Some(1), stderr_tail: vec!["the last word".to_owned()], trouble: Some(trouble) }
    }

    #[test]
    fn only_the_reason_that_was_meant_counts() {
        let name = || failed(Trouble::ContainerNameWithReplicas { service: "a".to_owned() });
        let port = || failed(Trouble::PortWithReplicas { port: 80, service: "a".to_owned() });
        assert_eq!(judged(Because::ContainerName, name()).outcome, Outcome::Pass);
        assert_eq!(judged(Because::Port, port()).outcome, Outcome::Pass);
        assert_eq!(judged(Because::Port, name()).outcome, Outcome::NotYet);
        assert_eq!(judged(Because::ContainerName, port()).outcome, Outcome::NotYet);
        let taken = failed(Trouble::PortTaken { port: 80, holder: None });
        assert_eq!(judged(Because::Port, taken).outcome, Outcome::Environment);
        let good = CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None };
        assert_eq!(judged(Because::Port, good).outcome, Outcome::NotYet);
    }
}
