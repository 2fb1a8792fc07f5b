//! Frames on a virtual screen, compared with files in `snapshots/`. `UPDATE_SNAPSHOTS=1` writes
//! them anew; what changed is then in the diff for a person to judge.

use std::path::Path;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;
use crate::check::{Place, Share, Verdict};
use crate::engine::EngineKind;
use crate::event::*;
use crate::lesson::markdown::blocks;
use crate::report::tests::sample::picture;
use crate::report::{Reporter, Style};
use crate::text::{Lang, Text};

const SIZES: [(u16, u16); 4] = [(60, 24), (80, 24), (120, 40), (200, 50)];

fn style(color: bool) -> Style {
    Style { color, terminal: true, ..Style::PLAIN }
}

fn words(lang: Lang, ko: &str, en: &str) -> String {
    if lang == Lang::Ko { ko.to_owned() } else { en.to_owned() }
}

const TEXT_EN: &str = "A container name must be **unique** in a Docker engine. With `container_name` a \
second backend would need a name that is taken ([why](https://docs.docker.com/)).\n\n\
```yaml docker-compose.yml\n  backend:\n    container_name: contoso-backend  # one only\n```\n\n\
> [!NOTE]\n> The service's name stays.\n\n| Command | What it does |\n|-|-|\n| `up` | starts |\n| `down` | ends |\n\n\
1. Open the file.\n2. Delete the line.\n";
const TEXT_KO: &str = "컨테이너 이름은 Docker 엔진 안에서 **하나뿐**이어야 합니다. `container_name`이 있으면 두 번째 \
백엔드는 이미 쓰인 이름이 필요합니다([까닭](https://docs.docker.com/)).\n\n\
```yaml docker-compose.yml\n  backend:\n    container_name: contoso-backend  # 하나만\n```\n\n\
> [!NOTE]\n> 서비스의 이름은 그대로입니다.\n\n| 명령 | 하는 일 |\n|-|-|\n| `up` | 올리기 |\n| `down` | 내리기 |\n\n\
1. 파일을 엽니다.\n2. 그 줄을 지웁니다.\n";

fn here(lang: Lang) -> Here {
    let title = words(lang, "container_name 지우기", "Remove container_name");
    let step = StepView {
        lesson: "06".into(),
        id: "remove-container-name".into(),
        number: 3,
        of: 20,
        title: title.clone(),
        minutes: 2,
        optional: false,
        blocks: blocks(&words(lang, TEXT_KO, TEXT_EN)),
        edits: vec!["docker-compose.yml".into()],
        commands: Vec::new(),
        offers: Offers {
            apply: true,
            diff: true,
            prompt: true,
            hints: 3,
            question: false,
            confirm: false,
            prediction: false,
        },
        read_on: None,
    };
    let line = |number: usize| StepLine {
        number,
        id: format!("step-{number}"),
        title: if number == 3 { title.clone() } else { words(lang, "한 단계", "A step") },
        state: [StepState::Passed, StepState::Skipped, StepState::Open][(number - 1).min(2)],
        current: number == 3,
    };
    let status = StatusView {
        lesson: "06".into(),
        title: words(lang, "수평 스케일링", "Horizontal scaling"),
        root: "/home/me/workshop".into(),
        engine: EngineKind::EMBEDDED,
        steps: (1..=20).map(line).collect(),
        stack: Ok(Vec::new()),
        nodes: Vec::new(),
        minutes_left: 47,
        predictions: Vec::new(),
    };
    Here {
        step,
        state: StepState::Open,
        checks: vec![open("backend-has-no-container-name", false), open("three-healthy", true)],
        reads_files: true,
        status,
        hints: Vec::new(),
        questions: 0,
        predictions: 0,
        confirmed: true,
        finished: false,
        next_lesson: None,
    }
}

fn open(id: &str, live: bool) -> CheckLine {
    CheckLine { id: id.into(), title: id.into(), live, state: CheckState::Open, before: None }
}

fn opened(lang: Lang) -> State {
    let mut state = State::new(lang, style(true));
    state.enter(here(lang));
    state.minutes = 12;
    state.stack = Some(Ok(Vec::new()));
    state
}

fn started(id: &str) -> Event {
    Event::CheckStarted { step: "remove-container-name".into(), check: id.into(), title: id.into() }
}

fn report(id: &str, verdict: Verdict) -> Event {
    Event::CheckFinished(Box::new(CheckReport {
        step: "remove-container-name".into(),
        id: id.into(),
        title: id.into(),
        kind: "compose",
        points: 1,
        proves: String::new(),
        predictions: Vec::new(),
        verdict,
        ms: 3.0,
    }))
}

