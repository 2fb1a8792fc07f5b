//! What is Docker's own of the Docker engine, against a real Docker. Every stack lies in a temporary folder of its own, has
//! a name of its own, and is removed by a guard. Without Docker the tests say that they were
//! skipped; with `docker` in `WORKSHOP_TEST_ENGINES` they fail instead.

#![cfg(unix)]
#![allow(clippy::print_stderr)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ran};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use workshop::engine::docker::DockerEngine;
use workshop::engine::{
    CommandEnd, Detail, Engine, EngineError, Examine, FindingState, Health, Holdings, Observe, Observed,
    Output, Project, Replica, ResourceKind, StackCommand, State, Trouble, generate_name,
};
use workshop::text::{Lang, Text};

/// Says hello on both streams, once; then says its uptime every 50 ms until it is killed.
const APP: &str = r#"
fn main() {
    if std::env::args().nth(1).as_deref() == Some("health") { return; }
    println!("hello 안녕");
    eprintln!("a warning");
    for tick in 0.. {
        std::thread::sleep(std::time::Duration::from_millis(50));
        println!("tick {tick}");
    }
}
"#;

const DOCKERFILE: &str = r#"FROM scratch
COPY app /app
HEALTHCHECK --interval=1s CMD ["/app", "health"]
CMD ["/app"]
"#;

/// `init: true`, so that a SIGTERM ends the program at once.
const STACK: &str = r#"
services:
  web:
    build: .
    init: true
    ports: ["127.0.0.1::8080"]
    volumes: ["data:/data"]
    networks: [front]
networks: {front: {}}
volumes: {data: {}}
"#;

/// The static program, made once a run of the tests.
fn app() -> &'static Path {
    static APP_PATH: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = APP_PATH.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let (source, path) = (dir.path().join("app.rs"), dir.path().join("app"));
        std::fs::write(&source, APP).unwrap();
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let options = ["-C", "target-feature=+crt-static", "-C", "panic=abort", "-C", "strip=symbols", "-o"];
        ok(Command::new(rustc).args(options).arg(&path).arg(&source));
        (dir, path)
    });
    path
}

#[track_caller]
fn ok(command: &mut Command) -> String {
    let ran = ran(command);
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).trim().to_owned()
}

fn ran(command: &mut Command) -> Ran {
    command.stdin(std::process::Stdio::null()).output().unwrap()
}

/// An engine, or `None` where the test is to be skipped.
fn engine() -> Option<DockerEngine> {
    let there = Command::new("docker").arg("info").output().is_ok_and(|ran| ran.status.success());
    let wanted = std::env::var("WORKSHOP_TEST_ENGINES").unwrap_or_default();
    assert!(
        there || !wanted.contains("docker"),
        "WORKSHOP_TEST_ENGINES asks for docker, which does not answer"
    );
    if !there {
        eprintln!("skipped: no Docker engine answers here");
    }
    there.then(DockerEngine::new)
}

/// Compose 2 as `docker compose`; else the tests run on `docker-compose`.
fn has_plugin() -> bool {
    static PLUGIN: OnceLock<bool> = OnceLock::new();
    *PLUGIN.get_or_init(|| ran(Command::new("docker").args(["compose", "version"])).status.success())
}

/// The name that Compose gives to one replica of `web`, or to its image.
fn compose_name(project: &Project, rest: &str) -> String {
    let name = format!("{}-{rest}", project.name);
    if has_plugin() { name } else { format!("{}_{}", project.name, rest.replace('-', "_")) }
}

/// A workspace in a folder of its own, whose containers, networks, volumes and images go with it.
struct Stack {
    temp: tempfile::TempDir,
    project: Project,
}

impl Stack {
    fn new(compose: &str) -> Self {
        Self::named(compose, "stack", None)
    }

