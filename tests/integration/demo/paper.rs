//! The demo on paper: its script, and what is said where it cannot be played.

use unicode_width::UnicodeWidthStr;

use crate::harness::Sandbox;

#[test]
fn the_script_names_every_step_and_does_nothing() {
    let sandbox = Sandbox::new().without_docker();
    let run = sandbox.run(["demo", "06", "--dry-run"]).code(0);
    assert!(run.stdout.lines().all(|line| line.width() <= 80), "{run:?}");
    let run = run.says("1 Copy the app copy-the-app · about 2 min copies 53 files");
    let run = run
        .says("docker-compose.yml +1 −2")
        .says("- container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend");
    let run = run.says("$ docker compose up -d --build --scale backend=3");
    let run = run.says("6 requests, as a browser sends them");
    let run = run.says("questions: who-answers-the-name, which-order");
    let run = run.says("checks: nothing-is-left");
    let json = sandbox.run(["demo", "06", "--dry-run", "--json"]).code(0).json();
    let minutes: u64 =
        json["steps"].as_array().unwrap().iter().map(|step| step["minutes"].as_u64().unwrap()).sum();
    assert_eq!(json["minutes"], minutes);
    run.says(&format!("35 steps, {minutes} min planned"));
    let part = ["demo", "06", "--dry-run", "--from", "26", "--to", "scale-to-2", "--lang", "ko"];
    let run = sandbox.run(part.iter().chain(&["--engine", "embedded"])).code(0);
    let run = run.says("$ workshop compose up -d --scale backend=5").says("2단계, 계획 7분");
    assert!(!run.stdout.contains("backend=3"), "{run:?}");
    assert!(!sandbox.root().join(".workshop").exists());
}

#[test]
fn what_cannot_be_played_is_said_before_anything_is_done() {
    let sandbox = Sandbox::new().without_docker();
    for (args, words) in [
        (&["demo", "06", "--pace", "quick"][..], "slow, normal, fast, or a factor"),
        (&["demo", "06", "--auto", "--pace", "2"], "cannot be used together"),
        (&["demo", "06", "--dry-run", "--record", "x"], "cannot be used together"),
        (&["demo", "--speed", "2"], "Missing: "),
        (&["demo"], "Missing: "),
        (&["notes", "99"], "there is: 06, 07, 08"),
    ] {
        sandbox.run(args).code(2).says(words);
    }
    assert_eq!(std::fs::read_dir(sandbox.root()).unwrap().count(), 0);
}
