//! The URL shortener with a primary and two replicas on the embedded engine: real databases that
//! follow each other, and the checks that look at them.

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
/// The replicas beside phase 4's database, which is their source.
const REPLICAS: &str = r#"services:
  mysql-replica-1: &replica
    image: mysql:8.4
    command: [--server-id=2, --report-host=mysql-replica-1, --log-bin=binlog, --log-slave-updates=ON, --read-only=ON]
    environment: &passwords
      MYSQL_ROOT_PASSWORD: ${MYSQL_ROOT_PASSWORD}
      REPLICATION_PASSWORD: ${REPLICATION_PASSWORD}
    healthcheck:
      test: ["CMD-SHELL", "mysqladmin ping -h 127.0.0.1 --silent"]
      interval: 1s
      retries: 120
  mysql-replica-2:
    <<: *replica
    command: [--server-id=3, --report-host=mysql-replica-2, --log-bin=binlog, --log-slave-updates=ON, --read-only=ON]
"#;
const SOURCE: &str = "    command: [--server-id=1, --report-host=mysql, --log-bin=binlog]\n";
const READS: &str = "      DB_HOST: mysql\n      DB_REPLICA_HOSTS: mysql-replica-1,mysql-replica-2\n      \
                     DB_REPLICA_MAX_LAG: 60\n      DB_READ_YOUR_WRITES: gtid\n";

const USER: &str = "CREATE USER replicator@'%' IDENTIFIED BY '$REPLICATION_PASSWORD'; \
                    GRANT REPLICATION SLAVE ON *.* TO replicator@'%'; \
                    GRANT REPLICATION CLIENT, REPLICA MONITOR ON *.* TO shortener@'%'";
const FOLLOW: &str = "CHANGE MASTER TO MASTER_HOST='mysql', MASTER_USER='replicator', \
                      MASTER_PASSWORD='$REPLICATION_PASSWORD', MASTER_USE_GTID=slave_pos, \
                      MASTER_CONNECT_RETRY=1; START SLAVE";
const DELAY: &str = "STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=3; START SLAVE";
const PROMOTE: &str = "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = 0";
const RETURN: &str = "SET GLOBAL read_only = 1; CHANGE MASTER TO MASTER_HOST='mysql-replica-2', \
                      MASTER_USER='replicator', MASTER_PASSWORD='$REPLICATION_PASSWORD', \
                      MASTER_DEMOTE_TO_SLAVE=1, MASTER_CONNECT_RETRY=1; START SLAVE";

/// As a learner calls it: the passwords are the container's own.
fn call(statements: &str) -> String {
    format!("mysql -uroot -p\"$MYSQL_ROOT_PASSWORD\" -e \"{statements}\"")
}

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
            desk = desk.with_env(name, &format!("{}-s3 cret", name.to_lowercase()));
        }
        let complete = Path::new(env!("CARGO_MANIFEST_DIR")).join("complete/phase-4");
        copy_tree(&complete, &desk.sandbox.root().join("workshop"));
        let compose = desk.sandbox.read("docker-compose.yml");
        let (before, rest) = compose.split_once("    build:\n").expect("a build");
        let (_, after) = rest.split_once("    environment:\n").expect("an environment");
        let database = "    image: ${MYSQL_IMAGE:-mysql:8.4}\n";
        assert!(before.contains(database) && after.contains("      DB_HOST: mysql\n"), "{compose}");
        let before =
            before.replace("services:\n", REPLICAS).replacen(database, &format!("{database}{SOURCE}"), 1);
        let own = "      MYSQL_DATABASE: shortener\n";
        let before =
            before.replace(own, &format!("      REPLICATION_PASSWORD: ${{REPLICATION_PASSWORD}}\n{own}"));
        let after = after.replace("      DB_HOST: mysql\n", READS);
        let whole = format!("{before}    image: url-shortener\n    environment:\n{after}");
        desk.sandbox.write("docker-compose.yml", whole);
        let up = desk.compose("up -d --wait");
        assert_eq!(up.status, Some(0), "{}\n{}", up.stderr, desk.compose("logs").stdout);
        Self { desk, course: TempDir::new().expect("a folder") }
    }

    fn ask(&self, check: &str) -> Asked {
        probe_in(&self.desk, &self.course, HEAD, check)
    }

    /// Runs statements in a service's container.
    #[track_caller]
    fn sql(&self, service: &str, statements: &str) -> Run {
        self.desk.run(["compose", "exec", "-T", service, "sh", "-c", &call(statements)]).code(0)
    }

    #[track_caller]
    fn follow(&self) {
        self.sql("mysql", USER);
        for replica in ["mysql-replica-1", "mysql-replica-2"] {
            self.sql(replica, FOLLOW);
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
        lab.sql(replica, DELAY);
    }
    lab.ask(&stale("stale")).passes();
    lab.ask(&stale("fresh")).not_yet(&["did not have it", "it came after"]);
    let past = "Cache-Control = \"no-cache\"";
    lab.ask(&own_writes(past, "stale")).passes();
    lab.ask(&own_writes(&format!("{past}, X-Write-Position = \"{{position}}\""), "fresh")).passes();

    // One that does not know its lag is not near.
    lab.sql("mysql-replica-1", "STOP SLAVE");
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
    lab.sql("mysql-replica-2", DELAY);
    let promote = format!("docker compose exec -T mysql-replica-2 sh -c '{}'", call(PROMOTE));
    lab.ask(&numbered("docker compose kill mysql", &[&promote], true)).passes();
    // The old primary, back as a replica of one that has not all it has, says so and follows nothing.
    lab.desk.compose("up -d --wait mysql").code(0);
    lab.sql("mysql", RETURN);
    let torn = lab
        .ask("replicates = { service = \"mysql\", from = \"mysql-replica-2\" }")
        .not_yet(&["does not receive from mysql-replica-2"]);
    assert!(torn.run.stdout.contains("not in the master's binlog"), "{}", torn.run.stdout);
    lab.desk.compose("down -v").code(0);
}
