//! `/actuator/health`: whether this server can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use crate::observe::Detail;

/// The answer. What is not UP says why, with no secret in it.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    components: Components,
}

#[derive(Serialize)]
struct Components {
    db: Component,
    redis: Component,
}

#[derive(Serialize)]
struct Component {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Component {
    fn new(outcome: Result<(), String>) -> Self {
        match outcome {
            Ok(()) => Self { status: "UP", reason: None },
            Err(reason) => Self { status: "DOWN", reason: Some(reason) },
        }
    }
}

/// 200 while redirects work: UP with Redis, DEGRADED without. 503 and DOWN
/// without the database.
pub async fn health(State(app): State<App>) -> Response {
    let (db, redis) = tokio::join!(app.shortener.database.ping(), app.shortener.cache.health());
    let (code, status) = match (&db, &redis) {
        (Ok(()), Ok(())) => (StatusCode::OK, "UP"),
        (Ok(()), Err(_)) => (StatusCode::OK, "DEGRADED"),
        (Err(_), _) => (StatusCode::SERVICE_UNAVAILABLE, "DOWN"),
    };
    let detail = db.as_ref().err().map(|reason| Detail(reason.detail.clone()));
    let components = Components {
        db: Component::new(db.map_err(|reason| reason.known)),
        redis: Component::new(redis.map_err(str::to_owned)),
    };
    let mut response = (code, Json(Health { status, components })).into_response();
    if let Some(detail) = detail {
        response.extensions_mut().insert(detail);
    }
    response
}
