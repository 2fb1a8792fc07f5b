//! One of every event, as a learner of lesson 06 would meet it, Korean comments and hostile log
//! lines included.

use std::time::{Duration, SystemTime};

use crate::check::{Outcome, Place, Share, Verdict};
use crate::courses::changes::Change;
use crate::courses::{Entry, Kind};
use crate::engine::{EngineKind, Finding, FindingState, Resource, ResourceKind};
use crate::event::*;
use crate::lesson::markdown::blocks;
use crate::load::{ErrorKind, Load, Percentiles, Plan, Report, Second, Stage, Threshold, Usage};
use crate::picture::{Group, Held, Lookup, Name, Picture, Rest, Row, Source};
use crate::text::{Lang, Text};

pub(crate) const HOSTILE: &str = "backend-1 \u{1b}[2J\u{1b}]0;owned\u{7} GET /api/posts 200 \u{202e}txt.exe";

/// The word of `lang`, for what a lesson or a check would say.
fn words(lang: Lang, ko: &str, en: &str) -> Text {
    Text::verbatim(if lang == Lang::Ko { ko } else { en })
}

pub(crate) fn step(lang: Lang) -> StepView {
    let (title, prose) = match lang {
        Lang::Ko => ("container_name 지우기", PROSE_KO),
        Lang::En => ("Remove container_name", PROSE_EN),
    };
    StepView {
        lesson: "06".into(),
        id: "remove-container-name".into(),
        number: 3,
        of: 20,
        title: title.into(),
        minutes: 2,
        optional: false,
        blocks: blocks(prose),
        edits: vec!["docker-compose.yml".into()],
        commands: vec!["docker compose up -d --build --scale backend=3".into()],
        offers: Offers {
            apply: true,
            diff: true,
            prompt: true,
            hints: 2,
            question: true,
            confirm: false,
            prediction: false,
        },
        read_on: None,
    }
}

const PROSE_KO: &str = "\
컨테이너 이름은 한 호스트에서 **하나뿐**입니다. `backend` 서비스에 `container_name`이 있으면 Compose는 두 번째 \
레플리카를 만들 수 없습니다. 자세한 내용은 [Compose 문서](https://docs.docker.com/compose/)를 보세요.

1. `docker-compose.yml`을 여세요.
2. `backend` 아래의 `container_name` 줄을 지우세요. 주석은 남겨도 됩니다.
   - 다른 서비스는 그대로 두세요.

```yaml docker-compose.yml
services:
  backend:
    build: ./backend   # 이미지를 직접 만듭니다
    restart: \"unless-stopped\"
```

> [!WARNING]
> `frontend`의 이름은 지우지 마세요. 브라우저가 쓰는 포트가 그 컨테이너에 있습니다.

| 설정 | 레플리카 1개 | 레플리카 3개 |
| --- | --- | --- |
| `container_name` | 됩니다 | 이름이 겹쳐서 실패합니다 |
| 없음 | 됩니다 | 됩니다 |
";

const PROSE_EN: &str = "\
A container's name is **unique** on a host. With a `container_name` on the service `backend`, Compose cannot \
create a second replica. See [the Compose documentation](https://docs.docker.com/compose/) for details.

1. Open `docker-compose.yml`.
2. Delete the line `container_name` under `backend`. Your comments may stay.
   - Leave the other services as they are.

```yaml docker-compose.yml
services:
  backend:
    build: ./backend   # built here
    restart: \"unless-stopped\"
```

> [!WARNING]
> Do not remove the name of `frontend`: the port that your browser uses is on that container.

| Setting | 1 replica | 3 replicas |
| --- | --- | --- |
| `container_name` | works | fails, for the name is taken |
| none | works | works |
";

fn check(id: &str, kind: &'static str, verdict: Verdict, ms: f64) -> CheckReport {
    let (step, id, title) = ("remove-container-name".into(), id.into(), id.into());
    CheckReport {
        step,
        id,
        title,
        kind,
        points: 1,
        proves: String::new(),
        predictions: Vec::new(),
        verdict,
        ms,
    }
}

