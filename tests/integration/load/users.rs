//! What people type and what servers send, beside the usual.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::target::{After, Target, answer, good};
use super::{count, load};
use crate::harness::{Run, Sandbox};

const SHORT: [&str; 4] = ["--duration", "300ms", "--connections", "2"];

#[test]
fn a_connection_header_of_ones_own_ends_each_connection_and_invents_no_error() {
    // It closes as it was asked to, and does not announce it.
    let target = Target::start(|request, stream| {
        assert!(request.header("connection").is_some());
        good(request, stream);
        After::Close
    });
    for header in ["Connection: close", "connection: Close, x"] {
        let report = load(&target.url(), &[&SHORT[..], &["--header", header]].concat(), 0);
        assert_eq!(report["errors"], json!({}), "{report:#}");
        assert!(count(&report, "connections") >= count(&report, "good"), "{report:#}");
    }
}

#[test]
fn an_address_as_docker_shows_it_is_this_machine() {
    let target = Target::start(|request, stream| {
        good(request, stream);
        After::Keep
    });
    let port = target.port();
    let report = load(&format!("http://0.0.0.0:{port}/"), &SHORT, 0);
    assert!(count(&report, "good") > 0, "{report:#}");
}

#[test]
fn user_and_password_of_a_url_are_sent_and_the_password_is_not_shown() {
    let seen = Arc::new(Mutex::new(None));
    let kept = Arc::clone(&seen);
    let target = Target::start(move |request, stream| {
        *kept.lock().unwrap() = request.header("authorization").map(str::to_owned);
        good(request, stream);
        After::Keep
    });
    let url = target.url().replace("http://", "http://mina:p%40ss@");
    let page = tempfile::tempdir().unwrap();
    let page = page.path().join("report.html");
    let file = page.to_str().unwrap();
    let run = Run::of(Sandbox::new().command().args(["load", "--json", &url, "--report", file]).args(SHORT))
        .code(0);
    assert_eq!(seen.lock().unwrap().as_deref(), Some("Basic bWluYTpwQHNz"));
    for shown in [run.stdout, run.stderr, std::fs::read_to_string(&page).unwrap()] {
        assert!(!shown.contains("p%40ss") && !shown.contains("p@ss"), "{shown}");
    }
}

#[test]
fn an_answer_with_very_many_headers_is_an_answer() {
    let target = Target::start(|_, stream| {
        let headers: String = (0..400).map(|number| format!("X-{number}: a\r\n")).collect();
        let _ = write!(stream, "HTTP/1.1 200 OK\r\n{headers}Content-Length: 0\r\n\r\n");
        After::Keep
    });
    let report = load(&target.url(), &SHORT, 0);
    assert_eq!(report["errors"], json!({}), "{report:#}");
}

#[test]
fn percentiles_of_nothing_are_null() {
    let target = Target::start(|_, stream| {
        let _ = stream.write_all(b"no http\r\n\r\n");
        After::Close
    });
    let report = load(&target.url(), &SHORT, 1);
    assert_eq!(report["latency_ms"]["p50"], json!(null), "{report:#}");
    assert_eq!(report["latency_ms"]["max"], json!(null), "{report:#}");
    assert!(
        report["seconds"].as_array().unwrap().iter().all(|second| second["p99_ms"].is_null()),
        "{report:#}"
    );
}

#[test]
fn a_command_line_that_is_wrong_is_answered_in_json_where_json_was_asked_for() {
    for args in [
        &["load", "http://localhost/", "--rate", "x", "--json"][..],
        &["--json", "no-such-command"],
        &["check", "--json", "--no-such-option"],
        &["start", "--json"],
    ] {
        let run = Run::of(Sandbox::new().command().args(args)).code(2);
        assert_eq!(run.json()["error"]["exit"], json!(2), "{args:?}: {run:?}");
    }
}

#[test]
fn a_page_says_when_it_was_measured_and_by_what() {
    let target = Target::start(|_, stream| {
        answer(stream, "200 OK", "X-Replica: abc\r\n");
        After::Keep
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.html");
    let run = Run::of(
        Sandbox::new()
            .command()
            .args(["load", &target.url(), "--report", file.to_str().unwrap()])
            .args(SHORT),
    );
    run.code(0);
    let page = std::fs::read_to_string(file).unwrap();
    let year = std::process::Command::new("date").arg("+%Y-%m-").output().unwrap().stdout;
    let year = String::from_utf8(year).unwrap();
    let wanted = format!("Measured by workshop {} on {}", env!("CARGO_PKG_VERSION"), year.trim());
    assert!(page.contains(&wanted), "{wanted}");
}
