//! The headers that every answer gets: `Server`, `Date`, `Connection`, `expires` and `add_header`.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Version, header::HeaderMap};

use super::context::Context;
use super::reply::Reply;
use super::{pages, variables};
use crate::compiled::{Expires, ExpiresSpec, LocationConf, settings};
use crate::log::http_time;

/// The statuses that `add_header` and `expires` mean without `always`.
const FINE: [u16; 10] = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308];

/// Adds them.
pub(super) fn dress(context: &mut Context, reply: &mut Reply) {
    let conf = std::sync::Arc::clone(&context.conf);
    let fine = reply.fine || FINE.contains(&reply.status);
    context.status = reply.status;
    add_charset(context, &conf, &mut reply.headers);
    if context.live.compiled.keeps_headers {
        context.sent_headers = reply.headers.clone();
    }
    if fine && let Some(expires) = &conf.expires {
        let expires = match expires {
            ExpiresSpec::Fixed(expires) => Some(*expires),
            ExpiresSpec::Value { value, modified } => {
                let text = variables::eval(value, context);
                str::from_utf8(&text).ok().and_then(|text| settings::expires(text, *modified))
            }
        };
        add_expires(expires.unwrap_or(Expires::Off), reply);
    }
    // One of an upstream stays; one of `add_header` stands beside it.
    let headers = &mut reply.headers;
    if !headers.contains_key(header::SERVER) && !reply.without_server {
        let server = if conf.server_tokens { SERVER } else { HeaderValue::from_static("nginx") };
        headers.insert(header::SERVER, server);
    }
    if !headers.contains_key(header::DATE) && !reply.without_date {
        headers.insert(header::DATE, date());
    }
    for add in conf.add_headers.iter().filter(|add| fine || add.always) {
        let value = variables::eval(&add.value, context);
        // These stand once: nothing takes them away.
        let single = matches!(add.name, header::LAST_MODIFIED | header::ETAG | header::LOCATION);
        if single {
            reply.headers.remove(&add.name);
        }
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_bytes(&value)) {
            // A range that cannot be met is refused when this was done once already.
            if reply.fine && add.always {
                reply.headers.append(add.name.clone(), value.clone());
            }
            reply.headers.append(add.name.clone(), value);
            context.answer_names.add(add.spelled.as_bytes());
        }
    }
    let headers = &mut reply.headers;
    if reply.status == 101 {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        return;
    }
    connection(context, headers);
}

/// `; charset=…`, where nothing is said of it yet.
fn add_charset(context: &Context, conf: &LocationConf, headers: &mut HeaderMap) {
    // Old browsers would have taken a redirect's for that of the page behind it.
    let Some(charset) = conf.charset.as_ref().filter(|_| !matches!(context.status, 301 | 302)) else {
        return;
    };
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return };
    let kind_alone = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let wanted = charset.types.as_ref().is_none_or(|types| types.iter().any(|one| **one == *kind_alone));
    let name = variables::eval(&charset.name, context);
    if !wanted || name.is_empty() || kind.to_ascii_lowercase().contains("charset=") {
        return;
    }
    let value = [kind.as_bytes(), b"; charset=", &name].concat();
    if let Ok(value) = HeaderValue::from_bytes(&value) {
        headers.insert(header::CONTENT_TYPE, value);
    }
}

const SERVER: HeaderValue = HeaderValue::from_static(pages::SERVER);

/// `Date`, made once a second.
pub(super) fn date() -> HeaderValue {
    thread_local! {
        static LAST: RefCell<Option<(u64, HeaderValue)>> = const { RefCell::new(None) };
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    LAST.with_borrow_mut(|last| match last {
        Some((at, value)) if *at == now => value.clone(),
        _ => {
            let value = HeaderValue::from_str(&http_time(now)).unwrap_or(HeaderValue::from_static(""));
            *last = Some((now, value.clone()));
            value
        }
    })
}

fn connection(context: &mut Context, headers: &mut HeaderMap) {
    let asks = |word: &str| {
        let value = context.headers.get(header::CONNECTION).map(HeaderValue::as_bytes).unwrap_or_default();
        value.split(|byte| *byte == b',').any(|part| part.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    let stays = match context.version {
        Version::HTTP_11 => !asks("close"),
        _ => asks("keep-alive"),
    };
    let keepalive = context.conf.keepalive_timeout;
    let worn = context.requests >= context.conf.keepalive_requests
        || context.client.opened.elapsed() >= context.conf.keepalive_time;
    // A retired configuration answers once more and no further.
    if context.closes || worn || !stays || keepalive.is_zero() || *context.live.retired.borrow() {
        context.closes = true;
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        return;
    }
    headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
    if let Some(value) = &context.conf.keepalive_header {
        headers.insert(HeaderName::from_static("keep-alive"), value.clone());
    }
}

fn add_expires(expires: Expires, reply: &mut Reply) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (at, control) = match expires {
        Expires::Off => return,
        Expires::Epoch => (1, "no-cache".to_owned()),
        Expires::Max => (2_145_916_555, "max-age=315360000".to_owned()),
        Expires::Seconds { seconds, modified } => {
            let from = if modified { reply.modified.unwrap_or(now) } else { now };
            let at = from.saturating_add_signed(seconds);
            let age = i64::try_from(at).unwrap_or(i64::MAX) - i64::try_from(now).unwrap_or(0);
            (at, if age < 0 { "no-cache".to_owned() } else { format!("max-age={age}") })
        }
    };
    for (name, text) in [(header::EXPIRES, http_time(at)), (header::CACHE_CONTROL, control)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            reply.headers.insert(name, value);
        }
    }
}
