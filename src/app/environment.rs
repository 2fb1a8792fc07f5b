//! The learner's machine as a lesson needs it: the project's name, ports and secrets in `.env`, and
//! the lesson's commands on the engine.

use super::back::Half;
use super::error::AppError;
use super::{App, Session};
use crate::check::files::own_path;
use crate::check::probe::RequestSpec;
use crate::engine::ports::{self, Opening};
use crate::engine::project::{generate_name, is_made_for_another};
use crate::engine::shell::Astray;
use crate::engine::trouble::Trouble;
use crate::engine::{CommandEnd, Detail, Observed, Replica, StackCommand};
use crate::event::Tone;
use crate::lesson::model::Port;
use crate::session::change::ChangeError;
use crate::session::ports::port_now;
use crate::stack::{self, compose::Env};
use crate::text::Text;
use crate::workspace::env_file;
use crate::workspace::files::ReadError;
use crate::workspace::journal::{Change, OWN};
use crate::workspace::kept_secrets::KeptSecrets;

const FILE: &str = ".env";
const PROJECT: &str = "COMPOSE_PROJECT_NAME";

/// The workspace's `.env`, to be changed.
struct DotEnv {
    before: Option<Vec<u8>>,
    bytes: Vec<u8>,
    /// The variables that were set, and what of them may be shown.
    set: Vec<String>,
    /// It gets something that is for the learner's eyes alone.
    is_private: bool,
}

impl DotEnv {
    /// # Errors
    /// There is something by that name that is no file, or cannot be read: then nothing is written.
    fn read(desk: &Session) -> Result<Self, AppError> {
        match desk.files().dotenv() {
            Ok(bytes) => Self::of(Some(bytes.to_vec())),
            Err(ReadError::Missing { .. }) => Self::of(None),
            Err(error) => Err(ChangeError::Unreadable { file: FILE.to_owned(), error }.into()),
        }
    }

    /// # Errors
    /// Compose cannot read it: it is not made longer.
    fn of(before: Option<Vec<u8>>) -> Result<Self, AppError> {
        let bytes = before.clone().unwrap_or_default();
        if let Some(error) = stack::dotenv::DotEnv::syntax_error(&bytes, &Env::of_process()) {
            let (reason, line) = (error.message, error.span.line);
            return Err(ChangeError::Broken { file: FILE.to_owned(), reason, line }.into());
        }
        Ok(Self { before, bytes, set: Vec::new(), is_private: false })
    }

    fn get(&self, variable: &str) -> Option<String> {
        env_file::get(&self.bytes, variable)
    }

    fn set(&mut self, variable: &str, value: &str) {
        self.bytes = env_file::set(&self.bytes, variable, value);
        self.set.push(format!("{variable}={value}"));
    }

    /// The same for a value that is shown to nobody.
    fn set_secret(&mut self, variable: &str, value: &str) {
        self.bytes = env_file::set(&self.bytes, variable, value);
        self.set.push(variable.to_owned());
        self.is_private = true;
    }

    /// What it has of the lesson's secrets.
    fn secrets(&self, desk: &Session) -> Vec<(String, String)> {
        let secrets = desk.lesson.file.secrets.iter();
        secrets
            .filter_map(|name| Some((name.clone(), self.get(name).filter(|value| !value.is_empty())?)))
            .collect()
    }

    /// The secrets that are not those with which the stack last came up, as they were then.
    fn changed_secrets(&self, desk: &Session) -> Vec<(String, String)> {
        let kept = KeptSecrets::of(&desk.workspace);
        let now = self.secrets(desk).into_iter();
        now.filter_map(|(name, value)| Some((kept.get(&name)?, name, value)))
            .filter(|(before, _, value)| before != value)
            .map(|(before, name, _)| (name, before))
            .collect()
    }

    /// Recorded in the journal, as all that the runner writes, and said.
    fn write(self, app: &App, desk: &mut Session) -> Result<(), AppError> {
        self.write_as(OWN, app, desk)
    }

    fn write_as(self, label: &str, app: &App, desk: &mut Session) -> Result<(), AppError> {
        if self.bytes == self.before.as_deref().unwrap_or_default() {
            return Ok(());
        }
        let lock = app.lock(&desk.workspace)?;
        let mode = self.is_private.then_some(0o600);
        let change = Change { path: FILE.to_owned(), before: self.before, after: Some(self.bytes), mode };
        desk.workspace.journal(&lock)?.record_and_write(label, FILE.to_owned(), vec![change])?;
        desk.look_again();
        app.notice(Tone::Info, Text::new("app-env-written").with("variables", self.set));
        Ok(())
    }
}

