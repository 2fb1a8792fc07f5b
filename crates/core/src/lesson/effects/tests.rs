//! Compose files and what they would do; lessons of this program as they are.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::lesson::Catalog;

/// The effects of one compose file, in `dir` where there is one.
fn effects(text: &str, env: &[(&str, &str)]) -> Effects {
    files(&[("compose.yaml", text)], env).unwrap()
}

fn files(files: &[(&str, &str)], env: &[(&str, &str)]) -> Result<Effects, Unclear> {
    let read =
        |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| Ok((*text).to_owned()));
    let lesson = Catalog::Embedded.find("06").unwrap();
    let env = env.iter().copied().collect();
    let dotenv = read(".env").and_then(Result::ok).map(|text: String| Env::of_dotenv(text.as_bytes(), &env));
    of_files(&View { read: &read, real: None }, &lesson.file, &env, dotenv.unwrap_or_default())
}

fn service(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("    {line}\n")).collect();
    format!("services:\n  web:\n{lines}")
}

/// What reaches out, as `kind what`.
fn reaching(found: &Effects) -> Vec<String> {
    let shown = |effect: &Effect| format!("{:?} {}", effect.kind, effect.what);
    found.iter().filter(|effect| effect.kind.reaches()).map(shown).collect()
}

#[test]
fn what_stays_in_the_stack_is_no_reach() {
    let text = service(
        "image: nginx\nrestart: \"no\"\nread_only: true\nprivileged: false\nnetwork_mode: service:db\n\
         volumes:\n  - data:/data\n  - ./nginx:/etc/nginx:ro\n  - /anonymous\n  - {type: tmpfs, target: /t}\n\
         ports: [\"127.0.0.1:80:80\", \"[::1]:81:81\", {target: 80, host_ip: 127.0.0.1}]\n\
         environment: {A: b, C: \"${FRONTEND_PORT:-80}\"}\nx-own: {privileged: true}\n\
         deploy: {resources: {limits: {cpus: \"1\"}}}\nbuild: {context: ., args: {A: b}}\n\
         healthcheck: {test: [CMD, true]}\ndepends_on: [db]\nlogging: {driver: local}",
    ) + "volumes:\n  data: {}\n  other:\nnetworks:\n  a: {internal: true}\n";
    let found = effects(&text, &[]);
    assert_eq!(reaching(&found), Vec::<String>::new());
    assert!(!found.iter().any(|effect| effect.kind == Kind::Publish), "{found:?}");
}

