//! Stopping right.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::engines::Stack;
use crate::harness::{Server, wait_for};
use crate::http::{Answer, connect, read_to_end, read_until};

/// Docker's own patience is ten seconds.
const A_FEW_SECONDS: Duration = Duration::from_secs(9);

#[test]
fn a_request_in_flight_is_finished() {
    let Some(stack) = Stack::start() else { return };
    let mut server = Server::start(&stack, "api-1");
    let body = r#"{"originalUrl": "http://example.com/in-flight"}"#;
    let mut stream = connect(server.address);
    let head = format!(
        "POST /api/v1/urls/shorten HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body once the request is with its handler.
    assert!(read_until(&mut stream, "\r\n\r\n").contains("100 Continue"));
    server.signal(Signal::TERM);
    server.line_with(&["msg=stopping", "signal=SIGTERM"]);
    stream.write_all(body.as_bytes()).unwrap();
    Answer::parse(&read_to_end(&mut stream)).expect(201);
    assert!(server.wait().success());
    server.line_with(&["msg=stopped", "drained=true"]);
}

#[test]
fn stuck_connections_do_not_hold_it_up() {
    let Some(stack) = Stack::start() else { return };
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = Server::start(&stack, "api-1");
        let mut stuck = connect(server.address);
        let head = b"POST /api/v1/urls/shorten HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
        stuck.write_all(head).unwrap();
        read_until(&mut stuck, "\r\n\r\n");
        let told = Instant::now();
        server.signal(signal);
        wait_for("no new connections", || TcpStream::connect(server.address).is_err().then_some(()));
        assert!(server.wait().success());
        assert!(told.elapsed() < A_FEW_SECONDS, "{:?}", told.elapsed());
        server.line_with(&["msg=stopped", "drained=false"]);
    }
}

#[test]
fn it_stops_while_both_engines_are_away() {
    let Some(stack) = Stack::not_started() else { return };
    let mut server = Server::listening(&stack, "api-1", &[]);
    server.line_with(&["waiting for the database"]);
    let told = Instant::now();
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    assert!(told.elapsed() < A_FEW_SECONDS, "{:?}", told.elapsed());
}
