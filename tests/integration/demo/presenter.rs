//! A demo at a presenter's keys, on a real terminal and a real stack; what runs is counted from
//! outside.

use std::time::{Duration, Instant};

use workshop::lesson::Catalog;

use crate::docker::lab::free_port;
use crate::harness::{Sandbox, title_of, wait_for};
use crate::terminal::screen::{Setup, Terminal};

const CTRL_C: &str = "\u{3}";
const LEFT: &str = "\u{1b}[D";
const PAGE_DOWN: &str = "\u{1b}[6~";
const LIMIT: Duration = Duration::from_secs(20);
/// What is promised for a jump.
const JUMP: Duration = Duration::from_secs(5);

/// A terminal with a demo on the embedded engine.
pub(crate) struct Show {
    pub sandbox: Sandbox,
    pub terminal: Terminal,
    words: &'static Words,
}

pub(crate) struct Words {
    lang: &'static str,
    begin: &'static str,
    pub next: &'static str,
    next_step: &'static str,
    guess: &'static str,
    failed: &'static str,
    quit: &'static str,
    over: &'static str,
}

pub(crate) const EN: Words = Words {
    lang: "en",
    begin: "space: begin",
    next: "space: next",
    next_step: "space: next step",
    guess: "the room says:",
    failed: "r: again, a: restore",
    quit: "End the demo?",
    over: "The demo is over",
};

const KO: Words = Words {
    lang: "ko",
    begin: "스페이스: 시작",
    next: "스페이스: 다음",
    next_step: "스페이스: 다음 단계",
    guess: "청중의 예측:",
    failed: "r: 다시, a: 복원",
    quit: "데모를 끝낼까요?",
    over: "만에 마쳤습니다",
};

/// The number of a step of the lesson, as the screen counts it.
pub(crate) fn number(step: &str) -> usize {
    let lesson = Catalog::Embedded.find("06").expect("the lesson");
    lesson.step_index(step).unwrap_or_else(|| panic!("no step {step}")) + 1
}

impl Show {
    #[track_caller]
    pub(crate) fn open(words: &'static Words, setup: Setup, args: &[&str], in_shell: bool) -> Self {
        Self::open_in(Sandbox::new(), words, setup, args, in_shell)
    }

    /// Another demo in the folder of one that has ended.
    #[track_caller]
    pub(crate) fn again(self, args: &[&str]) -> Self {
        Self::open_in(self.sandbox, self.words, Setup::default(), args, false)
    }

    #[track_caller]
    pub(crate) fn open_in(
        sandbox: Sandbox,
        words: &'static Words,
        setup: Setup,
        args: &[&str],
        in_shell: bool,
    ) -> Self {
        let setup = Setup { lang: words.lang, port: free_port(), ..setup };
        let mut all = vec!["demo", "06", "--engine", "embedded"];
        all.extend(args);
        if !args.contains(&"--pace") {
            all.extend(["--pace", "100"]);
        }
        let open = if in_shell { Terminal::shell } else { Terminal::start };
        let terminal = open(&sandbox, setup, &all);
        let show = Self { sandbox, terminal, words };
        show.asks(words.begin);
        show
    }

    #[track_caller]
    pub(crate) fn begun(args: &[&str]) -> Self {
        let mut show = Self::open(&EN, Setup::default(), args, false);
        show.press(" ");
        show
    }

    #[track_caller]
    pub(crate) fn asks(&self, words: &str) {
        let what = format!("{words:?} at the bottom");
        self.terminal.wait(&what, |rows| rows.last().is_some_and(|row| row.contains(words)));
    }

    #[track_caller]
    pub(crate) fn is_at(&self, step: usize) {
        let place = format!("{step}/35 ");
        let there = |row: &String| row.starts_with(&place) && row.contains(self.words.next);
        self.terminal.wait(&place, |rows| rows.last().is_some_and(there));
    }

