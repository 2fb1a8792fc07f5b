//! Which method and path goes where ([`router`]).

mod base;
mod error;
mod health;
mod input;
mod links;
mod visits;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Router, middleware};
use url::Url;

use crate::config::Config;
use crate::observe::{HEALTH_PATH, Observer, observe};
use crate::shortener::Shortener;
use error::ApiError;

/// Room for the longest target with every character escaped.
const LARGEST_BODY: usize = 16 * 1024;

/// What every handler may use.
#[derive(Debug, Clone)]
struct App {
    shortener: Shortener,
    /// What short links begin with, where that is set.
    public: Option<Arc<Url>>,
}

/// All routes.
pub fn router(config: &Config, shortener: Shortener) -> Router {
    let app = App { shortener, public: config.public_url.clone().map(Arc::new) };
    Router::new()
        .route("/{code}", get(links::follow))
        .route("/api/v1/urls/shorten", post(links::shorten))
        .route("/api/v1/urls/{code}", get(links::show))
        .route(HEALTH_PATH, get(health::health))
        .route("/actuator/ping", get(ping))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(Arc::new(Observer::new(config)), observe))
        .with_state(app)
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
