//! `/actuator/health`: whether this server can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use crate::database::{Database, Reason};
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
    /// Every database, where there are replicas: the primary first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    databases: Vec<Member>,
}

/// One database. A replica that is not UP is not read from.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    name: String,
    role: &'static str,
    status: &'static str,
    /// `MySQL 8.4.3`, `MariaDB 10.11.6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    /// A replica's alone; null where it is not known, which is not 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    lag_seconds: Option<Option<u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
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
        databases: databases(&app.shortener.database, &db),
        db: Component::new(db.map_err(|reason| reason.known)),
        redis: Component::new(redis.map_err(str::to_owned)),
    };
    let mut response = (code, Json(Health { status, components })).into_response();
    if let Some(detail) = detail {
        response.extensions_mut().insert(detail);
    }
    response
}

fn databases(database: &Database, primary: &Result<(), Reason>) -> Vec<Member> {
    if database.replicas.is_empty() {
        return Vec::new();
    }
    let server = database.primary();
    let Component { status, reason } =
        Component::new(primary.as_ref().copied().map_err(|reason| reason.known.clone()));
    let first = Member {
        name: database.name().to_string(),
        role: "primary",
        status,
        server: server.map(|server| server.to_string()),
        lag_seconds: None,
        reason,
    };
    let others = database.replicas.known().map(|(name, state)| Member {
        name: name.to_string(),
        role: "replica",
        status: if state.out.is_none() { "UP" } else { "DOWN" },
        server: state.server.map(|server| server.to_string()),
        lag_seconds: Some(state.lag),
        reason: state.out,
    });
    std::iter::once(first).chain(others).collect()
}
