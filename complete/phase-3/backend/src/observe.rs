//! What every request gets, whatever answers it: the headers `X-Replica` and
//! `X-Request-Id`, that it is what it says it is (`nosniff`), and one line in
//! the log ([`observe`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::config::Config;
use crate::log::Line;

const X_REPLICA: HeaderName = HeaderName::from_static("x-replica");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const LONGEST_REQUEST_ID: usize = 128;
const LONGEST_LOGGED_PATH: usize = 512;
/// nginx's own status for a client that went away before the answer.
const CLIENT_GONE: u16 = 499;
/// Asked by health checks: never delayed.
pub const HEALTH_PATH: &str = "/actuator/health";

/// What went wrong inside, put beside a response for the log, never for the
/// client.
#[derive(Debug, Clone)]
pub struct Detail(pub String);

/// How requests are observed.
#[derive(Debug)]
pub struct Observer {
    replica: HeaderValue,
    access_log: bool,
    delay: Duration,
}

impl Observer {
    /// As the settings say. A name that does not fit a header, which
    /// [`Config`] refuses, would be left out.
    pub fn new(config: &Config) -> Self {
        let replica = HeaderValue::from_str(&config.replica);
        Self {
            replica: replica.unwrap_or(HeaderValue::from_static("unknown")),
            access_log: config.access_log,
            delay: config.delay,
        }
    }
}

/// Middleware round everything.
pub async fn observe(State(observer): State<Arc<Observer>>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let mut record = observer.access_log.then(|| Record::new(&request, &id, Arc::clone(&observer)));
    if !observer.delay.is_zero() && request.uri().path() != HEALTH_PATH {
        tokio::time::sleep(observer.delay).await;
    }
    let mut response = next.run(request).await;

    let error = response.extensions_mut().remove::<Detail>();
    if let Some(record) = &mut record {
        record.status = Some(response.status());
        record.error = error;
    }
    let headers = response.headers_mut();
    headers.insert(X_REPLICA, observer.replica.clone());
    headers.insert(X_REQUEST_ID, id);
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    response
}

/// The caller's own id when it is sane, so that one request keeps one id
/// through all servers; else a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    headers
        .get(X_REQUEST_ID)
        .filter(|id| {
            let id = id.as_bytes();
            (1..=LONGEST_REQUEST_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
        })
        .cloned()
        .unwrap_or_else(|| {
            let mut text = Uuid::encode_buffer();
            let text = Uuid::new_v4().hyphenated().encode_lower(&mut text);
            HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown"))
        })
}

/// One request's line. It is written when the record is dropped, so a request
/// that is cut short leaves its line as well.
struct Record {
    start: Instant,
    method: Method,
    path: String,
    id: HeaderValue,
    observer: Arc<Observer>,
    status: Option<StatusCode>,
    error: Option<Detail>,
}

impl Record {
    fn new(request: &Request, id: &HeaderValue, observer: Arc<Observer>) -> Self {
        let path = request.uri().path();
        Self {
            start: Instant::now(),
            method: request.method().clone(),
            path: path.chars().take(LONGEST_LOGGED_PATH).collect(),
            id: id.clone(),
            observer,
            status: None,
            error: None,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let status = match self.status {
            Some(status) => status.as_u16(),
            None if std::thread::panicking() => 500,
            None => CLIENT_GONE,
        };
        let milliseconds = self.start.elapsed().as_secs_f64() * 1000.0;
        let mut line = Line::new(if status >= 500 { "error" } else { "info" })
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", status)
            .field("ms", format_args!("{milliseconds:.2}"))
            .field("request_id", self.id.to_str().unwrap_or_default())
            .field("replica", self.observer.replica.to_str().unwrap_or_default());
        if let Some(Detail(error)) = &self.error {
            line = line.field("error", error);
        }
        line.print_soon();
    }
}
