//! Lessons keep their promises: text, patches and checks fit each other in every lesson; the checks
//! tell right from wrong ([`cases`]); an author's slip is reported where it stands ([`authors`]);
//! and an edit leaves a learner's own work alone ([`merging`]). States that only what runs can show
//! are in a table of their own ([`live`]).

mod authors;
mod cases;
pub(crate) mod live;
mod merging;
mod reality;
mod states;

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use workshop::check::application::Application;
use workshop::check::{Needs, Verdict, World};
use workshop::lesson::model::{CheckEntry, StepSpec};
use workshop::lesson::{Catalog, Lesson, catalog};
use workshop::text::Lang;

fn lessons() -> Vec<Lesson> {
    let names = Catalog::Embedded.names().expect("the lessons in the binary");
    assert!(!names.is_empty());
    names.iter().map(|name| Catalog::Embedded.find(name).unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// The checks of a step that look at the files and at nothing else.
fn of_files(step: &StepSpec) -> impl Iterator<Item = &CheckEntry> {
    step.checks.iter().filter(|entry| entry.spec.check().needs() == Needs::Files)
}

fn judge(entry: &CheckEntry, app: &Application) -> Verdict {
    entry.spec.check().judge(&World { app, stack: None, seen: None, baseline: &[], answer: None })
}

/// A folder with these files in it, and with the passwords that the runner makes up.
fn written(lesson: &Lesson, files: &catalog::FileTree) -> TempDir {
    let dir = tempfile::Builder::new().prefix("workshop-test-").tempdir().expect("a temporary folder");
    write(dir.path(), files);
    let own = String::from_utf8_lossy(files.get(".env").map_or(&[], Vec::as_slice)).into_owned();
    let made_up = lesson.file.secrets.iter().filter(|name| !own.contains(&format!("{name}=")));
    let lines: String = made_up.map(|name| format!("{name}=0123456789abcdef01234567\n")).collect();
    if !lines.is_empty() {
        fs::write(dir.path().join(".env"), own + &lines).expect("the passwords");
    }
    dir
}

fn write(dir: &Path, files: &catalog::FileTree) {
    for (path, bytes) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// The static checks that the lesson's own `files` pass, in its order.
fn holding(lesson: &Lesson, files: &catalog::FileTree) -> Vec<CheckEntry> {
    let dir = written(lesson, files);
    let app = Application::load(dir.path(), lesson.demands());
    let checks = lesson.file.steps.iter().flat_map(of_files);
    checks.filter(|entry| judge(entry, &app).is_pass()).cloned().collect()
}

#[test]
fn every_lesson_is_sound() {
    for lesson in lessons() {
        let faults: Vec<String> = lesson.faults().iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}:\n{}", lesson.dir, faults.join("\n"));
    }
}

#[test]
fn every_step_is_told_in_every_language() {
    for lesson in lessons() {
        for lang in Lang::ALL {
            let prose = lesson.prose(lang).unwrap_or_else(|error| panic!("{error}"));
            assert!(!prose.title.is_empty() && !prose.intro.is_empty(), "{} {}", lesson.dir, lang.code());
            for step in &lesson.file.steps {
                let told = prose.steps.iter().find(|told| told.id == step.id);
                let told = told.unwrap_or_else(|| panic!("{}.md lacks {}", lang.code(), step.id));
                let at = format!("{}.md {}", lang.code(), step.id);
                assert!(!told.title.is_empty() && !told.body.is_empty(), "{at}: title and text");
                assert!(told.hints.len() >= 3, "{at}: {} hints", told.hints.len());
                assert!(told.notes.is_some(), "{at}: speaker notes");
                let questions: Vec<&str> = told.questions.iter().map(|asked| asked.id.as_str()).collect();
                let asked = step.checks.iter().filter(|entry| entry.spec.kind() == "question");
                assert_eq!(questions, asked.map(|entry| entry.id.as_str()).collect::<Vec<_>>(), "{at}");
            }
        }
    }
}

/// A step that changes files is open at the lesson's start and right before its own edit, and done
/// after it; so each edit is needed, and is enough.
#[test]
fn every_edit_is_needed_and_is_enough() {
    for lesson in lessons() {
        let nothing = written(&lesson, &catalog::FileTree::new());
        let start = written(&lesson, &lesson.start_files().expect("the start"));
        for (index, step) in lesson.file.steps.iter().enumerate() {
            if of_files(step).next().is_none() {
                continue;
            }
            let passes = |dir: &TempDir| {
                let app = Application::load(dir.path(), lesson.demands());
                of_files(step).map(|entry| judge(entry, &app)).all(|verdict| verdict.is_pass())
            };
            let state = |steps| {
                written(&lesson, &lesson.files_after(steps).unwrap_or_else(|error| panic!("{error}")))
            };
            assert!(passes(&state(index + 1)), "{}: its own edit does not pass", step.id);
            if step.create {
                assert!(!passes(&nothing), "{} passes in an empty folder", step.id);
            } else {
                assert!(step.edits().next().is_some(), "{} looks at files and has no edit", step.id);
                assert!(!passes(&start), "{} passes at the start", step.id);
                assert!(!passes(&state(index)), "{} passes before its edit", step.id);
            }
        }
    }
}

#[test]
fn the_start_with_every_edit_is_the_finish() {
    for lesson in lessons() {
        let edited = lesson.files_after(lesson.file.steps.len()).unwrap_or_else(|error| panic!("{error}"));
        let finish = lesson.finish_files().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(edited.keys().collect::<Vec<_>>(), finish.keys().collect::<Vec<_>>(), "{}", lesson.dir);
        for (path, bytes) in &edited {
            let (edited, finish) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&finish[path]));
            assert_eq!(edited, finish, "{}: {path}", lesson.dir);
        }
        let Some(finish) = &lesson.file.finish else { continue };
        let start = lesson.start_files().expect("the start");
        for (path, bytes) in lesson.folder(finish).expect("the finish") {
            assert_ne!(start.get(&path), Some(&bytes), "{finish}/{path} differs in nothing");
        }
    }
}
