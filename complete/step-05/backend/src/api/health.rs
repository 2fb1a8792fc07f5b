//! `/api/health`: whether this replica can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::App;
use crate::observe::Detail;

/// Shorter than the health check's own limit, so that the answer arrives.
const PATIENCE: Duration = Duration::from_secs(1);

/// 200 when the database answers, else 503.
pub async fn health(State(app): State<App>) -> Response {
    let outcome = match tokio::time::timeout(PATIENCE, app.database.ping()).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("the database did not answer within {PATIENCE:?}")),
    };
    let (code, status, database) = match outcome {
        Ok(()) => (StatusCode::OK, "ok", "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "error", "unavailable"),
    };
    let body = json!({"status": status, "replica": &*app.replica, "database": database});
    let mut response = (code, Json(body)).into_response();
    if let Err(detail) = outcome {
        response.extensions_mut().insert(Detail(detail));
    }
    response
}
