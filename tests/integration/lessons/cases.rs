//! Learners' states of `fixtures/LESSON/`: wrong ones fail at the check they name and pass all
//! before it; other right solutions pass. What counts are the checks that the lesson's own files
//! pass at that point, for a later step may take back what an earlier one asked for.
//! `fixtures/README.md` says how a case is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use workshop::check::files::Files;
use workshop::check::{CheckSpec, Outcome};
use workshop::lesson::model::CheckEntry;
use workshop::lesson::{Lesson, catalog};
use workshop::text::Lang;
use workshop::workspace::patch::Patch;

use super::{holding, judge, lessons, of_files, write, written};
use crate::harness::Sandbox;

/// `case.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    after: String,
    fails: Option<String>,
    line: Option<u32>,
    says: Option<String>,
    #[serde(default)]
    removes: Vec<String>,
    #[serde(default)]
    renames: BTreeMap<String, String>,
    #[serde(default)]
    treat: BTreeMap<String, Treatment>,
    nested: Option<String>,
}

/// What a patch cannot say.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Treatment {
    #[serde(rename = "crlf")]
    Crlf,
    #[serde(rename = "bom")]
    Bom,
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "binary")]
    Binary,
    #[serde(rename = "2 MiB")]
    Huge,
}

/// A learner's state, built.
struct Case {
    /// `wrong/long-port`
    name: String,
    spec: Spec,
    files: catalog::Files,
    /// The static checks that the lesson's own files pass after the same step.
    asked: Vec<CheckEntry>,
}

fn folder(lesson: &Lesson, kind: &str) -> PathBuf {
    let name = lesson.dir.rsplit('/').next().expect("a name");
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join(kind)
}

fn cases(lesson: &Lesson, kind: &str) -> Vec<Case> {
    let entries = fs::read_dir(folder(lesson, kind)).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().map(|path| case(lesson, kind, path)).collect()
}

