//! Every route does what it says.

use serde_json::{Value, json};

use crate::harness::Server;

fn ids(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list");
    list.iter().map(|row| row["id"].as_str().expect("an id")).collect()
}

#[test]
fn a_post_from_birth_to_deletion() {
    let server = Server::start();
    let body = json!({"username": "  지수 ", "content": "\n안녕하세요, Contoso! 👋\n둘째 줄 "});
    let answer = server.call("POST", "/api/posts", &body).expect(201);
    let post = answer.json();
    assert_eq!(post["username"], "지수");
    assert_eq!(post["content"], "안녕하세요, Contoso! 👋\n둘째 줄");
    assert_eq!(post["likesCount"], 0);
    assert_eq!(post["commentsCount"], 0);
    assert_eq!(post["createdAt"], post["updatedAt"]);
    let created = post["createdAt"].as_str().expect("a time");
    assert!(created.ends_with('Z') && created.len() == "2026-01-02T03:04:05.678Z".len());
    let keys: Vec<&String> = post.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["commentsCount", "content", "createdAt", "id", "likesCount", "updatedAt", "username"]);

    let path = format!("/api/posts/{}", post["id"].as_str().expect("an id"));
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(server.get(&path).expect(200).json(), post);

    let change = json!({"username": "someone else", "content": "changed"});
    let changed = server.call("PATCH", &path, &change).expect(200).json();
    assert_eq!(changed["content"], "changed");
    assert_eq!(changed["username"], "지수");
    assert_eq!(changed["createdAt"], post["createdAt"]);
    assert!(changed["updatedAt"].as_str() >= post["updatedAt"].as_str());
    assert_eq!(server.get(&path).json(), changed);

    assert_eq!(server.call("DELETE", &path, &json!({})).expect(204).body, "");
    server.get(&path).expect_error(404, "post_not_found");
    server.call("DELETE", &path, &json!({})).expect_error(404, "post_not_found");
    server.call("PATCH", &path, &change).expect_error(404, "post_not_found");
    assert_eq!(server.get("/api/posts").json(), json!([]));
}

#[test]
fn posts_are_listed_newest_first_in_pages() {
    let server = Server::start();
    let written: Vec<Value> = (0..25).map(|n| server.post("ana", &format!("post {n}"))).collect();
    let newest: Vec<&str> = written.iter().rev().map(|post| post["id"].as_str().unwrap()).collect();

    let first = server.get("/api/posts").expect(200);
    assert_eq!(first.header("x-total-count"), Some("25"));
    assert_eq!(ids(&first.json()), newest[..20]);
    assert_eq!(ids(&server.get("/api/posts?limit=100").json()), newest);
    assert_eq!(ids(&server.get("/api/posts?limit=3&offset=2").json()), newest[2..5]);
    assert_eq!(ids(&server.get("/api/posts?offset=24").json()), newest[24..]);
    assert_eq!(server.get("/api/posts?offset=25").json(), json!([]));
}

