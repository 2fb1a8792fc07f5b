//! A command's side of the supervisor: finds it or starts it, asks it, reads what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::place::{Found, Place};
use super::supervisor;
use super::wire::{ActRequest, Door, DownRequest, ExecAnswer, ExecRequest, Said, Stack, UpRequest};
use crate::engine::EngineError;
use crate::text::Text;

/// How long a question may take.
const ANSWER: Duration = Duration::from_secs(5);
/// How long a supervisor may take to begin, or to end.
const BEGIN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

/// A way to a supervisor that lives.
pub struct Client {
    door: Door,
    http: reqwest::Client,
}

/// What became of the look for a supervisor.
pub enum Way {
    Open(Client),
    /// There is none: nothing runs.
    None,
    /// It died, and what it ran with it. Said once; then it is forgotten.
    Lost,
}

impl Client {
    fn new(door: Door) -> Self {
        let http = reqwest::Client::builder().no_proxy().build();
        Self { door, http: http.expect("a client without TLS has nothing to fail at") }
    }

    /// The supervisor of this place, if there is one.
    ///
    /// # Errors
    /// One lives that does not answer, or that another version of this program started.
    pub async fn find(place: &Place) -> Result<Way, EngineError> {
        let deadline = Instant::now() + BEGIN;
        loop {
            match place.look() {
                Found::Nobody => return Ok(Way::None),
                Found::Dead => {
                    place.close();
                    return Ok(Way::Lost);
                }
                Found::Alive(door) => return Ok(Way::Open(Self::new(door))),
                Found::Foreign(pid) => return Err(refused(Text::new("embedded-foreign").with("pid", pid))),
                // It is beginning or ending.
                Found::Unreadable if Instant::now() < deadline => tokio::time::sleep(POLL).await,
                Found::Unreadable => return Err(refused(Text::new("embedded-unreadable"))),
            }
        }
    }

    /// The supervisor of this place, started where there is none; and whether one had died.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn ensure(place: &Place, binary: Option<&Path>) -> Result<(Self, bool), EngineError> {
        let mut lost = false;
        match Self::find(place).await? {
            Way::Open(client) => return Ok((client, false)),
            Way::None => {}
            Way::Lost => lost = true,
        }
        let failed = |error: std::io::Error| {
            let reason = crate::workspace::disk::reason(&error);
            refused(Text::new("embedded-not-started").with("reason", reason))
        };
        start(place, binary).map_err(failed)?;
        let deadline = Instant::now() + BEGIN;
        loop {
            if let Found::Alive(door) = place.look() {
                return Ok((Self::new(door), lost));
            }
            if Instant::now() >= deadline {
                let words = std::fs::read_to_string(place.own_log()).unwrap_or_default();
                let reason = words.lines().last().unwrap_or("?").to_owned();
                return Err(refused(Text::new("embedded-not-started").with("reason", reason)));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.door.address);
        self.http.request(method, url).bearer_auth(&self.door.token)
    }

    /// # Errors
    /// It does not answer.
    pub async fn stack(&self) -> Result<Stack, EngineError> {
        let ask = async {
            let answer = self.request(reqwest::Method::GET, "/stack").send().await?;
            answer.error_for_status()?.json::<Stack>().await
        };
        match tokio::time::timeout(ANSWER, ask).await {
            Ok(Ok(stack)) => Ok(stack),
            Ok(Err(_)) => Err(self.unreachable()),
            Err(_) => Err(EngineError::TimedOut { what: Text::new("embedded-what"), after: ANSWER }),
        }
    }

    /// # Errors
    /// The supervisor goes away in the middle.
    pub async fn up(
        &self,
        request: &UpRequest,
        hear: &mut (dyn FnMut(Said) + Send),
    ) -> Result<(), EngineError> {
        self.change("/up", request, hear).await
    }

    /// # Errors
    /// The supervisor goes away in the middle.
    pub async fn act(
        &self,
        request: &ActRequest,
        hear: &mut (dyn FnMut(Said) + Send),
    ) -> Result<(), EngineError> {
        self.change("/act", request, hear).await
    }

