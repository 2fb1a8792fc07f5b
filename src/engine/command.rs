//! The commands that a lesson may run: Compose's own words, and a signal to one replica.
//!
//! A lesson is somebody else's file, so its `run` lines are not shell: they are split as a shell
//! would split them, and only what [`StackCommand`] can say is accepted.

use std::borrow::Cow;
use std::fmt;

use super::{EngineKind, Observed, Replica};
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

/// The Compose subcommands that a lesson may use: those that stay within the project and read no
/// other file (no `-f`, `run`, `cp` …).
const COMPOSE_WORDS: [&str; 16] = [
    "up", "down", "build", "scale", "ps", "logs", "restart", "stop", "start", "kill", "rm", "config",
    "images", "pull", "top", "exec",
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
            ["docker", "compose", word, rest @ ..] if COMPOSE_WORDS.contains(word) => {
                let args = words[2..].iter().map(|word| (*word).to_owned()).collect();
                stays_inside(word, rest).then_some(Self::Compose(args))
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

    /// Compose's arguments where no terminal is: `exec` must be told that there is none.
    pub fn without_terminal(args: &[String]) -> Cow<'_, [String]> {
        match args {
            [word, rest @ ..] if word == "exec" && rest.first().is_none_or(|option| option != "-T") => {
                let told = [word.clone(), "-T".to_owned()];
                Cow::Owned(told.into_iter().chain(rest.iter().cloned()).collect())
            }
            _ => Cow::Borrowed(args),
        }
    }

    /// The replica that this command is about, as seen; where there is none of that index, the
    /// one at that place in the order of indices.
    pub fn target<'a>(&self, observed: &'a Observed) -> Option<&'a Replica> {
        let Self::Replica { service, index, .. } = self else { return None };
        let exact = observed.of(service).find(|replica| replica.index == *index);
        exact.or_else(|| observed.of(service).nth(index.saturating_sub(1) as usize))
    }

    /// The command as a person would type it where `engine` runs the stack, with the real
    /// container name where it is known. Without Docker it is `workshop compose` that has it.
    pub fn display(&self, engine: EngineKind, observed: Option<&Observed>) -> String {
        let target = observed.and_then(|seen| self.target(seen));
        match (engine, self) {
            (EngineKind::Docker, _) => match target {
                Some(replica) => self.to_string().replace(&self.place().unwrap_or_default(), &replica.name),
                None => self.to_string(),
            },
            (EngineKind::Embedded, Self::Compose(args)) => format!("workshop compose {}", joined(args)),
            (EngineKind::Embedded, Self::Replica { action, service, index }) => {
                let index = target.map_or(*index, |replica| replica.index);
                by_index(action.word(), service, index)
            }
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
                write!(f, "docker compose {}", joined(args))
            }
            Self::Replica { action, service, index } => {
                write!(f, "docker {} {{{service}-{index}}}", action.word())
            }
        }
    }
}

/// A line that a lesson shows to be typed, in the words of `engine`: `docker compose ps` is
/// `workshop compose ps` where there is no Docker, and `docker kill NAME-backend-1` is
/// `workshop compose kill --index 1 backend`. What is no command of a lesson stays as it is.
pub fn in_words_of(engine: EngineKind, line: &str) -> Cow<'_, str> {
    let at = line.find(|c: char| !" $".contains(c)).unwrap_or(line.len());
    let (margin, command) = line.split_at(at);
    let mut words = command.split(' ');
    let said = match (engine, words.next(), words.next(), words.next()) {
        (EngineKind::Docker, ..) => None,
        (_, Some("docker"), Some("compose"), Some(word)) if COMPOSE_WORDS.contains(&word) => {
            Some(command.replacen("docker", "workshop", 1))
        }
        (_, Some("docker"), Some(word), name) if ReplicaAction::ALL.iter().any(|one| one.word() == word) => {
            match name {
                None => Some(format!("workshop compose {word}")),
                Some(name) => numbered(name).map(|(service, index)| by_index(word, service, index)),
            }
        }
        _ => None,
    };
    said.map_or(Cow::Borrowed(line), |said| Cow::Owned(format!("{margin}{said}")))
}

/// Running text that speaks of commands (a prompt for an assistant), in the words of `engine`.
pub fn text_in_words_of(engine: EngineKind, text: &str) -> String {
    if engine == EngineKind::Docker {
        return text.to_owned();
    }
    ReplicaAction::ALL.iter().fold(text.replace("docker compose", "workshop compose"), |text, action| {
        let word = action.word();
        text.replace(&format!("docker {word}"), &format!("workshop compose {word} --index N"))
    })
}

