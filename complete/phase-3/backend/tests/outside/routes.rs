//! What every route answers when all is well.

use serde_json::json;

use crate::engines::Stack;
use crate::harness::{Server, field};
use crate::http::send;

#[test]
fn shorten_follow_and_look_up() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let url = "https://example.com/a?b=c#d";
    let made = server.post(&json!({"originalUrl": url}).to_string()).expect(201);
    assert_eq!(made.header("x-replica"), Some("api-1"));
    assert_eq!(made.header("content-type"), Some("application/json"));
    assert_eq!(made.header("x-content-type-options"), Some("nosniff"));
    let made = made.json();
    let code = made["shortCode"].as_str().unwrap();
    assert_eq!(
        made,
        json!({"shortCode": code, "shortUrl": format!("http://test.example:8080/{code}"), "originalUrl": url})
    );

    let followed = server.get(&format!("/{code}")).expect(302);
    assert_eq!(followed.header("location"), Some(url));
    assert_eq!(followed.header("cache-control"), Some("no-store"));
    assert_eq!(followed.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(followed.header("x-replica"), Some("api-1"));
    // Not by a look.
    let head = send(server.address, &format!("HEAD /{code}"), &[], b"").expect(302);
    assert_eq!(head.header("location"), Some(url));

    let shown = server.get(&format!("/api/v1/urls/{code}")).expect(200).json();
    let created = shown["createdAt"].as_str().unwrap();
    assert!(created.len() == 20 && created.ends_with('Z') && created.starts_with("20"), "{created}");
    assert_eq!(shown, json!({"shortCode": code, "originalUrl": url, "clickCount": 1, "createdAt": created}));
    assert_eq!(server.get("/actuator/ping").expect(200).body, "pong");
}

#[test]
fn a_link_of_one_server_works_at_the_other() {
    let Some(stack) = Stack::start() else { return };
    let servers = ["api-1", "api-2"].map(|name| Server::start(&stack, name));
    let code = servers[0].shorten("http://example.com/shared");
    servers[1].click(&code, 3);
    servers[0].click(&code, 2);
    for server in &servers {
        assert_eq!(server.clicks(&code), 5);
    }
}

#[test]
fn what_a_short_link_begins_with() {
    let Some(stack) = Stack::start() else { return };
    let short_url = |server: &Server, headers: &[(&str, &str)]| {
        let body = br#"{"originalUrl": "http://example.com"}"#;
        let made = send(server.address, "POST /api/v1/urls/shorten", headers, body).expect(201).json();
        let link = made["shortUrl"].as_str().unwrap().to_owned();
        link.strip_suffix(made["shortCode"].as_str().unwrap()).unwrap().to_owned()
    };
    let server = Server::start(&stack, "api-1");
    assert_eq!(short_url(&server, &[("X-Forwarded-Proto", "https")]), "https://test.example:8080/");
    assert_eq!(short_url(&server, &[("X-Forwarded-Proto", "javascript")]), "http://test.example:8080/");

    let settings = [("PUBLIC_URL", "https://sho.rt/s/")];
    let server = Server::listening(&stack, "api-2", &settings);
    server.wait_for_status("UP");
    assert_eq!(short_url(&server, &[("X-Forwarded-Proto", "http")]), "https://sho.rt/s/");
    server.post(r#"{"originalUrl": "http://sho.rt/s/abc"}"#).expect_error(400, "invalid_url");
    server.post(r#"{"originalUrl": "https://sho.rt/other"}"#).expect(201);
}

#[test]
fn a_target_beyond_ascii_is_kept_as_it_was_and_sent_encoded() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let code = server.shorten("https://위키.한국/대문?q=가😀");
    let encoded = "https://xn--9q5b29o.xn--3e0b707e/%EB%8C%80%EB%AC%B8?q=%EA%B0%80%F0%9F%98%80";
    let followed = server.get(&format!("/{code}")).expect(302);
    assert_eq!(followed.header("location"), Some(encoded));
    // And from the database, without the cache.
    redis::cmd("DEL").arg(format!("url:{code}")).exec(&mut stack.redis()).unwrap();
    let followed = server.get(&format!("/{code}")).expect(302);
    assert_eq!(followed.header("location"), Some(encoded));
    let shown = server.get(&format!("/api/v1/urls/{code}")).json();
    assert_eq!(shown["originalUrl"], "https://위키.한국/대문?q=가😀");
    assert_eq!(shown["clickCount"], 2);
}

#[test]
fn a_code_that_leads_nowhere_is_asked_of_the_database_once_and_never_counted() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let mut redis = stack.redis();
    for _ in 0..5 {
        server.get("/zzzzzzz").expect_error(404, "code_not_found");
    }
    let (kept, ttl): (String, i64) =
        redis::pipe().get("url:zzzzzzz").ttl("url:zzzzzzz").query(&mut redis).unwrap();
    assert_eq!(kept, "");
    assert!((1..=10).contains(&ttl), "{ttl}");
    let pending: bool = redis::cmd("EXISTS").arg("clicks:pending").query(&mut redis).unwrap();
    assert!(!pending);
    // Made after somebody asked for it: what was kept then is kept no longer. The
    // first code of an empty database is known.
    server.get("/24G5ezN").expect_error(404, "code_not_found");
    assert_eq!(server.shorten("http://example.com"), "24G5ezN");
    server.click("24G5ezN", 1);
    let ttl_of_a_target: i64 = redis::cmd("TTL").arg("url:24G5ezN").query(&mut redis).unwrap();
    assert!(ttl_of_a_target > 60, "{ttl_of_a_target}");
}