impl App {
    /// Writes what is missing into the workspace's `.env`: a project name that is this folder's
    /// alone, published ports that are free, secrets that nobody knows. What the learner has set is
    /// left.
    pub(super) fn ensure_env(&self, desk: &mut Session) -> Result<(), AppError> {
        if !desk.workspace.is_created() {
            return Ok(());
        }
        if self.own_name(desk)? {
            self.move_ports(desk)?;
        }
        let mut env = DotEnv::read(desk)?;
        let name = generate_name(&desk.workspace.dir());
        if env.get(PROJECT).is_none() {
            env.set(PROJECT, &name);
        }
        if env.get(PROJECT).as_deref() == Some(name.as_str()) {
            desk.progress.project = Some(name);
        }
        let is_set = |env: &DotEnv, variable: &str| {
            std::env::var_os(variable).is_some() || env.get(variable).is_some()
        };
        let wanted = &desk.lesson.file.ports;
        let (there, missing): (Vec<&Port>, Vec<&Port>) =
            wanted.iter().partition(|port| is_set(&env, &port.variable));
        let mut given: Vec<u16> = there.iter().map(|port| port_now(port, &env.bytes)).collect();
        for port in missing {
            let chosen = self.other_port(desk, port, port.wanted, &given);
            env.set(&port.variable, &chosen.to_string());
            given.push(chosen);
        }
        let mut kept = KeptSecrets::of(&desk.workspace);
        for variable in &desk.lesson.file.secrets {
            // One that is set to nothing is none: Compose would refuse it, and a server would take it.
            let from_outside = std::env::var_os(variable).is_some_and(|value| !value.is_empty());
            if !from_outside && env.get(variable).is_none_or(|value| value.is_empty()) {
                let value = kept.get(variable).map_or_else(secret, Ok)?;
                env.set_secret(variable, &value);
                // What cannot be kept here is only made anew the next time.
                let _ = kept.keep(&desk.workspace, [(variable.clone(), value)]);
            }
        }
        env.write(self, desk)
    }

    /// Keeps the secrets that a stack which is well was started with: they are what its data was made
    /// with. Those of an `.env` that was changed since are not.
    pub(super) fn keep_secrets(&self, desk: &Session, observed: &Observed) {
        let written = std::fs::metadata(desk.workspace.dir().join(FILE)).and_then(|file| file.modified());
        let Ok(written) = written else { return };
        let with_it = |replica: &Replica| {
            replica.is_ready() && replica.started.is_some_and(|started| started > written)
        };
        if observed.replicas.is_empty() || !observed.replicas.iter().all(with_it) {
            return;
        }
        if let Ok(env) = DotEnv::read(desk) {
            let _ = KeptSecrets::of(&desk.workspace).keep(&desk.workspace, env.secrets(desk));
        }
    }

    /// The same as soon as the app is there, however it came, so that the learner's own commands
    /// find it. What is in the way is said by the command that needs the file.
    pub(super) fn early_env(&self, desk: &mut Session) {
        let dir = desk.workspace.dir();
        if dir.join(own_path(&dir, "docker-compose.yml")).is_file() {
            let _ = self.ensure_env(desk);
        }
    }

    /// Compose cannot read the workspace's `.env`, or it has other secrets than the stack was made
    /// with.
    pub(super) fn env_is_wrong(&self, desk: &Session) -> bool {
        match DotEnv::read(desk) {
            Ok(env) => !env.changed_secrets(desk).is_empty(),
            Err(error) => matches!(error, AppError::Change(ChangeError::Broken { .. })),
        }
    }

    /// One that cannot be read is begun anew, and the secrets that the stack was made with are put
    /// back; what it was comes back with `undo`.
    pub(super) fn renew_env(&self, desk: &mut Session) -> Result<(), AppError> {
        let Ok(before) = desk.files().dotenv().map(<[u8]>::to_vec) else { return Ok(()) };
        if let Ok(mut env) = DotEnv::of(Some(before.clone())) {
            env.changed_secrets(desk).iter().for_each(|(name, value)| env.set_secret(name, value));
            return env.write_as("apply", self, desk);
        }
        let lock = self.lock(&desk.workspace)?;
        let change =
            Change { path: FILE.to_owned(), before: Some(before), after: Some(Vec::new()), mode: None };
        desk.workspace.journal(&lock)?.record_and_write("apply", FILE.to_owned(), vec![change])?;
        desk.look_again();
        Ok(())
    }

    /// A project name that was made for another folder gives way to this one's: networks and volumes
    /// have nothing but the name. Whether it did.
    pub(super) fn own_name(&self, desk: &mut Session) -> Result<bool, AppError> {
        let mut env = DotEnv::read(desk)?;
        let dir = desk.workspace.dir();
        let Some(before) = env.get(PROJECT).filter(|name| is_made_for_another(name, &dir)) else {
            return Ok(false);
        };
        let name = generate_name(&dir);
        env.set(PROJECT, &name);
        env.write(self, desk)?;
        let text = Text::new("app-own-name").with("before", before).with("name", name.as_str());
        self.notice(Tone::Info, text);
        desk.progress.project = Some(name);
        desk.progress.baseline.clear();
        Ok(true)
    }

