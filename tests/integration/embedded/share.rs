//! A replica's share of the CPU, as the file says it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::desk::{Desk, SOON, lives, signal};
use crate::docker::lab::free_port;
use crate::harness::wait_for;

/// Two backends with a limit each, published at two ports.
fn desk(limit: &str) -> (Desk, [u16; 2]) {
    let desk = Desk::new();
    let ports = [free_port(), free_port()];
    let service = |number: usize| {
        format!(
            "  backend-{number}:\n    image: contoso-backend\n    ports: ['127.0.0.1:{}:8080']\n    \
             healthcheck:\n      test: [CMD, /app/contoso-backend, healthcheck]\n      interval: 300ms\n      \
             retries: 30\n    deploy: {{resources: {{limits: {{cpus: '{limit}'}}}}}}\n",
            ports[number - 1]
        )
    };
    desk.sandbox.write("docker-compose.yml", format!("services:\n{}{}", service(1), service(2)));
    let up = desk.compose("up -d --wait").code(0);
    assert!(!up.stderr.contains("no effect here"), "{}", up.stderr);
    (desk, ports)
}

/// The load ends with its test, also with one that fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Asks a port for as much as it answers, from several connections, while `going`.
fn load(port: u16, going: &AtomicBool) {
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while going.load(Ordering::Relaxed) {
                    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
                        std::thread::park_timeout(Duration::from_millis(5));
                        continue;
                    };
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                    let mut answer = [0; 64 << 10];
                    while going.load(Ordering::Relaxed) {
                        let sent = stream.write_all(b"GET /api/posts HTTP/1.1\r\nHost: x\r\n\r\n");
                        if sent.is_err() || !matches!(stream.read(&mut answer), Ok(1..)) {
                            break;
                        }
                    }
                }
            });
        }
    });
}

/// CPU time of a process, of all its threads.
fn used(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn state(pid: u32) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().and_then(|rest| rest.trim().chars().next()).unwrap_or('?')
}

#[cfg(target_os = "linux")]
#[test]
fn two_replicas_under_load_get_what_their_limit_says_and_no_more() {
    let (desk, ports) = desk("0.20");
    let pids = [desk.processes("backend-1")[0], desk.processes("backend-2")[0]];
    let going = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let _ends = Ends(&going);
        ports.iter().for_each(|port| drop(scope.spawn(|| load(*port, &going))));
        // What was saved before the load is used up first.
        wait_for("the limit to be felt", SOON, || pids.iter().all(|pid| state(*pid) == 'T'));
        let (begun, before) = (Instant::now(), pids.map(used));
        std::thread::park_timeout(Duration::from_secs(6));
        let (time, after) = (begun.elapsed(), pids.map(used));
        let shares = [0, 1].map(|at| (after[at] - before[at]).as_secs_f64() / time.as_secs_f64());
        // One that stands is stopped, started and asked as any other.
        desk.compose("restart backend-1").code(0);
        desk.compose("exec backend-2 /app/contoso-backend healthcheck").code(0);
        wait_for("it to be healthy under load", SOON, || {
            desk.replicas().iter().all(|one| one["Health"] == "healthy")
        });
        desk.compose("stop backend-2").code(0);
        desk.compose("kill backend-1").code(0);
        going.store(false, Ordering::Relaxed);
        let codes: Vec<_> = desk.replicas().iter().map(|one| one["ExitCode"].as_i64().unwrap()).collect();
        assert_eq!(codes, [137, 0]);
        // No more than that; less only where this machine has no more to give.
        assert!(shares.iter().all(|share| (0.05..=0.22).contains(share)), "{shares:?}");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn replicas_that_stand_still_do_not_outlive_their_supervisor() {
    let (desk, ports) = desk("0.05");
    let pids = [desk.processes("backend-1")[0], desk.processes("backend-2")[0]];
    let going = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let _ends = Ends(&going);
        ports.iter().for_each(|port| drop(scope.spawn(|| load(*port, &going))));
        let supervisor = desk.supervisor();
        wait_for("both to stand", SOON, || pids.iter().all(|pid| state(*pid) == 'T'));
        signal(supervisor, "KILL");
        going.store(false, Ordering::Relaxed);
        wait_for("both to end", SOON, || !pids.iter().any(|pid| lives(*pid)));
    });
}

#[cfg(target_os = "linux")]
#[test]
fn one_that_is_told_to_stand_is_not_woken_by_its_share() {
    let (desk, _) = desk("0.5");
    let pid = desk.processes("backend-1")[0];
    desk.compose("kill -s STOP backend-1").code(0);
    wait_for("it to stand", SOON, || state(pid) == 'T');
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(600) {
        assert_eq!(state(pid), 'T', "it was woken");
        std::thread::park_timeout(Duration::from_millis(5));
    }
    desk.compose("kill -s CONT backend-1").code(0);
    wait_for("it to go on", SOON, || state(pid) != 'T');
}