pub(crate) fn checks(lang: Lang) -> Vec<CheckReport> {
    let place = Place {
        file: "docker-compose.yml".into(),
        line: 12,
        column: 15,
        width: 14,
        source: "    이름: &고정 { container_name: myapp-backend }  # 하나만".into(),
    };
    let shares =
        [("backend-1", 21), ("backend-2", 19), ("backend-3", 20), ("backend-4", 0), ("backend-5", 0)];
    vec![
        check(
            "compose-is-readable",
            "compose",
            Verdict::pass(words(lang, "서비스 3개를 읽었습니다.", "3 services were read.")),
            0.4,
        ),
        check(
            "backend-has-no-container-name",
            "compose",
            Verdict::not_yet(words(
                lang,
                "backend에 container_name이 남아 있어서 Compose가 두 번째 레플리카를 만들 수 없습니다.",
                "backend still has a container_name, so Compose cannot create a second replica.",
            ))
            .expected(words(lang, "backend에 container_name 없음", "no container_name on backend"))
            .observed(Text::verbatim("container_name: myapp-backend"))
            .at(Some(place)),
            1.25,
        ),
        check(
            "every-replica-serves",
            "spread",
            Verdict::not_yet(words(
                lang,
                "backend 레플리카 5개 중 2개(backend-4, backend-5)가 요청을 받지 못했습니다. nginx는 시작할 때 \
                 \"backend\"를 한 번만 조회했습니다.",
                "2 of 5 backend replicas received no request (backend-4, backend-5): nginx resolved \"backend\" \
                 when it started, before you scaled",
            ))
            .expected(words(lang, "레플리카마다 최소 6번", "at least 6 requests each"))
            .observed(Text::verbatim("21, 19, 20, 0, 0"))
            .shares(shares.map(|(label, count)| Share { label: label.into(), count }).to_vec())
            .lines(vec![HOSTILE.into(), "backend-2  GET /api/posts 200".into()]),
            2310.0,
        ),
        check(
            "frontend-answers",
            "http",
            Verdict::environment(words(
                lang,
                "Docker가 응답하지 않습니다(unix:///var/run/docker.sock).",
                "Docker does not answer (unix:///var/run/docker.sock).",
            )),
            30.0,
        ),
    ]
}

pub(crate) fn run(lang: Lang) -> CheckRun {
    let step = StepReport {
        id: "remove-container-name".into(),
        number: 3,
        title: step(lang).title,
        outcome: Outcome::Environment,
        checks: checks(lang),
        left_out: 1,
    };
    let scale = StepReport {
        id: "scale-to-3".into(),
        number: 4,
        title: words(lang, "3개로 늘리기", "Scale to 3").render(lang),
        outcome: Outcome::Pass,
        checks: vec![],
        left_out: 0,
    };
    CheckRun {
        lesson: "06".into(),
        engine: EngineKind::DOCKER,
        outcome: Outcome::Environment,
        steps: vec![step, scale],
    }
}

pub(crate) fn diff() -> DiffView {
    let unified = "@@ -9,7 +9,6 @@\n services:\n   backend:\n     build: ./backend\n-    container_name: myapp-backend  # 하나만\n     networks:\n       - appnet\n \n";
    DiffView { files: vec![FileDiff { path: "docker-compose.yml".into(), unified: unified.into() }] }
}

