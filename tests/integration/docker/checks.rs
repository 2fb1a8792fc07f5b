//! Every live check on one running stack, made to pass and made to fail for the right reason.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::lab::{Asked, Lab};
use super::link::{Link, Then};
use super::outside::{docker, http};
use crate::harness::{Run, wait_for};

const THREE: &str = r#"replicas = { service = "backend", equals = 3 }"#;
const READY: &str = "replicas = { service = \"backend\", equals = 3 }\nwithin = \"60s\"";
const SPREAD: &str =
    r#"spread = { path = "/api/posts", requests = 20, service = "backend", least_share = 0.5 }"#;

#[test]
fn each_live_check_fails_for_its_own_reason_and_passes_when_that_is_gone() {
    let Some(lab) = Lab::at("scale-to-5") else { return };
    lab.probe(READY).passes();
    logs(&lab);
    general(&lab);
    replicas(&lab);
    a_pass_must_hold(&lab);
    unchanged(&lab);
    paused(&lab);
    the_wrong_path(&lab);
    a_slow_page(&lab);
    no_backend(&lab);
}

/// What only an engine with images can say, and what a container was given.
fn general(lab: &Lab) {
    lab.probe("image = { service = \"frontend\", root = true, exposes = [\"80\"], at_most_layers = 100 }")
        .passes();
    lab.probe("image = { service = \"frontend\", root = false }")
        .not_yet(&["frontend-1", "a user other than root"]);
    lab.probe("image = { service = \"frontend\", at_most_mb = 1 }").not_yet(&["too large"]);
    lab.probe("variable = { service = \"frontend\", name = \"PATH\", is = { contains = \"/bin\" } }")
        .passes();
    lab.probe("variable = { service = \"frontend\", name = \"NOBODY\", is = \"1\" }").not_yet(&["NOBODY"]);
    let inside = "command = { in = \"frontend\", run = [\"nginx\", \"-v\"], errors = { regex = '^nginx version: nginx/1' } }";
    lab.probe(inside).passes();
}

