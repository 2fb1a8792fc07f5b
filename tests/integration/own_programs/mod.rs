//! A lesson's own program on the embedded engine, and the course that is made of one: a Python file
//! behind nginx, with Redis.

mod course;
mod declared;
mod lacking;
mod replica;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::docker::lab::{Turn, free_port};
use crate::harness::{Run, Sandbox, copy_tree, digest_of};

pub(crate) const SOON: Duration = Duration::from_secs(20);
const TOML: &str = "lessons/10-add-a-cache/lesson.toml";

/// A learner's folder, and a copy of the course that the test may change.
pub(crate) struct Stall {
    pub sandbox: Sandbox,
    pub course: PathBuf,
    pub port: u16,
    env: Vec<(String, String)>,
    _temp: TempDir,
    _turn: Turn,
}

impl Stall {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let turn = Turn::take();
        let temp = tempfile::tempdir().expect("a folder");
        let course = temp.path().join("강의 course");
        copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/add-a-cache"), &course);
        Self { sandbox: Sandbox::new(), course, port: free_port(), env: Vec::new(), _temp: temp, _turn: turn }
    }

    #[must_use]
    pub(crate) fn with_env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Changes a file of the course.
    #[track_caller]
    pub(crate) fn put(&self, file: &str, from: &str, to: &str) {
        let path = self.course.join(file);
        let text = std::fs::read_to_string(&path).expect("a file of the course");
        assert!(text.contains(from), "{from:?} is not in {file}");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("written");
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = self.sandbox.command();
        command.env("WEB_PORT", self.port.to_string()).env_remove("COMPOSE_PROJECT_NAME");
        command.env("WORKSHOP_LESSONS", &self.course);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    #[track_caller]
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().args(args))
    }

    /// The same, agreeing to what the lesson does by itself.
    #[track_caller]
    pub(crate) fn agreed(&self, line: &str) -> Run {
        let digest = digest_of(&self.course, "10");
        self.run(line.split(' ').chain(["--agree", &digest]))
    }

    /// The shop runs on the embedded engine.
    #[track_caller]
    pub(crate) fn open(&self) {
        self.agreed("start 10 --engine embedded").code(0);
        self.agreed("apply --yes").code(0);
    }

    #[track_caller]
    pub(crate) fn compose(&self, line: &str) -> Run {
        self.run(std::iter::once("compose").chain(line.split(' ')))
    }

    #[track_caller]
    pub(crate) fn exec(&self, words: &[&str]) -> Run {
        self.run(["compose", "exec", "-T", "app"].iter().chain(words))
    }

    /// The app's replicas as `ps` lists them.
    #[track_caller]
    pub(crate) fn apps(&self) -> Vec<Value> {
        let listed = self.compose("ps -a --format json").code(0);
        let all = listed.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        all.filter(|one| one["Service"] == "app").collect()
    }

    /// Every app whose replica lies in this folder; a health check of it is none.
    pub(crate) fn programs(&self) -> Vec<u32> {
        let place = self.sandbox.root().join(".workshop/engine");
        let entries = std::fs::read_dir("/proc").expect("processes").filter_map(Result::ok);
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let linked =
            |pid: &u32, name: &str| std::fs::read_link(format!("/proc/{pid}/{name}")).unwrap_or_default();
        let is_app = |pid: &u32| {
            let words = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            linked(pid, "exe").to_string_lossy().contains("python") && words.contains("app.py")
        };
        pids.filter(|pid| is_app(pid) && linked(pid, "cwd").starts_with(&place)).collect()
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        let _ = self.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}
