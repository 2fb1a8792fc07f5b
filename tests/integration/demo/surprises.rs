//! What surprised presenters before a real room: what they cannot see again, a screen that says too
//! much, a demo that begins anew, a change of theirs that is gone. On a real terminal and a real stack.

use crate::demo::presenter::{EN, Show};
use crate::docker::lab::free_port;
use crate::harness::Sandbox;
use crate::terminal::screen::{Setup, Terminal};

const LEFT: &str = "\u{1b}[D";
const UP: &str = "\u{1b}[A";
const DOWN: &str = "\u{1b}[B";

/// The place of a step in the lesson, from 1.
fn number(id: &str) -> usize {
    let script = Sandbox::new().without_docker().run(["demo", "06", "--dry-run", "--json"]).code(0).json();
    let steps = script["steps"].as_array().expect("steps").clone();
    steps.iter().position(|step| step["id"] == id).expect("the step is there") + 1
}

impl Show {
    /// At the step of this id, of however many.
    #[track_caller]
    fn stands_at(&self, number: usize) {
        let place = format!("{number}/");
        let there = |row: &String| row.starts_with(&place) && row.contains("space: next");
        self.terminal.wait(&place, |rows| rows.last().is_some_and(there));
    }

    fn shown(&self) -> Vec<String> {
        self.terminal.rows()
    }
}

#[test]
fn a_blank_screen_is_blank_and_any_key_brings_it_back() {
    let mut show = Show::begun(&[]);
    show.press(" ");
    for key in ["b", ".", "ㅠ"] {
        let before = show.shown();
        show.terminal.send(key);
        show.terminal.wait("nothing", |rows| rows.iter().all(|row| row.trim().is_empty()));
        show.terminal.send("x");
        show.terminal.wait("what was there", |rows| rows[..rows.len() - 1] == before[..before.len() - 1]);
        show.stands_at(1);
    }
    show.quit();
}

#[test]
fn the_list_of_steps_offers_all_that_match_and_says_what_each_begins_with() {
    let mut show = Show::begun(&[]);
    let (three, five) = (number("scale-to-3"), number("scale-to-5"));
    show.terminal.send("g");
    show.terminal.wait("the list", |rows| rows.iter().any(|row| row.starts_with(">  1 ")));
    show.terminal.send("scale-to-");
    show.terminal.wait("those that match", |rows| {
        let listed = |row: &&String| row.contains("scale-to-") && !row.contains("step:");
        rows.iter().filter(listed).count() >= 3 && rows[0].starts_with(&format!("> {three:>2} "))
    });
    show.terminal.send(DOWN);
    show.terminal
        .wait("the next of them", |rows| rows.iter().any(|row| row.starts_with(&format!("> {five:>2} "))));
    show.terminal.send("\u{1b}");
    show.stands_at(1);
    show.terminal.send("g");
    show.terminal.send("scale-to-");
    show.asks("step: scale-to-_");
    show.terminal.send(DOWN);
    show.asks(&format!("{five} "));
    show.terminal.send("\r");
    show.stands_at(five);
    show.quit();
    let run = Sandbox::new().run(["demo", "06", "--dry-run", "--from", "scale-to-"]).code(2);
    run.says("Several steps are meant").says(&format!("{three} scale-to-3, {five} scale-to-5"));
    let run = Sandbox::new()
        .run(["demo", "06", "--dry-run", "--from", "Copy the app", "--to", "copy-the-app"])
        .code(0);
    run.says("1 step,");
}

#[test]
fn what_has_scrolled_away_can_be_read_again() {
    let mut show = Show::begun(&[]);
    show.terminal.resize(80, 14);
    let step = number("scale-to-3");
    show.terminal.send(&format!("g{step}\r"));
    show.stands_at(step);
    let title = format!("Step {step} of");
    show.press(" ");
    show.press(" ");
    show.asks("↑");
    show.terminal.wait("a page longer than the screen", |rows| !rows.join("\n").contains(&title));
    for _ in 0..12 {
        show.terminal.send(UP);
    }
    show.terminal.see(&title);
    show.asks("pages");
    show.terminal.send("x");
    show.asks("↑");
    show.terminal.wait("the page's end", |rows| !rows.join("\n").contains(&title));
    show.quit();
}

