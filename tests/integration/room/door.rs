//! Who is not let in, and what is not taken.

use std::io::{Read, Write};
use std::net::TcpStream;

use reqwest::header::{HOST, ORIGIN, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::opened::{Opened, report};

#[test]
fn wrong_codes_are_counted() {
    let room = Opened::new();
    let join = |code: &str| {
        let body = json!({ "code": code, "role": "learner" });
        room.send(room.request(Method::POST, "/api/join").json(&body))
    };
    let wrong: Vec<StatusCode> = (0..10).map(|_| join("AAAA-AAAA").status()).collect();
    assert!(wrong.iter().all(|status| *status == StatusCode::FORBIDDEN), "{wrong:?}");
    let slow = join(&room.code);
    assert_eq!(slow.status(), StatusCode::TOO_MANY_REQUESTS, "the right one comes too late");
    let wait: u64 = slow.headers()[RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=61).contains(&wait), "{wait}");
    let (status, refused) = room.ask(Method::POST, "/api/enter", "", &json!(room.key));
    assert_eq!((status, &refused["error"]), (StatusCode::TOO_MANY_REQUESTS, &json!("slow-down")));
}

/// Behind a proxy everybody has the proxy's address: it says whose a request is, and is believed
/// only where the presenter named it.
#[test]
fn behind_a_proxy_one_is_stopped_and_not_all() {
    let named = crate::front::server::free_port();
    let args = ["--port", &named.to_string(), "--host", "class.example"];
    let behind = Opened::with(crate::harness::Sandbox::new(), named, &args);
    let bare = Opened::new();
    let join = |room: &Opened, code: &str, from: &str| {
        let body = json!({ "code": code, "role": "learner" });
        let request = room.request(Method::POST, "/api/join").json(&body);
        room.send(request.header("x-forwarded-for", format!("6.6.6.6, {from}"))).status()
    };
    for room in [&behind, &bare] {
        for _ in 0..10 {
            assert_eq!(join(room, "AAAA-AAAA", "10.0.0.1"), StatusCode::FORBIDDEN);
        }
        assert_eq!(join(room, &room.code, "10.0.0.1"), StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(join(&behind, &behind.code, "10.0.0.2"), StatusCode::OK);
    assert_eq!(join(&bare, &bare.code, "10.0.0.2"), StatusCode::TOO_MANY_REQUESTS, "anybody could say that");
    let named = behind.request(Method::GET, "/").header(HOST, "class.example");
    assert_eq!(behind.send(named.header(ORIGIN, "https://class.example")).status(), StatusCode::OK);
    assert!(behind.said().contains("https://class.example/#"), "{}", behind.said());
}

#[test]
fn what_is_too_large_or_unclear_is_refused_whole() {
    let room = Opened::new();
    let token = room.join("kim");
    let reports = |body: &Value| room.ask(Method::POST, "/api/reports", &token, body);
    let many: Vec<Value> = (1..=101).map(report).collect();
    assert_eq!(reports(&json!({ "reports": many })).0, StatusCode::PAYLOAD_TOO_LARGE);
    let mut long = report(1);
    long["step"] = json!("x".repeat(101));
    assert_eq!(reports(&json!({ "reports": [report(1), long] })).0, StatusCode::PAYLOAD_TOO_LARGE);
    let mut huge = report(1);
    huge["title"] = json!("x".repeat(70_000));
    assert_eq!(reports(&json!({ "reports": [huge] })).0, StatusCode::PAYLOAD_TOO_LARGE);
    let mut unknown = report(1);
    unknown["file"] = json!("services: …");
    assert_eq!(reports(&json!({ "reports": [unknown] })).0, StatusCode::BAD_REQUEST);
    assert_eq!(reports(&json!([])).0, StatusCode::BAD_REQUEST);
    assert_eq!(room.stuck(&token, 1), 1, "none of it was taken");
    let mut wide = report(2);
    wide["title"] = json!("긴 ".repeat(300));
    assert_eq!(reports(&json!({ "reports": [wide] })).0, StatusCode::OK, "a title is cut");
}

#[test]
fn without_a_token_there_is_nothing() {
    let room = Opened::new();
    let learner = room.join("kim");
    let mut asked = Vec::new();
    for (method, path) in [
        (Method::POST, "/api/reports"),
        (Method::GET, "/api/now"),
        (Method::POST, "/api/vote"),
        (Method::POST, "/api/signal"),
        (Method::POST, "/api/leave"),
        (Method::POST, "/api/press"),
        (Method::GET, "/api/live/me"),
    ] {
        asked.push((path, room.ask(method, path, "00000000000000000000000000000000", &Value::Null).0));
    }
    for (method, path) in [
        (Method::PUT, "/api/shown"),
        (Method::PUT, "/api/poll"),
        (Method::DELETE, "/api/poll"),
        (Method::GET, "/api/presses"),
        (Method::DELETE, "/api/phone"),
        (Method::GET, "/api/live/board"),
        (Method::GET, "/api/live/projector"),
        (Method::GET, "/table.csv"),
        (Method::GET, "/statements.json"),
    ] {
        asked.push((path, room.ask(method, path, &learner, &Value::Null).0));
    }
    let open: Vec<_> = asked.iter().filter(|(_, status)| *status != StatusCode::UNAUTHORIZED).collect();
    assert!(open.is_empty(), "{open:?}");
}

/// Another page of the learner's browser, or a name that somebody made lead to this address.
#[test]
fn no_other_page_can_talk_to_it() {
    let room = Opened::new();
    let body = json!({ "code": room.code, "role": "learner" });
    let join = || room.request(Method::POST, "/api/join").json(&body);
    let own = room.url("");
    let host = format!("evil.example:{}", room.port);
    for (from, status) in [
        (join().header(ORIGIN, &own), StatusCode::OK),
        (join().header(ORIGIN, "http://evil.example"), StatusCode::FORBIDDEN),
        (join().header(ORIGIN, "null"), StatusCode::FORBIDDEN),
        (join().header(ORIGIN, format!("http://127.0.0.1:{}", room.port ^ 1)), StatusCode::FORBIDDEN),
        (join().header("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
        (join().header(HOST, &host), StatusCode::FORBIDDEN),
        (join().header(HOST, &host).header(ORIGIN, format!("http://{host}")), StatusCode::FORBIDDEN),
        (room.request(Method::GET, "/").header(HOST, &host), StatusCode::FORBIDDEN),
    ] {
        let asked = format!("{from:?}");
        let answer = room.send(from);
        assert_eq!(answer.status(), status, "{asked}");
        assert!(answer.headers().get("access-control-allow-origin").is_none());
        let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    }
    let joined = room.send(join());
    let cookie = joined.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
}

#[test]
fn a_head_without_end_is_cut_off() {
    let room = Opened::new();
    let mut stream = TcpStream::connect(("127.0.0.1", room.port)).expect("it listens");
    stream.set_read_timeout(Some(super::opened::SOON)).expect("a time");
    let _ = write!(stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {}\r\n\r\n", "x".repeat(64 << 10));
    let mut answer = [0; 64];
    let count = stream.read(&mut answer).unwrap_or_default();
    let said = String::from_utf8_lossy(&answer[..count]).into_owned();
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    assert_eq!(room.send(room.request(Method::GET, "/")).status(), StatusCode::OK, "it goes on");
}
