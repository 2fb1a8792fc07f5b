//! `workshop demo`: the whole lesson on a real engine, and nothing left of it, however it ends.

#![cfg(unix)]

mod paper;
pub(crate) mod presenter;
mod recording;
mod secrets;
mod silence;
mod surprises;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use unicode_width::UnicodeWidthStr;
use workshop::engine::generate_name;

use crate::cli::foreign::lessons;
use crate::docker::lab::{self, free_port};
use crate::docker::outside;
use crate::harness::{Run, Sandbox, docker_answers, local_images, wait_for};
use crate::report::held_to_schema;

/// The engines that a demo is tried on.
const ENGINES: &[&str] = &["docker", "embedded"];

/// A folder to play in, and an engine to play on.
struct Stage {
    sandbox: Sandbox,
    engine: &'static str,
    port: u16,
    /// The project name of the demo's own folder.
    name: String,
    _turn: lab::Turn,
}

impl Stage {
    /// One an engine that this machine has.
    fn all() -> impl Iterator<Item = Self> {
        ENGINES.iter().filter(|engine| **engine != "docker" || docker_answers()).map(|engine| {
            let turn = lab::Turn::take();
            let sandbox = Sandbox::new();
            let root = std::fs::canonicalize(sandbox.root()).expect("the folder is there");
            let demo = root.join(".workshop/demo/workshop");
            // The name is made of the path without links, which only a folder that is there has.
            std::fs::create_dir_all(&demo).expect("a folder");
            let name = generate_name(&demo);
            std::fs::remove_dir_all(root.join(".workshop")).expect("removed");
            Self { sandbox, engine, port: free_port(), name, _turn: turn }
        })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.sandbox.command();
        local_images(&mut command).env_remove("COMPOSE_PROJECT_NAME");
        command.env("FRONTEND_PORT", self.port.to_string()).env("BACKEND_PORT", free_port().to_string());
        command.args(["demo", "06", "--auto", "--engine", self.engine]).args(args);
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> Run {
        Run::of(&mut self.command(args))
    }

    /// Started in the background, and the application answers.
    #[track_caller]
    fn playing(&self) -> Playing {
        let mut command = self.command(&["--from", "scale-to-3", "--quiet"]);
        let child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut playing = Playing(child.expect("the program starts"));
        wait_for("an application", Duration::from_secs(90), || {
            assert!(playing.0.try_wait().expect("a child").is_none(), "it ended early");
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
        });
        playing
    }

    /// What the engine, or this machine, still has of the demo.
    fn left(&self) -> Vec<String> {
        if self.engine == "docker" {
            let mut left = outside::named("network", &self.name);
            left.extend(outside::named("volume", &self.name));
            left.extend(outside::containers(&self.name).into_iter().map(|one| one.name));
            return left;
        }
        let root = self.sandbox.root().to_string_lossy().into_owned();
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let command = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path().join("cmdline")).ok();
        processes.filter_map(command).filter(|line| line.contains(&root)).collect()
    }

    #[track_caller]
    fn is_clean(&self) {
        assert_eq!(self.left(), Vec::<String>::new());
        let files: Vec<_> = std::fs::read_dir(self.sandbox.root()).unwrap().flatten().collect();
        assert!(files.is_empty(), "{files:?}");
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.engine == "docker" {
            outside::remove(&self.name);
        }
    }
}

/// A demo in the background, which does not outlive its test.
struct Playing(Child);

