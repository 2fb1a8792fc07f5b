//! What changes the learner's files: apply, diff, reset, undo, and copying by hand.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{at_step, edits, sandbox};
use crate::harness::{Sandbox, copy_tree};

fn start_files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("complete/step-05")
}

#[test]
fn apply_writes_nothing_without_a_yes() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.run(["apply"]).code(2).says("--yes").says("Copies complete/step-05");
    assert!(!sandbox.path("").exists());
    let sandbox = at_step("remove-container-name");
    let before = sandbox.tree();
    let run = sandbox.run(["apply"]).code(2).says("--yes");
    assert!(
        run.stdout.contains("-    container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend"),
        "it shows the change: {run:?}"
    );
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn apply_keeps_what_the_learner_wrote() {
    let sandbox = at_step("remove-container-name");
    let own =
        sandbox.read("docker-compose.yml").replace("services:\n", "# 내 메모\nservices:\n") + "# mine\n";
    sandbox.write("docker-compose.yml", &own);
    sandbox.run(["apply", "--yes"]).code(0).says("pass The backend has no fixed name");
    let now = sandbox.read("docker-compose.yml");
    assert!(now.starts_with("# 내 메모\n") || now.contains("\n# 내 메모\nservices:"), "{now}");
    assert!(now.ends_with("# mine\n") && !now.contains("container_name:"), "{now}");
    sandbox.run(["apply", "--yes"]).code(0).says("have this change already");
    assert_eq!(sandbox.read("docker-compose.yml"), now);
    sandbox.run(["undo"]).code(0);
    assert_eq!(sandbox.read("docker-compose.yml"), own);
}

#[test]
fn a_conflict_is_shown_and_nothing_is_written() {
    let sandbox = at_step("remove-container-name");
    let own = sandbox
        .read("docker-compose.yml")
        .replace("container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend", "container_name: mine");
    sandbox.write("docker-compose.yml", &own);
    let run = sandbox.run(["apply", "--yes"]).code(1).says("docker-compose.yml").says("line 1");
    assert!(run.stderr.contains("workshop apply --force"), "{run:?}");
    assert_eq!(sandbox.read("docker-compose.yml"), own);
    sandbox.run(["diff"]).code(1).says("in each other's way");
}

#[test]
fn diff_is_one_that_patch_takes() {
    let sandbox = at_step("remove-container-name");
    for step in edits() {
        sandbox.run(["goto", &step]).code(0);
        let diff = sandbox.run(["diff"]).code(0);
        assert!(diff.stderr.is_empty() && diff.stdout.starts_with("--- a/"), "{diff:?}");
        let before = sandbox.tree();
        let dry = patch(&sandbox.path(""), &diff.stdout, true);
        assert!(dry.success, "{}\n{}", dry.said, diff.stdout);
        assert!(sandbox.tree() == before);
        // Made by hand in this way, it is the change that the step wants.
        assert!(patch(&sandbox.path(""), &diff.stdout, false).success);
        sandbox.run(["check"]).code(0);
    }
    sandbox.run(["diff", "--step", "depends-on-backend"]).code(0).says("nothing to change");
}

struct Patched {
    success: bool,
    said: String,
}

/// What `patch -p1` in the learner's folder makes of a diff.
fn patch(dir: &Path, diff: &str, dry: bool) -> Patched {
    let mut command = Command::new("patch");
    command.args(["-p1", "--force"]).args(dry.then_some("--dry-run")).current_dir(dir);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("patch is installed");
    child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Patched { success: output.status.success(), said }
}

#[test]
fn a_diff_of_nothing_is_empty_on_standard_output() {
    let sandbox = at_step("scale-to-3");
    let run = sandbox.run(["diff"]).code(0);
    assert!(run.stdout.is_empty(), "what patch reads has no words in it: {run:?}");
    run.says("nothing to change");
}

#[test]
fn undo_takes_back_one_after_the_other() {
    let sandbox = at_step("remove-container-name");
    let mut states: Vec<BTreeMap<String, Vec<u8>>> = vec![sandbox.tree()];
    for step in edits().into_iter().take(4) {
        sandbox.run(["goto", &step]).code(0);
        sandbox.run(["apply", "--yes"]).code(0);
        states.push(sandbox.tree());
    }
    sandbox.run(["reset", "--all", "--yes"]).code(3);
    let reset = sandbox.tree();
    assert_eq!(reset["docker-compose.yml"], states[0]["docker-compose.yml"]);
    while let Some(state) = states.pop() {
        sandbox.run(["undo"]).code(0).says("Took back");
        assert!(sandbox.tree() == state, "{} states are left", states.len());
    }
    sandbox.run(["undo"]).code(0).says("copy-the-app");
    assert!(!sandbox.path("docker-compose.yml").exists());
    for _ in 0..2 {
        sandbox.run(["undo"]).code(2).says("nothing to undo");
    }
}

