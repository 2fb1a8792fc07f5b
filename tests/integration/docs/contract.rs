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
fn keeps_the_contract(program: &[&str], file: &str, lang: &str) {
    let dir = tempfile::tempdir().expect("a folder");
    let (path, log) = (dir.path().join(file), dir.path().join("log"));
    std::fs::write(&path, snippet(lang)).expect("written");
    let port = free_port();
    let app = Command::new(program[0])
        .args(&program[1..])
        .arg(&path)
        .env("PORT", port.to_string())
        .env("HOSTNAME", "replica-7")
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&log).expect("a log"))
        .spawn();
    let _app = App(app.unwrap_or_else(|error| panic!("{program:?}: {error}")));
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
    keeps_the_contract(&["python3"], "app.py", "python");
}

/// Says so where the tool chain is not on this machine, for then nothing is shown.
fn is_here(program: &str, asks: &str) -> bool {
    let there = Command::new(program).arg(asks).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_here = there.is_ok_and(|status| status.success());
    if !is_here {
        eprintln!("skipped: {program} is not on this machine, and its snippet was not run here");
    }
    is_here
}

#[test]
fn the_node_app_says_what_the_page_says() {
    if is_here("node", "--version") {
        keeps_the_contract(&["node"], "app.js", "js");
    }
}

#[test]
fn the_go_app_says_what_the_page_says() {
    if !is_here("go", "version") {
        return;
    }
    // Built first: `go run` would leave the server behind when it is ended.
    let dir = tempfile::tempdir().expect("a folder");
    let (source, app) = (dir.path().join("main.go"), dir.path().join("app"));
    std::fs::write(&source, snippet("go")).expect("written");
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([&app, &source])
        .env("GOCACHE", dir.path().join("cache"))
        .env("GOFLAGS", "-mod=mod")
        .output()
        .expect("go");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    keeps_the_contract(&[&app.to_string_lossy()], "unused", "go");
}

#[test]
fn the_java_app_says_what_the_page_says() {
    // A file alone is compiled as it is started, which needs the compiler.
    if is_here("javac", "-version") && is_here("java", "-version") {
        keeps_the_contract(&["java"], "App.java", "java");
    }
}
