//! `http`: requests through the lesson's entry, one after the other, and what must come back.

use serde::Deserialize;
use serde_json::Value;

use super::address::Kept;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec};
use super::seen::{Exchange, Reply, Seen};
use crate::verdict::Verdict;
use workshop_text::Text;

/// Each of these requests is answered as it says.
///
/// A list of requests, each with its status, content type, headers, text and JSON values; a later one
/// may use what an earlier one kept, and compare with it.
///
/// ```toml
/// http = [{ path = "/api/posts", status = 200, content_type = "application/json" }]
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Http {
    requests: Vec<RequestSpec>,
}

impl Check for Http {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Requests(self.requests.clone()))
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let exchanges = match world.seen {
            Some(Seen::Requests(exchanges)) => exchanges,
            other => return phrases::not_asked(other),
        };
        if let Some(verdict) = wrong(&self.requests, exchanges, &mut Kept::new()) {
            return verdict;
        }
        Verdict::pass(Text::new("check-http-pass").with("count", exchanges.len()))
    }
}

/// What is not as it should be, where something is. `kept` is what requests before have kept, and
/// takes what these keep.
pub(crate) fn wrong(specs: &[RequestSpec], exchanges: &[Exchange], kept: &mut Kept) -> Option<Verdict> {
    let each = specs.iter().flat_map(|spec| (0..spec.times).map(move |_| spec));
    for (spec, exchange) in each.zip(exchanges) {
        if let Some(verdict) = answered(spec, exchange, kept) {
            return Some(verdict);
        }
        if let Ok(reply) = &exchange.reply {
            spec.keep(reply, kept);
        }
    }
    // A prober stops at a failure, which was judged above; fewer answers mean that it was cut.
    let all: usize = specs.iter().map(|spec| spec.times as usize).sum();
    (exchanges.len() < all).then(|| Verdict::environment(Text::new("check-not-observed")))
}

fn answered(spec: &RequestSpec, exchange: &Exchange, kept: &Kept) -> Option<Verdict> {
    let request = format!("{} {}", exchange.method, exchange.path);
    let reply = match &exchange.reply {
        Ok(reply) => reply,
        Err(failure) => {
            let text = Text::new("check-http-no-answer")
                .with("request", request)
                .with("failure", failure.to_string());
            return Some(Verdict::not_yet(text).settling());
        }
    };
    if !spec.status.accepts(reply.status) {
        let text = Text::new("check-http-status").with("request", request).with("status", reply.status);
        let verdict = Verdict::not_yet(text)
            .expected(Text::verbatim(spec.status.to_string()))
            .observed(Text::verbatim(format!("{} {}", reply.status, beginning(&reply.body))));
        return Some(if reply.status >= 500 { verdict.settling() } else { verdict });
    }
    if let Some(wanted) = spec.content_type.as_ref().filter(|wanted| !reply.content_type.starts_with(*wanted))
    {
        let text = Text::new("check-http-content-type").with("request", request);
        return Some(
            Verdict::not_yet(text)
                .expected(Text::verbatim(wanted.clone()))
                .observed(Text::verbatim(reply.content_type.clone())),
        );
    }
    headers(spec, reply, &request, kept)
        .or_else(|| body(spec, reply, &request, kept))
        .or_else(|| values(spec, reply, &request, kept))
}

fn headers(spec: &RequestSpec, reply: &Reply, request: &str, kept: &Kept) -> Option<Verdict> {
    spec.has_headers.iter().find_map(|(header, wanted)| {
        let seen = reply.headers.get(header.as_str()).map(|value| Value::String(value.clone()));
        let fault = wanted.fault(seen.as_ref(), kept)?;
        let text = Text::new("check-http-header").with("request", request).with("header", header.as_str());
        Some(Verdict::not_yet(text).expected(fault).observed(shown(seen.as_ref())))
    })
}

fn body(spec: &RequestSpec, reply: &Reply, request: &str, kept: &Kept) -> Option<Verdict> {
    let fault = spec.text.as_ref()?.fault(Some(&Value::String(reply.body.clone())), kept)?;
    let text = Text::new("check-http-body").with("request", request);
    Some(Verdict::not_yet(text).expected(fault).observed(Text::verbatim(beginning(&reply.body))).settling())
}

fn values(spec: &RequestSpec, reply: &Reply, request: &str, kept: &Kept) -> Option<Verdict> {
    if spec.has.is_empty() {
        return None;
    }
    let Some(json) = reply.json() else {
        let text = Text::new("check-http-not-json").with("request", request);
        return Some(Verdict::not_yet(text).observed(Text::verbatim(beginning(&reply.body))));
    };
    spec.has.iter().find_map(|(pointer, wanted)| {
        let seen = json.pointer(pointer.as_str());
        let fault = wanted.fault(seen, kept)?;
        let text = Text::new("check-http-value").with("request", request).with("pointer", pointer.as_str());
        Some(Verdict::not_yet(text).expected(fault).observed(shown(seen)).settling())
    })
}

/// A value as it came, or that there is none.
fn shown(seen: Option<&Value>) -> Text {
    seen.map_or_else(|| Text::new("check-none"), |value| Text::verbatim(value.to_string()))
}

/// Enough of a body to recognise it, on one line.
fn beginning(body: &str) -> String {
    let line: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line,
    }
}
