//! SIGKILL at random moments: a hundred times the program is killed in the middle of an apply, a
//! reset or an undo, and each time the learner's files are as before it or as after it.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use crate::harness::Sandbox;

const ROUNDS: usize = 100;
const WORKERS: usize = 4;

type Tree = BTreeMap<String, Vec<u8>>;

/// A command, and the two states that a kill may leave.
struct Case {
    args: &'static [&'static str],
    /// The folder before the command.
    template: Sandbox,
    before: Tree,
    after: Tree,
    takes: Duration,
}

/// The files without `.env`, which is a write of its own.
fn files(sandbox: &Sandbox) -> Tree {
    let mut tree = sandbox.tree();
    if let Some(env) = tree.remove(".env") {
        assert!(
            env.ends_with(b"\n") && env.starts_with(b"COMPOSE_PROJECT_NAME="),
            "half of an .env: {env:?}"
        );
    }
    tree
}

impl Case {
    /// A case from `template` on, run once unharmed to see what it does and how long it takes.
    fn new(args: &'static [&'static str], template: Sandbox) -> Self {
        let whole = Sandbox::copy_of(&template);
        let before = files(&whole);
        let begun = Instant::now();
        whole.run(args).code(0);
        let takes = begun.elapsed();
        let after = files(&whole);
        assert!(before != after, "{args:?} changes something");
        Self { args, template, before, after, takes }
    }
}

fn cases() -> Vec<Case> {
    let fresh = Sandbox::new().without_docker();
    fresh.run(["start", "06"]).code(0);
    let copied = Sandbox::copy_of(&fresh);
    copied.run(["apply", "--yes"]).code(0);
    let editing = Sandbox::copy_of(&copied);
    editing.run(["goto", "remove-container-name"]).code(0);
    let spoiled = Sandbox::copy_of(&editing);
    for path in copied.tree().keys().filter(|path| *path != ".env") {
        spoiled.write(path, format!("# the learner's own {path}\n"));
    }
    let reset = Sandbox::copy_of(&spoiled);
    reset.run(["reset", "--all", "--yes"]).code(0);
    vec![
        Case::new(&["apply", "--yes"], fresh),
        Case::new(&["apply", "--yes"], editing),
        Case::new(&["reset", "--all", "--yes"], spoiled),
        Case::new(&["undo"], reset),
        Case::new(&["undo"], copied),
    ]
}

/// How a kill found a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Before,
    After,
}

/// Kills `case`'s command after `delay`, and looks at what it left.
fn round(case: &Case, writing: bool, delay: Duration) -> Left {
    let sandbox = Sandbox::copy_of(&case.template);
    let entries = || std::fs::read_dir(sandbox.root().join(".workshop/journal")).map_or(0, Iterator::count);
    let recorded = entries();
    let mut command = sandbox.command();
    let quiet = command.args(case.args).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    // Half of the rounds begin to count when the command begins to write, so that the kill finds
    // it at work however busy the machine is.
    while writing && entries() <= recorded && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        std::thread::yield_now();
    }
    // Not a wait for something: the moment itself is what is tried.
    std::thread::sleep(delay);
    let _ = child.kill();
    let _ = child.wait();

    let status = sandbox.run(["status", "--json"]).code(0).json();
    let notices = status["notices"].to_string();
    assert!(!notices.contains("progress file"), "the progress is whole: {notices}");
    let now = files(&sandbox);
    let left = match () {
        () if now == case.before => Left::Before,
        () if now == case.after => Left::After,
        () => panic!("{} of {} files are between", differing(&now, &case.before), now.len()),
    };
    let leftovers: Vec<String> = now.keys().filter(|path| path.contains("workshop-tmp")).cloned().collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    undone(&sandbox, case, left);
    left
}

/// `undo` goes on working: what was done is taken back, and what was not taken back still can be.
fn undone(sandbox: &Sandbox, case: &Case, left: Left) {
    let (was_undo, tree) = (case.args == ["undo"], files(sandbox));
    let run = sandbox.run(["undo"]);
    match (was_undo, left) {
        (false, Left::After) => {
            run.code(0);
            assert!(files(sandbox) == case.before, "undo takes it back");
        }
        (true, Left::Before) => {
            run.code(0);
            assert!(files(sandbox) == case.after, "undo can be done again");
        }
        // What was written before it: taken back, or kept for what the learner wrote since.
        _ => {
            assert!(matches!(run.status, Some(0..=2)), "{run:?}");
            assert!(run.status == Some(0) || files(sandbox) == tree, "a refusal changes nothing");
        }
    }
}

fn differing(now: &Tree, before: &Tree) -> usize {
    now.iter().filter(|(path, text)| before.get(*path) != Some(text)).count()
}

/// Numbers that look random; splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[test]
fn killed_at_a_hundred_moments_the_files_are_before_or_after() {
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    let seed = std::env::var("WORKSHOP_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
    let (begun, cases) = (Instant::now(), cases());
    let mut dice = Dice(u64::from(seed));
    let plan: Vec<(usize, bool, Duration)> = (0..ROUNDS)
        .map(|number| {
            let case = number % cases.len();
            // Some come too late, to see that too.
            let limit = cases[case].takes.as_micros() as u64 * 12 / 10;
            let writing = number / cases.len() % 2 == 1;
            (case, writing, Duration::from_micros(dice.roll() % limit.max(1)))
        })
        .collect();
    let (queue, tally) = (Mutex::new(plan.into_iter()), Mutex::new([0; 2]));
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((case, writing, delay)) = queue.lock().unwrap().next() else { break };
                    let said =
                        format!("seed {seed}, {:?} of case {case} killed after {delay:?}", cases[case].args);
                    let left = std::panic::catch_unwind(|| round(&cases[case], writing, delay));
                    let left = left.unwrap_or_else(|_| panic!("{said}"));
                    tally.lock().unwrap()[usize::from(left == Left::After)] += 1;
                }
            });
        }
    });
    let [before, after] = *tally.lock().unwrap();
    eprintln!("{before} times before, {after} times after, in {:?} (seed {seed})", begun.elapsed());
    assert_eq!(before + after, ROUNDS);
    assert!(before > 5 && after > 0, "the kills come in the middle: {before} before, {after} after");
}
