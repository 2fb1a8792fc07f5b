//! The words of the lessons, explained.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::harness::Sandbox;
use crate::hostile::course::Course;

/// What the lessons rest on.
const WANTED: [&str; 22] = [
    "replica",
    "instance",
    "upstream",
    "reverse proxy",
    "health check",
    "idempotent",
    "stateless",
    "vertical scaling",
    "horizontal scaling",
    "percentile",
    "p99",
    "throughput",
    "TPS",
    "open loop",
    "closed loop",
    "replication lag",
    "round robin",
    "least_conn",
    "ip_hash",
    "keep-alive",
    "quota",
    "멱등",
];

fn names(run: &crate::harness::Run) -> BTreeSet<String> {
    let value: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let entries = value["glossary"].as_array().expect("words").clone();
    entries.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn every_word_is_explained_in_both_languages() {
    let sandbox = Sandbox::new();
    let all = |lang| sandbox.run(["glossary", "--json", "--lang", lang]).code(0);
    assert_eq!(names(&all("en")), names(&all("ko")));
    for word in WANTED {
        let langs: &[&str] = if word.is_ascii() { &["en", "ko"] } else { &["ko"] };
        for lang in langs {
            let run = sandbox.run(["glossary", word, "--json", "--lang", lang]).code(0);
            let value: Value = serde_json::from_str(&run.stdout).expect("JSON");
            let entries = value["glossary"].as_array().expect("words");
            assert_eq!(entries.len(), 1, "{word}: {run:?}");
            let said = entries[0]["text"].as_str().expect("words");
            let is_korean = said.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(said.len() > 60 && is_korean == (*lang == "ko"), "{word}: {said}");
        }
    }
}

#[test]
fn a_word_is_found_however_it_is_written_and_else_the_nearest_is_named() {
    let sandbox = Sandbox::new();
    sandbox.run(["glossary"]).code(0).says("replica instance").says("workshop glossary WORD");
    sandbox.run(["glossary", "Reverse-Proxy"]).code(0).says("takes requests in for other servers");
    sandbox.run(["glossary", "리버스프록시", "--lang", "ko"]).code(0).says("요청을 받아서 넘겨주는");
    sandbox.run(["glossary", "scaling"]).code(0).says("vertical scaling").says("horizontal scaling");
    sandbox.run(["glossary", "upsteam"]).code(2).says("did you mean upstream?");
    sandbox.run(["glossary", "blockchain"]).code(2).says("workshop glossary");
}

#[test]
fn a_course_may_have_none_and_has_it_in_both_languages() {
    let course = Course::new();
    course.run(&["glossary"]).code(0).says("explains no words");
    course.write("lessons/glossary.en.md", "# Words\n\n## web {#web}\n\nA server.\n");
    course.run(&["glossary", "web"]).code(0).says("A server.");
    course.run(&["validate"]).code(4).says("\"web\" of the glossary is there in one language only");
    course.write("lessons/glossary.ko.md", "# 용어\n\n## 웹 (web) {#web}\n\n서버입니다.\n");
    course.run(&["validate"]).code(0);
    course.write("lessons/glossary.ko.md", "# 용어\n\n## 웹 {#web}\n");
    course.run(&["glossary", "--lang", "ko"]).code(4).says("glossary.ko.md");
    fs::remove_file(course.path("lessons/glossary.ko.md")).expect("removed");
}
