//! Runs a lesson's commands: `docker compose` as a program, an action on one replica through the
//! API; and finds out why one failed.

use std::time::Duration;

use bollard::models::ContainerSummary;
use bollard::query_parameters::{
    KillContainerOptionsBuilder, RestartContainerOptionsBuilder, StartContainerOptions,
    StopContainerOptionsBuilder,
};

use super::client::{Client, OBSERVE};
use super::compose::Compose;
use super::{ACTION, DockerEngine, listing, stderr, surroundings};
use crate::engine::command::ReplicaAction;
use crate::engine::{CommandEnd, Detail, Engine, EngineError, Output, Project, StackCommand, Trouble};
use crate::text::{Lang, Text};

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
        stays_in_project(args)?;
        if !surroundings::has_file(&project.dir)? {
            let line = "no configuration file provided: not found".to_owned();
            output.line(true, &line);
            let trouble = Some(Trouble::ComposeFileInvalid { detail: line.clone() });
            return Ok(CommandEnd { code: Some(1), stderr_tail: vec![line], trouble });
        }
        let compose = self.compose().await?;
        let client = self.client()?;
        if is_harmless(args) {
            client.ping(OBSERVE).await?;
        } else {
            Self::ensure_name_is_ours(&client, project).await?;
        }
        let (mut end, stdout) = tokio::select! {
            ended = compose.run(project, args, self.endpoint()?, output) => ended?,
            dead = until_dead(&client) => return Err(dead),
        };
        if !end.success() {
            let trouble = stderr::classify(&stdout, &end.stderr_tail);
            end.trouble = Some(self.looked_into(&client, compose, project, trouble).await);
        }
        Ok(end)
    }

    /// What the output cannot say: who holds the port, and whether the compose file is at fault.
    async fn looked_into(
        &self,
        client: &Client,
        compose: &Compose,
        project: &Project,
        trouble: Trouble,
    ) -> Trouble {
        let Ok(endpoint) = self.endpoint() else { return trouble };
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
            Trouble::Other { line } => match compose.complaint(project, endpoint).await {
                Some(detail) => Trouble::ComposeFileInvalid { detail },
                None => Trouble::Other { line },
            },
            clear => clear,
        }
    }

    pub(super) async fn run_on_replica(
        &self,
        project: &Project,
        command: &StackCommand,
        action: ReplicaAction,
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let client = self.client()?;
        let seen = self.observe(project, Detail::Listing).await?;
        let replica = command.target(&seen).ok_or_else(|| crate::engine::no_such_replica(command, &seen))?;
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

/// True for a Compose command that leaves containers as they are. An unknown word is none.
pub fn is_harmless(args: &[String]) -> bool {
    let word = args.first().map_or("", String::as_str);
    HARMLESS.contains(&word) || ["", "help", "-h", "--help", "-v", "--version"].contains(&word)
}

/// Options in front of Compose's word that leave the project what it is; the others (`-p`, `-f`,
/// `--project-directory` …) would make it another one, whose containers are not this workspace's.
const GLOBAL: [&str; 7] =
    ["--ansi", "--progress", "--parallel", "--profile", "--dry-run", "--compatibility", "--all-resources"];

/// Refuses options that lead to another project.
pub fn stays_in_project(args: &[String]) -> Result<(), EngineError> {
    let mut rest = args.iter();
    while let Some(option) = rest.next().filter(|word| word.starts_with('-')) {
        let name = option.split('=').next().unwrap_or(option);
        if ["-h", "--help", "-v", "--version"].contains(&name) {
            return Ok(());
        }
        if !GLOBAL.contains(&name) {
            let reason = Text::new("engine-compose-other-project").with("option", name);
            return Err(EngineError::Refused { reason });
        }
        let takes_value = GLOBAL[..4].contains(&name) && !option.contains('=');
        if takes_value {
            rest.next();
        }
    }
    Ok(())
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
    fn another_project_cannot_be_meant() {
        let stays =
            |line: &str| stays_in_project(&line.split(' ').map(str::to_owned).collect::<Vec<_>>()).is_ok();
        for fine in
            ["up -d", "--ansi never up -d", "--progress=plain build", "--profile a down", "--help", "ps"]
        {
            assert!(stays(fine), "{fine}");
        }
        for other in [
            "-p other down",
            "--project-name=other down",
            "-f other.yaml up",
            "--ansi never -p other down",
            "--project-directory /x down",
            "--env-file x up",
            "-H tcp://x ps",
            "--context x ps",
        ] {
            assert!(!stays(other), "{other}");
        }
    }

    #[test]
    fn only_commands_that_leave_containers_alone_are_harmless() {
        let harmless = |line: &str| is_harmless(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(harmless("ps -a") && harmless("logs -f") && harmless("build backend") && harmless("config"));
        for changing in [
            "up -d",
            "down -v",
            "scale a=2",
            "restart",
            "stop",
            "kill",
            "rm -f",
            "start",
            "-p x ps",
            "exec a sh",
        ] {
            assert!(!harmless(changing), "{changing}");
        }
    }
}
