//! Compose's words on the embedded engine.

use super::desk::{Desk, SOON, lives, signal};
use crate::harness::{Run, wait_for};

#[test]
fn ps_logs_port_images_and_top_show_what_runs() {
    let desk = Desk::new();
    desk.compose("ps").code(0).says("NAME IMAGE COMMAND SERVICE CREATED STATUS PORTS");
    desk.compose("up -d --build --scale backend=2").code(0);
    desk.healthy(2);
    let ps = desk.compose("ps").code(0);
    assert_eq!(ps.stdout.lines().count(), 4, "{}", ps.stdout);
    ps.says("(healthy)").says("8080/tcp").says(&format!("127.0.0.1:{}->80/tcp", desk.port));
    assert_eq!(desk.compose("ps -q").code(0).stdout.lines().count(), 3);
    assert_eq!(desk.compose("ps --services").code(0).stdout, "backend\nfrontend\n");
    desk.compose("port frontend 80").code(0).says(&format!("127.0.0.1:{}", desk.port));
    assert_eq!(desk.compose("port backend 8080").code(0).stdout, ":0\n", "open inside, published nowhere");
    desk.compose("port backend 8081").code(1).says("no port 8081/tcp");
    desk.compose("port --index 7 backend 8080").code(1).says("is not running container #7");
    desk.compose("images").code(0).says("-backend latest");
    let one = desk.compose("logs --index 2 --no-log-prefix backend").code(0);
    assert!(one.stdout.lines().all(|line| line.starts_with("time=")), "{}", one.stdout);
    desk.compose("logs -n 1 -t backend").code(0).says("backend-1 | 20");
    desk.compose("config --services").code(0).says("backend frontend");
    desk.compose("logs nothing").code(1).says("no such service: nothing");
}

#[test]
fn a_profile_is_turned_on_before_the_word() {
    let desk = Desk::new();
    let compose = "services:\n  frontend:\n    image: nginx:alpine\n  backend:\n    build: ./backend\n    \
                   profiles: [more]\n";
    desk.sandbox.write("docker-compose.yml", compose);
    let running = |wanted: &str| assert_eq!(desk.compose("ps --services").code(0).stdout, wanted);
    desk.compose("up -d").code(0);
    running("frontend\n");
    desk.compose("--profile other up -d").code(0);
    running("frontend\n");
    desk.compose("--profile other --profile=more up -d").code(0);
    running("backend\nfrontend\n");
    // As Compose: what no profile that is on has is left alone.
    desk.compose("stop").code(0);
    running("backend\n");
    desk.compose("--profile more down").code(0);
    running("");
    let env = desk.sandbox.read(".env");
    desk.sandbox.write(".env", format!("{env}\nCOMPOSE_PROFILES=more\n"));
    desk.compose("up -d").code(0);
    running("backend\nfrontend\n");
    desk.compose("down").code(0);
    desk.compose("up -d --profile more").code(1);
}

#[test]
fn logs_are_followed_as_they_come_until_ctrl_c() {
    let desk = Desk::new();
    desk.compose("up -d --build backend").code(0);
    desk.healthy(1);
    let out = desk.sandbox.root().join("followed");
    let mut follow = desk
        .command()
        .args(["compose", "logs", "-f", "backend"])
        .stdout(std::fs::File::create(&out).unwrap())
        .spawn()
        .unwrap();
    let lines = || std::fs::read_to_string(&out).unwrap_or_default().lines().count();
    wait_for("the first lines", SOON, || lines() > 0);
    let before = lines();
    // The health check of every two seconds is answered, and written.
    wait_for("a new line", SOON, || lines() > before);
    signal(follow.id(), "INT");
    let mut ended = None;
    wait_for("the end", SOON, || {
        ended = follow.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(desk.processes("backend").len(), 1, "what was followed runs on");
}

#[test]
fn one_replica_is_stopped_started_killed_and_removed_by_its_number() {
    let desk = Desk::new();
    desk.compose("up -d --build --scale backend=3 backend").code(0);
    desk.healthy(3);
    let state = |index: usize| desk.replicas()[index - 1]["State"].as_str().unwrap().to_owned();
    desk.compose("stop --index 2 backend").code(0);
    assert_eq!((state(1), state(2), state(3)), ("running".into(), "exited".into(), "running".into()));
    desk.compose("start --index 2 backend").code(0);
    assert_eq!(state(2), "running");
    desk.compose("kill --index 3 backend").code(0);
    assert_eq!(desk.replicas()[2]["ExitCode"], 137);
    desk.compose("kill --index 3 backend").code(1).says("is not running");
    desk.compose("rm -f").code(0);
    assert_eq!(desk.replicas().len(), 2);
    desk.compose("rm -f").code(0).says("No stopped containers");
    let before = desk.processes("backend");
    desk.compose("restart --index 1 backend").code(0);
    let after = desk.processes("backend");
    assert!(before[0] != after[0] && before[1] == after[1], "{before:?} {after:?}");
    desk.compose("restart --index 9 backend").code(1).says("(index 9)");
    desk.compose("scale backend=1").code(0);
    assert_eq!(desk.replicas().len(), 1);
    desk.compose("scale backend").code(1).says("Should be SERVICE=NUM");
}

#[test]
fn up_without_d_shows_the_logs_and_stops_with_ctrl_c() {
    let desk = Desk::new();
    let out = desk.sandbox.root().join("attached");
    let mut up = desk
        .command()
        .args(["compose", "up", "--build", "backend"])
        .stdout(std::fs::File::create(&out).unwrap())
        .spawn()
        .unwrap();
    let seen = || std::fs::read_to_string(&out).unwrap_or_default();
    wait_for("the first line", SOON, || seen().contains("msg=listening"));
    let replica = desk.processes("backend")[0];
    signal(up.id(), "INT");
    let mut ended = None;
    wait_for("the end", SOON, || {
        ended = up.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.unwrap().code(), Some(130));
    assert!(!lives(replica));
    assert_eq!(desk.replicas()[0]["State"], "exited", "it is stopped, not removed");
}

#[test]
fn a_word_or_an_option_that_is_not_here_is_refused() {
    let desk = Desk::new();
    let refused = |line: &str| -> Run { desk.compose(line).code(1) };
    refused("up --frobnicate").says("'--frobnicate'").says("workshop compose --help");
    refused("watch").says("watch");
    refused("logs -f --index x").says("x");
    desk.compose("-- --help").code(0).says("List replicas");
    desk.compose("exec backend sh").code(1).says("not running");
    desk.compose("up -d --build backend").code(0);
    desk.compose("exec backend sh").code(1).says("exec backend sh").says("--engine docker");
    assert_eq!(desk.compose("version --short").code(0).stdout.trim(), env!("CARGO_PKG_VERSION"));
}
