//! Docker's own program in the way: it hangs, never stops to write, does not listen to a polite word,
//! or leaves something behind. And what it is given: an environment of this program's making.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::fake::Fake;
use super::watched::Watched;
use crate::cli::at_step;
use crate::harness::{Sandbox, wait_for};

const SOON: Duration = Duration::from_secs(40);
const MEMORY: u64 = 320;

/// A sandbox at a step that runs Compose, with a `docker` that does `script` where Compose is asked for
/// more than its version, and an engine on which nothing runs.
struct Machine {
    sandbox: Sandbox,
    _bin: tempfile::TempDir,
    fake: Fake,
}

impl Machine {
    fn with(version: &str, script: &str) -> Self {
        let bin = tempfile::tempdir().unwrap();
        for name in ["docker", "docker-compose"] {
            let path = bin.path().join(name);
            let text = format!("#!/bin/sh\ncase \"$*\" in *version*) {version};; *) {script};; esac\n");
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let fake = Fake::idle();
        let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap_or_default());
        let sandbox = at_step("scale-to-3").with_env("PATH", path).with_env("DOCKER_HOST", fake.address());
        Self { sandbox, _bin: bin, fake }
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> crate::harness::Run {
        Watched::of(self.sandbox.command().args(args), SOON).within(MEMORY)
    }
}

const VERSION: &str = "echo 2.40.3";

#[test]
fn a_program_that_hangs_is_named_and_the_engine_is_not_blamed() {
    let machine = Machine::with("sleep 600", "sleep 600");
    let begun = Instant::now();
    machine
        .run(&["doctor"])
        .code(3)
        .says("`docker compose` does not answer")
        .says("The lesson is not at fault");
    machine.run(&["apply", "--yes"]).code(3).says("`docker compose version` by hand");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    // What needs no Compose goes on.
    machine.run(&["check"]).code(1);
}

#[test]
fn a_program_that_never_stops_to_write_is_ended() {
    let machine = Machine::with("exec yes", ":");
    machine.run(&["doctor"]).code(3).says("`docker compose` does not stop writing");
    // It is ended by how much it writes, which takes its time to read where others are at work.
    const MUCH: Duration = Duration::from_secs(180);
    for flood in ["exec cat /dev/zero", "exec yes >&2"] {
        let machine = Machine::with(VERSION, flood);
        let mut command = machine.sandbox.command();
        let run = Watched::of(command.args(["apply", "--yes", "--quiet"]), MUCH).within(MEMORY);
        run.code(3).says("does not stop writing");
    }
}

/// The processes whose ids were written there.
fn written(path: &Path) -> Vec<Pid> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)).collect()
}

/// Whether it runs: one that has ended and was not waited for runs no more.
fn runs(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    test_kill_process(pid).is_ok() && !stat.is_ok_and(|stat| stat.contains(") Z "))
}

#[test]
fn ctrl_c_ends_a_program_that_does_not_listen_with_all_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let deaf = "trap '' TERM INT; echo $$ >> PIDS; sleep 600";
    let script =
        format!("sh -c \"{}\" & {deaf}", deaf.replace('$', "\\$")).replace("PIDS", pids.to_str().unwrap());
    let machine = Machine::with(VERSION, &script);
    let mut command = machine.sandbox.command();
    let mut child = command
        .args(["apply", "--yes"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    wait_for("both run", SOON, || written(&pids).len() == 2);
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).unwrap();
    let mut status = None;
    wait_for("the end", SOON, || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.and_then(|status| status.code()), Some(130));
    wait_for("the end of what it started", SOON, || !written(&pids).into_iter().any(runs));
}

#[test]
fn a_program_that_leaves_something_at_its_output_is_not_waited_for() {
    let machine = Machine::with(VERSION, "sleep 600 & echo Container web Started");
    let begun = Instant::now();
    machine.run(&["apply", "--yes"]).says("Container web Started");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}

/// What Docker's program was given, by name.
fn given(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).expect("it was run");
    text.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// What a shell may hold that is meant for another project, another engine or nobody.
