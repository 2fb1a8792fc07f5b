//! The verdict on scaling, on lesson 07's own stack with a real MariaDB and a real Redis, in the
//! cases that matter. They measure, so they want the machine for themselves: `cargo test` passes
//! them over, and the gate runs them alone (`-- --ignored --test-threads 1 scaling::`).

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::docker::lab::{Asked, free_port};
use crate::harness::{Run, Sandbox};

/// Lesson 07's stack on the embedded engine, at the step that measures.
struct Stack {
    sandbox: Sandbox,
    ports: [u16; 3],
    probe: TempDir,
}

/// What a link leads to, and what it has seen: the second costs the API server more.
const REDIRECT: &str = "/{code}";
const FIGURES: &str = "/api/v1/urls/{code}";

impl Stack {
    fn start() -> Self {
        let probe = TempDir::new().expect("a folder");
        let ports = [free_port(), free_port(), free_port()];
        let stack = Self { sandbox: Sandbox::new().without_docker(), ports, probe };
        stack.run(&["start", "07", "--engine", "embedded", "--at", "linear-scaling", "--yes"]).code(0);
        stack.run(&["apply", "--yes"]);
        stack
    }

    fn command(&self) -> Command {
        let mut command = self.sandbox.command();
        command.env_remove("COMPOSE_PROJECT_NAME");
        let names = ["APP_PORT", "MYSQL_PORT", "REDIS_PORT"];
        command.envs(names.into_iter().zip(self.ports.map(|port| port.to_string())));
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command().args(args))
    }

    /// Changes what both servers, or the second alone, are told, and starts them anew.
    #[track_caller]
    fn change(&self, from: &str, to: &str) {
        let text = self.sandbox.read("docker-compose.yml");
        assert!(text.contains(from), "{from:?} is not in {text}");
        self.sandbox.write("docker-compose.yml", text.replace(from, to));
        self.run(&["compose", "up", "-d", "--wait"]).code(0);
        self.run(&["compose", "exec", "-T", "nginx", "nginx", "-s", "reload"]).code(0);
    }

    /// A short measurement.
    #[track_caller]
    fn measure(&self, path: &str, seconds: u32) -> Asked {
        let dir = self.probe.path().join("lessons/07-probe");
        std::fs::create_dir_all(&dir).expect("a folder");
        let toml = format!(
            "format = 1\nid = \"07\"\nminutes = 1\nstart = \"complete/phase-3\"\nengines = [\"embedded\"]\n\
             nginx = \"nginx/default.conf\"\nentry = {{ service = \"nginx\", port = 80 }}\n\
             [embedded]\nmysql = \"mysql\"\nredis = \"redis\"\napi-server-1 = \"url-shortener\"\n\
             api-server-2 = \"url-shortener\"\nnginx = \"nginx\"\n\
             [[steps]]\nid = \"probe\"\nminutes = 1\n[[steps.checks]]\nid = \"it\"\n[steps.checks.scaling]\n\
             members = [\"api-server-1\", \"api-server-2\"]\npath = \"{path}\"\nconnections = 128\n\
             seconds = {seconds}\nrounds = 3\nleast_share = 0.8\n\
             refresh = [\"docker compose exec -T nginx nginx -s reload\"]\n\
             [[steps.checks.scaling.prepare]]\nmethod = \"POST\"\npath = \"/api/v1/urls/shorten\"\n\
             json = {{ originalUrl = \"https://example.com/{{run}}\" }}\nstatus = 201\n\
             keep = {{ code = \"/shortCode\" }}\n"
        );
        std::fs::write(dir.join("lesson.toml"), toml).expect("written");
        for lang in ["ko", "en"] {
            let text = "# Probe\n\nOne check.\n\n## Probe {#probe}\n\nIt alone.\n";
            std::fs::write(dir.join(format!("{lang}.md")), text).expect("written");
        }
        let start = "complete/phase-3";
        let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(start);
        crate::harness::copy_tree(&own, &self.probe.path().join(start));
        let lessons = self.probe.path().to_str().expect("UTF-8");
        let args = ["check", "--step", "probe", "--json", "--yes", "--lessons", lessons];
        let run = crate::harness::agreed(|more| {
            let more = more.iter().map(String::as_str);
            self.run(&args.iter().copied().chain(more).collect::<Vec<_>>())
        });
        Asked::of(run, "it")
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let _ = self.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}

