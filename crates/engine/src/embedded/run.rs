//! Compose's words, done: [`Command`] reads the learner's files, asks the supervisor, and writes
//! what Compose would write.

use std::collections::BTreeMap;
use std::time::Duration;

use super::client::{Client, Way};
use super::desired::{Building, Desired};
use super::image;
use super::list;
use super::place::Place;
use super::refusal::{Refusal, Stopped, missing_program, needs_docker, refusal, refused, said};
use super::wire::{
    ActRequest, Action, ExecAnswer, ExecRequest, Failure, ReplicaView, Said, Stack, State, UpRequest,
};
use super::words::{self, Chosen, Making, NoScale, Rm, Up, Word};
use super::{EmbeddedEngine, keys, logs};
use crate::{CommandEnd, EngineError, Output, Project};
use workshop_text::{Lang, Text};

/// Lines of standard error that are remembered.
const TAIL: usize = 20;

/// Remembers the last lines of standard error.
struct Tail<'a> {
    to: &'a mut dyn Output,
    errors: Vec<String>,
}

impl Output for Tail<'_> {
    fn line(&mut self, stderr: bool, line: &str) {
        if stderr {
            self.errors.push(line.to_owned());
            self.errors.drain(..self.errors.len().saturating_sub(TAIL));
        }
        self.to.line(stderr, line);
    }
}

/// One command under way.
pub(super) struct Command<'a> {
    pub engine: &'a EmbeddedEngine,
    pub project: &'a Project,
    pub place: Place,
    pub output: &'a mut dyn Output,
}

