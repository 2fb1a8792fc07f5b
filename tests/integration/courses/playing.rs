//! A course as a learner gets it: added, and played to its end without the folder that it came from.

use std::path::Path;

use crate::docker::lab::{Turn, free_port};
use crate::harness::{Run, agreed, copy_tree};

use super::Home;

/// Takes down what a test has up.
struct Down<'a>(&'a Home);

impl Drop for Down<'_> {
    fn drop(&mut self) {
        let _ = self.0.sandbox.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}

#[test]
fn added_and_played_to_its_end() {
    let _turn = Turn::take();
    let home = Home::new();
    let root = home.at("캐시 course");
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/add-a-cache"), &root);
    home.add_path(&root, &["--as", "add-a-cache"]).code(0);
    std::fs::remove_dir_all(&root).expect("gone");
    let port = free_port().to_string();
    let _down = Down(&home);
    let run = |args: &[&str]| {
        agreed(|more| Run::of(home.sandbox.command().env("WEB_PORT", &port).args(args).args(more)))
    };
    run(&["start", "10", "--engine", "embedded"]).code(0).says("Step 1 of 5");
    for number in 1..=5 {
        run(&["apply", "--yes"]).code(0);
        run(&["check"]).code(0);
        if number < 5 {
            run(&["next"]).code(0).says(&format!("Step {} of 5", number + 1));
        }
    }
    run(&["status"]).code(0).says("5 of 5");
}