/// The runner's own requests are not the learner's.
fn logs(lab: &Lab) {
    lab.probe(r#"logs = { service = "backend" }"#).passes();
    let mine =
        r#"logs = { service = "backend", contains = ["method=POST", "path=/api/posts "], replicas = 2 }"#;
    let shared = r#"shared_data = { path = "/api/posts", json = { username = "w", content = "x" }, item = "/api/posts/{id}", service = "backend" }"#;
    lab.probe(shared).passes();
    lab.probe(mine).not_yet(&["no replica's log has a line of yours", "2 replicas"]);
    let post = || http("POST", &lab.url("/api/posts"), Some(json!({ "username": "me", "content": "mine" })));
    let first = post();
    assert_eq!(first.status, 201);
    lab.probe(mine).not_yet(&["only 1 replica's log"]);
    wait_for("a post through another replica", Duration::from_secs(20), || post().replica != first.replica);
    let asked = lab.probe(mine).passes();
    let lines = asked.check["lines"].as_array().cloned().unwrap_or_default();
    assert!(
        lines.len() >= 2
            && lines.iter().all(|line| line.as_str().is_some_and(|line| line.contains("method=POST"))),
        "{lines:?}"
    );
    lab.probe("logs = { service = \"backend\", live = \"/api/posts\" }\nwithin = \"10s\"").passes();
}

fn replicas(lab: &Lab) {
    lab.probe(THREE).passes();
    lab.probe(r#"replicas = { service = "backend", equals = 2 }"#)
        .not_yet(&["3 replicas of backend are there, not 2", "backend-3 (running, healthy)"]);
    lab.probe(r#"replicas = { service = "nobody", equals = 1 }"#).not_yet(&["no replica of nobody runs"]);
    docker(&["kill", &lab.replica("backend-2")]);
    lab.probe(THREE)
        .not_yet(&["backend-2 does not get ready: exited with code 137", "workshop compose logs backend"]);
    docker(&["start", &lab.replica("backend-2")]);
    // Still starting, and ready in time.
    lab.probe(READY).passes();
}

/// Killed while the pass is held: only a look that comes again can see it.
fn a_pass_must_hold(lab: &Lab) {
    assert!(lab.probe(&format!("{THREE}\nhold = \"1s\"")).passes().ms() >= 1000.0);
    let Some(link) = Link::new(usize::MAX, Then::Gone) else { return };
    let args = lab.probe_args(&[], &format!("{THREE}\nhold = \"60s\""));
    let mut command = lab.command();
    let child = command.args(args).env("DOCKER_HOST", link.address());
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    wait_for("three looks at the stack", Duration::from_secs(20), || link.listings() >= 3);
    docker(&["kill", &lab.replica("backend-3")]);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let run = Run { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    Asked::of(run, "it").not_yet(&["backend-3", "exited with code 137"]);
    docker(&["start", &lab.replica("backend-3")]);
    lab.probe(READY).passes();
}

/// The baseline is what ran when a live step was passed last.
fn unchanged(lab: &Lab) {
    let none = r#"unchanged = { services = ["backend", "frontend"] }"#;
    let one = r#"unchanged = { services = ["backend", "frontend"], restarted = 1 }"#;
    lab.probe(none).passes();
    lab.probe(one).not_yet(&["nothing was restarted since"]);
    docker(&["restart", "-t", "1", &lab.replica("backend-1")]);
    lab.probe(none).not_yet(&["backend-1 was restarted", "ago"]);
    lab.probe(one).passes();
    docker(&["restart", "-t", "1", &lab.replica("backend-1"), &lab.replica("backend-2")]);
    lab.probe(one).not_yet(&["2 were restarted", "backend-1, backend-2", "1 new start time"]);
    docker(&["stop", "-t", "1", &lab.replica("backend-3")]);
    lab.probe(one).not_yet(&["backend-3 is not running"]);
    docker(&["start", &lab.replica("backend-3")]);
    lab.probe(READY).passes();
}

/// A replica that accepts connections and never answers.
fn paused(lab: &Lab) {
    lab.probe(&format!("{SPREAD}\nwithin = \"10s\"")).passes();
    docker(&["pause", &lab.replica("backend-2")]);
    lab.probe(THREE).not_yet(&["backend-2 does not get ready: paused"]);
    lab.probe(&SPREAD.replace("20", "8")).not_yet(&["of 8 requests failed", "time-out"]);
    docker(&["unpause", &lab.replica("backend-2")]);
    lab.probe(READY).passes();
    lab.probe(&format!("{SPREAD}\nwithin = \"30s\"")).passes();
}

/// `proxy_pass` with a path strips `/api/`, so the backend is asked for what it has not.
fn the_wrong_path(lab: &Lab) {
    let http = r#"http = [{ path = "/api/posts", status = 200 }]"#;
    lab.probe(http).passes();
    lab.probe(r#"http = [{ path = "/", status = 200, content_type = "application/json" }]"#)
        .not_yet(&["another kind of content", "text/html"]);
    lab.probe(r#"http = [{ path = "/api/health", status = 200, has = { "/status" = "on fire" } }]"#)
        .not_yet(&["/status", "on fire"]);
    with_nginx(lab, "proxy_pass http://backend_pool;", "proxy_pass http://backend_pool/;", || {
        lab.probe(http).not_yet(&["GET /api/posts was answered with 404", "200"]);
        lab.check("scale-to-3", "app-works").not_yet(&["POST /api/posts was answered with 40", "201"]);
    });
}

/// nginx itself lets requests wait: ten a second, at four at a time.
fn a_slow_page(lab: &Lab) {
    let within = |p95| format!("responsive = {{ path = \"/api/posts\", requests = 20, p95 = \"{p95}\" }}");
    let slow = "limit_req_zone $binary_remote_addr zone=slow:1m rate=10r/s;\nupstream backend_pool {";
    lab.replace("frontend/nginx.conf", "upstream backend_pool {", slow);
    let wait = "limit_req zone=slow burst=50;\n        proxy_pass http://backend_pool;";
    with_nginx(lab, "proxy_pass http://backend_pool;", wait, || {
        lab.probe(&within("9s")).passes();
        lab.probe(&within("200ms")).not_yet(&["the page is slow", "<= 200.0 ms"]);
    });
}

/// nginx has nobody to ask.
fn no_backend(lab: &Lab) {
    lab.compose(&["stop", "-t", "1", "backend"]);
    lab.probe(r#"http = [{ path = "/api/posts", status = 200 }]"#)
        .not_yet(&["was answered with 50", "Gateway"]);
    lab.probe(SPREAD).not_yet(&["no replica of backend runs"]);
    lab.compose(&["stop", "-t", "1", "frontend"]);
    lab.probe(r#"http = [{ path = "/", status = 200 }]"#).not_yet(&["the application does not answer"]);
}

/// Builds the frontend with another configuration, asks, and brings the old one back.
fn with_nginx(lab: &Lab, from: &str, to: &str, ask: impl FnOnce()) {
    let right = lab.sandbox.read("frontend/nginx.conf");
    lab.replace("frontend/nginx.conf", from, to);
    lab.compose(&["up", "-d", "--build", "--no-deps", "frontend"]);
    lab.probe("http = [{ path = \"/\" }]\nwithin = \"30s\"").passes();
    ask();
    lab.sandbox.write("frontend/nginx.conf", right);
    // What is built again is what is there again: else a forgotten build would be what is wrong.
    lab.compose(&["up", "-d", "--build", "--no-deps", "frontend"]);
}
