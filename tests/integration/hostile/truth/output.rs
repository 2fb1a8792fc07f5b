//! What could not be said or written is no success.

use std::process::Stdio;

use super::into_a_full_disk;
use crate::harness::{Run, Sandbox};

#[test]
fn no_output_into_a_full_disk_is_a_success() {
    let sandbox = Sandbox::started("06");
    for args in [
        &["check", "--json"][..],
        &["check", "--static", "--all", "--json"],
        &["check", "--static", "--format", "junit"],
        &["check", "--static"],
        &["list"],
        &["list", "--json"],
        &["status", "--json"],
        &["diff", "--step", "remove-container-name"],
        &["hint"],
        &["man"],
        &["completions", "bash"],
        &["notes", "06"],
        &["demo", "06", "--dry-run"],
        &["validate"],
        &["--help"],
        &["--version"],
        &["compose", "--help"],
    ] {
        let ended = into_a_full_disk(sandbox.command().args(args), false);
        let said = String::from_utf8(ended.stderr).expect("UTF-8");
        let code = ended.status.code();
        assert!(code == Some(3) || (args[0] == "compose" && code != Some(0)), "{args:?}: {code:?} {said}");
        if args[0] != "compose" {
            assert!(said.contains("standard output could not be written"), "{args:?}: {said}");
            assert!(said.contains("No space left on device"), "{args:?}: {said}");
        }
        assert!(!said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn standard_error_on_a_full_disk_ends_no_command_badly_but_in_its_code() {
    let sandbox = Sandbox::new();
    // A failure keeps its code, and nothing panics.
    assert_eq!(into_a_full_disk(sandbox.command().arg("check"), true).status.code(), Some(2));
    assert_eq!(into_a_full_disk(sandbox.command().arg("nonsense"), true).status.code(), Some(2));
    assert_eq!(into_a_full_disk(sandbox.command().args(["list", "--json"]), true).status.code(), Some(0));
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let sandbox = Sandbox::new();
    for args in [&["list"][..], &["man"], &["list", "--json"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let run = sandbox.command().args(args).stdout(Stdio::from(writer)).output().expect("it starts");
        assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}

#[test]
fn what_was_seen_is_said_where_it_cannot_be_kept() {
    let sandbox = Sandbox::started("06");
    sandbox.run(["goto", "remove-container-name"]).code(0);
    // A folder in the place of the progress: it can be read no more, and not be replaced.
    let private = sandbox.root().join(".workshop");
    let before = std::fs::read(private.join("progress.json")).expect("there");
    sandbox.run(["apply", "--yes"]).code(0);
    std::fs::write(private.join("progress.json"), before).expect("written");
    std::fs::remove_file(private.join("progress.json.bak")).expect("there");
    std::fs::create_dir_all(private.join("progress.json.bak/in the way")).expect("a folder");
    let run = sandbox.run(["check", "--json"]).code(3);
    let report = run.json();
    assert_eq!(report["verdict"], "pass", "{report}");
    assert_eq!(report["error"]["exit"], 3, "{report}");
    let undone = sandbox.run(["undo"]).code(3);
    undone.says("Took back").says("progress.json.bak");
}

#[test]
fn a_report_and_a_recording_that_cannot_be_written_are_said() {
    let sandbox = Sandbox::new();
    let run =
        sandbox.run(["load", "http://127.0.0.1:9", "--duration", "1s", "--report", "no/such/folder.html"]);
    run.code(3).says("no/such/folder.html");
    // The recording may have four kilobytes, as on a disk that is full then.
    let port = crate::docker::lab::free_port().to_string();
    let sandbox = Sandbox::new().without_docker().with_env("FRONTEND_PORT", port);
    let line = format!(
        "ulimit -f 4; trap '' XFSZ; exec '{}' demo 06 --auto --engine embedded --to ai-assistant --record it.cast",
        env!("CARGO_BIN_EXE_workshop")
    );
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &line]).current_dir(sandbox.root()).stdin(Stdio::null());
    shell.env("LANG", "en_US.UTF-8").envs(sandbox.env());
    let run = Run::of(&mut shell);
    assert_eq!(run.status, Some(3), "{run:?}");
}
