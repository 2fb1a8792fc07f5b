//! What the presenter's programs and board may do, by the owner's key.

use std::convert::Infallible;

use axum::extract::{Extension, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;

use super::who::{self, Kept};
use super::{Peer, Shared, read};
use crate::export;
use crate::protocol::{Poll, Shown};
use crate::refusal::Refusal;
use crate::state::{Entry, is_sound_poll, is_sound_shown};

/// The browser keeps the key that its page was opened with.
pub(super) async fn enter(
    State(hall): State<Shared>,
    Extension(Peer(from)): Extension<Peer>,
    request: Request,
) -> Result<Response, Refusal> {
    let key: String = read(request).await?;
    hall.opens(&key, &hall.keys.owner, from)?;
    Ok((StatusCode::NO_CONTENT, Kept::Owner.keep(&hall, &key)).into_response())
}

pub(super) async fn shown(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    who::owner(&headers, &hall)?;
    let shown: Option<Shown> = read(request).await?;
    if !shown.as_ref().is_none_or(is_sound_shown) {
        return Err(Refusal::TooLarge);
    }
    hall.change(|room| Ok((room.shown() != shown.as_ref()).then_some(Entry::Shown { shown }))).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn poll(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    who::owner(&headers, &hall)?;
    let poll: Poll = read(request).await?;
    if !is_sound_poll(&poll) {
        return Err(Refusal::TooLarge);
    }
    hall.change(|_| Ok(Some(Entry::Poll { poll: Some(poll) }))).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn take_back(State(hall): State<Shared>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    who::owner(&headers, &hall)?;
    hall.change(|room| Ok(room.asked().map(|_| Entry::Poll { poll: None }))).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn presses(
    State(hall): State<Shared>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    who::owner(&headers, &hall)?;
    let stream = unfold(hall.presses.subscribe(), |mut presses| async {
        loop {
            match presses.recv().await {
                Ok(press) => {
                    let word = serde_json::to_string(&press).expect("a press becomes JSON");
                    return Some((Ok(Event::default().data(word)), presses));
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

pub(super) async fn table(State(hall): State<Shared>, headers: HeaderMap) -> Result<Response, Refusal> {
    who::owner(&headers, &hall)?;
    Ok(file("text/csv; charset=utf-8", "table.csv", hall.see(export::table)))
}

pub(super) async fn statements(State(hall): State<Shared>, headers: HeaderMap) -> Result<Response, Refusal> {
    who::owner(&headers, &hall)?;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let home = format!("http://{host}/");
    Ok(file("application/json", "statements.json", hall.see(|room| export::statements(room, &home))))
}

fn file(kind: &'static str, name: &str, content: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], content).into_response()
}
