//! Two servers on one database and one cache, both of them the real thing, behind nginx.

use std::collections::BTreeSet;
use std::time::Duration;

use workshop::engine::{Health, Observed, Replica, Trouble};

use super::stack::Stack;

const SERVERS: [&str; 2] = ["api-server-1", "api-server-2"];
const HEALTH: [&str; 2] = ["/app/url-shortener", "healthcheck"];

fn all_ready(seen: &Observed) -> bool {
    seen.replicas.len() == 5 && seen.replicas.iter().all(Replica::is_ready)
}

#[track_caller]
fn up(stack: &Stack) {
    stack.run("up -d --build --wait");
    stack.until("ready", all_ready);
    stack.answers("/actuator/health");
}

/// What a command inside wrote, where it ended well.
#[track_caller]
fn inside(stack: &Stack, service: &str, command: &[&str]) -> String {
    let ended = stack.exec(service, command).unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert_eq!(ended.code, Some(0), "{command:?}: {ended:?}");
    ended.stdout
}

#[track_caller]
fn shorten(stack: &Stack, target: &str) -> String {
    let json = format!("{{\"originalUrl\":\"{target}\"}}");
    let answer = stack.ask("POST", "/api/v1/urls/shorten", &json, "contract").expect("an answer");
    assert_eq!(answer.status, 201, "{answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    body["shortCode"].as_str().expect("a code").to_owned()
}

pub(crate) fn two_servers_share_a_database_and_a_cache(stack: &mut Stack) {
    up(stack);
    let code = shorten(stack, "https://example.org/shared");
    let answers: Vec<_> = (0..8).map(|_| stack.get(&format!("/{code}"))).collect();
    assert!(answers.iter().all(|answer| answer.status == 302), "{answers:?}");
    let who: BTreeSet<_> = answers.into_iter().filter_map(|answer| answer.replica).collect();
    assert_eq!(who.len(), 2, "each of the two has answered: {who:?}");
    // What the database and the cache hold outlives them.
    stack.run("restart mysql redis");
    stack.until("ready", all_ready);
    stack.answers("/actuator/health");
    assert_eq!(stack.get(&format!("/{code}")).status, 302);
    stack.run("down");
    up(stack);
    assert_eq!(stack.get(&format!("/{code}")).status, 302, "a volume outlives its stack");
}

pub(crate) fn commands_are_run_inside_a_replica(stack: &mut Stack) {
    up(stack);
    for service in SERVERS {
        assert!(inside(stack, service, &HEALTH).contains("\"status\":\"UP\""));
    }
    assert_eq!(inside(stack, "redis", &["redis-cli", "ping"]), "PONG\n");
    assert!(
        inside(stack, "redis", &["redis-cli", "-h", "127.0.0.1", "INFO", "stats"]).contains("keyspace_hits:")
    );
    // It answers whoever it is that asks; who that may be is another question.
    let ping = stack.exec("mysql", &["mysqladmin", "ping", "-h", "127.0.0.1", "--silent"]).unwrap();
    assert_eq!(ping.code, Some(0), "{ping:?}");
    let query =
        ["mysql", "-ushortener", "-pm-0123456789abcdef", "-N", "-e", "SELECT DATABASE()", "shortener"];
    assert_eq!(inside(stack, "mysql", &query).trim(), "shortener");
    let wrong = stack.exec("mysql", &["mysql", "-ushortener", "-pwrong", "-e", "SELECT 1"]).unwrap();
    assert!(wrong.code == Some(1) && wrong.stderr.contains("Access denied"), "{wrong:?}");

    // The status page is for whoever is inside.
    let status = ["wget", "-qO-", "http://127.0.0.1/nginx-status"];
    assert!(inside(stack, "nginx", &status).contains("Active connections"));
    assert_eq!(stack.get("/nginx-status").status, 403);
    let code = |command: &[&str]| stack.exec("nginx", command).unwrap().code;
    assert_eq!(code(&["wget", "-qO-", "http://127.0.0.1/no-such-code"]), Some(8));
    assert_eq!(code(&["wget", "-qO-", "-t", "1", "http://127.0.0.1:81/"]), Some(4));
    assert_eq!(code(&["curl", "-s", "-f", "http://127.0.0.1/no-such-code"]), Some(22));
    assert_eq!(code(&["curl", "-s", "-o", "/dev/null", "http://127.0.0.1/no-such-code"]), Some(0));
    assert_eq!(code(&["curl", "-s", "http://127.0.0.1:81/"]), Some(7));
    assert!(
        inside(stack, "nginx", &["curl", "-si", "http://127.0.0.1/nginx-health"])
            .ends_with("\r\n\r\nhealthy\n")
    );
    assert_eq!(code(&["nginx", "-t"]), Some(0));

    assert_eq!(inside(stack, "redis", &["printenv", "REDISCLI_AUTH"]), "r-0123456789abcdef\n");
    assert_eq!(stack.exec("redis", &["printenv", "NO_SUCH_VARIABLE"]).unwrap().code, Some(1));
    let hostname = stack.observe().of("redis").next().unwrap().hostname.clone();
    assert_eq!(inside(stack, "redis", &["hostname"]).trim(), hostname);
    stack.run("stop redis");
    stack.exec("redis", &["redis-cli", "ping"]).unwrap_err();
}

pub(crate) fn what_each_uses_of_the_cpu_is_counted(stack: &mut Stack) {
    up(stack);
    let before = stack.cpu_times();
    assert_eq!(before.len(), 5, "{before:?}");
    assert!(before["mysql-1"] > Duration::from_millis(20), "a database has worked to start: {before:?}");
    stack.until("something was used", |_| {
        (0..50).for_each(|_| drop(stack.get("/actuator/health")));
        let now = stack.cpu_times();
        ["api-server-1-1", "api-server-2-1", "mysql-1", "redis-1", "nginx-1"]
            .iter()
            .all(|name| now[*name] > before[*name])
    });
    stack.run("stop api-server-2");
    assert!(!stack.cpu_times().contains_key("api-server-2-1"));
}

pub(crate) fn images_of_builds_go_with_down_rmi(stack: &mut Stack) {
    assert_eq!(stack.images(), Vec::<String>::new());
    stack.run("build");
    let wanted = SERVERS.map(|service| format!("{}-{service}:latest", stack.project.name));
    assert_eq!(stack.images(), wanted);
    stack.run("down --rmi local");
    assert_eq!(stack.images(), Vec::<String>::new());
}

pub(crate) fn a_database_and_a_cache_that_are_made_anew_are_found_again(stack: &mut Stack) {
    up(stack);
    let code = shorten(stack, "https://example.org/anew");
    let before = stack.observe();
    stack.run("up -d --wait --no-deps --force-recreate mysql redis");
    let after = stack.until("ready", all_ready);
    for (service, is_new) in [("mysql", true), ("redis", true), ("api-server-1", false)] {
        let id = |seen: &Observed| seen.of(service).next().unwrap().id.clone();
        assert_eq!(id(&before) != id(&after), is_new, "{service}");
    }
    stack.answers("/actuator/health");
    assert_eq!(stack.get(&format!("/api/v1/urls/{code}")).status, 200);
}

pub(crate) fn a_cache_that_is_gone_is_said_and_found_again(stack: &mut Stack) {
    up(stack);
    let code = shorten(stack, "https://example.org/without-a-cache");
    stack.run("kill redis");
    stack.until("the servers say so", |_| stack.get("/actuator/health").body.contains("DEGRADED"));
    assert_eq!(stack.get(&format!("/{code}")).status, 302);
    stack.run("start redis");
    stack.until("it is found again", |_| {
        stack.get("/actuator/health").body.contains("\"status\":\"UP\",\"components\"")
    });
    stack.run("stop mysql");
    stack.until("the servers are down", |_| stack.get("/actuator/health").status == 503);
    stack.run("start mysql");
    stack.answers("/actuator/health");
}

pub(crate) fn a_wrong_password_is_said_by_the_servers_health(stack: &mut Stack) {
    stack.edit("docker-compose.yml", "    DB_PASSWORD: ${MYSQL_PASSWORD:?}", "    DB_PASSWORD: wrong");
    stack.edit("docker-compose.yml", "retries: 40", "retries: 2");
    let end = stack.refuses("up -d --build --wait");
    assert!(matches!(end.trouble, Some(Trouble::NotHealthy { .. })), "{end:?}");
    let seen = stack.until("unhealthy", |seen| {
        SERVERS.iter().all(|service| seen.of(service).all(|one| one.health == Health::Unhealthy))
    });
    assert!(seen.of("mysql").all(Replica::is_ready));
    let health = stack.exec("api-server-1", &HEALTH).unwrap();
    assert!(health.code != Some(0) && health.stdout.contains("\"db\":{\"status\":\"DOWN\""), "{health:?}");
}

pub(crate) fn a_database_that_is_slower_than_its_health_check_allows(stack: &mut Stack) {
    let slow = "interval: 20ms\n      timeout: 20ms\n      retries: 1\n  redis:";
    stack.edit("docker-compose.yml", "interval: 500ms\n      timeout: 3s\n      retries: 60\n  redis:", slow);
    let end = stack.refuses("up -d --build --wait");
    let name = format!("{}-mysql-1", stack.project.name);
    assert_eq!(end.trouble, Some(Trouble::NotHealthy { container: name, said: None }), "{end:?}");
    if stack.kind().runs_programs {
        assert!(stack.observe().of("api-server-1").all(|one| !one.is_running()));
    }
}
