//! Docker Compose as a child process: which program it is ([`Compose`]), and its run with output
//! line by line. The child never outlives the future that waits for it, and is never waited for
//! without a limit: Docker's own program may hang, or never stop to write.

use tokio::process::Command;

use super::child::{Limits, stream};
use super::endpoint::Endpoint;
use super::environment::{self, Variables};
use super::stderr;
use crate::{CommandEnd, EngineError, Output, Project};

/// Those of a command that looks at what is there, or of one that does something.
pub(crate) fn limits(args: &[String]) -> Limits {
    const LOOKS: [&str; 8] = ["config", "convert", "images", "ls", "port", "ps", "top", "version"];
    match args.first() {
        Some(word) if LOOKS.contains(&word.as_str()) => Limits::LOOK,
        _ => Limits::WORK,
    }
}

/// Compose as it is installed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Compose {
    /// `docker compose` or `docker-compose`.
    pub words: &'static [&'static str],
    /// As it says itself: `2.40.3`, `1.29.2`.
    pub version: String,
}

impl Compose {
    /// Looks for `docker compose`, then for `docker-compose`. Neither asks the engine for this.
    ///
    /// # Errors
    /// [`EngineError::ComposeMissing`], and [`EngineError::ProgramHangs`] where a program does.
    pub(crate) async fn find(endpoint: &Endpoint) -> Result<Self, EngineError> {
        const PROGRAMS: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];
        for words in PROGRAMS {
            if let Some(version) = version_of(words, endpoint).await? {
                return Ok(Self { words, version });
            }
        }
        Err(EngineError::ComposeMissing)
    }

    /// True for Compose 1, which is no longer maintained and knows fewer options.
    pub(crate) fn is_old(&self) -> bool {
        self.version.starts_with("1.") || self.version.starts_with("0.")
    }

    /// The command for `args`, for a terminal. No flag names the folder or a file: so the labels
    /// that it writes, and the service's own hash, are the ones that the learner's `docker compose`
    /// writes.
    pub(crate) fn command(
        &self,
        project: &Project,
        args: &[String],
        variables: Variables,
    ) -> std::process::Command {
        let mut command = std::process::Command::new(self.words[0]);
        command.args(&self.words[1..]).args(args).current_dir(&project.dir).env_clear().envs(variables);
        command
    }

    /// Runs `args` in the project's folder, as the learner's own shell there would, and hands its
    /// output on.
    ///
    /// # Errors
    /// [`EngineError::ProgramHangs`] and [`EngineError::ProgramFloods`].
    pub(crate) async fn run(
        &self,
        limits: Limits,
        project: &Project,
        args: &[String],
        variables: Variables,
        output: &mut dyn Output,
    ) -> Result<(CommandEnd, Vec<String>), EngineError> {
        let plain = ["--ansi".to_owned(), "never".to_owned()];
        let args: Vec<String> = if self.is_old() {
            plain.into_iter().chain(args.iter().cloned()).collect()
        } else {
            args.to_vec()
        };
        let mut command = Command::from(self.command(project, &args, variables));
        command
            .env("COMPOSE_PROGRESS", "plain")
            .env("BUILDKIT_PROGRESS", "plain")
            .env("COMPOSE_ANSI", "never")
            .env("NO_COLOR", "1")
            .env("DOCKER_CLI_HINTS", "false")
            .env("COMPOSE_MENU", "0");
        stream(&mut command, limits, &self.words.join(" "), output).await
    }

    /// Asks Compose whether the project's file is one that it accepts; its complaint if not.
    pub(crate) async fn complaint(&self, project: &Project, variables: Variables) -> Option<String> {
        let args = ["config".to_owned(), "-q".to_owned()];
        let (end, _) = self.run(Limits::WORD, project, &args, variables, &mut Nowhere).await.ok()?;
        if end.success() { None } else { stderr::last_line(&end.stderr_tail) }
    }
}

struct Nowhere;

impl Output for Nowhere {
    fn line(&mut self, _: bool, _: &str) {}
}

async fn version_of(words: &[&str], endpoint: &Endpoint) -> Result<Option<String>, EngineError> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["version", "--short"]);
    command.env_clear().envs(environment::base(endpoint));
    let (end, said) = match stream(&mut command, Limits::WORD, &words.join(" "), &mut Nowhere).await {
        Err(EngineError::ComposeMissing | EngineError::Refused { .. }) => return Ok(None),
        answer => answer?,
    };
    let version =
        said.first().filter(|_| end.success()).map(|said| said.trim().trim_start_matches('v').to_owned());
    Ok(version.filter(|version| version.starts_with(|c: char| c.is_ascii_digit())))
}
