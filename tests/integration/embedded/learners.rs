//! The states of a lesson's `live.toml` on the embedded engine: each is brought about as a learner
//! would, on a stack that is put right again between them, and the step's checks are asked.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;
use workshop::engine::StackCommand;
use workshop::lesson::{Catalog, Lesson, catalog};

use super::desk::Desk;
use crate::harness::{agreed, copy_tree};
use crate::lessons::live::{State, Table, table};

struct Lab {
    desk: Desk,
    course: TempDir,
    lesson: Lesson,
    table: Table,
}

impl Lab {
    /// The lesson at its first step with states, with nothing running.
    #[track_caller]
    fn at(lesson: Lesson, step: &str) -> Self {
        let table = table(&lesson).expect("a table");
        let ports: Vec<&str> = lesson.file.ports.iter().map(|port| port.variable.as_str()).collect();
        let desk = Desk::at(&lesson.file.id, step, &ports);
        let course = TempDir::new().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy_tree(&root.join("complete"), &course.path().join("complete"));
        copy_tree(&root.join(&lesson.dir), &course.path().join(&lesson.dir));
        Self { desk, course, lesson, table }
    }

    fn file(&self) -> PathBuf {
        self.course.path().join(&self.lesson.dir).join("lesson.toml")
    }

    /// The lesson for one state: no check that measures the machine, none behind the one that must
    /// fail, and little patience with that one.
    #[track_caller]
    fn hurry(&self, state: &State) {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(&self.lesson.dir).join("lesson.toml");
        let text = fs::read_to_string(own).expect("lesson.toml");
        let mut lesson: toml::Table = text.parse().expect("TOML");
        for step in lesson["steps"].as_array_mut().expect("steps") {
            let step = step.as_table_mut().expect("a step");
            step.remove("predictions");
            let Some(checks) = step.get_mut("checks").and_then(toml::Value::as_array_mut) else { continue };
            let id = |check: &toml::Value| check["id"].as_str().expect("an id").to_owned();
            checks
                .retain(|check| check.get("question").is_none() && !self.table.unasked.contains(&id(check)));
            let Some(at) = checks.iter().position(|check| Some(id(check)) == state.fails) else { continue };
            checks.truncate(at + 1);
            let patience = toml::Value::String(state.within.clone());
            checks[at].as_table_mut().expect("a check").insert("within".to_owned(), patience);
        }
        fs::write(self.file(), toml::to_string(&lesson).expect("TOML")).expect("written");
    }

    fn write(&self, files: &catalog::FileTree) {
        for (path, bytes) in files {
            if fs::read(self.desk.sandbox.path(path)).ok().as_ref() != Some(bytes) {
                self.desk.sandbox.write(path, bytes);
            }
        }
    }

    /// What went wrong, in words.
    fn run<'c>(&self, commands: impl IntoIterator<Item = &'c StackCommand>) -> Result<(), String> {
        for command in commands {
            let StackCommand::Compose(words) = command else { return Err(format!("{command}: of Compose")) };
            let run = self.desk.run(["compose"].into_iter().chain(words.iter().map(String::as_str)));
            if run.status != Some(0) {
                return Err(format!("{command}: {:?}\n{}{}", run.status, run.stdout, run.stderr));
            }
        }
        Ok(())
    }

    /// The stack as the step leaves it.
    fn put_right(&self, at: usize) -> Result<catalog::FileTree, String> {
        let base = self.lesson.files_after(at + 1).map_err(|error| error.to_string())?;
        self.write(&base);
        self.run(&workshop::session::start::state_commands(&self.lesson.file, at + 1))?;
        Ok(base)
    }

    fn play(&self, at: usize, state: &State) -> Result<(), String> {
        let base = self.put_right(at).map_err(|fault| format!("put right: {fault}"))?;
        self.write(&state.files(&base));
        self.hurry(state);
        let done = self.run(&state.run);
        // What is wrong may well be refused: then that counts which the checks say of it.
        let verdict = match (done, self.judge(state)) {
            (Err(refused), verdict) if state.fails.is_none() || verdict.is_err() => {
                Err(format!("{refused} {}", verdict.err().unwrap_or_default()))
            }
            (_, verdict) => verdict,
        };
        self.run(&state.mend).map_err(|fault| format!("mended: {fault}"))?;
        verdict
    }

    fn judge(&self, state: &State) -> Result<(), String> {
        let lessons = self.course.path().to_str().expect("UTF-8");
        let args = ["check", "--step", &state.step, "--json", "--yes", "--lessons", lessons];
        let run = agreed(|more| self.desk.run(args.into_iter().chain(more.iter().map(String::as_str))));
        let report: Value = serde_json::from_str(&run.stdout).map_err(|error| format!("{error}: {run:?}"))?;
        let steps = report["steps"].as_array().into_iter().flatten();
        let checks: Vec<&Value> =
            steps.flat_map(|step| step["checks"].as_array().into_iter().flatten()).collect();
        let failed = checks.iter().find(|check| check["verdict"] != "pass");
        let Some(fails) = &state.fails else {
            let all = failed.is_none() && !checks.is_empty() && run.status == Some(0);
            return if all { Ok(()) } else { Err(format!("{failed:#?} {}", run.stderr)) };
        };
        let Some(failed) = failed else { return Err(format!("passes, and not: {fails}")) };
        let told: Vec<String> =
            ["message", "expected", "observed", "lines"].iter().map(|key| failed[*key].to_string()).collect();
        let told = told.join(" ");
        let lacking: Vec<&String> =
            state.says.iter().filter(|words| !told.contains(words.as_str())).collect();
        let same = failed["id"] == fails.as_str() && failed["verdict"] == "not_yet" && run.status == Some(1);
        if same && lacking.is_empty() { Ok(()) } else { Err(format!("lacks {lacking:?}: {failed:#}")) }
    }
}

/// Plays the states of these steps on one stack, in the lesson's order.
#[track_caller]
fn play(id: &str, steps: RangeInclusive<&str>) {
    let lesson = Catalog::Embedded.find(id).expect("the lesson");
    let [first, last] = [steps.start(), steps.end()].map(|step| lesson.step_index(step).expect("a step"));
    let lab = Lab::at(lesson, steps.start());
    // A part of the names, as of `lessons::reality`.
    let wanted = std::env::var("WORKSHOP_STATES").unwrap_or_default();
    let mut faults = Vec::new();
    for at in first..=last {
        let step = &lab.lesson.file.steps[at].id;
        for state in lab.table.state.iter().filter(|state| state.step == *step) {
            let name = format!("{id}/{step}/{}", state.name);
            if !name.contains(&wanted) {
                continue;
            }
            let begun = Instant::now();
            let played = lab.play(at, state);
            eprintln!(
                "{} {name} ({:.1} s)",
                if played.is_ok() { " " } else { "!" },
                begun.elapsed().as_secs_f32()
            );
            faults.extend(played.err().map(|fault| format!("{name}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_second_database_and_who_follows_whom() {
    play("08", "copy-phase-4"..="copy-and-follow");
}

#[test]
fn reads_from_replicas() {
    play("08", "reads-move-over"..="a-second-replica");
}

#[test]
fn another_primary() {
    play("08", "the-primary-is-killed"..="clean-up");
}
