//! The command: what it refuses, what it says, how it ends.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::load;
use super::target::{Target, answer, good};
use crate::embedded::desk::Desk;
use crate::harness::{Run, Sandbox, wait_for};
use crate::terminal::screen::{Setup, Terminal};

#[test]
fn somebody_elses_server_is_not_loaded() {
    let sandbox = Sandbox::new();
    for url in ["http://192.0.2.1/", "192.0.2.1:8080/x", "http://[2001:db8::1]/"] {
        let run = sandbox.run(["load", url]).code(2).says("is not this machine").says("--yes-i-own-this");
        assert!(run.stdout.is_empty(), "{run:?}");
    }
    sandbox.run(["load", "http://no-such-host.invalid/"]).code(3).says("there is no host named");
    sandbox.run(["load", "https://localhost/"]).code(2).says("Only http is spoken here");
    sandbox.run(["load", "ftp://localhost/"]).code(2).says("not ftp");
}

/// An address of this machine that is not loopback, where it has one.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a socket");
    // Nothing is sent: this only asks which of its addresses the machine would use.
    let own = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    match own {
        Ok(SocketAddr::V4(own)) if !own.ip().is_loopback() => Some(*own.ip()),
        _ => {
            eprintln!("skipped: this machine has no address but loopback");
            None
        }
    }
}

/// An address of this machine that is not loopback stands for somebody else's.
#[test]
fn what_is_said_to_be_owned_is_loaded() {
    let Some(own) = own_address() else { return };
    let target = Target::at(Ipv4Addr::UNSPECIFIED, good);
    let url = format!("http://{own}:{}/", target.port());
    Sandbox::new().run(["load", &url]).code(2).says("--yes-i-own-this");
    assert_eq!(target.connections(), 0, "it was not even connected to");
    load(&url, &["--duration", "200ms", "--yes-i-own-this"], 0);
    assert!(target.requests() > 0);
}

#[test]
fn mistakes_are_named_where_they_stand() {
    let sandbox = Sandbox::new();
    let cases: [(&[&str], &str); 14] = [
        (&["--threshold", "p99=1s"], "at character 4 one of these is missing: <, <=, >, >="),
        (&["--threshold", "p42<1s"], "at character 1 one of these is missing: p50"),
        (&["--threshold", "p99<1"], "t character 6 a unit of time is missing"),
        (&["--duration", "10"], "is not a duration (character 3)"),
        (&["--stages", "10s:5,x"], "are no stages (character 8)"),
        (&["--stages", "0s:5"], "he duration must be longer than 0"),
        (&["--connections", "0"], "t least one connection is needed"),
        (&["--rate", "0"], "--rate is more than 0"),
        (&["--rate", "inf"], "--rate is more than 0"),
        (&["--timeout", "0s"], "--timeout is more than 0"),
        (&["--header", "nothing"], "is not a header"),
        (&["--method", "GET /"], "is not an HTTP method"),
        (&["--body-file", "nowhere"], "he body in nowhere cannot be read: No such file"),
        (&["--shorten", "3"], "--shorten needs"),
    ];
    for (args, words) in cases {
        Run::of(sandbox.command().args(["load", "http://127.0.0.1:9/"]).args(args)).code(2).says(words);
    }
    let both = ["load", "localhost", "--stages", "1s:1", "--rate", "5"];
    sandbox.run(both).code(2).says("cannot be used together");
}

#[test]
fn thresholds_decide_the_exit_code() {
    let target = Target::start(|request, stream| match request.number % 10 {
        0 => answer(stream, "500 Broken", ""),
        _ => good(request, stream),
    });
    let run = |thresholds: &[&str]| {
        let sandbox = Sandbox::new();
        let mut command = sandbox.command();
        command.args(["load", &target.url(), "--duration", "300ms", "--connections", "2"]);
        command.args(thresholds.iter().flat_map(|threshold| ["--threshold", threshold]));
        Run::of(&mut command)
    };
    run(&["p99<1m", "errors<20%", "rate>1", "errors>0"]).code(0).says("pass p99<1m").says("pass errors<20%");
    run(&["p99<1m", "errors<5%"]).code(1).says("pass p99<1m").says("not yet errors<5%");
    let judged = load(&target.url(), &["--duration", "300ms", "--threshold", "max<1us"], 1);
    assert_eq!(judged["thresholds"][0]["met"], false);
    assert_eq!(judged["thresholds"][0]["unit"], "ms");
}

