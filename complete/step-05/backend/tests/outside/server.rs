//! Several replicas on one database server: a MariaDB of this machine, where it has one.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::harness::{Server, Starting, program};

const PASSWORD: &str = "only-for-this-test";
const SMALL: [&str; 4] = [
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=2",
    "--loose-user=root",
];

/// A server's process, killed when the test ends.
struct MariaDb {
    child: Child,
    port: u16,
}

impl MariaDb {
    /// Starts one with its data in `folder`; `None` where this machine has none.
    fn start(folder: &Path) -> Option<Self> {
        if Command::new("mariadbd").arg("--version").stdout(Stdio::null()).status().is_err() {
            let missing = "this needs MariaDB: apt-get install mariadb-server";
            assert!(std::env::var_os("WORKSHOP_TEST_ENGINES").is_none(), "{missing}");
            eprintln!("skipped: {missing}");
            return None;
        }
        let data = format!("--datadir={}", folder.join("data").display());
        let options = [&["--no-defaults", &data], SMALL.as_slice()].concat();
        let made = Command::new("mariadb-install-db")
            .args(&options)
            .args(["--skip-test-db", "--auth-root-authentication-method=normal"])
            .output()
            .expect("make its data");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let sql = folder.join("accounts.sql");
        let accounts = format!(
            "CREATE DATABASE contoso;\n\
             CREATE USER contoso@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL PRIVILEGES ON contoso.* TO contoso@'127.0.0.1';\n"
        );
        fs::write(&sql, accounts).expect("write the accounts");
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).expect("a port").port();
        let child = Command::new("mariadbd")
            .args(&options)
            .arg(format!("--port={port}"))
            .arg(format!("--socket={}", folder.join("s").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .arg(format!("--init-file={}", sql.display()))
            .arg("--bind-address=127.0.0.1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("start it");
        Some(Self { child, port })
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// They start while the database is still on its way, and make its tables at the same time.
#[test]
fn replicas_on_one_server_see_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let Some(database) = MariaDb::start(folder.path()) else { return };
    let secret = folder.path().join("database-url");
    fs::write(&secret, format!("mysql://contoso:{PASSWORD}@127.0.0.1:{}/contoso\n", database.port)).unwrap();
    let start = |n: usize| {
        Starting::with(program().env("DATABASE_URL_FILE", &secret), &secret, &format!("replica-{n}"))
    };
    let starting: Vec<Starting> = (1..=3).map(start).collect();
    let servers: Vec<Server> = starting.into_iter().map(Starting::ready).collect();
    let [one, other, third] = servers.as_slice() else { panic!("three servers") };

    let line = one.line_with(&["listening"]);
    assert!(line.contains("mysql://127.0.0.1:") && !line.contains(PASSWORD), "{line}");

    let post = one.post("미나", "안녕, 100% of them!");
    let path = format!("/api/posts/{}", post["id"].as_str().unwrap());
    assert_eq!(other.get(&path).expect(200).json()["content"], "안녕, 100% of them!");
    for (text, found) in [("100%25", 1), ("100_", 0), ("them!", 1), ("THEM", 1)] {
        let list = third.get(&format!("/api/posts?q={text}")).expect(200).json();
        assert_eq!(list.as_array().unwrap().len(), found, "{text}: {list}");
    }

    let likes = format!("{path}/likes");
    other.call("POST", &likes, &json!({"username": "ana"})).expect(201);
    third.call("POST", &likes, &json!({"username": "ana"})).expect(200);
    let comment = json!({"username": "ben", "content": "hi"});
    third.call("POST", &format!("{path}/comments"), &comment).expect(201);
    let seen = one.get(&format!("{path}?viewer=ana")).expect(200).json();
    assert_eq!(
        (&seen["likesCount"], &seen["commentsCount"], &seen["liked"]),
        (&json!(1), &json!(1), &json!(true))
    );

    other.call("PATCH", &path, &json!({"content": "changed"})).expect(200);
    assert_eq!(third.get(&path).expect(200).json()["content"], "changed");
    other.call("DELETE", &path, &json!({})).expect(204);
    one.get(&path).expect(404);
    one.get(&format!("{path}/comments")).expect(404);
}

/// Away for a while is told as that, and it goes on by itself.
#[test]
fn a_server_that_is_away_is_asked_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let Some(database) = MariaDb::start(folder.path()) else { return };
    let url = format!("mysql://contoso:{PASSWORD}@127.0.0.1:{}/contoso", database.port);
    let server = Starting::with(program().env("DATABASE_URL", url), folder.path(), "replica-1").ready();
    server.post("ana", "before");
    drop(database);
    server.get("/api/health").expect(503);
    let error = server.get("/api/posts").expect(503).json();
    assert_eq!(error["error"]["code"], "database_busy");
}
