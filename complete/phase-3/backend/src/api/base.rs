//! What a short link begins with: [`Base`].

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};

use super::App;
use super::error::ApiError;
use crate::codes::Code;

const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// `PUBLIC_URL`, or else scheme and host as the request came in by.
pub struct Base(String);

impl Base {
    /// The whole short link.
    pub fn link(&self, code: Code) -> String {
        format!("{}/{code}", self.0)
    }
}

impl FromRequestParts<App> for Base {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(public) = &app.public {
            return Ok(Self(public.as_str().trim_end_matches('/').to_owned()));
        }
        let host = text(&parts.headers, header::HOST.as_str())
            .filter(|host| !host.contains('@') && host.parse::<Authority>().is_ok())
            .ok_or_else(|| ApiError::bad_request("invalid_host", "the request has no usable Host header"))?;
        let scheme = match text(&parts.headers, X_FORWARDED_PROTO) {
            Some("https") => "https",
            _ => "http",
        };
        Ok(Self(format!("{scheme}://{host}")))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
