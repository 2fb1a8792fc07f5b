//! `wget` and `curl` inside a replica, sent: a request to the replica's own address, and what the two
//! would print and end with.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Method, Response, header};

use crate::embedded::inside::{Request, Tool};
use crate::embedded::wire::Ended;

/// Redirects that are followed.
const REDIRECTS: usize = 20;
/// The most of a body that is shown, in bytes.
const MOST: usize = 64 << 10;
/// How long an answer may take, where the command does not say.
const PATIENCE: Duration = Duration::from_secs(55);

/// Why there is no answer.
enum Failure {
    Refused,
    TookTooLong,
    Broken(String),
    /// The answer leads somewhere else than to the replica itself.
    Elsewhere(String),
}

/// Sends it to `address`, where the replica has that port; none where nothing listens.
pub(super) async fn send(request: &Request, address: Option<SocketAddr>) -> Ended {
    let patience = request.seconds.map_or(PATIENCE, Duration::from_secs);
    let asked = async {
        let mut path = request.path.clone();
        for _ in 0..REDIRECTS {
            let answer = ask(request, address.ok_or(Failure::Refused)?, &path).await?;
            match next(request, &answer)? {
                Some(other) => path = other,
                None => return Ok(shown(request, answer).await),
            }
        }
        Err(Failure::Broken("too many redirections".to_owned()))
    };
    let failure = match tokio::time::timeout(patience, asked).await {
        Ok(Ok(ended)) => return ended,
        Ok(Err(failure)) => failure,
        Err(_) => Failure::TookTooLong,
    };
    failed(request, &failure)
}

async fn ask(request: &Request, address: SocketAddr, path: &str) -> Result<Response, Failure> {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).pool_max_idle_per_host(0);
    let client = client.build().map_err(|error| Failure::Broken(error.to_string()))?;
    let method = Method::from_bytes(request.method.as_bytes()).unwrap_or(Method::GET);
    let name = match request.tool {
        Tool::Wget => "Wget",
        Tool::Curl => "curl/8",
    };
    let mut sent = client.request(method, format!("http://{address}{path}"));
    sent = sent.header(header::HOST, &request.host).header(header::USER_AGENT, name);
    sent = sent.header(header::ACCEPT, "*/*");
    for (name, value) in &request.headers {
        sent = sent.header(name, value);
    }
    sent.send().await.map_err(|error| match error.is_connect() {
        true => Failure::Refused,
        false => Failure::Broken(error.without_url().to_string()),
    })
}

/// The path that a redirect leads to, where redirects are followed.
fn next(request: &Request, answer: &Response) -> Result<Option<String>, Failure> {
    let location = answer.headers().get(header::LOCATION).filter(|_| answer.status().is_redirection());
    let Some(location) = location.filter(|_| request.follows) else { return Ok(None) };
    let location = location.to_str().unwrap_or_default();
    if location.starts_with('/') && !location.starts_with("//") {
        return Ok(Some(location.to_owned()));
    }
    let own = format!("http://{}/", request.host);
    let own_port = format!("http://{}:{}/", request.host, request.port);
    let rest = location.strip_prefix(&own).or_else(|| location.strip_prefix(&own_port));
    match rest {
        Some(rest) => Ok(Some(format!("/{rest}"))),
        None => Err(Failure::Elsewhere(location.to_owned())),
    }
}

/// What is printed of an answer, and what it is to the exit code.
async fn shown(request: &Request, mut answer: Response) -> Ended {
    let status = answer.status();
    let words = status.canonical_reason().unwrap_or_default();
    if request.fails && (status.is_client_error() || status.is_server_error()) {
        let code = status.as_u16();
        let (exit, line) = match request.tool {
            Tool::Wget => (8, format!("wget: ERROR {code}: {words}\n")),
            Tool::Curl => (22, format!("curl: (22) The requested URL returned error: {code}\n")),
        };
        return ended(exit, String::new(), request.speaks.then_some(line));
    }
    let mut text = String::new();
    if request.shows_head {
        text = format!("HTTP/1.1 {} {words}\r\n", status.as_u16());
        for (name, value) in answer.headers() {
            text.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
        }
        text.push_str("\r\n");
    }
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        let room = MOST.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    if request.shows_body {
        text.push_str(&String::from_utf8_lossy(&body));
    }
    ended(0, text, None)
}

fn failed(request: &Request, failure: &Failure) -> Ended {
    let at = format!("{} port {}", request.host.split(':').next().unwrap_or_default(), request.port);
    let (wget, curl, words) = match failure {
        Failure::Refused => (4, 7, format!("failed to connect to {at}: connection refused")),
        Failure::TookTooLong => (4, 28, format!("{at}: no answer in time")),
        Failure::Broken(words) => (4, 56, format!("{at}: {words}")),
        Failure::Elsewhere(url) => (1, 6, format!("{url}: the embedded engine asks this replica alone")),
    };
    let (code, line) = match request.tool {
        Tool::Wget => (wget, format!("wget: {words}\n")),
        Tool::Curl => (curl, format!("curl: ({curl}) {words}\n")),
    };
    ended(code, String::new(), request.speaks.then_some(line))
}

fn ended(code: i32, stdout: String, stderr: Option<String>) -> Ended {
    Ended { code: Some(code), stdout, stderr: stderr.unwrap_or_default() }
}
