//! What a probe of the running stack brought back: [`Seen`].

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::probe::{BROWSED_REQUEST, OWN_REQUEST};
use super::survives::Survived;
use super::update::Updated;
use workshop_engine::{CommandEnd, EngineError, ExecEnd, ImageFacts, LogLine, Resource};
use workshop_text::Text;

/// What a probe brought back.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// In the order in which they were sent; the last may have failed.
    Requests(Vec<Exchange>),
    /// The answers, and what the logs hold of them.
    Burst(Burst),
    /// By replica label.
    Logs(BTreeMap<String, Vec<LogLine>>),
    /// What was written, and who has read it.
    SharedData(SharedData),
    /// Requests during the step's commands, and how these ended.
    Steady(Steady),
    /// A service that the step's commands changed.
    Updated(Updated),
    /// A node that was lost under load.
    Survived(Survived),
    /// A command that ran once more.
    Refused {
        /// As typed.
        command: String,
        /// How it ended.
        end: CommandEnd,
    },
    /// By replica label.
    Exec(BTreeMap<String, ExecEnd>),
    /// By replica label; `None` where the engine has no images.
    Images(BTreeMap<String, Option<ImageFacts>>),
    /// By replica label; `None` where the engine cannot say.
    Variables(BTreeMap<String, Option<BTreeMap<String, String>>>),
    /// How a program of this machine ended, or why it could not be run.
    Program(Result<ExecEnd, Text>),
    /// In the order in which they ran.
    Scaling(Vec<Measured>),
    /// A command of a probe that changes the stack failed, or a request before what it is about.
    ProbeFailed(Failed),
    /// Around an outage.
    Outage(Outage),
    /// By service: what its database's client printed.
    Replication(BTreeMap<String, ExecEnd>),
    /// A write and the query behind it.
    StaleRead(StaleRead),
    /// Writes and the reads behind them, in their order; the last may have failed.
    OwnWrites(Vec<OwnWrite>),
    /// Numbered writes, and which of them are there.
    NumberedWrites(NumberedWrites),
    /// What the engine still holds.
    Resources(Vec<Resource>),
    /// One for each port of the lesson, in its order.
    Ports(Vec<PortSeen>),
    /// Nothing could be asked: no service of the lesson's entry is published and running.
    NoEntry,
    /// The engine was in the way.
    Engine(EngineError),
}

/// One run under load.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// How many servers there were.
    pub servers: usize,
    /// Good answers a second.
    pub throughput: f64,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// 99 of 100 answers took no longer.
    pub p99: Duration,
    /// How many were sent.
    pub requests: u64,
    /// How many of them had no good answer.
    pub errors: u64,
    /// Label of a server → requests that it answered; every server is in it.
    pub answered: BTreeMap<String, u64>,
    /// Label of a replica, of whatever service → cores that it used.
    pub cpu: BTreeMap<String, f64>,
    /// How busy the generator's threads were, 0 to 1; `None` where that is not known.
    pub generator: Option<f64>,
    /// The same of the whole machine.
    pub host: Option<f64>,
    /// What came of each threshold.
    pub kept: Vec<workshop_load::threshold::Outcome>,
}

/// What came of a [`Probe::Outage`](super::probe::Probe::Outage): the requests of each part, in the
/// order in which they were sent; the last may have failed, and then the parts after it are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outage {
    /// With all there.
    pub before: Vec<Exchange>,
    /// While it was away.
    pub during: Vec<Exchange>,
    /// Once it was back.
    pub after: Vec<Exchange>,
}

/// What came of a [`Probe::StaleRead`](super::probe::Probe::StaleRead). Times are since the write
/// was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct StaleRead {
    /// The write.
    pub written: Exchange,
    /// The query, with what the write kept.
    pub statement: String,
    /// The first query's end; none where nothing could be asked.
    pub first: Option<ExecEnd>,
    /// When the first query was answered.
    pub asked: Duration,
    /// When a query found it; none where none did.
    pub arrived: Option<Duration>,
}

/// A write, and a read of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnWrite {
    /// The write.
    pub written: Exchange,
    /// The read; none where the write failed.
    pub read: Option<Exchange>,
    /// From sending the read to its answer.
    pub time: Duration,
}

/// What came of a [`Probe::NumberedWrites`](super::probe::Probe::NumberedWrites).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumberedWrites {
    /// How many were sent.
    pub sent: u32,
    /// What each that was acknowledged is known by, in the order of the answers, and when it was
    /// answered, since the first was sent.
    pub acknowledged: Vec<(String, Duration)>,
    /// When the commands began, since the first was sent.
    pub event: Duration,
    /// How the query for what is there ended.
    pub found: Option<ExecEnd>,
}

