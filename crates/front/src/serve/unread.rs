//! Requests that hyper could not read, or whose head did not come in time: nginx's answer and line in
//! the log.

use std::sync::Arc;

use hyper::header::{self, HeaderValue};
use hyper::{Method, Version};

use super::client::ClientConnection;
use super::context::Context;
use super::headers::date;
use super::logged::write_log;
use super::reading::blank;
use super::{pages, uri};

/// Refuses a request of which this is the first line; the whole answer, if nginx has one.
pub(super) fn refused(client: &Arc<ClientConnection>, line: &[u8], status: u16) -> Option<Vec<u8>> {
    let mut context = begun(client, line);
    context.status = if status == 494 { 400 } else { status };
    let page = pages::text(status, context.conf.server_tokens);
    let answer = page.and_then(|page| {
        let reason = if status == 494 { "400 Bad Request" } else { pages::reason(status)? };
        let server = pages::server(context.conf.server_tokens);
        let length = page.len();
        let head = format!(
            "HTTP/1.1 {reason}\r\nServer: {server}\r\nDate: {}\r\nContent-Type: text/html\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n",
            String::from_utf8_lossy(date().as_bytes())
        );
        (context.head_bytes, context.body_bytes) = (head.len() as u64, length as u64);
        Some((head + &page).into_bytes())
    });
    context.sent_headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    write_log(&context);
    answer
}

/// Notes a request whose head did not come in time.
pub(super) fn timed_out(client: &Arc<ClientConnection>, line: &[u8]) {
    let mut context = begun(client, line);
    context.status = 408;
    write_log(&context);
}

/// What can be told of a request by its first line alone.
fn begun(client: &Arc<ClientConnection>, line: &[u8]) -> Context {
    let line = line.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = &line[..line.len().min(client.head.line)];
    let mut context = blank(client, line.to_vec());
    context.requests = client.request_number();
    context.unread = read(&mut context, line).is_none();
    context
}

fn read(context: &mut Context, line: &[u8]) -> Option<()> {
    let words: Vec<&[u8]> = line.split(|byte| *byte == b' ').collect();
    let [method, target, version] = words[..] else { return None };
    let is_method = !method.is_empty() && method.iter().all(|byte| matches!(byte, b'A'..=b'Z' | b'_' | b'-'));
    context.version = match version {
        b"HTTP/1.1" if is_method => Version::HTTP_11,
        b"HTTP/1.0" if is_method => Version::HTTP_10,
        _ => return None,
    };
    let mut parts = target.splitn(2, |byte| *byte == b'?');
    let path = uri::plain(parts.next()?, context.server().merge_slashes)?;
    context.first_method = Method::from_bytes(method).ok()?;
    context.uri = path;
    context.args = parts.next().unwrap_or_default().to_vec();
    context.request_uri = target.to_vec();
    Some(())
}
