//! Copies and moved folders: nothing of the original's is touched from a copy, and nothing of a
//! moved one is forgotten.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use workshop::engine::generate_name;

use super::run_in;
use crate::cli::at_step;
use crate::docker::lab::Lab;
use crate::docker::outside::{self, Container};
use crate::embedded::desk::{Desk, SOON, lives};
use crate::harness::{Run, Sandbox, wait_for};

#[track_caller]
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").args([from, to]).status().expect("cp runs");
    assert!(status.success());
}

/// A folder beside the sandbox's.
fn beside(sandbox: &Sandbox, name: &str) -> PathBuf {
    fs::canonicalize(sandbox.root().parent().expect("a parent")).expect("it is there").join(name)
}

fn project(root: &Path) -> String {
    let env = fs::read_to_string(root.join("workshop/.env")).expect("a .env");
    let name = env.lines().find_map(|line| line.strip_prefix("COMPOSE_PROJECT_NAME="));
    name.expect("a project name").to_owned()
}

fn progress(root: &Path) -> serde_json::Value {
    let text = fs::read(root.join(".workshop/progress.json")).expect("a progress");
    serde_json::from_slice(&text).expect("JSON")
}

/// The lab's containers, networks and volumes.
fn all(lab: &Lab) -> (Vec<Container>, Vec<String>) {
    (lab.containers(), lab.left())
}

fn run_lab(lab: &Lab, dir: &Path, args: &[&str]) -> Run {
    Run::of(lab.command().args(args).current_dir(dir))
}

/// A volume of the lab's project that no container uses now.
fn volume(lab: &Lab) -> String {
    let name = format!("{}_data", lab.name);
    let label = format!("com.docker.compose.project={}", lab.name);
    outside::docker(&["volume", "create", "--label", &label, &name]);
    name
}

#[test]
fn a_copy_gets_a_name_of_its_own_and_says_so_once() {
    let sandbox = at_step("remove-container-name");
    sandbox.run(["goto", "scale-to-3"]);
    sandbox.write(".env", format!("COMPOSE_PROJECT_NAME={}\n", generate_name(&sandbox.path(""))));
    let (second, third) = (beside(&sandbox, "second"), beside(&sandbox, "third"));
    copy(sandbox.root(), &second);
    copy(&second, &third);
    let before = progress(sandbox.root());
    for root in [&second, &third] {
        let run = run_in(&sandbox, root, &["status"]).code(0);
        let run = run.says("is a copy of").says("another folder's");
        let here = run.stdout.lines().find(|line| line.trim_start().starts_with("> "));
        assert!(
            here.is_some_and(|line| line.contains("Scale to 3")),
            "the place in the lesson is kept: {run:?}"
        );
        assert_eq!(project(root), generate_name(&root.join("workshop")));
        let again = run_in(&sandbox, root, &["status"]).code(0);
        assert!(!again.stderr.contains("copy"), "{again:?}");
        run_in(&sandbox, root, &["undo"]).code(0);
    }
    assert_eq!(progress(sandbox.root()), before);
    assert_ne!(project(&second), project(&third));
    let run = sandbox.run(["status"]).code(0);
    assert!(!run.stderr.contains("copy"), "the original stays the original: {run:?}");
    // By another name of the same folder nothing is a copy.
    let link = beside(&sandbox, "link");
    std::os::unix::fs::symlink(sandbox.root(), &link).unwrap();
    let run = run_in(&sandbox, &link, &["status"]).code(0);
    assert!(!run.stderr.contains("copy") && !run.stderr.contains("moved"), "{run:?}");
    // Back from a backup at its own place, it is the same workspace.
    fs::remove_dir_all(&third).unwrap();
    copy(&second, &beside(&sandbox, "backup"));
    fs::remove_dir_all(&second).unwrap();
    copy(&beside(&sandbox, "backup"), &second);
    let run = run_in(&sandbox, &second, &["status"]).code(0);
    assert!(!run.stderr.contains("copy"), "{run:?}");
}

