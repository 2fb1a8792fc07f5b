//! The URL shortener with a primary and two replicas (`complete/phase-5`) on the embedded engine: real
//! databases that follow each other, and the checks that look at them.

use std::path::Path;

use tempfile::TempDir;

use super::desk::Desk;
use super::general::probe_in;
use crate::docker::lab::{Asked, free_port};
use crate::harness::{Run, copy_tree};

const HEAD: &str = "nginx = \"nginx/default.conf\"\nentry = { service = \"nginx\", port = 80 }\n\
                    [embedded]\nmysql = \"mysql\"\nmysql-replica-1 = \"mysql\"\nmysql-replica-2 = \"mysql\"\n\
                    redis = \"redis\"\napi-server-1 = \"url-shortener\"\napi-server-2 = \"url-shortener\"\n\
                    nginx = \"nginx\"\n";
const WRITE: &str = "{ method = \"POST\", path = \"/api/v1/urls/shorten\", status = 201, \
                     json = { originalUrl = \"https://example.com/{run}/{count}\" }, \
                     keep = { code = \"$.shortCode\" }, keep_headers = { position = \"X-Write-Position\" } }";
/// How the lesson's SQL is run, on Docker and here.
const CALL: &str = "mysql -uroot -p\"$MYSQL_ROOT_PASSWORD\" --init-command=\"SET @source_host = \\\"SOURCE\\\", \
                    @replication_password = \\\"$REPLICATION_PASSWORD\\\"\" < /replication/FILE.sql";

struct Lab {
    desk: Desk,
    course: TempDir,
}

impl Lab {
    /// The stack, up, with nobody following anybody.
    #[track_caller]
    fn up() -> Self {
        let mut desk = Desk::new();
        for name in ["APP_PORT", "MYSQL_PORT", "REDIS_PORT"] {
            desk = desk.with_env(name, &free_port().to_string());
        }
        for name in ["MYSQL_ROOT_PASSWORD", "MYSQL_PASSWORD", "REDIS_PASSWORD", "REPLICATION_PASSWORD"] {
            desk = desk.with_env(name, &format!("{}-it's-s3cret", name.to_lowercase()));
        }
        let complete = Path::new(env!("CARGO_MANIFEST_DIR")).join("complete");
        let workspace = desk.sandbox.root().join("workshop");
        for phase in ["phase-4", "phase-5"] {
            copy_tree(&complete.join(phase), &workspace);
        }
        let compose = desk.sandbox.read("docker-compose.yml");
        let (before, rest) = compose.split_once("    build:\n").expect("a build");
        let (_, after) = rest.split_once("    environment:\n").expect("an environment");
        let built = format!("{before}    image: url-shortener\n    environment:\n{after}");
        desk.sandbox.write("docker-compose.yml", built);
        desk.compose("up -d --wait").code(0);
        Self { desk, course: TempDir::new().expect("a folder") }
    }

    fn ask(&self, check: &str) -> Asked {
        probe_in(&self.desk, &self.course, HEAD, check)
    }

    /// Runs a file of `replication/` in a service's container.
    #[track_caller]
    fn sql(&self, service: &str, file: &str, source: &str) -> Run {
        let line = CALL.replace("FILE", file).replace("SOURCE", source);
        self.desk.run(["compose", "exec", "-T", service, "sh", "-c", &line]).code(0)
    }

    #[track_caller]
    fn follow(&self) {
        self.sql("mysql", "user", "mysql");
        for replica in ["mysql-replica-1", "mysql-replica-2"] {
            self.sql(replica, "follow", "mysql");
        }
    }
}

fn stale(expect: &str) -> String {
    format!(
        "stale_read = {{ write = {WRITE}, service = \"mysql-replica-1\", database = \"shortener\", \
         query = \"SELECT 1 FROM urls WHERE short_code = '{{code}}'\", expect = \"{expect}\" }}"
    )
}

fn own_writes(headers: &str, expect: &str) -> String {
    format!(
        "read_your_writes = {{ times = 4, write = {WRITE}, read = {{ path = \"/{{code}}\", status = 302, \
         headers = {{ {headers} }} }}, expect = \"{expect}\" }}"
    )
}

fn numbered(during: &str, after: &[&str], lost: bool) -> String {
    format!(
        "no_write_lost = {{ write = {WRITE}, key = \"code\", during = [{during:?}], after = {after:?}, \
         service = \"mysql-replica-2\", database = \"shortener\", lost = {lost}, \
         query = \"SELECT short_code FROM urls WHERE original_url LIKE '%/{{run}}/%'\" }}"
    )
}

#[test]
fn reads_that_lie_are_proved_and_cured() {
    let lab = Lab::up();
    let both = "services = [\"mysql-replica-1\", \"mysql-replica-2\"]";
    lab.ask(&format!("lag = {{ {both}, at_most = 1 }}")).not_yet(&["mysql-replica-1", "follows nobody"]);
    lab.follow();
    let soon = "\nwithin = \"20s\"";
    lab.ask(&format!("replicates = {{ {both}, from = \"mysql\" }}{soon}")).passes();
    lab.ask(&format!("lag = {{ {both}, at_most = 1 }}{soon}")).passes();
    lab.ask("replicates = { service = \"mysql-replica-1\", from = \"mysql-replica-2\" }").not_yet(&[
        "another server",
        "server id 3",
        "server id 1",
    ]);

    for replica in ["mysql-replica-1", "mysql-replica-2"] {
        lab.sql(replica, "delay", "mysql");
    }
    lab.ask(&stale("stale")).passes();
    lab.ask(&stale("fresh")).not_yet(&["did not have it", "it came after"]);
    let past = "Cache-Control = \"no-cache\"";
    lab.ask(&own_writes(past, "stale")).passes();
    lab.ask(&own_writes(&format!("{past}, X-Write-Position = \"{{position}}\""), "fresh")).passes();

    // One that does not know its lag is not near.
    lab.sql("mysql-replica-1", "stop", "mysql");
    lab.ask("lag = { service = \"mysql-replica-1\", at_most = 9 }").not_yet(&["NULL is not 0"]);
    lab.ask("lag = { service = \"mysql-replica-1\", unknown = true }").passes();
    lab.desk.compose("down -v").code(0);
}

#[test]
fn what_was_acknowledged_is_counted_after_a_kill() {
    let lab = Lab::up();
    lab.follow();
    let soon = "\nwithin = \"20s\"";
    lab.ask(&format!("replicates = {{ service = \"mysql-replica-2\", from = \"mysql\" }}{soon}")).passes();
    let again = ["docker compose start mysql-replica-1"];
    lab.ask(&numbered("docker compose kill mysql-replica-1", &again, false)).passes();
    // What a delayed replica has not applied when it is promoted is gone.
    lab.sql("mysql-replica-2", "delay", "mysql");
    let promote = "docker compose exec -T mysql-replica-2 sh -c 'mysql -uroot -p\"$MYSQL_ROOT_PASSWORD\" < /replication/promote.sql'";
    lab.ask(&numbered("docker compose kill mysql", &[promote], true)).passes();
    // The old primary, back as a replica of one that has not all it has, says so and follows nothing.
    lab.desk.compose("start --wait mysql").code(0);
    lab.sql("mysql", "return", "mysql-replica-2");
    lab.ask(&format!("replicates = {{ service = \"mysql\", from = \"mysql-replica-2\" }}"))
        .not_yet(&["does not receive", "GTID"]);
    lab.desk.compose("down -v").code(0);
}