fn not_yet(lang: Lang) -> State {
    let mut state = opened(lang);
    let place = Place {
        file: "docker-compose.yml".into(),
        line: 12,
        column: 5,
        width: 14,
        source: "    container_name: contoso-backend".into(),
    };
    let verdict = Verdict::not_yet(Text::verbatim("services.backend.container_name"))
        .at(Some(place))
        .expected(Text::verbatim("-"))
        .observed(Text::verbatim("contoso-backend"));
    state.event(&report("backend-has-no-container-name", verdict));
    state.focus = Focus::Checks;
    state.saved = Some("10:21:05".into());
    state
}

fn row(label: &str, state: &'static str, readiness: Readiness, published: Vec<u16>) -> ReplicaRow {
    let service = label.rsplit_once('-').map_or(label, |(service, _)| service).to_owned();
    ReplicaRow { label: label.into(), service, state: Text::new(state), readiness, published, node: None }
}

fn running(lang: Lang) -> State {
    let mut state = opened(lang);
    state.stack = Some(Ok(vec![
        row("backend-1", "screen-state-healthy", Readiness::Good, Vec::new()),
        row("backend-2", "screen-state-healthy", Readiness::Good, Vec::new()),
        row("backend-3", "screen-state-starting", Readiness::Coming, Vec::new()),
        row("backend-4", "screen-state-unhealthy", Readiness::Bad, Vec::new()),
        row("frontend-1", "screen-state-running", Readiness::Good, vec![8080]),
    ]));
    for (label, count) in [("backend-1", 24), ("backend-2", 23), ("backend-3", 1), ("frontend-1", 48)] {
        state.requests.insert(label.into(), count);
    }
    state.tell_news("10:20:59".into(), "backend-3".into(), Text::new("screen-state-starting"));
    state.tell_news("10:21:03".into(), "backend-4".into(), Text::new("screen-state-unhealthy"));
    let shares = [("backend-1", 20), ("backend-2", 20), ("backend-3", 0)];
    let shares = shares.map(|(label, count)| Share { label: label.into(), count }).to_vec();
    state.begin(Text::new("screen-doing-check"));
    state.event(&report("backend-has-no-container-name", Verdict::pass(Text::verbatim("ok")).shares(shares)));
    state.event(&started("three-healthy"));
    state.event(&Event::CommandStarted { command: "workshop compose up -d --scale backend=4".into() });
    state.event(&Event::CommandOutput { stderr: true, line: " Container a-backend-4  Started\r".into() });
    state.event(&Event::CommandFinished { command: String::new(), code: Some(0), ms: 1200 });
    state.focus = Focus::Stack;
    state
}

fn asked(lang: Lang) -> State {
    let mut state = opened(lang);
    let unified = "--- a/docker-compose.yml\n+++ b/docker-compose.yml\n@@ -8,3 +8,2 @@\n     ports:\n\
                   -    container_name: contoso-backend\n+    # 하나의 포트는 하나의 컨테이너만 가질 수 있습니다. One port belongs to one container alone, always.\n";
    let file = FileDiff { path: "docker-compose.yml".into(), unified: unified.into() };
    let question = Text::new("ask-apply").with("count", 1).render(lang);
    let said = vec![Event::Diff(DiffView { files: vec![file] })];
    state.layer = Some(Layer::Asked(Asked {
        question,
        said,
        items: Vec::new(),
        chosen: 0,
        enter_is_yes: true,
        typed: None,
    }));
    state
}

fn logs(lang: Lang) -> State {
    let mut state = running(lang);
    for (label, text) in [
        ("backend-1", "level=info method=GET path=/api/posts status=200"),
        ("frontend-1", "\u{1b}[31m한글 로그 \"GET /api/posts HTTP/1.1\" 200\t5"),
        (
            "backend-2",
            "level=error msg=\"아주 긴 줄 아주 긴 줄 아주 긴 줄 아주 긴 줄 아주 긴 줄 아주 긴 줄\"",
        ),
    ] {
        let stderr = text.contains("error");
        state.logs.push(LogRow { at: None, label: label.into(), stderr, text: text.into() });
    }
    state.layer = Some(Layer::Logs);
    state
}

/// Three of five in the list, one of them at rest after a failure.
fn pictured(lang: Lang) -> State {
    let mut state = running(lang);
    state.picture = Some(picture());
    state
}

fn with(mut state: State, layer: Layer) -> State {
    state.layer = Some(layer);
    state
}

