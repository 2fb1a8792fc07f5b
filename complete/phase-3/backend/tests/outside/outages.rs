//! Redis or the database away, late, or locked.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::engines::{DB_PASSWORD, REDIS_PASSWORD, Stack};
use crate::harness::{Server, wait_for};
use crate::traffic::Traffic;

const FOLLOWERS: usize = 4;

#[test]
fn redis_killed_and_started_again_under_traffic() {
    let Some(mut stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/redis");
    let traffic = Traffic::run(&[server.address; FOLLOWERS], &code, |traffic| {
        traffic.wait_for_more(300);
        stack.redis.kill();
        let health = server.wait_for_status("DEGRADED");
        assert_eq!(health["components"]["redis"]["status"], "DOWN");
        assert_eq!(health["components"]["db"]["status"], "UP");
        server.line_with(&["redis is away", "REDIS_HOST=127.0.0.1"]);
        traffic.wait_for_more(300);
        stack.redis.start();
        server.wait_for_status("UP");
        server.line_with(&["clicks sent to redis"]);
        traffic.wait_for_more(300);
    });
    assert_eq!(traffic.unanswered(), 0);
    let answered = traffic.answered();
    // None is lost. A click that was with Redis when it died may count twice.
    let total = wait_for("all clicks", || Some(server.clicks(&code)).filter(|total| *total >= answered));
    assert!(total <= answered + FOLLOWERS as u64, "{answered} redirects, {total} clicks");
}

#[test]
fn a_redis_that_hangs_slows_a_few_requests_and_then_none() {
    let Some(stack) = Stack::start() else { return };
    let mut server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/hangs");
    stack.redis.signal(Signal::STOP);
    server.click(&code, 1);
    server.line_with(&["redis is away", "redis does not answer in time"]);
    // With a wait for each, these would take 20 seconds.
    let begun = Instant::now();
    server.click(&code, 100);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(server.health()["status"], "DEGRADED");
    stack.redis.signal(Signal::CONT);
    server.wait_for_status("UP");
    // The first one's answer came after all: it is counted once, like the others.
    wait_for("all clicks", || (server.clicks(&code) >= 101).then_some(()));
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    assert!(!server.lines().iter().any(|line| line.contains("in doubt")));
    assert_eq!(Server::start(&stack, "api-2").clicks(&code), 101);
}

#[test]
fn a_database_that_is_late_is_waited_for() {
    let Some(mut stack) = Stack::not_started() else { return };
    stack.redis.start();
    let servers = ["api-1", "api-2"].map(|name| Server::listening(&stack, name, &[]));
    for server in &servers {
        let health = server.get("/actuator/health").expect(503).json();
        assert_eq!(health["status"], "DOWN");
        assert_eq!(health["components"]["db"]["status"], "DOWN");
        assert!(health["components"]["db"]["reason"].is_string());
        let port = format!("DB_PORT={}", stack.mysql.port);
        server.line_with(&["level=warn", "waiting for the database", "DB_HOST=127.0.0.1", &port]);
        let answer = server.post(r#"{"originalUrl": "http://example.com"}"#);
        let answer = answer.expect_error(503, "database_unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(server.healthcheck().status.code(), Some(1));
    }
    stack.mysql.start();
    // Both at once, in an empty database.
    for server in &servers {
        server.line_with(&["the database is ready"]);
        server.wait_for_status("UP");
        server.shorten("http://example.com/late");
    }
}

#[test]
fn a_database_that_goes_away_and_comes_back() {
    let Some(mut stack) = Stack::start() else { return };
    let server = Server::start(&stack, "api-1");
    let code = server.shorten("http://example.com/cached");
    stack.mysql.kill();
    server.get("/actuator/health").expect(503);
    // From Redis, as ever.
    server.click(&code, 3);
    server.get("/aaaaaaa").expect_error(503, "database_unavailable");
    server.post(r#"{"originalUrl": "http://example.com"}"#).expect_error(503, "database_unavailable");
    server.get(&format!("/api/v1/urls/{code}")).expect_error(503, "database_unavailable");
    stack.mysql.start();
    server.wait_for_status("UP");
    assert_eq!(server.clicks(&code), 3);
}

#[test]
fn wrong_passwords_are_named_and_not_told() {
    let Some(stack) = Stack::start() else { return };
    let settings = [("DB_PASSWORD", "wr0ng-db"), ("REDIS_PASSWORD", "wr0ng-redis")];
    let server = Server::listening(&stack, "api-1", &settings);
    server.line_with(&["waiting for the database", "DB_PASSWORD", "DB_USER=shortener"]);
    server.line_with(&["redis is away", "REDIS_PASSWORD", "user=default"]);
    let health = server.get("/actuator/health").expect(503);
    assert_eq!(
        health.json(),
        json!({"status": "DOWN", "components": {
            "db": {"status": "DOWN", "reason": "the database refused DB_USER with DB_PASSWORD"},
            "redis": {"status": "DOWN", "reason": "redis refused REDIS_PASSWORD"},
        }})
    );
    // Redis alone: it works, and says what does not.
    let degraded = Server::listening(&stack, "api-2", &[("REDIS_PASSWORD", "")]);
    let health = degraded.wait_for_status("DEGRADED");
    assert_eq!(health["components"]["redis"]["reason"], "redis refused REDIS_PASSWORD");
    let code = degraded.shorten("http://example.com/degraded");
    degraded.click(&code, 1);
    for server in [&server, &degraded] {
        let said = server.lines().join("\n") + &server.health().to_string();
        for secret in ["wr0ng", DB_PASSWORD, REDIS_PASSWORD] {
            assert!(!said.contains(secret), "{said}");
        }
    }
    let settings = [("DB_NAME", "no_such_database")];
    let server = Server::listening(&stack, "api-3", &settings);
    server.line_with(&["waiting for the database", "DB_NAME=no_such_database"]);
}
