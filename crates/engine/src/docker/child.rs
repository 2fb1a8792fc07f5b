//! A program of Docker's as a child: its output line by line ([`stream`]), within limits of time and
//! size, and its end together with all that it has started.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::{CommandEnd, EngineError, Output};
use workshop_text::Text;

/// How long a child may take to end by itself once it is told to.
const GRACE: Duration = Duration::from_secs(3);
/// How long output may still come after the child's end: from a grandchild that keeps the pipe.
const AFTERWARDS: Duration = Duration::from_millis(500);
/// Lines of each stream that are kept for a message.
const TAIL: usize = 40;
/// A line is handed on at this length, ended or not.
const LONGEST_LINE: usize = 64 << 10;

/// How long a child is waited for, and how much of its output is taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Without a word of it.
    pub silence: Duration,
    pub total: Duration,
    pub bytes: u64,
}

impl Limits {
    /// Of a program that only says its version, or what it thinks of a file.
    pub(crate) const WORD: Self =
        Self { silence: Duration::from_secs(10), total: Duration::from_secs(10), bytes: 1 << 20 };
    /// Of a command that looks at what is there.
    pub(crate) const LOOK: Self =
        Self { silence: Duration::from_secs(60), total: Duration::from_secs(60), bytes: 64 << 20 };
    /// Of one that builds, pulls, or waits until something is healthy. On a bad network a large
    /// layer says nothing for long.
    pub(crate) const WORK: Self =
        Self { silence: Duration::from_secs(15 * 60), total: Duration::from_secs(3 * 3600), bytes: 64 << 20 };
}

/// A child that is told to end when this is dropped, with all that it has started: politely, so that
/// a plugin below `docker` ends as well and `up` stops what it started, and then by force.
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
        let mut ending = Ending { group: group::of(&child), child };
        group::end(ending.group, false);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let deadline = Instant::now() + GRACE;
                while !ending.is_over() && Instant::now() < deadline {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            });
        }
    }
}

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What has been told to end. Dropped, because its time is over or because the program itself ends,
/// it is gone.
struct Ending {
    child: Child,
    group: group::Group,
}

impl Ending {
    fn is_over(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None)) && !group::is_there(self.group)
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Where the program ends first, the runtime drops this at once: it may still be ending.
        let deadline = std::time::Instant::now() + GRACE;
        while !self.is_over() && std::time::Instant::now() < deadline {
            std::thread::sleep(LOOK_AGAIN);
        }
        if !self.is_over() {
            group::end(self.group, true);
        }
    }
}

/// A child and all that it starts, as one group of processes.
mod group {
    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    use tokio::process::Child;

    pub(crate) type Group = Option<Pid>;

    /// The group of a child that was started as its first.
    pub(crate) fn of(child: &Child) -> Group {
        child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
    }

    pub(crate) fn is_there(group: Group) -> bool {
        group.is_some_and(|group| test_kill_process_group(group).is_ok())
    }

    /// One that has ended by itself needs no telling.
    pub(crate) fn end(group: Group, by_force: bool) {
        if let Some(group) = group {
            let _ = kill_process_group(group, if by_force { Signal::KILL } else { Signal::TERM });
        }
    }
}

/// Starts the command as the first of a group of its own.
fn start(command: &mut Command) -> Result<Child, EngineError> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.process_group(0);
    command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => EngineError::ComposeMissing,
        _ => EngineError::Refused { reason: Text::verbatim(error.to_string()) },
    })
}

