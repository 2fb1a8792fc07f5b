//! A command's side of the supervisor: finds it or starts it, asks it, reads what it says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::binary;
use super::kin::{self, Standing};
use super::place::{self, Door, Found, Place, SMALL};
use super::refusal::Stopped;
use super::wire::{
    ActRequest, Addresses, DownRequest, ExecAnswer, ExecRequest, Failure, PATIENCE, Said, Stack, UpRequest,
};
use crate::EngineError;
use workshop_text::Text;

/// How long a question may take, and the head of every answer.
const ANSWER: Duration = Duration::from_secs(5);
/// A supervisor at work says something at least every [`BEAT`](super::wire::BEAT); silent for so
/// long, it is not at work.
const SILENCE: Duration = Duration::from_secs(6);
/// How long a change may go on without a word of what it does: longer than any dependency is waited
/// for. The grace of a stop comes on top.
const NO_NEWS: Duration = Duration::from_secs(15 * 60);
/// The most of an answer, of all the lines of one, and of one line, in bytes.
const LARGEST: usize = 8 << 20;
const ALL_LINES: usize = 1 << 20;
const LONGEST_LINE: usize = 64 << 10;
/// How long a supervisor may take to begin, or to end.
const BEGIN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

/// A way to a supervisor that lives.
pub(super) struct Client {
    door: Door,
    http: reqwest::Client,
}

/// Why a supervisor cannot be asked.
#[derive(Debug)]
pub(super) enum Unasked {
    /// One is there and cannot be talked to: it is silent, says nonsense, or is another version's.
    /// Its place can still be ended ([`kin::end`]).
    Deaf(Text),
    /// There is none, and none can be started.
    Missing(Text),
}

impl Unasked {
    /// Why, for a person.
    pub(super) fn reason(self) -> Text {
        match self {
            Self::Deaf(reason) | Self::Missing(reason) => reason,
        }
    }
}

impl From<Unasked> for EngineError {
    fn from(unasked: Unasked) -> Self {
        Self::Refused { reason: unasked.reason() }
    }
}

impl From<Unasked> for Stopped {
    fn from(unasked: Unasked) -> Self {
        Self::Engine(unasked.into())
    }
}

/// What became of the look for a supervisor.
pub(super) enum Way {
    Open(Client),
    /// There is none: nothing runs.
    None,
    /// It died, and what it ran with it. Said once; then it is forgotten.
    Lost,
}

impl Client {
    fn new(door: Door) -> Self {
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
        let http = http.redirect(reqwest::redirect::Policy::none()).build();
        Self { door, http: http.expect("a client without TLS has nothing to fail at") }
    }

    /// The supervisor of this place, if there is one.
    ///
    /// # Errors
    /// One lives that does not answer, or that another version of this program started.
    pub(super) async fn find(place: &Place) -> Result<Way, Unasked> {
        let deadline = Instant::now() + BEGIN;
        loop {
            match place.look() {
                Found::Nobody => return Ok(Way::None),
                Found::Dead => {
                    place.close();
                    return Ok(Way::Lost);
                }
                Found::Alive(door) => return Ok(Way::Open(Self::new(door))),
                Found::Foreign(pid) => {
                    return Err(Unasked::Deaf(Text::new("embedded-foreign").with("pid", pid)));
                }
                Found::Barred(reason) => {
                    return Err(Unasked::Missing(Text::new("embedded-barred").with("reason", reason)));
                }
                // It is beginning or ending.
                Found::Unreadable if Instant::now() < deadline => tokio::time::sleep(POLL).await,
                Found::Unreadable => return Err(unreadable(place)),
            }
        }
    }

    /// The supervisor of this place, started where there is none; and whether one had died.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) async fn ensure(place: &Place, binary: Option<&Path>) -> Result<(Self, bool), Unasked> {
        let mut lost = false;
        match Self::find(place).await? {
            Way::Open(client) => return Ok((client, false)),
            Way::None => {}
            Way::Lost => lost = true,
        }
        let failed = |error: std::io::Error| {
            let reason = workshop_disk::reason(&error);
            Unasked::Missing(Text::new("embedded-not-started").with("reason", reason))
        };
        start(place, binary).map_err(failed)?;
        let deadline = Instant::now() + BEGIN;
        loop {
            if let Found::Alive(door) = place.look() {
                return Ok((Self::new(door), lost));
            }
            if Instant::now() >= deadline {
                let words = workshop_disk::text(&place.own_log(), SMALL).unwrap_or_default();
                let reason = words.lines().last().unwrap_or("?").to_owned();
                return Err(Unasked::Missing(Text::new("embedded-not-started").with("reason", reason)));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}{path}", self.door.address);
        self.http.request(method, url).bearer_auth(&self.door.token)
    }

