//! Many clients at once, slow ones, and ones that say half of what they want.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::Target;

/// Connections at once, where the machine allows so many.
const CROWD: usize = 10_000;

/// Raises the limit of open files as far as it may be, for this process and those that it starts;
/// how many connections that leaves for one test.
fn room() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let _ = setrlimit(Resource::Nofile, raised);
    let files = getrlimit(Resource::Nofile).current.unwrap_or(1 << 20);
    // The other tests of this process need some, too.
    usize::try_from(files).unwrap_or(usize::MAX).saturating_sub(600)
}

#[test]
fn ten_thousand_connections_are_held_while_others_are_served() {
    let count = CROWD.min(room());
    if count < CROWD {
        eprintln!("scaled down: {count} connections instead of {CROWD} (the hard limit of open files)");
    }
    let mut target = Target::new();
    target.is_fine();
    let (before, empty) = (target.descriptors(), target.memory());
    let mut crowd = Vec::with_capacity(count);
    for at in 0..count {
        let mut stream = TcpStream::connect(target.server.address())
            .unwrap_or_else(|error| panic!("connection {at} of {count}: {error}"));
        // Some wait silently, some have said half, some have been answered and keep the connection.
        let text = ["", "GET /fi", "GET /fine HTTP/1.1\r\nHost: x\r\n\r\n"][at % 3];
        stream.write_all(text.as_bytes()).expect("it takes bytes");
        crowd.push(stream);
        if at % 1000 == 999 {
            assert_eq!(target.ask("GET /api/x").code(), "200");
        }
    }
    for _ in 0..20 {
        let begun = Instant::now();
        assert_eq!(target.ask("GET /fine").code(), "200");
        assert_eq!(target.ask("GET /api/x").code(), "200");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }
    target.is_fine();
    if let (Some(empty), Some(full)) = (empty, target.memory()) {
        eprintln!("{count} connections: {} MiB, {} MiB before", full >> 20, empty >> 20);
    }
    drop(crowd);
    if let Some(before) = before {
        target.lets_go(before + 40);
    }
    target.is_fine();
}

#[test]
fn half_requests_are_given_up_in_time() {
    let mut target = Target::new();
    let halves = [
        "G",
        "GET /fine HTTP/1.1\r\nHost: x\r\nX-",
        "POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
    ];
    let mut wires: Vec<_> = (0..150)
        .map(|at| {
            let mut wire = target.wire();
            wire.send(halves[at % 3].as_bytes());
            wire
        })
        .collect();
    target.is_fine();
    // The configuration gives them two seconds.
    let until = Instant::now() + Duration::from_secs(8);
    for (at, wire) in wires.iter_mut().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        assert!(wire.ends_within(left), "half a request is kept: {:?}", halves[at % 3]);
    }
    target.is_fine();
}

#[test]
fn clients_that_dribble_are_given_up_and_hold_up_nobody() {
    let mut target = Target::new();
    let mut streams: Vec<_> = (0..100)
        .map(|_| {
            let stream = TcpStream::connect(target.server.address()).expect("it accepts");
            stream.set_nodelay(true).expect("a socket option");
            stream
        })
        .collect();
    let text = format!("GET /fine HTTP/1.1\r\nHost: x\r\nX-Slow: {}", "x".repeat(10_000));
    let until = Instant::now() + Duration::from_secs(10);
    let mut open = streams.len();
    for byte in text.as_bytes() {
        // A connection that the server has ended refuses the second byte after its end.
        streams.retain_mut(|stream| stream.write_all(&[*byte]).is_ok());
        open = streams.len();
        if open == 0 || Instant::now() > until {
            break;
        }
        assert_eq!(target.ask("GET /fine").code(), "200");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(open, 0, "of 100 clients that dribble {open} are still served after 10 s");
    target.is_fine();
}
