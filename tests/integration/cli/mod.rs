//! Every command from outside, without Docker: what it does, what it says, how it ends.

mod change;
mod engine;

pub(crate) mod foreign;
mod secrets;
mod words;

use std::time::{Duration, Instant};

use workshop::lesson::Catalog;

use crate::harness::Sandbox;

/// A folder where no Docker answers, whatever the machine has.
pub(crate) fn sandbox() -> Sandbox {
    Sandbox::new().without_docker()
}

/// Lesson 06 on a Docker that has gone since, its files copied, at the step `step`.
pub(crate) fn at_step(step: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    let sandbox = sandbox.kept_on_docker();
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["goto", step]).code(0);
    sandbox
}

/// The steps that change files and do nothing else, in the lesson's order.
pub(crate) fn edits() -> Vec<String> {
    let lesson = Catalog::Embedded.find("06").expect("the lesson");
    let steps = lesson.file.steps.into_iter();
    steps
        .filter(|step| step.edits().next().is_some() && step.runs().next().is_none())
        .map(|step| step.id)
        .collect()
}

#[test]
fn list_names_the_lessons_with_their_size() {
    let sandbox = sandbox();
    let run = sandbox.run(["list"]).code(0).says("06 Horizontal scaling").says("35 steps");
    assert!(run.stderr.is_empty(), "{run:?}");
    assert!(!sandbox.root().join(".workshop").exists(), "looking leaves nothing behind");
    let list = sandbox.run(["list", "--json"]).code(0).json();
    assert_eq!((&list["list"][0]["id"], &list["list"][0]["done"]), (&"06".into(), &().into()));
}

#[test]
fn a_lesson_is_started_by_any_of_its_names() {
    for name in ["06", "6", "06-horizontal-scaling"] {
        let sandbox = sandbox();
        let run = sandbox.run(["start", name]).code(0).says("Horizontal scaling").says("Step 1 of 35");
        assert!(run.stdout.contains("workshop apply"), "{name} says what to type next: {run:?}");
        assert!(!sandbox.path("").exists(), "starting copies nothing");
        let status = sandbox.run(["status", "--json"]).code(0).json();
        assert_eq!(status["status"]["lesson"], "06");
    }
}

#[test]
fn an_unknown_lesson_says_which_there_are() {
    let sandbox = sandbox();
    for name in ["99", "horizontal", "", "../06"] {
        sandbox.run(["start", name]).code(2).says("there is: 06").says("workshop list");
    }
    assert!(!sandbox.root().join(".workshop").exists());
}

#[test]
fn in_a_checkout_the_readme_in_workshop_is_no_work_of_the_learners() {
    let sandbox = sandbox();
    sandbox.write("README.md", "The learner's folder.\n");
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0).says("pass The app is in workshop/");
    assert!(sandbox.read("docker-compose.yml").contains("container_name"));
    sandbox.run(["undo"]).code(0);
    assert_eq!(sandbox.read("README.md"), "The learner's folder.\n");
    assert!(!sandbox.path("docker-compose.yml").exists());
}

#[test]
fn without_a_command_it_goes_on_where_the_learner_was() {
    let sandbox = sandbox();
    sandbox.run::<&str>([]).code(0).says("Horizontal scaling").says("workshop start 06");
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0);
    // Step 1 is passed, so it goes on with step 2; starting again does the same.
    sandbox.run::<&str>([]).code(0).says("Step 2 of 35");
    sandbox.run(["start", "06"]).code(0).says("Step 2 of 35");
    sandbox.run(["goto", "nginx-upstream"]).code(0).says("Step 17 of 35");
    sandbox.run::<&str>([]).code(0).says("Step 17 of 35");
}

#[test]
fn check_tells_pass_from_not_yet_and_steps_are_named_or_numbered() {
    let sandbox = at_step("remove-container-name");
    let run = sandbox
        .run(["check"])
        .code(1)
        .says("not yet The backend has no fixed name backend-has-no-container-name");
    let run = run.says("--> docker-compose.yml:12:5").says("workshop hint");
    assert!(run.stdout.contains("^^^^^^^^^^^^^^"), "a caret under the learner's own line: {run:?}");
    sandbox.run(["check", "--step", "copy-the-app"]).code(0).says("Step 1, Copy the app");
    sandbox.run(["check", "--step", "7", "--static"]).code(1).says("Step 7,").says("2 of 3 checks");
    for unknown in ["nope", "0", "36", "-1"] {
        sandbox.run(vec![format!("check"), format!("--step={unknown}")]).code(2).says("workshop status");
    }
    let all = sandbox.run(["check", "--all", "--static"]).code(1).says("not yet Lesson 06");
    assert!(all.stdout.contains("left out"), "what was not asked is said: {all:?}");
    // The current step needs no stack, so --all needs no Docker either.
    sandbox.run(["check", "--all"]).code(1);
    sandbox.run(["goto", "scale-to-3"]).code(0);
    sandbox.run(["check", "--all"]).code(3).says("unix:///nonexistent");
    sandbox.run(["check", "--all", "--static"]).code(1);
}

