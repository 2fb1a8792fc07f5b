//! A room that is open: the program in a process of its own, and a client that asks it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::front::server::free_port;
use crate::harness::{Sandbox, wait_for};

pub(super) const SOON: Duration = Duration::from_secs(30);

/// A room that ends with it.
pub(super) struct Opened {
    pub(super) sandbox: Sandbox,
    pub(super) port: u16,
    pub(super) code: String,
    pub(super) phone_code: String,
    pub(super) key: String,
    process: Child,
    runtime: Runtime,
    client: reqwest::Client,
}

impl Opened {
    #[track_caller]
    pub(super) fn new() -> Self {
        let port = free_port();
        Self::with(Sandbox::new(), port, &["--port", &port.to_string()])
    }

    /// The room of `sandbox` at `port`, with what else was typed.
    #[track_caller]
    pub(super) fn with(sandbox: Sandbox, port: u16, args: &[&str]) -> Self {
        let process = start(&sandbox, args);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let client = reqwest::Client::builder().no_proxy().timeout(SOON).build().expect("a client");
        let mut opened = Self {
            sandbox,
            port,
            code: String::new(),
            phone_code: String::new(),
            key: String::new(),
            process,
            runtime,
            client,
        };
        opened.read();
        opened
    }

    #[track_caller]
    fn read(&mut self) {
        wait_for("it says how it ends", SOON, || self.said().contains("Ctrl-C"));
        let said = self.said();
        let after = |mark: &str| {
            let (_, rest) = said.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {said}"));
            rest.split_whitespace().next().unwrap_or_default().to_owned()
        };
        self.code = after("/#");
        self.phone_code = after("/phone#");
        self.key = after("/board#");
    }

    /// All that it has printed.
    pub(super) fn said(&self) -> String {
        std::fs::read_to_string(output(&self.sandbox)).expect("its output")
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    #[track_caller]
    pub(super) fn send(&self, request: RequestBuilder) -> Response {
        self.runtime.block_on(async { request.send().await }).expect("an answer")
    }

    /// The status and what came with it.
    #[track_caller]
    pub(super) fn ask(&self, method: Method, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.request(method, path).bearer_auth(token).json(body);
        let answer = self.send(request);
        let status = answer.status();
        let text = self.runtime.block_on(answer.text()).expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The token of one who joins.
    #[track_caller]
    pub(super) fn join(&self, name: &str) -> String {
        let (status, joined) = self.ask(
            Method::POST,
            "/api/join",
            "",
            &json!({ "code": self.code, "name": name, "role": "learner" }),
        );
        assert_eq!(status, StatusCode::OK, "{joined}");
        joined["token"].as_str().expect("a token").to_owned()
    }

    /// Tells that the step does not pass; the number that is safe.
    #[track_caller]
    pub(super) fn stuck(&self, token: &str, number: u64) -> u64 {
        let (status, taken) =
            self.ask(Method::POST, "/api/reports", token, &json!({ "reports": [report(number)] }));
        assert_eq!(status, StatusCode::OK, "{taken}");
        taken["number"].as_u64().expect("a number")
    }

    /// The next of the server-sent events at `path` that `wanted` takes.
    #[track_caller]
    pub(super) fn event(&self, path: &str, token: &str, wanted: impl Fn(&str) -> bool) -> String {
        let mut stream = self.listen(path, token);
        self.next(&mut stream, wanted)
    }

    #[track_caller]
    pub(super) fn listen(&self, path: &str, token: &str) -> (Response, String) {
        let stream = self.send(self.request(Method::GET, path).bearer_auth(token));
        assert_eq!(stream.status(), StatusCode::OK, "{path}");
        (stream, String::new())
    }

    #[track_caller]
    pub(super) fn next(
        &self,
        (stream, rest): &mut (Response, String),
        wanted: impl Fn(&str) -> bool,
    ) -> String {
        let deadline = Instant::now() + SOON;
        while Instant::now() < deadline {
            while let Some((event, after)) = rest.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or_default();
                let (found, after) = (data.to_owned(), after.to_owned());
                *rest = after;
                if wanted(&found) {
                    return found;
                }
            }
            let chunk = self.runtime.block_on(stream.chunk()).expect("it goes on").expect("it does not end");
            rest.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
        panic!("no such event within {SOON:?}: {rest}");
    }

    pub(super) fn pid(&self) -> Pid {
        Pid::from_child(&self.process)
    }

    /// Ends it so that it can do nothing about it; what is left.
    #[track_caller]
    pub(super) fn killed(mut self) -> Sandbox {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
        let other = Sandbox::new();
        std::mem::replace(&mut self.sandbox, other)
    }

    /// Ends it as Ctrl-C does.
    #[track_caller]
    pub(super) fn interrupted(&mut self) -> ExitStatus {
        kill_process(self.pid(), Signal::INT).expect("it runs");
        self.process.wait().expect("it ends")
    }

    /// The folder of the user's rooms.
    pub(super) fn rooms(&self) -> PathBuf {
        let state = self.sandbox.env().find(|(name, _)| *name == "XDG_STATE_HOME").expect("a state folder").1;
        PathBuf::from(state).join("workshop/rooms")
    }

    /// Everything that is on the disk.
    #[track_caller]
    pub(super) fn kept(&self) -> String {
        let mut all = String::new();
        for room in std::fs::read_dir(self.rooms()).expect("the rooms").flatten() {
            for file in std::fs::read_dir(room.path()).into_iter().flatten().flatten() {
                all += &std::fs::read_to_string(file.path()).unwrap_or_default();
            }
        }
        all
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn output(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("room.out")
}

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let out = File::create(output(sandbox)).expect("a file");
    let errors = out.try_clone().expect("the same file");
    let mut command = sandbox.command();
    command.arg("room").args(args).stdout(out).stderr(errors);
    command.spawn().expect("the program starts")
}

/// The report `number` of one who is stuck at the third step.
pub(super) fn report(number: u64) -> Value {
    json!({
        "number": number, "at": 1_790_000_000 + number, "lesson": "06", "step": "scale", "title": "Scale to 3",
        "position": 3, "of": 35, "minutes": 4,
        "what": { "checked": { "outcome": "not_yet", "failing": {
            "check": "three", "title": "Three replicas run", "words": "two of three answer",
        } } },
    })
}
