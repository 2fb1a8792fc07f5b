//! Nothing of the learner's is lost: a write is stopped at every point, fails at every point, and
//! meets an editor that saves at every point; and entries are spoiled in every byte.

#![allow(clippy::print_stderr)]

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Write};
use std::rc::Rc;

use proptest::prelude::*;

use super::super::super::disk::fault;
use super::*;

const A1: &str = "head\na1\ntail\n";
const A2: &str = "head\na2\ntail\n";
const GONE: &str = "gone\n";

fn scene() -> (Scene, Vec<Change>) {
    let place = Scene::new();
    place.put("a.yml", A1);
    place.put("old.txt", GONE);
    place.put("other.txt", "other\n");
    let changes = vec![
        change("a.yml", Some(A1), Some(A2)),
        change("sub/in/b.yml", None, Some("b\n")),
        change("old.txt", Some(GONE), None),
    ];
    (place, changes)
}

/// The same, with the learner's folder on another file system; none where there is no other.
fn scene_apart() -> Option<(Scene, Vec<Change>, tempfile::TempDir)> {
    let (place, changes) = scene();
    let other = tempfile::tempdir().unwrap();
    let work = place.root.path().join("workshop");
    if is_same_device(&work, other.path()) {
        return None;
    }
    for name in ["a.yml", "old.txt", "other.txt"] {
        fs::copy(work.join(name), other.path().join(name)).unwrap();
    }
    fs::remove_dir_all(&work).unwrap();
    link(other.path(), &work);
    Some((place, changes, other))
}

fn is_same_device(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(one).unwrap().dev() == fs::metadata(other).unwrap().dev()
}

fn link(to: &Path, name: &Path) {
    std::os::unix::fs::symlink(to, name).unwrap();
}

fn journal_of(place: &Scene) -> Result<Journal, JournalError> {
    Journal::open(&place.root.path().join(".workshop"))
}

/// How the file system is, and at which point the program dies or the disk is full.
#[derive(Clone, Copy, Debug)]
struct Bad {
    at: usize,
    dies: bool,
    /// No exchange in one move.
    simple: bool,
}

/// Runs `work` so, and says whether the point was reached.
fn badly<T>(bad: Bad, work: impl FnOnce() -> T) -> (T, bool) {
    let seen = Rc::new(Cell::new(0_usize));
    let counter = Rc::clone(&seen);
    let hook = move |name: &'static str| {
        if name == "one-move" {
            return if bad.simple { Err(ErrorKind::Unsupported.into()) } else { Ok(()) };
        }
        let now = counter.get();
        counter.set(now + 1);
        let stops = now == bad.at || (bad.dies && now > bad.at);
        if stops { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
    };
    let done = fault::with(hook, work);
    (done, seen.get() > bad.at)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Nothing,
    Other,
    Replace,
    Append,
    Delete,
    Folder,
}

const EDITS: [Edit; 6] =
    [Edit::Nothing, Edit::Other, Edit::Replace, Edit::Append, Edit::Delete, Edit::Folder];

impl Edit {
    fn make(self, place: &Scene, path: &str) {
        let full = place.path(path);
        let now = fs::read_to_string(&full).unwrap_or_default();
        match self {
            Self::Nothing => {}
            Self::Other => place.put("other.txt", "my-own-words\n"),
            Self::Replace => place.put(path, "my-own-words\n"),
            Self::Append => place.put(path, &format!("{now}my-own-words\n")),
            Self::Delete => drop(fs::remove_file(full)),
            Self::Folder => {
                let _ = fs::remove_file(&full);
                place.put(&format!("{path}/inside.txt"), "my-own-words\n");
            }
        }
    }

    const fn writes(self) -> bool {
        !matches!(self, Self::Nothing | Self::Delete)
    }
}

