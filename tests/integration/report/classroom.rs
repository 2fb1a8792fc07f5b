//! `check --format classroom`: the result that a grader hands on, and its points.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::at_step;
use crate::harness::{Run, Sandbox, copy_tree};

/// The result of a run, held to its schema and to what the reporter does with it: it adds the
/// scores up and reads every test's status.
#[track_caller]
fn result(run: &Run) -> Value {
    let schema = include_str!("../../../docs/classroom-result.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert_eq!(run.stdout.lines().count(), 1, "one object on one line: {run:?}");
    let result = run.json();
    let faults: Vec<String> =
        schema.iter_errors(&result).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{result:#}");
    let most = result["max_score"].as_u64().unwrap();
    assert!(score(&result) <= most && (result["status"] != "pass" || score(&result) == most), "{result:#}");
    result
}

fn score(result: &Value) -> u64 {
    result["tests"].as_array().unwrap().iter().map(|test| test["score"].as_u64().unwrap()).sum()
}

#[test]
fn a_check_is_a_test_with_a_score_and_the_learners_line() {
    let cases =
        [("copy-the-app", 0, "pass"), ("remove-container-name", 1, "fail"), ("scale-to-3", 3, "error")];
    for (step, code, status) in cases {
        let sandbox = at_step(step);
        for lang in ["en", "ko"] {
            let run = sandbox.run(["check", "--format", "classroom", "--lang", lang]).code(code);
            let result = result(&run);
            assert_eq!(result["status"], status, "{result:#}");
            assert_eq!(result["max_score"], result["tests"].as_array().unwrap().len(), "a point each");
        }
    }
    let run = at_step("remove-container-name").run(["check", "--format", "classroom"]).code(1);
    let mut result = result(&run);
    result["tests"][0]["duration"].take();
    assert_eq!(
        result["tests"],
        json!([{
            "name": "The backend has no fixed name",
            "status": "fail",
            "score": 0,
            "message": "services.backend.container_name is still there\n\
                        docker-compose.yml:12:5: container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n\
                        expected: no services.backend.container_name\n\
                        observed: container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
            "test_code": "workshop check --step remove-container-name",
            "filename": "workshop/docker-compose.yml",
            "line_no": 12,
            "duration": null,
        }])
    );
}

#[test]
fn questions_and_what_is_optional_are_not_graded() {
    let sandbox = at_step("remove-container-name");
    let all = result(&sandbox.run(["check", "--all", "--static", "--format", "classroom"]).code(1));
    let tests = all["tests"].as_array().unwrap();
    for step in ["ai-assistant", "how-it-balances"] {
        let of_step = |test: &&Value| test["test_code"].as_str().unwrap().ends_with(step);
        assert_eq!(tests.iter().filter(of_step).count(), 0, "{step}: {all:#}");
    }
    let mark = score(&all);
    sandbox.run(["apply", "--yes"]).code(0);
    let better = result(&sandbox.run(["check", "--all", "--static", "--format", "classroom"]).code(1));
    assert_eq!((score(&better), &better["max_score"]), (mark + 1, &all["max_score"]));
}

#[test]
fn a_lesson_says_what_its_checks_are_worth() {
    let course = tempfile::tempdir().unwrap();
    for part in ["lessons/06-horizontal-scaling", "complete/step-05", "complete/step-06"] {
        std::fs::create_dir_all(course.path().join(part)).unwrap();
        copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(part), &course.path().join(part));
    }
    let file = course.path().join("lessons/06-horizontal-scaling/lesson.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    for (id, points) in [("backend-has-no-container-name", 20), ("frontend-is-single", 0)] {
        assert!(text.contains(&format!("id = \"{id}\"")));
        let text = std::fs::read_to_string(&file).unwrap();
        let worth = format!("id = \"{id}\"\npoints = {points}");
        std::fs::write(&file, text.replace(&format!("id = \"{id}\""), &worth)).unwrap();
    }
    let sandbox = at_step("remove-container-name");
    let plain = result(&sandbox.run(["check", "--all", "--static", "--format", "classroom"]));
    let lessons = course.path().to_str().unwrap();
    let args = ["--lessons", lessons, "check", "--all", "--static", "--format", "classroom"];
    let worth = result(&sandbox.run(args));
    let of = |result: &Value| result["max_score"].as_u64().unwrap();
    assert_eq!(of(&worth), of(&plain) + 20 - 1 - 1, "{worth:#}");
}

#[test]
fn what_could_not_be_checked_is_one_test_in_error() {
    let run = Sandbox::new().without_docker().run(["check", "--format", "classroom"]).code(2);
    let result = result(&run);
    assert_eq!((&result["status"], &result["max_score"]), (&json!("error"), &json!(0)));
    assert!(!run.stderr.is_empty() && result["tests"][0]["message"].is_string(), "{run:?}");
}

#[test]
fn a_learners_text_is_text() {
    let sandbox = at_step("remove-container-name");
    let spoiled =
        sandbox.read("docker-compose.yml").replace("contoso-backend", "\"<b>\\e[31m 안녕 \u{202e}\"");
    sandbox.write("docker-compose.yml", spoiled);
    let run = sandbox.run(["check", "--format", "classroom"]).code(1).says("안녕");
    result(&run);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{run:?}");
}
