//! The machine around the program: pipes that close, folders that go, a full or closed disk, an
//! environment that is bare.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::cli::at_step;
use crate::harness::{Run, Sandbox};

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = at_step("remove-container-name");
    for (args, codes) in [
        (&["list"][..], [0, 0]),
        (&["status"], [0, 0]),
        (&["check", "--all", "--static"], [1, 1]),
        (&["check", "--all", "--static", "--json"], [1, 1]),
        (&["completions", "bash"], [0, 0]),
        (&["man"], [0, 0]),
        (&["--help"], [0, 0]),
        (&["start", "06"], [0, 0]),
    ] {
        for lines in [0, 1] {
            let mut child =
                sandbox.command().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
            if lines == 1 {
                reader.read_line(&mut String::new()).unwrap();
            }
            drop(reader);
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(!stderr.contains("panicked") && !stderr.contains("roken pipe"), "{args:?}: {stderr}");
            assert!(codes.map(Some).contains(&output.status.code()), "{args:?}: {:?}", output.status);
        }
    }
}

#[test]
fn streams_that_are_closed_are_lived_with() {
    let sandbox = at_step("remove-container-name");
    let program = env!("CARGO_BIN_EXE_workshop");
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        for (words, wanted) in [("check", 1), ("status", 0), ("apply", 2), ("list", 0)] {
            let mut shell = Command::new("sh");
            let line = format!("\"$1\" {words} {closed}");
            shell.args(["-c", &line, "sh", program]).current_dir(sandbox.root());
            shell.envs(sandbox.env()).env("DOCKER_HOST", "unix:///nonexistent");
            let run = Run::of(shell.env("LANG", "en_US.UTF-8"));
            run.code(wanted);
        }
    }
    assert!(sandbox.read("docker-compose.yml").contains("container_name:"));
}

#[test]
fn a_current_folder_that_is_gone_is_said() {
    let sandbox = Sandbox::new().without_docker();
    let gone = sandbox.root().join("gone");
    std::fs::create_dir(&gone).unwrap();
    for words in ["status", "start 06", "check", ""] {
        std::fs::create_dir_all(&gone).unwrap();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("rmdir \"$PWD\"; \"$1\" {words}"), "sh", env!("CARGO_BIN_EXE_workshop")]);
        Run::of(shell.current_dir(&gone).env("LANG", "C")).code(2).says("he current folder is gone");
    }
}

#[test]
fn nothing_in_the_environment_is_needed() {
    let sandbox = at_step("remove-container-name");
    let program = env!("CARGO_BIN_EXE_workshop");
    // But for where the workspace was noted down: a home that is not named is not this test's.
    let bare = |args: &[&str]| {
        let mut command = Command::new(program);
        let state = sandbox.env().filter(|(name, _)| *name == "XDG_STATE_HOME");
        Run::of(command.args(args).current_dir(sandbox.root()).env_clear().envs(state).stdin(Stdio::null()))
    };
    bare(&["check"]).code(1).says("not yet");
    bare(&["--help"]).code(0).says("Usage: workshop");
    bare(&["undo"]).code(0).says("Took back");
    let odd = [("LANG", "\u{1}"), ("COLUMNS", "-5"), ("TERM", ""), ("HOME", ""), ("DOCKER_HOST", "")];
    let mut command = sandbox.command();
    Run::of(command.args(["list"]).envs(odd)).code(0);
}

/// Root may write anywhere, so what root cannot do either stands for a missing permission: a file
/// where a folder must be. A read-only mount, which stops root as well, is tried where mounting is
/// allowed.
#[test]
fn a_workspace_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new().without_docker();
    std::fs::write(sandbox.root().join(".workshop"), "a file\n").unwrap();
    let run = sandbox.run(["start", "06"]);
    assert_eq!(run.status, Some(3), "{run:?}");
    run.code(3).says(".workshop");
    assert_eq!(std::fs::read_to_string(sandbox.root().join(".workshop")).unwrap(), "a file\n");

    let sandbox = at_step("remove-container-name");
    let before = sandbox.tree();
    std::fs::remove_dir_all(sandbox.root().join(".workshop/journal")).unwrap();
    std::fs::write(sandbox.root().join(".workshop/journal"), "").unwrap();
    // What is no journal is put aside and said, and does not stand in the way.
    sandbox.run(["apply", "--yes"]).code(0).says("journal.broken");
    sandbox.run(["undo"]).code(0);
    assert!(sandbox.tree() == before);
}

/// Runs `script` with root's own mounts, which end with it. `None` where that is not allowed.
fn with_mounts(sandbox: &Sandbox, script: &str) -> Option<Run> {
    let allowed = Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !allowed {
        eprintln!("skipped: a mount is not allowed here");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_workshop")]);
    command.current_dir(sandbox.root()).stdin(Stdio::null()).envs(sandbox.env());
    command.env("DOCKER_HOST", "unix:///nonexistent").env("LANG", "en_US.UTF-8");
    Some(Run::of(&mut command))
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let sandbox = Sandbox::new();
    // Room for the start of the lesson and a part of the copy.
    let script = r#"
        mkdir small; mount -t tmpfs -o size=400k,mode=755 none small || exit 99; cd small
        "$1" start 06 >/dev/null || exit 98
        "$1" apply --yes; echo "apply ended with $?"
        echo "files: $(find workshop -type f 2>/dev/null | wc -l)"
        "$1" status | grep Progress; "$1" check; echo "check ended with $?"
        mount -o remount,size=20m "$PWD"; "$1" apply --yes; echo "then $?"
        "$1" goto 3 >/dev/null; before=$(cat workshop/*.yml | cksum)
        dd if=/dev/zero of=ballast bs=1k count=30000 2>/dev/null
        "$1" apply --yes
        echo "edit ended with $?"; [ "$before" = "$(cat workshop/*.yml | cksum)" ] && echo unchanged
        rm ballast; "$1" apply --yes; echo "at last $?"
    "#;
    let Some(run) = with_mounts(&sandbox, script) else { return };
    let run = run.code(0).says("apply ended with 3").says("No space left").says("files: 0");
    let run = run.says("check ended with 1").says("then 0").says("edit ended with 3").says("unchanged");
    run.says("at last 0");
}

#[test]
fn a_read_only_folder_is_named() {
    let sandbox = at_step("remove-container-name");
    let script = r#"
        mount --bind . . || exit 99; cd "$PWD"; mount -o remount,ro,bind . || exit 99
        for command in "apply --yes" check "reset --yes" undo hint; do
            "$1" $command; echo "$command ended with $?"
        done
        "$1" status >/dev/null; echo "status $?"; "$1" diff >/dev/null; echo "diff $?"
    "#;
    sandbox.write("frontend/nginx.conf", "mine\n");
    let before = sandbox.tree();
    let Some(run) = with_mounts(&sandbox, script) else { return };
    let run = run.code(0).says("no permission to write in the folder").says("apply --yes ended with 3");
    let run = run.says("reset --yes ended with 3").says("undo ended with 3").says("hint ended with 3");
    let run = run.says("status 0").says("diff 0");
    assert!(run.stderr.contains(".workshop"), "{run:?}");
    assert!(sandbox.tree() == before);
}
