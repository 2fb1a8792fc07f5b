//! What a request is told when it fails: [`ApiError`], as
//! `{"error":{"code":"…","message":"…"}}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::database::DatabaseError;
use crate::observe::Detail;
use crate::target::TargetError;

/// A failed request. The message is for the caller; the detail, when there is
/// one, is for the log alone.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    detail: Option<String>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), detail: None }
    }

    /// The request itself is wrong: status 400.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// There is no such short link: status 404.
    pub fn no_such_code() -> Self {
        Self::new(StatusCode::NOT_FOUND, "code_not_found", "there is no short link with this code")
    }
}

impl From<TargetError> for ApiError {
    fn from(error: TargetError) -> Self {
        Self::bad_request("invalid_url", error.to_string())
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        let (code, message) = match error {
            DatabaseError::NoCodesLeft => ("no_codes_left", "every short code is in use"),
            _ => ("database_unavailable", "the database does not answer; try again"),
        };
        let mut answer = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message);
        answer.detail = Some(error.to_string());
        answer
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({"error": {"code": self.code, "message": self.message}});
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Some(detail) = self.detail {
            response.extensions_mut().insert(Detail(detail));
        }
        response
    }
}
