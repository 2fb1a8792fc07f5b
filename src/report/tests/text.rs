//! The text reporter: whole outputs, widths, and what must never reach a terminal.

use std::io::{self, Write};

use super::sample::{self, HOSTILE};
use super::{Buffer, drive, written};
use crate::check::{Place, Verdict};
use crate::event::{CheckReport, DiffView, Event, FileDiff, Notice, Tone};
use crate::report::line::{is_hostile, width};
use crate::report::{Format, Streams, Style, quiet, reporter};
use crate::text::{Lang, Text};

const ASCII: Style = Style { width: 60, unicode: false, ..Style::PLAIN };

#[test]
fn no_line_is_wider_than_the_screen() {
    for lang in Lang::ALL {
        for unicode in [true, false] {
            for columns in [60, 80, 120] {
                let style = Style { width: columns, unicode, ..ASCII };
                let (out, err) = written(Format::Text, style, lang, &sample::all(lang));
                let limit = columns.min(88);
                // Logs, output and the learner's line are somebody else's, shown as they are.
                for line in out.lines().chain(err.lines()).filter(|line| !line.contains("| ")) {
                    assert!(width(line) <= limit, "{lang:?} {columns}: {line}");
                }
            }
        }
    }
}

#[test]
fn nothing_foreign_reaches_the_terminal_unescaped() {
    for lang in Lang::ALL {
        for color in [true, false] {
            let style = Style { color, width: 80, ..ASCII };
            let (out, err) = written(Format::Text, style, lang, &sample::all(lang));
            assert!(out.contains("\\x1b[2J\\x1b]0;owned\\x07"), "{out}");
            assert!(!color || out.contains("\u{1b}[32m"), "colours are written");
            for text in [out, err] {
                let own = text.replace("\u{1b}[", "");
                let foreign = own.chars().find(|c| is_hostile(*c) && (!color || *c != '\u{1b}'));
                assert_eq!(foreign, None);
                assert!(!text.contains("\u{1b}[2J") && !text.contains("\u{1b}]"));
                assert!(color || !text.contains('\u{1b}'));
            }
        }
    }
}

#[test]
fn a_file_with_escapes_in_it_stays_a_file() {
    let place =
        Place { file: "a\u{1b}[31m.yml".into(), line: 1, column: 3, width: 2, source: HOSTILE.into() };
    let verdict = Verdict::not_yet(Text::verbatim(HOSTILE)).observed(Text::verbatim(HOSTILE)).at(Some(place));
    let report = CheckReport {
        step: HOSTILE.into(),
        id: HOSTILE.into(),
        title: HOSTILE.into(),
        kind: "compose",
        points: 1,
        proves: String::new(),
        predictions: Vec::new(),
        verdict,
        ms: 1.0,
    };
    let unified = format!("@@ -1 +1 @@\n-{HOSTILE}\n+x\r\n");
    let events = [
        Event::CheckFinished(Box::new(report)),
        Event::Diff(DiffView { files: vec![FileDiff { path: HOSTILE.into(), unified }] }),
        Event::Prompt(HOSTILE.into()),
        Event::CommandOutput { stderr: false, line: HOSTILE.into() },
        Event::CommandStarted { command: HOSTILE.into() },
        Event::Notice(Notice::new(Tone::Warning, Text::verbatim(HOSTILE))),
    ];
    let (out, err) = written(Format::Text, ASCII, Lang::En, &events);
    for c in out.chars().chain(err.chars()) {
        assert!(!is_hostile(c), "{c:?} in {out}");
    }
}

