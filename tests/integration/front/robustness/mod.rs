//! Bad clients and bad upstreams against the front alone. After each the process must still run,
//! answer, and hold no more memory and no more descriptors than before: [`Target::is_fine`].

mod bytes;
mod crowds;
mod smuggling;
mod upstreams;

use std::fs;
use std::time::{Duration, Instant};

use super::lab::Lab;
use super::server::{Kind, Server, Setup};
use super::wire::{Reply, Wire, request};
use crate::harness::wait_for;

const CONF: &str = r#"
upstream pool { server {a} max_fails=0; server {b} max_fails=0; server {c} max_fails=0; keepalive 8; }
server {
    listen {port};
    root /usr/share/nginx/html;
    client_header_timeout 2s;
    client_body_timeout 2s;
    client_max_body_size 0;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_connect_timeout 500ms;
    proxy_read_timeout 400ms;
    location / { try_files $uri =404; }
    location /fine { return 200 "fine\n"; }
    location /api/ { proxy_pass http://pool; }
}
"#;

/// More than this the front never needs for anything that is done to it here.
const MEMORY: usize = 256 << 20;

/// The front, with backends behind it.
struct Target {
    server: Server,
    lab: Lab,
}

impl Target {
    #[track_caller]
    fn new() -> Self {
        let lab = Lab::new();
        let names = lab.names();
        let conf = lab.fill(CONF);
        let setup = Setup { conf: &conf, whole: false, image: lab.image(), names: &names };
        let server = Server::start(Kind::Front, setup)
            .unwrap_or_else(|refused| panic!("the front does not start: {refused:?}"));
        Self { server, lab }
    }

    fn wire(&self) -> Wire {
        Wire::connect(self.server.address()).expect("the front accepts connections")
    }

    /// A reply to a usual request, which must come soon.
    #[track_caller]
    fn ask(&self, text: &str) -> Reply {
        self.reply_to(text).unwrap_or_else(|| panic!("no reply to {text:?}\n{}", self.server.stderr()))
    }

    /// The same, where the connection may end instead.
    #[track_caller]
    fn reply_to(&self, text: &str) -> Option<Reply> {
        let begun = Instant::now();
        let mut wire = self.wire().patient(Duration::from_secs(10));
        wire.send(&request(text, true));
        let method = text.split(' ').next().unwrap_or("");
        let reply = wire.reply(method);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(5), "{text:?} was answered after {took:?}");
        reply
    }

    /// Asserts that it runs, serves, and is not larger than it may be.
    #[track_caller]
    fn is_fine(&mut self) {
        assert!(self.server.alive(), "the front has ended:\n{}", self.server.stderr());
        assert_eq!(self.ask("GET /fine").body, b"fine\n");
        assert_eq!(self.ask("GET /style.css").code(), "200");
        assert_eq!(self.ask("GET /api/fine").code(), "200");
        assert!(!self.server.stderr().contains("panicked"), "{}", self.server.stderr());
        if let Some(memory) = self.memory() {
            assert!(memory < MEMORY, "the front holds {} MiB", memory >> 20);
        }
    }

    /// Resident memory in bytes, where the system says so.
    fn memory(&self) -> Option<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<usize>().ok()? << 10)
    }

    /// Open descriptors, where the system says so.
    fn descriptors(&self) -> Option<usize> {
        Some(fs::read_dir(format!("/proc/{}/fd", self.server.id())).ok()?.count())
    }

    /// Waits until no more than `limit` descriptors are open.
    #[track_caller]
    fn lets_go(&self, limit: usize) {
        wait_for("connections that are over are closed", Duration::from_secs(20), || {
            self.descriptors().is_none_or(|count| count <= limit)
        });
    }
}

/// Small and the same in every run: xorshift.
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    const fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}
