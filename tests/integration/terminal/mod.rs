//! The line-mode guide (`--plain`) at a real terminal: the program on a pseudo-terminal of a given size, its
//! screen read from a virtual one (`vt100`).

pub(crate) mod screen;

use std::time::Duration;

use self::screen::{Setup, Terminal};
use crate::harness::{Sandbox, title_of, wait_for};

const DOWN: &str = "\u{1b}[B";
const UP: &str = "\u{1b}[A";
const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const CTRL_C: &str = "\u{3}";

/// The words that a test looks for, in one language.
struct Words {
    lang: &'static str,
    title: &'static str,
    first: &'static str,
    second: &'static str,
    third: &'static str,
    what_now: &'static str,
    apply: &'static str,
    check: &'static str,
    hint: &'static str,
    diff: &'static str,
    prompt: &'static str,
    skip: &'static str,
    quit: &'static str,
    change: &'static str,
    yes: &'static str,
    go_on: &'static str,
    more: &'static str,
    first_hint: &'static str,
    not_yet: &'static str,
    kept: &'static str,
    interrupted: &'static str,
    left: &'static str,
}

const KO: Words = Words {
    lang: "ko",
    title: "수평 스케일링",
    first: "1/35단계",
    second: "2/35단계",
    third: "3/35단계",
    what_now: "? 무엇을 할까요?",
    apply: "대신 해 주기",
    check: "바꾼 내용 검사하기",
    hint: "힌트 보기",
    diff: "바뀔 내용(diff) 보기",
    prompt: "AI 어시스턴트용 프롬프트 보기",
    skip: "이 단계 건너뛰기",
    quit: "끝내기",
    change: "복사할까요?",
    yes: "· 예",
    go_on: "-- 계속: Enter --",
    more: "-- 더 읽기: Enter",
    first_hint: "힌트 1",
    not_yet: "아직",
    kept: "지금 위치를 저장했습니다",
    interrupted: "중단됨: 중간에",
    left: "그대로 두었습니다",
};

const EN: Words = Words {
    lang: "en",
    title: "Horizontal scaling",
    first: "Step 1 of 35",
    second: "Step 2 of 35",
    third: "Step 3 of 35",
    what_now: "? What now?",
    apply: "do it for me",
    check: "check my change",
    hint: "hint",
    diff: "show the diff",
    prompt: "prompt for an AI assistant",
    skip: "skip this step",
    quit: "quit",
    change: "Copy them",
    yes: "· yes",
    go_on: "-- go on: Enter --",
    more: "-- more: Enter",
    first_hint: "Hint 1",
    not_yet: "not yet",
    kept: "Your place is kept",
    interrupted: "interrupted: nothing",
    left: "Left as it was",
};

/// The program at the menu of the step it shows first, whatever pages come before.
fn at_menu(terminal: &mut Terminal, words: &Words) {
    terminal.turn_pages_to(words.what_now);
    terminal.wait("the menu", |rows| rows.iter().any(|row| row == &format!("  {}", words.quit)));
    terminal.wait_until("the menu asks", Terminal::cursor_is_hidden);
}

/// Chooses the menu's item `wanted` with the arrow keys.
#[track_caller]
fn choose(terminal: &mut Terminal, wanted: &str) {
    let items = |terminal: &Terminal| -> (usize, usize) {
        let rows = terminal.rows();
        let active = rows.iter().rposition(|row| row.starts_with('❯')).expect("an active item");
        let item = rows.iter().rposition(|row| row.get_chars(2) == wanted);
        (active, item.unwrap_or_else(|| panic!("no item {wanted:?} in:\n{}", rows.join("\n"))))
    };
    let (mut active, item) = items(terminal);
    while active != item {
        terminal.send(if active < item { DOWN } else { UP });
        let next = if active < item { active + 1 } else { active - 1 };
        terminal
            .wait("the next item is active", |rows| rows.get(next).is_some_and(|row| row.starts_with('❯')));
        active = next;
    }
    let before = terminal.raw().len();
    terminal.send(ENTER);
    terminal.wait_until("the choice is taken", |terminal| terminal.plain_since(before).contains(wanted));
}

trait Chars {
    fn get_chars(&self, from: usize) -> &str;
}

impl Chars for String {
    fn get_chars(&self, from: usize) -> &str {
        self.char_indices().nth(from).map_or("", |(at, _)| &self[at..])
    }
}

/// Every variant that a learner's screen may have.
fn setups() -> impl Iterator<Item = (&'static Words, Setup)> {
    [&KO, &EN].into_iter().flat_map(|words| {
        [80, 60].into_iter().flat_map(move |columns| {
            [false, true].map(move |no_color| {
                (words, Setup { columns, no_color, lang: words.lang, ..Setup::default() })
            })
        })
    })
}

