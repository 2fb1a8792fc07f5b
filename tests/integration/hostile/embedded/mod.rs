//! The engine without Docker keeps to its own folders and processes, and every command comes back.

#![cfg(target_os = "linux")]

mod bounds;
mod files;
mod names;
mod processes;

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::embedded::desk::Desk;
use crate::harness::Run;

/// No command takes longer, whatever sits at the other end.
const DEADLINE: Duration = Duration::from_secs(40);

/// Runs the program to its end, which has to come in time.
#[track_caller]
fn in_time(desk: &Desk, line: &str) -> Run {
    let mut command = desk.command();
    command.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let text = |pipe: Option<Box<dyn Read + Send>>| {
        std::thread::spawn(move || {
            let mut text = String::new();
            pipe.expect("a pipe").read_to_string(&mut text).expect("its output is UTF-8");
            text
        })
    };
    let stdout = text(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = text(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    while child.try_wait().expect("it is there").is_none() {
        if begun.elapsed() > DEADLINE {
            child.kill().expect("it is there");
            panic!("`workshop {line}` hangs");
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let status = child.wait().expect("it is there").code();
    Run { status, stdout: stdout.join().expect("read"), stderr: stderr.join().expect("read") }
}

/// A process that has nothing to do with any of this; ended with the test.
struct Innocent(std::process::Child);

impl Innocent {
    fn new() -> Self {
        use std::os::unix::process::CommandExt;
        // It leads a group, as a replica does.
        let sleep = std::process::Command::new("sleep").arg("300").process_group(0).spawn();
        Self(sleep.expect("sleep"))
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }

    #[track_caller]
    fn is_well(&mut self) {
        assert_eq!(self.0.try_wait().expect("it is there"), None, "an innocent was ended");
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).expect("it is there");
        assert!(!stat.contains(") T "), "an innocent was stopped");
    }
}

impl Drop for Innocent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