#[test]
fn every_edit_done_passes_every_static_check() {
    let sandbox = at_step("remove-container-name");
    for step in edits() {
        sandbox.run(["goto", &step]).code(0);
        sandbox.run(["check"]).code(1);
        sandbox.run(["apply", "--yes"]).code(0).says("workshop next");
        sandbox.run(["check"]).code(0);
    }
    for (id, choice) in [
        ("who-answers-the-name", "2"),
        ("which-order", "1"),
        ("which-method-for-slow-requests", "3"),
        ("where-compose-ends", "3"),
    ] {
        sandbox.run(["answer", id, choice]).code(0).says("right");
    }
    sandbox.run(["check", "--all", "--static"]).code(0).says("pass Lesson 06");
}

#[test]
fn hints_come_one_at_a_time_and_the_last_again() {
    let sandbox = at_step("remove-container-name");
    for wanted in ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"] {
        sandbox.run(["hint"]).code(0).says(wanted);
    }
    sandbox.run(["next", "--skip"]).code(0);
    sandbox.run(["hint"]).code(0).says("Hint 1 of");
}

#[test]
fn prompt_writes_the_prompt_and_nothing_else() {
    let sandbox = at_step("remove-container-name");
    let run = sandbox.run(["prompt"]).code(0);
    assert!(run.stderr.is_empty() && run.stdout.starts_with("First list all the steps"), "{run:?}");
    assert!(run.stdout.ends_with('\n') && !run.stdout.ends_with("\n\n"), "{run:?}");
    let ko = sandbox.run(["prompt", "--lang", "ko"]).code(0);
    assert!(ko.stdout.contains("container_name") && !ko.stdout.contains("Show me"), "{ko:?}");
    assert_eq!(sandbox.run(["prompt", "--json"]).code(0).json()["prompt"], run.stdout.trim_end());
    sandbox.run(["goto", "1"]).code(0);
    let none = sandbox.run(["prompt"]).code(2).says("no prompt");
    assert!(none.stdout.is_empty());
}

#[test]
fn questions_are_answered_by_id_and_number() {
    let sandbox = at_step("how-it-balances");
    sandbox.run(["check"]).code(1).says("not answered yet");
    sandbox.run(["answer"]).code(0).says("which-order");
    sandbox.run(["answer", "which-order"]).code(2).says("CHOICE");
    sandbox.run(["answer", "which-order", "2"]).code(1).says("not quite");
    sandbox.run(["answer", "which-order", "1"]).code(0).says("right");
    sandbox.run(["answer", "which-order", "9"]).code(2).says("from 1 to");
    sandbox.run(["answer", "which-order", "one"]).code(2).says("from 1 to");
    sandbox.run(["answer", "who-knows", "1"]).code(2).says("who-knows");
    sandbox.run(["answer", "three-healthy", "1"]).code(2).says("three-healthy");
    sandbox.run(["answer", "agent-mode", "네"]).code(0);
    sandbox.run(["check", "--step", "ai-assistant"]).code(0);
}

#[test]
fn next_is_refused_until_the_step_is_passed_or_skipped() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["next"]).code(1).says("not passed yet").says("workshop next --skip");
    sandbox.run(["status"]).code(0).says("> 1 open Copy the app");
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["next"]).code(0).says("Step 2 of 35");
    sandbox.run(["next"]).code(0).says("Step 3 of 35");
    sandbox.run(["next"]).code(1);
    sandbox.run(["next", "--skip"]).code(0).says("Step 4 of 35");
    sandbox.run(["status"]).code(0).says("- skipped Run it").says("> 4 open");
    let status = sandbox.run(["status", "--json"]).code(0).json();
    let states: Vec<_> = (0..4).map(|step| status["status"]["steps"][step]["state"].clone()).collect();
    assert_eq!(states, ["passed", "skipped", "skipped", "open"]);
    assert_eq!(
        status["status"]["replicas"],
        serde_json::json!([]),
        "an engine that is there, and nothing runs"
    );
    let status = sandbox.run(["status", "--json", "--engine", "docker"]).code(0).json();
    assert!(status["status"]["stack_error"].is_string() && status["status"]["replicas"].is_null());
}