/// Runs the command; its end, and the last lines of its standard output.
pub(crate) async fn stream(
    command: &mut Command,
    limits: Limits,
    program: &str,
    output: &mut dyn Output,
) -> Result<(CommandEnd, Vec<String>), EngineError> {
    let mut child = start(command)?;
    let (mut out, mut err) = (Pipe::new(child.stdout.take(), false), Pipe::new(child.stderr.take(), true));
    let group = group::of(&child);
    let mut guard = Guard(Some(child));
    let mut ended = None;
    let latest = Instant::now() + limits.total;
    let mut deadline = latest.min(Instant::now() + limits.silence);
    let mut left = limits.bytes;
    while ended.is_none() || out.is_open() || err.is_open() {
        let read = tokio::select! {
            // Not in order: one that never stops to write must not hide the end or the time.
            read = out.read(), if out.is_open() => { out.hand_on(output); read }
            read = err.read(), if err.is_open() => { err.hand_on(output); read }
            status = guard.wait(), if ended.is_none() => {
                ended = Some(status);
                // What is still in the pipes.
                deadline = Instant::now() + AFTERWARDS;
                continue;
            }
            () = tokio::time::sleep_until(deadline) => break,
        };
        left = left.saturating_sub(read as u64);
        if left == 0 {
            return Err(EngineError::ProgramFloods { program: program.to_owned() });
        }
        if ended.is_none() {
            deadline = latest.min(Instant::now() + limits.silence);
        }
    }
    let Some(ended) = ended else {
        let after = if Instant::now() >= latest { limits.total } else { limits.silence };
        return Err(EngineError::ProgramHangs { program: program.to_owned(), after });
    };
    if out.is_open() || err.is_open() {
        // It has left something behind that holds the pipe.
        group::end(group, false);
    }
    out.finish(output);
    err.finish(output);
    let code = ended.ok().and_then(|status| status.code());
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

    /// Reads once; how much. Dropped before its end, it has read nothing.
    async fn read(&mut self) -> usize {
        let Some(source) = &mut self.source else { return 0 };
        self.chunk.reserve(8 << 10);
        let read = source.read_buf(&mut self.chunk).await.unwrap_or(0);
        if read == 0 {
            self.source = None;
        }
        read
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

    /// A program that does `script`, as Compose would be run.
    async fn played(script: &str, limits: Limits) -> (Result<CommandEnd, EngineError>, usize) {
        #[derive(Default)]
        struct Count(usize);
        impl Output for Count {
            fn line(&mut self, _: bool, line: &str) {
                self.0 += line.len();
            }
        }
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let mut count = Count::default();
        let end = stream(&mut command, limits, "docker compose", &mut count).await;
        (end.map(|(end, _)| end), count.0)
    }

    const SHORT: Limits =
        Limits { silence: Duration::from_millis(400), total: Duration::from_secs(2), bytes: 1 << 20 };

    #[tokio::test]
    async fn a_program_that_hangs_is_ended_with_all_that_it_started() {
        let temp = tempfile::tempdir().unwrap();
        let pids = temp.path().join("pids");
        // It does not listen to a polite word, nor does what it has started.
        let script = format!(
            "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >> {0}; sleep 60' & echo $$ >> {0}; sleep 60",
            pids.display()
        );
        let (end, _) = played(&script, SHORT).await;
        let program = "docker compose".to_owned();
        assert_eq!(end, Err(EngineError::ProgramHangs { program, after: SHORT.silence }));
        let begun = Instant::now();
        let listed = std::fs::read_to_string(&pids).unwrap();
        assert_eq!(listed.lines().count(), 2);
        let lives = || {
            listed.lines().any(|pid| {
                let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
                // What nobody has waited for yet is still there, and runs no more.
                let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
                rustix::process::test_kill_process(pid).is_ok()
                    && !stat.is_ok_and(|stat| stat.contains(") Z "))
            })
        };
        while lives() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{listed}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    #[tokio::test]
    async fn a_program_is_waited_for_as_long_as_it_says_something_and_no_longer_than_all_in_all() {
        let (end, _) = played("for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done", SHORT).await;
        assert!(end.unwrap().success());
        let (end, _) = played("while :; do echo again; sleep 0.1; done", SHORT).await;
        assert!(
            matches!(end, Err(EngineError::ProgramHangs { after, .. }) if after == SHORT.total),
            "{end:?}"
        );
    }

    #[tokio::test]
    async fn a_program_that_never_stops_to_write_is_ended() {
        for script in ["exec yes", "exec cat /dev/zero", "exec yes >&2"] {
            let (end, taken) = played(script, SHORT).await;
            assert!(matches!(end, Err(EngineError::ProgramFloods { .. })), "{script}: {end:?}");
            assert!(taken <= 4 * SHORT.bytes as usize, "{script}: {taken}");
        }
    }

    #[tokio::test]
    async fn what_a_program_leaves_behind_is_not_waited_for() {
        let begun = Instant::now();
        let (end, _) = played("sleep 60 & echo done; exit 3", Limits::WORD).await;
        assert_eq!(end.unwrap().code, Some(3));
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    }
}
