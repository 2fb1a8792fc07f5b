//! What a peer is asked: the client's body taken in, the group and the path that `proxy_pass` means
//! for this request, and the request itself.

use std::sync::Arc;

use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Uri, Version};

use super::context::Context;
use super::uri;
use super::variables::eval;
use crate::compiled::proxy::host_header;
use crate::compiled::{Proxy, SetHeader, Target};
use crate::upstream::peers::{Method as Balance, Terms};
use crate::upstream::{Group, ServerLine};
use crate::wire::body::{self, Sent, Taken};
use crate::wire::written::Written;
use workshop_stack::nginx::{Level, address, scheme, split_uri};

/// Takes in the client's body, as nginx does before it asks anybody.
pub(super) async fn take_body(
    context: &mut Context,
    proxy: &Proxy,
    body: &mut Option<Incoming>,
) -> Result<Taken, u16> {
    if let Some(taken) = &context.taken {
        return Ok(taken.clone());
    }
    let Some(mut incoming) = body.take().filter(|body| !body.is_end_stream()) else {
        return Ok(Taken::Nothing);
    };
    let conf = Arc::clone(&context.conf);
    let taken =
        body::take(&mut incoming, conf.client_max_body_size, conf.client_body_timeout, &context.live.view)
            .await;
    match taken {
        Ok(taken) => {
            context.request_length += taken.len();
            if context.headers.contains_key(header::EXPECT) {
                // hyper has said so before the body came, and nginx counts it as sent.
                context.body_bytes += "HTTP/1.1 100 Continue\r\n\r\n".len() as u64;
            }
            let taken = if proxy.pass_body { taken } else { Taken::Nothing };
            Ok(context.taken.insert(taken).clone())
        }
        Err(not_taken) => {
            match not_taken {
                body::NotTaken::TooLarge { before, piece } => {
                    let message =
                        format!("client intended to send too large chunked body: {before}+{piece} bytes");
                    context.log(Level::Error, &message, None);
                }
                body::NotTaken::Malformed => {
                    context.log(Level::Error, "client sent invalid chunked body", None)
                }
                body::NotTaken::TooSlow | body::NotTaken::NoPlace => {}
            }
            context.closes = true;
            *body = Some(incoming);
            Err(not_taken.status())
        }
    }
}

/// The group to ask, and the URI where `proxy_pass` names one.
pub(super) async fn target(
    context: &mut Context,
    proxy: &Proxy,
) -> Result<(Arc<Group>, Option<Vec<u8>>), u16> {
    let value = match &proxy.target {
        Target::Group(group) => {
            context.proxy_host = proxy.host.as_bytes().to_vec();
            context.proxy_port = proxy.port.as_bytes().to_vec();
            return Ok((Arc::clone(group), proxy.uri.as_ref().map(|uri| uri.as_bytes().to_vec())));
        }
        Target::Value(value) => value,
    };
    let text = String::from_utf8_lossy(&eval(value, context)).into_owned();
    let plain = scheme(&text).filter(|(scheme, _)| *scheme == "http" || context.live.only_asked);
    let Some((spoken, rest)) = plain else {
        context.log(Level::Error, &format!("invalid URL prefix in \"{text}\""), None);
        return Err(500);
    };
    let (written, uri) = split_uri(rest);
    let (host, port) = address(written);
    if host.is_empty() {
        context.log(Level::Error, &format!("no host in upstream \"{rest}\""), None);
        return Err(500);
    }
    let usual = if spoken == "https" { 443 } else { 80 };
    context.proxy_host = host_header(written, port, usual).as_bytes().to_vec();
    let port = port.unwrap_or(usual);
    context.proxy_port = port.to_string().into_bytes();
    context.spoken_tls = spoken == "https";
    let uri =
        uri.map(|uri| if uri.starts_with('?') { format!("/{uri}") } else { uri.to_owned() }.into_bytes());
    if let Some(group) = context.live.compiled.groups.get(&written.to_ascii_lowercase()) {
        return Ok((Arc::clone(group), uri));
    }
    let group = resolved(context, &host, port).await?;
    Ok((group, uri))
}

