//! Learners in a room: real programs, each with a state and a workspace of its own, and a real room.

#![cfg(unix)]

mod apart;
pub(crate) mod class;
mod demo;
mod following;
mod trouble;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use self::class::{Class, LIMIT, fails, learner, row, waiting};
use crate::harness::{title_of, wait_for};
use crate::screen::{Folder, quit};
use crate::terminal::screen::{Setup, Terminal};

#[test]
fn five_learners_are_seen_where_they_are_and_nothing_of_their_files_is() {
    let class = Class::open();
    let names = ["하나", "Two", "셋", "Four <b>", "다섯"];
    let learners: Vec<_> = names.iter().map(|name| (*name, learner())).collect();
    for (name, one) in &learners {
        class.join(one, name);
    }
    std::thread::scope(|scope| {
        for (at, (_, one)) in learners.iter().enumerate() {
            scope.spawn(move || match at {
                0 | 1 => drop(fails(one)),
                2 => drop(one.run(["hint"]).code(0)),
                _ => {
                    one.run(["apply", "--yes"]).code(0);
                    one.run(["next"]).code(0);
                }
            });
        }
    });
    learners[1].1.run(["hand", "help"]).code(0).says("the presenter sees that you need help");
    learners[4].1.run(["hand", "done"]).code(0);
    let board = class.shows("everybody is where they are", |board| {
        let at = |name| &row(board, name)["at"];
        at("하나")["outcome"] == "not_yet"
            && at("Two")["outcome"] == "not_yet"
            && at("셋")["hints"] == 1
            && at("Four <b>")["position"] == 2
            && at("다섯")["position"] == 2
    });
    assert_eq!((&board["count"], &board["help"], &board["done"]), (&5.into(), &1.into(), &1.into()));
    let failing = &row(&board, "하나")["at"]["failing"];
    assert_eq!(failing["title"], title_of("06", "en", "app-is-in-workshop"));
    assert_ne!(failing["words"], "");
    let told = board.to_string();
    for (_, one) in &learners {
        assert!(!told.contains(&one.root().display().to_string()), "{told}");
        assert!(waiting(one).is_empty());
    }
    learners[1].1.run(["hand", "down"]).code(0);
    class.shows("the hand is down", |board| board["help"] == 0);
}

#[test]
fn what_will_be_sent_is_said_and_asked_before() {
    let class = Class::open();
    let one = learner();
    let refused = one.run(["join", &class.url(), class.code()]).code(2).says("Never: your files");
    refused.says("not encrypted").says("--yes");
    assert_eq!(class.board()["count"], 0);
    let mut terminal = Terminal::start(&one, Setup::default(), &["join", &class.url(), class.code()]);
    terminal.see("Join the room?");
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
    // Where the learner is, is told at once.
    class.shows("one is at the first step", |board| board["learners"][0]["at"]["position"] == 1);
    one.run(["join", &class.url(), class.code(), "--yes"]).code(0).says("already");
    one.run(["status"]).code(0).says("3반");
    one.run(["leave"]).code(0).says("forgot");
    assert_eq!(class.board()["count"], 0);
    one.run(["leave"]).code(2).says("workshop join URL CODE");
}

#[test]
fn the_full_screen_tells_the_room_too() {
    let class = Class::open();
    let folder = Folder::new();
    folder.sandbox.run(["start", "06", "--engine", "embedded"]).code(0);
    class.join(&folder.sandbox, "화면");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame_of("the first step", |rows| rows.iter().any(|row| row.contains("Copy the app")));
    terminal.send("c");
    class.shows("the check of the screen", |board| row(board, "화면")["at"]["outcome"] == "not_yet");
    quit(&mut terminal);
}

#[test]
fn a_watch_tells_the_room_what_is_new_and_the_same_once() {
    let mut class = Class::open();
    let one = learner();
    class.join(&one, "a");
    class.shows("the first step", |board| row(board, "a")["at"]["position"] == 1);
    wait_for("nothing waits", LIMIT, || waiting(&one).is_empty());
    class.kill();
    one.run(["apply", "--yes"]).code(0);
    one.run(["goto", "remove-container-name"]).code(0);
    let before = waiting(&one).len();
    let mut watch = one.command();
    watch.args(["check", "--watch"]).stdout(Stdio::piped());
    let mut watch = watch.spawn().expect("a watch");
    let mut lines = BufReader::new(watch.stdout.take().expect("its output")).lines();
    let mut verdict = |word: &str| {
        let found = lines.by_ref().map_while(Result::ok).find(|line| line.contains(word));
        assert!(found.is_some(), "no {word}");
    };
    let own = one.read("docker-compose.yml");
    verdict("Step 5");
    one.write("docker-compose.yml", own.clone() + "# a comment\n");
    verdict("Step 5");
    one.write("docker-compose.yml", without_name(&own));
    verdict("Step 5");
    wait_for("the pass", LIMIT, || {
        waiting(&one).last().is_some_and(|last| last["what"]["checked"]["outcome"] == "pass")
    });
    watch.kill().expect("it ran until now");
    watch.wait().expect("its end");
    let told: Vec<_> =
        waiting(&one).drain(before..).map(|report| report["what"]["checked"]["outcome"].clone()).collect();
    assert_eq!(told, ["not_yet", "pass"]);
}

fn without_name(compose: &str) -> String {
    let backend = compose.find("container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend").expect("a name");
    let (before, rest) = compose.split_at(backend);
    let end = rest.find('\n').expect("a line");
    format!("{}{}", before.trim_end_matches(' '), &rest[end + 1..])
}
