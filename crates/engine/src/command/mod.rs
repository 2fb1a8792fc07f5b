//! The commands that a lesson may run: Compose's own words, a signal to one replica, Swarm's words, and
//! those of a cluster of this program's own.
//!
//! A lesson is somebody else's file, so its `run` lines are not shell: they are split as a shell
//! would split them, and only what [`StackCommand`] can say is accepted: [`words`] is the list.

mod error;
mod places;
mod read;
pub mod words;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer};

pub use error::CommandError;
pub(crate) use places::{filled, replicas_named};
pub use read::{is_service, profiles};
use words::{Program, Verb};

use super::{EngineKind, Observed, Replica, Spelling};

/// One command of a lesson, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackCommand {
    /// `docker compose ARGS…`
    Compose(Vec<String>),
    /// `docker restart {backend-2}` and its like: one replica, by service and index.
    Replica {
        /// What is done to it.
        action: ReplicaAction,
        /// The service's name in the compose file.
        service: String,
        /// Compose's container number, from 1.
        index: u32,
    },
    /// `docker stack|service|node|config|secret ARGS…`, with `{stack}` for the project's name and
    /// `{node-of-backend-1}` for a replica's node.
    Swarm(Vec<String>),
    /// `workshop cluster ARGS…`
    Cluster(Vec<String>),
}

/// What is done to one replica, in the words of `docker`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaAction {
    /// Stops it and starts it again.
    Restart,
    /// Ends it at once, by SIGKILL.
    Kill,
    /// Ends it in good order: a signal, then SIGKILL after a while.
    Stop,
    /// Starts it again after it has ended.
    Start,
}

impl ReplicaAction {
    const ALL: [Self; 4] = [Self::Restart, Self::Kill, Self::Stop, Self::Start];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Start => "start",
        }
    }
}

