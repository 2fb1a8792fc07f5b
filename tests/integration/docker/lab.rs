//! A learner's folder with a stack of its own: [`Lab`] runs the program in it, and takes the stack
//! down when it is dropped.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use serde_json::Value;
use tempfile::TempDir;
use workshop::engine::generate_name;

use super::outside::{self, Container};
use crate::harness::{Run, Sandbox, docker_answers, local_images};

/// Stacks that run at a time: more only make each other late.
const AT_ONCE: usize = 2;

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// One of the stacks that run at a time, until it is dropped.
pub(crate) struct Turn;

impl Turn {
    pub(crate) fn take() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = ENDED.wait_while(running, |running| *running >= AT_ONCE);
        *wait.unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

/// A port that nobody listens at, below those that the system gives to outgoing connections, and
/// another one at each call.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 500) as u16 * 20;
    loop {
        let port = 20_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}

/// A learner's folder, a published port and a project name of its own.
pub(crate) struct Lab {
    pub sandbox: Sandbox,
    /// The project name that the runner makes for this folder.
    pub name: String,
    pub port: u16,
    env: Vec<(String, String)>,
    /// Where lessons of a single check are written.
    probes: TempDir,
    _turn: Turn,
}

impl Lab {
    /// `None` where Docker does not answer: the test is skipped.
    #[track_caller]
    pub(crate) fn new() -> Option<Self> {
        docker_answers().then(|| {
            let turn = Turn::take();
            let sandbox = Sandbox::new();
            let root = std::fs::canonicalize(sandbox.root()).expect("the folder is there");
            let name = generate_name(&root.join("workshop"));
            let port = free_port();
            let own = ("BACKEND_PORT".to_owned(), free_port().to_string());
            let env = vec![("FRONTEND_PORT".to_owned(), port.to_string()), own];
            Self { sandbox, name, port, env, probes: TempDir::new().expect("a folder"), _turn: turn }
        })
    }

    /// A lab at `step`, with the files and the stack that it starts from.
    #[track_caller]
    pub(crate) fn at(step: &str) -> Option<Self> {
        let lab = Self::new()?;
        lab.run(["start", "06", "--engine", "docker", "--at", step]).code(0);
        Some(lab)
    }

    /// Leaves the published port to `.env`.
    pub(crate) fn port_from_env_file(&mut self) {
        self.env.retain(|(name, _)| name != "FRONTEND_PORT");
    }

    fn furnish<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        local_images(command).env_remove("COMPOSE_PROJECT_NAME").env_remove("FRONTEND_PORT");
        command.envs(self.env.iter().map(|(name, value)| (name, value)))
    }

