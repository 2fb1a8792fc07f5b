//! The report's numbers are the server's own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::target::{After, Gate, Target, answer, good};
use super::{count, load};
use crate::front::server::{Kind, Server, Setup, nginx_is_there};
use crate::harness::{Sandbox, wait_for};

#[test]
fn a_closed_run_reports_every_request_that_the_server_counted() {
    let target = Target::start(good);
    let report = load(&target.url(), &["--duration", "1s", "--connections", "10"], 0);
    assert!(target.requests() > 10, "{report:#}");
    assert_eq!(count(&report, "requests"), target.requests());
    assert_eq!(count(&report, "good"), target.requests());
    assert_eq!(report["statuses"], json!({ "200": target.requests() }));
    assert_eq!((count(&report, "connections"), target.connections()), (10, 10));
    let seconds = report["seconds"].as_array().expect("seconds");
    let sum: u64 = seconds.iter().map(|second| count(second, "requests")).sum();
    assert_eq!(sum, target.requests());
    let classes = report["distribution"].as_array().expect("classes");
    let sum: u64 = classes.iter().filter_map(|class| class[1].as_u64()).sum();
    assert_eq!(sum, target.requests());
    assert_eq!(report["host_busy"].is_number(), cfg!(target_os = "linux"), "{report:#}");
    assert!(report["generator"]["busy_share"].as_f64().is_some_and(|share| share > 0.0), "{report:#}");
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n".len() as u64;
    assert_eq!(count(&report, "bytes"), target.requests() * answer);
}

#[test]
fn real_nginx_has_logged_as_many_requests_as_are_reported() {
    if !nginx_is_there() {
        return;
    }
    let conf = "server { listen {port}; keepalive_requests 7; location / { return 200 'hello'; } }";
    let image = tempfile::tempdir().expect("a folder");
    let setup = Setup { conf, whole: false, image: image.path(), names: "{}" };
    let mut server = Server::start(Kind::Nginx, setup).unwrap_or_else(|refused| panic!("{refused:?}"));
    let url = format!("http://{}/of-the-load", server.address());
    let args = ["--duration", "1s", "--warm-up", "500ms", "--connections", "9", "--threads", "3"];
    let report = load(&url, &args, 0);
    let (log, _) = server.quit();
    let logged = log.lines().filter(|line| line.contains("GET /of-the-load ")).count() as u64;
    assert!(logged > 0 && count(&report, "warm_up_requests") > 0, "{report:#}");
    assert_eq!(count(&report, "requests") + count(&report, "warm_up_requests"), logged);
    // nginx ends every connection after seven requests, and says so: nothing fails by that.
    assert_eq!((count(&report, "failed"), count(&report, "resent")), (0, 0), "{report:#}");
    assert!(count(&report, "connections") > 9);
}

#[test]
fn without_keep_alive_every_request_has_a_connection() {
    let target = Target::start(|request, stream| {
        assert_eq!(request.header("connection"), Some("close"));
        answer(stream, "200 OK", "Connection: close\r\n");
        After::Close
    });
    let report = load(&target.url(), &["--duration", "500ms", "--connections", "4", "--no-keep-alive"], 0);
    assert_eq!(count(&report, "connections"), count(&report, "requests"));
    assert_eq!(target.connections(), target.requests());
    assert_eq!(count(&report, "requests"), target.requests());
}

#[test]
fn each_servers_share_is_exact() {
    let target = Target::start(|request, stream| match request.number % 3 {
        0 => answer(stream, "200 OK", "X-Replica: api-2\r\n"),
        1 => answer(stream, "503 Busy", "X-Replica: api-1\r\n"),
        _ => answer(stream, "200 OK", ""),
    });
    let report = load(&target.url(), &["--duration", "500ms", "--connections", "3"], 0);
    let of = |rest: u64| (target.requests() + 2 - rest) / 3;
    assert_eq!(report["shares"], json!({ "api-1": of(1), "api-2": of(0) }));
    assert_eq!(report["errors"], json!({ "status_5xx": of(1) }));
    let report = load(&target.url(), &["--duration", "300ms", "--share-header", "content-length"], 0);
    assert_eq!(count(&report["shares"], "3"), count(&report, "requests"));
}