/// Everything that is in the workspace, or comes there by one `undo` after the other.
fn reachable(place: &Scene) -> String {
    let mut all = String::new();
    let mut journal = place.open();
    for _ in 0..20 {
        all.extend(place.all().into_iter().filter_map(|(_, text)| text));
        match journal.undo(true) {
            Ok(_) => {}
            Err(JournalError::NothingToUndo) => return all,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("an undo without end");
}

fn text_at(place: &Scene, path: &str) -> Option<String> {
    fs::read_to_string(place.path(path)).ok()
}

/// Each file is as before, as after, or as the learner made it.
fn no_file_is_between(place: &Scene, edit: Edit) {
    for (path, text) in place.all() {
        let Some(text) = text else { continue };
        let fine = match path.as_str() {
            "a.yml" => text == A1 || text == A2,
            "old.txt" => text == GONE,
            "sub/in/b.yml" => text == "b\n",
            "other.txt" => text == "other\n",
            _ => false,
        };
        assert!(fine || (edit.writes() && text.contains("my-own-words")), "{path}: {text:?}");
    }
}

fn after_a_kill(place: &Scene, bad: Bad, edit: Edit, path: &str) {
    let before: Vec<(&str, &str, bool)> = [("a.yml", "a1"), ("old.txt", "gone")]
        .into_iter()
        .map(|(file, token)| (file, token, text_at(place, file).is_some_and(|text| text.contains(token))))
        .collect();
    edit.make(place, path);
    // Recovery is killed too, at the same number of its own points.
    let _ = badly(Bad { dies: true, ..bad }, || drop(journal_of(place)));
    let _ = place.open();
    no_file_is_between(place, edit);
    let all = reachable(place);
    for (file, token, was_there) in before {
        // What the learner himself replaced is his own doing, where it was there.
        let own_doing = file == path && was_there && !matches!(edit, Edit::Nothing | Edit::Other);
        assert!(own_doing || all.contains(token), "{token} is lost: {bad:?} {edit:?} of {path}\n{all}");
    }
    assert!(!edit.writes() || all.contains("my-own-words"), "{bad:?} {edit:?} of {path}\n{all}");
}

#[test]
fn killed_at_every_point_and_edited_nothing_is_lost() {
    for simple in [false, true] {
        for at in 0.. {
            let mut reached = false;
            for (number, edit) in EDITS.into_iter().enumerate() {
                let path = ["a.yml", "old.txt", "sub/in/b.yml"][(at + number) % 3];
                let (place, changes) = scene();
                let mut journal = place.open();
                let bad = Bad { at, dies: true, simple };
                let (_, stopped) = badly(bad, || journal.record_and_write("apply", "x".into(), changes));
                reached |= stopped;
                after_a_kill(&place, bad, edit, path);
            }
            if !reached {
                assert!(at > 30, "there are many points: {at}");
                break;
            }
        }
    }
}

#[test]
fn on_two_file_systems_a_kill_loses_nothing_either() {
    for at in 0.. {
        let mut reached = false;
        for edit in [Edit::Nothing, Edit::Replace, Edit::Delete] {
            let Some((place, changes, other)) = scene_apart() else { return };
            let mut journal = place.open();
            let bad = Bad { at, dies: true, simple: false };
            let (done, stopped) = badly(bad, || journal.record_and_write("apply", "x".into(), changes));
            assert!(stopped || done.is_ok(), "{done:?}");
            reached |= stopped;
            after_a_kill(&place, bad, edit, ["a.yml", "old.txt"][at % 2]);
            let left = fs::read_dir(other.path()).unwrap().flatten();
            let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
            assert!(!left.iter().any(|name| name.to_string_lossy().contains("workshop-tmp")), "{left:?}");
        }
        if !reached {
            break;
        }
    }
}

#[test]
fn an_undo_killed_at_every_point_and_edited_loses_nothing() {
    for at in 0.. {
        let mut reached = false;
        for edit in EDITS {
            let (place, changes) = scene();
            let mut journal = place.open();
            journal.record_and_write("apply", "x".into(), changes).unwrap();
            place.put("a.yml", &format!("{A2}written-since\n"));
            let bad = Bad { at, dies: true, simple: false };
            let (_, stopped) = badly(bad, || journal.undo(false));
            reached |= stopped;
            let there = text_at(&place, "a.yml").unwrap();
            edit.make(&place, "a.yml");
            let _ = badly(bad, || drop(journal_of(&place)));
            let all = reachable(&place);
            let own_doing = !matches!(edit, Edit::Nothing | Edit::Other | Edit::Append);
            for word in ["written-since", "a1", "gone"] {
                let replaced = own_doing && there.contains(word);
                assert!(replaced || all.contains(word), "{word} is lost: {at} {edit:?}\n{all}");
            }
            assert!(!edit.writes() || all.contains("my-own-words"), "{at} {edit:?}\n{all}");
        }
        if !reached {
            break;
        }
    }
}

#[test]
fn a_disk_that_is_full_at_any_point_leaves_all_as_it_was() {
    for simple in [false, true] {
        for at in 0.. {
            let (place, changes) = scene();
            let before = place.all();
            let mut journal = place.open();
            let bad = Bad { at, dies: false, simple };
            let (done, stopped) = badly(bad, || journal.record_and_write("apply", "x".into(), changes));
            let recovered = place.open();
            if done.is_err() {
                assert_eq!(place.all(), before, "{bad:?}: {done:?}");
                assert!(recovered.recovery().left_alone.is_empty(), "{bad:?}: {:?}", recovered.recovery());
            }
            if !stopped {
                done.unwrap();
                break;
            }
        }
    }
}

/// An editor, and how it saves.
#[derive(Clone, Copy, Debug)]
enum Style {
    /// Empties the file and writes it: VS Code.
    InPlace,
    /// Opens it, and writes to what it opened a while later.
    Slow,
    /// Writes another and renames it: JetBrains.
    Rename,
    /// Renames the file away, writes a new one, deletes the old: vim.
    Backup,
}

const STYLES: [Style; 4] = [Style::InPlace, Style::Slow, Style::Rename, Style::Backup];

/// Saves `text` in three moments.
fn save(style: Style, file: &Path, text: &str, moment: usize, held: &mut Option<fs::File>) {
    let beside = file.with_extension("saving");
    match (style, moment) {
        (Style::InPlace, 0) => *held = fs::File::create(file).ok(),
        (Style::Slow, 0) => *held = fs::File::options().write(true).open(file).ok(),
        (Style::InPlace, 1) => held.as_mut().map_or((), |file| file.write_all(text.as_bytes()).unwrap()),
        (Style::Slow, 2) => {
            if let Some(mut file) = held.take() {
                file.set_len(0).unwrap();
                file.write_all(text.as_bytes()).unwrap();
            } else {
                fs::write(file, text).unwrap();
            }
        }
        (Style::Rename, 0) => fs::write(&beside, text).unwrap(),
        (Style::Rename, 1) => fs::rename(&beside, file).unwrap(),
        (Style::Backup, 0) => drop(fs::rename(file, &beside)),
        (Style::Backup, 1) => fs::write(file, text).unwrap(),
        (Style::Backup, 2) => drop(fs::remove_file(&beside)),
        _ => {}
    }
}

/// Each editor saves, its first moment at the `at`-th point and the others `gap` points later
/// each; whether the write had that many.
fn saved_during(style: Style, at: usize, gap: usize, simple: bool, target: &'static str) -> bool {
    let (place, changes) = scene();
    let mut journal = place.open();
    let (seen, moment) = (Rc::new(Cell::new(0_usize)), Rc::new(Cell::new(0_usize)));
    let held = Rc::new(RefCell::new(None));
    let file = place.path(target);
    let text = "my-own-words\n";
    let hook = {
        let (seen, moment, held, file) =
            (Rc::clone(&seen), Rc::clone(&moment), Rc::clone(&held), file.clone());
        move |name: &'static str| {
            if simple && name == "one-move" {
                return Err(ErrorKind::Unsupported.into());
            }
            if seen.get() == at + gap * moment.get() && moment.get() < 3 {
                save(style, &file, text, moment.get(), &mut held.borrow_mut());
                moment.set(moment.get() + 1);
            }
            seen.set(seen.get() + 1);
            Ok(())
        }
    };
    let _ = fault::with(hook, || journal.record_and_write("apply", "x".into(), changes));
    let reached = moment.get() > 0;
    // The rest of the save comes after the command.
    for moment in moment.get()..3 {
        save(style, &file, text, moment, &mut held.borrow_mut());
    }
    *held.borrow_mut() = None;
    let all = reachable(&place);
    assert!(all.contains("my-own-words"), "{style:?} {at} {gap} simple {simple} {target}:\n{all}");
    reached
}

#[test]
fn an_editor_that_saves_at_any_point_loses_nothing() {
    for simple in [false, true] {
        for style in STYLES {
            for target in ["a.yml", "old.txt"] {
                for gap in [1, 4, 11] {
                    for at in 0.. {
                        if !saved_during(style, at, gap, simple, target) {
                            break;
                        }
                    }
                }
            }
        }
    }
}

/// How many rounds the races have: `WORKSHOP_RACE_ROUNDS`.
fn rounds() -> u64 {
    let asked = std::env::var("WORKSHOP_RACE_ROUNDS").ok();
    asked.and_then(|rounds| rounds.parse().ok()).unwrap_or(200)
}

#[test]
fn a_save_at_the_same_time_is_there_or_comes_back() {
    let mut wrote_first = 0;
    for round in 0..rounds() {
        let style = STYLES[usize::try_from(round % 4).unwrap()];
        let undoes = round % 8 > 3;
        let (place, changes) = scene();
        let mut journal = place.open();
        if undoes {
            journal.record_and_write("apply", "x".into(), changes.clone()).unwrap();
        }
        let file = place.path("a.yml");
        let (begin, spins) = (std::sync::Barrier::new(2), (round * 7919) % 40_000);
        let done = std::thread::scope(|scope| {
            scope.spawn(|| {
                begin.wait();
                // Another moment in every round.
                for _ in 0..spins {
                    std::hint::spin_loop();
                }
                let mut held = None;
                for moment in 0..3 {
                    save(style, &file, "my-own-words\n", moment, &mut held);
                    std::thread::yield_now();
                }
            });
            begin.wait();
            if undoes {
                journal.undo(false).map(|_| ())
            } else {
                journal.record_and_write("apply", "x".into(), changes).map(|_| ())
            }
        });
        wrote_first += u64::from(done.is_err());
        let all = reachable(&place);
        assert!(all.contains("my-own-words"), "round {round}, {style:?}: {done:?}\n{all}");
    }
    eprintln!("{wrote_first} of {} saves came in between", rounds());
}

/// Every file of the latest entry with its bytes and its time.
fn entry_files(place: &Scene) -> Vec<PathBuf> {
    let entries = place.root.path().join(".workshop/journal");
    let last = fs::read_dir(entries).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    fs::read_dir(last).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// As a disk does it: the time of the file stays.
fn flip(path: &Path, bit: usize) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes[bit / 8] ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// An old file, as it is where a bit flips.
fn age(place: &Scene) {
    for path in ["a.yml", "old.txt"] {
        let file = fs::File::options().write(true).open(place.path(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }
}

#[test]
fn a_flipped_bit_is_found_and_nothing_of_it_is_used() {
    for killed in [false, true] {
        let mut round = 0;
        loop {
            let (place, changes) = scene();
            age(&place);
            if killed {
                killed_after(&place, 2, &changes);
            } else {
                place.open().record_and_write("apply", "x".into(), changes).unwrap();
            }
            let files = entry_files(&place);
            let bits: usize = files.iter().map(|path| fs::metadata(path).unwrap().len() as usize * 8).sum();
            let mut bit = round * 61;
            if bit >= bits {
                assert!(round > 100, "{round}");
                break;
            }
            round += 1;
            let path = files
                .iter()
                .find(|path| {
                    let size = fs::metadata(path).unwrap().len() as usize * 8;
                    let here = bit < size;
                    bit -= if here { 0 } else { size };
                    here
                })
                .unwrap();
            flip(path, bit);
            let mut journal = place.open();
            no_file_is_between(&place, Edit::Nothing);
            let undone = journal.undo(false);
            no_file_is_between(&place, Edit::Nothing);
            let is_copy = path.extension().is_some_and(|what| what == "file");
            let said =
                !journal.recovery().broken.is_empty() || matches!(undone, Err(JournalError::Damaged { .. }));
            assert!(said || is_copy, "{}: {undone:?} {:?}", path.display(), journal.recovery());
        }
    }
}

#[test]
fn what_is_no_state_is_damage_and_not_pending() {
    for spoil in ["", "pending", "pending\n", "done\n", "don", "DONE\n", "\0\0\0\0"] {
        let (place, changes) = scene();
        place.open().record_and_write("apply", "x".into(), changes).unwrap();
        let after = place.all();
        fs::write(place.root.path().join(".workshop/journal/0001/state"), spoil).unwrap();
        let journal = place.open();
        assert_eq!(place.all(), after, "{spoil:?}");
        assert_eq!(journal.recovery().broken.len(), 1, "{spoil:?}");
        assert!(place.root.path().join(".workshop/journal/0001.broken/0.before").is_file());
    }
}

#[test]
fn names_that_lead_elsewhere_are_damage() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "secret").unwrap();
    let outside = secret.path().display().to_string();
    for (from, to) in [
        ("\"0.before\"", format!("\"{outside}\"")),
        ("\"0.before\"", "\"../0001/0.before\"".to_owned()),
        ("\"0.before\"", "\"state\"".to_owned()),
        ("\"path\": \"a.yml\"", "\"path\": \"../.bash_profile\"".to_owned()),
        ("\"path\": \"a.yml\"", "\"path\": \"/etc/passwd\"".to_owned()),
        ("\"path\": \"a.yml\"", "\"path\": \"old.txt\"".to_owned()),
        ("\"made_folders\": [", "\"made_folders\": [\"../x\", ".to_owned()),
        ("\"removes_folders\": []", "\"removes_folders\": [\"/tmp\"]".to_owned()),
        ("\"label\": \"x\"", "\"label\": \"\\u001b[2J\"".to_owned()),
        ("\"format\": 2", "\"format\": 0".to_owned()),
    ] {
        let (place, changes) = scene();
        killed_after(&place, 2, &changes);
        let before = place.all();
        let manifest = place.root.path().join(".workshop/journal/0001/manifest.json");
        let text = fs::read_to_string(&manifest).unwrap().replace("\"killed\"", "\"x\"");
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, &to, 1);
        fs::write(&manifest, &text).unwrap();
        // Whoever plants it knows how to seal it.
        let seal = crate::workspace::hex::checksum(text.as_bytes());
        fs::write(manifest.with_file_name("state"), format!("pending {seal}\n")).unwrap();
        assert_eq!(place.open().recovery().broken.len(), 1, "{to}");
        assert_eq!(place.all(), before, "{to}");
    }
}

#[test]
fn links_and_other_names_in_the_journal_are_not_followed() {
    use std::os::unix::fs::symlink;
    let (place, changes) = scene();
    let private = place.root.path().join(".workshop");
    drop(place.open());
    for name in ["007", "7", "00007", "0007x", "99999999999999999999", "readme"] {
        fs::create_dir(private.join("journal").join(name)).unwrap();
    }
    let mut journal = place.open();
    assert!(journal.recovery().is_empty());
    journal.record_and_write("apply", "x".into(), changes).unwrap();
    assert!(private.join("journal/0001").is_dir() && private.join("journal/007").is_dir());
    // A file and a link where an entry would be, and a link where an entry's content is.
    fs::write(private.join("journal/0002"), "x").unwrap();
    symlink(private.join("journal/0001"), private.join("journal/0003")).unwrap();
    assert_eq!(place.open().recovery().broken.len(), 2);
    let content = private.join("journal/0001/0.before");
    fs::rename(&content, private.join("elsewhere")).unwrap();
    symlink(private.join("elsewhere"), &content).unwrap();
    assert_eq!(place.open().recovery().broken.len(), 1);
    // The folders themselves.
    let other = tempfile::tempdir().unwrap();
    for name in ["journal", "tmp"] {
        fs::rename(private.join(name), private.join(format!("{name}.mine"))).unwrap();
        symlink(other.path(), private.join(name)).unwrap();
    }
    let mut journal = place.open();
    assert_eq!(journal.recovery().broken.len(), 2);
    journal.record_and_write("apply", "y".into(), vec![change("n", None, Some("n"))]).unwrap();
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
}

#[test]
fn what_is_kept_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (place, changes) = scene();
    place.open().record_and_write("apply", "x".into(), changes).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    let journal = place.root.path().join(".workshop/journal");
    for folder in [&journal, &journal.join("0001"), &place.root.path().join(".workshop/tmp")] {
        assert_eq!(mode(folder), 0, "{}", folder.display());
    }
    for name in ["manifest.json", "state", "0.before", "0.after", "1.after", "2.before"] {
        assert_eq!(mode(&journal.join("0001").join(name)), 0, "{name}");
    }
}