#[test]
fn ctrl_c_prints_what_was_measured() {
    for signal in [Signal::INT, Signal::TERM] {
        let target = Target::start(good);
        let sandbox = Sandbox::new();
        let mut command = sandbox.command();
        command.args(["load", &target.url(), "--duration", "10m", "--connections", "3"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        wait_for("the load runs", Duration::from_secs(20), || target.requests() > 50);
        kill_process(Pid::from_child(&child), signal).expect("it runs");
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(130), "{text}");
        assert!(text.contains("Throughput") && text.contains("Stopped after"), "{text}");
        let number = text.lines().find_map(|line| line.trim().strip_prefix("Requests")).expect("a row");
        let number: String =
            number.split('(').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(number.parse(), Ok(target.requests()), "{text}");
    }
}

#[test]
fn ctrl_c_does_not_wait_for_a_server_that_hangs() {
    let target = Target::start(|_, stream| {
        let _ = std::io::Read::read(stream, &mut [0]);
        super::target::After::Close
    });
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command.args([
        "load",
        "--json",
        &target.url(),
        "--duration",
        "10m",
        "--timeout",
        "10m",
        "--connections",
        "3",
    ]);
    let child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    wait_for("the load runs", Duration::from_secs(20), || target.requests() == 3);
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["load"]["unfinished"], &report["load"]["requests"]), (&3.into(), &0.into()));
    assert_eq!(report["load"]["stopped"], true);
}

/// The names in it are for programs, which must not find other ones tomorrow.
#[test]
fn the_json_has_the_keys_that_are_documented() {
    let target = Target::start(good);
    let report = load(&target.url(), &["--duration", "300ms", "--rate", "50", "--threshold", "p99<1m"], 0);
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let docs =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/load.md")).expect("it is there");
    let all =
        [&report, &report["plan"], &report["generator"], &report["seconds"][0], &report["thresholds"][0]];
    for key in all.into_iter().flat_map(keys) {
        assert!(docs.contains(&format!("`{key}`")), "docs/load.md does not name {key}");
    }
    let wanted = [
        "plan",
        "requests",
        "good",
        "errors",
        "statuses",
        "elapsed_ms",
        "throughput",
        "latency_ms",
        "distribution",
        "shares",
        "seconds",
        "bytes",
        "connections",
        "resent",
        "redirects",
        "warm_up_requests",
        "not_sent",
        "unfinished",
        "intended_rate",
        "sent_rate",
        "generator",
        "host_busy",
        "stopped",
        "thresholds",
        "engine",
        "failed",
        "remarks",
    ];
    assert_eq!(keys(&report), wanted);
    assert_eq!(keys(&report["latency_ms"]), ["p50", "p90", "p95", "p99", "p99.9", "p99.99", "max", "mean"]);
}

#[test]
fn without_a_url_it_is_the_lessons_own_stack() {
    Sandbox::new().without_docker().run(["load"]).code(2).says("no lesson has been started here");
    let desk = Desk::new();
    desk.run(["load"]).code(3).says("the lesson's stack does not run").says("workshop compose up -d");
    desk.compose("up -d --build").code(0);
    let run = desk.run(["load", "--duration", "300ms", "--connections", "2", "--json"]).code(0);
    let report = run.json()["load"].take();
    assert_eq!(report["plan"]["url"], format!("http://127.0.0.1:{}/api/posts", desk.port));
    assert_eq!(report["failed"], 0, "the lesson's own path is one that succeeds: {report}");
    // What the stack publishes is ours by every address of this machine, and nothing else is.
    let Some(own) = own_address() else { return };
    let published = format!("http://{own}:{}/", desk.port);
    let args = ["load", &published, "--duration", "200ms", "--connections", "1"];
    Run::of(Sandbox::new().command().args(args)).code(2).says("--yes-i-own-this");
    let run = desk.run(args);
    assert_ne!(run.status, Some(2), "{run:?}");
}

#[test]
fn a_pipe_gets_no_line_that_wipes_itself() {
    let target = Target::start(good);
    for args in [&["--lang", "ko"][..], &["--lang", "en"]] {
        let sandbox = Sandbox::new();
        let mut command = sandbox.command();
        command.args(["load", &target.url(), "--duration", "1s", "--connections", "2"]).args(args);
        let run = Run::of(&mut command).code(0);
        assert!(
            !run.stdout.contains('\r') && !run.stdout.contains('\u{1b}') && run.stderr.is_empty(),
            "{run:?}"
        );
    }
    let quiet = Sandbox::new().run(["load", &target.url(), "--duration", "200ms", "--quiet"]).code(0);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty(), "{quiet:?}");
}

#[test]
fn at_a_terminal_the_progress_is_one_line_that_goes_away() {
    for (columns, no_color) in [(60, true), (100, false)] {
        let (sandbox, target) = (Sandbox::new(), Target::start(good));
        let setup = Setup { columns, no_color, ..Setup::default() };
        let url = target.url();
        let args = ["load", &url, "--duration", "10m", "--connections", "2"];
        let mut terminal = Terminal::shell(&sandbox, setup, &args);
        let progress = |row: &String| row.contains("/600 s") && row.contains("errors 0");
        terminal.wait("how far it is", |rows| rows.iter().filter(|row| progress(row)).count() == 1);
        terminal.send("\u{3}");
        terminal.wait("how it ended", |rows| rows.iter().any(|row| row.contains("ended with 130")));
        assert!(!terminal.rows().iter().any(progress), "{:#?}", terminal.rows());
    }
}
