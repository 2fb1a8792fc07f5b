//! The learner's machine as a lesson needs it: the project's name, ports and secrets in `.env`, and
//! the lesson's commands on the engine.

use crate::app::back::Half;
use crate::app::error::AppError;
use crate::app::{Ctx, back};
use crate::check::files::own_path;
use crate::check::probe::RequestSpec;
use crate::check::refused::Because;
use crate::engine::ports::{self, Opening};
use crate::engine::project::{generate_name, is_made_for_another};
use crate::engine::shell::Astray;
use crate::engine::trouble::Trouble;
use crate::engine::{CommandEnd, Detail, Observed, Replica, StackCommand};
use crate::event::Tone;
use crate::lesson::model::Port;
use crate::session::Session;
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
    fn read(session: &Session) -> Result<Self, AppError> {
        match session.files().dotenv() {
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
    fn secrets(&self, session: &Session) -> Vec<(String, String)> {
        let secrets = session.lesson.file.secrets.iter();
        secrets
            .filter_map(|name| Some((name.clone(), self.get(name).filter(|value| !value.is_empty())?)))
            .collect()
    }

    /// The secrets that are not those with which the stack last came up, as they were then.
    fn changed_secrets(&self, session: &Session) -> Vec<(String, String)> {
        let kept = KeptSecrets::of(&session.workspace);
        let now = self.secrets(session).into_iter();
        now.filter_map(|(name, value)| Some((kept.get(&name)?, name, value)))
            .filter(|(before, _, value)| before != value)
            .map(|(before, name, _)| (name, before))
            .collect()
    }

    /// Recorded in the journal, as all that the runner writes, and said.
    fn write(self, app: &Ctx, session: &mut Session) -> Result<(), AppError> {
        self.write_as(OWN, app, session)
    }

    fn write_as(self, label: &str, app: &Ctx, session: &mut Session) -> Result<(), AppError> {
        if self.bytes == self.before.as_deref().unwrap_or_default() {
            return Ok(());
        }
        let lock = app.lock(&session.workspace)?;
        let mode = self.is_private.then_some(0o600);
        let change = Change { path: FILE.to_owned(), before: self.before, after: Some(self.bytes), mode };
        session.workspace.journal(&lock)?.record_and_write(label, FILE.to_owned(), vec![change])?;
        session.look_again();
        app.notice(Tone::Info, Text::new("app-env-written").with("variables", self.set));
        Ok(())
    }
}

/// What is said where a command is cut off.
pub(crate) fn half_run(command: &StackCommand, session: &Session) -> Half {
    let command = command.display_in(session.engine.kind(), &session.project().name, None);
    let text = Text::new("half-command").with("command", command.as_str());
    Half { text, next: Text::new("next-half-command").with("command", command) }
}

pub(crate) fn command_failed(line: &str, end: &CommandEnd) -> AppError {
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

/// Writes what is missing into the workspace's `.env`: a project name that is this folder's
/// alone, published ports that are free, secrets that nobody knows. What the learner has set is
/// left.
pub(crate) fn ensure_env(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    if !session.workspace.is_created() {
        return Ok(());
    }
    if own_name(ctx, session)? {
        move_ports(ctx, session)?;
    }
    let mut env = DotEnv::read(session)?;
    let name = generate_name(&session.workspace.dir());
    if env.get(PROJECT).is_none() {
        env.set(PROJECT, &name);
    }
    if env.get(PROJECT).as_deref() == Some(name.as_str()) {
        session.progress.project = Some(name);
    }
    let is_set =
        |env: &DotEnv, variable: &str| std::env::var_os(variable).is_some() || env.get(variable).is_some();
    let wanted = &session.lesson.file.ports;
    let (there, missing): (Vec<&Port>, Vec<&Port>) =
        wanted.iter().partition(|port| is_set(&env, &port.variable));
    let mut given: Vec<u16> = there.iter().map(|port| port_now(port, &env.bytes)).collect();
    for port in missing {
        let chosen = other_port(ctx, session, port, port.wanted, &given);
        env.set(&port.variable, &chosen.to_string());
        given.push(chosen);
    }
    let mut kept = KeptSecrets::of(&session.workspace);
    for variable in &session.lesson.file.secrets {
        // One that is set to nothing is none: Compose would refuse it, and a server would take it.
        let from_outside = std::env::var_os(variable).is_some_and(|value| !value.is_empty());
        if !from_outside && env.get(variable).is_none_or(|value| value.is_empty()) {
            let value = kept.get(variable).map_or_else(secret, Ok)?;
            env.set_secret(variable, &value);
            // What cannot be kept here is only made anew the next time.
            let _ = kept.keep(&session.workspace, [(variable.clone(), value)]);
        }
    }
    env.write(ctx, session)
}

/// Keeps the secrets that a stack which is well was started with: they are what its data was made
/// with. Those of an `.env` that was changed since are not.
pub(crate) fn keep_secrets(session: &Session, observed: &Observed) {
    let written = std::fs::metadata(session.workspace.dir().join(FILE)).and_then(|file| file.modified());
    let Ok(written) = written else { return };
    let with_it =
        |replica: &Replica| replica.is_ready() && replica.started.is_some_and(|started| started > written);
    if observed.replicas.is_empty() || !observed.replicas.iter().all(with_it) {
        return;
    }
    if let Ok(env) = DotEnv::read(session) {
        let _ = KeptSecrets::of(&session.workspace).keep(&session.workspace, env.secrets(session));
    }
}

/// The same as soon as the app is there, however it came, so that the learner's own commands
/// find it. What is in the way is said by the command that needs the file.
pub(crate) fn early_env(ctx: &Ctx, session: &mut Session) {
    let dir = session.workspace.dir();
    if dir.join(own_path(&dir, "docker-compose.yml")).is_file() {
        let _ = ensure_env(ctx, session);
    }
}

/// Compose cannot read the workspace's `.env`, or it has other secrets than the stack was made
/// with.
pub(crate) fn env_is_wrong(session: &Session) -> bool {
    match DotEnv::read(session) {
        Ok(env) => !env.changed_secrets(session).is_empty(),
        Err(error) => matches!(error, AppError::Change(ChangeError::Broken { .. })),
    }
}

/// One that cannot be read is begun anew, and the secrets that the stack was made with are put
/// back; what it was comes back with `undo`.
pub(crate) fn renew_env(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let Ok(before) = session.files().dotenv().map(<[u8]>::to_vec) else { return Ok(()) };
    if let Ok(mut env) = DotEnv::of(Some(before.clone())) {
        env.changed_secrets(session).iter().for_each(|(name, value)| env.set_secret(name, value));
        return env.write_as("apply", ctx, session);
    }
    let lock = ctx.lock(&session.workspace)?;
    let change = Change { path: FILE.to_owned(), before: Some(before), after: Some(Vec::new()), mode: None };
    session.workspace.journal(&lock)?.record_and_write("apply", FILE.to_owned(), vec![change])?;
    session.look_again();
    Ok(())
}

/// A project name that was made for another folder gives way to this one's: networks and volumes
/// have nothing but the name. Whether it did.
pub(crate) fn own_name(ctx: &Ctx, session: &mut Session) -> Result<bool, AppError> {
    let mut env = DotEnv::read(session)?;
    let dir = session.workspace.dir();
    let Some(before) = env.get(PROJECT).filter(|name| is_made_for_another(name, &dir)) else {
        return Ok(false);
    };
    let name = generate_name(&dir);
    env.set(PROJECT, &name);
    env.write(ctx, session)?;
    let text = Text::new("app-own-name").with("before", before).with("name", name.as_str());
    ctx.notice(Tone::Info, text);
    session.progress.project = Some(name);
    session.progress.baseline.clear();
    Ok(true)
}

/// Says it where the shell would lead the learner's own `docker compose` elsewhere.
pub(crate) fn look_at_the_shell(ctx: &Ctx, session: &Session) {
    if let Some(astray) = Astray::now().filter(|_| session.engine.kind().heeds_shell) {
        ctx.notice(Tone::Warning, astray.text());
    }
}

/// `wanted` for that port of the lesson, or the one that takes its place, which is said. The
/// stack's other ports are `given`.
fn other_port(ctx: &Ctx, session: &Session, port: &Port, wanted: u16, given: &[u16]) -> u16 {
    let kind = session.engine.kind();
    let key = match ports::opening(wanted, kind) {
        Opening::Free if !given.contains(&wanted) => return wanted,
        Opening::Free | Opening::Taken => "app-other-port",
        Opening::NotAllowed => "app-port-not-allowed",
    };
    let chosen = ports::free(wanted, kind, given);
    // The entry's is the one that a learner types into a browser.
    let is_entry = session.lesson.file.ports.first().is_some_and(|first| first.variable == port.variable);
    let text = Text::new(key).with("wanted", wanted).with("port", chosen);
    let text = text.with("variable", port.variable.as_str());
    ctx.notice(Tone::Warning, text.with("for", if is_entry { "browser" } else { "others" }));
    chosen
}

/// After a change of the engine: ports that the new one may not open give way to others.
pub(crate) fn move_ports(ctx: &Ctx, session: &mut Session) -> Result<(), AppError> {
    let mut env = DotEnv::read(session)?;
    let written = |port: &&Port| env.get(&port.variable).is_some_and(|port| port.parse::<u16>().is_ok());
    let all: Vec<&Port> = session.lesson.file.ports.iter().filter(written).collect();
    let mut now: Vec<u16> = all.iter().map(|port| port_now(port, &env.bytes)).collect();
    for (at, port) in all.into_iter().enumerate() {
        let before = now[at];
        let given: Vec<u16> =
            now.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, port)| *port).collect();
        now[at] = other_port(ctx, session, port, before, &given);
        if now[at] != before {
            env.set(&port.variable, &now[at].to_string());
        }
    }
    env.write(ctx, session)
}

