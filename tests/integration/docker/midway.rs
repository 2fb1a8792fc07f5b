//! A lesson that begins in the middle: the files and the stack that a step starts from are built,
//! what runs is told, and `reset` takes all of it away again.

use super::lab::Lab;
use super::outside::{docker, shares};
use crate::harness::Run;

#[test]
fn begun_at_scale_to_5_the_stack_of_three_is_there_and_the_lesson_goes_on() {
    let Some(lab) = Lab::at("scale-to-5") else { return };
    assert_eq!((lab.of("backend").len(), lab.of("frontend").len()), (3, 1));
    assert!(lab.sandbox.read("frontend/nginx.conf").contains("resolve"));
    status_tells_what_runs(&lab);
    lab.check("scale-to-5", "five-healthy").not_yet(&["3 replicas of backend are there, not 5", "backend-3"]);
    compose_speaks_for_itself(&lab);
    lab.run(["apply", "--yes"]).code(0);
    assert_eq!(shares(&lab.url("/api/posts"), 30).len(), 5);
    lab.run(["check"]).code(0);
    let undone = lab.run(["reset", "--yes"]).code(0);
    assert!(undone.stdout.contains(&lab.replica("backend-5")), "it says what goes: {}", undone.stdout);
    assert_eq!(lab.left(), Vec::<String>::new());
    lab.run(["status"]).code(0).says("Nothing is running");
    lab.run(["check"]).code(1).says("nothing runs in this workspace yet");
}

fn status_tells_what_runs(lab: &Lab) {
    let status = lab.run(["status", "--json"]).code(0).json();
    let replicas = status["status"]["replicas"].as_array().cloned().unwrap_or_default();
    let label = |one: &serde_json::Value| one["label"].as_str().unwrap_or_default().to_owned();
    let labels: Vec<String> = replicas.iter().map(label).collect();
    assert_eq!(labels, ["backend-1", "backend-2", "backend-3", "frontend-1"]);
    assert_eq!(replicas[3]["published"], serde_json::json!([lab.port]));
    lab.run(["status"]).code(0).says("backend-3").says(&lab.port.to_string());
    // One that does not run is told as it is.
    docker(&["pause", &lab.replica("backend-2")]);
    let status = lab.run(["status", "--json"]).code(0).json();
    docker(&["unpause", &lab.replica("backend-2")]);
    assert_eq!(status["status"]["replicas"][1]["state"], "paused");
}

/// Output and exit code are Compose's own.
fn compose_speaks_for_itself(lab: &Lab) {
    for args in [
        vec!["ps", "-q"],
        vec!["ps", "--services"],
        vec!["ps", "no-such-service"],
        vec!["ps", "--no-such-option"],
        vec!["exec", "-T", "frontend", "sh", "-c", "echo from inside; exit 7"],
    ] {
        let theirs = Run::of(&mut lab.by_hand(&args));
        let ours = lab.run([&["compose"], args.as_slice()].concat());
        assert_eq!((ours.status, ours.stdout), (theirs.status, theirs.stdout), "{args:?}");
        assert_eq!(ours.stderr.is_empty(), theirs.stderr.is_empty(), "{args:?}: {}", ours.stderr);
    }
}
