//! A real room, as its presenter opens it, and what its board shows.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::docker::lab::free_port;
use crate::harness::{Run, Sandbox, wait_for};

/// For what comes by way of a process of its own, on a machine with much to do.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// A room that is open; closed when dropped.
pub(crate) struct Class {
    pub(crate) sandbox: Sandbox,
    port: u16,
    program: Child,
    code: String,
    phone: String,
}

impl Drop for Class {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Class {
    #[track_caller]
    pub(crate) fn open() -> Self {
        Self::open_in(Sandbox::new().without_docker())
    }

    /// On every address of this machine.
    #[track_caller]
    pub(super) fn open_to_all() -> Self {
        Self::open_with(Sandbox::new().without_docker(), &["--name", "3반", "--listen", "0.0.0.0"])
    }

    #[track_caller]
    pub(crate) fn open_in(sandbox: Sandbox) -> Self {
        Self::open_with(sandbox, &["--name", "3반"])
    }

    #[track_caller]
    fn open_with(sandbox: Sandbox, args: &[&str]) -> Self {
        let port = free_port();
        let (program, code, phone) = serve(&sandbox, port, args);
        Self { sandbox, port, program, code, phone }
    }

    /// As a power cut ends it.
    pub(crate) fn kill(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }

    /// The same room goes on.
    #[track_caller]
    pub(super) fn again(&mut self) {
        let (program, code, _) = serve(&self.sandbox, self.port, &["--resume"]);
        assert_eq!(code, self.code, "what learners were told stays true");
        self.program = program;
    }

    /// Another room in its place, which knows nobody.
    #[track_caller]
    pub(super) fn other(&mut self) {
        self.kill();
        (self.program, self.code, self.phone) = serve(&self.sandbox, self.port, &["--name", "another"]);
    }

