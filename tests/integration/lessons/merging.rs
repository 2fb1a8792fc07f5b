//! Edits meet a learner's own work: his comments and his order survive each of them, `undo` takes
//! them back byte by byte, and where both want the same line nothing is written.

use crate::harness::Sandbox;

const EDITED: [&str; 2] = ["docker-compose.yml", "frontend/nginx.conf"];

fn edits() -> Vec<String> {
    let lesson = workshop::lesson::Catalog::Embedded.find("06").expect("lesson 06");
    let steps = lesson.file.steps.into_iter().filter(|step| step.edit.is_some());
    steps.map(|step| step.id).collect()
}

/// A comment of the learner's above every line, indented as it.
fn commented(text: &str) -> String {
    let lines = text.lines().enumerate().map(|(number, line)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        format!("{indent}# 내 메모 {number}번: 여기를 기억하자\n{line}\n")
    });
    lines.collect()
}

fn frontend_first(text: &str) -> String {
    let (head, rest) = text.split_once("  backend:\n").expect("the backend");
    let (backend, rest) = rest.split_once("\n  frontend:\n").expect("the frontend");
    let (frontend, rest) = rest.split_once("\n# The backend keeps").expect("the end of the services");
    format!("{head}  frontend:\n{frontend}\n  backend:\n{backend}\n# The backend keeps{rest}")
}

fn memos(text: &str) -> Vec<&str> {
    let memos = text.lines().filter_map(|line| line.find("# 내 메모").map(|at| line[at..].trim_end()));
    memos.collect()
}

/// Changes the learner's files, applies every edit, checks, and takes every edit back.
fn lives_through_every_edit(change: impl Fn(&str, &str) -> String) {
    let sandbox = Sandbox::started("06");
    let changed = EDITED.map(|path| change(path, &sandbox.read(path)));
    for (path, text) in EDITED.iter().zip(&changed) {
        sandbox.write(path, text);
    }
    let edits = edits();
    assert_eq!(edits.len(), 9);
    for step in &edits {
        let own = EDITED.map(|path| sandbox.read(path));
        sandbox.run(["apply", "--yes", "--step", step]).code(0);
        for (path, before) in EDITED.iter().zip(&own) {
            let after = sandbox.read(path);
            let (mut before, mut after) = (memos(before), memos(&after));
            before.sort_unstable();
            after.sort_unstable();
            assert_eq!(before, after, "{step}: the learner's comments in {path}");
        }
    }
    let report = sandbox.run(["check", "--all", "--static", "--json"]).json();
    for step in report["steps"].as_array().expect("steps") {
        let id = step["id"].as_str().expect("an id");
        if edits.iter().any(|edit| edit == id) {
            assert_eq!(step["verdict"], "pass", "{step:#}");
        }
    }
    for (path, text) in EDITED.iter().zip(&changed) {
        let crlf = text.contains("\r\n");
        assert_eq!(sandbox.read(path).contains('\r'), crlf, "{path}: line ends");
        let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert!(!crlf || bare(&sandbox.read(path)) == 0, "{path} has both line ends");
    }
    for _ in &edits {
        sandbox.run(["undo"]).code(0);
    }
    for (path, text) in EDITED.iter().zip(&changed) {
        assert_eq!(sandbox.read(path), *text, "{path} after every undo");
    }
}

#[test]
fn comments_around_every_line_survive_every_edit() {
    lives_through_every_edit(|_, text| commented(text));
}

#[test]
fn services_in_another_order_take_every_edit() {
    lives_through_every_edit(|path, text| match path {
        "docker-compose.yml" => frontend_first(text),
        _ => text.to_owned(),
    });
}

#[test]
fn windows_line_ends_with_comments_survive_every_edit() {
    lives_through_every_edit(|_, text| commented(text).replace('\n', "\r\n"));
}

#[test]
fn a_conflict_names_file_and_line_and_changes_nothing() {
    let sandbox = Sandbox::started("06");
    let own =
        sandbox.read("docker-compose.yml").replace("container_name: contoso-backend", "container_name: mine");
    sandbox.write("docker-compose.yml", &own);
    let line = own.lines().position(|line| line.contains("container_name: mine")).expect("the line") + 1;
    let run = sandbox.run(["apply", "--yes", "--step", "remove-container-name"]).code(1);
    run.says("docker-compose.yml: your change and the lesson's").says(&format!("(line {line})"));
    assert_eq!(sandbox.read("docker-compose.yml"), own);
    // What else the learner does is not in its way.
    sandbox.run(["apply", "--yes", "--step", "nginx-upstream"]).code(0);
    assert_eq!(sandbox.read("docker-compose.yml"), own);
}