pub(crate) fn status(lang: Lang) -> StatusView {
    let line = |number, id: &str, ko: &str, en: &str, state| StepLine {
        number,
        id: id.into(),
        title: words(lang, ko, en).render(lang),
        state,
        current: number == 3,
    };
    let replica = |label: &str, ko: &str, en: &str, published| ReplicaLine {
        label: label.into(),
        state: words(lang, ko, en),
        published,
        node: None,
    };
    StatusView {
        lesson: "06".into(),
        title: words(lang, "수평 스케일링", "Horizontal scaling").render(lang),
        root: "workshop".into(),
        engine: EngineKind::DOCKER,
        steps: vec![
            line(1, "start-the-stack", "스택 시작하기", "Start the stack", StepState::Passed),
            line(
                2,
                "read-the-compose-file",
                "Compose 파일 읽기",
                "Read the Compose file",
                StepState::Skipped,
            ),
            line(
                3,
                "remove-container-name",
                "container_name 지우기",
                "Remove container_name",
                StepState::Open,
            ),
            line(
                10,
                "resolve-at-run-time",
                "nginx가 실행 중에도 backend를 다시 조회하도록 upstream 고치기",
                "Make nginx resolve backend again while it runs, in an upstream of its own",
                StepState::Open,
            ),
        ],
        stack: Ok(vec![
            replica("backend-1", "실행 중, 정상", "running, healthy", vec![]),
            replica("frontend-1", "실행 중", "running", vec![8080, 8443]),
        ]),
        nodes: Vec::new(),
        minutes_left: 31,
        predictions: Vec::new(),
    }
}

pub(crate) fn findings(lang: Lang) -> Vec<Finding> {
    vec![
        Finding {
            subject: Text::verbatim("Docker Engine"),
            state: FindingState::Good,
            seen: Text::verbatim("29.1, API 1.52"),
            fix: None,
        },
        Finding {
            subject: words(lang, "베이스 이미지", "base image"),
            state: FindingState::Bad,
            seen: words(lang, "nginx:alpine이 없습니다", "nginx:alpine is missing"),
            fix: Some(Text::verbatim("workshop images load images.tar")),
        },
    ]
}

pub(crate) fn failure(lang: Lang) -> Failure {
    Failure {
        exit: 3,
        text: words(lang, "Docker가 응답하지 않습니다.", "Docker does not answer."),
        next: Some(words(
            lang,
            "Docker를 켠 뒤 `workshop doctor`를 실행하세요.",
            "start Docker, then run `workshop doctor`",
        )),
        place: None,
    }
}

/// All of them, in an order that could happen.
/// A small change, one of its lines long and hostile.
pub(crate) fn change() -> ChangeView {
    let lines =
        vec!["-    container_name: contoso-backend".into(), format!("+    # {HOSTILE} {HOSTILE} {HOSTILE}")];
    ChangeView { file: "docker-compose.yml".into(), added: 1, removed: 1, lines }
}

/// A demo that stopped at the last of its steps.
pub(crate) fn demo(lang: Lang) -> DemoRun {
    let run = run(lang);
    let ms = (0u64..).map(|at| at * 61_234).take(run.steps.len()).collect();
    DemoRun { run, ms, total_ms: 123_456, of: 20, stopped: true }
}

/// What a presenter reads.
fn stage(lang: Lang) -> Vec<Event> {
    let title = words(lang, "여러 레플리카로 나누기", "Share it among many replicas").render(lang);
    let step = ScriptStep {
        predictions: Vec::new(),
        number: 3,
        id: "remove-container-name".into(),
        title: title.clone(),
        minutes: 2,
        optional: true,
        left_out: false,
        edits: vec![change()],
        copies: 49,
        commands: vec!["docker compose up -d".into()],
        requests: 6,
        questions: vec!["why".into()],
        checks: vec!["a-check-with-a-long-name".into(); 5],
        order: vec![
            ScriptAction::Copies,
            ScriptAction::Edits(1),
            ScriptAction::Command,
            ScriptAction::Requests(6),
            ScriptAction::Holds("a-check-with-a-long-name".into()),
        ],
    };
    let notes = |notes| NotesStep { number: 3, title: title.clone(), minutes: 2, notes };
    let share = |label: &str, count| Share { label: label.into(), count };
    vec![
        Event::Script(ScriptView { title: title.clone(), steps: vec![step] }),
        Event::Notes(NotesView {
            standing: vec![Text::new("notes-on-time")],
            steps: vec![notes(Some(format!("Say this: {HOSTILE} {HOSTILE}"))), notes(None)],
        }),
        Event::Keys(vec![(Text::verbatim("q"), Text::new("demo-does-quit"))]),
        Event::Picture(Box::new(picture())),
        Event::Traffic(TrafficView { shares: vec![share(HOSTILE, 20), share("b", 0)], whole: 25, failed: 1 }),
    ]
}

