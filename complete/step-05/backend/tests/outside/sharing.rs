//! Several replicas on one database file.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;

use rustix::process::Signal;
use serde_json::json;

use crate::harness::{Server, Starting};
use crate::http::{connect, read_until};

const REPLICAS: usize = 5;

fn start_together(database: &Path) -> Vec<Server> {
    let starting: Vec<Starting> =
        (1..=REPLICAS).map(|n| Starting::on(database, &format!("replica-{n}"))).collect();
    starting.into_iter().map(Starting::ready).collect()
}

#[test]
fn concurrent_writes_of_five_replicas_all_arrive() {
    const THREADS: usize = 3;
    const POSTS: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let servers = start_together(&folder.path().join("contoso.db"));
    let liked = servers[0].post("ana", "like me");
    let likes = format!("/api/posts/{}/likes", liked["id"].as_str().unwrap());

    std::thread::scope(|scope| {
        for (replica, server) in servers.iter().enumerate() {
            for thread in 0..THREADS {
                let likes = &likes;
                scope.spawn(move || {
                    let user = format!("user-{replica}-{thread}");
                    for n in 0..POSTS {
                        server.post(&user, &format!("post {n}"));
                        server.get("/api/posts?limit=5").expect(200);
                    }
                    server.call("POST", likes, &json!({"username": user})).expect(201);
                });
            }
        }
    });

    let expected = REPLICAS * THREADS * POSTS + 1;
    for server in &servers {
        let mut seen = HashSet::new();
        for offset in (0..expected).step_by(100) {
            let page = server.get(&format!("/api/posts?limit=100&offset={offset}")).expect(200);
            assert_eq!(page.header("x-total-count"), Some(expected.to_string().as_str()));
            let page = page.json();
            seen.extend(page.as_array().unwrap().iter().map(|post| post["id"].as_str().unwrap().to_owned()));
        }
        assert_eq!(seen.len(), expected);
        let post = server.get(likes.trim_end_matches("/likes")).json();
        assert_eq!(post["likesCount"], REPLICAS * THREADS);
        let errors = server.lines().into_iter().filter(|line| line.contains("level=error"));
        assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new());
    }
}

#[test]
fn starting_and_stopping_together_is_safe() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("new folder/contoso.db");
        let mut servers = start_together(&database);
        let post = servers[0].post("ana", "kept");
        for server in &servers {
            server.signal(Signal::TERM);
        }
        for server in &mut servers {
            assert!(server.wait().success());
        }
        let again = start_together(&database);
        for server in &again {
            assert_eq!(server.get("/api/posts").expect(200).json(), json!([post]));
        }
    }
}

#[test]
fn a_killed_replica_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("contoso.db");
    let servers = start_together(&database);
    let post = servers[1].post("ana", "kept");
    for mut server in servers {
        server.signal(Signal::KILL);
        server.wait();
    }
    let server = Starting::on(&database, "later").ready();
    assert_eq!(server.get("/api/posts").json(), json!([post]));
}

#[test]
fn a_client_that_leaves_leaves_no_lock_behind() {
    use sqlx::{Connection as _, SqliteConnection};
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", server.database.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let lock = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
        // These wait for the lock, one in the database, the others in the queue.
        let body = json!({"username": "ana", "content": "never mind"}).to_string();
        let head = format!(
            "POST /api/posts HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut waiting: Vec<_> = (0..5).map(|_| connect(server.address)).collect();
        for stream in &mut waiting {
            stream.write_all(head.as_bytes()).unwrap();
            read_until(stream, "\r\n\r\n");
            stream.write_all(body.as_bytes()).unwrap();
        }
        // Reading needs no lock.
        server.get("/api/health").expect(200);
        drop(waiting);
        server.line_with_count("status=499", 5);
        lock.rollback().await.unwrap();
    });
    server.post("bo", "and on we go");
    let other = Starting::on(&server.database, "other").ready();
    other.post("cy", "so do we");
}
