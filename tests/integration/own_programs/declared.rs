//! What a lesson says of its own program: held to its rules, and agreed to before anything runs.

use super::{Stall, TOML};

#[test]
fn nothing_of_it_runs_before_somebody_agrees() {
    let stall = Stall::new();
    let asked = stall.run(["start", "10", "--engine", "embedded"]).code(2);
    let asked = asked.says("runs a program of this machine: python3 -u app.py (for app)");
    asked.says("http://localhost:8000/health')\" (for app)").says("--agree");
    let asked = stall.run(["start", "10", "--engine", "embedded", "--yes"]);
    asked.code(2).says("--yes does not give it");
    assert_eq!(stall.programs(), Vec::<u32>::new());

    // What was agreed to is the command as it stood.
    stall.open();
    stall.put(TOML, "\"-u\", \"app.py\"", "\"-u\", \"-B\", \"app.py\"");
    let again = stall.run(["check"]).code(2);
    again.says("runs a program of this machine: python3 -u -B app.py (for app)");
}

#[test]
fn a_command_inside_of_it_is_one_of_this_machine() {
    let stall = Stall::new();
    let check = "[[steps.checks]]\nid = \"says-one\"\n\
                 command = { in = \"app\", run = [\"python3\", \"-c\", \"print(1)\"], output = \"1\" }\n\n\
                 [[steps.checks]]\nid = \"page-answers\"";
    stall.put(TOML, "[[steps.checks]]\nid = \"page-answers\"", check);
    let asked = stall.run(["start", "10", "--engine", "embedded"]).code(2);
    asked.says("runs a program of this machine: python3 -c 'print(1)' (for app)");
    stall.open();
    stall.run(["check", "--json"]).code(0).says("says-one");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (from, to, says) in [
        (
            "[\"python3\", \"-u\"",
            "[\"/usr/bin/python3\", \"-u\"",
            "lesson.toml:27:11: command begins with the name",
        ),
        ("python3 = \">=3.8\"", "pyton3 = \">=3.8\"", "(did you mean python3?)"),
        ("python3 = \">=3.8\"", "python3 = \"newest\"", "lesson.toml:28:21: \"newest\" is no version"),
        (
            "names = [\"REDIS_URL\"]",
            "names = [\"LD_PRELOAD\"]",
            "lesson.toml:30:10: \"LD_PRELOAD\" cannot be",
        ),
        ("names = [\"REDIS_URL\"]", "nmes = [\"REDIS_URL\"]", "lesson.toml:30:1:"),
        ("[embedded.app]", "[embedded.shop]", "no program stands for the service app"),
    ] {
        let stall = Stall::new();
        stall.put(TOML, from, to);
        stall.run(["validate", "10"]).code(4).says(says);
    }
}
