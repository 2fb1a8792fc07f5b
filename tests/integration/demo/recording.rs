//! Recordings: held line by line to asciicast v2, and played again.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::presenter::Show;
use crate::docker::lab::free_port;
use crate::harness::{Run, Sandbox};
use crate::terminal::screen::{Setup, Terminal};

/// The events of a recording that is as the format's description has it.
#[track_caller]
fn valid(path: &Path) -> Vec<(f64, String)> {
    let text = std::fs::read_to_string(path).expect("a recording");
    assert!(text.ends_with('\n'));
    let mut lines = text.lines();
    let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(header["version"], 2);
    for key in ["width", "height", "timestamp"] {
        assert!(header[key].as_u64().is_some_and(|number| number > 0), "{key}: {header}");
    }
    assert!(header["title"].as_str().unwrap().contains("06"), "{header}");
    let mut before = 0.0;
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let event = event.as_array().unwrap();
        assert_eq!(event.len(), 3, "{line}");
        let (at, kind) = (event[0].as_f64().unwrap(), event[1].as_str().unwrap());
        let data = event[2].as_str().unwrap();
        assert!(at >= before, "{line}");
        before = at;
        match kind {
            // A line feed alone would go down, and not to the left.
            "o" => assert!(!data.replace("\r\n", "").contains('\n'), "{line}"),
            "r" => assert!(
                data.split_once('x')
                    .is_some_and(|(w, h)| w.parse::<u16>().is_ok() && h.parse::<u16>().is_ok())
            ),
            _ => panic!("{line}"),
        }
        (at, data.to_owned())
    };
    lines.map(event).collect()
}

#[test]
fn a_demo_that_plays_by_itself_is_recorded_and_its_recording_says_what_it_is() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command.env("FRONTEND_PORT", free_port().to_string()).env("BACKEND_PORT", free_port().to_string());
    command.args(["demo", "06", "--auto", "--engine", "embedded", "--to", "5", "--record", "x.cast"]);
    let run = Run::of(&mut command).code(0);
    let path = sandbox.root().join("x.cast");
    let events = valid(&path);
    let all: String = events.into_iter().map(|(_, text)| text).collect();
    assert_eq!(all.replace("\r\n", "\n"), run.stdout);

    let again = sandbox.run(["demo", "06", "--auto", "--record", "x.cast"]).code(2);
    again.says("is there already");
    sandbox.run(["demo", "--replay", "x.cast"]).code(2).says("at a terminal");

    for columns in [80, 60] {
        let setup = Setup { columns, ..Setup::default() };
        let mut terminal =
            Terminal::start(&sandbox, setup, &["demo", "--replay", "x.cast", "--speed", "100"]);
        terminal.see("not live: workshop demo 06");
        terminal.see("space: begin");
        terminal.send(" ");
        terminal.see("The recording has ended.");
        assert_eq!(terminal.end(), 0);
        let raw = terminal.raw();
        assert!(raw.contains("The backend has no fixed name"), "{raw}");
        assert_eq!(raw.matches("not live: workshop demo 06").count(), 2, "before and after");
        assert!(raw.matches("RECORDING\u{1b}").count() >= 3, "and all the time");
        assert!(!terminal.cursor_is_hidden());
    }
}

#[test]
fn a_demo_at_the_keys_is_recorded_and_played_with_a_mark_that_stays() {
    let mut show = Show::begun(&["--to", "5", "--record", "x.cast"]);
    show.jump(5);
    show.press(" ");
    let path = show.sandbox.root().join("x.cast");
    show.terminal.send("q");
    show.asks("End the demo?");
    show.terminal.send("y");
    assert_eq!(show.terminal.end(), 0);
    let events = valid(&path);
    assert!(
        events
            .iter()
            .any(|(_, text)| text.contains("container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend"))
    );

    let mut terminal = Terminal::start(&show.sandbox, Setup::default(), &["demo", "--replay", "x.cast"]);
    terminal.see("space: begin");
    terminal.send(" ");
    terminal.see("space: pause");
    terminal.send(" ");
    terminal.see("paused");
    terminal.send(" ");
    for _ in 0..4 {
        terminal.send("\u{1b}[C");
    }
    terminal.wait("the change, and the mark below", |rows| {
        let text = rows.join("\n");
        let ended = text.contains("The recording has ended");
        ended
            || rows.last().is_some_and(|row| row.starts_with("RECORDING"))
                && text.contains("-    container_name")
    });
    terminal.send("q");
    terminal.see("End it?");
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
    terminal.shows("The recording has ended");

    // On a smaller screen that is said, and nothing is cut off.
    let small = Setup { columns: 48, ..Setup::default() };
    let mut terminal = Terminal::start(&show.sandbox, small, &["demo", "--replay", "x.cast"]);
    terminal.see("smaller");
    terminal.see("space: begin");
    terminal.send(" ");
    for _ in 0..4 {
        terminal.send("\u{1b}[C");
    }
    // As soon as it is there: what comes next may scroll it away.
    terminal
        .wait_until("a long line in two", |terminal| terminal.raw().contains("ong to one container only."));
    assert!(!terminal.raw().contains("belong to one container only."));
    terminal.send("q");
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_file_that_is_none_is_refused_with_its_line() {
    let sandbox = Sandbox::new();
    let head = "{\"version\": 2, \"width\": 80, \"height\": 24}";
    for (text, words) in [
        ("hello\n".to_owned(), "is not a recording"),
        ("{\"version\": 3, \"term\": {}}\n".to_owned(), "of version 3"),
        (format!("{head}\n[0, \"o\", \"a\"]\n[\n"), "x.cast, line 3"),
        (format!("{head}\n[5, \"o\", \"a\"]\n[1, \"o\", \"a\"]\n"), "line 3: the time is earlier"),
    ] {
        std::fs::write(sandbox.root().join("x.cast"), text).unwrap();
        sandbox.run(["demo", "--replay", "x.cast"]).code(2).says(words);
    }
    sandbox.run(["demo", "--replay", "none.cast"]).code(3).says("none.cast");
    // What was cut off is played up to there.
    std::fs::write(sandbox.root().join("x.cast"), format!("{head}\n[0, \"o\", \"whole\"]\n[1, \"o\", \"ha"))
        .unwrap();
    let mut terminal = Terminal::start(&sandbox, Setup::default(), &["demo", "--replay", "x.cast"]);
    terminal.see("space: begin");
    terminal.send(" ");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.raw().contains("cut off at line 3") && terminal.raw().contains("whole"));
}

#[test]
fn a_pace_of_twice_the_speed_types_in_half_of_the_time() {
    let typed = |pace: &str| {
        let mut show = Show::begun(&[
            "--from",
            "scale-to-3",
            "--to",
            "scale-to-3",
            "--pace",
            pace,
            "--record",
            "x.cast",
        ]);
        show.press(" ");
        let path = show.sandbox.root().join("x.cast");
        let events = valid(&path);
        let first = events.iter().position(|(_, text)| text.contains("$ ") && text.contains("\r\n")).unwrap();
        let letters: Vec<&(f64, String)> =
            events[first..].iter().filter(|(_, text)| !text.contains("\u{1b}7")).take(20).collect();
        Duration::from_secs_f64(letters.last().unwrap().0 - letters[0].0)
    };
    let (normal, fast) = (typed("1"), typed("2"));
    let ratio = normal.as_secs_f64() / fast.as_secs_f64();
    assert!((1.6..2.4).contains(&ratio), "{normal:?}, {fast:?}");
}
