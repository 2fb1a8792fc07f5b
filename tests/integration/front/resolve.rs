//! Replicas that come and go behind one name: nginx asks a small DNS server, the front its table,
//! and both must follow. Needs an nginx that knows `resolve`; the front is judged in any case.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::backend::{Backend, Journal};
use super::case::conf;
use super::lab::Lab;
use super::server::{Kind, Server, Setup, nginx_is_there, nginx_version};
use super::wire::{Wire, request};
use crate::harness::wait_for;

/// Addresses by position; a name stands for some of them.
const ADDRESSES: [Ipv4Addr; 4] = [
    Ipv4Addr::new(127, 0, 5, 1),
    Ipv4Addr::new(127, 0, 5, 2),
    Ipv4Addr::new(127, 0, 5, 3),
    Ipv4Addr::new(127, 0, 5, 4),
];

/// Answers every question for `backend` with what the name stands for now, and knows no other name.
struct Dns {
    address: SocketAddr,
    known: Arc<Mutex<Vec<Ipv4Addr>>>,
}

impl Dns {
    fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = socket.local_addr().expect("its address");
        let known = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::downgrade(&known);
        socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a socket option");
        std::thread::spawn(move || {
            let mut packet = [0; 512];
            // It ends with the test that holds it.
            while let Some(known) = shared.upgrade() {
                let Ok((length, from)) = socket.recv_from(&mut packet) else { continue };
                let addresses = known.lock().expect("no test panicked with it").clone();
                if let Some(answer) = answer(&packet[..length], &addresses) {
                    drop(socket.send_to(&answer, from));
                }
            }
        });
        Self { address, known }
    }
}

/// The answer to a query with one question (RFC 1035, 4.1).
fn answer(query: &[u8], addresses: &[Ipv4Addr]) -> Option<Vec<u8>> {
    let name_end = 12 + query.get(12..)?.iter().position(|byte| *byte == 0)?;
    let question = query.get(12..name_end + 5)?;
    let found = question.starts_with(b"\x07backend\x00") && !addresses.is_empty();
    let wanted = if found && question.ends_with(&[0, 1, 0, 1]) { addresses } else { &[] };
    let mut answer = query.get(..2)?.to_vec();
    // A response, recursion available; NXDOMAIN for a name that is not known.
    answer.extend([
        0x81,
        if found { 0x80 } else { 0x83 },
        0,
        1,
        0,
        u8::try_from(wanted.len()).ok()?,
        0,
        0,
        0,
        0,
    ]);
    answer.extend(question);
    for address in wanted {
        // The name as a pointer to the question, type A, class IN, 1 s, 4 bytes.
        answer.extend([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]);
        answer.extend(address.octets());
    }
    Some(answer)
}

/// Backends with one port on addresses of their own, as containers have.
fn backends(journal: &Arc<Journal>) -> Option<Vec<Backend>> {
    for _ in 0..20 {
        let first = TcpListener::bind((ADDRESSES[0], 0)).ok()?;
        let port = first.local_addr().ok()?.port();
        let others = ADDRESSES[1..].iter().map(|address| TcpListener::bind((*address, port)));
        let Ok(others) = others.collect::<Result<Vec<_>, _>>() else { continue };
        let listeners = std::iter::once(first).chain(others);
        let names = ["a", "b", "c", "d"];
        return Some(
            listeners.zip(names).map(|(it, name)| Backend::on(it, name, Arc::clone(journal))).collect(),
        );
    }
    None
}

struct Scene {
    server: Server,
    lab: Lab,
    dns: Dns,
    backends: Vec<Backend>,
}

impl Scene {
    fn start(kind: Kind, known: &[usize]) -> Option<Self> {
        let (lab, dns) = (Lab::new(), Dns::start());
        let backends = backends(&lab.journal)?;
        let port = backends[0].address.port().to_string();
        let text = conf("resolve-upstream");
        let text = text.replace("{dns}", &dns.address.to_string()).replace("{backend-port}", &port);
        let names = table(&backends, known);
        *dns.known.lock().expect("the thread does not panic") =
            known.iter().map(|at| ADDRESSES[*at]).collect();
        let server =
            Server::start(kind, Setup { conf: &text, whole: false, image: lab.image(), names: &names });
        let server = server.unwrap_or_else(|refused| panic!("{kind:?} does not start: {refused:?}"));
        Some(Self { server, lab, dns, backends })
    }

    /// The name stands for these from now on.
    fn now(&self, known: &[usize]) {
        *self.dns.known.lock().expect("the thread does not panic") =
            known.iter().map(|at| ADDRESSES[*at]).collect();
        self.server.set_names(&table(&self.backends, known));
    }