#[test]
fn what_an_interruption_left_is_never_pruned_before_it_came_back() {
    let (place, changes) = scene();
    killed_after(&place, 2, &changes);
    place.put("a.yml", "my-own-words\n");
    let mut journal = place.open();
    assert_eq!(journal.recovery().left_alone, ["a.yml"]);
    let mut text = None;
    for number in 0..KEPT + 3 {
        let next = number.to_string();
        journal.record_and_write("env", "x".into(), vec![change("f", text.as_deref(), Some(&next))]).unwrap();
        text = Some(next);
    }
    assert_eq!(journal.numbers().unwrap()[0], 1);
    for _ in 0..KEPT {
        if text_at(&place, "a.yml").unwrap() != "my-own-words\n" {
            break;
        }
        journal.undo(false).unwrap();
    }
    assert_eq!(text_at(&place, "a.yml").unwrap(), A1);
    assert_eq!(journal.undo(false).unwrap().files, ["a.yml"]);
    assert_eq!(text_at(&place, "a.yml").unwrap(), "my-own-words\n");
}

#[test]
fn an_entry_of_the_first_format_is_read_and_undone() {
    let (place, _) = scene();
    place.put("a.yml", A2);
    let dir = place.root.path().join(".workshop/journal/0001");
    fs::create_dir_all(&dir).unwrap();
    let manifest = r#"{"format": 1, "time": 5, "kind": "apply", "label": "old", "made_folders": [],
        "files": [{"path": "a.yml", "before": {"file": "0.before", "mode": 420},
                   "after": {"file": "0.after", "mode": null}}], "removes_folders": []}"#;
    for (name, text) in [("manifest.json", manifest), ("0.before", A1), ("0.after", A2), ("state", "done\n")]
    {
        fs::write(dir.join(name), text).unwrap();
    }
    let mut journal = place.open();
    assert!(journal.recovery().is_empty());
    assert_eq!(journal.undo(false).unwrap().label, "old");
    assert_eq!(text_at(&place, "a.yml").unwrap(), A1);
    // Interrupted, it is taken back.
    place.put("a.yml", A2);
    fs::remove_dir_all(place.root.path().join(".workshop/journal/0002")).unwrap();
    fs::write(dir.join("state"), "pending\n").unwrap();
    assert_eq!(place.open().recovery().rolled_back, ["old"]);
    assert_eq!(text_at(&place, "a.yml").unwrap(), A1);
}

