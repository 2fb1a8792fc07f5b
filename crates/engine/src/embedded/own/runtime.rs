//! The programs that a lesson's own may need, by name: how each is asked for its version, and the
//! package that brings it. No other is ever run to be asked: a program that does not know the
//! question might do something.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::version::{Requirement, Version};
use crate::embedded::machine::find::{self, Packages};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(5);

/// A program by its name on this machine.
pub(crate) struct Runtime {
    name: &'static str,
    /// The arguments by which it says its version and does no more.
    version: &'static [&'static str],
    packages: Packages,
}

/// Why a program that is needed cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lack {
    /// The program's name.
    pub program: String,
    /// The version that is there, and the one that is wanted; none where it is not there at all.
    pub old: Option<(String, String)>,
    /// What installs it, where that is known.
    pub install: Option<String>,
}

const fn runtime(
    name: &'static str,
    version: &'static [&'static str],
    apt: &'static str,
    dnf: &'static str,
    brew: &'static str,
) -> Runtime {
    Runtime { name, version, packages: Packages { apt, dnf, brew } }
}

static RUNTIMES: [Runtime; 8] = [
    runtime("python3", &["--version"], "python3", "python3", "python"),
    runtime("node", &["--version"], "nodejs", "nodejs", "node"),
    runtime("java", &["-version"], "default-jre-headless", "java-latest-openjdk-headless", "openjdk"),
    runtime("ruby", &["--version"], "ruby", "ruby", "ruby"),
    runtime("php", &["--version"], "php-cli", "php-cli", "php"),
    runtime("perl", &["--version"], "perl", "perl", "perl"),
    runtime("go", &["version"], "golang-go", "golang", "go"),
    runtime("deno", &["--version"], "deno", "deno", "deno"),
];

impl Runtime {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        RUNTIMES.iter().find(|runtime| runtime.name == name)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        RUNTIMES.iter().map(|runtime| runtime.name)
    }

    /// Where this machine has the program `name`, and its version where one was asked for.
    ///
    /// # Errors
    /// It is not there, or no version that will do.
    pub(crate) fn found(name: &str, wanted: &Requirement) -> Result<(PathBuf, Option<String>), Lack> {
        let path = find::program(&[name]).ok_or_else(|| Lack::missing(name))?;
        let Some(runtime) = Self::named(name).filter(|_| !wanted.is_any()) else { return Ok((path, None)) };
        let version = runtime.asked(&path);
        match version {
            Some(version) if wanted.holds(&version) => Ok((path, Some(version.to_string()))),
            version => {
                let there = version.map_or_else(|| "?".to_owned(), |version| version.to_string());
                Err(Lack { old: Some((there, wanted.to_string())), ..Lack::missing(name) })
            }
        }
    }

    fn asked(&self, path: &PathBuf) -> Option<Version> {
        let mut command = Command::new(path);
        command.args(self.version).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = within(command, PATIENCE)?;
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Version::said(&said)
    }
}

/// What a command writes (some lines, no more than a pipe holds), if it ends in time.
fn within(mut command: Command, limit: Duration) -> Option<Output> {
    let mut child = command.spawn().ok()?;
    let deadline = Instant::now() + limit;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > deadline {
            let _ = (child.kill(), child.wait());
            return None;
        }
        std::thread::sleep(POLL);
    }
    child.wait_with_output().ok()
}

impl Lack {
    pub(super) fn missing(name: &str) -> Self {
        let install = Runtime::named(name).map(|runtime| runtime.packages.command());
        Self { program: name.to_owned(), old: None, install }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_or_is_not_there_is_no_version() {
        let mut sleeps = Command::new("sleep");
        sleeps.arg("600").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        assert!(within(sleeps, Duration::from_millis(50)).is_none());
        let lack = Runtime::found("no-such-program-here", &Requirement::default()).unwrap_err();
        assert_eq!((lack.old, lack.install), (None, None));
        let install = Lack::missing("node").install.expect("a package");
        assert!(install.contains("node"), "{install}");
    }
}
