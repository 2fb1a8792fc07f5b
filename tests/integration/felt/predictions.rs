//! What the learner expects, asked before, and shown beside what was measured: on the command line,
//! at a terminal and in a demo.

use std::fs;

use serde_json::Value;

use crate::harness::Run;
use crate::hostile::course::Course;
use crate::terminal::screen::{Setup, Terminal};

/// The first step asks three things that its own check measures.
const PREDICTIONS: &str = "predictions = [\n\
    { id = \"how-many\", guess = \"number\", resolved_by = \"copy/there\", fact = \"count\" },\n\
    { id = \"which\", guess = \"choice\", resolved_by = \"copy/there\" },\n\
    { id = \"why\", guess = \"text\", resolved_by = \"copy/there\" },\n]\n";
const WORDS: [(&str, &str); 2] = [
    (
        "en",
        "### How many files will it copy? {#how-many .predict unit=pieces}\n\nNone of them is large.\n\n\
         ### Which of them? {#which .predict}\n\n1. `compose.yaml`\n2. all of them\n\n\
         ### Why at all? {#why .predict}\n\n",
    ),
    (
        "ko",
        "### 파일 몇 개를 복사할까요? {#how-many .predict unit=개}\n\n큰 파일은 없습니다.\n\n\
         ### 어느 것일까요? {#which .predict}\n\n1. `compose.yaml`\n2. 전부\n\n\
         ### 왜 복사할까요? {#why .predict}\n\n",
    ),
];
const COPY: &str = "create = true\n";

fn toml(predictions: &str) -> String {
    format!("{COPY}{predictions}")
}

/// A small course whose first step asks what is expected.
fn course() -> Course {
    let course = Course::new();
    course.change(COPY, &toml(PREDICTIONS));
    for (lang, words) in WORDS {
        let path = course.path(&format!("lessons/66-small/{lang}.md"));
        let text = fs::read_to_string(&path).expect("the words");
        let (head, rest) = text.split_once("### ").expect("a list of checks");
        fs::write(&path, format!("{head}{words}### {rest}")).expect("written");
    }
    course
}

fn started() -> Course {
    let course = course();
    course.run(&["validate"]).code(0);
    course.agreed(&["start", "66"]).code(0);
    course
}

#[track_caller]
fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

fn predictions(run: &Run) -> Value {
    json(run)["steps"][0]["checks"][0]["predictions"].clone()
}

#[test]
fn what_was_expected_stands_beside_what_was_measured() {
    let course = started();
    let shown = course.run(&[]).code(0).says("Prediction (nothing is right or wrong)");
    shown.says("How many files will it copy?").says("A number, in: pieces.").says("workshop answer how-many");
    course.run(&["answer", "how-many", "many"]).code(2).says("number is wanted");
    course.run(&["answer", "which", "3"]).code(2).says("2");
    course.run(&["answer", "hwo-many", "3"]).code(2).says("did you mean how-many?");
    course.run(&["answer", "how-many", "7"]).code(0).says("Kept.");
    course.run(&["answer", "how-many", "20"]).code(0);
    course.run(&["answer", "which", "2"]).code(0);
    course.run(&["answer", "why", "so that mine stays as it is"]).code(0);
    let open = course.run(&["answer"]).code(0);
    assert!(!open.stdout.contains("How many"), "answered: {open:?}");
    course.run(&["status"]).code(0).says("What you expected").says("You said: 20 pieces");

    let done = course.run(&["apply", "--yes"]).code(0).says("You said 20 pieces; it was 1 pieces.");
    done.says("You said: all of them").says("You said: so that mine stays as it is");
    course.run(&["status"]).code(0).says("You said 20 pieces; it was 1 pieces.");
    let korean = course.run(&["check", "--step", "copy", "--lang", "ko"]).code(0);
    korean.says("예측 20개 · 실제 1개").says("예측: 전부");
    course.run(&["answer", "how-many", "1"]).code(0).says("The result is there already");

    let report = course.run(&["check", "--step", "copy", "--json"]).code(0);
    let first = &predictions(&report)[0];
    assert_eq!(first["id"], "how-many");
    assert_eq!((&first["guess"], &first["measured"]), (&"20 pieces".into(), &"1 pieces".into()));
    assert_eq!(predictions(&report)[1]["measured"], "the file is in place");
    let junit = course.run(&["check", "--step", "copy", "--format", "junit"]).code(0);
    junit.says("name=\"predicted:how-many\" value=\"20 pieces\"").says("name=\"measured:how-many\"");
    // The lesson's last words are what this learner measured.
    course.run(&["next"]).code(0);
    course
        .run(&["next", "--skip"])
        .code(0)
        .says("You have finished")
        .says("You said 20 pieces; it was 1 pieces.");
}

