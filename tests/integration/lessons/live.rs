//! Learners' states of `fixtures/LESSON/live.toml`: what they did to files and inside containers, and
//! what the lesson's checks must say of the stack as it then runs. Another test brings them up.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use workshop::engine::StackCommand;
use workshop::lesson::{Lesson, catalog};

use super::lessons;
use super::states::edited;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// Checks that are not asked: they measure the machine.
    #[serde(default)]
    pub unasked: BTreeSet<String>,
    pub state: Vec<State>,
}

/// A learner's state: right where it names no check that fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    pub name: String,
    /// The step that the learner has done so, and whose checks are asked.
    pub step: String,
    /// File, text in it, what stands there instead; no text: a new file.
    #[serde(default)]
    edits: Vec<[String; 3]>,
    /// What the learner types; where it says nothing `docker compose up -d --wait`.
    #[serde(default = "up")]
    pub run: Vec<StackCommand>,
    /// What takes back that which neither the step's own files nor its `setup` do.
    #[serde(default)]
    pub mend: Vec<StackCommand>,
    /// The check that must fail first; none: all pass.
    pub fails: Option<String>,
    /// Words that its verdict must have.
    #[serde(default)]
    pub says: Vec<String>,
    /// How long that check is asked again.
    #[serde(default = "short")]
    pub within: String,
}

fn up() -> Vec<StackCommand> {
    vec![StackCommand::parse("docker compose up -d --wait").expect("a command")]
}

fn short() -> String {
    "3s".to_owned()
}

impl Table {
    /// How many states are wrong, or right.
    pub(super) fn count(&self, wrong: bool) -> usize {
        self.state.iter().filter(|state| state.fails.is_some() == wrong).count()
    }
}

impl State {
    /// The learner's files.
    pub(crate) fn files(&self, base: &catalog::FileTree) -> catalog::FileTree {
        edited(&self.name, &self.edits, base)
    }
}

/// A lesson's table, where it has one.
pub(crate) fn table(lesson: &Lesson) -> Option<Table> {
    let name = lesson.dir.rsplit('/').next().expect("a name");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("live.toml");
    let text = fs::read_to_string(&path).ok()?;
    Some(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

#[test]
fn live_states_name_steps_checks_and_words() {
    for lesson in lessons() {
        let Some(table) = table(&lesson) else { continue };
        let mut names = BTreeSet::new();
        for state in &table.state {
            let name = &state.name;
            assert!(names.insert(name), "two states {name}");
            let at = lesson.step_index(&state.step).unwrap_or_else(|| panic!("{name}: no {}", state.step));
            let base = lesson.files_after(at + 1).unwrap_or_else(|error| panic!("{error}"));
            assert!(state.files(&base) != base || state.run != up(), "{name} does nothing");
            let Some(fails) = &state.fails else { continue };
            assert!(!state.says.is_empty(), "{name} says nothing");
            let checks = &lesson.file.steps[at].checks;
            let is_asked = checks.iter().any(|entry| entry.id == *fails && !table.unasked.contains(fails));
            assert!(is_asked, "{name}: {} asks no {fails}", state.step);
        }
    }
}