#[test]
fn a_name_of_the_learners_own_is_left_in_a_copy() {
    let sandbox = at_step("remove-container-name");
    sandbox.write(".env", "COMPOSE_PROJECT_NAME=my-own\n");
    let second = beside(&sandbox, "second");
    copy(sandbox.root(), &second);
    run_in(&sandbox, &second, &["status"]).code(0).says("is a copy of");
    assert_eq!(project(&second), "my-own");
}

#[test]
fn a_copy_made_while_a_command_holds_the_lock_is_free() {
    let sandbox = at_step("remove-container-name");
    let lock = fs::File::options().write(true).open(sandbox.root().join(".workshop/lock")).unwrap();
    lock.lock().unwrap();
    let second = beside(&sandbox, "second");
    copy(sandbox.root(), &second);
    run_in(&sandbox, &second, &["apply", "--yes"]).code(0).says("is a copy of");
    lock.unlock().unwrap();
    sandbox.run(["apply", "--yes"]).code(0);
}

#[test]
fn the_processes_of_the_original_are_none_of_the_copys() {
    let desk = Desk::new();
    desk.compose("up -d --scale backend=3").code(0);
    desk.healthy(3);
    let supervisor = desk.supervisor();
    let before = desk.processes("backend");
    let second = beside(&desk.sandbox, "second");
    copy(desk.sandbox.root(), &second);
    let run = |args: &[&str]| Run::of(desk.command().args(args).current_dir(&second));
    let listed = run(&["compose", "ps", "-a"]).code(0).says("is a copy of");
    assert!(!listed.stdout.contains("backend"), "{listed:?}");
    run(&["compose", "down", "-v"]).code(0);
    run(&["reset", "--all", "--yes"]).code(0);
    assert!(lives(supervisor) && desk.supervisor() == supervisor);
    assert_eq!(desk.processes("backend"), before);
    desk.healthy(3);
}

#[test]
fn a_stack_of_processes_does_not_outlive_the_folder_that_is_renamed() {
    let desk = Desk::new();
    desk.compose("up -d --scale backend=3").code(0);
    desk.healthy(3);
    let (supervisor, backends) = (desk.supervisor(), desk.processes("backend"));
    let moved = beside(&desk.sandbox, "moved");
    fs::rename(desk.sandbox.root(), &moved).unwrap();
    let run = |args: &[&str]| Run::of(desk.command().args(args).current_dir(&moved));
    run(&["status"]).says("was moved here from");
    assert_eq!(project(&moved), generate_name(&moved.join("workshop")));
    wait_for("the old supervisor's end", SOON, || {
        !lives(supervisor) && !backends.iter().any(|pid| lives(*pid))
    });
    // What it says of the one that is gone, it says once.
    let _ = run(&["compose", "ps"]);
    run(&["compose", "up", "-d", "--scale", "backend=1"]).code(0);
    run(&["reset", "--all", "--yes"]).code(0);
    fs::create_dir(desk.sandbox.root()).unwrap();
}