#[test]
fn what_was_not_expected_is_only_measured_and_nobody_is_held_up() {
    let course = started();
    course.run(&["answer", "how-many", "skip"]).code(0).says("Skipped.");
    let open = course.run(&["answer"]).code(0).says("Which of them?");
    assert!(!open.stdout.contains("How many"), "passed by: {open:?}");
    let done = course.run(&["apply", "--yes"]).code(0);
    assert!(!done.stdout.contains("You said"), "{done:?}");
    assert_eq!(predictions(&course.run(&["check", "--step", "copy", "--json"])), Value::Null);
    course.run(&["next"]).code(0).says("Step 2 of 2");
}

#[test]
fn a_check_that_does_not_pass_measures_nothing() {
    let course = started();
    course.run(&["answer", "how-many", "20"]).code(0);
    let run = course.run(&["check"]).code(1);
    assert!(!run.stdout.contains("You said"), "{run:?}");
}

#[test]
fn a_demo_by_itself_asks_and_goes_on() {
    let course = course();
    let run = course.agreed(&["demo", "66", "--auto", "--to", "copy"]).code(0);
    let run = run.says("How many files will it copy?").says("1 of 1");
    assert!(!run.stdout.contains("You said"), "{run:?}");
    course.run(&["demo", "66", "--dry-run"]).code(0).says("predictions: how-many, which, why");
}

#[test]
fn an_author_is_told_what_is_wrong() {
    let course = course();
    let one = |line: &str| toml(&format!("predictions = [{{ {line} }}]\n"));
    for (line, says) in [
        (
            "id = \"how-many\", guess = \"number\", resolved_by = \"copy/nothing\"",
            "nothing measures the prediction",
        ),
        ("id = \"how-many\", guess = \"number\", resolved_by = \"there\"", "nothing measures the prediction"),
        (
            "id = \"there\", guess = \"number\", resolved_by = \"copy/there\"",
            "the id \"there\" is used twice",
        ),
        ("id = \"which\", guess = \"number\", resolved_by = \"copy/there\"", "without choices"),
        (
            "id = \"why\", guess = \"choice\", resolved_by = \"copy/there\"",
            "an ordered list of at least two choices",
        ),
        ("id = \"how-many\", guess = \"text\", resolved_by = \"copy/there\"", "without choices and unit"),
        ("id = \"why\", guess = \"text\", resolved_by = \"copy/there\"", "\"which\" is a prediction here"),
        (
            "id = \"why\", guess = \"txet\", resolved_by = \"copy/there\"",
            "\"txet\" is nothing that may stand here (did you mean text?)",
        ),
    ] {
        course.change(COPY, &one(line));
        course.run(&["validate", "66"]).code(4).says(says);
    }
    course.change(COPY, &toml(PREDICTIONS));
    let path = course.path("lessons/66-small/ko.md");
    let sound = fs::read_to_string(&path).expect("the words");
    fs::write(&path, sound.replace("2. 전부\n", "2. 전부\n3. 없음\n")).expect("written");
    course.run(&["validate", "66"]).code(4).says("\"which\" has another number of choices");
    let page = "### 더 읽을거리 {#read-on}\n\n[문서](https://docs.docker.com/)\n\n";
    fs::write(&path, format!("{sound}{page}")).expect("written");
    course.run(&["validate", "66"]).code(4).says("the step \"copy\" names no page to read on at");
    fs::write(&path, sound.replacen("### ", &format!("{page}### "), 1) + page).expect("written");
    course.run(&["validate", "66"]).code(4).says("than in the other language");
    fs::write(&path, sound).expect("written");
    course.run(&["validate", "66"]).code(0);
}

