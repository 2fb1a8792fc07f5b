//! Private state that is not this user's, of this machine or of this folder is not believed:
//! planted, cloned, copied, moved.

mod copies;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::cli::at_step;
use crate::harness::{Run, Sandbox};

/// The number of the user `nobody`.
const NOBODY: u32 = 65534;
const FOREIGN: &str = "was not made here by this program";

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn sandbox() -> Sandbox {
    Sandbox::new().without_docker()
}

/// The program in `dir`, with what `sandbox` has around it.
#[track_caller]
fn run_in(sandbox: &Sandbox, dir: &Path, args: &[&str]) -> Run {
    Run::of(sandbox.command().args(args).current_dir(dir))
}

fn put(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A private folder as an attacker writes it: a pending write of `target` (below `workshop/`) with
/// what is in `before`, a lesson under way whose commands are agreed to, and a demo at `pid`.
fn plant(private: &Path, target: &str, before: &str, engine: &str) {
    let manifest = json!({
        "format": 1, "time": 1, "kind": "apply", "label": "planted",
        "files": [{"path": target, "before": {"file": before, "mode": 0o666}, "after": null}],
    });
    let entry = private.join("journal/0001");
    put(&entry.join("manifest.json"), manifest.to_string());
    put(&entry.join("state"), "pending\n");
    put(&entry.join("0.before"), "planted\n");
    let progress = json!({
        "format": 2, "lesson": "06", "engine": engine, "lang": "ko", "step": "scale-to-3",
        "trusted": ["docker compose up -d"],
    });
    put(&private.join("progress.json"), progress.to_string());
    let cue = json!({
        "format": 1, "pid": std::process::id(), "lesson": "07", "first": 0, "end": 3, "step": 1,
        "elapsed_ms": 5, "at_ms": 5, "paused": true, "ended": false,
    });
    put(&private.join("demo/stage.json"), cue.to_string());
    put(&private.join("lock"), "4242\n");
}

/// All that only looks, and all that would write.
const COMMANDS: [&[&str]; 14] = [
    &[],
    &["status"],
    &["check"],
    &["check", "--all", "--static"],
    &["diff"],
    &["hint"],
    &["next"],
    &["goto", "remove-container-name"],
    &["apply", "--yes"],
    &["reset", "--yes"],
    &["reset", "--all", "--yes"],
    &["undo"],
    &["compose", "ps"],
    &["doctor"],
];

fn git(dir: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(args).current_dir(dir).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_clone_brings_no_journal_and_no_link_along() {
    let sandbox = sandbox();
    let outside = tempfile::tempdir().unwrap();
    put(&outside.path().join(".bash_profile"), "mine\n");
    put(&outside.path().join("secret"), "secret\n");
    mode(&outside.path().join("secret"), 0o600);
    let origin = sandbox.root().join("origin");
    fs::create_dir(&origin).unwrap();
    plant(&origin.join(".workshop"), ".bash_profile", "0.before", "docker");
    put(&origin.join(".workshop/id"), "0123456789abcdef0123456789abcdef");
    symlink(outside.path(), origin.join("workshop")).unwrap();
    git(&origin, &["init", "-q"]);
    git(&origin, &["add", "--all", "--force"]);
    git(&origin, &["commit", "-qm", "a course"]);
    git(sandbox.root(), &["clone", "-q", "origin", "clone"]);
    let clone = sandbox.root().join("clone");
    for args in COMMANDS {
        let run = run_in(&sandbox, &clone, args).says(FOREIGN);
        assert!(matches!(run.status, Some(0 | 2 | 3)), "{args:?}: {run:?}");
        assert_eq!(fs::read_to_string(outside.path().join(".bash_profile")).unwrap(), "mine\n", "{args:?}");
        assert_eq!(fs::read_to_string(clone.join(".workshop/lock")).unwrap(), "4242\n", "{args:?}");
        assert!(clone.join(".workshop/journal/0001/state").exists(), "{args:?}: nothing is taken away");
    }
    run_in(&sandbox, &clone, &["list"]).code(0).says("06 Horizontal scaling");
    run_in(&sandbox, &clone, &["start", "06"])
        .code(3)
        .says("leads out of this folder")
        .says("remove the link");
    assert!(clone.join(".workshop/journal").exists(), "nothing is begun");
    fs::remove_file(clone.join("workshop")).unwrap();
    let begun = run_in(&sandbox, &clone, &["start", "06"]).code(0).says("put aside as").says(".foreign-1");
    begun.says("Copy the app");
    assert!(clone.join(".workshop.foreign-1/journal/0001/state").exists());
    run_in(&sandbox, &clone, &["undo"]).code(2).says("nothing to undo");
    run_in(&sandbox, &clone, &["apply", "--yes"]).code(0);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 2);
    assert_eq!(fs::read_to_string(outside.path().join(".bash_profile")).unwrap(), "mine\n");
}

#[test]
fn a_planted_entry_reads_and_writes_nothing() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    put(&secret, "secret\n");
    let before = secret.to_str().unwrap();
    for (target, before) in [("out", before), ("../../escaped", "0.before"), ("workshop.txt", "../lock")] {
        let sandbox = sandbox();
        plant(&sandbox.root().join(".workshop"), target, before, "docker");
        sandbox.write("mine", "mine\n");
        let files = sandbox.tree();
        for args in COMMANDS {
            sandbox.run(args).says(FOREIGN);
        }
        assert!(sandbox.tree() == files, "{target}");
        assert!(!sandbox.root().join("../escaped").exists());
    }
}

