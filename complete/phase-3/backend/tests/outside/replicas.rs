//! A primary and its replicas: real MariaDBs that replicate by GTID.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::engines::{Engine, Stack};
use crate::harness::{Server, wait_for};
use crate::http::{Answer, Connection, send};

/// A stack whose database has replicas.
struct Replicated {
    stack: Stack,
    replicas: Vec<Engine>,
}

impl Replicated {
    fn start(replicas: usize) -> Option<Self> {
        let mut stack = Stack::not_started()?;
        let engine = |id: usize, name: &str| {
            let options = [
                format!("--server-id={id}"),
                format!("--report-host={name}"),
                "--log-bin=binlog".to_owned(),
                "--skip-name-resolve".to_owned(),
                "--slave-net-timeout=4".to_owned(),
            ];
            let mut engine = Engine::mysql_with(&options);
            engine.start();
            engine.wait_until_it_answers();
            engine
        };
        stack.mysql = engine(1, "primary");
        stack.redis.start();
        stack.redis.wait_until_it_answers();
        run(
            &stack.mysql,
            "CREATE USER replicator@'127.0.0.1' IDENTIFIED BY 'r3plica';
             GRANT REPLICATION SLAVE ON *.* TO replicator@'127.0.0.1';
             GRANT REPLICATION CLIENT, REPLICA MONITOR ON *.* TO shortener@'127.0.0.1'",
        );
        let replicas: Vec<Engine> =
            (1..=replicas).map(|at| engine(at + 1, &format!("replica-{at}"))).collect();
        for replica in &replicas {
            run(
                replica,
                &format!(
                    "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={}, MASTER_USER='replicator',
                     MASTER_PASSWORD='r3plica', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1; START SLAVE",
                    stack.mysql.port
                ),
            );
        }
        Some(Self { stack, replicas })
    }

    fn any_server(&self, settings: &[(&str, &str)]) -> Server {
        let hosts: Vec<String> = self.replicas.iter().map(|one| format!("127.0.0.1:{}", one.port)).collect();
        let hosts = hosts.join(",");
        let settings = [&[("DB_REPLICA_HOSTS", hosts.as_str())], settings].concat();
        let server = Server::listening(&self.stack, "api-1", &settings);
        server.wait_for_status("UP");
        server
    }

    /// An API server that reads from all replicas, once it does.
    fn server(&self, settings: &[(&str, &str)]) -> Server {
        let server = self.any_server(settings);
        for at in 1..=self.replicas.len() {
            wait_for("every replica", || (member(&server, at)["status"] == "UP").then_some(()));
        }
        server
    }
}

/// As root, several statements.
fn run(engine: &Engine, statements: &str) {
    let statements = statements.to_owned();
    engine.sql("root", async |connection| {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(connection).await
    });
}

/// What the health says of a database: 0 is the primary.
fn member(server: &Server, at: usize) -> Value {
    server.health()["components"]["databases"][at].clone()
}

/// The redirect, past the cache.
fn follow(server: &Server, code: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("Cache-Control", "no-cache")], headers].concat();
    send(server.address, &format!("GET /{code}"), &headers, b"")
}

