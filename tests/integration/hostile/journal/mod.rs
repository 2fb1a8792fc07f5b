//! Nothing of the learner's is lost: kills with edits in between, damaged entries, saves while a
//! command writes, and things that are no files.

mod kill;
mod race;
mod things;

use std::collections::BTreeMap;

use crate::harness::Sandbox;

/// How often, by a variable of the environment.
fn rounds(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

/// All texts that are in the workspace, or come there by one `undo` after the other.
fn reachable(sandbox: &Sandbox) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for _ in 0..20 {
        all.extend(sandbox.tree().into_values());
        let run = sandbox.run(["undo", "--force"]);
        match run.status {
            Some(0) => {}
            Some(2) => return all,
            _ => panic!("{run:?}"),
        }
    }
    panic!("an undo without end");
}

fn has(all: &[Vec<u8>], text: &[u8]) -> bool {
    all.iter().any(|one| one.windows(text.len().max(1)).any(|part| part == text))
}

/// A lesson under way in which every file is the learner's own.
fn spoiled() -> (Sandbox, BTreeMap<String, Vec<u8>>) {
    let sandbox = Sandbox::in_memory().without_docker();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["goto", "remove-container-name"]).code(0);
    let paths: Vec<String> = sandbox.tree().into_keys().filter(|path| path != ".env").collect();
    for path in paths {
        sandbox.write(&path, format!("# the learner's own {path}\n"));
    }
    let mut tree = sandbox.tree();
    tree.remove(".env");
    (sandbox, tree)
}

/// Numbers that look random; splitmix64.
struct Dice(u64);

impl Dice {
    fn seeded() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
        let seed = std::env::var("WORKSHOP_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        Self(seed.unwrap_or_else(|| u64::from(now.map_or(0, |now| now.subsec_nanos()))))
    }

    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (below.max(1) as u64)).expect("small")
    }
}
