//! Which method and path goes where ([`router`]).

mod error;
mod health;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Router, middleware};

use crate::config::Config;
use crate::observe::{HEALTH_PATH, Observer, observe};
use error::ApiError;

/// All routes.
pub fn router(config: &Config) -> Router {
    Router::new()
        .route(HEALTH_PATH, get(health::health))
        .route("/actuator/ping", get(ping))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(Arc::new(Observer::new(config)), observe))
}

/// A constant text: what an answer costs before anything is looked up.
async fn ping() -> &'static str {
    "pong"
}

async fn unknown_path() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this path")
}

async fn wrong_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path does not take this method")
}
