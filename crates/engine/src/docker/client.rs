//! One client of the engine's API: every request has a time limit and a size limit, and every error
//! of bollard becomes an [`EngineError`] in a learner's words.

use std::error::Error as StdError;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, BollardRequest, Docker};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use serde::de::DeserializeOwned;

use super::endpoint::Endpoint;
use super::transport::{self, Overflow};
use crate::EngineError;
use workshop_text::Text;

/// The longest that an answer about what is running may take.
pub(crate) const OBSERVE: Duration = Duration::from_secs(5);
/// bollard's own limit, in seconds, above every one of ours.
const LAST: u64 = 120;
/// What is kept of an engine's complaint: enough for any that Docker makes.
const COMPLAINT: usize = 600;
/// Maps and lists that a listing may hold: ten thousand containers of Compose have 120,000.
const MOST_PARTS: usize = 400_000;
/// Values in them.
const MOST_VALUES: usize = 2_000_000;

/// The API of one engine.
#[derive(Clone)]
pub(crate) struct Client {
    pub docker: Docker,
    endpoint: Endpoint,
    overflow: Overflow,
}

impl Client {
    /// Prepares requests to an engine. Nothing is sent yet.
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Self, EngineError> {
        let overflow = Overflow::default();
        let (target, shared) = (endpoint.target.clone(), Arc::clone(&overflow));
        let transport = move |request: BollardRequest| {
            let (target, overflow) = (target.clone(), Arc::clone(&shared));
            async move {
                let most = transport::most(request.uri().path());
                transport::send(&target, request, most, overflow).await
            }
        };
        let docker = Docker::connect_with_custom_transport(
            transport,
            Some("http://docker"),
            LAST,
            API_DEFAULT_VERSION,
        );
        let docker = docker.map_err(|error| explain(&endpoint.address, error))?;
        Ok(Self { docker, endpoint: endpoint.clone(), overflow })
    }

