//! Writes, undo, and every point at which a program can be killed.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;

mod hostile;

struct Scene {
    root: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        // In memory where there is such a folder: what is tried here is the order of things.
        let memory = Path::new("/dev/shm");
        let root = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()).unwrap();
        fs::create_dir(root.path().join(".workshop")).unwrap();
        fs::create_dir(root.path().join("workshop")).unwrap();
        Self { root }
    }

    fn open(&self) -> Journal {
        Journal::open(&self.root.path().join(".workshop")).unwrap()
    }

    fn path(&self, rel: &str) -> PathBuf {
        self.root.path().join("workshop").join(rel)
    }

    fn put(&self, rel: &str, text: &str) {
        fs::create_dir_all(self.path(rel).parent().unwrap()).unwrap();
        fs::write(self.path(rel), text).unwrap();
    }

    /// Every file of the workspace with its content, and every folder.
    fn all(&self) -> Vec<(String, Option<String>)> {
        fn visit(dir: &Path, prefix: &str, found: &mut Vec<(String, Option<String>)>) {
            let Ok(entries) = fs::read_dir(dir) else { return };
            for entry in entries.map(Result::unwrap) {
                let rel = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    visit(&entry.path(), &format!("{rel}/"), found);
                    found.push((rel, None));
                } else {
                    found.push((rel, Some(fs::read_to_string(entry.path()).unwrap())));
                }
            }
        }
        let mut found = Vec::new();
        visit(&self.path(""), "", &mut found);
        found.sort();
        found
    }

    fn entries(&self) -> usize {
        self.open().numbers().unwrap().len()
    }
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> Change {
    let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
    Change { path: path.to_owned(), before: bytes(before), after: bytes(after), mode: None }
}

fn files(place: &Scene) -> Vec<Change> {
    place.put("a.yml", "a1\n");
    place.put("old.txt", "gone\n");
    vec![
        change("a.yml", Some("a1\n"), Some("a2\n")),
        change("새 폴더/in/b c.yml", None, Some("b\n")),
        change("old.txt", Some("gone\n"), None),
    ]
}

#[test]
fn a_write_is_done_and_undone_with_its_folders() {
    let place = Scene::new();
    let changes = files(&place);
    let before = place.all();
    let mut journal = place.open();
    let written = journal.record_and_write("apply", "첫 단계".into(), changes).unwrap();
    assert_eq!(written, ["a.yml", "새 폴더/in/b c.yml", "old.txt"]);
    assert_eq!(fs::read_to_string(place.path("새 폴더/in/b c.yml")).unwrap(), "b\n");
    assert!(!place.path("old.txt").exists());
    let undone = place.open().undo(false).unwrap();
    assert_eq!((undone.kind.as_str(), undone.label.as_str(), undone.files.len()), ("apply", "첫 단계", 3));
    assert_eq!(place.all(), before);
    assert_eq!(place.open().undo(false), Err(JournalError::NothingToUndo));
    let entries = place.open().entries().unwrap();
    let writes = entries.iter().filter(|entry| entry.manifest.undoes.is_none());
    let taken_back = super::undone(&entries);
    assert_eq!(writes.map(|entry| taken_back.contains(&entry.number)).collect::<Vec<_>>(), [true]);
}

#[test]
fn several_undos_in_a_row_go_back_step_by_step() {
    let place = Scene::new();
    place.put("f", "0");
    let mut journal = place.open();
    for step in 0..3 {
        let (from, to) = (step.to_string(), (step + 1).to_string());
        journal.record_and_write("apply", to.clone(), vec![change("f", Some(&from), Some(&to))]).unwrap();
    }
    assert_eq!(journal.undo(false).unwrap().label, "3");
    assert_eq!(journal.undo(false).unwrap().label, "2");
    journal.record_and_write("apply", "x".into(), vec![change("f", Some("1"), Some("x"))]).unwrap();
    assert_eq!(journal.undo(false).unwrap().label, "x");
    assert_eq!(journal.undo(false).unwrap().label, "1");
    assert_eq!(journal.undo(false), Err(JournalError::NothingToUndo));
    assert_eq!(fs::read_to_string(place.path("f")).unwrap(), "0");
}

