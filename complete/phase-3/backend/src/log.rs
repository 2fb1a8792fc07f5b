//! The log: one [`Line`] an event on standard output, in logfmt
//! (`key=value key="other value"`). A request's line waits up to
//! [`LONGEST_WAIT`] for others, so that a busy server writes many at once;
//! every other line is written as it comes, with all that wait before it.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::time::Duration;

/// How long a request's line may wait.
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// Waiting text is written at once when there is so much of it.
const MUCH: usize = 64 * 1024;
/// Where nobody reads the log, so much is kept, and later lines are dropped.
const MOST: usize = 4 * 1024 * 1024;

/// Lines that wait to be written.
struct Waiting {
    text: Vec<u8>,
    dropped: u64,
}

static WAITING: Mutex<Waiting> = Mutex::new(Waiting { text: Vec::new(), dropped: 0 });
static MORE: Condvar = Condvar::new();
/// Held while text is written, so that lines keep their order.
static WRITING: Mutex<()> = Mutex::new(());
static WRITER: Once = Once::new();

/// A line being put together; [`Line::print`] writes it.
#[must_use]
pub struct Line(String);

impl Line {
    /// A line of the given level (`info`, `warn`, `error`), stamped with the time.
    pub fn new(level: &str) -> Self {
        let mut line = String::with_capacity(256);
        let _ = write!(line, "time={} level={level}", now());
        Self(line)
    }

    /// Adds `key=value`. The value may come from a stranger: what could end
    /// the line, or be read as another field, is quoted and escaped.
    pub fn field(mut self, key: &str, value: impl Display) -> Self {
        let line = &mut self.0;
        line.push(' ');
        line.push_str(key);
        line.push('=');
        let start = line.len();
        let _ = write!(line, "{value}");
        if !is_plain(&line[start..]) {
            let value = line.split_off(start);
            push_quoted(line, &value);
        }
        self
    }

    /// Writes the line, and what waits before it. A closed standard output is
    /// no reason to stop serving, so an error is ignored.
    pub fn print(self) {
        self.keep();
        flush();
    }

    /// Leaves the line to be written soon.
    pub fn print_soon(self) {
        WRITER.call_once(|| drop(std::thread::spawn(write_for_ever)));
        if self.keep() {
            MORE.notify_one();
        }
    }

    /// Puts the line behind those that wait; true when the writer should know.
    fn keep(mut self) -> bool {
        self.0.push('\n');
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let before = waiting.text.len();
        if before + self.0.len() > MOST {
            waiting.dropped += 1;
            return false;
        }
        waiting.text.extend_from_slice(self.0.as_bytes());
        before == 0 || (before < MUCH && waiting.text.len() >= MUCH)
    }
}

/// Writes what waits.
pub fn flush() {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let (text, dropped) = {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut waiting.text), std::mem::take(&mut waiting.dropped))
    };
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(&text);
    if dropped > 0 {
        let _ = writeln!(out, "time={} level=warn msg=\"log lines dropped\" count={dropped}", now());
    }
    let _ = out.flush();
}

/// A thread of its own: a reader of the log that stalls holds up no request.
fn write_for_ever() {
    loop {
        let waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = MORE
            .wait_while(waiting, |waiting| waiting.text.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let enough = MORE.wait_timeout_while(waiting, LONGEST_WAIT, |waiting| waiting.text.len() < MUCH);
        drop(enough);
        flush();
    }
}

/// The time now, in RFC 3339, UTC, with milliseconds.
pub fn now() -> String {
    format!("{:.3}", jiff::Timestamp::now())
}

fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'=' | b'\\'))
}

fn push_quoted(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Controls, and the characters that reorder or break a line.
            _ if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn a_value_cannot_forge_a_field_or_a_line() {
        let line = |value: &str| Line(String::new()).field("k", value).0;
        assert_eq!(line("/api/v1/urls"), " k=/api/v1/urls");
        assert_eq!(line(""), r#" k="""#);
        assert_eq!(line("a b"), r#" k="a b""#);
        assert_eq!(line("a=b"), r#" k="a=b""#);
        assert_eq!(line("x\nlevel=info"), r#" k="x\nlevel=info""#);
        assert_eq!(line("\"\\\u{1b}[2J"), r#" k="\"\\\u001b[2J""#);
        assert_eq!(line("안녕"), r#" k="안녕""#);
    }
}
