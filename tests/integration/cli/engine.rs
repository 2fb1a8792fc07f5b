//! The engine that a lesson runs on: taken by itself, insisted on, kept, changed, and the words in
//! which its commands are shown.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::foreign::lessons;
use super::sandbox;
use crate::harness::{Run, Sandbox, docker_answers};

#[track_caller]
fn kept(sandbox: &Sandbox) -> Value {
    sandbox.run(["status", "--json"]).code(0).json()["status"]["engine"].clone()
}

fn progress(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join(".workshop/progress.json")
}

#[test]
fn without_docker_the_lesson_runs_as_processes_and_says_why() {
    for (lang, why, words) in [
        ("en", "nothing answers at unix:///nonexistent", "so the stack runs as processes of this machine"),
        ("ko", "unix:///nonexistent에서 응답 없음", "이 컴퓨터의 프로세스로 실행합니다"),
    ] {
        let sandbox = sandbox();
        let run = sandbox.run(["start", "06", "--lang", lang]).code(0).says(why).says(words);
        run.says("--engine docker").says("workshop doctor").says("workshop compose");
        assert_eq!(kept(&sandbox), "embedded");
        sandbox.run(["status"]).code(0).says("embedded (");
        let again = sandbox.run(["start", "06"]).code(0);
        assert!(!again.stdout.contains(why), "said once: {again:?}");
    }
}

#[test]
fn docker_that_is_insisted_on_and_is_not_there_is_the_machines_fault() {
    let sandbox = sandbox();
    let run = sandbox.run(["start", "06", "--engine", "docker"]).code(3);
    run.says("does not answer at unix:///nonexistent").says("workshop doctor");
    assert!(!sandbox.root().join(".workshop").exists(), "nothing was begun");
    // Something that takes the call and never answers is not waited for.
    let socket = sandbox.root().join("docker.sock");
    let _held = UnixListener::bind(&socket).unwrap();
    let begun = std::time::Instant::now();
    let mut command = sandbox.command();
    command.args(["start", "06"]).env("DOCKER_HOST", format!("unix://{}", socket.display()));
    Run::of(&mut command).code(0).says("no answer within 2 seconds");
    assert!(begun.elapsed() < std::time::Duration::from_secs(6), "{:?}", begun.elapsed());
}

/// Nobody has such a registry, whatever the machine reaches.
const NOWHERE: &str = "registry.invalid/nosuch/nginx:1";

#[test]
fn docker_without_its_images_gives_way_and_is_refused_when_insisted_on() {
    if !docker_answers() {
        return;
    }
    let sandbox = Sandbox::new().with_env("NGINX_IMAGE", NOWHERE).with_env("BACKEND_PROGRAM", NOWHERE);
    let run = sandbox.run(["start", "06", "--engine", "docker"]).code(3);
    let run = run.says(NOWHERE).says("cannot be pulled").says("the registry cannot be reached");
    assert!(!run.stderr.contains("rust:1-slim"), "not needed beside BACKEND_PROGRAM: {run:?}");
    assert!(!sandbox.root().join(".workshop").exists());
    let run = sandbox.run(["start", "06"]).code(0).says("so the stack runs as processes of this machine");
    run.says(&format!("the base image {NOWHERE} is not here and cannot be pulled"));
    assert_eq!(kept(&sandbox), "embedded");
    let doctor = sandbox.run(["doctor", "--engine", "docker"]).code(3).says("problem engine");
    doctor.says("cannot be pulled now");
}

#[test]
fn an_engine_that_the_lesson_does_not_list_is_refused_with_those_it_has() {
    let sandbox = sandbox();
    let only = |engine: &str| {
        let list = format!("engines = [\"{engine}\"]");
        lessons(&sandbox, |text| text.replace("engines = [\"docker\", \"embedded\"]", &list))
    };
    let docker = only("docker");
    let docker = docker.to_str().unwrap();
    let run = sandbox.run(["start", "06", "--yes", "--lessons", docker, "--engine", "embedded"]).code(2);
    run.says("Lesson 06 does not run on embedded").says("it runs on: docker");
    // With nothing else to take, the one that it has is insisted on.
    sandbox.run(["start", "06", "--yes", "--lessons", docker]).code(3).says("unix:///nonexistent");
    let embedded = only("embedded");
    let embedded = embedded.to_str().unwrap();
    let run = sandbox.run_agreed(["start", "06", "--lessons", embedded]).code(0);
    assert!(!run.stdout.contains("Docker cannot be used"), "there was nothing to choose: {run:?}");
    sandbox.run(["check", "--lessons", embedded, "--engine", "docker"]).code(2).says("it runs on: embedded");
    sandbox.run(["doctor", "--lessons", embedded, "--engine", "docker"]).code(2);
}

