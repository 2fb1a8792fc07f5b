//! Edits meet a learner's own work: his comments and his order survive each of them, `undo` takes
//! them back byte by byte, and where both want the same line nothing is written.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use workshop::lesson::{Catalog, Lesson};

use crate::harness::Sandbox;

/// A lesson and what a learner has changed in it before.
struct Play {
    lesson: &'static str,
    edited: &'static [&'static str],
    /// How many steps edit files.
    edits: usize,
}

const SIX: Play = Play { lesson: "06", edited: &["docker-compose.yml", "frontend/nginx.conf"], edits: 12 };
const SEVEN: Play = Play { lesson: "07", edited: &["docker-compose.yml"], edits: 15 };

impl Play {
    fn lesson(&self) -> Lesson {
        Catalog::Embedded.find(self.lesson).expect("the lesson")
    }

    /// The steps that edit files.
    fn edits(&self) -> Vec<String> {
        let steps = self.lesson().file.steps.into_iter();
        steps.filter(|step| step.edits().next().is_some()).map(|step| step.id).collect()
    }

    /// The lesson in a folder of its own, as far as it is about files: it runs nothing, and asks
    /// nothing of a stack.
    fn of_files_alone(&self) -> TempDir {
        let course = TempDir::new().expect("a folder");
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let lesson = self.lesson();
        for folder in std::iter::once(lesson.dir.as_str()).chain(lesson.file.start.folders()) {
            crate::harness::copy_tree(&own.join(folder), &course.path().join(folder));
        }
        let file = course.path().join(&lesson.dir).join("lesson.toml");
        let mut table: toml::Table =
            std::fs::read_to_string(&file).expect("the lesson").parse().expect("TOML");
        let steps = table.get_mut("steps").and_then(toml::Value::as_array_mut).expect("steps");
        for (step, spec) in steps.iter_mut().zip(&lesson.file.steps) {
            let step = step.as_table_mut().expect("a step");
            for word in ["run", "requests", "predictions"] {
                step.remove(word);
            }
            let is_static: Vec<bool> =
                spec.checks.iter().map(|entry| entry.spec.check().needs().is_static()).collect();
            let mut keep = is_static.iter();
            let checks = step.get_mut("checks").and_then(toml::Value::as_array_mut).expect("checks");
            checks.retain(|_| *keep.next().expect("one for each"));
        }
        std::fs::write(file, toml::to_string(&table).expect("TOML")).expect("written");
        course
    }

    /// The checks that the lesson's own files pass once these are done.
    fn holding(&self) -> Vec<String> {
        let lesson = self.lesson();
        let last = self.edits().iter().filter_map(|id| lesson.step_index(id)).max().expect("an edit");
        let files = lesson.files_after(last + 1).unwrap_or_else(|error| panic!("{error}"));
        super::holding(&lesson, &files).into_iter().map(|entry| entry.id).collect()
    }
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

fn redis_first(text: &str) -> String {
    let (head, rest) = text.split_once("  mysql:\n").expect("mysql");
    let (mysql, rest) = rest.split_once("\n  redis:\n").expect("redis");
    let (redis, rest) = rest.split_once("\n  api-server:\n").expect("the API server");
    format!("{head}  redis:\n{redis}\n  mysql:\n{mysql}\n  api-server:\n{rest}")
}

fn memos(text: &str) -> Vec<&str> {
    let memos = text.lines().filter_map(|line| line.find("# 내 메모").map(|at| line[at..].trim_end()));
    memos.collect()
}

/// Changes the learner's files, applies every edit, checks, and takes every edit back.
fn lives_through_every_edit(play: &Play, change: impl Fn(&str, &str) -> String) {
    let sandbox = Sandbox::started(play.lesson);
    let course = play.of_files_alone();
    let lessons = ["--lessons", course.path().to_str().expect("UTF-8")];
    let run = |args: &[&str]| {
        crate::harness::agreed(|more| {
            let more = more.iter().map(String::as_str);
            sandbox.run(args.iter().copied().chain(lessons).chain(more))
        })
    };
    let read = || play.edited.iter().map(|path| sandbox.read(path)).collect::<Vec<String>>();
    let changed: Vec<String> =
        play.edited.iter().zip(read()).map(|(path, text)| change(path, &text)).collect();
    for (path, text) in play.edited.iter().zip(&changed) {
        sandbox.write(path, text);
    }
    let edits = play.edits();
    assert_eq!(edits.len(), play.edits);
    for step in &edits {
        let own = read();
        run(&["apply", "--yes", "--step", step]).code(0);
        for (path, before) in play.edited.iter().zip(&own) {
            let after = sandbox.read(path);
            let (mut before, mut after) = (memos(before), memos(&after));
            before.sort_unstable();
            after.sort_unstable();
            assert_eq!(before, after, "{step}: the learner's comments in {path}");
        }
    }
    let report = sandbox.run(["check", "--all", "--static", "--json"]).json();
    let checks = report["steps"].as_array().expect("steps").iter();
    let checks: Vec<&Value> = checks.flat_map(|step| step["checks"].as_array().expect("checks")).collect();
    for id in play.holding() {
        let check = checks.iter().find(|check| check["id"] == *id).expect("the check");
        assert_eq!(check["verdict"], "pass", "{check:#}");
    }
    for (path, text) in play.edited.iter().zip(&changed) {
        let crlf = text.contains("\r\n");
        assert_eq!(sandbox.read(path).contains('\r'), crlf, "{path}: line ends");
        let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
        assert!(!crlf || bare(&sandbox.read(path)) == 0, "{path} has both line ends");
    }
    for _ in &edits {
        sandbox.run(["undo"]).code(0);
    }
    for (path, text) in play.edited.iter().zip(&changed) {
        assert_eq!(sandbox.read(path), *text, "{path} after every undo");
    }
}

#[test]
fn comments_around_every_line_survive_every_edit() {
    for play in [SIX, SEVEN] {
        lives_through_every_edit(&play, |_, text| commented(text));
    }
}

#[test]
fn services_in_another_order_take_every_edit() {
    lives_through_every_edit(&SIX, |path, text| match path {
        "docker-compose.yml" => frontend_first(text),
        _ => text.to_owned(),
    });
    lives_through_every_edit(&SEVEN, |_, text| redis_first(text));
}

#[test]
fn windows_line_ends_with_comments_survive_every_edit() {
    for play in [SIX, SEVEN] {
        lives_through_every_edit(&play, |_, text| commented(text).replace('\n', "\r\n"));
    }
}

#[test]
fn a_conflict_names_file_and_line_and_changes_nothing() {
    let sandbox = Sandbox::started("06");
    let own = sandbox
        .read("docker-compose.yml")
        .replace("container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend", "container_name: mine");
    sandbox.write("docker-compose.yml", &own);
    let line = own.lines().position(|line| line.contains("container_name: mine")).expect("the line") + 1;
    let run = sandbox.run(["apply", "--yes", "--step", "remove-container-name"]).code(1);
    run.says("docker-compose.yml: your change and the lesson's").says(&format!("(line {line})"));
    assert_eq!(sandbox.read("docker-compose.yml"), own);
    // What else the learner does is not in its way.
    sandbox.run(["apply", "--yes", "--step", "nginx-upstream"]).code(0);
    assert_eq!(sandbox.read("docker-compose.yml"), own);
}
