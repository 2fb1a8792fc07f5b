//! The learner's machine as a lesson needs it: the project's name and port in `.env`, and the
//! lesson's commands on the engine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::error::AppError;
use super::{App, Desk, project};
use crate::engine::project::generate_name;
use crate::engine::trouble::Trouble;
use crate::engine::{CommandEnd, Detail, EngineKind, StackCommand};
use crate::event::Tone;
use crate::lesson::model::StepSpec;
use crate::text::Text;
use crate::workspace::env_file;
use crate::workspace::journal::{Change, OWN};

const PROJECT: &str = "COMPOSE_PROJECT_NAME";
/// Ports that are tried when the wanted one is taken.
const OTHER_PORTS: std::ops::Range<u16> = 8080..8180;

impl App {
    /// Writes what is missing into the workspace's `.env`: a project name that is this folder's
    /// alone, and a published port that is free. What the learner has set is left.
    pub(super) fn ensure_env(&self, desk: &mut Desk) -> Result<(), AppError> {
        if !desk.workspace.is_created() {
            return Ok(());
        }
        let path = desk.workspace.dir().join(".env");
        let before = std::fs::read(&path).ok();
        let old = before.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let mut text = old.clone();
        let name = generate_name(&desk.workspace.dir());
        if env_file::get(&text, PROJECT).is_none() {
            text = env_file::set(&text, PROJECT, &name);
        }
        if env_file::get(&text, PROJECT).as_deref() == Some(name.as_str()) {
            desk.progress.project = Some(name);
        }
        if let Some(port) = &desk.lesson.file.port
            && std::env::var_os(&port.variable).is_none()
            && env_file::get(&text, &port.variable).is_none()
        {
            let chosen = self.other_port(desk, port.wanted);
            text = env_file::set(&text, &port.variable, &chosen.to_string());
        }
        self.write_env(desk, before, &old, text)
    }

    /// `wanted`, or the one that takes its place, which is said.
    fn other_port(&self, desk: &Desk, wanted: u16) -> u16 {
        let kind = desk.engine.kind();
        let key = match opening(wanted, kind) {
            Opening::Free => return wanted,
            Opening::Taken => "app-other-port",
            Opening::NotAllowed => "app-port-not-allowed",
        };
        let chosen = free_port(wanted, kind);
        self.notice(Tone::Warning, Text::new(key).with("wanted", wanted).with("port", chosen));
        chosen
    }

    /// After a change of the engine: a port that the new one may not open gives way to another.
    pub(super) fn move_port(&self, desk: &Desk) -> Result<(), AppError> {
        let Some(wanted) = &desk.lesson.file.port else { return Ok(()) };
        let env = std::fs::read_to_string(desk.workspace.dir().join(".env")).unwrap_or_default();
        let Some(port) = env_file::get(&env, &wanted.variable).and_then(|port| port.parse().ok()) else {
            return Ok(());
        };
        let chosen = self.other_port(desk, port);
        if chosen == port { Ok(()) } else { self.set_port(desk, &wanted.variable, chosen) }
    }

    /// Puts another published port into `.env`.
    pub(super) fn set_port(&self, desk: &Desk, variable: &str, port: u16) -> Result<(), AppError> {
        let before = std::fs::read(desk.workspace.dir().join(".env")).ok();
        let old = before.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let text = env_file::set(&old, variable, &port.to_string());
        self.write_env(desk, before, &old, text)
    }

    fn write_env(
        &self,
        desk: &Desk,
        before: Option<Vec<u8>>,
        old: &str,
        text: String,
    ) -> Result<(), AppError> {
        if text == old {
            return Ok(());
        }
        let lock = self.lock(&desk.workspace)?;
        let change = Change { path: ".env".to_owned(), before, after: Some(text.into_bytes()) };
        desk.workspace.journal(&lock)?.record_and_write(OWN, ".env".to_owned(), vec![change])?;
        Ok(())
    }

    /// Runs a step's commands, one after the other; the first that fails ends it.
    pub(super) async fn run_commands(&self, desk: &Desk, lines: &[String]) -> Result<(), AppError> {
        for line in lines {
            let command = StackCommand::parse(line).map_err(|error| {
                let file = format!("{}/lesson.toml", desk.lesson.dir);
                crate::lesson::LessonError::Rule { file, reason: error.text() }
            })?;
            let session = self.session(desk);
            let end = session.run(&command).await?;
            if !end.success() {
                return Err(command_failed(&command.display(desk.engine.kind(), None), &end));
            }
        }
        Ok(())
    }

    /// Sends the requests that stand for what a learner does in the browser.
    pub(super) async fn browse(&self, desk: &Desk, step: &StepSpec) -> Result<(), AppError> {
        if step.requests.is_empty() {
            return Ok(());
        }
        let observed = desk.engine.observe(&project(desk), Detail::Listing).await?;
        let session = self.session(desk);
        let nowhere =
            || AppError::NotYet { text: Text::new("check-no-entry"), next: Some(Text::new("next-bring-up")) };
        let url = session.entry_url(&observed).ok_or_else(nowhere)?;
        let (sent, failed) = session.browse(&url, &step.requests).await;
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

/// `wanted` where nothing has it, else the first free one of [`OTHER_PORTS`].
pub(super) fn free_port(wanted: u16, engine: EngineKind) -> u16 {
    let mut others = OTHER_PORTS;
    let is_free = |port| opening(port, engine) == Opening::Free;
    if is_free(wanted) { wanted } else { others.find(|port| is_free(*port)).unwrap_or(wanted) }
}

/// What comes of publishing a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Free,
    Taken,
    /// Only root may open it, and it is us who would.
    NotAllowed,
}

/// Whether `engine` could publish `port`. Docker opens it by itself, on every address and with
/// rights of its own; the embedded engine's processes are this user's, on the loopback address.
pub(super) fn opening(port: u16, engine: EngineKind) -> Opening {
    let answers = || {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpStream::connect_timeout(&address, Duration::from_millis(300)).is_ok()
    };
    let address = match engine {
        EngineKind::Docker => Ipv4Addr::UNSPECIFIED,
        EngineKind::Embedded => Ipv4Addr::LOCALHOST,
    };
    let bound = TcpListener::bind((address, port)).map(drop).map_err(|error| error.kind());
    let not_allowed = bound == Err(std::io::ErrorKind::PermissionDenied);
    match engine {
        EngineKind::Docker if bound.is_ok() || (not_allowed && !answers()) => Opening::Free,
        EngineKind::Embedded if not_allowed => Opening::NotAllowed,
        // Some systems let one program have the loopback address of another's port.
        EngineKind::Embedded if bound.is_ok() && !answers() => Opening::Free,
        _ => Opening::Taken,
    }
}
