//! What the documents show is so: the tour's commands say what the page has, and the pictures are of
//! the screen as it is. `UPDATE_SNAPSHOTS=1 cargo test --test integration docs::` takes on what is
//! so today.

#![cfg(target_os = "linux")]

mod contract;
mod picture;
mod tour;

use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::harness::Sandbox;
use crate::screen::{Folder, quit};
use crate::terminal::screen::Setup;
use picture::THEMES;

/// A file of `docs/`.
fn doc(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)
}

fn updates() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some()
}

/// What differs, a word a line with some around it; nothing where the words are the same.
fn difference(shown: &[String], seen: &[String]) -> Option<String> {
    let lines = |words: &[String]| words.iter().map(|word| format!("{word}\n")).collect::<String>();
    let (shown, seen) = (lines(shown), lines(seen));
    let diff = TextDiff::from_lines(&shown, &seen);
    (shown != seen).then(|| diff.unified_diff().context_radius(4).header("shown", "seen").to_string())
}

#[test]
fn the_tour_says_what_a_learner_sees() {
    says_what_is_seen("tour-learner.md", &Folder::new().sandbox);
}

#[test]
fn the_tour_says_what_an_author_sees() {
    let sandbox = crate::cli::sandbox();
    let complete = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/add-a-cache/complete");
    for project in ["shop", "shop-cached"] {
        crate::harness::copy_tree(&complete.join(project), &sandbox.root().join(project));
    }
    says_what_is_seen("tour-author.md", &sandbox);
}

/// The commands of a page say what it shows, in the folder of `sandbox`.
#[track_caller]
fn says_what_is_seen(name: &str, sandbox: &Sandbox) {
    let path = doc(name);
    let page = std::fs::read_to_string(&path).expect("the tour");
    let mut parts = tour::parts(&page);
    let mut wrong = Vec::new();
    for block in tour::blocks(&mut parts) {
        let seen = tour::run(sandbox, &block.command);
        if let Some(diff) = difference(&tour::lasting(&block.output), &tour::lasting(&seen)) {
            wrong.push(format!("$ {}\n{diff}", block.command));
        }
        block.output = seen;
    }
    if updates() {
        std::fs::write(path, tour::page(&parts)).expect("written");
        return;
    }
    assert!(wrong.is_empty(), "docs/{name} shows something else:\n{}", wrong.join("\n"));
}

#[test]
fn the_pictures_are_of_the_screen() {
    let folder = Folder::at("nginx-upstream");
    // Three, and two that nginx has never heard of.
    for replicas in ["backend=3", "backend=5"] {
        folder.sandbox.run(["compose", "up", "-d", "--build", "--scale", replicas, "--wait"]).code(0);
    }
    folder.sandbox.run(["goto", "scale-to-5"]).code(0);
    for (lang, verdict, healthy) in
        [("en", "Not yet.", "healthy"), ("ko", "아직 통과하지 못했습니다.", "정상")]
    {
        let mut terminal = folder.open(Setup { columns: 110, lang, ..Setup::default() }, &[]);
        // So high that no verdict is cut, however slow the machine was: a time may take a row.
        terminal.resize(110, 38);
        terminal.frame("6/6");
        terminal.send("c");
        terminal.frame_of("the verdict, and the requests counted", |rows| {
            let has = |words: [&str; 3]| rows.iter().any(|row| words.iter().all(|word| row.contains(word)));
            // The stack's rows, not those of the verdict's bars: they come by the replicas' own logs.
            let counted = ["backend-1", "backend-2", "backend-3"].map(|name| has([name, healthy, " 20"]));
            has([verdict, "", ""]) && counted == [true; 3] && has(["frontend-1", " 60 ", ""])
        });
        for theme in THEMES {
            let drawn = terminal.on_screen(|screen| picture::draw(screen, &theme));
            let path = doc(&format!("pictures/screen-{lang}-{}.svg", theme.name));
            if updates() {
                std::fs::write(path, drawn).expect("written");
                continue;
            }
            let shown = std::fs::read_to_string(&path).expect("a picture");
            if let Some(diff) = difference(&picture::lasting(&shown), &picture::lasting(&drawn)) {
                panic!("{} is of another screen:\n{diff}", path.display());
            }
        }
        quit(&mut terminal);
    }
}
