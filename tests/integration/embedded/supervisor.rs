//! What keeps the stack while no command runs.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

use super::desk::{Desk, SOON, lives, signal};
use crate::harness::wait_for;

#[test]
fn a_stack_outlives_its_command_and_ends_with_down() {
    let desk = Desk::new();
    assert_eq!(desk.door(), None, "nothing runs before something is started");
    desk.compose("up -d --build --scale backend=2 backend").code(0);
    desk.healthy(2);
    let (supervisor, replicas) = (desk.supervisor(), desk.processes("backend"));
    assert_eq!(replicas.len(), 2);
    assert!(lives(supervisor) && replicas.iter().all(|pid| lives(*pid)));
    desk.run(["status"]).code(0).says("backend-2").says("embedded");
    desk.compose("down").code(0);
    assert_eq!(desk.door(), None);
    wait_for("every process to end", SOON, || !lives(supervisor) && !replicas.iter().any(|pid| lives(*pid)));
    // Taking down what is not there is nothing.
    desk.compose("down").code(0);
}

#[test]
fn it_is_this_users_alone_and_on_the_loopback_address() {
    let desk = Desk::new();
    desk.compose("up -d --build").code(0);
    let door = desk.door().unwrap();
    let mode = std::fs::metadata(desk.place().join("supervisor.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let ask = |path: &str, token: &str| {
        let mut stream = TcpStream::connect(door["address"].as_str().unwrap()).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let (token, names) = (door["token"].as_str().unwrap(), door["names_token"].as_str().unwrap());
    assert_eq!(ask("/stack", token), "200");
    for wrong in ["", "x", names, &token[1..], &format!("{token}0")] {
        assert_eq!(ask("/stack", wrong), "401", "{wrong}");
    }
    assert_eq!(ask("/names?replica=x&host=backend&port=8080", names), "200");
    assert_eq!(ask("/names?replica=x&host=backend&port=8080", token), "401");
    // The table of open sockets: every one of ours listens on 127.x.y.z.
    let mut ours = desk.processes("backend");
    ours.extend(desk.processes("frontend"));
    ours.push(desk.supervisor());
    let listening: Vec<String> = ours.iter().flat_map(|pid| listening_of(*pid)).collect();
    assert!(listening.len() >= 3, "{listening:?}");
    // The address is written backwards there.
    assert!(
        listening.iter().all(|address| address.split(':').next().unwrap().ends_with("7F")),
        "{listening:?}"
    );
}

/// The local addresses at which a process listens, as `/proc/net/tcp` writes them.
fn listening_of(pid: u32) -> Vec<String> {
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().filter_map(Result::ok);
    let sockets: Vec<String> = links
        .filter_map(|link| std::fs::read_link(link.path()).ok())
        .filter_map(|target| {
            let target = target.to_string_lossy().into_owned();
            Some(target.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    let table = ["tcp", "tcp6"]
        .map(|name| std::fs::read_to_string(format!("/proc/{pid}/net/{name}")).unwrap_or_default());
    let rows = table.iter().flat_map(|table| table.lines().skip(1));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>())
        .filter(|row| row[3] == "0A" && sockets.iter().any(|inode| inode == row[9]))
        .map(|row| row[1].to_owned())
        .collect()
}

#[test]
fn a_supervisor_that_is_killed_takes_its_replicas_with_it_and_the_next_command_says_so() {
    let desk = Desk::new();
    desk.compose("up -d --build --scale backend=3").code(0);
    desk.healthy(3);
    let mut replicas = desk.processes("backend");
    replicas.extend(desk.processes("frontend"));
    assert_eq!(replicas.len(), 4);
    signal(desk.supervisor(), "KILL");
    wait_for("the replicas to end", SOON, || !replicas.iter().any(|pid| lives(*pid)));
    let check = desk.run(["check"]).code(3);
    check.says("ended without warning").says("workshop compose up -d");
    desk.run(["status"]).code(0).says("Nothing is running");
    desk.compose("up -d --scale backend=2").code(0);
    desk.healthy(2);
}

#[test]
fn a_replica_that_hangs_does_not_outlive_its_supervisor_for_long() {
    let desk = Desk::new();
    desk.compose("up -d --build --scale backend=2 backend").code(0);
    desk.healthy(2);
    let replicas = desk.processes("backend");
    // Stopped, it hears nothing: neither its input's end nor a signal.
    replicas.iter().for_each(|pid| signal(*pid, "STOP"));
    signal(desk.supervisor(), "KILL");
    desk.compose("up -d --scale backend=1 backend").code(0).says("ended without warning");
    desk.healthy(1);
    wait_for("the hanging ones to be killed", SOON, || !replicas.iter().any(|pid| lives(*pid)));
}

#[test]
fn a_state_file_that_is_stale_or_cut_is_seen_through() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.place()).unwrap();
    for text in [
        "",
        "{\"form",
        "{\"format\":1,\"pid\":1,\"address\":\"127.0.0.1:1\",\"token\":\"a\",\"names_token\":\"b\"}",
    ] {
        let door = desk.place().join("supervisor.json");
        std::fs::write(&door, text).unwrap();
        std::fs::set_permissions(&door, std::fs::Permissions::from_mode(0o600)).unwrap();
        // Nobody holds the lock, so whoever wrote this is gone.
        desk.compose("up -d --build backend").code(0).says("ended without warning");
        desk.healthy(1);
        desk.compose("down").code(0);
    }
    // One that lives, and whose file was spoiled: it sees that nobody can find it any more.
    desk.compose("up -d backend").code(0);
    let supervisor = desk.supervisor();
    std::fs::remove_file(desk.place().join("supervisor.json")).unwrap();
    wait_for("the lost one to end", SOON, || !lives(supervisor));
    desk.compose("up -d backend").code(0);
    desk.healthy(1);
}

#[test]
fn it_ends_when_nobody_asks_for_anything() {
    let desk = Desk::new().with_env("WORKSHOP_EMBEDDED_IDLE", "3");
    desk.compose("up -d --build").code(0);
    let (supervisor, replicas) = (desk.supervisor(), desk.processes("backend"));
    // A health check asks every two seconds: that is nobody.
    wait_for("the idle one to end", SOON, || !lives(supervisor));
    assert!(!replicas.iter().any(|pid| lives(*pid)));
    desk.run(["status"]).code(0).says("Nothing is running");
}

#[test]
fn it_ends_with_its_folder() {
    let desk = Desk::new();
    desk.compose("up -d --build backend").code(0);
    let (supervisor, replicas) = (desk.supervisor(), desk.processes("backend"));
    std::fs::remove_dir_all(desk.sandbox.root().join(".workshop")).unwrap();
    wait_for("it to end", SOON, || !lives(supervisor) && !replicas.iter().any(|pid| lives(*pid)));
}

#[test]
fn two_workspaces_run_side_by_side() {
    let (one, other) = (Desk::new(), Desk::new());
    for desk in [&one, &other] {
        desk.compose("up -d --build --scale backend=2").code(0);
    }
    one.healthy(2);
    other.healthy(2);
    assert_ne!(one.supervisor(), other.supervisor());
    let theirs = other.processes("backend");
    one.compose("down -v").code(0);
    assert!(theirs.iter().all(|pid| lives(*pid)));
    assert_eq!(other.processes("backend"), theirs);
    other.healthy(2);
}

#[test]
fn two_commands_at_once_start_one_supervisor() {
    let desk = Desk::new();
    let start = || desk.command().args(["compose", "up", "-d", "--build", "backend"]).spawn().unwrap();
    let mut both = [start(), start(), start()];
    for child in &mut both {
        assert!(child.wait().unwrap().success());
    }
    desk.healthy(1);
    assert_eq!(desk.processes("backend").len(), 1);
}
