//! An engine that is sick, or is none: it is the machine that is in the way (exit code 3), said in
//! bounded time and bounded memory.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use workshop::engine::docker::DockerEngine;
use workshop::engine::{
    Detail, Engine, EngineError, Health, Holdings, Observe, Project, Replica, Resource, ResourceKind, State,
};

use super::fake::{Asked, Fake, container, flood, json, silence};
use super::watched::Watched;
use crate::cli::at_step;
use crate::harness::Run;

/// Every request of ours has 5 seconds; a command asks a few, and starts on a busy machine.
const SOON: Duration = Duration::from_secs(30);
/// What a run of the program may have, in MiB, whatever the engine sends.
const MEMORY: u64 = 320;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/// At a step with live checks, on that engine: the check, and what stands around it.
#[track_caller]
fn is_the_machine(scenario: impl Fn(&Asked, &mut UnixStream) -> bool + Send + Sync + 'static, words: &str) {
    let fake = Fake::new(scenario);
    let sandbox = at_step("scale-to-3").with_env("DOCKER_HOST", fake.address());
    let run = |args: &[&str]| Watched::of(sandbox.command().args(args), SOON).within(MEMORY);
    let check = run(&["check", "--json"]).code(3);
    let report = check.json();
    assert_eq!(report["verdict"], "environment", "{report:#}");
    let said = report["steps"][0]["checks"][0]["message"].as_str().expect("a message");
    assert!(said.contains(words) && said.chars().count() < 1200, "{said}");
    run(&["status"]).code(0);
    let doctor = run(&["doctor"]);
    assert!(matches!(doctor.status, Some(0 | 3)), "{doctor:?}");
    shows_no_control(&doctor);
    shows_no_control(&run(&["check"]).code(3));
}

#[track_caller]
fn shows_no_control(run: &Run) {
    let hostile = |c: char| (c.is_control() && !"\n\t".contains(c)) || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!run.stdout.contains(hostile) && !run.stderr.contains(hostile), "{run:?}");
}

