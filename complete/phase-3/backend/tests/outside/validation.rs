//! Wrong requests, each told what is wrong with it.

use serde_json::json;

use crate::engines::Stack;
use crate::harness::Server;
use crate::http::{connect, read_to_end, send};

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    for (body, code) in [
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ("\u{feff}{}", "invalid_json"),
        ("[]", "invalid_body"),
        ("\"http://a\"", "invalid_body"),
        ("{}", "invalid_input"),
        (r#"{"originalurl": "http://a"}"#, "invalid_input"),
        (r#"{"originalUrl": 7}"#, "invalid_input"),
        (r#"{"originalUrl": null}"#, "invalid_input"),
        (r#"{"originalUrl": ""}"#, "invalid_url"),
        (r#"{"originalUrl": "example.com"}"#, "invalid_url"),
        (r#"{"originalUrl": "ftp://example.com"}"#, "invalid_url"),
        (r#"{"originalUrl": "javascript:alert(1)"}"#, "invalid_url"),
        (r#"{"originalUrl": "http://"}"#, "invalid_url"),
        (r#"{"originalUrl": "http://me:secret@example.com"}"#, "invalid_url"),
        (r#"{"originalUrl": "http://a/\r\nSet-Cookie: b"}"#, "invalid_url"),
    ] {
        let answer = server.post(body).expect_error(400, code);
        assert_eq!(answer.header("x-replica"), Some("api-1"));
        assert!(!answer.body.contains("secret"), "{answer:?}");
    }
    let long = json!({"originalUrl": format!("http://a/{}", "x".repeat(2040))}).to_string();
    server.post(&long).expect_error(400, "invalid_url");
    let longest = json!({"originalUrl": format!("http://a/{}", "x".repeat(2039))}).to_string();
    server.post(&longest).expect(201);
    server.post(&" ".repeat(16 * 1024 + 1)).expect_error(413, "body_too_large");
    // Every character of the longest target escaped still fits.
    let escaped: String = (0..2048 - 9).map(|_| "\\u0061").collect();
    let body = format!(r#"{{"originalUrl": "http://a/{escaped}"}}"#);
    assert!(body.len() < 16 * 1024);
    server.post(&body).expect(201);
    // Not text.
    send(server.address, "POST /api/v1/urls/shorten", &[], &[0xff, 0xfe]).expect_error(400, "invalid_json");
}

#[test]
fn wrong_paths_methods_and_codes() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    for path in ["/", "/a/b", "/api/v1", "/api/v1/urls", "/api/v1/urls/shorten/x", "/actuator"] {
        let code = if path == "/actuator" { "code_not_found" } else { "not_found" };
        server.get(path).expect_error(404, code);
    }
    for code in ["favicon.ico", "abc", "abcdefgh", "abc-efg", "%00%00", "%ff%ff%ff", "aaaaaaa"] {
        server.get(&format!("/{code}")).expect_error(404, "code_not_found");
        server.get(&format!("/api/v1/urls/{code}")).expect_error(404, "code_not_found");
    }
    for (request, allowed) in [
        ("GET /api/v1/urls/shorten", "POST"),
        ("DELETE /abcdefg", "GET,HEAD"),
        ("POST /actuator/health", "GET,HEAD"),
    ] {
        let answer = send(server.address, request, &[], b"").expect_error(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{request}");
    }
}

#[test]
fn a_host_that_cannot_be_one_is_refused() {
    use std::io::Write as _;
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    for host in ["", "Host: a@b\r\n", "Host: a b\r\n", "Host: \r\n"] {
        let body = r#"{"originalUrl": "http://example.com"}"#;
        let mut stream = connect(server.address);
        let request = format!(
            "POST /api/v1/urls/shorten HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        crate::http::Answer::parse(&read_to_end(&mut stream)).expect_error(400, "invalid_host");
    }
}
