//! A stack on one engine, with files that a situation may change: lesson 06's own at its end
//! ([`POSTS`]), or two servers that share a database and a cache ([`SHARED`]).

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tempfile::TempDir;
use workshop::engine::{
    CommandEnd, Detail, Engine, EngineError, EngineKind, ExecEnd, LogLine, Loss, Observed, Output, Project,
    Replica, Resource, Setting, StackCommand, SwarmPlace, generate_name,
};

use workshop::picture::Picture;
use workshop::session::picture::{Pictured, look};

use crate::docker::lab::{Turn, free_port};
use crate::harness::{copy_tree, docker_answers};

/// Passwords of a test's own stack, which nothing outside of this machine reaches.
const SECRETS: &str = "x-0123456789abcdef";

/// The variables of base images, and what they are on the project's own machines.
const IMAGES: [(&str, &str); 5] = [
    ("NGINX_IMAGE", "workshop-nginx:local"),
    ("MYSQL_IMAGE", "workshop-mysql:local"),
    ("REDIS_IMAGE", "workshop-redis:local"),
    ("BACKEND_PROGRAM", "workshop-contoso-backend:local"),
    ("SHORTENER_PROGRAM", "workshop-url-shortener:local"),
];

fn image(name: &str) -> String {
    let local = || IMAGES.iter().find(|(known, _)| *known == name).map_or("", |(_, local)| local).to_owned();
    std::env::var(name).unwrap_or_else(|_| local())
}

/// Whether this machine can have a cluster; said where it cannot.
fn can_have_a_swarm() -> bool {
    let names = std::env::var("WORKSHOP_TEST_ENGINES").unwrap_or_default();
    let is_wanted = names.split(',').any(|name| name == "swarm");
    if !is_wanted {
        eprintln!("skipped: WORKSHOP_TEST_ENGINES does not name swarm");
    }
    is_wanted
}

/// How long anything of a stack may take to become so.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a stack is made of.
pub(crate) struct Kit {
    /// Folders below the repository and where each goes.
    folders: &'static [(&'static str, &'static str)],
    /// The programs that stand for its services where there is no Docker.
    programs: &'static [(&'static str, &'static str)],
    /// The variable of the port that it publishes.
    port: &'static str,
}

pub(crate) const POSTS: Kit = Kit {
    folders: &[("complete/step-05", ""), ("complete/step-06", "")],
    programs: &[("backend", "contoso-backend"), ("frontend", "nginx")],
    port: "FRONTEND_PORT",
};

pub(crate) const SHARED: Kit = Kit {
    folders: &[
        ("complete/phase-3/backend", "backend"),
        ("fixtures/engine-contract", ""),
        ("fixtures/engine-contract/Dockerfile", "backend/Dockerfile"),
    ],
    programs: &[
        ("mysql", "mysql"),
        ("redis", "redis"),
        ("api-server-1", "url-shortener"),
        ("api-server-2", "url-shortener"),
        ("nginx", "nginx"),
    ],
    port: "APP_PORT",
};

/// Lesson 06's stack on a swarm of its own.
pub(crate) const SWARM: Kit = Kit {
    folders: &[("complete/step-05", ""), ("complete/step-06", ""), ("fixtures/engine-contract-swarm", "")],
    programs: &[],
    port: "FRONTEND_PORT",
};

pub(crate) struct Stack {
    engine: Box<dyn Engine>,
    pub project: Project,
    pub port: u16,
    /// Where a cluster of the stack's own would lie.
    clusters: PathBuf,
    runtime: tokio::runtime::Runtime,
    _temp: TempDir,
    _turn: Option<Turn>,
}

/// What a command of a situation wrote.
#[derive(Default)]
pub(crate) struct Lines(pub Vec<String>);

impl Output for Lines {
    fn line(&mut self, _: bool, line: &str) {
        self.0.push(line.to_owned());
    }
}

/// An answer of the stack.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    /// Who answered, by its own word.
    pub replica: Option<String>,
    pub body: String,
}

impl Stack {
    /// On `kind`; none where it is not here, which has been said.
    pub(crate) fn on(kind: EngineKind, kit: &'static Kit) -> Option<Self> {
        let is_docker = kind == EngineKind::DOCKER;
        let is_swarm = kind == EngineKind::SWARM;
        if (is_docker && !docker_answers()) || (is_swarm && !can_have_a_swarm()) {
            return None;
        }
        Some(Self::new(kit, (is_docker || is_swarm).then(Turn::take), kind))
    }