#[test]
fn the_kept_engine_holds_until_another_is_started_and_an_option_for_one_command() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["goto", "scale-to-3"]).code(0);
    let run = sandbox.run(["check", "--engine", "docker"]);
    run.code(3).says("unix:///nonexistent");
    assert_eq!(kept(&sandbox), "embedded");
    let sandbox = sandbox.kept_on_docker();
    assert_eq!(kept(&sandbox), "docker");
    // What that Docker had cannot be seen, which is said.
    let run = sandbox.run(["start", "06", "--engine", "embedded"]).code(0);
    run.says("runs on embedded from now on, no longer on docker").says("could not be seen");
    assert_eq!(kept(&sandbox), "embedded");
    sandbox.run(["start", "06", "--engine", "docker"]).code(3);
    assert_eq!(kept(&sandbox), "embedded", "what cannot be had is not taken");
}

#[test]
fn a_progress_of_an_older_program_means_docker() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    let old = r#"{"format":1,"lesson":"06","engine":null,"step":"remove-container-name","steps":{}}"#;
    std::fs::write(progress(&sandbox), old).unwrap();
    assert_eq!(kept(&sandbox), "docker");
    sandbox.run(["hint"]).code(0);
    let saved: Value = serde_json::from_slice(&std::fs::read(progress(&sandbox)).unwrap()).unwrap();
    assert_eq!((&saved["format"], &saved["engine"]), (&3.into(), &"docker".into()));
    let newer = r#"{"format":4,"lesson":"06","engine":"swarm","step":"remove-container-name"}"#;
    std::fs::write(progress(&sandbox), newer).unwrap();
    sandbox.run(["status"]).code(3).says("newer version");
    assert_eq!(std::fs::read_to_string(progress(&sandbox)).unwrap(), newer);
}

#[test]
fn commands_are_shown_in_the_words_of_the_engine() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0);
    let env = sandbox.read(".env");
    let project = env.lines().find_map(|line| line.strip_prefix("COMPOSE_PROJECT_NAME=")).expect("a name");
    for lang in ["en", "ko"] {
        for (step, ours, theirs) in [
            (
                "scale-to-3",
                "workshop compose up -d --build --scale backend=3",
                "docker compose up -d --build --scale backend=3",
            ),
            ("restart-one", "workshop compose restart --index 1 backend", "docker restart PROJECT-backend-1"),
            ("lose-one", "workshop compose kill --index 1 backend", "docker kill PROJECT-backend-1"),
        ] {
            sandbox.run(["goto", step, "--lang", lang]).code(0).says(ours);
            let theirs = theirs.replace("PROJECT", project);
            let view = |args: &[&str]| sandbox.run(args).code(0).json()["step"]["commands"][0].clone();
            assert_eq!(view(&["goto", step, "--json"]), ours);
            assert_eq!(view(&["goto", step, "--json", "--engine", "docker"]), theirs);
        }
        // Nothing that a learner would type is left: texts, hints and prompts.
        for number in 1..=35 {
            let run = sandbox.run(["goto", &number.to_string(), "--lang", lang]).code(0);
            let mut all = run.stdout;
            for _ in 0..4 {
                all.push_str(&sandbox.run(["hint", "--lang", lang]).code(0).stdout);
            }
            all.push_str(&sandbox.run(["prompt", "--lang", lang]).stdout);
            for line in all.lines().filter(|line| line.contains("docker compose ")) {
                assert!(line.contains("# "), "a quoted comment at most: {number}: {line}");
            }
        }
    }
}

/// The embedded engine's own image list is empty: no base image is ever asked for.
#[test]
fn a_folder_without_any_docker_program_needs_none() {
    let sandbox = sandbox();
    let mut command = sandbox.command();
    command.args(["start", "06"]).env("PATH", Path::new("/nonexistent"));
    Run::of(&mut command).code(0).says("so the stack runs as processes of this machine");
}
