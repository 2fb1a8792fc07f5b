//! Every way in which a request can fail, each by a server that does just that.

use std::io::Write;
use std::net::{Ipv4Addr, Shutdown, TcpListener};
use std::time::Duration;

use serde_json::{Value, json};

use super::target::{After, Request, Target, answer, good};
use super::{count, load};
use crate::harness::Sandbox;

/// A short run whose requests all fail; its errors.
#[track_caller]
fn failing(target: &Target, args: &[&str]) -> Value {
    let args = [&["--duration", "300ms", "--connections", "2"][..], args].concat();
    let report = load(&target.url(), &args, 1);
    assert!(count(&report, "requests") > 0, "{report:#}");
    assert_eq!(count(&report, "good"), 0, "{report:#}");
    assert!(report["remarks"].to_string().contains("Not one answer was good"), "{report:#}");
    report
}

#[track_caller]
fn only(report: &Value, kind: &str) {
    assert_eq!(report["errors"], json!({ kind: count(report, "requests") }), "{report:#}");
}

/// Writes what is no answer, and closes.
fn saying(text: &'static str) -> impl Fn(&Request, &mut std::net::TcpStream) -> After {
    move |_, stream| {
        let _ = stream.write_all(text.as_bytes());
        After::Close
    }
}

#[test]
fn statuses_from_400_on_are_errors_and_still_have_a_latency() {
    let target = Target::start(|request, stream| match request.number % 2 {
        0 => answer(stream, "404 Not Found", ""),
        _ => answer(stream, "500 Broken", ""),
    });
    let report = failing(&target, &[]);
    let (of_4xx, of_5xx) = (target.requests().div_ceil(2), target.requests() / 2);
    assert_eq!(report["errors"], json!({ "status_4xx": of_4xx, "status_5xx": of_5xx }));
    assert_eq!(report["statuses"], json!({ "404": of_4xx, "500": of_5xx }));
    assert!(report["latency_ms"]["max"].as_f64().is_some_and(|ms| ms > 0.0));
    assert_eq!(report["throughput"], json!(0.0));
}

#[test]
fn a_server_that_hangs_times_out_and_its_wait_is_in_the_latency() {
    let target = Target::start(|_, stream| {
        // Until the other side has had enough.
        let _ = std::io::Read::read(stream, &mut [0]);
        After::Close
    });
    let report = failing(&target, &["--timeout", "200ms"]);
    only(&report, "timed_out");
    assert!(report["latency_ms"]["p50"].as_f64().is_some_and(|ms| ms >= 200.0), "{report:#}");
    assert!(
        report["remarks"].to_string().contains("timed out count as errors, and in latency with the 0.2 s")
    );
}

#[test]
fn a_server_that_resets_is_told_from_one_that_closes() {
    // What is closed with unread bytes in it is reset.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let _ = stream.peek(&mut [0]);
                drop(stream);
            });
        }
    });
    let report = load(&url, &["--duration", "300ms", "--connections", "2"], 1);
    assert!(count(&report, "requests") > 0);
    only(&report, "reset");
    let closing = Target::start(|_, stream| {
        let _ = stream.shutdown(Shutdown::Write);
        After::Close
    });
    only(&failing(&closing, &[]), "closed_early");
    let halfway = Target::start(saying("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"));
    only(&failing(&halfway, &[]), "closed_early");
    let in_a_chunk = Target::start(saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"));
    only(&failing(&in_a_chunk, &[]), "closed_early");
}

#[test]
fn what_is_not_http_is_garbage() {
    for text in [
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}P",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello",
    ] {
        only(&failing(&Target::start(saying(text)), &[]), "garbage");
    }
    let endless = Target::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
        After::Close
    });
    only(&failing(&endless, &[]), "garbage");
}

#[test]
fn a_body_until_the_close_is_whole() {
    let target = Target::start(saying("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
    let report = load(&target.url(), &["--duration", "300ms", "--connections", "2"], 0);
    assert_eq!(
        (count(&report, "good"), count(&report, "connections")),
        (target.requests(), target.connections())
    );
}

#[test]
fn nobody_at_the_port_is_said_at_once() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("its address"));
    drop(listener);
    let run = Sandbox::new().run(["load", &url]).code(3).says("nothing is listening on 127.0.0.1:");
    run.says("next: see what runs: workshop status");
}

#[test]
fn a_server_that_goes_away_is_refused_from_then_on() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("the first one");
        drop(listener);
        let _ = stream.peek(&mut [0]);
    });
    let report = load(&url, &["--duration", "1s", "--connections", "1", "--timeout", "5s"], 1);
    let refused = count(&report["errors"], "refused");
    // A user who cannot connect tries again ten times a second, and not as fast as it can.
    assert!((1..=12).contains(&refused), "{report:#}");
}

/// A kept connection that the server has closed meanwhile is no error: the request goes out again.
#[test]
fn a_connection_that_was_closed_while_it_was_idle_is_opened_again() {
    let target = Target::start(|request, stream| {
        good(request, stream);
        After::Close
    });
    let report = load(&target.url(), &["--rate", "20", "--duration", "1s", "--connections", "1"], 0);
    assert_eq!(count(&report, "failed"), 0, "{report:#}");
    assert_eq!(count(&report, "good"), target.requests());
    let body = ["--rate", "20", "--duration", "1s", "--connections", "1", "--body", "x=1"];
    let report = load(&target.url(), &body, 0);
    assert_eq!(count(&report, "resent"), 0, "a POST is never sent twice: {report:#}");
}

#[test]
fn an_answer_before_the_body_is_read_counts() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let _ = stream.peek(&mut [0]);
                let _ = stream
                    .write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let _ = stream.shutdown(Shutdown::Write);
                // Read what still comes, so that the answer is not lost by a reset.
                let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                while std::io::Read::read(&mut stream, &mut [0; 65536]).is_ok_and(|read| read > 0) {}
            });
        }
    });
    let body = "x".repeat(100_000);
    let report = load(&url, &["--duration", "300ms", "--connections", "2", "--body", &body], 1);
    only(&report, "status_4xx");
}