    /// Where its presenter's programs keep what they know.
    pub(super) fn state(&self) -> String {
        state_of(&self.sandbox).to_str().expect("UTF-8").to_owned()
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn code(&self) -> &str {
        &self.code
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    #[track_caller]
    pub(super) fn join(&self, learner: &Sandbox, name: &str) {
        learner.run(["join", &self.url(), &self.code, "--name", name, "--yes"]).code(0).says(name);
    }

    fn key(&self) -> String {
        let open = state_of(&self.sandbox).join("workshop/rooms/open.json");
        let open: Value = serde_json::from_slice(&std::fs::read(open).expect("an open room")).expect("JSON");
        open["key"].as_str().expect("the owner's key").to_owned()
    }

    /// What the presenter sees at this moment.
    #[track_caller]
    pub(crate) fn board(&self) -> Value {
        self.live("board", self.key())
    }

    fn live(&self, view: &str, token: String) -> Value {
        let url = format!("{}/api/live/{view}", self.url());
        now(async move {
            let mut answer = client().get(url).bearer_auth(token).send().await.expect("the view");
            let mut text = String::new();
            while !text.contains("\n\n") {
                let chunk = answer.chunk().await.expect("it goes on").expect("a board");
                text.push_str(&String::from_utf8_lossy(&chunk));
            }
            let data = text.lines().find_map(|line| line.strip_prefix("data:")).expect("data");
            serde_json::from_str(data).expect("JSON")
        })
    }

    /// Waits until the board is so.
    #[track_caller]
    pub(crate) fn shows(&self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let mut board = Value::Null;
        wait_for(what, LIMIT, || {
            board = self.board();
            so(&board)
        });
        board
    }

    /// The table for afterwards.
    pub(super) fn table(&self) -> String {
        let (url, key) = (format!("{}/table.csv", self.url()), self.key());
        now(async move {
            let answer = client().get(url).bearer_auth(key).send().await.expect("the table");
            answer.text().await.expect("its text")
        })
    }

    /// A phone at the page, pressing.
    pub(crate) fn press(&self, phone: &str, press: &str) {
        let (url, phone, press) =
            (format!("{}/api/press", self.url()), phone.to_owned(), format!("\"{press}\""));
        let status = now(async move {
            client().post(url).bearer_auth(phone).body(press).send().await.expect("an answer").status()
        });
        assert!(status.is_success(), "{status}");
    }

    /// Lets a phone in; its token.
    pub(crate) fn phone(&self) -> String {
        let (url, code) = (format!("{}/api/join", self.url()), self.phone.clone());
        let body = serde_json::json!({"code": code, "role": "phone"}).to_string();
        let joined: Value = now(async move {
            let answer = client().post(url).body(body).send().await.expect("an answer");
            serde_json::from_str(&answer.text().await.expect("its text")).expect("JSON")
        });
        joined["token"].as_str().unwrap_or_else(|| panic!("{joined}")).to_owned()
    }

    /// What the phone shows.
    pub(crate) fn pocket(&self, phone: &str) -> Value {
        self.live("phone", phone.to_owned())
    }

    /// What a presenter's program tells the room.
    #[track_caller]
    pub(super) fn put(&self, path: &str, body: &Value) {
        let (url, key, body) = (format!("{}{path}", self.url()), self.key(), body.to_string());
        let status = now(async move {
            client().put(url).bearer_auth(key).body(body).send().await.expect("an answer").status()
        });
        assert!(status.is_success(), "{path}: {status}");
    }
}

/// The learner of that name on the board.
pub(super) fn row<'a>(board: &'a Value, name: &str) -> &'a Value {
    let rows = board["learners"].as_array().expect("learners");
    rows.iter().find(|row| row["name"] == name).unwrap_or(&Value::Null)
}

pub(super) fn state_of(sandbox: &Sandbox) -> PathBuf {
    let state = sandbox.env().find(|(name, _)| *name == "XDG_STATE_HOME").expect("a place for state");
    PathBuf::from(state.1)
}

/// What a learner's program keeps of the room.
pub(super) fn kept(learner: &Sandbox) -> PathBuf {
    state_of(learner).join("workshop/in-room")
}

/// The reports that wait, as they lie there.
pub(super) fn waiting(learner: &Sandbox) -> Vec<Value> {
    let Ok(entries) = std::fs::read_dir(kept(learner).join("outbox")) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_slice(&std::fs::read(path).ok()?).ok();
    paths.iter().filter_map(read).collect()
}

#[track_caller]
fn serve(sandbox: &Sandbox, port: u16, args: &[&str]) -> (Child, String, String) {
    let port = port.to_string();
    let mut command = sandbox.command();
    command.args(["room", "--port", &port]).args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().expect("the room's program starts");
    let lines = BufReader::new(program.stdout.take().expect("its output")).lines();
    // Read to its end, so that it never waits for a reader.
    let (told, code) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let phone = line.trim().split_once("/phone#").map(|(_, code)| code);
            if let Some(code) = line.trim().strip_prefix("Code: ").or(phone) {
                let _ = told.send(code.to_owned());
            }
        }
    });
    let codes = code.recv_timeout(LIMIT).and_then(|first| Ok((first, code.recv_timeout(LIMIT)?)));
    let Ok((code, phone)) = codes else {
        let _ = program.kill();
        let output = program.wait_with_output().expect("its end");
        panic!("no code: {}", String::from_utf8_lossy(&output.stderr))
    };
    (program, code, phone)
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn now<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::time::timeout(LIMIT, work).await.expect("in time") })
}

/// A learner on a machine without Docker, with lesson 06 started.
#[track_caller]
pub(super) fn learner() -> Sandbox {
    let sandbox = Sandbox::new().without_docker();
    sandbox.run(["start", "06", "--engine", "embedded"]).code(0);
    sandbox
}

/// A check that says "not yet".
#[track_caller]
pub(super) fn fails(learner: &Sandbox) -> Run {
    learner.run(["check"]).code(1)
}
