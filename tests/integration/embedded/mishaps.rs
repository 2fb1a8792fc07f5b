//! Bad luck and files that ask for more than there is.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::desk::{Desk, SOON, signal};
use crate::harness::wait_for;

/// The status of a GET through the front; 0 where nobody answers.
fn status(port: u16, path: &str) -> u16 {
    let ask = || -> std::io::Result<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: x\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0))
    };
    ask().unwrap_or(0)
}

#[test]
fn a_replica_that_dies_at_its_start_is_seen_with_its_reason() {
    let desk = Desk::new();
    desk.edit(
        "docker-compose.yml",
        "DATABASE_URL: ${DATABASE_URL:-sqlite:///data/contoso.db}",
        "DATABASE_URL: mysql://x",
    );
    desk.compose("up -d --build").code(0);
    wait_for("its end", SOON, || desk.replicas()[0]["State"] == "exited");
    assert_eq!(desk.replicas()[0]["ExitCode"], 1);
    desk.compose("logs backend").code(0).says("the server mysql://x:3306/ cannot be used");
    desk.run(["check"]).code(1).says("exited with code 1");
}

#[test]
fn what_has_ended_is_not_waited_for_and_is_told_once_in_its_own_words() {
    let desk = Desk::new();
    desk.edit("frontend/nginx.conf", "listen 80;", "lisen 80;");
    desk.compose("up -d --build --scale backend=3").code(0);
    wait_for("its end", SOON, || {
        desk.replicas().iter().any(|one| one["Service"] == "frontend" && one["State"] == "exited")
    });
    desk.run(["goto", "scale-to-3"]).code(0);
    let run = desk.run(["check"]).code(1).says("unknown directive \"lisen\" in");
    assert_eq!(run.stdout.matches("unknown directive").count(), 1, "once: {}", run.stdout);
    let run = run.says("not asked: what has ended above must run first");
    // What can be said without it is.
    run.says("exactly 3 replicas of backend run and are ready");
    let report = desk.run(["check", "--json"]).code(1).json();
    let checks = report["steps"][0]["checks"].as_array().expect("checks");
    let longest = checks.iter().filter_map(|check| check["ms"].as_f64()).fold(0.0, f64::max);
    assert!(longest < 10_000.0, "nothing waited its time out: {report}");
}

#[test]
fn a_database_on_a_read_only_volume_cannot_be_opened() {
    let desk = Desk::new();
    desk.edit("docker-compose.yml", "- data:/data", "- data:/data:ro");
    desk.compose("up -d --build backend").code(0);
    wait_for("its end", SOON, || desk.replicas()[0]["State"] == "exited");
    desk.compose("logs backend").code(0).says("read-only");
}

#[test]
fn a_replica_that_hangs_is_unhealthy_and_passed_over_and_can_be_stopped() {
    let desk = Desk::new();
    desk.edit("docker-compose.yml", "timeout: 2s", "timeout: 1s");
    desk.edit("docker-compose.yml", "interval: 2s", "interval: 200ms");
    desk.edit("docker-compose.yml", "retries: 5", "retries: 1");
    desk.edit("frontend/nginx.conf", "proxy_read_timeout 10s", "proxy_read_timeout 1s");
    desk.compose("up -d --build --scale backend=2").code(0);
    desk.healthy(2);
    wait_for("an answer", SOON, || status(desk.port, "/api/posts") == 200);
    signal(desk.processes("backend")[1], "STOP");
    wait_for("it to be unhealthy", SOON, || desk.replicas()[1]["Health"] == "unhealthy");
    assert!((0..6).all(|_| status(desk.port, "/api/posts") == 200), "the other one answers");
    // It hears no SIGTERM: after its grace it is killed.
    let begun = Instant::now();
    desk.compose("stop --index 2 -t 1 backend").code(0);
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(desk.replicas()[1]["ExitCode"], 137);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let desk = Desk::new();
    let holder = TcpListener::bind(("127.0.0.1", desk.port)).unwrap();
    let up = desk.compose("up -d --build").code(1);
    up.says("port is already allocated").says(&format!("Port {} of this machine is in use", desk.port));
    // What does not need it runs.
    desk.healthy(1);
    drop(holder);
    desk.compose("up -d").code(0);
}

#[test]
fn fifty_replicas_run_and_two_hundred_are_refused() {
    let desk = Desk::new();
    let up = desk.compose("up -d --build --scale backend=200").code(1);
    up.says("201 replicas are too many").says("100 at most");
    assert!(desk.replicas().is_empty(), "nothing was started");
    desk.compose("up -d --scale backend=50").code(0);
    desk.healthy(50);
    assert_eq!(desk.processes("backend").len(), 50);
    wait_for("an answer", SOON, || status(desk.port, "/api/posts") == 200);
    desk.compose("down").code(0);
}

#[test]
fn what_only_a_container_has_is_named_with_its_place() {
    let desk = Desk::new();
    let compose = desk.sandbox.read("docker-compose.yml");
    for (from, to, says) in [
        ("  backend:\n", "  cache:\n    image: memcached:1\n  backend:\n", "memcached:1"),
        ("    expose:\n", "    entrypoint: sh\n    expose:\n", "services.backend.entrypoint"),
        ("    expose:\n", "    privileged: true\n    expose:\n", "services.backend.privileged"),
        ("    expose:\n", "    ports: ['5000:5000/udp']\n    expose:\n", "udp"),
        ("      - data:/data\n", "      - /etc:/data\n", "outside of the workspace (/etc)"),
    ] {
        desk.sandbox.write("docker-compose.yml", compose.replacen(from, to, 1));
        let up = desk.compose("up -d --build").code(1);
        up.says(says).says("--engine docker").says("docker-compose.yml:");
    }
    desk.sandbox.write("docker-compose.yml", &compose);
    for (dockerfile, says) in [
        ("FROM httpd:2\nCOPY index.html /x\n", "the base image httpd:2"),
        ("FROM nginx\nRUN apk add curl\n", "Dockerfile:2"),
        ("FROM nginx\nCOPY nofile /x\n", "\"/nofile\": not found"),
    ] {
        desk.sandbox.write("frontend/Dockerfile", dockerfile);
        desk.compose("up -d --build").code(1).says(says);
    }
    assert!(desk.replicas().is_empty());
}

#[test]
fn what_changes_nothing_here_is_said_once() {
    let desk = Desk::new();
    desk.edit("docker-compose.yml", "    expose:\n", "    cpu_shares: 512\n    expose:\n");
    desk.edit("frontend/nginx.conf", "    listen 80;\n", "    listen 80;\n    gzip on;\n");
    let up = desk.compose("up -d --build").code(0);
    up.says("no effect here: services.backend.cpu_shares").says("gzip");
    desk.sandbox.write("backend/src/main.rs", "fn main() {}\n");
    desk.compose("build backend").code(0).says("the embedded engine runs the lesson's own");
}

#[test]
fn a_directive_that_only_nginx_has_is_named_before_anything_is_started() {
    let desk = Desk::new();
    desk.edit("frontend/nginx.conf", "    listen 80;\n", "    listen 80;\n    auth_request /auth;\n");
    let line = desk
        .sandbox
        .read("frontend/nginx.conf")
        .lines()
        .position(|line| line.contains("auth_request"))
        .unwrap()
        + 1;
    let up = desk.compose("up -d --build").code(1);
    up.says("auth_request").says(&format!("/etc/nginx/conf.d/default.conf:{line}"));
    assert!(desk.replicas().is_empty());
}
