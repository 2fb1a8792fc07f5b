//! `workshop import` and `workshop explain` from outside: a tutorial becomes a lesson that plays.

use std::path::Path;

use super::Course;

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/import").join(name).display().to_string()
}

/// Imported into a course, where every check of it fails before its step and passes after.
#[track_caller]
fn plays(format: &str, says: &[&str]) {
    let course = Course::empty();
    let mut run = course.sandbox.run(["import", format, &fixture(format), "-o", "."]).code(0);
    for said in says {
        run = run.says(said);
    }
    course.validate().code(0);
    course.test(&["01"]).code(0).says("take-it-down");
}

#[test]
fn a_labspace_becomes_a_lesson_that_plays() {
    plays(
        "labspace",
        &[
            "labspace/docs/01-up.md:23: `curl http://localhost:8080 --silent` stays a text",
            "::variableDefinition[name]",
        ],
    );
}

#[test]
fn a_scenario_becomes_a_lesson_that_plays() {
    plays(
        "killercoda",
        &["index.json:5: \"background\" (setup.sh)", "hello/verify.sh:1: the test (2 lines)"],
    );
}

#[test]
fn a_tutorial_that_is_none_is_refused_and_nothing_is_written() {
    let course = Course::empty();
    course.write("other/index.json", "{ \"title\": }");
    course.sandbox.run(["import", "killercoda", "other"]).code(2).says("index.json:1");
    course.sandbox.run(["import", "labspace", "other"]).code(2).says("labspace.yaml");
    course.sandbox.run(["import", "labspace", "nowhere"]).code(2).says("no folder nowhere");
    assert!(!course.path("lessons").exists());
}

#[test]
fn a_kind_and_a_key_are_explained_in_both_languages() {
    let course = Course::empty();
    let run = |args: &[&str]| course.sandbox.run(["explain"].iter().chain(args));
    run(&["replicas"])
        .code(0)
        .says("Exactly so many replicas of each of the services run and are ready.")
        .says("equals");
    run(&["replicas", "--lang", "ko"]).code(0).says("레플리카가 정확히 이만큼");
    run(&["edit"]).code(0).says("unified diff");
    run(&["replicsa"]).code(2).says("did you mean replicas?");
    let list = run(&[]).code(0).says("nothing_left").says("workshop explain KIND");
    drop(list);
    let said = run(&["tree", "--json"]).code(0).json();
    let topic = &said["reference"][0];
    assert_eq!(topic["name"], "tree");
    assert!(topic["examples"][0].as_str().is_some_and(|example| example.starts_with("tree = {")), "{topic}");
}

#[test]
fn a_lesson_that_writes_its_compose_file_itself_plays() {
    let course = Course::empty();
    course.write(
        "from/labspace.yaml",
        "title: From nothing\nsections:\n  - { title: Write it, contentPath: a.md }\n",
    );
    course.write(
        "from/a.md",
        "```yaml save-as=compose.yaml\nservices:\n  web:\n    image: ${NGINX_IMAGE:-nginx:alpine}\n    \
         ports: [\"127.0.0.1:${WEB_PORT:-8080}:80\"]\n```\n\n```bash\ndocker compose up -d\n```\n",
    );
    course.sandbox.run(["import", "labspace", "from"]).code(0).says("Everything of the tutorial has a place");
    course.validate().code(0);
    course.test(&["01"]).code(0).says("take-it-down");
}