#[test]
fn a_clean_screen_has_the_lesson_alone_and_the_notes_have_the_rest() {
    let mut show = Show::open(&EN, Setup::default(), &[], false);
    show.terminal.send("c");
    show.terminal.wait("an empty line", |rows| rows.last().is_some_and(|row| row.trim().is_empty()));
    show.terminal.send(" ");
    show.terminal.see("Step 1 of");
    let step = number("scale-to-5");
    show.terminal.send("g");
    show.asks("step: _");
    show.terminal.send(&format!("{step}\r"));
    show.terminal.see(&format!("Step {step} of"));
    show.runs(3);
    show.terminal.wait("an empty line", |rows| rows.last().is_some_and(|row| row.trim().is_empty()));
    assert!(!show.terminal.text().contains("Built for step"), "{}", show.terminal.text());
    crate::harness::wait_for("the notes", std::time::Duration::from_secs(5), || {
        let notes = show.sandbox.run(["notes"]).stdout;
        notes.contains("space: next, ?: keys") && notes.contains("Built for step")
    });
    show.terminal.send("c");
    show.stands_at(step);
    show.quit();
}

#[test]
fn a_change_that_was_kept_goes_only_where_the_presenter_lets_it_go() {
    let mut show = Show::begun(&["--from", "remove-container-name"]);
    let at = number("remove-container-name");
    show.in_a_shell("!", "echo '# mine' >> docker-compose.yml");
    show.asks("keep it");
    show.terminal.send("k");
    show.stands_at(at);
    let has_mine = |show: &Show| show.file("docker-compose.yml").is_some_and(|text| text.contains("# mine"));
    for way in [LEFT, "g2\r"] {
        show.terminal.send(way);
        show.asks("your own change would go");
        show.terminal.send("k");
        show.stands_at(at);
        assert!(has_mine(&show));
    }
    show.terminal.send(LEFT);
    show.asks("your own change would go");
    show.terminal.send(" ");
    show.stands_at(at - 1);
    assert!(!has_mine(&show));
    show.quit();
}

#[test]
fn a_demo_that_ended_in_the_middle_goes_on_there() {
    let mut show = Show::begun(&["--from", "scale-to-5"]);
    let at = number("scale-to-5");
    show.runs(3);
    show.quit();
    // In the same folder, whichever way the last one ended.
    for is_killed in [false, true] {
        show = show.again(&[]);
        show.asks(&format!("r: go on at step {at}"));
        show.terminal.send("r");
        show.stands_at(at);
        show.runs(3);
        if is_killed {
            show.terminal.kill();
        } else {
            show.quit();
        }
    }
    show = show.again(&[]);
    show.asks(&format!("r: go on at step {at}"));
    show.terminal.send(" ");
    show.stands_at(1);
    show.terminal.send("qy");
    assert_eq!(show.terminal.end(), 0);
    assert_eq!(show.backends(), 0);
    // Another folder has not been anywhere.
    Show::open(&EN, Setup::default(), &[], false).quit();
}

#[test]
fn as_much_is_shown_as_the_minutes_allow() {
    let sandbox = Sandbox::new().without_docker();
    let script = |args: &[&str]| {
        let args = ["demo", "06", "--dry-run", "--json"].iter().chain(args);
        sandbox.run(args).code(0).json()
    };
    let minutes = |json: &serde_json::Value| json["minutes"].as_u64().expect("a sum");
    let whole = minutes(&script(&[]));
    let short = script(&["--minutes", "40"]);
    let left_out: Vec<&serde_json::Value> =
        short["steps"].as_array().unwrap().iter().filter(|step| step["left_out"] == true).collect();
    assert!(!left_out.is_empty() && left_out.iter().all(|step| step["minutes"] == 0), "{short}");
    assert!(whole > 40, "{whole}");
    // A minute that has begun is counted as one.
    assert!((38..=40 + 30).contains(&minutes(&short)), "{}", minutes(&short));
    sandbox.run(["demo", "06", "--dry-run", "--minutes", "40"]).code(0).says("left out: its state is made");
    assert_eq!(minutes(&script(&["--minutes", "300"])), whole);
    sandbox.run(["demo", "06", "--minutes", "0"]).code(2);
}

#[test]
fn the_stage_names_its_own_keys_and_the_engine_and_the_address() {
    let mut show = Show::open(&EN, Setup::default(), &["--from", "scale-to-3"], false);
    show.terminal.see("Engine: embedded");
    show.press(" ");
    show.press(" ");
    show.terminal.see("Open http://127.0.0.1:");
    let program = env!("CARGO_BIN_EXE_workshop");
    show.in_a_shell("d", &format!("{program} compose down >/dev/null 2>&1"));
    show.asks("keep it");
    show.terminal.send("k");
    show.press(" ");
    show.asks("r: again, a: restore");
    let text = show.terminal.text();
    for learners in ["workshop hint", "workshop reset", "workshop apply", "workshop check"] {
        assert!(!text.contains(learners), "{text}");
    }
    show.quit();
}