#[cfg(unix)]
mod at_a_terminal {
    use super::*;

    const ENTER: &str = "\r";

    fn open(course: &Course, setup: Setup, args: &[&str]) -> Terminal {
        let root = course.path("");
        let own = ["--lessons", root.to_str().expect("UTF-8")];
        let all: Vec<&str> = args.iter().copied().chain(own).collect();
        Terminal::start(&course.sandbox, setup, &all)
    }

    #[test]
    fn the_full_screen_asks_first_and_shows_it_again() {
        let course = started();
        let mut terminal = open(&course, Setup::default(), &[]);
        terminal.frame("Enter predict");
        terminal.send(ENTER);
        terminal.frame("How many files will it copy?");
        terminal.send("many");
        terminal.frame("What do you expect? (empty: skip) many_");
        terminal.send(ENTER);
        terminal.frame("number is wanted");
        terminal.send("19\u{7f}8");
        terminal.frame("skip) 18_");
        terminal.send(ENTER);
        terminal.frame("2. all of them");
        terminal.send("3");
        terminal.frame("Why at all?");
        terminal.send("왜냐하면");
        terminal.frame("왜냐하면_");
        terminal.send(ENTER);
        terminal.frame("Enter do it");
        terminal.send("a");
        terminal.frame("? Copy them?");
        terminal.send("y");
        terminal.frame("You said 18 pieces; it was 1 pieces.");
        terminal.shows("You said: 왜냐하면");
        assert!(!terminal.text().contains("You said: all of them"), "it was passed by");
        crate::screen::quit(&mut terminal);
    }

    /// Presses a key, and waits for what comes of it.
    #[track_caller]
    fn press(terminal: &mut Terminal, key: &str, words: &str) {
        terminal.send(key);
        terminal.settle();
        terminal.see(words);
    }

    #[test]
    fn the_menu_asks_in_a_line() {
        let course = started();
        let mut terminal = open(&course, Setup { lang: "ko", ..Setup::default() }, &["--plain"]);
        terminal.see("결과 예측하기");
        press(&mut terminal, ENTER, "어떻게 될까요? (비워 두면 건너뜁니다)");
        terminal.send("12");
        press(&mut terminal, ENTER, "예측을 적어 두었습니다");
        terminal.see("이 예측은 건너뛰기");
        terminal.send("jj");
        press(&mut terminal, ENTER, "건너뛰었습니다");
        terminal.see("왜 복사할까요?");
        press(&mut terminal, "\u{1b}", "무엇을 할까요?");
        let kept = fs::read_to_string(course.sandbox.root().join(".workshop/progress.json"));
        let kept: Value = serde_json::from_str(&kept.expect("it is kept")).expect("JSON");
        let guesses = &kept["steps"]["copy"]["guesses"];
        assert_eq!(guesses["how-many"]["said"], "12");
        assert_eq!(guesses["which"]["said"], Value::Null);
        assert_eq!(guesses["why"], Value::Null, "left, and asked again: {guesses}");
        terminal.send("q");
        assert_eq!(terminal.end(), 0);
    }

    #[test]
    fn a_presenter_takes_what_the_room_says() {
        let course = course();
        let digest = crate::harness::digest_of(&course.path(""), "66");
        let args = ["demo", "66", "--engine", "embedded", "--pace", "100", "--agree", &digest];
        let mut terminal = open(&course, Setup::default(), &args);
        terminal.see("space: begin");
        press(&mut terminal, " ", "space: next");
        press(&mut terminal, " ", "the room says:");
        press(&mut terminal, "30", "the room says: 30_");
        press(&mut terminal, ENTER, "space: next");
        press(&mut terminal, " ", "the room says:");
        // One key passes it by.
        press(&mut terminal, " ", "Skipped.");
        terminal.see("space: next");
        press(&mut terminal, " ", "the room says:");
        press(&mut terminal, "\u{1b}", "space: next");
        press(&mut terminal, " ", "space: next");
        press(&mut terminal, " ", "You said 30 pieces; it was 1 pieces.");
        press(&mut terminal, "q", "End the demo?");
        terminal.send("y");
        assert_eq!(terminal.end(), 0);
    }
}
