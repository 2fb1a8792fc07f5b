//! One client of the engine's API: every request has a time limit, and every error of bollard
//! becomes an [`EngineError`] in a learner's words.

use std::error::Error as StdError;
use std::io::ErrorKind;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;

use crate::engine::EngineError;
use crate::text::Text;

/// The longest that an answer about what is running may take.
pub const OBSERVE: Duration = Duration::from_secs(5);

/// The API at one address, `unix:///var/run/docker.sock` or what `DOCKER_HOST` says.
#[derive(Clone)]
pub struct Client {
    pub docker: Docker,
    address: String,
}

impl Client {
    /// Prepares requests to `address`. Nothing is sent yet; a missing socket is noticed here.
    pub fn connect(address: &str) -> Result<Self, EngineError> {
        let docker = Docker::connect_with_host(address).map_err(|error| explain(address, error))?;
        Ok(Self { docker, address: address.to_owned() })
    }

    /// Waits for one request, at most `limit`; `what` names it where it takes too long.
    ///
    /// # Errors
    /// Unreachable, PermissionDenied, Refused, TimedOut.
    pub async fn call<T>(
        &self,
        what: &'static str,
        limit: Duration,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, EngineError> {
        match tokio::time::timeout(limit, request).await {
            Err(_) | Ok(Err(Error::RequestTimeoutError)) => {
                Err(EngineError::TimedOut { what: Text::new(what), after: limit })
            }
            Ok(Err(error)) => Err(explain(&self.address, error)),
            Ok(Ok(answer)) => Ok(answer),
        }
    }

    /// As [`Self::call`], where something that is not there (any more) is `None` and no error.
    pub async fn find<T>(
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
    pub async fn ping(&self, limit: Duration) -> Result<(), EngineError> {
        self.call("engine-what-ping", limit, self.docker.ping()).await.map(|_| ())
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
            return EngineError::Refused { reason: Text::verbatim(message.trim()) };
        }
        Error::DockerStreamError { error } => {
            return EngineError::Refused { reason: Text::verbatim(error.trim()) };
        }
        Error::SocketNotFoundError(_) => return unreachable("engine-reason-no-socket"),
        Error::UnsupportedURISchemeError { .. } => return unreachable("engine-reason-scheme"),
        Error::JsonDataError { .. } | Error::JsonSerdeError { .. } | Error::StrParseError { .. } => {
            return unreachable("engine-reason-not-docker");
        }
        Error::URLParseError { .. } | Error::InvalidURIError { .. } | Error::InvalidURIPartsError { .. } => {
            return unreachable("engine-reason-address");
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
        _ if is_connect(&error) => unreachable("engine-reason-network"),
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

fn is_connect(error: &Error) -> bool {
    matches!(error, Error::HyperLegacyError { err } if err.is_connect())
}
