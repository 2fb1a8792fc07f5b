//! A lesson's own program is a replica like any other: its files, its environment, its log, its end.

use super::{SOON, Stall, TOML};
use crate::embedded::desk::{lives, signal};
use crate::harness::wait_for;

#[test]
fn it_runs_among_its_files_and_is_told_what_the_service_says() {
    let stall = Stall::new();
    stall.open();
    let compose = stall.sandbox.read("docker-compose.yml");
    let told = "    environment: { COLOUR: \"파란 blue\" }\n    volumes:\n";
    stall.sandbox.write("docker-compose.yml", compose.replacen("    volumes:\n", told, 1));
    let file = stall.sandbox.read("app/Dockerfile");
    let set = "WORKDIR /app\nENV COLOUR=red SIZE=large\n";
    stall.sandbox.write("app/Dockerfile", file.replace("WORKDIR /app\n", set));
    stall.compose("up -d --build --wait").code(0);

    let python = |code: &str| stall.exec(&["python3", "-c", code]).code(0).stdout;
    let said = python("import os; print(os.environ['COLOUR'], os.environ['SIZE'], sorted(os.listdir('.')))");
    assert_eq!(said.trim(), "파란 blue large ['app.py', 'data']");
    stall.exec(&["printenv", "COLOUR"]).code(0).says("파란 blue");
    let itself = "import urllib.request as u; print(u.urlopen('http://localhost:8000/health').read())";
    assert!(python(itself).contains("UP"));
    stall.exec(&["wget", "-qO-", "http://localhost:8000/health"]).code(0).says("UP");
    stall.exec(&["python3", "-c", "raise SystemExit(7)"]).code(7);
    stall.exec(&["sh", "-c", "true"]).says("exec app sh -c true").says("python3 …");

    // Nothing of the user's own is handed on.
    let stall = stall.with_env("AWS_SECRET_ACCESS_KEY", "hunter2");
    stall.compose("up -d --force-recreate --wait").code(0);
    let all = stall.exec(&["python3", "-c", "import os; print(dict(os.environ))"]).code(0).stdout;
    assert!(!all.contains("hunter2") && all.contains("HOSTNAME"), "{all}");
}

#[test]
fn what_the_learner_changes_runs() {
    let stall = Stall::new();
    stall.open();
    let app = stall.sandbox.read("app/app.py");
    stall.sandbox.write("app/app.py", app.replace("\"UP\"", "\"ON THE WAY\""));
    stall.compose("up -d --build --wait").code(0);
    stall.exec(&["curl", "-s", "http://localhost:8000/health"]).code(0).says("ON THE WAY");

    // Another command of the same program is taken, and agreed to; one of another is not.
    let compose = stall.sandbox.read("docker-compose.yml");
    let with = |line: &str| compose.replacen("    volumes:\n", &format!("    {line}\n    volumes:\n"), 1);
    stall.sandbox.write("docker-compose.yml", with("command: python3 -c \"print('only this')\""));
    stall.run(["check"]).code(2).says("runs a program of this machine").says("print('only this')");
    stall.compose("up -d app").code(0);
    wait_for("its words", SOON, || stall.compose("logs app").stdout.contains("only this"));
    stall.sandbox.write("docker-compose.yml", with("command: sleep 600"));
    stall.compose("up -d app").code(1).says("command: sleep 600").says("Docker does");
}

#[test]
fn it_is_started_again_and_leaves_nothing_behind() {
    let stall = Stall::new();
    stall.put("complete/shop/docker-compose.yml", "  app:\n", "  app:\n    restart: always\n");
    stall.open();
    let [first] = stall.programs()[..] else { panic!("one app: {:?}", stall.programs()) };
    signal(first, "KILL");
    wait_for("another one", SOON, || stall.programs().iter().any(|pid| *pid != first));
    assert!(!lives(first));

    // Its keeper is killed: the program does not live on.
    let before = stall.programs();
    let keeper = parent(before[0]);
    signal(keeper, "KILL");
    wait_for("the program's end", SOON, || !before.iter().any(|pid| lives(*pid)));
    wait_for("another one", SOON, || stall.programs().len() == 1);

    // So is the supervisor.
    let supervisor = parent(parent(stall.programs()[0]));
    signal(supervisor, "KILL");
    wait_for("nothing to be left", SOON, || stall.programs().is_empty());
}

#[test]
fn it_ends_in_good_order_with_its_own_exit_code() {
    let stall = Stall::new();
    stall.open();
    stall.compose("stop app").code(0);
    assert_eq!(stall.apps()[0]["ExitCode"], 0, "it heard SIGTERM");
    assert_eq!(stall.programs(), Vec::<u32>::new());
    stall.compose("start app").code(0);
    stall.compose("kill -s KILL app").code(0);
    wait_for("its end", SOON, || stall.apps()[0]["ExitCode"] == 137);
}

#[test]
fn a_worker_that_listens_nowhere_is_one_too() {
    let stall = Stall::new();
    let worker =
        "[embedded.worker]\ncommand = [\"python3\", \"-u\", \"-c\", \"print('at work')\"]\n\n[embedded.app]";
    stall.put(TOML, "[embedded.app]", worker);
    stall.open();
    let compose = stall.sandbox.read("docker-compose.yml");
    let service = "services:\n  worker:\n    build: ./app\n    restart: on-failure\n";
    stall.sandbox.write("docker-compose.yml", compose.replace("services:\n", service));
    stall.compose("up -d worker").code(0);
    wait_for("its words", SOON, || stall.compose("logs worker").stdout.contains("at work"));
    wait_for("its end", SOON, || stall.compose("ps -a worker").stdout.contains("Exited (0)"));
}

/// A process's parent.
#[track_caller]
fn parent(pid: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let rest = stat.rsplit(')').next().expect("its numbers");
    rest.split_whitespace().nth(1).and_then(|id| id.parse().ok()).expect("a parent")
}
