//! nginx's own pages for errors and redirects.

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

/// The page of a status; none where nginx sends none. 494 is nginx's own number for a head that is
/// too large, which it sends as 400.
pub(super) fn page(status: u16, server_tokens: bool) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_of_the_version() {
        assert_eq!(SERVER, format!("nginx/{}", crate::VERSION));
    }

    #[test]
    fn a_page_is_nginxs_own() {
        let page = page(404, true).expect("a page");
        assert_eq!(
            page,
            "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.30.0</center>\r\n</body>\r\n</html>\r\n"
        );
        assert!(super::page(502, false).expect("a page").contains("<center>nginx</center>"));
        assert!(super::page(494, true).expect("a page").contains("<h1>400 Bad Request</h1>"));
        assert_eq!(super::page(418, true), None);
    }
}
