//! `author watch`: a saved text is on the page and in the terminal.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Course, TOML};
use crate::harness::wait_for;

const LIMIT: Duration = Duration::from_secs(60);

/// A watch that runs, and what it has said.
struct Watch {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Watch {
    fn new(course: &Course) -> Self {
        let mut command = course.sandbox.command();
        let mut child = command
            .args(["author", "watch"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let said: Arc<Mutex<String>> = Arc::default();
        let pipes: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("out")), Box::new(child.stderr.take().expect("err"))];
        for pipe in pipes {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let mut said = said.lock().expect("whole");
                    said.push_str(&line);
                    said.push('\n');
                }
            });
        }
        Self { child, said }
    }

    fn said(&self) -> String {
        self.said.lock().expect("whole").clone()
    }

    fn address(&self) -> String {
        wait_for("an address", LIMIT, || {
            self.said().contains("http://127.0.0.1:") && self.said().contains("sound")
        });
        let said = self.said();
        let rest = said.split("http://").nth(1).expect("an address");
        rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn asked(address: &str, path: &str, host: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it is served");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("asked");
    stream
}

fn page(address: &str, host: &str) -> String {
    let mut text = String::new();
    asked(address, "/", host).read_to_string(&mut text).expect("an answer");
    text
}

#[test]
fn a_saved_text_is_shown_and_what_is_wrong_is_said() {
    let course = Course::new();
    let watch = Watch::new(&course);
    let address = watch.address();
    let first = page(&address, &address);
    assert!(
        first.contains("200 OK") && first.contains("Bring it up") && first.contains("EventSource"),
        "{first}"
    );
    assert!(page(&address, "evil.example").starts_with("HTTP/1.1 404"));

    let mut events = BufReader::new(asked(&address, "/events", &address));
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        events.read_line(&mut line).expect("a head");
    }
    course.change("lessons/01-shop/en.md", "Run it in the folder", "Type it in the folder");
    course.change("lessons/01-shop/en.md", "## Bring it up", "## Start the shop");
    line.clear();
    events.read_line(&mut line).expect("told");
    assert!(line.starts_with("data: "), "{line}");
    wait_for("the new page", LIMIT, || page(&address, &address).contains("Start the shop"));
    wait_for("the step in the terminal", LIMIT, || watch.said().contains("Start the shop"));

    course.change(TOML, "minutes = 4", "minutes = 7");
    wait_for("the fault", LIMIT, || watch.said().contains("the lesson says 7 min"));
    course.change(TOML, "replicas = {", "replicsa = {");
    wait_for("the typo", LIMIT, || watch.said().contains("replicsa"));
    // The page stays as it last was.
    assert!(page(&address, &address).contains("Start the shop"));
}