#[derive(Clone, Debug)]
enum Move {
    Write(u8, u8),
    Edit(u8, u8),
    Delete(u8),
    Undo,
    Kill(u8, u8, usize),
    KillUndo(usize),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        (0..3_u8, any::<u8>()).prop_map(|(file, word)| Move::Write(file, word)),
        (0..3_u8, any::<u8>()).prop_map(|(file, word)| Move::Edit(file, word)),
        (0..3_u8).prop_map(Move::Delete),
        Just(Move::Undo),
        (0..3_u8, any::<u8>(), 0..40_usize).prop_map(|(file, word, at)| Move::Kill(file, word, at)),
        (0..40_usize).prop_map(Move::KillUndo),
    ];
    proptest::collection::vec(one, 1..12)
}

/// The last of the learner's own words in each file, as long as only the program touched it since.
fn play(moves: Vec<Move>) {
    let place = Scene::new();
    let name = |file: u8| format!("f{file}");
    let mut own: [Option<String>; 3] = Default::default();
    for (turn, one) in moves.into_iter().enumerate() {
        let mut journal = place.open();
        let written = |file: u8, word: u8| {
            let now = text_at(&place, &name(file));
            change(&name(file), now.as_deref(), Some(&format!("program {turn} {word}\n")))
        };
        let dies = |at| Bad { at, dies: true, simple: at % 2 == 1 };
        match one {
            Move::Write(file, word) => {
                journal.record_and_write("apply", "x".into(), vec![written(file, word)]).unwrap();
            }
            Move::Edit(file, word) => {
                let text = format!("own {turn} {word}\n");
                place.put(&name(file), &text);
                own[usize::from(file)] = Some(text);
            }
            Move::Delete(file) => {
                let there = text_at(&place, &name(file));
                let _ = fs::remove_file(place.path(&name(file)));
                if there == own[usize::from(file)] {
                    own[usize::from(file)] = None;
                }
            }
            Move::Undo => drop(journal.undo(false)),
            Move::Kill(file, word, at) => {
                let changes = vec![written(file, word), written((file + 1) % 3, word)];
                let _ = badly(dies(at), || journal.record_and_write("apply", "x".into(), changes));
            }
            Move::KillUndo(at) => drop(badly(dies(at), || journal.undo(false))),
        }
    }
    let all = reachable(&place);
    for text in own.into_iter().flatten() {
        assert!(all.contains(&text), "{text:?} is lost\n{all}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]
    #[test]
    fn whatever_happens_the_learners_words_are_there_or_come_back(moves in moves()) {
        play(moves);
    }
}