const ELSEWHERE: [(&str, &str); 16] = [
    ("COMPOSE_FILE", "/elsewhere/compose.yaml"),
    ("COMPOSE_PROJECT_NAME", "elsewhere"),
    ("COMPOSE_PROFILES", "elsewhere"),
    ("COMPOSE_ENV_FILES", "/elsewhere/.env"),
    ("COMPOSE_DISABLE_ENV_FILE", "1"),
    ("COMPOSE_PATH_SEPARATOR", ","),
    ("COMPOSE_PARALLEL_LIMIT", "1"),
    ("COMPOSE_REMOVE_ORPHANS", "1"),
    ("COMPOSE_CONVERT_WINDOWS_PATHS", "1"),
    ("COMPOSE_EXPERIMENTAL", "1"),
    ("COMPOSE_BAKE", "1"),
    ("DOCKER_CONTEXT", "elsewhere"),
    ("DOCKER_API_VERSION", "1.12"),
    ("BUILDX_BUILDER", "elsewhere"),
    ("BUILDKIT_HOST", "tcp://192.0.2.1:1234"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

#[test]
fn the_program_gets_what_it_needs_and_what_the_files_name_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let said = dir.path().join("environment");
    let machine = Machine::with(VERSION, &format!("env > {}; exit 1", said.display()));
    let compose = machine.sandbox.read("docker-compose.yml");
    let (first, rest) = compose.split_once("    build").expect("a service that is built");
    let more = "    environment: [PASSED_ON, \"SET=${IN_A_VALUE:-none}\", COMPOSE_PROFILES, DOCKER_CONTEXT]\n    build";
    machine.sandbox.write("docker-compose.yml", format!("{first}{more}{rest}"));
    for args in [&["apply", "--yes"][..], &["compose", "up", "-d"]] {
        let begun = || {
            let mut command = machine.sandbox.command();
            command.envs(ELSEWHERE).env("PASSED_ON", "1").env("IN_A_VALUE", "2").env("NOT_NAMED", "3");
            command.args(args);
            command
        };
        // The learner's file takes variables of the shell, which is agreed to.
        let digest = crate::harness::Run::of(&mut begun()).digest();
        let _ = std::fs::remove_file(&said);
        let mut command = begun();
        if let Some(digest) = digest {
            command.args(["--agree", &digest]);
        }
        let run = Watched::of(&mut command, SOON).within(MEMORY);
        let given = given(&said);
        let of = |name: &str| given.get(name).map(String::as_str);
        assert_eq!((of("PASSED_ON"), of("IN_A_VALUE"), of("NOT_NAMED")), (Some("1"), Some("2"), None));
        assert_eq!(of("DOCKER_HOST"), Some(machine.fake.address().as_str()));
        assert_eq!(of("COMPOSE_FILE"), Some("docker-compose.yml"));
        assert!(of("COMPOSE_PROJECT_NAME").is_some_and(|name| name.starts_with("workshop-")), "{given:?}");
        assert_eq!(of("COMPOSE_PATH_SEPARATOR"), Some(":"));
        assert!(of("PATH").is_some() && of("HOME") == std::env::var("HOME").ok().as_deref());
        for (name, value) in ELSEWHERE {
            assert_ne!(of(name), Some(value), "{args:?}");
        }
        if args[0] == "compose" {
            run.says("COMPOSE_FILE").says("unset BUILDKIT_HOST BUILDX_BUILDER");
        }
    }
    let mut doctor = machine.sandbox.command();
    let run = Watched::of(doctor.args(["doctor"]).envs(ELSEWHERE), SOON).within(MEMORY);
    run.says("your shell")
        .says("unset BUILDKIT_HOST")
        .says("DOCKER_HOST says so")
        .says(&machine.fake.address());
}

#[test]
fn a_compose_file_elsewhere_is_refused_whoever_names_it() {
    let machine = Machine::with(VERSION, "exit 0");
    let dotenv = machine.sandbox.read(".env");
    std::fs::write(machine.sandbox.root().join("other.yaml"), "services: {}\n").unwrap();
    for file in ["../other.yaml", "/etc/passwd", "docker-compose.yml:../other.yaml", "backend/compose.yaml"] {
        machine.sandbox.write(".env", format!("{dotenv}\nCOMPOSE_FILE={file}\n"));
        // What leads out is asked about before it is refused.
        let apply = machine.run(&["apply", "--yes"]);
        assert!(matches!(apply.status, Some(2 | 3)), "{file}: {apply:?}");
        machine.run(&["compose", "down"]).code(3).says("Take that line out of workshop/.env");
    }
    machine.sandbox.write(".env", format!("{dotenv}\nCOMPOSE_FILE=docker-compose.yml\n"));
    machine.run(&["compose", "ps"]).code(0);
    machine.sandbox.write(".env", &dotenv);
    for args in [
        &["-p", "other", "down", "-v"][..],
        &["--project-name=other", "up"],
        &["-f../other.yaml", "up"],
        &["--project-directory", "..", "kill"],
        &["--host=tcp://192.0.2.1", "ps", "down"],
    ] {
        machine.run(&[&["compose"], args].concat()).code(2).says("leads elsewhere");
    }
    machine.run(&["compose", "-p", "other", "ps"]).code(0);
}