#[test]
fn every_request_is_another_one() {
    let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let kept = Arc::clone(&seen);
    let target = Target::start(move |request, stream| {
        assert_eq!(request.header("content-type"), Some("application/json"));
        let body: Value = serde_json::from_str(&request.body).expect("it is JSON");
        let text = |key: &str| body[key].as_str().expect("a string").to_owned();
        assert!(request.line.starts_with(&format!("POST /{} HTTP", text("n"))), "{request:?}");
        kept.lock().expect("nobody panics").push((text("n"), text("r")));
        answer(stream, "201 Created", "")
    });
    let url = format!("{}{{counter}}", target.url());
    let body = r#"{"n": "{counter}", "r": "{random}"}"#;
    load(&url, &["--duration", "500ms", "--connections", "3", "--threads", "2", "--body", body], 0);
    let seen = seen.lock().expect("nobody panics");
    let numbers: BTreeSet<u64> = seen.iter().map(|(number, _)| number.parse().expect("a number")).collect();
    assert_eq!(numbers, (1..=target.requests()).collect::<BTreeSet<_>>());
    assert_eq!(
        seen.iter().map(|(_, random)| random).collect::<BTreeSet<_>>().len() as u64,
        target.requests()
    );
}

#[test]
fn what_is_due_is_sent_or_said_to_be_not_sent() {
    let target = Target::start(good);
    let args = ["--rate", "500", "--duration", "2s", "--connections", "20"];
    let report = load(&target.url(), &args, 0);
    assert_eq!(count(&report, "requests") + count(&report, "not_sent"), 1000, "{report:#}");
    assert_eq!(count(&report, "requests"), target.requests());
    assert_eq!(report["intended_rate"], json!(500.0));
}

/// A second in which the server answers nobody: an open loop goes on sending, so that all who would
/// have come in that second are counted with their wait. A closed loop of one connection sees one.
#[test]
fn a_stalled_server_shows_in_an_open_loop() {
    let slow = |report: &Value| -> u64 {
        let classes = report["distribution"].as_array().expect("classes");
        let waited = |class: &&Value| class[0].as_f64().is_some_and(|ms| ms > 200.0);
        classes.iter().filter(waited).filter_map(|class| class[1].as_u64()).sum()
    };
    let run = |args: &[&str]| {
        let gate = Gate::default();
        let at = gate.clone();
        let target = Target::start(move |request, stream| {
            at.pass();
            good(request, stream)
        });
        let url = target.url();
        std::thread::scope(|scope| {
            let running = scope.spawn(|| load(&url, args, 0));
            wait_for("the load runs", Duration::from_secs(20), || target.requests() > 100);
            gate.shut(true);
            // This second is the case itself: what is due in it cannot be answered.
            std::thread::sleep(Duration::from_secs(1));
            gate.shut(false);
            running.join().expect("it ends")
        })
    };
    let open = run(&["--rate", "200", "--duration", "4s", "--connections", "10"]);
    let closed = run(&["--connections", "1", "--duration", "4s"]);
    // 160 are due in the first 0.8 of that second.
    assert!(slow(&open) >= 150, "{} of {}", slow(&open), count(&open, "requests"));
    assert!(open["latency_ms"]["p99"].as_f64().is_some_and(|ms| ms > 500.0), "{:#}", open["latency_ms"]);
    assert!(open["latency_ms"]["p90"].as_f64().is_some_and(|ms| ms > 200.0), "{:#}", open["latency_ms"]);
    assert!(closed["latency_ms"]["max"].as_f64().is_some_and(|ms| ms > 900.0), "{:#}", closed["latency_ms"]);
    assert!(slow(&closed) < 20, "one connection waits once: {}", slow(&closed));
}

#[test]
fn users_come_and_go_in_ramps() {
    let target = Target::start(good);
    let report = load(&target.url(), &["--stages", "1s:8,1s:8,1s:0"], 0);
    assert_eq!(count(&report, "requests"), target.requests());
    assert_eq!(target.connections(), count(&report, "connections"));
    let active: Vec<u64> = report["seconds"]
        .as_array()
        .expect("seconds")
        .iter()
        .take(3)
        .map(|one| count(one, "active"))
        .collect();
    assert!(active[0] > 4 && active[1] > 4 && active[2] < 4, "{active:?}");
    assert_eq!(report["plan"]["load"]["stages"][1], json!({ "takes_ms": 1000.0, "users": 8 }));
}

#[test]
fn a_rate_that_cannot_be_sent_is_said() {
    let target = Target::start(good);
    let args = ["--rate", "3000000", "--duration", "1s", "--connections", "4"];
    let report = load(&target.url(), &args, 0);
    let sent = report["sent_rate"].as_f64().expect("a rate");
    assert!(sent < 3_000_000.0 * 0.99 && count(&report, "not_sent") > 0, "{report:#}");
    assert_eq!(count(&report, "requests") + count(&report, "not_sent"), 3_000_000);
    let remarks = report["remarks"].to_string();
    assert!(
        remarks.contains("could not send 3,000,000 a second")
            || remarks.contains("3,000,000 a second were not reached"),
        "{remarks}"
    );
    let run = crate::harness::Run::of(Sandbox::new().command().args(["load", &target.url()]).args(args));
    run.code(0).says("of 3,000,000 a second");
}