#[test]
fn planted_processes_and_demos_are_not_spoken_to() {
    let sandbox = sandbox();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let private = sandbox.root().join(".workshop");
    plant(&private, "x", "0.before", "embedded");
    let door = json!({
        "format": 1, "pid": std::process::id(), "address": listener.local_addr().unwrap(),
        "token": "t", "names_token": "n",
    });
    put(&private.join("engine/supervisor.json"), door.to_string());
    put(&private.join("engine/supervisor.lock"), "");
    let held = fs::File::options().write(true).open(private.join("engine/supervisor.lock")).unwrap();
    held.lock().unwrap();
    for args in COMMANDS {
        sandbox.run(args).says(FOREIGN);
    }
    let notes = sandbox.run(["notes"]).says(FOREIGN);
    assert!(!notes.stdout.contains("07"), "{notes:?}");
    sandbox.run(["load"]).code(2);
    sandbox.run(["start", "06"]).code(0).says("put aside");
    sandbox.run(["compose", "ps"]);
    sandbox.run(["reset", "--all", "--yes"]).code(0);
    assert!(listener.accept().is_err(), "somebody came to the planted address");
}

/// What is planted around a `.workshop/` that is empty itself is no more believed.
#[test]
fn a_link_for_a_private_folder_or_file_is_refused() {
    let other = at_step("remove-container-name");
    let sandbox = sandbox();
    symlink(other.root().join(".workshop"), sandbox.root().join(".workshop")).unwrap();
    let before = other.tree();
    for args in [&["status"][..], &["start", "06"], &["apply", "--yes"], &["notes"]] {
        sandbox.run(args).code(3).says("is a link or a file");
    }
    assert!(other.tree() == before);
    // A link in a folder that is ours: where the lock should be.
    let target = sandbox.root().join("target");
    fs::write(&target, "mine\n").unwrap();
    for name in ["lock", "progress.json", "id", "journal"] {
        let sandbox = at_step("remove-container-name");
        let place = sandbox.root().join(".workshop").join(name);
        let _ = fs::remove_dir_all(&place).or_else(|_| fs::remove_file(&place));
        symlink(&target, &place).unwrap();
        sandbox.run(["apply", "--yes"]).code(3).says(&format!(".workshop/{name}"));
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine\n", "{name}");
    }
}

#[test]
fn a_workshop_that_is_a_link_out_is_refused_and_one_that_stays_is_not() {
    let sandbox = at_step("remove-container-name");
    let outside = tempfile::tempdir().unwrap();
    let dir = sandbox.root().join("workshop");
    fs::rename(&dir, sandbox.root().join("app")).unwrap();
    for target in [outside.path(), Path::new(".."), Path::new(".workshop"), Path::new("none")] {
        symlink(target, &dir).unwrap();
        for args in COMMANDS {
            sandbox.run(args).code(3).says("leads out of this folder").says("remove the link");
        }
        fs::remove_file(&dir).unwrap();
    }
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    symlink("app", &dir).unwrap();
    sandbox.run(["apply", "--yes"]).code(0);
    sandbox.run(["undo"]).code(0);
}

#[test]
fn what_others_may_write_is_not_believed_and_what_mends_it_is_said() {
    let sandbox = at_step("remove-container-name");
    let private = sandbox.root().join(".workshop");
    let folders = [sandbox.root().to_owned(), private.clone(), sandbox.root().parent().unwrap().to_owned()];
    for folder in folders {
        let before = fs::metadata(&folder).unwrap().permissions().mode() & 0o777;
        mode(&folder, 0o777);
        let mend = format!("chmod go-w {}", folder.display());
        sandbox.run(["status"]).code(3).says("Everybody on this machine").says(&mend);
        sandbox.run(["apply", "--yes"]).code(3).says("Everybody on this machine");
        // A language that was planted there is not spoken.
        mode(&folder, before);
        sandbox.run(["status"]).code(0);
    }
    // A file alone matters where others can get at it.
    mode(&private, 0o755);
    mode(&private.join("progress.json"), 0o666);
    sandbox.run(["status"]).code(3).says("progress.json");
    mode(&private, 0o700);
    sandbox.run(["status"]).code(0);

    let fresh = self::sandbox();
    mode(fresh.root(), 0o777);
    fresh.run(["status"]).code(2).says("No lesson has been started here");
    fresh.run(["start", "06"]).code(3).says("Everybody on this machine").says("chmod go-w");
    fresh.run(["demo", "06", "--auto"]).code(3).says("Everybody on this machine");
    // As /tmp: a place for folders, and none to begin in.
    mode(fresh.root(), 0o1777);
    fresh.run(["start", "06"]).code(3).says("Everybody on this machine");
    assert_eq!(fs::read_dir(fresh.root()).unwrap().count(), 0, "nothing is made there");
    let own = fresh.root().join("own");
    fs::create_dir(&own).unwrap();
    run_in(&fresh, &own, &["start", "06"]).code(0);
}

