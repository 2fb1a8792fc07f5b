//! What Compose, Docker and nginx refuse, and that each engine says whose fault it is.

use std::net::TcpListener;

use workshop::engine::{Health, State, Trouble};

use super::stack::Stack;

pub(crate) fn a_container_name_with_more_than_one_replica(stack: &mut Stack) {
    stack.edit(
        "docker-compose.yml",
        "    expose:\n",
        "    container_name: workshop-contract-name\n    expose:\n",
    );
    let end = stack.refuses("up -d --build --scale backend=3");
    assert_eq!(end.trouble, Some(Trouble::ContainerNameWithReplicas { service: "backend".into() }));
}

pub(crate) fn one_published_port_for_two_replicas(stack: &mut Stack) {
    let port = crate::docker::lab::free_port();
    stack.edit("docker-compose.yml", "    expose:\n", &format!("    ports: ['{port}:8080']\n    expose:\n"));
    let end = stack.refuses("up -d --build --scale backend=2");
    assert_eq!(end.trouble, Some(Trouble::PortWithReplicas { port, service: "backend".into() }));
    // One alone may have it, and answers there.
    stack.run("up -d --scale backend=1");
    let seen = stack.ready(1);
    assert_eq!(seen.url_of("backend", 8080), Some(format!("http://127.0.0.1:{port}")));
    let answer = std::net::TcpStream::connect(("127.0.0.1", port));
    assert!(answer.is_ok(), "{answer:?}");
}

pub(crate) fn a_port_that_somebody_else_has(stack: &mut Stack) {
    let holder = TcpListener::bind(("0.0.0.0", stack.port)).unwrap();
    let end = stack.refuses("up -d --build");
    assert_eq!(end.trouble, Some(Trouble::PortTaken { port: stack.port, holder: None }));
    drop(holder);
    stack.run("up -d");
    stack.ready(1);
    stack.answers("/");
}

pub(crate) fn a_service_on_no_common_network_is_not_found(stack: &mut Stack) {
    let text = std::fs::read_to_string(stack.path("docker-compose.yml")).unwrap();
    // The frontend's is the last one.
    let at = text.rfind("      - appnet\n").unwrap();
    let text = format!("{}      - other\n{}", &text[..at], &text[at + "      - appnet\n".len()..]);
    std::fs::write(stack.path("docker-compose.yml"), text.replace("  appnet:\n", "  appnet:\n  other:\n"))
        .unwrap();
    stack.api("    location /api/ {\n        proxy_pass http://backend:8080;\n    }");
    stack.run("up -d --build");
    let ended = stack.until("ended", |seen| seen.of("frontend").all(|one| !one.is_running()));
    assert_eq!(ended.of("frontend").next().unwrap().state, State::Exited(Some(1)));
    stack.written("frontend", "host not found in upstream \"backend\" in /etc/nginx/conf.d/default.conf:");
}

pub(crate) fn a_configuration_that_nginx_does_not_take(stack: &mut Stack) {
    stack.edit("frontend/nginx.conf", "    listen 80;\n", "    lisen 80;\n");
    stack.run("up -d --build");
    let ended = stack.until("ended", |seen| seen.of("frontend").all(|one| !one.is_running()));
    assert_eq!(ended.of("frontend").next().unwrap().state, State::Exited(Some(1)));
    let text = std::fs::read_to_string(stack.path("frontend/nginx.conf")).unwrap();
    let line = text.lines().position(|line| line.contains("lisen")).unwrap() + 1;
    stack.written(
        "frontend",
        &format!("unknown directive \"lisen\" in /etc/nginx/conf.d/default.conf:{line}"),
    );
    stack.edit("frontend/nginx.conf", "    lisen 80;\n", "    listen 80;\n");
    stack.run("up -d --build");
    stack.ready(1);
    stack.answers("/");
}

pub(crate) fn a_compose_file_that_compose_does_not_take(stack: &mut Stack) {
    let good = std::fs::read_to_string(stack.path("docker-compose.yml")).unwrap();
    // Compose says it in its own words, the engine without it in ours, with the place.
    for (from, to, says, ours) in [
        ("    expose:\n", "    expos:\n", "additional properties 'expos' not allowed", "`expos`"),
        ("      - appnet\n", "      - appnett\n", "refers to undefined network appnett", "`appnett`"),
        ("      - data:/data\n", "      - dat:/data\n", "refers to undefined volume dat", "`dat`"),
        ("      - backend\n", "      - backnd\n", "depends on undefined service", "`backnd`"),
    ] {
        std::fs::write(stack.path("docker-compose.yml"), good.replacen(from, to, 1)).unwrap();
        let end = stack.refuses("up -d --build");
        let trouble = end.trouble.unwrap();
        match &trouble {
            Trouble::ComposeFileInvalid { detail } => assert!(detail.contains(says), "{detail}"),
            Trouble::Refused { place, reason, .. } => {
                let reason = reason.render(workshop::text::Lang::En);
                assert!(
                    place.starts_with("docker-compose.yml:") && reason.contains(ours),
                    "{place}: {reason}"
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(!trouble.is_environment());
    }
    assert_eq!(stack.observe().replicas, []);
}

pub(crate) fn a_health_check_that_never_passes(stack: &mut Stack) {
    stack.edit(
        "docker-compose.yml",
        "\"/app/contoso-backend\", \"healthcheck\"",
        "\"/app/contoso-backend\", \"helthcheck\"",
    );
    stack.edit("docker-compose.yml", "      interval: 2s\n", "      interval: 1s\n");
    stack.edit("docker-compose.yml", "      retries: 5\n      start_period: 5s\n", "      retries: 1\n");
    stack.edit(
        "docker-compose.yml",
        "    depends_on:\n      - backend\n",
        "    depends_on:\n      backend:\n        condition: service_healthy\n",
    );
    let end = stack.refuses("up -d --build");
    assert!(matches!(end.trouble, Some(Trouble::NotHealthy { .. })), "{end:?}");
    let seen = stack.until("unhealthy", |seen| seen.of("backend").all(|one| one.health == Health::Unhealthy));
    assert!(seen.of("backend").all(workshop::engine::Replica::is_running));
    assert!(seen.of("frontend").all(|one| !one.is_running()));
}
