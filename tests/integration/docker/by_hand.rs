//! Learners who type `docker compose` themselves, rightly and wrongly.

use super::lab::Lab;
use super::outside::docker;
use crate::harness::wait_for;
use std::time::Duration;

const HEALTH: &str = r#"test: ["CMD", "/app/contoso-backend", "healthcheck"]
      interval: 2s
      timeout: 2s
      retries: 5
      start_period: 5s"#;

/// A health check of `command` after each `interval`, where one failure is enough.
fn health(command: &str, interval: &str) -> String {
    format!(
        "test: [\"CMD\", \"/app/contoso-backend\", \"{command}\"]\n      interval: {interval}\n      timeout: 2s\n      retries: 1\n      start_period: 0s"
    )
}

fn one(within: &str) -> String {
    format!("replicas = {{ service = \"backend\", equals = 1 }}\nwithin = \"{within}\"")
}

#[test]
fn what_a_learner_does_by_hand_counts_and_their_mistakes_are_named() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    lab.compose(&["up", "-d", "--build", "--scale", "backend=3"]);
    lab.run(["check"]).code(0);
    lab.run(["next"]).code(0).says("browser");
    another_project_of_the_folder(&lab);
    any_published_port(&lab);
    old_files_still_run(&lab);
    replicas_without_common_data(&lab);
    on_another_network(&lab);
    unhealthy(&lab);
    restarting_for_ever(&lab);
}

/// It came up before `.env` gave the folder a name of its own.
fn another_project_of_the_folder(lab: &Lab) {
    let other = format!("{}-other", lab.name);
    let compose = |args: &[&str]| {
        let mut command = lab.by_hand(&[]);
        assert!(command.args(["-p", &other]).args(args).output().expect("compose").status.success());
    };
    compose(&["up", "-d", "--no-deps", "--scale", "backend=2", "backend"]);
    let strays = format!("run as another project, `{other}`, and count for nothing here");
    let command = format!("docker compose -p {other} down");
    lab.run(["status"]).code(0).says(&strays).says(&command);
    lab.run(["check", "--step", "scale-to-3"]).code(0).says(&strays);
    compose(&["down", "--volumes"]);
    let after = lab.run(["status"]).code(0);
    assert!(!after.stdout.contains(&other) && !after.stderr.contains(&other), "{after:?}");
    assert_eq!(lab.of("backend").len(), 3, "the folder's own are untouched");
}

/// The stack was started before the file was put right.
fn old_files_still_run(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace("docker-compose.yml", "    expose:\n", "    ports:\n");
    lab.compose(&["up", "-d", "--scale", "backend=3"]);
    lab.sandbox.write("docker-compose.yml", right);
    let asked =
        lab.check("scale-to-3", "backend-is-inside-only").not_yet(&["is published at port", "-> 8080"]);
    let said = asked.check["message"].to_string();
    let real: Vec<String> = lab.of("backend").into_iter().flat_map(|one| one.ports).collect();
    assert!(real.iter().any(|port| said.contains(port)), "{said}: {real:?}");
}

/// Docker chooses the published port: one for IPv4, maybe another for IPv6.
fn any_published_port(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace("docker-compose.yml", "\"${FRONTEND_PORT:-80}:80\"", "\"80\"");
    for _ in 0..3 {
        lab.compose(&["up", "-d", "--force-recreate", "--no-deps", "frontend"]);
        lab.probe("http = [{ path = \"/\", content_type = \"text/html\" }]\nwithin = \"10s\"").passes();
    }
    lab.sandbox.write("docker-compose.yml", right);
    lab.compose(&["up", "-d", "--no-deps", "frontend"]);
}

/// Each has a database file in its own container.
fn replicas_without_common_data(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace("docker-compose.yml", "    volumes:\n      - data:/data\n", "");
    lab.replace("docker-compose.yml", "${DATABASE_URL:-sqlite:///data/contoso.db}", "sqlite:///srv/own.db");
    lab.compose(&["up", "-d", "--scale", "backend=3"]);
    lab.probe("replicas = { service = \"backend\", equals = 3 }\nwithin = \"60s\"").passes();
    lab.check("scale-to-3", "every-replica-sees-the-same-data").not_yet(&[
        "cannot see what backend-",
        "the replicas do not share a database",
        "not found at backend-",
    ]);
    lab.sandbox.write("docker-compose.yml", right);
}

fn on_another_network(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace("docker-compose.yml", "appnet", "othernet");
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    lab.sandbox.write("docker-compose.yml", right);
    let inside = r#"reachable = { service = "backend", published = false, network = "appnet" }"#;
    lab.probe(inside).not_yet(&["is not on appnet", "othernet", "the old file"]);
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    lab.probe(inside).passes();
}

fn unhealthy(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.sandbox.write("docker-compose.yml", right.replace(HEALTH, &health("healthcheck", "5s")));
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    lab.probe(&one("0s")).not_yet(&["1 replica is not ready yet: backend-", "health check not passed yet"]);
    lab.probe(&one("60s")).passes();
    lab.sandbox.write("docker-compose.yml", right.replace(HEALTH, &health("no-such-word", "1s")));
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    wait_for("an unhealthy replica", Duration::from_secs(30), || {
        lab.of("backend").iter().any(|one| one.health == "unhealthy")
    });
    lab.probe(&one("1s")).not_yet(&["does not get ready: running, unhealthy"]);
    lab.sandbox.write("docker-compose.yml", right);
}

fn restarting_for_ever(lab: &Lab) {
    let right = lab.sandbox.read("docker-compose.yml");
    lab.replace("docker-compose.yml", "    healthcheck:\n", "    restart: always\n    healthcheck:\n");
    lab.replace("docker-compose.yml", "${DATABASE_URL:-sqlite:///data/contoso.db}", "nonsense://");
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    let restarts = || docker(&["inspect", "-f", "{{.RestartCount}}", &lab.of("backend")[0].id]);
    wait_for("a few restarts", Duration::from_secs(60), || {
        restarts().parse::<u32>().is_ok_and(|count| count >= 6)
    });
    lab.probe(&one("2s")).not_yet(&["does not get ready: restarting again and again"]);
    lab.sandbox.write("docker-compose.yml", right);
    lab.compose(&["up", "-d", "--scale", "backend=1"]);
    lab.probe(&one("60s")).passes();
}
