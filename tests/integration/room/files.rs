//! What is left after a class.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::opened::{Opened, report};

const NAMES: [&str; 5] =
    ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "<script>alert(1)</script>\u{202e}\"x\""];

#[test]
fn a_table_program_reckons_with_nothing_in_it() {
    let room = Opened::new();
    for name in NAMES {
        room.stuck(&room.join(name), 1);
    }
    let (status, table) = room.ask(Method::GET, "/table.csv", &room.key, &Value::Null);
    let table = table.as_str().expect("text").to_owned();
    assert_eq!(status, StatusCode::OK);
    assert!(table.starts_with("number,name,lesson,"), "{table}");
    let cells: Vec<&str> =
        table.lines().skip(1).map(|line| line.split_once(',').expect("a cell").1).collect();
    assert_eq!(cells.len(), NAMES.len());
    for (cell, name) in cells.iter().zip(NAMES).take(4) {
        assert!(cell.starts_with(&format!("\"'{name}")), "{cell}");
    }
    assert!(cells[4].starts_with("\"<script>alert(1)</script>\"\"x\"\"\",\"06\""), "{}", cells[4]);
    assert!(!table.contains('\u{202e}'), "nothing turns the line around");
}

#[test]
fn statements_are_as_a_record_store_takes_them() {
    let room = Opened::new();
    let token = room.join("김");
    let mut passed = report(2);
    passed["what"] = json!({ "checked": { "outcome": "pass" } });
    let mut machine = report(3);
    machine["what"] = json!({ "checked": { "outcome": "environment" } });
    let mut hint = report(4);
    hint["what"] = json!({ "hint": 2 });
    let reports = json!({ "reports": [report(1), passed, machine, hint] });
    assert_eq!(room.ask(Method::POST, "/api/reports", &token, &reports).0, StatusCode::OK);
    let ask = || room.ask(Method::GET, "/statements.json", &room.key, &Value::Null).1;
    let all = ask();
    let statements = all.as_array().expect("a list");
    let verbs: Vec<&str> = statements.iter().filter_map(|one| one["verb"]["id"].as_str()).collect();
    let verb = |name: &str| format!("http://adlnet.gov/expapi/verbs/{name}");
    assert_eq!(verbs, ["failed", "passed", "attempted", "experienced"].map(verb));
    assert_eq!(statements[0]["result"]["success"], false);
    assert_eq!(statements[2]["result"].get("success"), None, "the machine's fault is nobody's failure");
    assert_eq!(statements[1]["object"]["id"], "urn:workshop:lesson:06:step:scale");
    assert_eq!(statements[0]["actor"]["account"]["homePage"], format!("{}/", room.url("")));
    let stamp = statements[0]["timestamp"].as_str().expect("a time");
    assert!(stamp.ends_with('Z') && stamp.len() == 20, "{stamp}");
    let ids: BTreeSet<&str> = statements.iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(ids.len() == 4 && ids.iter().all(|id| id.len() == 36 && id.as_bytes()[14] == b'8'), "{ids:?}");
    assert_eq!(ask(), all, "brought in twice it is there once");
}

#[test]
fn the_table_is_left_for_this_user_alone() {
    let mut room = Opened::new();
    room.stuck(&room.join("kim"), 1);
    assert_eq!(room.interrupted().code(), Some(0));
    let said = room.said();
    let folder =
        std::fs::read_dir(room.rooms()).expect("rooms").flatten().find(|entry| entry.path().is_dir());
    let folder = folder.expect("a room").path();
    assert_eq!(std::fs::metadata(&folder).expect("a folder").permissions().mode() & 0o777, 0o700);
    for name in ["table.csv", "statements.json", "room.json", "room.log"] {
        let mode = std::fs::metadata(folder.join(name)).expect(name).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let table = std::fs::read_to_string(folder.join("table.csv")).expect("a table");
    assert!(table.contains("\"kim\",\"06\",\"scale\",3,35,"), "{table}");
    assert!(said.replace('\n', "").contains("table.csv") && said.contains("--resume"), "{said}");
    assert!(!room.rooms().join("open.json").exists(), "nobody is told of a room that is closed");
}