#[test]
fn an_answer_that_never_ends() {
    let chunked = format!("{OK}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    let long = chunk(&"x".repeat(32 << 10));
    let head = chunked.clone();
    is_the_machine(
        move |_, stream| flood(stream, &format!("{head}6\r\n[{{\"Id\"\r\n2\r\n:\"\r\n"), &long),
        "far more than a Docker engine would",
    );
    // Little to send, much to keep.
    let many = chunk(&"{},".repeat(10 << 10));
    is_the_machine(move |_, stream| flood(stream, &format!("{chunked}1\r\n[\r\n"), &many), "far more than");
}

#[test]
fn a_short_answer_that_stands_for_a_large_one() {
    for part in ["{},", "{\"Mounts\":[{},{},{},{},{},{},{},{}]},", "{\"Ports\":[{},{},{}]},"] {
        let body = format!("[{}{{}}]", part.repeat((30 << 20) / part.len()));
        is_the_machine(
            move |asked, stream| {
                asked.path == "/containers/json" && {
                    json(stream, 200, &body);
                    true
                }
            },
            "far more than",
        );
    }
}

#[test]
fn a_head_that_never_ends() {
    is_the_machine(|_, stream| flood(stream, "HTTP/1.1 200 OK\r\n", b"X-Flood: yes\r\n"), "Docker");
    is_the_machine(|_, stream| flood(stream, "HTTP/1.1 200 OK\r\nX-Flood: ", b"yes"), "Docker");
    is_the_machine(|_, stream| flood(stream, "", b"HTTP/1.1 100 Continue\r\n\r\n"), "Docker");
    let head = format!("{OK}Transfer-Encoding: chunked\r\n\r\n1;");
    is_the_machine(move |_, stream| flood(stream, &head, b"extension"), "Docker");
    let head = format!("{OK}Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n0\r\n");
    is_the_machine(move |_, stream| flood(stream, &head, b"X-Trailer: yes\r\n"), "Docker");
}

#[test]
fn an_answer_that_drips() {
    is_the_machine(
        |_, stream| {
            let head = format!("{OK}Content-Length: 1000000\r\n\r\n[");
            let mut alive = stream.write_all(head.as_bytes()).is_ok();
            while alive {
                std::thread::park_timeout(Duration::from_millis(50));
                alive = stream.write_all(b" ").is_ok();
            }
            true
        },
        "No answer within 5 seconds",
    );
}

#[test]
fn what_says_nothing_hangs_up_or_talks_nonsense() {
    is_the_machine(|_, stream| silence(stream), "No answer within 5 seconds");
    is_the_machine(|_, _| true, "broke off");
    let half = format!("{OK}Content-Length: 1000\r\n\r\n[{{\"Id\":");
    is_the_machine(move |_, stream| stream.write_all(half.as_bytes()).is_ok(), "broke off");
    is_the_machine(|_, stream| stream.write_all(&[0xff; 512]).is_ok(), "Docker");
}

#[test]
fn an_error_without_an_end_that_would_paint_the_terminal() {
    is_the_machine(
        |_, stream| {
            let head = "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n";
            let text = "\x1b[2J\x1b]0;owned\x07\u{202e}evil \r";
            flood(stream, head, format!("{:x}\r\n{text}\r\n", text.len()).as_bytes())
        },
        "The engine refused",
    );
    let text = r#"{"message": "\u001b[2Jgone\u001b]0;title\u0007 \u202etxt.exe"}"#;
    is_the_machine(
        move |_, stream| {
            json(stream, 500, text);
            true
        },
        "The engine refused",
    );
}

/// Lists that no engine would send.
#[test]
fn an_engine_that_lies() {
    let sound = container(1, "/elsewhere", "workshop-000000");
    for body in [
        "{}".to_owned(),
        "null".to_owned(),
        "\"[]\"".to_owned(),
        "[1, 2]".to_owned(),
        "[{}]".to_owned(),
        "[".repeat(100_000),
        sound.replace("\"Id\":\"00", "\"Id\":\"../00").replace('{', "[{"),
        format!("[{}]", sound.replace("\"Id\":\"00", "\"Id\":\"../../00")),
        format!("[{}]", sound.replace("\"Id\":\"00", "\"Id\":\"a/b")),
        format!("[{}]", sound.replace("\"Id\":\"00", &format!("\"Id\":\"{}", "0".repeat(100_000)))),
        format!("[{}]", sound.replace("\"Id\":\"00", "\"Id\":\"\\u001b[2J")),
        format!("[{}]", sound.replace("\"Created\":1795776744", "\"Created\":NaN")),
        format!("[{}]", sound.replace("\"Created\":1795776744", "\"Created\":\"yesterday\"")),
        format!("[{}]", sound.replace("\"PublicPort\":1025", "\"PublicPort\":99999999")),
        format!("[{}]", sound.replace("\"State\":\"running\"", "\"State\":\"flying\"")),
    ] {
        let shown: String = body.chars().take(80).collect();
        let fake = Fake::new(move |asked, stream| {
            asked.path == "/containers/json" && {
                json(stream, 200, &body);
                true
            }
        });
        let error = asked(&fake, async |engine| {
            engine.observe(&project("/elsewhere"), Detail::StartTimes).await.unwrap_err()
        });
        assert!(
            matches!(&error, EngineError::Unreachable { reason, .. } if reason.key == "engine-reason-not-docker"),
            "{shown}: {error:?}"
        );
    }
    // Odd, and no reason to stop.
    let odd = [
        sound.replace("\"Created\":1795776744", "\"Created\":-9223372036854775808"),
        sound.replace("\"Created\":1795776744", "\"Created\":9223372036854775807"),
        sound.replace("container-number\":\"1\"", "container-number\":\"99999999999999999999\""),
        sound.replace("Up 2 minutes (healthy)", r"Exited (99999999999999) \u001b[2J"),
        sound.replace("\"NetworkSettings\"", "\"Other\"").replace("\"Mounts\"", "\"More\""),
    ];
    for body in odd {
        let fake = Fake::new(move |asked, stream| {
            let body = match asked.path.as_str() {
                "/containers/json" => format!("[{body}]"),
                path if path.starts_with("/containers/") => {
                    r#"{"State": {"StartedAt": "9999999-99-99T99:99:99Z"}, "RestartCount": -5}"#.to_owned()
                }
                _ => return false,
            };
            json(stream, 200, &body);
            true
        });
        let seen = asked(&fake, async |engine| {
            engine.observe(&project("/elsewhere"), Detail::StartTimes).await.unwrap()
        });
        assert_eq!((seen.replicas.len(), seen.replicas[0].restarts), (1, Some(0)), "{seen:?}");
    }
}

#[test]
fn containers_that_are_another_folders_are_nobodys_business() {
    let others: Vec<String> = (1..200).map(|number| container(number, "/elsewhere", "other")).collect();
    let body = format!("[{}]", others.join(","));
    let fake = Fake::new(move |asked, stream| {
        asked.path == "/containers/json" && {
            json(stream, 200, &body);
            true
        }
    });
    let sandbox = at_step("scale-to-3").with_env("DOCKER_HOST", fake.address());
    sandbox.run(["check"]).code(1).says("nothing runs in this workspace yet");
    sandbox.run(["reset", "--all", "--yes"]);
    let changed: Vec<String> = fake.seen().into_iter().filter(|line| !line.starts_with("GET ")).collect();
    assert_eq!(changed, Vec::<String>::new());
}

#[test]
fn ten_thousand_containers_are_looked_through() {
    let sandbox = at_step("scale-to-3");
    let dir = std::fs::canonicalize(sandbox.path("")).unwrap();
    let mut all: Vec<String> = (0..9_997).map(|number| container(number, "/elsewhere", "other")).collect();
    all.extend((9_997..10_000).map(|number| container(number, dir.to_str().unwrap(), "workshop-000000")));
    let body = format!("[{}]", all.join(","));
    eprintln!("a listing of {} MiB", body.len() >> 20);
    let fake = Fake::new(move |asked, stream| {
        asked.path == "/containers/json" && {
            json(stream, 200, &body);
            true
        }
    });
    let sandbox = sandbox.with_env("DOCKER_HOST", fake.address());
    let watched = Watched::of(sandbox.command().args(["status", "--json"]), SOON);
    eprintln!("read in {:?} with {} MiB", watched.took, watched.peak);
    let run = watched.within(2 * MEMORY).code(0);
    let status = run.json().to_string();
    assert!(status.contains("backend-9997") && !status.contains("backend-5000"), "{status}");
}

fn project(dir: &str) -> Project {
    Project { name: "workshop-000000".into(), dir: dir.into(), unique: true }
}

fn replica() -> Replica {
    Replica {
        id: "0".repeat(64),
        name: "web-1".into(),
        service: "web".into(),
        index: 1,
        hostname: "web".into(),
        state: State::Running,
        health: Health::None,
        networks: std::collections::BTreeMap::new(),
        published: Vec::new(),
        image: "web".into(),
        created: std::time::UNIX_EPOCH,
        started: None,
        node: None,
        restarts: None,
        trouble: None,
    }
}

/// Asks the engine itself; the answer must come soon.
#[track_caller]
fn asked<T>(fake: &Fake, question: impl AsyncFnOnce(&DockerEngine) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = DockerEngine::at(&fake.address());
    let begun = Instant::now();
    let answer = runtime.block_on(async { tokio::time::timeout(SOON, question(&engine)).await });
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    answer.expect("it ends")
}

#[test]
fn what_a_container_writes_without_an_end_is_cut() {
    let upgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    let head = |length: u32| [[1, 0, 0, 0], length.to_be_bytes()].concat();
    let pieces: [Vec<u8>; 3] = [
        [head(4), b"yes\n".to_vec()].concat(),
        [head(u32::MAX), vec![b'x'; 4096]].concat(),
        b"no head ".to_vec(),
    ];
    for piece in pieces {
        let part = piece.clone();
        let fake = Fake::new(move |asked, stream| match asked.path.as_str() {
            path if path.ends_with("/exec") => {
                json(stream, 201, r#"{"Id": "1234"}"#);
                true
            }
            path if path.starts_with("/exec/") => flood(stream, upgraded, &part),
            _ => false,
        });
        let end = asked(&fake, async |engine| engine.exec(&replica(), &["yes".into()]).await);
        let too_much = |error: &EngineError| matches!(error, EngineError::Unreachable { reason, .. } if reason.key == "engine-reason-too-much");
        assert!(end.as_ref().is_err_and(too_much), "{end:?}");

        // A log that is said to go on and breaks off.
        let fake = Fake::new(move |asked, stream| {
            asked.path.ends_with("/logs") && {
                let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                let _ = stream.write_all(head.as_bytes());
                for _ in 0..64 {
                    let chunk = piece.repeat(100);
                    let _ = stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes());
                    let _ = stream.write_all(&[chunk.as_slice(), b"\r\n"].concat());
                }
                true
            }
        });
        let lines = asked(&fake, async |engine| engine.logs(&replica(), None).await);
        let broken = |error: &EngineError| matches!(error, EngineError::Unreachable { .. });
        assert!(lines.as_ref().is_err_and(broken), "{:?}", lines.map(|lines| lines.len()));
    }
}

#[test]
fn news_and_figures_without_an_end_are_cut() {
    let fake = Fake::new(|asked, stream| match asked.path.as_str() {
        "/events" => flood(stream, &format!("{OK}\r\n{{\"Type\": \""), b"x"),
        path if path.ends_with("/stats") => flood(stream, &format!("{OK}\r\n{{\"read\": \""), b"x"),
        _ => false,
    });
    asked(&fake, async |engine| {
        let mut news = engine.changes(&project("/nowhere")).await.expect("it listens");
        assert_eq!(news.next().await, None, "it ends, and tells no news");
    });
    let figures = asked(&fake, async |engine| engine.cpu_times(&[&replica()]).await);
    assert!(figures.is_err(), "{figures:?}");
}

#[test]
fn what_a_removal_leaves_is_named_and_the_rest_is_removed() {
    let fake = Fake::new(|asked, stream| {
        asked.method == "DELETE" && {
            if asked.path.contains("stuck") {
                json(stream, 500, r#"{"message": "device or resource busy"}"#);
            } else {
                json(stream, 204, "");
            }
            true
        }
    });
    let all = [
        (ResourceKind::Container, "stuck-1"),
        (ResourceKind::Container, "web-2"),
        (ResourceKind::Network, "net"),
        (ResourceKind::Volume, "stuck-data"),
        (ResourceKind::Volume, "data"),
    ];
    let all = all.map(|(kind, name)| Resource { kind, id: name.into(), name: name.into() });
    let removed = asked(&fake, async |engine| engine.remove(&all).await);
    let Err(EngineError::Remaining { left, .. }) = &removed else { panic!("{removed:?}") };
    assert_eq!(left.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["stuck-1", "stuck-data"]);
    for lang in workshop::text::Lang::ALL {
        let words = removed.as_ref().unwrap_err().text().render(lang);
        assert!(words.contains("stuck-1") && words.contains("device or resource busy"), "{words}");
    }
    for gone in ["web-2", "net", "data"] {
        assert!(fake.seen().iter().any(|line| line.starts_with("DELETE ") && line.ends_with(gone)), "{gone}");
    }
}