#[test]
fn nothing_is_recorded_where_nothing_changes() {
    let place = Scene::new();
    place.put("f", "same");
    let mut journal = place.open();
    let written =
        journal.record_and_write("apply", "x".into(), vec![change("f", Some("same"), Some("same"))]);
    assert_eq!(written.unwrap(), Vec::<String>::new());
    assert_eq!(place.entries(), 0);
}

#[test]
fn a_file_changed_meanwhile_stops_everything() {
    let place = Scene::new();
    let changes = files(&place);
    place.put("old.txt", "mine\n");
    let before = place.all();
    let error = place.open().record_and_write("apply", "x".into(), changes).unwrap_err();
    assert_eq!(error, JournalError::ChangedMeanwhile { path: "old.txt".into() });
    assert_eq!(place.all(), before);
    assert_eq!(place.entries(), 0);
}

#[test]
fn undo_keeps_what_the_learner_changed_since_or_refuses() {
    let place = Scene::new();
    place.put("f", "a\nb\nc\n");
    place.put("g", "1\n");
    let mut journal = place.open();
    let changes =
        vec![change("f", Some("a\nb\nc\n"), Some("a\nB\nc\n")), change("g", Some("1\n"), Some("2\n"))];
    journal.record_and_write("apply", "x".into(), changes).unwrap();
    place.put("f", "# mine\na\nB\nc\n");
    place.put("g", "3\n");
    assert_eq!(journal.undo(false), Err(JournalError::UndoConflict { path: "g".into() }));
    assert_eq!(fs::read_to_string(place.path("f")).unwrap(), "# mine\na\nB\nc\n");
    place.put("g", "1\n");
    assert_eq!(journal.undo(false).unwrap().files, ["f"]);
    assert_eq!(fs::read_to_string(place.path("f")).unwrap(), "# mine\na\nb\nc\n");
}

#[test]
fn undo_does_not_delete_a_created_file_that_the_learner_changed() {
    let place = Scene::new();
    let mut journal = place.open();
    journal.record_and_write("create", "x".into(), vec![change("new", None, Some("1\n"))]).unwrap();
    place.put("new", "1\nmine\n");
    assert_eq!(journal.undo(false), Err(JournalError::UndoConflict { path: "new".into() }));
    fs::remove_file(place.path("new")).unwrap();
    assert_eq!(journal.undo(false).unwrap().files, Vec::<String>::new());
}

fn recorded(journal: &Journal, manifest: Manifest, changes: &[Change]) -> Entry {
    let number = journal.next_number().unwrap();
    let times = changes.iter().map(|change| entry::settled_time(&journal.folders.work.join(&change.path)));
    let times: Vec<Option<u64>> = times.collect();
    Entry::record(&journal.folders, number, manifest, changes, &times).unwrap()
}

/// Killed after `steps` of: recording, one step a file, finishing.
fn killed_after(place: &Scene, steps: usize, changes: &[Change]) {
    let journal = place.open();
    let mut entry = recorded(&journal, Manifest::new("apply", "killed".into()), changes);
    let contents = entry.contents().unwrap();
    for step in 0..steps {
        if step < changes.len() {
            entry.write(&journal.folders, step, &contents[step]).unwrap();
        } else {
            journal.finish(&mut entry, &contents).unwrap();
        }
    }
}