impl StackCommand {
    /// Reads one `run` line.
    ///
    /// # Errors
    /// [`CommandError`], with the line, when it is not one of the accepted forms.
    pub fn parse(line: &str) -> Result<Self, CommandError> {
        // A NUL or a line feed in an argument is nobody's command, and hides what follows.
        if line.contains(|c: char| c.is_control()) {
            return Err(CommandError::Unreadable { line: line.to_owned() });
        }
        let words = shlex::split(line).ok_or_else(|| CommandError::Unreadable { line: line.to_owned() })?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let command = match words.as_slice() {
            ["docker", "compose", rest @ ..] => {
                read::compose(rest)?;
                Some(Self::Compose(owned(rest)))
            }
            ["docker", "stack" | "service" | "node" | "config" | "secret", ..] => {
                read::said(Program::Docker, &words[1..], 2)?;
                Some(Self::Swarm(owned(&words[1..])))
            }
            ["workshop", "cluster", rest @ ..] => {
                read::said(Program::Cluster, rest, 1)?;
                Some(Self::Cluster(owned(rest)))
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

    /// Compose's `word` for these services.
    pub fn about(word: &str, services: &[String]) -> Self {
        Self::Compose(std::iter::once(word.to_owned()).chain(services.iter().cloned()).collect())
    }

    /// Compose's verb, where this is a command of Compose.
    pub fn verb(&self) -> Option<&str> {
        match self {
            Self::Compose(args) => profiles(args).1.first().map(String::as_str),
            Self::Replica { .. } | Self::Swarm(_) | Self::Cluster(_) => None,
        }
    }

    /// The profiles that it turns on.
    pub fn profiles(&self) -> Vec<&str> {
        match self {
            Self::Compose(args) => profiles(args).0,
            Self::Replica { .. } | Self::Swarm(_) | Self::Cluster(_) => Vec::new(),
        }
    }

    /// The services that it names; none where it is about all of them, or about none.
    pub fn services(&self) -> Vec<String> {
        match self {
            Self::Compose(args) => {
                let words: Vec<&str> = args.iter().map(String::as_str).collect();
                read::services(&words)
            }
            Self::Replica { service, .. } => vec![service.clone()],
            Self::Swarm(_) | Self::Cluster(_) => Vec::new(),
        }
    }

    /// Which replica it is about, or which node, is known only once the stack was observed.
    pub fn needs_stack(&self) -> bool {
        match self {
            Self::Replica { .. } => true,
            Self::Swarm(words) | Self::Cluster(words) => !replicas_named(words).is_empty(),
            Self::Compose(_) => false,
        }
    }

    /// Compose's arguments where no terminal is: `exec` must be told that there is none.
    pub(crate) fn without_terminal(args: &[String]) -> Cow<'_, [String]> {
        let (_, words) = profiles(args);
        match words {
            [word, rest @ ..] if word == "exec" && rest.first().is_none_or(|option| option != "-T") => {
                let before = args[..args.len() - rest.len()].iter().cloned();
                Cow::Owned(before.chain(["-T".to_owned()]).chain(rest.iter().cloned()).collect())
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
        self.shown(engine, target.map(|replica| (replica.name.clone(), replica.index)))
    }

    /// The same in a project of that name: where nothing was observed, with the name that Compose
    /// gives in it.
    pub fn display_in(&self, engine: EngineKind, project: &str, observed: Option<&Observed>) -> String {
        match self {
            Self::Replica { service, index, .. } => {
                let seen = observed.and_then(|seen| self.target(seen));
                let known = seen.map(|replica| (replica.name.clone(), replica.index));
                self.shown(engine, known.or_else(|| Some((format!("{project}-{service}-{index}"), *index))))
            }
            Self::Compose(_) => self.shown(engine, None),
            Self::Swarm(words) => Self::Swarm(named(words, project, observed)).to_string(),
            Self::Cluster(words) => Self::Cluster(named(words, project, observed)).to_string(),
        }
    }

    /// With the name and index of the container that it is about.
    fn shown(&self, engine: EngineKind, target: Option<(String, u32)>) -> String {
        match (engine.spelling, self) {
            (Spelling::AsWritten, Self::Replica { action, .. }) => match target {
                Some((name, _)) => format!("docker {} {name}", action.word()),
                None => self.to_string(),
            },
            (Spelling::AsWritten, Self::Compose(_)) | (_, Self::Swarm(_) | Self::Cluster(_)) => {
                self.to_string()
            }
            (Spelling::Workshop, Self::Compose(args)) => format!("workshop compose {}", joined(args)),
            (Spelling::Workshop, Self::Replica { action, service, index }) => {
                by_index(action.word(), service, target.map_or(*index, |(_, index)| index))
            }
        }
    }
}

/// The words with every name that is known.
pub(crate) fn named(words: &[String], project: &str, observed: Option<&Observed>) -> Vec<String> {
    let node = |service: &str, index: u32| {
        let replica = observed?.of(service).find(|replica| replica.index == index)?;
        replica.node.clone()
    };
    filled(words, project, &node)
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

impl<'de> Deserialize<'de> for StackCommand {
    /// Of a `run` line, so that one that may not run is reported where it stands.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        workshop_text::refused::read(deserializer, |line| Self::parse(line).map_err(|error| error.text()))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for StackCommand {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StackCommand".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let listed = |program: Program| {
            let verbs = program.verbs().iter().map(|verb| format!("`{}`", verb.name));
            verbs.collect::<Vec<_>>().join(", ")
        };
        let about = format!(
            "A command, as a learner types it and without a shell: `docker compose` with {}, or \
             `docker restart|kill|stop|start {{SERVICE-NUMBER}}` for one replica; on a swarm `docker` with {}, \
             and `workshop cluster` with {}, where `{{stack}}` is the project's name and \
             `{{node-of-SERVICE-NUMBER}}` a replica's node.\n\n\
             `--profile NAME` may stand before the word of Compose, as Compose has it.",
            listed(Program::Compose),
            listed(Program::Docker),
            listed(Program::Cluster)
        );
        schemars::json_schema!({ "description": about, "type": "string", "pattern": "^\\s*(docker|workshop cluster) " })
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
            Self::Swarm(words) => write!(f, "docker {}", joined(words)),
            Self::Cluster(words) => write!(f, "workshop cluster {}", joined(words)),
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
    let said = match (engine.spelling, words.next(), words.next(), words.next()) {
        (Spelling::AsWritten, ..) => None,
        (Spelling::Workshop, Some("docker"), Some("compose"), Some(word))
            if Verb::find(word).is_some() || word.split('=').next() == Some("--profile") =>
        {
            Some(command.replacen("docker", "workshop", 1))
        }
        (Spelling::Workshop, Some("docker"), Some(word), name)
            if ReplicaAction::ALL.iter().any(|one| one.word() == word) =>
        {
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
    if engine.spelling == Spelling::AsWritten {
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
    let plain = |c: char| c.is_alphanumeric() || "_-=.:,/@%+{}".contains(c);
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
    is_service(service).then(|| (service.to_owned(), index))
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
        let shown = |line: &str| StackCommand::parse(line).unwrap().display(EngineKind::EMBEDDED, None);
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
            assert_eq!(in_words_of(EngineKind::EMBEDDED, line), wanted);
            assert_eq!(in_words_of(EngineKind::DOCKER, line), line);
        }
        let prompt = "Find it with docker compose ps; restart it with docker restart.";
        assert_eq!(
            text_in_words_of(EngineKind::EMBEDDED, prompt),
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
            assert_eq!(command.display(EngineKind::DOCKER, None), line);
            assert_eq!(command.display(EngineKind::EMBEDDED, None), line.replace("docker", "workshop"));
            assert_eq!(in_words_of(EngineKind::EMBEDDED, line), line.replace("docker", "workshop"));
        }
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let told = |line: &str| StackCommand::without_terminal(&words(line)).join(" ");
        assert_eq!(told("exec nginx nginx -T"), "exec -T nginx nginx -T");
        assert_eq!(told("exec -T nginx nginx -t"), "exec -T nginx nginx -t");
        assert_eq!(told("up -d"), "up -d");
        assert_eq!(told("--profile x exec a ls"), "--profile x exec -T a ls");
    }

    #[test]
    fn options_stand_where_compose_takes_them() {
        for line in [
            "docker compose up -d --build --wait --remove-orphans",
            "docker compose up -dV --scale=a=1 --scale b=2 --timeout 5 a b",
            "docker compose up a -d -t5 -- b",
            "docker compose up --wait -t=5",
            "docker compose down -v --rmi=local -t 3",
            "docker compose logs -n 5 -t --since 10m backend",
            "docker compose logs --tail all --until 2026-01-02T10:00:00Z",
            "docker compose scale backend=3 web=1",
            "docker compose rm -fsv backend",
            "docker compose kill -s HUP nginx",
            "docker compose config -q",
            "docker compose exec -T a printenv -e --push -o x",
            "docker compose exec --no-tty a sh -c 'a; b'",
            "docker compose ps --format json --status running",
            "docker compose pull --policy missing a",
            "docker compose top",
            "docker compose --profile debug --profile=a.b-c_1 up -d web",
            "docker compose --profile '*' down -v",
            "docker compose --profile debug exec a ls",
        ] {
            StackCommand::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn a_swarm_and_a_cluster_are_told_what_a_lesson_may_say() {
        for line in [
            "docker stack deploy -c compose.yaml --resolve-image never {stack}",
            "docker stack deploy --compose-file=deep/stack.yaml --prune {stack}",
            "docker stack ps --no-trunc --format '{{.Name}} {{.Node}}' {stack}",
            "docker service scale {stack}_backend=6 {stack}_web=2",
            "docker service update --image app:2 --update-order start-first --update-delay 1m30s {stack}_backend",
            "docker service update --constraint-add node.labels.disk==ssd --limit-cpu 0.5 {stack}_backend",
            "docker service update --secret-add source={stack}_key,target=/run/key {stack}_backend",
            "docker service logs -n 5 {stack}_backend",
            "docker node update --availability drain node2",
            "docker node update --label-add disk=ssd {node-of-backend-1}",
            "docker node ls",
            "docker secret create {stack}_key key.txt",
            "docker config rm {stack}_front",
            "workshop cluster up --nodes 3",
            "workshop cluster load app:1 app:2",
            "workshop cluster cut {node-of-backend-1} --for 20s",
            "workshop cluster down",
        ] {
            let command = StackCommand::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(command.to_string(), line);
        }
        let shown = |line: &str| {
            let command = StackCommand::parse(line).unwrap();
            command.display_in(EngineKind::SWARM, "shop-1a2b3c", None)
        };
        assert_eq!(
            shown("docker service scale {stack}_backend=6"),
            "docker service scale shop-1a2b3c_backend=6"
        );
        assert_eq!(shown("docker node ps {node-of-backend-1}"), "docker node ps {node-of-backend-1}");
        assert!(StackCommand::parse("docker node ps {node-of-backend-1}").unwrap().needs_stack());
        for (line, says) in [
            ("docker stack deploy -c /etc/x.yaml {stack}", "a file in the workspace"),
            ("docker stack deploy -c ../x.yaml {stack}", "a file in the workspace"),
            ("docker stack deploy -c - {stack}", "a file in the workspace"),
            ("docker stack deploy -c x.yaml other", "{stack}"),
            ("docker stack rm other", "{stack}"),
            ("docker stack config -c x.yaml", "stack deploy, stack rm"),
            ("docker service rm {stack}_backend", "service scale"),
            ("docker service scale other_backend=2", "{stack}_SERVICE=NUMBER"),
            ("docker service scale {stack}_backend=101", "{stack}_SERVICE=NUMBER"),
            ("docker service update --mount-add type=bind,source=/,target=/x {stack}_backend", "--image"),
            ("docker service update --update-order sideways {stack}_backend", "start-first"),
            ("docker service update other_backend", "{stack}_NAME"),
            ("docker service logs -f {stack}_backend", "--tail"),
            ("docker node rm node2", "node ls"),
            ("docker node update --availability gone node2", "active, pause, drain"),
            ("docker secret create key key.txt", "{stack}_NAME"),
            ("docker secret create {stack}_key /etc/shadow", "{stack}_NAME"),
            ("docker config create {stack}_x -", "{stack}_NAME"),
            ("docker swarm leave", "not a command"),
            ("workshop cluster env", "up, load"),
            ("workshop cluster --name other down", "up, load"),
            ("workshop cluster cut --name other node2", "--for"),
            ("workshop cluster load", "one or more images"),
            ("workshop reset --all", "not a command"),
        ] {
            let error = StackCommand::parse(line).expect_err(line).to_string();
            assert!(error.contains(says), "{line}: {error}");
        }
    }

    #[test]
    fn profiles_stand_before_the_verb() {
        let line = "docker compose --profile debug --profile='*' up -d --scale a=2 b";
        let command = StackCommand::parse(line).unwrap();
        assert_eq!(command.verb(), Some("up"));
        assert_eq!((command.profiles(), command.services()), (vec!["debug", "*"], vec!["b".to_owned()]));
        let shown = "workshop compose --profile debug '--profile=*' up -d --scale a=2 b";
        assert_eq!(command.display(EngineKind::EMBEDDED, None), shown);
        let said = "docker compose --profile debug up -d";
        assert_eq!(in_words_of(EngineKind::EMBEDDED, said), said.replace("docker", "workshop"));
    }

    #[test]
    fn anything_else_is_refused_and_what_there_is_is_named() {
        for (line, says) in [
            ("rm -rf /", "not a command"),
            ("docker run alpine", "not a command"),
            ("docker", "not a command"),
            ("", "not a command"),
            ("docker kill other-project-web-1", "not a command"),
            ("docker kill {--signal-1}", "not a command"),
            ("docker compose", "up, down, build"),
            ("docker compose dwon", "did you mean down"),
            ("docker compose run a sh", "up, down, build"),
            ("docker compose cp a:/x /y", "up, down, build"),
            ("docker compose watch", "services.SERVICE.develop.watch"),
            ("docker compose --profile debug watch", "up -d --build"),
            ("docker compose attach a", "up, down, build"),
            ("docker compose -f /etc/other.yml up -d", "-f"),
            ("docker compose --project-directory / up -d", "--project-directory"),
            ("docker compose --profile", "--profile"),
            ("docker compose --profile a", "up, down, build"),
            ("docker compose --profile '' up -d", "takes the name of a profile"),
            ("docker compose --profile a,b up -d", "takes the name of a profile"),
            ("docker compose --profile=../x up -d", "takes the name of a profile"),
            ("docker compose --profile a up", "--detach"),
            ("docker compose up -d --profile a", "--profile"),
            ("docker compose --profile a -f x up -d", "-f"),
            ("docker compose -p other down", "-p"),
            ("docker compose --env-file /x config -q", "--env-file"),
            ("docker compose config -o /x", "-q/--quiet"),
            ("docker compose config --output=/x", "-q/--quiet"),
            ("docker compose config -qo/x", "-q/--quiet"),
            ("docker compose config --environment", "-q/--quiet"),
            ("docker compose config --lock-image-digests", "-q/--quiet"),
            ("docker compose build --push", "--no-cache"),
            ("docker compose build --ssh default", "--no-cache"),
            ("docker compose build --secret id=x,src=/y", "--no-cache"),
            ("docker compose build --build-arg AWS_SECRET_ACCESS_KEY", "--no-cache"),
            ("docker compose build --builder x", "--no-cache"),
            ("docker compose up", "--detach"),
            ("docker compose up --build", "--detach"),
            ("docker compose up -- -d", "--detach"),
            ("docker compose up -d --detahc", "did you mean --detach"),
            ("docker compose up -d -- --env-file", "--env-file"),
            ("docker compose up -d --env-file /x", "--env-file"),
            ("docker compose up -d --attach a", "--attach"),
            ("docker compose up -d --build=/x", "/x"),
            ("docker compose up -d=x", "-d"),
            ("docker compose up -d --scale", "SERVICE=NUMBER"),
            ("docker compose up -d --scale backend", "SERVICE=NUMBER"),
            ("docker compose up -d --scale backend=-1", "SERVICE=NUMBER"),
            ("docker compose up -d --scale backend=99999", "SERVICE=NUMBER"),
            ("docker compose up -d --scale --push=3", "SERVICE=NUMBER"),
            ("docker compose up -d --pull ../x", "always, missing, never"),
            ("docker compose up -d ../x", "names of services"),
            ("docker compose up -d ''", "names of services"),
            ("docker compose logs -f", "--tail"),
            ("docker compose logs --follow backend", "--tail"),
            ("docker compose logs -tf", "--tail"),
            ("docker compose scale", "SERVICE=NUMBER"),
            ("docker compose exec", "service"),
            ("docker compose exec backend", "service"),
            ("docker compose exec -T backend", "service"),
            ("docker compose exec -u root backend sh", "-T/--no-tty"),
            ("docker compose exec -T --privileged backend sh", "-T/--no-tty"),
            ("docker compose exec -e A=1 backend sh", "-T/--no-tty"),
            ("docker compose exec -d backend sh", "-T/--no-tty"),
            ("docker compose exec -Td backend sh", "-T/--no-tty"),
            ("docker compose down --rmi all", "local"),
            ("docker compose down --rmi=all", "local"),
            ("docker compose down --rmi", "local"),
            ("docker compose kill -s '$(x)' a", "signal"),
            ("docker compose up -d; rm x", "d;"),
            ("docker compose up -d && curl evil", "&&"),
            ("docker compose up -d | sh", "|"),
            ("docker compose 'up", "open quote"),
            ("docker compose up -d\nrm x", "cannot be read"),
            ("docker compose up -d \u{1b}[2K", "cannot be read"),
        ] {
            let error = StackCommand::parse(line).expect_err(line).to_string();
            assert!(error.contains(says), "{line}: {error}");
        }
    }

    proptest::proptest! {
        /// Whatever stands there, it is refused or is one that ends and names no file.
        #[test]
        fn no_line_leads_out(words in proptest::collection::vec("-{0,2}[a-zA-Z=/.~{}$;&|'\"-]{0,9}|up|exec|-d|config|logs", 0..6)) {
            let line = format!("docker compose {}", words.join(" "));
            if let Ok(StackCommand::Compose(args)) = StackCommand::parse(&line) {
                let (_, args) = profiles(&args);
                proptest::prop_assert!(Verb::find(&args[0]).is_some());
                if args[0] != "exec" {
                    proptest::prop_assert!(args.iter().all(|arg| !arg.contains(['/', '~', '$', ';', '&', '|'])), "{args:?}");
                }
            }
        }
    }
}