    /// In the folder `folder`, with the project name `name`, else with a generated one.
    fn named(compose: &str, folder: &str, name: Option<&str>) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join(folder);
        std::fs::create_dir(&dir).unwrap();
        std::fs::copy(app(), dir.join("app")).unwrap();
        std::fs::write(dir.join("Dockerfile"), DOCKERFILE).unwrap();
        std::fs::write(dir.join("docker-compose.yml"), compose).unwrap();
        let generated = generate_name(&dir);
        let own = name.unwrap_or(&generated);
        let dotenv = format!("COMPOSE_PROJECT_NAME={own}\n");
        std::fs::write(dir.join(".env"), &dotenv).unwrap();
        let project = Project::resolve(&dir, Some(&generated), dotenv.as_bytes(), None);
        assert_eq!((project.name.as_str(), project.unique), (own, name.is_none()));
        Self { temp, project }
    }

    fn dir(&self) -> &Path {
        &self.project.dir
    }

    /// The learner's own `docker compose`, in their own shell.
    fn by_hand(&self, args: &[&str]) -> Command {
        let mut command = Command::new(if has_plugin() { "docker" } else { "docker-compose" });
        command.args(has_plugin().then_some("compose")).args(args);
        command.current_dir(self.dir()).env("PWD", self.dir());
        command
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        std::fs::write(self.dir().join("docker-compose.yml"), STACK).unwrap();
        let _ = ran(&mut self.by_hand(&["down", "--rmi", "local", "-v", "--remove-orphans", "-t", "0"]));
        // A test that changes its file may leave a network that the file above does not name.
        let label = format!("label=com.docker.compose.project={}", self.project.name);
        let _ = ran(Command::new("docker").args(["network", "prune", "-f", "--filter", &label]));
    }
}

/// Tells that a command has written something.
#[derive(Default)]
struct FirstLine(std::sync::Arc<tokio::sync::Notify>);

impl Output for FirstLine {
    fn line(&mut self, _: bool, _: &str) {
        self.0.notify_one();
    }
}

#[derive(Default)]
struct Lines(Vec<(bool, String)>);

impl Output for Lines {
    fn line(&mut self, stderr: bool, line: &str) {
        self.0.push((stderr, line.to_owned()));
    }
}

async fn run(engine: &DockerEngine, project: &Project, line: &str) -> Result<CommandEnd, EngineError> {
    engine.run(project, &StackCommand::parse(line).unwrap(), &mut Lines::default()).await
}

#[track_caller]
fn done(end: &Result<CommandEnd, EngineError>) {
    assert!(end.as_ref().is_ok_and(CommandEnd::success), "{end:?}");
}

