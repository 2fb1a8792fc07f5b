//! What is really there, asked of the engine and of the application without the program.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::Value;

/// One container as `docker inspect` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Container {
    pub id: String,
    pub name: String,
    pub service: String,
    pub number: u32,
    /// `running`, `exited` …
    pub state: String,
    /// `healthy` …; empty without a health check.
    pub health: String,
    pub started: String,
    /// Published ports of this machine.
    pub ports: Vec<String>,
    pub networks: Vec<String>,
}

impl Container {
    pub(crate) fn is_ready(&self) -> bool {
        self.state == "running" && matches!(self.health.as_str(), "" | "healthy")
    }

    /// What changes when it is started anew.
    pub(crate) fn life(&self) -> (String, String) {
        (self.id.clone(), self.started.clone())
    }
}

/// Runs `docker` to its end; what it printed.
#[track_caller]
pub(crate) fn docker(args: &[&str]) -> String {
    let output = Command::new("docker").args(args).stdin(Stdio::null()).output().expect("docker runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert!(output.status.success(), "docker {args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The containers of a project, in every state.
pub(crate) fn containers(project: &str) -> Vec<Container> {
    let label = format!("label=com.docker.compose.project={project}");
    let ids = docker(&["ps", "-aq", "--no-trunc", "--filter", &label]);
    let ids: Vec<&str> = ids.lines().collect();
    if ids.is_empty() {
        return Vec::new();
    }
    // One that is removed meanwhile is left out by `inspect`, which then ends with an error.
    let output = Command::new("docker").arg("inspect").args(&ids).output().expect("docker runs");
    let all: Value = serde_json::from_slice(&output.stdout).expect("docker inspect prints JSON");
    let mut containers: Vec<Container> = all.as_array().into_iter().flatten().map(container).collect();
    containers.sort_by(|a, b| (&a.service, a.number).cmp(&(&b.service, b.number)));
    containers
}

fn container(value: &Value) -> Container {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let label = |name: &str| text(&format!("/Config/Labels/com.docker.compose.{name}"));
    let ports = value["NetworkSettings"]["Ports"].as_object();
    let host = |binding: &Value| binding["HostPort"].as_str().map(str::to_owned);
    let networks = value["NetworkSettings"]["Networks"].as_object();
    Container {
        id: text("/Id"),
        name: text("/Name").trim_start_matches('/').to_owned(),
        service: label("service"),
        number: label("container-number").parse().unwrap_or(0),
        state: text("/State/Status"),
        health: text("/State/Health/Status"),
        started: text("/State/StartedAt"),
        ports: ports
            .into_iter()
            .flat_map(|all| all.values())
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(host)
            .collect(),
        networks: networks.map(|all| all.keys().cloned().collect()).unwrap_or_default(),
    }
}

/// Networks or volumes that carry the project's label.
pub(crate) fn named(kind: &str, project: &str) -> Vec<String> {
    let label = format!("label=com.docker.compose.project={project}");
    docker(&[kind, "ls", "-q", "--filter", &label]).lines().map(str::to_owned).collect()
}

/// Takes everything of a project away, its images too. Used by guards, so it never panics.
pub(crate) fn remove(project: &str) {
    let quiet = |args: &[&str]| {
        let output = Command::new("docker").args(args).stdin(Stdio::null()).stderr(Stdio::null()).output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
    };
    let label = format!("label=com.docker.compose.project={project}");
    for (list, remove) in [
        (vec!["ps", "-aq"], vec!["rm", "-fv"]),
        (vec!["network", "ls", "-q"], vec!["network", "rm"]),
        (vec!["volume", "ls", "-q"], vec!["volume", "rm", "-f"]),
    ] {
        let found = quiet(&[list.as_slice(), &["--filter", &label]].concat());
        let found: Vec<&str> = found.lines().collect();
        if !found.is_empty() {
            quiet(&[remove.as_slice(), found.as_slice()].concat());
        }
    }
    for service in ["backend", "frontend"] {
        quiet(&["image", "rm", &format!("{project}-{service}")]);
    }
}

/// What the application answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub replica: String,
    pub body: Value,
}

/// One request, as any client would send it.
#[track_caller]
pub(crate) fn http(method: &str, url: &str, json: Option<Value>) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut request = client.request(method.parse().expect("a method"), url);
        if let Some(json) = json {
            request = request.json(&json);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let replica = answer.headers().get("x-replica").and_then(|value| value.to_str().ok());
        let (status, replica) = (answer.status().as_u16(), replica.unwrap_or_default().to_owned());
        let text = answer.text().await.unwrap_or_default();
        Answer { status, replica, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    })
}

/// How many of `requests` each replica answered; every one must be answered well.
#[track_caller]
pub(crate) fn shares(url: &str, requests: usize) -> BTreeMap<String, usize> {
    let mut shares = BTreeMap::new();
    for _ in 0..requests {
        let answer = http("GET", url, None);
        assert_eq!(answer.status, 200, "{answer:?}");
        *shares.entry(answer.replica).or_default() += 1;
    }
    shares
}
