//! What learners, the presenter's programs and the phone ask of a room.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::opened::{Opened, report};

#[test]
fn a_learner_joins_reports_and_leaves_without_a_trace() {
    let room = Opened::new();
    let typed = room.code.to_lowercase().replace('-', " ");
    let join = json!({ "code": typed, "name": "unmistakable", "role": "learner" });
    let (status, joined) = room.ask(Method::POST, "/api/join", "", &join);
    assert_eq!((status, joined["name"].as_str()), (StatusCode::OK, Some("unmistakable")));
    let token = joined["token"].as_str().expect("a token");
    assert_eq!(room.stuck(token, 1), 1);
    assert_eq!(room.stuck(token, 1), 1, "once more, and no other");
    assert!(room.kept().contains("unmistakable"), "what was said to be safe is on the disk");
    assert!(!room.kept().contains(token), "of a token only its digest");
    let board = room.event("/api/live/board", &room.key, |board| board.contains("Three replicas run"));
    let board: Value = serde_json::from_str(&board).expect("JSON");
    assert_eq!((board["stuck"].as_u64(), board["failing"][0]["count"].as_u64()), (Some(1), Some(1)));
    assert_eq!(board["learners"][0]["at"]["failing"]["words"], "two of three answer");
    let (status, _) = room.ask(Method::POST, "/api/leave", token, &Value::Null);
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, refused) = room.ask(Method::POST, "/api/reports", token, &json!({ "reports": [report(2)] }));
    assert_eq!((status, refused["error"].as_str()), (StatusCode::UNAUTHORIZED, Some("token-unknown")));
    assert!(!room.kept().contains("unmistakable"), "{}", room.kept());
}

/// The process is killed in the middle of a class.
#[test]
fn nothing_that_was_said_to_be_safe_is_lost() {
    let room = Opened::new();
    let tokens: Vec<String> = (0..5).map(|number| room.join(&format!("learner {number}"))).collect();
    for number in 1..=4 {
        assert!(tokens.iter().all(|token| room.stuck(token, number) == number));
    }
    let shown = json!({ "lesson": "06", "step": "scale", "title": "Scale", "position": 3, "of": 35 });
    assert_eq!(room.ask(Method::PUT, "/api/shown", &room.key, &shown).0, StatusCode::NO_CONTENT);
    let poll = json!({ "id": "p", "question": "Which?", "choices": ["a", "b"] });
    assert_eq!(room.ask(Method::PUT, "/api/poll", &room.key, &poll).0, StatusCode::NO_CONTENT);
    let vote = json!({ "poll": "p", "answer": "b" });
    assert_eq!(room.ask(Method::POST, "/api/vote", &tokens[0], &vote).0, StatusCode::NO_CONTENT);
    let (port, code, phone, key) = (room.port, room.code.clone(), room.phone_code.clone(), room.key.clone());
    let room = Opened::with(room.killed(), port, &["--resume"]);
    assert_eq!((&room.code, &room.phone_code, &room.key), (&code, &phone, &key));
    assert_eq!(room.stuck(&tokens[4], 4), 4, "taken before, and not again");
    let (_, now) = room.ask(Method::GET, "/api/now", &tokens[0], &Value::Null);
    assert_eq!((now["shown"]["title"].as_str(), now["votes"][1]["count"].as_u64()), (Some("Scale"), Some(1)));
    let (_, table) = room.ask(Method::GET, "/table.csv", &key, &Value::Null);
    let table = table.as_str().expect("a table");
    assert_eq!(table.matches(",4,4,0,no,0\r\n").count(), 5, "four minutes, four checks: {table}");
}