/// Why a probe that changes the stack could not go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    /// Why, as a message.
    pub text: Text,
    /// What the command wrote.
    pub lines: Vec<String>,
}

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// As it was sent.
    pub method: String,
    /// The path, with what was kept filled in.
    pub path: String,
    /// The answer, or why there was none.
    pub reply: Result<Reply, HttpFailure>,
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`; empty where the answer has none.
    pub content_type: String,
    /// `X-Replica`, where the answer has one.
    pub replica: Option<String>,
    /// Every header by its name in small letters; one that came several times with `, ` between.
    pub headers: BTreeMap<String, String>,
    /// The first 64 KiB of the body.
    pub body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

/// Why a request got no answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HttpFailure {
    /// Nobody listens there.
    Refused,
    /// No answer within the time that a request has.
    TimedOut,
    /// The connection ended before the answer did.
    Closed,
    /// Anything else, in the client's words.
    Other(String),
}

impl std::fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "time-out",
            Self::Closed => "connection closed",
            Self::Other(reason) => reason,
        })
    }
}

/// One request among many.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The `X-Request-ID` that it was sent with.
    pub id: String,
    /// The client that it was sent for, where there are several.
    pub client: Option<String>,
    /// The HTTP status, or why there was no answer.
    pub reply: Result<u16, HttpFailure>,
    /// `X-Replica`, where the answer has one.
    pub replica: Option<String>,
    /// From sending it to the end of the answer.
    pub time: Duration,
}

impl Hit {
    pub(crate) fn is_good(&self) -> bool {
        self.reply.as_ref().is_ok_and(|status| (200..400).contains(status))
    }

    /// `502`, `connection refused` … for a message.
    pub fn trouble(&self) -> String {
        match &self.reply {
            Ok(status) => format!("HTTP {status}"),
            Err(failure) => failure.to_string(),
        }
    }
}

/// What came of a [`Probe::Burst`](super::probe::Probe::Burst).
#[derive(Clone, Debug, PartialEq)]
pub struct Burst {
    /// Every request, in the order in which they ended.
    pub hits: Vec<Hit>,
    /// Replica label → those of our request ids that its log holds, each with its line.
    pub logged: BTreeMap<String, BTreeMap<String, String>>,
}

impl Burst {
    /// The line of a replica's log in which the request `id` stands behind another one of ours: two
    /// lines that ran together as they were written, with the replica's label.
    pub(crate) fn run_together(&self, id: &str) -> Option<(&str, &str)> {
        let lines = self.logged.iter().flat_map(|(label, ids)| ids.iter().map(move |one| (label, one)));
        let behind = |first: &String, line: &str| first != id && own_ids(line).any(|other| other == id);
        lines
            .filter(|(_, (first, line))| behind(first, line))
            .map(|(label, (_, line))| (label.as_str(), line.as_str()))
            .next()
    }
}

/// Whether two requests of ours stand in a line, whatever they are for: two lines that ran together.
pub(crate) fn has_two_requests(line: &str) -> bool {
    let mut ids = own_ids(line).chain(ids(line, BROWSED_REQUEST));
    ids.next().is_some_and(|first| ids.any(|other| other != first))
}

/// The ids of the runner's own requests that stand in a line, in its order.
pub(crate) fn own_ids(line: &str) -> impl Iterator<Item = &str> {
    ids(line, OWN_REQUEST)
}

fn ids<'l>(line: &'l str, prefix: &'static str) -> impl Iterator<Item = &'l str> {
    line.match_indices(prefix).map(move |(at, _)| {
        let rest = &line[at..];
        // Where two lines ran together without a space, the next id begins inside this one.
        let next = rest[prefix.len()..].find(prefix).map(|next| next + prefix.len());
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
        &rest[..next.unwrap_or(end).min(end)]
    })
}

/// What came of a [`Probe::SharedData`](super::probe::Probe::SharedData).
#[derive(Clone, Debug, PartialEq)]
pub struct SharedData {
    /// The POST.
    pub written: Exchange,
    /// Host name of a replica → status of its first answer for the item.
    pub read: BTreeMap<String, u16>,
    /// Requests that named no replica or failed.
    pub lost: u32,
}

/// What came of a [`Probe::Steady`](super::probe::Probe::Steady).
#[derive(Clone, Debug, PartialEq)]
pub struct Steady {
    /// Every request, whether it was answered or not.
    pub hits: Vec<Hit>,
    /// Each command that ran, as typed, and how it ended.
    pub commands: Vec<(String, CommandEnd)>,
}

/// A port that the lesson publishes, as it is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortSeen {
    /// The variable of `.env` that holds it.
    pub variable: String,
    /// The port's number: as it is set, else as the lesson wants it.
    pub port: u16,
    /// Whether it can be published.
    pub state: PortState,
    /// Somebody said that it shall be this one: the environment or `.env`. Where nobody did, the
    /// runner writes a free one into `.env` when it copies the application.
    pub set: bool,
}

/// Whether the stack can publish a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortState {
    /// Nobody has it.
    Free,
    /// This workspace's own stack has it.
    Ours,
    /// Another program or another stack has it.
    Taken,
    /// Only root may open it, and the engine runs as this user.
    NotAllowed,
}
