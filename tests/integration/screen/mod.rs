//! The full-screen view at a real terminal, on the embedded engine: the ways through a lesson, and
//! what must be so when something goes wrong.

#![cfg(unix)]

mod bad_luck;
mod live;

use std::time::Duration;

use crate::docker::lab::free_port;
use crate::harness::{Sandbox, wait_for};
use crate::terminal::screen::{Setup, Terminal};

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const CTRL_C: &str = "\u{3}";
const NAMED: &str = "    container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n";

/// A folder as on a machine without Docker, whose stack is taken down in the end.
pub(crate) struct Folder {
    pub sandbox: Sandbox,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let sandbox = Sandbox::new().without_docker().with_env("FRONTEND_PORT", free_port().to_string());
        Self { sandbox: sandbox.with_env("BACKEND_PORT", free_port().to_string()) }
    }

    /// With the lesson at a step, its state built.
    #[track_caller]
    pub(crate) fn at(step: &str) -> Self {
        let folder = Self::new();
        folder.sandbox.run(["start", "06", "--engine", "embedded", "--at", step]).code(0);
        folder
    }

    pub(crate) fn open(&self, setup: Setup, args: &[&str]) -> Terminal {
        Terminal::start(&self.sandbox, setup, args)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = self.sandbox.command().args(["compose", "down", "-v", "-t", "1"]).output();
    }
}

/// Presses a key that asks to be sure, says yes, and waits for the end.
#[track_caller]
pub(crate) fn quit(terminal: &mut Terminal) {
    terminal.send("q");
    terminal.frame_of("asks to be sure", |rows| rows.iter().any(|row| row.starts_with(" ? ")));
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn from_the_start_to_a_step_mended_by_hand_and_on_another_day() {
    let folder = Folder::new();
    let mut terminal = folder.open(Setup::default(), &["start", "06", "--engine", "embedded"]);
    terminal.frame("Monday morning");
    // At the opening only its own keys do something, and what they lead to leads back.
    terminal.send("x");
    terminal.send("?");
    terminal.frame("all steps: search and jump");
    terminal.send(ESC);
    terminal.frame("Monday morning");
    terminal.send("q");
    terminal.frame("Quit?");
    terminal.send("n");
    terminal.frame("Enter begin");
    terminal.shows("Monday morning");
    terminal.send(ENTER);
    terminal.frame("Checks 0/1");
    assert!(!folder.sandbox.path("docker-compose.yml").exists());

    // The likeliest thing, which asks before it writes.
    terminal.send(ENTER);
    terminal.frame("? Copy them?");
    assert!(!folder.sandbox.path("docker-compose.yml").exists(), "asked before it writes");
    terminal.send("n");
    terminal.frame("Left as it was");
    assert!(!folder.sandbox.path("docker-compose.yml").exists());
    terminal.send("a");
    terminal.frame("? Copy them?");
    terminal.send("y");
    terminal.frame("Checks 1/1");
    terminal.send("n");
    terminal.frame("Step 2 of 35");
    // A yes is asked for with the question that it is to.
    terminal.send("y");
    terminal.frame("? Have you done that?");
    terminal.shows("Get an AI assistant ready");
    terminal.send("y");
    terminal.frame("Checks 1/1");
    terminal.send("n");
    terminal.frame("Step 3 of 35");
    folder.sandbox.run(["goto", "remove-container-name"]).code(0);
    terminal.frame("Step 5 of 35");

    terminal.send("c");
    terminal.frame("not yet");
    terminal.frame("docker-compose.yml:12:5");
    let mended = folder.sandbox.read("docker-compose.yml").replace(NAMED, "");
    folder.sandbox.write("docker-compose.yml", mended);
    terminal.frame("Checks 1/1");
    terminal.frame("saved file checked at");

    terminal.send("h");
    terminal.frame("Hint 1 of 3");
    terminal.send("h");
    terminal.frame("Hint 2 of 3");
    quit(&mut terminal);
    terminal.shows("Your place is kept");
    assert!(!terminal.cursor_is_hidden());

    folder.sandbox.run(["goto", "unpublish-backend"]).code(0);
    let mut again = folder.open(Setup::default(), &[]);
    again.frame("Step 7 of 35");
    assert!(!again.text().contains("Monday morning"), "the opening is not shown twice");
    again.send("d");
    again.frame("-    ports:");
    again.send(ESC);
    again.frame("Checks 0/");
    again.send("a");
    again.frame("? Make this change?");
    again.send("y");
    again.frame("This step is done");
    let applied = folder.sandbox.read("docker-compose.yml");
    again.send("u");
    again.frame("Take back");
    again.send("y");
    again.frame("Took back");
    assert_ne!(folder.sandbox.read("docker-compose.yml"), applied);
    quit(&mut again);
}

#[test]
fn keys_that_lead_elsewhere_and_back() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Step 5 of 35");
    terminal.send("?");
    terminal.frame("all steps: search and jump");
    terminal.send(ESC);
    terminal.frame("Checks 0/1");
    terminal.send("p");
    terminal.frame("Copied, where your terminal allows it");
    assert!(terminal.raw().contains("\u{1b}]52;c;"), "the prompt goes to the clipboard");
    terminal.send(ESC);
    terminal.frame("Checks 0/1");
    terminal.send("n");
    terminal.frame("not passed yet. Skip it?");
    terminal.send("n");
    terminal.frame("Checks 0/1");
    terminal.shows("Step 5 of 35");
    terminal.send("g");
    terminal.frame("Search:");
    terminal.send("proxy");
    terminal.frame_of("one step is left", |rows| !rows.join("\n").contains("Clean up"));
    terminal.send(ENTER);
    terminal.frame("Step 19 of 35");
    terminal.send("b");
    terminal.frame("Step 18 of 35");
    terminal.send("e");
    terminal.frame("18/35단계");
    terminal.send("ㅂ");
    terminal.frame("끝낼까요?");
    terminal.send("ㅜ");
    terminal.frame("검사 0/1");
    quit(&mut terminal);
    let mut again = folder.open(Setup::default(), &[]);
    again.frame("18/35단계");
    quit(&mut again);
}

