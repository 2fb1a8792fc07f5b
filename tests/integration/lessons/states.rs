//! Learners' states of `fixtures/LESSON/states.toml`: edits of the lesson's own files, with what the
//! static checks must say of them. [`reality`] brings each of them up and asks the live checks.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use workshop::check::Outcome;
use workshop::check::application::Application;
use workshop::lesson::model::CheckEntry;
use workshop::lesson::{Lesson, catalog};
use workshop::text::Lang;

use super::{holding, judge, lessons, written};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// The base: the lesson's own files after this step.
    pub after: String,
    /// Whose live checks decide.
    pub step: String,
    /// Steps whose live checks are asked after it.
    #[serde(default)]
    pub then: Vec<String>,
    state: Vec<State>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    pub name: String,
    /// File, text in it, what stands there instead; no text: a new file.
    edits: Vec<[String; 3]>,
    /// The static check that must fail; none: all pass.
    pub fails: Option<String>,
    /// Words of its English message.
    says: Option<String>,
    /// The engines that can run it; none named: all.
    #[serde(default)]
    pub engines: Vec<String>,
    /// What no run shows: why it is not brought up.
    pub unseen: Option<String>,
}

/// A lesson's states, where it has any.
pub(crate) fn table(lesson: &Lesson) -> Option<Table> {
    let name = lesson.dir.rsplit('/').next().expect("a name");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join("states.toml");
    let text = fs::read_to_string(&path).ok()?;
    Some(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

impl Table {
    pub(crate) fn states(&self) -> &[State] {
        &self.state
    }

    /// The files that a state is an edit of.
    pub(crate) fn base(&self, lesson: &Lesson) -> catalog::FileTree {
        let after = lesson.step_index(&self.after).unwrap_or_else(|| panic!("no step {}", self.after));
        lesson.files_after(after + 1).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl State {
    pub(crate) fn files(&self, base: &catalog::FileTree) -> catalog::FileTree {
        edited(&self.name, &self.edits, base)
    }
}

/// The files after `edits`: file, text in it, what stands there instead; no text: a new file.
pub(super) fn edited(name: &str, edits: &[[String; 3]], base: &catalog::FileTree) -> catalog::FileTree {
    let mut files = base.clone();
    for [path, from, to] in edits {
        if from.is_empty() {
            files.insert(path.clone(), to.clone().into_bytes());
            continue;
        }
        let bytes = files.get_mut(path).unwrap_or_else(|| panic!("{name}: no {path}"));
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(text.contains(from.as_str()), "{name}: {path} has no {from:?}");
        *bytes = text.replacen(from.as_str(), to, 1).into_bytes();
    }
    files
}

/// What is not as the state says, in words.
fn faults(lesson: &Lesson, asked: &[CheckEntry], state: &State, files: &catalog::FileTree) -> Option<String> {
    let dir = written(lesson, files);
    let app = Application::load(dir.path(), lesson.demands());
    let failing =
        asked.iter().map(|entry| (entry, judge(entry, &app))).find(|(_, verdict)| !verdict.is_pass());
    let Some((entry, verdict)) = failing else {
        return state.fails.as_ref().map(|fails| format!("passes, and not: {fails}"));
    };
    let message = verdict.message.render(Lang::En);
    let told = format!("{} ({message}), line {:?}", entry.id, verdict.place.as_ref().map(|place| place.line));
    if state.fails.as_ref() != Some(&entry.id) {
        return Some(format!("fails at {told}, not {:?}", state.fails));
    }
    let same = verdict.message.render(Lang::Ko) == message;
    let says = state.says.as_ref().is_none_or(|words| message.contains(words.as_str()));
    (verdict.outcome != Outcome::NotYet || same || !says).then(|| format!("says {told}"))
}

#[test]
fn states_are_told_as_they_are() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for lesson in lessons() {
        let Some(table) = table(&lesson) else { continue };
        let base = table.base(&lesson);
        let asked = holding(&lesson, &base);
        let mut names = BTreeMap::new();
        for state in table.states() {
            assert!(names.insert(&state.name, ()).is_none(), "two states {}", state.name);
            count += 1;
            if let Some(fault) = faults(&lesson, &asked, state, &state.files(&base)) {
                wrong.push(format!("{}: {fault}", state.name));
            }
        }
    }
    eprintln!("{count} states, {} agree, {} differ", count - wrong.len(), wrong.len());
    assert!(wrong.is_empty() && count >= 100, "{count} states\n{}", wrong.join("\n"));
}