/// Puts another published port into `.env`.
pub(crate) fn set_port(ctx: &Ctx, session: &mut Session, variable: &str, port: u16) -> Result<(), AppError> {
    let mut env = DotEnv::read(session)?;
    env.set(variable, &port.to_string());
    env.write(ctx, session)
}

/// Runs a step's commands, one after the other; the first that fails ends it.
pub(crate) async fn run_commands(
    ctx: &Ctx,
    session: &Session,
    commands: &[StackCommand],
) -> Result<(), AppError> {
    for command in commands {
        let end = back::during(ctx, half_run(command, session), session.run(command)).await?;
        if !end.success() {
            return Err(command_failed(
                &command.display_in(session.engine.kind(), &session.project().name, None),
                &end,
            ));
        }
    }
    Ok(())
}

/// Runs a command of which it does not matter how it ends: a check judges by what becomes of the stack.
pub(crate) async fn try_command(
    ctx: &Ctx,
    session: &Session,
    command: &StackCommand,
) -> Result<(), AppError> {
    back::during(ctx, half_run(command, session), session.run(command)).await?;
    Ok(())
}

/// Runs a command that has to fail for that reason; any other end is an error.
pub(crate) async fn run_refused(
    ctx: &Ctx,
    session: &Session,
    command: &StackCommand,
    because: Because,
) -> Result<(), AppError> {
    let end = back::during(ctx, half_run(command, session), session.run(command)).await?;
    let shown = command.display_in(session.engine.kind(), &session.project().name, None);
    if because.is_met_by(&end) {
        ctx.notice(Tone::Info, Text::new("app-refused"));
        return Ok(());
    }
    if end.success() {
        let text = Text::new("check-refused-not").with("command", shown);
        return Err(AppError::NotYet { text, next: None });
    }
    Err(command_failed(&shown, &end))
}

/// Sends the requests that stand for what a learner does in the browser.
pub(crate) async fn browse(ctx: &Ctx, session: &Session, requests: &[RequestSpec]) -> Result<(), AppError> {
    let observed = session.engine.observe(&session.project(), Detail::Listing).await?;
    let nowhere =
        || AppError::NotYet { text: Text::new("check-no-entry"), next: Some(Text::new("next-bring-up")) };
    let entry = session.entry(&observed).ok_or_else(nowhere)?;
    let (sent, failed) = session.browse(entry, requests, &observed).await;
    match failed {
        None => ctx.notice(Tone::Done, Text::new("app-browsed").with("count", sent)),
        Some(failure) => {
            let text =
                Text::new("check-http-no-answer").with("request", failure.0).with("failure", failure.1);
            return Err(AppError::NotYet { text, next: None });
        }
    }
    Ok(())
}
