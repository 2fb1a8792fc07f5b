//! The examples of the reference (`docs/checks.md`): each passes in one world and does not in another.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::live::{answered, replica};
use super::{nodes, workspace};
use crate::check::application::Application;
use crate::check::seen::{
    Burst, Exchange, Hit, HttpFailure, Measured, NumberedWrites, Outage, OwnWrite, PortSeen, PortState, Seen,
    SharedData, StaleRead, Steady,
};
use crate::check::{Outcome, Verdict, World};
use crate::lesson::model::CheckEntry;
use crate::reference::Reference;
use crate::workspace::baseline::BaselineReplica;
use workshop_engine::{
    CommandEnd, ExecEnd, Health, ImageFacts, LogLine, Observed, Published, Replica, Resource, ResourceKind,
    State, Trouble,
};
use workshop_load::threshold::{Outcome as Kept, Seen as LoadSeen};

const COMPOSE: &str = "\
services:
  # more of them: docker compose up -d --scale backend=3
  backend:
    build: .
    restart: always
    environment: { DATABASE_URL: \"${DATABASE_URL:-sqlite:/data/app.db}\" }
    volumes: [\"data:/data\"]
    networks: [appnet]
  frontend: { image: nginx, ports: [\"8080:80\"], depends_on: [backend], networks: [appnet] }
  mysql: { image: mysql, volumes: [\"db:/var/lib/mysql\"], healthcheck: { test: [CMD, mysqladmin, ping] } }
  mysql-replica-1: { image: mysql, volumes: [\"copy:/var/lib/mysql\"] }
  redis: { image: redis, healthcheck: { test: [CMD, redis-cli, ping] } }
  api-server: { build: ./api, cpus: 0.5 }
  api-server-1: { build: ./api, cpus: 0.5 }
  api-server-2: { build: ./api, cpus: 0.5 }
networks: { appnet: {} }
volumes: { data: {}, db: {}, copy: {} }
";

const NGINX: &str = "\
log_format with_upstream '$remote_addr $upstream_addr';
resolver 127.0.0.11 valid=1s;
upstream posts { zone posts 64k; server backend:8080 resolve; }
upstream api {
  server api-server-1:8080 max_fails=3 fail_timeout=30s;
  server api-server-2:8080 max_fails=3 fail_timeout=30s;
}
server {
  listen 80;
  access_log /var/log/nginx/access.log with_upstream;
  location / { proxy_pass http://api; }
  location /api/posts { proxy_http_version 1.1; proxy_set_header Host $host; proxy_pass http://posts; }
  location /nginx-health { return 200; }
  location /nginx-status { stub_status; allow 127.0.0.1; deny all; }
}
";

const RIGHT: &[(&str, &str)] = &[
    ("docker-compose.yml", COMPOSE),
    ("nginx/default.conf", NGINX),
    (
        "api/Dockerfile",
        "FROM rust AS build\nRUN cargo build\nFROM debian\nCOPY --from=build /app /app\nCMD [\"/app\"]\n",
    ),
    ("app.json", "{ \"log\": { \"level\": \"info\" } }\n"),
    ("settings.ini", "debug=true\n"),
    ("Dockerfile", "FROM debian\nCMD [\"/app\"]\n"),
];

const WRONG: &[(&str, &str)] = &[
    (
        "docker-compose.yml",
        "services:
  backend:
    image: backend
    container_name: backend
    ports: [\"8081:8080\"]
    environment: { DATABASE_URL: \"sqlite:/tmp/app.db\" }
  frontend: { image: nginx, scale: 2, depends_on: [redis] }
  mysql: { image: mysql }
  redis: { image: redis }
  api-server: { image: api }
  api-server-1: { build: ./api }
  api-server-2: { image: api }
",
    ),
    (
        "nginx/default.conf",
        "server { listen 80; location / { return 404; } location /api/posts { proxy_pass http://other:80; }
  location /nginx-health { return 500; } location /nginx-status { stub_status; } }\n",
    ),
    ("api/Dockerfile", "FROM rust\nRUN cargo build\nCMD [\"cargo\", \"run\"]\n"),
    ("app.json", "{ \"log\": { \"level\": \"debug\" } }\n"),
    ("gone", "still there\n"),
];

/// A replica `SERVICE-INDEX` that runs; its host is called as it is, with `host-` before it.
fn running(service: &str, index: u32) -> Replica {
    let mut one = replica(service, 1, State::Running, Health::Healthy);
    one.index = index;
    one.hostname = format!("host-{service}-{index}");
    one.name = format!("workshop-{service}-{index}");
    one.id = format!("id-{service}-{index}");
    one.started = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(100));
    one
}

fn stack(right: bool) -> Observed {
    let mut all: Vec<Replica> =
        (1..=if right { 3 } else { 2 }).map(|index| running("backend", index)).collect();
    for one in &mut all {
        match right {
            true => drop(one.networks.insert("appnet".to_owned(), String::new())),
            false => one.published.push(Published { host_ip: String::new(), host: 8081, target: 8080 }),
        }
    }
    for service in [
        "frontend",
        "nginx",
        "redis",
        "db",
        "db-1",
        "db-2",
        "mysql",
        "mysql-replica-1",
        "api-server",
        "api-server-1",
        "api-server-2",
    ] {
        let mut one = running(service, 1);
        if let Some(number) = service.strip_prefix("api-server-") {
            one.networks.insert("appnet".to_owned(), format!("10.0.0.{number}"));
        }
        all.push(one);
    }
    Observed::of_replicas(all)
}

/// The backends as they were: of the one whose world is right, one was restarted since.
fn baseline(right: bool) -> Vec<BaselineReplica> {
    let started = |index: u32| if right && index == 1 { 50_000 } else { 100_000 };
    let one = |index: u32| BaselineReplica {
        name: format!("workshop-backend-{index}"),
        service: "backend".to_owned(),
        id: format!("id-backend-{index}"),
        started: started(index),
        seen: 0,
    };
    (1..=3).map(one).collect()
}

fn hits(answered: &[(&str, usize)], reply: &Result<u16, HttpFailure>, millis: u64) -> Burst {
    let mut burst = Burst { hits: Vec::new(), logged: BTreeMap::new() };
    for (label, count) in answered {
        for number in 0..*count {
            let id = format!("workshop-check-{label}-{number}");
            burst
                .logged
                .entry((*label).to_owned())
                .or_default()
                .insert(id.clone(), format!("request_id={id}"));
            burst.hits.push(Hit {
                id,
                client: None,
                reply: reply.clone(),
                replica: Some(format!("host-{label}")),
                time: Duration::from_millis(millis),
            });
        }
    }
    burst
}

/// Two clients, each answered by one replica, or each by both in turn.
fn clients(right: bool) -> Burst {
    let mut burst = hits(&[("api-server-1-1", 5), ("api-server-2-1", 5)], &Ok(200), 1);
    for (at, hit) in burst.hits.iter_mut().enumerate() {
        let own = if right { at / 5 } else { at % 2 };
        hit.client = Some(format!("203.0.113.{}", own + 1));
    }
    burst
}

fn measured(servers: usize, throughput: f64, right: bool) -> Measured {
    let each =
        |labels: &[&str], count: u64| labels.iter().map(|label| ((*label).to_owned(), count)).collect();
    let labels: &[&str] = match servers {
        1 => &["api-server-1-1"],
        2 => &["api-server-1-1", "api-server-2-1"],
        _ => &["backend-1", "backend-2", "backend-3"],
    };
    Measured {
        servers,
        throughput,
        p50: Duration::from_millis(5),
        p99: Duration::from_millis(20),
        requests: 1000,
        errors: if right { 0 } else { 500 },
        answered: each(labels, 500),
        cpu: labels.iter().map(|label| ((*label).to_owned(), 0.5)).collect(),
        generator: Some(0.1),
        host: Some(0.5),
        kept: Vec::new(),
    }
}

fn ended(stdout: &str, code: i32) -> ExecEnd {
    ExecEnd { code: Some(code), stdout: stdout.to_owned(), stderr: String::new() }
}

/// What `label` ended so.
fn exec(label: &str, stdout: &str, code: i32) -> Seen {
    Seen::Exec([(label.to_owned(), ended(stdout, code))].into())
}

fn lines(label: &str, texts: &[&str]) -> BTreeMap<String, Vec<LogLine>> {
    let line = |text: &&str| LogLine { at: None, stderr: false, text: (*text).to_owned() };
    BTreeMap::from([(label.to_owned(), texts.iter().map(line).collect())])
}

fn image(right: bool) -> ImageFacts {
    ImageFacts {
        size: Some(if right { 50_000_000 } else { 900_000_000 }),
        user: if right { "10001".to_owned() } else { String::new() },
        labels: [("org.opencontainers.image.source".to_owned(), "x".to_owned())].into(),
        env: BTreeMap::new(),
        exposed: vec!["8080/tcp".to_owned()],
        layers: 5,
    }
}

/// What the probe of the `at`-th example of this kind brought back; nothing where it has none.
fn seen(kind: &str, at: usize, right: bool) -> Option<Seen> {
    let status: u16 = if right { 200 } else { 500 };
    let success = CommandEnd { code: Some(0), stderr_tail: Vec::new(), trouble: None };
    let posts = |count: usize| {
        (0..count).map(|_| "10.0.0.9 POST /api/v1/urls/shorten 10.0.0.1:8080").collect::<Vec<_>>()
    };
    Some(match kind {
        "ports" => Seen::Ports(vec![PortSeen {
            variable: "APP_PORT".to_owned(),
            port: 8080,
            state: if right { PortState::Free } else { PortState::Taken },
            set: true,
        }]),
        "refused" => {
            let trouble = Trouble::ContainerNameWithReplicas { service: "backend".to_owned() };
            let refused = CommandEnd { code: Some(1), stderr_tail: Vec::new(), trouble: Some(trouble) };
            Seen::Refused { command: "x".to_owned(), end: if right { refused } else { success } }
        }
        "http" => Seen::Requests(vec![answered("/api/posts", status, "[]")]),
        "spread" => {
            let last = if right { 20 } else { 1 };
            Seen::Burst(hits(
                &[("backend-1", 20), ("backend-2", 40 - last), ("backend-3", last)],
                &Ok(200),
                1,
            ))
        }
        "responsive" => Seen::Burst(hits(&[("backend-1", 40)], &Ok(200), if right { 10 } else { 900 })),
        "favours" => {
            let more = if right { 80 } else { 60 };
            Seen::Burst(hits(&[("api-server-1-1", more), ("api-server-2-1", 120 - more)], &Ok(200), 1))
        }
        "sticky" => Seen::Burst(clients(right)),
        "survives" => Seen::Survived(nodes::survived(right)),
        "rolls" => Seen::Updated(nodes::updated(true)),
        "rolled_back" => Seen::Updated(nodes::updated(false)),
        "steady" => Seen::Steady(Steady {
            hits: hits(&[("backend-1", 5)], &Ok(status), 1).hits,
            commands: vec![("x".to_owned(), success)],
        }),
        "logs" => {
            let text = if right { "GET /api/posts 200" } else { "started" };
            Seen::Logs((1..=3).flat_map(|index| lines(&format!("backend-{index}"), &[text])).collect())
        }
        "upstream_log" => {
            let mut all = posts(if right { 10 } else { 2 });
            all.push("10.0.0.9 POST /api/v1/urls/shorten 10.0.0.2:8080");
            Seen::Logs(lines("nginx-1", &all))
        }
        "shared_data" => {
            let mut written: Exchange = answered("/api/posts", 201, "{\"id\": 7}");
            if let Ok(reply) = &mut written.reply {
                reply.replica = Some("host-backend-1".to_owned());
            }
            let read =
                |index: u32| (format!("host-backend-{index}"), if right || index == 1 { 200 } else { 404 });
            Seen::SharedData(SharedData { written, read: (1..=3).map(read).collect(), lost: 0 })
        }
        "exec" => exec("api-server-1-1", "UP", if right { 0 } else { 1 }),
        "command" if at == 0 => exec("backend-1", "Python 3.11.2\n", if right { 0 } else { 127 }),
        "command" => Seen::Program(Ok(ended("git version 2\n", if right { 0 } else { 1 }))),
        "sql" if at == 0 => exec("db-1", if right { "3\n" } else { "2\n" }, 0),
        "sql" => {
            let numbers = ["1\n", if right { "2\n" } else { "1\n" }];
            let ends = ["db-1-1", "db-2-1"].into_iter().zip(numbers);
            Seen::Exec(ends.map(|(label, number)| (label.to_owned(), ended(number, 0))).collect())
        }
        "cache_hits" => {
            let hits = if right {
                "keyspace_hits:30\nkeyspace_misses:10\n"
            } else {
                "keyspace_hits:1\nkeyspace_misses:9\n"
            };
            exec("redis-1", hits, 0)
        }
        "variable" => {
            let value = if right { "debug" } else { "info" };
            let all = [("LOG_LEVEL".to_owned(), value.to_owned())].into();
            Seen::Variables([("backend-1".to_owned(), Some(all))].into())
        }
        "image" => Seen::Images([("backend-1".to_owned(), Some(image(right)))].into()),
        "image_size" => Seen::Images([("api-server-1-1".to_owned(), Some(image(right)))].into()),
        "load" => {
            let mut run = measured(1, 1000.0, right);
            run.answered = [("api-server-1".to_owned(), 1000)].into();
            run.cpu = [("api-server-1".to_owned(), 0.5)].into();
            let seen = LoadSeen::Time(Duration::from_millis(if right { 20 } else { 900 }));
            run.kept = vec![Kept { source: "p95<200ms".to_owned(), met: right, seen }];
            Seen::Scaling(vec![run])
        }
        "scaling" => {
            let many = if at == 0 { 2 } else { 3 };
            // The first example wants it to grow, the second that it does not.
            let grown = if right == (at == 0) { 1900.0 } else { 1010.0 };
            let one = |count, rate| measured(count, rate, true);
            Seen::Scaling(vec![one(1, 1000.0), one(many, grown), one(1, 1000.0), one(many, grown)])
        }
        "replicates" | "lag" => {
            let lag = if right { "0" } else { "NULL" };
            let io = if right { "Yes" } else { "Connecting" };
            let replica = format!(
                "version: 10.11.6-MariaDB\nserver_id: 2\nlog_bin: 1\nread_only: 1\nMaster_Host: mysql\n\
                 Slave_IO_Running: {io}\nSlave_SQL_Running: Yes\nSeconds_Behind_Master: {lag}\n\
                 Master_Server_Id: 1\nUsing_Gtid: Slave_Pos\n"
            );
            let source = "version: 10.11.6-MariaDB\nserver_id: 1\nlog_bin: 1\nread_only: 0\n";
            let ends = [("mysql", ended(source, 0)), ("mysql-replica-1", ended(&replica, 0))];
            Seen::Replication(ends.map(|(name, end)| (name.to_owned(), end)).into())
        }
        "stale_read" => Seen::StaleRead(StaleRead {
            written: answered("/api/posts", 201, "{\"id\": 7}"),
            statement: "SELECT 1".to_owned(),
            first: Some(ended(if right { "" } else { "1\n" }, 0)),
            asked: Duration::from_millis(20),
            arrived: Some(Duration::from_millis(if right { 2900 } else { 20 })),
        }),
        "read_your_writes" => Seen::OwnWrites(vec![OwnWrite {
            written: answered("/api/posts", 201, "{\"id\": 7}"),
            read: Some(answered("/api/posts/7", if right { 200 } else { 404 }, "")),
            time: Duration::from_millis(2),
        }]),
        "no_write_lost" => Seen::NumberedWrites(NumberedWrites {
            sent: 2,
            acknowledged: ["1", "2"].map(|id| (id.to_owned(), Duration::from_millis(10))).into(),
            event: Duration::from_secs(1),
            found: Some(ended(if right { "1\n2\n" } else { "1\n" }, 0)),
        }),
        "outage" => Seen::Outage(Outage {
            before: Vec::new(),
            during: vec![answered("/", status, "")],
            after: Vec::new(),
        }),
        "nothing_left" => {
            let thing = |kind, name: &str| Resource { kind, id: name.to_owned(), name: name.to_owned() };
            let volume = thing(ResourceKind::Volume, "data");
            let kept = if at == 0 { Vec::new() } else { vec![volume] };
            let container = thing(ResourceKind::Container, "backend-1");
            Seen::Resources(if right { kept } else { vec![container] })
        }
        _ => return None,
    })
}

fn judged(example: &str, kind: &str, at: usize, right: bool) -> Verdict {
    let dir = workspace(if right { RIGHT } else { WRONG });
    let app = Application::bare(dir.path(), "nginx/default.conf");
    let entry: CheckEntry = toml::from_str(&format!("id = \"x\"\n{example}\n"))
        .unwrap_or_else(|error| panic!("{example}: {error}"));
    let stack = match kind {
        "placement" | "survives" => nodes::spread(at, right),
        "rolls" => nodes::rolled(right),
        "rolled_back" => nodes::rolled_back(right),
        _ => stack(right),
    };
    let (seen, baseline) = (seen(kind, at, right), baseline(right));
    let answer = match kind {
        "question" => Some(if right { "2" } else { "1" }),
        "confirm" => right.then_some("yes"),
        _ => None,
    };
    entry.spec.check().judge(&World {
        app: &app,
        stack: Some(&stack),
        seen: seen.as_ref(),
        baseline: &baseline,
        answer,
    })
}

#[test]
fn each_example_passes_in_one_world_and_not_in_another() {
    let mut wrong = Vec::new();
    for kind in &Reference::of_this_program().kinds {
        for (at, example) in kind.examples.iter().enumerate() {
            let said = |verdict: &Verdict| {
                let texts = [Some(&verdict.message), verdict.observed.as_ref()];
                texts
                    .into_iter()
                    .flatten()
                    .map(|text| text.render(workshop_text::Lang::En))
                    .collect::<Vec<_>>()
            };
            let good = judged(example, &kind.name, at, true);
            if good.outcome != Outcome::Pass {
                wrong.push(format!("{example}\n  fails where it is right: {:?}", said(&good)));
            }
            let bad = judged(example, &kind.name, at, false);
            if bad.outcome == Outcome::Pass {
                wrong.push(format!("{example}\n  passes where it is wrong: {:?}", said(&bad)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