#[test]
fn nothing_of_the_original_is_removed_from_a_copy() {
    let Some(mut lab) = Lab::at("scale-to-3") else { return };
    lab.port_from_env_file();
    lab.sandbox.write(".env", format!("{}FRONTEND_PORT={}\n", lab.sandbox.read(".env"), lab.port));
    lab.run(["apply", "--yes"]).code(0);
    let volume = volume(&lab);
    let before = all(&lab);
    assert!(before.0.len() >= 4 && before.1.contains(&volume), "{before:?}");
    let (second, third) = (beside(&lab.sandbox, "second"), beside(&lab.sandbox, "third"));
    copy(lab.sandbox.root(), &second);
    copy(&second, &third);
    let reset = run_lab(&lab, &second, &["reset", "--all", "--yes"]).code(0);
    let reset = reset.says("is a copy of").says(&format!("Port {} is taken", lab.port));
    let names = |run: &Run| run.stdout.contains(&lab.replica("backend")) || run.stdout.contains(&volume);
    assert!(!names(&reset), "{reset:?}");
    assert_eq!(all(&lab), before);
    assert_eq!(progress(&second)["baseline"], serde_json::json!([]));
    run_lab(&lab, &third, &["reset", "--all", "--yes"]).code(0);
    run_lab(&lab, &third, &["compose", "down", "--volumes"]).code(0);
    assert_eq!(all(&lab), before);

    // The learner's folder alone, without what the runner knows of it; the original is down.
    lab.compose(&["down"]);
    let bare = beside(&lab.sandbox, "bare");
    fs::create_dir(&bare).unwrap();
    copy(&lab.sandbox.path(""), &bare.join("workshop"));
    let file =
        "services:\n  backend:\n    image: ${NGINX_IMAGE}\n    volumes: [data:/data]\nvolumes:\n  data:\n";
    fs::write(bare.join("workshop/docker-compose.yml"), file).unwrap();
    let mut by_hand = lab.by_hand(&["up", "-d"]);
    let dir = bare.join("workshop");
    Run::of(by_hand.current_dir(&dir).env("PWD", &dir)).code(0);
    assert_eq!(lab.containers().len(), 1, "under the original's name, by hand");
    let begun = run_lab(&lab, &bare, &["start", "06", "--engine", "docker"]).code(0);
    let reset = run_lab(&lab, &bare, &["reset", "--all", "--yes"]).code(0);
    let named = format!("{}{}{}{}", begun.stdout, begun.stderr, reset.stdout, reset.stderr);
    assert!(named.contains("another folder's"), "{named}");
    assert_eq!(lab.containers().len(), 0, "its own container is gone");
    assert!(lab.left().contains(&volume), "what carries the original's name is the original's");
    run_lab(&lab, &bare, &["compose", "down", "--volumes"]).code(0);
    assert!(lab.left().contains(&volume));
    let mut named = lab.command();
    named.args(["compose", "down", "--volumes"]).env("COMPOSE_PROJECT_NAME", &lab.name).current_dir(&bare);
    // What a shell says is another project's; it is not gone by, and said.
    Run::of(&mut named).code(0).says("COMPOSE_PROJECT_NAME is set");
    assert!(lab.left().contains(&volume));
    assert_eq!(project(&bare), generate_name(&bare.join("workshop")));
}

#[test]
fn what_a_moved_workspace_left_is_named_and_removed() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    lab.run(["apply", "--yes"]).code(0);
    let volume = volume(&lab);
    let containers = lab.containers();
    // A copy is there as well: it is no heir.
    let (second, moved) = (beside(&lab.sandbox, "second"), beside(&lab.sandbox, "moved"));
    copy(lab.sandbox.root(), &second);
    fs::rename(lab.sandbox.root(), &moved).unwrap();
    let run = run_lab(&lab, &second, &["reset", "--all", "--yes"]).code(0).says("is a copy of");
    run.says(&format!("docker compose -p {} down --volumes", lab.name));
    assert_eq!(lab.containers(), containers);
    let run = run_lab(&lab, &moved, &["status"]).code(0).says("was moved here from");
    run.says("workshop reset --all").says(&volume).says(&containers[0].name);
    assert_eq!(lab.containers(), containers, "saying is not removing");
    run_lab(&lab, &moved, &["reset", "--yes"]).code(0);
    assert_eq!(lab.containers(), containers, "nor is a reset of the step");
    run_lab(&lab, &moved, &["reset", "--all", "--yes"]).code(0).says(&volume);
    assert_eq!(lab.left(), Vec::<String>::new());
    let again = run_lab(&lab, &moved, &["reset", "--all", "--yes"]).code(0);
    assert!(!again.stdout.contains(&lab.name), "{again:?}");
    fs::create_dir(lab.sandbox.root()).unwrap();
}
