//! What is asked of a room, over plain HTTP: each call is one request with a time-out, and what
//! can go wrong is a [`Trouble`] with words for it.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use workshop_room::protocol::{self, Join, Joined, Now, Poll, Refused, Report, Reports, Shown, Taken, Vote};

use super::address::Address;
use super::stream::Events;
use crate::text::Text;

/// How long a room may take to answer.
const ANSWER: Duration = Duration::from_secs(6);
const CONNECT: Duration = Duration::from_secs(3);
/// A room with nothing to say shows every quarter of a minute that it is there.
const STILL: Duration = Duration::from_secs(45);
/// No answer is longer.
const LONGEST: usize = 256 * 1024;

/// Somebody to a room: its address, and the token that it gave.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: Address,
    token: String,
}

/// Why a room did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nobody is there.
    Away,
    /// Somebody takes the connection and says nothing.
    Silent,
    /// Who answers is no room.
    Other,
    /// The room says no, by that word of the protocol.
    Refused(String),
}

impl Trouble {
    /// The room does not know the token, or not any more.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused(word) if word == "token-unknown")
    }

    /// What was sent will not be taken, however often it is sent.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Refused(word) if word == "unclear" || word == "too-large")
    }

    pub(crate) fn text(&self, address: &Address) -> Text {
        let key = match self {
            Self::Away => "in-room-away",
            Self::Silent => "in-room-silent",
            Self::Other => "in-room-other",
            Self::Refused(word) => match word.as_str() {
                "code-wrong" => "in-room-code-wrong",
                "slow-down" => "in-room-slow-down",
                "full" => "in-room-full",
                "token-unknown" => "in-room-unknown",
                "poll-over" => "in-room-poll-over",
                "not-kept" => "in-room-not-kept",
                "elsewhere" => "in-room-elsewhere",
                _ => return Text::new("in-room-refused").with("word", word.as_str()),
            },
        };
        Text::new(key).with("address", address.shown())
    }

    fn of(error: &reqwest::Error) -> Self {
        match () {
            () if error.is_timeout() && !error.is_connect() => Self::Silent,
            () if error.is_connect() => Self::Away,
            () => Self::Other,
        }
    }
}

impl Client {
    pub(crate) fn new(address: Address, token: impl Into<String>) -> Self {
        // A room is asked itself: what a proxy would see is nobody else's.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT);
        Self { http: http.build().unwrap_or_default(), address, token: token.into() }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Asks to be let in; nothing is known to the room yet.
    pub(crate) async fn join(address: Address, join: &Join) -> Result<Joined, Trouble> {
        Self::new(address, "").ask(Method::POST, protocol::JOIN, Some(join)).await
    }

    pub(crate) async fn reports(&self, reports: Vec<Report>) -> Result<Taken, Trouble> {
        self.ask(Method::POST, protocol::REPORTS, Some(&Reports { reports })).await
    }

    pub(crate) async fn now(&self) -> Result<Now, Trouble> {
        self.ask(Method::GET, protocol::NOW, None::<&()>).await
    }

    pub(crate) async fn leave(&self) -> Result<(), Trouble> {
        self.tell(Method::POST, protocol::LEAVE, None::<&()>).await
    }

    pub(crate) async fn vote(&self, vote: &Vote) -> Result<(), Trouble> {
        self.tell(Method::POST, protocol::VOTE, Some(vote)).await
    }

    pub(crate) async fn signal(&self, signal: protocol::Signal) -> Result<(), Trouble> {
        self.tell(Method::POST, protocol::SIGNAL, Some(&signal)).await
    }

    /// Presenter: the step that is shown, or none any more.
    pub(crate) async fn shown(&self, shown: Option<&Shown>) -> Result<(), Trouble> {
        self.tell(Method::PUT, protocol::SHOWN, Some(&shown)).await
    }

    /// Presenter: puts a question to the room, or resolves it.
    pub(crate) async fn poll(&self, poll: &Poll) -> Result<(), Trouble> {
        self.tell(Method::PUT, protocol::POLL, Some(poll)).await
    }

    /// Presenter: takes the question back.
    pub(crate) async fn take_back(&self) -> Result<(), Trouble> {
        self.tell(Method::DELETE, protocol::POLL, None::<&()>).await
    }

    /// Presenter: what the room says there, as it happens.
    pub(crate) async fn events(&self, path: &str) -> Result<Heard, Trouble> {
        let request = self.http.get(format!("{}{path}", self.address.shown())).bearer_auth(&self.token);
        let answer = tokio::time::timeout(ANSWER, request.send()).await.map_err(|_| Trouble::Silent)?;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let answer = answer.map_err(|error| Trouble::of(&error))?;
        Ok(Heard { answer, events: Events::default(), waiting: VecDeque::new() })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T, Trouble> {
        let answer = self.send(method, path, body).await?;
        serde_json::from_slice(&answer).map_err(|_| Trouble::Other)
    }

    async fn tell(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<(), Trouble> {
        self.send(method, path, body).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<Vec<u8>, Trouble> {
        let mut request = self.http.request(method, format!("{}{path}", self.address.shown()));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.timeout(ANSWER).send().await.map_err(|error| Trouble::of(&error))?;
        let is_good = answer.status().is_success();
        let bytes = bounded(answer).await?;
        if is_good {
            return Ok(bytes);
        }
        // Only a room says no in this way; another server at its address does not end anything.
        let refused = serde_json::from_slice::<Refused>(&bytes).map_err(|_| Trouble::Other)?;
        Err(Trouble::Refused(refused.error))
    }
}

/// What a room says, one after the other.
pub(crate) struct Heard {
    answer: reqwest::Response,
    events: Events,
    waiting: VecDeque<String>,
}

impl Heard {
    /// The next one; `None` once the connection is gone, or the room has been still for so long that it must be.
    pub(crate) async fn next(&mut self) -> Option<String> {
        while self.waiting.is_empty() {
            let chunk = tokio::time::timeout(STILL, self.answer.chunk()).await.ok()?.ok()??;
            self.waiting.extend(self.events.take(&chunk));
        }
        self.waiting.pop_front()
    }
}

async fn bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| Trouble::of(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(Trouble::Other);
        }
    }
    Ok(bytes)
}