fn case(lesson: &Lesson, kind: &str, dir: &Path) -> Case {
    let name = format!("{kind}/{}", dir.file_name().unwrap().to_string_lossy());
    let text = fs::read_to_string(dir.join("case.toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let spec: Spec = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let after = lesson.step_index(&spec.after).unwrap_or_else(|| panic!("{name}: no step {}", spec.after));
    let mut files = lesson.files_after(after + 1).unwrap_or_else(|error| panic!("{error}"));
    let asked = holding(lesson, &files);
    if let Ok(text) = fs::read_to_string(dir.join("change.patch")) {
        patch(&name, &text, &mut files);
    }
    for path in &spec.removes {
        assert!(files.remove(path).is_some(), "{name}: no {path} to remove");
    }
    for (path, treatment) in &spec.treat {
        let bytes = files.get_mut(path).unwrap_or_else(|| panic!("{name}: no {path} to treat"));
        *bytes = treated(bytes, *treatment);
    }
    for (from, to) in &spec.renames {
        let bytes = files.remove(from).unwrap_or_else(|| panic!("{name}: no {from} to rename"));
        files.insert(to.clone(), bytes);
    }
    if let Some(folder) = &spec.nested {
        files = files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect();
    }
    Case { name, spec, files, asked }
}

fn patch(name: &str, text: &str, files: &mut catalog::Files) {
    let patch = Patch::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    for file in patch.files() {
        let base = files.get(&file.path).map(|bytes| String::from_utf8(bytes.clone()).expect("text"));
        let changed =
            patch.apply(&file.path, base.as_deref()).unwrap_or_else(|error| panic!("{name}: {error}"));
        match changed {
            Some(text) => files.insert(file.path.clone(), text.into_bytes()),
            None => files.remove(&file.path),
        };
    }
}

fn treated(bytes: &[u8], treatment: Treatment) -> Vec<u8> {
    match treatment {
        Treatment::Crlf => String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes(),
        Treatment::Bom => ["\u{feff}".as_bytes(), bytes].concat(),
        Treatment::Empty => Vec::new(),
        Treatment::Binary => [&b"\x7fELF\x02\x01\x01\0"[..], bytes].concat(),
        Treatment::Huge => [bytes, &b"# ten bytes\n".repeat((2 << 20) / 12)].concat(),
    }
}

/// What is not as the case says, in words; empty where all is.
fn wrong(lesson: &Lesson, case: &Case) -> Vec<String> {
    let Some(fails) = &case.spec.fails else { return vec!["a wrong case names the check that fails".into()] };
    let dir = written(lesson, &case.files);
    let files = Files::load(dir.path(), lesson);
    let mut faults = Vec::new();
    for entry in &case.asked {
        let verdict = judge(entry, &files);
        let message = verdict.message.render(Lang::En);
        if entry.id != *fails {
            if !verdict.is_pass() {
                return vec![format!("{} fails before it: {message}", entry.id)];
            }
            continue;
        }
        if verdict.outcome != Outcome::NotYet {
            faults.push(format!("{fails} is {:?}: {message}", verdict.outcome));
        }
        let line = verdict.place.as_ref().map(|place| place.line);
        if line != case.spec.line {
            faults.push(format!("{fails} points at line {line:?}, not {:?}: {message}", case.spec.line));
        }
        if !case.spec.says.as_ref().is_some_and(|words| message.contains(words)) {
            faults.push(format!("{fails} says: {message}"));
        }
        if verdict.message.render(Lang::Ko) == message {
            faults.push(format!("{fails} says the same in Korean: {message}"));
        }
        return faults;
    }
    vec![format!("there is no static check {fails} that holds after {}", case.spec.after)]
}

fn alternative(lesson: &Lesson, case: &Case) -> Vec<String> {
    let dir = written(lesson, &case.files);
    let files = Files::load(dir.path(), lesson);
    case.asked
        .iter()
        .map(|entry| (entry, judge(entry, &files)))
        .filter(|(_, verdict)| !verdict.is_pass())
        .map(|(entry, verdict)| {
            let line = verdict.place.as_ref().map(|place| place.line);
            format!("{} fails at line {line:?}: {}", entry.id, verdict.message.render(Lang::En))
        })
        .collect()
}

#[track_caller]
fn all_hold(lesson: &Lesson, kind: &str, least: usize, faults_of: fn(&Lesson, &Case) -> Vec<String>) {
    let cases = cases(lesson, kind);
    assert!(cases.len() >= least, "{} {kind} cases", cases.len());
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            faults_of(lesson, case).into_iter().map(move |fault| format!("{}: {fault}", case.name))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn wrong_states_fail_at_the_check_that_they_name_and_pass_those_before() {
    for lesson in lessons() {
        all_hold(&lesson, "wrong", 25, wrong);
    }
}

#[test]
fn other_right_solutions_pass_every_static_check() {
    for lesson in lessons() {
        all_hold(&lesson, "alternative", 15, alternative);
    }
}

#[test]
fn every_static_check_is_seen_failing() {
    for lesson in lessons() {
        let seen: BTreeSet<String> =
            cases(&lesson, "wrong").into_iter().filter_map(|case| case.spec.fails).collect();
        let ids = lesson.file.steps.iter().flat_map(of_files).map(|entry| entry.id.as_str());
        let unseen: Vec<&str> = ids.filter(|id| !seen.contains(*id)).collect();
        assert!(unseen.is_empty(), "no wrong case for: {}", unseen.join(", "));
    }
}

/// A check as the program answers it: id, verdict, line.
type Answer = (String, String, Option<u64>);

/// The static checks of the files, as the program answers them, and its exit code.
fn asked(lesson: &Lesson, case: &Case) -> (Vec<Answer>, Option<i32>) {
    let sandbox = Sandbox::new();
    sandbox.run(["start", &lesson.file.id]).code(0);
    for entry in lesson.file.steps.iter().flat_map(|step| &step.checks) {
        if let CheckSpec::Question(question) = &entry.spec {
            sandbox.run(["answer", &entry.id, &question.answer.to_string()]).code(0);
        }
    }
    write(&sandbox.path(""), &case.files);
    let run = sandbox.run(["check", "--all", "--static", "--json"]);
    let report = run.json();
    let steps = report["steps"].as_array().expect("steps").iter();
    let checks = steps.flat_map(|step| step["checks"].as_array().expect("checks").clone());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_files = checks.filter(|check| check["kind"] != "question" && check["kind"] != "confirm");
    let found = of_files.map(|check| (text(&check["id"]), text(&check["verdict"]), check["line"].as_u64()));
    (found.collect(), run.status)
}

/// The cases of these names.
fn named(lesson: &Lesson, kind: &str, names: &[&str]) -> Vec<Case> {
    let found: Vec<Case> =
        names.iter().map(|name| case(lesson, kind, &folder(lesson, kind).join(name))).collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn the_program_says_what_the_checks_say() {
    for (id, wrong, right) in [
        (
            "06",
            &["nested-copy", "long-port", "yaml-tab", "headers-hidden", "no-zone"][..],
            &["windows-line-ends", "dotenv-name-alone", "compose-yaml"][..],
        ),
        (
            "07",
            &["dockerfile-final-from-rust", "mysql-volume-tmpfs", "root-password-written"],
            &["image-alpine"],
        ),
    ] {
        let lesson = workshop::lesson::Catalog::Embedded.find(id).expect("the lesson");
        for case in named(&lesson, "wrong", wrong) {
            let (checks, code) = asked(&lesson, &case);
            assert_eq!(code, Some(1), "{}", case.name);
            let first = checks.iter().find(|(_, verdict, _)| verdict != "pass").expect("a check that fails");
            let named =
                (case.spec.fails.clone().unwrap(), "not_yet".to_owned(), case.spec.line.map(u64::from));
            assert_eq!(*first, named, "{}", case.name);
        }
        for case in named(&lesson, "alternative", right) {
            let (checks, code) = asked(&lesson, &case);
            let holding = |id: &str| case.asked.iter().any(|entry| entry.id == id);
            let failing: Vec<&Answer> =
                checks.iter().filter(|(id, verdict, _)| holding(id) && verdict != "pass").collect();
            assert!(failing.is_empty(), "{}: {failing:?}", case.name);
            let all = checks.iter().all(|(_, verdict, _)| verdict == "pass");
            assert_eq!(code, Some(i32::from(!all)), "{}", case.name);
        }
    }
}