    /// Sends a request; the answer's head, in its time.
    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, Unasked> {
        match tokio::time::timeout(ANSWER, request.send()).await {
            Ok(answer) => {
                answer.and_then(reqwest::Response::error_for_status).map_err(|_| self.unreachable())
            }
            Err(_) => Err(self.silent(ANSWER)),
        }
    }

    /// The next part of an answer; none at its end.
    async fn part(&self, answer: &mut reqwest::Response) -> Result<Option<Vec<u8>>, Unasked> {
        match tokio::time::timeout(SILENCE, answer.chunk()).await {
            Ok(part) => Ok(part.map_err(|_| self.unreachable())?.map(|part| part.to_vec())),
            Err(_) => Err(self.silent(SILENCE)),
        }
    }

    /// Sends a request and reads what comes back, all of it within `limit`.
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        limit: Duration,
    ) -> Result<T, Unasked> {
        let asked = async {
            let mut answer = self.send(request).await?;
            let mut body = Vec::new();
            while let Some(part) = self.part(&mut answer).await? {
                body.extend_from_slice(&part);
                if body.len() > LARGEST {
                    return Err(self.nonsense());
                }
            }
            serde_json::from_slice(&body).map_err(|_| self.nonsense())
        };
        tokio::time::timeout(limit, asked).await.unwrap_or_else(|_| Err(self.silent(limit)))
    }

    /// What `replica` is answered for a name.
    ///
    /// # Errors
    /// It does not answer; one of an earlier version does not know the question.
    pub(super) async fn look_up(
        &self,
        replica: &str,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Unasked> {
        let question = [("replica", replica), ("host", host), ("port", &port.to_string())];
        let url = format!("http://{}/lookup", self.door.address);
        let url = reqwest::Url::parse_with_params(&url, &question).map_err(|_| self.nonsense())?;
        let request = self.http.get(url).bearer_auth(&self.door.token);
        Ok(self.ask::<Addresses>(request, ANSWER).await?.addresses)
    }

    /// # Errors
    /// It does not answer, or with something else than a stack.
    pub(super) async fn stack(&self) -> Result<Stack, Unasked> {
        let stack: Stack = self.ask(self.request(reqwest::Method::GET, "/stack"), ANSWER).await?;
        // Folders are named by ids.
        let is_id = |id: &str| id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        match stack.replicas.iter().all(|replica| is_id(&replica.id)) {
            true => Ok(stack),
            false => Err(self.nonsense()),
        }
    }

    /// # Errors
    /// The supervisor goes away in the middle.
    pub(super) async fn up(
        &self,
        request: &UpRequest,
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Result<(), Failure>, Unasked> {
        self.change("/up", request, request.grace, hear).await
    }

    /// # Errors
    /// The supervisor goes away in the middle.
    pub(super) async fn act(
        &self,
        request: &ActRequest,
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Result<(), Failure>, Unasked> {
        self.change("/act", request, request.grace, hear).await
    }

    /// Runs a command inside a replica.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) async fn exec(&self, request: &ExecRequest) -> Result<ExecAnswer, Unasked> {
        // How long the command may take is the supervisor's to say; until then it lets us know that
        // it is there.
        let request = self.request(reqwest::Method::POST, "/exec").json(request);
        self.ask(request, PATIENCE + SILENCE).await
    }

    /// Nanoseconds of CPU time by replica.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) async fn cpu(&self) -> Result<BTreeMap<String, u64>, Unasked> {
        self.ask(self.request(reqwest::Method::GET, "/cpu"), ANSWER).await
    }

    /// Takes services down; with nothing left, comes back when the supervisor is gone.
    ///
    /// # Errors
    /// The supervisor goes away in the middle.
    pub(super) async fn down(
        &self,
        place: &Place,
        request: &DownRequest,
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Result<(), Failure>, Unasked> {
        let done = self.change("/down", request, request.grace, hear).await?;
        self.ended_if_empty(place).await;
        Ok(done)
    }

    /// Takes networks away; with nothing left, the supervisor ends.
    ///
    /// # Errors
    /// It does not answer.
    pub(super) async fn remove_networks(&self, place: &Place, names: &[String]) -> Result<(), Unasked> {
        self.send(self.request(reqwest::Method::POST, "/networks/remove").json(names)).await?;
        self.ended_if_empty(place).await;
        Ok(())
    }

    async fn ended_if_empty(&self, place: &Place) {
        let empty =
            self.stack().await.map_or(true, |stack| stack.networks.is_empty() && stack.replicas.is_empty());
        if empty {
            self.ended(place).await;
        }
    }

    async fn ended(&self, place: &Place) {
        let deadline = Instant::now() + BEGIN;
        while !matches!(place.look(), Found::Nobody) && Instant::now() < deadline {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Sends a change and hands on what is said, in Compose's form, until the last line.
    async fn change<R: serde::Serialize + Sync>(
        &self,
        path: &str,
        request: &R,
        grace: Option<Duration>,
        hear: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Result<(), Failure>, Unasked> {
        let mut answer = self.send(self.request(reqwest::Method::POST, path).json(request)).await?;
        let no_news = NO_NEWS.saturating_add(grace.unwrap_or_default());
        let (mut open, mut size, mut heard) = (Vec::new(), 0, Instant::now());
        while let Some(part) = self.part(&mut answer).await? {
            open.extend_from_slice(&part);
            size += part.len();
            while let Some(end) = open.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = open.drain(..=end).collect();
                if line.trim_ascii().is_empty() {
                    continue;
                }
                match serde_json::from_slice(&line).map_err(|_| self.nonsense())? {
                    Said::Progress { kind, name, what } => hear(&format!(" {kind} {name}  {what}")),
                    Said::Failed(failure) => return Ok(Err(failure)),
                    Said::Done => return Ok(Ok(())),
                }
                heard = Instant::now();
            }
            if open.len() > LONGEST_LINE || size > ALL_LINES {
                return Err(self.nonsense());
            }
            if heard.elapsed() > no_news {
                return Err(self.silent(no_news));
            }
        }
        Err(self.unreachable())
    }

    fn unreachable(&self) -> Unasked {
        Unasked::Deaf(Text::new("embedded-gone").with("pid", self.door.pid))
    }

    fn nonsense(&self) -> Unasked {
        Unasked::Deaf(Text::new("embedded-nonsense").with("pid", self.door.pid))
    }

    fn silent(&self, after: Duration) -> Unasked {
        let key = match kin::standing(self.door.pid) {
            Standing::Stopped => "embedded-stopped",
            Standing::Traced => "embedded-traced",
            Standing::Other => "embedded-silent",
        };
        Unasked::Deaf(Text::new(key).with("pid", self.door.pid).with("seconds", after.as_secs()))
    }
}

/// One lives, and its state file says nothing that could be believed.
fn unreadable(place: &Place) -> Unasked {
    let pid = kin::supervisor(place).map_or_else(|| "?".to_owned(), |found| found.pid.to_string());
    Unasked::Deaf(Text::new("embedded-unreadable").with("pid", pid))
}

/// How often it is looked whether there is a supervisor: one look is one file.
const LOOK: Duration = Duration::from_millis(200);
/// How long a supervisor that does not let itself be listened to is left alone.
const DEAF: Duration = Duration::from_secs(2);

/// Listens to a place's supervisor, and waits for one where there is none.
pub(super) struct Listener {
    place: Place,
    answer: Option<reqwest::Response>,
    /// The last look found one that had died.
    dead: bool,
}

impl Listener {
    pub(super) const fn new(place: Place) -> Self {
        Self { place, answer: None, dead: false }
    }

    /// Comes back when something may be different: a supervisor said so, began, or ended.
    pub(super) async fn next(&mut self) {
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

/// Starts a supervisor that goes on without this process.
fn start(place: &Place, other: Option<&Path>) -> std::io::Result<()> {
    place.prepare()?;
    let log = place::private_file(&place.own_log())?;
    let path = other.map_or_else(binary::own, Path::to_owned);
    let mut command = std::process::Command::new(path);
    command.arg(binary::SUPERVISOR).arg(place.root()).current_dir(place.root());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.arg0("workshop-supervisor").process_group(0);
    command.spawn().map(|_| ())
}