/// A load run with everything that a report may have.
pub(crate) fn load_run() -> LoadRun {
    let us = Duration::from_micros;
    let stages = [(10, 100), (20, 500), (5, 0)]
        .map(|(seconds, users)| Stage { takes: Duration::from_secs(seconds), users });
    let url = format!("http://localhost:3004/{HOSTILE}?q=<b>&r=\"x\"");
    let plan = Plan::get(url, Load::Stages(stages.to_vec()), Duration::ZERO);
    let second = |at: u32| Second {
        at,
        requests: 1000 + u64::from(at % 7) * 300,
        errors: u64::from(at % 5),
        p50: us(900),
        p99: us(2000 + u64::from(at) * 100),
        active: at * 14,
    };
    let report = Report {
        requests: 1_234_567,
        good: 1_234_000,
        errors: [(ErrorKind::TimedOut, 500), (ErrorKind::ClosedEarly, 67)].into(),
        elapsed: Duration::from_secs(35),
        throughput: 35_257.1,
        latency: Percentiles {
            p50: us(900),
            p90: us(1500),
            p95: us(1900),
            p99: us(5200),
            p99_9: us(48_000),
            p99_99: us(950_000),
            max: us(10_000_000),
            mean: us(1100),
        },
        distribution: vec![(us(90), 1000), (us(900), 700_000), (us(5000), 533_000), (us(10_000_000), 567)],
        shares: [("api-server-1".into(), 700_000), (HOSTILE.into(), 534_000)].into(),
        seconds: (0..36).map(second).collect(),
        bytes: 123_456_789,
        connections: 500,
        resent: 3,
        not_sent: 4000,
        intended_rate: Some(40_000.0),
        sent_rate: Some(35_300.0),
        generator: Some(Usage { cpu: Duration::from_secs(34), threads: 1, busy_share: 0.97 }),
        host_busy: Some(0.999),
        ..Report::empty()
    };
    let judged = |text: &str| text.parse::<Threshold>().expect("a threshold").judge(&report);
    let thresholds = ["p99<200ms", "errors<0.01%", "rate>1000"].map(judged).to_vec();
    LoadRun { plan, report, thresholds, at: SystemTime::UNIX_EPOCH, engine: Some(EngineKind::DOCKER) }
}

fn load() -> Vec<Event> {
    let run = load_run();
    let progress = crate::load::Progress {
        elapsed: Duration::from_secs(400),
        total: Duration::from_secs(420),
        requests: 1_234_567,
        errors: 123_456,
        rate: 35_257.0,
        p99: Duration::from_micros(5200),
        active: 500,
        ..Default::default()
    };
    vec![
        Event::LoadStarted(Box::new(run.plan.clone())),
        Event::LoadProgress(progress),
        Event::LoadProgress(crate::load::Progress { warming_up: true, ..progress }),
        Event::LoadProgress(crate::load::Progress { draining: true, ..progress }),
        Event::Load(Box::new(run)),
    ]
}

fn course(lang: Lang) -> CourseView {
    CourseView {
        heading: words(lang, "강의를 추가했습니다.", "The course is added."),
        entry: Entry {
            name: "nginx".into(),
            source: "https://example.org/nginx.git".into(),
            kind: Kind::Git,
            rev: Some("v1".into()),
            commit: Some("c".repeat(40)),
            pinned: true,
            digest: "d".repeat(64),
            added_at: 0,
        },
        lessons: Vec::new(),
        effects: Vec::new(),
        changes: vec![Change::Words { lesson: "10".into() }],
    }
}

