//! Whoever sits at the other end: a supervisor that floods, lies or says nothing, and clients that do
//! the same to a real one.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::time::{Duration, Instant};

use super::in_time;
use crate::embedded::desk::Desk;

/// What a sick supervisor does with a connection after the request has come.
type Sickness = fn(TcpStream);

fn silent(stream: TcpStream) {
    std::mem::forget(stream);
}

fn endless(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
    while stream.write_all(&[b'x'; 1 << 16]).is_ok() {}
}

fn endless_lines(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
    let line = "{\"progress\":{\"kind\":\"a\",\"name\":\"b\",\"what\":\"c\"}}\n".repeat(1000);
    while stream.write_all(line.as_bytes()).is_ok() {}
}

fn endless_head(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
    while stream.write_all(b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n").is_ok() {}
}

fn nonsense(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\0{}");
}

fn other_ids(mut stream: TcpStream) {
    let replica = r#"{"id":"../../../..","name":"x","service":"backend","index":1,"state":"running","health":"none","pid":1,"networks":{},"published":[],"ports":{},"image":"x","image_root":"/","command":"x","created":1,"started":1,"restarts":0}"#;
    let body = format!(r#"{{"project":"p","replicas":[{replica}],"networks":[]}}"#);
    let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
}

fn cut(mut stream: TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{");
}

fn elsewhere(mut stream: TcpStream) {
    let _ =
        stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
}

#[test]
fn a_sick_supervisor_is_named_and_no_command_hangs_or_fills_the_memory() {
    let desk = Desk::new();
    std::fs::DirBuilder::new().mode(0o700).recursive(true).create(desk.place()).unwrap();
    let lock = File::create(desk.place().join("supervisor.lock")).unwrap();
    lock.try_lock().unwrap();
    let all: [(&str, Sickness); 8] = [
        ("silent", silent),
        ("endless", endless),
        ("endless lines", endless_lines),
        ("endless head", endless_head),
        ("nonsense", nonsense),
        ("other ids", other_ids),
        ("cut", cut),
        ("elsewhere", elsewhere),
    ];
    for (name, sickness) in all {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut stream = stream;
                    let _ = stream.read(&mut [0; 4096]);
                    sickness(stream);
                });
            }
        });
        let door = format!(
            r#"{{"format":2,"pid":{},"address":"{address}","token":"t","names_token":"n"}}"#,
            std::process::id()
        );
        let path = desk.place().join("supervisor.json");
        std::fs::write(&path, door).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for line in ["compose ps", "compose down", "compose up -d", "status"] {
            let run = in_time(&desk, line);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains("Docker"), "{name}, {line}: {said}");
            if line == "compose ps" {
                assert_eq!(run.status, Some(3), "{name}, {line}: {said}");
                run.says("the process that keeps the stack").says(&format!("({})", std::process::id()));
            }
        }
        // Who it is cannot be told: so it is left alone, and the command fails.
        let run = in_time(&desk, "reset --all --yes");
        assert!(run.status.is_some_and(|code| code != 130), "{name}");
    }
    std::fs::remove_file(desk.place().join("supervisor.json")).unwrap();
    drop(lock);
}

#[test]
fn a_flood_of_clients_keeps_nobody_from_being_served() {
    let desk = Desk::new();
    desk.compose("up -d --build").code(0);
    let door = desk.door().unwrap();
    let (address, token) = (door["address"].as_str().unwrap(), door["token"].as_str().unwrap());
    let open = || TcpStream::connect(address).expect("it listens");
    // Half a head, no head, half a body.
    let mut held: Vec<TcpStream> = (0..600).map(|_| open()).collect();
    for (number, stream) in held.iter_mut().enumerate() {
        let _ = match number % 3 {
            0 => stream.write_all(b"GET /stack HTTP/1.1\r\nHost: x"),
            1 => Ok(()),
            _ => write!(
                stream,
                "POST /up HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{{"
            ),
        };
    }
    let begun = Instant::now();
    in_time(&desk, "compose ps").code(0).says("backend");
    assert!(begun.elapsed() < Duration::from_secs(20));
    drop(held);
    // A line without an end, and one that claims to be huge.
    let mut stream = open();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut sent = 0;
    while sent < 64 << 20 && stream.write_all(&[b'a'; 1 << 16]).is_ok() {
        sent += 1 << 16;
    }
    assert!(sent < 64 << 20, "a line of 64 MiB was taken");
    let mut stream = open();
    let _ = write!(
        stream,
        "POST /up HTTP/1.0\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: 1073741824\r\n\r\n"
    );
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.0 4"), "{answer}");
    in_time(&desk, "compose ps").code(0).says("backend");
}