#[test]
fn an_undo_that_would_lose_the_learners_work_is_refused() {
    let sandbox = at_step("remove-container-name");
    sandbox.run(["apply", "--yes"]).code(0);
    let own = sandbox
        .read("docker-compose.yml")
        .replace("    # A published port belongs to one container only.\n", "    # My words about ports.\n");
    sandbox.write("docker-compose.yml", &own);
    sandbox.run(["undo"]).code(1).says("You changed docker-compose.yml").says("workshop reset");
    assert_eq!(sandbox.read("docker-compose.yml"), own);
}

#[test]
fn reset_restores_this_step_and_all_restores_the_lesson() {
    let sandbox = at_step("remove-container-name");
    let start = sandbox.tree();
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["next"]).code(0);
    let at_four = sandbox.tree();
    sandbox.write("docker-compose.yml", "broken: [\n");
    std::fs::remove_file(sandbox.path("frontend/nginx.conf")).unwrap();
    sandbox.write("notes.txt", "mine\n");
    let spoiled = sandbox.tree();
    sandbox.run(["reset"]).code(2).says("--yes");
    assert!(sandbox.tree() == spoiled);
    sandbox.run(["reset", "--yes"]).code(3).says("docker-compose.yml").says("frontend/nginx.conf");
    let mut with_notes = at_four;
    with_notes.insert("notes.txt".to_owned(), b"mine\n".to_vec());
    assert!(sandbox.tree() == with_notes, "files that the lesson does not have stay");
    sandbox.run(["status"]).code(0).says("> 6 open").says("5 ✓ done");
    sandbox.run(["undo"]).code(0);
    assert!(sandbox.tree() == spoiled);
    sandbox.run(["reset", "--all", "--yes"]).code(3);
    assert_eq!(sandbox.tree()["docker-compose.yml"], start["docker-compose.yml"]);
    sandbox.run(["status"]).code(0).says("> 1 open Copy the app");
    sandbox.run(["undo"]).code(0);
    assert!(sandbox.tree() == spoiled);
}

#[test]
fn a_copy_by_hand_is_accepted() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    copy_tree(&start_files(), &sandbox.path(""));
    sandbox.run(["check"]).code(0).says("pass The app is in workshop/");
    assert!(sandbox.read(".env").contains("COMPOSE_PROJECT_NAME="), "the folder gets a name of its own");
    sandbox.run(["next"]).code(0);
}

#[test]
fn the_copy_one_folder_too_deep_is_recognised() {
    let sandbox = sandbox();
    sandbox.run(["start", "06"]).code(0);
    sandbox.write("README.md", "The learner's folder.\n");
    copy_tree(&start_files(), &sandbox.path("step-05"));
    let ko = sandbox.run(["check", "--lang", "ko"]).code(1);
    assert!(ko.stdout.contains("workshop/step-05"), "{ko:?}");
    let run = sandbox.run(["check"]).code(1).says("one folder too deep");
    let run = run.says("cp -r workshop/step-05/. workshop/ && rm -r workshop/step-05");
    sandbox.run(["apply", "--yes"]).code(2);
    // What it says to type is what helps.
    let folded = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let from = folded.find("cp -r workshop/step-05/.").unwrap();
    let to = folded.find("rm -r workshop/step-05").unwrap() + "rm -r workshop/step-05".len();
    let shell =
        Command::new("sh").args(["-c", &folded[from..to]]).current_dir(sandbox.root()).status().unwrap();
    assert!(shell.success());
    sandbox.run(["check"]).code(0);
}

#[test]
fn start_at_a_step_builds_what_it_expects() {
    let sandbox = sandbox();
    sandbox.run(["start", "06", "--at", "nginx-upstream"]).code(0).says("Step 17 of 35");
    let compose = sandbox.read("docker-compose.yml");
    assert!(compose.contains("appnet") && !compose.contains("container_name:"), "{compose}");
    sandbox.run(["check"]).code(1);
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["start", "06", "--at", "nope"]).code(2).says("nope");
}

#[test]
fn env_is_there_as_soon_as_the_app_is_however_it_came() {
    for args in [&["status"][..], &["check", "--static"], &["next", "--skip"], &[]] {
        let sandbox = Sandbox::started("06");
        std::fs::remove_file(sandbox.path(".env")).expect("an .env to remove");
        sandbox.run(args);
        assert!(sandbox.read(".env").contains("COMPOSE_PROJECT_NAME="), "{args:?}");
    }
}

#[test]
fn the_lessons_version_takes_the_place_of_ours_and_undo_brings_ours_back() {
    let sandbox = at_step("remove-container-name");
    let own = sandbox
        .read("docker-compose.yml")
        .replace("container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend", "container_name: mine");
    sandbox.write("docker-compose.yml", &own);
    sandbox.run(["apply", "--yes"]).code(1).says("workshop apply --force");
    assert_eq!(sandbox.read("docker-compose.yml"), own);
    sandbox.run(["apply", "--yes", "--force"]).code(0);
    sandbox.run(["undo"]).code(0);
    assert_eq!(sandbox.read("docker-compose.yml"), own);
}
