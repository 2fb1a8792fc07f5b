//! The whole lesson, from start to clean-up, each step done by the program and then looked at from
//! outside; and once more with the plain `proxy_pass`, where the lesson's point shows.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::lab::{Asked, Lab};
use super::outside::{Container, docker, http, shares};
use crate::harness::{Run, wait_for};

/// The step that the program says the learner is at.
#[track_caller]
fn current(lab: &Lab) -> String {
    let status = lab.run(["status", "--json"]).code(0).json();
    let steps = status["status"]["steps"].as_array().cloned().unwrap_or_default();
    let here = steps.iter().find(|step| step["current"] == true).expect("a current step");
    here["id"].as_str().expect("an id").to_owned()
}

#[test]
fn every_step_of_the_lesson_is_done_and_is_so_on_the_real_engine() {
    let Some(lab) = Lab::new() else { return };
    lab.run(["start", "06"]).code(0);
    assert_eq!(lab.run(["status", "--json"]).code(0).json()["status"]["engine"], "docker", "by itself");
    let mut done = Vec::new();
    let mut before = Vec::new();
    loop {
        let step = current(&lab);
        if done.last() == Some(&step) {
            break;
        }
        match step.as_str() {
            "ai-assistant" => confirm(&lab),
            "how-it-balances" => answer(&lab),
            "remove-the-data" => remove_the_data(&lab),
            "clean-up" => clean_up(&lab),
            _ => {
                lab.run(["apply", "--yes"]).code(0);
            }
        }
        let now = lab.containers();
        is_so(&lab, &step, &before, &now);
        before = now;
        lab.run(["next"]).code(0);
        done.push(step);
    }
    assert_eq!(done.len(), 35, "{done:?}");
    let status = lab.run(["status", "--json"]).code(0).json();
    let open: Vec<&Value> = status["status"]["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|step| step["state"] != "passed")
        .collect();
    assert!(open.is_empty(), "{open:?}");
}

fn confirm(lab: &Lab) {
    lab.run(["answer", "agent-mode", "no"]).code(1);
    lab.run(["check"]).code(1);
    lab.run(["answer", "agent-mode", "yes"]).code(0);
    lab.run(["check"]).code(0);
}

/// Each question is answered wrong first, and then right.
fn answer(lab: &Lab) {
    for (question, wrong, right) in [
        ("who-answers-the-name", "1", "2"),
        ("which-order", "2", "1"),
        ("which-method-for-slow-requests", "2", "3"),
    ] {
        lab.run(["answer", question, wrong]).code(1).says(&format!("It is {right}."));
        lab.check("how-it-balances", question).not_yet(&[wrong]);
        lab.run(["answer", question, right]).code(0).says(&format!("It is {right}."));
    }
    lab.run(["check"]).code(0);
}

/// Taken down without its volume, it is not all gone yet.
fn remove_the_data(lab: &Lab) {
    let volume = format!("{}_data", lab.name);
    lab.check("remove-the-data", "data-is-gone").not_yet(&["1 thing", &volume]);
    lab.run(["apply", "--yes"]).code(0);
}

/// The images that were built here are left, and nothing else.
fn clean_up(lab: &Lab) {
    lab.check("clean-up", "nothing-is-left").not_yet(&["2 things"]);
    lab.run(["apply", "--yes"]).code(0);
}

fn of<'a>(all: &'a [Container], service: &str) -> Vec<&'a Container> {
    all.iter().filter(|one| one.service == service).collect()
}

/// How many of `before` live on, and how many of `now` were started anew or are new.
fn compared(before: &[&Container], now: &[&Container]) -> (usize, usize) {
    let same = now.iter().filter(|one| before.iter().any(|was| was.life() == one.life())).count();
    (same, now.len() - same)
}

