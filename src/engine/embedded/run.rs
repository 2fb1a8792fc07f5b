//! Compose's words, done: [`Command`] reads the learner's files, asks the supervisor, and writes
//! what Compose would write.

use std::time::Duration;

use super::client::{Client, Way};
use super::desired::{Building, Desired};
use super::image;
use super::list;
use super::place::Place;
use super::refusal::{Refusal, Stopped, missing_program, needs_docker, refused, said};
use super::wire::{
    ActRequest, Action, DownRequest, ExecAnswer, ExecRequest, Failure, ReplicaView, Said, Stack, State,
    UpRequest,
};
use super::words::{self, Act, Down, Rm, Up, Word};
use super::{EmbeddedEngine, keys, logs};
use crate::engine::{CommandEnd, EngineError, Output, Project, Trouble};
use crate::text::{Lang, Text};

/// One command under way.
pub struct Command<'a> {
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
    pub async fn run(mut self, args: &[String]) -> Result<CommandEnd, EngineError> {
        let words = match words::parse(args) {
            Ok(words) => words,
            Err(error) => return Ok(self.usage(&error)),
        };
        match self.word(words.word).await {
            Ok(code) => Ok(CommandEnd { code: Some(code), stderr_tail: Vec::new(), trouble: None }),
            Err(Stopped::Engine(error)) => Err(error),
            Err(Stopped::Refused(Refusal { line, trouble })) => {
                self.output.line(true, &line);
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
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        self.output.line(true, &first);
        self.output
            .line(true, "`workshop compose --help` lists what the embedded engine has; Docker has more");
        CommandEnd { code: Some(2), stderr_tail: vec![first], trouble: None }
    }

    async fn word(&mut self, word: Word) -> Result<i32, Stopped> {
        match word {
            Word::Up(up) => return self.up(up).await,
            Word::Create(mut up) => {
                up.no_start = true;
                return self.up(up).await;
            }
            Word::Down(down) => self.down(down).await?,
            Word::Build { services } => self.build(&services)?,
            Word::Scale { scales, no_deps } => {
                let services = scales.iter().filter_map(|text| words::scale(text)).map(|(name, _)| name);
                let services = services.collect();
                return self
                    .up(Up { detach: true, no_build: true, scale: scales, no_deps, services, ..Up::bare() })
                    .await;
            }
            Word::Ps(ps) => list::ps(&self.stack().await?, &ps)
                .into_iter()
                .for_each(|line| self.output.line(false, &line)),
            Word::Logs(wanted) => {
                let stack = self.stack().await?;
                self.known(&wanted.services)?;
                logs::show(&self.place, &stack, &wanted, self.output).await;
            }
            Word::Start(act) => self.act(Action::Start, act).await?,
            Word::Stop(act) => self.act(Action::Stop, act).await?,
            Word::Restart(act) => self.act(Action::Restart, act).await?,
            Word::Kill(act) => {
                let signal = act.signal.clone().unwrap_or_else(|| "SIGKILL".to_owned());
                self.act(Action::Kill(signal), act).await?;
            }
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
    async fn stack(&mut self) -> Result<Stack, Stopped> {
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

    fn desired<'d>(&'d self) -> Result<Desired<'d>, Refusal> {
        Desired::read(self.project, &self.place, &self.engine.programs)
    }

    fn known(&self, services: &[String]) -> Result<(), Refusal> {
        if services.is_empty() { Ok(()) } else { self.desired()?.selected(services, false).map(|_| ()) }
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

    /// What `up` asks the supervisor for. Images are made on the way.
    fn request(&self, up: &Up, say: &mut dyn FnMut(String)) -> Result<UpRequest, Refusal> {
        let desired = self.desired()?;
        let mut scales = std::collections::BTreeMap::new();
        for text in &up.scale {
            let wrong = || Refusal {
                line: format!("invalid --scale option \"{text}\". Should be SERVICE=NUM"),
                trouble: Trouble::ComposeFileInvalid { detail: format!("--scale {text}") },
            };
            let (service, number) = words::scale(text).ok_or_else(wrong)?;
            scales.insert(service, number);
        }
        let names: Vec<String> = scales.keys().cloned().collect();
        desired.selected(&names, false)?;
        let services = desired.selected(&up.services, !up.no_deps)?;
        let building = match (up.build, up.no_build) {
            (true, _) => Building::All,
            (_, true) => Building::None,
            _ => Building::Missing,
        };
        let counts = |service: &crate::stack::compose::Service| {
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
            remove_orphans: up.remove_orphans,
            force_recreate: up.force_recreate,
            no_recreate: up.no_recreate,
            only_create: up.no_start,
            volumes: desired.volumes(),
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
        let wanted = words::Logs::following(services.clone());
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => {}
            () = logs::follow(&self.place, &stack, &wanted, Some(since), self.output) => {}
        }
        self.output.line(true, "Gracefully Stopping... press Ctrl+C again to force");
        let ids = stack.replicas.iter().filter(|one| services.contains(&one.service));
        let ids = ids.map(|one| one.id.clone()).collect();
        let request = ActRequest { action: Action::Stop, ids, grace: request.grace };
        let mut heard = Heard { output: self.output, failure: None };
        client.act(&request, &mut |line| heard.hear(line)).await?;
        Ok(130)
    }

    async fn down(&mut self, down: Down) -> Result<(), Stopped> {
        let volumes = if down.volumes { self.volumes() } else { Vec::new() };
        let grace = down.timeout.map(Duration::from_secs);
        match Client::find(&self.place).await? {
            Way::Open(client) => {
                let request = DownRequest { volumes: volumes.clone(), grace };
                let mut heard = Heard { output: self.output, failure: None };
                client.down(&self.place, &request, &mut |line| heard.hear(line)).await?;
                if let Some(failure) = heard.failure {
                    return Err(refused(failure).into());
                }
            }
            Way::None | Way::Lost => {
                for name in &volumes {
                    self.place.remove_volume(name);
                    self.output.line(true, &format!(" Volume {name}  Removed"));
                }
            }
        }
        if let Some(which) = &down.rmi {
            self.remove_images(which);
            image::forget(&self.place, &image::in_use(&self.place, &[]));
        }
        Ok(())
    }

    /// `--rmi local` leaves the images that the file gives a name of its own.
    fn remove_images(&mut self, which: &str) {
        let own = format!("{}-", self.project.name);
        for name in image::names(&self.place) {
            if which != "local" || name.starts_with(&own) {
                image::untag(&self.place, &name);
                self.output.line(true, &format!(" Image {name}  Removed"));
            }
        }
    }

    /// The volumes that there are.
    fn volumes(&self) -> Vec<String> {
        self.place.volume_names()
    }

    async fn act(&mut self, action: Action, act: Act) -> Result<(), Stopped> {
        self.known(&act.services)?;
        let stack = self.stack().await?;
        let wanted = |one: &&ReplicaView| {
            (act.services.is_empty() || act.services.contains(&one.service))
                && act.index.is_none_or(|index| one.index == index)
        };
        let chosen: Vec<&ReplicaView> = stack.replicas.iter().filter(wanted).collect();
        // Of a whole service only what runs can be killed.
        let kill_all = matches!(action, Action::Kill(_)) && act.index.is_none();
        let chosen: Vec<String> = chosen
            .into_iter()
            .filter(|one| !kill_all || one.state == State::Running)
            .map(|one| one.id.clone())
            .collect();
        if chosen.is_empty() {
            if act.index.is_some() || !act.services.is_empty() && !kill_all {
                let named = act.services.join(", ");
                let index = act.index.map(|index| format!(" (index {index})")).unwrap_or_default();
                return Err(said(format!(
                    "service \"{named}\" has no container to {}{index}",
                    verb(&action)
                )));
            }
            return Ok(());
        }
        self.do_act(ActRequest { action, ids: chosen, grace: act.timeout.map(Duration::from_secs) }).await
    }

    pub async fn do_act(&mut self, request: ActRequest) -> Result<(), Stopped> {
        let Way::Open(client) = Client::find(&self.place).await? else { return Ok(()) };
        let mut heard = Heard { output: self.output, failure: None };
        client.act(&request, &mut |line| heard.hear(line)).await?;
        heard.failure.map_or(Ok(()), |failure| Err(refused(failure).into()))
    }

    async fn rm(&mut self, rm: Rm) -> Result<(), Stopped> {
        self.known(&rm.services)?;
        let stack = self.stack().await?;
        let wanted = |one: &&ReplicaView| {
            (rm.services.is_empty() || rm.services.contains(&one.service))
                && rm.index.is_none_or(|index| one.index == index)
                && (rm.stop || one.state != State::Running)
        };
        let ids: Vec<String> = stack.replicas.iter().filter(wanted).map(|one| one.id.clone()).collect();
        if ids.is_empty() {
            self.output.line(true, "No stopped containers");
            return Ok(());
        }
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
struct Heard<'a> {
    output: &'a mut dyn Output,
    failure: Option<Failure>,
}

impl Heard<'_> {
    fn hear(&mut self, line: Said) {
        match line {
            Said::Progress { kind, name, what } => self.output.line(true, &format!(" {kind} {name}  {what}")),
            Said::Failed(failure) => self.failure = Some(failure),
            Said::Done => {}
        }
    }
}
