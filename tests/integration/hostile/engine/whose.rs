//! Whose Docker, whose file, on the real engine: a context leads observation and Compose to the same
//! one, and what a shell says of another project touches neither that project nor the lesson.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::fake::Fake;
use crate::cli::at_step;
use crate::docker::lab::Lab;
use crate::docker::link::{Link, Then};
use crate::docker::outside::{self, Container, docker};
use crate::harness::{Run, docker_answers};

/// Docker's own folder with one context, made by Docker's own program where it is there.
struct Config(tempfile::TempDir);

impl Config {
    fn with(name: &str, address: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = format!("host={address}");
        let made = Command::new("docker")
            .args(["context", "create", name, "--docker", &host])
            .env("DOCKER_CONFIG", dir.path())
            .env_remove("DOCKER_HOST")
            .env_remove("DOCKER_CONTEXT")
            .stdout(Stdio::null())
            .status()
            .expect("docker runs");
        assert!(made.success());
        let plugins = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker/cli-plugins"));
        if let Some(plugins) = plugins.filter(|plugins| plugins.is_dir()) {
            std::os::unix::fs::symlink(plugins, dir.path().join("cli-plugins")).unwrap();
        }
        Self(dir)
    }

    fn choosing(self, name: &str) -> Self {
        std::fs::write(self.path().join("config.json"), format!(r#"{{"currentContext": "{name}"}}"#))
            .unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

#[test]
fn the_context_in_force_is_the_engine_that_is_asked() {
    if !docker_answers() {
        return;
    }
    let fake = Fake::idle();
    let config = Config::with("mine", &fake.address()).choosing("mine");
    let sandbox = at_step("scale-to-3");
    let run = |variables: &[(&str, &str)], args: &[&str]| {
        let mut command = sandbox.command();
        command.env_remove("DOCKER_HOST").env_remove("DOCKER_CONTEXT").env("DOCKER_CONFIG", config.path());
        Run::of(command.envs(variables.iter().copied()).args(args))
    };
    run(&[], &["check"]).code(1).says("nothing runs in this workspace yet");
    assert!(fake.seen().iter().any(|line| line == "GET /containers/json"), "{:?}", fake.seen());
    run(&[], &["doctor"]).says("the context \"mine\" was chosen").says(&fake.address());
    run(&[("DOCKER_CONTEXT", "mine")], &["doctor"]).says("DOCKER_CONTEXT names the context \"mine\"");
    run(&[("DOCKER_CONTEXT", "default")], &["doctor"]).says("the usual address");
    // Docker's own program asks the same one.
    let before = fake.seen().len();
    run(&[], &["compose", "ps"]);
    assert!(fake.seen().len() > before, "{:?}", fake.seen());
    let before = fake.seen().len();
    for (variables, words) in [
        (&[("DOCKER_CONTEXT", "gone")][..], "there is no such context"),
        (&[("DOCKER_HOST", "ssh://learner@example.org")], "only addresses that begin with unix://"),
        (&[("DOCKER_HOST", "tcp://127.0.0.1:2376"), ("DOCKER_TLS_VERIFY", "1")], "this engine wants TLS"),
    ] {
        run(variables, &["check"]).code(3).says(words);
        run(variables, &["apply", "--yes"]).code(3).says(words);
        run(variables, &["compose", "ps"]).code(3).says(words);
        run(variables, &["doctor"]).code(3).says("docker context ls");
    }
    assert_eq!(fake.seen().len(), before, "another engine was asked in its place");
}

#[test]
fn observation_and_compose_take_the_same_engine() {
    let Some(lab) = Lab::new() else { return };
    let Some(link) = Link::new(usize::MAX, Then::Gone) else { return };
    // The usual one is reached by a way of its own, so that what goes there is seen.
    let config = Config::with("relay", &link.address());
    let run = |args: &[&str]| {
        let mut command = lab.command();
        command.env_remove("DOCKER_HOST").env("DOCKER_CONFIG", config.path()).env("DOCKER_CONTEXT", "relay");
        Run::of(command.args(args))
    };
    run(&["start", "06", "--engine", "docker", "--at", "scale-to-3"]).code(0);
    run(&["apply", "--yes"]).code(0);
    let seen = link.listings();
    assert!(seen > 0);
    // A change needs a listing of the guard's and those of Compose itself.
    run(&["compose", "up", "-d"]).code(0);
    assert!(link.listings() > seen + 1, "Compose went elsewhere: {} {seen}", link.listings());
    run(&["reset", "--all", "--yes"]).code(0);
    assert_eq!(lab.left(), Vec::<String>::new());
}

/// Another project of this user's, in a folder of its own.
struct Other {
    dir: tempfile::TempDir,
    name: String,
}

impl Other {
    fn up() -> Self {
        let dir = tempfile::Builder::new().prefix("other-").tempdir().unwrap();
        let name = dir.path().file_name().unwrap().to_str().unwrap().to_lowercase();
        let image = std::env::var("NGINX_IMAGE").unwrap_or_else(|_| "workshop-nginx:local".to_owned());
        let text = format!(
            "services:\n  frontend:\n    image: {image}\n    volumes: [{{type: volume, source: data, target: /data}}]\nvolumes: {{data: {{}}}}\n"
        );
        std::fs::write(dir.path().join("compose.yaml"), text).unwrap();
        let other = Self { dir, name };
        other.compose(&["up", "-d"]);
        other
    }

    #[track_caller]
    fn compose(&self, args: &[&str]) {
        let output = Command::new("docker")
            .args(["compose", "-p", &self.name])
            .args(args)
            .current_dir(self.dir.path())
            .output()
            .expect("docker runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn file(&self) -> String {
        self.dir.path().join("compose.yaml").display().to_string()
    }

    fn all(&self) -> (Vec<Container>, Vec<String>, Vec<String>) {
        let name = &self.name;
        (outside::containers(name), outside::named("network", name), outside::named("volume", name))
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        outside::remove(&self.name);
    }
}

#[test]
fn what_a_shell_says_of_another_project_touches_neither() {
    let Some(lab) = Lab::new() else { return };
    let other = Other::up();
    let before = other.all();
    assert_eq!((before.0.len(), before.2.len()), (1, 1));
    let run = |args: &[&str]| {
        let mut command = lab.command();
        command.env("COMPOSE_FILE", other.file()).env("COMPOSE_PROJECT_NAME", &other.name);
        Run::of(command.args(args))
    };
    run(&["start", "06", "--engine", "docker", "--at", "scale-to-3"])
        .code(0)
        .says("unset COMPOSE_FILE COMPOSE_PROJECT_NAME");
    run(&["apply", "--yes"]).code(0);
    assert!(!lab.containers().is_empty(), "the lesson's own stack runs");
    run(&["check"]).code(0);
    run(&["compose", "ps"]).code(0);
    run(&["compose", "-p", &other.name, "down", "-v"]).code(2).says("leads elsewhere");
    run(&["compose", "down", "-v"]).code(0);
    run(&["compose", "up", "-d"]).code(0);
    run(&["reset", "--all", "--yes"]).code(0);
    assert_eq!(lab.left(), Vec::<String>::new());
    assert_eq!(other.all(), before, "the other project was touched");
}

#[test]
fn a_volume_of_the_same_name_that_no_container_uses_is_not_the_lessons() {
    let Some(lab) = Lab::new() else { return };
    let other = Other::up();
    other.compose(&["down"]);
    let before = other.all();
    assert_eq!((before.0.len(), before.2.len()), (0, 1));
    // Older than the folder by more than the two clocks may differ.
    crate::harness::wait_for("two seconds", std::time::Duration::from_secs(10), || {
        let created = docker(&["volume", "inspect", "-f", "{{.CreatedAt}}", &before.2[0]]);
        let now = docker(&["info", "-f", "{{.SystemTime}}"]);
        seconds(&now) > seconds(&created) + 2
    });
    lab.run(["start", "06", "--engine", "docker"]).code(0);
    lab.run(["apply", "--yes", "--step", "copy-the-app"]).code(0);
    let dotenv = lab.sandbox.read(".env");
    lab.sandbox.write(".env", format!("{dotenv}\nCOMPOSE_PROJECT_NAME={}\n", other.name));
    for args in [&["up", "-d"][..], &["down", "-v"], &["down", "--volumes"], &["run", "frontend", "true"]] {
        lab.run([&["compose"], args].concat()).code(3).says(&before.2[0]).says("COMPOSE_PROJECT_NAME");
    }
    lab.run(["reset", "--all", "--yes"]);
    assert_eq!(other.all(), before);
}

/// Seconds of the day of a time as Docker writes it, in UTC.
fn seconds(time: &str) -> u64 {
    let clock = time.split_once('T').expect("a time").1;
    let parts: Vec<u64> = clock[..8].split(':').map(|part| part.parse().expect("a number")).collect();
    parts[0] * 3600 + parts[1] * 60 + parts[2]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_volume_without_a_name_goes_with_its_container() {
    use workshop::engine::docker::DockerEngine;
    use workshop::engine::{Holdings, Project, ResourceKind};
    if !docker_answers() {
        return;
    }
    let other = Other::up();
    let text = std::fs::read_to_string(other.file()).unwrap();
    std::fs::write(other.file(), text.replace("volumes: [", "volumes: [{type: volume, target: /scratch}, "))
        .unwrap();
    other.compose(&["up", "-d"]);
    let container = outside::containers(&other.name).remove(0).id;
    let template = r#"{{range .Mounts}}{{.Name}} {{end}}"#;
    let mounts = docker(&["inspect", "-f", template, &container]);
    let nameless: Vec<&str> = mounts.split_whitespace().filter(|name| name.len() == 64).collect();
    assert_eq!(nameless.len(), 1, "{mounts}");
    let dir = std::fs::canonicalize(other.dir.path()).unwrap();
    let project = Project { name: other.name.clone(), dir, unique: true };
    let engine = DockerEngine::new();
    let all = engine.resources(&project).await.unwrap();
    assert!(all.iter().any(|one| one.kind == ResourceKind::Container));
    engine.remove(&all).await.unwrap();
    assert_eq!(other.all(), (Vec::new(), Vec::new(), Vec::new()));
    let volumes = docker(&["volume", "ls", "-q"]);
    assert!(!volumes.lines().any(|name| nameless.contains(&name)), "{volumes}");
}
