//! The picture of the stack, while it runs.

use super::{ENTER, ESC, Folder, quit};
use crate::terminal::screen::{Setup, Terminal};

/// The screen of a lesson whose stack of three backends runs.
#[track_caller]
pub(crate) fn with_three() -> (Folder, Terminal) {
    let folder = Folder::at("scale-to-3");
    let up = ["compose", "up", "-d", "--build", "--scale", "backend=3", "--wait"];
    folder.sandbox.run(up).code(0);
    let terminal = folder.open(Setup { columns: 120, ..Setup::default() }, &[]);
    terminal.frame("4/4 ready");
    (folder, terminal)
}

#[test]
fn a_replica_is_seen_to_go_and_to_come() {
    let (folder, mut terminal) = with_three();
    folder.sandbox.run(["compose", "stop", "-t", "1", "backend"]).code(0);
    terminal.frame("1/4 ready");
    terminal.frame("exited (");
    folder.sandbox.run(["compose", "start", "backend"]).code(0);
    terminal.frame("4/4 ready");
    quit(&mut terminal);
}

#[test]
fn scaling_and_requests_are_seen() {
    let (_folder, mut terminal) = with_three();
    terminal.send("+");
    terminal.frame("backend: from 3 to 4_");
    terminal.send("+");
    terminal.frame("backend: from 3 to 5_");
    terminal.send(ESC);
    terminal.frame("4/4 ready");
    terminal.send("s");
    terminal.frame("backend: from 3 to _");
    terminal.send("2");
    terminal.frame("to 2_");
    terminal.send(ENTER);
    terminal.frame("3/3 ready");
    // What was found before the change does not stand there as if it were about what is now.
    terminal.send("c");
    terminal.frame("Not yet.");
    terminal.send("+");
    terminal.send(ENTER);
    terminal.frame("From before the change at");
    terminal.frame("The stack has changed since");
    terminal.frame("4/4 ready");
    // One part on the whole screen, and back.
    terminal.send("z");
    terminal.frame("Tab: Stack 4/4 ready");
    terminal.frame("z all parts");
    terminal.send("z");
    terminal.frame_of("all parts again", |rows| !rows.join("\n").contains("z all parts"));
    // A check's own requests are requests, too.
    terminal.send("c");
    terminal.frame("█");
    terminal.send("l");
    terminal.frame("All replicas");
    terminal.frame("frontend-1");
    terminal.send("/");
    terminal.send("no such words");
    terminal.send(ENTER);
    terminal.frame("No matching lines");
    terminal.send(ESC);
    terminal.frame("All replicas");
    terminal.send(ESC);
    terminal.frame("Stack");
    quit(&mut terminal);
}

#[test]
fn who_knows_which_address_follows_the_stack() {
    let (folder, mut terminal) = with_three();
    terminal.frame("Who knows backend");
    // It is followed: the name is looked up again.
    folder.sandbox.run(["compose", "up", "-d", "--scale", "backend=5"]).code(0);
    let five = "nginx   ✓  ✓  ✓  ✓  ✓";
    terminal.frame_of("nginx has all five", |rows| rows.iter().any(|row| row.contains(five)));
    terminal.send("w");
    terminal.frame("DNS has 5 addresses for backend.");
    terminal.shows("It looks the name up again every 1 s.");
    terminal.send(ESC);
    terminal.frame("Who knows backend");
    quit(&mut terminal);
}

#[test]
fn a_key_is_answered_while_a_check_runs_and_esc_stops_it() {
    let folder = Folder::at("scale-to-3");
    folder.sandbox.run(["compose", "up", "-d", "--build", "--wait"]).code(0);
    let mut terminal = folder.open(Setup { columns: 120, ..Setup::default() }, &[]);
    terminal.frame("2/2 ready");
    terminal.send("a");
    terminal.frame("? Do it?");
    terminal.send("y");
    terminal.frame("Esc stops it");
    for (key, wanted) in [("?", "all steps: search"), (ESC, "Esc stops it")] {
        terminal.send(key);
        terminal.frame(wanted);
    }
    terminal.frame("This step is done");
    terminal.shows("Checks 7/7");
    terminal.send("c");
    terminal.frame("Esc stops it");
    terminal.send(ESC);
    terminal.frame("Stopped.");
    quit(&mut terminal);
}
