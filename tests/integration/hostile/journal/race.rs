//! An editor saves a file while a command changes it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Dice, has, reachable, rounds, spoiled};
use crate::harness::Sandbox;

const WORDS: &str = "# saved while it was being changed\n";

/// As editors do it: in place, by a rename over it, by a rename away and a new file.
fn save(style: usize, file: &Path) {
    let beside = file.with_extension("saving");
    match style {
        0 => {
            let mut open = fs::File::create(file).unwrap();
            std::thread::yield_now();
            open.write_all(WORDS.as_bytes()).unwrap();
        }
        1 => {
            fs::write(&beside, WORDS).unwrap();
            fs::rename(&beside, file).unwrap();
        }
        _ => {
            let _ = fs::rename(file, &beside);
            fs::write(file, WORDS).unwrap();
            let _ = fs::remove_file(&beside);
        }
    }
}

struct Case {
    args: &'static [&'static str],
    template: Sandbox,
    takes: Duration,
}

fn cases() -> Vec<Case> {
    let (spoiled, _) = spoiled();
    let reset = Sandbox::copy_of(&spoiled);
    reset.run(["reset", "--yes"]).code(0);
    let editing = Sandbox::copy_of(&reset);
    let all: [(&'static [&'static str], Sandbox); 3] =
        [(&["reset", "--yes"], spoiled), (&["undo"], reset), (&["apply", "--yes"], editing)];
    all.into_iter()
        .map(|(args, template)| {
            let whole = Sandbox::copy_of(&template);
            let begun = Instant::now();
            whole.run(args).code(0);
            Case { args, template, takes: begun.elapsed() }
        })
        .collect()
}

/// Whether the command saw it.
fn round(case: &Case, dice: &mut Dice) -> bool {
    let sandbox = Sandbox::copy_of(&case.template);
    let entries = || fs::read_dir(sandbox.root().join(".workshop/journal")).map_or(0, Iterator::count);
    let (recorded, style) = (entries(), dice.roll(3));
    let mut command = sandbox.command();
    let mut child = command.args(case.args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Most of them when it begins to write, the others at any moment.
    if dice.roll(4) > 0 {
        while entries() <= recorded && child.try_wait().is_ok_and(|ended| ended.is_none()) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_micros(dice.roll(3000) as u64));
    } else {
        std::thread::sleep(Duration::from_micros(dice.roll(case.takes.as_micros() as usize) as u64));
    }
    save(style, &sandbox.path("docker-compose.yml"));
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(0 | 1)), "{:?}: {code:?}", case.args);
    let all = reachable(&sandbox);
    assert!(has(&all, WORDS.as_bytes()), "lost: {:?}, style {style}, exit {code:?}", case.args);
    code == Some(1)
}

#[test]
fn a_save_while_a_command_writes_is_never_lost() {
    let (begun, cases) = (Instant::now(), cases());
    let total = rounds("WORKSHOP_RACE_ROUNDS", 60);
    let mut dice = Dice::seeded();
    let seed = dice.0;
    let plan: Vec<(usize, u64)> =
        (0..total).map(|number| (number % cases.len(), dice.roll(usize::MAX) as u64)).collect();
    let (queue, seen) = (Mutex::new(plan.into_iter()), Mutex::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((case, own)) = queue.lock().unwrap().next() else { break };
                    *seen.lock().unwrap() += usize::from(round(&cases[case], &mut Dice(own)));
                }
            });
        }
    });
    let seen = *seen.lock().unwrap();
    eprintln!("{total} saves, {seen} of them seen and said, in {:?} (seed {seed})", begun.elapsed());
}
