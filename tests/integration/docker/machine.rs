//! The machine in the way, and the learner's file in the way: each with its verdict.

use std::net::{Ipv4Addr, TcpListener};

use super::lab::{Asked, Lab};
use super::link::{Link, Then};
use crate::harness::Run;
use crate::terminal::screen::{Setup, Terminal};

#[test]
fn a_port_that_something_else_has_is_told_and_another_is_offered() {
    let Some(mut lab) = Lab::new() else { return };
    lab.run(["start", "06", "--at", "scale-to-3"]).code(0);
    let holder = TcpListener::bind((Ipv4Addr::UNSPECIFIED, lab.port)).expect("the port is free");
    lab.port_from_env_file();
    let env = lab.sandbox.read(".env");
    lab.sandbox.write(".env", format!("{env}FRONTEND_PORT={}\n", lab.port));
    lab.run(["apply", "--yes"]).code(3).says(&format!("Port {}", lab.port)).says("workshop doctor");
    let doctor = lab.run(["doctor"]).code(3).says("taken").says("FRONTEND_PORT=");
    assert!(doctor.stdout.contains(&lab.port.to_string()), "{}", doctor.stdout);
    assert!(
        lab.sandbox.read(".env").contains(&format!("FRONTEND_PORT={}", lab.port)),
        "without a yes nothing is written"
    );
    lab.run(["doctor", "--yes"]).code(0);
    let env = lab.sandbox.read(".env");
    let port = env.lines().find_map(|line| line.strip_prefix("FRONTEND_PORT=")).expect("a port").to_owned();
    assert_ne!(port, lab.port.to_string());
    lab.run(["apply", "--yes"]).code(0);
    assert!(lab.of("frontend")[0].ports.contains(&port));
    drop(holder);
    the_engine_goes_away(&lab);
}

/// Cut in the middle of a check, at any of its looks: never the learner's fault.
fn the_engine_goes_away(lab: &Lab) {
    let check = |allowed, then| {
        let link = Link::new(allowed, then)?;
        let run = Run::of(lab.command().args(["check", "--json"]).env("DOCKER_HOST", link.address()));
        Some(Asked::of(run, "three-healthy"))
    };
    for allowed in [0, 1, 2, 5] {
        let Some(asked) = check(allowed, Then::Gone) else { return };
        asked.environment(&["The Docker engine does not answer at unix://"]);
    }
    let Some(asked) = check(3, Then::Silent) else { return };
    asked.environment(&["No answer within 5 seconds"]);
    let Some(link) = Link::new(4, Then::Gone) else { return };
    let steady = r#"steady = { path = "/api/posts", rate = 20, from = { service = "backend", replicas = 3 }, after = "500ms" }"#;
    let commands = ["docker restart {backend-1}", "docker restart {backend-2}", "docker restart {backend-3}"];
    let args = lab.probe_args(&commands, steady);
    let run = Run::of(lab.command().args(args).env("DOCKER_HOST", link.address()));
    Asked::of(run, "it").environment(&["Docker engine"]);
    let Some(link) = Link::new(2, Then::Gone) else { return };
    let apply = Run::of(lab.command().args(["apply", "--yes"]).env("DOCKER_HOST", link.address()));
    apply.code(3).says("Docker");
}

#[test]
fn a_command_that_fails_is_the_machines_or_the_learners_fault() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    let apply = |name: &str, value: &str| Run::of(lab.command().args(["apply", "--yes"]).env(name, value));
    apply("NGINX_IMAGE", "registry.invalid/nosuch/image:1").code(3).says("registry.invalid/nosuch/image:1");
    apply("DOCKER_HOST", "unix:///nonexistent/docker.sock")
        .code(3)
        .says("does not answer")
        .says("workshop doctor");
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace(
        "docker-compose.yml",
        "    networks:\n      - appnet\n\n  frontend",
        "    netwroks:\n      - appnet\n\n  frontend",
    );
    lab.run(["apply", "--yes"]).code(1).says("compose file is not valid").says("netwroks");
    lab.sandbox.write("docker-compose.yml", &right);
    let named = format!("    container_name: {}\n    expose:\n", lab.replica("only"));
    lab.replace("docker-compose.yml", "    expose:\n", &named);
    lab.run(["apply", "--yes"]).code(1).says("backend has a `container_name`").says("one container only");
    lab.sandbox.write("docker-compose.yml", &right);
    lab.replace(
        "docker-compose.yml",
        "    expose:\n      - \"8080\"",
        &format!("    ports:\n      - \"{}:8080\"", super::lab::free_port()),
    );
    lab.run(["apply", "--yes"]).code(1).says("Every replica of backend wants port");
}

#[test]
fn a_build_that_takes_long_says_which_step_it_is_at() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    // Of this lab alone: a layer that another run has built is not built again.
    let slow = format!("RUN sleep 3 && : {}\nEXPOSE 80", lab.name);
    lab.replace("frontend/Dockerfile", "EXPOSE 80", &slow);
    let setup = Setup { port: lab.port, ..Setup::default() };
    let mut terminal = Terminal::start(&lab.sandbox, setup, &["apply", "--yes"]);
    terminal.wait_until("the step that it is at", |terminal| terminal.raw().contains(" s: building"));
    assert_eq!(terminal.end(), 0);
    let row = |row: &String| row.contains(" s: building");
    assert!(!terminal.rows().iter().any(row), "what was said meanwhile is gone at the end");
}
