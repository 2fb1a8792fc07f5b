//! Why a command of the embedded engine ends badly: the line that it writes, in the words of
//! Compose and Docker, and whose fault it is ([`Refusal`]).

use super::machine::{Machine, find};
use super::own::Lack;
use super::wire::Failure;
use crate::{CommandEnd, EngineError, Output, Trouble};
use workshop_text::{Lang, Text};

/// Why a stack cannot be what the file says, or a replica does not do what it is told.
#[derive(Debug)]
pub(super) struct Refusal {
    pub line: String,
    pub trouble: Trouble,
}

/// How a word ended before its time.
pub(super) enum Stopped {
    /// The stack cannot be so, or a replica refused.
    Refused(Refusal),
    Engine(EngineError),
}

impl Stopped {
    /// The end of the command; its line is said.
    ///
    /// # Errors
    /// The engine itself was in the way.
    pub(super) fn end(self, output: &mut dyn Output) -> Result<CommandEnd, EngineError> {
        match self {
            Self::Engine(error) => Err(error),
            Self::Refused(Refusal { line, trouble }) => {
                output.line(true, &line);
                Ok(CommandEnd { code: Some(1), stderr_tail: vec![line], trouble: Some(trouble) })
            }
        }
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Docker's or Compose's own words for a file that is not right.
pub(super) fn invalid(line: impl Into<String>) -> Refusal {
    let line = line.into();
    Refusal { trouble: Trouble::ComposeFileInvalid { detail: line.clone() }, line }
}

/// Something that only a container has. `place` is where it stands in a file, or empty.
pub(super) fn needs_docker(place: String, what: impl Into<String>) -> Refusal {
    let what = what.into();
    let at = if place.is_empty() { String::new() } else { format!("{place}: ") };
    let line = format!("{at}{what}: the embedded engine does not have this; Docker does");
    let reason = Text::new("embedded-not-here").with("what", what);
    Refusal { line, trouble: Trouble::Refused { place, reason, environment: true } }
}

/// A program of this machine that a service needs and that is not here.
pub(super) fn program_missing(machine: &Machine) -> Refusal {
    missing_program(machine.server_name(), &machine.packages.command())
}

/// A program of this machine that is called and that is not here.
pub(super) fn missing_program(program: &str, install: &str) -> Refusal {
    let line = find::missing(program, install);
    let reason = missing(program, install);
    Refusal { line, trouble: Trouble::Refused { place: String::new(), reason, environment: true } }
}

/// The same in a learner's language.
pub(super) fn missing(program: &str, install: &str) -> Text {
    Text::new("embedded-program-missing").with("program", program).with("install", install)
}

/// What a lesson's own program lacks on this machine, in a learner's language.
pub(super) fn lacking(lack: &Lack) -> Text {
    match (&lack.old, &lack.install) {
        (Some((there, wanted)), _) => Text::new("embedded-program-old")
            .with("program", lack.program.as_str())
            .with("there", there.as_str())
            .with("wanted", wanted.as_str()),
        (None, Some(install)) => missing(&lack.program, install),
        (None, None) => Text::new("embedded-own-missing").with("program", lack.program.as_str()),
    }
}

/// The same as the end of a command.
pub(super) fn lacks(lack: &Lack) -> Refusal {
    let reason = lacking(lack);
    let line = reason.render(Lang::En);
    Refusal { line, trouble: Trouble::Refused { place: String::new(), reason, environment: true } }
}

/// What is wrong with the command itself, not with a file: Compose's words, and ours.
pub(super) fn refusal(line: impl Into<String>, reason: Text) -> Refusal {
    let trouble = Trouble::Refused { place: String::new(), reason, environment: false };
    Refusal { line: line.into(), trouble }
}

/// Ends a command with words and no more: a replica that is not there, an option that is not one.
pub(super) fn said(line: impl Into<String>) -> Stopped {
    let line = line.into();
    Stopped::Refused(refusal(line.clone(), Text::verbatim(line)))
}

/// A failure of the supervisor's in Docker's words, and whose fault it is.
pub(super) fn refused(failure: Failure) -> Refusal {
    match failure {
        Failure::PortTaken { name, port, own } => {
            let line = format!(
                "Error response from daemon: failed to set up container networking: driver failed programming \
                 external connectivity on endpoint {name}: Bind for 0.0.0.0:{port} failed: port is already allocated"
            );
            let trouble = match own {
                Some(service) => Trouble::PortWithReplicas { port, service },
                None => Trouble::PortTaken { port, holder: None },
            };
            Refusal { line, trouble }
        }
        Failure::PortForbidden { name, port } => Refusal {
            line: format!("Error: {name}: listen 127.0.0.1:{port}: permission denied"),
            trouble: Trouble::PortForbidden { port },
        },
        Failure::NotHealthy { container } => Refusal {
            line: format!("dependency failed to start: container {container} is unhealthy"),
            trouble: Trouble::NotHealthy { container, said: None },
        },
        Failure::NotRunning { name } => {
            let line = format!(
                "Error response from daemon: cannot kill container: {name}: container is not running"
            );
            Refusal { trouble: Trouble::Other { line: line.clone() }, line }
        }
        Failure::TooMany { asked, most } => Refusal {
            line: format!("{asked} replicas are more than this engine runs ({most})"),
            trouble: Trouble::Refused {
                place: String::new(),
                reason: Text::new("embedded-too-many").with("asked", asked).with("most", most),
                environment: true,
            },
        },
        Failure::System { what, reason } => {
            let line = format!("{what}: {reason}");
            Refusal { trouble: Trouble::Other { line: line.clone() }, line }
        }
    }
}