#[test]
fn every_request_is_a_line() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let answer = send(server.address, "GET /no/such", &[("X-Request-Id", "id-7")], b"");
    assert_eq!(answer.header("x-request-id"), Some("id-7"));
    let line = server.line_with(&["request_id=id-7"]);
    for (name, value) in [("method", "GET"), ("path", "/no/such"), ("status", "404"), ("replica", "api-1")] {
        assert_eq!(field(&line, name), Some(value), "{line}");
    }
    let own = server.get("/actuator/ping");
    server.line_with(&["path=/actuator/ping", own.header("x-request-id").unwrap()]);
    assert!(!server.lines().iter().any(|line| line.contains("5ecret")));

    let quiet = Server::listening(&stack, "api-2", &[("ACCESS_LOG", "off")]);
    quiet.wait_for_status("UP");
    quiet.get("/no/such").expect(404);
    quiet.signal(rustix::process::Signal::TERM);
    quiet.line_with(&["msg=stopped"]);
    assert!(!quiet.lines().iter().any(|line| line.contains("path=")), "{:?}", quiet.lines());
}

#[test]
fn a_delay_is_for_every_answer_but_the_healths() {
    let Some(stack) = Stack::start() else { return };
    let server = Server::listening(&stack, "slow", &[("RESPONSE_DELAY_MS", "300")]);
    server.wait_for_status("UP");
    let at_least = std::time::Duration::from_millis(300);
    let begun = std::time::Instant::now();
    server.get("/actuator/ping").expect(200);
    assert!(begun.elapsed() >= at_least, "{:?}", begun.elapsed());
    // Ten answers of the health take less than ten delays.
    let begun = std::time::Instant::now();
    for _ in 0..10 {
        server.get("/actuator/health").expect(200);
    }
    assert!(begun.elapsed() < at_least * 10, "{:?}", begun.elapsed());
}

#[test]
fn a_shared_lock_lets_one_redirect_through_at_a_time_whichever_server_it_is_at() {
    let Some(stack) = Stack::start() else { return };
    let lock = [("SHARED_LOCK_MS", "100")];
    let servers = ["api-1", "api-2"].map(|name| Server::listening(&stack, name, &lock));
    for server in &servers {
        server.wait_for_status("UP");
    }
    let code = servers[0].shorten("https://example.com/");
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for server in servers.iter().cycle().take(6) {
            scope.spawn(|| server.get(&format!("/{code}")).expect(302));
        }
    });
    assert!(begun.elapsed() >= std::time::Duration::from_millis(600), "{:?}", begun.elapsed());
}

#[test]
fn the_healthcheck_command_says_what_the_server_says() {
    let Some(mut stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let up = server.healthcheck();
    assert!(up.status.success());
    let said: serde_json::Value = serde_json::from_slice(&up.stdout).unwrap();
    let component = json!({"status": "UP"});
    assert_eq!(said, json!({"status": "UP", "components": {"db": component, "redis": component}}));

    stack.redis.kill();
    server.wait_for_status("DEGRADED");
    let degraded = server.healthcheck();
    assert_eq!(degraded.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&degraded.stdout).starts_with(r#"{"status":"DEGRADED""#));

    drop(server);
    let nobody = crate::harness::run(
        crate::harness::program().arg("healthcheck").env("PORT", crate::engines::free_port().to_string()),
    );
    assert_eq!(nobody.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("not healthy"));
}