/// Every scene by its name.
fn scenes(lang: Lang) -> Vec<(&'static str, State)> {
    let steps = Layer::Steps { filter: String::new(), chosen: 2 };
    let scale = Layer::Scale { service: "backend".into(), now: 3, wanted: "5".into() };
    vec![
        ("step", opened(lang)),
        ("not-yet", not_yet(lang)),
        ("running", running(lang)),
        ("asked", asked(lang)),
        ("logs", logs(lang)),
        ("pictured", pictured(lang)),
        ("picture", with(pictured(lang), Layer::Picture)),
        ("steps", with(opened(lang), steps)),
        ("help", with(opened(lang), Layer::Help)),
        ("scale", with(running(lang), scale)),
    ]
}

/// What the screen shows, row by row; a wide character's second cell is not written.
fn drawn(state: &State, (columns, rows): (u16, u16)) -> (String, Reach) {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a virtual screen");
    let mut reach = Reach::default();
    terminal.draw(|frame| reach = draw(frame, state)).expect("it is drawn");
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for row in 0..rows {
        let mut line = String::new();
        let mut skip = 0;
        for column in 0..columns {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(column, row)].symbol();
            skip = crate::report::line::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    (text, reach)
}

#[test]
fn every_scene_looks_as_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/tui/snapshots");
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut other = Vec::new();
    for lang in Lang::ALL {
        for (name, state) in scenes(lang) {
            for size in SIZES {
                let (now, _) = drawn(&state, size);
                let path = folder.join(format!("{name}-{}-{}x{}.txt", lang.code(), size.0, size.1));
                if update {
                    std::fs::create_dir_all(&folder).expect("a folder");
                    std::fs::write(&path, &now).expect("written");
                } else if std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") != now {
                    other.push(format!("{}:\n{now}", path.display()));
                }
            }
        }
    }
    assert!(other.is_empty(), "UPDATE_SNAPSHOTS=1 takes these on:\n{}", other.join("\n"));
}

#[test]
fn without_colour_no_cell_has_one_and_signs_say_the_same() {
    for (name, mut state) in scenes(Lang::En) {
        let plain = drawn(&state, (80, 24)).0;
        state.style.color = false;
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a virtual screen");
        terminal.draw(|frame| _ = draw(frame, &state)).expect("it is drawn");
        for cell in terminal.backend().buffer().content() {
            assert_eq!((cell.fg, cell.bg), Default::default(), "{name}");
        }
        // Code in running text keeps its backticks, which colour had told from the words.
        if name == "running" || name == "logs" {
            assert_eq!(plain.matches('✓').count(), drawn(&state, (80, 24)).0.matches('✓').count());
        }
    }
}

#[test]
fn a_small_window_says_so_and_nothing_else() {
    for lang in Lang::ALL {
        for size in [(39, 24), (80, 11), (1, 1), (10, 3)] {
            let (text, reach) = drawn(&running(lang), size);
            assert!(!text.contains('│'), "{text}");
            assert_eq!(reach, Reach::default());
        }
        assert!(drawn(&running(lang), (39, 11)).0.contains("40"));
    }
}

#[test]
fn a_scroll_past_the_end_is_the_end() {
    let mut state = opened(Lang::En);
    let (_, reach) = drawn(&state, (80, 24));
    state.scroll[0] = reach.text;
    let end = drawn(&state, (80, 24)).0;
    state.scroll[0] = usize::MAX;
    assert_eq!(drawn(&state, (80, 24)).0, end);
    assert!(end.contains("2. Delete the line."), "{end}");
}

#[test]
fn a_flood_of_log_lines_takes_bounded_memory() {
    let mut state = logs(Lang::En);
    for number in 0..60_000 {
        let text = format!("{number} {}", "x".repeat(5_000));
        state.logs.push(LogRow { at: None, label: "backend-1".into(), stderr: false, text });
        state.event(&Event::CommandOutput { stderr: false, line: number.to_string() });
    }
    assert_eq!(state.logs.newest().count(), 5_000);
    assert!(state.logs.newest().all(|row| row.text.len() <= 1_000));
    assert!(state.told.len() <= 400);
    assert!(drawn(&state, (80, 24)).0.contains("59999"));
}

#[test]
fn what_is_read_in_the_logs_stays_where_it_is() {
    let mut state = logs(Lang::En);
    state.logs.back = 1;
    let before = drawn(&state, (80, 24)).0;
    state.logs.push(LogRow { at: None, label: "backend-1".into(), stderr: false, text: "new".into() });
    assert_eq!(drawn(&state, (80, 24)).0, before);
    state.logs.back = 0;
    assert!(drawn(&state, (80, 24)).0.contains("new"));
}