fn by_index(word: &str, service: &str, index: u32) -> String {
    format!("workshop compose {word} --index {index} {}", quoted(service))
}

/// A container's name as Compose makes it, `workshop-1a2b3c-backend-1`: its service and number.
fn numbered(name: &str) -> Option<(&str, u32)> {
    let (rest, index) = name.rsplit_once('-')?;
    Some((rest.rsplit('-').next()?, index.parse().ok()?))
}

fn joined(args: &[String]) -> String {
    args.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
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

/// Whether the words behind a subcommand leave alone what is not the project's: `exec [-T] SERVICE
/// ARG…` has no other option (a user, a variable, a folder), and `down` takes no image along that
/// the project did not build.
fn stays_inside(word: &str, rest: &[&str]) -> bool {
    match (word, rest) {
        ("exec", ["-T", service, _, ..] | [service, _, ..]) => !service.starts_with('-'),
        ("exec", _) => false,
        ("down", rest) => rest.iter().enumerate().all(|(at, option)| match option.strip_prefix("--rmi") {
            Some("") => rest.get(at + 1) == Some(&"local"),
            Some(value) => value == "=local",
            None => true,
        }),
        _ => true,
    }
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
    fn without_docker_a_command_is_shown_as_one_of_ours() {
        let shown = |line: &str| StackCommand::parse(line).unwrap().display(EngineKind::Embedded, None);
        assert_eq!(
            shown("docker compose up -d --scale backend=3"),
            "workshop compose up -d --scale backend=3"
        );
        assert_eq!(shown("docker restart {backend-1}"), "workshop compose restart --index 1 backend");
        for (line, wanted) in [
            ("docker compose ps", "workshop compose ps"),
            ("$ docker compose logs backend | grep POST", "$ workshop compose logs backend | grep POST"),
            ("docker kill workshop-1a2b3c-backend-2", "workshop compose kill --index 2 backend"),
            ("docker kill", "workshop compose kill"),
            ("docker compose", "docker compose"),
            ("docker compose …", "docker compose …"),
            ("docker compose version", "docker compose version"),
            ("# docker compose up -d", "# docker compose up -d"),
            ("docker system prune", "docker system prune"),
            ("", ""),
        ] {
            assert_eq!(in_words_of(EngineKind::Embedded, line), wanted);
            assert_eq!(in_words_of(EngineKind::Docker, line), line);
        }
        let prompt = "Find it with docker compose ps; restart it with docker restart.";
        assert_eq!(
            text_in_words_of(EngineKind::Embedded, prompt),
            "Find it with workshop compose ps; restart it with workshop compose restart --index N."
        );
    }

    #[test]
    fn a_command_inside_a_service_is_shown_as_typed_and_run_without_a_terminal() {
        for line in [
            "docker compose exec nginx nginx -s reload",
            "docker compose exec -T redis redis-cli INFO stats",
            "docker compose exec -T nginx sh -c 'nginx -t && nginx -s reload'",
            "docker compose down --volumes --rmi local --remove-orphans",
        ] {
            let command = StackCommand::parse(line).unwrap();
            assert_eq!(command.display(EngineKind::Docker, None), line);
            assert_eq!(command.display(EngineKind::Embedded, None), line.replace("docker", "workshop"));
            assert_eq!(in_words_of(EngineKind::Embedded, line), line.replace("docker", "workshop"));
        }
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let told = |line: &str| StackCommand::without_terminal(&words(line)).join(" ");
        assert_eq!(told("exec nginx nginx -T"), "exec -T nginx nginx -T");
        assert_eq!(told("exec -T nginx nginx -t"), "exec -T nginx nginx -t");
        assert_eq!(told("up -d"), "up -d");
    }

    #[test]
    fn anything_else_is_refused() {
        for line in [
            "rm -rf /",
            "docker run alpine",
            "docker compose exec",
            "docker compose exec backend",
            "docker compose exec -T backend",
            "docker compose exec -u root backend sh",
            "docker compose exec -T --privileged backend sh",
            "docker compose exec -e A=1 backend sh",
            "docker compose down --rmi all",
            "docker compose down --rmi=all",
            "docker compose down --rmi",
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