#[test]
fn writes_go_to_the_primary_and_reads_to_the_replicas_in_turn() {
    let Some(stack) = Replicated::start(2) else { return };
    let server = stack.server(&[]);
    let made = server.post(r#"{"originalUrl": "http://example.com/split"}"#).expect(201);
    assert_eq!(made.header("x-database"), Some("primary"));
    let code = made.json()["shortCode"].as_str().unwrap().to_owned();
    wait_for("the row at both", || {
        let answers = [0, 1].map(|_| follow(&server, &code, &[]));
        answers.iter().all(|answer| answer.status == 302).then_some(())
    });
    let mut who = [0, 1, 2, 3].map(|_| {
        let answer = server.get(&format!("/api/v1/urls/{code}")).expect(200);
        answer.header("x-database").unwrap().to_owned()
    });
    who.sort();
    assert_eq!(who, ["replica-1", "replica-1", "replica-2", "replica-2"]);
    // From the cache: no database was asked.
    assert_eq!(server.get(&format!("/{code}")).expect(302).header("x-database"), None);
    let primary = member(&server, 0);
    assert_eq!((&primary["role"], &primary["name"]), (&"primary".into(), &"primary".into()));
    assert!(primary["server"].as_str().unwrap().starts_with("MariaDB 1"), "{primary}");
    let replica = member(&server, 1);
    assert_eq!((&replica["role"], &replica["lagSeconds"]), (&"replica".into(), &0.into()));
    // A lock and a transaction stay on the primary.
    let locked = stack.server(&[("SHARED_LOCK_MS", "5")]);
    follow(&locked, &code, &[]).expect(302);
    wait_for("clicks written back", || {
        let sum = async |connection: &mut sqlx::MySqlConnection| {
            sqlx::query_scalar::<_, i64>("SELECT CAST(SUM(click_count) AS SIGNED) FROM urls")
                .fetch_one(connection)
                .await
        };
        (stack.stack.sql(sum) >= 4).then_some(())
    });
}

#[test]
fn a_delayed_replica_lies_and_a_write_that_is_waited_for_does_not() {
    let Some(stack) = Replicated::start(1) else { return };
    run(&stack.replicas[0], "STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=2; START SLAVE");
    let patient = ("DB_REPLICA_MAX_LAG", "60");
    let lies = stack.server(&[patient]);
    let waits =
        stack.server(&[patient, ("DB_READ_YOUR_WRITES", "gtid"), ("DB_READ_YOUR_WRITES_TIMEOUT_MS", "3000")]);
    let gives_up =
        stack.server(&[("DB_READ_YOUR_WRITES", "gtid"), ("DB_READ_YOUR_WRITES_TIMEOUT_MS", "100")]);

    // On a busy machine a replica may be left out for a moment.
    let from_replica = |answer: &Answer| answer.header("x-database") == Some("replica-1");
    let code = wait_for("a read of the replica", || {
        let code = lies.shorten("http://example.com/stale");
        let answer = follow(&lies, &code, &[]);
        from_replica(&answer).then(|| answer.expect(404)).map(|_| code)
    });
    // The cache has it, and has not learnt from the replica that it leads nowhere.
    lies.get(&format!("/{code}")).expect(302);

    let written = |server: &Server| {
        let made = server.post(r#"{"originalUrl": "http://example.com/own"}"#).expect(201);
        let position = made.header("x-write-position").expect("a position").to_owned();
        (made.json()["shortCode"].as_str().unwrap().to_owned(), position)
    };
    let waited = wait_for("a read that waited at the replica", || {
        let (code, position) = written(&waits);
        let begun = Instant::now();
        let answer = follow(&waits, &code, &[("X-Write-Position", &position)]).expect(302);
        from_replica(&answer).then(|| begun.elapsed())
    });
    assert!(waited > Duration::from_millis(500), "{waited:?}");
    // On time-out, and for a position that is none, the primary answers.
    let (code, position) = written(&gives_up);
    for position in [position.as_str(), "0-no-position"] {
        let answer = follow(&gives_up, &code, &[("X-Write-Position", position)]).expect(302);
        assert_eq!(answer.header("x-database"), Some("primary"));
    }
    // Whoever brings nothing waits for nothing.
    wait_for("a read of the replica", || {
        let (code, _) = written(&gives_up);
        let answer = follow(&gives_up, &code, &[]);
        from_replica(&answer).then(|| answer.expect(404))
    });
}

#[test]
fn a_replica_that_is_lost_under_load_fails_no_request_and_comes_back() {
    let Some(mut stack) = Replicated::start(2) else { return };
    let server = stack.server(&[]);
    let code = server.shorten("http://example.com/load");
    wait_for("the row at both", || {
        [0, 1].iter().all(|_| follow(&server, &code, &[]).status == 302).then_some(())
    });
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address).expect("connect");
                while !over.load(Ordering::Relaxed) {
                    connection.send(&format!("GET /api/v1/urls/{code}"), b"").expect("an answer").expect(200);
                }
            });
        }
        let end = End(&over);
        stack.replicas[0].kill();
        let lost =
            wait_for("it is left out", || Some(member(&server, 1)).filter(|one| one["status"] == "DOWN"));
        assert_eq!((&lost["lagSeconds"], &lost["name"]), (&Value::Null, &"replica-1".into()));
        // One that hangs costs a few requests a second each, and none its answer.
        stack.replicas[1].signal(Signal::STOP);
        wait_for("it is left out", || (member(&server, 2)["status"] == "DOWN").then_some(()));
        let answer = server.get(&format!("/api/v1/urls/{code}")).expect(200);
        assert_eq!(answer.header("x-database"), Some("primary"));
        stack.replicas[1].signal(Signal::CONT);
        stack.replicas[0].start();
        for at in [1, 2] {
            wait_for("it is back", || (member(&server, at)["status"] == "UP").then_some(()));
        }
        drop(end);
    });
}