#[test]
fn a_filter_is_for_the_whole_line_and_what_it_found_is_in_sight() {
    let mut state = logs(Lang::En);
    let text = format!("10.0.0.1 - - [x] \"GET /{} HTTP/1.1\" 502 7", "a".repeat(90));
    state.logs.push(LogRow { at: None, label: "frontend-1".into(), stderr: false, text });
    state.logs.filter = "\" 502".into();
    let (shown, _) = drawn(&state, (60, 24));
    assert!(shown.contains("\" 502 7"), "{shown}");
    assert!(!shown.contains("level=info"), "{shown}");
    assert_eq!(state::found("GET get 한글 Get", "get"), [0..3, 4..7, 15..18]);
    assert!(state::found("abc", "").is_empty());
}

#[test]
fn what_one_verdict_says_the_next_does_not_say_again() {
    let mut state = opened(Lang::En);
    let verdict = Verdict::not_yet(Text::verbatim("one and the same")).expected(Text::verbatim("x"));
    state.event(&report("backend-has-no-container-name", verdict.clone()));
    state.event(&report("three-healthy", verdict));
    state.focus = Focus::Checks;
    let (shown, _) = drawn(&state, (80, 24));
    assert_eq!(shown.matches("one and the same").count(), 1, "{shown}");
    assert!(shown.contains("for the same reason as above"), "{shown}");
}

#[test]
fn what_was_found_before_a_change_of_the_stack_says_so() {
    let mut state = opened(Lang::En);
    state.event(&report("backend-has-no-container-name", Verdict::pass(Text::verbatim("ok"))));
    state.event(&report("three-healthy", Verdict::pass(Text::verbatim("ok"))));
    // What got better makes no pass doubtful.
    state.outdate("14:03:00", true);
    assert!(!state.is_outdated());
    state.outdate("14:03:00", false);
    state.outdate("14:05:00", false);
    let (shown, _) = drawn(&state, (80, 24));
    assert!(shown.contains("From before the change at 14:03:00"), "{shown}");
    assert!(shown.contains("The stack has changed since"), "{shown}");
    // It is about the live one alone, and a new verdict is of now.
    assert!(state.checks[0].before.is_none());
    state.event(&report("three-healthy", Verdict::pass(Text::verbatim("ok"))));
    assert!(!state.is_outdated());
}

#[test]
fn rows_go_to_the_part_that_has_something_to_read() {
    let mut state = opened(Lang::En);
    state.event(&report("backend-has-no-container-name", Verdict::pass(Text::verbatim("ok"))));
    state.focus = Focus::Checks;
    let (shown, _) = drawn(&state, (80, 24));
    let head = shown.lines().position(|line| line.contains("Checks 1/2")).expect("its head");
    assert!(head > 15, "two lines of a result take no half of the screen:\n{shown}");
    state.zoom = true;
    let (shown, _) = drawn(&state, (80, 24));
    assert!(shown.lines().nth(2).is_some_and(|line| line.contains("Checks 1/2")), "{shown}");
    assert!(!shown.contains("Remove container_name"), "{shown}");
}

#[test]
fn no_word_is_broken_where_a_blank_will_do() {
    for lang in Lang::ALL {
        for size in [(60, 20), (80, 24), (100, 30)] {
            for zoom in [false, true] {
                let mut state = running(lang);
                (state.focus, state.zoom) = (Focus::Checks, zoom);
                let (shown, _) = drawn(&state, size);
                assert!(shown.contains("backend-has-no-container-name"), "{shown}");
            }
        }
    }
}

#[test]
fn steps_are_found_by_number_title_and_id() {
    let steps = here(Lang::Ko).status.steps;
    let found = |filter: &str| matching(&steps, filter).iter().map(|step| step.number).collect::<Vec<_>>();
    assert_eq!(found("container"), [3]);
    assert_eq!(found("지우기"), [3]);
    assert_eq!(found("step-20"), [20]);
    assert_eq!(found("2"), [2, 20]);
    assert_eq!(found("").len(), 20);
    assert!(found("none such").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// At any size every scene is drawn, and no wide character is cut in half.
    #[test]
    fn any_size_will_do(columns in 1u16..230, rows in 1u16..70, scene in 0usize..10, korean: bool, down in 0usize..80) {
        let lang = if korean { Lang::Ko } else { Lang::En };
        let (_, mut state) = scenes(lang).swap_remove(scene);
        state.scroll = [down; 3];
        state.layer_scroll = down;
        let (text, _) = drawn(&state, (columns, rows));
        for line in text.lines() {
            prop_assert!(crate::report::line::width(line) <= usize::from(columns), "{line}");
        }
    }
}