#[test]
fn the_first_steps_with_the_arrow_keys() {
    for (words, setup) in setups() {
        let sandbox = Sandbox::new();
        let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "start", "06"]);
        terminal.see(words.title);
        terminal.see(words.more);
        terminal.turn_pages_to(words.first);
        at_menu(&mut terminal, words);
        assert!(terminal.row_with("❯").contains(words.apply), "the likeliest comes first");

        terminal.send(ENTER);
        terminal.see(words.change);
        assert!(!sandbox.path("docker-compose.yml").exists(), "asked before it writes");
        terminal.send(ENTER);
        terminal.see(words.yes);
        terminal.see(&title_of("06", words.lang, "app-is-in-workshop"));
        terminal.see(words.go_on);
        assert!(sandbox.path("docker-compose.yml").exists());
        terminal.send(ENTER);
        terminal.turn_pages_to(words.second);
        at_menu(&mut terminal, words);

        choose(&mut terminal, words.skip);
        terminal.turn_pages_to(words.third);
        at_menu(&mut terminal, words);
        choose(&mut terminal, words.quit);
        assert_eq!(terminal.end(), 0);

        let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "goto", "remove-container-name"]);
        at_menu(&mut terminal, words);
        assert!(terminal.row_with("❯").contains(words.check));
        choose(&mut terminal, words.hint);
        terminal.see(words.first_hint);
        at_menu(&mut terminal, words);
        terminal.unwrapped();
        choose(&mut terminal, words.diff);
        terminal.see("-    container_name: ${COMPOSE_PROJECT_NAME:");
        at_menu(&mut terminal, words);
        choose(&mut terminal, words.prompt);
        at_menu(&mut terminal, words);

        choose(&mut terminal, words.check);
        terminal.see(&title_of("06", words.lang, "backend-has-no-container-name"));
        terminal.see(words.not_yet);
        at_menu(&mut terminal, words);
        let mended = sandbox
            .read("docker-compose.yml")
            .replace("    container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend\n", "");
        sandbox.write("docker-compose.yml", mended);
        choose(&mut terminal, words.check);
        terminal.see(words.go_on);
        terminal.send(ENTER);
        at_menu(&mut terminal, words);

        choose(&mut terminal, words.quit);
        assert_eq!(terminal.end(), 0);
        terminal.shows(words.kept);
        assert_eq!(terminal.has_color(), !setup.no_color);
        assert!(!terminal.cursor_is_hidden());

        let mut again = Terminal::start(&sandbox, setup, &["--plain"]);
        again.turn_pages_to("6");
        at_menu(&mut again, words);
        assert!(!again.text().contains(words.title), "the intro is not shown twice");
        again.send(ESC);
        assert_eq!(again.end(), 0);
        again.shows(words.kept);
    }
}

#[test]
fn no_row_of_a_step_is_wider_than_the_terminal() {
    for (words, setup) in setups() {
        let sandbox = Sandbox::started("06");
        for step in 1..=35 {
            let number = step.to_string();
            let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "goto", &number]);
            at_menu(&mut terminal, words);
            terminal.send(ESC);
            assert_eq!(terminal.end(), 0);
            let wide = terminal.wrapped_rows();
            // Code is never broken by us, so that it can be copied.
            let prose: Vec<_> = wide.iter().filter(|row| !row.starts_with("    ")).collect();
            assert!(prose.is_empty(), "{} columns, step {step}: {prose:#?}", setup.columns);
        }
    }
}

#[test]
fn nothing_scrolls_away_before_it_is_read() {
    for words in [&KO, &EN] {
        let sandbox = Sandbox::started("06");
        let setup = Setup { lang: words.lang, ..Setup::default() };
        for step in 3..=35 {
            let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "goto", &step.to_string()]);
            terminal.wait("a page or the menu", |rows| {
                rows.iter().any(|row| row.contains(words.more) || row.contains(words.what_now))
            });
            let place = if words.lang == "ko" { format!("{step}/35") } else { format!("Step {step} of") };
            assert!(terminal.text().contains(&place), "step {step}:\n{}", terminal.text());
            terminal.send(CTRL_C);
            assert_eq!(terminal.end(), 130);
        }
    }
}

/// Chooses the answer with that number; on the way there, what stands above the menu stays.
#[track_caller]
fn answer_by_menu(terminal: &mut Terminal, ask: &str, number: usize) {
    terminal.wait("a menu of answers", |rows| {
        rows.iter().any(|row| row.starts_with(ask)) && rows.iter().any(|row| row.starts_with('❯'))
    });
    terminal.settle();
    let first = terminal.text();
    terminal.send(DOWN);
    terminal.settle();
    assert_ne!(terminal.text(), first);
    terminal.send(UP);
    terminal.settle();
    assert_eq!(terminal.text(), first);
    for _ in 1..number {
        terminal.send(DOWN);
        terminal.settle();
    }
    terminal.send(ENTER);
}

