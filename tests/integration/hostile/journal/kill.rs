//! SIGKILL at any moment, then an edit by the learner, then another command.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Dice, has, reachable, rounds, spoiled};
use crate::harness::Sandbox;

const WORKERS: usize = 3;

struct Case {
    args: &'static [&'static str],
    template: Sandbox,
    before: BTreeMap<String, Vec<u8>>,
    /// What is the learner's own and not the lesson's, by path.
    own: BTreeMap<String, Vec<u8>>,
    after: BTreeMap<String, Vec<u8>>,
    takes: Duration,
}

fn files(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let mut tree = sandbox.tree();
    tree.remove(".env");
    tree
}

impl Case {
    fn new(args: &'static [&'static str], template: Sandbox, own: &BTreeMap<String, Vec<u8>>) -> Self {
        let whole = Sandbox::copy_of(&template);
        let begun = Instant::now();
        whole.run(args).code(0);
        let takes = begun.elapsed();
        let (before, after, own) = (files(&template), files(&whole), own.clone());
        Self { args, template, before, own, after, takes }
    }
}

fn cases() -> Vec<Case> {
    let fresh = Sandbox::in_memory().without_docker();
    fresh.run(["start", "06"]).code(0);
    let editing = Sandbox::copy_of(&fresh);
    editing.run(["apply", "--yes"]).code(0);
    editing.run(["goto", "remove-container-name"]).code(0);
    let notes = "# my notes\n";
    editing.write("docker-compose.yml", format!("{notes}{}", editing.read("docker-compose.yml")));
    let noted = BTreeMap::from([("docker-compose.yml".to_owned(), notes.into())]);
    let (spoiled, own) = spoiled();
    let reset = Sandbox::copy_of(&spoiled);
    reset.run(["reset", "--yes"]).code(0);
    vec![
        Case::new(&["apply", "--yes"], editing, &noted),
        Case::new(&["reset", "--yes"], spoiled, &own),
        Case::new(&["undo"], reset, &own),
        Case::new(&["apply", "--yes"], fresh, &BTreeMap::new()),
    ]
}

const WORDS: &[u8] = b"# written after the kill\n";

/// Kills, edits, runs the next command, and looks for everything that was the learner's.
fn round(case: &Case, dice: &mut Dice) {
    let sandbox = Sandbox::copy_of(&case.template);
    let entries = || std::fs::read_dir(sandbox.root().join(".workshop/journal")).map_or(0, Iterator::count);
    let recorded = entries();
    let mut command = sandbox.command();
    let quiet = command.args(case.args).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    // Half of them are killed while they write.
    let writing = dice.roll(2) == 0;
    while writing && entries() <= recorded && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        std::thread::yield_now();
    }
    let limit = if writing { 20_000 } else { case.takes.as_micros() as usize * 12 / 10 };
    std::thread::sleep(Duration::from_micros(dice.roll(limit) as u64));
    let _ = child.kill();
    let _ = child.wait();
    let left = files(&sandbox);

    let paths: Vec<&String> = case.before.keys().chain(case.after.keys()).collect();
    let path = ["docker-compose.yml".to_owned(), paths[dice.roll(paths.len())].clone()][dice.roll(2)].clone();
    let edit = dice.roll(5);
    match edit {
        0 => sandbox.write(&path, WORDS),
        1 => {
            let whole = [left.get(&path).map_or(&b""[..], Vec::as_slice), WORDS].concat();
            sandbox.write(&path, whole);
        }
        2 => drop(std::fs::remove_file(sandbox.path(&path))),
        3 => {
            let _ = std::fs::remove_file(sandbox.path(&path));
            sandbox.write(&format!("{path}/inside.txt"), WORDS);
        }
        _ => sandbox.write("a-file-of-my-own.txt", WORDS),
    }

    let next: &[&str] =
        [&["status"][..], &["check", "--static"], &["apply", "--yes"], &["reset", "--yes"], &["undo"]]
            [dice.roll(5)];
    let run = sandbox.run(next);
    assert!(matches!(run.status, Some(0..=3)), "{run:?}");
    let said = format!("{:?} killed, edit {edit} of {path}, then {next:?}: {run:?}", case.args);
    for (file, text) in files(&sandbox) {
        let own = |tree: &BTreeMap<String, Vec<u8>>| tree.get(&file) == Some(&text);
        let is_whole = own(&case.before) || own(&case.after) || has(std::slice::from_ref(&text), WORDS);
        assert!(is_whole || !matches!(next, ["status"]), "{file} is between: {said}");
        assert!(!file.contains("workshop-tmp"), "{file}: {said}");
    }
    let all = reachable(&sandbox);
    for (file, text) in &case.own {
        // What was there when the learner replaced it is the learner's own doing.
        let was_there = left.get(file).is_some_and(|there| has(std::slice::from_ref(there), text));
        let own_doing = *file == path && matches!(edit, 0 | 2 | 3) && was_there;
        assert!(own_doing || has(&all, text), "{file} is lost: {said}");
    }
    assert!(edit == 2 || has(&all, WORDS), "the edit is lost: {said}");
}

#[test]
fn killed_then_edited_nothing_is_lost() {
    let (begun, cases) = (Instant::now(), cases());
    let total = rounds("WORKSHOP_KILL_ROUNDS", 200);
    let mut dice = Dice::seeded();
    let seed = dice.0;
    let plan: Vec<(usize, u64)> =
        (0..total).map(|number| (number % cases.len(), dice.roll(usize::MAX) as u64)).collect();
    let queue = Mutex::new(plan.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((case, own)) = queue.lock().unwrap().next() else { break };
                    let one = || round(&cases[case], &mut Dice(own));
                    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(one));
                    done.unwrap_or_else(|_| panic!("WORKSHOP_TEST_SEED={seed}, case {case}, dice {own}"));
                }
            });
        }
    });
    eprintln!("{total} kills with an edit, in {:?} (seed {seed})", begun.elapsed());
}
