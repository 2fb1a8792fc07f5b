//! What we read of compose files against what real Compose makes of them: `docker compose config`
//! is asked about every project of `fixtures/compose/`, and about those of a folder that
//! `WORKSHOP_COMPOSE_DIR` names. No engine is needed for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};
use workshop::stack::compose::project::{self, Project};
use workshop::stack::compose::{ComposeFile, Condition, Env, Healthcheck, MountKind, Service};

/// A project: its folder, and its files where they are not those that Compose finds by itself.
struct Case {
    dir: PathBuf,
    file: Option<String>,
}

impl Case {
    fn name(&self) -> String {
        let dir = self.dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.file.as_ref().map_or_else(|| dir.clone(), |file| format!("{dir}/{file}"))
    }

    fn compose(&self, args: &[&str]) -> std::process::Output {
        let mut command = Command::new("docker");
        command.arg("compose");
        if let Some(file) = &self.file {
            command.args(["-f", file]);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("COMPOSE_") {
                command.env_remove(name);
            }
        }
        command.args(["config"]).args(args).current_dir(&self.dir).stdin(Stdio::null());
        command.output().expect("docker compose starts")
    }

    /// What real Compose makes of it, or its last words.
    fn theirs(&self) -> Result<Value, String> {
        let asked = self.compose(&["-q"]);
        if !asked.status.success() {
            return Err(String::from_utf8_lossy(&asked.stderr)
                .trim()
                .lines()
                .last()
                .unwrap_or("")
                .to_owned());
        }
        let args = ["--no-normalize", "--no-path-resolution", "--no-env-resolution", "--format", "json"];
        let shown = self.compose(&args);
        // It writes a dollar sign as a compose file has to.
        let text = String::from_utf8_lossy(&shown.stdout).replace("$$", "$");
        serde_json::from_str(&text).map_err(|_| String::from_utf8_lossy(&shown.stderr).into_owned())
    }

    /// What we make of it, or why not.
    fn ours(&self) -> Result<ComposeFile, String> {
        let dotenv = std::fs::read(self.dir.join(".env")).unwrap_or_default();
        let outer = Env::of_process();
        let said = Env::of_dotenv(&dotenv, &outer);
        let names = match &self.file {
            Some(file) => vec![file.clone()],
            None => project::names(&said, |name| self.dir.join(name).exists()),
        };
        let open =
            |path: &str| std::fs::read_to_string(self.dir.join(path)).map_err(|error| error.to_string());
        let read = project::load(&names, &outer.over(said), open);
        read.map(|Project { model, .. }| model).map_err(|unread| match unread {
            project::Unread::File { path, error, .. } => format!("{path}: {error}"),
            project::Unread::Broken { source, error } => {
                let reason = error.message.render(workshop::text::Lang::En);
                format!("{}:{}:{}: {reason}", source.path, error.span.line, error.span.column)
            }
        })
    }
}

/// The part of real Compose's answer that we model.
fn of_theirs(config: &Value) -> Value {
    let services = config["services"].as_object().cloned().unwrap_or_default();
    services
        .iter()
        .map(|(name, service)| (name.clone(), their_service(service)))
        .collect::<Map<_, _>>()
        .into()
}

