//! nginx's phases for one request: rewriting, choosing the location, who may, and who answers; and
//! where an error leads.

use std::sync::Arc;

use hyper::Method;
use hyper::body::{Body as _, Incoming};
use hyper::header::HeaderValue;

use super::context::Context;
use super::pages::{page, redirect};
use super::reply::{Next, Outcome, Reply};
use super::rewrite::{Steps, steps};
use super::variables::{eval, filename};
use super::{files, proxy, uri};
use crate::compiled::access::allowed;
use crate::compiled::{ErrorAnswer, Fallback, Handler, Location, LocationConf, Server};
use crate::value::Value;
use workshop_stack::nginx::{Level, Modifier, choose};

/// Redirects inside the front; more of them are a circle.
const MAX_CHANGES: usize = 10;

/// Goes through the phases until there is an answer.
pub(super) async fn run(context: &mut Context, body: &mut Option<Incoming>) -> Outcome {
    let live = Arc::clone(&context.live);
    context.conf = Arc::clone(&live.compiled.servers[context.server].conf);
    context.find_real_ip();
    let mut next = server_steps(context);
    let mut changes = 0;
    loop {
        if let Some(doing) = change(context, &next) {
            changes += 1;
            if changes > MAX_CHANGES {
                let message = format!("rewrite or internal redirection cycle while {doing}");
                context.log(Level::Error, &message, None);
                return Outcome::Reply(last_page(context, 500));
            }
        }
        next = match next {
            Next::On | Next::Again => located(context, body).await,
            Next::Internal(target) => {
                context.internal = true;
                context.unparsed = false;
                set_target(context, target);
                server_steps(context)
            }
            Next::Named(name) => match live.compiled.servers[context.server].named.get(&name) {
                Some(found) => {
                    context.internal = true;
                    location(context, &found.conf, body).await
                }
                None => {
                    context.log(Level::Error, &format!("could not find named location \"{name}\""), None);
                    Next::Status(500)
                }
            },
            Next::Status(status) => match error_page(context, status) {
                Some(next) => next,
                None => return Outcome::Reply(last_page(context, status)),
            },
            Next::Reply(reply) => return Outcome::Reply(reply),
            Next::Close(status) => return Outcome::Close(status),
        };
    }
}

/// What the log says of a step to another URI or location; none where it is no such step.
fn change(context: &Context, next: &Next) -> Option<String> {
    let shown = |uri: &[u8]| String::from_utf8_lossy(uri).into_owned();
    match next {
        Next::Again => Some(format!("processing \"{}\"", shown(&context.uri))),
        Next::Internal(uri) => Some(format!("internally redirecting to \"{}\"", shown(uri))),
        Next::Named(name) => Some(format!("redirect to named location \"{name}\"")),
        _ => None,
    }
}

/// The page of an error that has no other: an error behind an error page is sent as itself.
fn last_page(context: &mut Context, status: u16) -> Reply {
    context.error_status = None;
    page(context, status)
}

fn server_steps(context: &mut Context) -> Next {
    let live = Arc::clone(&context.live);
    let server = &live.compiled.servers[context.server];
    context.conf = Arc::clone(&server.conf);
    context.in_location = true;
    match steps(context, &server.rewrite) {
        Steps::Next(next) => next,
        // Whatever the server's own steps made of the URI, the location comes now.
        Steps::Restart | Steps::Through => Next::On,
    }
}

/// Sets the URI and, where there are some, the arguments.
pub(super) fn set_target(context: &mut Context, target: Vec<u8>) {
    match target.iter().position(|byte| *byte == b'?') {
        Some(at) => {
            context.args = target[at + 1..].to_vec();
            context.uri = target[..at].to_vec();
        }
        None => context.uri = target,
    }
}

/// Chooses the location for the URI and goes on there.
async fn located(context: &mut Context, body: &mut Option<Incoming>) -> Next {
    let live = Arc::clone(&context.live);
    let server = &live.compiled.servers[context.server];
    context.in_location = true;
    if let Some(target) = with_slash(server, context) {
        return redirect(context, 301, &target);
    }
    let found = choose(server.locations.iter(), &context.uri).map(|(found, _)| found);
    let Some(found) = found else {
        let conf = Arc::clone(&server.conf);
        return location(context, &conf, body).await;
    };
    if let Some(pattern) = &found.regex {
        let subject = context.uri.clone();
        context.matches(pattern, &subject);
    }
    location(context, &found.conf, body).await
}

