//! `/api/posts/{id}/comments` and `/api/posts/{id}/comments/{id}`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::App;
use super::error::ApiError;
use super::input::{Body, Parameters, PostId};
use crate::db::Listing;
use crate::db::comments::{Comment, CommentKey};

/// Newest first.
pub async fn list(
    State(app): State<App>,
    PostId(post): PostId,
    parameters: Parameters,
) -> Result<Listing<Comment>, ApiError> {
    let comments = app.database.comments(post, parameters.page()?).await?;
    comments.ok_or_else(ApiError::no_such_post)
}

pub async fn create(
    State(app): State<App>,
    PostId(post): PostId,
    body: Body,
) -> Result<impl IntoResponse, ApiError> {
    let (username, content) = (body.username()?, body.content()?);
    let comment =
        app.database.create_comment(post, username, content).await?.ok_or_else(ApiError::no_such_post)?;
    let location = format!("/api/posts/{}/comments/{}", comment.post_id, comment.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(comment)))
}

pub async fn show(State(app): State<App>, key: CommentKey) -> Result<Json<Comment>, ApiError> {
    let comment = app.database.comment(key).await?;
    comment.map(Json).ok_or_else(ApiError::no_such_comment)
}

/// Changes the content; the author stays.
pub async fn update(State(app): State<App>, key: CommentKey, body: Body) -> Result<Json<Comment>, ApiError> {
    let comment = app.database.update_comment(key, &body.content()?).await?;
    comment.map(Json).ok_or_else(ApiError::no_such_comment)
}

pub async fn delete(State(app): State<App>, key: CommentKey) -> Result<StatusCode, ApiError> {
    if app.database.delete_comment(key).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::no_such_comment())
    }
}
