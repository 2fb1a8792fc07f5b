//! A check that changes the stack leaves it as it found it, on every way out.

use rustix::process::Signal;

use super::Stack;
use crate::harness::{Run, wait_for};
use crate::terminal::screen::{Setup, Terminal};

const THREE: [(u32, bool); 3] = [(1, true), (2, true), (3, true)];

#[test]
fn a_signal_in_the_middle_of_a_check_brings_back_what_was_there() {
    let stack = Stack::start();
    let args = stack.scaling(30);
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let check = stack.begin(&args);
        // First two, then one: the learner has three.
        wait_for("the measurement", super::SOON, || stack.backends().len() < 3);
        assert!(stack.owes());
        check.signal(signal);
        check
            .end()
            .code(130)
            .says("The stack is as it was before it.")
            .says("nothing was left half-finished");
        assert_eq!(stack.backends(), THREE, "{signal:?}");
        assert!(!stack.owes());
    }
}

#[test]
fn after_a_kill_the_next_command_brings_it_back_and_others_name_it() {
    let stack = Stack::start();
    let check = stack.begin(&stack.scaling(30));
    stack.wait_for_count(2);
    // Another command does not meddle while the check is at it, and a second check is refused.
    stack.sandbox.run(["status"]).code(0);
    Run::of(&mut stack.command(&stack.scaling(30))).code(3).says("another check is changing this stack");
    assert_eq!(stack.backends().len(), 2);
    check.signal(Signal::KILL);
    drop(check);
    assert!(stack.owes());
    stack.sandbox.run(["status"]).code(0).says("They are not back yet").says("--scale backend=3");
    stack.sandbox.run(["doctor"]).says("what a check left changed");
    assert_eq!(stack.backends().len(), 2, "looking changes nothing");
    let told = stack.sandbox.run(["compose", "ps"]).code(0);
    told.says("They are brought back first.").says("The stack is as it was before it.");
    assert_eq!(stack.backends(), THREE);
    assert!(!stack.owes());
    let again = stack.sandbox.run(["compose", "ps"]).code(0);
    assert!(!again.stderr.contains("brought back"), "{again:?}");
}

#[test]
fn a_second_word_ends_it_at_once_and_says_what_is_left() {
    let stack = Stack::start();
    let check = stack.begin(&stack.scaling(30));
    stack.wait_for_count(2);
    // The supervisor is held up, so that nothing can be brought back.
    let pid = stack.supervisor().expect("a supervisor");
    rustix::process::kill_process(pid, Signal::STOP).expect("it is there");
    let ended = check.told_until_it_ends(Signal::INT);
    rustix::process::kill_process(pid, Signal::CONT).expect("it is there");
    ended.code(130).says("--scale backend=3 backend").says("workshop check");
    assert!(stack.owes());
    stack.sandbox.run(["check", "--step", "scale-to-3"]).code(0).says("They are brought back first.");
    assert_eq!(stack.backends(), THREE);
}

#[test]
fn a_check_that_fails_or_passes_leaves_what_it_found() {
    let stack = Stack::start();
    Run::of(&mut stack.command(&stack.scaling(1)));
    assert_eq!(stack.backends(), THREE, "after a measurement");
    // The step's own command is refused in the middle.
    let fails = "steady = { path = \"/api/posts\", rate = 20, after = \"1s\", from = { service = \"backend\", replicas = 5 } }";
    let args = stack.probe(&["docker compose up -d --no-build --scale nobody=2"], fails);
    let run = Run::of(&mut stack.command(&args));
    assert_ne!(run.status, Some(0), "{run:?}");
    assert_eq!(stack.backends(), THREE, "after a command that failed");
    // One that the learner has stopped is stopped again.
    stack.sandbox.run(["compose", "stop", "--index", "3", "backend"]).code(0);
    let kills = "steady = { path = \"/api/posts\", rate = 20, after = \"1s\", from = { service = \"backend\", replicas = 3 } }";
    Run::of(&mut stack.command(&stack.probe(&["docker restart {backend-1}"], kills)));
    assert_eq!(stack.backends(), [(1, true), (2, true), (3, false)]);
    assert!(!stack.owes());
}

#[test]
fn what_is_noted_is_data_and_no_command() {
    let stack = Stack::start();
    let plant = |text: &str| {
        std::fs::create_dir_all(stack.private().join("owed")).expect("a folder");
        std::fs::write(stack.private().join("owed/owed.json"), text).expect("written");
    };
    for bad in [
        r#"{"format":1,"lesson":"06","step":"s","check":"c","services":{"--project-directory=/":[]}}"#,
        r#"{"format":1,"lesson":"06","step":"s","check":"c","services":{},"run":"docker compose down -v"}"#,
        "\u{0}\u{1}",
    ] {
        plant(bad);
        stack.sandbox.run(["compose", "ps"]).code(0).says("nothing was done from it");
        assert_eq!(stack.backends(), THREE);
        assert!(!stack.owes());
    }
    // Once the stack is gone nothing is owed to it.
    let good = r#"{"format":1,"lesson":"06","step":"s","check":"c","services":{"backend":[{"index":1,"running":true}]}}"#;
    stack.sandbox.run(["compose", "down", "-t", "1"]).code(0);
    plant(good);
    stack.sandbox.run(["compose", "ps"]).code(0).says("nothing to bring back");
    assert!(stack.backends().is_empty() && !stack.owes());
    plant(good);
    stack.sandbox.run(["reset", "--all", "--yes"]).code(0);
    assert!(!stack.owes());
}

#[test]
fn where_nothing_can_be_noted_nothing_is_changed() {
    let stack = Stack::start();
    std::fs::write(stack.private().join("owed"), "a file in the folder's place").expect("written");
    Run::of(&mut stack.command(&stack.scaling(30))).code(3).says("is not begun without it");
    assert_eq!(stack.backends(), THREE);
}

#[test]
fn esc_and_leaving_the_screen_bring_it_back_too() {
    let stack = Stack::start();
    let mut args = stack.scaling(30);
    // The full screen is at the lesson's current step, which is the only one of this lesson.
    let progress = stack.private().join("progress.json");
    let text = std::fs::read_to_string(&progress).expect("a lesson under way");
    std::fs::write(&progress, text.replace("\"step\": \"scale-to-3\"", "\"step\": \"probe\""))
        .expect("written");
    args.drain(..3);
    let args: Vec<&str> = std::iter::once("--yes").chain(args.iter().map(String::as_str)).collect();
    for leave in ["\u{1b}", "q"] {
        let mut terminal = Terminal::start(&stack.sandbox, Setup::default(), &args);
        terminal.see("It alone.");
        terminal.send("c");
        wait_for("the measurement", super::SOON, || stack.backends().len() < 3);
        terminal.send(leave);
        if leave == "q" {
            terminal.send("y");
            assert_eq!(terminal.end(), 0);
            assert_eq!(stack.backends(), THREE, "left");
        } else {
            wait_for("the stack as it was", super::SOON, || stack.backends() == THREE && !stack.owes());
            terminal.see("Stopped.");
            terminal.send("q");
            terminal.send("y");
            assert_eq!(terminal.end(), 0);
        }
        assert!(!stack.owes());
    }
}