#[test]
fn without_the_primary_writes_are_refused_soon_and_reads_go_on() {
    let Some(mut stack) = Replicated::start(1) else { return };
    let settings = [("DB_READ_YOUR_WRITES", "gtid"), ("DB_READ_YOUR_WRITES_TIMEOUT_MS", "100")];
    let server = stack.server(&settings);
    let code = server.shorten("http://example.com/alone");
    wait_for("the row at the replica", || {
        let answer = follow(&server, &code, &[]);
        (answer.status == 302 && answer.header("x-database") == Some("replica-1")).then_some(())
    });
    stack.stack.mysql.kill();
    let lost = wait_for("its lag is not known", || {
        Some(member(&server, 1)).filter(|one| one["status"] == "DOWN" && one["lagSeconds"].is_null())
    });
    assert!(lost["reason"].is_string(), "{lost}");
    // What may be old is better than nothing, but not for whoever waits for what they wrote.
    for _ in 0..5 {
        let answer = server.get(&format!("/api/v1/urls/{code}")).expect(200);
        assert_eq!(answer.header("x-database"), Some("replica-1"));
    }
    follow(&server, &code, &[("X-Write-Position", "0-1-999999")]).expect(503);
    let begun = Instant::now();
    server.post(r#"{"originalUrl": "http://example.com/lost"}"#).expect_error(503, "database_unavailable");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    stack.stack.mysql.start();
    wait_for("all is well again", || (member(&server, 1)["status"] == "UP").then_some(()));
    server.wait_for_status("UP");
    server.shorten("http://example.com/again");
}

#[test]
fn a_replica_that_is_behind_or_cannot_say_is_left_out_with_its_reason() {
    let Some(stack) = Replicated::start(1) else { return };
    let server = stack.server(&[("DB_REPLICA_MAX_LAG", "1")]);
    let said_by = |server: &Server, says: &str| {
        let reason = |one: &Value| one["reason"].as_str().is_some_and(|reason| reason.contains(says));
        wait_for(says, || Some(member(server, 1)).filter(reason))
    };
    let out = |says: &str| said_by(&server, says);
    // Its lag is unknown then, and not 0.
    run(&stack.replicas[0], "STOP SLAVE IO_THREAD");
    assert_eq!(out("stopped")["lagSeconds"], Value::Null);
    let code = server.shorten("http://example.com/behind");
    assert_eq!(follow(&server, &code, &[]).expect(302).header("x-database"), Some("primary"));
    run(&stack.replicas[0], "STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=20; START SLAVE");
    assert!(out("behind, more than DB_REPLICA_MAX_LAG")["lagSeconds"].as_u64() > Some(1));
    run(&stack.replicas[0], "STOP SLAVE; RESET SLAVE ALL");
    out("follows nobody");
    assert_eq!(server.health()["status"], "UP");
    // An account that may not look; once it is granted that, it is looked at.
    run(&stack.replicas[0], "REVOKE REPLICA MONITOR, BINLOG MONITOR ON *.* FROM shortener@'127.0.0.1'");
    let other = stack.any_server(&[]);
    said_by(&other, "REPLICA MONITOR");
    run(&stack.replicas[0], "GRANT BINLOG MONITOR, REPLICA MONITOR ON *.* TO shortener@'127.0.0.1'");
    said_by(&other, "follows nobody");
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