    /// The program, in this folder, with the images that the machine has.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.sandbox.command();
        self.furnish(&mut command);
        command
    }

    #[track_caller]
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().args(args))
    }

    /// The learner's own `docker compose`, in their own shell.
    pub(crate) fn by_hand(&self, args: &[&str]) -> Command {
        let mut command = Command::new("docker");
        let dir = self.sandbox.path("");
        command
            .arg("compose")
            .args(args)
            .current_dir(&dir)
            .env("PWD", dir.to_str().expect("UTF-8").trim_end_matches('/'));
        self.furnish(&mut command);
        command
    }

    /// [`Self::by_hand`], to its end; it must end well.
    #[track_caller]
    pub(crate) fn compose(&self, args: &[&str]) {
        Run::of(&mut self.by_hand(args)).code(0);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Changes one of the learner's files as text; `from` must be there.
    #[track_caller]
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.sandbox.read(file);
        assert!(text.contains(from), "{file} has no {from:?}:\n{text}");
        self.sandbox.write(file, text.replace(from, to));
    }

    /// Asks one check of the lesson's `step`; the other checks of the step are asked with it.
    #[track_caller]
    pub(crate) fn check(&self, step: &str, check: &str) -> Asked {
        let run = self.run(["check", "--step", step, "--json"]);
        Asked::of(run, check)
    }

    /// Asks one check that no lesson has, on this stack.
    #[track_caller]
    pub(crate) fn probe(&self, check: &str) -> Asked {
        Asked::of(Run::of(self.command().args(self.probe_args(&[], check))), "it")
    }

    /// The arguments that ask a check of a lesson with one step, which runs `commands`.
    pub(crate) fn probe_args(&self, commands: &[&str], check: &str) -> Vec<String> {
        let dir = self.probes.path().join("lessons/06-probe");
        std::fs::create_dir_all(&dir).expect("a folder");
        let toml = format!(
            "format = 1\nid = \"06\"\nminutes = 1\nstart = \"complete/step-05\"\nengines = [\"docker\"]\n\
             nginx = \"frontend/nginx.conf\"\nentry = {{ service = \"frontend\", port = 80 }}\n\
             [[steps]]\nid = \"probe\"\nminutes = 1\nrun = {commands:?}\n\
             [[steps.checks]]\nid = \"it\"\n{check}\n"
        );
        std::fs::write(dir.join("lesson.toml"), toml).expect("written");
        for lang in ["ko", "en"] {
            let text = "# Probe\n\nOne check.\n\n## Probe {#probe}\n\nIt alone.\n";
            std::fs::write(dir.join(format!("{lang}.md")), text).expect("written");
        }
        let lessons = self.probes.path().to_str().expect("UTF-8");
        let start = "complete/step-05";
        let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(start);
        crate::harness::copy_tree(&own, &self.probes.path().join(start));
        let digest = crate::harness::digest_of(self.probes.path(), "06");
        ["check", "--step", "probe", "--json", "--yes", "--lessons", lessons, "--agree", &digest]
            .map(str::to_owned)
            .to_vec()
    }

    /// All containers of this folder's project, by service and number.
    pub(crate) fn containers(&self) -> Vec<Container> {
        outside::containers(&self.name)
    }

    pub(crate) fn of(&self, service: &str) -> Vec<Container> {
        self.containers().into_iter().filter(|one| one.service == service).collect()
    }

    /// The name of one replica's container: `workshop-1a2b3c-backend-2`.
    pub(crate) fn replica(&self, label: &str) -> String {
        format!("{}-{label}", self.name)
    }

    /// Networks and volumes of the project.
    pub(crate) fn left(&self) -> Vec<String> {
        let mut left = outside::named("network", &self.name);
        left.extend(outside::named("volume", &self.name));
        left.extend(self.containers().into_iter().map(|one| one.name));
        left
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        outside::remove(&self.name);
    }
}

/// A check that was asked: the run, and what it said.
pub(crate) struct Asked {
    pub run: Run,
    pub check: Value,
}

impl Asked {
    #[track_caller]
    pub(crate) fn of(run: Run, check: &str) -> Self {
        let json = run.json();
        let found = json["steps"]
            .as_array()
            .into_iter()
            .flatten()
            .find_map(|step| step["checks"].as_array()?.iter().find(|one| one["id"] == check).cloned());
        let check = found.unwrap_or_else(|| panic!("no check {check} in {json:#}\n{}", run.stderr));
        Self { run, check }
    }

    #[track_caller]
    fn verdict(self, verdict: &str, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.check["verdict"], verdict, "{:#}\n{}", self.check, self.run.stderr);
        if verdict != "pass" {
            assert_eq!(self.run.status, Some(code), "{}", self.run.stdout);
        }
        let all = format!("{} {} {}", self.check["message"], self.check["expected"], self.check["observed"]);
        for word in words {
            assert!(all.contains(word), "{word:?} is not in {:#}", self.check);
        }
        self
    }

    #[track_caller]
    pub(crate) fn passes(self) -> Self {
        self.verdict("pass", 0, &[])
    }

    /// The learner's change is not there yet, said with `words`.
    #[track_caller]
    pub(crate) fn not_yet(self, words: &[&str]) -> Self {
        self.verdict("not_yet", 1, words)
    }

    /// The machine is in the way, said with `words`.
    #[track_caller]
    pub(crate) fn environment(self, words: &[&str]) -> Self {
        self.verdict("environment", 3, words)
    }

    pub(crate) fn ms(&self) -> f64 {
        self.check["ms"].as_f64().unwrap_or_default()
    }
}
