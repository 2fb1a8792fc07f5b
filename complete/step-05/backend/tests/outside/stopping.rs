//! Starting wrong, and stopping right.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::harness::{Server, program, run};
use crate::http::{Answer, connect, read_to_end, read_until};

const ONE_SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_request_in_flight_is_finished() {
    let mut server = Server::start();
    let body = json!({"username": "ana", "content": "in flight"}).to_string();
    let mut stream = connect(server.address);
    let head = format!(
        "POST /api/posts HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body once the request is with its handler.
    assert!(read_until(&mut stream, "\r\n\r\n").contains("100 Continue"));

    let told = Instant::now();
    server.signal(Signal::TERM);
    server.line_with(&["msg=stopping", "signal=SIGTERM"]);
    stream.write_all(body.as_bytes()).unwrap();
    let answer = Answer::parse(&read_to_end(&mut stream)).expect(201);
    assert_eq!(answer.json()["content"], "in flight");
    assert!(server.wait().success());
    assert!(told.elapsed() < ONE_SECOND, "{:?}", told.elapsed());
    server.line_with(&["msg=stopped", "drained=true"]);
}

#[test]
fn idle_and_stuck_connections_do_not_hold_it_up() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Server::start();
        let mut idle = connect(server.address);
        idle.write_all(b"GET /api/posts HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
        assert!(read_until(&mut idle, "[]").contains("200 OK"));
        let _silent = connect(server.address);
        let mut stuck = connect(server.address);
        stuck.write_all(b"POST /api/posts HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n").unwrap();
        read_until(&mut stuck, "\r\n\r\n");

        let told = Instant::now();
        server.signal(signal);
        assert_eq!(read_to_end(&mut idle), "", "an idle connection is closed");
        server.line_with(&["msg=stopping"]);
        while TcpStream::connect(server.address).is_ok() {
            // Well before the stuck request's grace period ends.
            assert!(told.elapsed() < ONE_SECOND / 2, "it still accepts");
        }
        assert!(server.wait().success());
        assert!(told.elapsed() < ONE_SECOND, "{:?}", told.elapsed());
        server.line_with(&["msg=stopped", "drained=false"]);
    }
}

#[test]
fn idle_keep_alive_alone_stops_at_once() {
    let mut server = Server::start();
    let mut idle = connect(server.address);
    idle.write_all(b"GET /api/posts HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    read_until(&mut idle, "[]");
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    server.line_with(&["msg=stopped", "drained=true"]);
}

#[test]
fn a_setting_that_cannot_be_used_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "not a database, and long enough to look like none").unwrap();
    let below = format!("sqlite://{}/below/contoso.db", file.display());
    let damaged = format!("sqlite://{}", file.display());
    let a_folder = format!("sqlite://{}", folder.path().display());
    let newer = folder.path().join("newer.db");
    make_newer(&newer);
    let newer = format!("sqlite://{}", newer.display());
    for (name, value, says) in [
        ("DATABASE_URL", "", "empty"),
        ("DATABASE_URL", "contoso.db", "sqlite://FILE"),
        ("DATABASE_URL", "postgres://me:secret@db/contoso", "sqlite://FILE"),
        ("DATABASE_URL", "mysql://me:secret@db:port/contoso", "mysql://USER:PASSWORD@HOST/NAME"),
        ("DATABASE_URL_FILE", "/nowhere/at-all", "cannot be read"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite::memory:", "names no file"),
        ("DATABASE_URL", "sqlite://x.db?mode=odd", "odd"),
        ("DATABASE_URL", below.as_str(), "a file/below"),
        ("DATABASE_URL", damaged.as_str(), "not a database"),
        ("DATABASE_URL", a_folder.as_str(), "unable to open"),
        ("DATABASE_URL", newer.as_str(), "version 99"),
        ("LISTEN_ADDRESS", "localhost", "localhost"),
        ("PORT", "80a", "80a"),
        ("PORT", "65536", "65536"),
        ("REPLICA_NAME", "two\nlines", "visible ASCII"),
    ] {
        let mut command = program();
        command.current_dir(folder.path()).env("PORT", "0").env(name, value);
        let output = run(&mut command);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}={value:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains(name) && error.contains(says), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

fn make_newer(file: &std::path::Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::{Connection as _, SqliteConnection};
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("PRAGMA user_version = 99").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn a_taken_port_is_named() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let port = server.address.port().to_string();
    let output = run(program().current_dir(folder.path()).env("PORT", &port));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains(&port) && error.lines().count() == 1, "{error}");
}

#[test]
fn the_health_check_asks_the_server() {
    let mut server = Server::start();
    let port = server.address.port().to_string();
    let check = || run(program().arg("healthcheck").env("PORT", &port));
    let output = check();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains(r#""database":"ok""#));
    server.signal(Signal::TERM);
    server.wait();
    let output = check();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains(&port));
}

#[test]
fn the_built_in_database_lies_in_the_working_directory() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program().current_dir(folder.path()).env("PORT", "0").spawn().unwrap();
    let deadline = Instant::now() + 20 * ONE_SECOND;
    let made = || folder.path().join("contoso.db").exists();
    while !made() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(made());
}

#[test]
fn unknown_arguments_are_a_usage_error() {
    let output = run(program().args(["serve", "twice"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage:"));
}
