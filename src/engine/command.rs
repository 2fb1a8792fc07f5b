//! The commands that a lesson may run: Compose's own words, and a signal to one replica.
//!
//! A lesson is somebody else's file, so its `run` lines are not shell: they are split as a shell
//! would split them, and only what [`StackCommand`] can say is accepted.

use std::borrow::Cow;
use std::fmt;

use super::{Observed, Replica};
use crate::text::Text;

/// One command of a lesson, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackCommand {
    /// `docker compose ARGS…`
    Compose(Vec<String>),
    /// `docker restart {backend-2}` and its like: one replica, by service and index.
    Replica { action: ReplicaAction, service: String, index: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaAction {
    Restart,
    Kill,
    Stop,
    Start,
}

impl ReplicaAction {
    const ALL: [Self; 4] = [Self::Restart, Self::Kill, Self::Stop, Self::Start];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Start => "start",
        }
    }
}

/// Why a `run` line of a lesson is not one that the runner would run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().render(crate::text::Lang::En))]
pub enum CommandError {
    /// An open quote or a trailing backslash.
    Unreadable { line: String },
    /// Not `docker compose …` and not `docker restart|kill|stop|start {service-N}`.
    NotAllowed { line: String },
}

impl CommandError {
    pub fn text(&self) -> Text {
        match self {
            Self::Unreadable { line } => Text::new("engine-command-unreadable").with("line", line.as_str()),
            Self::NotAllowed { line } => Text::new("engine-command-not-allowed").with("line", line.as_str()),
        }
    }
}

/// The Compose subcommands that a lesson may use: those that stay within the project, run no
/// program of their own, and read no other file (no `-f`, `exec`, `run`, `cp` …).
const COMPOSE_WORDS: [&str; 15] = [
    "up", "down", "build", "scale", "ps", "logs", "restart", "stop", "start", "kill", "rm", "config",
    "images", "pull", "top",
];

impl StackCommand {
    /// Reads one `run` line.
    ///
    /// # Errors
    /// [`CommandError`], with the line, when it is not one of the accepted forms.
    pub fn parse(line: &str) -> Result<Self, CommandError> {
        let words = shlex::split(line).ok_or_else(|| CommandError::Unreadable { line: line.to_owned() })?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let command = match words.as_slice() {
            ["docker", "compose", word, ..] if COMPOSE_WORDS.contains(word) => {
                Some(Self::Compose(words[2..].iter().map(|word| (*word).to_owned()).collect()))
            }
            ["docker", word, place] => ReplicaAction::ALL
                .into_iter()
                .find(|action| action.word() == *word)
                .zip(placeholder(place))
                .map(|(action, (service, index))| Self::Replica { action, service, index }),
            _ => None,
        };
        command.ok_or_else(|| CommandError::NotAllowed { line: line.to_owned() })
    }

    /// The replica that this command is about, as seen; where there is none of that index, the
    /// one at that place in the order of indices.
    pub fn target<'a>(&self, observed: &'a Observed) -> Option<&'a Replica> {
        let Self::Replica { service, index, .. } = self else { return None };
        let exact = observed.of(service).find(|replica| replica.index == *index);
        exact.or_else(|| observed.of(service).nth(index.saturating_sub(1) as usize))
    }

    /// The command as a person would type it, with the real container name where it is known.
    pub fn display(&self, observed: Option<&Observed>) -> String {
        match observed.and_then(|seen| self.target(seen)) {
            Some(replica) => self.to_string().replace(&self.place().unwrap_or_default(), &replica.name),
            None => self.to_string(),
        }
    }

    fn place(&self) -> Option<String> {
        match self {
            Self::Replica { service, index, .. } => Some(format!("{{{service}-{index}}}")),
            Self::Compose(_) => None,
        }
    }
}

impl fmt::Display for StackCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compose(args) => {
                let joined = args.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
                write!(f, "docker compose {joined}")
            }
            Self::Replica { action, service, index } => {
                write!(f, "docker {} {{{service}-{index}}}", action.word())
            }
        }
    }
}

/// A word as a person types it: quoted only where a shell would not leave it as it is. (shlex also
/// quotes `backend=3`.)
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_alphanumeric() || "_-=.:,/@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    shlex::try_quote(word).unwrap_or(Cow::Borrowed(word))
}

/// `{backend-2}` as (`backend`, 2).
fn placeholder(word: &str) -> Option<(String, u32)> {
    let inner = word.strip_prefix('{')?.strip_suffix('}')?;
    let (service, index) = inner.rsplit_once('-')?;
    let index = index.parse().ok().filter(|index| *index > 0)?;
    (!service.is_empty()).then(|| (service.to_owned(), index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_words_and_replica_signals_are_understood() {
        let up = StackCommand::parse("docker compose up -d --build --scale backend=3").unwrap();
        assert_eq!(up.to_string(), "docker compose up -d --build --scale backend=3");
        let kill = StackCommand::parse("docker kill {backend-1}").unwrap();
        assert_eq!(
            kill,
            StackCommand::Replica { action: ReplicaAction::Kill, service: "backend".into(), index: 1 }
        );
        assert_eq!(kill.to_string(), "docker kill {backend-1}");
    }

    #[test]
    fn anything_else_is_refused() {
        for line in [
            "rm -rf /",
            "docker run alpine",
            "docker compose exec backend sh",
            "docker compose -f /etc/other.yml up",
            "docker kill other-project-web-1",
            "docker compose up; rm x",
            "docker",
            "",
        ] {
            assert_eq!(
                StackCommand::parse(line),
                Err(CommandError::NotAllowed { line: line.to_owned() }),
                "{line}"
            );
        }
        assert!(matches!(StackCommand::parse("docker compose 'up"), Err(CommandError::Unreadable { .. })));
    }
}
