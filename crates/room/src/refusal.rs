//! Why something was refused, as a status and a word.

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::protocol::Refused;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such code, or not the key.
    CodeWrong,
    /// So long: too many were wrong.
    SlowDown(Duration),
    /// No place for one more.
    Full,
    /// Another phone is in.
    PhoneTaken,
    /// Nobody has this token, or not any more.
    TokenUnknown,
    /// What is sent is more than is taken.
    TooLarge,
    /// What is sent is not what is meant here.
    Unclear,
    /// The question is another one by now, or over.
    PollOver,
    /// Nobody would turn the page.
    NoDemo,
    /// The disk of the room's machine takes nothing.
    NotKept,
    /// A page of somebody else's asks, or by a name that is not this room's.
    Elsewhere,
    /// The request did not come to its end.
    TooSlow,
}

impl Refusal {
    const fn said(self) -> (StatusCode, &'static str) {
        match self {
            Self::CodeWrong => (StatusCode::FORBIDDEN, "code-wrong"),
            Self::SlowDown(_) => (StatusCode::TOO_MANY_REQUESTS, "slow-down"),
            Self::Full => (StatusCode::SERVICE_UNAVAILABLE, "full"),
            Self::PhoneTaken => (StatusCode::CONFLICT, "phone-taken"),
            Self::TokenUnknown => (StatusCode::UNAUTHORIZED, "token-unknown"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            Self::Unclear => (StatusCode::BAD_REQUEST, "unclear"),
            Self::PollOver => (StatusCode::CONFLICT, "poll-over"),
            Self::NoDemo => (StatusCode::CONFLICT, "no-demo"),
            Self::NotKept => (StatusCode::SERVICE_UNAVAILABLE, "not-kept"),
            Self::Elsewhere => (StatusCode::FORBIDDEN, "elsewhere"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, word) = self.said();
        let mut response = (status, Json(Refused { error: word.to_owned() })).into_response();
        if let Self::SlowDown(wait) = self {
            response.headers_mut().insert(RETRY_AFTER, (wait.as_secs() + 1).into());
        }
        response
    }
}