impl Playing {
    #[track_caller]
    fn ends(&mut self) -> Option<i32> {
        let mut status = None;
        wait_for("its end", Duration::from_secs(60), || {
            status = self.0.try_wait().expect("a child");
            status.is_some()
        });
        status.and_then(|status| status.code())
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_whole_lesson_plays_by_itself_and_leaves_nothing() {
    for stage in Stage::all() {
        let begun = Instant::now();
        let run = stage.run(&["--json"]).code(0);
        eprintln!("the demo on {}: {:?}", stage.engine, begun.elapsed());
        let report = held_to_schema(&run);
        assert_eq!((&report["verdict"], &report["engine"]), (&"pass".into(), &stage.engine.into()));
        let steps = report["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 35);
        for step in steps {
            assert!(step["ms"].is_u64() && step["verdict"] == "pass", "{step:#}");
            assert!(step["left_out"].is_null() && !step["checks"].as_array().unwrap().is_empty(), "{step:#}");
        }
        let sum: u64 = steps.iter().filter_map(|step| step["ms"].as_u64()).sum();
        assert!(report["ms"].as_u64().unwrap() >= sum, "{sum}: {}", report["ms"]);
        assert!(run.stderr.is_empty(), "{run:?}");
        stage.is_clean();
    }
}

#[test]
fn a_part_of_it_is_shown_in_short_and_summed_up() {
    for stage in Stage::all() {
        for lang in ["en", "ko"] {
            let run =
                stage.run(&["--from", "scale-to-3", "--to", "see-it-in-the-browser", "--lang", lang]).code(0);
            let wide: Vec<&str> = run.stdout.lines().filter(|line| line.width() > 80).collect();
            assert!(wide.is_empty(), "{wide:#?}");
            assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
            assert_eq!(run.stdout.matches("7/7").count(), 1, "{run:?}");
            let run = run.says("workshop start 06").says("--build --scale backend=3");
            if lang == "en" {
                let run = run.says("23 Scale to 3 7/7 ✓ pass").says("3 of 3 steps passed in");
                run.says(&format!("on {}", stage.engine)).says("backend-3 20 ████");
            }
            stage.is_clean();
        }
    }
}

#[test]
fn without_a_stack_it_is_quick_and_quiet_is_one_line() {
    for stage in Stage::all() {
        let run = stage.run(&["--to", "remove-container-name", "--quiet"]).code(0);
        assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
        run.says("pass Lesson 06: 5 of 5 steps passed in");
        let run = stage.run(&["--to", "5"]).code(0).says("docker-compose.yml +1 −2");
        let run = run
            .says("- container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend")
            .says("✓ pass The backend has no fixed name");
        assert!(!run.stdout.contains("workshop undo"), "{run:?}");
        stage.is_clean();
    }
}

#[test]
fn a_learners_own_work_is_left_alone() {
    for stage in Stage::all() {
        let sandbox = &stage.sandbox;
        sandbox.run(["start", "06"]).code(0);
        sandbox.run(["apply", "--yes"]).code(0);
        sandbox.write("docker-compose.yml", "mine\n");
        let progress = || std::fs::read(sandbox.root().join(".workshop/progress.json")).unwrap();
        let before = (sandbox.tree(), progress());
        stage.run(&["--to", "5"]).code(0);
        assert!((sandbox.tree(), progress()) == before);
        assert!(!sandbox.root().join(".workshop/demo").exists());
    }
}

#[test]
fn it_stops_at_the_first_step_that_does_not_pass_and_says_why() {
    for stage in Stage::all() {
        let lessons = lessons(&stage.sandbox, |text| {
            text.replace(
                "{ absent = \"services.backend.container_name\" }",
                "{ absent = \"services.backend\" }",
            )
        });
        let lessons = lessons.to_str().unwrap();
        // It is somebody else's lesson, so its commands are agreed to first, in a demo too.
        let run = stage.run(&["--lessons", lessons]).code(2).says("--agree ");
        assert!(run.stdout.contains("runs: docker compose up"), "{run:?}");
        let digest = run.digest().unwrap();
        stage.run(&["--lessons", lessons, "--yes"]).code(2);
        let run = stage.run(&["--lessons", lessons, "--agree", &digest]).code(1);
        let run = run.says("Stopped at step 5, Remove container_name").says("0/1 ✗ not yet");
        let run = run.says("The backend has no fixed name services.backend is still there");
        run.says("not yet Lesson 06: 4 of 35 steps passed");
        let report =
            held_to_schema(&stage.run(&["--lessons", lessons, "--agree", &digest, "--json"]).code(1));
        assert_eq!((&report["verdict"], report["steps"].as_array().unwrap().len()), (&"not_yet".into(), 5));
        std::fs::remove_dir_all(lessons).unwrap();
        stage.is_clean();
    }
}

#[test]
fn a_command_that_fails_ends_it_and_is_the_machines_fault() {
    for stage in Stage::all() {
        let _held = TcpListener::bind((Ipv4Addr::UNSPECIFIED, stage.port)).expect("the port is free");
        let report = held_to_schema(&stage.run(&["--from", "scale-to-3", "--json"]).code(3));
        assert_eq!(
            (&report["verdict"], report["steps"].as_array().unwrap().len()),
            (&"environment".into(), 1)
        );
        let message = report["error"]["message"].as_str().unwrap();
        assert!(message.contains(&stage.port.to_string()), "{message}");
        stage.is_clean();
    }
}

#[test]
fn told_to_end_in_the_middle_it_takes_everything_down_first() {
    for stage in Stage::all() {
        // As Ctrl-C at a terminal, to the whole group; and as `kill` does, to the program alone.
        let mut playing = stage.playing();
        kill_process_group(Pid::from_child(&playing.0), Signal::INT).unwrap();
        assert_eq!(playing.ends(), Some(130));
        stage.is_clean();
        let mut playing = stage.playing();
        kill_process(Pid::from_child(&playing.0), Signal::TERM).unwrap();
        assert_eq!(playing.ends(), Some(130));
        stage.is_clean();
    }
}

#[test]
fn what_a_killed_demo_left_is_taken_down_by_the_next_and_two_at_once_are_one_too_many() {
    for stage in Stage::all() {
        let mut first = stage.playing();
        let pid = first.0.id().to_string();
        stage.run(&[]).code(3).says("playing in this folder already").says(&pid);
        assert!(first.0.try_wait().unwrap().is_none(), "the first one goes on");
        kill_process_group(Pid::from_child(&first.0), Signal::KILL).unwrap();
        assert_eq!(first.ends(), None);
        assert_ne!(stage.left(), Vec::<String>::new());
        stage.run(&["--to", "1"]).code(0).says("Took down what an earlier demo had left");
        assert_eq!(stage.left(), Vec::<String>::new());
        assert!(!stage.sandbox.root().join(".workshop/demo").exists());
    }
}

#[test]
fn what_makes_no_sense_is_said_and_leaves_no_trace() {
    let sandbox = Sandbox::new().without_docker();
    let run = sandbox.run(["demo", "06"]).code(2).says("workshop demo 06 --auto");
    assert!(run.stdout.is_empty(), "{run:?}");
    sandbox.run(["demo", "06", "--lang", "ko"]).code(2).says("터미널 없이 자동으로 진행하려면");
    for (args, words) in [
        (&["demo", "99", "--auto"][..], "there is: 06, 07, 08"),
        (&["demo", "06", "--auto", "--from", "nope"], "no step \"nope\""),
        (&["demo", "06", "--auto", "--from", "7", "--to", "5"], "comes before"),
    ] {
        sandbox.run(args).code(2).says(words);
    }
    sandbox.run(["demo", "06", "--auto", "--engine", "docker"]).code(3).says("unix:///nonexistent");
    assert!(!sandbox.root().join(".workshop").exists());
    let noted = sandbox.root().parent().expect("a parent").join("state/workshop/workspaces");
    assert_eq!(std::fs::read_dir(noted).expect("it was made").count(), 0, "nothing is noted down of it");
}
