//! A learner's folder on the embedded engine: [`Desk`] runs the program in it, and takes its stack
//! down when it is dropped.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::docker::lab::free_port;
use crate::harness::{Run, Sandbox, wait_for};

pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Desk {
    pub sandbox: Sandbox,
    pub port: u16,
    env: Vec<(String, String)>,
}

impl Desk {
    /// A lesson at the step that scales to 3: every file is done, nothing runs.
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self::at("06", "scale-to-3", &[])
    }

    /// A lesson at a step, with free ports in these variables.
    #[track_caller]
    pub(crate) fn at(lesson: &str, step: &str, ports: &[&str]) -> Self {
        let env = ports.iter().map(|name| ((*name).to_owned(), free_port().to_string())).collect();
        let desk = Self { sandbox: Sandbox::new().without_docker(), port: free_port(), env };
        desk.run(["start", lesson, "--engine", "embedded", "--at", step]).code(0);
        desk
    }

    #[must_use]
    pub(crate) fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = self.sandbox.command();
        command.env("FRONTEND_PORT", self.port.to_string()).env_remove("COMPOSE_PROJECT_NAME");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    #[track_caller]
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().args(args))
    }

    /// `workshop compose LINE`.
    #[track_caller]
    pub(crate) fn compose(&self, line: &str) -> Run {
        self.run(std::iter::once("compose").chain(line.split(' ')))
    }

    /// The engine's own folder.
    pub(crate) fn place(&self) -> PathBuf {
        self.sandbox.root().join(".workshop/engine")
    }

    /// The supervisor's state file; none where there is none.
    pub(crate) fn door(&self) -> Option<Value> {
        serde_json::from_slice(&std::fs::read(self.place().join("supervisor.json")).ok()?).ok()
    }

    #[track_caller]
    pub(crate) fn supervisor(&self) -> u32 {
        self.door().expect("a supervisor")["pid"].as_u64().expect("a number") as u32
    }

    /// Every replica as `ps` lists it.
    #[track_caller]
    pub(crate) fn replicas(&self) -> Vec<Value> {
        let listed = self.compose("ps -a --format json").code(0);
        listed.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Waits until that many backends are healthy.
    #[track_caller]
    pub(crate) fn healthy(&self, backends: usize) {
        wait_for("healthy backends", SOON, || {
            let replicas = self.replicas();
            let of = replicas.iter().filter(|one| one["Service"] == "backend");
            of.filter(|one| one["Health"] == "healthy").count() == backends
        });
    }

    /// The process ids of the replicas of a service.
    pub(crate) fn processes(&self, service: &str) -> Vec<u32> {
        let listed = self.compose("top").code(0);
        let rows = listed.stdout.lines().skip(1);
        rows.filter(|row| row.contains(&format!("-{service}-")))
            .filter_map(|row| row.split_whitespace().nth(1)?.parse().ok())
            .collect()
    }

    #[track_caller]
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.sandbox.read(name);
        assert!(text.contains(from), "{from:?} is not in {name}");
        self.sandbox.write(name, text.replace(from, to));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}

pub(crate) fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "kill -{name} {pid}");
}

/// A process that is there and not a zombie.
pub(crate) fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
    stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim().starts_with('Z')))
}
