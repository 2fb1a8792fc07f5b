//! Making, following and looking up short links.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::base::Base;
use super::error::ApiError;
use super::input::Body;
use super::visits::answer;
use crate::codes::Code;
use crate::target::Target;
use crate::visit::Visit;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made<'a> {
    short_code: &'a str,
    short_url: String,
    original_url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    short_code: &'a str,
    original_url: String,
    click_count: u64,
    created_at: String,
}

/// `POST /api/v1/urls/shorten`: 201.
pub async fn shorten(State(app): State<App>, visit: Visit, base: Base, body: Body) -> Response {
    let made = async {
        let target = Target::parse(body.string("originalUrl")?, app.public.as_deref())?;
        let code = app.shortener.shorten(&visit, &target).await?;
        let made =
            Made { short_code: code.as_str(), short_url: base.link(code), original_url: target.as_str() };
        Ok::<_, ApiError>((StatusCode::CREATED, Json(made)).into_response())
    };
    answer(made.await, &visit)
}

/// `GET /{code}`: 302. `HEAD` is answered alike, and is no click.
pub async fn follow(State(app): State<App>, visit: Visit, method: Method, uri: Uri) -> Response {
    let followed = async {
        let target = app.shortener.follow(&visit, code(&uri)?, method == Method::GET).await?;
        let target = target
            .and_then(|target| HeaderValue::try_from(target).ok())
            .ok_or_else(ApiError::no_such_code)?;
        Ok::<_, ApiError>((StatusCode::FOUND, [(header::LOCATION, target)]).into_response())
    };
    answer(followed.await, &visit)
}

/// `GET /api/v1/urls/{code}`: 200.
pub async fn show(State(app): State<App>, visit: Visit, uri: Uri) -> Response {
    let shown = async {
        let code = code(&uri)?;
        let entry = app.shortener.look_up(&visit, code).await?.ok_or_else(ApiError::no_such_code)?;
        let shown = Shown {
            short_code: code.as_str(),
            original_url: entry.original_url,
            click_count: entry.click_count,
            created_at: entry.created_at,
        };
        Ok::<_, ApiError>(Json(shown).into_response())
    };
    answer(shown.await, &visit)
}

/// The code that the path ends with. What can be no code needs no looking up.
fn code(uri: &Uri) -> Result<Code, ApiError> {
    uri.path().rsplit('/').next().and_then(Code::parse).ok_or_else(ApiError::no_such_code)
}