    fn new(kit: &'static Kit, turn: Option<Turn>, kind: EngineKind) -> Self {
        let temp = tempfile::Builder::new().prefix("workshop-contract-").tempdir().unwrap();
        let root = std::fs::canonicalize(temp.path()).unwrap();
        let dir = root.join("내 stack");
        for (from, to) in kit.folders {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
            if from.is_dir() {
                copy_tree(&from, &dir.join(to));
            } else {
                std::fs::copy(from, dir.join(to)).unwrap();
            }
        }
        let name = generate_name(&dir);
        let port = free_port();
        let mut env = format!("COMPOSE_PROJECT_NAME={name}\n{}={port}\n", kit.port);
        for (variable, _) in IMAGES {
            env.push_str(&format!("{variable}={}\n", image(variable)));
        }
        for secret in ["MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD", "REDIS_PASSWORD"] {
            env.push_str(&format!("{secret}={}\n", SECRETS.replace('x', &secret[..1].to_lowercase())));
        }
        std::fs::write(dir.join(".env"), &env).unwrap();
        let project = Project::resolve(&dir, Some(&name), env.as_bytes(), None);
        let programs =
            kit.programs.iter().map(|(service, program)| ((*service).into(), (*program).into())).collect();
        let binary = Some(env!("CARGO_BIN_EXE_workshop").into());
        let clusters = root.join("clusters");
        let swarm = SwarmPlace { context: None, clusters, cluster: name, images: Vec::new() };
        let engine = (kind.open)(Setting { private: root.join(".workshop"), programs, binary, swarm });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { engine, project, port, clusters: root.join("clusters"), runtime, _temp: temp, _turn: turn }
    }

    pub(crate) fn kind(&self) -> EngineKind {
        self.engine.kind()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.project.dir.join(name)
    }

    /// Changes a file of the learner's in place, as an editor that keeps the file does.
    #[track_caller]
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{from:?} is not in {name}:\n{text}");
        std::fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    /// Replaces nginx's own location for the API by `block`.
    pub(crate) fn api(&self, block: &str) {
        let text = std::fs::read_to_string(self.path("frontend/nginx.conf")).unwrap();
        let from = text.find("    location /api/ {").unwrap();
        std::fs::write(self.path("frontend/nginx.conf"), format!("{}{block}\n}}\n", &text[..from])).unwrap();
    }