#[test]
fn every_way_out_is_seen() {
    for (lines, wanted) in [
        ("volumes: [\"/:/host\"]", "Mount /"),
        ("volumes: [\"/etc:/x:ro\"]", "Mount /etc"),
        ("volumes: [\"../x:/x\"]", "Mount ../x"),
        ("volumes: [\"./a/../../x:/x\"]", "Mount ./a/../../x"),
        ("volumes: [\"~/.ssh:/x\"]", "Mount ~/.ssh"),
        ("volumes: [\"${NOWHERE:-/}:/x\"]", "Mount /"),
        ("volumes: [\"${NOWHERE-/etc}:/x\"]", "Variable NOWHERE"),
        ("volumes: [\"$SET:/x\"]", "Mount /home/mina"),
        ("volumes: [\"C:\\\\Users:/x\"]", "Mount C:\\Users"),
        ("volumes: [\"/var/run/docker.sock:/s\"]", "Socket /var/run/docker.sock"),
        ("volumes: [\"./.git:/x\"]", "Mount .git"),
        ("volumes: [\"./.git/hooks:/x\"]", "Mount .git/hooks"),
        ("volumes: [{type: bind, source: /etc, target: /x}]", "Mount /etc"),
        ("volumes: [{source: /etc, target: /x}]", "Mount /etc"),
        (
            "volumes: [{type: bind, source: ., target: /x, bind: {propagation: shared}}]",
            "Unknown propagation: shared",
        ),
        (
            "volumes: [{type: npipe, source: '\\\\.\\pipe\\docker_engine', target: x}]",
            "Mount npipe \\\\.\\pipe\\docker_engine",
        ),
        ("privileged: true", "Privileged privileged"),
        ("privileged: \"true\"", "Privileged privileged"),
        ("privileged: ${P:-true}", "Privileged privileged"),
        ("cap_add: [SYS_ADMIN]", "Capability SYS_ADMIN"),
        ("cap_add: ALL", "Capability ALL"),
        ("devices: [\"/dev/sda:/dev/sda\"]", "Device /dev/sda:/dev/sda"),
        ("device_cgroup_rules: [\"a *:* rwm\"]", "Device a *:* rwm"),
        ("gpus: all", "Device all"),
        ("security_opt: [seccomp=unconfined]", "Security seccomp=unconfined"),
        ("network_mode: host", "Namespace network_mode: host"),
        ("pid: host", "Namespace pid: host"),
        ("ipc: host", "Namespace ipc: host"),
        ("uts: host", "Namespace uts: host"),
        ("userns_mode: host", "Namespace userns_mode: host"),
        ("cgroup: host", "Namespace cgroup: host"),
        ("network_mode: container:other", "Foreign container:other"),
        ("volumes_from: [\"container:other:rw\"]", "Foreign container:other:rw"),
        ("external_links: [other]", "Foreign other"),
        ("provider: {type: sh}", "Program sh"),
        ("use_api_socket: true", "Socket use_api_socket"),
        ("env_file: ../secret", "HostFile ../secret"),
        ("env_file: [{path: /etc/passwd, required: false}]", "HostFile /etc/passwd"),
        ("label_file: /etc/passwd", "HostFile /etc/passwd"),
        ("build: ..", "HostFile .."),
        ("build: https://evil.example/x.git", "Elsewhere https://evil.example/x.git"),
        ("build: {context: ., dockerfile: /x/Dockerfile}", "HostFile /x/Dockerfile"),
        ("build: {context: ., additional_contexts: {a: /etc}}", "HostFile /etc"),
        ("build: {context: ., additional_contexts: [a=../..]}", "HostFile ../.."),
        ("build: {context: ., ssh: [default]}", "BuildPower ssh: default"),
        ("build: {context: ., secrets: [a]}", "BuildPower secrets: a"),
        ("build: {context: ., network: host}", "BuildPower network: host"),
        ("build: {context: ., privileged: true}", "BuildPower privileged"),
        (
            "build: {context: ., entitlements: [security.insecure]}",
            "BuildPower entitlements: security.insecure",
        ),
        (
            "build: {context: ., cache_to: [\"type=local,dest=/x\"]}",
            "BuildPower cache_to: type=local,dest=/x",
        ),
        ("build: {context: ., args: [TOKEN]}", "Variable TOKEN"),
        ("build: {context: ., args: {TOKEN: }}", "Variable TOKEN"),
        ("environment: [AWS_SECRET_ACCESS_KEY]", "Variable AWS_SECRET_ACCESS_KEY"),
        ("environment: {AWS_SECRET_ACCESS_KEY: }", "Variable AWS_SECRET_ACCESS_KEY"),
        ("command: echo ${AWS_SECRET_ACCESS_KEY}", "Variable AWS_SECRET_ACCESS_KEY"),
        ("command: echo ${A:-${TOKEN:-x}}", "Variable TOKEN"),
        ("extends: {file: /x.yml, service: a}", "HostFile /x.yml"),
        ("extra_hosts: [\"h:host-gateway\"]", "Namespace host-gateway"),
        ("runtime: other", "Unknown runtime: other"),
        ("cgroup_parent: /x", "Unknown cgroup_parent: /x"),
        ("credential_spec: {file: /x}", "Unknown credential_spec: file=/x"),
        ("logging: {driver: syslog, options: {a: b}}", "Unknown logging: driver=syslog options=a=b"),
        ("deploy: {resources: {reservations: {devices: [{driver: nvidia}]}}}", "Device driver=nvidia"),
        ("some_new_key: {a: [b]}", "Unknown some_new_key: a=b"),
        ("post_start: [{command: x, privileged: true}]", "Unknown post_start: command=x privileged=true"),
    ] {
        let found = reaching(&effects(&service(lines), &[("SET", "/home/mina")]));
        assert!(found.contains(&wanted.to_owned()), "{lines}: {found:?}");
    }
}

