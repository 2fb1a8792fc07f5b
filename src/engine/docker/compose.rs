//! Docker Compose as a child process: which program it is ([`Compose`]), and its run with output
//! line by line. The child never outlives the future that waits for it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::endpoint::Endpoint;
use super::{stderr, surroundings};
use crate::engine::{CommandEnd, EngineError, Output, Project};
use crate::text::Text;

/// What a program that only says its version may take.
const VERSION: Duration = Duration::from_secs(10);
/// What a command that only asks may take.
const QUESTION: Duration = Duration::from_secs(60);
/// How long a command may say nothing: a build compiles for minutes in one go, and `--wait` waits.
const SILENCE: Duration = Duration::from_secs(20 * 60);
/// Longer versions there are none.
const LONGEST_VERSION: u64 = 4 << 10;
/// How long a child may take to end by itself once it is told to.
const GRACE: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(20);
/// How long output may still come after the child's end: from a grandchild that keeps the pipe.
const AFTERWARDS: Duration = Duration::from_millis(500);
/// Lines of each stream that are kept for a message.
const TAIL: usize = 40;
/// A line is handed on at this length, ended or not.
const LONGEST_LINE: usize = 64 << 10;

/// Compose as it is installed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compose {
    /// `docker compose` or `docker-compose`.
    pub words: &'static [&'static str],
    /// As it says itself: `2.40.3`, `1.29.2`.
    pub version: String,
}

impl Compose {
    /// Looks for `docker compose`, then for `docker-compose`. Neither asks the engine for this.
    ///
    /// # Errors
    /// [`EngineError::ComposeMissing`], and [`EngineError::TimedOut`] where a program hangs.
    pub async fn find() -> Result<Self, EngineError> {
        const PROGRAMS: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];
        for words in PROGRAMS {
            if let Some(version) = version_of(words).await? {
                return Ok(Self { words, version });
            }
        }
        Err(EngineError::ComposeMissing)
    }

    /// True for Compose 1, which is no longer maintained and knows fewer options.
    pub fn is_old(&self) -> bool {
        self.version.starts_with("1.") || self.version.starts_with("0.")
    }

    /// The command line for `args`.
    pub fn line(&self, args: &[String]) -> Vec<String> {
        self.words.iter().map(|word| (*word).to_owned()).chain(args.iter().cloned()).collect()
    }

    /// Runs `args` in the project's folder, as the learner's own shell there would, and hands its
    /// output on. No flag names the folder or a file: so the labels that it writes, and the
    /// service's own hash, are the ones that the learner's `docker compose` writes.
    pub async fn run(
        &self,
        project: &Project,
        args: &[String],
        endpoint: &Endpoint,
        output: &mut dyn Output,
    ) -> Result<(CommandEnd, Vec<String>), EngineError> {
        let mut command = Command::new(self.words[0]);
        command.args(&self.words[1..]).current_dir(&project.dir);
        if self.is_old() {
            command.args(["--ansi", "never"]);
        }
        command
            .args(args)
            .env_clear()
            .envs(surroundings::of(project, endpoint))
            .env("COMPOSE_PROGRESS", "plain")
            .env("BUILDKIT_PROGRESS", "plain")
            .env("COMPOSE_ANSI", "never")
            .env("NO_COLOR", "1")
            .env("DOCKER_CLI_HINTS", "false")
            .env("COMPOSE_MENU", "0")
            .env("PWD", logical_dir(&project.dir));
        let most = if is_question(args) { QUESTION } else { SILENCE };
        let program = self.line(args).join(" ");
        if is_question(args) {
            let asked = tokio::time::timeout(QUESTION, stream(&mut command, &program, most, output)).await;
            return asked.unwrap_or(Err(EngineError::ProgramHangs { program, after: QUESTION }));
        }
        stream(&mut command, &program, most, output).await
    }

    /// Asks Compose whether the project's file is one that it accepts; its complaint if not.
    pub async fn complaint(&self, project: &Project, endpoint: &Endpoint) -> Option<String> {
        let args = ["config".to_owned(), "-q".to_owned()];
        let mut nowhere = Nowhere;
        let (end, _) = self.run(project, &args, endpoint, &mut nowhere).await.ok()?;
        if end.success() { None } else { stderr::last_line(&end.stderr_tail) }
    }
}

/// Words that only ask, and are answered at once by a program that is well.
fn is_question(args: &[String]) -> bool {
    let word = args.iter().find(|arg| !arg.starts_with('-')).map(String::as_str);
    word.is_some_and(|word| ["ps", "config", "images", "version", "ls", "port", "top"].contains(&word))
}

