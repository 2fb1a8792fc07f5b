//! A Docker that is not there, hangs, or talks nonsense is the machine's fault, never the
//! learner's; and Ctrl-C ends whatever waits for it.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::watch::interrupt;
use crate::cli::at_step;
use crate::harness::{Run, Sandbox, wait_for};

/// A Docker of its own kind: `answer` gets every connection, each on its own thread.
fn fake(answer: impl Fn(UnixStream) + Send + Sync + Clone + 'static) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docker.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || answer(stream));
        }
    });
    (dir, format!("unix://{}", path.display()))
}

fn request(stream: &mut UnixStream) {
    let _ = stream.read(&mut [0; 4096]);
}

/// Waits until the other side hangs up.
fn silence(mut stream: UnixStream) {
    while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
}

/// At a step with live checks, with that Docker.
fn sandbox_with(address: &str) -> Sandbox {
    at_step("scale-to-3").with_env("DOCKER_HOST", address)
}

#[track_caller]
fn is_the_machine(address: &str) {
    let sandbox = sandbox_with(address);
    let begun = Instant::now();
    let report = sandbox.run(["check", "--json"]).code(3).json();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(9), "{address}: {took:?}");
    assert_eq!(report["verdict"], "environment", "{report:#}");
    for check in report["steps"][0]["checks"].as_array().unwrap() {
        assert_eq!(check["verdict"], "environment", "a dead Docker is never not yet: {check:#}");
    }
    let first = report["steps"][0]["checks"][0]["message"].as_str().unwrap();
    assert!(first.contains("Docker") || first.contains("engine refused: HTTP 500"), "{first}");
    // The files can be looked at all the same, at once.
    let begun = Instant::now();
    sandbox.run(["check", "--static", "--step", "copy-the-app"]).code(0);
    sandbox.run(["check", "--static", "--step", "remove-container-name"]).code(1);
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_docker_that_is_not_there() {
    is_the_machine("unix:///nonexistent");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    is_the_machine(&format!("tcp://{closed}"));
    is_the_machine("nonsense");
}

#[test]
fn a_docker_that_never_answers() {
    let (_dir, address) = fake(silence);
    is_the_machine(&address);
}

#[test]
fn a_docker_that_answers_garbage() {
    let (_dir, address) = fake(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"220 mail.example.org ESMTP\r\n");
    });
    is_the_machine(&address);
    let (_dir, address) = fake(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>");
    });
    is_the_machine(&address);
    let (_dir, address) = fake(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    });
    is_the_machine(&address);
}

#[test]
fn a_docker_that_breaks_off() {
    let (_dir, address) = fake(|mut stream| request(&mut stream));
    is_the_machine(&address);
    let (_dir, address) = fake(|mut stream| {
        request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{\"Id\":");
    });
    is_the_machine(&address);
}

/// A Docker in which nothing runs.
fn empty(mut stream: UnixStream) {
    let (mut head, mut part) = (Vec::<u8>::new(), [0; 4096]);
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(read) if read > 0 => head.extend(&part[..read]),
            _ => return,
        }
    }
    let is_list = ["/containers/json", "/networks"].iter().any(|path| {
        let path = path.as_bytes();
        head.windows(path.len()).any(|bytes| bytes == path)
    });
    let body = if is_list { "[]" } else { "{}" };
    let answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 2";
    let _ = stream.write_all(format!("{answer}\r\n\r\n{body}").as_bytes());
}

#[test]
fn a_stack_that_is_not_up_is_said_at_once() {
    let (_dir, address) = fake(empty);
    let sandbox = sandbox_with(&address);
    let begun = Instant::now();
    let run = sandbox.run(["check"]).code(1).says("nothing runs in this workspace yet");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    run.says("the application does not answer");
    sandbox.run(["reset", "--yes"]).code(0).says("docker-compose.yml");
    sandbox.run(["reset", "--yes"]).code(0).says("Nothing to reset");
}

#[test]
fn files_are_reset_and_brought_back_without_docker() {
    let (_dir, address) = fake(|mut stream| request(&mut stream));
    let sandbox = sandbox_with(&address);
    sandbox.write("docker-compose.yml", "mine\n");
    sandbox.run(["reset", "--yes"]).code(3).says("Docker");
    assert_ne!(sandbox.read("docker-compose.yml"), "mine\n");
    sandbox.run(["undo"]).code(0);
    assert_eq!(sandbox.read("docker-compose.yml"), "mine\n");
    sandbox.run(["reset", "--all", "--yes"]).code(3);
    // With nothing left to restore it is the same.
    sandbox.run(["reset", "--all", "--yes"]).code(3);
}

#[test]
fn a_step_that_needs_docker_is_refused_with_the_reason() {
    let sandbox = sandbox_with("unix:///nonexistent");
    sandbox.run(["apply", "--yes"]).code(3).says("unix:///nonexistent").says("workshop doctor");
}

#[test]
fn ctrl_c_ends_a_live_check_at_once() {
    let (seen, asked) = std::sync::mpsc::channel();
    let (_dir, address) = fake(move |mut stream| {
        request(&mut stream);
        let _ = seen.send(());
        silence(stream);
    });
    let sandbox = sandbox_with(&address);
    let before = (sandbox.tree(), std::fs::read(sandbox.root().join(".workshop/progress.json")).unwrap());
    let mut child =
        sandbox.command().arg("check").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    asked.recv_timeout(Duration::from_secs(10)).expect("it asks Docker");
    let begun = Instant::now();
    interrupt(&child);
    wait_for("the program ends", Duration::from_secs(3), || child.try_wait().unwrap().is_some());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let run = Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    run.code(130).says("interrupted");
    let after = (sandbox.tree(), std::fs::read(sandbox.root().join(".workshop/progress.json")).unwrap());
    assert!(before == after, "nothing is half-written");
}
