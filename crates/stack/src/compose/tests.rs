use super::*;
use workshop_text::Lang;

const EVERYTHING: &str = include_str!("fixtures/everything.yml");
/// The lesson's own start, as a learner has it.
const STEP_05: &str = include_str!("fixtures/step-05.yml");

#[track_caller]
fn read(text: &str) -> ComposeFile {
    read_with(text, &[])
}

#[track_caller]
fn read_with(text: &str, env: &[(&str, &str)]) -> ComposeFile {
    let env = env.iter().copied().collect();
    ComposeFile::parse(text, &env)
        .unwrap_or_else(|error| panic!("{error}: {}", error.message.render(Lang::En)))
}

/// One service `a` with these lines.
fn service(lines: &str) -> ComposeFile {
    read(&format!("services:\n  a:\n    image: x\n{lines}"))
}

#[track_caller]
fn refused(text: &str) -> (&'static str, u32, u32, u32) {
    let error = ComposeFile::parse(text, &Env::default()).expect_err("refused");
    assert_ne!(error.message.render(Lang::Ko), error.message.key);
    (error.message.key, error.span.line, error.span.column, error.span.width)
}

fn at(span: Span) -> (u32, u32, u32) {
    (span.line, span.column, span.width)
}

#[test]
fn the_lessons_start() {
    let file = read(STEP_05);
    let names: Vec<_> = file.services.iter().map(|service| service.name.value.as_str()).collect();
    assert_eq!(names, ["backend", "frontend"]);
    let backend = file.service("backend").expect("backend");
    let name = backend.container_name.as_ref().expect("a name");
    assert_eq!((name.value.as_str(), at(name.span)), ("contoso-backend", (12, 21, 15)));
    assert_eq!(at(file.root.entry("services.backend.container_name").expect("entry").key.span), (12, 5, 14));
    assert_eq!(file.services.iter().filter(|service| service.container_name.is_some()).count(), 1);
    let [port] = file.published("backend")[..] else { panic!("one port") };
    assert_eq!((port.published, port.target), (Some(PortRange::single(8080)), PortRange::single(8080)));
    assert_eq!(at(port.span), (14, 9, 11));
    assert!(matches!(backend.healthcheck, Healthcheck::Present(_)));
    let build = backend.build.as_ref().expect("build");
    assert_eq!((build.context.as_str(), build.args[0].value.as_deref()), ("./backend", Some("rust:1-slim")));
    assert_eq!(file.dependency("frontend", "backend").map(|d| d.condition), Some(Condition::Healthy));
    assert_eq!(file.published("frontend")[0].published, Some(PortRange::single(80)));
    assert_eq!(file.shared_networks("frontend", "backend"), ["contoso"]);
    let other = read_with(STEP_05, &[("FRONTEND_PORT", "8088")]);
    assert_eq!(other.published("frontend")[0].published, Some(PortRange::single(8088)));
}

#[test]
fn every_syntax_of_a_service() {
    let file = read_with(EVERYTHING, &[("DATABASE_URL", "mysql://db"), ("HOME", "/home/mina")]);
    assert_eq!(file.name.as_ref().map(|name| name.value.as_str()), Some("contoso"));
    let backend = file.service("backend").expect("backend");
    assert_eq!(backend.image.as_ref().expect("image").value, "registry.example/backend:latest");
    assert_eq!(backend.restart.as_ref().map(|restart| restart.value.as_str()), Some("unless-stopped"));
    assert_eq!(backend.wanted_replicas(), 3);
    assert_eq!(file.networks_of("backend"), ["contoso-appnet", "back"]);
    assert_eq!(file.networks_of("cache"), ["default"]);
    assert!(file.networks_of("db").is_empty());
    assert!(file.published("backend").is_empty() && file.published("nobody").is_empty());
    assert_eq!(file.dependency("backend", "db").map(|d| d.condition), Some(Condition::Healthy));
    assert_eq!(file.dependency("backend", "cache").map(|d| d.condition), Some(Condition::Started));
    let kinds: Vec<_> = backend.volumes.iter().map(|mount| (mount.kind, mount.read_only)).collect();
    use MountKind::{Anonymous, Bind, Tmpfs, Volume};
    assert_eq!(kinds, [(Volume, false), (Bind, true), (Anonymous, false), (Bind, true), (Tmpfs, false)]);
    assert_eq!(backend.env_file.iter().map(|file| file.required).collect::<Vec<_>>(), [true, false]);

    let frontend = file.service("frontend").expect("frontend");
    assert_eq!(frontend.command.as_ref().expect("command").value, ["sh", "-c", "nginx -g \"daemon off;\""]);
    assert!(matches!(frontend.healthcheck, Healthcheck::Disabled(_)));
    assert_eq!(frontend.volumes[0].kind, Tmpfs);
    assert_eq!(file.service("db").expect("db").command.as_ref().expect("command").value.len(), 6);
    let names: Vec<_> = file.volumes.iter().map(|volume| (volume.name.as_str(), volume.external)).collect();
    assert_eq!(names, [("data", false), ("old-data", true)]);
}

