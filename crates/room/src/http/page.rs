//! The page: one of each of HTML, script and style, compiled in, and the words of both languages.

use axum::Json;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use workshop_text::Lang;

use super::Shared;
use crate::words;

const HTML: &str = include_str!("../page/index.html");
const SCRIPT: &str = include_str!("../page/room.js");
const STYLE: &str = include_str!("../page/room.css");

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(page))
        .route("/board", get(page))
        .route("/projector", get(page))
        .route("/phone", get(page))
        .route("/room.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
        .route("/room.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/words/{lang}", get(said))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind)], content)
}

async fn page(headers: HeaderMap) -> impl IntoResponse {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = first(wanted).code();
    let html = HTML.replace("<html lang=\"en\"", &format!("<html lang=\"{lang}\""));
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_LANGUAGE, lang)], html)
}

async fn said(Path(code): Path<String>) -> Response {
    match Lang::ALL.into_iter().find(|lang| lang.code() == code) {
        Some(lang) => Json(words::of(lang)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The first language of those that a browser asks for in which there is a page.
fn first(accepted: &str) -> Lang {
    let codes = accepted.split(',').filter_map(|part| part.split([';', '-']).next());
    codes
        .filter_map(|code| Lang::ALL.into_iter().find(|lang| lang.code() == code.trim()))
        .next()
        .unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_language_is_taken() {
        assert_eq!(first("de,ko-KR;q=0.8,en;q=0.5"), Lang::Ko);
        assert_eq!(first("en-GB,ko"), Lang::En);
        assert_eq!(first(""), Lang::En);
    }
}
