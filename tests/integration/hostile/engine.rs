//! Whose Docker, whose file: contexts, environments, an engine that delays, cuts, floods and lies.

mod cli;
mod fake;

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::{Run, Sandbox, docker_answers, local_images};
use fake::{Answer, Fake};

/// A learner at the step that scales, who had Docker until now.
fn at_scale(address: &str) -> Sandbox {
    let sandbox = Sandbox::started("06");
    sandbox.run(["goto", "scale-to-3"]).code(0);
    sandbox.with_env("DOCKER_HOST", address).kept_on_docker()
}

/// Runs it; what came of it, how long it took, and the most memory that it had, in MiB.
fn measured(sandbox: &Sandbox, args: &[&str]) -> (Run, Duration, u64) {
    let begun = Instant::now();
    let mut command = sandbox.command();
    let mut child =
        command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("it is ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(kib.unwrap_or(0) >> 10);
        assert!(begun.elapsed() < Duration::from_secs(120), "{args:?} hangs");
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let took = begun.elapsed();
    let output = child.wait_with_output().expect("its output");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) },
        took,
        most,
    )
}

/// A sick engine is named, in bounded time and memory, and nothing is called done.
#[test]
fn a_sick_engine_is_the_machines_fault_and_takes_neither_time_nor_memory() {
    for (what, answer) in fake::sick() {
        let fake = Fake::start(answer);
        let sandbox = at_scale(&fake.address());
        for args in [&["check"][..], &["status"], &["reset", "--all", "--yes"], &["doctor"]] {
            let (run, took, most) = measured(&sandbox, args);
            assert!(took < Duration::from_secs(60), "{what}: {args:?} took {took:?}");
            assert!(most < 200, "{what}: {args:?} took {most} MiB");
            let said = format!("{} {}", run.stdout, run.stderr);
            let folded = said.split_whitespace().collect::<String>();
            let named =
                folded.contains(&fake.address()) || folded.contains("Docker") || folded.contains("engine");
            assert!(named, "{what}: {args:?}: {run:?}");
            assert!(!said.contains('\u{1b}'), "{what}: {args:?}: {run:?}");
            if args[0] != "status" {
                assert_eq!(run.status, Some(3), "{what}: {args:?}: {run:?}");
            }
        }
    }
}

/// What an engine says in an error is shown without what would move a terminal's cursor.
#[test]
fn an_engines_words_cannot_paint_the_terminal() {
    let words = "\\u001b[2J\\u001b[31mno\\u202edaemon\\u0007";
    let fake = Fake::start(Answer::Error(500, words));
    let (run, ..) = measured(&at_scale(&fake.address()), &["check"]);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
}

#[test]
fn ten_thousand_containers_of_others_are_no_trouble() {
    let fake = Fake::start(Answer::Containers(10_000));
    let (run, took, most) = measured(&at_scale(&fake.address()), &["status"]);
    assert_eq!(run.status, Some(0), "{run:?}");
    assert!(took < Duration::from_secs(20) && most < 400, "{took:?}, {most} MiB");
}

/// An engine that lies about what is the workspace's own: what it names with a path in it is not
/// asked for elsewhere.
#[test]
fn an_id_is_never_a_path() {
    let fake = Fake::start(Answer::Lying);
    let sandbox = at_scale(&fake.address());
    let (run, ..) = measured(&sandbox, &["reset", "--all", "--yes"]);
    assert!(matches!(run.status, Some(0 | 3)), "{run:?}");
    let seen = fake.requests();
    assert!(seen.iter().all(|request| !request.contains("..")), "{seen:?}");
}

fn context(config: &Path, name: &str, host: &str) {
    let run = |args: &[&str]| {
        let mut docker = std::process::Command::new("docker");
        let docker =
            docker.env("DOCKER_CONFIG", config).env_remove("DOCKER_HOST").env_remove("DOCKER_CONTEXT");
        let output = docker.args(args).output().expect("docker");
        assert!(output.status.success(), "{output:?}");
    };
    run(&["context", "create", name, "--docker", &format!("host={host}")]);
    run(&["context", "use", name]);
}

