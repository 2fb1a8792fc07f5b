//! Docker's own program, where it hangs, floods, or does not hear that it is to end.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::harness::{Sandbox, wait_for};

use super::fake::{Answer, Fake};
use super::measured;

/// A `docker` of the test's own in front of all others.
struct Cli {
    folder: tempfile::TempDir,
    fake: Fake,
}

impl Cli {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("docker");
        std::fs::write(
            &file,
            format!("#!/bin/sh\necho $$ >>\"{}/pids\"\n{script}\n", folder.path().display()),
        )
        .unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder, fake: Fake::start(Answer::Empty) }
    }

    fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::started("06").kept_on_docker();
        let path = format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap());
        sandbox.with_env("PATH", path).with_env("DOCKER_HOST", self.fake.address())
    }

    /// Nothing of what was started is left.
    fn nothing_is_left(&self) {
        let pids = std::fs::read_to_string(self.folder.path().join("pids")).unwrap_or_default();
        for pid in pids.lines() {
            let process = PathBuf::from(format!("/proc/{pid}"));
            wait_for("the child ends", Duration::from_secs(10), || {
                let stat = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
                !process.exists() || stat.contains(") Z ")
            });
        }
    }
}

#[test]
fn a_docker_that_hangs_is_named() {
    let cli = Cli::new("exec sleep 300");
    let sandbox = cli.sandbox();
    let begun = Instant::now();
    sandbox.run(["compose", "ps"]).code(3).says("docker compose").says("does not answer");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    sandbox.run(["doctor"]).code(3).says("does not answer");
    cli.nothing_is_left();
}

#[test]
fn a_docker_that_floods_takes_no_memory() {
    let cli = Cli::new(
        "case \"$*\" in *version*) echo 2.40.3; exit;; esac\nhead -c 300000000 /dev/zero | tr '\\0' x; exit 1",
    );
    let sandbox = cli.sandbox();
    sandbox.run(["goto", "scale-to-3"]).code(0);
    let (run, took, most) = measured(&sandbox, &["apply", "--yes", "--quiet"]);
    assert!(most < 200, "{most} MiB in {took:?}: {:?}", run.status);
    assert_ne!(run.status, Some(0));
    cli.nothing_is_left();
}

#[test]
fn an_endless_version_is_no_version() {
    let cli = Cli::new("exec yes 2.40.3");
    let (run, took, most) = measured(&cli.sandbox(), &["doctor"]);
    assert!(most < 200 && took < Duration::from_secs(60), "{most} MiB in {took:?}");
    assert!(!run.stdout.contains("2.40.3"), "{run:?}");
    cli.nothing_is_left();
}

#[test]
fn ctrl_c_ends_a_docker_that_does_not_listen_and_what_it_has_started() {
    let cli = Cli::new(
        "case \"$*\" in *version*) echo 2.40.3; exit;; esac\ntrap '' TERM INT\n(trap '' TERM INT; echo $(exec sh -c 'echo $PPID') >>\"$(dirname \"$0\")/pids\"; while :; do sleep 1; done) &\nwhile :; do sleep 1; done",
    );
    let sandbox = cli.sandbox();
    sandbox.run(["goto", "scale-to-3"]).code(0);
    let mut child =
        sandbox.command().args(["apply", "--yes"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let pids = cli.folder.path().join("pids");
    wait_for("it runs", Duration::from_secs(20), || {
        std::fs::read_to_string(&pids).is_ok_and(|pids| pids.lines().count() >= 3)
    });
    let interrupt =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let begun = Instant::now();
    let mut ended = None;
    wait_for("the program ends", Duration::from_secs(15), || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    assert_eq!(ended.and_then(|status| status.code()), Some(130), "after {:?}", begun.elapsed());
    cli.nothing_is_left();
}
