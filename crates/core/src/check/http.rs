//! `http`: requests through the lesson's entry, one after the other, and what must come back.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec};
use super::seen::{Exchange, Reply, Seen};
use crate::verdict::Verdict;
use workshop_text::Text;

/// `http = [{ path = "/", status = 200 }, …]`: each request must have its status, content type and
/// values; a later one may use what an earlier one kept.
#[derive(Clone, Debug, Deserialize)]
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
        if let Some(verdict) = wrong(&self.requests, exchanges) {
            return verdict;
        }
        Verdict::pass(Text::new("check-http-pass").with("count", exchanges.len()))
    }
}

/// What is not as it should be, where something is.
pub(crate) fn wrong(specs: &[RequestSpec], exchanges: &[Exchange]) -> Option<Verdict> {
    let each = specs.iter().flat_map(|spec| (0..spec.times).map(move |_| spec));
    let wrong = each.zip(exchanges).find_map(|(spec, exchange)| answered(spec, exchange));
    // A prober stops at a failure, which was judged above; fewer answers mean that it was cut.
    let all: usize = specs.iter().map(|spec| spec.times as usize).sum();
    wrong.or_else(|| (exchanges.len() < all).then(|| Verdict::environment(Text::new("check-not-observed"))))
}

fn answered(spec: &RequestSpec, exchange: &Exchange) -> Option<Verdict> {
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
    values(spec, reply, &request)
}

fn values(spec: &RequestSpec, reply: &Reply, request: &str) -> Option<Verdict> {
    if spec.has.is_empty() {
        return None;
    }
    let Some(json) = reply.json() else {
        let text = Text::new("check-http-not-json").with("request", request);
        return Some(Verdict::not_yet(text).observed(Text::verbatim(beginning(&reply.body))));
    };
    let (pointer, wanted) =
        spec.has.iter().find(|(pointer, wanted)| json.pointer(pointer) != Some(wanted))?;
    let seen = json
        .pointer(pointer)
        .map_or_else(|| Text::new("check-none"), |value| Text::verbatim(value.to_string()));
    let text = Text::new("check-http-value").with("request", request).with("pointer", pointer.as_str());
    Some(Verdict::not_yet(text).expected(Text::verbatim(wanted.to_string())).observed(seen).settling())
}

/// Enough of a body to recognise it, on one line.
fn beginning(body: &str) -> String {
    let line: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line,
    }
}