#[test]
fn a_private_folder_of_another_user_is_passed_over() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root can give a folder away");
        return;
    }
    let sandbox = sandbox();
    let planted = sandbox.root().join(".workshop");
    plant(&planted, "x", "0.before", "docker");
    chown(&planted, Some(NOBODY), None).unwrap();
    let below = sandbox.root().join("mine");
    fs::create_dir(&below).unwrap();
    let run = run_in(&sandbox, &below, &["status"]).code(2);
    run.says("belongs to the user nobody").says("No lesson has been started here");
    // In JSON, too, it is a notice among others.
    let run = run_in(&sandbox, &below, &["status", "--json"]).code(2);
    assert!(
        run.stdout.is_empty() || serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok(),
        "{run:?}"
    );
    run_in(&sandbox, &below, &["start", "06"]).code(0);
    assert!(below.join(".workshop/id").exists() && planted.join("journal/0001/state").exists());
    let run = run_in(&sandbox, &below, &["status"]).code(0);
    assert!(!run.stderr.contains("nobody"), "the nearer one is there: {run:?}");
    // In the folder itself it is an error, with a way on.
    sandbox.run(["start", "06"]).code(3).says("belongs to the user nobody").says("folder of your own");
    // A folder of somebody else's above is as bad, whatever root could do there: this is `sudo`.
    fs::remove_dir_all(&planted).unwrap();
    chown(sandbox.root(), Some(NOBODY), None).unwrap();
    run_in(&sandbox, &below, &["status"]).code(3).says("belongs to the user nobody");
    chown(sandbox.root(), Some(0), None).unwrap();
    run_in(&sandbox, &below, &["status"]).code(0);
}

/// Two users at one sticky folder, as in `/tmp`: each works in a folder of their own.
#[test]
fn users_of_one_shared_folder_do_not_see_each_others() {
    let can = Command::new("setpriv").args(["--reuid", "65534", "--clear-groups", "true"]).status();
    if !can.is_ok_and(|status| status.success()) {
        eprintln!("skipped: another user cannot be become here");
        return;
    }
    let sandbox = sandbox();
    mode(sandbox.root().parent().unwrap(), 0o755);
    let shared = sandbox.root().join("shared");
    fs::create_dir(&shared).unwrap();
    mode(&shared, 0o1777);
    let as_nobody = |dir: &Path, script: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "sh", "-c", script, "sh"]);
        command.arg(env!("CARGO_BIN_EXE_workshop")).current_dir(dir).env("LANG", "en_US.UTF-8");
        command.env("DOCKER_HOST", "unix:///nonexistent").env("HOME", shared.join("home"));
        Run::of(command.env_remove("XDG_STATE_HOME"))
    };
    as_nobody(&shared, "umask 022; mkdir home theirs && cd theirs && \"$1\" start 06").code(0);
    as_nobody(&shared, "mkdir .workshop && cp -r theirs/.workshop/. .workshop/").code(0);
    let mine = shared.join("mine");
    fs::create_dir(&mine).unwrap();
    let run = run_in(&sandbox, &mine, &["start", "06"]).code(0).says("shared/.workshop is not used");
    assert!(!run.stderr.contains("chmod"), "a shared folder is meant to be one: {run:?}");
    run_in(&sandbox, &mine, &["apply", "--yes"]).code(0);
    run_in(&sandbox, &shared.join("theirs"), &["status"]).code(3).says("belongs to the user nobody");
    // And the other way round: root's is not theirs to write, and is said to be so.
    as_nobody(&mine, "\"$1\" apply --yes").code(3);
    as_nobody(&shared.join("theirs"), "\"$1\" status").code(0);
}