struct Nowhere;

impl Output for Nowhere {
    fn line(&mut self, _: bool, _: &str) {}
}

/// The folder as the learner's shell names it, through the symbolic links that they came by:
/// Compose takes the folder's name from `PWD`, writes it into labels, and counts a service of
/// another build path as changed, so both names in turn would make every container anew.
fn logical_dir(dir: &Path) -> PathBuf {
    let shell = std::env::var_os("PWD").map(PathBuf::from).filter(|pwd| pwd.is_absolute());
    let named = shell.and_then(|pwd| {
        let real = std::fs::canonicalize(&pwd).ok()?;
        let rest = dir.strip_prefix(real).ok()?;
        Some(if rest.as_os_str().is_empty() { pwd } else { pwd.join(rest) })
    });
    named.unwrap_or_else(|| dir.to_path_buf())
}

async fn version_of(words: &[&str]) -> Result<Option<String>, EngineError> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["version", "--short"]).stdin(Stdio::null()).kill_on_drop(true);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(answer) = tokio::time::timeout(VERSION, answer(command)).await else {
        return Err(EngineError::ProgramHangs { program: words.join(" "), after: VERSION });
    };
    let version = answer.map(|said| String::from_utf8_lossy(&said).trim().to_owned());
    Ok(version
        .map(|version| version.trim_start_matches('v').to_owned())
        .filter(|version| version.starts_with(|c: char| c.is_ascii_digit())))
}

/// What a program that ends well says first; it may say no more than a version has room for.
async fn answer(mut command: Command) -> Option<Vec<u8>> {
    let mut child = command.spawn().ok()?;
    let mut said = Vec::new();
    child.stdout.take()?.take(LONGEST_VERSION).read_to_end(&mut said).await.ok()?;
    child.wait().await.ok()?.success().then_some(said)
}

/// A child that is told to end when this is dropped: politely, so that a plugin below `docker`
/// ends as well and `up` stops what it started, and then by force.
struct Guard(Option<Child>);

impl Guard {
    async fn wait(&mut self) -> std::io::Result<ExitStatus> {
        match &mut self.0 {
            Some(child) => child.wait().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(mut child) = self.0.take() else { return };
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        #[cfg(unix)]
        let group = group_of(&child);
        let end = move || {
            #[cfg(unix)]
            signal(group, rustix::process::Signal::TERM);
            let deadline = Instant::now() + GRACE;
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(POLL);
            }
            // The child may have ended and left others behind.
            #[cfg(unix)]
            signal(group, rustix::process::Signal::KILL);
            let _ = child.start_kill();
        };
        leaving().push(std::thread::spawn(end));
    }
}

/// Children that were told to end and are waited for, each in a thread: a runtime that is at its own
/// end waits for nobody.
static LEAVING: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

fn leaving() -> MutexGuard<'static, Vec<JoinHandle<()>>> {
    LEAVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until every child that was told to end has ended, which it is made to in the end.
pub fn wait_for_children() {
    let all = std::mem::take(&mut *leaving());
    for thread in all {
        let _ = thread.join();
    }
}

/// The group that a child was started as the first of. Docker's program hands its work on to a plugin.
#[cfg(unix)]
fn group_of(child: &Child) -> Option<rustix::process::Pid> {
    child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
}

#[cfg(unix)]
fn signal(group: Option<rustix::process::Pid>, signal: rustix::process::Signal) {
    if let Some(group) = group {
        // It may have ended by itself; then there is nothing to tell.
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

/// Runs the command; its end, and the last lines of its standard output. One that says nothing for
/// `most` is taken for hanging.
async fn stream(
    command: &mut Command,
    program: &str,
    most: Duration,
    output: &mut dyn Output,
) -> Result<(CommandEnd, Vec<String>), EngineError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => EngineError::ComposeMissing,
        _ => EngineError::Refused { reason: Text::verbatim(error.to_string()) },
    })?;
    let (mut out, mut err) = (Pipe::new(child.stdout.take(), false), Pipe::new(child.stderr.take(), true));
    let mut guard = Guard(Some(child));
    let mut ended = None;
    // After the end, what is still in the pipes.
    let afterwards = tokio::time::sleep(Duration::MAX);
    tokio::pin!(afterwards);
    let silence = tokio::time::sleep(most);
    tokio::pin!(silence);
    while ended.is_none() || out.is_open() || err.is_open() {
        tokio::select! {
            biased;
            () = out.read(), if out.is_open() => {
                out.hand_on(output);
                silence.as_mut().reset(tokio::time::Instant::now() + most);
            }
            () = err.read(), if err.is_open() => {
                err.hand_on(output);
                silence.as_mut().reset(tokio::time::Instant::now() + most);
            }
            status = guard.wait(), if ended.is_none() => {
                ended = Some(status);
                afterwards.as_mut().reset(tokio::time::Instant::now() + AFTERWARDS);
            }
            () = &mut afterwards => break,
            () = &mut silence, if ended.is_none() => {
                return Err(EngineError::ProgramHangs { program: program.to_owned(), after: most });
            }
        }
    }
    out.finish(output);
    err.finish(output);
    let code = ended.and_then(Result::ok).and_then(|status| status.code());
    let end = CommandEnd { code, stderr_tail: err.tail, trouble: None };
    Ok((end, out.tail))
}