    /// The head of the answer to a request that bollard would not read in bounded memory. `path` is
    /// in its parts, each of which is escaped.
    ///
    /// # Errors
    /// As bollard's own, among them the engine's refusal.
    pub(crate) async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        most: u64,
    ) -> Result<Response<Incoming>, Error> {
        let mut url = reqwest::Url::parse("http://docker")?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(path);
        }
        url.query_pairs_mut().extend_pairs(query);
        let uri = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        let request = Request::get(uri).body(Empty::<Bytes>::new())?;
        let answer =
            transport::send(&self.endpoint.target, request, most, Arc::clone(&self.overflow)).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let (body, _) = transport::collected(answer.into_body(), transport::SMALL as usize).await?;
        let said = serde_json::from_slice::<serde_json::Value>(&body).ok();
        let said = said.as_ref().and_then(|said| said.get("message")?.as_str());
        let message = said.map_or_else(|| String::from_utf8_lossy(&body).into_owned(), str::to_owned);
        Err(Error::DockerResponseServerError { status_code: status.as_u16(), message })
    }

    /// One listing. A short text can stand for a large value, so its parts are counted first.
    ///
    /// # Errors
    /// Those of [`Self::call`].
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, EngineError> {
        let request = async {
            let answer = self.get(path, query, transport::LISTING).await?;
            let (body, _) = transport::collected(answer.into_body(), transport::LISTING as usize).await?;
            if !is_moderate(&body) {
                self.overflow.store(true, Ordering::Relaxed);
            }
            if self.overflow.load(Ordering::Relaxed) {
                return Err(Error::IOError { err: ErrorKind::FileTooLarge.into() });
            }
            Ok(serde_json::from_slice(&body)?)
        };
        self.call("engine-what-listing", OBSERVE, request).await
    }

    /// What answers says what no Docker would.
    pub(crate) fn talks_nonsense(&self) -> EngineError {
        let address = self.endpoint.address.clone();
        EngineError::Unreachable { address, reason: Text::new("engine-reason-not-docker") }
    }

    /// Waits for one request, at most `limit`; `what` names it where it takes too long.
    ///
    /// # Errors
    /// Unreachable, PermissionDenied, Refused, TimedOut.
    pub(crate) async fn call<T>(
        &self,
        what: &'static str,
        limit: Duration,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, EngineError> {
        match tokio::time::timeout(limit, request).await {
            Err(_) | Ok(Err(Error::RequestTimeoutError)) => {
                let what = Text::new(what).with("address", self.endpoint.address.as_str());
                Err(EngineError::TimedOut { what, after: limit })
            }
            Ok(Err(_)) if self.overflow.swap(false, Ordering::Relaxed) => Err(EngineError::Unreachable {
                address: self.endpoint.address.clone(),
                reason: Text::new("engine-reason-too-much"),
            }),
            Ok(Err(error)) => Err(explain(&self.endpoint.address, error)),
            Ok(Ok(answer)) => Ok(answer),
        }
    }

    /// As [`Self::call`], where something that is not there (any more) is `None` and no error.
    pub(crate) async fn find<T>(
        &self,
        what: &'static str,
        limit: Duration,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, EngineError> {
        let request = async {
            match request.await {
                Ok(answer) => Ok(Some(answer)),
                Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.call(what, limit, request).await
    }

    /// Asks the engine whether it is there.
    pub(crate) async fn ping(&self, limit: Duration) -> Result<(), EngineError> {
        self.call("engine-what-ping", limit, self.docker.ping()).await.map(|_| ())
    }
}

/// Whether a text in JSON holds no more than a listing may.
fn is_moderate(json: &[u8]) -> bool {
    let (mut parts, mut values, mut quoted, mut escaped) = (0usize, 0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => parts += 1,
            b',' | b':' if !quoted => values += 1,
            _ => {}
        }
    }
    parts <= MOST_PARTS && values <= MOST_VALUES
}

/// An engine's complaint, cut where it says no more.
pub(crate) fn shortened(message: &str) -> String {
    let message = message.trim();
    match message.char_indices().nth(COMPLAINT) {
        Some((at, _)) => format!("{} …", &message[..at]),
        None => message.to_owned(),
    }
}

/// The error in a learner's words.
fn explain(address: &str, error: Error) -> EngineError {
    let unreachable =
        |reason| EngineError::Unreachable { address: address.to_owned(), reason: Text::new(reason) };
    match &error {
        Error::DockerResponseServerError { status_code, message } if message.trim().is_empty() => {
            return EngineError::Refused { reason: Text::verbatim(format!("HTTP {status_code}")) };
        }
        Error::DockerResponseServerError { message, .. } => {
            return EngineError::Refused { reason: Text::verbatim(shortened(message)) };
        }
        Error::DockerStreamError { error } => {
            return EngineError::Refused { reason: Text::verbatim(shortened(error)) };
        }
        Error::SocketNotFoundError(_) => return unreachable("engine-reason-no-socket"),
        Error::JsonDataError { .. } | Error::JsonSerdeError { .. } | Error::StrParseError { .. } => {
            return unreachable("engine-reason-not-docker");
        }
        _ => {}
    }
    match io_kind(&error) {
        Some(ErrorKind::PermissionDenied) => EngineError::PermissionDenied { address: address.to_owned() },
        Some(ErrorKind::NotFound) => unreachable("engine-reason-no-socket"),
        Some(ErrorKind::ConnectionRefused) => unreachable("engine-reason-refused"),
        Some(ErrorKind::TimedOut | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            unreachable("engine-reason-network")
        }
        _ if is_not_http(&error) => unreachable("engine-reason-not-docker"),
        _ => unreachable("engine-reason-broken-off"),
    }
}

fn causes(error: &Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(error as &(dyn StdError + 'static)), |cause| StdError::source(*cause))
}

/// The kind of the input/output error at the bottom, where there is one. bollard's variants are
/// not all transparent about their sources, so its own field is looked into as well.
fn io_kind(error: &Error) -> Option<ErrorKind> {
    let kind =
        |cause: &(dyn StdError + 'static)| cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let own = match error {
        Error::IOError { err } => Some(err.kind()),
        _ => None,
    };
    own.or_else(|| causes(error).find_map(kind))
}

/// Something answered, and not in HTTP. hyper says so in words only.
fn is_not_http(error: &Error) -> bool {
    causes(error).any(|cause| {
        let words = cause.to_string();
        ["invalid HTTP", "message head is too large", "unexpected message from connection"]
            .iter()
            .any(|mark| words.contains(mark))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_listing_holds_is_counted_outside_of_its_strings() {
        assert!(is_moderate(br#"[{"a": "{{{{,,,,::::\"[[[["}]"#));
        let of = |part: &str, count: usize| format!("[{}]", vec![part; count].join(","));
        assert!(is_moderate(of("{}", MOST_PARTS - 1).as_bytes()));
        assert!(!is_moderate(of("{}", MOST_PARTS).as_bytes()));
        assert!(!is_moderate(of("1", MOST_VALUES + 2).as_bytes()));
    }

    #[test]
    fn a_complaint_is_cut_at_a_letter() {
        assert_eq!(shortened(" no such image \n"), "no such image");
        let long = shortened(&"한글".repeat(10_000));
        assert!(long.ends_with(" …") && long.chars().count() == COMPLAINT + 2);
    }
}