#[test]
fn goto_takes_an_id_or_a_number_and_leaves_the_files() {
    let sandbox = at_step("23");
    sandbox.run(["status"]).code(0).says("> 23 open Scale to 3");
    let before = sandbox.read("docker-compose.yml");
    sandbox.run(["goto", "proxy-headers"]).code(0).says("Step 19 of 35");
    assert_eq!(sandbox.read("docker-compose.yml"), before);
    sandbox.run(["goto", "nowhere"]).code(2).says("nowhere").says("workshop status");
    sandbox.run(["goto", "0"]).code(2);
    sandbox.run(["status"]).code(0).says("> 19 open");
}

#[test]
fn commands_need_a_lesson_and_say_how_to_start_one() {
    let sandbox = sandbox();
    for command in ["check", "apply", "diff", "hint", "prompt", "next", "status", "reset", "undo"] {
        sandbox.run([command]).code(2).says("No lesson has been started here").says("workshop start 06");
    }
    assert!(!sandbox.root().join(".workshop").exists(), "and leave nothing behind");
}

#[test]
fn the_folder_is_found_from_inside_and_named_by_c() {
    let sandbox = at_step("remove-container-name");
    let inside = sandbox.path("backend/src");
    let run = crate::harness::Run::of(sandbox.command().current_dir(&inside).arg("check")).code(1);
    run.says("docker-compose.yml:12:5");
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = sandbox.command();
    command.current_dir(elsewhere.path()).arg("-C").arg(sandbox.root()).arg("status");
    crate::harness::Run::of(&mut command).code(0).says("Lesson 06");
    sandbox.run(["-C", "no/such/folder", "status"]).code(2).says("no/such/folder");
    let mut other = sandbox.command();
    other.arg("-C").arg(elsewhere.path()).arg("status");
    crate::harness::Run::of(&mut other).code(2).says("No lesson has been started here");
}

#[test]
fn doctor_without_docker_says_what_to_do() {
    // Whatever else runs on this machine, this port is free.
    let port = crate::docker::lab::free_port().to_string();
    let on_port = format!("port {port}");
    let sandbox = sandbox().with_env("FRONTEND_PORT", &port);
    for (lang, words) in [("en", "problem Docker engine"), ("ko", "Docker 엔진")] {
        let run = sandbox.run(["doctor", "--engine", "docker", "--lang", lang]).code(3);
        run.says(words).says("systemctl start docker");
    }
    // A lesson can be had without Docker, so what Docker lacks is no problem by itself.
    let run = sandbox.run(["doctor"]).code(0).says("note Docker engine").says("systemctl start docker");
    run.says("a lesson will run on embedded: no Docker (nothing answers at unix:///nonexistent)");
    let findings = sandbox.run(["doctor", "--json"]).code(0).json();
    assert_eq!(findings["findings"][0]["state"], "warning");
    assert!(findings["findings"][0]["fix"].is_string());
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["doctor"]).code(0).says("embedded, as when the lesson was started").says(&on_port);
    let sandbox = sandbox.kept_on_docker();
    let run = sandbox.run(["doctor"]).code(3).says("problem Docker engine").says("disk").says(&on_port);
    run.says("workshop start 06 --engine embedded");
    sandbox.run(["doctor", "--engine", "embedded"]).code(0).says("embedded, as you asked");
}

#[test]
fn compose_needs_files_first() {
    let sandbox = sandbox();
    sandbox.run(["compose", "ps"]).code(2).says("No lesson has been started");
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["compose", "ps"]).code(2).says("no files in workshop/ yet");
}

#[test]
fn a_lesson_is_held_to_its_rules() {
    sandbox().run(["validate"]).code(0).says("is sound (35 steps)");
    sandbox().run(["validate", "06"]).code(0);
    sandbox().run(["validate", "19"]).code(2).says("there is: 06");
}

#[test]
fn a_check_that_needs_no_stack_asks_no_docker() {
    // An engine that takes every call and never answers would hold it up for seconds.
    let sandbox = Sandbox::new();
    let socket = sandbox.root().join("docker.sock");
    let _held = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let sandbox = sandbox.with_env("DOCKER_HOST", format!("unix://{}", socket.display()));
    sandbox.run(["start", "06"]).code(0);
    let begun = Instant::now();
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["check", "--all", "--static"]).code(1);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}