#[test]
fn killed_at_any_step_the_next_opening_has_before_or_after() {
    for steps in 0..=4 {
        let place = Scene::new();
        let changes = files(&place);
        let before = place.all();
        killed_after(&place, steps, &changes);
        let killed = place.all();
        fs::write(place.root.path().join(".workshop/tmp/.workshop-tmp-x"), "half").unwrap();
        fs::create_dir(place.root.path().join(".workshop/tmp/.workshop-tmp-entry-0009")).unwrap();
        let journal = place.open();
        if steps < 4 {
            assert_eq!(place.all(), before, "after {steps} steps");
            assert_eq!(journal.recovery().rolled_back, ["killed"]);
            assert_eq!(place.entries(), 0);
        } else {
            assert_eq!(place.all(), killed);
            assert_eq!(journal.recovery(), &Recovery::default());
        }
        assert_eq!(journal.recovery().left_alone, Vec::<String>::new());
        assert_eq!(fs::read_dir(&journal.folders.tmp).unwrap().count(), 0);
    }
}

#[test]
fn recovery_leaves_alone_what_the_learner_changed_in_between() {
    let place = Scene::new();
    let changes = files(&place);
    killed_after(&place, 2, &changes);
    place.put("a.yml", "mine\n");
    let journal = place.open();
    assert_eq!(journal.recovery().left_alone, ["a.yml"]);
    assert_eq!(fs::read_to_string(place.path("a.yml")).unwrap(), "mine\n");
    assert!(!place.path("새 폴더").exists());
}

#[test]
fn a_failure_in_the_middle_takes_everything_back() {
    let place = Scene::new();
    let changes = files(&place);
    let journal = place.open();
    let mut entry = recorded(&journal, Manifest::new("apply", "x".into()), &changes);
    // A file where the second change needs a folder; works for root too, whom permissions do not stop.
    fs::write(place.path("새 폴더"), "in the way").unwrap();
    assert!(journal.carry_out(&mut entry, &changes).is_err());
    entry.roll_back(&journal.folders, false).unwrap();
    assert_eq!(fs::read_to_string(place.path("a.yml")).unwrap(), "a1\n");
    assert_eq!(fs::read_to_string(place.path("old.txt")).unwrap(), "gone\n");
    assert_eq!(fs::read_to_string(place.path("새 폴더")).unwrap(), "in the way");
    assert_eq!(place.entries(), 0);
}

#[test]
fn a_killed_undo_is_taken_back_too() {
    let place = Scene::new();
    let changes = files(&place);
    let mut journal = place.open();
    journal.record_and_write("apply", "x".into(), changes.clone()).unwrap();
    let after = place.all();
    let back: Vec<Change> = changes
        .into_iter()
        .map(|Change { path, before, after, mode }| Change { path, before: after, after: before, mode })
        .collect();
    let mut manifest = Manifest::new("undo", "x".into());
    manifest.undoes = Some(1);
    manifest.removes_folders = vec!["새 폴더".into(), "새 폴더/in".into()];
    let entry = recorded(&journal, manifest, &back);
    let contents = entry.contents().unwrap();
    entry.write(&journal.folders, 0, &contents[0]).unwrap();
    entry.write(&journal.folders, 1, &contents[1]).unwrap();
    remove_folders(&place);
    let mut journal = place.open();
    assert_eq!(place.all(), after);
    assert_eq!(journal.undo(false).unwrap().files.len(), 3);
}

fn remove_folders(place: &Scene) {
    fs::remove_dir(place.path("새 폴더/in")).unwrap();
    fs::remove_dir(place.path("새 폴더")).unwrap();
}

#[test]
fn paths_outside_are_refused_and_nothing_is_recorded() {
    let place = Scene::new();
    let mut journal = place.open();
    for path in ["../out", "/out", "a/../../out"] {
        let error = journal.record_and_write("apply", "x".into(), vec![change(path, None, Some("x"))]);
        assert_eq!(error, Err(JournalError::File(files::ReadError::Outside { path: path.into() })));
    }
    assert_eq!(place.entries(), 0);
}

