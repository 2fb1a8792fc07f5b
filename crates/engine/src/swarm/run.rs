//! Runs a lesson's commands on a swarm: Docker's own program, told which manager it talks to; Compose
//! for what it does there, and words for what it does not; and the workspace's cluster.

use tokio::process::Command;
use tokio::sync::mpsc;

use super::cluster::{Cluster, ClusterError, Plan, Stop};
use super::manager::Manager;
use super::{SwarmEngine, holdings, owner};
use crate::docker::child::{Limits, stream};
use crate::docker::endpoint::{Endpoint, Rule};
use crate::docker::files::ComposeFiles;
use crate::docker::{DockerEngine, environment, stderr};
use crate::{
    CommandEnd, Detail, Engine, EngineError, Observe, Output, Project, StackCommand, Trouble, command,
};
use workshop_text::{Lang, Text};

/// Nodes of a cluster where a lesson does not say how many.
const NODES: u8 = 3;

/// How often a command is said where the managers are choosing a leader.
const TRIES: u32 = 4;
/// How long they are given for that.
const AGAIN: Duration = Duration::from_secs(2);
/// What Compose says on a swarm as anywhere, for it is about files and images.
const COMPOSES: [&str; 4] = ["build", "config", "images", "pull"];

/// What does on a swarm what a verb of Compose does elsewhere.
fn instead(verb: &str) -> &'static str {
    match verb {
        "up" => "docker stack deploy --resolve-image never -c compose.yaml {stack}",
        "down" => "docker stack rm {stack}",
        "ps" => "docker stack ps {stack}",
        "scale" => "docker service scale {stack}_SERVICE=NUMBER",
        "logs" => "docker service logs {stack}_SERVICE",
        "restart" => "docker service update --force {stack}_SERVICE",
        "exec" | "top" => "docker -H unix://… exec CONTAINER COMMAND",
        "kill" | "start" | "stop" => "docker service scale {stack}_SERVICE=0",
        _ => "docker stack rm {stack}",
    }
}

impl SwarmEngine {
    /// The words with the names that they stand for.
    ///
    /// # Errors
    /// A replica whose node is meant is not there.
    pub(super) async fn filled(
        &self,
        project: &Project,
        command: &StackCommand,
        words: &[String],
    ) -> Result<Vec<String>, EngineError> {
        if !command.needs_stack() {
            return Ok(command::named(words, &project.name, None));
        }
        let seen = self.observe(project, Detail::Listing).await?;
        for (service, index) in command::replicas_named(words) {
            if !seen.of(&service).any(|replica| replica.index == index && replica.node.is_some()) {
                let reason = Text::new("engine-no-such-replica")
                    .with("service", service.as_str())
                    .with("index", index)
                    .with("count", seen.of(&service).count());
                return Err(EngineError::Refused { reason });
            }
        }
        Ok(command::named(words, &project.name, Some(&seen)))
    }

