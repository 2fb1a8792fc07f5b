//! What the supervisor answers: HTTP on the loopback address. Everything needs the token of the
//! state file, which only this user can read; a replica's own token is good for names alone.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Json, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::change::Teller;
use super::names;
use super::shared::Supervisor;
use crate::embedded::wire::{ActRequest, BEAT, DownRequest, ExecRequest, Said, UpRequest};

/// Room for a request: a compose file of a hundred services is far below.
const LARGEST_REQUEST: usize = 4 << 20;
/// How long a request's body may take to come.
const BODY: Duration = Duration::from_secs(5);

type Shared = State<Arc<Supervisor>>;

pub(super) fn router(supervisor: Arc<Supervisor>) -> Router {
    let commands = Router::new()
        .route("/stack", get(stack))
        .route("/changes", get(changes))
        .route("/up", post(up))
        .route("/act", post(act))
        .route("/exec", post(exec))
        .route("/cpu", get(cpu))
        .route("/lookup", get(look_up))
        .route("/down", post(down))
        .route("/networks/remove", post(remove_networks))
        .route_layer(from_fn_with_state(Arc::clone(&supervisor), for_commands));
    Router::new()
        .route("/names", get(find))
        .merge(commands)
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_REQUEST))
        .with_state(supervisor)
}

fn bearer(headers: &HeaderMap) -> &[u8] {
    let value = headers.get(header::AUTHORIZATION).map_or(&b""[..], |value| value.as_bytes());
    value.strip_prefix(b"Bearer ").unwrap_or_default()
}

/// Compares all bytes, however early two differ.
fn same(given: &[u8], wanted: &str) -> bool {
    let wanted = wanted.as_bytes();
    given.len() == wanted.len() && given.iter().zip(wanted).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

async fn for_commands(State(supervisor): Shared, request: Request, next: Next) -> Response {
    if !same(bearer(request.headers()), &supervisor.token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    supervisor.note_activity();
    // Read here, in its time; the handler then has it whole.
    let (parts, body) = request.into_parts();
    let whole = Bytes::from_request(Request::from_parts(parts.clone(), body), &());
    match tokio::time::timeout(BODY, whole).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Ok(Err(refused)) => refused.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

async fn stack(State(supervisor): Shared) -> Response {
    let stack = supervisor.state().stack();
    Json(stack).into_response()
}

/// An empty line now, and one after every change of the stack, until the end.
async fn changes(State(supervisor): Shared) -> Response {
    let mut changed = supervisor.changed.subscribe();
    changed.mark_changed();
    let over = supervisor.over.subscribe();
    let lines = stream::unfold((changed, over), |(mut changed, mut over)| async move {
        tokio::select! {
            news = changed.changed() => news.ok()?,
            _ = over.wait_for(|over| *over) => return None,
        }
        Some((Ok::<_, std::convert::Infallible>("\n"), (changed, over)))
    });
    Body::from_stream(lines).into_response()
}

#[derive(serde::Deserialize)]
struct Question {
    replica: String,
    host: String,
    port: u16,
}

async fn find(State(supervisor): Shared, headers: HeaderMap, Query(question): Query<Question>) -> Response {
    if !same(bearer(&headers), &supervisor.names_token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let found = names::lookup(&supervisor.state(), &question.replica, &question.host, question.port);
    Json(found).into_response()
}

/// The same for a command, which asks as the replica would.
async fn look_up(State(supervisor): Shared, Query(question): Query<Question>) -> Response {
    let Question { replica, host, port } = question;
    Json(names::lookup(&supervisor.state(), &replica, &host, port)).into_response()
}

async fn up(State(supervisor): Shared, Json(request): Json<UpRequest>) -> Response {
    let (teller, lines) = unbounded_channel();
    // A command that is given up does not leave a stack half-made: this goes on without it.
    tokio::spawn(supervisor.up(request, Teller(teller)));
    told(lines)
}

async fn act(State(supervisor): Shared, Json(request): Json<ActRequest>) -> Response {
    let (teller, lines) = unbounded_channel();
    tokio::spawn(supervisor.act(request, Teller(teller)));
    told(lines)
}

async fn exec(State(supervisor): Shared, Json(request): Json<ExecRequest>) -> Response {
    let answer = async move { serde_json::to_vec(&supervisor.exec(&request).await).unwrap_or_default() };
    beating(stream::once(answer)).into_response()
}

/// Nanoseconds of CPU time by replica.
async fn cpu(State(supervisor): Shared) -> Response {
    Json(supervisor.cpu_times()).into_response()
}

async fn down(State(supervisor): Shared, Json(request): Json<DownRequest>) -> Response {
    let (teller, lines) = unbounded_channel();
    tokio::spawn(supervisor.down(request, Teller(teller)));
    told(lines)
}

async fn remove_networks(State(supervisor): Shared, Json(names): Json<Vec<String>>) -> StatusCode {
    supervisor.remove_networks(&names);
    StatusCode::NO_CONTENT
}

/// The lines as they come, one JSON value a line.
fn told(lines: UnboundedReceiver<Said>) -> Response {
    let body = stream::unfold(lines, |mut lines| async move {
        let said = lines.recv().await?;
        let mut line = serde_json::to_vec(&said).unwrap_or_default();
        line.push(b'\n');
        Some((line, lines))
    });
    beating(body).into_response()
}

/// What comes, and an empty line where nothing does for a while: whoever waits knows that somebody
/// is at work.
fn beating(parts: impl stream::Stream<Item = Vec<u8>> + Send + 'static) -> Body {
    let parts = Box::pin(parts);
    Body::from_stream(stream::unfold(parts, |mut parts| async move {
        let part = match tokio::time::timeout(BEAT, parts.next()).await {
            Ok(part) => part?,
            Err(_) => b"\n".to_vec(),
        };
        Some((Ok::<_, std::convert::Infallible>(part), parts))
    }))
}