/// A location that proxies and ends with a slash redirects its path without the slash to itself.
fn with_slash(server: &Server, context: &Context) -> Option<Vec<u8>> {
    let wanted = |location: &&Location| {
        let pattern = location.pattern.as_bytes();
        matches!(location.modifier, Modifier::Prefix | Modifier::PrefixOverRegex)
            && pattern.len() == context.uri.len() + 1
            && pattern.ends_with(b"/")
            && pattern.starts_with(&context.uri)
            && matches!(location.conf.handler, Handler::Proxy(_))
    };
    server.locations.iter().find(wanted)?;
    let exact = |location: &Location| {
        location.modifier == Modifier::Exact && location.pattern.as_bytes() == context.uri
    };
    if server.locations.iter().any(exact) {
        return None;
    }
    Some(uri::with_slash(context))
}

/// The phases inside a location.
async fn location(context: &mut Context, conf: &Arc<LocationConf>, body: &mut Option<Incoming>) -> Next {
    context.conf = Arc::clone(conf);
    if conf.internal && !context.internal {
        return Next::Status(404);
    }
    let length = body.as_ref().and_then(|body| body.size_hint().exact()).unwrap_or(0);
    if conf.client_max_body_size > 0 && length > conf.client_max_body_size && !context.error_page {
        let message = format!("client intended to send too large body: {length} bytes");
        context.log(Level::Error, &message, None);
        return Next::Status(413);
    }
    match steps(context, &conf.rewrite) {
        Steps::Next(next) => return next,
        Steps::Restart => return Next::Again,
        Steps::Through => {}
    }
    context.find_real_ip();
    if let Some(status) = refused(context) {
        return Next::Status(status);
    }
    content(context, body).await
}

fn refused(context: &Context) -> Option<u16> {
    let client = context.peer().ip().to_canonical();
    let conf = &context.conf;
    let by_method = conf.limit_except.as_ref().filter(|limit| !limit.methods.contains(&context.method));
    let rules = by_method.map_or(&conf.rules[..], |limit| &limit.rules[..]);
    if allowed(rules, client) {
        return conf.asks_password.then_some(401);
    }
    context.log(Level::Error, "access forbidden by rule", None);
    Some(403)
}

async fn content(context: &mut Context, body: &mut Option<Incoming>) -> Next {
    let conf = Arc::clone(&context.conf);
    if let Some(files) = &conf.try_files {
        match tried(context, &files.tries) {
            true => {}
            false => match &files.last {
                Fallback::Code(code) => return Next::Status(*code),
                Fallback::Named(name) => return Next::Named(name.clone()),
                Fallback::Uri(value) => return Next::Internal(eval(value, context)),
            },
        }
    }
    match &conf.handler {
        Handler::Files => files::answer(context),
        Handler::Proxy(proxy) if context.live.only_asked => proxy::remember(context, proxy).await,
        Handler::Proxy(proxy) => proxy::pass(context, proxy, body).await,
        Handler::StubStatus => {
            if !matches!(context.method, Method::GET | Method::HEAD) {
                return Next::Status(405);
            }
            let page = context.live.shared.counters.page();
            Next::Reply(Reply::new(200).bytes(HeaderValue::from_static("text/plain"), page))
        }
    }
}

/// The first of `try_files` that is there becomes the URI.
fn tried(context: &mut Context, tries: &[(Value, bool)]) -> bool {
    for (value, folder) in tries {
        let wanted = eval(value, context);
        let path = filename(context, &wanted);
        let found = files::find(context, &path);
        if found.is_some_and(|(_, metadata)| if *folder { metadata.is_dir() } else { metadata.is_file() }) {
            // A folder is found without its slash, which a redirect then gives it.
            context.uri = wanted;
            return true;
        }
    }
    false
}

/// Where an `error_page` leads, if there is one for this status.
fn error_page(context: &mut Context, status: u16) -> Option<Next> {
    if context.error_page && !context.conf.recursive_error_pages {
        return None;
    }
    let conf = Arc::clone(&context.conf);
    let wanted = if status == 494 { 400 } else { status };
    let entry = conf.error_pages.iter().find(|entry| entry.codes.contains(&wanted))?;
    context.error_page = true;
    context.error_status = match entry.answer {
        ErrorAnswer::Same => Some(wanted),
        ErrorAnswer::Code(code) => Some(code),
        ErrorAnswer::Handlers => None,
    };
    let target = eval(&entry.target, context);
    if target.starts_with(b"/") {
        if context.method != Method::HEAD {
            context.method = Method::GET;
        }
        return Some(Next::Internal(target));
    }
    if target.starts_with(b"@") {
        return Some(Next::Named(String::from_utf8_lossy(&target).into_owned().into()));
    }
    let code = match entry.answer {
        ErrorAnswer::Code(code @ (301 | 302 | 303 | 307 | 308)) => code,
        _ => 302,
    };
    context.error_status = None;
    Some(redirect(context, code, &target))
}