    /// Presses a key, and waits until what it began is over.
    #[track_caller]
    pub(crate) fn press(&mut self, key: &str) {
        let before = self.terminal.raw().len();
        self.terminal.send(key);
        let words = self.words;
        self.terminal.wait_until("the key is heard", |terminal| terminal.raw().len() > before);
        let asks = [words.next, words.failed, words.guess, "keep it"];
        let raw = |terminal: &Terminal| terminal.raw()[before..].to_owned();
        self.terminal.wait_until("it asks again", |terminal| {
            let last = terminal.rows().last().cloned().unwrap_or_default();
            asks.iter().any(|ask| last.contains(ask) && raw(terminal).contains(ask))
        });
    }

    /// To a step, as the presenter goes there; how long it took.
    #[track_caller]
    pub(crate) fn jump(&mut self, step: usize) -> Duration {
        let begun = Instant::now();
        self.terminal.send("g");
        self.asks("step: _");
        self.terminal.send(&format!("{step}\r"));
        self.terminal.see(&format!("Step {step} of 35"));
        self.is_at(step);
        begun.elapsed()
    }

    /// Backends of this demo, as the system counts them.
    pub(crate) fn backends(&self) -> usize {
        let root = self.sandbox.root().to_string_lossy().into_owned();
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let lines = processes.filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok());
        lines.filter(|line| line.starts_with("contoso-backend\0__replica") && line.contains(&root)).count()
    }

    #[track_caller]
    pub(crate) fn runs(&self, backends: usize) {
        wait_for(&format!("{backends} backends"), LIMIT, || self.backends() == backends);
    }

    pub(crate) fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.sandbox.root().join(".workshop/demo/workshop").join(name)).ok()
    }

    /// In the presenter's shell; it ends with the line.
    #[track_caller]
    pub(crate) fn in_a_shell(&mut self, key: &str, line: &str) {
        self.terminal.send(key);
        self.terminal.see("Your shell, in");
        // The shell has the terminal when it prompts.
        self.terminal
            .wait("a prompt", |rows| rows.iter().any(|row| row.ends_with(['$', '#']) && row.len() < 40));
        self.terminal.send(&format!("{line}; exit\r"));
    }

    #[track_caller]
    pub(crate) fn is_gone(&self) {
        assert_eq!(self.backends(), 0);
        let left: Vec<_> = std::fs::read_dir(self.sandbox.root()).unwrap().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[track_caller]
    pub(crate) fn quit(&mut self) {
        self.terminal.send("q");
        self.asks(self.words.quit);
        self.terminal.send("y");
        assert_eq!(self.terminal.end(), 0, "{}", self.terminal.text());
        self.terminal.shows(self.words.over);
        self.is_gone();
    }
}

#[test]
fn three_steps_at_the_keys_and_no_key_ends_it_by_accident() {
    let setups = [(&KO, 80, false), (&EN, 60, true), (&KO, 60, true), (&EN, 80, false)];
    for (words, columns, no_color) in setups {
        let setup = Setup { columns, no_color, ..Setup::default() };
        let mut show = Show::open(words, setup, &[], false);
        show.terminal.send("x\t\u{1b}");
        show.press(" ");
        show.is_at(1);
        assert_eq!(show.file("docker-compose.yml"), None, "nothing is done before it is asked for");
        show.press("\r");
        assert!(show.file("docker-compose.yml").is_some());
        show.press("\u{1b}[C");
        show.terminal.shows(&title_of("06", words.lang, "app-is-in-workshop"));
        show.asks(words.next_step);
        show.press(PAGE_DOWN);
        show.is_at(2);
        show.press(" ");
        show.press(" ");
        show.is_at(3);
        show.press(" ");
        show.runs(1);
        show.press(" ");
        show.terminal.shows("✓");
        show.press("?");
        show.terminal.shows("workshop notes");
        show.terminal.unwrapped();
        show.terminal.send("q");
        show.asks(words.quit);
        show.terminal.send("n");
        show.is_at(3);
        // A keyboard that is set to Hangul sends the letter of the same key.
        show.terminal.send("ㅂ");
        show.asks(words.quit);
        show.terminal.send(" ");
        show.is_at(3);
        show.quit();
        assert_eq!(show.terminal.has_color(), !no_color);
    }
}

