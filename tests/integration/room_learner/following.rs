//! What the presenter shows and asks: learners come to it, and vote.

use serde_json::json;

use super::class::{Class, learner};
use crate::harness::Sandbox;
use crate::screen::Folder;

#[test]
fn catch_up_brings_files_to_the_presenters_step_and_undo_brings_them_back() {
    let class = Class::open();
    let folder = Folder::new();
    folder.sandbox.run(["start", "06", "--engine", "embedded"]).code(0);
    folder.sandbox.run(["catch-up"]).code(2).says("in no room");
    class.join(&folder.sandbox, "a");
    folder.sandbox.run(["catch-up"]).code(1).says("shows no step");
    let shown = |lesson: &str, step: &str| json!({"lesson": lesson, "step": step, "title": "Unpublish", "position": 6, "of": 35, "notes": "secret notes"});
    class.put("/api/shown", &shown("06", "scale-it-again"));
    let status = folder.sandbox.run(["status"]).code(0).says("step 6 of 35").says("workshop catch-up");
    assert!(!status.stdout.contains("secret notes"));
    folder.sandbox.run(["apply", "--yes"]).code(0);
    let own = folder.sandbox.read("docker-compose.yml") + "# mine\n";
    folder.sandbox.write("docker-compose.yml", &own);
    // Asked before the learner's files change, as everywhere.
    folder.sandbox.run(["catch-up"]).code(2).says("--yes");
    assert_eq!(folder.sandbox.read("docker-compose.yml"), own);
    folder.sandbox.run_agreed(["catch-up", "--yes"]).code(0);
    assert!(!folder.sandbox.read("docker-compose.yml").contains("container_name"));
    class.shows("the learner is there", |board| board["learners"][0]["at"]["position"] == 6);
    folder.sandbox.run(["undo"]).code(0);
    assert_eq!(folder.sandbox.read("docker-compose.yml"), own);
    class.put("/api/shown", &shown("07", "copy-the-app"));
    folder.sandbox.run(["catch-up", "--yes"]).code(1).says("workshop start 07 --at copy-the-app");
    class.put("/api/shown", &shown("06", "no-such-step"));
    folder.sandbox.run(["catch-up", "--yes"]).code(2).says("no-such-step");
    let empty = Sandbox::new().without_docker();
    class.join(&empty, "b");
    class.put("/api/shown", &shown("06", "run-it"));
    empty.run(["catch-up", "--yes"]).code(1).says("workshop start 06 --at run-it");
}

#[test]
fn a_vote_is_counted_until_the_question_is_closed() {
    let class = Class::open();
    let (one, two) = (learner(), learner());
    class.join(&one, "a");
    class.join(&two, "b");
    one.run(["vote"]).code(0).says("asked nothing");
    let poll = |answer: Option<&str>| json!({"id": "p", "question": "How many answer?", "choices": ["one", "둘 다", "none"], "answer": answer});
    class.put("/api/poll", &poll(None));
    one.run(["status"]).code(0).says("workshop vote ANSWER");
    let shown = one.run(["vote"]).code(0).says("How many answer?").says("2. 둘 다");
    assert!(!shown.stdout.contains('×'), "nothing before the own vote");
    one.run(["vote", "4"]).code(2);
    one.run(["vote", "2"]).code(0).says("1 × 둘 다");
    two.run(["vote", "none"]).code(0).says("1 × none");
    one.run(["vote", "none"]).code(0).says("2 × none");
    let board = class.shows("both votes", |board| board["votes"][2]["count"] == 2);
    assert_eq!(board["votes"][1]["count"], 0, "the later one counts");
    class.put("/api/poll", &poll(Some("둘 다")));
    one.run(["vote"]).code(0).says("The answer: 둘 다");
    one.run(["vote", "one"]).code(1).says("is over");
}

#[test]
fn a_hand_goes_up_without_a_lesson_too() {
    let class = Class::open();
    let one = Sandbox::new().without_docker();
    class.join(&one, "a");
    one.run(["hand", "help"]).code(0);
    class.shows("the hand", |board| board["help"] == 1);
    one.run(["hand", "sideways"]).code(2);
}
