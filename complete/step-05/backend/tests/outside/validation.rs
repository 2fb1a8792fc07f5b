//! What does not fit is refused clearly, and changes nothing.

use serde_json::json;

use crate::harness::Server;
use crate::http::send;

#[test]
fn fields_are_checked() {
    let server = Server::start();
    let long = |n: usize| "글".repeat(n);
    for (body, message) in [
        (json!({"content": "x"}), "username is missing"),
        (json!({"username": "ana"}), "content is missing"),
        (json!({"username": 7, "content": "x"}), "username must be a string"),
        (json!({"username": "ana", "content": null}), "content must be a string"),
        (json!({"username": " ", "content": "x"}), "username must be 1 to 50 characters"),
        (json!({"username": long(51), "content": "x"}), "username must be 1 to 50 characters"),
        (json!({"username": "ana", "content": "\n\t"}), "content must be 1 to 2000 characters"),
        (json!({"username": "ana", "content": long(2001)}), "content must be 1 to 2000 characters"),
        (json!({"username": "a\nb", "content": "x"}), "username must not contain control characters"),
        (json!({"username": "ana", "content": "\u{0}x"}), "content must not contain control characters"),
    ] {
        let answer = server.call("POST", "/api/posts", &body).expect_error(400, "invalid_input");
        assert_eq!(answer.json()["error"]["message"], message);
    }
    assert_eq!(server.get("/api/posts").json(), json!([]));
    server.post(&long(50), &long(2000));
}

#[test]
fn a_body_must_be_a_json_object() {
    let server = Server::start();
    for (body, code) in [
        (&b""[..], "invalid_json"),
        (b"{\"username\":", "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        (b"username=ana", "invalid_json"),
        (b"[1, 2]", "invalid_body"),
        (b"\"text\"", "invalid_body"),
    ] {
        send(server.address, "POST", "/api/posts", &[], body).expect_error(400, code);
    }
    let large = format!(r#"{{"username":"ana","content":"{}"}}"#, "x".repeat(70_000));
    send(server.address, "POST", "/api/posts", &[], large.as_bytes()).expect_error(413, "body_too_large");
}

#[test]
fn ids_and_parameters_are_checked() {
    let server = Server::start();
    let id = "11111111-1111-4111-8111-111111111111";
    for path in [
        "/api/posts/1".to_owned(),
        "/api/posts/%ff".to_owned(),
        "/api/posts/not-a-uuid/comments".to_owned(),
        format!("/api/posts/{id}/comments/2"),
        format!("/api/posts/2/comments/{id}"),
    ] {
        server.get(&path).expect_error(400, "invalid_id");
    }
    for query in ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=1.5", "viewer="] {
        server.get(&format!("/api/posts?{query}")).expect_error(400, "invalid_input");
    }
    let long = "x".repeat(201);
    server.get(&format!("/api/posts?q={long}")).expect_error(400, "invalid_input");
    server.get(&format!("/api/posts/{id}/comments?limit=0")).expect_error(400, "invalid_input");
}

#[test]
fn unknown_paths_and_methods_are_answered_in_json() {
    let server = Server::start();
    for path in ["/", "/api", "/api/", "/api/posts/", "/api/nothing", "/favicon.ico"] {
        server.get(path).expect_error(404, "not_found");
    }
    let answer = server.call("PUT", "/api/posts", &json!({})).expect_error(405, "method_not_allowed");
    let allowed = answer.header("allow").expect("the methods that are allowed");
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    server.call("DELETE", "/api/health", &json!({})).expect_error(405, "method_not_allowed");
}