/// A group for one request, of the addresses that a name has now.
async fn resolved(context: &Context, host: &str, port: u16) -> Result<Arc<Group>, u16> {
    let literal = host.parse::<std::net::IpAddr>().is_ok();
    if context.conf.resolver.is_none() && !literal {
        context.log(Level::Error, &format!("no resolver defined to resolve {host}"), None);
        return Err(502);
    }
    if context.live.only_asked {
        let line = ServerLine {
            host: host.to_owned(),
            port,
            resolve: true,
            terms: Terms::default(),
            place: String::new(),
        };
        return Ok(Arc::new(Group::new(host.to_owned(), vec![line], Balance::RoundRobin, None)));
    }
    let valid = context.conf.resolver.unwrap_or_default();
    match context.live.lookup(host, port, valid).await {
        Ok(addresses) => {
            let group = Group::new(host.to_owned(), Vec::new(), Balance::RoundRobin, None);
            group.set(&addresses, &Terms::default());
            Ok(Arc::new(group))
        }
        Err(error) => {
            context.log(Level::Error, &format!("{host} could not be resolved ({error})"), None);
            Err(502)
        }
    }
}

/// The path and arguments that the upstream is asked for, by nginx's rule of replacement.
pub(super) fn path(context: &Context, proxy: &Proxy, uri: Option<&[u8]>) -> Option<Vec<u8>> {
    let has_variables = matches!(proxy.target, Target::Value(_));
    if uri.is_none() && context.unparsed {
        return context.target.as_ref().map(|target| target.as_str().as_bytes().to_vec());
    }
    Some(match uri {
        Some(uri) if has_variables => uri.to_vec(),
        _ => replaced(context, uri),
    })
}

fn replaced(context: &Context, uri: Option<&[u8]>) -> Vec<u8> {
    let own = &context.uri;
    let mut path = Vec::new();
    match uri {
        Some(uri) if context.in_location => {
            path.extend_from_slice(uri);
            let cut = context.conf.prefix.len().min(own.len());
            path.extend_from_slice(&uri::escaped(&own[cut..]));
        }
        _ => path.extend_from_slice(&uri::escaped(own)),
    }
    if !context.args.is_empty() {
        path.push(b'?');
        path.extend_from_slice(&context.args);
    }
    path
}

/// The request for a peer, and how its head is written; none where a header or the method cannot be
/// sent.
pub(super) fn request(
    context: &Context,
    proxy: &Proxy,
    path: &[u8],
    taken: &Taken,
) -> Option<(Request<Sent>, Written)> {
    let mut request = Request::new(Sent::from(taken.clone()));
    let mut written = Written::default();
    *request.method_mut() = match &proxy.method {
        Some(value) => Method::from_bytes(&eval(value, context)).ok()?,
        None => context.method.clone(),
    };
    match PathAndQuery::try_from(path) {
        Ok(uri) if uri.as_str().as_bytes() == path => *request.uri_mut() = Uri::from(uri),
        _ => written.target = Some(path.to_vec()),
    }
    *request.version_mut() = if proxy.http_11 { Version::HTTP_11 } else { Version::HTTP_10 };
    let headers = request.headers_mut();
    headers.reserve(context.headers.len() + proxy.set_headers.len());
    for SetHeader { name, spelled, value } in &proxy.set_headers {
        let value = eval(value, context);
        if !value.is_empty() {
            headers.append(name.clone(), HeaderValue::from_maybe_shared(Bytes::from(value)).ok()?);
            written.names.add(spelled.as_bytes());
        }
    }
    let length = taken.len();
    let said = |name| context.headers.contains_key(name);
    if length > 0 || said(header::CONTENT_LENGTH) || said(header::TRANSFER_ENCODING) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if proxy.pass_headers {
        for (name, value) in &context.headers {
            if !proxy.replaced.contains(name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let replaced = |name: &[u8]| {
            proxy.replaced.iter().any(|known| known.as_str().as_bytes().eq_ignore_ascii_case(name))
        };
        context.names.iter().filter(|name| !replaced(name)).for_each(|name| written.names.add(name));
    }
    Some((request, written))
}