#[test]
fn every_syntax_of_a_port() {
    let file = read_with(EVERYTHING, &[("DATABASE_URL", "x")]);
    let seen: Vec<_> = file
        .published("frontend")
        .iter()
        .map(|port| {
            let published = port.published.map_or_else(|| "-".to_owned(), |run| run.to_string());
            format!(
                "{} {published} {} {}",
                port.host_ip.as_deref().unwrap_or("*"),
                port.target,
                port.protocol
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "* 80 80 tcp",
            "127.0.0.1 8443 443 tcp",
            "* - 3000 tcp",
            "* 3000-3002 80 tcp",
            "::1 90 90 udp",
            "0.0.0.0 9000-9001 9000 tcp",
        ]
    );
    // What YAML 1.1 read as a number to the base of 60.
    assert_eq!(service("    ports: [22:22]\n").published("a")[0].published, Some(PortRange::single(22)));
    for bad in ["80:80:80:80", "80:x", "70000:80", "80-81:80-83", "true", "1.5", "", "80/xyz", "90-80"] {
        let text = format!("services:\n  a:\n    ports:\n      - \"{bad}\"\n");
        assert_eq!(refused(&text), ("stack-compose-port", 4, 9, 2 + narrow_len(bad)), "{bad}");
    }
}

fn narrow_len(text: &str) -> u32 {
    u32::try_from(text.len()).expect("short")
}

#[test]
fn every_syntax_of_the_environment() {
    let file = read_with(EVERYTHING, &[("DATABASE_URL", "mysql://db"), ("HOME", "/home/mina")]);
    let value = |key| file.environment("backend", key).and_then(|variable| variable.value.as_deref());
    assert_eq!(value("LOG_LEVEL"), Some("info"));
    assert_eq!(value("PASSWORD"), Some("a$b"));
    assert_eq!(value("HOME"), Some("/home/mina"));
    let url = file.environment("backend", "DATABASE_URL").expect("a variable");
    assert_eq!(url.value.as_deref(), Some("mysql://db"));
    let expected = [Variable { name: "DATABASE_URL".to_owned(), has_default: false }];
    assert_eq!(url.variables, expected);
    assert!(file.environment("backend", "HOME").is_some_and(|variable| variable.passed_through));
    assert!(file.environment("backend", "LOG_LEVEL").is_some_and(|v| v.variables[0].has_default));
    assert!(file.environment("backend", "NOPE").is_none());

    let listed =
        service("    environment:\n      - A=1\n      - \"값=안녕 ${X:-친구}\"\n      - B\n      - A=2\n");
    assert_eq!(listed.environment("a", "A").and_then(|v| v.value.as_deref()), Some("2"));
    let greeting = listed.environment("a", "값").expect("a variable");
    assert_eq!((greeting.value.as_deref(), greeting.raw.as_str()), (Some("안녕 친구"), "안녕 ${X:-친구}"));
    assert_eq!((at(greeting.name.span), at(greeting.span)), ((6, 10, 1), (6, 12, 11)));
    let passed = listed.environment("a", "B").expect("a variable");
    assert!(passed.passed_through && passed.value.is_none());
}

#[test]
fn short_and_long_read_the_same() {
    for (short, long) in [
        ("ports: [\"127.0.0.1:80:8080\"]", "ports: [{target: 8080, published: 80, host_ip: 127.0.0.1}]"),
        ("depends_on: [b]", "depends_on: {b: {condition: service_started}}"),
        ("networks: [n]", "networks: {n: }"),
        ("environment: [A=1]", "environment: {A: 1}"),
        ("volumes: [\"v1:/d:ro\"]", "volumes: [{type: volume, source: v1, target: /d, read_only: true}]"),
        ("env_file: .env", "env_file: [{path: .env}]"),
        ("command: a 'b c'", "command: [a, b c]"),
    ] {
        let [short, long] = [short, long].map(|line| {
            let rest = "  b: {image: y}\nnetworks: {n: }\nvolumes: {v1: }\n";
            let mut service = service(&format!("    {line}\n{rest}")).services.remove(0);
            let shape = |span: &mut Span| *span = Span::new(1, 1, 1);
            service.ports.iter_mut().for_each(|port| shape(&mut port.span));
            service.volumes.iter_mut().for_each(|mount| shape(&mut mount.span));
            service.networks.iter_mut().for_each(|network| shape(&mut network.key.span));
            service.depends_on.iter_mut().for_each(|dependency| shape(&mut dependency.service.span));
            service.env_file.iter_mut().for_each(|file| shape(&mut file.path.span));
            service.environment.iter_mut().for_each(|variable| {
                shape(&mut variable.span);
                shape(&mut variable.name.span);
            });
            service.command.iter_mut().for_each(|command| shape(&mut command.span));
            service
        });
        assert_eq!(short, long);
    }
}

#[test]
fn volumes_split_like_compose() {
    let file = service(
        "    volumes: [\"data:/d\", \"v:/c\", \"c:/x:/y\", \"~/a:/b\", \"./x:/z:rw\"]\nvolumes: {data: }\n",
    );
    let seen: Vec<_> =
        file.services[0].volumes.iter().map(|m| (m.source.as_deref(), m.target.as_str())).collect();
    let wanted = [
        (Some("data"), "/d"),
        (None, "v:/c"),
        (Some("c:/x"), "/y"),
        (Some("~/a"), "/b"),
        (Some("./x"), "/z"),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(refused("services:\n  a:\n    volumes: [\":/x\"]\n"), ("stack-compose-mount", 3, 15, 5));
}

#[test]
fn wrong_types_are_named_with_their_place() {
    for (text, place) in [
        ("services: []\n", (1, 11, 2)),
        ("services:\n  a:\n", (2, 4, 1)),
        ("services:\n  a:\n    ports: \"80:80\"\n", (3, 12, 7)),
        ("services:\n  a:\n    ports:\n", (3, 10, 1)),
        ("services:\n  a:\n    ports: [[1]]\n", (3, 13, 3)),
        ("services:\n  a:\n    ports: {'80': 80}\n", (3, 12, 10)),
        ("services:\n  a:\n    depends_on: b\n", (3, 17, 1)),
        ("services:\n  a:\n    networks: n\n", (3, 15, 1)),
        ("services:\n  a:\n    environment: A=b\n", (3, 18, 3)),
        ("services:\n  a:\n    environment: {A: [1]}\n", (3, 22, 3)),
        ("services:\n  a:\n    container_name: [x]\n", (3, 21, 3)),
        ("services:\n  a:\n    deploy: {replicas: many}\n", (3, 24, 4)),
        ("services:\n  a:\n    cpus: half\n", (3, 11, 4)),
        ("services:\n  a:\n    cpus: -1\n", (3, 11, 2)),
        ("services:\n  a:\n    cpus: .inf\n", (3, 11, 4)),
        ("services:\n  a:\n    deploy: {resources: {limits: {cpus: [1]}}}\n", (3, 41, 3)),
        ("services:\n  a:\n    deploy: {resources: [1]}\n", (3, 25, 3)),
        ("services:\n  a: {}\nnetworks: [n]\n", (3, 11, 3)),
    ] {
        let (key, line, column, width) = refused(text);
        assert_eq!((key, (line, column, width)), ("stack-compose-type", place), "{text}");
    }
    assert_eq!(refused("a: 1\n").0, "stack-compose-unknown-top-key");
    let error =
        ComposeFile::parse("services:\n  a:\n    ports: {'80': 80}\n", &Env::default()).expect_err("refused");
    assert_eq!(
        error.message.render(Lang::Ko),
        "`services.a.ports`에는 목록이 와야 하는데 매핑(`키: 값`)이 있습니다"
    );
    assert_eq!(
        error.message.render(Lang::En),
        "`services.a.ports` must be a list, but it is a mapping (`key: value`)"
    );
}

#[test]
fn wrong_variables_are_named_inside_the_value() {
    let bad = |value: &str| refused(&format!("services:\n  a:\n    image: {value}\n"));
    assert_eq!(bad("한글${A"), ("stack-variable-unclosed", 3, 14, 3));
    assert_eq!(bad("\"x ${A B} y\""), ("stack-variable-malformed", 3, 15, 6));
    assert_eq!(bad("${A:?why}"), ("stack-variable-required", 3, 12, 9));
}

#[test]
fn the_limit_of_deploy_and_the_short_one_are_the_same() {
    for (lines, wanted) in [
        ("    cpus: 0.5\n", Some(0.5)),
        ("    cpus: \"${CPUS:-1.5}\"\n", Some(1.5)),
        ("    deploy: {resources: {limits: {cpus: \"0.50\"}}}\n    cpus: 0.5\n", Some(0.5)),
        ("    deploy: {resources: {limits: {cpus: \"0.20\"}}}\n", Some(0.2)),
        ("    deploy:\n", None),
        ("    tty: true\n", None),
    ] {
        let file = service(lines);
        assert_eq!(file.services[0].cpus.as_ref().map(|cpus| cpus.value), wanted, "{lines}");
    }
}

#[test]
fn a_build_knows_its_dockerfile() {
    for (build, wanted) in [
        ("./backend", Some("backend/Dockerfile")),
        (".", Some("Dockerfile")),
        ("{context: ./a//b/../c/, dockerfile: ./docker/Release}", Some("a/c/docker/Release")),
        ("{context: ../x}", Some("../x/Dockerfile")),
        ("{context: a, dockerfile: /abs/Dockerfile}", Some("/abs/Dockerfile")),
        ("{dockerfile: D}", Some("D")),
        ("https://example.org/x.git", None),
        ("git@example.org:x.git", None),
        ("{context: a, dockerfile_inline: FROM x}", None),
    ] {
        let file = service(&format!("    build: {build}\n"));
        let build = file.services[0].build.as_ref().expect("a build");
        assert_eq!(build.dockerfile_path().as_deref(), wanted, "{build:?}");
    }
    let file = service("    build: {context: a, args: [A=1, \"B=${B:-2}\", C]}\n");
    let arguments = file.services[0].build.as_ref().expect("a build").arguments();
    assert_eq!(
        arguments.into_iter().collect::<Vec<_>>(),
        [("A".into(), "1".into()), ("B".into(), "2".into())]
    );
}
