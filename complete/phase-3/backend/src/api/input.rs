//! Reading a request's JSON body ([`Body`]). Whatever does not fit is a clear
//! status 400 or 413.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::error::ApiError;

/// The body, a JSON object. Its media type is not asked for: a body that reads
/// as JSON is JSON.
pub struct Body(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                status @ StatusCode::PAYLOAD_TOO_LARGE => {
                    ApiError::new(status, "body_too_large", "the body is larger than 16 KiB")
                }
                _ => ApiError::bad_request("invalid_body", "the body could not be read"),
            })?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(ApiError::bad_request("invalid_body", "the body must be a JSON object")),
            Err(error) => {
                Err(ApiError::bad_request("invalid_json", format!("the body is not valid JSON: {error}")))
            }
        }
    }
}

impl Body {
    /// A field that must be there, a text.
    pub fn string(&self, name: &str) -> Result<&str, ApiError> {
        match self.0.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(ApiError::bad_request("invalid_input", format!("{name} must be a string"))),
            None => Err(ApiError::bad_request("invalid_input", format!("{name} is missing"))),
        }
    }
}
