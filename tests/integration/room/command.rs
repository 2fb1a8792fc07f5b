//! `workshop room` at the command line: what it says, and what is in its way.

use std::net::TcpListener;

use reqwest::{Method, StatusCode};

use super::opened::{Opened, SOON};
use crate::harness::{Sandbox, wait_for};
use crate::terminal::screen::{Setup, Terminal};

#[test]
fn it_says_how_to_come_in_and_that_nobody_else_reaches_it() {
    let room = Opened::new();
    let said = room.said();
    for words in [format!("workshop join {} {}", room.url(""), room.code), "Only this computer".to_owned()] {
        assert!(said.contains(&words), "{words}: {said}");
    }
    assert_eq!(room.code.len(), 9, "eight letters of five bits: {}", room.code);
    assert!(!said.contains('█'), "no picture where there is no terminal");
    let token = room.join("kim");
    room.stuck(&token, 1);
    wait_for("the terminal tells of it", SOON, || room.said().contains("1 in the room"));
    room.ask(Method::POST, "/api/signal", &token, &serde_json::json!("help"));
    wait_for("a hand is told of", SOON, || room.said().contains("kim asks for help"));
}

#[test]
fn in_korean_too() {
    let port = crate::front::server::free_port();
    let room =
        Opened::with(Sandbox::new(), port, &["--port", &port.to_string(), "--lang", "ko", "--lesson", "06"]);
    let said = room.said();
    for words in ["수평 스케일링", "열었습니다", "이 컴퓨터에서만 열립니다"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn one_room_at_a_time_and_a_taken_port_is_named() {
    let room = Opened::new();
    let again = room.sandbox.run(["room", "--port", "1"]).code(3);
    again.says(&format!("127.0.0.1:{}", room.port)).says("Ctrl-C");
    let other = Sandbox::new();
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let refused = other.run(["room", "--port", &port]).code(3);
    refused.says(&format!("127.0.0.1:{port}")).says("--port");
    other.run(["room", "--resume"]).code(2).says("no room to go on with");
    other
        .run(["room", "--listen", "192.0.2.77", "--port", &port])
        .code(3)
        .says("no address of this computer");
}

/// Nobody is asked where there is no terminal.
#[test]
fn an_unfinished_room_is_told_of() {
    let room = Opened::new();
    let (port, code) = (room.port, room.code.clone());
    let room = Opened::with(room.killed(), port, &["--port", &port.to_string()]);
    assert!(room.said().contains("workshop room --resume"), "{}", room.said());
    assert_ne!(room.code, code, "another room");
    assert_eq!(room.send(room.request(Method::GET, "/board")).status(), StatusCode::OK);
}

#[test]
fn a_terminal_has_the_address_as_a_picture_where_it_fits() {
    for (columns, fits) in [(80, true), (30, false)] {
        let sandbox = Sandbox::new();
        let port = crate::front::server::free_port().to_string();
        let setup = Setup { columns, ..Setup::default() };
        let mut terminal = Terminal::start(&sandbox, setup, &["room", "--port", &port]);
        terminal.wait_until("it says how it ends", |terminal| terminal.raw().contains("Ctrl-C"));
        assert_eq!(terminal.raw().contains('█'), fits, "{columns} columns");
        assert!(terminal.raw().contains("Code: "));
        terminal.send("\u{3}");
        assert_eq!(terminal.end(), 0);
        assert!(terminal.raw().contains("--resume"));
        // Asked for a terminal's own answer: go on with it?
        let mut terminal = Terminal::start(&sandbox, Setup::default(), &["room", "--port", &port]);
        terminal.see("Go on with it?");
        terminal.send("\u{3}");
        assert_eq!(terminal.end(), 130);
    }
}
