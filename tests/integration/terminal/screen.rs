//! A pseudo-terminal with a program on it, and what its screen shows.

use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::docker::lab::free_port;
use crate::harness::Sandbox;

const LIMIT: Duration = Duration::from_secs(20);
const ROWS: u16 = 24;
const HISTORY: usize = 1000;
/// What ends a frame of the full-screen view.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// What kind of terminal, and what the environment says.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub columns: u16,
    pub lang: &'static str,
    pub no_color: bool,
    pub term: &'static str,
    /// Where standard input comes from, for [`Terminal::shell`]; else the terminal.
    pub stdin_from: &'static str,
    /// The port that the lesson's application is to have; 0 for any.
    pub port: u16,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            columns: 80,
            lang: "en",
            no_color: false,
            term: "xterm-256color",
            stdin_from: "/dev/tty",
            port: 0,
        }
    }
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

/// A program at a terminal of its own; killed when dropped.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    /// Bytes that had been written when the last key was sent.
    before_key: usize,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Terminal {
    /// The program in the sandbox's folder, at a terminal.
    #[track_caller]
    pub(crate) fn start(sandbox: &Sandbox, setup: Setup, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_workshop"));
        command.args(args);
        Self::open(sandbox, setup, command)
    }

    /// The program run by a shell, which says how it ended and lives on.
    #[track_caller]
    pub(crate) fn shell(sandbox: &Sandbox, setup: Setup, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new("sh");
        let script = format!(
            "trap : INT; \"$0\" \"$@\" <{}; echo ended with $?; read line; stty -a; read line",
            setup.stdin_from
        );
        command.args(["-c", &script, env!("CARGO_BIN_EXE_workshop")]);
        command.args(args);
        Self::open(sandbox, setup, command)
    }

    #[track_caller]
    fn open(sandbox: &Sandbox, setup: Setup, mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: ROWS, cols: setup.columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        for name in ["LC_ALL", "LC_MESSAGES", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "WORKSHOP_LESSONS"] {
            command.env_remove(name);
        }
        command.cwd(sandbox.root());
        command.env("LANG", if setup.lang == "ko" { "ko_KR.UTF-8" } else { "en_US.UTF-8" });
        command.env("TERM", setup.term);
        command.env("SHELL", "/bin/sh");
        if setup.port > 0 {
            command.env("FRONTEND_PORT", setup.port.to_string());
            command.env("BACKEND_PORT", free_port().to_string());
        }
        sandbox.env().for_each(|(name, value)| command.env(name, value));
        if setup.no_color {
            command.env("NO_COLOR", "1");
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let keys = pair.master.take_writer().expect("its keyboard");
        let reader = pair.master.try_clone_reader().expect("its screen");
        let parser = vt100::Parser::new(ROWS, setup.columns, HISTORY);
        let seen = Arc::new((Mutex::new(Seen { parser, raw: Vec::new(), closed: false }), Condvar::new()));
        let target = Arc::clone(&seen);
        std::thread::spawn(move || watch(reader, &target));
        Self { child, master: pair.master, keys, before_key: 0, seen }
    }

    /// Makes the window another size.
    #[track_caller]
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().expect("the screen").parser.screen_mut().set_size(rows, columns);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("the window can be resized");
    }

    /// The process that was started.
    #[track_caller]
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().expect("a process")
    }

    pub(crate) fn send(&mut self, keys: &str) {
        self.before_key = self.raw().len();
        self.keys
            .write_all(keys.as_bytes())
            .and_then(|()| self.keys.flush())
            .expect("the terminal takes keys");
    }

    /// The screen's rows, without the spaces at their ends.
    pub(crate) fn rows(&self) -> Vec<String> {
        rows(&self.seen.0.lock().expect("the screen"))
    }

    /// What `read` makes of the screen as it is.
    pub(crate) fn on_screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.seen.0.lock().expect("the screen").parser.screen())
    }

    pub(crate) fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// Everything that was written.
    pub(crate) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().expect("the screen").raw).into_owned()
    }

    /// Waits until the rows are as `condition` wants.
    #[track_caller]
    pub(crate) fn wait(&self, what: &str, condition: impl Fn(&[String]) -> bool) {
        let deadline = Instant::now() + LIMIT;
        let (seen, news) = &*self.seen;
        let mut seen = seen.lock().expect("the screen");
        while !condition(&rows(&seen)) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what}: not within {LIMIT:?}:\n{}", rows(&seen).join("\n"));
            assert!(!seen.closed, "{what}: the program ended:\n{}", rows(&seen).join("\n"));
            seen = news.wait_timeout(seen, left).expect("the screen").0;
        }
    }

    /// Waits until `condition` holds.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        crate::harness::wait_for(what, LIMIT, || condition(self));
    }

    /// Waits until the screen shows `words`.
    #[track_caller]
    pub(crate) fn see(&self, words: &str) {
        self.wait(words, |rows| rows.join("\n").contains(words));
    }

    /// Waits until a whole frame of the full-screen view shows `words`.
    #[track_caller]
    pub(crate) fn frame(&self, words: &str) {
        self.frame_of(words, |rows| rows.join("\n").contains(words));
    }

    /// Waits until a whole frame is as `condition` wants.
    #[track_caller]
    pub(crate) fn frame_of(&self, what: &str, condition: impl Fn(&[String]) -> bool) {
        let deadline = Instant::now() + LIMIT;
        let (seen, news) = &*self.seen;
        let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while !(seen.raw.ends_with(FRAME_END) && condition(&rows(&seen))) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{what}: not within {LIMIT:?}:\n{}", rows(&seen).join("\n"));
            assert!(!seen.closed, "{what}: the program ended:\n{}", rows(&seen).join("\n"));
            seen = news.wait_timeout(seen, left).expect("the screen").0;
        }
    }

    #[track_caller]
    pub(crate) fn shows(&self, words: &str) {
        assert!(self.text().contains(words), "{words:?} is not on the screen:\n{}", self.text());
    }

    /// Turns pages until the screen shows `words`.
    #[track_caller]
    pub(crate) fn turn_pages_to(&mut self, words: &str) {
        let paused = |rows: &[String]| {
            let last = rows.iter().rfind(|row| !row.is_empty());
            last.is_some_and(|row| row.starts_with("-- ") && row.ends_with(" --"))
        };
        self.wait_for_more(self.before_key);
        for _ in 0..40 {
            self.wait(words, |rows| rows.join("\n").contains(words) || paused(rows));
            if self.text().contains(words) {
                return;
            }
            let before = self.raw().len();
            self.send("\r");
            self.wait_for_more(before);
        }
        panic!("{words:?} on no page:\n{}", self.text());
    }

    /// What was written after the first `from` bytes, in one line without colours.
    pub(crate) fn plain_since(&self, from: usize) -> String {
        let seen = self.seen.0.lock().expect("the screen");
        let text = String::from_utf8_lossy(&seen.raw[from..]).into_owned();
        console::strip_ansi_codes(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until something was written since the last key, and then nothing for a while.
    #[track_caller]
    pub(crate) fn settle(&self) {
        const STILL: Duration = Duration::from_millis(150);
        self.wait_for_more(self.before_key);
        let (seen, news) = &*self.seen;
        let mut seen = seen.lock().expect("the screen");
        loop {
            let before = seen.raw.len();
            let (next, waited) = news.wait_timeout(seen, STILL).expect("the screen");
            if waited.timed_out() && next.raw.len() == before {
                return;
            }
            seen = next;
        }
    }

    /// Waits until more than the first `before` bytes were written.
    #[track_caller]
    fn wait_for_more(&self, before: usize) {
        let (seen, news) = &*self.seen;
        let seen = seen.lock().expect("the screen");
        let waited = news.wait_timeout_while(seen, LIMIT, |seen| seen.raw.len() <= before && !seen.closed);
        assert!(!waited.expect("the screen").1.timed_out(), "nothing more was written");
    }

    pub(crate) fn row_with(&self, words: &str) -> String {
        self.rows().into_iter().rfind(|row| row.contains(words)).unwrap_or_default()
    }

    /// Waits for the program's end; its exit code.
    #[track_caller]
    pub(crate) fn end(&mut self) -> u32 {
        let deadline = Instant::now() + LIMIT;
        let (seen, news) = &*self.seen;
        let mut seen = seen.lock().expect("the screen");
        while !seen.closed {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not end:\n{}", rows(&seen).join("\n"));
            seen = news.wait_timeout(seen, left).expect("the screen").0;
        }
        drop(seen);
        self.child.wait().expect("its end").exit_code()
    }

    pub(crate) fn cursor_is_hidden(&self) -> bool {
        self.seen.0.lock().expect("the screen").parser.screen().hide_cursor()
    }

    /// Whether a colour was ever set.
    pub(crate) fn has_color(&self) -> bool {
        let raw = self.raw();
        let mut codes = raw.split("\u{1b}[").skip(1);
        codes.any(|code| {
            code.split_once('m').is_some_and(|(code, _)| {
                !code.is_empty() && code != "0" && code.chars().all(|c| c.is_ascii_digit() || c == ';')
            })
        })
    }

    /// No row of the screen goes on in the next one.
    #[track_caller]
    pub(crate) fn unwrapped(&self) {
        let seen = self.seen.0.lock().expect("the screen");
        let screen = seen.parser.screen();
        let wrapped = (0..ROWS).find(|row| screen.row_wrapped(*row));
        assert_eq!(wrapped, None, "a row is too wide:\n{}", rows(&seen).join("\n"));
    }

    /// Every row that was ever written and went on in the next one.
    pub(crate) fn wrapped_rows(&self) -> Vec<String> {
        let seen = self.seen.0.lock().expect("the screen");
        let columns = seen.parser.screen().size().1;
        let mut tall = vt100::Parser::new(HISTORY as u16, columns, 0);
        tall.process(&seen.raw);
        let screen = tall.screen();
        let text: Vec<String> = screen.rows(0, columns).collect();
        (0..HISTORY as u16)
            .filter(|row| screen.row_wrapped(*row))
            .map(|row| text[usize::from(row)].clone())
            .collect()
    }

    /// Sends SIGTERM to the program that the shell runs.
    #[track_caller]
    pub(crate) fn terminate_program(&self) {
        let shell = self.child.process_id().expect("a process");
        let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children"));
        let children = children.expect("the shell's children");
        let ended =
            std::process::Command::new("kill").arg("-TERM").args(children.split_whitespace()).status();
        assert!(ended.expect("kill runs").success());
    }

    /// Ends the program as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        let _ = self.child.wait();
    }

    /// After [`Self::shell`]'s program has ended: lines are edited, echoed, and Ctrl-C is heard.
    #[track_caller]
    pub(crate) fn is_sane(&mut self) {
        self.send("\n");
        self.see("echoctl");
        let text = self.text();
        for flag in ["icanon", "echo", "isig", "icrnl", "opost"] {
            assert!(text.split_whitespace().any(|word| word == flag), "no {flag}:\n{text}");
        }
    }
}

fn rows(seen: &Seen) -> Vec<String> {
    let screen = seen.parser.screen();
    screen.rows(0, screen.size().1).map(|row| row.trim_end().to_owned()).collect()
}

fn watch(mut reader: Box<dyn Read + Send>, target: &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 4096];
    loop {
        let read = reader.read(&mut buffer).unwrap_or(0);
        let mut seen = target.0.lock().expect("the screen");
        seen.parser.process(&buffer[..read]);
        seen.raw.extend_from_slice(&buffer[..read]);
        seen.closed = read == 0;
        drop(seen);
        target.1.notify_all();
        if read == 0 {
            return;
        }
    }
}
