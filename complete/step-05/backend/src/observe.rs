//! What every request gets, whatever answers it: the headers `X-Replica` and
//! `X-Request-Id`, that it is what it says it is (`nosniff`), and one line in
//! the log ([`observe`]).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::log::Line;

const X_REPLICA: HeaderName = HeaderName::from_static("x-replica");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_REQUEST_ID: usize = 128;
const LONGEST_LOGGED_PATH: usize = 512;
/// nginx's own status for a client that went away before the answer.
const CLIENT_GONE: u16 = 499;

/// What went wrong inside, put beside a response for the log, never for the
/// client.
#[derive(Debug, Clone)]
pub struct Detail(pub String);

/// Middleware round everything. `replica` must be valid in a header.
pub async fn observe(State(replica): State<Arc<str>>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let mut record = Record::new(&request, &id, Arc::clone(&replica));
    let mut response = next.run(request).await;

    record.status = Some(response.status());
    record.error = response.extensions_mut().remove::<Detail>();
    let headers = response.headers_mut();
    for (name, value) in [(X_REPLICA, &*replica), (X_REQUEST_ID, &*id)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The caller's own id when it is sane, so that one request keeps one id
/// through all servers; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(X_REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| {
            (1..=LONGEST_REQUEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
        })
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

/// Who asked, as the proxy in front says it: the last address of `X-Forwarded-For`, for those before
/// it a client can make up. `-` where no proxy says it.
fn client(headers: &HeaderMap) -> String {
    let last = headers.get_all(X_FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    let address = last.and_then(|list| list.rsplit(',').next()).map(str::trim);
    address
        .and_then(|address| address.parse::<IpAddr>().ok())
        .map_or_else(|| "-".to_owned(), |address| address.to_string())
}

/// One request's line. It is written when the record is dropped, so a request
/// that is cut short leaves its line as well.
struct Record {
    start: Instant,
    method: Method,
    path: String,
    id: String,
    client: String,
    replica: Arc<str>,
    status: Option<StatusCode>,
    error: Option<Detail>,
}

impl Record {
    fn new(request: &Request, id: &str, replica: Arc<str>) -> Self {
        let path = request.uri().path();
        Self {
            start: Instant::now(),
            method: request.method().clone(),
            path: path.chars().take(LONGEST_LOGGED_PATH).collect(),
            id: id.to_owned(),
            client: client(request.headers()),
            replica,
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
            .field("request_id", &self.id)
            .field("replica", &self.replica)
            .field("client", &self.client);
        if let Some(Detail(error)) = &self.error {
            line = line.field("error", error);
        }
        line.print();
    }
}
