//! [`Server`]: a running shortener that is killed when the test ends.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::engines::{DB_PASSWORD, REDIS_PASSWORD, Stack};
use crate::http::{Answer, send};

const DEADLINE: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(10);
const VARIABLES: [&str; 19] = [
    "PORT",
    "LISTEN_ADDRESS",
    "DB_HOST",
    "DB_PORT",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
    "REDIS_HOST",
    "REDIS_PORT",
    "REDIS_PASSWORD",
    "REPLICA_NAME",
    "PUBLIC_URL",
    "ACCESS_LOG",
    "RESPONSE_DELAY_MS",
    "SHARED_LOCK_MS",
    "DB_REPLICA_HOSTS",
    "DB_REPLICA_MAX_LAG",
    "DB_READ_YOUR_WRITES",
    "DB_READ_YOUR_WRITES_TIMEOUT_MS",
];

/// The program with a clean environment, not yet started.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_url-shortener"));
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
}

/// Runs a program that ends by itself.
pub fn run(command: &mut Command) -> Output {
    command.output().expect("run the program")
}

/// Tries until there is a value.
#[track_caller]
pub fn wait_for<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(value) = attempt() {
            return value;
        }
        assert!(Instant::now() < deadline, "not within {DEADLINE:?}: {what}");
        std::thread::sleep(POLL);
    }
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
}

impl Server {
    /// A server of the stack that is UP.
    #[track_caller]
    pub fn start(stack: &Stack, replica: &str) -> Self {
        let server = Self::listening(stack, replica, &[]);
        server.wait_for_status("UP");
        server
    }

    /// A server of the stack that listens, with further settings.
    #[track_caller]
    pub fn listening(stack: &Stack, replica: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = program()
            .env("PORT", "0")
            .env("DB_HOST", "127.0.0.1")
            .env("DB_PORT", stack.mysql.port.to_string())
            .env("DB_PASSWORD", DB_PASSWORD)
            .env("REDIS_HOST", "127.0.0.1")
            .env("REDIS_PORT", stack.redis.port.to_string())
            .env("REDIS_PASSWORD", REDIS_PASSWORD)
            .env("REPLICA_NAME", replica)
            .envs(settings.iter().copied())
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
        let line = output.wait_for(&["msg=listening"]);
        let port = field(&line, "address").and_then(|a| a.rsplit(':').next()?.parse().ok());
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.expect("a port")));
        Self { child, address, output }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        send(self.address, &format!("GET {path}"), &[], b"")
    }

    /// Posts a body to be shortened.
    #[track_caller]
    pub fn post(&self, body: &str) -> Answer {
        send(self.address, "POST /api/v1/urls/shorten", &[], body.as_bytes())
    }

    /// Shortens, and returns the code.
    #[track_caller]
    pub fn shorten(&self, url: &str) -> String {
        let answer = self.post(&json!({"originalUrl": url}).to_string()).expect(201);
        answer.json()["shortCode"].as_str().expect("a code").to_owned()
    }

    /// Follows the code so many times.
    #[track_caller]
    pub fn click(&self, code: &str, times: usize) {
        for _ in 0..times {
            self.get(&format!("/{code}")).expect(302);
        }
    }

    #[track_caller]
    pub fn clicks(&self, code: &str) -> u64 {
        let answer = self.get(&format!("/api/v1/urls/{code}")).expect(200);
        answer.json()["clickCount"].as_u64().expect("a count")
    }

    #[track_caller]
    pub fn health(&self) -> Value {
        self.get("/actuator/health").json()
    }

    #[track_caller]
    pub fn wait_for_status(&self, status: &str) -> Value {
        wait_for(&format!("status {status}"), || {
            let health = self.health();
            (health["status"] == status).then_some(health)
        })
    }

    /// `url-shortener healthcheck` beside this server.
    pub fn healthcheck(&self) -> Output {
        run(program().arg("healthcheck").env("PORT", self.address.port().to_string()))
    }

    /// Waits for a line of the log that holds all the texts.
    #[track_caller]
    pub fn line_with(&self, texts: &[&str]) -> String {
        self.output.wait_for(texts)
    }

    pub fn lines(&self) -> Vec<String> {
        self.output.lines.lock().expect("lines").clone()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("send the signal");
    }

    /// Waits until the process has ended.
    #[track_caller]
    pub fn wait(&mut self) -> ExitStatus {
        wait_for("the server's end", || self.child.try_wait().expect("wait"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Lines {
    #[track_caller]
    fn wait_for(&self, texts: &[&str]) -> String {
        let deadline = Instant::now() + DEADLINE;
        let mut lines = self.lines.lock().expect("lines");
        loop {
            let found = |line: &&String| texts.iter().all(|text| line.contains(text));
            if let Some(line) = lines.iter().find(found) {
                return line.clone();
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no line with {texts:?} in {lines:#?}");
            lines = self.more.wait_timeout(lines, left).expect("lines").0;
        }
    }
}

/// A bare field of a log line.
pub fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split(' ').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
