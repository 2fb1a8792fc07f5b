//! The runner's own folder `.workshop/`: cut, spoiled, newer, gone, or used by two at once.

use std::path::PathBuf;
use std::process::Stdio;

use crate::cli::at_step;
use crate::harness::{Run, Sandbox};

fn progress(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join(".workshop/progress.json")
}

#[test]
fn a_progress_cut_in_half_is_read_from_its_backup() {
    let sandbox = at_step("proxy-headers");
    sandbox.run(["hint"]).code(0);
    let whole = std::fs::read(progress(&sandbox)).unwrap();
    for (lang, words) in [("ko", "진행 파일이 손상되어"), ("en", "The progress file was damaged")] {
        std::fs::write(progress(&sandbox), &whole[..whole.len() / 2]).unwrap();
        sandbox.run(["status", "--lang", lang]).code(0).says(words).says("> 19");
    }
    sandbox.run(["hint"]).code(0).says("Hint 1 of");
    let healed = sandbox.run(["status"]).code(0);
    assert!(!healed.stderr.contains("damaged") && !healed.stdout.contains("damaged"), "{healed:?}");
}

#[test]
fn a_progress_of_a_newer_program_is_refused_and_left() {
    let sandbox = at_step("remove-container-name");
    let newer = r#"{"format": 99, "lesson": "06", "whatever": true}"#;
    std::fs::write(progress(&sandbox), newer).unwrap();
    let files = sandbox.tree();
    for args in
        [&["status"][..], &["check"], &["apply", "--yes"], &["reset", "--yes"], &["start", "06"], &["hint"]]
    {
        sandbox.run(args).code(3).says("newer version").says("progress.json");
        assert_eq!(std::fs::read_to_string(progress(&sandbox)).unwrap(), newer, "{args:?}");
    }
    assert!(sandbox.tree() == files);
    sandbox.run(["list"]).code(0);
}

#[test]
fn with_both_copies_broken_the_work_stays_and_the_file_is_kept() {
    let sandbox = at_step("remove-container-name");
    sandbox.run(["apply", "--yes"]).code(0);
    let files = sandbox.tree();
    for name in ["progress.json", "progress.json.bak"] {
        std::fs::write(sandbox.root().join(".workshop").join(name), "{\"format\":1,").unwrap();
    }
    sandbox.run(["status"]).code(3).says("both damaged").says("progress.json.broken");
    assert!(sandbox.root().join(".workshop/progress.json.broken").is_file());
    sandbox.run(["status"]).code(2).says("workshop start 06");
    sandbox.run(["start", "06"]).code(0);
    assert!(sandbox.tree() == files);
    sandbox.run(["check", "--step", "remove-container-name"]).code(0);
    sandbox.run(["undo"]).code(0);
}

#[test]
fn the_folder_may_go_away_and_the_work_stays() {
    let sandbox = at_step("remove-container-name");
    let files = sandbox.tree();
    std::fs::remove_dir_all(sandbox.root().join(".workshop")).unwrap();
    sandbox.run(["check"]).code(2).says("workshop start 06");
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["check"]).code(0).says("pass The app is in workshop/");
    assert!(sandbox.tree() == files);
    sandbox.run(["undo"]).code(2).says("nothing to undo");
}

#[test]
fn a_damaged_journal_is_put_aside_and_said() {
    let sandbox = at_step("remove-container-name");
    sandbox.run(["apply", "--yes"]).code(0);
    let entries = sandbox.root().join(".workshop/journal");
    let mut names: Vec<_> = std::fs::read_dir(&entries).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let last = names.pop().expect("an entry");
    for entry in std::fs::read_dir(&last).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::write(path, "{").unwrap();
        }
    }
    let files = sandbox.tree();
    sandbox.run(["status"]).code(0).says("journal entry was damaged").says("cannot be undone");
    assert!(sandbox.tree() == files);
    // The write before it can be had only without what came after.
    sandbox.run(["undo"]).code(1).says("You changed docker-compose.yml");
    assert!(sandbox.tree()["docker-compose.yml"] == files["docker-compose.yml"]);
}

#[test]
fn of_two_at_once_one_does_it_and_the_other_says_so() {
    for round in 0..6 {
        let step = if round % 2 == 0 { "remove-container-name" } else { "nginx-upstream" };
        let sandbox = at_step(step);
        let mut fresh = sandbox.tree();
        let spawn = || {
            let mut command = sandbox.command();
            command.args(["apply", "--yes"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let both = [spawn(), spawn()].map(|child| {
            let output = child.wait_with_output().unwrap();
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
        });
        assert!(both.iter().any(|run| run.status == Some(0)), "one does it: {both:#?}");
        for run in both {
            assert!(matches!(run.status, Some(0 | 1)), "{run:?}");
            if run.status == Some(1) {
                run.code(1).says("was changed while this was being prepared");
            }
        }
        sandbox.run(["check"]).code(0);
        sandbox.run(["undo"]).code(0);
        fresh.remove(".env");
        let mut now = sandbox.tree();
        now.remove(".env");
        assert!(now == fresh, "one write, and one undo takes it back");
    }
}

#[test]
fn who_holds_the_lock_is_named() {
    let sandbox = at_step("remove-container-name");
    let file = std::fs::OpenOptions::new().write(true).open(sandbox.root().join(".workshop/lock")).unwrap();
    file.lock().unwrap();
    std::fs::write(sandbox.root().join(".workshop/lock"), "4242\n").unwrap();
    let before = sandbox.tree();
    sandbox.run(["apply", "--yes"]).code(3).says("process 4242");
    assert!(sandbox.tree() == before);
    // What only looks is not held up.
    sandbox.run(["status"]).code(0);
    sandbox.run(["diff"]).code(0);
    file.unlock().unwrap();
    sandbox.run(["apply", "--yes"]).code(0);
}
