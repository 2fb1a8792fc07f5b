//! The snippets of `docs/app-contract.md` do what the page says, where there is what runs them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::docker::lab::free_port;
use crate::harness::wait_for;

/// Ended with the test.
struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn snippet(lang: &str) -> String {
    let page = std::fs::read_to_string(super::doc("app-contract.md")).expect("the page");
    let (_, rest) = page.split_once(&format!("```{lang}\n")).expect("the snippet");
    rest.split_once("```").expect("its end").0.to_owned()
}

fn ask(port: u16, id: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let request = format!("GET /x HTTP/1.0\r\nHost: x\r\nX-Request-Id: {id}\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

#[track_caller]
fn keeps_the_contract(program: &str, file: &str, lang: &str) {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, log) = (dir.path().join(file), dir.path().join("log"));
    std::fs::write(&path, snippet(lang)).expect("written");
    let port = free_port();
    let app = Command::new(program)
        .arg(&path)
        .env("PORT", port.to_string())
        .env("HOSTNAME", "replica-7")
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&log).expect("a log"))
        .spawn();
    let _app = App(app.unwrap_or_else(|error| panic!("{program}: {error}")));
    wait_for("its first answer", Duration::from_secs(30), || ask(port, "first").is_some());
    let asked: Vec<_> =
        (0..40).map(|at| std::thread::spawn(move || ask(port, &format!("id-{at}-end")))).collect();
    for (at, answer) in asked.into_iter().enumerate() {
        let answer = answer.join().expect("asked").unwrap_or_else(|| panic!("no answer to {at}"));
        let answer = answer.to_ascii_lowercase();
        assert!(answer.contains("x-replica: replica-7"), "{answer}");
        assert!(answer.contains(&format!("x-request-id: id-{at}-end")), "{answer}");
    }
    let text = || std::fs::read_to_string(&log).unwrap_or_default();
    let own = |at: usize| format!("request_id=id-{at}-end");
    wait_for("a line of each", Duration::from_secs(10), || (0..40).all(|at| text().contains(&own(at))));
    for line in text().lines() {
        assert_eq!(line.matches("request_id=").count(), 1, "two requests in one line: {line}");
    }
}

#[test]
fn the_python_app_says_what_the_page_says() {
    keeps_the_contract("python3", "app.py", "python");
}

#[test]
fn the_node_app_says_what_the_page_says() {
    let there = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if there.is_ok_and(|status| status.success()) {
        keeps_the_contract("node", "app.js", "js");
    }
}
