//! `/actuator/health`: whether this server can do its work.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// 200 when redirects work, else 503.
pub async fn health() -> Response {
    let down = json!({"status": "DOWN", "reason": "not connected yet"});
    let body = json!({"status": "DOWN", "components": {"db": down, "redis": down}});
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}
