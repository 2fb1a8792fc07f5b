//! Runs a lesson's commands: `docker compose` as a program, an action on one replica through the
//! API; and finds out why one failed.

use std::time::Duration;

use bollard::models::ContainerSummary;
use bollard::query_parameters::{
    KillContainerOptionsBuilder, RestartContainerOptionsBuilder, StartContainerOptions,
    StopContainerOptionsBuilder,
};

use super::client::{Client, OBSERVE};
use super::compose::{Compose, limits};
use super::environment::{self, Variables};
use super::files::{self, ComposeFiles};
use super::{ACTION, DockerEngine, listing, stderr};
use crate::command::{ReplicaAction, profiles};
use crate::{CommandEnd, Detail, EngineError, Observe, Output, Project, Replica, StackCommand, Trouble};
use workshop_text::Lang;

/// What a container has to end by itself before `docker restart` and `docker stop` kill it.
const GRACE_SECONDS: i32 = 10;

/// An engine that has not answered for so long while a command runs is taken for dead.
const DEAD: Duration = Duration::from_secs(30);

/// Compose's words that leave containers as they are.
const HARMLESS: [&str; 12] =
    ["build", "ps", "logs", "config", "images", "pull", "top", "version", "ls", "port", "events", "convert"];

impl DockerEngine {
    pub(super) async fn run_compose(
        &self,
        project: &Project,
        args: &[String],
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let files = ComposeFiles::of(&project.dir)?;
        if files.is_empty() {
            let line = "no configuration file provided: not found".to_owned();
            output.line(true, &line);
            let trouble = Some(Trouble::ComposeFileInvalid { detail: line.clone() });
            return Ok(CommandEnd { code: Some(1), stderr_tail: vec![line], trouble });
        }
        let compose = self.compose().await?;
        let client = self.client()?;
        let (_, words) = profiles(args);
        if is_harmless(words) {
            client.ping(OBSERVE).await?;
        } else {
            Self::ensure_name_is_ours(&client, project, words).await?;
        }
        let variables = environment::of(self.endpoint()?, project, &files);
        let (mut end, stdout) = tokio::select! {
            ended = compose.run(limits(words), project, args, variables.clone(), output) => ended?,
            dead = until_dead(&client) => return Err(dead),
        };
        if !end.success() {
            let trouble = stderr::classify(&stdout, &end.stderr_tail);
            end.trouble = Some(self.looked_into(&client, compose, project, variables, trouble).await);
        }
        Ok(end)
    }

    /// What the output cannot say: who holds the port, and whether the compose file is at fault.
    async fn looked_into(
        &self,
        client: &Client,
        compose: &Compose,
        project: &Project,
        variables: Variables,
        trouble: Trouble,
    ) -> Trouble {
        match trouble {
            Trouble::PortTaken { port, .. } => {
                let Ok(seen) = Self::listing(client, &project.dir, true).await else { return trouble };
                let holds = |one: &ContainerSummary| {
                    one.ports.iter().flatten().any(|listed| listed.public_port == Some(port))
                };
                let own = seen.own.iter().filter(|one| holds(one)).find_map(listing::replica);
                let holder = seen.others.iter().find(|one| holds(one)).map(listing::name);
                match own {
                    Some(replica) => Trouble::PortWithReplicas { port, service: replica.service },
                    None => Trouble::PortTaken { port, holder },
                }
            }
            Trouble::Other { line } => match compose.complaint(project, variables).await {
                Some(detail) => Trouble::ComposeFileInvalid { detail },
                None => Trouble::Other { line },
            },
            clear => clear,
        }
    }

    /// What `workshop compose ARGS` stands for. Options that lead to another project are the user's
    /// own business as long as nothing is changed there.
    pub(super) async fn handed_through(
        &self,
        project: &Project,
        args: &[String],
    ) -> Result<std::process::Command, EngineError> {
        let compose = self.compose().await?;
        let asked = Asked::of(args, project);
        if !is_harmless(asked.rest) {
            if let Some(option) = asked.foreign {
                return Err(EngineError::OtherProject { option });
            }
            Self::ensure_name_is_ours(&self.client()?, project, asked.rest).await?;
        }
        let files = ComposeFiles::of(&project.dir)?;
        Ok(compose.command(project, args, environment::of(self.endpoint()?, project, &files)))
    }