#[test]
fn before_the_talk_it_is_ready_or_says_what_is_in_the_way() {
    let port = free_port().to_string();
    let sandbox = Sandbox::new().with_env("FRONTEND_PORT", port);
    let demo = |args: &[&str]| {
        let all = ["demo", "06", "--engine", "embedded", "--lang", "en"];
        sandbox.run(all.iter().chain(args))
    };
    let part = ["--preflight", "--to", "remove-container-name"];
    let run = demo(&part).code(0).says("embedded").says("fallback recording none in this folder");
    run.says("--record fallback.cast").says("Ready: every step passed");
    let cast = sandbox.root().join("fallback.cast").display().to_string();
    demo(&["--auto", "--to", "1", "--record", &cast]).code(0);
    demo(&part).code(0).says("fallback.cast, made today");
    // Nothing is played where it could not begin.
    let run =
        sandbox.without_docker().run(["demo", "06", "--preflight", "--engine", "docker", "--lang", "en"]);
    run.code(3);
}

#[test]
fn a_typed_command_can_wait_for_its_cue() {
    let mut show = Show::begun(&["--from", "scale-to-5"]);
    show.runs(3);
    show.terminal.send("t");
    // What the room expects comes first; nothing is typed for it.
    show.press(" ");
    show.press("\r");
    show.terminal.send(" ");
    show.asks("space: run it");
    show.terminal.see("--scale backend=5");
    assert_eq!(show.backends(), 3, "it is typed and has not run");
    show.terminal.send("r");
    show.asks("space: run it");
    show.press(" ");
    show.runs(5);
    show.quit();
}

#[test]
fn notes_that_are_longer_than_the_screen_say_so_and_scroll() {
    let sandbox = Sandbox::new();
    let mut notes = Terminal::start(&sandbox, Setup { columns: 60, ..Setup::default() }, &["notes", "06"]);
    notes.see("No demo plays in this folder yet");
    notes.resize(60, 10);
    notes.see("more lines");
    notes.send("\u{1b}[6~");
    notes.wait("the second page", |rows| !rows[0].contains("No demo plays") && !rows[0].trim().is_empty());
    for _ in 0..20 {
        notes.send(" ");
    }
    notes.see("↓ 0 more lines");
    notes.send("\u{1b}[5~\u{1b}[5~\u{1b}[5~\u{1b}[5~\u{1b}[5~\u{1b}[5~\u{1b}[5~");
    notes.see("No demo plays");
    notes.send("q");
    assert_eq!(notes.end(), 0);
}

#[test]
fn a_change_is_explained_part_by_part() {
    let mut show = Show::begun(&[]);
    let step = number("try-another");
    show.jump(step);
    show.press(" ");
    show.terminal.send("e");
    show.asks("part 1 of 3");
    let dim = |show: &Show, words: &str| {
        let row = show.shown().iter().position(|row| row.contains(words)).expect("the line");
        show.terminal.on_screen(|screen| screen.cell(row as u16, 0).expect("a cell").dim())
    };
    let (first, second) =
        ("+    server backend:8080 resolve max_fails", "+        proxy_next_upstream error");
    assert!(!dim(&show, first) && dim(&show, second));
    show.terminal.send(DOWN);
    show.asks("part 2 of 3");
    assert!(dim(&show, first) && !dim(&show, second));
    show.terminal.send(LEFT);
    show.asks("part 1 of 3");
    // Past the last one it is over, and so it is by any other key.
    show.terminal.send(" ");
    show.asks("part 2 of 3");
    show.terminal.send(" ");
    show.asks("part 3 of 3");
    show.terminal.send(" ");
    show.stands_at(step);
    show.terminal.send("ㄷ");
    show.asks("part 1 of 3");
    show.terminal.send("x");
    show.stands_at(step);
    show.quit();
}

#[test]
fn commands_are_typed_by_the_presenters_own_keys() {
    let mut show = Show::begun(&[]);
    let step = number("take-it-down");
    show.jump(step);
    show.terminal.send("m ");
    show.asks("any key types");
    show.terminal.send("xyz");
    show.terminal.wait("three letters", |rows| rows.iter().any(|row| row.trim_end() == "$ wor"));
    show.terminal.send("\r");
    show.terminal.see("$ workshop compose down");
    show.terminal.see("done in");
    show.asks("space: next");
    // Esc is the way back to commands that type themselves.
    show.terminal.send("r");
    show.asks("any key types");
    show.terminal.send("\u{1b}");
    show.asks("space: next");
    show.press("r");
    show.quit();
}
