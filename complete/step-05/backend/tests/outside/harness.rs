//! [`Server`]: a running backend that is killed when the test ends.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{Answer, send};

const DEADLINE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(2);

/// The program with a clean environment, not yet started.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contoso-backend"));
    for name in ["DATABASE_URL", "DATABASE_URL_FILE", "LISTEN_ADDRESS", "PORT", "REPLICA_NAME"] {
        command.env_remove(name);
    }
    command
}

/// Runs a program that ends by itself.
pub fn run(command: &mut Command) -> Output {
    command.output().expect("run the program")
}

/// The lines of a server's standard output so far, as they arrive.
#[derive(Default)]
struct Lines {
    lines: Mutex<Vec<String>>,
    more: Condvar,
}

#[must_use]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    output: Arc<Lines>,
    /// Kept for its `Drop`.
    _folder: Option<TempDir>,
    pub database: PathBuf,
}

impl Server {
    /// A server with a database of its own.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("data/contoso.db");
        let mut server = Starting::on(&database, "replica-1").ready();
        server._folder = Some(folder);
        server
    }

    #[track_caller]
    pub fn get(&self, target: &str) -> Answer {
        send(self.address, "GET", target, &[], b"")
    }

    #[track_caller]
    pub fn call(&self, method: &str, target: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        send(self.address, method, target, &headers, body.to_string().as_bytes())
    }

    /// Writes a post and returns it.
    #[track_caller]
    pub fn post(&self, username: &str, content: &str) -> Value {
        let body = json!({"username": username, "content": content});
        self.call("POST", "/api/posts", &body).expect(201).json()
    }

    /// Waits for a line of the log that holds all the texts.
    #[track_caller]
    pub fn line_with(&self, texts: &[&str]) -> String {
        self.output.wait_for(texts, 1)
    }

    /// Waits until so many lines of the log hold the text.
    #[track_caller]
    pub fn line_with_count(&self, text: &str, count: usize) {
        self.output.wait_for(&[text], count);
    }

    pub fn lines(&self) -> Vec<String> {
        self.output.lines.lock().expect("lines").clone()
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("send the signal");
    }

    /// Waits until the process has ended.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().expect("wait") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A process that was started and is perhaps not listening yet.
#[must_use]
pub struct Starting {
    child: Child,
    output: Arc<Lines>,
    database: PathBuf,
}

impl Starting {
    pub fn on(database: &Path, replica: &str) -> Self {
        let url = format!("sqlite://{}", database.display());
        Self::with(program().env("DATABASE_URL", url), database, replica)
    }

    /// As `command`, which says where the database is.
    pub fn with(command: &mut Command, database: &Path, replica: &str) -> Self {
        let mut child = command
            .env("PORT", "0")
            .env("REPLICA_NAME", replica)
            .stdout(Stdio::piped())
            .spawn()
            .expect("start the program");
        let output = Arc::new(Lines::default());
        let stdout = child.stdout.take().expect("its output");
        let lines = Arc::clone(&output);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                lines.lines.lock().expect("lines").push(line);
                lines.more.notify_all();
            }
        });
        Self { child, output, database: database.to_path_buf() }
    }

    /// Waits until it listens.
    #[track_caller]
    pub fn ready(self) -> Server {
        let line = self.output.wait_for(&["msg=listening"], 1);
        let port = field(&line, "address").and_then(|a| a.rsplit(':').next()?.parse().ok());
        Server {
            child: self.child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port.expect("a port"))),
            output: self.output,
            _folder: None,
            database: self.database,
        }
    }
}

impl Lines {
    #[track_caller]
    fn wait_for(&self, texts: &[&str], count: usize) -> String {
        let deadline = Instant::now() + DEADLINE;
        let mut lines = self.lines.lock().expect("lines");
        loop {
            let found = |line: &&String| texts.iter().all(|text| line.contains(text));
            if let Some(line) = lines.iter().filter(found).nth(count - 1) {
                return line.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "not {count} lines with {texts:?} in {lines:#?}");
            lines = self.more.wait_timeout(lines, left).expect("lines").0;
        }
    }
}

/// A bare field of a log line.
pub fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
