//! `/api/posts` and `/api/posts/{id}`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::App;
use super::error::ApiError;
use super::input::{Body, Parameters, PostId};
use crate::db::Listing;
use crate::db::posts::{Filter, Post};

/// Newest first; `q` searches the content, `viewer` adds `liked`.
pub async fn list(State(app): State<App>, parameters: Parameters) -> Result<Listing<Post>, ApiError> {
    let filter =
        Filter { text: parameters.search()?, viewer: parameters.viewer()?, page: parameters.page()? };
    Ok(app.database.posts(&filter).await?)
}

pub async fn create(State(app): State<App>, body: Body) -> Result<impl IntoResponse, ApiError> {
    let (username, content) = (body.username()?, body.content()?);
    let post = app.database.create_post(username, content).await?;
    let location = format!("/api/posts/{}", post.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(post)))
}

pub async fn show(
    State(app): State<App>,
    PostId(id): PostId,
    parameters: Parameters,
) -> Result<Json<Post>, ApiError> {
    let viewer = parameters.viewer()?;
    let post = app.database.post(id, viewer.as_deref()).await?;
    post.map(Json).ok_or_else(ApiError::no_such_post)
}

/// Changes the content; the author stays.
pub async fn update(State(app): State<App>, PostId(id): PostId, body: Body) -> Result<Json<Post>, ApiError> {
    let post = app.database.update_post(id, &body.content()?).await?;
    post.map(Json).ok_or_else(ApiError::no_such_post)
}

pub async fn delete(State(app): State<App>, PostId(id): PostId) -> Result<StatusCode, ApiError> {
    if app.database.delete_post(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::no_such_post())
    }
}
