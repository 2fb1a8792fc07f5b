//! No process is signalled for a number in a file, and a supervisor that does not answer is named,
//! waited for no longer than it takes, and can be ended.

use std::fs::File;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use super::{Innocent, in_time};
use crate::embedded::desk::{Desk, SOON, lives, signal};
use crate::harness::wait_for;

#[test]
fn a_suspended_supervisor_is_named_and_can_be_ended() {
    let desk = Desk::new();
    desk.compose("up -d --build --scale backend=2").code(0);
    desk.healthy(2);
    let supervisor = desk.supervisor();
    let mut replicas = desk.processes("backend");
    replicas.extend(desk.processes("frontend"));
    // One of its replicas hears nothing, either.
    signal(replicas[0], "STOP");
    signal(supervisor, "STOP");
    for line in [
        "compose up -d",
        "compose down",
        "compose ps",
        "compose logs",
        "compose exec backend hostname",
        "compose restart backend",
        "check",
        "doctor",
        "status",
    ] {
        let run = in_time(&desk, line);
        let wanted = if line == "status" { 0 } else { 3 };
        assert_eq!(run.status, Some(wanted), "{line}: {}{}", run.stdout, run.stderr);
        let run = run.says(&format!("({supervisor}) is suspended")).says("workshop reset --all");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("Restart Docker"), "{line}");
    }
    assert!(lives(supervisor), "nobody ended it without being told to");
    in_time(&desk, "reset --all --yes").code(0);
    wait_for("everything to end", SOON, || !lives(supervisor) && !replicas.iter().any(|pid| lives(*pid)));
    assert_eq!(desk.door(), None);
    assert_eq!(std::fs::read_dir(desk.place().join("replicas")).unwrap().count(), 0);
    in_time(&desk, "compose ps").code(0);
}

#[test]
fn a_supervisor_whose_file_is_gone_or_spoiled_can_be_ended() {
    let desk = Desk::new();
    desk.compose("up -d --build backend").code(0);
    let supervisor = desk.supervisor();
    signal(supervisor, "STOP");
    std::fs::write(desk.place().join("supervisor.json"), "{").unwrap();
    in_time(&desk, "compose ps").says(&format!("({supervisor}) keeps the stack"));
    in_time(&desk, "reset --all --yes").code(0);
    wait_for("its end", SOON, || !lives(supervisor));
}

/// The engine's folder as its supervisor would make it, and the lock held by this test.
fn held(desk: &Desk) -> File {
    std::fs::DirBuilder::new().mode(0o700).recursive(true).create(desk.place()).unwrap();
    let lock = File::create(desk.place().join("supervisor.lock")).unwrap();
    lock.try_lock().unwrap();
    lock
}

fn private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn door(pid: impl std::fmt::Display, address: impl std::fmt::Display) -> String {
    format!(r#"{{"format":2,"pid":{pid},"address":"{address}","token":"t","names_token":"n"}}"#)
}

#[test]
fn a_state_file_that_names_an_innocent_harms_nobody() {
    let desk = Desk::new();
    let mut innocent = Innocent::new();
    let lock = held(&desk);
    let own = std::process::id().to_string();
    let mut wrong = vec![innocent.pid().to_string(), "0".into(), "1".into(), "-1".into(), own];
    wrong.extend([u32::MAX.to_string(), "99999999999999999999".into()]);
    for pid in wrong {
        private(&desk.place().join("supervisor.json"), &door(&pid, "127.0.0.1:1"));
        for line in ["compose up -d", "compose down", "reset --all --yes"] {
            let run = in_time(&desk, line);
            assert!(
                run.status == Some(3) || line.starts_with("reset"),
                "{pid} {line}: {}{}",
                run.stdout,
                run.stderr
            );
            innocent.is_well();
        }
    }
    drop(lock);
    std::fs::remove_file(desk.place().join("supervisor.json")).unwrap();
    in_time(&desk, "compose up -d --build").code(0);
}

#[test]
fn a_replicas_lock_that_another_holds_ends_nobody_and_is_said() {
    let desk = Desk::new();
    let mut innocent = Innocent::new();
    let dir = desk.place().join("replicas/0123456789ab");
    std::fs::DirBuilder::new().mode(0o700).recursive(true).create(&dir).unwrap();
    let lock = File::create(dir.join("lock")).unwrap();
    lock.try_lock().unwrap();
    for pid in [innocent.pid().to_string(), "-1".into(), "1".into(), "0".into()] {
        std::fs::write(dir.join("pid"), pid).unwrap();
        in_time(&desk, "compose up -d --build backend").code(0).says("of replica 0123456789ab Left alone");
        in_time(&desk, "compose down").code(0);
        innocent.is_well();
    }
    drop(lock);
    in_time(&desk, "compose up -d backend").code(0);
    assert!(!dir.exists(), "what nobody holds is cleared away");
}

#[test]
fn a_folder_that_leads_elsewhere_is_not_cleared() {
    let desk = Desk::new();
    let elsewhere = desk.sandbox.root().join("elsewhere");
    std::fs::create_dir_all(elsewhere.join("0123456789ab")).unwrap();
    std::fs::write(elsewhere.join("0123456789ab/precious"), "x").unwrap();
    std::fs::DirBuilder::new().mode(0o700).recursive(true).create(desk.place()).unwrap();
    for name in ["replicas", "volumes", "images", "tags"] {
        std::os::unix::fs::symlink(&elsewhere, desk.place().join(name)).unwrap();
        for line in ["compose up -d --build", "compose down -v"] {
            let run = in_time(&desk, line);
            assert!(matches!(run.status, Some(1 | 3)), "{line}: {}{}", run.stdout, run.stderr);
            run.says("no folder of this user's own");
        }
        assert!(elsewhere.join("0123456789ab/precious").exists());
        std::fs::remove_file(desk.place().join(name)).unwrap();
    }
}

#[test]
fn a_port_is_told_apart_own_another_stacks_another_programs() {
    let desk = Desk::new();
    desk.compose("up -d --build").code(0);
    let ours = "in use by this workspace's own stack";
    in_time(&desk, "doctor").says(ours);
    in_time(&desk, "--engine docker doctor").says(ours);
    let supervisor = desk.supervisor();
    signal(supervisor, "STOP");
    in_time(&desk, "doctor").says(ours);
    signal(supervisor, "CONT");
    let other = Desk::new().with_env("FRONTEND_PORT", &desk.port.to_string());
    in_time(&other, "doctor").says("in use by the stack of").says("workshop-test-");
    in_time(&desk, "compose down").code(0);
    let listener = std::net::TcpListener::bind(("127.0.0.1", desk.port)).unwrap();
    in_time(&desk, "doctor").says(&format!("(process {})", std::process::id()));
    drop(listener);
}