    /// Runs a command to its end, whatever that is; with what it wrote.
    #[track_caller]
    pub(crate) fn ran(&self, line: &str) -> (CommandEnd, Vec<String>) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let command = match words[0].as_str() {
            "restart-one" | "kill-one" | "stop-one" | "start-one" => {
                StackCommand::parse(&format!("docker {} {{{}}}", words[0].trim_end_matches("-one"), words[1]))
                    .unwrap()
            }
            "docker" | "workshop" => StackCommand::parse(line).unwrap(),
            _ => StackCommand::Compose(words),
        };
        let mut lines = Lines::default();
        let end = self.runtime.block_on(self.engine.run(&self.project, &command, &mut lines));
        (end.unwrap_or_else(|error| panic!("{line}: {error}")), lines.0)
    }

    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Vec<String> {
        let (end, lines) = self.ran(line);
        assert!(end.success(), "{line}: {end:?}\n{}", lines.join("\n"));
        lines
    }

    #[track_caller]
    pub(crate) fn refuses(&self, line: &str) -> CommandEnd {
        let (end, lines) = self.ran(line);
        assert!(!end.success() && end.trouble.is_some(), "{line}: {end:?}\n{}", lines.join("\n"));
        end
    }

    /// On a swarm: a cluster of three nodes, each with the images that a build on one of them made.
    #[track_caller]
    pub(crate) fn build(&self) {
        self.run("workshop cluster up --nodes 3");
        self.run(&format!("workshop cluster load {} {}", image("BACKEND_PROGRAM"), image("NGINX_IMAGE")));
        self.run("build");
        self.run("workshop cluster load contract-backend:local contract-frontend:local");
    }

    /// On a swarm: all of it, with three backends, ready.
    #[track_caller]
    pub(crate) fn deploy(&self) -> Observed {
        if self.by_engine("").is_none() {
            self.build();
        }
        self.run("docker stack deploy -c compose.yaml --resolve-image never {stack}");
        self.ready(3)
    }

    /// What Docker's own client says on a node of the stack's cluster, as a learner would ask it.
    #[track_caller]
    pub(crate) fn by_hand(&self, args: &[&str]) -> String {
        let host = self.by_engine("node1").expect("there is a cluster");
        let mut docker = std::process::Command::new("docker");
        docker.args(["-H", &host]).args(args).current_dir(&self.project.dir);
        let said = docker.output().expect("docker");
        assert!(said.status.success(), "{args:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).expect("UTF-8")
    }

    /// Where the engine of a node of the stack's own cluster answers; none where there is no cluster.
    fn by_engine(&self, node: &str) -> Option<String> {
        let socket = self.clusters.join(&self.project.name).join("node1/docker.sock");
        assert!(node.is_empty() || node == "node1");
        socket.exists().then(|| format!("unix://{}", socket.display()))
    }

    #[track_caller]
    pub(crate) fn fails(&self, line: &str) -> EngineError {
        let command = StackCommand::parse(line).unwrap();
        let mut lines = Lines::default();
        let end = self.runtime.block_on(self.engine.run(&self.project, &command, &mut lines));
        end.err().unwrap_or_else(|| panic!("{line}: {:?}", lines.0))
    }

    pub(crate) fn exec_in(&self, replica: &Replica, command: &[&str]) -> Result<ExecEnd, EngineError> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        self.runtime.block_on(self.engine.exec(replica, &command))
    }

    pub(crate) fn variables(&self, replica: &Replica) -> Option<BTreeMap<String, String>> {
        self.runtime.block_on(self.engine.variables(replica)).unwrap()
    }

    pub(crate) fn remove(&self, resources: &[Resource]) -> Result<(), EngineError> {
        self.runtime.block_on(self.engine.remove(resources))
    }

    pub(crate) fn observed(&self) -> Result<Observed, EngineError> {
        self.runtime.block_on(self.engine.observe(&self.project, Detail::StartTimes))
    }

    #[track_caller]
    pub(crate) fn lose(&self, node: &str, how: Loss) {
        self.runtime.block_on(self.engine.lose(&self.project, node, how)).unwrap();
    }

    #[track_caller]
    pub(crate) fn bring_back(&self, node: &str) {
        self.runtime.block_on(self.engine.bring_back(&self.project, node)).unwrap();
    }

    /// Up with that many backends, all ready.
    #[track_caller]
    pub(crate) fn up(&self, backends: usize) -> Observed {
        self.run(&format!("up -d --build --scale backend={backends}"));
        self.ready(backends)
    }

    #[track_caller]
    pub(crate) fn ready(&self, backends: usize) -> Observed {
        self.until("ready", |seen| {
            let all_ready = seen.replicas.iter().all(Replica::is_ready);
            seen.of("backend").count() == backends && seen.of("frontend").count() == 1 && all_ready
        })
    }

    pub(crate) fn observe(&self) -> Observed {
        match self.observed() {
            Err(EngineError::NoSwarm) => Observed::of_replicas(Vec::new()),
            seen => seen.unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Observed) -> bool) -> Observed {
        let deadline = Instant::now() + PATIENCE;
        loop {
            // Managers that choose a new leader do not answer for a moment.
            let seen = self.observed();
            if let Ok(seen) = &seen
                && wanted(seen)
            {
                return seen.clone();
            }
            assert!(Instant::now() < deadline, "never {what}: {seen:#?}");
            std::thread::park_timeout(Duration::from_millis(30));
        }
    }

    /// Runs a command and waits, by the engine's own news alone, until the stack is as `wanted`;
    /// how long after the command's end that was.
    #[track_caller]
    pub(crate) fn told(&self, line: &str, wanted: impl Fn(&Observed) -> bool) -> Duration {
        let mut news =
            self.runtime.block_on(self.engine.changes(&self.project)).expect("it can be listened to");
        self.run(line);
        let begun = Instant::now();
        self.runtime.block_on(async {
            while !wanted(&self.engine.observe(&self.project, Detail::Listing).await.expect("it answers")) {
                // An engine may say so a moment before its listing does.
                let next = tokio::time::timeout(Duration::from_millis(400), news.next()).await;
                assert!(next.is_err() || next.is_ok_and(|item| item.is_some()), "the news go on");
                assert!(begun.elapsed() < PATIENCE, "{line}: nobody said so");
            }
        });
        begun.elapsed()
    }

    /// The first line that a replica is heard to write, with `words` in it.
    #[track_caller]
    pub(crate) fn followed(&self, replica: &Replica, words: &str) -> LogLine {
        self.runtime.block_on(async {
            let mut lines = self.engine.follow(replica);
            let found = async {
                loop {
                    let line = lines.next().await.expect("it goes on");
                    if line.text.contains(words) {
                        return line;
                    }
                }
            };
            tokio::time::timeout(PATIENCE, found).await.expect("it is heard")
        })
    }

    pub(crate) fn logs(&self, replica: &Replica, since: Option<std::time::SystemTime>) -> Vec<LogLine> {
        self.runtime.block_on(self.engine.logs(replica, since)).unwrap()
    }

    /// Everything that a replica of `service` wrote, as one text, once it has `words`.
    #[track_caller]
    pub(crate) fn written(&self, service: &str, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.observe();
            let lines = seen.of(service).flat_map(|replica| self.logs(replica, None));
            let text = lines.map(|line| line.text).collect::<Vec<_>>().join("\n");
            if text.contains(words) {
                return text;
            }
            assert!(Instant::now() < deadline, "{words:?} is not in the log of {service}:\n{text}");
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    /// A command inside the one replica of a service.
    #[track_caller]
    pub(crate) fn exec(&self, service: &str, command: &[&str]) -> Result<ExecEnd, EngineError> {
        let seen = self.observe();
        let replica = seen.of(service).next().unwrap_or_else(|| panic!("{service} is not in {seen:#?}"));
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        self.runtime.block_on(self.engine.exec(replica, &command))
    }

    /// CPU time by `service-index`.
    pub(crate) fn cpu_times(&self) -> BTreeMap<String, Duration> {
        let seen = self.observe();
        let all: Vec<&Replica> = seen.replicas.iter().collect();
        let times = self.runtime.block_on(self.engine.cpu_times(&all)).unwrap();
        let of = |replica: &&Replica| Some((replica.label(), times.get(&replica.id)?.used));
        all.iter().filter_map(of).collect()
    }

    /// Who knows which address behind `service`.
    #[track_caller]
    pub(crate) fn picture(&self, service: &str) -> Picture {
        match self.runtime.block_on(look(self.engine.as_ref(), &self.project, service)).unwrap() {
            Pictured::Picture(picture) => picture,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn images(&self) -> Vec<String> {
        let images = self.runtime.block_on(self.engine.images(&self.project)).unwrap();
        images.into_iter().map(|image| image.name).collect()
    }

    pub(crate) fn resources(&self) -> Vec<Resource> {
        self.runtime.block_on(self.engine.resources(&self.project)).unwrap()
    }

    /// Where the front is reached: at this machine's own address, or on a swarm at its node's.
    fn front(&self) -> Option<SocketAddr> {
        if self.kind() != EngineKind::SWARM {
            return Some(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        }
        self.observed().ok()?.url_of("frontend", 80)?.strip_prefix("http://")?.parse().ok()
    }

    /// One request through the front; none where nobody answers.
    pub(crate) fn ask(&self, method: &str, path: &str, json: &str, id: &str) -> Option<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.front()?, Duration::from_secs(2)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(15))).ok()?;
        let length = json.len();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\nX-Request-Id: {id}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}"
        )
        .ok()?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let header = |name: &str| {
            let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            lines
                .into_iter()
                .find(|(found, _)| found.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
        };
        Some(Answer { status, replica: header("x-replica"), body: body.to_owned() })
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", "contract").unwrap_or_else(|| panic!("no answer for {path}"))
    }

    /// Waits until the front answers `path` with 200.
    #[track_caller]
    pub(crate) fn answers(&self, path: &str) -> Answer {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.ask("GET", path, "", "contract") {
                Some(answer) if answer.status == 200 => return answer,
                answer => assert!(Instant::now() < deadline, "{path}: {answer:?}"),
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    /// Who got how many of `requests`, one after the other, by the replicas' numbers. Every one has
    /// to be answered.
    #[track_caller]
    pub(crate) fn spread(&self, requests: usize) -> BTreeMap<u32, usize> {
        let seen = self.observe();
        let mut counts: BTreeMap<u32, usize> = seen.of("backend").map(|replica| (replica.index, 0)).collect();
        for _ in 0..requests {
            let answer = self.get("/api/posts");
            assert_eq!(answer.status, 200, "{answer:?}");
            let who = answer.replica.unwrap_or_default();
            let replica = seen.of("backend").find(|replica| replica.hostname == who);
            let replica = replica.unwrap_or_else(|| panic!("{who} is none of {seen:#?}"));
            *counts.entry(replica.index).or_default() += 1;
        }
        counts
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.runtime.block_on(async {
            let mut all = self.engine.resources(&self.project).await.unwrap_or_default();
            all.extend(self.engine.images(&self.project).await.unwrap_or_default());
            let _ = self.engine.remove(&all).await;
        });
    }
}