    pub(super) async fn run_on_replica(
        &self,
        project: &Project,
        command: &StackCommand,
        action: ReplicaAction,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let seen = self.observe(project, Detail::Listing).await?;
        let replica = command.target(&seen).ok_or_else(|| crate::no_such_replica(command, &seen))?;
        self.act_on(replica, action, output).await
    }

    /// Does something to one container of this engine.
    pub(crate) async fn act_on(
        &self,
        replica: &Replica,
        action: ReplicaAction,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let client = self.client()?;
        let (docker, id) = (&client.docker, replica.id.as_str());
        let restart = RestartContainerOptionsBuilder::default().t(GRACE_SECONDS).build();
        let stop = StopContainerOptionsBuilder::default().t(GRACE_SECONDS).build();
        let kill = KillContainerOptionsBuilder::default().signal("SIGKILL").build();
        let request = async {
            match action {
                ReplicaAction::Restart => docker.restart_container(id, Some(restart)).await,
                ReplicaAction::Stop => docker.stop_container(id, Some(stop)).await,
                ReplicaAction::Kill => docker.kill_container(id, Some(kill)).await,
                ReplicaAction::Start => docker.start_container(id, None::<StartContainerOptions>).await,
            }
        };
        match client.call("engine-what-command", ACTION, request).await {
            Ok(()) => {
                output.line(false, &replica.name);
                Ok(CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None })
            }
            // As `docker kill` of a container that does not run: a failed command, not a failed engine.
            Err(EngineError::Refused { reason }) => {
                let line = reason.render(Lang::En);
                output.line(true, &line);
                let stderr_tail = vec![line];
                let trouble = Some(stderr::classify(&[], &stderr_tail));
                Ok(CommandEnd { code: Some(1), stderr_tail, trouble })
            }
            Err(error) => Err(error),
        }
    }
}

/// True for a Compose command that removes volumes that have a name.
pub(super) fn removes_volumes(args: &[String]) -> bool {
    let is_volumes = |arg: &String| {
        arg == "--volumes"
            || arg.starts_with("--volumes=")
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.contains('v'))
    };
    args.first().is_some_and(|word| word == "down") && args.iter().any(is_volumes)
}

/// What is asked of Compose, with the options in front of its word taken apart (tried on 2.40: it
/// takes none of them behind the word).
struct Asked<'a> {
    /// The word and what follows.
    rest: &'a [String],
    /// The first option that leads to another project or folder, or that nobody knows. Behind an
    /// unknown one nothing is taken for the word.
    foreign: Option<String>,
}

impl<'a> Asked<'a> {
    fn of(args: &'a [String], project: &Project) -> Self {
        const ALONE: [&str; 5] =
            ["--all-resources", "--compatibility", "--dry-run", "--no-ansi", "--verbose"];
        const WITH_VALUE: [&str; 5] = ["--ansi", "--env-file", "--parallel", "--profile", "--progress"];
        const CHOOSES: [&str; 6] =
            ["-f", "--file", "-p", "--project-name", "--project-directory", "--workdir"];
        const LAST: [&str; 4] = ["-h", "--help", "-v", "--version"];
        let (mut rest, mut foreign, mut named) = (args, None, Vec::new());
        while let [option, behind @ ..] = rest
            && option.starts_with('-')
            && !LAST.contains(&option.as_str())
        {
            let (name, mut value) = split(option);
            let takes_value = WITH_VALUE.contains(&name) || CHOOSES.contains(&name);
            if !takes_value && !ALONE.contains(&option.as_str()) {
                foreign = foreign.or_else(|| Some(option.clone()));
                break;
            }
            rest = behind;
            if takes_value && value.is_none() {
                value = behind.first().map(String::as_str);
                rest = behind.get(1..).unwrap_or_default();
            }
            let stays = match name {
                "-f" | "--file" => {
                    named.extend(value.map(str::to_owned));
                    files::stray(&project.dir, &named).is_none()
                }
                "-p" | "--project-name" => value == Some(project.name.as_str()),
                "--project-directory" | "--workdir" => value.is_some_and(|dir| {
                    std::fs::canonicalize(project.dir.join(dir)).is_ok_and(|dir| dir == project.dir)
                }),
                _ => true,
            };
            if !stays && foreign.is_none() {
                foreign = Some(option.clone());
            }
        }
        Self { rest, foreign }
    }
}

