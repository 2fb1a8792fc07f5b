//! What a learner's program or page may do: come, report, vote, raise a hand, leave.

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::who::{self, Kept};
use super::{Peer, Shared, phone, read};
use crate::hall::clock;
use crate::keys;
use crate::protocol::{Join, Joined, Now, Reports, Role, Signal, Taken, Vote};
use crate::refusal::Refusal;
use crate::state::{self, Entry};

/// Reports of one request.
const MOST_REPORTS: usize = 100;

pub(super) async fn join(
    State(hall): State<Shared>,
    Extension(Peer(from)): Extension<Peer>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Refusal> {
    let join: Join = read(request).await?;
    if join.role == Role::Phone {
        return phone::join(&hall, from, &headers, &join.code).await;
    }
    hall.opens(&keys::plain(&join.code), &hall.keys.learner, from)?;
    let token = keys::token().map_err(|_| Refusal::NotKept)?;
    let (name, digest) = (join.name.as_deref(), keys::digest(&token));
    hall.change(|room| room.place(name, digest.clone(), clock()).map(Some).ok_or(Refusal::Full)).await?;
    let (name, room) = hall.see(|room| {
        let learner = room.holder(&digest).and_then(|id| room.learners().get(&id));
        (learner.map(|learner| learner.name.clone()).unwrap_or_default(), room.name.clone())
    });
    let cookie = Kept::Learner.keep(&hall, &token);
    Ok((cookie, Json(Joined { token, name, room })).into_response())
}

pub(super) async fn reports(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Taken>, Refusal> {
    let id = who::learner(&headers, &hall)?;
    let Reports { reports } = read(request).await?;
    if reports.len() > MOST_REPORTS || !reports.iter().all(state::is_sound_report) {
        return Err(Refusal::TooLarge);
    }
    hall.change(|room| Ok(room.news(id, reports, clock()))).await?;
    let number = hall.see(|room| room.learners().get(&id).map(|learner| learner.told));
    number.map(|number| Json(Taken { number })).ok_or(Refusal::TokenUnknown)
}

pub(super) async fn leave(State(hall): State<Shared>, headers: HeaderMap) -> Result<Response, Refusal> {
    let (entry, kept) = match who::learner(&headers, &hall) {
        Ok(id) => (Entry::Left { id }, Kept::Learner),
        Err(_) => (who::phone(&headers, &hall).map(|()| Entry::Phone { token: None })?, Kept::Phone),
    };
    hall.change(|_| Ok(Some(entry))).await?;
    Ok((StatusCode::NO_CONTENT, kept.keep(&hall, "")).into_response())
}

pub(super) async fn now(State(hall): State<Shared>, headers: HeaderMap) -> Result<Json<Now>, Refusal> {
    // Asked first: it is heard of by that.
    let phone = who::phone(&headers, &hall);
    let id = match who::learner(&headers, &hall) {
        Ok(id) => Some(id),
        Err(_) => phone.or_else(|_| who::owner(&headers, &hall)).map(|()| None)?,
    };
    Ok(Json(hall.see(|room| room.now(id))))
}

pub(super) async fn vote(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let id = who::learner(&headers, &hall)?;
    let vote: Vote = read(request).await?;
    hall.change(|room| {
        let answer = room.asked().and_then(|asked| asked.answer(&vote)).ok_or(Refusal::PollOver)?;
        Ok(Some(Entry::Vote { id, answer }))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn signal(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let id = who::learner(&headers, &hall)?;
    let signal: Signal = read(request).await?;
    hall.change(|_| Ok(Some(Entry::Signal { id, at: clock(), signal }))).await?;
    Ok(StatusCode::NO_CONTENT)
}