    /// Runs a command inside a replica.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn exec(&self, request: &ExecRequest) -> Result<ExecAnswer, EngineError> {
        // How long the command may take is the supervisor's to say.
        let asked = async {
            let sent = self.request(reqwest::Method::POST, "/exec").json(request).send().await?;
            sent.error_for_status()?.json::<ExecAnswer>().await
        };
        asked.await.map_err(|_| self.unreachable())
    }

    /// Nanoseconds of CPU time by replica.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn cpu(&self) -> Result<BTreeMap<String, u64>, EngineError> {
        let asked = async {
            let sent = self.request(reqwest::Method::GET, "/cpu").send().await?;
            sent.error_for_status()?.json().await
        };
        match tokio::time::timeout(ANSWER, asked).await {
            Ok(Ok(times)) => Ok(times),
            _ => Err(self.unreachable()),
        }
    }

    /// Takes everything down; comes back when the supervisor is gone.
    ///
    /// # Errors
    /// The supervisor goes away in the middle.
    pub async fn down(
        &self,
        place: &Place,
        request: &DownRequest,
        hear: &mut (dyn FnMut(Said) + Send),
    ) -> Result<(), EngineError> {
        self.change("/down", request, hear).await?;
        self.ended(place).await;
        Ok(())
    }

    /// Takes networks away; with nothing left, the supervisor ends.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn remove_networks(&self, place: &Place, names: &[String]) -> Result<(), EngineError> {
        let ask = self.request(reqwest::Method::POST, "/networks/remove").json(names).send();
        tokio::time::timeout(ANSWER, ask)
            .await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| self.unreachable())?;
        let empty =
            self.stack().await.map_or(true, |stack| stack.networks.is_empty() && stack.replicas.is_empty());
        if empty {
            self.ended(place).await;
        }
        Ok(())
    }

    async fn ended(&self, place: &Place) {
        let deadline = Instant::now() + BEGIN;
        while !matches!(place.look(), Found::Nobody) && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Sends a change and hands on what is said until the last line.
    async fn change<R: serde::Serialize + Sync>(
        &self,
        path: &str,
        request: &R,
        hear: &mut (dyn FnMut(Said) + Send),
    ) -> Result<(), EngineError> {
        let answer = self.request(reqwest::Method::POST, path).json(request).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let mut answer = answer.map_err(|_| self.unreachable())?;
        let mut open = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| self.unreachable())? {
            open.extend_from_slice(&chunk);
            while let Some(end) = open.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = open.drain(..=end).collect();
                let said: Said = serde_json::from_slice(&line).map_err(|_| self.unreachable())?;
                let last = matches!(said, Said::Done | Said::Failed(_));
                hear(said);
                if last {
                    return Ok(());
                }
            }
        }
        Err(self.unreachable())
    }

    fn unreachable(&self) -> EngineError {
        refused(Text::new("embedded-gone").with("pid", self.door.pid))
    }
}

/// How often it is looked whether there is a supervisor: one look is one file.
const LOOK: Duration = Duration::from_millis(200);
/// How long a supervisor that does not let itself be listened to is left alone.
const DEAF: Duration = Duration::from_secs(2);

/// Listens to a place's supervisor, and waits for one where there is none.
pub struct Listener {
    place: Place,
    answer: Option<reqwest::Response>,
    /// The last look found one that had died.
    dead: bool,
}

impl Listener {
    pub const fn new(place: Place) -> Self {
        Self { place, answer: None, dead: false }
    }

    /// Comes back when something may be different: a supervisor said so, began, or ended.
    pub async fn next(&mut self) {
        loop {
            if let Some(answer) = &mut self.answer {
                if !matches!(answer.chunk().await, Ok(Some(_))) {
                    self.answer = None;
                }
                return;
            }
            // Not by `Client::find`: that one forgets a dead supervisor, which others are to be told.
            let found = self.place.look();
            if matches!(found, Found::Dead) != self.dead {
                self.dead = !self.dead;
                return;
            }
            let Found::Alive(door) = found else {
                tokio::time::sleep(LOOK).await;
                continue;
            };
            let asked = Client::new(door).request(reqwest::Method::GET, "/changes").send();
            let answer = tokio::time::timeout(ANSWER, asked).await.ok().and_then(Result::ok);
            self.answer = answer.and_then(|answer| answer.error_for_status().ok());
            if self.answer.is_none() {
                tokio::time::sleep(DEAF).await;
            }
        }
    }
}

fn refused(reason: Text) -> EngineError {
    EngineError::Refused { reason }
}

/// This program's own file: by its name, so that a listing of processes shows it; where a newer
/// build has taken the name, by what the system still has of the old one.
pub fn own_binary() -> PathBuf {
    let own = Path::new("/proc/self/exe");
    match std::fs::read_link(own) {
        Ok(named) if named.exists() => named,
        Ok(_) => own.to_owned(),
        Err(_) => std::env::current_exe().unwrap_or_default(),
    }
}

/// Starts a supervisor that goes on without this process.
fn start(place: &Place, binary: Option<&Path>) -> std::io::Result<()> {
    crate::workspace::disk::private_folder(place.root())?;
    let log = std::fs::File::create(place.own_log())?;
    let path = binary.map_or_else(own_binary, Path::to_owned);
    let mut command = std::process::Command::new(path);
    command.arg(supervisor::WORD).arg(place.root()).current_dir(place.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.arg0("workshop-supervisor").process_group(0);
    }
    command.spawn().map(|_| ())
}
