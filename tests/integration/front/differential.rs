//! Real nginx and the front, with the same configurations and the same requests.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Mutex;
use std::time::Instant;

use super::case::{self, Case};
use super::compare::{Difference, compare};
use super::lab::Lab;
use super::play::play;
use super::server::{Kind, nginx_is_there, nginx_version};

/// Cases that run at a time: most of their time is spent waiting.
const WORKERS: usize = 4;

#[test]
fn the_front_answers_as_nginx_does() {
    if nginx_is_there() {
        judge("front against nginx", Kind::Front);
    }
}

/// Proves that the cases are valid and that nothing in them differs from run to run.
#[test]
#[ignore = "about the tests themselves: run it when a case is added"]
fn nginx_answers_as_nginx_does() {
    if nginx_is_there() {
        judge("nginx against nginx", Kind::Nginx);
    }
}

fn judge(what: &str, kind: Kind) {
    let version = nginx_version().expect("nginx says its version");
    let (cases, skipped): (Vec<_>, Vec<_>) = case::all().into_iter().partition(|case| applies(case, version));
    let steps: usize = cases.iter().map(|case| case.steps.len()).sum();
    let count = cases.len();
    let queue = Mutex::new(VecDeque::from(cases));
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let lab = Lab::new();
                loop {
                    let next = queue.lock().expect("no worker panicked with it").pop_front();
                    let Some(case) = next else { return };
                    let begun = Instant::now();
                    let differences = differences(&case, kind, &lab);
                    if show() {
                        eprintln!("{:>6} ms {}", begun.elapsed().as_millis(), case.name);
                    }
                    found.lock().expect("no worker panicked with it").extend(differences);
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no worker panicked with it");
    found.sort_by(|one, other| one.case.cmp(&other.case));
    let (known, unknown): (Vec<_>, Vec<_>) = found.iter().partition(|it| it.known.is_some());
    let list = pending(kind);
    let (waiting, unknown): (Vec<&Difference>, Vec<&Difference>) =
        unknown.into_iter().partition(|it| list.contains(&it.name()));
    eprintln!(
        "{what} {version:?}: {count} configurations, {steps} steps, {} differences, {} known, {} pending, \
         {} left out",
        unknown.len(),
        known.len(),
        waiting.len(),
        skipped.len()
    );
    eprintln!("known everywhere: an HTTP/1.0 client is answered with HTTP/1.0 in the status line (hyper)");
    for difference in &known {
        eprintln!("{}", difference.text());
    }
    let seen: BTreeSet<_> = waiting.iter().map(|difference| difference.name()).collect();
    for name in list.difference(&seen).filter(|name| !name.starts_with("refused/")) {
        eprintln!("no longer different, so it can leave pending.txt: {name}");
    }
    if let Some(file) = std::env::var_os("WORKSHOP_FRONT_REPORT") {
        let all: Vec<_> = unknown.iter().chain(&waiting).map(|difference| difference.text()).collect();
        std::fs::write(file, all.join("\n")).expect("the report can be written");
    }
    let text: Vec<_> = unknown.iter().map(|difference| difference.text()).collect();
    assert!(unknown.is_empty(), "{} differences:\n{}", unknown.len(), text.join("\n"));
}

/// `CASE: STEP` of the differences that are known to be the front's faults and wait for their repair.
/// The list only gets shorter: what is not in it fails the test.
pub(crate) fn pending(kind: Kind) -> BTreeSet<String> {
    if kind == Kind::Nginx || std::env::var_os("WORKSHOP_FRONT_CASES").is_some() {
        return BTreeSet::new();
    }
    let text = std::fs::read_to_string(case::folder().join("pending.txt")).expect("the list");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// Whether everything that nginx shows is printed, to look at a case.
fn show() -> bool {
    std::env::var_os("WORKSHOP_FRONT_SHOW").is_some()
}

/// Whether this nginx is new enough to be asked.
fn applies(case: &Case, version: (u32, u32, u32)) -> bool {
    let Some(since) = &case.since else { return true };
    let mut numbers = since.split('.').map(|word| word.parse().expect("a version"));
    let mut next = || numbers.next().unwrap_or(0);
    version >= (next(), next(), next())
}

fn differences(case: &Case, kind: Kind, lab: &Lab) -> Vec<Difference> {
    let whole = |step: &str, nginx: String, front: String| {
        let lines = |text: String| text.lines().map(str::to_owned).collect();
        vec![Difference {
            case: case.name.clone(),
            about: case.about.clone(),
            step: step.to_owned(),
            nginx: lines(nginx),
            front: lines(front),
            known: None,
        }]
    };
    let nginx = match play(case, Kind::Nginx, lab) {
        Ok(scenes) => scenes,
        Err(refused) => return whole("nginx itself refuses this case", refused.stderr, String::new()),
    };
    if show() {
        for scene in &nginx {
            eprintln!("== {}: {}\n{}", case.name, scene.title, scene.lines.join("\n"));
        }
    }
    // A step of the front's that cannot be played to its end is a difference like any other.
    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| play(case, kind, lab)));
    match played {
        Ok(Ok(scenes)) => compare(case, &nginx, &scenes),
        Ok(Err(refused)) => {
            whole("starts", String::new(), format!("exit {:?}\n{}", refused.status, refused.stderr))
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
            whole("played to its end", String::new(), text)
        }
    }
}