/// An option and the value that is written with it: `--file=x`, `-fx`, `-f=x`.
fn split(option: &str) -> (&str, Option<&str>) {
    if option.starts_with("--") {
        return option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    }
    let end = option.char_indices().nth(2).map_or(option.len(), |(at, _)| at);
    let (name, value) = option.split_at(end);
    let value = value.strip_prefix('=').unwrap_or(value);
    (name, (!value.is_empty()).then_some(value))
}

/// True for a Compose command that leaves containers as they are. An unknown word is none.
pub(super) fn is_harmless(args: &[String]) -> bool {
    let word = args.first().map_or("", String::as_str);
    HARMLESS.contains(&word) || ["", "help", "-h", "--help", "-v", "--version"].contains(&word)
}

/// Never ends while the engine answers.
async fn until_dead(client: &Client) -> EngineError {
    loop {
        tokio::time::sleep(DEAD).await;
        // One that refuses at once lets Compose say so by itself.
        if let Err(error @ EngineError::TimedOut { .. }) = client.ping(DEAD).await {
            return error;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commands_that_leave_containers_alone_are_harmless() {
        let harmless = |line: &str| is_harmless(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(harmless("ps -a") && harmless("logs -f") && harmless("build backend") && harmless("config"));
        for changing in
            ["up -d", "down -v", "scale a=2", "restart", "stop", "kill", "rm -f", "start", "exec a sh"]
        {
            assert!(!harmless(changing), "{changing}");
        }
    }

    #[test]
    fn options_that_lead_elsewhere_are_found_however_they_are_written() {
        let temp = tempfile::tempdir().unwrap();
        let dir = std::fs::canonicalize(temp.path()).unwrap();
        std::fs::write(dir.join("a.yml"), "").unwrap();
        let project = Project { name: "mine".into(), dir: dir.clone(), unique: true };
        let asked = |line: &str| {
            let args: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let asked = Asked::of(&args, &project);
            (asked.rest.join(" "), asked.foreign)
        };
        for line in [
            "down -v",
            "--profile x --env-file=y --ansi never down -v",
            "-p mine down -v",
            "-pmine --project-name=mine down -v",
            "-f a.yml -f deep/b.yml down -v",
            "--project-directory . down -v",
            "--dry-run --verbose down -v",
        ] {
            assert_eq!(asked(line), ("down -v".to_owned(), None), "{line}");
        }
        for (line, option) in [
            ("-p other down -v", "-p"),
            ("-pother down -v", "-pother"),
            ("-p=other down -v", "-p=other"),
            ("--project-name other down -v", "--project-name"),
            ("-p mine -p other down -v", "-p"),
            ("--file=/etc/other.yml down -v", "--file=/etc/other.yml"),
            ("-f a.yml -f ../b.yml down -v", "-f"),
            ("-f deep/b.yml down -v", "-f"),
            ("--project-directory /etc down -v", "--project-directory"),
            ("--context other down -v", "--context"),
            ("-H=tcp://192.0.2.1 down -v", "-H=tcp://192.0.2.1"),
            ("-한 down -v", "-한"),
        ] {
            assert_eq!(asked(line).1.as_deref(), Some(option), "{line}");
        }
        assert_eq!(asked("-p other ps").0, "ps");
        assert_eq!(asked("--newer ps down").0, "--newer ps down");
        assert_eq!(asked("--help"), ("--help".to_owned(), None));
        assert_eq!(asked("-p").1.as_deref(), Some("-p"));
    }
}
