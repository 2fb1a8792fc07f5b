//! nginx's own pages for errors and redirects.

use hyper::header::{self, HeaderValue};

use super::body::Content;
use super::context::Context;
use super::reply::{Next, Reply};

/// What a status is called on nginx's pages.
pub(super) const fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        301 => "301 Moved Permanently",
        302 => "302 Found",
        303 => "303 See Other",
        307 => "307 Temporary Redirect",
        308 => "308 Permanent Redirect",
        400 => "400 Bad Request",
        401 => "401 Authorization Required",
        402 => "402 Payment Required",
        403 => "403 Forbidden",
        404 => "404 Not Found",
        405 => "405 Not Allowed",
        406 => "406 Not Acceptable",
        408 => "408 Request Time-out",
        409 => "409 Conflict",
        410 => "410 Gone",
        411 => "411 Length Required",
        412 => "412 Precondition Failed",
        413 => "413 Request Entity Too Large",
        414 => "414 Request-URI Too Large",
        415 => "415 Unsupported Media Type",
        416 => "416 Requested Range Not Satisfiable",
        421 => "421 Misdirected Request",
        429 => "429 Too Many Requests",
        494 => "400 Request Header Or Cookie Too Large",
        500 => "500 Internal Server Error",
        501 => "501 Not Implemented",
        502 => "502 Bad Gateway",
        503 => "503 Service Temporarily Unavailable",
        504 => "504 Gateway Time-out",
        505 => "505 HTTP Version Not Supported",
        507 => "507 Insufficient Storage",
        _ => return None,
    })
}

/// What stands behind a status in the first line, where nginx says something else than HTTP does.
pub(super) const fn unusual(status: u16) -> Option<&'static [u8]> {
    Some(match status {
        302 => b"Moved Temporarily",
        405 => b"Not Allowed",
        408 => b"Request Time-out",
        413 => b"Request Entity Too Large",
        414 => b"Request-URI Too Large",
        416 => b"Requested Range Not Satisfiable",
        503 => b"Service Temporarily Unavailable",
        504 => b"Gateway Time-out",
        100..=199 | 200..=202 | 204 | 206 | 301 | 303 | 304 | 307 | 308 | 400..=404 | 406 | 409..=412 => {
            return None;
        }
        415 | 421 | 429 | 500..=502 | 505 | 507 => return None,
        // nginx has no words for the rest.
        _ => b"",
    })
}

/// The text of the page of a status; none where nginx sends none. 494 is nginx's own number for a head that is
/// too large, which it sends as 400.
pub(super) fn text(status: u16, server_tokens: bool) -> Option<String> {
    let title = reason(status)?;
    let (title, heading, extra) = match status {
        494 => (
            "400 Request Header Or Cookie Too Large",
            "400 Bad Request",
            "<center>Request Header Or Cookie Too Large</center>\r\n",
        ),
        _ => (title, title, ""),
    };
    let server = server(server_tokens);
    Some(format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{heading}</h1></center>\r\n{extra}\
         <hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    ))
}

/// The value of the header `Server`.
pub(super) const SERVER: &str = "nginx/1.30.0";

/// The same with `server_tokens off`.
pub(super) const fn server(server_tokens: bool) -> &'static str {
    if server_tokens { SERVER } else { "nginx" }
}

/// The page that nginx has for a status.
pub(super) fn page(context: &mut Context, status: u16) -> Reply {
    if matches!(status, 400 | 408 | 413 | 414 | 494 | 500 | 501) {
        context.closes = true;
    }
    let sent = if status == 494 { 400 } else { status };
    let mut reply = Reply::new(sent);
    match text(status, context.conf.server_tokens) {
        Some(text) => reply.bytes(HeaderValue::from_static("text/html"), text),
        None => {
            reply.content = Content::Empty;
            reply.with(header::CONTENT_LENGTH, HeaderValue::from_static("0"))
        }
    }
}

/// `Location` of a redirect; a path gets the client's own way to this server.
pub(super) fn location_of(context: &Context, target: &[u8]) -> Vec<u8> {
    let mut location = Vec::new();
    if target.starts_with(b"/") && context.conf.absolute_redirect {
        location.extend_from_slice(b"http://");
        // Without a Host the client has asked an address.
        if context.conf.server_name_in_redirect {
            location.extend_from_slice(context.server().name.as_bytes());
        } else if context.host.is_empty() {
            location.extend_from_slice(context.live.host.to_string().as_bytes());
        } else {
            location.extend_from_slice(&context.host);
        }
        if context.conf.port_in_redirect && context.client.port != 80 {
            location.extend_from_slice(format!(":{}", context.client.port).as_bytes());
        }
    }
    location.extend_from_slice(target);
    location
}

/// A redirect to `target`.
pub(super) fn redirect(context: &mut Context, status: u16, target: &[u8]) -> Next {
    let location = location_of(context, target);
    context.error_status = None;
    let mut reply = page(context, status);
    match HeaderValue::from_bytes(&location) {
        Ok(location) => {
            reply.headers.insert(header::LOCATION, location);
            Next::Reply(reply)
        }
        Err(_) => Next::Status(500),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_of_the_version() {
        assert_eq!(SERVER, format!("nginx/{}", crate::value::VERSION));
    }

    #[test]
    fn a_page_is_nginxs_own() {
        let page = text(404, true).expect("a page");
        assert_eq!(
            page,
            "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.30.0</center>\r\n</body>\r\n</html>\r\n"
        );
        assert!(text(502, false).expect("a page").contains("<center>nginx</center>"));
        assert!(text(494, true).expect("a page").contains("<h1>400 Bad Request</h1>"));
        assert_eq!(text(418, true), None);
    }
}