#[track_caller]
fn is_so(lab: &Lab, step: &str, before: &[Container], now: &[Container]) {
    let (backends, frontends) = (of(now, "backend"), of(now, "frontend"));
    let backend = compared(&of(before, "backend"), &backends);
    let frontend = compared(&of(before, "frontend"), &frontends);
    match step {
        "run-it" | "scale-it" | "remove-container-name" => {
            assert_eq!((backends.len(), frontends.len()), (1, 1), "{step}: {now:#?}");
            assert!(!backends[0].ports.is_empty(), "{step}: {now:#?}");
            return;
        }
        "scale-it-again" | "unpublish-backend" => {
            // Whichever got the port runs; its first health check may not be over yet.
            let running = backends.iter().filter(|one| one.state == "running").count();
            assert_eq!(running, 1, "{step}: {now:#?}");
            return;
        }
        "three-run-one-answers" => {
            assert_eq!((backends.len(), shares(&lab.url("/api/posts"), 30).len()), (3, 1), "{now:#?}");
            return;
        }
        "restart-the-frontend" | "database-from-environment" => {
            assert_eq!((backends.len(), shares(&lab.url("/api/posts"), 30).len()), (3, 3), "{now:#?}");
            return;
        }
        "one-database" => return serves(lab, 3),
        "two-get-nothing" => {
            assert_eq!((backends.len(), shares(&lab.url("/api/posts"), 30).len()), (5, 3), "{now:#?}");
            return;
        }
        "copy-the-app" | "ai-assistant" | "remove-the-data" | "clean-up" => {
            assert_eq!(lab.left(), Vec::<String>::new(), "{step}");
        }
        "scale-to-3" => {
            assert_eq!((backend, frontend), ((0, 3), (0, 1)), "{now:#?}");
            serves(lab, 3);
        }
        "see-it-in-the-browser" => {
            assert_eq!((backend, frontend), ((3, 0), (1, 0)), "{now:#?}");
            let posts = http("GET", &lab.url("/api/posts?limit=50"), None).body;
            let texts: Vec<&str> =
                posts.as_array().into_iter().flatten().filter_map(|post| post["content"].as_str()).collect();
            assert_eq!(texts.len(), 6, "what the checks wrote is taken away again: {texts:?}");
        }
        "scale-to-5" => {
            assert_eq!((backend, frontend), ((3, 2), (1, 0)), "{now:#?}");
            serves(lab, 5);
        }
        "scale-to-2" => {
            assert_eq!((backend, frontend), ((2, 0), (1, 0)), "{now:#?}");
            serves(lab, 2);
        }
        "see-who-asked" => assert_eq!((backend, frontend), ((3, 0), (1, 0)), "{now:#?}"),
        "how-it-balances" | "follow-the-logs" | "what-was-proved" => {
            assert_eq!((backend, frontend), ((2, 0), (1, 0)), "{now:#?}");
        }
        "restart-one" | "lose-one" => {
            assert_eq!((backend, frontend), ((1, 1), (1, 0)), "{now:#?}");
            serves(lab, 2);
        }
        // Taken down, with the volume left.
        _ => {
            assert!(now.is_empty(), "{step}: {now:#?}");
            assert_eq!(lab.left().len(), 1, "{step}: {:?}", lab.left());
        }
    }
    // A replica that was restarted answers before its first health check has passed.
    wait_for("all are healthy", Duration::from_secs(30), || lab.containers().iter().all(Container::is_ready));
    for one in backends {
        assert_eq!((&one.ports, &one.networks), (&Vec::new(), &vec![format!("{}_appnet", lab.name)]));
    }
    for one in frontends {
        assert!(
            one.ports.iter().all(|port| *port == lab.port.to_string()) && !one.ports.is_empty(),
            "{one:?}"
        );
    }
}

