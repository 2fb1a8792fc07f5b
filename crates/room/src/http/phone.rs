//! The presenter's phone: one at a time, and it may do next to nothing.

use std::net::IpAddr;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::who::{self, Kept};
use super::{Shared, read};
use crate::hall::Hall;
use crate::keys;
use crate::protocol::{Joined, Press};
use crate::refusal::Refusal;
use crate::state::Entry;

/// Lets a phone in: the second code, and no other phone there, or the presenter's key beside it.
pub(super) async fn join(
    hall: &Hall,
    from: IpAddr,
    headers: &HeaderMap,
    code: &str,
) -> Result<Response, Refusal> {
    hall.opens(&keys::plain(code), &hall.keys.phone, from)?;
    if hall.has_phone() && who::owner(headers, hall).is_err() {
        return Err(Refusal::PhoneTaken);
    }
    let token = keys::token().map_err(|_| Refusal::NotKept)?;
    let digest = keys::digest(&token);
    hall.hear_phone();
    hall.change(|_| Ok(Some(Entry::Phone { token: Some(digest) }))).await?;
    let room = hall.see(|room| room.name.clone());
    let joined = Joined { token: token.clone(), name: String::new(), room };
    Ok((Kept::Phone.keep(hall, &token), Json(joined)).into_response())
}

pub(super) async fn send_away(State(hall): State<Shared>, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    who::owner(&headers, &hall).or_else(|_| who::phone(&headers, &hall))?;
    hall.change(|room| Ok(room.phone().map(|_| Entry::Phone { token: None }))).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn press(
    State(hall): State<Shared>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Refusal> {
    who::phone(&headers, &hall)?;
    let press: Press = read(request).await?;
    hall.presses.send(press).map_err(|_| Refusal::NoDemo)?;
    Ok(StatusCode::NO_CONTENT)
}
