//! What every request gets: the headers, and its one line in the log.

use crate::harness::{Server, field};
use crate::http::send;

#[test]
fn every_answer_names_its_replica_and_request() {
    let server = Server::start();
    for (method, path) in [
        ("GET", "/api/posts"),
        ("GET", "/api/health"),
        ("GET", "/nothing"),
        ("PUT", "/api/posts"),
        ("POST", "/api/posts"),
        ("HEAD", "/api/posts"),
    ] {
        let answer = send(server.address, method, path, &[], b"");
        assert_eq!(answer.header("x-replica"), Some("replica-1"), "{answer:?}");
        let id = answer.header("x-request-id").expect("an id");
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
    }
}

#[test]
fn a_sane_request_id_is_kept_and_another_replaced() {
    let server = Server::start();
    let echo = |id: &str| {
        let answer = send(server.address, "GET", "/api/health", &[("X-Request-Id", id)], b"");
        answer.header("x-request-id").expect("an id").to_owned()
    };
    let longest = "x".repeat(128);
    for id in ["a", "trace-42/b;c=\"d\"", &longest] {
        assert_eq!(echo(id), id);
    }
    for id in ["", "two words", "안녕", "tab\tbed", &"x".repeat(129)] {
        assert!(uuid::Uuid::parse_str(&echo(id)).is_ok(), "{id:?} was kept");
    }
}

#[test]
fn a_request_is_one_line_of_logfmt() {
    let server = Server::start();
    send(server.address, "GET", "/api/posts?q=secret", &[("X-Request-Id", "id-1")], b"").expect(200);
    let line = server.line_with(&["request_id=id-1"]);
    let keys: Vec<&str> = line.split(' ').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
    assert_eq!(keys, ["time", "level", "method", "path", "status", "ms", "request_id", "replica", "client"]);
    for (key, value) in [
        ("level", "info"),
        ("method", "GET"),
        ("path", "/api/posts"),
        ("status", "200"),
        ("replica", "replica-1"),
        ("client", "-"),
    ] {
        assert_eq!(field(&line, key), Some(value), "{line}");
    }
    assert!(field(&line, "ms").and_then(|ms| ms.parse::<f64>().ok()).is_some(), "{line}");

    // Who asked is what the last proxy says; what stands before it anybody can write there.
    let path = [("X-Forwarded-For", "10.9.9.9, 172.18.0.1")];
    send(server.address, "GET", "/api/behind-a-proxy", &path, b"").expect(404);
    let line = server.line_with(&["path=/api/behind-a-proxy"]);
    assert_eq!(field(&line, "client"), Some("172.18.0.1"), "{line}");
    let path = [("X-Forwarded-For", "unknown")];
    send(server.address, "GET", "/api/behind-nobody", &path, b"").expect(404);
    assert_eq!(field(&server.line_with(&["path=/api/behind-nobody"]), "client"), Some("-"));

    // Nothing a stranger sends ends a line or adds a field.
    let forged = "x\"=level=error";
    send(server.address, "GET", "/a%0Ab", &[("X-Request-Id", forged)], b"").expect(404);
    let line = server.line_with(&["path=/a%0Ab"]);
    assert!(line.contains(r#"request_id="x\"=level=error" replica"#), "{line}");

    let requests = server.lines().iter().filter(|line| line.contains(" method=")).count();
    assert_eq!(requests, 4);
}