/// Each of the replicas answers, and what is written through one is seen through all.
#[track_caller]
fn serves(lab: &Lab, replicas: usize) {
    // A replica that has failed once rests for a few seconds before nginx asks it again.
    wait_for("an answer from every replica", Duration::from_secs(30), || {
        shares(&lab.url("/api/posts"), replicas * 6).len() == replicas
    });
    let words = json!({ "username": "outside", "content": "seen by all" });
    let post = http("POST", &lab.url("/api/posts"), Some(words));
    assert_eq!(post.status, 201, "{post:?}");
    let path = lab.url(&format!("/api/posts/{}", post.body["id"].as_str().expect("an id")));
    assert_eq!(shares(&path, replicas * 4).len(), replicas);
    assert!(http("DELETE", &path, None).status < 300);
}

/// The edits of nginx.conf are left out, so nginx keeps what it learned of the name at its start.
#[test]
fn with_the_plain_proxy_pass_the_new_replicas_get_nothing_and_the_check_says_why() {
    let Some(lab) = Lab::at("nginx-upstream") else { return };
    for _ in 17..=22 {
        lab.run(["next", "--skip"]).code(0);
    }
    assert!(lab.sandbox.read("frontend/nginx.conf").contains("proxy_pass http://backend:8080;"));
    lab.run(["apply", "--yes"]).code(0);
    lab.run(["next"]).code(0);
    // Nobody has told them who asks.
    let asked = lab.check("see-who-asked", "servers-know-who-asked");
    asked.not_yet(&["client="]);
    lab.run(["next", "--skip"]).code(0);
    lab.run(["apply", "--yes"]).code(0);
    lab.run(["next"]).code(0);
    let applied = lab.run(["apply", "--yes", "--json"]);
    let asked = Asked::of(applied, "new-replicas-serve").not_yet(&[
        "2 of 5 backend replicas",
        "backend-4",
        "backend-5",
        "nginx resolved",
        "before you scaled",
    ]);
    let counts = counts(&asked);
    assert_eq!(
        counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["backend-4", "backend-5"]
    );
    assert_eq!((counts.len(), counts.values().sum::<u64>()), (5, 60), "{counts:?}");
    // All five are healthy; it is not a matter of time.
    assert!(lab.of("backend").iter().all(Container::is_ready) && lab.of("backend").len() == 5);
    assert_eq!(shares(&lab.url("/api/posts"), 30).len(), 3);
    lab.run(["check"]).code(1).says("before you scaled").says("workshop hint");
    lab.run(["next"]).code(1);
    lab.run(["next", "--skip"]).code(0);
    requests_fail_when_replicas_leave(&lab);
}

fn counts(asked: &Asked) -> BTreeMap<String, u64> {
    let shares = asked.check["shares"].as_array().cloned().unwrap_or_default();
    let pair = |share: &Value| Some((share["label"].as_str()?.to_owned(), share["count"].as_u64()?));
    shares.iter().filter_map(pair).collect()
}

/// nginx goes on sending to addresses that nobody has any more.
fn requests_fail_when_replicas_leave(lab: &Lab) {
    lab.replace("frontend/nginx.conf", "backend:8080;", "backend:8080;\n        proxy_next_upstream off;");
    lab.compose(&["up", "-d", "--build", "--no-deps", "frontend"]);
    let applied = lab.run(["apply", "--yes", "--json"]);
    Asked::of(applied, "no-request-failed-while-scaling-down")
        .not_yet(&["requests failed", "--scale backend=2"]);
    assert_eq!(lab.of("backend").len(), 2);
    // Started anew, nginx knows both that are left; one that is killed takes requests with it.
    docker(&["restart", "-t", "1", &lab.replica("frontend-1")]);
    lab.run(["goto", "lose-one"]).code(0);
    let check = r#"steady = { path = "/api/posts", rate = 100, from = { service = "backend", replicas = 2 }, after = "1s" }"#;
    let asked = Run::of(lab.command().args(lab.probe_args(&["docker kill {backend-1}"], check)));
    // A 502 where the address refuses, a time-out where it is silent.
    Asked::of(asked, "it").not_yet(&["requests failed", "docker kill"]);
}