    /// Runs `docker WORDS` against a manager, in the workspace; again where the managers were just
    /// choosing a leader, and saying it twice does no harm.
    pub(super) async fn docker(
        &self,
        project: &Project,
        words: &[String],
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let mut tries = if is_repeatable(words) { TRIES } else { 1 };
        loop {
            tries -= 1;
            let end = self.docker_once(project, words, output).await?;
            if tries == 0 || end.success() || !end.stderr_tail.iter().any(|line| is_passing(line)) {
                return Ok(end);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn docker_once(
        &self,
        project: &Project,
        words: &[String],
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let manager = self.swarm.manager().await?;
        if !looks(words) {
            owner::ensure(&manager.services(&project.name).await?, project)?;
        }
        let files = files_of(words);
        for file in &files {
            if !workshop_disk::within::holds(&project.dir, &project.dir.join(file)) {
                let reason = Text::new("engine-swarm-file").with("file", *file);
                return Err(EngineError::Refused { reason });
            }
        }
        let mut told = holdings::labelled_for(project, words);
        let endpoint = Endpoint::at(&manager.address, Rule::Given)?;
        let mut variables = environment::base(&endpoint);
        if is_deploy(words) {
            if let Some(overlay) = owner::overlay(&self.private, project, &files)? {
                told.splice(2..2, ["--compose-file".to_owned(), overlay.display().to_string()]);
                // The stack's own files come first: paths in them are from where the first one lies.
                let own = files.iter().flat_map(|file| ["--compose-file".to_owned(), (*file).to_owned()]);
                told.splice(2..2, own);
                told = without_files(told, 2 + 2 * files.len() + 2);
            }
            let named: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            variables.extend(ComposeFiles::named(&project.dir, named).values());
        }
        let mut docker = Command::new("docker");
        docker.args(&told).current_dir(&project.dir).env_clear().envs(variables);
        docker.env("NO_COLOR", "1").env("DOCKER_CLI_HINTS", "false");
        let limits = if looks(words) { Limits::LOOK } else { Limits::WORK };
        let (mut end, stdout) = stream(&mut docker, limits, "docker", output).await?;
        if !end.success() {
            end.trouble = Some(cause(words, stderr::classify(&stdout, &end.stderr_tail)));
        }
        Ok(end)
    }

    /// Compose, where it is about files and images; on the node of the manager that answers.
    pub(super) async fn compose(
        &self,
        project: &Project,
        args: &[String],
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let verb = args.first().map_or("", String::as_str);
        if !COMPOSES.contains(&verb) {
            let instead = instead(verb).replace("{stack}", &project.name);
            let reason = Text::new("engine-swarm-compose").with("verb", verb).with("instead", instead);
            return Ok(refused(reason, output));
        }
        let Manager { address, .. } = self.swarm.manager().await?;
        DockerEngine::at(&address).run(project, &StackCommand::Compose(args.to_vec()), output).await
    }

    /// Does `workshop cluster WORDS` to the workspace's own.
    pub(super) async fn cluster(
        &self,
        words: &[String],
        output: &mut dyn Output,
    ) -> Result<CommandEnd, EngineError> {
        let [verb, rest @ ..] = words else { return Err(EngineError::NoSwarm) };
        let node = rest.iter().find(|word| !word.starts_with('-')).cloned().unwrap_or_default();
        let Some(cluster) = self.swarm.cluster()? else {
            let reason = Text::new("engine-swarm-context-node").with("node", node);
            return Err(EngineError::Refused { reason });
        };
        let (say, mut said) = mpsc::unbounded_channel::<String>();
        let stop = Stop::default();
        // Given up in the middle, what it had begun is made whole again, by itself.
        let _given_up = SaidWhenDropped(stop.clone());
        let (verb, rest, swarm) = (verb.clone(), rest.to_vec(), self.swarm.clone());
        let mut work = tokio::task::spawn_blocking(move || {
            let images = if verb == "up" { swarm.base_images() } else { Vec::new() };
            does(&cluster, images, (&verb, &rest), &stop, &say)
        });
        let done = loop {
            tokio::select! {
                biased;
                Some(line) = said.recv() => output.line(false, &line),
                done = &mut work => break done,
            }
        };
        while let Ok(line) = said.try_recv() {
            output.line(false, &line);
        }
        match done {
            Ok(Ok(())) => Ok(CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None }),
            Ok(Err(error)) => {
                let reason = explained(&error);
                let is_usage = error.is_usage();
                let mut end = refused(reason, output);
                if let Some(Trouble::Refused { environment, .. }) = &mut end.trouble {
                    *environment = !is_usage;
                }
                Ok(end)
            }
            Err(_) => Err(EngineError::Lost),
        }
    }
}

struct SaidWhenDropped(Stop);

impl Drop for SaidWhenDropped {
    fn drop(&mut self) {
        self.0.say();
    }
}

/// One command about a cluster, to its end.
fn does(
    cluster: &Cluster,
    images: Vec<String>,
    (verb, rest): (&str, &[String]),
    stop: &Stop,
    say: &mpsc::UnboundedSender<String>,
) -> Result<(), ClusterError> {
    let tell = |line: String| drop(say.send(line));
    let (mut named, mut values) = (Vec::new(), Vec::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match (word.starts_with("--"), word.split_once('=')) {
            (true, Some((_, value))) => values.push(value.to_owned()),
            (true, None) => values.extend(words.next().cloned()),
            _ => named.push(word.clone()),
        }
    }
    let node = named.first().map_or("", String::as_str);
    match verb {
        "up" => {
            let nodes = values.first().and_then(|count| count.parse().ok()).unwrap_or(NODES);
            let plan = Plan { nodes, images };
            // A step may be done again.
            if !cluster.is_there() {
                cluster.up(&plan, stop, &|text| tell(text.render(Lang::En)))?;
            }
        }
        "load" => cluster.load(&named, stop)?,
        "cut" => {
            let span = values.first().and_then(|span| span_of(span));
            cluster.cut(node, span.map(|span| std::time::SystemTime::now() + span), stop)?;
        }
        "heal" => drop(cluster.heal(node, stop)?),
        "kill" => cluster.kill(node)?,
        "down" => drop(cluster.down()?),
        _ => {}
    }
    if verb != "down" {
        for node in cluster.status()?.nodes {
            let status = node.status.unwrap_or_default();
            let manager = node.manager.unwrap_or_default();
            tell(format!("{}  {}  {status} {manager}", node.name, node.address).trim_end().to_owned());
        }
    }
    Ok(())
}

/// `90s`, `1m30s`.
fn span_of(text: &str) -> Option<std::time::Duration> {
    let (mut total, mut number) = (0.0, String::new());
    for letter in text.chars() {
        let unit = match letter {
            's' => 1.0,
            'm' => 60.0,
            'h' => 3600.0,
            digit => {
                number.push(digit);
                continue;
            }
        };
        total += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    std::time::Duration::try_from_secs_f64(total).ok().filter(|_| number.is_empty())
}

/// What a cluster refuses, with what to do next.
fn explained(error: &ClusterError) -> Text {
    match error.next() {
        Some(next) => {
            Text::new("engine-swarm-cluster-refused").with("reason", error.text()).with("next", next)
        }
        None => error.text(),
    }
}

/// The same, where no command was run.
pub(super) fn told(error: ClusterError) -> EngineError {
    match error {
        ClusterError::NoCluster { .. } => EngineError::NoSwarm,
        error => EngineError::Refused { reason: explained(&error) },
    }
}

/// It says what shall be, so that saying it twice changes nothing more.
fn is_repeatable(words: &[String]) -> bool {
    let verb: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
    matches!(*verb, ["stack", "deploy"] | ["service", "scale" | "update"] | ["node", "update"])
        || looks(words)
}

/// A manager's complaint that is over when there is a leader again, or the other change is made.
fn is_passing(line: &str) -> bool {
    const PASSING: [&str; 4] =
        ["DeadlineExceeded", "does not have a leader", "code = Unavailable", "update out of sequence"];
    PASSING.iter().any(|words| line.contains(words))
}

/// Work on a cluster, which waits for programs, on a thread of its own.
///
/// # Errors
/// What the cluster says.
pub(super) async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClusterError> + Send + 'static,
) -> Result<T, EngineError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(told),
        Err(_) => Err(EngineError::Lost),
    }
}

