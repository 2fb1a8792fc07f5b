//! What is printed: for machines held to its schema, for people held to its width.

mod classroom;
mod github;

use std::process::{Command, Stdio};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::cli::at_step;
use crate::harness::{Run, Sandbox};

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../../docs/check-report.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

#[track_caller]
pub(crate) fn held_to_schema(run: &Run) -> Value {
    assert_eq!(run.stdout.trim_end().lines().count(), 1, "one object on one line: {run:?}");
    let report = run.json();
    let faults: Vec<String> =
        schema().iter_errors(&report).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{report:#}");
    report
}

#[test]
fn check_as_json_keeps_to_its_schema_and_agrees_with_the_exit_code() {
    let cases: [(&str, &[&str], i32, &str); 5] = [
        ("copy-the-app", &[], 0, "pass"),
        ("remove-container-name", &[], 1, "not_yet"),
        ("remove-container-name", &["--all", "--static"], 1, "not_yet"),
        ("scale-to-3", &[], 3, "environment"),
        ("scale-to-3", &["--static"], 0, "pass"),
    ];
    for (step, args, code, verdict) in cases {
        let sandbox = at_step(step);
        for lang in ["en", "ko"] {
            for json in [&["--json"][..], &["--format", "json"]] {
                let all = [&["check", "--lang", lang], args, json].concat();
                let run = sandbox.run(&all).code(code);
                let report = held_to_schema(&run);
                assert_eq!(report["verdict"], verdict, "{all:?}: {report:#}");
                assert!(run.stderr.is_empty(), "{run:?}");
                agrees(&report);
            }
        }
    }
}

/// The worst verdict of the checks is the step's, and the worst of those the report's.
#[track_caller]
fn agrees(report: &Value) {
    let rank =
        |verdict: &Value| ["pass", "not_yet", "environment"].iter().position(|one| verdict == one).unwrap();
    let steps = report["steps"].as_array().unwrap();
    let worst = |items: &[Value]| items.iter().map(|item| rank(&item["verdict"])).max().unwrap_or(0);
    for step in steps {
        assert_eq!(rank(&step["verdict"]), worst(step["checks"].as_array().unwrap()), "{step:#}");
    }
    let needed: Vec<Value> = steps.iter().filter(|step| step["id"] != "ai-assistant").cloned().collect();
    assert_eq!(rank(&report["verdict"]), worst(&needed), "{report:#}");
}

#[test]
fn both_languages_say_the_same_but_for_the_words() {
    let sandbox = at_step("unpublish-backend");
    let told = |lang: &str| {
        let mut report = sandbox.run(["check", "--json", "--lang", lang]).code(1).json();
        let mut words = Vec::new();
        for check in report["steps"][0]["checks"].as_array_mut().unwrap() {
            for key in ["title", "proves", "message", "expected"] {
                words.push(check[key].take());
            }
            check["ms"].take();
        }
        (report["steps"].take(), words)
    };
    let ((english, in_english), (korean, in_korean)) = (told("en"), told("ko"));
    assert_eq!(english, korean);
    assert_ne!(in_english, in_korean);
    let found = &english[0]["checks"][0];
    assert_eq!((&found["file"], &found["line"]), (&"docker-compose.yml".into(), &14.into()));
}

#[test]
fn a_check_that_could_not_be_made_is_json_too() {
    let sandbox = Sandbox::new().without_docker();
    let report = held_to_schema(&sandbox.run(["check", "--json"]).code(2));
    assert_eq!((&report["error"]["exit"], &report["verdict"]), (&2.into(), &Value::Null));
    let sandbox = at_step("remove-container-name");
    let report = held_to_schema(&sandbox.run(["check", "--json", "--step", "nope"]).code(2));
    assert!(report["error"]["next"].is_string(), "{report:#}");
}

#[test]
fn every_other_command_answers_with_one_object() {
    let sandbox = at_step("remove-container-name");
    let cases: [(&[&str], i32, &str); 12] = [
        (&["list"], 0, "list"),
        (&["start", "06"], 0, "step"),
        (&[], 0, "step"),
        (&["status"], 0, "status"),
        (&["hint"], 0, "hint"),
        (&["prompt"], 0, "prompt"),
        (&["diff"], 0, "diff"),
        (&["doctor"], 3, "findings"),
        (&["apply"], 2, "error"),
        (&["apply", "--yes"], 0, "diff"),
        (&["next"], 0, "step"),
        (&["reset", "--all", "--yes"], 3, "reset"),
    ];
    for (args, code, key) in cases {
        let run = sandbox.run([args, &["--json"]].concat()).code(code);
        assert_eq!(run.stdout.trim_end().lines().count(), 1, "{args:?}: {run:?}");
        let object = run.json();
        assert!(object["format"] == 1 && !object[key].is_null(), "{args:?} has {key}: {object:#}");
    }
}

#[test]
fn junit_is_xml_with_a_failure_for_not_yet_and_an_error_for_the_machine() {
    let kinds =
        [("remove-container-name", 1, "failure"), ("scale-to-3", 3, "error"), ("copy-the-app", 0, "none")];
    for (step, code, wanted) in kinds {
        let sandbox = at_step(step);
        for lang in ["en", "ko"] {
            let run = sandbox.run(["check", "--format", "junit", "--lang", lang]).code(code);
            let xml =
                roxmltree::Document::parse(&run.stdout).unwrap_or_else(|fault| panic!("{fault}: {run:?}"));
            let named = |name: &str| xml.descendants().filter(|node| node.has_tag_name(name)).count();
            assert!(named("testcase") > 0 && named("testsuite") == 1, "{run:?}");
            for kind in ["failure", "error"] {
                assert_eq!(named(kind) > 0, kind == wanted, "{step}, {kind}: {run:?}");
            }
            let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
            let counted = suite.attribute("tests").and_then(|count| count.parse().ok());
            assert_eq!(counted, Some(named("testcase")), "{run:?}");
        }
    }
    let sandbox = Sandbox::new().without_docker();
    let run = sandbox.run(["check", "--format", "junit"]).code(2);
    let xml = roxmltree::Document::parse(&run.stdout).unwrap();
    assert!(xml.descendants().any(|node| node.has_tag_name("error")), "{run:?}");
}

#[test]
fn a_learners_text_cannot_break_the_xml_or_the_json() {
    let sandbox = at_step("remove-container-name");
    let spoiled = sandbox.read("docker-compose.yml").replace(
        "container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
        "container_name: \"<b>&]]>\\u0007\\e[31m 안녕 \u{1F600}\"",
    );
    sandbox.write("docker-compose.yml", spoiled);
    let run = sandbox.run(["check", "--format", "junit"]).code(1);
    roxmltree::Document::parse(&run.stdout).unwrap_or_else(|fault| panic!("{fault}: {run:?}"));
    held_to_schema(&sandbox.run(["check", "--json"]).code(1));
    let text = sandbox.run(["check"]).code(1);
    assert!(
        !text.stdout.contains(['\u{1b}', '\u{7}']),
        "no control character of a file's gets out: {text:?}"
    );
}

#[test]
fn quiet_says_nothing_and_the_exit_code_tells() {
    let sandbox = at_step("remove-container-name");
    for (args, code) in [
        (&["check"][..], 1),
        (&["status"], 0),
        (&["hint"], 0),
        (&["list"], 0),
        (&["apply", "--yes"], 0),
        (&["check"], 0),
        (&["next"], 0),
        (&["undo"], 0),
    ] {
        let run = sandbox.run([args, &["--quiet"]].concat()).code(code);
        assert!(run.stdout.is_empty() && run.stderr.is_empty(), "{args:?}: {run:?}");
    }
    let run = sandbox.run(["goto", "nowhere", "-q"]).code(2);
    assert!(run.stdout.is_empty() && run.stderr.lines().count() == 1, "an error is one line: {run:?}");
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let sandbox = at_step("remove-container-name");
    let seen = |env: &[(&str, &str)], args: &[&str]| {
        let mut command = sandbox.command();
        let output = command.args(args).envs(env.iter().copied()).output().unwrap();
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    let all: [&[&str]; 6] = [&["check"], &["status"], &["list"], &["diff"], &["--help"], &["goto", "x"]];
    for args in all {
        assert!(!seen(&[], args), "{args:?} into a pipe");
        assert!(!seen(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], args), "{args:?} with NO_COLOR");
    }
    assert!(seen(&[("CLICOLOR_FORCE", "1")], &["check"]), "and that is not because there never is any");
    assert!(on_a_terminal(&sandbox, 80, &[], &["check"]).contains('\u{1b}'));
    assert!(!on_a_terminal(&sandbox, 80, &[("NO_COLOR", "1")], &["list"]).contains("\u{1b}["));
    assert!(!on_a_terminal(&sandbox, 80, &[], &["list", "--no-color"]).contains("\u{1b}["));
}

/// What the program writes to a terminal of that width, while nobody is there to be asked.
fn on_a_terminal(sandbox: &Sandbox, columns: u16, env: &[(&str, &str)], args: &[&str]) -> String {
    let program = env!("CARGO_BIN_EXE_workshop");
    let words: Vec<String> = args.iter().map(|arg| shlex::try_quote(arg).unwrap().into_owned()).collect();
    let line = format!("{} {} </dev/null 2>&1", shlex::try_quote(program).unwrap(), words.join(" "));
    let like = sandbox.command();
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(sandbox.root()).stdin(Stdio::null());
    for (name, value) in like.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("COLUMNS", columns.to_string()).envs(env.iter().copied());
    let output = command.output().expect("script(1) is installed");
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let sandbox = at_step("unpublish-backend");
    for lang in ["en", "ko"] {
        let env = [("NO_COLOR", "1")];
        for args in [
            &["list"][..],
            &["status"],
            &["check"],
            &["check", "--all", "--static"],
            &["hint"],
            &["doctor"],
            &["goto", "scale-to-3"],
            &["check"],
            &["goto", "copy-the-app"],
            &["apply", "--yes"],
            &["goto", "unpublish-backend"],
        ] {
            let text = on_a_terminal(&sandbox, 60, &env, &[args, &["--lang", lang]].concat());
            assert!(text.lines().count() > 1, "{args:?}: {text}");
            // A step's text has blocks of code in it.
            let is_code = |line: &str| args[0] == "goto" && line.starts_with("    ");
            for line in text.lines().filter(|line| !is_verbatim(line) && !is_code(line)) {
                // A line that says what is going on is wiped, not kept.
                let line =
                    line.rsplit('\r').next().unwrap_or(line).replace("\u{1b}[2K", "").replace("\u{1b}[K", "");
                assert!(line.width() <= 60, "{args:?}: {} columns: {line:?}\n{text}", line.width());
            }
        }
    }
}

/// Code, paths and commands are shown as they are, however long.
fn is_verbatim(line: &str) -> bool {
    line.trim_start().split(' ').count() == 1 || line.contains(" | ") || line.contains("/workshop-test-")
}
