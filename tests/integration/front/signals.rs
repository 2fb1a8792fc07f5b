//! Signals, as an operator and the engine send them: nginx and the front do the same.

use std::net::TcpStream;
use std::time::Duration;

use rustix::process::Signal;

use super::lab::Lab;
use super::server::{Kind, Server, Setup, nginx_is_there};
use super::wire::{Wire, request};
use crate::harness::wait_for;

const CONF: &str = "
upstream pool { server {a}; server {b}; }
server {
    listen {port};
    location / { return 200 \"WORD\\n\"; }
    location /api/ { proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection \"\"; }
}
";

struct Scene {
    server: Server,
    lab: Lab,
}

impl Scene {
    fn start(kind: Kind) -> Self {
        let lab = Lab::new();
        let text = lab.fill(CONF);
        let names = lab.names();
        let setup = Setup { conf: &text, whole: false, image: lab.image(), names: &names };
        let server = Server::start(kind, setup).unwrap_or_else(|refused| panic!("{kind:?}: {refused:?}"));
        Self { server, lab }
    }

    /// A request that a backend has and works on for a while.
    fn slow(&self) -> Wire {
        let before = self.lab.journal.len();
        let mut wire = Wire::connect(self.server.address()).expect("it accepts");
        wire.send(&request("GET /api/slow\nX-Do: *=slow:700", false));
        wait_for("a backend has it", Duration::from_secs(5), || self.lab.journal.len() > before);
        wire
    }

    fn reload(&self, conf: &str) {
        let names = self.lab.names();
        let text = self.lab.fill(conf);
        self.server.rewrite(Setup { conf: &text, whole: false, image: self.lab.image(), names: &names });
        self.server.signal(Signal::HUP);
    }

    fn says(&self) -> Vec<u8> {
        let mut wire = Wire::connect(self.server.address()).expect("it accepts");
        wire.send(&request("GET /", true));
        wire.reply("GET").map(|reply| reply.body).unwrap_or_default()
    }
}

/// SIGQUIT: what is under way is finished, nothing new is taken.
fn quits(kind: Kind) {
    let mut scene = Scene::start(kind);
    let mut idle = Wire::connect(scene.server.address()).expect("it accepts");
    idle.send(&request("GET /", false));
    assert!(idle.reply("GET").is_some());
    let mut slow = scene.slow();
    scene.server.signal(Signal::QUIT);
    wait_for("nothing new is taken", Duration::from_secs(2), || {
        TcpStream::connect(scene.server.address()).is_err()
    });
    assert!(idle.ends_within(Duration::from_secs(2)), "{kind:?}: an idle connection is kept");
    let reply = slow.reply("GET").expect("the answer comes");
    assert_eq!(reply.code(), "200", "{kind:?}");
    let status = scene.server.ends_within(Duration::from_secs(3)).expect("then it ends");
    assert_eq!(status.code(), Some(0), "{kind:?}");
    assert!(scene.server.stdout().contains("GET /api/slow"), "{kind:?}: the last request is not in the log");
}

/// SIGTERM and SIGINT: at once.
fn terminates(kind: Kind, signal: Signal) {
    let mut scene = Scene::start(kind);
    let mut slow = scene.slow();
    scene.server.signal(signal);
    let status = scene.server.ends_within(Duration::from_secs(3)).expect("it ends");
    assert_eq!(status.code(), Some(0), "{kind:?} {signal:?}");
    assert!(slow.reply("GET").is_none(), "{kind:?}: an answer after the end");
}

/// SIGHUP: what is under way is finished by the old configuration, and no connection is refused.
fn reloads(kind: Kind) {
    let scene = Scene::start(kind);
    assert_eq!(scene.says(), b"WORD\n");
    let mut slow = scene.slow();
    scene.reload(&CONF.replace("WORD", "NEW"));
    wait_for("the new configuration answers", Duration::from_secs(5), || scene.says() == b"NEW\n");
    assert_eq!(slow.reply("GET").map(|reply| reply.code().to_owned()).as_deref(), Some("200"), "{kind:?}");
    // One that it cannot run changes nothing; no request fails meanwhile.
    scene.reload("server { listen {port}; nonsense; }");
    wait_for("it says why not", Duration::from_secs(5), || {
        assert_eq!(scene.says(), b"NEW\n", "{kind:?}");
        scene.server.stderr().contains("unknown directive \"nonsense\"")
    });
    // Reload upon reload.
    for round in 0..10 {
        scene.reload(&CONF.replace("WORD", &format!("ROUND {round}")));
        assert!(!scene.says().is_empty(), "{kind:?}: a request fails while it reloads");
    }
    wait_for("the last one counts", Duration::from_secs(5), || scene.says() == b"ROUND 9\n");
}

#[test]
fn nginx_obeys_signals() {
    if nginx_is_there() {
        quits(Kind::Nginx);
        terminates(Kind::Nginx, Signal::TERM);
        terminates(Kind::Nginx, Signal::INT);
        reloads(Kind::Nginx);
    }
}

#[test]
fn the_front_finishes_what_it_does_on_quit() {
    quits(Kind::Front);
}

#[test]
fn the_front_ends_at_once_on_term() {
    terminates(Kind::Front, Signal::TERM);
    terminates(Kind::Front, Signal::INT);
}

#[test]
fn the_front_reloads_without_losing_a_request() {
    reloads(Kind::Front);
}