#[test]
fn back_and_jump_build_the_real_state_within_seconds() {
    let mut show = Show::begun(&[]);
    let begun = "container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend";
    let mut longest = Duration::ZERO;
    // The step, its backends, and whether its files still have the name of the first.
    let route: [(usize, usize, Option<bool>); 11] = [
        (number("scale-to-2"), 5, Some(false)),
        (number("scale-to-3"), 0, Some(false)),
        (number("restart-one"), 2, Some(false)),
        (number("remove-container-name"), 1, Some(true)),
        (number("scale-to-5"), 3, Some(false)),
        (number("see-it-in-the-browser"), 3, Some(false)),
        (number("clean-up"), 0, Some(false)),
        (1, 0, None),
        (number("two-get-nothing"), 3, Some(false)),
        (number("scale-to-2"), 5, Some(false)),
        (number("lose-one"), 2, Some(false)),
    ];
    for (step, backends, named) in route {
        let took = show.jump(step);
        show.runs(backends);
        assert_eq!(show.file("docker-compose.yml").map(|text| text.contains(begun)), named, "step {step}");
        longest = longest.max(took);
    }
    eprintln!("the longest jump: {longest:?}");
    assert!(longest < JUMP, "{longest:?}");
    for (back, backends) in (1..).zip([2, 2, 2, 5, 3, 3, 3, 0, 0]) {
        show.press(LEFT);
        show.is_at(number("lose-one") - back);
        show.runs(backends);
    }
    // In the middle of a step it is back to its start.
    show.jump(number("scale-to-3"));
    show.press(" ");
    show.runs(3);
    show.press(LEFT);
    show.is_at(number("scale-to-3"));
    show.runs(0);
    // What was built is what the lesson's own checks want to see.
    show.press(" ");
    show.press(" ");
    show.asks(EN.next_step);
    show.terminal.shows(&title_of("06", EN.lang, "every-replica-sees-the-same-data"));
    show.quit();
}

#[test]
fn a_failing_check_is_calm_and_the_reference_mends_it() {
    let mut show = Show::begun(&["--from", "5", "--to", "5"]);
    show.press(" ");
    show.in_a_shell(
        "!",
        "sed -i 's/^    ports:/    container_name: x\\n    ports:/' docker-compose.yml; echo services: > compose.override.yaml",
    );
    show.asks("keep it");
    show.terminal.shows("+    container_name: x");
    show.terminal.shows("compose.override.yaml");
    show.terminal.send("k");
    show.is_at(number("remove-container-name"));
    show.press(" ");
    show.asks(EN.failed);
    show.terminal.shows("not yet");
    show.press("r");
    show.asks(EN.failed);
    show.press("a");
    show.asks(EN.next_step);
    show.terminal.shows("is as the lesson has it");
    show.terminal.shows("Put back: compose.override.yaml, docker-compose.yml");
    assert!(!show.file("docker-compose.yml").unwrap().contains("container_name:"));
    assert_eq!(show.file("compose.override.yaml"), None, "what the lesson does not have is gone");
    // The end waits, too.
    show.terminal.send(" ");
    show.asks("the end");
    show.terminal.send(" ");
    show.quit();
}

#[test]
fn what_a_detour_does_to_the_stack_is_seen_and_taken_back() {
    let mut show = Show::begun(&["--from", "scale-to-5"]);
    show.runs(3);
    let program = env!("CARGO_BIN_EXE_workshop");
    show.in_a_shell("d", &format!("{program} compose up -d --scale backend=1 >/dev/null 2>&1"));
    show.asks("keep it");
    show.terminal.shows("backend: 3 before, 1 now");
    show.runs(1);
    show.press("a");
    show.is_at(number("scale-to-5"));
    show.runs(3);
    show.terminal.shows("backend: 1 before, 3 now");
    assert!(!show.terminal.text().contains("Put back:"), "no file was touched");
    // What is as it should be needs no repair.
    show.press("a");
    show.terminal.see("Nothing to do: step");
    show.is_at(number("scale-to-5"));
    show.runs(3);
    show.in_a_shell("d", "true");
    show.terminal.see("Nothing has changed.");
    show.is_at(number("scale-to-5"));
    show.quit();
}

