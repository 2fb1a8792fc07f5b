//! Before and after every answer: whether the request comes from this room's own page or a program,
//! in time, and what the browser must hold to.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{LONGEST, Peer, Shared};
use crate::refusal::Refusal;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Another page of the browser may not ask, and no other name leads here.
pub(super) async fn ours(State(hall): State<Shared>, mut request: Request, next: Next) -> Response {
    if !hall.hosts.is_empty() {
        behind(&mut request);
    }
    let headers = request.headers();
    let host = text(headers, &header::HOST).unwrap_or_default();
    let named = is_ours(host, &hall.hosts);
    let origin = text(headers, &header::ORIGIN);
    let same = origin.is_none_or(|origin| {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        rest.is_some_and(|rest| rest == host || hall.hosts.iter().any(|name| name == rest))
    });
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let api = request.uri().path().starts_with("/api/");
    let near = !api || site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    if named && same && near { next.run(request).await } else { Refusal::Elsewhere.into_response() }
}

/// With a proxy of this machine in front, it says who is at the other end.
fn behind(request: &mut Request) {
    let Some(Peer(near)) = request.extensions().get::<Peer>().copied() else { return };
    let said = text(request.headers(), &HeaderName::from_static("x-forwarded-for"));
    let far = said.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    if let Some(far) = far.filter(|_| near.is_loopback()) {
        request.extensions_mut().insert(Peer(far));
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// An address by itself, or a name that the presenter gave: any other name could be made to lead
/// here by whoever owns it.
fn is_ours(host: &str, names: &[String]) -> bool {
    if names.iter().any(|name| name == host) {
        return true;
    }
    let bare = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = bare.map_or(host, |(bare, _)| bare);
    let bare = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    bare == "localhost" || bare.parse::<IpAddr>().is_ok() || names.iter().any(|name| name == bare)
}

pub(super) async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
    answer.unwrap_or_else(|_| Refusal::TooSlow.into_response())
}

pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let always = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    headers.extend(always.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_given_names_lead_here() {
        let names = ["class.example".to_owned()];
        for host in ["127.0.0.1:80", "localhost:8970", "[::1]:8970", "[::1]", "192.168.0.5", "class.example"]
        {
            assert!(is_ours(host, &names), "{host}");
        }
        for host in ["", "evil.example:8970", "localhost.evil.example", "127.0.0.1.evil.example:80", "[x]:1"]
        {
            assert!(!is_ours(host, &names), "{host}");
        }
    }
}