/// The rows of the table of throughput: servers, rate, gain, p99, errors.
fn rows(asked: &Asked) -> Vec<Vec<String>> {
    let rows = asked.check["tables"][0]["rows"].as_array().expect("a table");
    let cells = |row: &Value| {
        let cells = row.as_array().expect("a row").iter();
        cells.map(|cell| cell.as_str().expect("a cell").to_owned()).collect()
    };
    rows.iter().map(cells).collect()
}

#[test]
#[ignore = "a measurement: the gate runs it alone"]
fn two_servers_with_a_share_each_are_twice_as_fast() {
    let stack = Stack::start();
    let asked = stack.measure(FIGURES, 3).passes();
    let rows = rows(&asked);
    let rate = |row: &[String]| row[1].parse::<f64>().expect("a rate");
    assert_eq!([&rows[0][0], &rows[1][0]], ["1", "2"]);
    assert!(rate(&rows[1]) >= rate(&rows[0]) * 1.6, "{rows:?}");
    assert_eq!([&rows[0][4], &rows[1][4]], ["0", "0"]);
    let parts = asked.check["tables"][1]["rows"].to_string();
    for part in ["mysql-1", "redis-1", "nginx-1", "api-server-1-1", "api-server-2-1", "workshop"] {
        assert!(parts.contains(part), "{part} is not in {parts}");
    }
    // All servers run again afterwards.
    let ps = stack.run(&["compose", "ps"]).code(0);
    assert!(ps.stdout.contains("api-server-2"), "{ps:?}");
}

#[test]
#[ignore = "a measurement: the gate runs it alone"]
fn servers_that_queue_at_one_lock_in_the_database_do_not_scale() {
    let stack = Stack::start();
    stack.change("      REDIS_HOST: redis\n", "      REDIS_HOST: redis\n      SHARED_LOCK_MS: \"10\"\n");
    let asked = stack.measure(REDIRECT, 3).not_yet(&["they wait for something that they share"]);
    let rows = rows(&asked);
    let rate = |row: &[String]| row[1].parse::<f64>().expect("a rate");
    // At most one redirect in 10 ms, with one server as with two.
    assert!(rows.iter().all(|row| rate(row) <= 105.0), "{rows:?}");
}

#[test]
#[ignore = "a measurement: the gate runs it alone"]
fn a_machine_that_is_at_its_end_proves_nothing() {
    let stack = Stack::start();
    let text = stack.sandbox.read("docker-compose.yml");
    let start = text.find("    deploy:\n").expect("a limit");
    let end = text[start..].find("\n\n").expect("the end of the service") + start;
    let limit = text[start..end].to_owned();
    stack.change(&limit, "");
    stack.measure(FIGURES, 3).environment(&["inconclusive", "says nothing about your servers"]);
}

#[test]
#[ignore = "a measurement: the gate runs it alone"]
fn a_server_that_nginx_cannot_reach_is_named() {
    let stack = Stack::start();
    let second = "    <<: *api-server\n";
    let other_port = "    <<: *api-server\n    environment:\n      PORT: \"9090\"\n      DB_HOST: mysql\n      \
                      DB_PASSWORD: ${MYSQL_PASSWORD}\n      REDIS_HOST: redis\n      \
                      REDIS_PASSWORD: ${REDIS_PASSWORD}\n";
    stack.change(second, other_port);
    let asked = stack.measure(REDIRECT, 2).not_yet(&["api-server-2", "were not measured together"]);
    assert!(
        !asked.check["message"].as_str().unwrap_or_default().contains("api-server-1"),
        "{:#}",
        asked.check
    );
}