/// One engine for both: what Compose changes is what is observed.
#[test]
fn the_context_that_docker_uses_is_the_one_that_is_looked_at() {
    if !docker_answers() {
        return;
    }
    let config = tempfile::tempdir().unwrap();
    let fake = Fake::start(Answer::Empty);
    context(config.path(), "mine", &fake.address());
    let config = config.path().to_str().unwrap().to_owned();
    let named = |name: &str, value: &str| {
        let sandbox = Sandbox::started("06").kept_on_docker();
        sandbox.with_env("DOCKER_CONFIG", config.as_str()).with_env(name, value)
    };
    // Chosen by `docker context use`, and named by the variable.
    for sandbox in [named("X", ""), named("DOCKER_CONTEXT", "mine")] {
        let before = fake.requests().len();
        sandbox.run(["status"]).code(0);
        assert!(fake.requests().len() > before, "the chosen engine was not asked");
        sandbox.run(["doctor"]).says(&fake.address());
    }
    // Set, the address counts before both.
    let before = fake.requests().len();
    named("DOCKER_HOST", "unix:///var/run/docker.sock").run(["status"]).code(0);
    assert_eq!(fake.requests().len(), before);
    for (name, value, words) in [
        ("DOCKER_CONTEXT", "gone", "there is no such context"),
        ("DOCKER_HOST", "ssh://learner@example.org", "unix:// and tcp://"),
        ("DOCKER_HOST", "tcp://127.0.0.1:1/base", "is no address of an engine"),
        ("DOCKER_TLS_VERIFY", "1", "TLS"),
    ] {
        let sandbox = named(name, value);
        let sandbox = if name == "DOCKER_TLS_VERIFY" {
            sandbox.with_env("DOCKER_HOST", "tcp://127.0.0.1:1")
        } else {
            sandbox
        };
        sandbox.run(["goto", "scale-to-3"]).code(0);
        sandbox.run(["check"]).code(3).says(words);
        sandbox.run(["start", "06", "--engine", "docker"]).code(3).says(words);
    }
}

/// Another project of the user's, whose name and file his shell exports.
#[test]
fn another_project_in_the_environment_is_never_touched() {
    if !docker_answers() {
        return;
    }
    let other = tempfile::tempdir().unwrap();
    let name = format!("other-{}", std::process::id());
    let image = std::env::var("NGINX_IMAGE").unwrap_or_else(|_| "workshop-nginx:local".into());
    let file = other.path().join("compose.yaml");
    let text = format!(
        "name: {name}\nservices:\n  web:\n    image: {image}\n    command: [sleep, '600']\n    volumes: [kept:/kept]\nvolumes:\n  kept:\n"
    );
    std::fs::write(&file, text).unwrap();
    let compose = |args: &[&str]| {
        let mut docker = std::process::Command::new("docker");
        let output =
            docker.arg("compose").args(args).current_dir(other.path()).output().expect("docker compose");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    compose(&["up", "-d"]);
    let id = compose(&["ps", "-q", "web"]);
    let sandbox = Sandbox::started("06").kept_on_docker();
    let sandbox = sandbox
        .with_env("COMPOSE_FILE", file.to_str().unwrap())
        .with_env("COMPOSE_PROJECT_NAME", name.as_str())
        .with_env("COMPOSE_PROFILES", "x")
        .with_env("COMPOSE_ENV_FILES", "/nonexistent");
    let run = |args: &[&str]| Run::of(local_images(sandbox.command().args(args)));
    run(&["doctor"]).says("unset COMPOSE_ENV_FILES COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME");
    run(&["compose", "ps", "-a"]).code(0);
    let run_compose = run(&["compose", "ps", "-a"]);
    assert!(!run_compose.stdout.contains(&name), "{run_compose:?}");
    for args in [
        &["compose", "-p", &name, "down", "-v"][..],
        &["compose", "--project-name", &name, "down"],
        &["compose", "-f", file.to_str().unwrap(), "down"],
        &["compose", "--project-directory", other.path().to_str().unwrap(), "down"],
    ] {
        run(args).code(3).says("leads elsewhere");
    }
    run(&["compose", "down", "-v", "--remove-orphans"]).code(0);
    run(&["reset", "--all", "--yes"]).code(0);
    assert_eq!(compose(&["ps", "-q", "web"]), id, "the other project's container is as it was");
    assert!(
        compose(&["volumes", "-q"]).contains("kept") || compose(&["config", "--volumes"]).contains("kept")
    );
    // Named by the workspace's own .env it is refused as well.
    sandbox.write(".env", format!("COMPOSE_FILE={}\n", file.display()));
    sandbox.run(["goto", "scale-to-3"]).code(0);
    run(&["compose", "down"]).code(3).says("does not lie in workshop/ itself");
    assert_eq!(compose(&["ps", "-q", "web"]), id);
    compose(&["down", "-v", "-t", "0"]);
}
