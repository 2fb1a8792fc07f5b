//! A request's headers about the databases, and those of its answer ([`answer`]).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::App;
use super::error::ApiError;
use crate::database::Position;
use crate::visit::Visit;

/// Which database answered; an answer from the cache has none.
const X_DATABASE: HeaderName = HeaderName::from_static("x-database");
/// Where a write stands in the primary's history; a read that brings it back sees that write.
const X_WRITE_POSITION: HeaderName = HeaderName::from_static("x-write-position");

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let text = |name: &HeaderName| parts.headers.get(name)?.to_str().ok();
        let is_no_cache = |word: &str| word.trim().eq_ignore_ascii_case("no-cache");
        let past_cache = text(&header::CACHE_CONTROL).is_some_and(|words| words.split(',').any(is_no_cache));
        Ok(Self::new(past_cache, text(&X_WRITE_POSITION).and_then(Position::parse)))
    }
}

/// The answer, with what it says of the databases; an error says it as well.
pub fn answer(outcome: Result<Response, ApiError>, visit: &Visit) -> Response {
    let mut response = outcome.unwrap_or_else(ApiError::into_response);
    let told = visit.told();
    let headers = [
        (X_DATABASE, told.database.as_deref()),
        (X_WRITE_POSITION, told.written.as_ref().map(Position::as_str)),
    ];
    for (name, text) in headers {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(text).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