/// In a sandbox that was made without root the system's own folders are nobody's: no reason to stop,
/// and what is planted there is still not believed.
#[test]
fn in_a_user_namespace_one_can_work() {
    let inside = |sandbox: &Sandbox, dir: &Path, script: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "12345", "--regid", "12345", "--clear-groups", "unshare", "-U", "-c"]);
        command.args(["sh", "-c", script, "sh", env!("CARGO_BIN_EXE_workshop")]).current_dir(dir);
        command.envs(sandbox.env()).env("LANG", "en_US.UTF-8").env("XDG_STATE_HOME", dir.join("state"));
        Run::of(&mut command)
    };
    let sandbox = sandbox();
    mode(sandbox.root().parent().unwrap(), 0o755);
    let [theirs, others] = ["theirs", "others"].map(|name| sandbox.root().join(name));
    for (dir, owner) in [(&theirs, 12345), (&others, 23456)] {
        fs::create_dir(dir).unwrap();
        let _ = chown(dir, Some(owner), Some(owner));
    }
    let can = Command::new("setpriv").args(["--reuid", "12345", "unshare", "-U", "-c", "true"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no user namespace can be made here");
        return;
    }
    inside(&sandbox, &theirs, "umask 022; mkdir ws && cd ws && \"$1\" start 06 && \"$1\" status").code(0);
    plant(&others.join(".workshop"), "x", "0.before", "docker");
    chown(others.join(".workshop"), Some(23456), Some(23456)).unwrap();
    inside(&sandbox, &others, "\"$1\" status").code(3).says("belongs to the user nobody");
}

/// Every file and folder below, with its permission bits.
fn modes(folder: &Path, found: &mut Vec<(PathBuf, u32)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let meta = fs::symlink_metadata(&path).unwrap();
        found.push((path.clone(), meta.permissions().mode() & 0o777));
        if meta.is_dir() {
            modes(&path, found);
        }
    }
}

#[test]
fn whatever_the_mask_what_is_private_is_this_users_alone() {
    for mask in ["000", "002", "022", "077"] {
        let sandbox = sandbox();
        let script = format!(
            "umask {mask}; for line in 'start 06' 'apply --yes' 'goto remove-container-name' 'apply --yes' hint undo status; \
             do \"$1\" $line >/dev/null || exit 1; done"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_workshop")]).current_dir(sandbox.root());
        Run::of(command.envs(sandbox.env()).env("LANG", "C.UTF-8")).code(0);
        let private = sandbox.root().join(".workshop");
        let mut found = vec![(private.clone(), fs::metadata(&private).unwrap().permissions().mode() & 0o777)];
        modes(&private, &mut found);
        modes(&sandbox.root().parent().unwrap().join("state"), &mut found);
        assert!(found.iter().any(|(path, _)| path.ends_with("lock")), "{found:?}");
        // What is to become a file of the learner's has his mode, in a folder of this user's.
        let is_prepared = |path: &Path| path.extension().is_some_and(|kind| kind == "file");
        for (path, mode) in found.into_iter().filter(|(path, _)| !is_prepared(path)) {
            assert_eq!(mode & 0o077, 0, "{mask}: {} is {mode:o}", path.display());
        }
    }
}

#[test]
fn a_folder_beside_the_learners_is_told_whose_it_is() {
    let sandbox = at_step("remove-container-name");
    let notes = sandbox.root().join("notes/deep");
    fs::create_dir_all(&notes).unwrap();
    let words = "This folder belongs to the workspace at";
    run_in(&sandbox, &notes, &["status"]).code(0).says(words);
    for dir in [sandbox.root().to_owned(), sandbox.path("frontend")] {
        let run = run_in(&sandbox, &dir, &["status"]).code(0);
        assert!(!run.stderr.contains(words) && !run.stdout.contains(words), "{run:?}");
    }
    let run = run_in(&sandbox, &notes, &["status", "--json"]).code(0);
    run.json();
    // A lesson of its own is begun by name.
    let named = ["-C", notes.to_str().unwrap(), "start", "06"];
    run_in(&sandbox, &notes, &named).code(0);
    run_in(&sandbox, &notes, &["status"]).code(0);
    assert!(notes.join(".workshop/id").exists());
}

#[test]
fn without_a_place_to_note_workspaces_down_it_is_said_what_to_set() {
    let sandbox = sandbox().with_env("XDG_STATE_HOME", "/proc/nowhere");
    sandbox.run(["start", "06"]).code(3).says("/proc/nowhere/workshop").says("XDG_STATE_HOME");
    assert_eq!(fs::read_dir(sandbox.root()).unwrap().count(), 0);
    sandbox.run(["list"]).code(0);
    // A relative one is none, as its standard says.
    let home = sandbox.root().to_str().unwrap().to_owned();
    let sandbox = sandbox.with_env("XDG_STATE_HOME", "state").with_env("HOME", home);
    let own = sandbox.root().join("own");
    fs::create_dir(&own).unwrap();
    run_in(&sandbox, &own, &["start", "06"]).code(0);
    assert!(sandbox.root().join(".local/state/workshop/workspaces").is_dir() && !own.join("state").exists());
}