#[test]
fn questions_are_answered_by_menu() {
    for (words, setup) in setups().filter(|(_, setup)| !setup.no_color) {
        let sandbox = Sandbox::started("06");
        let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "goto", "how-it-balances"]);
        at_menu(&mut terminal, words);
        terminal.send(ENTER);
        let (ask, wrong, right) = match words.lang {
            "ko" => ("? 답", "✗", "✓"),
            _ => ("? Your answer", "✗", "✓"),
        };
        for (answer, sign) in [(1, wrong), (1, right), (3, right)] {
            answer_by_menu(&mut terminal, ask, answer);
            terminal.see(sign);
        }
        at_menu(&mut terminal, words);
        terminal.shows(words.not_yet);
        terminal.unwrapped();
        terminal.send(ENTER);
        answer_by_menu(&mut terminal, ask, 2);
        terminal.see(words.go_on);
        terminal.send(CTRL_C);
        assert_eq!(terminal.end(), 130);
    }
}

#[test]
fn ctrl_c_leaves_the_terminal_as_it_was() {
    for words in [&KO, &EN] {
        for at_question in [false, true] {
            let sandbox = Sandbox::new();
            let setup = Setup { lang: words.lang, ..Setup::default() };
            let mut terminal = Terminal::shell(&sandbox, setup, &["--plain", "start", "06"]);
            at_menu(&mut terminal, words);
            assert!(terminal.cursor_is_hidden());
            if at_question {
                terminal.send(ENTER);
                terminal.see(words.change);
            }
            terminal.send(CTRL_C);
            terminal.see("ended with 130");
            terminal.shows(words.interrupted);
            assert!(!terminal.cursor_is_hidden());
            assert!(!sandbox.path("docker-compose.yml").exists());
            terminal.is_sane();
        }
    }
}

#[test]
fn sigterm_leaves_the_terminal_as_it_was() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::shell(&sandbox, Setup::default(), &["--plain", "start", "06"]);
    at_menu(&mut terminal, &EN);
    terminal.terminate_program();
    terminal.see("ended with 130");
    assert!(!terminal.cursor_is_hidden());
    terminal.is_sane();
}

#[test]
fn no_at_the_question_leaves_the_files() {
    for words in [&KO, &EN] {
        for key in ["n", ESC] {
            let sandbox = Sandbox::new();
            let mut terminal = Terminal::start(
                &sandbox,
                Setup { lang: words.lang, ..Setup::default() },
                &["--plain", "start", "06"],
            );
            at_menu(&mut terminal, words);
            terminal.send(ENTER);
            terminal.see(words.change);
            terminal.send(key);
            terminal.see(words.left);
            at_menu(&mut terminal, words);
            let english = ["yes", "(y/n)", "[Y/n]"];
            assert!(words.lang == "en" || english.iter().all(|word| !terminal.text().contains(word)));
            assert!(!sandbox.path("docker-compose.yml").exists());
            terminal.send(ESC);
            assert_eq!(terminal.end(), 0);
        }
    }
}

#[test]
fn a_narrow_terminal_is_no_obstacle() {
    for words in [&KO, &EN] {
        let sandbox = Sandbox::new();
        let setup = Setup { columns: 40, lang: words.lang, ..Setup::default() };
        let mut terminal = Terminal::start(&sandbox, setup, &["--plain", "start", "06"]);
        at_menu(&mut terminal, words);
        choose(&mut terminal, words.apply);
        terminal.see(if words.lang == "ko" { "아니요: n)" } else { "n: no)" });
        terminal.send(ENTER);
        terminal.see(words.go_on);
        terminal.send(ENTER);
        terminal.turn_pages_to(words.second);
        at_menu(&mut terminal, words);
        choose(&mut terminal, words.quit);
        assert_eq!(terminal.end(), 0);
    }
}

#[test]
fn a_dumb_terminal_is_asked_by_lines() {
    let sandbox = Sandbox::new();
    let setup = Setup { term: "dumb", ..Setup::default() };
    let mut terminal = Terminal::start(&sandbox, setup, &["start", "06"]);
    terminal.see("What now? (1-5)");
    terminal.send("1\r");
    terminal.see("Copy them?");
    terminal.send("y\r");
    // The second step's own menu; its heading may have scrolled away.
    terminal.see("yes, that is so");
    terminal.see("What now? (1-5)");
    terminal.send("5\r");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.raw().contains('\u{1b}'), "no escape sequence reaches a dumb terminal");
}

#[test]
fn without_a_keyboard_nothing_is_asked() {
    let sandbox = Sandbox::new();
    let setup = Setup { stdin_from: "/dev/null", ..Setup::default() };
    let terminal = Terminal::shell(&sandbox, setup, &["start", "06"]);
    terminal.see("ended with 0");
    assert!(!terminal.text().contains(EN.what_now));
    wait_for("the place is kept", Duration::from_secs(5), || sandbox.root().join(".workshop").is_dir());
}