/// Observes until `wanted` is so, at most 60 seconds.
async fn until(engine: &DockerEngine, project: &Project, wanted: impl Fn(&Observed) -> bool) -> Observed {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let seen = engine.observe(project, Detail::StartTimes).await.unwrap();
        if wanted(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "never became so: {seen:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn ready(count: usize) -> impl Fn(&Observed) -> bool {
    move |seen| seen.replicas.len() == count && seen.replicas.iter().all(Replica::is_ready)
}

fn starts(seen: &Observed) -> BTreeMap<u32, SystemTime> {
    seen.replicas.iter().map(|replica| (replica.index, replica.started.unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_are_seen_as_they_are_scaled_restarted_and_killed() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    let project = &stack.project;
    assert_eq!(engine.observe(project, Detail::Listing).await.unwrap().replicas, []);

    let mut output = Lines::default();
    let up = StackCommand::parse("docker compose up -d --build --scale web=3").unwrap();
    done(&engine.run(project, &up, &mut output).await);
    assert!(
        output.0.iter().any(|(_, line)| line.contains(&compose_name(project, "web-3"))),
        "{:?}",
        output.0
    );
    assert!(output.0.iter().all(|(_, line)| !line.contains(['\x1b', '\r', '\n'])));

    let seen = until(&engine, project, ready(3)).await;
    assert_eq!(seen.replicas.iter().map(|one| one.index).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(seen.networks, [format!("{}_front", project.name)]);
    assert_eq!(seen.volumes, [format!("{}_data", project.name)]);
    for replica in &seen.replicas {
        assert_eq!((replica.service.as_str(), replica.health), ("web", Health::Healthy));
        assert_eq!(replica.name, compose_name(project, &replica.label()));
        assert_eq!(replica.hostname, replica.id[..12]);
        assert_eq!(replica.image, compose_name(project, "web"));
        assert_eq!(replica.restarts, Some(0));
        assert_eq!(replica.published.len(), 1, "{replica:?}");
        assert_eq!((replica.published[0].target, replica.published[0].host_ip.as_str()), (8080, "127.0.0.1"));
        assert!(!replica.networks[&format!("{}_front", project.name)].is_empty());
        assert!(replica.started.unwrap() >= replica.created);
    }

    done(&run(&engine, project, "docker compose up -d --scale web=5").await);
    let five = until(&engine, project, ready(5)).await;
    assert!(starts(&seen).iter().all(|(index, start)| starts(&five)[index] == *start), "made anew");
    done(&run(&engine, project, "docker compose up -d --scale web=2").await);
    let two = until(&engine, project, ready(2)).await;

    done(&run(&engine, project, "docker restart {web-1}").await);
    let after = until(&engine, project, ready(2)).await;
    let (before, after) = (starts(&two), starts(&after));
    let restarted: Vec<_> = before.iter().filter(|(index, start)| after[index] != **start).collect();
    assert_eq!(restarted.len(), 1, "{before:?} {after:?}");

    done(&run(&engine, project, "docker kill {web-2}").await);
    let seen = until(&engine, project, |seen| !seen.replicas[1].is_running()).await;
    assert_eq!(seen.replicas[1].state, State::Exited(Some(137)));
    assert!(seen.replicas[0].is_running());
    let again = run(&engine, project, "docker kill {web-2}").await.unwrap();
    assert!(again.code == Some(1) && again.stderr_tail[0].contains("is not running"), "{again:?}");
    let absent = run(&engine, project, "docker kill {web-9}").await;
    let reason = Text::new("engine-no-such-replica").with("service", "web").with("index", 9).with("count", 2);
    assert_eq!(absent, Err(EngineError::Refused { reason }));
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_read_from_a_moment_on_and_one_off_containers_are_not_replicas() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    let project = &stack.project;
    done(&run(&engine, project, "docker compose up -d --build").await);
    ok(&mut stack.by_hand(&["run", "-d", "web"]));
    let seen = until(&engine, project, ready(1)).await;
    let containers = engine.resources(project).await.unwrap();
    let count = containers.iter().filter(|one| one.kind == ResourceKind::Container).count();
    assert_eq!(count, 2, "the one-off container is removed with the rest: {containers:?}");

    let replica = &seen.replicas[0];
    let all = engine.logs(replica, None).await.unwrap();
    assert_eq!(all.iter().find(|line| !line.stderr).unwrap().text, "hello 안녕");
    assert!(all.iter().any(|line| line.stderr && line.text == "a warning"));
    let middle = all[all.len() / 2].at.unwrap();
    let later = engine.logs(replica, Some(middle)).await.unwrap();
    assert_eq!((later[0].at, &later[0].text), (Some(middle), &all[all.len() / 2].text));
    assert!(later.iter().all(|line| line.at.unwrap() >= middle));
    let future = SystemTime::now() + Duration::from_secs(3600);
    assert_eq!(engine.logs(replica, Some(future)).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_project_is_left_alone_whatever_its_name_is() {
    let Some(engine) = engine() else { return };
    let (ours, same_services) = (Stack::new(STACK), Stack::new(STACK));
    for stack in [&ours, &same_services] {
        done(&run(&engine, &stack.project, "docker compose up -d --build").await);
    }
    let before = engine.resources(&same_services.project).await.unwrap();
    let resources = engine.resources(&ours.project).await.unwrap();
    let kinds: Vec<_> = resources.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [ResourceKind::Container, ResourceKind::Network, ResourceKind::Volume]);
    engine.remove(&resources).await.unwrap();
    engine.remove(&resources).await.unwrap();
    assert_eq!(engine.resources(&ours.project).await.unwrap(), []);
    assert_eq!(engine.resources(&same_services.project).await.unwrap(), before);

    // The same name in another folder, as after `cp -r`: nothing may be changed from there.
    let copy = Stack::named(STACK, "stack", Some(&same_services.project.name));
    let taken = EngineError::NameTaken {
        name: copy.project.name.clone(),
        other_dir: same_services.dir().to_str().unwrap().to_owned(),
    };
    for line in
        ["docker compose up -d", "docker compose down", "docker compose kill", "docker compose rm -sf"]
    {
        assert_eq!(run(&engine, &copy.project, line).await.unwrap_err(), taken, "{line}");
    }
    assert_eq!(engine.compose_program(&copy.project, &["stop".into()]).await.unwrap_err(), taken);
    done(&run(&engine, &copy.project, "docker compose ps").await);
    assert_eq!(engine.resources(&copy.project).await.unwrap(), []);
    assert_eq!(engine.observe(&copy.project, Detail::Listing).await.unwrap().replicas, []);

    // Even where both run (made by hand), each has its own containers, and neither the network.
    ok(ours
        .by_hand(&["create"])
        .env("COMPOSE_PROJECT_NAME", &same_services.project.name)
        .arg("--scale")
        .arg("web=2"));
    let theirs = engine.resources(&same_services.project).await.unwrap();
    let mine = engine.resources(&ours.project).await.unwrap();
    let names =
        |all: &[workshop::engine::Resource]| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert!(mine.iter().all(|one| one.kind == ResourceKind::Container), "{mine:?}");
    assert!(names(&mine).iter().all(|name| !names(&theirs).contains(name)), "{mine:?} {theirs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_itself_by_any_path_and_by_hand_or_not() {
    let Some(engine) = engine() else { return };
    let stack = Stack::named(STACK, "내 워크숍", None);
    done(&run(&engine, &stack.project, "docker compose up -d --build").await);
    let first = until(&engine, &stack.project, ready(1)).await;
    // The learner's own command changes nothing: same labels, same hash.
    ok(&mut stack.by_hand(&["up", "-d"]));
    let second = until(&engine, &stack.project, ready(1)).await;
    assert_eq!((&first.replicas[0].id, starts(&first)), (&second.replicas[0].id, starts(&second)));

    let link = stack.temp.path().join("link");
    std::os::unix::fs::symlink(stack.dir(), &link).unwrap();
    let linked =
        Project::resolve(&link, Some(&stack.project.name), &std::fs::read(link.join(".env")).unwrap(), None);
    assert_eq!(linked, stack.project);
    ok(stack.by_hand(&["up", "-d", "--force-recreate"]).current_dir(&link).env("PWD", &link));
    let label = "{{index .Config.Labels \"com.docker.compose.project.working_dir\"}}";
    let third = until(&engine, &linked, ready(1)).await;
    let written = ok(Command::new("docker").args(["inspect", "-f", label, &third.replicas[0].id]));
    // Compose 2 writes the path by which the shell came, Compose 1 the real one.
    assert_eq!(Path::new(&written), if has_plugin() { &link } else { stack.dir() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_command_says_whose_fault_it_is() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    let project = &stack.project;
    done(&run(&engine, project, "docker compose build").await);
    let image = compose_name(project, "web");
    let fails = async |compose: String, line: &str| {
        std::fs::write(stack.dir().join("docker-compose.yml"), compose).unwrap();
        let end = run(&engine, project, line).await.unwrap();
        assert!(!end.success() && !end.stderr_tail.is_empty(), "{end:?}");
        end.trouble.unwrap()
    };
    let web = |rest: &str| format!("services:\n  web:\n    image: {image}\n    init: true\n    {rest}\n");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port();
    let ports = format!("ports: ['127.0.0.1:{port}:80']");
    assert_eq!(fails(web(&ports), "docker compose up -d").await, Trouble::PortTaken { port, holder: None });
    drop(busy);
    let shared = fails(web(&ports), "docker compose up -d --scale web=2").await;
    assert_eq!(shared, Trouble::PortWithReplicas { port, service: "web".into() });
    assert!(!shared.is_environment());

    let other = Stack::new(&STACK.replace("127.0.0.1::8080", &format!("127.0.0.1:{port}:80")));
    done(&run(&engine, project, "docker compose down").await);
    done(&run(&engine, &other.project, "docker compose up -d --build").await);
    let holder = Some(compose_name(&other.project, "web-1"));
    assert_eq!(fails(web(&ports), "docker compose up -d").await, Trouble::PortTaken { port, holder });

    let name = compose_name(&other.project, "web-1");
    let named = web(&format!("container_name: {name}"));
    let taken = fails(named.clone(), "docker compose up -d").await;
    assert_eq!(taken, Trouble::ContainerNameTaken { name });
    let twice = fails(named, "docker compose up -d --scale web=2").await;
    assert_eq!(twice, Trouble::ContainerNameWithReplicas { service: "web".into() });
    let invalid = fails(web("port: ['80']"), "docker compose up -d").await;
    let Trouble::ComposeFileInvalid { detail } = &invalid else { panic!("{invalid:?}") };
    assert!(detail.contains("services.web") && detail.contains("'port'"), "{detail}");
    let indented =
        fails("services:\n  web:\n   image: a\n    ports: x\n".into(), "docker compose up -d").await;
    assert!(matches!(indented, Trouble::ComposeFileInvalid { .. }), "{indented:?}");

    std::fs::write(stack.dir().join("Dockerfile"), "FROM scratch\nCOPY nofile /\n").unwrap();
    let built = fails(STACK.into(), "docker compose up -d --build").await;
    let Trouble::BuildFailed { detail, .. } = &built else { panic!("{built:?}") };
    assert!(detail.contains("COPY") && detail.contains("nofile") && detail.contains("not found"), "{detail}");
    for lang in Lang::ALL {
        assert!(built.text().render(lang).contains("nofile"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_a_compose_file_is_not_its_parents_project() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    let below = stack.dir().join("below");
    std::fs::create_dir(&below).unwrap();
    let project = Project::resolve(&below, None, b"", None);
    let end = run(&engine, &project, "docker compose up -d").await.unwrap();
    assert!(matches!(end.trouble, Some(Trouble::ComposeFileInvalid { .. })), "{end:?}");
    assert_eq!(engine.observe(&stack.project, Detail::Listing).await.unwrap().replicas, []);
}

/// How many processes run Compose for the project.
fn followers(project: &str) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let environments = all.filter_map(|entry| std::fs::read(entry.path().join("environ")).ok());
    let mark = format!("COMPOSE_PROJECT_NAME={project}");
    environments.filter(|words| String::from_utf8_lossy(words).contains(&mark)).count()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_given_up_leaves_no_process_behind() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    done(&run(&engine, &stack.project, "docker compose up -d --build").await);
    let follow = StackCommand::Compose(vec!["logs".into(), "-f".into()]);
    let mut output = Lines::default();
    {
        let running = engine.run(&stack.project, &follow, &mut output);
        tokio::pin!(running);
        let deadline = Instant::now() + Duration::from_secs(20);
        while followers(&stack.project.name) < if has_plugin() { 2 } else { 1 } {
            assert!(Instant::now() < deadline, "`docker` and its plugin never ran");
            let tick = tokio::time::timeout(Duration::from_millis(50), &mut running).await;
            assert!(tick.is_err(), "{tick:?}");
        }
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while followers(&stack.project.name) > 0 {
        assert!(Instant::now() < deadline, "a process is left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A socket at which `serve` gets every connection.
fn socket<F>(serve: impl Fn(UnixStream) -> F + Send + 'static) -> (tempfile::TempDir, String)
where
    F: Future<Output = ()> + Send + 'static,
{
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docker.sock");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    (dir, format!("unix://{}", path.display()))
}

fn nobody() -> Project {
    Project { name: "workshop-nobody".into(), dir: "/nonexistent".into(), unique: true }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_is_not_there_is_said_to_be_so_in_words() {
    let reason_at = async |address: &str| {
        let engine = DockerEngine::at(address);
        let error = engine.observe(&nobody(), Detail::StartTimes).await.unwrap_err();
        assert!(engine.available().await.is_err());
        for lang in Lang::ALL {
            let words = error.text().render(lang);
            assert!(
                words.contains(address) && !words.contains("os error") && !words.contains("Os {"),
                "{words}"
            );
        }
        match error {
            EngineError::Unreachable { reason, .. } | EngineError::Endpoint { reason } => reason.key,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason_at("unix:///nonexistent").await, "engine-reason-no-socket");
    assert_eq!(reason_at("ssh://learner@example.org").await, "engine-endpoint-scheme");
    assert_eq!(reason_at("nonsense").await, "engine-endpoint-scheme");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(reason_at(&format!("tcp://{closed}")).await, "engine-reason-refused");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docker.sock");
    drop(UnixListener::bind(&path).unwrap());
    assert_eq!(reason_at(&format!("unix://{}", path.display())).await, "engine-reason-refused");

    let (_dir, garbage) = socket(|mut stream| async move {
        let _ = stream.write_all(b"220 mail.example.org ESMTP\r\n").await;
        // To the end: closing over unread bytes would break the connection off.
        while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {}
    });
    // Which of the two it is depends on whether its words or its end come first.
    let strange = ["engine-reason-not-docker", "engine-reason-broken-off"];
    assert!(strange.contains(&reason_at(&garbage).await));
    let (_dir, polite_garbage) = socket(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"220 mail.example.org ESMTP\r\n").await;
    });
    assert!(strange.contains(&reason_at(&polite_garbage).await));
    let (_dir, hangs_up) = socket(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
    });
    assert_eq!(reason_at(&hangs_up).await, "engine-reason-broken-off");
    let (_dir, half) = socket(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{").await;
    });
    assert_eq!(reason_at(&half).await, "engine-reason-broken-off");
    let (_dir, page) = socket(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>").await;
    });
    let error = DockerEngine::at(&page).observe(&nobody(), Detail::Listing).await.unwrap_err();
    assert!(
        matches!(&error, EngineError::Unreachable { reason, .. } if reason.key == "engine-reason-not-docker"),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_never_answers_is_waited_for_five_seconds() {
    let (_dir, silent) = socket(|stream| async move {
        let _stream = stream;
        std::future::pending::<()>().await;
    });
    // Its head comes and its body never does.
    let (_dir2, headless) = socket(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[").await;
        std::future::pending::<()>().await;
    });
    let replica_of_nobody = async |address: &str| {
        let (engine, start) = (DockerEngine::at(address), Instant::now());
        let error = engine.observe(&nobody(), Detail::Listing).await.unwrap_err();
        let what = Text::new("engine-what-listing").with("address", address);
        assert_eq!(error, EngineError::TimedOut { what, after: Duration::from_secs(5) });
        assert!(start.elapsed() < Duration::from_secs(7));
        let findings = engine.examine(&["nginx:alpine".into()]).await;
        assert_eq!(findings[0].state, FindingState::Bad);
    };
    tokio::join!(replica_of_nobody(&silent), replica_of_nobody(&headless));
}

/// Hands everything on between the two, until either ends.
async fn relay(mut near: UnixStream, real: PathBuf) {
    let Ok(mut far) = UnixStream::connect(real).await else { return };
    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_stops_in_the_middle_is_unreachable() {
    let Some(engine) = engine() else { return };
    let real = std::env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".into());
    let Some(real) = real.strip_prefix("unix://").map(PathBuf::from) else { return };
    let stack = Stack::new(STACK);
    done(&run(&engine, &stack.project, "docker compose up -d --build").await);

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("docker.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move {
        let mut open = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.spawn(relay(stream, real.clone()));
        }
    });
    let relayed = DockerEngine::at(&format!("unix://{}", path.display()));
    assert_eq!(relayed.observe(&stack.project, Detail::Listing).await.unwrap().replicas.len(), 1);
    let mut output = FirstLine::default();
    let heard = output.0.clone();
    let follow = StackCommand::Compose(vec!["logs".into(), "-f".into()]);
    let running = relayed.run(&stack.project, &follow, &mut output);
    let stopping = async {
        heard.notified().await;
        server.abort();
    };
    let both = async { tokio::join!(running, stopping) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(45), both).await.expect("it hangs");
    match ended {
        Ok(end) => assert!(end.trouble.is_none_or(|trouble| trouble.is_environment())),
        Err(error) => assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}"),
    }
    let error = relayed.observe(&stack.project, Detail::Listing).await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
    let error = run(&relayed, &stack.project, "docker compose up -d").await.unwrap_err();
    assert!(matches!(error, EngineError::Unreachable { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_sees_the_engine_compose_and_images() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    done(&run(&engine, &stack.project, "docker compose build").await);
    let images = [compose_name(&stack.project, "web"), "nosuch.example.org/image:1".to_owned()];
    let findings = engine.examine(&images).await;
    let states: Vec<_> = findings.iter().map(|one| (one.subject.key, one.state)).collect();
    assert_eq!(states[0], ("engine-doctor-engine", FindingState::Good), "{findings:#?}");
    assert_eq!(states[1].0, "engine-doctor-compose");
    assert_eq!(states[4], ("engine-doctor-image", FindingState::Good));
    assert_eq!(states[5], ("engine-doctor-image", FindingState::Warning));
    let fix = findings[5].fix.as_ref().unwrap().render(Lang::Ko);
    assert!(fix.contains("`docker pull nosuch.example.org/image:1`"), "{fix}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_sees_an_nginx_that_is_too_old_for_the_lessons() {
    let Some(engine) = engine() else { return };
    let stack = Stack::new(STACK);
    let image = [compose_name(&stack.project, "web")];
    for (version, state) in [("1.25.3", FindingState::Warning), ("1.27.3", FindingState::Good)] {
        let file =
            DOCKERFILE.replace("CMD [\"/app\"]", &format!("ENV NGINX_VERSION={version}\nCMD [\"/app\"]"));
        std::fs::write(stack.dir().join("Dockerfile"), file).unwrap();
        done(&run(&engine, &stack.project, "docker compose build").await);
        let findings = engine.examine(&image).await;
        let found = findings.iter().find(|one| one.subject.key == "engine-doctor-image").unwrap();
        assert_eq!(found.state, state, "{found:#?}");
        for lang in [Lang::En, Lang::Ko].into_iter().filter(|_| state == FindingState::Warning) {
            assert!(found.seen.render(lang).contains(version), "{found:#?}");
            let fix = found.fix.as_ref().unwrap().render(lang);
            assert!(fix.contains(&format!("`docker pull {}`", image[0])), "{fix}");
        }
    }
}

/// A measurement, not a test: how long an observation takes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement; takes a minute"]
async fn observing_fifty_replicas() {
    static ROUNDS: AtomicU32 = AtomicU32::new(10);
    let Some(engine) = engine() else { return };
    let stack = Stack::new(&STACK.replace("    ports: [\"127.0.0.1::8080\"]\n", ""));
    // Fifty health checks a second would be what is measured.
    std::fs::write(stack.dir().join("Dockerfile"), "FROM scratch\nCOPY app /app\nCMD [\"/app\"]\n").unwrap();
    for count in [3, 50] {
        done(
            &run(&engine, &stack.project, &format!("docker compose up -d --build --scale web={count}")).await,
        );
        until(&engine, &stack.project, |seen| seen.replicas.len() == count).await;
        for detail in [Detail::Listing, Detail::StartTimes] {
            let rounds = ROUNDS.load(Ordering::Relaxed);
            let start = Instant::now();
            for _ in 0..rounds {
                assert_eq!(engine.observe(&stack.project, detail).await.unwrap().replicas.len(), count);
            }
            eprintln!("{count} replicas, {detail:?}: {:?}", start.elapsed() / rounds);
        }
    }
}
