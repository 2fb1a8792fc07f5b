//! `/api/posts/{id}/likes`: a user likes a post once, however often they ask.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::App;
use super::error::ApiError;
use super::input::{Body, PostId};
use crate::db::likes::LikeState;

/// 201 for a new like, 200 when it was there.
pub async fn like(
    State(app): State<App>,
    PostId(post): PostId,
    body: Body,
) -> Result<(StatusCode, Json<LikeState>), ApiError> {
    let state = set(&app, post, &body, true).await?;
    let status = if state.changed { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(state)))
}

/// 200, whether or not there was a like.
pub async fn unlike(
    State(app): State<App>,
    PostId(post): PostId,
    body: Body,
) -> Result<Json<LikeState>, ApiError> {
    set(&app, post, &body, false).await.map(Json)
}

async fn set(app: &App, post: uuid::Uuid, body: &Body, liked: bool) -> Result<LikeState, ApiError> {
    let username = body.username()?;
    let state = app.database.set_like(post, username, liked).await?;
    state.ok_or_else(ApiError::no_such_post)
}
