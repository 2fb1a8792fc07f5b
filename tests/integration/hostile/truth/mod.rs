//! What was asked and not done is said; what a check changed is brought back.

#![cfg(unix)]

mod back;
mod output;
mod reset;

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use workshop::engine::embedded::EmbeddedEngine;
use workshop::engine::{Detail, Observe, Project, Setting};

use crate::docker::lab::free_port;
use crate::harness::{Run, Sandbox, copy_tree, wait_for};

/// How soon "soon" is, on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Lesson 06's stack on the embedded engine, taken down in the end; and a lesson of one check.
struct Stack {
    sandbox: Sandbox,
    probes: TempDir,
}

impl Stack {
    /// With three backends.
    #[track_caller]
    fn start() -> Self {
        let stack = Self::new();
        stack.sandbox.run(["start", "06", "--engine", "embedded", "--at", "scale-to-3"]).code(0);
        stack.sandbox.run(["compose", "up", "-d", "--wait", "--scale", "backend=3"]).code(0);
        stack
    }

    fn new() -> Self {
        let sandbox = Sandbox::new().without_docker().with_env("FRONTEND_PORT", free_port().to_string());
        Self { sandbox, probes: TempDir::new().expect("a folder") }
    }

    fn private(&self) -> PathBuf {
        self.sandbox.root().join(".workshop")
    }

    fn owes(&self) -> bool {
        self.private().join("owed/owed.json").exists()
    }

    /// The backends by number, each with whether it runs; asked of the engine, past the program.
    fn backends(&self) -> Vec<(u32, bool)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let engine = EmbeddedEngine::new(Setting {
            private: self.private(),
            programs: Default::default(),
            binary: None,
            swarm: Default::default(),
        });
        let project =
            Project::resolve(&self.sandbox.path(""), None, self.sandbox.read(".env").as_bytes(), None);
        let seen = runtime.block_on(engine.observe(&project, Detail::Listing)).expect("it answers");
        seen.of("backend").map(|one| (one.index, one.is_running())).collect()
    }

    /// The process that runs the stack.
    fn supervisor(&self) -> Option<Pid> {
        let mine = self.private().join("engine");
        let mine = mine.to_str().expect("UTF-8");
        let pid = std::fs::read_dir("/proc").expect("/proc").flatten().find_map(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            let is_it = line.starts_with(b"workshop-supervisor\0");
            let ours = String::from_utf8_lossy(&line).contains(mine);
            (is_it && ours).then(|| entry.file_name().to_string_lossy().parse::<i32>().ok()).flatten()
        });
        pid.and_then(Pid::from_raw)
    }

    #[track_caller]
    fn wait_for_count(&self, count: usize) {
        wait_for(&format!("{count} backends"), SOON, || self.backends().len() == count);
    }

    /// What asks one check of a step that runs `commands`.
    fn probe(&self, commands: &[&str], check: &str) -> Vec<String> {
        let dir = self.probes.path().join("lessons/06-probe");
        std::fs::create_dir_all(&dir).expect("a folder");
        let toml = format!(
            "format = 1\nid = \"06\"\nminutes = 1\nstart = \"complete/step-05\"\nengines = [\"embedded\"]\n\
             nginx = \"frontend/nginx.conf\"\nentry = {{ service = \"frontend\", port = 80 }}\n\
             [embedded]\nbackend = \"contoso-backend\"\nfrontend = \"nginx\"\n\
             [[steps]]\nid = \"probe\"\nminutes = 1\nrun = {commands:?}\n\
             [[steps.checks]]\nid = \"it\"\n{check}\n"
        );
        std::fs::write(dir.join("lesson.toml"), toml).expect("written");
        for lang in ["ko", "en"] {
            let text = "# Probe\n\nOne check.\n\n## Probe {#probe}\n\nIt alone.\n";
            std::fs::write(dir.join(format!("{lang}.md")), text).expect("written");
        }
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("complete/step-05");
        copy_tree(&sources, &self.probes.path().join("complete/step-05"));
        let lessons = self.probes.path().to_str().expect("UTF-8");
        // A lesson from elsewhere is agreed to.
        let first = self.sandbox.run(["check", "--step", "probe", "--lessons", lessons]);
        let digest = first.digest().unwrap_or_else(|| panic!("{first:?}"));
        ["check", "--step", "probe", "--agree", &digest, "--lessons", lessons].map(str::to_owned).to_vec()
    }

    /// A measurement of one backend against two, which goes on for `seconds` each.
    fn scaling(&self, seconds: u32) -> Vec<String> {
        let check = format!(
            "scaling = {{ scale = {{ service = \"backend\", replicas = 2 }}, path = \"/api/posts\", \
             connections = 2, seconds = {seconds}, rounds = 1, least_share = 0.01, \
             refresh = [\"docker compose exec -T frontend nginx -s reload\"] }}"
        );
        self.probe(&[], &check)
    }

    fn command(&self, args: &[String]) -> Command {
        let mut command = self.sandbox.command();
        command.args(args);
        command
    }

    fn begin(&self, args: &[String]) -> Begun {
        let mut command = self.command(args);
        Begun(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"))
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.sandbox.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}

/// A run under way; killed when it is dropped.
struct Begun(Child);

impl Begun {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("it is there");
    }

    /// From then on SIGINT does not simply end it.
    #[track_caller]
    fn wait_until_it_hears(&self) {
        let path = format!("/proc/{}/status", self.0.id());
        wait_for("a handler of SIGINT", SOON, || {
            let status = std::fs::read_to_string(&path).unwrap_or_default();
            let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 2 != 0)
        });
    }

    /// Its end, told to come to it again and again.
    #[track_caller]
    fn told_until_it_ends(mut self, signal: Signal) -> Run {
        wait_for("the end", SOON, || {
            let ended = self.0.try_wait().expect("a child").is_some();
            if !ended {
                self.signal(signal);
            }
            ended
        });
        self.end()
    }

    /// Its end, after it was told to come to it.
    #[track_caller]
    fn end(mut self) -> Run {
        wait_for("the end", SOON, || self.0.try_wait().expect("a child").is_some());
        let read = |from: Option<&mut dyn std::io::Read>| {
            let mut text = String::new();
            from.expect("a pipe").read_to_string(&mut text).expect("UTF-8");
            text
        };
        let stdout = read(self.0.stdout.as_mut().map(|out| out as &mut dyn std::io::Read));
        let stderr = read(self.0.stderr.as_mut().map(|err| err as &mut dyn std::io::Read));
        Run { status: self.0.wait().expect("a child").code(), stdout, stderr }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A run whose standard output, or error, goes to a disk that is full.
fn into_a_full_disk(command: &mut Command, stderr: bool) -> Output {
    let full = || Stdio::from(std::fs::File::options().write(true).open("/dev/full").expect("/dev/full"));
    match stderr {
        true => command.stderr(full()),
        false => command.stdout(full()).stderr(Stdio::piped()),
    };
    command.output().expect("it starts")
}