    /// Who answers, or the code of the error.
    fn ask(&self, path: &str) -> String {
        let mut wire = Wire::connect(self.server.address()).expect("it accepts");
        wire.send(&request(&format!("GET {path}"), true));
        let reply = wire.reply("GET").expect("a reply");
        reply.header("x-replica").unwrap_or_else(|| reply.code()).to_owned()
    }

    fn shares(&self, path: &str, count: usize) -> BTreeMap<String, usize> {
        let mut shares = BTreeMap::new();
        for _ in 0..count {
            *shares.entry(self.ask(path)).or_insert(0) += 1;
        }
        shares
    }

    /// Waits until a round of requests goes to exactly these, in equal shares.
    #[track_caller]
    fn settles(&self, wanted: &str) {
        let each = 6;
        let names: Vec<String> = wanted.split(' ').map(str::to_owned).collect();
        wait_for(
            &format!("{:?}: each of {wanted} gets its share", self.server.kind),
            Duration::from_secs(6),
            || {
                let shares = self.shares("/", each * names.len());
                names.iter().all(|name| shares.get(name) == Some(&each))
            },
        );
    }
}

fn table(backends: &[Backend], known: &[usize]) -> String {
    let addresses: Vec<_> = known.iter().map(|at| backends[*at].address.to_string()).collect();
    serde_json::json!({ "backend": addresses }).to_string()
}

fn follows(kind: Kind) {
    let Some(scene) = Scene::start(kind, &[0, 1]) else {
        eprintln!("skipped: this system has no 127.0.5.1");
        return;
    };
    scene.settles("a b");
    scene.now(&[0, 1, 2, 3]);
    scene.settles("a b c d");
    // Those that are gone refuse connections, and no request fails for it.
    scene.now(&[1, 3]);
    scene.settles("b d");
    scene.now(&[0]);
    scene.settles("a");
    // Nobody is left: a 502 each, and the way back.
    scene.now(&[]);
    scene.settles("502");
    scene.now(&[2, 3]);
    scene.settles("c d");
    // A name in a variable is looked up when a request comes.
    wait_for("a name in a variable is looked up anew", Duration::from_secs(6), || {
        let shares = scene.shares("/variable/x", 20);
        shares.keys().map(String::as_str).collect::<Vec<_>>() == ["c", "d"]
    });
    assert_eq!(scene.ask("/unknown/x"), "502", "{kind:?}");
    let received = scene.lab.journal.take();
    let last =
        received.iter().rev().find(|request| request.line.contains("/variable/x")).expect("it was asked");
    let host = format!("backend:{}", scene.backends[0].address.port());
    assert_eq!(last.header("host"), Some(host.as_str()), "{kind:?}");
}

#[test]
fn nginx_follows_a_name() {
    if nginx_is_there() && nginx_version().is_some_and(|version| version >= (1, 27, 3)) {
        follows(Kind::Nginx);
    }
}

#[test]
fn the_front_follows_a_name() {
    follows(Kind::Front);
}

/// A lookup that takes place once, at the start, as lesson 06 shows it.
#[test]
fn a_name_without_resolve_is_looked_up_once() {
    let lab = Lab::new();
    let all: Vec<_> = lab.backends.iter().map(|it| it.address.to_string()).collect();
    let two = serde_json::json!({ "backend": &all[..2] }).to_string();
    let text = "server { listen {port}; location / { proxy_pass http://backend:8080; } }";
    let server =
        Server::start(Kind::Front, Setup { conf: text, whole: false, image: lab.image(), names: &two });
    let server = server.unwrap_or_else(|refused| panic!("the front does not start: {refused:?}"));
    server.set_names(&serde_json::json!({ "backend": all }).to_string());
    let mut who = Vec::new();
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        let mut wire = Wire::connect(server.address()).expect("it accepts");
        wire.send(&request("GET /", true));
        who.push(
            wire.reply("GET").and_then(|it| it.header("x-replica").map(str::to_owned)).expect("a replica"),
        );
    }
    assert!(who.iter().all(|name| name != "c"), "a name without `resolve` was looked up again");
    // A reload is a new start.
    server.signal(rustix::process::Signal::HUP);
    wait_for("after a reload the third takes part", Duration::from_secs(5), || {
        let mut wire = Wire::connect(server.address()).expect("it accepts");
        wire.send(&request("GET /", true));
        wire.reply("GET").is_some_and(|it| it.header("x-replica") == Some("c"))
    });
}
