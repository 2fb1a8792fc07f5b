//! The requests that probes send: to the lesson's entry only, which is this workspace's own stack.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::Url;
use serde_json::Value;

use crate::check::address::{Header, Kept, RequestPath};
use crate::check::probe::{BROWSED_REQUEST, OWN_REQUEST, RequestSpec};
use crate::check::seen::{Exchange, Hit, HttpFailure, Reply};

const CONNECT: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(10);
/// Enough of a body for every check; a page of any size does no harm.
const BODY: usize = 64 * 1024;

/// Sends requests to one entry, each with an id of its own.
#[derive(Clone)]
pub(super) struct Client {
    entry: Url,
    /// Part of every id: `run` of the lesson's placeholders.
    pub run: String,
    prefix: &'static str,
    http: reqwest::Client,
    many: Many,
}

/// What requests have in common that are sent in large numbers.
#[derive(Clone, Debug, Default)]
struct Many {
    headers: Vec<(String, String)>,
    /// What stands in the places of their path.
    kept: Kept,
    /// The header of an answer that says who gave it.
    answered_by: Option<Header>,
}

impl Client {
    /// A client whose requests are known as the runner's own in the logs.
    pub(super) fn probing(entry: Url) -> Self {
        Self::new(entry, OWN_REQUEST)
    }

    /// A client that stands for the learner's browser.
    pub(super) fn browsing(entry: Url) -> Self {
        Self::new(entry, BROWSED_REQUEST)
    }

    fn new(entry: Url, prefix: &'static str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            // A kept connection may be closed just as it is used again, which is no failure of the stack's.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client without TLS has nothing to fail at");
        Self { entry, run: run_id(), prefix, http, many: Many::default() }
    }

    /// Sends the hits with these headers and with `kept` in their path, and takes `answered_by` of an
    /// answer for who gave it, in the place of `X-Replica`.
    pub(super) fn hitting(
        mut self,
        headers: &BTreeMap<Header, String>,
        kept: &Kept,
        answered_by: Option<&Header>,
    ) -> Self {
        let headers = headers.iter().map(|(name, value)| (name.as_str().to_owned(), fill(value, kept)));
        self.many =
            Many { headers: headers.collect(), kept: kept.clone(), answered_by: answered_by.cloned() };
        self
    }

    pub(super) fn id(&self, number: usize) -> String {
        format!("{}{}-{number}", self.prefix, self.run)
    }

    /// One request and its whole answer.
    pub(super) async fn exchange(
        &self,
        method: &str,
        (path, kept): (&RequestPath, &Kept),
        sent: Sent,
        number: usize,
    ) -> Exchange {
        let reply = self.send(method, path.at(&self.entry, kept), sent, &self.id(number)).await;
        Exchange { method: method.to_owned(), path: path.fill(kept), reply }
    }

    async fn send(&self, method: &str, url: Url, sent: Sent, id: &str) -> Result<Reply, HttpFailure> {
        let method = method.parse().map_err(|_| HttpFailure::Other(format!("no such method: {method}")))?;
        let mut request = self.http.request(method, url).header("x-request-id", id);
        if let Some((content_type, body)) = sent.body {
            let own = sent.headers.iter().any(|(name, _)| name == "content-type");
            request = if own {
                request.body(body)
            } else {
                request.header("content-type", content_type).body(body)
            };
        }
        for (name, value) in sent.headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|error| failure(&error))?;
        let headers = headers_of(response.headers());
        let (status, replica) = (response.status().as_u16(), headers.get("x-replica").cloned());
        let content_type = headers.get("content-type").cloned().unwrap_or_default();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            let room = BODY.saturating_sub(body.len());
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Reply { status, content_type, replica, headers, body })
    }

    /// One GET among many: its id, status, replica and time.
    pub(super) async fn hit(&self, path: &RequestPath, number: usize) -> Hit {
        self.hit_as(path, number, None).await
    }

    /// The same with one header more, which says for which client it is.
    pub(super) async fn hit_as(
        &self,
        path: &RequestPath,
        number: usize,
        client: Option<(&str, &str)>,
    ) -> Hit {
        let id = self.id(number);
        let begun = Instant::now();
        let url = path.at(&self.entry, &self.many.kept);
        let client_header = client.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = self.many.headers.iter().cloned().chain(client_header).collect();
        let reply = self.send("GET", url, Sent { headers, body: None }, &id).await;
        let time = begun.elapsed();
        let replica = reply.as_ref().ok().and_then(|reply| match &self.many.answered_by {
            None => reply.replica.clone(),
            Some(header) => reply.headers.get(header.as_str()).cloned(),
        });
        let client = client.map(|(_, value)| value.to_owned());
        Hit { id, client, reply: reply.map(|reply| reply.status), replica, time }
    }
}

/// What goes with a request: headers, and a body with its content type.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent {
    headers: Vec<(String, String)>,
    body: Option<(&'static str, String)>,
}

impl Sent {
    /// As the lesson has it, with what was kept in its places.
    pub(super) fn of(spec: &RequestSpec, kept: &Kept) -> Self {
        let json = spec.json.as_ref().map(|json| ("application/json", fill_json(json, kept).to_string()));
        let text = || spec.body.as_ref().map(|text| ("text/plain; charset=utf-8", fill(text, kept)));
        let header = |(name, value): (&Header, &String)| (name.as_str().to_owned(), fill(value, kept));
        Self { headers: spec.headers.iter().map(header).collect(), body: json.or_else(text) }
    }
}

fn fill(text: &str, kept: &Kept) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

fn fill_json(json: &Value, kept: &Kept) -> Value {
    match json {
        Value::String(text) => Value::String(fill(text, kept)),
        Value::Array(items) => items.iter().map(|item| fill_json(item, kept)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), fill_json(value, kept))).collect(),
        other => other.clone(),
    }
}

/// By names in small letters; bytes that are not UTF-8 are replaced.
fn headers_of(all: &reqwest::header::HeaderMap) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in all {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|known| {
                known.push_str(", ");
                known.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    headers
}

/// Short, and different in every run of the program and every probe of it.
fn run_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:08x}", RandomState::new().hash_one(Instant::now()) as u32)
}

fn failure(error: &reqwest::Error) -> HttpFailure {
    if error.is_timeout() {
        return HttpFailure::TimedOut;
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return match io.kind() {
                std::io::ErrorKind::ConnectionRefused => HttpFailure::Refused,
                std::io::ErrorKind::TimedOut => HttpFailure::TimedOut,
                _ => HttpFailure::Closed,
            };
        }
        source = error.source();
    }
    if error.is_connect() { HttpFailure::Refused } else { HttpFailure::Closed }
}