#[test]
fn failing_checks_read_like_this_in_korean() {
    let events: Vec<_> =
        sample::checks(Lang::Ko).into_iter().map(Box::new).map(Event::CheckFinished).collect();
    let style = Style { width: 80, ..ASCII };
    let (out, err) = written(Format::Text, style, Lang::Ko, &events);
    assert_eq!(err, "");
    assert_eq!(
        out,
        r##"remove-container-name
  + 통과       compose-is-readable  서비스 3개를 읽었습니다.
  x 아직       backend-has-no-container-name
    backend에 container_name이 남아 있어서 Compose가 두 번째 레플리카를 만들 수
    없습니다.

      --> docker-compose.yml:12:15
       |
    12 |     이름: &고정 { container_name: myapp-backend }  # 하나만
       |                   ^^^^^^^^^^^^^^

    기대  backend에 container_name 없음
    실제  container_name: myapp-backend

  x 아직       every-replica-serves  2.3초
    backend 레플리카 5개 중 2개(backend-4, backend-5)가 요청을 받지 못했습니다.
    nginx는 시작할 때 "backend"를 한 번만 조회했습니다.

    기대  레플리카마다 최소 6번
    실제  21, 19, 20, 0, 0

    backend-1  21  ########################
    backend-2  19  ######################
    backend-3  20  #######################
    backend-4   0
    backend-5   0

    | backend-1 \x1b[2J\x1b]0;owned\x07 GET /api/posts 200 \u{202e}txt.exe
    | backend-2  GET /api/posts 200

  ! 환경 문제  frontend-answers
    Docker가 응답하지 않습니다(unix:///var/run/docker.sock).

"##
    );
}

#[test]
fn a_status_reads_like_this_in_english() {
    let style = Style { width: 60, unicode: true, ..ASCII };
    let (out, _) = written(Format::Text, style, Lang::En, &[Event::Status(sample::status(Lang::En))]);
    assert_eq!(
        out,
        "\
Lesson 06  Horizontal scaling

    1  ✓ done     Start the stack  start-the-stack
    2  - skipped  Read the Compose file
 >  3    open     Remove container_name
   10    open     Make nginx resolve backend again while it
                  runs, in an upstream of its own

  Progress  1 of 4 steps done, 1 skipped, about 31 min left
  Folder    workshop
  Engine    docker

  backend-1   running, healthy
  frontend-1  running           port 8080, 8443
"
    );
}

#[test]
fn a_prompt_and_a_diff_can_be_piped_on() {
    let note = Event::Notice(Notice::new(Tone::Next, Text::verbatim("workshop check")));
    let prompt = Event::Prompt("Remove it:\n\n\n- `backend`  ".into());
    let (out, err) = written(Format::Text, Style::PLAIN, Lang::Ko, &[prompt, note.clone()]);
    assert_eq!((out.as_str(), err.as_str()), ("Remove it:\n\n\n- `backend`  \n", "> workshop check\n"));
    let (out, _) = written(Format::Text, Style::PLAIN, Lang::Ko, &[Event::Diff(sample::diff()), note]);
    let unified = &sample::diff().files[0].unified;
    assert_eq!(out, format!("--- a/docker-compose.yml\n+++ b/docker-compose.yml\n{unified}"));
}

#[test]
fn a_file_that_git_headed_already_gets_no_second_header() {
    let unified = "--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n--- a comment in SQL\n a\n".to_owned();
    let diff = DiffView { files: vec![FileDiff { path: "x".into(), unified: unified.clone() }] };
    let (out, _) = written(Format::Text, Style::PLAIN, Lang::En, &[Event::Diff(diff)]);
    assert_eq!(out, unified);
}

#[test]
fn a_failure_goes_to_standard_error_with_its_next_step() {
    let events = [Event::Failure(sample::failure(Lang::En))];
    let (out, err) = written(Format::Text, Style::PLAIN, Lang::En, &events);
    assert_eq!(out, "");
    assert_eq!(
        err,
        "environment: Docker does not answer.\n  next: start Docker, then run `workshop doctor`\n"
    );
    let (out, err) = (Buffer::default(), Buffer::default());
    let streams = Streams::new(Box::new(out.clone()), Box::new(err.clone()), Style::PLAIN);
    let mut events = sample::all(Lang::En);
    events.retain(|event| !matches!(event, Event::Demo(_)));
    drive(quiet(streams, Lang::En), &events).unwrap();
    assert_eq!((out.text().as_str(), err.text().as_str()), ("", "environment: Docker does not answer.\n"));
}

#[test]
fn of_a_demo_the_quiet_one_says_how_it_ended() {
    let (out, err) = (Buffer::default(), Buffer::default());
    let streams = Streams::new(Box::new(out.clone()), Box::new(err.clone()), Style::PLAIN);
    let demo = sample::demo(Lang::En);
    drive(quiet(streams, Lang::En), &[Event::Demo(demo)]).unwrap();
    let text = out.text();
    assert!(text.starts_with("Stopped at step 4, Scale to 3"), "{text}");
    assert!(text.ends_with("1 of 20 steps passed in 123.5 s, on docker\n"), "{text}");
    assert_eq!(err.text(), "");
}

#[test]
fn a_screen_says_what_it_waits_for_and_wipes_it() {
    let started = Event::CheckStarted {
        step: "s".into(),
        check: "three-healthy".into(),
        title: "three-healthy".into(),
    };
    let report = CheckReport {
        step: "s".into(),
        id: "three-healthy".into(),
        title: "three-healthy".into(),
        kind: "replicas",
        points: 1,
        proves: String::new(),
        predictions: Vec::new(),
        verdict: Verdict::pass(Text::verbatim("3")),
        ms: 1.0,
    };
    let events = [started, Event::CheckFinished(Box::new(report))];
    let style = Style { terminal: true, ..ASCII };
    let (out, _) = written(Format::Text, style, Lang::En, &events);
    assert_eq!(out, "s\n  checking three-healthy ...\r\u{1b}[K  + pass         three-healthy  3\n");
    let (out, _) = written(Format::Text, ASCII, Lang::En, &events);
    assert_eq!(out, "s\n  + pass         three-healthy  3\n");
}

/// A pipe whose reader went away after `left` bytes.
struct Closing {
    left: usize,
    kind: io::ErrorKind,
}

impl Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(self.kind)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_went_away_is_no_error_and_a_full_disk_is() {
    for format in [Format::Text, Format::Json, Format::Junit, Format::Github, Format::Classroom] {
        for (kind, quietly) in [(io::ErrorKind::BrokenPipe, true), (io::ErrorKind::StorageFull, false)] {
            let out = Closing { left: 40, kind };
            let streams = Streams::new(Box::new(out), Box::new(io::sink()), Style::PLAIN);
            let ended = drive(reporter(format, streams, Lang::En), &sample::all(Lang::En));
            assert_eq!(ended.is_ok(), quietly, "{format:?} {kind:?}");
        }
    }
}

#[test]
fn a_place_beyond_its_line_is_no_panic() {
    for (column, width, source) in [(0, 0, ""), (99, 5, "짧은 줄"), (3, 99, "줄"), (1, 1, "a\tb\n")] {
        let place = Place { file: "f".into(), line: 0, column, width, source: source.into() };
        let verdict = Verdict::not_yet(Text::verbatim("x")).at(Some(place));
        let report = CheckReport {
            step: "s".into(),
            id: "c".into(),
            title: "c".into(),
            kind: "compose",
            points: 1,
            proves: String::new(),
            predictions: Vec::new(),
            verdict,
            ms: 0.0,
        };
        let (out, _) = written(Format::Text, ASCII, Lang::Ko, &[Event::CheckFinished(Box::new(report))]);
        assert!(out.contains("x 아직"));
    }
}
