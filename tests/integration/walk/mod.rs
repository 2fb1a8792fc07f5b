//! There is always a way on: from any state that a learner gets into, "do it for me" alone ends in
//! a pass. [`walk`] disturbs the start of a step in every way, and asks for nothing but `apply`
//! (and `apply --force` where the program names it).
//!
//! Every step in every state on one engine, about half an hour:
//! `WORKSHOP_WALK=06 cargo test --test integration -- --ignored walk::the_whole --nocapture`
//! (`06` or `07`; with `WORKSHOP_WALK_ENGINE=docker` on Docker).

#![cfg(unix)]

mod states;

use std::time::Instant;

use workshop::lesson::model::StepSpec;
use workshop::lesson::{Catalog, Lesson};

use crate::docker::lab::free_port;
use crate::embedded::desk::signal;
use crate::harness::{Run, Sandbox, local_images};
use states::STATES;

/// A learner's folder on one engine, its stack taken down when it is dropped.
pub(crate) struct Walker {
    pub sandbox: Sandbox,
    lesson: Lesson,
    engine: &'static str,
    ports: Vec<(String, String)>,
}

impl Walker {
    fn new(lesson: &str, engine: &'static str) -> Self {
        let lesson = Catalog::Embedded.find(lesson).expect("the lesson");
        let ports = lesson.file.ports.iter();
        let ports = ports.map(|port| (port.variable.clone(), free_port().to_string())).collect();
        let sandbox = Sandbox::new();
        let sandbox = if engine == "docker" { sandbox } else { sandbox.without_docker() };
        Self { sandbox, lesson, engine, ports }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let mut command = self.sandbox.command();
        command.args(args).envs(self.ports.iter().map(|(name, value)| (name, value)));
        command.env_remove("COMPOSE_PROJECT_NAME");
        Run::of(local_images(&mut command))
    }

    /// `workshop compose LINE`, whatever comes of it.
    pub(crate) fn compose(&self, line: &str) {
        let args: Vec<&str> = std::iter::once("compose").chain(line.split(' ')).collect();
        self.run(&args);
    }

    /// The service of which the lesson runs several, or the last that it runs.
    pub(crate) fn server(&self) -> &'static str {
        if self.lesson.file.id == "06" { "backend" } else { "api-server-2" }
    }

    /// The machine goes off: on the embedded engine what runs the stack is killed, on Docker, whose
    /// daemon others use, every container.
    pub(crate) fn cut(&self) {
        let door = std::fs::read(self.sandbox.path("../.workshop/engine/supervisor.json")).ok();
        let door = door.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
        match door.and_then(|door| door["pid"].as_u64()) {
            Some(pid) => signal(u32::try_from(pid).expect("a process id"), "KILL"),
            None => self.compose("kill"),
        }
    }

    fn begin(&self, step: &str) {
        let id = &self.lesson.file.id;
        self.run(&["start", id, "--engine", self.engine, "--at", step, "--yes"]).code(0);
    }

    /// The step done by the program and by nothing else; what was said where it is no pass.
    fn is_done(&self, step: &StepSpec) -> Result<(), String> {
        let done = self.run(&["apply", "--yes", "--step", &step.id]);
        if done.status == Some(0) {
            return Ok(());
        }
        if !done.stderr.contains("--force") && !done.stdout.contains("--force") {
            return Err(format!("no way on is named\n{}\n{}", done.stdout, done.stderr));
        }
        let over = self.run(&["apply", "--yes", "--force", "--step", &step.id]);
        match over.status {
            Some(0) => Ok(()),
            _ => Err(format!("{}\n{}", over.stdout, over.stderr)),
        }
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        if self.engine == "docker" {
            self.compose("down --volumes --remove-orphans --timeout 1");
        }
        self.run(&["reset", "--all", "--yes"]);
    }
}

/// Every one of `steps` (all that can be done by the program, if none is named) from every state
/// that `wanted` takes; what did not come to a pass.
fn walk(walker: &Walker, steps: &[&str], wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut stuck = Vec::new();
    for step in walker.lesson.file.steps.iter().filter(|step| step.has_action()) {
        if !steps.is_empty() && !steps.contains(&step.id.as_str()) {
            continue;
        }
        for (name, disturb) in STATES.iter().filter(|(name, _)| wanted(&step.id, name)) {
            walker.begin(&step.id);
            disturb(walker);
            let begun = Instant::now();
            let end = walker.is_done(step);
            let came = end.as_ref().err().map_or("ok", |said| said.as_str());
            eprintln!("{} {name}: {} s, {came}", step.id, begun.elapsed().as_secs());
            stuck.extend(end.err().map(|said| format!("{} from {name}: {said}", step.id)));
        }
    }
    stuck
}

#[track_caller]
fn none(stuck: &[String]) {
    assert!(stuck.is_empty(), "{} stuck:\n{}", stuck.len(), stuck.join("\n----\n"));
}

/// The checks of change, each from the states that left them failing for ever.
#[test]
fn a_check_of_change_is_mended_by_doing_the_step() {
    let walker = Walker::new("06", "embedded");
    for (step, states) in [
        ("scale-to-5", &["up-again", "other-count", "rebooted"][..]),
        ("restart-one", &["restarted", "rebooted"][..]),
        ("lose-one", &["up-again", "nothing-runs"][..]),
    ] {
        none(&walk(&walker, &[step], |_, state| states.contains(&state)));
    }
}

/// The files, from every state of theirs.
#[test]
fn an_edit_is_made_whatever_the_files_are() {
    for (lesson, steps) in [
        ("06", &["copy-the-app", "remove-container-name", "database-from-environment"][..]),
        ("07", &["two-api-servers"][..]),
    ] {
        let walker = Walker::new(lesson, "embedded");
        none(&walk(&walker, steps, |_, state| states::of_files(state)));
    }
}

#[test]
#[ignore = "half an hour"]
fn the_whole_lesson_from_every_state() {
    let engine = match std::env::var("WORKSHOP_WALK_ENGINE").as_deref() {
        Ok("docker") => "docker",
        _ => "embedded",
    };
    let lesson = std::env::var("WORKSHOP_WALK").unwrap_or_else(|_| "06".to_owned());
    let only = std::env::var("WORKSHOP_WALK_STEPS").unwrap_or_default();
    let steps: Vec<&str> = only.split(',').filter(|step| !step.is_empty()).collect();
    let walker = Walker::new(&lesson, engine);
    none(&walk(&walker, &steps, |_, _| true));
}
