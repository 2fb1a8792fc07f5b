//! What the room answers: the routes of [`crate::protocol`], the page, and what the page lives by.

mod guard;
mod learner;
mod live;
mod page;
mod phone;
mod presenter;
mod who;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post, put};
use serde::de::DeserializeOwned;

use crate::hall::Hall;
use crate::protocol::{
    JOIN, LEAVE, MOST_BYTES, NOW, PHONE, POLL, PRESS, PRESSES, REPORTS, SHOWN, SIGNAL, VOTE,
};
use crate::refusal::Refusal;

/// How long a request may take until it is answered.
const LONGEST: Duration = Duration::from_secs(20);

type Shared = Arc<Hall>;

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

pub(crate) fn router(hall: Shared) -> Router {
    Router::new()
        .route(JOIN, post(learner::join))
        .route(REPORTS, post(learner::reports))
        .route(LEAVE, post(learner::leave))
        .route(NOW, get(learner::now))
        .route(VOTE, post(learner::vote))
        .route(SIGNAL, post(learner::signal))
        .route(SHOWN, put(presenter::shown))
        .route(POLL, put(presenter::poll).delete(presenter::take_back))
        .route(PRESSES, get(presenter::presses))
        .route(PHONE, delete(phone::send_away))
        .route(PRESS, post(phone::press))
        .route("/api/enter", post(presenter::enter))
        .route("/api/live/{view}", get(live::live))
        .route("/table.csv", get(presenter::table))
        .route("/statements.json", get(presenter::statements))
        .merge(page::routes())
        .layer(from_fn_with_state(Arc::clone(&hall), guard::ours))
        .layer(from_fn(guard::in_time))
        .layer(from_fn(guard::headers))
        .with_state(hall)
}

/// What a request's body says.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    let bytes = to_bytes(request.into_body(), MOST_BYTES).await.map_err(|_| Refusal::TooLarge)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Unclear)
}