#[test]
fn the_journal_stays_small() {
    let place = Scene::new();
    let mut journal = place.open();
    let mut text = None;
    for number in 1..KEPT + 6 {
        let next = number.to_string();
        let one = change("f", text.as_deref(), Some(&next));
        journal.record_and_write("env", "x".into(), vec![one]).unwrap();
        text = Some(next);
    }
    let numbers = journal.numbers().unwrap();
    assert_eq!((numbers.len(), numbers[0], numbers[KEPT - 1]), (KEPT, 6, 205));
}

#[test]
fn a_damaged_entry_is_put_aside_and_said() {
    let place = Scene::new();
    place.put("f", "0");
    let mut journal = place.open();
    journal.record_and_write("env", "1".into(), vec![change("f", Some("0"), Some("1"))]).unwrap();
    journal.record_and_write("env", "2".into(), vec![change("f", Some("1"), Some("2"))]).unwrap();
    fs::write(place.root.path().join(".workshop/journal/0002/manifest.json"), "{\"format\"").unwrap();
    let mut journal = place.open();
    assert_eq!(journal.recovery().broken.len(), 1);
    assert_eq!(journal.undo(false), Err(JournalError::UndoConflict { path: "f".into() }));
    assert!(place.open().recovery().is_empty());
}

#[test]
fn an_entry_of_a_newer_version_is_refused() {
    let place = Scene::new();
    place.put("f", "0");
    place.open().record_and_write("env", "x".into(), vec![change("f", Some("0"), Some("1"))]).unwrap();
    let manifest = place.root.path().join(".workshop/journal/0001/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap().replace("\"format\": 2", "\"format\": 99");
    fs::write(&manifest, &text).unwrap();
    let seal = crate::workspace::hex::checksum(text.as_bytes());
    fs::write(manifest.with_file_name("state"), format!("done {seal}\n")).unwrap();
    let error = Journal::open(&place.root.path().join(".workshop")).unwrap_err();
    assert!(matches!(error, JournalError::Newer { .. }), "{error:?}");
}

const CHILD: &str = "WORKSHOP_JOURNAL_CHILD";

/// Not a test of its own: the program that the next one kills.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(root) = std::env::var_os(CHILD) else { return };
    let mut journal = Journal::open(&Path::new(&root).join(".workshop")).unwrap();
    let work = Path::new(&root).join("workshop");
    loop {
        let now = fs::read_to_string(work.join("a")).unwrap();
        let next = (now.parse::<u64>().unwrap() + 1).to_string();
        let new = fs::read_to_string(work.join("sub/b")).ok();
        let changes = vec![
            change("a", Some(&now), Some(&next)),
            change("sub/b", new.as_deref(), if new.is_some() { None } else { Some(&next) }),
            change("c", Some(&now), Some(&next)),
        ];
        journal.record_and_write("apply", next, changes).unwrap();
        if new.is_some() {
            let _ = fs::remove_dir(work.join("sub"));
        }
    }
}

#[test]
fn a_program_killed_at_any_moment_leaves_before_or_after() {
    let place = Scene::new();
    place.put("a", "0");
    place.put("c", "0");
    for round in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "workspace::journal::tests::child_that_writes_until_it_is_killed"])
            .env(CHILD, place.root.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Any moment will do; these are spread so that the rounds differ.
        std::thread::sleep(std::time::Duration::from_millis(30 + (round * 37) % 101));
        child.kill().unwrap();
        child.wait().unwrap();
        let journal = place.open();
        assert_eq!(journal.recovery().left_alone, Vec::<String>::new());
        let text = |rel| fs::read_to_string(place.path(rel)).unwrap();
        assert_eq!(text("a"), text("c"), "round {round}");
        let odd = text("a").parse::<u64>().unwrap() % 2 == 1;
        assert_eq!(place.path("sub/b").exists(), odd, "round {round}");
    }
    assert_ne!(fs::read_to_string(place.path("a")).unwrap(), "0");
}
