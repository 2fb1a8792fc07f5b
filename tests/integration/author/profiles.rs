//! A lesson whose stack has a service that a profile keeps back, until a command turns it on.

use super::{Course, TOML};

/// The shop with a second server that the profile `extra` turns on.
fn course() -> Course {
    let course = Course::new();
    let compose = "complete/shop/docker-compose.yml";
    let spare = "services:\n  spare:\n    image: ${NGINX_IMAGE:-nginx:alpine}\n    profiles: [extra]\n";
    course.change(compose, "services:\n", spare);
    course.change(TOML, "[embedded]\n", "[embedded]\nspare = \"nginx\"\n");
    course
}

/// Turns it on in a step of its own, and takes all of it down at the end.
fn with_a_command(course: &Course) {
    course.author(&["insert", "spare", "--before", "take-it-down"]).code(0);
    course.change(
        TOML,
        "id = \"spare\"\n",
        "id = \"spare\"\nrun = [\"docker compose --profile extra up -d\"]\n",
    );
    course.change(TOML, "confirm = {}", "replicas = { service = \"spare\", equals = 1 }\nwithin = \"20s\"");
    course.change(TOML, "compose down", "compose --profile extra down");
}

#[test]
fn a_command_turns_it_on_and_a_state_is_built_with_it() {
    let course = course();
    with_a_command(&course);
    course.validate().code(0);
    course.test(&[]).code(0).says("exactly 1 replica of spare runs").says("5 of 5 steps passed");
    // Without the profile it would be left.
    course.change(TOML, "compose --profile extra down", "compose down");
    course.test(&[]).code(4);
    course.change(TOML, "compose down", "compose --profile extra down");
    // A demo that begins behind it has it, whatever the last `up` says.
    let more = "id = \"again\"\nrun = [\"docker compose up -d\", \"docker compose up -d --wait\"]\n";
    course.author(&["insert", "again", "--after", "spare"]).code(0);
    course.change(TOML, "id = \"again\"\n", more);
    course.change(TOML, "confirm = {}", "replicas = { service = \"spare\", equals = 1 }");
    course.author(&["insert", "look", "--after", "again"]).code(0);
    course.change(TOML, "id = \"look\"\n", "id = \"look\"\nrun = [\"docker compose ps\"]\n");
    course.change(TOML, "confirm = {}", "logs = { service = \"spare\" }");
    let demo = crate::harness::agreed(|more| {
        let args = ["demo", "01", "--auto", "--engine", "embedded", "--from", "look", "--lessons", "."];
        course.sandbox.run(args.iter().map(|arg| (*arg).to_owned()).chain(more.iter().cloned()))
    });
    demo.code(0).says("workshop compose --profile extra up -d").says("2 of 2 steps passed");
}

#[test]
fn a_variable_of_its_start_turns_it_on() {
    let course = course();
    course.write("complete/shop/.env", "COMPOSE_PROFILES=extra\n");
    course.change(
        TOML,
        "[[steps.checks]]\nid = \"web-runs\"",
        "[[steps.checks]]\nid = \"spare-runs\"\nreplicas = { service = \"spare\", equals = 1 }\nwithin = \"20s\"\n\n\
         [[steps.checks]]\nid = \"web-runs\"",
    );
    for lang in ["ko", "en"] {
        let file = format!("lessons/01-shop/{lang}.md");
        course.change(&file, "- `web-runs`", "- `spare-runs`: **The spare runs.** It is on.\n- `web-runs`");
    }
    course.validate().code(0);
    course.test(&[]).code(0).says("The spare runs");
    // What leads elsewhere is another matter.
    course.write("complete/shop/.env", "COMPOSE_PROFILES=extra\nCOMPOSE_FILE=other.yml\n");
    course.validate().code(4).says("COMPOSE_FILE");
}

#[test]
fn one_that_is_turned_on_needs_its_program() {
    let course = course();
    course.change(TOML, "spare = \"nginx\"\n", "");
    course.validate().code(0);
    with_a_command(&course);
    course.validate().code(4).says("spare");
}