#[test]
fn search_takes_the_text_as_it_is() {
    let server = Server::start();
    for content in ["수평 확장을 배웁니다", "Scaling OUT", "100% sure", "100 sure", "a_b", "axb", r"c:\d"]
    {
        server.post("ana", content);
    }
    let found = |q: &str| {
        let list = server.get(&format!("/api/posts?q={q}")).expect(200).json();
        let list = list.as_array().expect("a list").clone();
        list.iter().map(|post| post["content"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("%ED%99%95%EC%9E%A5"), ["수평 확장을 배웁니다"]);
    assert_eq!(found("scaling+out"), ["Scaling OUT"]);
    assert_eq!(found("0%25"), ["100% sure"]);
    assert_eq!(found("a_b"), ["a_b"]);
    assert_eq!(found("%5Cd"), [r"c:\d"]);
    assert!(found("nothing+like+it").is_empty());
    assert_eq!(found("+").len(), 7, "blanks alone are no search");
    let page = server.get("/api/posts?q=sure&limit=1");
    assert_eq!(page.header("x-total-count"), Some("2"));
}

#[test]
fn a_comment_from_birth_to_deletion() {
    let server = Server::start();
    let post = server.post("ana", "hello");
    let post_path = format!("/api/posts/{}", post["id"].as_str().unwrap());
    let list = format!("{post_path}/comments");
    let body = json!({"username": "bo", "content": "first"});
    let answer = server.call("POST", &list, &body).expect(201);
    let comment = answer.json();
    assert_eq!(comment["postId"], post["id"]);
    assert_eq!(comment["content"], "first");
    let path = format!("{list}/{}", comment["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(path.as_str()));

    let second = json!({"username": "cy", "content": "둘째"});
    let second = server.call("POST", &list, &second).expect(201).json();
    let listed = server.get(&list).expect(200);
    assert_eq!(listed.header("x-total-count"), Some("2"));
    assert_eq!(listed.json(), json!([second, comment]));
    assert_eq!(server.get(&format!("{list}?limit=1&offset=1")).json(), json!([comment]));
    assert_eq!(server.get(&post_path).json()["commentsCount"], 2);

    let changed = server.call("PATCH", &path, &json!({"content": "1st"})).expect(200).json();
    assert_eq!(changed["content"], "1st");
    assert_eq!(server.get(&path).expect(200).json(), changed);

    // A comment is found under its own post alone.
    let other = server.post("ana", "other");
    let stray =
        format!("/api/posts/{}/comments/{}", other["id"].as_str().unwrap(), comment["id"].as_str().unwrap());
    for method in ["GET", "DELETE"] {
        server.call(method, &stray, &json!({})).expect_error(404, "comment_not_found");
    }
    server.call("PATCH", &stray, &json!({"content": "x"})).expect_error(404, "comment_not_found");

    server.call("DELETE", &path, &json!({})).expect(204);
    server.get(&path).expect_error(404, "comment_not_found");
    assert_eq!(server.get(&post_path).json()["commentsCount"], 1);

    server.call("DELETE", &post_path, &json!({})).expect(204);
    server.get(&list).expect_error(404, "post_not_found");
    server.call("POST", &list, &body).expect_error(404, "post_not_found");
}

#[test]
fn a_user_likes_a_post_once() {
    let server = Server::start();
    let post = server.post("ana", "like me");
    let id = post["id"].as_str().unwrap();
    let path = format!("/api/posts/{id}/likes");
    let bo = json!({"username": "bo"});
    let state = server.call("POST", &path, &bo).expect(201).json();
    assert_eq!(state, json!({"postId": id, "username": "bo", "liked": true, "likesCount": 1}));
    assert_eq!(server.call("POST", &path, &bo).expect(200).json(), state);
    server.call("POST", &path, &json!({"username": "cy"})).expect(201);

    let seen_by = |viewer: &str| {
        let one = server.get(&format!("/api/posts/{id}?viewer={viewer}")).expect(200).json();
        let list = server.get(&format!("/api/posts?viewer={viewer}")).expect(200).json();
        assert_eq!(list, json!([one]));
        (one["likesCount"].clone(), one["liked"].clone())
    };
    assert_eq!(seen_by("bo"), (json!(2), json!(true)));
    assert_eq!(seen_by("ana"), (json!(2), json!(false)));

    let state = server.call("DELETE", &path, &bo).expect(200).json();
    assert_eq!(state, json!({"postId": id, "username": "bo", "liked": false, "likesCount": 1}));
    assert_eq!(server.call("DELETE", &path, &bo).expect(200).json(), state);
    assert_eq!(seen_by("bo"), (json!(1), json!(false)));

    let none = "/api/posts/11111111-1111-4111-8111-111111111111/likes";
    for method in ["POST", "DELETE"] {
        server.call(method, none, &bo).expect_error(404, "post_not_found");
    }
}

#[test]
fn health_asks_the_database() {
    let server = Server::start();
    let healthy = server.get("/api/health").expect(200).json();
    assert_eq!(healthy, json!({"status": "ok", "replica": "replica-1", "database": "ok"}));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        use sqlx::{Connection as _, SqliteConnection};
        let url = format!("sqlite://{}", server.database.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        sqlx::raw_sql("DROP TABLE likes; DROP TABLE comments; DROP TABLE posts;")
            .execute(&mut connection)
            .await
            .unwrap();
    });
    let ill = server.get("/api/health").expect(503).json();
    assert_eq!(ill, json!({"status": "error", "replica": "replica-1", "database": "unavailable"}));
    let line = server.line_with(&["path=/api/health", "status=503"]);
    assert!(line.contains("level=error") && line.contains("no such table"), "{line}");
    server.get("/api/posts").expect_error(500, "internal");
}