impl Command<'_> {
    /// Runs the arguments behind `compose`.
    ///
    /// # Errors
    /// The engine itself is in the way; a refusal is an end of the command, not an error.
    pub(super) async fn run(mut self, args: &[String]) -> Result<CommandEnd, EngineError> {
        let words = match words::parse(args) {
            Ok(words) => words,
            Err(error) => return Ok(self.usage(&error)),
        };
        let Self { engine, project, place, output } = self;
        let mut output = Tail { to: output, errors: Vec::new() };
        let ended = Command { engine, project, place, output: &mut output }.word(words.word).await;
        match ended {
            Ok(code) => Ok(CommandEnd { code: Some(code), stderr_tail: output.errors, trouble: None }),
            Err(Stopped::Engine(error)) => Err(error),
            Err(Stopped::Refused(Refusal { line, trouble })) => {
                output.line(true, &line);
                Ok(CommandEnd { code: Some(1), stderr_tail: vec![line], trouble: Some(trouble) })
            }
        }
    }

    /// A help that was asked for, or what is not one of this engine's words.
    fn usage(&mut self, error: &clap::Error) -> CommandEnd {
        let text = error.to_string();
        if error.exit_code() == 0 {
            text.trim_end().lines().for_each(|line| self.output.line(false, line));
            return CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None };
        }
        // What is wrong, and the arguments that are missing; then clap's own tips and usage.
        let said = text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let first = said.trim_start_matches("error: ").to_owned();
        self.output.line(true, &first);
        let near = text.lines().find_map(|line| line.trim().strip_prefix("tip: a similar "));
        if let Some(near) = near {
            self.output.line(true, &format!("a similar {near}"));
        }
        self.output
            .line(true, "`workshop compose --help` lists what the embedded engine has; Docker has more");
        CommandEnd { code: Some(1), stderr_tail: vec![first], trouble: None }
    }

    async fn word(&mut self, word: Word) -> Result<i32, Stopped> {
        match word {
            Word::Up(up) => return self.up(up).await,
            Word::Create(create) => {
                return self.up(Up { no_start: true, ..Up::detached(create.making) }).await;
            }
            Word::Down(down) => self.down(down).await?,
            Word::Build { services } => self.build(&services)?,
            Word::Scale { scales, no_deps } => {
                let services = scales.iter().filter_map(|text| words::scale(text).ok());
                let services = services.map(|(service, _)| service.to_owned()).collect();
                let making = Making { no_build: true, scale: scales, services, ..Making::default() };
                return self.up(Up { no_deps, ..Up::detached(making) }).await;
            }
            Word::Ps(ps) => {
                self.known(&ps.only)?;
                let lines = list::ps(&self.stack().await?, &ps);
                lines.into_iter().for_each(|line| self.output.line(false, &line));
            }
            Word::Logs(wanted) => {
                let stack = self.stack().await?;
                self.known(&wanted.services)?;
                wanted.hold_to(&stack).map_err(said)?;
                logs::show(&self.place, &stack, &wanted, self.output).await;
            }
            Word::Start(chosen) => self.act(Action::Start, chosen, None).await?,
            Word::Stop { chosen, timeout } => self.act(Action::Stop, chosen, timeout).await?,
            Word::Restart { mut chosen, timeout, no_deps } => {
                self.known(&chosen.services)?;
                if !no_deps && chosen.index.is_none() && !chosen.services.is_empty() {
                    chosen.services = self.desired()?.restarted_with(&chosen.services);
                }
                self.act(Action::Restart, chosen, timeout).await?;
            }
            Word::Kill { chosen, signal } => self.act(Action::Kill(signal), chosen, None).await?,
            Word::Rm(rm) => self.rm(rm).await?,
            Word::Port { index, service, port } => {
                let stack = self.stack().await?;
                let line = list::port(&stack, &service, index, port).map_err(said)?;
                self.output.line(false, &line);
            }
            Word::Config { quiet, services, volumes } => self.config(quiet, services, volumes)?,
            Word::Images { services } => {
                let stack = self.stack().await?;
                list::images(&stack, &services).into_iter().for_each(|line| self.output.line(false, &line));
            }
            Word::Top { services } => {
                let stack = self.stack().await?;
                list::top(&stack, &services).into_iter().for_each(|line| self.output.line(false, &line));
            }
            Word::Exec { no_tty: _, index, service, command } => {
                return self.exec(&service, index, &command).await;
            }
            Word::Version { short } => {
                let version = env!("CARGO_PKG_VERSION");
                let line = if short {
                    version.to_owned()
                } else {
                    format!("workshop compose (embedded engine) {version}")
                };
                self.output.line(false, &line);
            }
        }
        Ok(0)
    }

    /// The stack as it is; empty where nothing runs.
    pub(super) async fn stack(&mut self) -> Result<Stack, Stopped> {
        match Client::find(&self.place).await? {
            Way::Open(client) => Ok(client.stack().await?),
            Way::None => Ok(Stack::default()),
            Way::Lost => {
                self.say_lost();
                Ok(Stack::default())
            }
        }
    }

    fn say_lost(&mut self) {
        self.output.line(true, &Text::new("embedded-lost").render(Lang::En));
    }

    pub(super) fn desired<'d>(&'d self) -> Result<Desired<'d>, Refusal> {
        Desired::read(self.project, &self.place, &self.engine.programs)
    }

    fn known(&self, services: &[String]) -> Result<(), Refusal> {
        if services.is_empty() { Ok(()) } else { self.desired()?.selected(services, false).map(|_| ()) }
    }

    /// The services that a word is about: those that are named; else those of the file that no
    /// profile keeps back, so that no replica of another file is touched; else, where the file
    /// cannot be read, none: then it is about all that runs.
    pub(super) fn meant(&self, services: &[String]) -> Result<Option<Vec<String>>, Refusal> {
        let names = |desired: &Desired<'_>| -> Result<Vec<String>, Refusal> {
            let meant = desired.selected(services, false)?.into_iter();
            Ok(meant.map(|service| service.name.value.clone()).collect())
        };
        match self.desired() {
            Ok(desired) => names(&desired).map(Some),
            Err(_) if services.is_empty() => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    fn build(&mut self, services: &[String]) -> Result<(), Refusal> {
        let mut lines = Vec::new();
        let built = self.desired().and_then(|desired| {
            let selected = desired.selected(services, false)?;
            desired.build(&selected, Building::All, &mut |line| lines.push(line))
        });
        lines.iter().for_each(|line| self.output.line(true, line));
        built
    }

    async fn up(&mut self, up: Up) -> Result<i32, Stopped> {
        let mut lines = Vec::new();
        let request = self.request(&up, &mut |line| lines.push(line));
        lines.iter().for_each(|line| self.output.line(true, line));
        let request = request?;
        let (client, lost) = Client::ensure(&self.place, self.engine.binary.as_deref()).await?;
        if lost {
            self.say_lost();
        }
        if !request.remove_orphans {
            self.say_orphans(&client.stack().await?, &request.known);
        }
        let mut heard = Heard { output: self.output, failure: None };
        let begun = std::time::SystemTime::now();
        client.up(&request, &mut |line| heard.hear(line)).await?;
        if let Some(failure) = heard.failure {
            return Err(refused(failure).into());
        }
        forget_images(&self.place, &client).await;
        if up.detach || up.wait || up.no_start {
            return Ok(0);
        }
        self.attach(&client, &request, begun).await
    }

    /// Replicas of services that the file does not have any more, in Compose's words.
    fn say_orphans(&mut self, stack: &Stack, known: &[String]) {
        let orphans = stack.replicas.iter().filter(|one| !known.contains(&one.service));
        let names: Vec<&str> = orphans.map(|one| one.name.as_str()).collect();
        if !names.is_empty() {
            self.output.line(
                true,
                &format!(
                    "Found orphan containers ([{}]) for this project. If you removed or renamed this service in \
                     your compose file, you can run this command with the --remove-orphans flag to clean it up.",
                    names.join(" ")
                ),
            );
        }
    }

    /// What `up` asks the supervisor for. Images are made on the way.
    fn request(&self, up: &Up, say: &mut dyn FnMut(String)) -> Result<UpRequest, Refusal> {
        let desired = self.desired()?;
        let making = &up.making;
        let scales = scales(&desired, &making.scale)?;
        let services = desired.selected(&making.services, !up.no_deps)?;
        if let Some(left) = scales.keys().find(|name| !services.iter().any(|one| one.name.value == **name)) {
            return Err(refusal(
                format!("no such service: {left}: disabled"),
                Text::new("embedded-scale-left-out").with("service", left.as_str()),
            ));
        }
        let building = match (making.build, making.no_build) {
            (true, _) => Building::All,
            (_, true) => Building::None,
            _ => Building::Missing,
        };
        let counts = |service: &workshop_stack::compose::Service| {
            scales.get(&service.name.value).copied().unwrap_or_else(|| service.wanted_replicas())
        };
        // What Compose refuses before it builds, is refused before anything is built.
        for service in &services {
            desired.may_scale(service, counts(service))?;
        }
        desired.build(&services, building, say)?;
        let wanted = services.iter().map(|service| desired.wanted(service, counts(service)));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let unused = keys::without_effect(&desired.file.root);
        if !unused.is_empty() {
            say(format!(" no effect here: {}", unused.join(", ")));
        }
        for one in &wanted {
            desired.examine_front(&one.spec, say)?;
        }
        Ok(UpRequest {
            project: self.project.name.clone(),
            services: wanted,
            known: desired.file.services.iter().map(|service| service.name.value.clone()).collect(),
            remove_orphans: making.remove_orphans,
            force_recreate: making.force_recreate,
            no_recreate: making.no_recreate,
            only_create: up.no_start,
            volumes: desired.volumes_of(&services),
            wait: up.wait,
            grace: up.timeout.map(Duration::from_secs),
        })
    }

    /// `up` without `-d`: the logs, and the end of the stack with Ctrl-C.
    async fn attach(
        &mut self,
        client: &Client,
        request: &UpRequest,
        since: std::time::SystemTime,
    ) -> Result<i32, Stopped> {
        let stack = client.stack().await?;
        let services: Vec<String> =
            request.services.iter().map(|wanted| wanted.spec.service.clone()).collect();
        let wanted = words::Logs { since: Some(since), ..words::Logs::following(services.clone()) };
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => {}
            () = logs::follow(&self.place, &stack, &wanted, logs::Streams::Two, self.output) => {}
        }
        self.output.line(true, "Gracefully Stopping... press Ctrl+C again to force");
        let ids = stack.replicas.iter().filter(|one| services.contains(&one.service));
        let ids = ids.map(|one| one.id.clone()).collect();
        let request = ActRequest { action: Action::Stop, ids, grace: request.grace };
        let mut heard = Heard { output: self.output, failure: None };
        client.act(&request, &mut |line| heard.hear(line)).await?;
        Ok(130)
    }

    async fn act(&mut self, action: Action, chosen: Chosen, timeout: Option<u64>) -> Result<(), Stopped> {
        let meant = self.meant(&chosen.services)?;
        let stack = self.stack().await?;
        // Of a whole service only what runs can be killed.
        let kill_all = matches!(action, Action::Kill(_)) && chosen.index.is_none();
        let ids: Vec<String> = (stack.replicas.iter())
            .filter(|one| meant.as_ref().is_none_or(|meant| meant.contains(&one.service)))
            .filter(|one| chosen.index.is_none_or(|index| one.index == index))
            .filter(|one| !kill_all || one.state == State::Running)
            .map(|one| one.id.clone())
            .collect();
        if !ids.is_empty() {
            let grace = timeout.map(Duration::from_secs);
            return self.do_act(ActRequest { action, ids, grace }).await;
        }
        match (action, chosen.index) {
            (Action::Kill(_), None) => self.output.line(true, "no container to kill"),
            (Action::Start, None) => {
                let named = meant.unwrap_or_default().first().cloned().unwrap_or_default();
                return Err(said(format!("service \"{named}\" has no container to start")));
            }
            (_, None) => {}
            (action, Some(index)) => {
                let named = chosen.services.join(", ");
                let verb = verb(&action);
                return Err(said(format!("service \"{named}\" has no container to {verb} (index {index})")));
            }
        }
        Ok(())
    }

    pub(super) async fn do_act(&mut self, request: ActRequest) -> Result<(), Stopped> {
        let Way::Open(client) = Client::find(&self.place).await? else { return Ok(()) };
        let mut heard = Heard { output: self.output, failure: None };
        client.act(&request, &mut |line| heard.hear(line)).await?;
        heard.failure.map_or(Ok(()), |failure| Err(refused(failure).into()))
    }

    async fn rm(&mut self, rm: Rm) -> Result<(), Stopped> {
        let meant = self.meant(&rm.chosen.services)?;
        let stack = self.stack().await?;
        let going: Vec<&ReplicaView> = (stack.replicas.iter())
            .filter(|one| meant.as_ref().is_none_or(|meant| meant.contains(&one.service)))
            .filter(|one| rm.chosen.index.is_none_or(|index| one.index == index))
            .filter(|one| rm.stop || one.state != State::Running)
            .collect();
        if going.is_empty() {
            self.output.line(true, "No stopped containers");
            return Ok(());
        }
        let names: Vec<&str> = going.iter().map(|one| one.name.as_str()).collect();
        self.output.line(false, &format!("Going to remove {}", names.join(", ")));
        if !rm.force {
            let reason = Text::new("embedded-rm-asks");
            return Err(refusal(
                "nothing is removed: `rm` without -f asks first, and nobody is asked here",
                reason,
            )
            .into());
        }
        let ids = going.iter().map(|one| one.id.clone()).collect();
        self.do_act(ActRequest { action: Action::Remove, ids, grace: None }).await
    }

    fn config(&mut self, quiet: bool, services: bool, volumes: bool) -> Result<(), Refusal> {
        let mut lines = Vec::new();
        {
            let desired = self.desired()?;
            let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
            if services {
                lines = names(desired.file.services.iter().map(|one| &one.name.value).collect());
            } else if volumes {
                lines = names(desired.file.volumes.iter().map(|one| &one.key.value).collect());
            } else if !quiet {
                lines.push(
                    "the compose file is valid; use --services or --volumes, Docker shows it whole"
                        .to_owned(),
                );
            }
        }
        lines.iter().for_each(|line| self.output.line(false, line));
        Ok(())
    }

    /// A command inside a replica; its own output and exit code.
    async fn exec(&mut self, service: &str, index: u32, command: &[String]) -> Result<i32, Stopped> {
        let not_running = || said(format!("service \"{service}\" is not running"));
        let stack = self.stack().await?;
        let is_it =
            |one: &&ReplicaView| one.service == service && one.index == index && one.state == State::Running;
        let id = stack.replicas.iter().find(is_it).ok_or_else(not_running)?.id.clone();
        let Way::Open(client) = Client::find(&self.place).await? else { return Err(not_running()) };
        let line = format!("exec {service} {}", command.join(" "));
        match client.exec(&ExecRequest { id, command: command.to_vec() }).await? {
            ExecAnswer::Ended(ended) => {
                ended.stdout.lines().for_each(|line| self.output.line(false, line));
                ended.stderr.lines().for_each(|line| self.output.line(true, line));
                // As a shell says it where a signal ended it.
                Ok(ended.code.unwrap_or(137))
            }
            ExecAnswer::NotRunning => Err(not_running()),
            ExecAnswer::NotHere { known } => {
                self.output.line(true, &format!("here there is: {}", known.join(", ")));
                Err(needs_docker(String::new(), line).into())
            }
            ExecAnswer::Missing { program, install } => Err(missing_program(&program, &install).into()),
            ExecAnswer::TookTooLong { seconds } => {
                Err(said(format!("{line}: no end after {seconds} seconds")))
            }
        }
    }
}

