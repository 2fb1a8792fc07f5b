//! Files: which one a URI is, and nginx's answers for it with validators, ranges and folders.

use std::fs::{File, Metadata};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use hyper::Method;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::body::Content;
use super::context::Context;
use super::pages::{self, redirect};
use super::reply::{Next, Reply};
use super::uri;
use super::variables::{eval, filename};
use crate::compiled::IfModifiedSince;
use crate::log::{http_time, parse_http_time, reason};
use crate::wire::body::Slice;
use workshop_stack::nginx::Level;

/// What is at a path of the container.
pub(super) fn find(context: &Context, path: &[u8]) -> Option<(PathBuf, Metadata)> {
    let place = context.live.view.locate(std::str::from_utf8(path).ok()?)?;
    let metadata = place.metadata().ok()?;
    Some((place, metadata))
}

pub(super) fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o111 != 0
}

/// The media type of the URI's extension.
pub(super) fn media_type(context: &Context) -> HeaderValue {
    let name = context.uri.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0);
    let extension = dot.map(|at| String::from_utf8_lossy(&name[at + 1..]).to_ascii_lowercase());
    let found = extension.and_then(|extension| context.conf.types.get(&extension));
    found.unwrap_or(&context.conf.default_type).clone()
}

/// The answer for the URI as it is.
pub(super) fn answer(context: &mut Context) -> Next {
    if !matches!(context.method, Method::GET | Method::HEAD | Method::POST) {
        return Next::Status(405);
    }
    if context.uri.ends_with(b"/") {
        return index(context);
    }
    let path = filename(context, &context.uri);
    let Some((_, metadata)) = find(context, &path) else {
        return missing(context, &path);
    };
    if metadata.is_dir() {
        let target = uri::with_slash(context);
        return redirect(context, 301, &target);
    }
    if !metadata.is_file() {
        return missing(context, &path);
    }
    if context.method == Method::POST {
        return Next::Status(405);
    }
    let opened = context.live.view.open(&String::from_utf8_lossy(&path));
    match opened.and_then(|file| Ok((file.metadata()?, file))) {
        Ok((metadata, file)) => file_answer(context, file, &metadata),
        Err(error) => {
            let status = if error.kind() == std::io::ErrorKind::PermissionDenied { 403 } else { 404 };
            let shown = String::from_utf8_lossy(&path);
            let reason = reason(&error);
            context.log(Level::Error, &format!("open() \"{shown}\" failed ({reason})"), None);
            Next::Status(status)
        }
    }
}

fn missing(context: &Context, path: &[u8]) -> Next {
    if context.conf.log_not_found {
        let why = absence(context, path);
        let path = String::from_utf8_lossy(path);
        context.log(Level::Error, &format!("open() \"{path}\" failed ({why})"), None);
    }
    Next::Status(404)
}

/// Why nothing is at a path: a file may stand where a folder would have to.
fn absence(context: &Context, path: &[u8]) -> &'static str {
    let cuts = path.iter().enumerate().filter(|(at, byte)| *at > 0 && **byte == b'/');
    let is_file = |(at, _)| find(context, &path[..at]).is_some_and(|(_, metadata)| metadata.is_file());
    if cuts.rev().any(is_file) { "20: Not a directory" } else { "2: No such file or directory" }
}

/// A folder's URI: the first index that is there, else nothing that may be seen.
fn index(context: &mut Context) -> Next {
    let conf = Arc::clone(&context.conf);
    for value in &conf.index {
        let name = eval(value, context);
        if name.starts_with(b"/") {
            return Next::Internal(name);
        }
        let target = [&context.uri[..], &name[..]].concat();
        // In a location of a pattern an alias knows nothing of the name behind it.
        let there = find(context, &[&filename(context, &context.uri)[..], &name[..]].concat());
        if there.is_some_and(|(_, metadata)| metadata.is_file()) {
            return Next::Internal(target);
        }
    }
    let folder = filename(context, &context.uri);
    let shown = String::from_utf8_lossy(&folder).into_owned();
    if find(context, &folder).is_none_or(|(_, metadata)| !metadata.is_dir()) {
        if conf.log_not_found {
            let first = conf.index.first().map(|value| eval(value, context)).unwrap_or_default();
            let why = absence(context, &folder);
            let first = String::from_utf8_lossy(&first).into_owned();
            let message = format!("\"{shown}{first}\" is not found ({why})");
            context.log(Level::Error, &message, None);
        }
        return Next::Status(404);
    }
    context.log(Level::Error, &format!("directory index of \"{shown}\" is forbidden"), None);
    Next::Status(403)
}

/// When and how large: what a client can ask about.
struct Validators {
    modified: u64,
    size: u64,
    etag: Option<String>,
}

