//! The states of [`super::states`] brought up for real: what the lesson's live checks say of each on
//! every engine that is there must be what its static checks say.
//!
//! `cargo test --test integration -- --ignored --nocapture lessons::reality`, with the images of
//! `fixtures/images`. `WORKSHOP_STATES` takes a part of the names,
//! `07/nginx`.

use std::fs;
use std::path::Path;

use workshop::lesson::Lesson;

use super::states::{State, Table, table};
use super::{lessons, write};
use crate::harness::{Run, Sandbox, copy_tree, docker_answers, local_images};

/// The lessons with shorter waits: what is broken stays so.
fn hurried() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["lessons", "complete"] {
        copy_tree(&root.join(part), &dir.path().join(part));
    }
    for folder in fs::read_dir(dir.path().join("lessons")).expect("lessons") {
        let path = folder.expect("a lesson").path().join("lesson.toml");
        if !path.exists() {
            continue;
        }
        let text = fs::read_to_string(&path).expect("lesson.toml");
        let lines = text.lines().map(|line| match line.strip_prefix("within = ") {
            Some(_) => "within = \"6s\"",
            None => line,
        });
        fs::write(&path, lines.collect::<Vec<_>>().join("\n") + "\n").expect("written");
    }
    dir
}

struct Judge<'a> {
    lesson: &'a Lesson,
    table: &'a Table,
    engine: &'a str,
    course: &'a Path,
    template: Sandbox,
}

impl<'a> Judge<'a> {
    fn new(lesson: &'a Lesson, table: &'a Table, engine: &'a str, course: &'a Path) -> Self {
        let template = Sandbox::new();
        let this = Self { lesson, table, engine, course, template };
        this.run(&this.template, &["start", &lesson.file.id]).code(0);
        let create = lesson.file.steps.iter().find(|step| step.create).expect("a step that copies");
        this.run(&this.template, &["apply", "--step", &create.id]).code(0);
        this
    }

    fn run(&self, sandbox: &Sandbox, words: &[&str]) -> Run {
        crate::harness::agreed(|more| {
            let mut command = sandbox.command();
            command
                .args(["--yes", "--engine", self.engine, "--lessons"])
                .arg(self.course)
                .args(words)
                .args(more);
            Run::of(local_images(&mut command))
        })
    }

    /// Whether the step's commands and live checks are all well; and what came first that is not.
    fn works(&self, state: &State) -> Result<(), String> {
        let sandbox = Sandbox::copy_of(&self.template);
        write(&sandbox.path(""), &state.files(&self.table.base(self.lesson)));
        let verdict = self.up(&sandbox);
        let down =
            self.run(&sandbox, &["compose", "down", "--volumes", "--remove-orphans", "--timeout", "1"]);
        if self.engine == "docker" && down.status != Some(0) {
            // A file that Compose does not take: nothing of it was made.
            eprintln!("    down: {}", down.stderr.lines().next().unwrap_or_default());
        }
        verdict
    }

    fn up(&self, sandbox: &Sandbox) -> Result<(), String> {
        let step = self.lesson.file.steps.iter().find(|step| step.id == self.table.step).expect("the step");
        for command in step.runs() {
            let line = command.to_string();
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let run = self.run(sandbox, &words);
            if run.status != Some(0) {
                let said = run.stderr.lines().rev().find(|line| !line.trim().is_empty());
                return Err(format!("{line}: {}", said.unwrap_or_default()));
            }
        }
        let steps = std::iter::once(&self.table.step).chain(&self.table.then);
        let checked = steps.map(|step| self.run(sandbox, &["check", "--json", "--step", step]));
        let mut all = checked.into_iter();
        all.find_map(|run| failed(&run)).map_or(Ok(()), Err)
    }
}

/// The first check that looks at what runs, and fails.
fn failed(run: &Run) -> Option<String> {
    if run.status == Some(0) {
        return None;
    }
    let report = run.json();
    let steps = report["steps"].as_array().into_iter().flatten();
    let mut checks = steps.flat_map(|step| step["checks"].as_array().into_iter().flatten());
    let failed = checks.find(|check| check["verdict"] != "pass" && check["kind"] != "question")?;
    Some(format!("{}: {}", failed["id"], failed["message"]))
}

/// How the embedded engine refuses what only Docker has: the learner is told so, and misled by
/// nothing.
const NOT_HERE: &str = "--engine docker";

/// Prints `N states, M agree, R refused by name, D differ` for each engine.
#[test]
#[ignore = "brings some hundred stacks up; see the head of this file"]
fn what_the_files_say_is_what_runs() {
    let course = hurried();
    let wanted = std::env::var("WORKSHOP_STATES").unwrap_or_default();
    let listed = std::env::var("WORKSHOP_TEST_ENGINES").unwrap_or_else(|_| "docker,embedded".to_owned());
    let mut differ = Vec::new();
    for engine in ["docker", "embedded"] {
        if !listed.split(',').any(|one| one == engine) || (engine == "docker" && !docker_answers()) {
            continue;
        }
        let (mut states, mut refused, before) = (0, 0, differ.len());
        for lesson in lessons() {
            let Some(table) = table(&lesson) else { continue };
            let judge = Judge::new(&lesson, &table, engine, course.path());
            for state in table.states() {
                let runs_here = state.engines.is_empty() || state.engines.iter().any(|one| one == engine);
                if !runs_here
                    || state.unseen.is_some()
                    || !format!("{}/{}", lesson.file.id, state.name).contains(&wanted)
                {
                    continue;
                }
                states += 1;
                let begun = std::time::Instant::now();
                let works = judge.works(state);
                let by_name = works.as_ref().is_err_and(|said| said.contains(NOT_HERE));
                refused += usize::from(by_name && state.fails.is_none());
                let agrees = by_name || works.is_ok() == state.fails.is_none();
                let told = format!("{engine} {} {}: {works:?}", lesson.file.id, state.name);
                eprintln!("{} {told} ({} s)", if agrees { "  " } else { "! " }, begun.elapsed().as_secs());
                if !agrees {
                    differ.push(told);
                }
            }
        }
        let apart = differ.len() - before;
        let agree = states - apart - refused;
        eprintln!("{engine}: {states} states, {agree} agree, {refused} refused by name, {apart} differ");
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