/// `--scale` of a command line, by service; the last one counts.
///
/// # Errors
/// One is no service and number, or its service is not in the file.
fn scales(desired: &Desired<'_>, texts: &[String]) -> Result<BTreeMap<String, u32>, Refusal> {
    let mut scales = BTreeMap::new();
    for text in texts {
        let (service, number) = words::scale(text).map_err(|why| {
            let key = match why {
                NoScale::Shape => "embedded-scale-shape",
                NoScale::NoNumber => "embedded-scale-no-number",
                NoScale::Number => "embedded-scale-number",
            };
            let service = text.split('=').next().unwrap_or_default();
            refusal(
                format!("invalid --scale option \"{text}\". Should be SERVICE=NUM"),
                Text::new(key).with("text", text.as_str()).with("service", service),
            )
        })?;
        desired.selected(&[service.to_owned()], false)?;
        scales.insert(service.to_owned(), number);
    }
    Ok(scales)
}

/// Images that no replica and no name uses any more are only files in the way.
async fn forget_images(place: &Place, client: &Client) {
    let Ok(stack) = client.stack().await else { return };
    let running: Vec<_> = stack.replicas.iter().map(|one| one.image_root.clone()).collect();
    image::forget(place, &image::in_use(place, &running));
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Start => "start",
        Action::Stop => "stop",
        Action::Restart => "restart",
        Action::Kill(_) => "kill",
        Action::Remove => "remove",
    }
}

/// Passes the supervisor's lines on, in Compose's form.
pub(super) struct Heard<'a> {
    pub output: &'a mut dyn Output,
    pub failure: Option<Failure>,
}

impl Heard<'_> {
    pub(super) fn hear(&mut self, line: Said) {
        match line {
            Said::Progress { kind, name, what } => self.output.line(true, &format!(" {kind} {name}  {what}")),
            Said::Failed(failure) => self.failure = Some(failure),
            Said::Done => {}
        }
    }
}