fn their_service(service: &Value) -> Value {
    let list = |key: &str| service[key].as_array().cloned().unwrap_or_default();
    let keys = |key: &str| service[key].as_object().map(|all| all.keys().cloned().collect::<Vec<_>>());
    let port = |port: &Value| {
        json!([port["host_ip"], port["published"], port["target"], port["protocol"]]).to_string()
    };
    let mount = |mount: &Value| {
        json!([
            mount["type"],
            source(mount["source"].as_str()),
            mount["target"].as_str().map(|target| target.trim_end_matches('/')),
            mount["read_only"].as_bool().unwrap_or(false)
        ])
        .to_string()
    };
    let tmpfs = list("tmpfs");
    let tmpfs = tmpfs
        .iter()
        .filter_map(Value::as_str)
        .map(|text| json!(["tmpfs", null, text.split(':').next().unwrap_or_default(), false]).to_string());
    let dependencies: BTreeMap<String, Value> = service["depends_on"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, one)| (name.clone(), one["condition"].clone()))
        .collect();
    let health = &service["healthcheck"];
    let build = &service["build"];
    json!({
        "image": service["image"],
        "build": if build.is_null() { Value::Null } else {
            json!([build["context"].as_str().map(plain), build["dockerfile"], build["target"]])
        },
        "container_name": service["container_name"],
        "ports": sorted(list("ports").iter().map(port)),
        "expose": sorted(list("expose").iter().filter_map(Value::as_str).map(str::to_owned)),
        "environment": service["environment"].as_object().cloned().unwrap_or_default(),
        "volumes": sorted(list("volumes").iter().map(mount).chain(tmpfs)),
        "networks": keys("networks").unwrap_or_default(),
        "depends_on": dependencies,
        "command": service["command"],
        "test": match health["test"][0].as_str() {
            _ if health["disable"] == true => json!(["NONE"]),
            Some("CMD-SHELL") => json!("shell"),
            _ => health["test"].clone(),
        },
        "replicas": service["scale"].as_u64().or(service["deploy"]["replicas"].as_u64()).unwrap_or(1),
        "restart": service["restart"],
        "network_mode": service["network_mode"],
    })
}

fn of_ours(file: &ComposeFile) -> Value {
    // A service that no profile is on for is not in Compose's answer.
    let on = |service: &&Service| service.profiles.is_empty();
    file.services
        .iter()
        .filter(on)
        .map(|service| (service.name.value.clone(), our_service(service)))
        .collect::<Map<_, _>>()
        .into()
}

fn our_service(service: &Service) -> Value {
    let text =
        |value: &Option<workshop::stack::Spanned<String>>| value.as_ref().map(|text| text.value.clone());
    let mut ports = Vec::new();
    for port in &service.ports {
        let targets: Vec<u16> = (port.target.first..=port.target.last).collect();
        for (at, target) in targets.iter().enumerate() {
            let published = port.published.map(|run| match targets.len() {
                1 => run.to_string(),
                _ => (run.first + u16::try_from(at).unwrap_or(0)).to_string(),
            });
            ports.push(json!([port.host_ip, published, target, port.protocol]).to_string());
        }
    }
    let mount = |mount: &workshop::stack::compose::Mount| {
        let kind = match mount.kind {
            MountKind::Volume | MountKind::Anonymous => "volume",
            MountKind::Bind => "bind",
            MountKind::Tmpfs => "tmpfs",
            MountKind::Other => "other",
        };
        json!([kind, source(mount.source.as_deref()), mount.target.trim_end_matches('/'), mount.read_only])
            .to_string()
    };
    let environment: Map<String, Value> = service
        .environment
        .iter()
        .map(|variable| {
            let value = if variable.passed_through { None } else { variable.value.clone() };
            (variable.name.value.clone(), json!(value))
        })
        .collect();
    let condition = |condition| match condition {
        Condition::Started => "service_started",
        Condition::Healthy => "service_healthy",
        Condition::CompletedSuccessfully => "service_completed_successfully",
    };
    let dependencies: BTreeMap<String, &str> =
        service.depends_on.iter().map(|one| (one.service.value.clone(), condition(one.condition))).collect();
    let networks = service.networks.iter().filter(|one| !one.implicit).map(|one| one.key.value.clone());
    json!({
        "image": service.image.as_ref().map(|image| image.value.clone()),
        "build": service.build.as_ref().map(|build| {
            json!([Some(plain(&build.context)), build.dockerfile, build.target])
        }),
        "container_name": text(&service.container_name),
        "ports": sorted(ports.into_iter()),
        "expose": sorted(service.expose.iter().map(|port| port.value.clone())),
        "environment": environment,
        "volumes": sorted(service.volumes.iter().map(mount)),
        "networks": sorted(networks),
        "depends_on": dependencies,
        "command": service.command.as_ref().map(|words| words.value.clone()),
        "test": test_of(service),
        "replicas": service.wanted_replicas(),
        "restart": text(&service.restart),
        "network_mode": text(&service.network_mode),
    })
}

