//! A room that dies, hangs, ends or is none: no check waits for it, and nothing that was said is lost.

use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc::channel;

use super::class::{Class, LIMIT, fails, kept, learner, row, waiting};
use crate::docker::lab::free_port;
use crate::harness::{Sandbox, wait_for};

#[test]
fn a_room_that_is_killed_and_comes_back_has_heard_everything() {
    let mut class = Class::open();
    let learners: Vec<Sandbox> = (0..5).map(|_| learner()).collect();
    let names = ["a", "b", "c", "d", "e"];
    for (one, name) in learners.iter().zip(names) {
        class.join(one, name);
    }
    fails(&learners[0]);
    class.shows("the first check", |board| row(board, "a")["at"]["outcome"] == "not_yet");
    class.kill();
    for one in &learners {
        fails(one);
        one.run(["hint"]).code(0);
        one.run(["apply", "--yes"]).code(0);
        one.run(["next"]).code(0);
    }
    learners[4].run(["hand", "help"]).code(0).says("it is told as soon as it does");
    let told = learners[4].run(["status"]).code(0).says("nobody answers").says("nothing is lost");
    assert!(!told.stdout.contains("Failure"));
    // Checked, a hint, passed, arrived, a hand.
    let said = waiting(&learners[4]).len();
    assert!(said >= 5, "{said}");
    class.again();
    class.shows("everything", |board| {
        let there = |name: &&str| row(board, name)["at"]["position"] == 2;
        names.iter().all(there) && board["help"] == 1
    });
    wait_for("nothing waits", LIMIT, || learners.iter().all(|one| waiting(one).is_empty()));
    // The step before is in the table with what was said while nobody listened.
    let table = class.table();
    for (name, checks) in names.into_iter().zip([3, 2, 2, 2, 2]) {
        let first = format!("\"{name}\",\"06\",\"copy-the-app\",1,");
        let counts = format!(",{checks},{},0,yes,1", checks - 1);
        let own = table.lines().filter(|line| line.contains(&first) && line.ends_with(&counts));
        assert_eq!(own.count(), 1, "{name}: {table}");
    }
}

#[test]
fn a_check_ends_while_its_room_hangs_and_the_room_is_told_later() {
    let mut class = Class::open();
    let one = learner();
    class.join(&one, "느린 방");
    class.shows("one is there", |board| board["count"] == 1);
    wait_for("nothing waits", LIMIT, || waiting(&one).is_empty());
    class.kill();
    let hole = TcpListener::bind(("127.0.0.1", class.port())).expect("the room's port");
    let (came, comes) = channel();
    let (stop, stopped) = channel::<()>();
    let hanging = std::thread::spawn(move || {
        let connection = hole.accept().expect("somebody comes");
        came.send(()).expect("the test goes on");
        // Held open, and never answered.
        let _ = stopped.recv();
        drop(connection);
    });
    // Its end is seen while the connection hangs: nothing lets go of that before the check is over.
    let check = fails(&one);
    assert!(check.stderr.is_empty(), "{}", check.stderr);
    comes.recv_timeout(LIMIT).expect("its report was on the way");
    fails(&one);
    assert_eq!(waiting(&one).len(), 2);
    drop(stop);
    hanging.join().expect("its end");
    class.again();
    class.shows("the check", |board| row(board, "느린 방")["at"]["outcome"] == "not_yet");
    wait_for("nothing waits", LIMIT, || waiting(&one).is_empty());
}

#[test]
fn a_room_that_ended_is_said_once_and_told_nothing_more() {
    let mut class = Class::open();
    let one = learner();
    class.join(&one, "a");
    class.other();
    fails(&one);
    wait_for("the room says that it knows nobody", LIMIT, || !kept(&one).join("member.json").exists());
    one.run(["check"]).code(1).says("has ended").says("workshop join URL CODE");
    let after = one.run(["check"]).code(1);
    assert!(!after.stdout.contains("has ended") && !after.stderr.contains("has ended"));
    assert!(!kept(&one).exists());
    one.run(["hand", "help"]).code(2);
    class.join(&one, "a");
    class.shows("in again", |board| board["count"] == 1);
}

#[test]
fn whoever_leaves_a_room_that_is_away_is_out_of_it() {
    let mut class = Class::open();
    let one = learner();
    class.join(&one, "a");
    class.kill();
    fails(&one);
    one.run(["leave"]).code(0).says("nothing more is sent").says("keeps what it has");
    assert!(!kept(&one).exists());
    class.again();
    fails(&one);
    assert!(!kept(&one).exists());
}

#[test]
fn what_is_no_room_or_no_code_is_said_with_the_next_step() {
    let class = Class::open();
    let one = learner();
    let join = |url: &str, code: &str| one.run(["join", url, code, "--yes"]);
    join(&class.url(), "AAAA-AAAA").code(2).says("does not know this code");
    join("https://127.0.0.1:1", "x").code(2).says("http://");
    join("what is this", "x").code(2).says("192.168.0.7");
    let nobody = free_port();
    join(&format!("127.0.0.1:{nobody}"), "x").code(3).says("nobody answers").says("same network");
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = other.local_addr().expect("its address");
    let answers = std::thread::spawn(move || {
        let (mut connection, _) = other.accept().expect("somebody comes");
        connection.write_all(b"HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\nhi").expect("answered");
        let mut rest = Vec::new();
        let _ = std::io::Read::read_to_end(&mut connection, &mut rest);
    });
    join(&at.to_string(), "x").code(3).says("is no room");
    answers.join().expect("its end");
    assert!(!kept(&one).exists());
}

#[test]
fn no_secret_of_the_lesson_is_told() {
    let mut class = Class::open();
    let one = Sandbox::new().without_docker();
    one.run(["start", "07", "--engine", "embedded"]).code(0);
    class.join(&one, "a");
    class.kill();
    let lesson = workshop::lesson::Catalog::Embedded.find("07").expect("the lesson");
    let copy = lesson.file.steps.iter().find(|step| step.create).expect("a step that copies the app");
    one.run(["apply", "--yes", "--step", &copy.id]).code(0);
    let env = one.read(".env");
    let values = env.lines().filter_map(|line| line.split_once("PASSWORD=")).map(|(_, value)| value.trim());
    let secrets: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    assert_eq!(secrets.len(), 3, "{env}");
    let name = one.read("docker-compose.yml").replace("${MYSQL_PASSWORD", &format!("{}${{X", secrets[1]));
    one.write("docker-compose.yml", name);
    one.run(["check", "--all"]);
    one.run(["check"]);
    let told = serde_json::to_string(&waiting(&one)).expect("JSON");
    assert!(told.contains("07"), "{told}");
    for secret in secrets {
        assert!(!told.contains(secret), "{told}");
    }
}
