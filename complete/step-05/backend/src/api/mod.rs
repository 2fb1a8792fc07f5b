//! The API under `/api`: which method and path goes where ([`router`]).

mod comments;
mod error;
mod health;
mod input;
mod likes;
mod posts;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::Serialize;

use crate::db::{Database, Listing};
use crate::observe::observe;
use error::ApiError;

/// Room for 2000 characters, each escaped as a surrogate pair, and a name.
const LARGEST_BODY: usize = 64 * 1024;
const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// What every handler may use.
#[derive(Debug, Clone)]
struct App {
    database: Database,
    replica: Arc<str>,
}

/// All routes. `replica` names this process; it must be valid in a header.
pub fn router(database: Database, replica: Arc<str>) -> Router {
    let app = App { database, replica: Arc::clone(&replica) };
    Router::new()
        .route("/api/health", get(health::health))
        .route("/api/posts", get(posts::list).post(posts::create))
        .route("/api/posts/{post}", get(posts::show).patch(posts::update).delete(posts::delete))
        .route("/api/posts/{post}/comments", get(comments::list).post(comments::create))
        .route(
            "/api/posts/{post}/comments/{comment}",
            get(comments::show).patch(comments::update).delete(comments::delete),
        )
        .route("/api/posts/{post}/likes", post(likes::like).delete(likes::unlike))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(replica, observe))
        .with_state(app)
}

async fn unknown_path() -> ApiError {
    ApiError::not_found("not_found", "there is nothing at this path")
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path does not take this method")
}

/// A list is its rows; the number of all rows is in `X-Total-Count`.
impl<T: Serialize> IntoResponse for Listing<T> {
    fn into_response(self) -> Response {
        let total = self.total.to_string();
        ([(X_TOTAL_COUNT, total)], Json(self.rows)).into_response()
    }
}