    /// Says it where the shell would lead the learner's own `docker compose` elsewhere.
    pub(super) fn look_at_the_shell(&self, desk: &Session) {
        if let Some(astray) = Astray::now().filter(|_| desk.engine.kind().heeds_shell) {
            self.notice(Tone::Warning, astray.text());
        }
    }

    /// `wanted` for that port of the lesson, or the one that takes its place, which is said. The
    /// stack's other ports are `given`.
    fn other_port(&self, desk: &Session, port: &Port, wanted: u16, given: &[u16]) -> u16 {
        let kind = desk.engine.kind();
        let key = match ports::opening(wanted, kind) {
            Opening::Free if !given.contains(&wanted) => return wanted,
            Opening::Free | Opening::Taken => "app-other-port",
            Opening::NotAllowed => "app-port-not-allowed",
        };
        let chosen = ports::free(wanted, kind, given);
        // The entry's is the one that a learner types into a browser.
        let is_entry = desk.lesson.file.ports.first().is_some_and(|first| first.variable == port.variable);
        let text = Text::new(key).with("wanted", wanted).with("port", chosen);
        let text = text.with("variable", port.variable.as_str());
        self.notice(Tone::Warning, text.with("for", if is_entry { "browser" } else { "others" }));
        chosen
    }

    /// After a change of the engine: ports that the new one may not open give way to others.
    pub(super) fn move_ports(&self, desk: &mut Session) -> Result<(), AppError> {
        let mut env = DotEnv::read(desk)?;
        let written = |port: &&Port| env.get(&port.variable).is_some_and(|port| port.parse::<u16>().is_ok());
        let all: Vec<&Port> = desk.lesson.file.ports.iter().filter(written).collect();
        let mut now: Vec<u16> = all.iter().map(|port| port_now(port, &env.bytes)).collect();
        for (at, port) in all.into_iter().enumerate() {
            let before = now[at];
            let given: Vec<u16> =
                now.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, port)| *port).collect();
            now[at] = self.other_port(desk, port, before, &given);
            if now[at] != before {
                env.set(&port.variable, &now[at].to_string());
            }
        }
        env.write(self, desk)
    }

    /// Puts another published port into `.env`.
    pub(super) fn set_port(&self, desk: &mut Session, variable: &str, port: u16) -> Result<(), AppError> {
        let mut env = DotEnv::read(desk)?;
        env.set(variable, &port.to_string());
        env.write(self, desk)
    }

    /// Runs a step's commands, one after the other; the first that fails ends it.
    pub(super) async fn run_commands(
        &self,
        desk: &Session,
        commands: &[StackCommand],
    ) -> Result<(), AppError> {
        for command in commands {
            let end = self.during(half_run(command, desk), desk.run(command)).await?;
            if !end.success() {
                return Err(command_failed(
                    &command.display_in(desk.engine.kind(), &desk.project().name),
                    &end,
                ));
            }
        }
        Ok(())
    }

    /// Sends the requests that stand for what a learner does in the browser.
    pub(super) async fn browse(&self, desk: &Session, requests: &[RequestSpec]) -> Result<(), AppError> {
        let observed = desk.engine.observe(&desk.project(), Detail::Listing).await?;
        let nowhere =
            || AppError::NotYet { text: Text::new("check-no-entry"), next: Some(Text::new("next-bring-up")) };
        let entry = desk.entry(&observed).ok_or_else(nowhere)?;
        let (sent, failed) = desk.browse(entry, requests, &observed).await;
        match failed {
            None => self.notice(Tone::Done, Text::new("app-browsed").with("count", sent)),
            Some(failure) => {
                let text =
                    Text::new("check-http-no-answer").with("request", failure.0).with("failure", failure.1);
                return Err(AppError::NotYet { text, next: None });
            }
        }
        Ok(())
    }
}

/// What is said where a command is cut off.
pub(super) fn half_run(command: &StackCommand, desk: &Session) -> Half {
    let command = command.display_in(desk.engine.kind(), &desk.project().name);
    let text = Text::new("half-command").with("command", command.as_str());
    Half { text, next: Text::new("next-half-command").with("command", command) }
}

pub(super) fn command_failed(line: &str, end: &CommandEnd) -> AppError {
    let reason = match &end.trouble {
        Some(trouble) => trouble.text(),
        None => Text::verbatim(end.stderr_tail.last().cloned().unwrap_or_default()),
    };
    let text = Text::new("app-command-failed").with("command", line).with("reason", reason);
    let next = match &end.trouble {
        Some(Trouble::PortTaken { .. } | Trouble::ImageMissing { .. } | Trouble::NoNetwork { .. }) => {
            Some(Text::new("next-doctor"))
        }
        _ => None,
    };
    if end.trouble.as_ref().is_none_or(Trouble::is_environment) {
        AppError::Environment { text, next }
    } else {
        AppError::NotYet { text, next }
    }
}

/// 32 hexadecimal digits that nobody can guess.
fn secret() -> Result<String, AppError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| AppError::Environment {
        text: Text::new("app-no-random").with("reason", error.to_string()),
        next: None,
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