#[test]
fn votes_come_in_as_they_are_given_and_end_with_the_answer() {
    let room = Opened::new();
    let (one, two) = (room.join("one"), room.join("two"));
    let mut poll = json!({ "id": "p", "question": "How many?", "choices": ["2", "3"] });
    room.ask(Method::PUT, "/api/poll", &room.key, &poll);
    let vote = |token: &str, answer: &str| {
        room.ask(Method::POST, "/api/vote", token, &json!({ "poll": "p", "answer": answer })).0
    };
    assert_eq!(vote(&one, "4"), StatusCode::CONFLICT, "no choice");
    assert_eq!(vote(&one, "3"), StatusCode::NO_CONTENT);
    let votes = |token: &str| room.ask(Method::GET, "/api/now", token, &Value::Null).1["votes"].clone();
    assert_eq!(votes(&one), json!([{ "answer": "2", "count": 0 }, { "answer": "3", "count": 1 }]));
    assert_eq!(votes(&two), json!([]), "before the own vote nothing");
    poll["answer"] = json!("3");
    room.ask(Method::PUT, "/api/poll", &room.key, &poll);
    assert_eq!(vote(&two, "2"), StatusCode::CONFLICT);
    assert_eq!(votes(&two)[1]["count"], 1);
    assert_eq!(room.ask(Method::DELETE, "/api/poll", &room.key, &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(room.ask(Method::GET, "/api/now", &one, &Value::Null).1["poll"], Value::Null);
}

#[test]
fn one_phone_at_a_time_turns_the_pages() {
    let room = Opened::new();
    let join = json!({ "code": room.phone_code, "role": "phone" });
    let enter = |token: &str| room.ask(Method::POST, "/api/join", token, &join);
    let (status, first) = enter("");
    assert_eq!(status, StatusCode::OK);
    let first = first["token"].as_str().expect("a token").to_owned();
    assert_eq!(enter("").1["error"], "phone-taken");
    let press = |token: &str| room.ask(Method::POST, "/api/press", token, &json!("next"));
    assert_eq!(press(&first).1["error"], "no-demo");
    let mut presses = room.listen("/api/presses", &room.key);
    assert_eq!(press(&first).0, StatusCode::NO_CONTENT);
    assert_eq!(room.next(&mut presses, |data| !data.is_empty()), "\"next\"");
    let (status, second) = enter(&room.key);
    assert_eq!(status, StatusCode::OK, "the presenter's key lets another one in");
    assert_eq!(press(&first).0, StatusCode::UNAUTHORIZED, "the one before is out");
    let second = second["token"].as_str().expect("a token").to_owned();
    assert_eq!(press(&second).0, StatusCode::NO_CONTENT);
    for (method, path) in
        [(Method::PUT, "/api/shown"), (Method::GET, "/table.csv"), (Method::GET, "/api/live/board")]
    {
        assert_eq!(room.ask(method, path, &second, &Value::Null).0, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(room.ask(Method::POST, "/api/leave", &second, &Value::Null).0, StatusCode::NO_CONTENT);
    assert_eq!(enter("").0, StatusCode::OK, "there is a place again");
}

#[test]
fn learners_and_the_phone_see_what_is_theirs() {
    let room = Opened::new();
    let token = room.join("kim");
    let shown = json!({ "lesson": "06", "step": "scale", "title": "Scale", "position": 3, "of": 35,
        "notes": "tell the joke", "clock": "12:00" });
    room.ask(Method::PUT, "/api/shown", &room.key, &shown);
    let (_, now) = room.ask(Method::GET, "/api/now", &token, &Value::Null);
    assert!(!now.to_string().contains("joke"), "{now}");
    let mine = room.event("/api/live/me", &token, |mine| mine.contains("Scale"));
    assert!(!mine.contains("joke") && !mine.contains("12:00"), "{mine}");
    let join = json!({ "code": room.phone_code, "role": "phone" });
    let (_, phone) = room.ask(Method::POST, "/api/join", "", &join);
    let phone = phone["token"].as_str().expect("a token");
    room.event("/api/live/phone", phone, |pocket| {
        pocket.contains("tell the joke") && pocket.contains("12:00")
    });
    let raised = room.ask(Method::POST, "/api/signal", &token, &json!("help"));
    assert_eq!(raised.0, StatusCode::NO_CONTENT);
    let wall = room.event("/api/live/projector", &room.key, |wall| wall.contains("\"help\":1"));
    assert!(!wall.contains("kim"), "{wall}");
}
