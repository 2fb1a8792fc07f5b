//! A machine that lacks what a lesson's own program needs.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Stall, TOML};

/// A folder with the programs that this machine has, and a `python3` that says this of itself.
fn programs(dir: &Path, python: Option<&str>) -> String {
    let folders = std::env::split_paths(&std::env::var_os("PATH").expect("PATH")).collect::<Vec<_>>();
    let redis = folders.iter().map(|folder| folder.join("redis-server")).find(|path| path.exists());
    let redis = redis.expect("redis-server: see fixtures/images/install-test-tools");
    std::os::unix::fs::symlink(redis, dir.join("redis-server")).expect("linked");
    if let Some(says) = python {
        let path = dir.join("python3");
        std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).expect("written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a program");
    }
    dir.to_str().expect("UTF-8").to_owned()
}

#[test]
fn what_is_not_there_or_too_old_is_named_with_its_package() {
    for (python, says) in [
        (None, "python3 is not on this machine"),
        (Some("Python 3.6.15"), "python3 on this machine is 3.6.15, and the lesson needs >=3.8"),
        (Some("no version of anything"), "and the lesson needs >=3.8"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let stall = Stall::new().with_env("WORKSHOP_PROGRAMS", programs(dir.path(), python));
        stall.agreed("start 10 --engine embedded").code(3).says(says);
        stall.run(["doctor", "--engine", "embedded"]).says(says).says("python3`");
        assert_eq!(stall.programs(), Vec::<u32>::new());
    }
}

#[test]
fn what_is_there_is_found_by_doctor() {
    let stall = Stall::new();
    let found = stall.run(["doctor", "--engine", "embedded"]);
    found.says("python3").says("(3.");
}

#[test]
fn a_program_that_nobody_packages_is_named_alone() {
    let stall = Stall::new();
    stall.put(TOML, "command = [\"python3\"", "command = [\"no-such-program\"");
    let run = stall.agreed("start 10 --engine embedded").code(3);
    run.says("no-such-program is not on this machine").says("in your PATH");
}