/// A command that is not run, and says why.
fn refused(reason: Text, output: &mut dyn Output) -> CommandEnd {
    let line = reason.render(Lang::En);
    output.line(true, &line);
    let trouble = Trouble::Refused { place: String::new(), reason, environment: false };
    CommandEnd { code: Some(1), stderr_tail: vec![line], trouble: Some(trouble) }
}

fn is_deploy(words: &[String]) -> bool {
    matches!(words, [what, verb, ..] if what == "stack" && verb == "deploy")
}

/// Whether the command only looks at what is there.
fn looks(words: &[String]) -> bool {
    const LOOKS: [&str; 5] = ["inspect", "logs", "ls", "ps", "services"];
    words.get(1).is_some_and(|verb| LOOKS.contains(&verb.as_str()))
}

/// The files of the workspace that the command reads.
fn files_of(words: &[String]) -> Vec<&str> {
    match words {
        [what, verb, .., file] if matches!(what.as_str(), "config" | "secret") && verb == "create" => {
            vec![file.as_str()]
        }
        _ if is_deploy(words) => option_values(words),
        _ => Vec::new(),
    }
}

/// What is named as a compose file, in whichever of its forms.
fn option_values(words: &[String]) -> Vec<&str> {
    let mut files = Vec::new();
    let mut rest = words.iter().map(String::as_str);
    while let Some(word) = rest.next() {
        match word {
            "-c" | "--compose-file" => files.extend(rest.next()),
            _ => files.extend(word.strip_prefix("--compose-file=").or_else(|| {
                let value = word.strip_prefix("-c")?;
                Some(value.strip_prefix('=').unwrap_or(value)).filter(|value| !value.is_empty())
            })),
        }
    }
    files
}

/// The words, from the one at `from` on without compose files, which have been said before.
fn without_files(words: Vec<String>, from: usize) -> Vec<String> {
    let mut kept: Vec<String> = words[..from].to_vec();
    let mut rest = words[from..].iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "-c" | "--compose-file" => drop(rest.next()),
            word if word.starts_with("--compose-file=") || word.starts_with("-c") => {}
            _ => kept.push(word.clone()),
        }
    }
    kept
}

/// What a manager or the client says of a stack's file is about that file.
fn cause(words: &[String], trouble: Trouble) -> Trouble {
    let Trouble::Other { line } = trouble else { return trouble };
    let is_about_words = ["InvalidArgument", "invalid ", "not found", "already exists", "in use"];
    if is_deploy(words) && !line.contains("rpc error: code = Unknown") {
        return Trouble::ComposeFileInvalid { detail: line };
    }
    match is_about_words.iter().any(|mark| line.contains(mark)) {
        true => Trouble::Refused { place: String::new(), reason: Text::verbatim(line), environment: false },
        false => Trouble::Other { line },
    }
}