#[test]
fn a_stack_that_dies_is_a_failing_check_and_no_end() {
    let mut show = Show::begun(&["--from", "scale-to-3"]);
    show.press(" ");
    show.runs(3);
    let program = env!("CARGO_BIN_EXE_workshop");
    show.in_a_shell("d", &format!("{program} compose down >/dev/null 2>&1"));
    show.asks("keep it");
    show.runs(0);
    show.terminal.send("k");
    show.press(" ");
    show.asks(EN.failed);
    show.press("a");
    show.asks(EN.next_step);
    show.runs(3);
    // Neither is a request that nobody answers.
    show.jump(number("see-it-in-the-browser"));
    show.in_a_shell("d", &format!("{program} compose down >/dev/null 2>&1"));
    show.asks("keep it");
    show.terminal.send("k");
    show.is_at(number("see-it-in-the-browser"));
    show.press(" ");
    show.asks(EN.failed);
    show.press("a");
    show.is_at(number("see-it-in-the-browser"));
    show.runs(3);
    show.quit();
}

#[test]
fn ctrl_c_twice_and_a_signal_leave_the_terminal_and_the_machine_as_they_were() {
    for by_signal in [false, true] {
        let mut show = Show::open(&EN, Setup::default(), &["--from", "scale-to-5"], true);
        show.press(" ");
        show.runs(3);
        if by_signal {
            show.terminal.terminate_program();
        } else {
            show.terminal.send(CTRL_C);
            show.asks("Ctrl-C again");
            show.terminal.send("x");
            show.is_at(number("scale-to-5"));
            show.terminal.send(CTRL_C);
            show.asks("Ctrl-C again");
            show.terminal.send(CTRL_C);
        }
        show.terminal.see("ended with 130");
        show.is_gone();
        show.terminal.is_sane();
    }
}

#[test]
fn a_dumb_terminal_gets_lines_and_no_escapes() {
    let setup = Setup { term: "dumb", ..Setup::default() };
    let sandbox = Sandbox::new();
    let setup = Setup { port: free_port(), ..setup };
    let args = ["demo", "06", "--engine", "embedded", "--pace", "100", "--to", "1"];
    let mut terminal = Terminal::start(&sandbox, setup, &args);
    terminal.see("space: begin");
    terminal.send(" ");
    terminal.see("Step 1 of 35");
    terminal.see("space: next, ?: keys");
    terminal.send(" ");
    terminal.see("is copied");
    terminal.send("q");
    terminal.see("End the demo?");
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.raw().contains('\u{1b}'), "{}", terminal.raw());
}

#[test]
fn notes_wait_follow_and_see_the_end() {
    let mut show = Show::open(&EN, Setup::default(), &[], false);
    let notes =
        |args: &[&str]| Terminal::start(&show.sandbox, Setup { columns: 100, ..Setup::default() }, args);
    let mut reader = notes(&["notes"]);
    reader.see("about to begin");
    let elsewhere = Sandbox::new();
    let waiting = Terminal::start(&elsewhere, Setup::default(), &["notes", "06"]);
    waiting.see("No demo plays in this folder yet");
    waiting.see("Say that we start from the result of step 05");
    show.press(" ");
    reader.see("Step 1 of 35");
    reader.see("on time");
    show.jump(number("see-it-in-the-browser"));
    reader.see("Step 25 of 35");
    reader.see("ahead by");
    reader.see("25  See it in the browser");
    reader.see("26  Scale to 5");
    show.terminal.send("p");
    show.asks("paused");
    reader.see("paused");
    show.terminal.send("p");
    let piped = show.sandbox.run(["notes"]).code(0).says("Step 25 of 35").says("26 Scale to 5");
    assert!(!piped.stdout.contains('\u{1b}'));
    show.quit();
    reader.see("The demo has ended");
    reader.send(CTRL_C);
    assert_eq!(reader.end(), 0);
    show.sandbox.run(["notes"]).code(0).says("No demo plays in this folder yet");
}