fn file_answer(context: &Context, file: File, metadata: &Metadata) -> Next {
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |since| since.as_secs());
    let size = metadata.len();
    let etag = context.conf.etag.then(|| format!("\"{modified:x}-{size:x}\""));
    let validators = Validators { modified, size, etag };
    let mut reply = Reply::new(200);
    reply.modified = Some(modified);
    // An error's page is sent whole, and is not asked for again.
    let plain = context.error_status.is_none_or(|status| status == 200);
    if plain {
        set(&mut reply.headers, header::LAST_MODIFIED, &http_time(modified));
    }
    if let Some(etag) = &validators.etag {
        set(&mut reply.headers, header::ETAG, etag);
    }
    if plain && precondition_failed(context, &validators) {
        return Next::Status(412);
    }
    if plain && not_modified(context, &validators) {
        reply.status = 304;
        return Next::Reply(reply);
    }
    reply.headers.insert(header::CONTENT_TYPE, media_type(context));
    let (mut at, mut left) = (0, size);
    if plain {
        set(&mut reply.headers, header::ACCEPT_RANGES, "bytes");
        match range(context, &validators) {
            Range::Whole => {}
            Range::Part(from, to) => {
                reply.status = 206;
                reply.headers.remove(header::ACCEPT_RANGES);
                set(&mut reply.headers, header::CONTENT_RANGE, &format!("bytes {from}-{to}/{size}"));
                (at, left) = (from, to - from + 1);
            }
            Range::Impossible => {
                let page = pages::text(416, context.conf.server_tokens).unwrap_or_default();
                let mut refused = Reply::new(416).bytes(HeaderValue::from_static("text/html"), page);
                set(&mut refused.headers, header::CONTENT_RANGE, &format!("bytes */{size}"));
                // nginx looks at the range when the file's own headers are made.
                refused.fine = true;
                return Next::Reply(refused);
            }
        }
    }
    reply.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(left));
    reply.content = Content::File(Slice { file: Arc::new(file), at, left });
    Next::Reply(reply)
}

fn set(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

fn asked(context: &Context, name: HeaderName) -> Option<&str> {
    context.headers.get(name)?.to_str().ok()
}

fn precondition_failed(context: &Context, file: &Validators) -> bool {
    if let Some(since) = asked(context, header::IF_UNMODIFIED_SINCE).and_then(parse_http_time)
        && file.modified > since
    {
        return true;
    }
    asked(context, header::IF_MATCH).is_some_and(|tags| !names_tag(tags, file.etag.as_deref(), false))
}

fn not_modified(context: &Context, file: &Validators) -> bool {
    let since = asked(context, header::IF_MODIFIED_SINCE);
    let tags = asked(context, header::IF_NONE_MATCH);
    if since.is_none() && tags.is_none() {
        return false;
    }
    let unchanged = match (since, context.conf.if_modified_since) {
        (None, _) => true,
        (Some(_), IfModifiedSince::Off) => false,
        (Some(text), IfModifiedSince::Exact) => parse_http_time(text) == Some(file.modified),
        (Some(text), IfModifiedSince::Before) => {
            parse_http_time(text).is_some_and(|since| file.modified <= since)
        }
    };
    let tags_fit = tags.is_none_or(|tags| names_tag(tags, file.etag.as_deref(), true));
    unchanged && tags_fit
}

/// Whether a list of entity tags names this one; a weak one counts where `weak`.
fn names_tag(tags: &str, etag: Option<&str>, weak: bool) -> bool {
    if tags.trim() == "*" {
        return true;
    }
    let Some(etag) = etag else { return false };
    tags.split(',').map(str::trim).any(|tag| {
        let tag = if weak { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
        tag == etag
    })
}

enum Range {
    Whole,
    /// From and to, both within.
    Part(u64, u64),
    Impossible,
}

/// The one range that was asked for. Several at once are answered with the whole, as is allowed.
fn range(context: &Context, file: &Validators) -> Range {
    let Some(text) = asked(context, header::RANGE).filter(|_| file.size > 0) else { return Range::Whole };
    if let Some(condition) = asked(context, header::IF_RANGE) {
        let same = if condition.starts_with('"') {
            file.etag.as_deref() == Some(condition)
        } else {
            parse_http_time(condition) == Some(file.modified)
        };
        if !same {
            return Range::Whole;
        }
    }
    let Some(spec) = text.get(..6).filter(|unit| unit.eq_ignore_ascii_case("bytes=")).map(|_| &text[6..])
    else {
        return Range::Whole;
    };
    if spec.contains(',') {
        return Range::Whole;
    }
    let Some((from, to)) = spec.trim().split_once('-') else { return Range::Impossible };
    let number = |text: &str| {
        let text = text.trim();
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?
    };
    let (from, to) = match (from.trim().is_empty(), to.trim().is_empty()) {
        (false, true) => (number(from), Some(u64::MAX)),
        (false, false) => (number(from), number(to)),
        (true, false) => {
            (number(to).filter(|n| *n > 0).map(|last| file.size.saturating_sub(last)), Some(u64::MAX))
        }
        (true, true) => (None, None),
    };
    match (from, to) {
        (Some(from), Some(to)) if from < file.size && from <= to => Range::Part(from, to.min(file.size - 1)),
        _ => Range::Impossible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags() {
        assert!(names_tag("\"a\", W/\"b\"", Some("\"b\""), true));
        assert!(!names_tag("\"a\", W/\"b\"", Some("\"b\""), false));
        assert!(names_tag("*", None, true) && !names_tag("\"a\"", None, true));
    }
}