#[test]
fn a_question_is_answered_in_the_view() {
    let folder = Folder::at("how-it-balances");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Checks 0/");
    terminal.send("y");
    terminal.frame("? Your answer");
    terminal.send("1");
    // The next question, with what came of this one above it.
    terminal.frame("not quite");
    terminal.send(ESC);
    terminal.frame("Checks 0/");
    quit(&mut terminal);
}

#[test]
fn no_key_quits_by_accident() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Step 5 of 35");
    terminal.send("q");
    terminal.frame("Quit?");
    terminal.send("q");
    terminal.send(ENTER);
    terminal.send(ESC);
    terminal.frame("Saving a file checks it.");
    terminal.send(CTRL_C);
    terminal.frame("Ctrl-C again quits");
    terminal.send(CTRL_C);
    assert_eq!(terminal.end(), 130);
    terminal.shows("Your place is kept");
    assert!(!terminal.cursor_is_hidden());
}

#[test]
fn plain_is_the_line_mode() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup::default(), &["--plain"]);
    terminal.turn_pages_to("? What now?");
    assert!(!terminal.raw().contains("\u{1b}[?1049h"), "the other screen is not used");
    terminal.send(CTRL_C);
    assert_eq!(terminal.end(), 130);
}

#[test]
fn no_color_is_heard() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup { no_color: true, ..Setup::default() }, &[]);
    terminal.frame("Step 5 of 35");
    terminal.send("c");
    terminal.frame("not yet");
    quit(&mut terminal);
    let raw = terminal.raw();
    let codes = raw.split("\u{1b}[").skip(1).filter_map(|code| code.split_once('m')).map(|(code, _)| code);
    let colored = |code: &&str| code.split(';').any(|part| matches!(part.parse(), Ok(30..=37 | 90..=97)));
    assert_eq!(codes.filter(|code| code.len() < 12).find(colored), None);
}

#[test]
fn a_saved_file_is_checked_without_a_key() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Step 5 of 35");
    terminal.send("c");
    terminal.frame("not yet");
    let (named, mended) = {
        let text = folder.sandbox.read("docker-compose.yml");
        (text.clone(), text.replace(NAMED, ""))
    };
    // How soon: benches/screen.sh.
    for _ in 0..5 {
        for (text, wanted) in [(&mended, "Checks 1/1"), (&named, "Checks 0/1")] {
            folder.sandbox.write("docker-compose.yml", text);
            terminal.frame(wanted);
        }
    }
    // Half a file is said to be one.
    folder.sandbox.write("docker-compose.yml", &named[..named.len() / 2]);
    folder.sandbox.write("docker-compose.yml", "services:\n  backend: {");
    terminal.frame("docker-compose.yml:");
    folder.sandbox.write("docker-compose.yml", &mended);
    terminal.frame("Checks 1/1");
    quit(&mut terminal);
}

#[test]
fn what_another_terminal_does_is_seen_without_a_key() {
    let folder = Folder::at("remove-container-name");
    let mut terminal = folder.open(Setup::default(), &[]);
    terminal.frame("Step 5 of 35");
    terminal.send("c");
    terminal.frame("not yet");
    terminal.send("d");
    terminal.frame("-    container_name:");
    // What stood in front belongs to the step before, and goes with it.
    folder.sandbox.run(["goto", "unpublish-backend"]).code(0);
    terminal.frame("another terminal went there");
    terminal.shows("Step 7 of 35");
    terminal.frame("Checks 0/");
    folder.sandbox.run(["goto", "remove-container-name"]).code(0);
    terminal.frame("Step 5 of 35");
    folder.sandbox.run(["apply", "--yes"]).code(0);
    folder.sandbox.run(["check"]).code(0);
    terminal.frame("This step is done");
    folder.sandbox.run(["next"]).code(0);
    terminal.frame("Step 6 of 35");
    folder.sandbox.run(["hint"]).code(0);
    terminal.frame("Hint 1 of 3");
    folder.sandbox.run(["undo"]).code(0);
    terminal.frame("Step 5 of 35");
    folder.sandbox.run(["goto", "how-it-balances"]).code(0);
    terminal.frame("Step 28 of 35");
    folder.sandbox.run(["answer", "which-order", "1"]).code(0);
    terminal.frame("Answered or taken back in another terminal");
    quit(&mut terminal);
    wait_for("the lock is free", Duration::from_secs(5), || folder.sandbox.run(["status"]).status == Some(0));
}