pub(crate) fn all(lang: Lang) -> Vec<Event> {
    let notice = |tone, ko, en| Event::Notice(Notice::new(tone, words(lang, ko, en)));
    let prose = |ko, en| blocks(if lang == Lang::Ko { ko } else { en });
    let mut events = vec![
        Event::Lessons(vec![LessonLine {
            id: "06".into(),
            folder: "06-horizontal-scaling".into(),
            course: "built-in".into(),
            source: None,
            title: status(lang).title,
            minutes: 40,
            steps: 20,
            done: Some((2, 1)),
        }]),
        Event::Course(Box::new(course(lang))),
        Event::Intro {
            title: status(lang).title,
            blocks: prose("레플리카 하나로는 모자랍니다.", "One is not enough."),
        },
        notice(Tone::Done, "작업 폴더를 만들었습니다.", "The workspace is made."),
        Event::Step(step(lang)),
    ];
    for report in checks(lang) {
        events.push(Event::CheckStarted {
            step: report.step.clone(),
            check: report.id.clone(),
            title: report.title.clone(),
        });
        events.push(Event::CheckFinished(Box::new(report)));
    }
    events.extend([
        Event::StepFinished(run(lang).steps[0].clone()),
        Event::CheckRun(run(lang)),
        Event::CommandStarted { command: "docker compose up -d --scale backend=3".into() },
        Event::CommandOutput {
            stderr: true,
            line: " Container backend-1  Starting\r Container backend-1  Started".into(),
        },
        Event::Progress(Text::verbatim("backend-1")),
        Event::CommandFinished { command: "docker compose up -d".into(), code: Some(0), ms: 3250 },
        Event::Change(change()),
        Event::Hint {
            number: 1, of: 2, blocks: prose("`backend` 아래를 보세요.", "Look under `backend`.")
        },
        Event::Question(QuestionView {
            id: "why".into(),
            text: prose("이름이 있으면 무엇이 실패할까요?", "What fails with the name?"),
            choices: vec!["docker compose down".into(), "docker compose up --scale backend=2".into()],
            guess: None,
            unit: None,
        }),
        Event::Answer {
            right: true, explanation: prose("이름은 하나뿐입니다.", "Names are unique.")
        },
        Event::Demo(demo(lang)),
        Event::Status(status(lang)),
        Event::Removal {
            resources: vec![
                Resource { kind: ResourceKind::Container, id: "1".into(), name: "workshop-backend-1".into() },
                Resource { kind: ResourceKind::Network, id: "2".into(), name: "workshop_appnet".into() },
            ],
            files: vec!["docker-compose.yml".into(), ".workshop/".into()],
        },
        Event::Findings(findings(lang)),
        notice(
            Tone::Warning,
            "파일을 저장하지 않은 편집기가 있을 수 있습니다.",
            "An editor may hold unsaved changes.",
        ),
        notice(Tone::Next, "workshop check", "workshop check"),
        Event::Diff(diff()),
        Event::Prompt("Remove the name:\n\n- of `backend`".into()),
        Event::Failure(failure(lang)),
    ]);
    events.extend(stage(lang));
    events.extend(load());
    events
}

/// Three of five in the list, one of them at rest after a failure, and one that is gone.
pub(crate) fn picture() -> Picture {
    let row = |index: u8| Row {
        replica: Some(format!("backend-{index}")),
        runs: true,
        host: Some("backend".into()),
        address: format!("172.18.0.{}", index + 2),
        named: Some(true),
        held: if index < 4 { Held::Yes } else { Held::No },
        rests: (index == 2).then_some(Rest { left: 23, of: 30 }),
        requests: Some(if index < 4 { 20 } else { 0 }),
    };
    let gone =
        Row { replica: None, runs: false, named: Some(false), requests: None, held: Held::Yes, ..row(7) };
    let name = Name { host: "backend".into(), port: 8080, lookup: Lookup::Once, addresses: Some(5) };
    let group = Group {
        name: "backend_pool".into(),
        names: vec![name],
        source: Source::WorkedOut,
        rests_known: true,
        rows: (1..=5).map(row).chain([gone]).collect(),
    };
    Picture {
        proxy: "frontend-1".into(),
        since: Some(42),
        changed: false,
        requests_of: None,
        groups: vec![group],
    }
}
