//! Reading a request: ids of the path, fields of the JSON body, parameters of
//! the query. Whatever does not fit is a clear status 400.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::ApiError;
use crate::db::Page;
use crate::db::comments::CommentKey;

const LONGEST_USERNAME: usize = 50;
const LONGEST_CONTENT: usize = 2000;
const LONGEST_SEARCH: usize = 200;
const DEFAULT_LIMIT: u32 = 20;
const LARGEST_LIMIT: u32 = 100;

/// The post that the path names.
pub struct PostId(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for PostId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        uuid(parts, state, "post").await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CommentKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self { post: uuid(parts, state, "post").await?, comment: uuid(parts, state, "comment").await? })
    }
}

async fn uuid<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<Uuid, ApiError> {
    Path::<HashMap<String, String>>::from_request_parts(parts, state)
        .await
        .ok()
        .and_then(|Path(ids)| Uuid::parse_str(ids.get(name)?).ok())
        .ok_or_else(|| {
            ApiError::bad_request("invalid_id", format!("the {name} id in the path is not a UUID"))
        })
}

/// The body, a JSON object. Its media type is not asked for: a body that reads
/// as JSON is JSON.
pub struct Body(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                status @ StatusCode::PAYLOAD_TOO_LARGE => {
                    ApiError::new(status, "body_too_large", "the body is larger than 64 KiB")
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
    /// `username`: one line of 1 to 50 characters, trimmed.
    pub fn username(&self) -> Result<String, ApiError> {
        username("username", self.string("username")?)
    }

    /// `content`: 1 to 2000 characters, trimmed; line breaks and tabs may be in it.
    pub fn content(&self) -> Result<String, ApiError> {
        let text = text("content", self.string("content")?, LONGEST_CONTENT)?;
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(invalid("content must not contain control characters"));
        }
        Ok(text)
    }

    fn string(&self, name: &str) -> Result<&str, ApiError> {
        match self.0.get(name) {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(invalid(format!("{name} must be a string"))),
            None => Err(invalid(format!("{name} is missing"))),
        }
    }
}

/// The parameters of the query, unknown ones ignored.
pub struct Parameters(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(parameters)| Self(parameters))
            .map_err(|_| ApiError::bad_request("invalid_query", "the query could not be read"))
    }
}

impl Parameters {
    /// `limit` (1 to 100, default 20) and `offset` (default 0).
    pub fn page(&self) -> Result<Page, ApiError> {
        let limit = self.number("limit")?.unwrap_or(DEFAULT_LIMIT);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            return Err(invalid(format!("limit must be 1 to {LARGEST_LIMIT}")));
        }
        let offset = self.number("offset")?.unwrap_or(0);
        Ok(Page { limit, offset })
    }

    /// `q`: the text to search for, trimmed; nothing when it is empty.
    pub fn search(&self) -> Result<Option<String>, ApiError> {
        match self.0.get("q").map(|q| q.trim()) {
            None | Some("") => Ok(None),
            Some(q) => text("q", q, LONGEST_SEARCH).map(Some),
        }
    }

    /// `viewer`: the user who is looking.
    pub fn viewer(&self) -> Result<Option<String>, ApiError> {
        self.0.get("viewer").map(|viewer| username("viewer", viewer)).transpose()
    }

    fn number(&self, name: &str) -> Result<Option<u32>, ApiError> {
        self.0
            .get(name)
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| invalid(format!("{name} must be a whole number, 0 or more")))
    }
}

fn username(name: &str, value: &str) -> Result<String, ApiError> {
    let text = text(name, value, LONGEST_USERNAME)?;
    if text.chars().any(char::is_control) {
        return Err(invalid(format!("{name} must not contain control characters")));
    }
    Ok(text)
}

fn text(name: &str, value: &str, longest: usize) -> Result<String, ApiError> {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > longest {
        return Err(invalid(format!("{name} must be 1 to {longest} characters")));
    }
    Ok(value.to_owned())
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::bad_request("invalid_input", message)
}