#[test]
fn a_slip_of_the_keyboard_is_no_reach_and_every_key_of_compose_is_one_or_known() {
    for slip in ["netwroks: [a]", "enviroment: {A: b}", "imag: x", "volume: [a]"] {
        assert_eq!(reaching(&effects(&service(slip), &[])), Vec::<String>::new(), "{slip}");
    }
    for key in [
        "annotations",
        "blkio_config",
        "cgroup_parent",
        "cpu_rt_period",
        "cpu_rt_runtime",
        "credential_spec",
        "isolation",
        "models",
        "oom_score_adj",
        "post_start",
        "pre_stop",
        "runtime",
        "storage_opt",
        "sysctls",
    ] {
        assert_eq!(reaching(&effects(&service(&format!("{key}: x")), &[])).len(), 1, "{key}");
    }
}

#[test]
fn what_stands_beside_the_services_counts() {
    for (text, wanted) in [
        ("volumes: {d: {driver_opts: {type: none, o: bind, device: /}}}", "Mount type=none o=bind device=/"),
        (
            "volumes: {d: {driver: local, driver_opts: {type: nfs, o: addr=x, device: \":/x\"}}}",
            "Mount type=nfs o=addr=x device=:/x",
        ),
        ("volumes: {d: {external: true}}", "Foreign d"),
        ("volumes: {d: {external: true, name: other}}", "Foreign other"),
        ("volumes: {d: {external: {name: other}}}", "Foreign other"),
        ("volumes: {d: {name: other_data}}", "Foreign volume other_data"),
        ("volumes: {d: {driver: rexray}}", "Unknown driver: rexray"),
        ("networks: {n: {external: true}}", "Foreign n"),
        ("networks: {n: {driver: macvlan, driver_opts: {parent: eth0}}}", "Namespace driver: macvlan"),
        ("networks: {n: {driver_opts: {parent: eth0}}}", "Unknown driver_opts: parent=eth0"),
        ("networks: {n: {ipam: {config: [{subnet: 8.8.8.0/24}]}}}", "Unknown ipam: config=subnet=8.8.8.0/24"),
        ("configs: {c: {file: /etc/shadow}}", "HostFile /etc/shadow"),
        ("secrets: {s: {file: ~/.aws/credentials}}", "HostFile ~/.aws/credentials"),
        ("secrets: {s: {environment: AWS_SECRET_ACCESS_KEY}}", "Variable AWS_SECRET_ACCESS_KEY"),
        ("include: [../other.yml]", "HostFile ../other.yml"),
        ("include: [oci://evil.example/x]", "Elsewhere oci://evil.example/x"),
        ("include: [{path: [a.yml], project_directory: /}]", "HostFile /"),
        ("models: {m: {model: x}}", "Unknown models: m=model=x"),
    ] {
        let found = reaching(&effects(&format!("services: {{web: {{image: x}}}}\n{text}\n"), &[]));
        assert!(found.contains(&wanted.to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn what_comes_by_anchors_and_other_files_counts() {
    let evil = "services: {web: {image: x, privileged: true}}\n";
    let plain = "services: {web: {image: x}}\n";
    for all in [
        &[("compose.yaml", "x-a: &a {privileged: true}\nservices:\n  web:\n    <<: *a\n    image: x\n")][..],
        &[("compose.yaml", plain), ("compose.override.yml", evil)],
        &[("docker-compose.yml", plain), ("docker-compose.override.yaml", evil)],
        &[("compose.yaml", "include: [sub/a.yml]\n"), ("sub/a.yml", evil)],
        &[("compose.yaml", "include:\n  - path: [sub/a.yml]\n"), ("sub/a.yml", evil)],
        &[
            ("compose.yaml", "services: {web: {extends: {file: sub/a.yml, service: web}}}\n"),
            ("sub/a.yml", evil),
        ],
        &[("compose.yaml", plain), (".env", "COMPOSE_FILE=compose.yaml:sub/a.yml\n"), ("sub/a.yml", evil)],
        &[
            ("compose.yaml", plain),
            (".env", "COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=compose.yaml,sub/a.yml\n"),
            ("sub/a.yml", evil),
        ],
    ] {
        assert_eq!(reaching(&files(all, &[]).unwrap()), ["Privileged privileged"], "{all:?}");
    }
    // A path is seen from the folder of its file, and from the workspace where that is not sure.
    let deep = "services: {web: {image: x, volumes: [\"../..:/x\"]}}\n";
    let found = files(&[("compose.yaml", "include: [sub/a.yml]\n"), ("sub/a.yml", deep)], &[]).unwrap();
    assert_eq!(reaching(&found), ["Mount ../.."]);
    let found = files(&[("compose.yaml", plain), (".env", "DOCKER_HOST=tcp://evil\n")], &[]).unwrap();
    assert_eq!(reaching(&found), ["Unknown DOCKER_HOST=tcp://evil"]);
    let second = "services: {web: {image: x}}\n---\nservices: {web: {privileged: true}}\n";
    assert_eq!(reaching(&files(&[("compose.yaml", second)], &[]).unwrap()), ["Privileged privileged"]);
    // What this program cannot read, nobody knows.
    assert!(files(&[("compose.yaml", "services: [\n")], &[]).is_err());
    let around = "include: [compose.yaml]\nservices: {web: {image: x}}\n";
    assert!(files(&[("compose.yaml", around)], &[]).is_ok());
}

#[test]
fn names_of_images_and_ports() {
    let text = service(
        "image: ${WHICH:-evil.example/x}\nports: [\"8080:80\", \"443\"]\nrestart: always\nbuild: ./b",
    );
    let dockerfile = "# syntax=evil.example/frontend\nFROM rust AS b\nFROM scratch\nCOPY --from=b /a /a\nCOPY --from=other:1 /a /a\n";
    let found = files(&[("compose.yaml", &text), ("b/Dockerfile", dockerfile)], &[]).unwrap();
    let of = |kind| {
        found
            .iter()
            .filter(|effect| effect.kind == kind)
            .map(|effect| effect.what.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::Tag), ["evil.example/x"]);
    assert_eq!(of(Kind::Image), ["evil.example/frontend", "other:1", "rust"]);
    assert_eq!(of(Kind::Publish), ["443", "80"]);
    assert_eq!((of(Kind::Build), of(Kind::Restart)), (vec!["./b"], vec!["always"]));
}

#[test]
fn the_programs_own_lessons_reach_out_nowhere() {
    for name in Catalog::Embedded.names().unwrap() {
        let lesson = Catalog::Embedded.find(&name).unwrap();
        let found = of_lesson(&lesson, &Env::default()).unwrap();
        let reaching: Vec<_> = found
            .iter()
            .filter(|one| one.kind.reaches() && !matches!(one.kind, Kind::Program | Kind::Variable))
            .collect();
        assert!(reaching.is_empty(), "{name}: {reaching:?}");
        let kinds: BTreeSet<Kind> = found.iter().map(|effect| effect.kind).collect();
        assert!(
            kinds.is_superset(&[Kind::Command, Kind::Image, Kind::Build, Kind::Writes].into()),
            "{kinds:?}"
        );
    }
}

#[test]
fn a_digest_is_of_the_course_and_of_each_effect() {
    let one = effects(&service("privileged: true"), &[]);
    let other = effects(&service("privileged: true\npid: host"), &[]);
    let all = BTreeSet::from([
        digest("a", &one),
        digest("b", &one),
        digest("a", &other),
        digest("a", &Effects::new()),
    ]);
    assert_eq!(all.len(), 4);
}

proptest! {
    /// No key goes by unseen: it is known to be harmless, or is on the list.
    #[test]
    fn an_unknown_key_is_on_the_list(key in "[a-z]{2,12}", value in "[a-z/]{1,9}") {
        prop_assume!(!["dns", "tty", "user", "init", "tmpfs", "scale", "image", "build", "links", "cpus", "pid", "ipc", "uts"].contains(&key.as_str()));
        let found = effects(&service(&format!("image: x\n{key}: {value}")), &[]);
        let is_said = |one: &Effect| one.kind.reaches() || one.kind == Kind::Misspelt;
        prop_assert!(found.iter().any(is_said), "{found:?}");
    }
}