fn test_of(service: &Service) -> Value {
    match &service.healthcheck {
        Healthcheck::Absent => Value::Null,
        Healthcheck::Disabled(_) => json!(["NONE"]),
        Healthcheck::Present(probe) if probe.test.is_empty() => Value::Null,
        // Of a shell's line we keep the words.
        Healthcheck::Present(probe) if probe.shell => json!("shell"),
        Healthcheck::Present(probe) => json!([&["CMD".to_owned()], probe.test.as_slice()].concat()),
    }
}

/// The same of a mount's source, which may be a volume's name.
fn source(source: Option<&str>) -> Option<String> {
    source.map(|source| if source.starts_with('/') { source.to_owned() } else { plain(source) })
}

/// A path written one way: Compose keeps `./a` and `a/` as they are.
fn plain(path: &str) -> String {
    let names: Vec<&str> = path.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    names.join("/")
}

fn sorted(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

/// Where the two differ; none where they agree.
fn difference(case: &Case) -> Option<String> {
    match (case.ours(), case.theirs()) {
        (Err(_), Err(_)) => None,
        (Ok(_), Err(theirs)) => Some(format!("{}: taken, and Compose refuses it: {theirs}", case.name())),
        (Err(ours), Ok(_)) => Some(format!("{}: refused, and Compose takes it: {ours}", case.name())),
        (Ok(ours), Ok(theirs)) => {
            let (mut theirs, files) = (of_theirs(&theirs), env_files(&ours));
            let ours = of_ours(&ours);
            // What comes from a file of variables, we keep apart.
            for name in files {
                let known = ours[&name]["environment"].as_object().cloned().unwrap_or_default();
                if let Some(all) = theirs[&name]["environment"].as_object_mut() {
                    all.retain(|key, _| known.contains_key(key));
                }
            }
            let names: Vec<&String> =
                [&ours, &theirs].into_iter().filter_map(Value::as_object).flat_map(Map::keys).collect();
            let mut all: Vec<String> = Vec::new();
            for name in names {
                match (&ours[name], &theirs[name]) {
                    (Value::Object(one), Value::Object(other)) => {
                        let differs = one.iter().filter(|(key, value)| other.get(*key) != Some(*value));
                        all.extend(differs.map(|(key, value)| {
                            format!("{name}.{key}: {value}, and Compose: {}", other[key])
                        }));
                    }
                    (one, other) if one == other => {}
                    (one, _) => all.push(format!(
                        "{name}: {}",
                        if one.is_null() { "only Compose's" } else { "only ours" }
                    )),
                }
            }
            all.dedup();
            (!all.is_empty()).then(|| format!("{}: {}", case.name(), all.join("\n    ")))
        }
    }
}

fn env_files(file: &ComposeFile) -> Vec<String> {
    let with = file.services.iter().filter(|service| !service.env_file.is_empty());
    with.map(|service| service.name.value.clone()).collect()
}

pub(crate) fn has_compose() -> bool {
    let answer = Command::new("docker").args(["compose", "version"]).output();
    let there = answer.is_ok_and(|answer| answer.status.success());
    let wanted = std::env::var("WORKSHOP_TEST_ENGINES").is_ok_and(|named| named.contains("docker"));
    assert!(there || !wanted, "WORKSHOP_TEST_ENGINES names docker, and there is no `docker compose`");
    there
}

fn compare(cases: &[Case]) -> Vec<String> {
    let differ: Vec<String> = cases.iter().filter_map(difference).collect();
    eprintln!("{} projects, {} agree, {} differ", cases.len(), cases.len() - differ.len(), differ.len());
    for one in &differ {
        eprintln!("- {one}");
    }
    differ
}

#[test]
fn our_reading_is_composes() {
    if !has_compose() {
        eprintln!("skipped: there is no `docker compose`");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/compose");
    let mut dirs: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    dirs.retain(|dir| dir.is_dir());
    dirs.sort();
    let cases: Vec<Case> = dirs.into_iter().map(|dir| Case { dir, file: None }).collect();
    assert!(cases.len() > 20, "the corpus is there");
    let differ = compare(&cases);
    assert!(differ.is_empty(), "{differ:#?}");
}

/// `WORKSHOP_COMPOSE_DIR=DIR cargo test --test integration -- --ignored --nocapture compose::a_folder`
#[test]
#[ignore = "asks about a folder of your own: WORKSHOP_COMPOSE_DIR"]
fn a_folder_of_compose_files() {
    let dir = std::env::var_os("WORKSHOP_COMPOSE_DIR").expect("WORKSHOP_COMPOSE_DIR names a folder");
    assert!(has_compose(), "there is no `docker compose`");
    let mut cases = Vec::new();
    let mut open = vec![PathBuf::from(dir)];
    while let Some(dir) = open.pop() {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let is_yaml = path.extension().is_some_and(|kind| kind == "yml" || kind == "yaml");
            match path.file_name().map(|name| name.to_string_lossy().into_owned()) {
                _ if path.is_dir() => open.push(path),
                Some(file) if is_yaml => cases.push(Case { dir: dir.clone(), file: Some(file) }),
                _ => {}
            }
        }
    }
    let differ = compare(&cases);
    assert!(differ.is_empty(), "{} differ", differ.len());
}

/// A project of services with and without profiles; each asked for by options, by `.env` and by both.
const PROFILED: &str = "services:\n  web: { image: nginx }\n  debug: { image: nginx, profiles: [debug] }\n  \
    admin: { image: nginx, profiles: [admin, debug] }\n  late: { image: nginx, profiles: [late], depends_on: [debug] }\n";

#[test]
fn profiles_turn_on_what_real_compose_turns_on() {
    if !has_compose() {
        eprintln!("skipped: there is no `docker compose`");
        return;
    }
    let mut compared = 0;
    for dotenv in ["", "debug", "debug, late", "*", "nobody"] {
        let sandbox = crate::harness::Sandbox::new().without_docker();
        sandbox.run(["start", "06", "--engine", "embedded", "--at", "scale-to-3"]).code(0);
        sandbox.write("docker-compose.yml", PROFILED);
        let env = format!("{}\nCOMPOSE_PROFILES={dotenv}\n", sandbox.read(".env"));
        sandbox.write(".env", if dotenv.is_empty() { sandbox.read(".env") } else { env });
        for options in [
            &[][..],
            &["--profile", "debug"],
            &["--profile=admin"],
            &["--profile", "admin", "--profile", "nobody"],
            &["--profile", "debug", "--profile", "late"],
            &["--profile", "debug,late"],
            &["--profile", "late"],
            &["--profile", "*"],
            &["--profile", ""],
        ] {
            let ours = sandbox.run(["compose"].iter().chain(options).chain(&["config", "--services"]));
            let mut command = Command::new("docker");
            command.arg("compose").args(options).args(["config", "--services"]);
            command.current_dir(sandbox.path("")).stdin(Stdio::null()).env_remove("COMPOSE_PROFILES");
            let theirs = command.output().expect("docker compose starts");
            let names = |text: &str| sorted(text.lines().map(str::to_owned));
            let case = format!("{dotenv:?} {options:?}: {ours:?}");
            assert_eq!(ours.status == Some(0), theirs.status.success(), "{case} {theirs:?}");
            if theirs.status.success() {
                assert_eq!(names(&ours.stdout), names(&String::from_utf8_lossy(&theirs.stdout)), "{case}");
                compared += 1;
            }
        }
    }
    assert!(compared > 30, "{compared}");
}