/// One stream of the child, cut into lines.
struct Pipe<R> {
    source: Option<R>,
    chunk: Vec<u8>,
    lines: Splitter,
    stderr: bool,
    tail: Vec<String>,
}

impl<R: AsyncRead + Unpin> Pipe<R> {
    const fn new(source: Option<R>, stderr: bool) -> Self {
        Self { source, chunk: Vec::new(), lines: Splitter::new(), stderr, tail: Vec::new() }
    }

    const fn is_open(&self) -> bool {
        self.source.is_some()
    }

    /// Reads once. Dropped before its end, it has read nothing.
    async fn read(&mut self) {
        let Some(source) = &mut self.source else { return };
        self.chunk.reserve(8 << 10);
        if !matches!(source.read_buf(&mut self.chunk).await, Ok(1..)) {
            self.source = None;
        }
    }

    fn hand_on(&mut self, output: &mut dyn Output) {
        self.lines.push(&self.chunk);
        self.chunk.clear();
        self.emit(output);
    }

    fn finish(&mut self, output: &mut dyn Output) {
        self.lines.end();
        self.emit(output);
    }

    fn emit(&mut self, output: &mut dyn Output) {
        for line in self.lines.ready.drain(..) {
            output.line(self.stderr, &line);
            self.tail.push(line);
        }
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
    }
}

/// Cuts bytes into lines, at `\n`, `\r\n` and at a lone `\r`, which draws a line anew: of those
/// only what differs from the one before is kept, and control sequences are left out.
struct Splitter {
    open: Vec<u8>,
    /// The last byte was `\r`: a `\n` that follows belongs to it.
    after_return: bool,
    redrawn: Option<String>,
    ready: Vec<String>,
}

impl Splitter {
    const fn new() -> Self {
        Self { open: Vec::new(), after_return: false, redrawn: None, ready: Vec::new() }
    }

    fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => self.redrawn = None,
                b'\n' => self.cut(false),
                b'\r' => self.cut(true),
                _ => self.open.push(*byte),
            }
            self.after_return = *byte == b'\r';
            if self.open.len() >= LONGEST_LINE {
                self.cut(false);
            }
        }
    }

    fn cut(&mut self, redraw: bool) {
        let line = String::from_utf8_lossy(&self.open);
        let line = console::strip_ansi_codes(&line).trim_end().to_owned();
        self.open.clear();
        let repeated = self.redrawn.as_ref() == Some(&line);
        let empty_redraw = redraw && line.is_empty();
        if !repeated && !empty_redraw {
            self.ready.push(line.clone());
        }
        self.redrawn = redraw.then_some(line);
    }

    fn end(&mut self) {
        if !self.open.is_empty() {
            self.cut(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(parts: &[&[u8]]) -> Vec<String> {
        let mut splitter = Splitter::new();
        parts.iter().for_each(|part| splitter.push(part));
        splitter.end();
        splitter.ready
    }

    #[test]
    fn output_is_cut_into_lines() {
        assert_eq!(split(&[b"a\nb\r", b"\n\nc"]), ["a", "b", "", "c"]);
        assert_eq!(split(&[b"10%\r10%\r20%\r20%\ndone\n"]), ["10%", "20%", "done"]);
        assert_eq!(split(&[b"\x1b[32mCreated\x1b[0m\n"]), ["Created"]);
        assert_eq!(split(&["워크".as_bytes(), "숍\n".as_bytes()]), ["워크숍"]);
        assert_eq!(split(&["숍".as_bytes().split_at(1).0, "\u{c80d}".as_bytes().split_at(1).0]).len(), 1);
        assert_eq!(split(&["숍".as_bytes().split_at(1).0, "숍".as_bytes().split_at(1).1, b"\n"]), ["숍"]);
        assert_eq!(split(&[&vec![b'x'; LONGEST_LINE + 5], b"\n"]).len(), 2);
    }
}
